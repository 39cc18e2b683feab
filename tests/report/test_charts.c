#include "../support/support.h"

#include "report/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gvc_doc doc_of(void **state)
{
    return (gvc_doc){ .ctx = *state };
}

/* ---- numbers as they are shown ---- */

static void numbers_have_sensible_digits(void **state)
{
    static const struct {
        gvc_numeral form;
        double value;
        const char *text;
    } cases[] = {
        { GVC_NUMERAL_SHARE, 0.2287, "22.9 %" },
        { GVC_NUMERAL_SHARE, -0.00004, "0.0 %" },
        { GVC_NUMERAL_SHARE, -0.0149,
          "\xe2\x88\x92"
          "1.5 %" },
        { GVC_NUMERAL_MONEY, 2084965, "2,085 billion USD" },
        { GVC_NUMERAL_MONEY, 40700, "40.7 billion USD" },
        { GVC_NUMERAL_MONEY, 0, "0 billion USD" },
        { GVC_NUMERAL_INDEX, -0.0691,
          "\xe2\x88\x92"
          "0.069" },
        { GVC_NUMERAL_STAGE, 2.7949, "2.79" },
        { GVC_NUMERAL_COUNT, 1234567, "1,234,567" },
        { GVC_NUMERAL_SHARE, NAN, "n/a" },
        { GVC_NUMERAL_MONEY, INFINITY, "n/a" },
    };
    gvc_doc doc = doc_of(state);
    const gvc_scale money = gvc_scale__fit(&doc, 2084965, "USD", "1000000", "million USD");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(gvc_numeral__text(&doc, cases[i].form, cases[i].value, money),
                            cases[i].text);
    gvc_doc__end(&doc);
}

static void money_without_currency_keeps_the_unit_of_the_table(void **state)
{
    gvc_doc doc = doc_of(state);

    assert_string_equal(gvc_scale__fit(&doc, 5e9, NULL, "1000000", "tons").name, "tons");
    assert_string_equal(gvc_scale__fit(&doc, 5e9, "USD", "many", NULL).name,
                        "the unit of the table");
    assert_true(gvc_scale__fit(&doc, 5e9, "USD", "-1", "x").divisor == 1);
    gvc_doc__end(&doc);
}

static void figures_that_print_alike_compare_equal(void **state)
{
    const gvc_scale none = { 1, "" };

    (void)state;
    assert_int_equal(gvc_numeral__compare(GVC_NUMERAL_SHARE, 0.12341, 0.12339, none), 0);
    assert_int_equal(gvc_numeral__compare(GVC_NUMERAL_SHARE, 0.1235, 0.1224, none), 1);
    assert_int_equal(gvc_numeral__compare(GVC_NUMERAL_INDEX, -0.07, 0.07, none), -1);
    assert_int_equal(gvc_numeral__compare(GVC_NUMERAL_INDEX, NAN, 1, none), 0);
}

/* ---- axes ---- */

static void axes_end_at_round_numbers_that_hold_the_data(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (int i = 0; i < 500; i++) {
        const double a = (random_uniform(&seed) - 0.5) * pow(10, 6 * random_uniform(&seed) - 3);
        const double b = a + random_uniform(&seed) * fabs(a);
        const gvc_axis axis = gvc_axis__new(a, b, 0, 100, 5);
        const double steps = (axis.high - axis.low) / axis.step;

        assert_true(axis.low <= a + 1e-9 * fabs(a) && axis.high >= b - 1e-9 * fabs(b));
        assert_true(fabs(steps - round(steps)) < 1e-6);
        assert_true(steps >= 1 && steps <= 9);
        assert_near(gvc_axis__at(&axis, axis.low), 0, 1e-9, 100);
        assert_near(gvc_axis__at(&axis, axis.high), 100, 1e-9, 100);
    }
}

static void axes_of_one_value_or_of_none_have_a_length(void **state)
{
    const double cases[][2] = { { 0, 0 }, { 3, 3 }, { -2, -2 }, { INFINITY, -INFINITY } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gvc_axis axis = gvc_axis__new(cases[i][0], cases[i][1], 0, 100, 5);

        assert_true(axis.high > axis.low && isfinite(axis.high) && axis.step > 0);
    }
}

/* ---- the parabola ---- */

static gvc_grid *parabola(gvc_doc *doc, int n)
{
    gvc_grid *grid = gvc_grid__new(doc, "p", "p", "p", n, 3);

    for (int i = 0; i < n; i++) {
        const double x = 1.5 + 0.3 * i;

        *gvc_grid__at(grid, i, 0) = x;
        *gvc_grid__at(grid, i, 1) = 0.9 - 0.4 * x + 0.07 * x * x;
        *gvc_grid__at(grid, i, 2) = 1 + i % 3;
    }
    return grid;
}

static void a_parabola_is_found_again(void **state)
{
    gvc_doc doc = doc_of(state);
    gvc_grid *grid = parabola(&doc, 9);
    double curve[3];

    *gvc_grid__at(grid, 4, 1) = NAN; /* a sector without a value is passed over */
    assert_near(gvc_chart__fit(grid, curve), 1, 1e-9, 1);
    assert_near(curve[0], 0.9, 1e-9, 1);
    assert_near(curve[1], -0.4, 1e-9, 1);
    assert_near(curve[2], 0.07, 1e-9, 1);
    assert_true(isnan(gvc_chart__fit(parabola(&doc, 3), curve)));
    assert_true(isnan(curve[0]));
    gvc_doc__end(&doc);
}

/* ---- hostile texts ---- */

static const char hostile[] = "</script><img src=x onerror=\"alert('1')\">&\x01$";

static void templates_escape_every_argument(void **state)
{
    gvc_doc doc = doc_of(state);
    gvc_buf out = { 0 };

    gvc_doc__html(&doc, &out, "<p title=\"$\">$</p>", hostile, "a");
    assert_string_equal(gvc_buf__text(&out),
                        "<p title=\"&lt;/script&gt;&lt;img src=x "
                        "onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp; $\">a</p>");
    gvc_buf__free(&out);
    gvc_doc__encode(&doc, &out, "a\"b,c\n%\xc3\xa9");
    assert_string_equal(gvc_buf__text(&out), "a%22b,c%0A%25%C3%A9");
    gvc_buf__free(&out);
    gvc_doc__end(&doc);
}

static void data_files_quote_and_defuse(void **state)
{
    gvc_doc doc = doc_of(state);
    gvc_grid *grid = gvc_grid__new(&doc, "d", "d", "d", 2, 1);
    gvc_buf out = { 0 };

    grid->fields[0].name = "share, \"x\"";
    grid->entries[0] = (gvc_entry){ "=SUM(A1)", "a,b", GVC_MARK_OTHER };
    grid->entries[1] = (gvc_entry){ "B", "b", GVC_MARK_OTHER };
    *gvc_grid__at(grid, 0, 0) = 0.1;
    gvc_grid__csv(&doc, &out, grid);
    assert_string_equal(gvc_buf__text(&out), "code,name,\"share, \"\"x\"\"\"\n"
                                             "\"'=SUM(A1)\",\"a,b\",0.1\nB,b,\n");
    gvc_buf__free(&out);
    gvc_doc__end(&doc);
}

/* ---- pictures, by diff with tests/report/expected (GVC_REMAKE=1 writes them anew) ---- */

static gvc_grid *sample(gvc_doc *doc)
{
    static const char *const years[] = { "1995", "2000", "2005", "2011" };
    static const gvc_mark marks[] = { GVC_MARK_FOCUS, GVC_MARK_GROUP, GVC_MARK_WORLD };
    static const char *const titles[] = { "China", "BRI <b>", "World" };
    static const double cells[] = { 0.157, 0.212, 0.189, 0.172, 0.269,  0.22,
                                    0.257, 0.298, NAN,   0.218, -0.032, 0.247 };
    gvc_grid *grid = gvc_grid__new(doc, "sample", "Sample", "Year", 4, 3);

    for (int i = 0; i < 4; i++)
        grid->entries[i] = (gvc_entry){ years[i], years[i], marks[i % 3] };
    for (int j = 0; j < 3; j++)
        grid->fields[j] = (gvc_field){ "f", titles[j], GVC_NUMERAL_SHARE, marks[j] };
    memcpy(grid->cells, cells, sizeof cells);
    return grid;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    if (file) {
        (void)!fread(text, 1, (1 << 20) - 1, file);
        fclose(file);
    }
    return text;
}

static void compare(gvc_svg *svg, const char *name)
{
    char path[500], *want;
    gvc_buf out = { 0 };

    gvc_svg__end(svg, &out, "A title", "What it shows");
    snprintf(path, sizeof path, "%s/report/expected/%s.svg", getenv("GVC_TESTS"), name);
    if (getenv("GVC_REMAKE")) {
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        fputs(gvc_buf__text(&out), file);
        fclose(file);
    }
    want = read_file(path);
    if (strcmp(gvc_buf__text(&out), want) != 0)
        fail_msg("%s is not what is drawn now:\n%s", path, gvc_buf__text(&out));
    free(want);
    gvc_buf__free(&out);
}

static void charts_draw_what_they_drew(void **state)
{
    static const double first[] = { 5, 1, 2, 2 }, second[] = { 6, 1, 0.5, 2.5 };
    gvc_doc doc = doc_of(state);
    gvc_grid *grid = sample(&doc);
    const gvc_flow flow = { { 2, 2, 2 },
                            { grid->entries, grid->entries + 1, grid->entries + 2 },
                            first,
                            second,
                            { "from", "over", "to" },
                            { 1, "units" } };
    const double curve[3] = { 0.2, 0.1, -0.05 };
    gvc_svg svg;

    gvc_chart__lines(&doc, &svg, "x", grid);
    compare(&svg, "lines");
    gvc_chart__stack(&doc, &svg, "x", grid);
    compare(&svg, "stack");
    gvc_chart__steps(&doc, &svg, "x", grid, 0);
    compare(&svg, "steps");
    gvc_chart__ranked(&doc, &svg, "x", grid, 1);
    compare(&svg, "ranked");
    gvc_chart__scatter(&doc, &svg, "x", grid, NULL);
    compare(&svg, "scatter");
    gvc_chart__heat(&doc, &svg, "x", grid);
    compare(&svg, "heat");
    gvc_chart__smile(&doc, &svg, "x", grid, curve);
    compare(&svg, "smile");
    gvc_chart__flow(&doc, &svg, "x", &flow);
    compare(&svg, "flow");
    grid->entries[0].code = "CHN";
    grid->entries[1].code = "DEU";
    grid->entries[2].code = "ROW";
    grid->entries[3].code = "VNM";
    gvc_chart__tiles(&doc, &svg, "x", grid);
    compare(&svg, "tiles");
    gvc_doc__end(&doc);
}

static void charts_of_nothing_are_pictures_still(void **state)
{
    gvc_doc doc = doc_of(state);
    gvc_grid *grid = gvc_grid__new(&doc, "n", "n", "n", 3, 4);
    const double curve[3] = { NAN, NAN, NAN }, none[1] = { 0 };
    const gvc_flow flow = {
        { 1, 1, 1 }, { grid->entries, grid->entries, grid->entries }, none, none, { "a", "b", "c" },
        { 1, "" }
    };
    gvc_svg svg[9];
    gvc_buf out = { 0 };

    gvc_chart__lines(&doc, &svg[0], "a", grid);
    gvc_chart__stack(&doc, &svg[1], "b", grid);
    gvc_chart__steps(&doc, &svg[2], "c", grid, 0);
    gvc_chart__ranked(&doc, &svg[3], "d", grid, 0);
    gvc_chart__scatter(&doc, &svg[4], "e", grid, grid);
    gvc_chart__heat(&doc, &svg[5], "f", grid);
    gvc_chart__smile(&doc, &svg[6], "g", grid, curve);
    gvc_chart__tiles(&doc, &svg[7], "h", grid);
    gvc_chart__flow(&doc, &svg[8], "i", &flow);
    for (int i = 0; i < 9; i++)
        gvc_svg__end(&svg[i], &out, "t", "d");
    assert_null(strstr(gvc_buf__text(&out), "nan"));
    assert_null(strstr(gvc_buf__text(&out), "inf"));
    gvc_buf__free(&out);
    gvc_doc__end(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(numbers_have_sensible_digits),
        context_test(money_without_currency_keeps_the_unit_of_the_table),
        context_test(figures_that_print_alike_compare_equal),
        context_test(axes_end_at_round_numbers_that_hold_the_data),
        context_test(axes_of_one_value_or_of_none_have_a_length),
        context_test(a_parabola_is_found_again),
        context_test(templates_escape_every_argument),
        context_test(data_files_quote_and_defuse),
        context_test(charts_draw_what_they_drew),
        context_test(charts_of_nothing_are_pictures_still),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
