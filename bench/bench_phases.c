/*
 * Where does the time of one year's run go: the table, the model, its quantities, the measure?
 *
 * usage: bench_phases STORE YEAR MEASURE LEVEL [RUNS]
 *        bench_phases synth GxN  MEASURE LEVEL [RUNS]       a table made in memory, not timed
 */
#include "common.h"

#include <gvc/input.h>
#include <gvc/measures.h>
#include <gvc/synth.h>

enum { READ, PREPARE, QUANTITIES, MEASURE, WHOLE, PHASES };

static const char *const phases[PHASES] = { "read", "prepare the model", "compute the quantities",
                                            "run the measure", "all of these" };

typedef struct job {
    gvc_ctx *ctx;
    const char *store, *year;
    const gvc_measure *measure;
    gvc_run_opts opts;
    gvc_table *made; /* the table that is not read */
} job;

static void need(gvc_ctx *ctx, gvc_status status)
{
    if (status == GVC_OK)
        return;
    fprintf(stderr, "bench_phases: %s\n", gvc_ctx_message(ctx));
    exit(gvc_status_exit_code(status));
}

static gvc_table *make_table(gvc_ctx *ctx, const char *size)
{
    gvc_synth_opts opts = { .seed = 1, .first_year = 2010 };
    gvc_synth *synth;
    gvc_table *table;
    long long G = 0, N = 0;

    if (sscanf(size, "%lldx%lld", &G, &N) != 2) {
        fputs("bench_phases: the size is written GxN, such as 77x45\n", stderr);
        exit(2);
    }
    opts.countries = G;
    opts.sectors = N;
    need(ctx, gvc_synth_new(ctx, &synth, &opts));
    need(ctx, gvc_synth_table(ctx, &table, synth, 2010));
    gvc_synth_free(synth);
    return table;
}

static gvc_table *read_table(gvc_ctx *ctx, const char *path, int year)
{
    gvc_input *input;
    gvc_table *table = NULL;

    need(ctx, gvc_input_open(ctx, &input, path));
    for (gvc_int i = 0; i < gvc_input_n_years(input); i++)
        if (gvc_input_year(input, i) == year)
            need(ctx, gvc_input_table(ctx, &table, input, i));
    gvc_input_close(input);
    if (!table) {
        fprintf(stderr, "bench_phases: %s has no year %d\n", path, year);
        exit(5);
    }
    return table;
}

static void run_once(const job *j, bench_case cases[PHASES], int run)
{
    const gvc_model_opts opts = { .needs = gvc_measure_needs(j->measure) };
    double at[PHASES];
    gvc_table *table;
    gvc_model *model;
    gvc_frames *frames;

    at[READ] = bench_seconds();
    table = j->made ? j->made : read_table(j->ctx, j->store, atoi(j->year));
    at[PREPARE] = bench_seconds();
    need(j->ctx, gvc_model_new(j->ctx, &model, table, &opts));
    at[QUANTITIES] = bench_seconds();
    need(j->ctx, gvc_model_need(j->ctx, model, opts.needs));
    at[MEASURE] = bench_seconds();
    need(j->ctx, gvc_frames_new(j->ctx, &frames));
    need(j->ctx, gvc_measures_run(j->ctx, frames, model, &j->measure, 1, &j->opts));
    at[WHOLE] = bench_seconds();
    for (int p = 0; p < PHASES; p++) {
        cases[p].G = gvc_table_G(table);
        cases[p].N = gvc_table_N(table);
        cases[p].seconds[run] = p == WHOLE ? at[WHOLE] - at[READ] : at[p + 1] - at[p];
    }
    gvc_frames_free(frames);
    gvc_model_free(model);
    if (!j->made)
        gvc_table_free(table);
}

int main(int argc, char **argv)
{
    const int runs = argc > 5 ? atoi(argv[5]) : 5;
    const char *levels[] = { argc > 4 ? argv[4] : NULL, NULL };
    job j = { .ctx = gvc_ctx_new(), .opts.levels = levels };
    bench_case cases[PHASES] = { 0 }, columns = { 0 }, openblas = { 0 };
    double gemm;

    if (argc < 5 || !j.ctx || runs < 1 || runs > BENCH_RUNS_MAX) {
        fputs("usage: bench_phases STORE|synth YEAR|GxN MEASURE LEVEL [RUNS]\n", stderr);
        return 2;
    }
    j.store = argv[1];
    j.year = argv[2];
    j.measure = gvc_measures_find(argv[3]);
    if (!j.measure) {
        fprintf(stderr, "bench_phases: no measure %s\n", argv[3]);
        return 2;
    }
    gvc_ctx_set_threads(j.ctx, bench_threads());
    if (strcmp(j.store, "synth") == 0)
        j.made = make_table(j.ctx, j.year);
    for (int i = 0; i < runs; i++)
        run_once(&j, cases, i);
    columns.G = openblas.G = cases[0].G;
    columns.N = openblas.N = cases[0].N;
    columns.threads = openblas.threads = bench_threads();
    gemm = bench_unit(&columns, &openblas, runs);
    for (int p = j.made ? PREPARE : READ; p < PHASES; p++) {
        char what[200];

        snprintf(what, sizeof what, "%s %s: %s", argv[3], argv[4], phases[p]);
        cases[p].what = what;
        cases[p].table = argv[2];
        cases[p].threads = bench_threads();
        cases[p].runs = runs;
        cases[p].gemm = gemm;
        if (p == WHOLE)
            cases[p].peak = (double)gvc_ctx_memory_peak(j.ctx);
        bench_report(&cases[p]);
    }
    gvc_table_free(j.made);
    gvc_ctx_free(j.ctx);
    return 0;
}
