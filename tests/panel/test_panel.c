#include "../support/panel_sample.h"

#include "base/mem.h"
#include "frame/frame.h"

#include <string.h>

static void columns_stand_in_the_order_promised(void **state)
{
    static const char *const want[] = { "year",        "country",  "country_id", "country_name",
                                        "country_src", "sector",   "sector_id",  "sector_name",
                                        "id",          "chn",      "in_bri",     "bri65",
                                        "bri_mou",     "bri_year", "bri_rel",    "bri_post13",
                                        "gexp",        "up" };
    const char *const focus[] = { "CHN", NULL };
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const gvc_panel_opts opts = { .focus = focus, .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_panel *panel;
    gvc_frame *out;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    sample_add(ctx, panel, sample_frame(ctx, edition, "sector", 2020, 1, 0));
    sample_add(ctx, panel, sample_frame(ctx, edition, "sector", 2010, 1, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    sample_check(out);
    assert_int_equal(gvc_frame_columns(out), sizeof want / sizeof want[0]);
    for (gvc_int j = 0; j < gvc_frame_columns(out); j++)
        assert_string_equal(gvc_frame_name(out, j), want[j]);
    /* China (156) comes before Italy (380), Romania (642), the United States (840) and ROW. */
    assert_int_equal(gvc_frame_rows(out), 20);
    assert_string_equal(sample_text(out, "country", 0), "CHN");
    assert_int_equal(sample_ints(out, "country_id")[0], 156);
    assert_int_equal(sample_ints(out, "country_id")[19], 9000);
    assert_string_equal(sample_text(out, "country_name", 0), "China");
    assert_string_equal(sample_text(out, "country_src", 8), "ROM");
    assert_int_equal(sample_ints(out, "sector_id")[2], 2);
    assert_int_equal(sample_ints(out, "year")[0], 2010);
    assert_true(sample_reals(out, "up")[0] == 1000.0 * 2010 + 2);
    gvc_frame_free(out);
    gvc_panel_free(panel);
    sample_edition_free(edition);
}

/* Italy signed in 2019 and left in 2023; Romania signed in 2015; the United States never did. */
static void dummies_follow_the_years(void **state)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const char *const focus[] = { "CHN", NULL };
    const gvc_panel_opts opts = { .focus = focus, .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_panel *panel;
    gvc_frame *out;
    int seen = 0;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    for (int year = 2012; year <= 2024; year++)
        sample_add(ctx, panel, sample_frame(ctx, edition, "country", year, 0, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    sample_check(out);
    for (gvc_int i = 0; i < gvc_frame_rows(out); i++) {
        const char *code = sample_text(out, "country", i);
        const int year = sample_ints(out, "year")[i], mou = sample_ints(out, "bri_mou")[i];
        int from, to;

        if (strcmp(code, "ROW") == 0) {
            assert_int_equal(mou, GVC_INT_MISSING);
            continue;
        }
        assert_int_equal(sample_ints(out, "chn")[i], strcmp(code, "CHN") == 0);
        if (gvc_bri_year(code, &from, &to)) {
            assert_int_equal(sample_ints(out, "bri_year")[i], from);
            assert_int_equal(sample_ints(out, "bri_rel")[i], year - from);
            assert_int_equal(mou, year >= from && (to == 0 || year < to));
            seen++;
        } else {
            assert_int_equal(sample_ints(out, "bri_year")[i], GVC_INT_MISSING);
            assert_int_equal(sample_ints(out, "bri_rel")[i], GVC_INT_MISSING);
            assert_int_equal(mou, 0);
        }
        assert_int_equal(sample_ints(out, "in_bri")[i], mou);
        assert_int_equal(sample_ints(out, "bri_post13")[i],
                         strcmp(code, "ROU") == 0 && year >= 2013);
        if (strcmp(code, "ITA") == 0)
            assert_int_equal(mou, year >= 2019 && year < 2023);
    }
    assert_int_equal(seen, 2 * 13);
    gvc_frame_free(out);
    gvc_panel_free(panel);
    sample_edition_free(edition);
}

static void shares_of_partners_come_from_pairs(void **state)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const gvc_panel_opts opts = { .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_frame *pairs = sample_frame(ctx, edition, "bilateral", 2011, 0, 1), *out;
    gvc_panel *panel;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    sample_add(ctx, panel, sample_frame(ctx, edition, "country", 2011, 0, 0));
    assert_ok(ctx, gvc_panel_add_pairs(ctx, panel, pairs));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    sample_check(out);
    assert_int_equal(gvc_frame_rows(out), SAMPLE_G);
    /* China sells 6 to Italy, 8 to Romania (members), 9 to the United States, 10 to ROW. */
    assert_string_equal(sample_text(out, "country", 0), "CHN");
    assert_close(sample_reals(out, "bri_share_gexp")[0], 14.0 / 33.0, 1e-15);
    assert_int_equal(gvc_panel_add_pairs(ctx, panel, out), GVC_EUSAGE);
    gvc_frame_free(out);
    gvc_frame_free(pairs);
    gvc_panel_free(panel);
    sample_edition_free(edition);
}

static void the_order_of_adding_does_not_show_in_rows(void **state)
{
    const gvc_panel_opts opts = { .stack_levels = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_frame *out[2];

    for (int k = 0; k < 2; k++) {
        gvc_panel *panel;

        assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
        for (int i = 0; i < 4; i++) {
            const int at = k ? 3 - i : i;

            sample_add(ctx, panel,
                       sample_frame(ctx, edition, at & 1 ? "sector" : "country", 2000 + at / 2,
                                    at & 1, 0));
        }
        assert_ok(ctx, gvc_panel_finish(ctx, &out[k], panel));
        sample_check(out[k]);
        gvc_panel_free(panel);
    }
    assert_int_equal(gvc_frame_rows(out[0]), 30);
    for (gvc_int i = 0; i < 30; i++) {
        assert_string_equal(sample_text(out[0], "country", i), sample_text(out[1], "country", i));
        assert_string_equal(sample_text(out[0], "sector", i), sample_text(out[1], "sector", i));
        assert_string_equal(sample_text(out[0], "level", i), sample_text(out[1], "level", i));
        assert_true(sample_reals(out[0], "up")[i] == sample_reals(out[1], "up")[i]);
    }
    assert_string_equal(sample_text(out[0], "sector", 0), "");
    gvc_frame_free(out[0]);
    gvc_frame_free(out[1]);
    sample_edition_free(edition);
}

static void what_cannot_be_stacked_is_refused(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_frame *a = sample_frame(ctx, edition, "country", 2011, 0, 0), *out;
    gvc_frame *b = sample_frame(ctx, edition, "sector", 2011, 1, 0);
    gvc_panel *panel;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, NULL));
    assert_int_equal(gvc_panel_finish(ctx, &out, panel), GVC_EUSAGE);
    assert_ok(ctx, gvc_panel_add(ctx, panel, a));
    assert_int_equal(gvc_panel_add(ctx, panel, b), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(ctx), "--stack-levels"));
    assert_ok(ctx, gvc_panel_add(ctx, panel, a));
    assert_int_equal(gvc_panel_finish(ctx, &out, panel), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "CHN"));
    gvc_panel_free(panel);
    gvc_frame_free(a);
    gvc_frame_free(b);
    sample_edition_free(edition);
}

static void rows_of_row_can_be_dropped(void **state)
{
    const gvc_panel_opts opts = { .no_row = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_panel *panel;
    gvc_frame *out;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    sample_add(ctx, panel, sample_frame(ctx, edition, "bilateral", 2011, 0, 1));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    assert_int_equal(gvc_frame_rows(out), 12);
    for (gvc_int i = 0; i < 12; i++) {
        assert_true(strcmp(sample_text(out, "country", i), "ROW") &&
                    strcmp(sample_text(out, "partner", i), "ROW"));
        assert_true(strcmp(sample_text(out, "country", i), sample_text(out, "partner", i)) != 0);
    }
    gvc_frame_free(out);
    gvc_panel_free(panel);
    sample_edition_free(edition);
}

static void the_report_counts_gaps(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    const gvc_int some[] = { 0, 1, 2, 3 };
    gvc_frame *part, *whole = sample_frame(ctx, edition, "country", 2002, 0, 0), *out;
    gvc_panel *panel;
    char *report;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, NULL));
    assert_ok(ctx, gvc_frame__select(ctx, &part, whole, some, 4));
    sample_add(ctx, panel, sample_frame(ctx, edition, "country", 2001, 0, 0));
    sample_add(ctx, panel, part);
    sample_add(ctx, panel, sample_frame(ctx, edition, "country", 2003, 0, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    assert_ok(ctx, gvc_panel_report(ctx, &report, out));
    assert_non_null(strstr(report, "units 5, years 3 (2001 to 2003), cells 15, present 14\n"));
    assert_non_null(strstr(report, "units with all years 4: not balanced\n"));
    assert_non_null(strstr(report, "with internal gaps 1\nunits with gaps: ROW\n"));
    assert_string_equal(gvc_frame_attr(out, "balance_cells_present"), "14");
    assert_string_equal(gvc_frame_attr(out, "balance_gaps"), "ROW");
    gvc_text_free(report);
    gvc_frame_free(out);
    gvc_frame_free(whole);
    gvc_panel_free(panel);
    sample_edition_free(edition);
}

static void a_failed_allocation_leaves_nothing(void **state)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const gvc_panel_opts opts = { .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = sample_edition(ctx);
    gvc_frame *frame = sample_frame(ctx, edition, "bilateral", 2011, 0, 1), *out = NULL;
    const gvc_int before = gvc_ctx_memory_used(ctx);
    gvc_status st = GVC_ENOMEM;
    int n = 0;

    while (st == GVC_ENOMEM && n < 1000) {
        gvc_panel *panel = NULL;

        gvc_mem__fail_after(ctx, ++n);
        st = gvc_panel_new(ctx, &panel, edition, &opts);
        if (st == GVC_OK)
            st = gvc_panel_add(ctx, panel, frame);
        if (st == GVC_OK)
            st = gvc_panel_finish(ctx, &out, panel);
        gvc_mem__fail_after(ctx, 0);
        gvc_panel_free(panel);
        if (st != GVC_OK)
            assert_int_equal(gvc_ctx_memory_used(ctx), before);
    }
    assert_int_equal(st, GVC_OK);
    assert_true(n > 30);
    gvc_frame_free(out);
    gvc_frame_free(frame);
    sample_edition_free(edition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(columns_stand_in_the_order_promised),
        context_test(dummies_follow_the_years),
        context_test(shares_of_partners_come_from_pairs),
        context_test(the_order_of_adding_does_not_show_in_rows),
        context_test(what_cannot_be_stacked_is_refused),
        context_test(rows_of_row_can_be_dropped),
        context_test(the_report_counts_gaps),
        context_test(a_failed_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
