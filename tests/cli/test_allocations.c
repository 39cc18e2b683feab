#include "../support/golden.h"
#include "../support/read_input.h"

#include <gvc/gvc.h>

#include "base/mem.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * What the commands do, from the input to the file, with an allocation that fails: the first, the
 * second and so on until none fails. The answer is GVC_ENOMEM, nothing is leaked (free_context()
 * counts), and no output stands under its name.
 */

/* How many files there are, temporary ones too. */
static int count_files(void)
{
    DIR *dir = opendir(test_folder());
    int n = 0;

    for (struct dirent *e; (e = readdir(dir));)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return n;
}

enum { MEASURES = 128 };

/* ---- the parts of a command ---- */

static gvc_status open_model(gvc_ctx *ctx, gvc_input **input, gvc_table **table, gvc_model **model,
                             unsigned needs)
{
    const gvc_model_opts opts = { .needs = needs };
    gvc_status st = gvc_input_open(ctx, input, golden_path("t3x3", NULL));

    if (st == GVC_OK)
        st = gvc_input_table(ctx, table, *input, 0);
    return st == GVC_OK ? gvc_model_new(ctx, model, *table, &opts) : st;
}

static gvc_status write_frames(gvc_ctx *ctx, const gvc_frames *frames, gvc_input *input,
                               const char *name, gvc_layout layout)
{
    gvc_write_opts opts = { .layout = layout, .force = 1 };
    gvc_provenance *provenance = NULL;
    gvc_writer *writer = NULL;
    gvc_status st = gvc_provenance_new(ctx, &provenance, "gvc test");

    if (st == GVC_OK)
        st = gvc_provenance_input(ctx, provenance, input);
    opts.provenance = provenance;
    if (st == GVC_OK)
        st = gvc_writer_open(ctx, &writer, in_folder(name), &opts);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_frames_n(frames); i++)
        st = gvc_writer_add(ctx, writer, gvc_frames_get(frames, i));
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    gvc_provenance_free(provenance);
    return st;
}

/* The measures whose names begin with `prefix` and that have the level (NULL: whatever they have).
 */
static gvc_int find_measures(const gvc_measure **list, gvc_frame_kind kind, const char *prefix,
                             const char *level)
{
    gvc_int n = 0;

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (gvc_measure_kind(m) != kind ||
            strncmp(gvc_measure_name(m), prefix, strlen(prefix)) != 0 ||
            (level && !strstr(gvc_measure_levels(m), level)))
            continue;
        assert_true(n < MEASURES);
        list[n++] = m;
    }
    assert_true(n > 0);
    return n;
}

/* Every measure whose name begins with `prefix`, at a level or at all it has, into a file. */
static gvc_status run_measures(gvc_ctx *ctx, gvc_frame_kind kind, const char *prefix,
                               const char *level, const char *name)
{
    const char *levels[] = { level, NULL };
    const gvc_run_opts opts = { .levels = level ? levels : NULL };
    const gvc_measure *list[MEASURES];
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    const gvc_int n = find_measures(list, kind, prefix, level);
    gvc_status st = open_model(ctx, &input, &table, &model, gvc_measures_needs(list, n));

    if (st == GVC_OK)
        st = gvc_frames_new(ctx, &frames);
    if (st == GVC_OK)
        st = gvc_measures_run(ctx, frames, model, list, n, &opts);
    if (st == GVC_OK)
        st = write_frames(ctx, frames, input, name, GVC_LAYOUT_LONG);
    if (frames)
        gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
    gvc_input_close(input);
    return st;
}

static gvc_status decompose(gvc_ctx *ctx)
{
    return run_measures(ctx, GVC_FRAME_EXPORTS, "bm/exporter", "bilateral_sector", "out.csv");
}

static gvc_status decompose_wwz(gvc_ctx *ctx)
{
    return run_measures(ctx, GVC_FRAME_EXPORTS, "wwz", "country", "out.h5");
}

static gvc_status indices(gvc_ctx *ctx)
{
    return run_measures(ctx, GVC_FRAME_INDICES, "kpww", "sector", "out.csv");
}

static gvc_status positions(gvc_ctx *ctx)
{
    return run_measures(ctx, GVC_FRAME_INDICES, "position", "country", "out.h5");
}

static gvc_status decompose_everything(gvc_ctx *ctx)
{
    return run_measures(ctx, GVC_FRAME_EXPORTS, "", NULL, "out.csv");
}

static gvc_status every_index(gvc_ctx *ctx)
{
    return run_measures(ctx, GVC_FRAME_INDICES, "", NULL, "out.csv");
}

/* ---- a panel of two years ---- */

static gvc_status add_year(gvc_ctx *ctx, gvc_panel *panel, const gvc_table *table)
{
    static const char *const country[] = { "country", NULL };
    const gvc_run_opts opts = { .levels = country };
    const gvc_measure *list[MEASURES];
    const gvc_int n = find_measures(list, GVC_FRAME_INDICES, "position", "country");
    const gvc_model_opts needs = { .needs = gvc_measures_needs(list, n) };
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_frame *joined = NULL;
    gvc_status st = gvc_model_new(ctx, &model, table, &needs);

    if (st == GVC_OK)
        st = gvc_frames_new(ctx, &frames);
    if (st == GVC_OK)
        st = gvc_measures_run(ctx, frames, model, list, n, &opts);
    if (st == GVC_OK) {
        const gvc_frame *first = gvc_frames_get(frames, 0);

        st = gvc_frames_join(ctx, &joined, &first, NULL, 1, 1);
    }
    if (st == GVC_OK)
        st = gvc_panel_add(ctx, panel, joined);
    gvc_frame_free(joined);
    if (frames)
        gvc_frames_free(frames);
    gvc_model_free(model);
    return st;
}

/* What is appended to a finished panel, and what is said about it. */
static gvc_status extend(gvc_ctx *ctx, gvc_frame *panel)
{
    const gvc_derived derived[] = { { .kind = GVC_DERIVED_LAG, .by = 1 },
                                    { .kind = GVC_DERIVED_OTHERS },
                                    { .kind = GVC_DERIVED_STANDARD } };
    char *report = NULL, *identities = NULL;
    double worst;
    gvc_status st = gvc_panel_derive(ctx, panel, derived, 3);

    if (st == GVC_OK)
        st = gvc_panel_add_flags(ctx, panel);
    if (st == GVC_OK)
        st = gvc_panel_report(ctx, &report, panel);
    if (st == GVC_OK)
        st = gvc_panel_identities(ctx, &identities, &worst, panel);
    gvc_text_free(report);
    gvc_text_free(identities);
    return st;
}

static gvc_status write_panel(gvc_ctx *ctx, const gvc_frame *panel)
{
    const gvc_write_opts opts = { .force = 1 };
    gvc_writer *writer = NULL;
    gvc_status st = gvc_writer_open(ctx, &writer, in_folder("out.dta"), &opts);

    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, panel);
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    return st;
}

static gvc_status panel_into_dta(gvc_ctx *ctx)
{
    const gvc_group *bri = gvc_groups_builtin_find("BRI");
    const char *focus[] = { "CHN", NULL };
    const gvc_panel_opts opts = { .focus = focus, .partners = &bri, .n_partners = 1 };
    gvc_import *import = NULL;
    gvc_table *tables[2] = { NULL, NULL };
    gvc_panel *panel = NULL;
    gvc_frame *out = NULL;
    gvc_status st = gvc_import_open(ctx, &import, golden_path("t3x3", NULL), NULL);

    for (int y = 0; st == GVC_OK && y < 2; y++)
        st = gvc_import_table(ctx, &tables[y], import, 0, 2015 + y);
    if (st == GVC_OK)
        st = gvc_panel_new(ctx, &panel, gvc_table_edition(tables[0]), &opts);
    for (int y = 0; st == GVC_OK && y < 2; y++)
        st = add_year(ctx, panel, tables[y]);
    if (st == GVC_OK)
        st = gvc_panel_finish(ctx, &out, panel);
    if (st == GVC_OK)
        st = extend(ctx, out);
    if (st == GVC_OK)
        st = write_panel(ctx, out);
    gvc_frame_free(out);
    gvc_panel_free(panel);
    gvc_table_free(tables[0]);
    gvc_table_free(tables[1]);
    gvc_import_close(import);
    return st;
}

/* ---- what stands beside a table ---- */

static const char *corpus(const char *name)
{
    static char path[4096];
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, sizeof path, "%s/fuzz/corpus/%s", tests ? tests : "tests", name);
    return path;
}

static gvc_status read_beside(gvc_ctx *ctx)
{
    const gvc_synth_opts small = { .countries = 4, .sectors = 3 };
    char text[4200];
    gvc_synth *synth = NULL;
    gvc_group *group = NULL;
    gvc_digital *digital = NULL;
    gvc_concordance *map = NULL;
    gvc_history *history = NULL;
    gvc_status st = gvc_synth_new(ctx, &synth, &small);
    const gvc_edition *edition = st == GVC_OK ? gvc_synth_edition(synth) : NULL;

    snprintf(text, sizeof text, "G=@%s", corpus("group/dated.csv"));
    if (st == GVC_OK)
        st = gvc_group_parse(ctx, &group, text, edition);
    snprintf(text, sizeof text, "@%s", corpus("digital/weights.csv"));
    if (st == GVC_OK)
        st = gvc_digital_new(ctx, &digital, edition, text);
    if (st == GVC_OK)
        st = gvc_concordance_read(ctx, &map, corpus("sectors/map.csv"), edition,
                                  GVC_CONCORDANCE_SECTORS);
    if (st == GVC_OK)
        st = gvc_history_read(ctx, &history, corpus("json/head.json"));
    gvc_history_free(history);
    gvc_concordance_free(map);
    gvc_digital_free(digital);
    gvc_group_free(group);
    gvc_synth_free(synth);
    return st;
}

static gvc_status trace(gvc_ctx *ctx)
{
    const gvc_trace_opts opts = { .focus = "CHN" };
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_model *model = NULL;
    gvc_frame *frame = NULL;
    gvc_writer *writer = NULL;
    gvc_status st = open_model(ctx, &input, &table, &model, gvc_trace_needs());

    if (st == GVC_OK)
        st = gvc_trace(ctx, &frame, model, &opts);
    if (st == GVC_OK)
        st = gvc_writer_open(ctx, &writer, in_folder("out.csv"), &(gvc_write_opts){ .force = 1 });
    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, frame);
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    gvc_frame_free(frame);
    gvc_model_free(model);
    gvc_table_free(table);
    gvc_input_close(input);
    return st;
}

/* The folder into a store, with or without fewer sectors, and its table read back. */
static gvc_status write_store(gvc_ctx *ctx, gvc_input *input, const gvc_table *table,
                              const gvc_edition *edition, int compress)
{
    const gvc_store_opts opts = { .force = 1, .compress = compress };
    gvc_store_writer *writer = NULL;
    gvc_status st = gvc_store_create(ctx, &writer, in_folder("out.h5"), edition, &opts);

    (void)input;
    if (st == GVC_OK)
        st = gvc_store_add(ctx, writer, table, 2015);
    if (st == GVC_OK) {
        st = gvc_store_commit(ctx, writer);
        writer = NULL;
    }
    gvc_store_abort(writer);
    return st;
}

static gvc_status import_folder(gvc_ctx *ctx)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_status st = gvc_input_open(ctx, &input, golden_path("t3x3", NULL));

    if (st == GVC_OK)
        st = gvc_input_table(ctx, &table, input, 0);
    if (st == GVC_OK)
        st = write_store(ctx, input, table, gvc_input_edition(input), 1);
    gvc_table_free(table);
    gvc_input_close(input);
    return st;
}

static gvc_status aggregate(gvc_ctx *ctx)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL, *coarse = NULL;
    gvc_concordance *map = NULL;
    gvc_aggregation *a = NULL;
    gvc_status st = gvc_input_open(ctx, &input, golden_path("t6x4", NULL));

    if (st == GVC_OK)
        st = gvc_input_table(ctx, &table, input, 0);
    if (st == GVC_OK)
        st = gvc_concordance_read(ctx, &map, "BRI", gvc_input_edition(input),
                                  GVC_CONCORDANCE_COUNTRIES);
    if (st == GVC_OK)
        st = gvc_aggregation_new(ctx, &a, gvc_input_edition(input), map, NULL, "gvc test");
    if (st == GVC_OK)
        st = gvc_aggregation_table(ctx, &coarse, a, table);
    if (st == GVC_OK)
        st = write_store(ctx, input, coarse, gvc_aggregation_edition(a), 0);
    gvc_table_free(coarse);
    gvc_aggregation_free(a);
    gvc_concordance_free(map);
    gvc_table_free(table);
    gvc_input_close(input);
    return st;
}

static gvc_status check_store(gvc_ctx *ctx)
{
    char path[4096];
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, sizeof path, "%s/fixtures/store_packed.h5", tests ? tests : "tests");
    return read_and_check(ctx, path);
}

/* ---- every allocation, then wider steps ---- */

/* All of the first `all` ones are tried, of later ones fewer and fewer: they repeat what came
 * before. */
static void fail_each(gvc_ctx *ctx, gvc_status (*command)(gvc_ctx *ctx), int outputs, gvc_int all)
{
    gvc_status st = GVC_ENOMEM;

    for (gvc_int n = 1; st != GVC_OK; n += 1 + n / all) {
        gvc_mem__fail_after(ctx, n);
        st = command(ctx);
        gvc_mem__fail_after(ctx, 0);
        if (st != GVC_OK && st != GVC_ENOMEM)
            fail_msg("allocation %d: status %d, %s", (int)n, (int)st, gvc_ctx_message(ctx));
        if (st == GVC_ENOMEM && (count_files() != 0 || !*gvc_ctx_message(ctx)))
            fail_msg("allocation %d: %d files left, message \"%s\"", (int)n, count_files(),
                     gvc_ctx_message(ctx));
        if (gvc_ctx_memory_used(ctx) != 0)
            fail_msg("allocation %d: %lld bytes leaked", (int)n,
                     (long long)gvc_ctx_memory_used(ctx));
        assert_true(n < 100000);
    }
    assert_int_equal(count_files(), outputs);
    unlink(in_folder("out.csv"));
    unlink(in_folder("out.csv.meta.json"));
    unlink(in_folder("out.h5"));
    unlink(in_folder("out.dta"));
}

#define COMMAND_TEST(name, command, outputs, all)                                                  \
    static void name(void **state)                                                                 \
    {                                                                                              \
        fail_each(*state, command, outputs, all);                                                  \
    }

COMMAND_TEST(decompose_survives, decompose, 2, 40)
COMMAND_TEST(decompose_into_h5_survives, decompose_wwz, 1, 40)
COMMAND_TEST(index_survives, indices, 2, 40)
COMMAND_TEST(index_into_h5_survives, positions, 1, 40)
COMMAND_TEST(trace_survives, trace, 1, 40)
COMMAND_TEST(import_survives, import_folder, 1, 40)
COMMAND_TEST(aggregate_survives, aggregate, 1, 40)
COMMAND_TEST(check_survives, check_store, 0, 40)
COMMAND_TEST(decompose_of_everything_survives, decompose_everything, 2, 4)
COMMAND_TEST(every_index_survives, every_index, 2, 4)
COMMAND_TEST(panel_survives, panel_into_dta, 1, 40)
COMMAND_TEST(what_stands_beside_survives, read_beside, 0, 1000)

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(decompose_survives),
        context_test(decompose_into_h5_survives),
        context_test(index_survives),
        context_test(index_into_h5_survives),
        context_test(trace_survives),
        context_test(import_survives),
        context_test(aggregate_survives),
        context_test(check_survives),
        context_test(decompose_of_everything_survives),
        context_test(every_index_survives),
        context_test(panel_survives),
        context_test(what_stands_beside_survives),
    };

    return cmocka_run_group_tests_name("cli_allocations", tests, make_folder, drop_folder);
}
