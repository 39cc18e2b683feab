/*
 * Where does the time of one year's run go: the table, the model, its quantities, the measure?
 *
 * usage: bench_phases STORE YEAR MEASURE LEVEL [RUNS]
 *        bench_phases synth GxN  MEASURE LEVEL [RUNS]       a table made in memory, not timed
 */
#include "phases.h"

#include <gvc/synth.h>

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
    bench_need(ctx, gvc_synth_new(ctx, &synth, &opts));
    bench_need(ctx, gvc_synth_table(ctx, &table, synth, 2010));
    gvc_synth_free(synth);
    return table;
}

int main(int argc, char **argv)
{
    const int runs = argc > 5 ? atoi(argv[5]) : 5;
    const char *levels[] = { argc > 4 ? argv[4] : NULL, NULL };
    phase_job j = { .ctx = gvc_ctx_new(), .opts.levels = levels };
    bench_case cases[PHASES] = { 0 }, columns = { 0 }, openblas = { 0 };
    double gemm;

    if (argc < 5 || !j.ctx || runs < 1 || runs > BENCH_RUNS_MAX) {
        fputs("usage: bench_phases STORE|synth YEAR|GxN MEASURE LEVEL [RUNS]\n", stderr);
        return 2;
    }
    j.store = argv[1];
    j.year = atoi(argv[2]);
    j.measure = gvc_measures_find(argv[3]);
    if (!j.measure) {
        fprintf(stderr, "bench_phases: no measure %s\n", argv[3]);
        return 2;
    }
    gvc_ctx_set_threads(j.ctx, bench_threads());
    if (strcmp(j.store, "synth") == 0)
        j.made = make_table(j.ctx, argv[2]);
    for (int i = 0; i < runs; i++) {
        double seconds[PHASES];
        gvc_int G, N;

        bench_phases(&j, seconds, &G, &N);
        for (int p = 0; p < PHASES; p++) {
            cases[p].G = G;
            cases[p].N = N;
            cases[p].seconds[i] = seconds[p];
        }
    }
    columns.G = openblas.G = cases[0].G;
    columns.N = openblas.N = cases[0].N;
    columns.threads = openblas.threads = bench_threads();
    gemm = bench_unit(&columns, &openblas, runs);
    for (int p = j.made ? PREPARE : READ; p < PHASES; p++) {
        char what[200];

        snprintf(what, sizeof what, "%s %s: %s", argv[3], argv[4], bench_phase_names[p]);
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
