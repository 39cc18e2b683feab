#include "../support/index_values.h"

#include <gvc/input.h>

#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Figures of the World Input-Output Database, release 2013, as published by others or computed by a
 * second program, to the digits in which they are quoted. Skips where the data are not there.
 */

static char path[4096];

static const char *const all = "kpww,activity,length,position,bmt,bmtout,vatrade,fvas,income";

/* Flows that may be changed: those of a store may be the file itself. */
static void own_flows(gvc_ctx *ctx, gvc_table *table)
{
    const gvc_view lent = table->Zt;
    gvc_map *map = table->mapped;

    if (!map)
        return;
    table->mapped = NULL;
    assert_ok(ctx, gvc_table__add_Zt(ctx, table));
    memcpy(table->Zt.a, lent.a, sizeof(double) * (size_t)(table->n * table->n));
    gvc_map__close(map);
}

/* Each cell of the database is cut off to whole millions; give what its row lacks back to the
 * inputs of industries that have output, the same to each. */
static void spread_truncation(gvc_table *table)
{
    gvc_int buyers = 0;

    for (gvc_int j = 0; j < table->n; j++)
        buyers += table->x[j] > 0;
    for (gvc_int i = 0; i < table->n; i++) {
        double lack = table->x[i];

        for (gvc_int j = 0; j < table->n; j++)
            lack -= table->Zt.a[j + i * table->Zt.ld];
        for (gvc_int c = 0; c < table->G * table->K; c++)
            lack -= table->FD.a[i + c * table->FD.ld];
        for (gvc_int j = 0; j < table->n; j++)
            table->Zt.a[j + i * table->Zt.ld] += table->x[j] > 0 ? lack / (double)buyers : 0;
    }
}

static gvc_frames *run_year(gvc_ctx *ctx, int year, const char *families, int is_spread)
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
    if (is_spread) {
        own_flows(ctx, table);
        spread_truncation(table);
    }
    frames = index_run_table(ctx, table, NULL, families, NULL);
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

/* Figures of the world, to the digits in which they are quoted. */
static void check_world(const gvc_frames *frames, int year)
{
    static const struct {
        int year, digits;
        const char *name;
        double want;
    } world[] = {
        { 1995, 3, "fv_sh", 0.189 },     { 2005, 3, "fv_sh", 0.243 },
        { 2011, 3, "fv_sh", 0.247 },     { 1995, 3, "gvcpt_f", 0.095 },
        { 2005, 3, "gvcpt_f", 0.126 },   { 2008, 3, "gvcpt_f", 0.144 },
        { 2011, 3, "gvcpt_f", 0.134 },   { 1995, 3, "gvcpt_b", 0.095 },
        { 2005, 3, "gvcpt_b", 0.126 },   { 2008, 3, "gvcpt_b", 0.144 },
        { 2011, 3, "gvcpt_b", 0.134 },   { 1995, 2, "plv", 1.89 },
        { 2005, 2, "plv", 1.96 },        { 2011, 2, "plv", 2.04 },
        { 1995, 2, "plv_gvc", 3.88 },    { 2005, 2, "plv_gvc", 3.97 },
        { 2011, 2, "plv_gvc", 4.17 },    { 1995, 2, "cbv_gvc", 1.22 },
        { 2005, 2, "cbv_gvc", 1.31 },    { 2011, 2, "cbv_gvc", 1.31 },
        { 1995, 2, "plv_d", 1.66 },      { 2005, 2, "plv_d", 1.65 },
        { 2011, 2, "plv_d", 1.69 },      { 1995, 3, "vax_ratio", 0.784 },
        { 2005, 3, "vax_ratio", 0.726 }, { 2011, 3, "vax_ratio", 0.725 },
    };

    for (size_t i = 0; i < sizeof world / sizeof world[0]; i++)
        if (world[i].year == year)
            assert_rounds_to(*index_column(frames, "world", world[i].name), world[i].want,
                             world[i].digits, world[i].name);
    assert_close(*index_column(frames, "world", "gvcps"), 1, 1e-10);
}

/* Over countries, for what Antras and Chor report: the world's F/GO, the mean of U, and how far
 * F/GO goes with VA/GO and U with D. */
typedef struct across {
    double world, mean_up, shares, stages;
} across;

static double correlation(const double *a, const double *b, gvc_int n)
{
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;

    for (gvc_int i = 0; i < n; i++) {
        x += a[i] / (double)n;
        y += b[i] / (double)n;
    }
    for (gvc_int i = 0; i < n; i++) {
        xx += (a[i] - x) * (a[i] - x);
        yy += (b[i] - y) * (b[i] - y);
        xy += (a[i] - x) * (b[i] - y);
    }
    return xy / sqrt(xx * yy);
}

static across across_countries(const gvc_frames *frames)
{
    const gvc_int n = index_rows(frames, "country", "up_inv_col");
    const double *x = index_column(frames, "country", "gout");
    const double *final = index_column(frames, "country", "fgo_inv_col");
    const double *value = index_column(frames, "country", "vago_inv_col");
    const double *up = index_column(frames, "country", "up_inv_col");
    const double *down = index_column(frames, "country", "down_inv_col");
    double output = 0, use = 0, sum = 0;

    assert_int_equal(n, 41);
    for (gvc_int c = 0; c < n; c++) {
        output += x[c];
        use += x[c] * final[c];
        sum += up[c];
    }
    return (across){ use / output, sum / (double)n, correlation(final, value, n),
                     correlation(up, down, n) };
}

static void check_across(const gvc_frames *frames, int year)
{
    const across got = across_countries(frames);

    assert_rounds_to(got.world, year == 1995 ? 0.526 : 0.486, 3, "F/GO of the world");
    assert_rounds_to(got.mean_up, year == 1995 ? 1.941 : 2.070, 3, "mean of U");
    if (year == 2011) {
        assert_rounds_to(got.shares, 0.920, 3, "correlation of F/GO and VA/GO");
        assert_rounds_to(got.stages, 0.911, 3, "correlation of U and D");
    }
}

/* German cars, and what China's exports hold of others. */
static void check_content(const gvc_frames *frames, int year)
{
    if (year == 1995 || year == 2008)
        assert_rounds_to(index_value(frames, "sector", "fvas", "DEU", "c15", NULL),
                         year == 1995 ? 0.209 : 0.333, 3, "fvas of German cars");
    if (year == 2008) {
        assert_rounds_to(index_value(frames, "country", "fv_sh", "CHN", NULL, NULL), 0.228, 3,
                         "fv_sh of China");
        assert_rounds_to(index_value(frames, "sector", "fv_sh", "CHN", "c14", NULL), 0.311, 3,
                         "fv_sh of China, electrical equipment");
    }
}

/* Manufactures are those of the sector scheme; shares of income add up. */
static void check_income(const gvc_frames *frames)
{
    const double *share = index_column(frames, "country", "gvc_inc_sh");
    double sum = 0;

    for (gvc_int c = 0; c < 41; c++)
        sum += share[c];
    assert_close(sum, 1, 1e-12);
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
        gvc_frames *frames = run_year(*state, china[i].year, all, 0);

        check_variants(frames, &china[i]);
        check_world(frames, china[i].year);
        check_tripartite(frames, china[i].year);
        check_content(frames, china[i].year);
        check_income(frames);
        if (china[i].year == 1995)
            check_1995(frames);
        if (china[i].year == 2011)
            check_2011(frames);
        if (china[i].year == 1995 || china[i].year == 2011)
            check_across(frames, china[i].year);
        gvc_frames_free(frames);
    }
}

/* Published figures of China and the mean of U are met to the last digit once rows are whole. */
static void truncation_explains_what_is_missing(void **state)
{
    static const struct {
        int year;
        double up, down, mean;
    } want[] = { { 1995, 2.535, 2.591, 1.975 }, { 2011, 2.819, 2.900, 2.085 } };

    for (int i = 0; i < 2; i++) {
        gvc_frames *frames = run_year(*state, want[i].year, "position", 1);
        const stages china_whole = { "CHN", want[i].up, want[i].down };

        check_stages(frames, &china_whole, 1);
        assert_rounds_to(across_countries(frames).mean_up, want[i].mean, 3, "mean of U");
        gvc_frames_free(frames);
    }
}

/* Foreign share in all inputs of the manufactures (c3 to c16) of the United States, as three ways
 * see inputs: purchases, all behind them, and these with the own output counted. */
static void american_manufactures_rely_on_others(void **state)
{
    gvc_frames *frames = run_year(*state, 2011, "exposure,digital", 0);
    double foreign[3] = { 0 }, whole[3] = { 0 };

    for (int k = 3; k <= 16; k++) {
        static const char *const shares[] = { "fir_face_for", "fir_look_for", "fir_unit_for" };
        char sector[16];

        snprintf(sector, sizeof sector, "c%d", k);
        for (int way = 0; way < 3; way++) {
            double inputs =
                index_value(frames, "sector", way ? "in_tot" : "in_dir", "USA", sector, NULL);

            if (way == 2)
                inputs += index_value(frames, "sector", "gout", "USA", sector, NULL);
            foreign[way] +=
                inputs * index_value(frames, "sector", shares[way], "USA", sector, NULL);
            whole[way] += inputs;
        }
    }
    assert_rounds_to(foreign[0] / whole[0], 0.225, 3, "face value");
    assert_rounds_to(foreign[1] / whole[1], 0.347, 3, "look-through");
    assert_rounds_to(foreign[2] / whole[2], 0.20, 2, "unit counted");
    gvc_frames_free(frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(figures_of_wiod_are_met),
        context_test(truncation_explains_what_is_missing),
        context_test(american_manufactures_rely_on_others),
    };
    const char *shared = getenv("GVC_SHARED");

    snprintf(path, sizeof path, "%s/data/wiod13.h5", shared ? shared : "../shared");
    if (access(path, R_OK) != 0) {
        printf("skips: %s is not there\n", path);
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
