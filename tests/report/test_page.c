#include "../support/support.h"
#include "../support/synth_store.h"

#include <gvc/gvc.h>

#include "base/file.h"
#include "base/mem.h"
#include "report/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *golden(const char *table)
{
    static char path[500];

    snprintf(path, sizeof path, "%s/golden/%s", getenv("GVC_TESTS"), table);
    return path;
}

/* ---- the numbers are those of the measures ---- */

static void gather(gvc_ctx *ctx, gvc_report *r, gvc_input **input, gvc_report_opts *opts,
                   const char *table)
{
    assert_ok(ctx, gvc_input_open(ctx, input, golden(table)));
    *opts = (gvc_report_opts){ .focus = "CHN",
                               .group = gvc_group_find(gvc_input_edition(*input), "BRI") };
    assert_non_null(opts->group);
    assert_ok(ctx, gvc_report__gather(ctx, r, *input, "x.html", opts));
}

/* Digital value added by origin adds up to what the family digital says, own and foreign. */
static void origins_of_digital_value_added_add_up(void **state)
{
    static const char *const tables[] = { "t4x5", "t6x4" };

    for (int t = 0; t < 2; t++) {
        gvc_input *input;
        gvc_report_opts opts;
        gvc_report r;
        double own = 0, foreign = 0;

        gather(*state, &r, &input, &opts, tables[t]);
        assert_non_null(r.digital);
        assert_non_null(r.origins);
        for (gvc_int c = 0; c < r.G; c++)
            for (gvc_int k = 0; k < r.N; k++)
                *(c == r.focus ? &own : &foreign) += r.digital[k] * r.origins[c * r.N + k];
        assert_close(own, gvc_report__mark(&r, 0, GVC_MARK_FOCUS, "dig_dom"), 1e-9);
        assert_close(foreign, gvc_report__mark(&r, 0, GVC_MARK_FOCUS, "dig_for"), 1e-9);
        gvc_report__drop(&r);
        gvc_input_close(input);
    }
}

/* The routes to and from the group add up to the value added it absorbs and gives. */
static void routes_add_up_to_value_added_exports(void **state)
{
    gvc_input *input;
    gvc_report_opts opts;
    gvc_report r;

    gather(*state, &r, &input, &opts, "t4x5");
    assert_close(r.routes[0][0][0] + r.routes[0][0][1] + r.routes[0][0][2],
                 gvc_report__members_from(&r, 0, "jn_vax", r.focus), 1e-9);
    assert_close(r.routes[0][1][0] + r.routes[0][1][1] + r.routes[0][1][2],
                 gvc_report__members_to(&r, 0, "jn_vax", r.focus), 1e-9);
    gvc_report__drop(&r);
    gvc_input_close(input);
}

/* The group's ratios by sector, summed over sectors, are those of its group_sum row. */
static void sums_over_members_are_the_groups(void **state)
{
    gvc_input *input;
    gvc_report_opts opts;
    gvc_report r;
    double fv = 0, gexp = 0;

    gather(*state, &r, &input, &opts, "t4x5");
    for (gvc_int k = 0; k < r.N; k++) {
        fv += gvc_report__members_sector(&r, 0, "fv", k);
        gexp += gvc_report__members_sector(&r, 0, "gexp", k);
    }
    assert_close(fv / gexp, gvc_report__mark(&r, 0, GVC_MARK_GROUP, "fv_sh"), 1e-12);
    assert_close(gexp, gvc_report__members_sum(&r, 0, "bms_gexp"), 1e-12);
    gvc_report__drop(&r);
    gvc_input_close(input);
}

/* ---- sentences ---- */

static void sentences_hold_in_both_directions(void **state)
{
    int years[] = { 1995, 2011 };
    gvc_report r = { .doc = { .ctx = *state }, .n_years = 2, .years = years };
    const gvc_scale none = { 1, "" };

    assert_string_equal(gvc_say__moved(&r, GVC_NUMERAL_SHARE, 0.157, 0.218, none),
                        "rose from 15.7 % in 1995 to 21.8 % in 2011");
    assert_string_equal(gvc_say__moved(&r, GVC_NUMERAL_SHARE, 0.218, 0.157, none),
                        "fell from 21.8 % in 1995 to 15.7 % in 2011");
    assert_string_equal(gvc_say__moved(&r, GVC_NUMERAL_SHARE, 0.21801, 0.21799, none),
                        "stood at 21.8 % in 2011 as in 1995");
    assert_string_equal(gvc_say__moved(&r, GVC_NUMERAL_SHARE, NAN, 0.218, none),
                        "stands at 21.8 % in 2011");
    assert_string_equal(gvc_say__moved(&r, GVC_NUMERAL_SHARE, 0.2, NAN, none),
                        "is not defined in 2011");
    assert_string_equal(gvc_say__change(&r, GVC_NUMERAL_SHARE, 0.157, 0.218, none), "+6.1 points");
    assert_string_equal(gvc_say__change(&r, GVC_NUMERAL_SHARE, 0.218, 0.157, none), "\xe2\x88\x92"
                                                                                    "6.1 points");
    assert_string_equal(gvc_say__change(&r, GVC_NUMERAL_SHARE, 0.218, 0.218, none), "no change");
    assert_string_equal(gvc_say__than(GVC_NUMERAL_SHARE, 0.2, 0.3, none), "less");
    assert_string_equal(gvc_say__than(GVC_NUMERAL_SHARE, 0.3, 0.2, none), "more");
    assert_string_equal(gvc_say__than(GVC_NUMERAL_SHARE, 0.3, 0.3, none), "the same");
    r.n_years = 1;
    assert_string_equal(gvc_say__moved(&r, GVC_NUMERAL_SHARE, 0.1, 0.1, none),
                        "stands at 10.0 % in 1995");
    assert_string_equal(gvc_say__change(&r, GVC_NUMERAL_SHARE, 0.1, 0.1, none), "");
    gvc_doc__end(&r.doc);
}

/* ---- the page ---- */

static void write_text(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "wb");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A table of two countries whose sector and group want to be more than a name. */
static void write_hostile(void)
{
    assert_int_equal(mkdir(in_folder("evil"), 0777), 0);
    write_text("evil/labels.csv", "row,country,sector\n"
                                  "0,CHN,\"<script>alert(1)</script>\"\n"
                                  "1,CHN,\"\"\" onload=\"\"x\"\n"
                                  "2,VNM,\"<script>alert(1)</script>\"\n"
                                  "3,VNM,\"\"\" onload=\"\"x\"\n");
    write_text("evil/fcols.csv", "col,country,category\n0,CHN,F\n1,VNM,F\n");
    write_text("evil/Z.csv", "1,2,3,1\n2,1,1,1\n1,2,1,1\n1,1,2,1\n");
    write_text("evil/F.csv", "20,5\n30,2\n3,10\n1,12\n");
    write_text("evil/x.csv", "32\n37\n18\n18\n");
    write_text("evil/groups.csv", "group,country\n\"<b onclick=x>\",VNM\n");
}

static gvc_status report(gvc_ctx *ctx, const char *table, const char *name, const char *group)
{
    gvc_input *input;
    gvc_status st = gvc_input_open(ctx, &input, table);
    gvc_report_opts opts = { .focus = "CHN", .force = 1 };

    if (st != GVC_OK)
        return st;
    opts.group = gvc_group_find(gvc_input_edition(input), group);
    st = opts.group ? gvc_report_write(ctx, input, in_folder(name), &opts) : GVC_ELABEL;
    gvc_input_close(input);
    return st;
}

static void hostile_labels_stay_labels(void **state)
{
    char table[200], *text;
    gvc_int bytes;

    snprintf(table, sizeof table, "%s/evil", test_folder());
    write_hostile();
    assert_ok(*state, report(*state, table, "evil.html", "<b onclick=x>"));
    assert_ok(*state, gvc_file__read(*state, &text, &bytes, in_folder("evil.html"), 1 << 26));
    assert_null(strstr(text, "<script>alert"));
    assert_null(strstr(text, "<b onclick"));
    assert_null(strstr(text, "\" onload=\"x"));
    assert_non_null(strstr(text, "&lt;script&gt;alert(1)"));
    gvc_mem__free(text);
}

static void expect_same_file(gvc_ctx *ctx, const char *one, const char *other)
{
    char *a, *b;
    gvc_int n, m;

    assert_ok(ctx, gvc_file__read(ctx, &a, &n, in_folder(one), 1 << 26));
    assert_ok(ctx, gvc_file__read(ctx, &b, &m, in_folder(other), 1 << 26));
    assert_int_equal(n, m);
    assert_memory_equal(a, b, (size_t)n);
    gvc_mem__free(a);
    gvc_mem__free(b);
}

/* Two runs, with one thread and with five, give the same bytes. */
static void pages_are_the_same_bytes(void **state)
{
    gvc_ctx_set_threads(*state, 1);
    assert_ok(*state, report(*state, golden("t6x4"), "a.html", "BRI"));
    gvc_ctx_set_threads(*state, 5);
    assert_ok(*state, report(*state, golden("t6x4"), "b.html", "BRI"));
    expect_same_file(*state, "a.html", "b.html");
}

/* Wherever memory ends, the page is whole or is not there, and nothing is left behind. */
static void a_page_is_whole_or_not_there(void **state)
{
    gvc_status st = GVC_ENOMEM;
    int failures = 0;

    for (gvc_int n = 1; st != GVC_OK; n += 1 + n / 6) {
        unlink(in_folder("m.html"));
        gvc_mem__fail_after(*state, n);
        st = report(*state, golden("t3x3"), "m.html", "ASIA");
        gvc_mem__fail_after(*state, 0);
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        assert_int_equal(gvc_file__exists(in_folder("m.html")), st == GVC_OK);
        failures += st != GVC_OK;
    }
    assert_true(failures > 20);
}

/* ---- years ---- */

enum { YEARS = 5, FIRST = 2000 };

static void make_store(gvc_ctx *ctx, const char *name)
{
    const gvc_synth_opts opts = { .countries = 12, .sectors = 3, .seed = 3, .first_year = FIRST };

    synth_store(ctx, in_folder(name), &opts, YEARS, 0);
}

static gvc_status report_years(gvc_ctx *ctx, const char *name, int at_a_time)
{
    char store[300];
    gvc_input *input = NULL;
    gvc_report_opts opts = {
        .focus = "CHN", .group = gvc_groups_builtin_find("BRI"), .force = 1, .at_a_time = at_a_time
    };
    gvc_status st;

    snprintf(store, sizeof store, "%s", in_folder("years.h5"));
    st = gvc_input_open(ctx, &input, store);
    if (st == GVC_OK)
        st = gvc_report_write(ctx, input, in_folder(name), &opts);
    gvc_input_close(input);
    return st;
}

static void years_side_by_side_make_the_same_page(void **state)
{
    make_store(*state, "years.h5");
    assert_ok(*state, report_years(*state, "one.html", 1));
    for (int at_a_time = 2; at_a_time <= 8; at_a_time += 3) {
        assert_ok(*state, report_years(*state, "some.html", at_a_time));
        expect_same_file(*state, "one.html", "some.html");
    }
}

static void expect_same_numbers(const gvc_report *a, const gvc_report *b)
{
    assert_int_equal(a->n_found, b->n_found);
    assert_int_equal(a->n_measures, b->n_measures);
    for (int i = 0; i < YEARS * GVC_SCOPES_N; i++) {
        const gvc_frame *f = a->layers[i / GVC_SCOPES_N][i % GVC_SCOPES_N].frame,
                        *g = b->layers[i / GVC_SCOPES_N][i % GVC_SCOPES_N].frame;

        assert_int_equal(f ? gvc_frame_columns(f) : 0, g ? gvc_frame_columns(g) : 0);
        for (gvc_int j = 0; f && j < gvc_frame_columns(f); j++)
            if (gvc_frame_type(f, j) == GVC_COLUMN_REAL)
                assert_memory_equal(gvc_frame_reals(f, j), gvc_frame_reals(g, j),
                                    (size_t)gvc_frame_rows(f) * sizeof(double));
    }
}

/* An allocation that fails beside other years is made good where the year can be run again. */
static void memory_that_fails_beside_other_years_is_made_good(void **state)
{
    gvc_report_opts opts = { .focus = "CHN", .group = gvc_groups_builtin_find("BRI") };
    gvc_report whole, r;
    gvc_input *input;
    int failures = 0, successes = 0;
    gvc_int held;

    make_store(*state, "years.h5");
    assert_ok(*state, gvc_input_open(*state, &input, in_folder("years.h5")));
    assert_ok(*state, gvc_report__gather(*state, &whole, input, "x.html", &opts));
    held = gvc_ctx_memory_used(*state);
    opts.at_a_time = 3;
    for (gvc_int n = 1; n < 6000; n += 1 + n / 8) {
        gvc_status st;

        gvc_mem__fail_after(*state, n);
        st = gvc_report__gather(*state, &r, input, "x.html", &opts);
        gvc_mem__fail_after(*state, 0);
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        failures += st != GVC_OK;
        successes += st == GVC_OK;
        if (st == GVC_OK) {
            expect_same_numbers(&whole, &r);
            gvc_report__drop(&r);
        }
        assert_in_range(gvc_ctx_memory_used(*state), held, held + 100000); /* names of arrays */
    }
    assert_true(failures > 3 && successes > 3);
    gvc_report__drop(&whole);
    gvc_input_close(input);
}

static void a_focus_and_a_group_are_needed(void **state)
{
    gvc_input *input;

    assert_ok(*state, gvc_input_open(*state, &input, golden("t4x5")));
    assert_int_equal(gvc_report_write(*state, input, in_folder("f.html"), &(gvc_report_opts){ 0 }),
                     GVC_EUSAGE);
    assert_int_equal(gvc_report_write(*state, input, in_folder("f.html"),
                                      &(gvc_report_opts){ .focus = "FRA",
                                                          .group = gvc_groups_builtin(0) }),
                     GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(*state), "no country \"FRA\""));
    assert_int_equal(gvc_report_write(*state, input, in_folder("f.html"),
                                      &(gvc_report_opts){ .focus = "CHN",
                                                          .group =
                                                              gvc_groups_builtin_find("GCC") }),
                     GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(*state), "GCC has no member"));
    assert_false(gvc_file__exists(in_folder("f.html")));
    gvc_input_close(input);
}

/* Every measure and every column has its place in the reference. */
static void the_reference_has_every_column(void **state)
{
    char *text;
    gvc_int bytes;

    assert_ok(*state, gvc_report_methods(*state, in_folder("methods.html"), 0));
    assert_ok(*state, gvc_file__read(*state, &text, &bytes, in_folder("methods.html"), 1 << 26));
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        char cell[200];

        for (gvc_int j = 0; j < gvc_measure_terms_n(m); j++) {
            if (strchr(gvc_term_name(gvc_measure_term(m, j)), '<'))
                continue;
            snprintf(cell, sizeof cell, "<code>%s</code></th>",
                     gvc_term_name(gvc_measure_term(m, j)));
            assert_non_null(strstr(text, cell));
        }
    }
    gvc_mem__free(text);
    assert_int_equal(gvc_report_methods(*state, in_folder("methods.html"), 0), GVC_EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(origins_of_digital_value_added_add_up),
        context_test(routes_add_up_to_value_added_exports),
        context_test(sums_over_members_are_the_groups),
        context_test(sentences_hold_in_both_directions),
        context_test(hostile_labels_stay_labels),
        context_test(pages_are_the_same_bytes),
        context_test(a_page_is_whole_or_not_there),
        context_test(years_side_by_side_make_the_same_page),
        context_test(memory_that_fails_beside_other_years_is_made_good),
        context_test(a_focus_and_a_group_are_needed),
        context_test(the_reference_has_every_column),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
