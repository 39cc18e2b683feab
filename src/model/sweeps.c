#include "model/sweeps.h"

#include "la/single.h"
#include "la/view.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* The most rows of a panel and columns that one task takes. Fixed numbers, as the panels are, and
 * large ones, because every task copies its rows of A and its columns anew. */
enum { ROWS = 256, COLUMNS = 256 };

/* Rounds of refinement, sweeps of one round, the certified error that ends the rounds, the error
 * that a round leaves (three rounds are needed anyway, so none goes to the end of single
 * precision), and the slowest pace accepted. */
enum { ROUNDS = 8, SWEEPS = 24 };
#define GOOD 1e-13
#define ROUND_END 1e-5
#define TOO_SLOW 0.6

struct gvc_sweeps {
    const gvc_system *sys;
    gvc_floats a; /* n x n */
    gvc_int panels;
    gvc_int first[GVC_SWEEPS_PANELS + 1];
    gvc_floats inverse[GVC_SWEEPS_PANELS]; /* of I - A_pp */
};

/*
 * One solution under way. In the masked column of unit s the entries of x in the rows of s stand in
 * `own`, and x holds 0 there: so a product with x leaves out what s sells abroad, and what it sells
 * at home is added apart.
 */
typedef struct solution {
    gvc_view b, x, r;        /* right-hand side, solution so far, its residual */
    const gvc_model *masked; /* whose units have the last columns; NULL: none is masked */
    gvc_int plain;           /* columns before them */
    double *own;             /* n, of x */
    gvc_floats d;            /* the correction, from `single` */
    float *d_own;            /* n, of d */
    gvc_floats t;            /* residual of a panel, then what the panel changes */
    gvc_floats e;
    double *change, *size; /* of d in this sweep, by column */
} solution;

/* Whether the entry of row i in column c stands apart. */
static int is_own(const solution *w, gvc_int i, gvc_int c)
{
    return w->masked && w->masked->unit[i] == c - w->plain;
}

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_int pieces(gvc_int n, gvc_int size)
{
    return (n + size - 1) / size;
}

/* Rows of a panel that one task takes: parts of about one size. */
static gvc_int task_rows(gvc_int rows)
{
    return pieces(rows, pieces(rows, ROWS));
}

/* ---- what all solutions share ---- */

static gvc_int rows_of_panel(const gvc_sweeps *sw, gvc_int p)
{
    return sw->first[p + 1] - sw->first[p];
}

static gvc_int tallest_panel(const gvc_sweeps *sw)
{
    gvc_int most = 0;

    for (gvc_int p = 0; p < sw->panels; p++)
        if (rows_of_panel(sw, p) > most)
            most = rows_of_panel(sw, p);
    return most;
}

/* The inverse of I - A_pp. One that is singular in single precision makes sweeps that do not end,
 * which is seen there. */
static void invert_panel(const gvc_sweeps *sw, gvc_int p, int *pivot, float *work)
{
    const gvc_int first = sw->first[p];
    const gvc_floats own =
        gvc_floats__part(sw->a, first, first, sw->inverse[p].rows, sw->inverse[p].rows);

    for (gvc_int j = 0; j < own.cols; j++)
        for (gvc_int i = 0; i < own.rows; i++)
            sw->inverse[p].a[i + j * own.rows] = (float)(i == j) - own.a[i + j * own.ld];
    gvc_la__single_invert(sw->inverse[p], pivot, work);
}

/* Every panel by one thread. */
static gvc_status invert_panels(gvc_ctx *ctx, gvc_sweeps *sw)
{
    const gvc_int tallest = tallest_panel(sw), room = gvc_la__single_work(tallest);
    const int threads = (int)least(gvc_ctx_threads(ctx), sw->panels);
    float *work = gvc_mem__alloc(ctx, threads * room, sizeof *work);
    int *pivots = gvc_mem__alloc(ctx, threads * tallest, sizeof *pivots);
    gvc_status st = work && pivots ? GVC_OK : GVC_ENOMEM;

    for (gvc_int p = 0; p < sw->panels && st == GVC_OK; p++) {
        const gvc_int rows = rows_of_panel(sw, p);

        sw->inverse[p] =
            (gvc_floats){ gvc_mem__alloc(ctx, rows * rows, sizeof(float)), rows, rows, rows };
        st = sw->inverse[p].a ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(threads) schedule(dynamic)
        for (gvc_int p = 0; p < sw->panels; p++)
            invert_panel(sw, p, pivots + omp_get_thread_num() * tallest,
                         work + omp_get_thread_num() * room);
        gvc_la__unpin(pin);
    }
    gvc_mem__free(work);
    gvc_mem__free(pivots);
    return st;
}

gvc_status gvc_sweeps__new(gvc_ctx *ctx, gvc_sweeps **out, const gvc_system *sys)
{
    gvc_sweeps *sw = gvc_mem__calloc(ctx, 1, sizeof *sw);
    const gvc_int n = sys->n;
    gvc_status st = gvc_progress__step(ctx, "preparing to solve", 0);

    *out = NULL;
    if (!sw)
        return GVC_ENOMEM;
    sw->sys = sys;
    sw->panels = least(GVC_SWEEPS_PANELS, sys->G);
    for (gvc_int p = 0; p <= sw->panels; p++)
        sw->first[p] = p * sys->G / sw->panels * sys->N;
    if (st == GVC_OK)
        st = gvc_mem__reserve(ctx, "A in single precision", 4.0 * (double)n * (double)n);
    if (st == GVC_OK) {
        sw->a = (gvc_floats){ gvc_mem__alloc(ctx, n * n, sizeof(float)), n, n, n };
        st = sw->a.a ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        gvc_la__round(sw->a, sys->table->Z, sys->xinv, gvc_ctx_threads(ctx));
        st = invert_panels(ctx, sw);
    }
    if (st != GVC_OK) {
        gvc_sweeps__free(sw);
        return st;
    }
    *out = sw;
    return GVC_OK;
}

void gvc_sweeps__free(gvc_sweeps *sw)
{
    if (!sw)
        return;
    for (gvc_int p = 0; p < sw->panels; p++)
        gvc_mem__free(sw->inverse[p].a);
    gvc_mem__free(sw->a.a);
    gvc_mem__free(sw);
}

/* ---- one sweep, in single precision ---- */

/* t := b - d + (A d or A' d) on some rows of a panel and some columns. */
static void take_residual(const gvc_sweeps *sw, const solution *w, int transposed, gvc_int p,
                          gvc_int i0, gvc_int c0)
{
    const gvc_int n = sw->sys->n, from = sw->first[p] + i0;
    const gvc_int rows = least(task_rows(sw->inverse[p].rows), sw->first[p + 1] - from),
                  cols = least(COLUMNS, w->d.cols - c0);
    const gvc_floats a = transposed ? gvc_floats__part(sw->a, 0, from, n, rows)
                                    : gvc_floats__part(sw->a, from, 0, rows, n);
    const gvc_floats t = gvc_floats__part(w->t, i0, c0, rows, cols);

    for (gvc_int c = 0; c < cols; c++)
        for (gvc_int i = 0; i < rows; i++)
            t.a[i + c * t.ld] = (float)w->r.a[from + i + (c0 + c) * w->r.ld] -
                                w->d.a[from + i + (c0 + c) * w->d.ld];
    gvc_la__single_gemm(transposed, a, gvc_floats__part(w->d, 0, c0, n, cols), 1, t);
}

/* What the units of a panel's rows buy from themselves, in the masked columns. */
static void add_own(const gvc_sweeps *sw, const solution *w, gvc_int p)
{
    const gvc_int first = sw->first[p];

    for (gvc_int j = first; j < sw->first[p + 1]; j++) {
        const float *column = sw->a.a + j * sw->a.ld;
        float sum = -w->d_own[j];
        gvc_int n_rows;
        const gvc_int *rows = gvc_model__rows_of(w->masked, w->masked->unit[j], &n_rows);

        for (gvc_int k = 0; k < n_rows; k++)
            sum += column[rows[k]] * w->d_own[rows[k]];
        w->t.a[j - first + (w->plain + w->masked->unit[j]) * w->t.ld] += sum;
    }
}

/* e := (I - A_pp)^-1 t on some rows and columns. */
static void correct(const gvc_sweeps *sw, const solution *w, int transposed, gvc_int p, gvc_int i0,
                    gvc_int c0)
{
    const gvc_floats inverse = sw->inverse[p];
    const gvc_int rows = least(task_rows(inverse.rows), inverse.rows - i0),
                  cols = least(COLUMNS, w->d.cols - c0);
    const gvc_floats a = transposed ? gvc_floats__part(inverse, 0, i0, inverse.rows, rows)
                                    : gvc_floats__part(inverse, i0, 0, rows, inverse.rows);

    gvc_la__single_gemm(transposed, a, gvc_floats__part(w->t, 0, c0, inverse.rows, cols), 0,
                        gvc_floats__part(w->e, i0, c0, rows, cols));
}

/* d += e in the panel, and how much that was. */
static void add_correction(const gvc_sweeps *sw, const solution *w, gvc_int p, gvc_int c)
{
    const gvc_int first = sw->first[p], rows = sw->first[p + 1] - first;
    double change = 0, size = 0;

    for (gvc_int i = 0; i < rows; i++) {
        const float e = w->e.a[i + c * w->e.ld];
        float *d =
            is_own(w, first + i, c) ? &w->d_own[first + i] : &w->d.a[first + i + c * w->d.ld];

        *d += e;
        change += fabsf(e);
        size += fabsf(*d);
    }
    w->change[c] += change;
    w->size[c] += size;
}

static void sweep(gvc_ctx *ctx, const gvc_sweeps *sw, const solution *w, int transposed)
{
    const gvc_int cols = w->d.cols, chunks = pieces(cols, COLUMNS);

    memset(w->change, 0, sizeof *w->change * (size_t)cols);
    memset(w->size, 0, sizeof *w->size * (size_t)cols);
#pragma omp parallel num_threads(gvc_ctx_threads(ctx))
    for (gvc_int p = 0; p < sw->panels; p++) {
        const gvc_int height = task_rows(sw->inverse[p].rows);
        const gvc_int tiles = pieces(sw->inverse[p].rows, height);

#pragma omp for schedule(dynamic)
        for (gvc_int k = 0; k < tiles * chunks; k++)
            take_residual(sw, w, transposed, p, k % tiles * height, k / tiles * COLUMNS);
        if (w->masked) {
#pragma omp single
            add_own(sw, w, p);
        }
#pragma omp for schedule(dynamic)
        for (gvc_int k = 0; k < tiles * chunks; k++)
            correct(sw, w, transposed, p, k % tiles * height, k / tiles * COLUMNS);
#pragma omp for schedule(static)
        for (gvc_int c = 0; c < cols; c++)
            add_correction(sw, w, p, c);
    }
}

static double largest_change(const solution *w)
{
    double worst = 0;

    for (gvc_int c = 0; c < w->d.cols; c++) {
        const double change = w->size[c] > 0 ? w->change[c] / w->size[c] : 0;

        if (!(change <= worst))
            worst = change;
    }
    return worst;
}

/* Sweeps until d is expected to be `end` away from the solution, or the pace falls off; returns how
 * many. */
static int solve_single(gvc_ctx *ctx, const gvc_sweeps *sw, const solution *w, int transposed,
                        double end)
{
    double before = 1, pace = 1;
    int k = 0;

    memset(w->d.a, 0, sizeof *w->d.a * (size_t)(w->d.ld * w->d.cols));
    if (w->masked)
        memset(w->d_own, 0, sizeof *w->d_own * (size_t)w->d.rows);
    while (k < SWEEPS) {
        double change;

        sweep(ctx, sw, w, transposed);
        change = largest_change(w);
        pace = k++ > 0 ? change / before : 0.1;
        if (!(change * pace > end) || (k > 3 && pace > TOO_SLOW))
            break;
        before = change;
    }
    return k;
}

/* ---- rounds of refinement, in double precision ---- */

static void add_round(const solution *w)
{
    for (gvc_int c = 0; c < w->x.cols; c++)
        for (gvc_int i = 0; i < w->x.rows; i++)
            w->x.a[i + c * w->x.ld] += w->d.a[i + c * w->d.ld];
    for (gvc_int i = 0; w->masked && i < w->x.rows; i++)
        w->own[i] += w->d_own[i];
}

/* r := b - x + (A x or A' x), the masked rows apart. */
static void take_residuals(gvc_ctx *ctx, const gvc_sweeps *sw, const solution *w, int transposed)
{
    const gvc_system *sys = sw->sys;

    if (transposed)
        gvc_la__times_t(w->r, sys->table->Z, sys->xinv, w->x, gvc_ctx_threads(ctx));
    else
        gvc_la__times(w->r, sys->table->Z, sys->xinv, w->x, gvc_ctx_threads(ctx));
    for (gvc_int c = 0; c < w->x.cols; c++)
        for (gvc_int i = 0; i < w->x.rows; i++)
            w->r.a[i + c * w->r.ld] += w->b.a[i + c * w->b.ld] - w->x.a[i + c * w->x.ld];
    for (gvc_int j = 0; w->masked && j < sys->n; j++) {
        const double *column = sys->table->Z.a + j * sys->table->Z.ld;
        double sum = 0;
        gvc_int n_rows;
        const gvc_int *rows = gvc_model__rows_of(w->masked, w->masked->unit[j], &n_rows);

        for (gvc_int k = 0; k < n_rows; k++)
            sum += column[rows[k]] * w->own[rows[k]];
        w->r.a[j + (w->plain + w->masked->unit[j]) * w->r.ld] += sum * sys->xinv[j] - w->own[j];
    }
}

/* The bound of one column: the 1-norm, or for transposed solves the maximum norm, where B' has the
 * same. */
static double bound_column(const solution *w, int transposed, gvc_int c)
{
    double size = 0, off = 0;

    for (gvc_int i = 0; i < w->x.rows; i++) {
        const double x = fabs(is_own(w, i, c) ? w->own[i] : w->x.a[i + c * w->x.ld]);
        const double r = fabs(w->r.a[i + c * w->r.ld]);

        size = transposed ? fmax(size, x) : size + x;
        if (!(transposed && r <= off))
            off = transposed ? r : off + r;
    }
    return off == 0 ? 0 : off / size;
}

static double bound_error(const gvc_sweeps *sw, const solution *w, int transposed)
{
    double worst = 0;

    for (gvc_int c = 0; c < w->x.cols; c++) {
        const double bound = bound_column(w, transposed, c);

        if (!(bound <= worst))
            worst = bound;
    }
    return worst * sw->sys->inverse_norm;
}

/* Rounds until the bound is good or falls no more. */
static gvc_status refine(gvc_ctx *ctx, const gvc_sweeps *sw, const solution *w, int transposed,
                         double *bound)
{
    double before;

    *bound = 1;
    for (int k = 0; k < ROUNDS; k++) {
        const double end = fmin(0.1, fmax(ROUND_END, 0.2 * GOOD / *bound));
        const gvc_status st = gvc_progress__step(ctx, "solving", 0);
        int sweeps;

        if (st != GVC_OK)
            return st;
        before = *bound;
        sweeps = solve_single(ctx, sw, w, transposed, end);
        add_round(w);
        take_residuals(ctx, sw, w, transposed);
        *bound = bound_error(sw, w, transposed);
        gvc_log__debug(ctx, "%d sweeps: error at most %.2g", sweeps, *bound);
        if (!(*bound > GOOD) || !(*bound < 0.5 * before))
            break;
    }
    return GVC_OK;
}

static void give_back(const solution *w)
{
    gvc_mem__free(w->x.a);
    gvc_mem__free(w->r.a);
    gvc_mem__free(w->own);
    gvc_mem__free(w->d.a);
    gvc_mem__free(w->d_own);
    gvc_mem__free(w->t.a);
    gvc_mem__free(w->e.a);
    gvc_mem__free(w->change);
    gvc_mem__free(w->size);
}

static gvc_status obtain(gvc_ctx *ctx, const gvc_sweeps *sw, solution *w)
{
    const gvc_int n = w->b.rows, m = w->b.cols, tallest = tallest_panel(sw);

    w->x = gvc_mem__matrix(ctx, n, m);
    w->r = gvc_mem__matrix(ctx, n, m);
    w->d = (gvc_floats){ gvc_mem__alloc(ctx, n * m, sizeof(float)), n, m, n };
    w->t = (gvc_floats){ gvc_mem__alloc(ctx, tallest * m, sizeof(float)), tallest, m, tallest };
    w->e = (gvc_floats){ gvc_mem__alloc(ctx, tallest * m, sizeof(float)), tallest, m, tallest };
    w->change = gvc_mem__alloc(ctx, m, sizeof *w->change);
    w->size = gvc_mem__alloc(ctx, m, sizeof *w->size);
    w->own = gvc_mem__calloc(ctx, n, sizeof *w->own);
    w->d_own = gvc_mem__calloc(ctx, n, sizeof *w->d_own);
    return w->x.a && w->r.a && w->d.a && w->t.a && w->e.a && w->change && w->size && w->own &&
                   w->d_own
               ? GVC_OK
               : GVC_ENOMEM;
}

static void copy_out(const solution *w, gvc_view y)
{
    for (gvc_int c = 0; c < y.cols; c++)
        memcpy(y.a + c * y.ld, w->x.a + c * w->x.ld, sizeof(double) * (size_t)y.rows);
    for (gvc_int i = 0; w->masked && i < y.rows; i++)
        y.a[i + (w->plain + w->masked->unit[i]) * y.ld] = w->own[i];
}

gvc_status gvc_sweeps__solve(gvc_ctx *ctx, const gvc_sweeps *sweeps, int transposed, gvc_view y,
                             const gvc_model *masked, double enough, double *bound)
{
    solution w = { .b = y, .masked = masked, .plain = y.cols - (masked ? masked->U : 0) };
    gvc_status st = obtain(ctx, sweeps, &w);

    if (st == GVC_OK) {
        const gvc_pin pin = gvc_la__pin();

        for (gvc_int c = 0; c < y.cols; c++)
            memcpy(w.r.a + c * w.r.ld, y.a + c * y.ld, sizeof(double) * (size_t)y.rows);
        st = refine(ctx, sweeps, &w, transposed, bound);
        gvc_la__unpin(pin);
    }
    if (st == GVC_OK && *bound < enough)
        copy_out(&w, y);
    give_back(&w);
    return st;
}
