#include "../support/golden.h"

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

/* Every measure whose name begins with `prefix`, at its coarsest levels, into a file. */
static gvc_status run_measures(gvc_ctx *ctx, gvc_frame_kind kind, const char *prefix,
                               const char *level, const char *name)
{
    const char *levels[] = { level, NULL };
    const gvc_run_opts opts = { .levels = levels };
    const gvc_measure *list[64];
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_int n = 0;
    gvc_status st;

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (gvc_measure_kind(m) == kind && n < 64 &&
            strncmp(gvc_measure_name(m), prefix, strlen(prefix)) == 0 &&
            strstr(gvc_measure_levels(m), level))
            list[n++] = m;
    }
    assert_true(n > 0);
    st = open_model(ctx, &input, &table, &model, gvc_measures_needs(list, n));
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
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_findings *findings = NULL;
    const char *tests = getenv("GVC_TESTS"), *sha256;
    gvc_status st;

    snprintf(path, sizeof path, "%s/fixtures/store_packed.h5", tests ? tests : "tests");
    st = gvc_input_open(ctx, &input, path);
    if (st == GVC_OK)
        st = gvc_input_sha256(ctx, input, &sha256);
    if (st == GVC_OK)
        st = gvc_input_table(ctx, &table, input, 0);
    if (st == GVC_OK)
        st = gvc_check(ctx, &findings, table);
    gvc_findings_free(findings);
    gvc_table_free(table);
    gvc_input_close(input);
    return st;
}

/* ---- every allocation, then wider steps ---- */

/* All of the first ones are tried, of later ones fewer and fewer: they repeat what came before. */
static void fail_each(gvc_ctx *ctx, gvc_status (*command)(gvc_ctx *ctx), int outputs)
{
    gvc_status st = GVC_ENOMEM;

    for (gvc_int n = 1; st != GVC_OK; n += 1 + n / 40) {
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
}

#define COMMAND_TEST(name, command, outputs)                                                       \
    static void name(void **state)                                                                 \
    {                                                                                              \
        fail_each(*state, command, outputs);                                                       \
    }

COMMAND_TEST(decompose_survives, decompose, 2)
COMMAND_TEST(decompose_into_h5_survives, decompose_wwz, 1)
COMMAND_TEST(index_survives, indices, 2)
COMMAND_TEST(index_into_h5_survives, positions, 1)
COMMAND_TEST(trace_survives, trace, 1)
COMMAND_TEST(import_survives, import_folder, 1)
COMMAND_TEST(aggregate_survives, aggregate, 1)
COMMAND_TEST(check_survives, check_store, 0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(decompose_survives), context_test(decompose_into_h5_survives),
        context_test(index_survives),     context_test(index_into_h5_survives),
        context_test(trace_survives),     context_test(import_survives),
        context_test(aggregate_survives), context_test(check_survives),
    };

    return cmocka_run_group_tests_name("cli_allocations", tests, make_folder, drop_folder);
}
