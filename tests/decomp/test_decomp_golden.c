#include "../support/decomp_run.h"
#include "../support/golden.h"

#include "import/folder.h"

#include <string.h>

/* Values of the golden tables, made by other programs and by counting value added round by round:
 * every row is there and agrees, and nothing else is printed. */

static const char *const tables[] = { "t3x3", "t3x3u", "t4x5", "t6x4" };
enum { N_TABLES = 4 };

/* All groups of the folder at once, each one exporter and importer. */
static gvc_units *all_groups(gvc_ctx *ctx, const gvc_edition *edition)
{
    const gvc_group *groups[8];
    const gvc_int n = gvc_edition_groups_n(edition);
    const gvc_group_rule rule = { GVC_GROUP_UNION, 0 };
    gvc_units *units = NULL;

    assert_in_range(n, 1, 8);
    for (gvc_int i = 0; i < n; i++)
        groups[i] = gvc_edition_group(edition, i);
    assert_ok(ctx, gvc_units_group(ctx, &units, edition, groups, n, GVC_INT_MISSING, rule));
    return units;
}

static gvc_frames *decompose(gvc_ctx *ctx, const char *name, int as_one)
{
    gvc_edition *edition = NULL;
    gvc_table *table = NULL;
    gvc_units *units = NULL;
    gvc_model *model = NULL;
    gvc_frames *frames;

    assert_ok(ctx, gvc_folder__edition(ctx, &edition, golden_path(name, NULL)));
    assert_ok(ctx, gvc_folder__table(ctx, &table, edition, golden_path(name, NULL)));
    if (as_one)
        units = all_groups(ctx, edition);
    assert_ok(ctx, gvc_model_new(ctx, &model, table, &(gvc_model_opts){ .units = units }));
    frames = run_decompositions(ctx, model, NULL);
    gvc_model_free(model);
    gvc_units_free(units);
    gvc_table_free(table);
    gvc_edition__free(edition);
    return frames;
}

/* Compare the measures that begin with `prefix` in `file`, and nothing more may be printed. */
static void check(gvc_ctx *ctx, const char *name, const char *file, const char *prefix)
{
    const int as_one = strstr(file, "group") != NULL;
    gvc_frames *frames = decompose(ctx, name, as_one);
    golden *g = golden_read(name, file), *flows = golden_read(name, "expected_exports_bm.csv");
    const double scale = golden_scale(flows, "bm/exporter/source/gexp", "bilateral_sector");
    gvc_int rows;

    rows = golden_compare(g, frames, prefix, 1e-9, scale);
    assert_true(scale > 0);
    assert_true(rows > 0);
    assert_int_equal(golden_cells(frames, prefix), rows);
    golden_free(flows);
    golden_free(g);
    gvc_frames_free(frames);
}

static void check_tables(gvc_ctx *ctx, const char *file, const char *prefix)
{
    for (int t = 0; t < N_TABLES; t++)
        check(ctx, tables[t], file, prefix);
}

static void vs_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "vs/");
}

static void jn_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "jn/");
}

static void kww_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "kww/");
}

static void bm_source_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_bm.csv", "bm/exporter/source/");
}

static void bm_sink_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_bm.csv", "bm/exporter/sink/");
}

static void own_perimeters_are_as_in_the_golden_tables(void **state)
{
    static const char *const measures[] = { "bm/sectexp/", "bm/bilateral/", "bm/sectbil/" };

    for (int m = 0; m < 3; m++) {
        check_tables(*state, "expected_exports_bm.csv", measures[m]);
        check_tables(*state, "expected_exports_group.csv", measures[m]);
    }
}

static void tiva_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "tiva/");
}

static void my_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "my/world/");
}

static void bmt_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "bmt/");
}

static void ltdv_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_basic.csv", "ltdv/");
}

static void bm_world_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_bm.csv", "bm/world/source/");
    check_tables(*state, "expected_exports_bm.csv", "bm/world/sink/");
}

/* The files hold some levels of these measures, so other cells are not counted. */
static void check_listed(gvc_ctx *ctx, const char *file, const char *prefix)
{
    for (int t = 0; t < N_TABLES; t++) {
        gvc_frames *frames = decompose(ctx, tables[t], strstr(file, "group") != NULL);
        golden *g = golden_read(tables[t], file);
        golden *flows = golden_read(tables[t], "expected_exports_bm.csv");
        const double scale = golden_scale(flows, "bm/exporter/source/gexp", "bilateral_sector");

        assert_true(golden_compare(g, frames, prefix, 1e-9, scale) > 0);
        golden_free(flows);
        golden_free(g);
        gvc_frames_free(frames);
    }
}

static void origin_and_ns_are_as_in_the_golden_tables(void **state)
{
    check_listed(*state, "expected_exports_basic.csv", "origin/");
    check_tables(*state, "expected_exports_basic.csv", "ns/");
}

static void imports_are_as_in_the_golden_tables(void **state)
{
    check_listed(*state, "expected_exports_bm.csv", "bm/importer/");
    check_listed(*state, "expected_exports_od.csv", "bm/importer/");
    check_listed(*state, "expected_exports_group.csv", "bm/importer/");
    check_tables(*state, "expected_exports_bm.csv", "bm/sectimp/");
    check_tables(*state, "expected_exports_group.csv", "bm/sectimp/");
}

static void origins_and_destinations_are_as_in_the_golden_tables(void **state)
{
    static const char *const measures[] = { "bm/od/content", "bm/od/source/", "bm/od/sink/",
                                            "bm/od/world_source/", "bm/od/world_sink/" };

    for (int m = 0; m < 5; m++)
        check_listed(*state, "expected_exports_od.csv", measures[m]);
    check_listed(*state, "expected_exports_group.csv", "bm/od/content");
    check_listed(*state, "expected_exports_group.csv", "bm/od/source/");
}

static void wwz_is_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_wwz.csv", "wwz/");
}

static void groups_as_one_exporter_are_as_in_the_golden_tables(void **state)
{
    check_tables(*state, "expected_exports_group.csv", "vs/");
    check_tables(*state, "expected_exports_group.csv", "kww/");
    check_listed(*state, "expected_exports_group.csv", "wwz/");
    check_tables(*state, "expected_exports_group.csv", "bm/exporter/source/");
    check_tables(*state, "expected_exports_group.csv", "bm/exporter/sink/");
    check_tables(*state, "expected_exports_group.csv", "bm/world/source/");
    check_tables(*state, "expected_exports_group.csv", "bm/world/sink/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(vs_is_as_in_the_golden_tables),
        context_test(jn_is_as_in_the_golden_tables),
        context_test(kww_is_as_in_the_golden_tables),
        context_test(bm_source_is_as_in_the_golden_tables),
        context_test(bm_sink_is_as_in_the_golden_tables),
        context_test(own_perimeters_are_as_in_the_golden_tables),
        context_test(tiva_is_as_in_the_golden_tables),
        context_test(my_is_as_in_the_golden_tables),
        context_test(bmt_is_as_in_the_golden_tables),
        context_test(ltdv_is_as_in_the_golden_tables),
        context_test(bm_world_is_as_in_the_golden_tables),
        context_test(origin_and_ns_are_as_in_the_golden_tables),
        context_test(imports_are_as_in_the_golden_tables),
        context_test(origins_and_destinations_are_as_in_the_golden_tables),
        context_test(wwz_is_as_in_the_golden_tables),
        context_test(groups_as_one_exporter_are_as_in_the_golden_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
