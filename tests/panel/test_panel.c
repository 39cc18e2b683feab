#include "../support/support.h"

#include <gvc/panel.h>

#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"
#include "frame/frame.h"
#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { G = 5 };

static const char *const codes[G] = { "ITA", "CHN", "ROU", "USA", "ROW" };
static const char *const sectors[] = { "c1", "c2" };

static gvc_edition *edition_new(gvc_ctx *ctx)
{
    static const char *native[G] = { "ITA", "CHN", "ROM", "USA", "RoW" };
    gvc_edition *edition;

    assert_ok(ctx, gvc_edition__new(ctx, &edition));
    assert_ok(ctx, gvc_labels__new(ctx, &edition->countries, G, codes, NULL));
    assert_ok(ctx, gvc_labels__new(ctx, &edition->sectors, 2, sectors, NULL));
    assert_ok(ctx, gvc_labels__new(ctx, &edition->categories, 1, sectors, NULL));
    edition->native = gvc_mem__alloc(ctx, G, sizeof *native);
    memcpy(edition->native, native, sizeof native);
    return edition;
}

/* Rows of one level and year; value = 1000 * year + the row. */
static gvc_frame *frame_new(gvc_ctx *ctx, const gvc_edition *edition, const char *level, int year,
                            int sector, int partner)
{
    const gvc_column_info up = { .name = "up",
                                 .label = "Upstreamness",
                                 .unit = "stages",
                                 .measure = "up",
                                 .group = "position" };
    const gvc_column_info gexp = { .name = "gexp",
                                   .label = "Gross exports",
                                   .unit = "money",
                                   .measure = "gexp",
                                   .group = "base" };
    const gvc_column_info of[] = { { .name = "country" },
                                   { .name = "sector" },
                                   { .name = "partner" } };
    const gvc_int n_sectors = sector ? 2 : 1, n_partners = partner ? G : 1;
    const gvc_int rows = G * n_sectors * n_partners;
    int32_t *c, *k = NULL, *p = NULL;
    gvc_frame *frame;
    double *v, *e;

    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, level, year, rows));
    c = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of[0], edition->countries);
    if (sector)
        k = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of[1], edition->sectors);
    if (partner)
        p = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of[2], edition->countries);
    v = gvc_frame__add_real(ctx, frame, &up);
    e = gvc_frame__add_real(ctx, frame, &gexp);
    for (gvc_int i = 0; i < rows; i++) {
        c[i] = (int32_t)(i / (n_sectors * n_partners));
        if (k)
            k[i] = (int32_t)(i / n_partners % n_sectors);
        if (p)
            p[i] = (int32_t)(i % n_partners);
        v[i] = 1000.0 * year + (double)i;
        e[i] = p && p[i] == c[i] ? NAN : (double)(i + 1);
    }
    return frame;
}

static void add(gvc_ctx *ctx, gvc_panel *panel, gvc_frame *frame)
{
    assert_ok(ctx, gvc_panel_add(ctx, panel, frame));
    gvc_frame_free(frame);
}

static const int32_t *ints(const gvc_frame *frame, const char *name)
{
    const gvc_int j = gvc_frame_find(frame, name);

    assert_true(j >= 0);
    return gvc_frame_ints(frame, j);
}

static const double *reals(const gvc_frame *frame, const char *name)
{
    return gvc_frame_reals(frame, gvc_frame_find(frame, name));
}

static const char *text(const gvc_frame *frame, const char *name, gvc_int i)
{
    const gvc_int j = gvc_frame_find(frame, name);

    return gvc_frame_codes(frame, j)[i] < 0
               ? ""
               : gvc_labels_code(gvc_frame_labels(frame, j), gvc_frame_codes(frame, j)[i]);
}

/* Every panel: id and year rise, names and labels keep to the limits of Stata. */
static void check_panel(const gvc_frame *frame)
{
    const int32_t *id = ints(frame, "id"), *year = ints(frame, "year");

    for (gvc_int i = 1; i < gvc_frame_rows(frame); i++)
        assert_true(id[i] == id[i - 1] ? year[i] > year[i - 1] : id[i] == id[i - 1] + 1);
    assert_int_equal(id[0], 1);
    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++) {
        assert_true(strlen(gvc_frame_name(frame, j)) <= 32);
        assert_true(strlen(gvc_frame_label(frame, j)) <= 80);
        assert_true(*gvc_frame_label(frame, j) != '\0');
    }
}

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
    gvc_edition *edition = edition_new(ctx);
    gvc_panel *panel;
    gvc_frame *out;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    add(ctx, panel, frame_new(ctx, edition, "sector", 2020, 1, 0));
    add(ctx, panel, frame_new(ctx, edition, "sector", 2010, 1, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    check_panel(out);
    assert_int_equal(gvc_frame_columns(out), sizeof want / sizeof want[0]);
    for (gvc_int j = 0; j < gvc_frame_columns(out); j++)
        assert_string_equal(gvc_frame_name(out, j), want[j]);
    /* China (156) comes before Italy (380), Romania (642), the United States (840) and ROW. */
    assert_int_equal(gvc_frame_rows(out), 20);
    assert_string_equal(text(out, "country", 0), "CHN");
    assert_int_equal(ints(out, "country_id")[0], 156);
    assert_int_equal(ints(out, "country_id")[19], 9000);
    assert_string_equal(text(out, "country_name", 0), "China");
    assert_string_equal(text(out, "country_src", 8), "ROM");
    assert_int_equal(ints(out, "sector_id")[2], 2);
    assert_int_equal(ints(out, "year")[0], 2010);
    assert_true(reals(out, "up")[0] == 1000.0 * 2010 + 2);
    gvc_frame_free(out);
    gvc_panel_free(panel);
    gvc_edition__free(edition);
}

/* Italy signed in 2019 and left in 2023; Romania signed in 2015; the United States never did. */
static void dummies_follow_the_years(void **state)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const char *const focus[] = { "CHN", NULL };
    const gvc_panel_opts opts = { .focus = focus, .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    gvc_panel *panel;
    gvc_frame *out;
    int seen = 0;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    for (int year = 2012; year <= 2024; year++)
        add(ctx, panel, frame_new(ctx, edition, "country", year, 0, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    check_panel(out);
    for (gvc_int i = 0; i < gvc_frame_rows(out); i++) {
        const char *code = text(out, "country", i);
        const int year = ints(out, "year")[i], mou = ints(out, "bri_mou")[i];
        int from, to;

        if (strcmp(code, "ROW") == 0) {
            assert_int_equal(mou, GVC_INT_MISSING);
            continue;
        }
        assert_int_equal(ints(out, "chn")[i], strcmp(code, "CHN") == 0);
        if (gvc_bri_year(code, &from, &to)) {
            assert_int_equal(ints(out, "bri_year")[i], from);
            assert_int_equal(ints(out, "bri_rel")[i], year - from);
            assert_int_equal(mou, year >= from && (to == 0 || year < to));
            seen++;
        } else {
            assert_int_equal(ints(out, "bri_year")[i], GVC_INT_MISSING);
            assert_int_equal(ints(out, "bri_rel")[i], GVC_INT_MISSING);
            assert_int_equal(mou, 0);
        }
        assert_int_equal(ints(out, "in_bri")[i], mou);
        assert_int_equal(ints(out, "bri_post13")[i], strcmp(code, "ROU") == 0 && year >= 2013);
        if (strcmp(code, "ITA") == 0)
            assert_int_equal(mou, year >= 2019 && year < 2023);
    }
    assert_int_equal(seen, 2 * 13);
    gvc_frame_free(out);
    gvc_panel_free(panel);
    gvc_edition__free(edition);
}

static void shares_of_partners_come_from_pairs(void **state)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const gvc_panel_opts opts = { .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    gvc_frame *pairs = frame_new(ctx, edition, "bilateral", 2011, 0, 1), *out;
    gvc_panel *panel;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    add(ctx, panel, frame_new(ctx, edition, "country", 2011, 0, 0));
    assert_ok(ctx, gvc_panel_add_pairs(ctx, panel, pairs));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    check_panel(out);
    assert_int_equal(gvc_frame_rows(out), G);
    /* China sells 6 to Italy, 8 to Romania (members), 9 to the United States, 10 to ROW. */
    assert_string_equal(text(out, "country", 0), "CHN");
    assert_close(reals(out, "bri_share_gexp")[0], 14.0 / 33.0, 1e-15);
    assert_int_equal(gvc_panel_add_pairs(ctx, panel, out), GVC_EUSAGE);
    gvc_frame_free(out);
    gvc_frame_free(pairs);
    gvc_panel_free(panel);
    gvc_edition__free(edition);
}

static void the_order_of_adding_does_not_show_in_rows(void **state)
{
    const gvc_panel_opts opts = { .stack_levels = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    gvc_frame *out[2];

    for (int k = 0; k < 2; k++) {
        gvc_panel *panel;

        assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
        for (int i = 0; i < 4; i++) {
            const int at = k ? 3 - i : i;

            add(ctx, panel,
                frame_new(ctx, edition, at & 1 ? "sector" : "country", 2000 + at / 2, at & 1, 0));
        }
        assert_ok(ctx, gvc_panel_finish(ctx, &out[k], panel));
        check_panel(out[k]);
        gvc_panel_free(panel);
    }
    assert_int_equal(gvc_frame_rows(out[0]), 30);
    for (gvc_int i = 0; i < 30; i++) {
        assert_string_equal(text(out[0], "country", i), text(out[1], "country", i));
        assert_string_equal(text(out[0], "sector", i), text(out[1], "sector", i));
        assert_string_equal(text(out[0], "level", i), text(out[1], "level", i));
        assert_true(reals(out[0], "up")[i] == reals(out[1], "up")[i]);
    }
    assert_string_equal(text(out[0], "sector", 0), "");
    gvc_frame_free(out[0]);
    gvc_frame_free(out[1]);
    gvc_edition__free(edition);
}

static void what_cannot_be_stacked_is_refused(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    gvc_frame *a = frame_new(ctx, edition, "country", 2011, 0, 0), *out;
    gvc_frame *b = frame_new(ctx, edition, "sector", 2011, 1, 0);
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
    gvc_edition__free(edition);
}

static void rows_of_row_can_be_dropped(void **state)
{
    const gvc_panel_opts opts = { .no_row = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    gvc_panel *panel;
    gvc_frame *out;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, &opts));
    add(ctx, panel, frame_new(ctx, edition, "bilateral", 2011, 0, 1));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    assert_int_equal(gvc_frame_rows(out), 12);
    for (gvc_int i = 0; i < 12; i++) {
        assert_true(strcmp(text(out, "country", i), "ROW") &&
                    strcmp(text(out, "partner", i), "ROW"));
        assert_true(strcmp(text(out, "country", i), text(out, "partner", i)) != 0);
    }
    gvc_frame_free(out);
    gvc_panel_free(panel);
    gvc_edition__free(edition);
}

static void the_report_counts_gaps(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    const gvc_int some[] = { 0, 1, 2, 3 };
    gvc_frame *part, *whole = frame_new(ctx, edition, "country", 2002, 0, 0), *out;
    gvc_panel *panel;
    char *report;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, NULL));
    assert_ok(ctx, gvc_frame__select(ctx, &part, whole, some, 4));
    add(ctx, panel, frame_new(ctx, edition, "country", 2001, 0, 0));
    add(ctx, panel, part);
    add(ctx, panel, frame_new(ctx, edition, "country", 2003, 0, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    assert_ok(ctx, gvc_panel_report(ctx, &report, out));
    assert_non_null(strstr(report, "units 5, years 3 (2001 to 2003), cells 15, present 14\n"));
    assert_non_null(strstr(report, "units with all years 4: not balanced\n"));
    assert_non_null(strstr(report, "with internal gaps 1\nunits with gaps: ROW\n"));
    assert_non_null(strstr(report, "up: 100.0 % of the rows present, 4 of 5 units complete\n"));
    gvc_text_free(report);
    gvc_frame_free(out);
    gvc_frame_free(whole);
    gvc_panel_free(panel);
    gvc_edition__free(edition);
}

static void a_failed_allocation_leaves_nothing(void **state)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const gvc_panel_opts opts = { .partners = &bri, .n_partners = 1 };
    gvc_ctx *ctx = *state;
    gvc_edition *edition = edition_new(ctx);
    gvc_frame *frame = frame_new(ctx, edition, "bilateral", 2011, 0, 1), *out = NULL;
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
    gvc_edition__free(edition);
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
