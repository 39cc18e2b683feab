#include "../support/support.h"

#include <gvc/measures.h>

#include "base/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rows of the families must say what the codebook says, word for word. */

static gvc_csv *read_codebook(gvc_ctx *ctx)
{
    const char *tests = getenv("GVC_TESTS");
    char path[4096];
    gvc_csv *csv = NULL;

    snprintf(path, sizeof path, "%s/fixtures/indices_codebook.csv", tests ? tests : "tests");
    assert_ok(ctx, gvc_csv__read(ctx, &csv, path));
    return csv;
}

static const char *cell(const gvc_csv *csv, gvc_int row, const char *name)
{
    return gvc_csv__cell(csv, row, gvc_csv__find(csv, name));
}

/* `word` stands in `list` between separators of `cut`. */
static int holds(const char *list, const char *cut, const char *word)
{
    const size_t n = strlen(word);

    for (; *list; list += strcspn(list, cut), list += strspn(list, cut))
        if (strcspn(list, cut) == n && strncmp(list, word, n) == 0)
            return 1;
    return 0;
}

static void same_levels(const char *got, const char *want)
{
    static const char *const levels[] = { "country",     "sector",       "bilateral",
                                          "world",       "world_sector", "bilateral_sector",
                                          "group_block", "group_sum" };

    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++)
        assert_int_equal(holds(got, ",", levels[l]), holds(want, " ", levels[l]));
}

/* What the page has beside the levels of the codebook: n x n, and only on request. */
static void expect_on_request(const gvc_term *term)
{
    const int has = strcmp(gvc_term_name(term), "apl_u") == 0;

    assert_int_equal(holds(gvc_term_levels(term), ",", "sector_pair"), has);
}

/* Rows of one family stand in the order of its terms; `*next` is the term that is due. */
static void same_row(const gvc_csv *csv, gvc_int i, const gvc_measure *family, gvc_int *next)
{
    const gvc_term *term;

    assert_true(*next < gvc_measure_terms_n(family));
    term = gvc_measure_term(family, (*next)++);
    assert_string_equal(gvc_term_name(term), cell(csv, i, "name"));
    assert_string_equal(gvc_term_label(term), cell(csv, i, "label"));
    assert_string_equal(gvc_term_unit(term), cell(csv, i, "unit"));
    assert_string_equal(gvc_term_sector_meaning(term), cell(csv, i, "sector_meaning"));
    assert_string_equal(gvc_term_range(term), cell(csv, i, "range"));
    if (*cell(csv, i, "formula")) /* the codebook leaves some to the text of its page */
        assert_string_equal(gvc_term_formula(term), cell(csv, i, "formula"));
    same_levels(gvc_term_levels(term), cell(csv, i, "levels"));
    expect_on_request(term);
    assert_true(strlen(gvc_term_label(term)) <= 80);
}

static void rows_say_what_the_codebook_says(void **state)
{
    gvc_csv *csv = read_codebook(*state);
    gvc_int rows = 0;

    for (gvc_int m = 0; m < gvc_measures_n(); m++) {
        const gvc_measure *family = gvc_measures_get(m);
        gvc_int next = 0;

        if (gvc_measure_kind(family) != GVC_FRAME_INDICES)
            continue;
        for (gvc_int i = 0; i < gvc_csv__rows(csv); i++)
            if (strcmp(cell(csv, i, "family"), gvc_measure_name(family)) == 0)
                same_row(csv, i, family, &next);
        assert_int_equal(next, gvc_measure_terms_n(family));
        rows += next;
    }
    assert_int_equal(rows, gvc_csv__rows(csv));
    gvc_csv__free(csv);
}

static void names_are_found_in_three_ways(void **state)
{
    (void)state;
    assert_string_equal(gvc_measure_name(gvc_measures_find("kpww")), "kpww");
    assert_string_equal(gvc_measure_name(gvc_measures_find("bms")), "bm/exporter/source");
    assert_string_equal(gvc_measure_name(gvc_measures_find("bm")), "bm/exporter/source");
    assert_string_equal(gvc_measure_name(gvc_measures_find("bm/exporter/source")),
                        "bm/exporter/source");
    assert_int_equal(gvc_measure_kind(gvc_measures_find("bmt")), GVC_FRAME_INDICES);
    assert_int_equal(gvc_measure_kind(gvc_measures_find_kind("bmt", GVC_FRAME_EXPORTS)),
                     GVC_FRAME_EXPORTS);
    assert_null(gvc_measures_find("kpw"));
    assert_null(gvc_measures_find(""));
    assert_null(gvc_measures_find(NULL));
}

static void every_measure_can_be_got_and_found(void **state)
{
    (void)state;
    assert_true(gvc_measures_n() >= 8);
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *measure = gvc_measures_get(i);

        assert_ptr_equal(
            gvc_measures_find_kind(gvc_measure_name(measure), gvc_measure_kind(measure)), measure);
        assert_true(*gvc_measure_title(measure) && *gvc_measure_levels(measure));
        assert_int_equal(gvc_measures_needs(&measure, 1), gvc_measure_needs(measure));
        for (gvc_int t = 0; t < gvc_measure_terms_n(measure); t++)
            assert_true(*gvc_term_levels(gvc_measure_term(measure, t)));
    }
}

static void levels_are_listed_coarsest_first(void **state)
{
    (void)state;
    assert_string_equal(gvc_measure_levels(gvc_measures_find("kpww")),
                        "world,world_sector,group_sum,group_block,country,sector,bilateral,"
                        "bilateral_sector");
    assert_string_equal(gvc_measure_levels(gvc_measures_find("position")),
                        "world,world_sector,group_sum,group_block,country,sector");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(rows_say_what_the_codebook_says),
        context_test(names_are_found_in_three_ways),
        context_test(every_measure_can_be_got_and_found),
        context_test(levels_are_listed_coarsest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
