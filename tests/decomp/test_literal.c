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

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(bm_source_equals_the_struck_out_inverses),
        context_test(jn_equals_value_added_by_absorber),
        context_test(kww_equals_the_formulas_block_by_block),
        context_test(vs_equals_the_formulas_block_by_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
