#include "model/passes.h"

#include "la/blas.h"
#include "la/lu.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* The most rows of a panel and the most columns that one task takes: many of both, because every
 * task reads its rows of M and its columns anew, but no fewer columns than FEWEST. Panels are cut
 * into as many tasks as keep the threads in step: no element of a product depends on that, but in
 * double precision (solve_finely), where the cut is always the same. */
enum {
    ROWS = 10 * GVC_PACKED_ROWS,
    COLUMNS = 42 * GVC_PACKED_COLS,
    FEWEST = 48,
    FINE_ROWS = 4 * GVC_PACKED_ROWS,
    FINE_TASKS = 4
};
/* For each thread, heights that a panel has, where its rows are many, and tasks in the end. */
enum { HEIGHTS = 3, TASKS = 6 };

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_int most(gvc_int a, gvc_int b)
{
    return a > b ? a : b;
}

static gvc_int pieces(gvc_int n, gvc_int size)
{
    return (n + size - 1) / size;
}

gvc_status gvc_passes__obtain(gvc_ctx *ctx, gvc_passes *p, gvc_int m)
{
    const gvc_sweeps *sw = p->sweeps;
    const gvc_int n = sw->sys->n, tallest = gvc_sweeps__tallest(sw);

    p->work_size = gvc_packed__work(least(m, COLUMNS));
    p->b = (gvc_floats){ gvc_mem__alloc(ctx, n * m, sizeof(float)), n, m, n };
    p->t = (gvc_floats){ gvc_mem__alloc(ctx, tallest * m, sizeof(float)), tallest, m, tallest };
    p->columns =
        (gvc_packed){ gvc_mem__calloc(ctx, gvc_packed__columns_size(n, m), sizeof(float)), n, m };
    p->packed_t =
        (gvc_packed){ gvc_mem__calloc(ctx, gvc_packed__columns_size(tallest, m), sizeof(float)),
                      tallest, m };
    p->fine = gvc_mem__matrix(ctx, 2 * tallest, m);
    p->work = gvc_mem__alloc(ctx, gvc_ctx_threads(ctx) * p->work_size, sizeof *p->work);
    return p->b.a && p->t.a && p->columns.a && p->packed_t.a && p->fine.a && p->work ? GVC_OK
                                                                                     : GVC_ENOMEM;
}

/* ---- masked columns ---- */

/* Arrays of one thread. */
typedef struct scratch {
    double *block, *right; /* s x s and s x the rows of the panel, for s rows of a border */
    int *pivot;
} scratch;

/* x := (inverse_ss)^-1 inverse_s., for the rows s of the border. */
static void eliminate(const gvc_sweeps *sw, const gvc_border *b, const scratch *w)
{
    const gvc_view extra = sw->extra[b->panel];
    const gvc_int first = sw->first[b->panel], s = b->n_rows;
    const gvc_lu lu = { { w->block, s, s, s }, w->pivot };
    gvc_int bad;

    for (gvc_int j = 0; j < extra.cols; j++)
        for (gvc_int i = 0; i < s; i++)
            w->right[i + j * s] =
                extra.a[b->rows[i] - first + j * extra.ld] + (b->rows[i] - first == j);
    for (gvc_int k = 0; k < s; k++)
        memcpy(w->block + k * s, w->right + (b->rows[k] - first) * s, sizeof(double) * (size_t)s);
    bad = gvc_la__factorise_small(lu);
    if (!bad)
        gvc_la__solve_small(lu, 0, (gvc_view){ w->right, s, extra.cols, s });
    for (gvc_int i = 0; i < s * extra.cols; i++)
        b->x[i] = bad ? NAN : (float)w->right[i];
}

/* Lists the borders of one panel; returns how many floats their eliminations take. */
static gvc_int list_borders(gvc_passes *p, const gvc_model *masked, gvc_int plain, gvc_int panel,
                            gvc_int *rows)
{
    const gvc_sweeps *sw = p->sweeps;
    const gvc_int from = sw->first[panel], to = sw->first[panel + 1], N = sw->sys->N;
    gvc_int n_borders = p->first_border[panel], floats = 0, at = from;

    for (gvc_int c = from; c < to; c += N) {
        const gvc_int unit = masked->unit[c];
        gvc_border *b = &p->borders[n_borders];
        int seen = 0;

        for (gvc_int k = from; k < c; k += N)
            seen |= masked->unit[k] == unit;
        if (seen)
            continue;
        *b = (gvc_border){ panel, plain + unit, rows + at, 0, NULL };
        for (gvc_int i = c; i < to; i++)
            if (masked->unit[i] == unit) {
                rows[at++] = i;
                b->n_rows++;
            }
        floats += b->n_rows * (to - from);
        n_borders++;
    }
    p->first_border[panel + 1] = n_borders;
    return floats;
}

static void place_eliminations(gvc_passes *p)
{
    const gvc_int n_borders = p->first_border[p->sweeps->panels];
    float *at = p->eliminations;

    for (gvc_int k = 0; k < n_borders; k++) {
        p->borders[k].x = at;
        at += p->borders[k].n_rows * p->sweeps->extra[p->borders[k].panel].rows;
    }
}

static gvc_status eliminate_all(gvc_ctx *ctx, const gvc_passes *p)
{
    const gvc_int n_borders = p->first_border[p->sweeps->panels];
    const int threads = gvc_ctx_threads(ctx);
    gvc_int s = 0, right = 0;
    gvc_status st = GVC_ENOMEM;
    double *work;
    int *pivots;

    for (gvc_int k = 0; k < n_borders; k++) {
        s = most(s, p->borders[k].n_rows);
        right = most(right, p->borders[k].n_rows * p->sweeps->extra[p->borders[k].panel].rows);
    }
    work = gvc_mem__alloc(ctx, threads * (s * s + right), sizeof *work);
    pivots = gvc_mem__alloc(ctx, threads * s, sizeof *pivots);
    if (work && pivots) {
#pragma omp parallel for num_threads(threads) schedule(dynamic)
        for (gvc_int k = 0; k < n_borders; k++) {
            const int me = omp_get_thread_num();
            double *mine = work + me * (s * s + right);

            eliminate(p->sweeps, &p->borders[k], &(scratch){ mine, mine + s * s, pivots + me * s });
        }
        st = GVC_OK;
    }
    gvc_mem__free(work);
    gvc_mem__free(pivots);
    return st;
}

gvc_status gvc_passes__mask(gvc_ctx *ctx, gvc_passes *p, const gvc_model *masked, gvc_int plain)
{
    const gvc_system *sys = p->sweeps->sys;
    gvc_int floats = 0;

    p->borders = gvc_mem__calloc(ctx, sys->G, sizeof *p->borders);
    p->rows = gvc_mem__alloc(ctx, sys->n, sizeof *p->rows);
    if (!p->borders || !p->rows)
        return GVC_ENOMEM;
    for (gvc_int panel = 0; panel < p->sweeps->panels; panel++)
        floats += list_borders(p, masked, plain, panel, p->rows);
    p->eliminations = gvc_mem__alloc(ctx, floats, sizeof *p->eliminations);
    if (!p->eliminations)
        return GVC_ENOMEM;
    place_eliminations(p);
    return eliminate_all(ctx, p);
}

/* The panel's solution without the border's rows. t is a work array by now; where the solution was
 * found finely it still stands in `fine`, as two parts. */
static void keep_border(const gvc_passes *p, const gvc_border *b, int finely, gvc_floats g)
{
    const gvc_int first = p->sweeps->first[b->panel], s = b->n_rows;
    const gvc_int height = p->sweeps->extra[b->panel].rows;
    const double *fine = p->fine.a + b->column * p->fine.ld;
    float *column = g.a + b->column * g.ld, *own = p->t.a + b->column * p->t.ld;

    for (gvc_int i = 0; i < s; i++)
        own[i] = column[b->rows[i]];
    for (gvc_int j = 0; j < height; j++) {
        const float *x = b->x + j * s;
        float sum = 0;

#pragma omp simd reduction(+ : sum)
        for (gvc_int i = 0; i < s; i++)
            sum += x[i] * own[i];
        column[first + j] =
            (float)((finely ? fine[j] + fine[height + j] : column[first + j]) - sum);
    }
    for (gvc_int i = 0; i < s; i++)
        column[b->rows[i]] = 0;
}

/* ---- one pass ---- */

/* How a panel is cut into tasks. */
typedef struct cut {
    gvc_int panel, first, rows; /* of the panel */
    gvc_int height, tiles;      /* rows of a task */
    gvc_int width, chunks;      /* columns of a task */
} cut;

static gvc_int height_for(gvc_int rows, int threads)
{
    const gvc_int height = rows / (HEIGHTS * threads) / GVC_PACKED_ROWS * GVC_PACKED_ROWS;

    return most(GVC_PACKED_ROWS, least(height, ROWS));
}

static cut cut_panel(const gvc_passes *p, gvc_int panel, gvc_int height, gvc_int tasks)
{
    const gvc_int rows = p->sweeps->extra[panel].rows, cols = p->b.cols;
    cut k = { .panel = panel, .first = p->sweeps->first[panel], .rows = rows, .height = height };

    k.tiles = pieces(rows, k.height);
    k.chunks = most(pieces(cols, COLUMNS), least(pieces(tasks, k.tiles), most(cols / FEWEST, 1)));
    k.width = pieces(pieces(cols, k.chunks), GVC_PACKED_COLS) * GVC_PACKED_COLS;
    k.chunks = pieces(cols, k.width);
    return k;
}

/* The part of an n x m or panel x m matrix that a task works on. */
static gvc_floats part_of(const cut *k, gvc_int task, gvc_floats m, gvc_int offset)
{
    const gvc_int i = task % k->tiles * k->height, c = task / k->tiles * k->width;

    return gvc_floats__part(m, offset + i, c, least(k->height, k->rows - i),
                            least(k->width, m.cols - c));
}

static float *work_of(const gvc_passes *p)
{
    return p->work + omp_get_thread_num() * p->work_size;
}

/* out := the task's rows of M in the columns from .. to - 1, times the outcome so far. */
static void multiply(const gvc_passes *p, const cut *k, gvc_int task, gvc_int from, gvc_int to,
                     gvc_floats out)
{
    gvc_packed__multiply(out, p->sweeps->a[k->panel], task % k->tiles * k->height, from, to,
                         p->columns, task / k->tiles * k->width, work_of(p));
}

static void pack_t(const gvc_passes *p, const cut *k, gvc_int task, gvc_floats t)
{
    gvc_packed__fill_columns(p->packed_t, t, task % k->tiles * k->height,
                             task / k->tiles * k->width);
}

/* Whether the columns from .. to - 1 have the shifted one among them. */
static int is_shifted(const gvc_passes *p, gvc_int from, gvc_int to)
{
    return p->shift && p->shifted >= from && p->shifted < to;
}

/* carry := the sum over the panels above; t := b + carry + what comes from the start. */
static void gather_down(const gvc_passes *p, const cut *k, gvc_int task, const gvc_start *start,
                        gvc_floats carry)
{
    const gvc_floats b = part_of(k, task, p->b, k->first), t = part_of(k, task, p->t, 0),
                     sum = part_of(k, task, carry, k->first);
    const gvc_int c0 = task / k->tiles * k->width;

    if (k->panel > 0)
        multiply(p, k, task, 0, k->first, sum);
    for (gvc_int c = 0; c < t.cols; c++) {
        float *to = t.a + c * t.ld;
        const float *rhs = b.a + c * b.ld, *done = sum.a + c * sum.ld;

        for (gvc_int i = 0; i < t.rows; i++)
            to[i] = k->panel > 0 ? rhs[i] + done[i] : rhs[i];
    }
    if (start && k->panel + 1 < p->sweeps->panels) {
        const gvc_floats last = part_of(k, task, start->above, k->first);

        for (gvc_int c = 0; c < t.cols; c++)
            for (gvc_int i = 0; i < t.rows; i++)
                t.a[i + c * t.ld] += last.a[i + c * last.ld];
    }
    if (start && is_shifted(p, c0, c0 + t.cols)) {
        const gvc_floats d = part_of(k, task, start->d, k->first);
        const double *shift = p->shift + k->first + task % k->tiles * k->height;
        const gvc_int c = p->shifted - c0;

        for (gvc_int i = 0; i < t.rows; i++)
            t.a[i + c * t.ld] -= (float)shift[i] * d.a[i + c * d.ld];
    }
    pack_t(p, k, task, t);
}

/* t := b + carry + the sum over the panels below, which is the new carry; twice, in both
 * precisions. */
static void gather_up(const gvc_passes *p, const cut *k, gvc_int task, gvc_floats g,
                      gvc_floats carry)
{
    const gvc_floats b = part_of(k, task, p->b, k->first), t = part_of(k, task, p->t, 0),
                     sum = part_of(k, task, carry, k->first), old = part_of(k, task, g, k->first);
    const gvc_int place = task % k->tiles * k->height, c0 = task / k->tiles * k->width;
    const int is_last = k->panel + 1 == p->sweeps->panels;

    if (!is_last)
        multiply(p, k, task, k->first + k->rows, g.rows, t);
    for (gvc_int c = 0; c < t.cols; c++) {
        float *to = t.a + c * t.ld, *keep = sum.a + c * sum.ld;
        const float *rhs = b.a + c * b.ld;
        double *fine = p->fine.a + place + (c0 + c) * p->fine.ld;
        const double *shift =
            is_shifted(p, c0 + c, c0 + c + 1) ? p->shift + k->first + place : NULL;

        for (gvc_int i = 0; i < t.rows; i++) {
            const float below = is_last ? 0 : to[i];
            double all = (double)below + (k->panel > 0 ? keep[i] : 0) + rhs[i];

            if (shift)
                all -= shift[i] * old.a[i + c * old.ld];
            keep[i] = below;
            to[i] = (float)all;
            fine[i] = all;
        }
    }
    pack_t(p, k, task, t);
}

/* g := (I - M_pp)^-1 t on the task's rows and columns. */
static void solve_panel(const gvc_passes *p, const cut *k, gvc_int task, gvc_floats g)
{
    const gvc_floats out = part_of(k, task, g, k->first), t = part_of(k, task, p->t, 0);

    gvc_packed__multiply(out, p->sweeps->rounded[k->panel], task % k->tiles * k->height, 0, k->rows,
                         p->packed_t, task / k->tiles * k->width, work_of(p));
    for (gvc_int c = 0; c < out.cols; c++)
        for (gvc_int r = 0; r < out.rows; r++)
            out.a[r + c * out.ld] += t.a[r + c * t.ld];
}

/* The same in double precision. */
static void solve_finely(const gvc_passes *p, const cut *k, gvc_int task, gvc_floats g)
{
    const gvc_view extra = p->sweeps->extra[k->panel];
    const gvc_floats out = part_of(k, task, g, k->first);
    const gvc_int i = task % k->tiles * k->height, c0 = task / k->tiles * k->width;
    const gvc_view rows = p->transposed ? gvc_view__part(extra, 0, i, k->rows, out.rows)
                                        : gvc_view__part(extra, i, 0, out.rows, k->rows);
    const gvc_view t = gvc_view__part(p->fine, 0, c0, k->rows, out.cols),
                   sum = gvc_view__part(p->fine, k->rows + i, c0, out.rows, out.cols);

    gvc_la__tile_gemm(p->transposed, 1, rows, t, 0, sum);
    for (gvc_int c = 0; c < out.cols; c++)
        for (gvc_int r = 0; r < out.rows; r++)
            out.a[r + c * out.ld] = (float)(t.a[i + r + c * t.ld] + sum.a[r + c * sum.ld]);
}

/* Inside a parallel region: t is complete. */
static void finish_panel(const gvc_passes *p, const cut *k, int finely, gvc_floats g)
{
    const cut fine = cut_panel(p, k->panel, FINE_ROWS, FINE_TASKS), *mine = finely ? &fine : k;

#pragma omp for schedule(dynamic)
    for (gvc_int task = 0; task < mine->tiles * mine->chunks; task++)
        (finely ? solve_finely : solve_panel)(p, mine, task, g);
    if (p->borders) {
#pragma omp for schedule(dynamic)
        for (gvc_int j = p->first_border[k->panel]; j < p->first_border[k->panel + 1]; j++)
            keep_border(p, &p->borders[j], finely, g);
    }
#pragma omp for schedule(static)
    for (gvc_int c = 0; c < g.cols; c += FEWEST)
        gvc_packed__fill_columns(
            p->columns, gvc_floats__part(g, k->first, c, k->rows, least(FEWEST, g.cols - c)),
            k->first, c);
}

void gvc_passes__run(gvc_ctx *ctx, const gvc_passes *p, const gvc_start *start, int finely,
                     gvc_floats g, gvc_floats carry)
{
    const gvc_int last = p->sweeps->panels - 1;
    const int threads = gvc_ctx_threads(ctx);
    const gvc_int height = height_for(gvc_sweeps__tallest(p->sweeps), threads);

#pragma omp parallel num_threads(threads)
    {
        for (gvc_int panel = 0; panel <= last; panel++) {
            const cut k = cut_panel(p, panel, height, TASKS * threads);

#pragma omp for schedule(dynamic)
            for (gvc_int task = 0; task < k.tiles * k.chunks; task++)
                gather_down(p, &k, task, start, carry);
            finish_panel(p, &k, 0, g);
        }
        /* The last panel has nothing below: it is solved already, but for its rounding or shift. */
        for (gvc_int panel = finely || p->shift ? last : last - 1; panel >= 0; panel--) {
            const cut k = cut_panel(p, panel, height, TASKS * threads);

#pragma omp for schedule(dynamic)
            for (gvc_int task = 0; task < k.tiles * k.chunks; task++)
                gather_up(p, &k, task, g, carry);
            finish_panel(p, &k, finely, g);
        }
    }
}

void gvc_passes__free(gvc_passes *p)
{
    gvc_mem__free(p->b.a);
    gvc_mem__free(p->t.a);
    gvc_mem__free(p->columns.a);
    gvc_mem__free(p->packed_t.a);
    gvc_mem__free(p->work);
    gvc_mem__free(p->fine.a);
    gvc_mem__free(p->borders);
    gvc_mem__free(p->rows);
    gvc_mem__free(p->eliminations);
}
