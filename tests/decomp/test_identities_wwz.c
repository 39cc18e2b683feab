#include "../support/identities.h"

#include <stdlib.h>
#include <string.h>

/* Identities of wwz: it closes, it refines kww, and its residual has a closed form. */

#define BM "bm/exporter/source/"
#define W "wwz/"

static const char *const levels[] = { "country", "sector", "bilateral", "bilateral_sector" };

enum { MOST = 20 };

typedef struct sum {
    const char *total, *parts[MOST];
} sum;

static void check_sums(const sum *sums, size_t n_sums, const char *level)
{
    for (gvc_int c = 0; c < sample_cases(); c++)
        for (size_t i = 0; i < n_sums; i++)
            identity_sum(&identity_samples[c], level, sums[i].total, sums[i].parts);
}

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void wwz_closes_at_every_level(void **state)
{
    static const sum sums[] = {
        { W "gexp",
          { W "dva_fin", W "dva_int", W "dva_intrexi1", W "dva_intrexf", W "dva_intrexi2",
            W "rdv_fin", W "rdv_fin2", W "rdv_int", W "ddc_fin", W "ddc_int", W "mva_fin",
            W "mva_int", W "mdc", W "ova_fin", W "ova_int", W "odc", W "resid" } },
        { W "gexp", { W "dva", W "ddc", W "fva", W "fdc", W "resid" } },
        { W "gexp", { W "vax_b", W "rdv", W "mva", W "ova", W "pdc", W "resid" } },
        { W "dva_intrex", { W "dva_intrexi1", W "dva_intrexf", W "dva_intrexi2" } },
        { W "rdv", { W "rdv_fin", W "rdv_fin2", W "rdv_int" } },
        { W "vax_b", { W "dva_fin", W "dva_int", W "dva_intrex" } },
        { W "mva", { W "mva_fin", W "mva_int" } },
        { W "ova", { W "ova_fin", W "ova_int" } },
        { W "fva", { W "fva_fin", W "fva_int" } },
        { W "fva_fin", { W "mva_fin", W "ova_fin" } },
        { W "fdc", { W "mdc", W "odc" } },
        { BM "gexp", { W "gexp" } },
    };

    (void)state;
    for (size_t l = 0; l < COUNT(levels); l++)
        check_sums(sums, COUNT(sums), levels[l]);
}

static void countries_are_those_of_kww_and_bm(void **state)
{
    static const sum sums[] = {
        { "kww/dva_fin", { W "dva_fin" } },
        { "kww/dva_int", { W "dva_int", W "dva_intrexi1" } },
        { "kww/dva_intrex", { W "dva_intrexf", W "dva_intrexi2" } },
        { "kww/rdv_fin", { W "rdv_fin", W "rdv_fin2" } },
        { "kww/rdv_int", { W "rdv_int" } },
        { "kww/ddc", { W "ddc_fin", W "ddc_int" } },
        { "kww/fva_fin", { W "fva_fin" } },
        { "kww/fva_int", { W "fva_int" } },
        { "kww/fdc", { W "fdc" } },
        { "kww/resid", { W "resid" } },
        { "jn/vax", { W "vax_b" } },
        { BM "ref", { W "rdv" } },
        { BM "dc", { W "dva", W "ddc", BM "imbal" } },
    };

    (void)state;
    check_sums(sums, COUNT(sums), "country");
}

/* Origin sectors are other rows, but a pair as a whole exports the same. */
static void pairs_by_origin_are_those_of_bm(void **state)
{
    static const sum sums[] = { { BM "dva", { W "dva_f" } }, { BM "ref", { W "rdv_f" } } };

    (void)state;
    check_sums(sums, COUNT(sums), "bilateral");
    check_sums(sums, COUNT(sums), "country");
}

/* resid_sr = rho # E_sr + vl # A_sr (B u)_r + fc # A_sr L_rr u_r, rho = tau B. */
static void check_residual(const sample *s)
{
    const literal *lit = s->lit;
    double *tau = identity_tau(lit), *rho = identity_row_times(lit, tau, lit->B);
    double *vl = identity_row_times(lit, lit->v, lit->L);
    double *all = identity_row_times(lit, lit->v, lit->B);
    double *Bu = literal_times(lit->B, lit->u, s->n, s->n, 1);
    double *Lu = literal_times(lit->L, lit->u, s->n, s->n, 1);
    double *want = literal_matrix(s->U * s->N * (s->U - 1), 1);

    for (gvc_int i = 0; i < s->n; i++) {
        double fc = all[i];

        for (gvc_int j = 0; j < s->n; j++)
            fc -= lit->unit[j] == lit->unit[i] ? lit->v[j] * lit->B[j + i * s->n] : 0;
        for (gvc_int r = 0; r < s->U; r++)
            if (r != lit->unit[i])
                want[cell_row(s->U, s->N, lit->unit[i], i % s->N, r)] +=
                    rho[i] * lit->E[i + r * s->n] + vl[i] * identity_bought(lit, i, r, Bu) +
                    fc * identity_bought(lit, i, r, Lu);
    }
    for (gvc_int row = 0; row < s->U * s->N * (s->U - 1); row++)
        assert_near(sample_column(s, W "resid", "bilateral_sector")[row], want[row], TOLERANCE,
                    s->scale);
    free(tau);
    free(rho);
    free(vl);
    free(all);
    free(Bu);
    free(Lu);
    free(want);
}

static void the_residual_has_a_closed_form(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++)
        check_residual(&identity_samples[c]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wwz_closes_at_every_level),
        cmocka_unit_test(countries_are_those_of_kww_and_bm),
        cmocka_unit_test(pairs_by_origin_are_those_of_bm),
        cmocka_unit_test(the_residual_has_a_closed_form),
    };

    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return identity_list();
    return cmocka_run_group_tests(tests, identity_make, identity_free);
}
