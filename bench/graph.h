/*
 * The tiled factorisation (la/lu.c) and the inverses (la/inverse.c, la/exchange.c) as graphs of
 * tasks: how much work there is, how long its longest path is, and how long the program's own
 * schedule takes with so many threads, all from the measured times of one tile's kernels.
 */
#ifndef BENCH_GRAPH_H
#define BENCH_GRAPH_H

#include "common.h"

#include "la/blas.h"
#include "la/lu.h"

/* Seconds of the kernels of one full tile, by one thread. */
typedef struct tile_times {
    double gemm, factor, left, right; /* left: of a tile of U; right: of one of L */
    double corner, triangle;          /* of the inverse: both corners inverted; one product */
    double diagonal, rows, group;     /* of exchange steps: a block inverted; new rows; a task */
} tile_times;

enum { GRAPH_THREADS = 256 };

/* Tile k of `tiles` as a share of a full one. */
static inline double graph_share(gvc_int n, gvc_int k)
{
    const gvc_int left = n - k * GVC_LA_TILE;

    return left < GVC_LA_TILE ? (double)left / GVC_LA_TILE : 1;
}

/* The thread that is free first. */
static inline int graph_first_free(const double *free_at, int threads)
{
    int first = 0;

    for (int t = 1; t < threads; t++)
        if (free_at[t] < free_at[first])
            first = t;
    return first;
}

/* One tile of the factorisation begun at `start`: products as soon as both factors are there, then
 * the last step as soon as the corner is. Returns when it is done and adds what it takes. */
static inline double graph_lu_tile(const tile_times *t, gvc_int n, gvc_int tiles, gvc_int i,
                                   gvc_int j, const double *done, double start, double *work)
{
    const gvc_int m = i < j ? i : j;
    const double rows = graph_share(n, i), cols = graph_share(n, j);
    const double last =
        i == j ? t->factor * rows * rows * rows : (i < j ? t->left * cols : t->right * rows);

    for (gvc_int k = 0; k < m; k++) {
        start = fmax(start, fmax(done[i + k * tiles], done[k + j * tiles]));
        start += t->gemm * rows * cols;
        *work += t->gemm * rows * cols;
    }
    if (i != j)
        start = fmax(start, done[m + m * tiles]);
    *work += last;
    return start + last;
}

/* Seconds of the factorisation as it is scheduled: threads take tiles by number, in shells, and
 * wait for what a tile needs. With threads = 0 each tile has one of its own: that is the path. */
static inline double graph_lu_schedule(const tile_times *t, gvc_int n, int threads, double *work)
{
    const gvc_int tiles = (n + GVC_LA_TILE - 1) / GVC_LA_TILE;
    double *done = bench_numbers(tiles * tiles), free_at[GRAPH_THREADS] = { 0 }, end = 0;

    *work = 0;
    for (gvc_int shell = 0; shell < tiles; shell++)
        for (gvc_int place = 0; place < 2 * (tiles - shell) - 1; place++) {
            const gvc_int along = shell + (place + 1) / 2;
            const gvc_int i = place % 2 ? shell : along, j = place % 2 ? along : shell;
            const int thread = threads ? graph_first_free(free_at, threads) : 0;
            const double at =
                graph_lu_tile(t, n, tiles, i, j, done, threads ? free_at[thread] : 0, work);

            done[i + j * tiles] = at;
            free_at[thread] = threads ? at : 0;
            end = fmax(end, at);
        }
    free(done);
    return end;
}

/* A step of the inverse: `alone` by one thread, then its tasks, which are taken in this order: one
 * of `first`, and pairs that take least + k * more, from the largest k to 0. */
static inline double graph_step(double alone, double first, gvc_int pairs, double least,
                                double more, int threads, double *work)
{
    double free_at[GRAPH_THREADS] = { first }, end = first;

    *work += alone + first;
    for (gvc_int k = 2 * pairs - 1; k >= 0; k--) {
        const int thread = threads ? graph_first_free(free_at, threads) : 0;
        const double takes = least + (double)(k / 2) * more;

        *work += takes;
        free_at[thread] = (threads ? free_at[thread] : 0) + takes;
        end = fmax(end, free_at[thread]);
    }
    return alone + end;
}

/* The inverse from the factors: two passes of steps that all threads end together. Its last tile
 * counts as a full one or as none, unless it is the only one. */
static inline double graph_inverse_schedule(const tile_times *t, gvc_int n, int threads,
                                            double *work)
{
    const gvc_int nearest = (n + GVC_LA_TILE / 2) / GVC_LA_TILE, tiles = nearest > 0 ? nearest : 1;
    double seconds = 0;

    *work = 0;
    for (gvc_int s = 0; s < tiles; s++)
        seconds += graph_step(t->corner, 0, s, 2 * t->triangle, t->gemm, threads, work);
    for (gvc_int s = 0; s < tiles; s++)
        seconds += graph_step(0, (double)(tiles - s) * t->gemm, tiles - s - 1, t->triangle, t->gemm,
                              threads, work);
    return seconds;
}

/* The inverse by exchange: a step makes its new rows, then updates all groups of blocks, first the
 * one with the next diagonal block, whose inverse its task makes too. */
static inline double graph_exchange_schedule(const tile_times *t, gvc_int n, int threads,
                                             double *work)
{
    const gvc_int blocks = (n + GVC_LA_BLOCK - 1) / GVC_LA_BLOCK;
    const gvc_int tasks = blocks * ((blocks + GVC_LA_GROUP - 1) / GVC_LA_GROUP);
    const double all = (double)(blocks * blocks) / GVC_LA_GROUP * t->group;
    const double each = all / (double)tasks; /* the last group of a column has fewer blocks */
    double step;

    if (threads == 0) {
        step = t->rows + each + t->diagonal;
    } else {
        double free_at[GRAPH_THREADS] = { t->diagonal };

        step = t->diagonal + each;
        for (gvc_int k = 0; k < tasks; k++) {
            const int thread = k ? graph_first_free(free_at, threads) : 0;

            free_at[thread] += each;
            step = fmax(step, free_at[thread]);
        }
        step += ceil((double)blocks / threads) * t->rows;
    }
    *work = (double)blocks * ((double)blocks * t->rows + all + t->diagonal);
    return t->diagonal + (double)blocks * step;
}

#endif
