#include "../support/identities.h"

#include <stdio.h>
#include <stdlib.h>

/* Identities of bm by other perimeters than the first exit from the exporter. */

#define BM "bm/exporter/source/"
#define SINK "bm/exporter/sink/"

static const char *const levels[] = { "country", "sector", "bilateral", "bilateral_sector" };

static void check_same(const char *level, const char *a, const char *b)
{
    for (gvc_int c = 0; c < sample_cases(); c++)
        identity_sum(&identity_samples[c], level, a, (const char *[]){ b, NULL });
}

static void check_parts(const char *level, const char *total, const char *a, const char *b,
                        const char *more)
{
    for (gvc_int c = 0; c < sample_cases(); c++)
        identity_sum(&identity_samples[c], level, total, (const char *[]){ a, b, more, NULL });
}

static void sink_closes_at_every_level(void **state)
{
    (void)state;
    for (int l = 0; l < 4; l++) {
        check_parts(levels[l], SINK "gexp", SINK "dc", SINK "fc", SINK "resid");
        check_parts(levels[l], SINK "dc", SINK "dva", SINK "ddc", NULL);
        check_parts(levels[l], SINK "fc", SINK "fva", SINK "fdc", NULL);
        check_parts(levels[l], SINK "dva", SINK "vax", SINK "ref", SINK "imbal");
    }
}

static void content_does_not_depend_on_the_perimeter(void **state)
{
    (void)state;
    for (int l = 0; l < 4; l++) {
        check_same(levels[l], BM "gexp", SINK "gexp");
        check_same(levels[l], BM "dc", SINK "dc");
        check_same(levels[l], BM "fc", SINK "fc");
        check_same(levels[l], BM "resid", SINK "resid");
    }
}

static void countries_are_the_same_for_source_and_sink(void **state)
{
    (void)state;
    check_same("country", BM "dva", SINK "dva");
    check_same("country", BM "vax", SINK "vax");
    check_same("country", BM "ref", SINK "ref");
    check_same("country", BM "imbal", SINK "imbal");
    check_same("country", BM "ddc", SINK "ddc");
    check_same("country", BM "fva", SINK "fva");
    check_same("country", BM "fdc", SINK "fdc");
}

/* With two countries the importer is all there is abroad. */
static void the_only_importer_absorbs_all_that_is_absorbed_abroad(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++)
        if (identity_samples[c].U == 2)
            for (int l = 0; l < 4; l++)
                identity_sum(&identity_samples[c], levels[l], SINK "vax",
                             (const char *[]){ SINK "vaxim", NULL });
}

/* davax <= vaxim <= vax where nothing is negative. */
static void absorbed_by_the_importer_lies_between_davax_and_vax(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (int l = 0; s.flags == RANDOM_PLAIN && l < 4; l++)
            for (gvc_int i = 0; i < identity_rows(&s, levels[l]); i++) {
                const double vaxim = sample_column(&s, SINK "vaxim", levels[l])[i];
                const double slack = 1e-12 * s.scale;

                assert_true(sample_column(&s, BM "davax", levels[l])[i] <= vaxim + slack);
                assert_true(vaxim <= sample_column(&s, SINK "vax", levels[l])[i] + slack);
            }
    }
}

static void check_own(const char *name, const char *level)
{
    static const char *const content[] = { "gexp", "dc", "fc", "resid" };
    static const char *const sums[][4] = { { "gexp", "dc", "fc", "resid" },
                                           { "dc", "dva", "ddc", NULL },
                                           { "fc", "fva", "fdc", NULL },
                                           { "dva", "vax", "ref", "imbal" } };
    char names[4][64], whole[64];

    for (int k = 0; k < 4; k++) {
        snprintf(names[0], sizeof names[0], "%s/%s", name, content[k]);
        snprintf(whole, sizeof whole, BM "%s", content[k]);
        check_same(level, whole, names[0]);
    }
    for (int k = 0; k < 4; k++) {
        for (int p = 0; p < 4 && sums[k][p]; p++)
            snprintf(names[p], sizeof names[p], "%s/%s", name, sums[k][p]);
        check_parts(level, names[0], names[1], names[2], sums[k][3] ? names[3] : NULL);
    }
}

static void own_perimeters_close(void **state)
{
    (void)state;
    check_own("bm/sectexp", "sector");
    check_own("bm/bilateral", "bilateral");
    check_own("bm/bilateral", "bilateral_sector");
    check_own("bm/sectbil", "bilateral_sector");
}

/* One importer is everybody abroad, and one sector (of a country alone) is all of the exporter. */
static void perimeters_that_are_the_same_give_the_same(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];

        if (s->U == 2) {
            identity_sum(s, "bilateral", BM "dva", (const char *[]){ "bm/bilateral/dva", NULL });
            identity_sum(s, "bilateral", BM "fva", (const char *[]){ "bm/bilateral/fva", NULL });
        }
        if (s->N == 1 && s->n == s->U) {
            identity_sum(s, "sector", BM "dva", (const char *[]){ "bm/sectexp/dva", NULL });
            identity_sum(s, "bilateral_sector", "bm/bilateral/dva",
                         (const char *[]){ "bm/sectbil/dva", NULL });
        }
    }
}

static void smaller_perimeters_count_more_value_added(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample s = identity_samples[c];

        for (gvc_int i = 0; s.flags == RANDOM_PLAIN && i < s.U * (s.U - 1) * s.N; i++) {
            const double smallest = sample_column(&s, "bm/sectbil/dva", "bilateral_sector")[i];
            const double slack = 1e-12 * s.scale;

            assert_true(sample_column(&s, SINK "dva", "bilateral_sector")[i] <= smallest + slack);
            assert_true(sample_column(&s, BM "dva", "bilateral_sector")[i] <= smallest + slack);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sink_closes_at_every_level),
        cmocka_unit_test(content_does_not_depend_on_the_perimeter),
        cmocka_unit_test(countries_are_the_same_for_source_and_sink),
        cmocka_unit_test(the_only_importer_absorbs_all_that_is_absorbed_abroad),
        cmocka_unit_test(absorbed_by_the_importer_lies_between_davax_and_vax),
        cmocka_unit_test(own_perimeters_close),
        cmocka_unit_test(perimeters_that_are_the_same_give_the_same),
        cmocka_unit_test(smaller_perimeters_count_more_value_added),
    };

    if (argc > 1 && argv[1][0] == 'l')
        return identity_list();
    return cmocka_run_group_tests(tests, identity_make, identity_free);
}
