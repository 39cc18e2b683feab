#include "la/lu.h"

#include "la/blas.h"

#include <lapacke.h>
#include <math.h>

/*
 * The inverse in the place of the matrix by exchange steps (Gauss and Jordan), one for each block
 * of rows k. With D = A_kk^-1 a step is
 *
 *     A_kj := D A_kj,  A_kk := D        the new rows
 *     A_ij := A_ij - A_ik A_kj          with the old column of blocks, j other than k
 *     A_ik := -A_ik D
 *
 * so all but D is products of many rows with a block, at the speed of the plain product, where the
 * way by factors spends a third more on its triangles. The old column stands aside in `column`, the
 * new rows in `row`, so all products of a step are independent: each is one task, and every sum has
 * one order. Whoever makes the next diagonal block makes its inverse too, while the others go on.
 */
enum { BLOCK = GVC_LA_BLOCK, GROUP = GVC_LA_GROUP };

typedef struct exchange {
    gvc_view a;
    gvc_int blocks;
    gvc_view row, column; /* BLOCK x n and n x BLOCK */
    double *inverse[2];   /* of the diagonal block of this step and of the next one */
    double *work;         /* BLOCK x BLOCK */
    gvc_int bad;          /* 1 + the first row without a pivot; 0: none */
} exchange;

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_int width(const exchange *x, gvc_int k)
{
    return least(BLOCK, x->a.rows - k * BLOCK);
}

/* Rows of the blocks from .. to - 1 of a column of blocks. */
static gvc_view rows_of(const exchange *x, gvc_view column, gvc_int from, gvc_int to)
{
    const gvc_int first = least(from * BLOCK, x->a.rows), end = least(to * BLOCK, x->a.rows);

    return gvc_view__part(column, first, 0, end - first, column.cols);
}

static gvc_view column_of(const exchange *x, gvc_int j)
{
    return gvc_view__cols(x->a, j * BLOCK, width(x, j));
}

static gvc_view inverse_of(const exchange *x, gvc_int k)
{
    const gvc_int size = width(x, k);

    return (gvc_view){ x->inverse[k % 2], size, size, size };
}

/* Blocks pivot inside themselves. */
static void invert_diagonal(exchange *x, gvc_int k)
{
    const gvc_view d = inverse_of(x, k);
    const lapack_int size = (lapack_int)d.rows;
    int pivot[BLOCK];

    gvc_view__copy(d, rows_of(x, column_of(x, k), k, k + 1));
    LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, size, size, d.a, size, pivot);
    for (gvc_int i = 0; i < d.rows && !x->bad; i++)
        if (d.a[i + i * d.ld] == 0 || !isfinite(d.a[i + i * d.ld]))
            x->bad = k * BLOCK + i + 1;
    LAPACKE_dgetri_work(LAPACK_COL_MAJOR, size, d.a, size, pivot, x->work, BLOCK * BLOCK);
}

/* The new rows in the columns of block j, and the old column aside for the rows of block j. */
static void make_rows(const exchange *x, gvc_int k, gvc_int j)
{
    const gvc_view own = column_of(x, k), d = inverse_of(x, k);
    const gvc_view to = gvc_view__part(x->row, 0, j * BLOCK, d.rows, width(x, j));
    const gvc_view mine = rows_of(x, column_of(x, j), k, k + 1);

    if (j == k) {
        gvc_view__copy(to, d);
        return;
    }
    gvc_view__copy(rows_of(x, gvc_view__cols(x->column, 0, d.cols), j, j + 1),
                   rows_of(x, own, j, j + 1));
    gvc_la__tile_gemm(0, 1, d, mine, 0, to);
    gvc_view__copy(mine, to);
}

/* The rows of the blocks from .. to - 1, none of them block k, in the columns of block j. */
static void update(const exchange *x, gvc_int k, gvc_int j, gvc_int from, gvc_int to)
{
    const gvc_int size = width(x, k);
    const gvc_view row = gvc_view__part(x->row, 0, j * BLOCK, size, width(x, j));

    if (from < to)
        gvc_la__tile_gemm(0, -1, rows_of(x, gvc_view__cols(x->column, 0, size), from, to), row,
                          j == k ? 0 : 1, rows_of(x, column_of(x, j), from, to));
}

static void finish_group(exchange *x, gvc_int k, gvc_int j, gvc_int group)
{
    const gvc_int from = group * GROUP, to = least(from + GROUP, x->blocks);

    if (k < from || k >= to) {
        update(x, k, j, from, to);
    } else {
        update(x, k, j, from, k);
        update(x, k, j, k + 1, to);
        if (j == k)
            gvc_view__copy(rows_of(x, column_of(x, k), k, k + 1), inverse_of(x, k));
    }
    if (j == k + 1 && from <= j && j < to)
        invert_diagonal(x, j);
}

/* Task t of a step: first the one that the next step waits for. */
static void take_task(exchange *x, gvc_int k, gvc_int groups, gvc_int t)
{
    const gvc_int first = k + 1 < x->blocks ? k + 1 : 0, before = first / GROUP;
    const gvc_int j = (first + t / groups) % x->blocks;

    finish_group(x, k, j, (before + t) % groups);
}

gvc_int gvc_la__exchange_work(gvc_int n)
{
    return 2 * n * BLOCK + 3 * BLOCK * BLOCK;
}

gvc_int gvc_la__exchange(gvc_view a, double *work, int threads)
{
    const gvc_int n = a.rows, blocks = (n + BLOCK - 1) / BLOCK,
                  groups = (blocks + GROUP - 1) / GROUP;
    double *square = work + 2 * n * BLOCK;
    exchange x = { .a = a,
                   .blocks = blocks,
                   .row = { work, BLOCK, n, BLOCK },
                   .column = { work + n * BLOCK, n, BLOCK, n },
                   .inverse = { square, square + BLOCK * BLOCK },
                   .work = square + 2 * BLOCK * BLOCK };
    const gvc_pin pin = gvc_la__pin();

    invert_diagonal(&x, 0);
#pragma omp parallel num_threads(threads)
    for (gvc_int k = 0; k < blocks; k++) {
#pragma omp for schedule(dynamic)
        for (gvc_int j = 0; j < blocks; j++)
            make_rows(&x, k, j);
#pragma omp for schedule(dynamic)
        for (gvc_int t = 0; t < blocks * groups; t++)
            take_task(&x, k, groups, t);
    }
    gvc_la__unpin(pin);
    return x.bad;
}
