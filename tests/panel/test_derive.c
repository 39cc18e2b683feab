#include "../support/panel_sample.h"

#include "base/mem.h"
#include "frame/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Columns made of columns: by year, not by row. */

static const int years[] = { 2001, 2002, 2004, 2005 };

enum { N_YEARS = sizeof years / sizeof years[0] };

/* Countries over four years, one of which lies apart; `up` is 1000 * year + the place in the table.
 */
static gvc_frame *panel_of(gvc_ctx *ctx)
{
    gvc_edition *edition = sample_edition(ctx);
    gvc_panel *panel;
    gvc_frame *out;

    assert_ok(ctx, gvc_panel_new(ctx, &panel, edition, NULL));
    for (int i = 0; i < N_YEARS; i++)
        sample_add(ctx, panel, sample_frame(ctx, edition, "country", years[i], 0, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &out, panel));
    gvc_panel_free(panel);
    sample_edition_free(edition);
    return out;
}

static gvc_frame *derive(gvc_ctx *ctx, gvc_derived_kind kind, int by)
{
    static const char *const names[] = { "up", "gexp", NULL };
    const gvc_derived how = { kind, by, names, 0 };
    gvc_frame *panel = panel_of(ctx);

    assert_ok(ctx, gvc_panel_derive(ctx, panel, &how, 1));
    sample_check(panel);
    return panel;
}

static void a_lag_is_of_the_year_before(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_LAG, 1);
    const double *lag = sample_reals(panel, "l1_up"), *up = sample_reals(panel, "up");
    const gvc_int at = sample_row(panel, "ITA", 2001);

    assert_true(isnan(lag[at]));
    assert_int_equal(sample_flag(panel, "l1_up", at), GVC_FLAG_ABSENT);
    assert_true(lag[at + 1] == up[at]);
    assert_true(isnan(lag[at + 2])); /* 2003 is absent, though there is a row before 2004 */
    assert_true(lag[at + 3] == up[at + 2]);
    assert_string_equal(gvc_frame_label(panel, gvc_frame_find(panel, "l1_up")),
                        "Lag 1: Upstreamness");
    assert_string_equal(gvc_frame_unit(panel, gvc_frame_find(panel, "l1_up")), "stages");
    gvc_frame_free(panel);
    panel = derive(*state, GVC_DERIVED_LAG, 2);
    assert_true(sample_reals(panel, "l2_up")[at + 2] == 1000.0 * 2002);
    assert_true(isnan(sample_reals(panel, "l2_up")[at + 1]));
    gvc_frame_free(panel);
}

static void differences_logs_and_growth(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_DIFFERENCE, 1);
    const gvc_int at = sample_row(panel, "CHN", 2001);

    assert_true(isnan(sample_reals(panel, "d1_up")[at]));
    assert_true(sample_reals(panel, "d1_up")[at + 1] == 1000);
    assert_true(isnan(sample_reals(panel, "d1_up")[at + 2]));
    gvc_frame_free(panel);
    panel = derive(*state, GVC_DERIVED_LOG, 0);
    assert_close(sample_reals(panel, "ln_gexp")[at], log(2.0), 1e-15);
    gvc_frame_free(panel);
    panel = derive(*state, GVC_DERIVED_GROWTH, 0);
    assert_close(sample_reals(panel, "g_up")[at + 1], 2002001.0 / 2001001.0 - 1, 1e-15);
    assert_true(sample_reals(panel, "g_gexp")[at + 3] == 0);
    assert_true(isnan(sample_reals(panel, "g_up")[at + 2]));
    gvc_frame_free(panel);
}

static void values_without_a_logarithm_or_growth(void **state)
{
    static const char *const names[] = { "up", NULL };
    const gvc_derived list[] = { { GVC_DERIVED_LOG, 0, names, 0 },
                                 { GVC_DERIVED_GROWTH, 0, names, 0 } };
    gvc_frame *panel = panel_of(*state);
    const gvc_int at = sample_row(panel, "USA", 2001);

    ((double *)(uintptr_t)sample_reals(panel, "up"))[at] = -1;
    assert_ok(*state, gvc_panel_derive(*state, panel, list, 2));
    assert_true(isnan(sample_reals(panel, "ln_up")[at]));
    assert_true(isnan(sample_reals(panel, "g_up")[at + 1]));
    assert_int_equal(sample_flag(panel, "g_up", at + 1), GVC_FLAG_DEN0);
    gvc_frame_free(panel);
}

static void the_base_year_holds_for_all_years(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_BASE, 2004);

    for (gvc_int i = 0; i < gvc_frame_rows(panel); i++)
        assert_true(
            sample_reals(panel, "b_up")[i] ==
            sample_reals(panel, "up")[sample_row(panel, sample_text(panel, "country", i), 2004)]);
    gvc_frame_free(panel);
}

/* Of ITA CHN ROU USA, with gexp 1 2 3 4; ROW (5) is no country. */
static void others_leave_out_the_country_itself(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_OTHERS, 0);
    const double *loo = sample_reals(panel, "loo_gexp");

    for (int y = 0; y < N_YEARS; y++) {
        assert_close(loo[sample_row(panel, "ITA", years[y])], (2.0 + 3 + 4) / 3, 1e-15);
        assert_close(loo[sample_row(panel, "USA", years[y])], (1.0 + 2 + 3) / 3, 1e-15);
        assert_close(loo[sample_row(panel, "ROW", years[y])], (1.0 + 2 + 3 + 4) / 4, 1e-15);
    }
    gvc_frame_free(panel);
}

static void others_are_of_the_same_sector(void **state)
{
    static const char *const names[] = { "gexp", NULL };
    const gvc_derived how = { GVC_DERIVED_OTHERS, 0, names, 0 };
    gvc_edition *edition = sample_edition(*state);
    gvc_panel *panel;
    gvc_frame *out;

    assert_ok(*state, gvc_panel_new(*state, &panel, edition, NULL));
    sample_add(*state, panel, sample_frame(*state, edition, "sector", 2001, 1, 0));
    assert_ok(*state, gvc_panel_finish(*state, &out, panel));
    assert_ok(*state, gvc_panel_derive(*state, out, &how, 1));
    /* Rows in table order are ITA c1, ITA c2, CHN c1 ...: gexp 1 3 5 7 in c1, 2 4 6 8 in c2. */
    assert_close(sample_reals(out, "loo_gexp")[sample_row(out, "ITA", 2001)], 5, 1e-15);
    assert_close(sample_reals(out, "loo_gexp")[sample_row(out, "ITA", 2001) + 1], 6, 1e-15);
    gvc_frame_free(out);
    gvc_panel_free(panel);
    sample_edition_free(edition);
}

static void standard_scores_and_extremes(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_STANDARD, 0);
    const double sd = sqrt(2.5); /* of 1 2 3 4 5 */

    assert_close(sample_reals(panel, "z_gexp")[sample_row(panel, "ROW", 2002)], 2 / sd, 1e-15);
    assert_close(sample_reals(panel, "z_gexp")[sample_row(panel, "ITA", 2002)], -2 / sd, 1e-15);
    gvc_frame_free(panel);
    panel = derive(*state, GVC_DERIVED_WINSOR, 0);
    for (gvc_int i = 0; i < gvc_frame_rows(panel); i++)
        assert_true(sample_reals(panel, "w1_up")[i] == sample_reals(panel, "up")[i]);
    gvc_frame_free(panel);
}

/* 200 rows of one year, 1 to 200: percentiles 1 and 99 are means of two neighbours. */
static void extremes_are_drawn_in(void **state)
{
    const gvc_column_info info = { .name = "m", .label = "m", .unit = "share", .measure = "m" };
    const gvc_column_info of[] = { { .name = "country" }, { .name = "year" }, { .name = "id" } };
    const gvc_derived how = { .kind = GVC_DERIVED_WINSOR };
    gvc_edition *edition = sample_edition(*state);
    gvc_frame *frame;
    int32_t *country, *year, *id;
    double *m;

    assert_ok(*state, gvc_frame__new(*state, &frame, GVC_FRAME_INDICES, "country", 0, 200));
    country =
        gvc_frame__add_label(*state, frame, GVC_ROLE_KEY, &of[0], gvc_edition_countries(edition));
    year = gvc_frame__add_int(*state, frame, GVC_ROLE_KEY, &of[1]);
    id = gvc_frame__add_int(*state, frame, GVC_ROLE_ID, &of[2]);
    m = gvc_frame__add_real(*state, frame, &info);
    for (int i = 0; i < 200; i++) {
        country[i] = 0;
        year[i] = 2001;
        id[i] = i + 1;
        m[i] = 200 - i;
    }
    assert_ok(*state, gvc_panel_derive(*state, frame, &how, 1));
    for (int i = 0; i < 200; i++)
        assert_true(sample_reals(frame, "w1_m")[i] == (m[i] < 2.5     ? 2.5
                                                       : m[i] > 198.5 ? 198.5
                                                                      : m[i]));
    gvc_frame_free(frame);
    sample_edition_free(edition);
}

static void all_measures_but_base_money(void **state)
{
    gvc_derived how = { .kind = GVC_DERIVED_LAG, .by = 1 };
    gvc_frame *panel = panel_of(*state);

    assert_ok(*state, gvc_panel_derive(*state, panel, &how, 1));
    assert_true(gvc_frame_find(panel, "l1_up") >= 0);
    assert_int_equal(gvc_frame_find(panel, "l1_gexp"), -1);
    how.with_base = 1;
    assert_ok(*state, gvc_panel_derive(*state, panel, &how, 1));
    assert_true(gvc_frame_find(panel, "l1_gexp") >= 0);
    gvc_frame_free(panel);
}

static void what_is_no_measure_is_refused(void **state)
{
    static const char *const names[] = { "fv", NULL }, *const dummy[] = { "country_id", NULL };
    gvc_derived how = { GVC_DERIVED_LOG, 0, names, 0 };
    gvc_frame *panel = panel_of(*state);

    assert_int_equal(gvc_panel_derive(*state, panel, &how, 1), GVC_EUSAGE);
    assert_string_equal(gvc_ctx_message(*state),
                        "the panel has no measure \"fv\" to make a column ln_... of; name it with "
                        "--measures too");
    how.names = dummy;
    assert_int_equal(gvc_panel_derive(*state, panel, &how, 1), GVC_EUSAGE);
    gvc_frame_free(panel);
}

static void names_over_the_limit_are_refused(void **state)
{
    const char *const name = "a_measure_with_thirty_characters";
    const gvc_column_info info = { .name = name, .label = name, .unit = "share", .measure = name };
    const char *const names[] = { name, NULL };
    const gvc_derived how = { GVC_DERIVED_LAG, 1, names, 0 };
    gvc_frame *panel = panel_of(*state), *wide;

    assert_non_null(gvc_frame__add_real(*state, panel, &info));
    assert_int_equal(gvc_panel_derive(*state, panel, &how, 1), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(*state), "l1_a_measure_with"));
    assert_int_equal(gvc_panel_widen(*state, &wide, panel), GVC_EUSAGE);
    gvc_frame__add_flags(*state, panel, gvc_frame_find(panel, name))[0] = GVC_FLAG_DEN0;
    assert_int_equal(gvc_panel_add_flags(*state, panel), GVC_EUSAGE);
    gvc_frame_free(panel);
}

static void flags_become_columns(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_LAG, 1);
    gvc_int at;

    assert_ok(*state, gvc_panel_add_flags(*state, panel));
    sample_check(panel);
    at = sample_row(panel, "CHN", 2004);
    assert_string_equal(sample_text(panel, "f_l1_up", at), "absent");
    assert_string_equal(sample_text(panel, "f_l1_up", at + 1), "");
    assert_int_equal(gvc_frame_find(panel, "f_up"), -1);
    gvc_frame_free(panel);
}

static void years_become_columns(void **state)
{
    gvc_frame *panel = panel_of(*state), *wide;

    assert_ok(*state, gvc_panel_widen(*state, &wide, panel));
    assert_int_equal(gvc_frame_rows(wide), SAMPLE_G);
    assert_int_equal(gvc_frame_find(wide, "year"), -1);
    for (int y = 0; y < N_YEARS; y++) {
        char name[16];

        snprintf(name, sizeof name, "up_%d", years[y]);
        assert_true(sample_reals(wide, name)[0] ==
                    sample_reals(panel, "up")[sample_row(panel, "CHN", years[y])]);
    }
    assert_string_equal(sample_text(wide, "country", 1), "ITA");
    gvc_frame_free(wide);
    gvc_frame_free(panel);
}

static void measures_are_counted(void **state)
{
    gvc_frame *panel = derive(*state, GVC_DERIVED_LAG, 1);
    gvc_panel_stats s;

    assert_ok(*state, gvc_panel_measure(*state, &s, panel, gvc_frame_find(panel, "l1_gexp")));
    assert_int_equal(s.rows, SAMPLE_G * N_YEARS);
    assert_int_equal(s.present, SAMPLE_G * 2);
    assert_int_equal(s.flags[GVC_FLAG_ABSENT], SAMPLE_G * 2);
    assert_int_equal(s.complete, 0);
    assert_int_equal(s.negative, 0);
    assert_true(s.min == 1 && s.median == 3 && s.max == 5);
    assert_ok(*state, gvc_panel_measure(*state, &s, panel, gvc_frame_find(panel, "gexp")));
    assert_int_equal(s.complete, SAMPLE_G);
    assert_int_equal(s.above_one, (SAMPLE_G - 1) * N_YEARS);
    gvc_frame_free(panel);
}

/* dvx is the sum of its five parts; a part that is off by a tenth shows, with its place. */
static void sums_that_do_not_hold_show(void **state)
{
    static const char *const names[] = { "dvx", "dv1", "dv2", "dv3", "dv4", "dv_disc" };
    gvc_frame *panel = panel_of(*state);
    const gvc_int row = sample_row(panel, "ROU", 2004);
    double worst;
    char *text;

    assert_ok(*state, gvc_panel_identities(*state, &text, &worst, panel));
    assert_string_equal(text, "");
    assert_true(isnan(worst));
    gvc_text_free(text);
    for (size_t c = 0; c < sizeof names / sizeof *names; c++) {
        const gvc_column_info info = {
            .name = names[c], .label = names[c], .measure = names[c], .group = "kpww"
        };
        double *cells = gvc_frame__add_real(*state, panel, &info);

        for (gvc_int i = 0; i < gvc_frame_rows(panel); i++)
            cells[i] = c ? (double)i : 5.0 * (double)i;
        if (c == 3)
            cells[row] *= 1.5;
    }
    assert_ok(*state, gvc_panel_identities(*state, &text, &worst, panel));
    assert_close(worst, 0.1, 1e-14);
    assert_non_null(strstr(text, "2004: worst identity residual 1.0e-01: dvx = dv1 + dv2 + dv3 + "
                                 "dv4 + dv_disc at ROU\n"));
    assert_non_null(strstr(text, "2001: worst identity residual 0.0e+00"));
    gvc_text_free(text);
    gvc_frame_free(panel);
}

static void a_failed_allocation_leaves_nothing(void **state)
{
    const gvc_derived list[] = { { .kind = GVC_DERIVED_LAG, .by = 1 },
                                 { .kind = GVC_DERIVED_OTHERS },
                                 { .kind = GVC_DERIVED_WINSOR } };
    gvc_status st = GVC_ENOMEM;
    int n = 0;

    while (st == GVC_ENOMEM && n < 1000) {
        gvc_frame *panel = panel_of(*state), *wide = NULL;

        gvc_mem__fail_after(*state, ++n);
        st = gvc_panel_derive(*state, panel, list, 3);
        if (st == GVC_OK)
            st = gvc_panel_add_flags(*state, panel);
        if (st == GVC_OK)
            st = gvc_panel_widen(*state, &wide, panel);
        gvc_mem__fail_after(*state, 0);
        gvc_frame_free(wide);
        gvc_frame_free(panel);
        assert_int_equal(gvc_ctx_memory_used(*state), 0);
    }
    assert_int_equal(st, GVC_OK);
    assert_true(n > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(a_lag_is_of_the_year_before),
        context_test(differences_logs_and_growth),
        context_test(values_without_a_logarithm_or_growth),
        context_test(the_base_year_holds_for_all_years),
        context_test(others_leave_out_the_country_itself),
        context_test(others_are_of_the_same_sector),
        context_test(standard_scores_and_extremes),
        context_test(extremes_are_drawn_in),
        context_test(all_measures_but_base_money),
        context_test(what_is_no_measure_is_refused),
        context_test(names_over_the_limit_are_refused),
        context_test(flags_become_columns),
        context_test(years_become_columns),
        context_test(measures_are_counted),
        context_test(sums_that_do_not_hold_show),
        context_test(a_failed_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
