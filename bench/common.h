/* What every bench shares: a clock, medians, units of work, one JSON line per case. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <gvc/machine.h>

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BENCH_RUNS_MAX = 64 };

typedef struct bench_case {
    const char *what, *table;
    gvc_int G, N;
    int threads, runs;
    double seconds[BENCH_RUNS_MAX];
    double cpu[BENCH_RUNS_MAX]; /* of all threads; on a busy machine steadier than seconds */
    double gemm, gemm_cpu;      /* of the unit n x n x n product, 0: not measured */
    double peak;                /* bytes, 0: not measured */
    double plain;               /* seconds of a plain read of the same bytes, 0: not measured */
    double alone;               /* the best seconds with one thread, 0: not measured */
} bench_case;

static inline double bench_seconds(void)
{
    return gvc_seconds_now().wall;
}

/* Processor seconds of this process, all threads. */
static inline double bench_cpu_seconds(void)
{
    return gvc_seconds_now().cpu;
}

static inline int bench_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline double bench_least(const double *values, int n)
{
    double least = INFINITY;

    for (int i = 0; i < n; i++)
        least = fmin(least, values[i]);
    return least;
}

static inline double bench_minimum(const bench_case *c)
{
    return bench_least(c->seconds, c->runs);
}

static inline double bench_median(const bench_case *c)
{
    double sorted[BENCH_RUNS_MAX];

    memcpy(sorted, c->seconds, sizeof sorted);
    qsort(sorted, (size_t)c->runs, sizeof *sorted, bench_compare);
    return 0.5 * (sorted[(c->runs - 1) / 2] + sorted[c->runs / 2]);
}

/* One JSON line on stdout, one readable line on stderr. */
static inline void bench_report(const bench_case *c)
{
    const double n = (double)(c->G * c->N), array = 8.0 * n * n;
    const char *commit = getenv("GVC_COMMIT");

    printf("{\"what\":\"%s\",\"table\":\"%s\",\"G\":%lld,\"N\":%lld,\"n\":%.0f,\"threads\":%d,"
           "\"runs\":%d,\"median_s\":%.6g,\"min_s\":%.6g",
           c->what, c->table, (long long)c->G, (long long)c->N, n, c->threads, c->runs,
           bench_median(c), bench_minimum(c));
    if (c->gemm > 0.0)
        printf(",\"gemm_s\":%.6g,\"median_gemm\":%.4g,\"min_gemm\":%.4g", c->gemm,
               bench_median(c) / c->gemm, bench_minimum(c) / c->gemm);
    if (c->gemm_cpu > 0.0 && c->cpu[0] > 0.0)
        printf(",\"gemm_cpu_s\":%.6g,\"min_cpu_gemm\":%.4g", c->gemm_cpu,
               bench_least(c->cpu, c->runs) / c->gemm_cpu);
    if (c->alone > 0.0)
        printf(",\"speedup\":%.4g,\"efficiency\":%.4g", c->alone / bench_minimum(c),
               c->alone / bench_minimum(c) / c->threads);
    if (c->plain > 0.0)
        printf(",\"plain_s\":%.6g,\"min_plain\":%.4g", c->plain, bench_minimum(c) / c->plain);
    if (c->peak > 0.0)
        printf(",\"peak_arrays\":%.4g", c->peak / array);
    printf(",\"blas\":\"%s\",\"cpu\":\"%s\",\"commit\":\"%s\"}\n", gvc_machine_blas(),
           gvc_machine_cpu(), commit ? commit : "unknown");
    fflush(stdout);
    fprintf(stderr, "%-42s n %5.0f  %9.4f s", c->what, n, bench_minimum(c));
    if (c->gemm > 0.0)
        fprintf(stderr, "  %7.3f dgemm", bench_minimum(c) / c->gemm);
    if (c->gemm_cpu > 0.0 && c->cpu[0] > 0.0)
        fprintf(stderr, "  %7.3f of its cpu", bench_least(c->cpu, c->runs) / c->gemm_cpu);
    if (c->plain > 0.0)
        fprintf(stderr, "  %6.2f plain reads", bench_minimum(c) / c->plain);
    if (c->peak > 0.0)
        fprintf(stderr, "  %6.2f arrays", c->peak / array);
    if (c->alone > 0.0)
        fprintf(stderr, "  %3d threads  %6.2f times as fast  %4.0f %%", c->threads,
                c->alone / bench_minimum(c), 100 * c->alone / bench_minimum(c) / c->threads);
    fputc('\n', stderr);
}

/* Memory, filled with numbers in (0, 1), or the end of the bench. */
static inline double *bench_numbers(gvc_int count)
{
    double *a = malloc((size_t)count * sizeof *a);
    uint64_t state = 1;

    if (!a) {
        fputs("bench: out of memory\n", stderr);
        exit(7);
    }
    for (gvc_int i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        a[i] = (double)(state >> 11) * 0x1p-53;
    }
    return a;
}

/* Make a matrix of random numbers one that is strictly column diagonally dominant, as I - A is. */
static inline void bench_dominate(double *a, gvc_int n)
{
    for (gvc_int j = 0; j < n; j++) {
        for (gvc_int i = 0; i < n; i++)
            a[i + j * n] *= -1.2 / (double)n;
        a[j + j * n] += 1.0;
    }
}

static inline void bench_gemm_openblas(const double *a, const double *b, double *c, gvc_int n,
                                       int threads)
{
    openblas_set_num_threads(threads);
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint)n, (blasint)n, (blasint)n, 1.0,
                a, (blasint)n, b, (blasint)n, 0.0, c, (blasint)n);
    openblas_set_num_threads(1);
}

/* One product by our threads, each on its own columns, and a single-threaded OpenBLAS. */
static inline gvc_seconds bench_gemm_by_columns(gvc_int n, int threads)
{
    gvc_ctx *ctx = gvc_ctx_new();
    gvc_seconds best;

    if (ctx)
        gvc_ctx_set_threads(ctx, threads);
    if (!ctx || gvc_machine_product(ctx, &best, n, 1) != GVC_OK) {
        fputs("bench: out of memory\n", stderr);
        exit(7);
    }
    gvc_ctx_free(ctx);
    return best;
}

/* Time one n x n x n product both ways; the faster one is the unit. */
static inline double bench_unit(bench_case *columns, bench_case *openblas, int runs)
{
    const gvc_int n = columns->G * columns->N;
    double *a = bench_numbers(n * n), *b = bench_numbers(n * n), *c = bench_numbers(n * n);

    columns->runs = openblas->runs = runs;
    for (int i = 0; i < runs; i++) {
        const gvc_seconds ours = bench_gemm_by_columns(n, columns->threads);
        const double start = bench_seconds(), cpu = bench_cpu_seconds();

        columns->seconds[i] = ours.wall;
        columns->cpu[i] = ours.cpu;
        bench_gemm_openblas(a, b, c, n, openblas->threads);
        openblas->seconds[i] = bench_seconds() - start;
        openblas->cpu[i] = bench_cpu_seconds() - cpu;
    }
    free(a);
    free(b);
    free(c);
    return fmin(bench_minimum(columns), bench_minimum(openblas));
}

/* The same in processor seconds. */
static inline double bench_unit_cpu(const bench_case *columns, const bench_case *openblas)
{
    return fmin(bench_least(columns->cpu, columns->runs),
                bench_least(openblas->cpu, openblas->runs));
}

/* The threads to use: $GVC_BENCH_THREADS, or all cores. */
static inline int bench_threads(void)
{
    const char *wanted = getenv("GVC_BENCH_THREADS");

    return wanted && atoi(wanted) > 0 ? atoi(wanted) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

#endif
