#include "../support/decomp_run.h"

#include <gvc/input.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Figures of the World Input-Output Database, release 2013, year 2011, in million USD, output as
 * published, discrepancies kept apart. They are printed with seven or eight digits.
 */

#define DIGITS 2e-7
#define BM "bm/exporter/source/"
#define SINK "bm/exporter/sink/"

static const char *store_path(void)
{
    static char path[4096];
    const char *shared = getenv("GVC_SHARED");

    snprintf(path, sizeof path, "%s/data/wiod13.h5", shared ? shared : "../shared");
    return path;
}

static gvc_table *read_2011(gvc_ctx *ctx)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL;

    assert_ok(ctx, gvc_input_open(ctx, &input, store_path()));
    for (gvc_int i = 0; i < gvc_input_n_years(input); i++)
        if (gvc_input_year(input, i) == 2011)
            assert_ok(ctx, gvc_input_table(ctx, &table, input, i));
    assert_non_null(table);
    gvc_input_close(input);
    return table;
}

static gvc_int country(const gvc_table *table, const char *code)
{
    const gvc_int c = gvc_labels_find(gvc_edition_countries(gvc_table_edition(table)), code);

    assert_true(c >= 0);
    return c;
}

static gvc_frames *decompose(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units)
{
    gvc_model *model = NULL;
    gvc_frames *frames;

    assert_ok(ctx, gvc_model_new(ctx, &model, table, &(gvc_model_opts){ .units = units }));
    frames =
        run_levels(ctx, model, GVC_LEVELS_FLOWS | GVC_LEVEL_IMPORTS | GVC_LEVEL_COUNTRY_OD, NULL);
    gvc_model_free(model);
    return frames;
}

static void exports_of_2011_are_as_published(void **state)
{
    static const char *const terms[] = { BM "gexp", BM "dva", BM "vax", BM "davax", BM "ref",
                                         BM "ddc",  BM "fva", BM "fdc", BM "imbal" };
    static const struct {
        const char *code;
        double values[9];
    } rows[] = {
        { "CHN",
          { 2084965, 1614520.3, 1572770.5, 1284115.4, 40695.649, 16776.457, 448035.92, 5632.3305,
            1054.1407 } },
        { "USA",
          { 1839878, 1553056.2, 1453053.6, 1151658.5, 98556.239, 12630.402, 271769.96, 2421.4425,
            1446.3935 } },
        { "DEU",
          { 1601451, 1144633.1, 1110107.2, 856472.64, 32966.152, 20721.153, 427392.59, 8704.1801,
            1559.7281 } },
        { "TUR",
          { 155530, 121092.37, 120309.47, 92238.195, 632.28042, 129.9827, 34265.804, 41.841045,
            150.62268 } },
    };
    gvc_table *table = read_2011(*state);
    gvc_frames *frames = decompose(*state, table, NULL);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int t = 0; t < 9; t++)
            assert_near(column_of(frames, terms[t], "country")[country(table, rows[i].code)],
                        rows[i].values[t], t ? DIGITS : 4e-6, 0);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

static void foreign_value_added_in_world_exports_is_as_published(void **state)
{
    static const struct {
        const char *code;
        double value;
    } rows[] = {
        { "CHN", 363218.28 },
        { "USA", 215027.54 },
        { "DEU", 328301.91 },
        { "TUR", 26768.715 },
    };
    gvc_table *table = read_2011(*state);
    gvc_frames *frames = decompose(*state, table, NULL);
    double source = 0, sink = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_near(column_of(frames, "bm/world/sink/fva", "country")[country(table, rows[i].code)],
                    rows[i].value, DIGITS, 0);
    for (gvc_int s = 0; s < gvc_table_G(table); s++) {
        source += column_of(frames, "bm/world/source/fva", "country")[s];
        sink += column_of(frames, "bm/world/sink/fva", "country")[s];
    }
    assert_close(source, sink, 1e-11);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

static void chinas_exports_to_the_united_states_are_as_published(void **state)
{
    gvc_table *table = read_2011(*state);
    const gvc_int U = gvc_table_G(table), N = gvc_table_N(table);
    double cells = 0;
    const gvc_int row = pair_row(U, country(table, "CHN"), country(table, "USA"));
    gvc_frames *frames = decompose(*state, table, NULL);

    assert_near(column_of(frames, BM "gexp", "bilateral")[row], 412844, 4e-6, 0);
    assert_near(column_of(frames, BM "dva", "bilateral")[row], 314512.28, DIGITS, 0);
    assert_near(column_of(frames, BM "vax", "bilateral")[row], 311593.26, DIGITS, 0);
    assert_near(column_of(frames, BM "davax", "bilateral")[row], 286562.6, DIGITS, 0);
    assert_near(column_of(frames, BM "fva", "bilateral")[row], 93310.011, DIGITS, 0);
    assert_near(column_of(frames, SINK "dva", "bilateral")[row], 317299.68, DIGITS, 0);
    assert_near(column_of(frames, SINK "vax", "bilateral")[row], 314370.9, DIGITS, 0);
    assert_near(column_of(frames, SINK "vaxim", "bilateral")[row], 291754.82, DIGITS, 0);
    assert_near(column_of(frames, SINK "fva", "bilateral")[row], 94262.442, DIGITS, 0);
    assert_near(column_of(frames, "bm/bilateral/dva", "bilateral")[row], 318047.55, DIGITS, 0);
    for (gvc_int k = 0; k < N; k++)
        cells += column_of(
            frames, "bm/sectbil/dva",
            "bilateral_sector")[cell_row(U, N, country(table, "CHN"), k, country(table, "USA"))];
    assert_near(cells, 318174.89, DIGITS, 0);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

static void sixteen_countries_as_one_exporter_are_as_published(void **state)
{
    static const char *const members[] = { "IDN", "TUR", "POL", "CZE", "HUN", "ROU", "BGR", "SVK",
                                           "SVN", "EST", "LTU", "LVA", "RUS", "GRC", "CYP", "MLT" };
    gvc_table *table = read_2011(*state);
    gvc_int of[100], first = 100;
    gvc_units *units;
    gvc_frames *frames, *alone = decompose(*state, table, NULL);
    double gexp = 0, dva = 0;

    for (gvc_int c = 0; c < gvc_table_G(table); c++)
        of[c] = c;
    for (int m = 0; m < 16; m++) {
        const gvc_int c = country(table, members[m]);

        of[c] = 100;
        first = c < first ? c : first;
        gexp += column_of(alone, BM "gexp", "country")[c];
        dva += column_of(alone, BM "dva", "country")[c];
    }
    assert_near(gexp, 1608625, 4e-6, 0);
    assert_near(dva, 1231059.6, DIGITS, 0);
    units = units_from(*state, table, of);
    frames = decompose(*state, table, units);
    gexp = column_of(frames, BM "gexp", "country")[gvc_units_of(units, first)];
    dva = column_of(frames, BM "dva", "country")[gvc_units_of(units, first)];
    assert_near(gexp, 1361819, 4e-6, 0);
    assert_near(dva, 1098720.9, DIGITS, 0);
    gvc_frames_free(frames);
    gvc_frames_free(alone);
    gvc_units_free(units);
    gvc_table_free(table);
}

static void imports_of_2011_are_as_published(void **state)
{
    static const struct {
        const char *code;
        double va, dc;
    } rows[] = {
        { "CHN", 1770519.4, 19458.601 },
        { "USA", 2376020.4, 21629.574 },
        { "DEU", 1279746.7, 23077.253 },
        { "TUR", 231656.11, 231.89417 },
    };
    gvc_table *table = read_2011(*state);
    gvc_frames *frames = decompose(*state, table, NULL);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const gvc_int r = country(table, rows[i].code);

        assert_near(column_of(frames, "bm/importer/va", "imports")[r], rows[i].va, DIGITS, 0);
        assert_near(column_of(frames, "bm/importer/dc", "imports")[r], rows[i].dc, DIGITS, 0);
    }
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* The discrepancies of the published table are not zero, and these hold all the same. */
static void methods_agree_on_what_is_absorbed_abroad(void **state)
{
    gvc_table *table = read_2011(*state);
    gvc_frames *frames = decompose(*state, table, NULL);

    for (gvc_int s = 0; s < gvc_table_G(table); s++) {
        const double vax = column_of(frames, BM "vax", "country")[s];

        assert_close(column_of(frames, "jn/vax", "country")[s], vax, 1e-11);
        assert_close(column_of(frames, "kww/dva_fin", "country")[s] +
                         column_of(frames, "kww/dva_int", "country")[s] +
                         column_of(frames, "kww/dva_intrex", "country")[s],
                     vax, 1e-11);
        assert_close(column_of(frames, "kww/rdv_fin", "country")[s] +
                         column_of(frames, "kww/rdv_int", "country")[s],
                     column_of(frames, BM "ref", "country")[s], 1e-11);
        assert_close(column_of(frames, "kww/ddc", "country")[s],
                     column_of(frames, BM "ddc", "country")[s], 1e-10);
    }
    gvc_frames_free(frames);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(exports_of_2011_are_as_published),
        context_test(foreign_value_added_in_world_exports_is_as_published),
        context_test(imports_of_2011_are_as_published),
        context_test(chinas_exports_to_the_united_states_are_as_published),
        context_test(methods_agree_on_what_is_absorbed_abroad),
        context_test(sixteen_countries_as_one_exporter_are_as_published),
    };

    if (access(store_path(), R_OK) != 0) {
        printf("skipped: %s is not there\n", store_path());
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
