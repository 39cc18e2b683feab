#include "../support/panel_sample.h"

#include "base/attrs.h"
#include "frame/frame.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

/* Several editions in one panel, and which rows stay or are added. */

typedef struct fixture {
    gvc_edition *five, *four; /* wiod13 with ROW, adb62 without */
    gvc_panel *panel;
    gvc_frame *out;
} fixture;

static fixture begin(gvc_ctx *ctx)
{
    return (fixture){ .five = sample_edition(ctx),
                      .four = sample_edition_of(ctx, 4, "ADB-MRIO", "62 economies, 2022") };
}

static void end(fixture *f)
{
    gvc_frame_free(f->out);
    gvc_panel_free(f->panel);
    sample_edition_free(f->five);
    sample_edition_free(f->four);
}

/* Years 2001 and 2003 of the one edition, 2001 to 2003 of the other. */
static gvc_status stack(gvc_ctx *ctx, fixture *f, const gvc_panel_opts *opts)
{
    gvc_status st = gvc_panel_new(ctx, &f->panel, f->five, opts);

    if (st == GVC_OK)
        st = gvc_panel_add_source(ctx, f->panel, f->four, "adb62.h5");
    if (st != GVC_OK)
        return st;
    sample_add(ctx, f->panel, sample_frame(ctx, f->five, "country", 2001, 0, 0));
    sample_add(ctx, f->panel, sample_frame(ctx, f->five, "country", 2003, 0, 0));
    gvc_panel_use_source(f->panel, 1);
    for (int year = 2001; year <= 2003; year++)
        sample_add(ctx, f->panel, sample_frame(ctx, f->four, "country", year, 0, 0));
    st = gvc_panel_finish(ctx, &f->out, f->panel);
    if (st == GVC_OK)
        sample_check(f->out);
    return st;
}

static void editions_stand_apart(void **state)
{
    const gvc_panel_opts opts = { .any_country = 1 };
    fixture f = begin(*state);

    assert_ok(*state, stack(*state, &f, &opts));
    assert_int_equal(gvc_frame_rows(f.out), 5 * 2 + 4 * 3);
    assert_string_equal(gvc_frame_attr(f.out, "edition"), "wiod13+adb62");
    /* China comes first, once for each edition; its unit in one is not that in the other. */
    assert_string_equal(sample_text(f.out, "source", 0), "wiod13");
    assert_string_equal(sample_text(f.out, "source", 2), "adb62");
    assert_int_equal(sample_ints(f.out, "country_id")[2], 156);
    assert_int_equal(sample_ints(f.out, "id")[1], 1);
    assert_int_equal(sample_ints(f.out, "id")[2], 2);
    assert_true(sample_reals(f.out, "up")[3] == 1000.0 * 2002 + 1);
    /* Each edition is complete in its own years. */
    assert_string_equal(gvc_frame_attr(f.out, "balance_cells"), "22");
    assert_string_equal(gvc_frame_attr(f.out, "balance_units_complete"), "9");
    assert_string_equal(gvc_frame_attr(f.out, "balance_units_with_gaps"), "0");
    end(&f);
}

static void editions_mix_only_when_asked(void **state)
{
    const gvc_panel_opts opts = { .name = "wiod13.h5" };
    fixture f = begin(*state);

    assert_int_equal(stack(*state, &f, &opts), GVC_EUSAGE);
    assert_string_equal(gvc_ctx_message(*state),
                        "wiod13.h5 and adb62.h5 differ in countries (1 missing: ROW); add --common "
                        "or --union");
    end(&f);
}

static void common_keeps_what_every_edition_has(void **state)
{
    const gvc_panel_opts opts = { .common = 1 };
    fixture f = begin(*state);

    assert_ok(*state, stack(*state, &f, &opts));
    assert_int_equal(gvc_frame_rows(f.out), 4 * 5);
    for (gvc_int i = 0; i < 20; i++)
        assert_true(strcmp(sample_text(f.out, "country", i), "ROW") != 0);
    end(&f);
}

static void sources_of_one_tag_are_one_edition(void **state)
{
    fixture f = begin(*state);
    gvc_edition *rest = sample_edition(*state);

    assert_ok(*state, gvc_panel_new(*state, &f.panel, f.five, NULL));
    assert_ok(*state, gvc_panel_add_source(*state, f.panel, rest, "later.h5"));
    sample_add(*state, f.panel, sample_frame(*state, f.five, "country", 2001, 0, 0));
    gvc_panel_use_source(f.panel, 1);
    sample_add(*state, f.panel, sample_frame(*state, rest, "country", 2002, 0, 0));
    assert_ok(*state, gvc_panel_finish(*state, &f.out, f.panel));
    assert_int_equal(gvc_frame_find(f.out, "source"), -1);
    assert_int_equal(sample_ints(f.out, "id")[1], 1);
    sample_edition_free(rest);
    end(&f);
}

static void check_refused(gvc_ctx *ctx, const char *name, const char *text, const char *message)
{
    const gvc_panel_opts opts = { .any_country = 1, .name = "a.h5" };
    fixture f = begin(ctx);

    assert_ok(ctx, gvc_attrs__set(ctx, f.four->attrs, name, text));
    assert_int_equal(stack(ctx, &f, &opts), GVC_EUSAGE);
    assert_string_equal(gvc_ctx_message(ctx), message);
    end(&f);
}

static void other_money_and_prices_are_refused(void **state)
{
    check_refused(*state, "unit", "thousand USD",
                  "a.h5 and adb62.h5 differ in the unit of money (million USD and thousand USD); "
                  "add --units musd");
    check_refused(*state, "price_basis", "previous year",
                  "a.h5 and adb62.h5 differ in prices (current and previous year); a panel holds "
                  "one price basis");
}

static void money_is_told_in_one_unit(void **state)
{
    const gvc_panel_opts opts = { .any_country = 1, .money = GVC_MONEY_BUSD };
    fixture f = begin(*state);

    assert_ok(*state, gvc_attrs__set(*state, f.four->attrs, "unit", "thousand USD"));
    assert_ok(*state, gvc_attrs__set(*state, f.four->attrs, "multiplier", "1000"));
    assert_ok(*state, stack(*state, &f, &opts));
    assert_string_equal(gvc_frame_attr(f.out, "unit"), "billion USD");
    assert_true(sample_reals(f.out, "gexp")[0] == 2.0 / 1000);
    assert_true(sample_reals(f.out, "gexp")[2] == 2.0 / 1000000);
    assert_true(sample_reals(f.out, "up")[2] == 1000.0 * 2001 + 1);
    gvc_frame_free(f.out);
    gvc_panel_free(f.panel);
    f.out = NULL;
    f.panel = NULL;
    assert_ok(*state, gvc_attrs__set(*state, f.four->attrs, "currency", "EUR"));
    assert_int_equal(stack(*state, &f, &opts), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(*state), "currency EUR"));
    end(&f);
}

static void the_rectangle_is_filled(void **state)
{
    const gvc_panel_opts opts = { .balanced = 1 };
    const gvc_int some[] = { 0, 1, 2 };
    gvc_ctx *ctx = *state;
    fixture f = begin(ctx);
    gvc_frame *part, *whole = sample_frame(ctx, f.five, "country", 2002, 0, 0);
    gvc_int row;

    assert_ok(ctx, gvc_panel_new(ctx, &f.panel, f.five, &opts));
    assert_ok(ctx, gvc_frame__select(ctx, &part, whole, some, 3));
    gvc_frame_free(whole);
    sample_add(ctx, f.panel, sample_frame(ctx, f.five, "country", 2001, 0, 0));
    sample_add(ctx, f.panel, part);
    sample_add(ctx, f.panel, sample_frame(ctx, f.five, "country", 2003, 0, 0));
    assert_ok(ctx, gvc_panel_finish(ctx, &f.out, f.panel));
    sample_check(f.out);
    assert_int_equal(gvc_frame_rows(f.out), 15);
    row = sample_row(f.out, "USA", 2002);
    assert_true(isnan(sample_reals(f.out, "up")[row]));
    assert_int_equal(sample_flag(f.out, "up", row), GVC_FLAG_ABSENT);
    assert_int_equal(sample_ints(f.out, "country_id")[row], 840);
    assert_int_equal(sample_flag(f.out, "up", sample_row(f.out, "USA", 2003)), GVC_FLAG_NONE);
    end(&f);
}

static void short_series_are_dropped(void **state)
{
    const gvc_panel_opts opts = { .min_years = 2 };
    const gvc_int some[] = { 0, 1 };
    gvc_ctx *ctx = *state;
    fixture f = begin(ctx);
    gvc_frame *part, *whole = sample_frame(ctx, f.five, "country", 2002, 0, 0);

    assert_ok(ctx, gvc_panel_new(ctx, &f.panel, f.five, &opts));
    assert_ok(ctx, gvc_frame__select(ctx, &part, whole, some, 2));
    gvc_frame_free(whole);
    sample_add(ctx, f.panel, sample_frame(ctx, f.five, "country", 2001, 0, 0));
    sample_add(ctx, f.panel, part);
    assert_ok(ctx, gvc_panel_finish(ctx, &f.out, f.panel));
    sample_check(f.out);
    assert_int_equal(gvc_frame_rows(f.out), 4);
    assert_int_equal(sample_row(f.out, "CHN", 2001), 0);
    assert_int_equal(sample_row(f.out, "ITA", 2002), 3);
    end(&f);
}

static void own_pairs_come_when_asked(void **state)
{
    for (int own = 0; own < 2; own++) {
        const gvc_panel_opts opts = { .own_pairs = own };
        fixture f = begin(*state);

        assert_ok(*state, gvc_panel_new(*state, &f.panel, f.five, &opts));
        sample_add(*state, f.panel, sample_frame(*state, f.five, "bilateral", 2001, 0, 1));
        assert_ok(*state, gvc_panel_finish(*state, &f.out, f.panel));
        assert_int_equal(gvc_frame_rows(f.out), own ? 25 : 20);
        end(&f);
    }
}

static void rows_may_be_named(void **state)
{
    static const char *const two[] = { "CHN", "USA", NULL };

    for (int only = 0; only < 2; only++) {
        const gvc_panel_opts opts = { .only = only ? two : NULL, .without = only ? NULL : two };
        fixture f = begin(*state);

        assert_ok(*state, gvc_panel_new(*state, &f.panel, f.five, &opts));
        sample_add(*state, f.panel, sample_frame(*state, f.five, "country", 2001, 0, 0));
        assert_ok(*state, gvc_panel_finish(*state, &f.out, f.panel));
        assert_int_equal(gvc_frame_rows(f.out), only ? 2 : 3);
        end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(editions_stand_apart),
        context_test(editions_mix_only_when_asked),
        context_test(common_keeps_what_every_edition_has),
        context_test(sources_of_one_tag_are_one_edition),
        context_test(other_money_and_prices_are_refused),
        context_test(money_is_told_in_one_unit),
        context_test(the_rectangle_is_filled),
        context_test(short_series_are_dropped),
        context_test(own_pairs_come_when_asked),
        context_test(rows_may_be_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
