#include "../support/identities.h"

#include "decomp/methods.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Accounting identities on random tables, with and without groups as one exporter. The residual
 * and the imbalance are checked against closed forms that know nothing of the other terms.
 */

#define BM "bm/exporter/source/"

static const char *const levels[] = { "country", "sector", "bilateral", "bilateral_sector" };
enum { N_LEVELS = 4 };

static void bm_parts_add_up_at_every_level(void **state)
{
    static const char *const sums[][4] = {
        { BM "dc", BM "fc", BM "resid", NULL },
        { BM "dva", BM "ddc", NULL },
        { BM "fva", BM "fdc", NULL },
        { BM "vax", BM "ref", BM "imbal", NULL },
        { BM "fc", BM "ddc", NULL },
        { BM "gvcf", BM "davax", NULL },
        { BM "gvcb", BM "gvcf", NULL },
        { BM "davax", BM "gvc", BM "resid", NULL },
    };
    static const char *const totals[] = { BM "gexp", BM "dc",  BM "fc",  BM "dva",
                                          BM "gvcb", BM "dva", BM "gvc", BM "gexp" };

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (int l = 0; l < N_LEVELS; l++)
            for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
                identity_sum(&s, levels[l], totals[i], sums[i]);
    }
}

/* Every column of money at a coarser level is the sum of its cells. */
static void check_additive(const sample *s, const char *measure)
{
    const double *cells = sample_column(s, measure, "bilateral_sector");
    double *sectors = literal_matrix(s->U, s->N), *pairs = literal_matrix(s->U, s->U);

    for (gvc_int e = 0; e < s->U; e++) {
        double sum = 0;

        for (gvc_int k = 0; k < s->N; k++)
            for (gvc_int r = 0; r < s->U; r++)
                if (r != e) {
                    const double value = cells[cell_row(s->U, s->N, e, k, r)];

                    sectors[e + k * s->U] += value;
                    pairs[e + r * s->U] += value;
                    sum += value;
                }
        assert_near(sample_column(s, measure, "country")[e], sum, TOLERANCE, s->scale);
        for (gvc_int k = 0; k < s->N; k++)
            assert_near(sample_column(s, measure, "sector")[sector_row(s->N, e, k)],
                        sectors[e + k * s->U], TOLERANCE, s->scale);
        for (gvc_int r = 0; r < s->U; r++)
            if (r != e)
                assert_near(sample_column(s, measure, "bilateral")[pair_row(s->U, e, r)],
                            pairs[e + r * s->U], TOLERANCE, s->scale);
    }
    free(sectors);
    free(pairs);
}

static void levels_are_sums_of_their_cells(void **state)
{
    const gvc_measure *bm = &gvc_decomp__bm_source;
    char name[80];

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (gvc_int t = 0; t < bm->n_terms; t++) {
            snprintf(name, sizeof name, BM "%s", bm->terms[t].name);
            check_additive(&s, name);
        }
        check_additive(&s, "jn/vax");
    }
}

/* ---- closed forms, n values each, from the dense twin ---- */

/* Own (or, with `foreign`, other units') value added in one unit of each product of unit s. */
static double content(const literal *lit, gvc_int s, gvc_int j, int foreign)
{
    double sum = 0;

    for (gvc_int i = 0; i < lit->n; i++)
        if ((lit->unit[i] == s) != foreign)
            sum += lit->v[i] * lit->B[i + j * lit->n];
    return sum;
}

/* resid = (tau B) # E_sr; imbal = vl # A_sr (B u)_r. */
static void bm_residual_and_imbalance_have_closed_forms(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        const literal *lit = s.lit;
        double *tau = identity_tau(lit), *rho = identity_row_times(lit, tau, lit->B);
        double *vl = identity_row_times(lit, lit->v, lit->L);
        double *Bu = literal_times(lit->B, lit->u, s.n, s.n, 1);
        double *resid = literal_matrix(s.U * s.N * (s.U - 1), 1);
        double *imbal = literal_matrix(s.U * s.N * (s.U - 1), 1);

        for (gvc_int i = 0; i < s.n; i++)
            for (gvc_int r = 0; r < s.U; r++)
                if (r != lit->unit[i]) {
                    const gvc_int row = cell_row(s.U, s.N, lit->unit[i], i % s.N, r);

                    resid[row] += rho[i] * lit->E[i + r * s.n];
                    imbal[row] += vl[i] * identity_bought(lit, i, r, Bu);
                }
        for (gvc_int row = 0; row < s.U * s.N * (s.U - 1); row++) {
            assert_near(sample_column(&s, BM "resid", "bilateral_sector")[row], resid[row],
                        TOLERANCE, s.scale);
            assert_near(sample_column(&s, BM "imbal", "bilateral_sector")[row], imbal[row],
                        TOLERANCE, s.scale);
        }
        free(tau);
        free(rho);
        free(vl);
        free(Bu);
        free(resid);
        free(imbal);
    }
}

/* What the terms of kww leave of exports, per unit s (exports.md: closed forms with u):
 * `tax` = rho E_s*, `own` = V_s [(B u)_s - L_ss u_s], `foreign` = fc_s A_sr L_rr u_r summed over r,
 * `home` = V_s B_sr A_rs L_ss u_s summed over r, `local` = tau L_ss E_s*. */
struct leftovers {
    double *tax, *own, *foreign, *home, *local;
};

static struct leftovers leftovers_of(const sample *s)
{
    const literal *lit = s->lit;
    double *tau = identity_tau(lit), *rho = identity_row_times(lit, tau, lit->B);
    double *tauL = identity_row_times(lit, tau, lit->L);
    double *Bu = literal_times(lit->B, lit->u, s->n, s->n, 1);
    double *Lu = literal_times(lit->L, lit->u, s->n, s->n, 1);
    struct leftovers left = { literal_matrix(s->U, 1), literal_matrix(s->U, 1),
                              literal_matrix(s->U, 1), literal_matrix(s->U, 1),
                              literal_matrix(s->U, 1) };

    for (gvc_int i = 0; i < s->n; i++) {
        const gvc_int e = lit->unit[i];

        left.tax[e] += rho[i] * lit->e[i];
        left.local[e] += tauL[i] * lit->e[i];
        left.own[e] += lit->v[i] * (Bu[i] - Lu[i]);
        for (gvc_int r = 0; r < s->U; r++)
            if (r != e) {
                left.foreign[e] += content(lit, e, i, 1) * identity_bought(lit, i, r, Lu);
                left.home[r] += content(lit, r, i, 0) * identity_bought(lit, i, r, Lu);
            }
    }
    free(tau);
    free(rho);
    free(tauL);
    free(Bu);
    free(Lu);
    return left;
}

static void free_leftovers(struct leftovers left)
{
    free(left.tax);
    free(left.own);
    free(left.foreign);
    free(left.home);
    free(left.local);
}

static double country(const sample *s, const char *measure, gvc_int e)
{
    return sample_column(s, measure, "country")[e];
}

#define CHECK(got, want) assert_near(got, want, TOLERANCE, s->scale)

static void check_kww(const sample *s, const struct leftovers *left, gvc_int e)
{
    const double vax = country(s, "kww/dva_fin", e) + country(s, "kww/dva_int", e) +
                       country(s, "kww/dva_intrex", e);
    const double ref = country(s, "kww/rdv_fin", e) + country(s, "kww/rdv_int", e);
    const double ddc = country(s, "kww/ddc", e);
    const double fc =
        country(s, "kww/fva_fin", e) + country(s, "kww/fva_int", e) + country(s, "kww/fdc", e);

    CHECK(vax, country(s, BM "vax", e));
    CHECK(vax, country(s, "jn/vax", e));
    CHECK(ref, country(s, BM "ref", e));
    CHECK(ddc, country(s, BM "ddc", e));
    CHECK(vax + ref + ddc + country(s, BM "imbal", e), country(s, BM "dc", e));
    CHECK(fc + left->foreign[e], country(s, BM "fc", e));
    CHECK(vax + ref + ddc + fc + country(s, "kww/resid", e), country(s, "kww/gexp", e));
    CHECK(country(s, "kww/resid", e), left->tax[e] + left->own[e] + left->foreign[e]);
    CHECK(country(s, "kww/gexp", e), country(s, BM "gexp", e));
}

static void kww_closes_and_agrees_with_bm_and_jn(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        const struct leftovers left = leftovers_of(&s);

        for (gvc_int e = 0; e < s.U; e++)
            check_kww(&s, &left, e);
        free_leftovers(left);
    }
}

static void check_vs(const sample *s, const struct leftovers *left, gvc_int e)
{
    const double home =
        country(s, "kww/rdv_fin", e) + country(s, "kww/rdv_int", e) + country(s, "kww/ddc", e);

    CHECK(country(s, "vs/vs", e), country(s, BM "fc", e));
    CHECK(country(s, "vs/vs_hiy", e), country(s, BM "fc", e) + country(s, BM "ddc", e) +
                                          country(s, BM "resid", e) - left->local[e]);
    CHECK(country(s, "vs/vs1star", e), home + left->home[e]);
    CHECK(country(s, "vs/vs1star_fin", e), country(s, "kww/rdv_fin", e));
}

static void vs_agrees_with_kww_and_bm(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        const struct leftovers left = leftovers_of(&s);
        double vs = 0, vs1 = 0;

        for (gvc_int e = 0; e < s.U; e++) {
            check_vs(&s, &left, e);
            vs += country(&s, "vs/vs", e);
            vs1 += country(&s, "vs/vs1", e);
        }
        assert_near(vs, vs1, TOLERANCE, s.scale);
        free_leftovers(left);
    }
}

/* Value added is absorbed abroad, at home, or by the discrepancy; and what comes home in exports
 * is what home absorbs beyond L_ss F_ss. */
static void value_added_is_absorbed_somewhere(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        const literal *lit = s.lit;
        double *BF = literal_times(lit->B, lit->F, s.n, s.n, s.U);
        double *Bu = literal_times(lit->B, lit->u, s.n, s.n, 1);
        double *LF = literal_times(lit->L, lit->F, s.n, s.n, s.U);

        for (gvc_int e = 0; e < s.U; e++) {
            double gdp = 0, home = 0, local = 0, size = s.scale;

            for (gvc_int i = 0; i < s.n; i++)
                if (lit->unit[i] == e) {
                    gdp += lit->v[i] * (lit->x[i] - Bu[i]);
                    home += lit->v[i] * BF[i + e * s.n];
                    size += fabs(lit->v[i] * BF[i + e * s.n]);
                    local += lit->v[i] * LF[i + e * s.n];
                }
            assert_near(country(&s, "jn/vax", e) + home, gdp, TOLERANCE, size);
            assert_near(country(&s, BM "ref", e), home - local, TOLERANCE, size);
        }
        free(BF);
        free(Bu);
        free(LF);
    }
}

/* Exports of the same cell: zero gives a missing ratio. */
static void check_ratio(double ratio, double vax, double exports)
{
    if (exports == 0)
        assert_true(isnan(ratio));
    else
        assert_close(ratio, vax / exports, TOLERANCE);
}

static void vax_ratio_divides_by_exports_of_the_same_cell(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (int l = 0; l < 3; l++)
            for (gvc_int i = 0; i < identity_rows(&s, levels[l]); i++)
                check_ratio(sample_column(&s, "jn/vaxr", levels[l])[i],
                            sample_column(&s, "jn/vax", levels[l])[i],
                            sample_column(&s, BM "gexp", levels[l])[i]);
    }
}

static void gross_exports_are_those_of_the_table(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        double *want = literal_matrix(s.U, s.U);

        for (gvc_int i = 0; i < s.n; i++)
            for (gvc_int r = 0; r < s.U; r++)
                want[s.lit->unit[i] + r * s.U] += s.lit->E[i + r * s.n];
        for (gvc_int e = 0; e < s.U; e++)
            for (gvc_int r = 0; r < s.U; r++)
                if (r != e)
                    assert_near(sample_column(&s, BM "gexp", "bilateral")[pair_row(s.U, e, r)],
                                want[e + r * s.U], TOLERANCE, s.scale);
        free(want);
    }
}

/* On a balanced table without negative entries only resid may be below zero, by rounding. */
static void plain_tables_have_no_negative_terms(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (gvc_int f = 0; s.flags == RANDOM_PLAIN && f < gvc_frames_n(s.frames); f++) {
            const gvc_frame *frame = gvc_frames_get(s.frames, f);

            for (gvc_int j = 0; j < gvc_frame_columns(frame); j++)
                if (gvc_frame_role(frame, j) == GVC_ROLE_VALUE)
                    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
                        assert_true(gvc_frame_reals(frame, j)[i] >= -1e-12 * s.scale);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bm_parts_add_up_at_every_level),
        cmocka_unit_test(levels_are_sums_of_their_cells),
        cmocka_unit_test(bm_residual_and_imbalance_have_closed_forms),
        cmocka_unit_test(kww_closes_and_agrees_with_bm_and_jn),
        cmocka_unit_test(vs_agrees_with_kww_and_bm),
        cmocka_unit_test(value_added_is_absorbed_somewhere),
        cmocka_unit_test(vax_ratio_divides_by_exports_of_the_same_cell),
        cmocka_unit_test(gross_exports_are_those_of_the_table),
        cmocka_unit_test(plain_tables_have_no_negative_terms),
    };

    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return identity_list();
    return cmocka_run_group_tests(tests, identity_make, identity_free);
}
