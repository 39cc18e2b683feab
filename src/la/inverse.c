#include "la/lu.h"

#include "la/blas.h"

#include <lapacke.h>

/*
 * The inverse in the place of the factors: first W = U^-1 above and V = L^-1 below the diagonal,
 * then their product, which is half of the work; whoever wants but some blocks of it has them of
 * the triangles. Both go by tiles. What a step overwrites while other tiles of it still read it
 * stands in `row` (a row of tiles) and `column` (a column of tiles), so the tiles of a step are
 * independent, each is one task, and every sum has one order.
 */
typedef struct inversion {
    gvc_view a;
    gvc_int tiles;
    gvc_view row, column; /* TILE x n and n x TILE */
} inversion;

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

/* Rows or columns that tiles from .. to - 1 span. */
static gvc_int extent(const inversion *x, gvc_int from, gvc_int to)
{
    return least(to * GVC_LA_TILE, x->a.rows) - least(from * GVC_LA_TILE, x->a.rows);
}

/* Tiles i0 .. i1 - 1 by j0 .. j1 - 1. */
static gvc_view tiles_of(const inversion *x, gvc_view a, gvc_int i0, gvc_int i1, gvc_int j0,
                         gvc_int j1)
{
    return gvc_view__part(a, i0 * GVC_LA_TILE, j0 * GVC_LA_TILE, extent(x, i0, i1),
                          extent(x, j0, j1));
}

static gvc_view tile(const inversion *x, gvc_int i, gvc_int j)
{
    return tiles_of(x, x->a, i, i + 1, j, j + 1);
}

/* Tile (i, j) of the column and of the row that are kept aside; they stand at the place of their
 * other index. */
static gvc_view kept_column(const inversion *x, gvc_int i0, gvc_int i1, gvc_int t)
{
    return gvc_view__part(x->column, i0 * GVC_LA_TILE, 0, extent(x, i0, i1), extent(x, t, t + 1));
}

static gvc_view kept_row(const inversion *x, gvc_int t, gvc_int j0, gvc_int j1)
{
    return gvc_view__part(x->row, 0, j0 * GVC_LA_TILE, extent(x, t, t + 1), extent(x, j0, j1));
}

static void negate(gvc_view b)
{
    for (gvc_int c = 0; c < b.cols; c++)
        for (gvc_int i = 0; i < b.rows; i++)
            b.a[i + c * b.ld] = -b.a[i + c * b.ld];
}

/* ---- the two triangles ---- */

static void begin_triangles(const inversion *x, gvc_int t)
{
    const gvc_view d = tile(x, t, t);

    gvc_view__copy(kept_column(x, 0, t, t), tiles_of(x, x->a, 0, t, t, t + 1));
    gvc_view__copy(kept_row(x, t, 0, t), tiles_of(x, x->a, t, t + 1, 0, t));
    LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'U', 'N', (lapack_int)d.rows, d.a, (lapack_int)d.ld);
    LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'L', 'U', (lapack_int)d.rows, d.a, (lapack_int)d.ld);
}

/* W_it = -(sum over k = i .. t-1 of W_ik U_kt) W_tt */
static void finish_upper(const inversion *x, gvc_int i, gvc_int t)
{
    const gvc_view mine = tile(x, i, t);

    gvc_la__tile_trmm(GVC_UPPER, tile(x, i, i), mine);
    if (i + 1 < t)
        gvc_la__tile_gemm(0, 1, tiles_of(x, x->a, i, i + 1, i + 1, t), kept_column(x, i + 1, t, t),
                          1, mine);
    gvc_la__tile_trmm_right(GVC_UPPER, tile(x, t, t), mine);
    negate(mine);
}

/* V_tj = -V_tt (sum over k = j .. t-1 of L_tk V_kj) */
static void finish_lower(const inversion *x, gvc_int t, gvc_int j)
{
    const gvc_view mine = tile(x, t, j);

    gvc_la__tile_trmm_right(GVC_UNIT_LOWER, tile(x, j, j), mine);
    if (j + 1 < t)
        gvc_la__tile_gemm(0, 1, kept_row(x, t, j + 1, t), tiles_of(x, x->a, j + 1, t, j, j + 1), 1,
                          mine);
    gvc_la__tile_trmm(GVC_UNIT_LOWER, tile(x, t, t), mine);
    negate(mine);
}

/* ---- their product: b_ij = sum over k >= max(i, j) of W_ik V_kj, in shells from the top left ----
 */

static void begin_shell(const inversion *x, gvc_int t)
{
    const gvc_view row = kept_row(x, t, t, x->tiles), column = kept_column(x, t, x->tiles, t);
    const gvc_int own = extent(x, t, t + 1);

    gvc_view__copy(row, tiles_of(x, x->a, t, t + 1, t, x->tiles));
    gvc_view__copy(column, tiles_of(x, x->a, t, x->tiles, t, t + 1));
    for (gvc_int c = 0; c < own; c++)
        for (gvc_int i = 0; i < own; i++) {
            if (i > c)
                row.a[i + c * row.ld] = 0;
            else
                column.a[i + c * column.ld] = i == c;
        }
}

static void finish_above(const inversion *x, gvc_int t, gvc_int j)
{
    const gvc_view mine = tile(x, t, j);

    gvc_la__tile_trmm_right(GVC_UNIT_LOWER, tile(x, j, j), mine);
    if (j + 1 < x->tiles)
        gvc_la__tile_gemm(0, 1, kept_row(x, t, j + 1, x->tiles),
                          tiles_of(x, x->a, j + 1, x->tiles, j, j + 1), 1, mine);
}

static void finish_below(const inversion *x, gvc_int i, gvc_int t)
{
    const gvc_view mine = tile(x, i, t);

    gvc_la__tile_trmm(GVC_UPPER, tile(x, i, i), mine);
    if (i + 1 < x->tiles)
        gvc_la__tile_gemm(0, 1, tiles_of(x, x->a, i, i + 1, i + 1, x->tiles),
                          kept_column(x, i + 1, x->tiles, t), 1, mine);
}

static void finish_shell_tile(const inversion *x, gvc_int t, gvc_int place)
{
    const gvc_int along = t + (place + 1) / 2;

    if (place == 0)
        gvc_la__tile_gemm(0, 1, kept_row(x, t, t, x->tiles), kept_column(x, t, x->tiles, t), 0,
                          tile(x, t, t));
    else if (place % 2)
        finish_above(x, t, along);
    else
        finish_below(x, along, t);
}

static void exchange_columns(gvc_view a, const int *pivot)
{
    for (gvc_int j = a.cols - 1; j >= 0; j--) {
        double *mine = a.a + j * a.ld, *other = a.a + (pivot[j] - 1) * a.ld;

        for (gvc_int i = 0; i < a.rows && mine != other; i++) {
            const double keep = mine[i];

            mine[i] = other[i];
            other[i] = keep;
        }
    }
}

gvc_int gvc_la__inverse_work(gvc_int n)
{
    return 2 * n * GVC_LA_TILE;
}

static inversion inversion_of(gvc_lu lu, double *work)
{
    const gvc_int n = lu.a.rows;

    return (inversion){ lu.a,
                        (n + GVC_LA_TILE - 1) / GVC_LA_TILE,
                        { work, GVC_LA_TILE, n, GVC_LA_TILE },
                        { work + n * GVC_LA_TILE, n, GVC_LA_TILE, n } };
}

void gvc_la__invert_triangles(gvc_lu lu, double *work, int threads)
{
    const inversion x = inversion_of(lu, work);
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel num_threads(threads)
    for (gvc_int t = 0; t < x.tiles; t++) {
#pragma omp single
        begin_triangles(&x, t);
#pragma omp for schedule(dynamic)
        for (gvc_int k = 0; k < 2 * t; k++) {
            if (k % 2)
                finish_lower(&x, t, k / 2);
            else
                finish_upper(&x, k / 2, t);
        }
    }
    gvc_la__unpin(pin);
}

void gvc_la__multiply_triangles(gvc_lu lu, double *work, int threads)
{
    const inversion x = inversion_of(lu, work);
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel num_threads(threads)
    for (gvc_int t = 0; t < x.tiles; t++) {
#pragma omp single
        begin_shell(&x, t);
#pragma omp for schedule(dynamic)
        for (gvc_int place = 0; place < 2 * (x.tiles - t) - 1; place++)
            finish_shell_tile(&x, t, place);
    }
    if (lu.pivot)
        exchange_columns(lu.a, lu.pivot);
    gvc_la__unpin(pin);
}

/* ---- W and V without their product ---- */

/* Tile t of out := W'y (upper) or V'y. */
static void times_triangle(const inversion *x, gvc_triangle which, gvc_int t, gvc_view out,
                           gvc_view y)
{
    const gvc_int from = which == GVC_UPPER ? 0 : t + 1, to = which == GVC_UPPER ? t : x->tiles;
    const gvc_int at = t * GVC_LA_TILE, rows = extent(x, t, t + 1);
    const gvc_view mine = gvc_view__part(out, at, 0, rows, y.cols);

    gvc_view__copy(mine, gvc_view__part(y, at, 0, rows, y.cols));
    gvc_la__tile_trmm_t(which, tile(x, t, t), mine);
    if (from < to)
        gvc_la__tile_gemm(1, 1, tiles_of(x, x->a, from, to, t, t + 1),
                          gvc_view__part(y, from * GVC_LA_TILE, 0, extent(x, from, to), y.cols), 1,
                          mine);
}

void gvc_la__times_triangles_t(gvc_view out, gvc_lu lu, gvc_view y, int threads)
{
    const inversion x = { .a = lu.a, .tiles = (lu.a.rows + GVC_LA_TILE - 1) / GVC_LA_TILE };
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(dynamic)
        for (gvc_int t = 0; t < x.tiles; t++)
            times_triangle(&x, GVC_UPPER, t, out, y);
#pragma omp for schedule(dynamic)
        for (gvc_int t = 0; t < x.tiles; t++)
            times_triangle(&x, GVC_UNIT_LOWER, t, y, out);
#pragma omp for schedule(dynamic)
        for (gvc_int t = 0; t < x.tiles; t++)
            gvc_view__copy(gvc_view__part(out, t * GVC_LA_TILE, 0, extent(&x, t, t + 1), y.cols),
                           gvc_view__part(y, t * GVC_LA_TILE, 0, extent(&x, t, t + 1), y.cols));
    }
    gvc_la__unpin(pin);
}

gvc_int gvc_la__block_work(gvc_int rows)
{
    return 2 * rows * GVC_LA_TILE;
}

void gvc_la__block_of_triangles(gvc_view out, gvc_lu lu, const gvc_int *rows, double *work)
{
    const gvc_int n = lu.a.rows, m = out.rows;

    for (gvc_int from = rows[0]; from < n; from += GVC_LA_TILE) {
        const gvc_int width = least(GVC_LA_TILE, n - from);
        const gvc_view W = { work, m, width, m }, V = { work + m * width, width, m, width };

        for (gvc_int k = 0; k < width; k++)
            for (gvc_int i = 0; i < m; i++)
                W.a[i + k * m] = rows[i] > from + k ? 0 : lu.a.a[rows[i] + (from + k) * lu.a.ld];
        for (gvc_int j = 0; j < m; j++)
            for (gvc_int k = 0; k < width; k++)
                V.a[k + j * width] = from + k < rows[j]    ? 0
                                     : from + k == rows[j] ? 1
                                                           : lu.a.a[from + k + rows[j] * lu.a.ld];
        gvc_la__tile_gemm(0, 1, W, V, from == rows[0] ? 0 : 1, out);
    }
}
