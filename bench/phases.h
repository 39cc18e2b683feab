/* One year's run in its phases, inside this process. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include "common.h"

#include <gvc/input.h>
#include <gvc/measures.h>

enum { READ, PREPARE, QUANTITIES, MEASURE, WHOLE, PHASES };

static const char *const bench_phase_names[PHASES] = { "read", "prepare the model",
                                                       "compute the quantities", "run the measure",
                                                       "all of these" };

typedef struct phase_job {
    gvc_ctx *ctx;
    const char *store;
    int year;
    const gvc_measure *measure;
    gvc_run_opts opts;
    gvc_table *made; /* a table that is not read; NULL: it is */
} phase_job;

static inline void bench_need(gvc_ctx *ctx, gvc_status status)
{
    if (status == GVC_OK)
        return;
    fprintf(stderr, "bench: %s\n", gvc_ctx_message(ctx));
    exit(gvc_status_exit_code(status));
}

static inline gvc_table *bench_read_table(gvc_ctx *ctx, const char *path, int year)
{
    gvc_input *input;
    gvc_table *table = NULL;

    bench_need(ctx, gvc_input_open(ctx, &input, path));
    for (gvc_int i = 0; i < gvc_input_n_years(input); i++)
        if (gvc_input_year(input, i) == year)
            bench_need(ctx, gvc_input_table(ctx, &table, input, i));
    gvc_input_close(input);
    if (!table) {
        fprintf(stderr, "bench: %s has no year %d\n", path, year);
        exit(5);
    }
    return table;
}

/* Seconds of every phase, and the size of the table. */
static inline void bench_phases(const phase_job *j, double seconds[PHASES], gvc_int *G, gvc_int *N)
{
    const gvc_model_opts opts = { .needs = gvc_measures_needs_at(&j->measure, 1, j->opts.levels) };
    double at[PHASES];
    gvc_table *table;
    gvc_model *model;
    gvc_frames *frames;

    at[READ] = bench_seconds();
    table = j->made ? j->made : bench_read_table(j->ctx, j->store, j->year);
    at[PREPARE] = bench_seconds();
    bench_need(j->ctx, gvc_model_new(j->ctx, &model, table, &opts));
    at[QUANTITIES] = bench_seconds();
    bench_need(j->ctx, gvc_model_need(j->ctx, model, opts.needs));
    at[MEASURE] = bench_seconds();
    bench_need(j->ctx, gvc_frames_new(j->ctx, &frames));
    bench_need(j->ctx, gvc_measures_run(j->ctx, frames, model, &j->measure, 1, &j->opts));
    at[WHOLE] = bench_seconds();
    for (int p = 0; p < WHOLE; p++)
        seconds[p] = at[p + 1] - at[p];
    seconds[WHOLE] = at[WHOLE] - at[READ];
    *G = gvc_table_G(table);
    *N = gvc_table_N(table);
    gvc_frames_free(frames);
    gvc_model_free(model);
    if (!j->made)
        gvc_table_free(table);
}

#endif
