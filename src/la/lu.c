#include "la/lu.h"

#include "la/blas.h"

#include <assert.h>
#include <lapacke.h>
#include <math.h>
#include <sched.h>
#include <stdatomic.h>

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_view tile(gvc_view a, gvc_int i, gvc_int j)
{
    const gvc_int r = i * GVC_LA_TILE, c = j * GVC_LA_TILE;

    return gvc_view__part(a, r, c, least(GVC_LA_TILE, a.rows - r), least(GVC_LA_TILE, a.cols - c));
}

/* Below this order the plain loops of a tile are as fast as its halves. */
enum { SMALL = 16 };

static void factorise_by_columns(gvc_view a)
{
    for (gvc_int k = 0; k < a.rows; k++) {
        const double *column = a.a + k * a.ld;

        for (gvc_int i = k + 1; i < a.rows; i++)
            a.a[i + k * a.ld] /= column[k];
        for (gvc_int j = k + 1; j < a.cols; j++)
            for (gvc_int i = k + 1; i < a.rows; i++)
                a.a[i + j * a.ld] -= column[i] * a.a[k + j * a.ld];
    }
}

static void factorise_tile(gvc_view a)
{
    const gvc_int h = a.rows / 2, rest = a.rows - h;
    const gvc_view top = gvc_view__part(a, 0, 0, h, h), right = gvc_view__part(a, 0, h, h, rest),
                   left = gvc_view__part(a, h, 0, rest, h),
                   corner = gvc_view__part(a, h, h, rest, rest);

    if (a.rows <= SMALL) {
        factorise_by_columns(a);
        return;
    }
    factorise_tile(top);
    gvc_la__tile_trsm(GVC_UNIT_LOWER, 0, top, right);
    gvc_la__tile_trsm_right(top, left);
    gvc_la__tile_gemm(0, -1, left, right, 1, corner);
    factorise_tile(corner);
}

/*
 * The tiles are finished one by one, each by one thread, in shells: the diagonal tile m, then the
 * rest of its row and column. Threads take tiles by number and wait for what a tile needs, which
 * has a smaller number and so is in work. Tiles of one row left of the diagonal are finished from
 * left to right, those of one column above it from top to bottom: two counts say what is there.
 */
typedef struct dataflow {
    gvc_view a;
    gvc_int tiles;
    atomic_llong next;                             /* number of the next tile to take */
    atomic_llong corner;                           /* finished diagonal tiles */
    atomic_llong left[GVC_LA_MOST / GVC_LA_TILE];  /* by row of tiles */
    atomic_llong above[GVC_LA_MOST / GVC_LA_TILE]; /* by column of tiles */
} dataflow;

static void wait_for(atomic_llong *count, gvc_int more_than)
{
    while (atomic_load_explicit(count, memory_order_acquire) <= more_than)
        sched_yield();
}

static void announce(atomic_llong *count, gvc_int value)
{
    atomic_store_explicit(count, value, memory_order_release);
}

/* The sum over k is in ascending order whoever does it: equal bits for every thread count. */
static void finish_lu_tile(dataflow *flow, gvc_int i, gvc_int j)
{
    const gvc_int m = least(i, j);
    const gvc_view mine = tile(flow->a, i, j);

    for (gvc_int k = 0; k < m; k++) {
        wait_for(&flow->left[i], k);
        wait_for(&flow->above[j], k);
        gvc_la__tile_gemm(0, -1, tile(flow->a, i, k), tile(flow->a, k, j), 1, mine);
    }
    if (i == j) {
        factorise_tile(mine);
        announce(&flow->corner, m + 1);
        return;
    }
    wait_for(&flow->corner, m);
    if (i < j) {
        gvc_la__tile_trsm(GVC_UNIT_LOWER, 0, tile(flow->a, m, m), mine);
        announce(&flow->above[j], m + 1);
    } else {
        gvc_la__tile_trsm_right(tile(flow->a, m, m), mine);
        announce(&flow->left[i], m + 1);
    }
}

static void take_tiles(dataflow *flow)
{
    gvc_int shell = 0, begins = 0; /* number of the shell's first tile */

    for (;;) {
        const gvc_int number = atomic_fetch_add(&flow->next, 1);
        gvc_int place;

        while (shell < flow->tiles && number >= begins + 2 * (flow->tiles - shell) - 1)
            begins += 2 * (flow->tiles - shell++) - 1;
        if (shell == flow->tiles)
            return;
        place = number - begins;
        if (place % 2)
            finish_lu_tile(flow, shell, shell + (place + 1) / 2);
        else
            finish_lu_tile(flow, shell + place / 2, shell);
    }
}

static void factorise_plain(gvc_view a, int threads)
{
    dataflow flow = { .a = a, .tiles = (a.rows + GVC_LA_TILE - 1) / GVC_LA_TILE };

    assert(a.rows <= GVC_LA_MOST);
#pragma omp parallel num_threads(threads)
    take_tiles(&flow);
}

static void exchange_rows(gvc_view y, const int *pivot, gvc_int n, int backwards)
{
    for (gvc_int c = 0; c < y.cols; c++) {
        double *column = y.a + c * y.ld;

        for (gvc_int step = 0; step < n; step++) {
            const gvc_int i = backwards ? n - 1 - step : step, p = pivot[i] - 1;
            const double keep = column[i];

            column[i] = column[p];
            column[p] = keep;
        }
    }
}

/* Column tile j (right or left of the panel at row `at`) follows the panel's exchanges; to the
 * right it is also updated. */
static void follow_panel(gvc_view a, const int *pivot, gvc_int k, gvc_int j)
{
    const gvc_int at = k * GVC_LA_TILE, c = j * GVC_LA_TILE;
    const gvc_int width = least(GVC_LA_TILE, a.cols - at), below = a.rows - at - width;
    const gvc_view mine = gvc_view__part(a, at, c, a.rows - at, least(GVC_LA_TILE, a.cols - c));
    const gvc_view top = gvc_view__part(mine, 0, 0, width, mine.cols);

    exchange_rows(mine, pivot + at, width, 0);
    if (j < k)
        return;
    gvc_la__tile_trsm(GVC_UNIT_LOWER, 0, tile(a, k, k), top);
    if (below > 0)
        gvc_la__tile_gemm(0, -1, gvc_view__part(a, at + width, at, below, width), top, 1,
                          gvc_view__part(mine, width, 0, below, mine.cols));
}

static void factorise_pivoting(gvc_lu lu, int threads)
{
    const gvc_view a = lu.a;
    const gvc_int tiles = (a.rows + GVC_LA_TILE - 1) / GVC_LA_TILE;

    for (gvc_int k = 0; k < tiles; k++) {
        const gvc_int at = k * GVC_LA_TILE, width = least(GVC_LA_TILE, a.cols - at);

        LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, (lapack_int)(a.rows - at), (lapack_int)width,
                            a.a + at + at * a.ld, (lapack_int)a.ld, lu.pivot + at);
#pragma omp parallel for num_threads(threads) schedule(dynamic)
        for (gvc_int j = 0; j < tiles; j++)
            if (j != k)
                follow_panel(a, lu.pivot, k, j);
        for (gvc_int i = 0; i < width; i++)
            lu.pivot[at + i] += (int)at;
    }
}

static gvc_int first_bad_pivot(gvc_view a)
{
    for (gvc_int i = 0; i < a.rows; i++) {
        const double pivot = a.a[i + i * a.ld];

        if (pivot == 0 || !isfinite(pivot))
            return i + 1;
    }
    return 0;
}

gvc_int gvc_la__factorise(gvc_lu lu, int threads)
{
    const gvc_pin pin = gvc_la__pin();

    if (lu.pivot)
        factorise_pivoting(lu, threads);
    else
        factorise_plain(lu.a, threads);
    gvc_la__unpin(pin);
    return first_bad_pivot(lu.a);
}

gvc_int gvc_la__factorise_small(gvc_lu lu)
{
    LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, (lapack_int)lu.a.rows, (lapack_int)lu.a.cols, lu.a.a,
                        (lapack_int)lu.a.ld, lu.pivot);
    return first_bad_pivot(lu.a);
}

void gvc_la__solve_small(gvc_lu lu, int transposed, gvc_view y)
{
    LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, transposed ? 'T' : 'N', (lapack_int)lu.a.rows,
                        (lapack_int)y.cols, lu.a.a, (lapack_int)lu.a.ld, lu.pivot, y.a,
                        (lapack_int)y.ld);
}

double gvc_la__condition(gvc_lu lu, double norm1, double *work, int *iwork)
{
    const gvc_pin pin = gvc_la__pin();
    double rcond = 0;

    LAPACKE_dgecon_work(LAPACK_COL_MAJOR, '1', (lapack_int)lu.a.rows, lu.a.a, (lapack_int)lu.a.ld,
                        norm1, &rcond, work, iwork);
    gvc_la__unpin(pin);
    return rcond;
}

/* One triangle as steps over tiles of rows. At step k the tile y_k is final after a small
 * triangular solve; then every tile that comes later loses its part of it. The small solves copy
 * little, so they go by fewer columns, which keeps all threads at work. */
enum { FINISH = 32 };

typedef struct sweep {
    gvc_triangle which;
    int transposed, downwards;
} sweep;

static void finish_tile(gvc_view a, sweep s, gvc_view y, gvc_int k, gvc_int c)
{
    const gvc_view d = tile(a, k, k);

    gvc_la__tile_trsm(s.which, s.transposed, d,
                      gvc_view__part(y, k * GVC_LA_TILE, c, d.rows, least(FINISH, y.cols - c)));
}

static void update_tile(gvc_view a, sweep s, gvc_view y, gvc_int k, gvc_int i, gvc_int c)
{
    const gvc_view t = s.transposed ? tile(a, k, i) : tile(a, i, k);
    const gvc_int cols = least(GVC_LA_CHUNK, y.cols - c);
    const gvc_int rows = s.transposed ? t.cols : t.rows, inner = s.transposed ? t.rows : t.cols;

    gvc_la__tile_gemm(s.transposed, -1, t, gvc_view__part(y, k * GVC_LA_TILE, c, inner, cols), 1,
                      gvc_view__part(y, i * GVC_LA_TILE, c, rows, cols));
}

static void run_sweep(gvc_view a, sweep s, gvc_view y, int threads)
{
    const gvc_int tiles = (a.rows + GVC_LA_TILE - 1) / GVC_LA_TILE;
    const gvc_int chunks = (y.cols + GVC_LA_CHUNK - 1) / GVC_LA_CHUNK;

#pragma omp parallel num_threads(threads)
    for (gvc_int step = 0; step < tiles; step++) {
        const gvc_int k = s.downwards ? step : tiles - 1 - step, left = tiles - 1 - step;

#pragma omp for schedule(dynamic)
        for (gvc_int c = 0; c < y.cols; c += FINISH)
            finish_tile(a, s, y, k, c);
#pragma omp for schedule(dynamic)
        for (gvc_int t = 0; t < left * chunks; t++) {
            const gvc_int i = s.downwards ? k + 1 + t % left : t % left;

            update_tile(a, s, y, k, i, t / left * GVC_LA_CHUNK);
        }
    }
}

void gvc_la__solve(gvc_lu lu, int transposed, gvc_view y, int threads)
{
    const gvc_pin pin = gvc_la__pin();

    if (lu.pivot && !transposed)
        exchange_rows(y, lu.pivot, lu.a.rows, 0);
    if (transposed) {
        run_sweep(lu.a, (sweep){ GVC_UPPER, 1, 1 }, y, threads);
        run_sweep(lu.a, (sweep){ GVC_UNIT_LOWER, 1, 0 }, y, threads);
    } else {
        run_sweep(lu.a, (sweep){ GVC_UNIT_LOWER, 0, 1 }, y, threads);
        run_sweep(lu.a, (sweep){ GVC_UPPER, 0, 0 }, y, threads);
    }
    if (lu.pivot && transposed)
        exchange_rows(y, lu.pivot, lu.a.rows, 1);
    gvc_la__unpin(pin);
}
