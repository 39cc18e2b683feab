/*
 * What do more threads bring: measured with 1, 2, 4, ... threads, and expected of more than there
 * are here, from the graph of tasks and from what runs on one thread?
 *
 * usage: bench_scaling GVC STORE YEAR [RUNS]
 *
 * Products, factorisation, inverse, solves and sweeps are timed inside this process, commands as
 * processes. $GVC_BENCH_THREADS is the most threads (all cores).
 */
#include "graph.h"
#include "phases.h"
#include "process.h"

enum { COUNTS = 16, WORDS = 16 };

typedef struct setting {
    const char *gvc, *store, *name, *year;
    int runs, counts, threads[COUNTS];
    gvc_int G, N, n;
    gvc_table *table;
    double *original, *work_matrix, *right, *out, *work;
} setting;

typedef double (*timed)(const setting *set, int threads);

/* ---- inside this process ---- */

static double time_product(const setting *set, int threads)
{
    return bench_gemm_by_columns(set->n, threads).wall;
}

static gvc_lu factors(const setting *set)
{
    return (gvc_lu){ { set->work_matrix, set->n, set->n, set->n }, NULL };
}

static double time_lu(const setting *set, int threads)
{
    double start;

    memcpy(set->work_matrix, set->original, sizeof(double) * (size_t)(set->n * set->n));
    start = bench_seconds();
    if (gvc_la__factorise(factors(set), threads) != 0)
        exit(6);
    return bench_seconds() - start;
}

static double time_solve(const setting *set, int threads)
{
    double start;

    time_lu(set, set->threads[set->counts - 1]);
    start = bench_seconds();
    gvc_la__solve(factors(set), 1, (gvc_view){ set->right, set->n, set->G, set->n }, threads);
    return bench_seconds() - start;
}

static double time_inverse(const setting *set, int threads)
{
    double start;

    time_lu(set, set->threads[set->counts - 1]);
    start = bench_seconds();
    gvc_la__invert_triangles(factors(set), set->work, threads);
    gvc_la__multiply_triangles(factors(set), set->work, threads);
    return bench_seconds() - start;
}

static double time_exchange(const setting *set, int threads)
{
    double start;

    memcpy(set->work_matrix, set->original, sizeof(double) * (size_t)(set->n * set->n));
    start = bench_seconds();
    if (gvc_la__exchange(factors(set).a, set->work, threads) != 0)
        exit(6);
    return bench_seconds() - start;
}

static double time_thin_product(const setting *set, int threads)
{
    const gvc_view a = { set->original, set->n, set->n, set->n },
                   y = { set->right, set->n, set->G, set->n },
                   out = { set->out, set->n, set->G, set->n };
    const double start = bench_seconds();

    gvc_la__times_t(out, NULL, a, NULL, y, threads);
    return bench_seconds() - start;
}

static double time_sweeps(const setting *set, int threads)
{
    const gvc_model_opts opts = { .needs = GVC_Q_BF, .solver = GVC_SOLVER_SWEEPS };
    gvc_ctx *ctx = gvc_ctx_new();
    gvc_model *model;
    double start;

    if (!ctx)
        exit(7);
    gvc_ctx_set_threads(ctx, threads);
    bench_need(ctx, gvc_model_new(ctx, &model, set->table, &opts));
    start = bench_seconds();
    bench_need(ctx, gvc_model_need(ctx, model, opts.needs));
    start = bench_seconds() - start;
    gvc_model_free(model);
    gvc_ctx_free(ctx);
    return start;
}

/* ---- whole commands ---- */

static const struct command {
    const char *what, *suffix, *words[10];
} commands[] = {
    { "command: bm country",
      "csv",
      { "decompose", "--method", "bm", "--approach", "source", "--perspective", "exporter" } },
    { "command: all exports, country and sector",
      "h5",
      { "decompose", "--method", "all", "--level", "country,sector" } },
    { "command: all indices, country and sector",
      "csv",
      { "index", "--set", "all", "--level", "country,sector", "--layout", "long" } },
};

static double time_command(const setting *set, const struct command *c, int threads)
{
    char count[16], path[64];
    const char *words[WORDS + 10] = { set->gvc, c->words[0], set->store };
    double cpu, bytes = 0, seconds;
    int n = 3;

    snprintf(count, sizeof count, "%d", threads);
    snprintf(path, sizeof path, "build/bench/out.%s", c->suffix);
    for (int k = 1; c->words[k]; k++)
        words[n++] = c->words[k];
    {
        const char *const ending[] = { "--year",  set->year, "--threads", count,
                                       "--force", "-q",      "-o",        path };

        memcpy(words + n, ending, sizeof ending);
    }
    seconds = bench_process(words, NULL, NULL, &cpu, &bytes);
    if (seconds < 0)
        exit(6);
    return seconds;
}

/* ---- the curve ---- */

static void report_curve(const setting *set, const char *what, timed time,
                         const struct command *command)
{
    double alone = 0;

    for (int t = 0; t < set->counts; t++) {
        bench_case c = { .what = what,
                         .table = set->name,
                         .G = set->G,
                         .N = set->N,
                         .threads = set->threads[t],
                         .runs = set->runs };

        for (int k = 0; k < set->runs; k++)
            c.seconds[k] = command ? time_command(set, command, c.threads) : time(set, c.threads);
        if (t == 0)
            alone = bench_minimum(&c);
        c.alone = alone;
        bench_report(&c);
    }
}

static void report_curves(const setting *set)
{
    static const struct {
        const char *what;
        timed time;
    } kernels[] = { { "dgemm, n x n x n", time_product },
                    { "tiled lu", time_lu },
                    { "inverse from the factors", time_inverse },
                    { "inverse by exchange, no factors", time_exchange },
                    { "solve, transposed, G columns", time_solve },
                    { "product with A', G columns", time_thin_product },
                    { "B F by sweeps", time_sweeps } };

    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        report_curve(set, kernels[i].what, kernels[i].time, NULL);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        report_curve(set, commands[i].what, NULL, &commands[i]);
}

/* ---- from the graph of tasks ---- */

typedef enum kernel { GEMM, FACTOR, LEFT, RIGHT, CORNER, TRIANGLE, DIAGONAL, ROWS, GROUP } kernel;

static double time_tile(const setting *set, kernel what)
{
    enum { TIMES = 20 };
    const gvc_int n = set->n, tile = GVC_LA_TILE < n / 3 ? GVC_LA_TILE : n / 3;
    const gvc_view whole = { set->work_matrix, n, n, n };
    const gvc_view a = gvc_view__part(whole, 0, 0, tile, tile),
                   b = gvc_view__part(whole, tile, 0, tile, tile),
                   c = gvc_view__part(whole, tile, tile, tile, tile);
    double best = INFINITY;

    for (int k = 0; k < TIMES; k++) {
        double start;

        memcpy(set->work_matrix, set->original, sizeof(double) * (size_t)(n * 2 * tile));
        if (what == CORNER && gvc_la__factorise((gvc_lu){ a, NULL }, 1) != 0)
            exit(6);
        start = bench_seconds();
        if (what == GEMM)
            gvc_la__tile_gemm(0, -1, a, b, 1, c);
        else if (what == FACTOR)
            (void)gvc_la__factorise((gvc_lu){ a, NULL }, 1);
        else if (what == LEFT)
            gvc_la__tile_trsm(GVC_UNIT_LOWER, 0, a, b);
        else if (what == RIGHT)
            gvc_la__tile_trsm_right(a, b);
        else if (what == TRIANGLE)
            gvc_la__tile_trmm(GVC_UPPER, a, b);
        else
            for (int t = 0; t < 2; t++)
                LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, t ? 'L' : 'U', t ? 'U' : 'N',
                                    (lapack_int)tile, a.a, (lapack_int)a.ld);
        best = fmin(best, bench_seconds() - start);
    }
    return best * pow((double)GVC_LA_TILE / (double)tile, 3);
}

/* The tasks of an exchange step, likewise. */
static double time_block(const setting *set, kernel what)
{
    enum { TIMES = 20, BLOCK = GVC_LA_BLOCK };
    const gvc_int n = set->n, side = BLOCK < n / 3 ? BLOCK : n / 3;
    const gvc_int high = what == GROUP && GVC_LA_GROUP * side < n ? GVC_LA_GROUP * side : side;
    const gvc_view whole = { set->work_matrix, n, n, n };
    const gvc_view a = gvc_view__part(whole, 0, 0, side, side),
                   left = gvc_view__part(whole, 0, side, high, side),
                   out = gvc_view__part(whole, 0, 2 * side, high, side);
    double best = INFINITY;

    for (int k = 0; k < TIMES; k++) {
        double start;

        memcpy(set->work_matrix, set->original, sizeof(double) * (size_t)(n * 3 * side));
        start = bench_seconds();
        if (what == DIAGONAL)
            (void)gvc_la__exchange(a, set->work, 1);
        else
            gvc_la__tile_gemm(0, -1, left, a, 1, out);
        best = fmin(best, bench_seconds() - start);
    }
    return best * pow((double)BLOCK / (double)side, 3) *
           (what == GROUP ? GVC_LA_GROUP * side / (double)high : 1);
}

static tile_times time_tiles(const setting *set)
{
    tile_times t;

    openblas_set_num_threads(1);
    t = (tile_times){ .gemm = time_tile(set, GEMM),
                      .factor = time_tile(set, FACTOR),
                      .left = time_tile(set, LEFT),
                      .right = time_tile(set, RIGHT),
                      .corner = time_tile(set, CORNER),
                      .triangle = time_tile(set, TRIANGLE),
                      .diagonal = time_block(set, DIAGONAL),
                      .rows = time_block(set, ROWS),
                      .group = time_block(set, GROUP) };
    fprintf(
        stderr,
        "\none tile of %d, one thread, in ms: product %.3f, factors %.3f, triangular solves "
        "%.3f and %.3f, inverses of a corner %.3f, triangular product %.3f; of exchange steps by "
        "%d: diagonal block %.3f, new rows %.3f, group %.3f\n",
        GVC_LA_TILE, 1e3 * t.gemm, 1e3 * t.factor, 1e3 * t.left, 1e3 * t.right, 1e3 * t.corner,
        1e3 * t.triangle, GVC_LA_BLOCK, 1e3 * t.diagonal, 1e3 * t.rows, 1e3 * t.group);
    return t;
}

/* No schedule can take less than the longest path, nor than an even share of the work. */
static void report_graph(const char *what, const tile_times *t, gvc_int n,
                         double (*schedule)(const tile_times *, gvc_int, int, double *))
{
    static const int threads[] = { 1, 2, 16, 64 };
    double work;
    const double path = schedule(t, n, 0, &work);

    fprintf(stderr, "%-26s n %5lld  work %9.4f s  longest path %8.4f s, so at most %.1f times\n",
            what, (long long)n, work, path, work / path);
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        const double bound = fmax(work / threads[k], path),
                     scheduled = schedule(t, n, threads[k], &work);

        fprintf(stderr, "%26s %3d threads  at least %9.4f s  as scheduled %9.4f s, %5.2f times\n",
                "", threads[k], bound, scheduled, work / scheduled);
        printf("{\"what\":\"%s, by its graph\",\"n\":%lld,\"threads\":%d,\"work_s\":%.6g,"
               "\"path_s\":%.6g,\"bound_s\":%.6g,\"scheduled_s\":%.6g}\n",
               what, (long long)n, threads[k], work, path, bound, scheduled);
    }
}

static void report_graphs(const setting *set)
{
    enum { LARGE = 164 * 120 };
    const tile_times t = time_tiles(set);

    report_graph("tiled lu", &t, set->n, graph_lu_schedule);
    report_graph("tiled lu", &t, LARGE, graph_lu_schedule);
    report_graph("inverse from the factors", &t, set->n, graph_inverse_schedule);
    report_graph("inverse from the factors", &t, LARGE, graph_inverse_schedule);
    report_graph("inverse by exchange", &t, set->n, graph_exchange_schedule);
    report_graph("inverse by exchange", &t, LARGE, graph_exchange_schedule);
}

/* ---- from what runs on one thread ---- */

static void measure_phases(const setting *set, int threads, double best[PHASES])
{
    const char *levels[] = { "country", NULL };
    phase_job job = { .ctx = gvc_ctx_new(),
                      .store = set->store,
                      .year = atoi(set->year),
                      .measure = gvc_measures_find("bm/exporter/source"),
                      .opts.levels = levels };

    if (!job.ctx)
        exit(7);
    gvc_ctx_set_threads(job.ctx, threads);
    for (int p = 0; p < PHASES; p++)
        best[p] = INFINITY;
    for (int k = 0; k < set->runs; k++) {
        double seconds[PHASES];
        gvc_int G, N;

        bench_phases(&job, seconds, &G, &N);
        for (int p = 0; p < PHASES; p++)
            best[p] = fmin(best[p], seconds[p]);
    }
    gvc_ctx_free(job.ctx);
}

/* T_p = S + P / p, with both from T_1 and T_p; the command has parts that the phases lack, such as
 * its start and the file. */
static void report_phase(const char *what, double alone, double many, int p)
{
    static const int expected[] = { 16, 64 };
    const double serial = fmax(0, (p * many - alone) / (p - 1)), parallel = alone - serial;

    fprintf(stderr, "%-26s %8.4f s  %8.4f s with %d  not shared %7.4f s", what, alone, many, p,
            serial);
    printf("{\"what\":\"bm country: %s\",\"threads\":%d,\"alone_s\":%.6g,\"min_s\":%.6g,"
           "\"serial_s\":%.6g}\n",
           what, p, alone, many, serial);
    for (size_t k = 0; k < 2; k++)
        fprintf(stderr, "%s %d: %.4f s", k ? "," : "  so with", expected[k],
                serial + parallel / expected[k]);
    fputc('\n', stderr);
}

static void report_phases(const setting *set)
{
    const int p = set->threads[set->counts - 1];
    double alone[PHASES], many[PHASES], command[2] = { INFINITY, INFINITY };

    if (p < 2)
        return;
    measure_phases(set, 1, alone);
    measure_phases(set, p, many);
    for (int k = 0; k < set->runs; k++) {
        command[0] = fmin(command[0], time_command(set, &commands[0], 1));
        command[1] = fmin(command[1], time_command(set, &commands[0], p));
    }
    fputs("\nbm country, what threads share out and what they do not\n", stderr);
    for (int k = 0; k < PHASES; k++)
        report_phase(bench_phase_names[k], alone[k], many[k], p);
    report_phase("start, output, end", fmax(0, command[0] - alone[WHOLE]),
                 fmax(0, command[1] - many[WHOLE]), p);
    report_phase("the command", command[0], command[1], p);
}

/* ---- */

static void look_at_store(setting *set)
{
    gvc_ctx *ctx = gvc_ctx_new();

    if (!ctx)
        exit(7);
    set->table = bench_read_table(ctx, set->store, atoi(set->year));
    set->G = gvc_table_G(set->table);
    set->N = gvc_table_N(set->table);
    set->n = set->G * set->N;
    set->original = bench_numbers(set->n * set->n);
    set->work_matrix = bench_numbers(set->n * set->n);
    set->right = bench_numbers(set->n * set->G);
    set->out = bench_numbers(set->n * set->G);
    set->work = bench_numbers(gvc_la__inverse_work(set->n) + gvc_la__exchange_work(set->n));
    bench_dominate(set->original, set->n);
}

int main(int argc, char **argv)
{
    const int most = bench_threads();
    setting set = { .runs = argc > 4 ? atoi(argv[4]) : 3 };

    if (argc < 4 || set.runs < 1 || set.runs > BENCH_RUNS_MAX) {
        fputs("usage: bench_scaling GVC STORE YEAR [RUNS]\n", stderr);
        return 2;
    }
    set.gvc = argv[1];
    set.store = argv[2];
    set.name = strrchr(set.store, '/') ? strrchr(set.store, '/') + 1 : set.store;
    set.year = argv[3];
    for (int t = 1; t < most && set.counts < COUNTS - 1; t *= 2)
        set.threads[set.counts++] = t;
    set.threads[set.counts++] = most;
    look_at_store(&set);
    report_curves(&set);
    report_graphs(&set);
    report_phases(&set);
    return 0;
}
