/*
 * What do the tiled factorisation, the solves and the inverse cost against dgemm and OpenBLAS's own
 * dgetrf?
 *
 * usage: bench_lu [G N [RUNS]]
 */
#include "common.h"

#include "la/lu.h"

typedef struct matrices {
    gvc_int n;
    double *original, *factors, *right, *work;
    int *pivot;
} matrices;

typedef enum step { LU, LU_PIVOT, DGETRF, SOLVE, SOLVE_T, INVERT, EXCHANGE } step;

/* Seconds of one step; factors are made anew where the step asks for them. */
static double time_step(const matrices *m, step what, gvc_int columns, int threads)
{
    const gvc_int n = m->n;
    const gvc_lu lu = { { m->factors, n, n, n }, what == LU_PIVOT ? m->pivot : NULL };
    const gvc_view y = { m->right, n, columns, n };
    double start;

    if (what <= DGETRF || what >= INVERT)
        memcpy(m->factors, m->original, (size_t)(n * n) * sizeof(double));
    if (what == INVERT && gvc_la__factorise(lu, threads) != 0)
        exit(6);
    start = bench_seconds();
    if (what == DGETRF) {
        openblas_set_num_threads(threads);
        LAPACKE_dgetrf(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)n, m->factors, (lapack_int)n,
                       m->pivot);
        openblas_set_num_threads(1);
    } else if (what == LU || what == LU_PIVOT) {
        if (gvc_la__factorise(lu, threads) != 0)
            exit(6);
    } else if (what == INVERT) {
        gvc_la__invert_triangles(lu, m->work, threads);
        gvc_la__multiply_triangles(lu, m->work, threads);
    } else if (what == EXCHANGE) {
        if (gvc_la__exchange(lu.a, m->work, threads) != 0)
            exit(6);
    } else {
        gvc_la__solve(lu, what == SOLVE_T, y, threads);
    }
    return bench_seconds() - start;
}

int main(int argc, char **argv)
{
    const gvc_int G = argc > 2 ? atoi(argv[1]) : 77, N = argc > 2 ? atoi(argv[2]) : 45;
    const int runs = argc > 3 ? atoi(argv[3]) : 5;
    const matrices m = { .n = G * N,
                         .original = bench_numbers(G * N * G * N),
                         .factors = bench_numbers(G * N * G * N),
                         .right = bench_numbers(G * N * G * N),
                         .work = bench_numbers(gvc_la__inverse_work(G * N) +
                                               gvc_la__exchange_work(G * N)),
                         .pivot = calloc((size_t)(G * N), sizeof(int)) };
    const struct {
        const char *what;
        step step;
        gvc_int columns;
    } steps[] = { { "dgetrf of OpenBLAS", DGETRF, 0 },
                  { "tiled lu with pivoting", LU_PIVOT, 0 },
                  { "tiled lu without pivoting", LU, 0 },
                  { "solve, G columns", SOLVE, G },
                  { "solve, transposed, G columns", SOLVE_T, G },
                  { "inverse from the factors", INVERT, 0 },
                  { "inverse by exchange, no factors", EXCHANGE, 0 } };
    bench_case frame = { .table = "random", .G = G, .N = N, .threads = bench_threads() };
    bench_case columns = frame, openblas = frame;

    if (!m.pivot || runs < 1 || runs > BENCH_RUNS_MAX)
        return 2;
    columns.what = "dgemm by columns, our threads";
    openblas.what = "dgemm of OpenBLAS's threads";
    bench_dominate(m.original, m.n);
    columns.gemm = openblas.gemm = frame.gemm = bench_unit(&columns, &openblas, runs);
    bench_report(&columns);
    bench_report(&openblas);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        bench_case c = frame;

        c.what = steps[i].what;
        c.runs = runs;
        for (int k = 0; k < runs; k++)
            c.seconds[k] = time_step(&m, steps[i].step, steps[i].columns, c.threads);
        bench_report(&c);
    }
    free(m.original);
    free(m.factors);
    free(m.right);
    free(m.work);
    free(m.pivot);
    return 0;
}
