#include "../support/literal_decomp.h"
#include "../support/samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Every term against the slow version that builds each struck-out inverse. */

/* Sum a literal n x U term over the rows of unit s and sector k. */
static double cell_of(const sample *s, const double *term, gvc_int unit, gvc_int k, gvc_int r)
{
    double sum = 0;

    for (gvc_int i = 0; i < s->n; i++)
        if (s->lit->unit[i] == unit && i % s->N == k)
            sum += term[i + r * s->n];
    return sum;
}

/* Each cell, and the sums by country, where the measure has no more levels. */
static void compare_flows(const sample *s, const char *measure, const double *term)
{
    const double *cells = sample_column(s, measure, "bilateral_sector");

    for (gvc_int e = 0; e < s->U; e++) {
        double sum = 0;

        for (gvc_int k = 0; k < s->N; k++)
            for (gvc_int r = 0; r < s->U; r++)
                if (r != e) {
                    const double want = cell_of(s, term, e, k, r);

                    assert_near(cells[cell_row(s->U, s->N, e, k, r)], want, 1e-11, s->scale);
                    sum += want;
                }
        assert_near(sample_column(s, measure, "country")[e], sum, 1e-11, s->scale);
    }
}

/* Each cell, and the sums of cells, to the largest flow of the table. */
static void compare_cells(const sample *s, const char *measure, const double *term)
{
    const double *cells = sample_column(s, measure, "bilateral_sector");
    const double *pairs = sample_column(s, measure, "bilateral");
    const double *sectors = sample_column(s, measure, "sector");
    const double *countries = sample_column(s, measure, "country");
    double *by_pair = literal_matrix(s->U, s->U), *by_sector = literal_matrix(s->U, s->N);
    double *by_country = literal_matrix(s->U, 1);

    for (gvc_int e = 0; e < s->U; e++)
        for (gvc_int k = 0; k < s->N; k++)
            for (gvc_int r = 0; r < s->U; r++) {
                const double want = cell_of(s, term, e, k, r);

                if (r == e)
                    continue;
                assert_near(cells[cell_row(s->U, s->N, e, k, r)], want, 1e-11, s->scale);
                by_pair[e + r * s->U] += want;
                by_sector[e + k * s->U] += want;
                by_country[e] += want;
            }
    for (gvc_int e = 0; e < s->U; e++) {
        assert_near(countries[e], by_country[e], 1e-11, s->scale);
        for (gvc_int k = 0; k < s->N; k++)
            assert_near(sectors[sector_row(s->N, e, k)], by_sector[e + k * s->U], 1e-11, s->scale);
        for (gvc_int r = 0; r < s->U; r++)
            if (r != e)
                assert_near(pairs[pair_row(s->U, e, r)], by_pair[e + r * s->U], 1e-11, s->scale);
    }
    free(by_pair);
    free(by_sector);
    free(by_country);
}

static void compare_pairs(const sample *s, const char *measure, const double *term)
{
    for (gvc_int e = 0; e < s->U; e++)
        for (gvc_int r = 0; r < s->U; r++) {
            double sum = 0;

            for (gvc_int k = 0; k < s->N; k++)
                sum += cell_of(s, term, e, k, r);
            if (r != e)
                assert_near(sample_column(s, measure, "bilateral")[pair_row(s->U, e, r)], sum,
                            1e-11, s->scale);
        }
}

static void compare_countries(const sample *s, const char *measure, const double *term)
{
    const double *countries = sample_column(s, measure, "country");

    for (gvc_int e = 0; e < s->U; e++)
        assert_near(countries[e], term[e], 1e-11, s->scale);
}

static void bm_source_equals_the_struck_out_inverses(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_BM_N];
        char name[64];

        literal_bm_source(s.lit, terms);
        for (int t = 0; t < LIT_BM_N; t++) {
            snprintf(name, sizeof name, "bm/exporter/source/%s", literal_bm_names[t]);
            compare_cells(&s, name, terms[t]);
            free(terms[t]);
        }
        compare_cells(&s, "bm/exporter/source/gexp", s.lit->E);
        sample_free(&s);
    }
}

static void jn_equals_value_added_by_absorber(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *vax = literal_jn(s.lit);

        compare_cells(&s, "jn/vax", vax);
        free(vax);
        sample_free(&s);
    }
}

static void kww_equals_the_formulas_block_by_block(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_KWW_N];
        char name[64];

        literal_kww(s.lit, terms);
        for (int t = 0; t < LIT_KWW_N; t++) {
            snprintf(name, sizeof name, "kww/%s", literal_kww_names[t]);
            compare_countries(&s, name, terms[t]);
            free(terms[t]);
        }
        sample_free(&s);
    }
}

static void vs_equals_the_formulas_block_by_block(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_VS_N];
        char name[64];

        literal_vs(s.lit, terms);
        for (int t = 0; t < LIT_VS_N; t++) {
            snprintf(name, sizeof name, "vs/%s", literal_vs_names[t]);
            compare_countries(&s, name, terms[t]);
            free(terms[t]);
        }
        sample_free(&s);
    }
}

static void tiva_equals_the_formulas_row_by_row(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_TIVA_N];
        char name[64];

        literal_tiva(s.lit, terms);
        for (int t = 0; t < LIT_TIVA_N; t++) {
            snprintf(name, sizeof name, "tiva/%s", literal_tiva_names[t]);
            compare_flows(&s, name, terms[t]);
            free(terms[t]);
        }
        sample_free(&s);
    }
}

static void my_equals_value_added_counted_by_exports(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_MY_N];
        char name[64];

        literal_my(s.lit, terms);
        for (int t = 0; t < LIT_MY_N; t++) {
            snprintf(name, sizeof name, "my/world/%s", literal_my_names[t]);
            compare_flows(&s, name, terms[t]);
            free(terms[t]);
        }
        compare_flows(&s, "my/world/gexp", s.lit->E);
        sample_free(&s);
    }
}

static void bmt_equals_the_formulas_row_by_row(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_BMT_N];
        char name[64];

        literal_bmt(s.lit, terms);
        for (int t = 0; t < LIT_BMT_N; t++) {
            snprintf(name, sizeof name, "bmt/%s", literal_bmt_names[t]);
            compare_pairs(&s, name, terms[t]);
            free(terms[t]);
        }
        compare_pairs(&s, "bmt/gexp", s.lit->E);
        sample_free(&s);
    }
}

static void ltdv_equals_the_loss_without_exports(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *lost = literal_ltdv(s.lit);

        for (gvc_int e = 0; e < s.U; e++) {
            double sum = 0;

            for (gvc_int k = 0; k < s.N; k++) {
                const double want = cell_of(&s, lost, e, k, 0);

                assert_near(sample_column(&s, "ltdv/dva", "sector")[sector_row(s.N, e, k)], want,
                            1e-11, s.scale);
                sum += want;
            }
            assert_near(sample_column(&s, "ltdv/dva", "country")[e], sum, 1e-11, s.scale);
        }
        free(lost);
        sample_free(&s);
    }
}

static void bm_world_equals_value_added_followed_over_borders(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *source = literal_world_source(s.lit), *sink = literal_world_sink(s.lit);

        compare_flows(&s, "bm/world/source/fva", source);
        compare_flows(&s, "bm/world/sink/fva", sink);
        free(source);
        free(sink);
        sample_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(bm_source_equals_the_struck_out_inverses),
        context_test(jn_equals_value_added_by_absorber),
        context_test(kww_equals_the_formulas_block_by_block),
        context_test(vs_equals_the_formulas_block_by_block),
        context_test(tiva_equals_the_formulas_row_by_row),
        context_test(my_equals_value_added_counted_by_exports),
        context_test(bmt_equals_the_formulas_row_by_row),
        context_test(ltdv_equals_the_loss_without_exports),
        context_test(bm_world_equals_value_added_followed_over_borders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
