#include "../support/index_values.h"

#include <gvc/input.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Figures of the World Input-Output Database, release 2013, as published by others or computed by a
 * second program, to the digits in which they are quoted. Skips where the data are not there.
 */

static char path[4096];

static gvc_frames *run_year(gvc_ctx *ctx, int year)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_frames *frames;
    gvc_int i = 0;

    assert_ok(ctx, gvc_input_open(ctx, &input, path));
    while (i < gvc_input_n_years(input) && gvc_input_year(input, i) != year)
        i++;
    assert_true(i < gvc_input_n_years(input));
    assert_ok(ctx, gvc_input_table(ctx, &table, input, i));
    frames = index_run_table(ctx, table, NULL, "kpww,activity,position,bmt,bmtout", NULL);
    gvc_table_free(table);
    gvc_input_close(input);
    return frames;
}

/* `got` rounds to `want` at `digits` decimals. */
static void assert_rounds_to(double got, double want, int digits, const char *what)
{
    const double unit = pow(10, -digits);

    if (!(fabs(got - want) <= 0.5000001 * unit))
        print_error("%s: %.17g, expected %.*f\n", what, got, digits, want);
    assert_true(fabs(got - want) <= 0.5000001 * unit);
}

static void assert_china(const gvc_frames *frames, const char *name, const char *sector,
                         double want)
{
    assert_rounds_to(index_value(frames, sector ? "sector" : "country", name, "CHN", sector, NULL),
                     want, 2, name);
}

typedef struct variants {
    int year;
    double pos_kpww, pos_vs1, pos_int, gvcpos_ln, part_int;
    double part_int_c14, gvcpt_c14, part_kpww_c14, part_vs1_c14;
} variants;

static const variants china[] = {
    { 1995, -0.05, -0.02, 0.18, -0.03, 0.54, 0.56, 0.43, 0.33, 0.28 },
    { 2000, -0.03, 0.01, 0.20, -0.02, 0.60, 0.60, 0.48, 0.41, 0.36 },
    { 2005, -0.10, -0.06, 0.10, -0.03, 0.65, 0.67, 0.72, 0.50, 0.45 },
    { 2008, -0.07, -0.02, 0.14, -0.02, 0.64, 0.64, 0.63, 0.44, 0.39 },
    { 2011, -0.07, -0.01, 0.16, -0.03, 0.64, 0.64, 0.58, 0.42, 0.37 },
};

static void check_variants(const gvc_frames *frames, const variants *v)
{
    assert_china(frames, "pos_kpww", NULL, v->pos_kpww);
    assert_china(frames, "pos_vs1", NULL, v->pos_vs1);
    assert_china(frames, "pos_int", NULL, v->pos_int);
    assert_china(frames, "gvcpos_ln", NULL, v->gvcpos_ln);
    assert_china(frames, "part_int", NULL, v->part_int);
    assert_china(frames, "part_int", "c14", v->part_int_c14);
    assert_china(frames, "gvcpt", "c14", v->gvcpt_c14);
    assert_china(frames, "part_kpww", "c14", v->part_kpww_c14);
    assert_china(frames, "part_vs1", "c14", v->part_vs1_c14);
}

typedef struct stages {
    const char *country;
    double up, down;
} stages;

static void check_stages(const gvc_frames *frames, const stages *want, int n)
{
    for (int i = 0; i < n; i++) {
        assert_rounds_to(index_value(frames, "country", "up_inv_col", want[i].country, NULL, NULL),
                         want[i].up, 3, want[i].country);
        assert_rounds_to(index_value(frames, "country", "down_inv_col", want[i].country, NULL,
                                     NULL),
                         want[i].down, 3, want[i].country);
    }
}

static void check_1995(const gvc_frames *frames)
{
    static const stages want[] = { { "CHN", 2.531, 2.588 } };

    check_stages(frames, want, 1);
    assert_rounds_to(index_value(frames, "country", "fgo_inv_col", "CHN", NULL, NULL), 0.384, 3,
                     "F/GO");
    assert_rounds_to(index_value(frames, "country", "vago_inv_col", "CHN", NULL, NULL), 0.374, 3,
                     "VA/GO");
}

static void check_2011(const gvc_frames *frames)
{
    static const stages want[] = { { "CHN", 2.819, 2.900 },
                                   { "USA", 1.785, 1.808 },
                                   { "MEX", 1.736, 1.777 },
                                   { "KOR", 2.542, 2.532 } };

    check_stages(frames, want, 4);
    assert_rounds_to(index_value(frames, "country", "fgo_inv_col", "CHN", NULL, NULL), 0.340, 3,
                     "F/GO");
    assert_rounds_to(index_value(frames, "country", "vago_inv_col", "CHN", NULL, NULL), 0.325, 3,
                     "VA/GO");
}

static void check_world(const gvc_frames *frames, int year)
{
    static const struct {
        int year;
        double fv_sh, gvcpt;
    } want[] = { { 1995, 0.189, 0.095 }, { 2005, 0.243, 0.126 }, { 2011, 0.247, 0.134 } };

    for (int i = 0; i < 3; i++)
        if (want[i].year == year) {
            assert_rounds_to(*index_column(frames, "world", "fv_sh"), want[i].fv_sh, 3, "fv_sh");
            assert_rounds_to(*index_column(frames, "world", "gvcpt_f"), want[i].gvcpt, 3,
                             "gvcpt_f");
            assert_rounds_to(*index_column(frames, "world", "gvcpt_b"), want[i].gvcpt, 3,
                             "gvcpt_b");
        }
}

static void check_tripartite(const gvc_frames *frames, int year)
{
    static const struct {
        int year;
        const char *name;
        double want;
    } world[] = { { 1995, "gvct", 0.348 }, { 2008, "gvct", 0.467 }, { 2011, "gvct", 0.443 },
                  { 1995, "gvco", 0.070 }, { 2005, "gvco", 0.113 }, { 2011, "gvco", 0.121 } };

    for (size_t i = 0; i < sizeof world / sizeof world[0]; i++)
        if (world[i].year == year)
            assert_rounds_to(*index_column(frames, "world", world[i].name), world[i].want, 3,
                             world[i].name);
}

static void figures_of_wiod_are_met(void **state)
{
    for (size_t i = 0; i < sizeof china / sizeof china[0]; i++) {
        gvc_frames *frames = run_year(*state, china[i].year);

        check_variants(frames, &china[i]);
        check_world(frames, china[i].year);
        check_tripartite(frames, china[i].year);
        if (china[i].year == 1995)
            check_1995(frames);
        if (china[i].year == 2011)
            check_2011(frames);
        gvc_frames_free(frames);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { context_test(figures_of_wiod_are_met) };
    const char *shared = getenv("GVC_SHARED");

    snprintf(path, sizeof path, "%s/data/wiod13.h5", shared ? shared : "../shared");
    if (access(path, R_OK) != 0) {
        printf("skips: %s is not there\n", path);
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
