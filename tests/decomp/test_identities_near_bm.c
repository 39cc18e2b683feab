#include "../support/identities.h"

#include <stdlib.h>
#include <string.h>

/* Identities of the methods that are near bm: tiva, my, bmt, ltdv and bm/world. */

#define BM "bm/exporter/source/"
#define WS "bm/world/source/"
#define WK "bm/world/sink/"

/* Terms of one method that are terms of another, at the levels both have. */
static const struct {
    const char *measure, *of;
    int all_levels;
} same[] = {
    { "tiva/exgr", BM "gexp", 1 },
    { "tiva/exgr_dva", BM "dc", 1 },
    { "tiva/exgr_rim", BM "ddc", 1 },
    { "tiva/exgr_fva", BM "fc", 1 },
    { "tiva/imgr_dva", "vs/vs1star", 0 },
    { "tiva/exgr_dvafx", "vs/vs1", 0 },
    { "my/world/gexp", BM "gexp", 1 },
    { "my/world/dva", BM "dva", 1 },
    { "my/world/ddc", BM "ddc", 1 },
    { "my/world/fdc1", WS "fva", 1 },
    { "my/world/fdc2", WS "fdc", 1 },
    { "ltdv/dva", BM "dva", 0 },
    { WS "gexp", BM "gexp", 0 },
    { WS "dc", BM "dc", 0 },
    { WS "dva", BM "dva", 0 },
    { WS "vax", BM "vax", 0 },
    { WS "ref", BM "ref", 0 },
    { WS "imbal", BM "imbal", 0 },
    { WS "ddc", BM "ddc", 0 },
    { WS "fc", BM "fc", 0 },
    { WS "resid", BM "resid", 0 },
    { WK "gexp", BM "gexp", 0 },
    { WK "dc", BM "dc", 0 },
    { WK "dva", BM "dva", 0 },
    { WK "vax", BM "vax", 0 },
    { WK "ref", BM "ref", 0 },
    { WK "imbal", BM "imbal", 0 },
    { WK "ddc", BM "ddc", 0 },
    { WK "fc", BM "fc", 0 },
    { WK "resid", BM "resid", 0 },
};

static void terms_shared_by_methods_are_equal(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
            identity_sum(&s, "country", same[i].of, (const char *[]){ same[i].measure, NULL });
            if (same[i].all_levels)
                identity_sum(&s, "bilateral_sector", same[i].of,
                             (const char *[]){ same[i].measure, NULL });
        }
    }
}

static void tiva_parts_add_up(void **state)
{
    static const char *const levels_of_tiva[] = { "country", "sector", "bilateral_sector" };

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (int l = 0; l < 3; l++) {
            const char *level = levels_of_tiva[l];

            identity_sum(&s, level, "tiva/exgr",
                         (const char *[]){ "tiva/exgr_int", "tiva/exgr_fnl", NULL });
            identity_sum(&s, level, "tiva/exgr_dva",
                         (const char *[]){ "tiva/exgr_ddc", "tiva/exgr_idc", "tiva/exgr_rim",
                                           NULL });
            identity_sum(&s, level, "tiva/exgr_dva",
                         (const char *[]){ "tiva/exgr_intdva", "tiva/exgr_fnldva", NULL });
            identity_sum(&s, level, BM "dva",
                         (const char *[]){ "tiva/exgr_ddc", "tiva/exgr_idc", NULL });
        }
    }
}

/* Foreign content of one flow is counted once, and in the world as a whole source and sink count
 * the same, whatever the discrepancy. */
static void bm_world_counts_foreign_value_added_once(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        double source = 0, sink = 0;

        for (gvc_int e = 0; e < s.U; e++) {
            source += sample_column(&s, WS "fva", "country")[e];
            sink += sample_column(&s, WK "fva", "country")[e];
            if (s.flags == RANDOM_PLAIN)
                assert_true(sample_column(&s, WK "fva", "country")[e] >=
                            sample_column(&s, "kww/fva_fin", "country")[e] +
                                sample_column(&s, "kww/fva_int", "country")[e] - 1e-12 * s.scale);
        }
        assert_near(source, sink, TOLERANCE, s.scale);
        identity_sum(&s, "country", BM "fc", (const char *[]){ WS "fva", WS "fdc", NULL });
        identity_sum(&s, "country", BM "fc", (const char *[]){ WK "fva", WK "fdc", NULL });
        identity_sum(&s, "bilateral_sector", BM "fc", (const char *[]){ WS "fva", WS "fdc", NULL });
        identity_sum(&s, "bilateral_sector", BM "fc", (const char *[]){ WK "fva", WK "fdc", NULL });
    }
}

static void my_leaves_no_foreign_value_added(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (gvc_int i = 0; i < identity_rows(&s, "bilateral_sector"); i++)
            assert_true(sample_column(&s, "my/world/fva", "bilateral_sector")[i] == 0);
        for (gvc_int e = 0; e < s.U; e++)
            assert_true(sample_column(&s, "my/world/fva", "country")[e] == 0);
        identity_sum(&s, "bilateral_sector", BM "fc",
                     (const char *[]){ "my/world/fdc1", "my/world/fdc2", NULL });
    }
}

static double country(const sample *s, const char *measure, gvc_int e)
{
    return sample_column(s, measure, "country")[e];
}

#define CHECK(got, want) assert_near(got, want, TOLERANCE, s->scale)

/* What bmt leaves of the flow to each partner, U x U: tau L_ss E_sr, and the discrepancy of the
 * importer at both coefficients, (V_s L_ss + m_s) A_sr L_rr u_r, `foreign` at m_s alone. */
struct untraced {
    double *all, *foreign;
};

static struct untraced untraced_by_bmt(const sample *s)
{
    const literal *lit = s->lit;
    double *tau = identity_tau(lit), *tauL = identity_row_times(lit, tau, lit->L);
    double *vl = identity_row_times(lit, lit->v, lit->L);
    double *Lu = literal_times(lit->L, lit->u, s->n, s->n, 1);
    struct untraced left = { literal_matrix(s->U, s->U), literal_matrix(s->U, s->U) };

    /* A unit of product is own value added, imported inputs and taxes of its domestic chain. */
    for (gvc_int i = 0; i < s->n; i++)
        for (gvc_int r = 0; r < s->U; r++) {
            const gvc_int pair = lit->unit[i] + r * s->U;
            const double used = r == lit->unit[i] ? 0 : identity_bought(lit, i, r, Lu);

            left.all[pair] += tauL[i] * lit->E[i + r * s->n] + (1 - tauL[i]) * used;
            left.foreign[pair] += (1 - tauL[i] - vl[i]) * used;
        }
    free(tau);
    free(tauL);
    free(vl);
    free(Lu);
    return left;
}

static double between(const sample *s, const char *measure, gvc_int e, gvc_int r)
{
    return sample_column(s, measure, "bilateral")[pair_row(s->U, e, r)];
}

static void check_bmt(const sample *s, const struct untraced *left, gvc_int e)
{
    double imported = 0;

    for (gvc_int r = 0; r < s->U; r++)
        if (r != e) {
            const gvc_int pair = e + r * s->U;
            const double davax = between(s, "bmt/davax", e, r), gvc = between(s, "bmt/gvc", e, r);
            const double pb = between(s, "bmt/gvc_pb", e, r), ts = between(s, "bmt/gvc_ts", e, r);

            CHECK(davax, between(s, BM "davax", e, r));
            CHECK(between(s, "bmt/gexp", e, r), between(s, BM "gexp", e, r));
            CHECK(pb + ts + between(s, "bmt/gvc_pf", e, r), gvc);
            CHECK(davax + gvc + left->all[pair], between(s, "bmt/gexp", e, r));
            imported += pb + ts + left->foreign[pair];
        }
    CHECK(imported, country(s, "vs/vs_hiy", e));
}

static void bmt_closes_and_agrees_with_bm_and_vs(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];
        const struct untraced left = untraced_by_bmt(&s);

        for (gvc_int e = 0; e < s.U; e++)
            check_bmt(&s, &left, e);
        free(left.all);
        free(left.foreign);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_shared_by_methods_are_equal),
        cmocka_unit_test(tiva_parts_add_up),
        cmocka_unit_test(bm_world_counts_foreign_value_added_once),
        cmocka_unit_test(my_leaves_no_foreign_value_added),
        cmocka_unit_test(bmt_closes_and_agrees_with_bm_and_vs),
    };

    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return identity_list();
    return cmocka_run_group_tests(tests, identity_make, identity_free);
}
