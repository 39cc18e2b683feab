#include "../support/literal_cells.h"
#include "../support/literal_perimeters.h"
#include "../support/literal_wwz.h"

#include <stdio.h>
#include <stdlib.h>

/* The methods that need blocks of the inverse, against slow versions of them. */

static void wwz_equals_the_formulas_block_by_block(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_WWZ_N];
        char name[64];

        literal_wwz(s.lit, terms);
        for (int t = 0; t < LIT_WWZ_N; t++) {
            snprintf(name, sizeof name, "wwz/%s", literal_wwz_names[t]);
            literal_compare(&s, name, EVERY_LEVEL, terms[t]);
            free(terms[t]);
        }
        literal_compare(&s, "wwz/gexp", EVERY_LEVEL, s.lit->E);
        sample_free(&s);
    }
}

static void sink_equals_the_struck_out_inverses(void **state)
{
    for (gvc_int i = 0; i < sample_cases(); i++) {
        sample s = sample_new(*state, i, 1);
        double *terms[LIT_P_N];
        char name[64];

        literal_sink(s.lit, terms);
        for (int t = 0; t < LIT_P_N; t++) {
            snprintf(name, sizeof name, "bm/exporter/sink/%s", literal_perimeter_names[t]);
            literal_compare(&s, name, EVERY_LEVEL, terms[t]);
            free(terms[t]);
        }
        literal_compare(&s, "bm/exporter/sink/gexp", EVERY_LEVEL, s.lit->E);
        sample_free(&s);
    }
}

static void own_perimeters_equal_the_struck_out_inverses(void **state)
{
    static const struct {
        const char *name;
        int sector, pair;
        unsigned levels;
    } own[] = {
        { "bm/sectexp", 1, 0, GVC_LEVEL_SECTOR },
        { "bm/bilateral", 0, 1, GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR },
        { "bm/sectbil", 1, 1, GVC_LEVEL_BILATERAL_SECTOR },
    };

    for (gvc_int i = 0; i < 3 * sample_cases(); i++) {
        sample s = sample_new(*state, i / 3, 1);
        double *terms[LIT_P_N];
        char name[64];

        literal_own(s.lit, own[i % 3].sector, own[i % 3].pair, terms);
        for (int t = 0; t < LIT_P_N; t++) {
            snprintf(name, sizeof name, "%s/%s", own[i % 3].name, literal_perimeter_names[t]);
            if (t != LIT_P_VAXIM)
                literal_compare(&s, name, own[i % 3].levels, terms[t]);
            free(terms[t]);
        }
        sample_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(wwz_equals_the_formulas_block_by_block),
        context_test(sink_equals_the_struck_out_inverses),
        context_test(own_perimeters_equal_the_struck_out_inverses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
