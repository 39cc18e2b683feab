#include "model/passes.h"

#include "la/blas.h"
#include "la/view.h"
#include "la/worst.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* Rows of a task that takes a residual, and its columns. Fixed numbers, so that no result depends
 * on the thread count, and large ones, because every task copies its part of the table anew. */
enum { ROWS = 640, COLUMNS = 512 };

/* Rounds of refinement, passes of one round, the certified error that ends the rounds, and the
 * slowest pace accepted. A round is asked for what is missing (of which it is found to leave less
 * than it expects to), but for no more than it can give in single precision; the first one, where
 * most is missing, for what the second one can make good. */
enum { ROUNDS = 8, PASSES = 16 };
#define GOOD 8e-13
#define FIRST_END 4e-6
#define FIRST_END_OF_ROWS 2e-6 /* whose largest entries count, and borders more than the rest */
#define ROUND_END 5e-8
#define LESS 1.5
#define TOO_SLOW 0.6
/* A pass that begins this near the solution may be the last of its round: it is done finely. */
#define NEAR 0.05
/* More than rounding changes sums of A, and of their products with it. */
#define ROUNDED 1e-6

/* One solution under way. In the masked column of unit s the rows of s stand for 0 in x, and what
 * A' x has in them is kept in `border`. */
typedef struct solution {
    gvc_view b, x, r;        /* right-hand side, solution so far, its residual */
    gvc_view scaled;         /* diag(xinv) x, where A is not transposed */
    const gvc_model *masked; /* whose units have the last columns; NULL: none is masked */
    gvc_int plain;           /* columns before them */
    double *border;          /* n */
    double *size, *off;      /* m: of x and r, by column */
    gvc_passes passes;
    gvc_mix mix;
} solution;

/* Whether row i stands for 0 in column c. */
static int is_own(const solution *w, gvc_int i, gvc_int c)
{
    return w->masked && w->masked->unit[i] == c - w->plain;
}

/* What is added to the diagonal for column c; NULL: nothing. */
static const double *shift_of(const solution *w, gvc_int c)
{
    return w->passes.shifted == c ? w->passes.shift : NULL;
}

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_int pieces(gvc_int n, gvc_int size)
{
    return (n + size - 1) / size;
}

/* ---- what all solutions share ---- */

/* (I - A_pp)^-1 - I. */
static void invert_panel(const gvc_sweeps *sw, gvc_int p, double *work)
{
    const gvc_system *sys = sw->sys;
    const gvc_view block = sw->extra[p];
    const gvc_int first = sw->first[p];

    for (gvc_int i = 0; i < block.rows; i++) {
        const double *sales = sys->table->Zt.a + first + (first + i) * sys->table->Zt.ld;

        for (gvc_int j = 0; j < block.cols; j++)
            block.a[i + j * block.ld] = (i == j) - sales[j] * sys->xinv[first + j];
    }
    gvc_la__exchange(block, work, 1);
    for (gvc_int j = 0; j < block.cols; j++)
        block.a[j + j * block.ld] -= 1;
}

/* Every panel by one thread. */
static gvc_status invert_panels(gvc_ctx *ctx, gvc_sweeps *sw)
{
    const gvc_int room = gvc_la__exchange_work(gvc_sweeps__tallest(sw));
    const int threads = (int)least(gvc_ctx_threads(ctx), sw->panels);
    double *work = gvc_mem__alloc(ctx, threads * room, sizeof *work);
    gvc_status st = work ? GVC_OK : GVC_ENOMEM;

    for (gvc_int p = 0; p < sw->panels && st == GVC_OK; p++) {
        const gvc_int rows = sw->first[p + 1] - sw->first[p];

        sw->extra[p] =
            (gvc_view){ gvc_mem__alloc(ctx, rows * rows, sizeof(double)), rows, rows, rows };
        st = sw->extra[p].a ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(threads) schedule(dynamic)
        for (gvc_int p = 0; p < sw->panels; p++)
            invert_panel(sw, p, work + omp_get_thread_num() * room);
        gvc_la__unpin(pin);
    }
    gvc_mem__free(work);
    return st;
}

/* With w = 1' + 1'|A| we have w (I - |A|) = 1' - 1'|A||A|, so ||B||_1 <= max w / (1 - max
 * 1'|A||A|): mostly less than half of 1 / min q. */
static gvc_status bound_inverse(gvc_ctx *ctx, gvc_system *sys)
{
    double *next = gvc_mem__alloc(ctx, sys->n, sizeof *next), w = 0, rest = 0;

    if (!next)
        return GVC_ENOMEM;
    gvc_system__weigh_inputs(ctx, sys, sys->inputs, next);
    for (gvc_int j = 0; j < sys->n; j++) {
        w = fmax(w, 1 + sys->inputs[j]);
        rest = fmax(rest, next[j]);
    }
    gvc_mem__free(next);
    w *= 1 + ROUNDED;
    rest *= 1 + ROUNDED;
    if (rest < 1 && w / (1 - rest) < sys->inverse_norm)
        sys->inverse_norm = w / (1 - rest);
    return GVC_OK;
}

/* ---- A in single precision ---- */

static void place_packed(gvc_sweeps *sw)
{
    const gvc_int n = sw->sys->n;
    gvc_int at = 0;

    for (gvc_int p = 0; p < sw->panels; p++) {
        const gvc_int rows = sw->extra[p].rows;

        sw->a[p] = (gvc_packed){ sw->room + at, rows, n };
        at += gvc_packed__size(rows, n);
        sw->rounded[p] = (gvc_packed){ sw->room + at, rows, rows };
        at += gvc_packed__size(rows, rows);
    }
}

static gvc_int packed_size(const gvc_sweeps *sw)
{
    gvc_int size = 0;

    for (gvc_int p = 0; p < sw->panels; p++)
        size += gvc_packed__size(sw->extra[p].rows, sw->sys->n) +
                gvc_packed__size(sw->extra[p].rows, sw->extra[p].rows);
    return size;
}

/* Columns of M = A' that a task packs; of M = A it packs strips of rows. */
enum { PACKED_COLUMNS = 32 };

static void pack_plain(gvc_ctx *ctx, const gvc_sweeps *sw)
{
    const gvc_system *sys = sw->sys;

#pragma omp parallel num_threads(gvc_ctx_threads(ctx))
    for (gvc_int p = 0; p < sw->panels; p++) {
        const gvc_int first = sw->first[p], rows = sw->extra[p].rows;

#pragma omp for schedule(dynamic) nowait
        for (gvc_int i = 0; i < rows; i += GVC_PACKED_ROWS) {
            const gvc_int end = least(rows, i + GVC_PACKED_ROWS);

            gvc_packed__fill_transposed(sw->a[p], sys->xinv,
                                        gvc_view__cols(sys->table->Zt, first, rows), i, end);
        }
#pragma omp for schedule(dynamic) nowait
        for (gvc_int j = 0; j < rows; j += PACKED_COLUMNS)
            gvc_packed__fill(sw->rounded[p], NULL, sw->extra[p], j,
                             least(rows, j + PACKED_COLUMNS));
    }
}

static void pack_transposed(gvc_ctx *ctx, const gvc_sweeps *sw)
{
    const gvc_system *sys = sw->sys;
    const gvc_int n = sys->n;

#pragma omp parallel num_threads(gvc_ctx_threads(ctx))
    {
#pragma omp for schedule(dynamic) nowait
        for (gvc_int j = 0; j < n; j += PACKED_COLUMNS)
            for (gvc_int p = 0; p < sw->panels; p++)
                gvc_packed__fill(sw->a[p], sys->xinv + sw->first[p],
                                 gvc_view__part(sys->table->Zt, sw->first[p], 0, sw->a[p].rows, n),
                                 j, least(n, j + PACKED_COLUMNS));
#pragma omp for schedule(dynamic)
        for (gvc_int p = 0; p < sw->panels; p++)
            for (gvc_int i = 0; i < sw->extra[p].cols; i += GVC_PACKED_ROWS)
                gvc_packed__fill_transposed(sw->rounded[p], NULL, sw->extra[p], i,
                                            least(sw->extra[p].cols, i + GVC_PACKED_ROWS));
    }
}

/* For M = A or M = A'. */
static void pack(gvc_ctx *ctx, gvc_sweeps *sw, int transposed)
{
    if (sw->is_packed && sw->is_transposed == transposed)
        return;
    if (transposed)
        pack_transposed(ctx, sw);
    else
        pack_plain(ctx, sw);
    sw->is_packed = 1;
    sw->is_transposed = transposed;
}

gvc_status gvc_sweeps__new(gvc_ctx *ctx, gvc_sweeps **out, gvc_system *sys)
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
    if (st == GVC_OK)
        st = bound_inverse(ctx, sys);
    if (st == GVC_OK)
        st = invert_panels(ctx, sw);
    if (st == GVC_OK) {
        sw->room = gvc_mem__calloc(ctx, packed_size(sw), sizeof *sw->room);
        st = sw->room ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        place_packed(sw);
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
        gvc_mem__free(sw->extra[p].a);
    gvc_mem__free(sw->room);
    gvc_mem__free(sw);
}

/* ---- rounds of refinement ---- */

/* The right-hand side of a round, rounded, and 0 in the rows that stand for 0. */
static void begin_round(gvc_ctx *ctx, solution *w)
{
    const gvc_floats b = w->passes.b;

    w->mix.newest = -1;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int c = 0; c < b.cols; c++)
        for (gvc_int i = 0; i < b.rows; i++)
            b.a[i + c * b.ld] = is_own(w, i, c) ? 0 : (float)w->r.a[i + c * w->r.ld];
}

/* Passes until the solution of the round is expected to be `end` away, or the pace falls off;
 * returns how many. */
static int solve_single(gvc_ctx *ctx, solution *w, double end)
{
    double before = 1, ahead = 1;
    int k = 0;

    begin_round(ctx, w);
    while (k < PASSES) {
        const double change = gvc_mix__step(ctx, &w->mix, &w->passes, ahead < NEAR, &ahead);

        gvc_log__debug(ctx, "pass %d changes %.2g and is expected to leave %.2g", ++k, change,
                       ahead);
        if (!(ahead > end) || (k > 3 && change > TOO_SLOW * before))
            break;
        before = change;
    }
    return k;
}

/* x += the solution of the round, on one column. */
static void add_round(const solution *w, gvc_int c)
{
    const gvc_floats g = w->mix.start.d;
    double *x = w->x.a + c * w->x.ld;

    for (gvc_int i = 0; i < w->x.rows; i++)
        x[i] += g.a[i + c * g.ld];
    for (gvc_int i = 0; w->scaled.a && i < w->x.rows; i++)
        w->scaled.a[i + c * w->scaled.ld] = x[i] * w->passes.sweeps->sys->xinv[i];
}

/* r := b - x + (A x or A' x) on some rows and columns. */
static void take_residual(const solution *w, gvc_int from, gvc_int c0, gvc_int width)
{
    const gvc_system *sys = w->passes.sweeps->sys;
    const gvc_int rows = least(ROWS, sys->n - from), cols = least(width, w->x.cols - c0);
    const gvc_view r = gvc_view__part(w->r, from, c0, rows, cols), Zt = sys->table->Zt;
    const int transposed = w->passes.transposed;

    if (transposed)
        gvc_la__tile_gemm(0, 1, gvc_view__part(Zt, from, 0, rows, sys->n),
                          gvc_view__cols(w->x, c0, cols), 0, r);
    else
        gvc_la__tile_gemm(1, 1, gvc_view__cols(Zt, from, rows), gvc_view__cols(w->scaled, c0, cols),
                          0, r);
    for (gvc_int c = 0; c < cols; c++) {
        const double *shift = shift_of(w, c0 + c);

        for (gvc_int i = from; i < from + rows; i++) {
            double *ri = &w->r.a[i + (c0 + c) * w->r.ld];

            if (transposed)
                *ri *= sys->xinv[i];
            if (is_own(w, i, c0 + c)) {
                w->border[i] = *ri;
                *ri = 0;
            } else {
                *ri += w->b.a[i + (c0 + c) * w->b.ld] -
                       w->x.a[i + (c0 + c) * w->x.ld] * (1 + (shift ? shift[i] : 0));
            }
        }
    }
}

static void take_residuals(gvc_ctx *ctx, const solution *w)
{
    const gvc_int n = w->x.rows, m = w->x.cols, tiles = pieces(n, ROWS);
    const gvc_int width = pieces(m, pieces(m, COLUMNS)), chunks = pieces(m, width);

#pragma omp parallel num_threads(gvc_ctx_threads(ctx))
    {
#pragma omp for schedule(static)
        for (gvc_int c = 0; c < m; c++)
            add_round(w, c);
#pragma omp for schedule(dynamic)
        for (gvc_int t = 0; t < tiles * chunks; t++)
            take_residual(w, t % tiles * ROWS, t / tiles * width, width);
    }
}

/* Residual and solution of one column in the 1-norm, or for transposed solves in the maximum norm,
 * where B' has the same bound. Leaving out rows and columns makes neither larger. */
static void measure_column(const solution *w, gvc_int c)
{
    const int transposed = w->passes.transposed;
    double size = 0, off = 0;

    for (gvc_int i = 0; i < w->x.rows; i++) {
        const double x = fabs(w->x.a[i + c * w->x.ld]), r = fabs(w->r.a[i + c * w->r.ld]);

        size = transposed ? fmax(size, x) : size + x;
        off = transposed ? gvc_la__worse(off, r) : off + r;
    }
    w->size[c] = size;
    w->off[c] = off;
}

static double error_of(const solution *w, gvc_int c)
{
    return w->off[c] == 0 ? 0 : w->off[c] / w->size[c] * w->passes.sweeps->sys->inverse_norm;
}

/* The certified error of the worst column but the one aside. `wanted` receives the same, measured
 * against what arrives at the borders where that is less than the masked columns. */
static double bound_error(gvc_ctx *ctx, const solution *w, double *wanted)
{
    double worst = 0, whole = 0, border = 0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int c = 0; c < w->x.cols; c++)
        measure_column(w, c);
    for (gvc_int c = 0; c < w->x.cols; c++) {
        if (c != w->mix.aside)
            worst = gvc_la__worse(worst, error_of(w, c));
        if (c >= w->plain)
            whole = fmax(whole, w->size[c]);
    }
    for (gvc_int i = 0; i < w->x.rows; i++)
        border = fmax(border, fabs(w->border[i]));
    *wanted = border > 0 && worst < 1 ? worst * fmax(1, whole / border) : worst;
    return worst;
}

/* Rounds until the bound is good or falls no more. */
static gvc_status refine(gvc_ctx *ctx, solution *w, double *bound)
{
    const double good = GOOD / w->passes.sweeps->sys->care;
    const double first = w->passes.transposed ? FIRST_END_OF_ROWS : FIRST_END;
    double before, open = 1;

    for (int k = 0; k < ROUNDS; k++) {
        const double end = k > 0 ? fmin(0.1, fmax(ROUND_END, LESS * good / open))
                                 : fmin(first, 0.5 * good / ROUND_END);
        const gvc_status st = gvc_progress__step(ctx, "solving", 0);
        int passes;

        if (st != GVC_OK)
            return st;
        before = open;
        passes = solve_single(ctx, w, end);
        take_residuals(ctx, w);
        *bound = bound_error(ctx, w, &open);
        gvc_log__debug(ctx, "%d passes: error at most %.2g", passes, *bound);
        if (!(open > good) || !(open < 0.5 * before))
            break;
    }
    return GVC_OK;
}

static void give_back(solution *w)
{
    gvc_mem__free(w->x.a);
    gvc_mem__free(w->r.a);
    gvc_mem__free(w->scaled.a);
    gvc_mem__free(w->border);
    gvc_mem__free(w->size);
    gvc_passes__free(&w->passes);
    gvc_mix__free(&w->mix);
}

static gvc_status obtain(gvc_ctx *ctx, solution *w)
{
    const gvc_int n = w->b.rows, m = w->b.cols;
    gvc_status st = gvc_mix__obtain(ctx, &w->mix, n, m);

    if (w->passes.shift && m > 1)
        w->mix.aside = w->passes.shifted;
    w->x = gvc_mem__matrix(ctx, n, m);
    w->r = gvc_mem__matrix(ctx, n, m);
    w->border = gvc_mem__calloc(ctx, n, sizeof *w->border);
    w->size = gvc_mem__alloc(ctx, 2 * m, sizeof *w->size);
    w->off = w->size ? w->size + m : NULL;
    if (!w->passes.transposed)
        w->scaled = gvc_mem__matrix(ctx, n, m);
    if (!w->x.a || !w->r.a || !w->border || !w->size || (!w->passes.transposed && !w->scaled.a))
        st = GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_passes__obtain(ctx, &w->passes, m);
    if (st == GVC_OK && w->masked)
        st = gvc_passes__mask(ctx, &w->passes, w->masked, w->plain);
    return st;
}

static void copy_out(const solution *w, gvc_view y)
{
    for (gvc_int c = 0; c < y.cols; c++)
        memcpy(y.a + c * y.ld, w->x.a + c * w->x.ld, sizeof(double) * (size_t)y.rows);
    for (gvc_int i = 0; w->masked && i < y.rows; i++)
        y.a[i + (w->plain + w->masked->unit[i]) * y.ld] = w->border[i];
}

gvc_status gvc_sweeps__solve(gvc_ctx *ctx, gvc_sweeps *sweeps, const gvc_sweeps_job *job,
                             gvc_view y, gvc_sweeps_error *error)
{
    const gvc_model *masked = job->masked;
    const gvc_pin pin = gvc_la__pin();
    solution w = { .b = y,
                   .masked = masked,
                   .plain = y.cols - (masked ? masked->U : 0),
                   .passes = { .sweeps = sweeps,
                               .transposed = job->transposed,
                               .shift = job->shift,
                               .shifted = job->shifted } };
    gvc_status st = obtain(ctx, &w);

    if (st == GVC_OK) {
        for (gvc_int c = 0; c < y.cols; c++)
            memcpy(w.r.a + c * w.r.ld, y.a + c * y.ld, sizeof(double) * (size_t)y.rows);
        pack(ctx, sweeps, job->transposed);
        st = refine(ctx, &w, &error->bound);
    }
    if (st == GVC_OK && job->shift)
        error->shifted = error_of(&w, job->shifted);
    gvc_la__unpin(pin);
    if (st == GVC_OK && masked && error->bound < job->enough)
        st = gvc_model__local_t(ctx, masked, gvc_view__vector(w.border, y.rows));
    if (st == GVC_OK && error->bound < job->enough)
        copy_out(&w, y);
    give_back(&w);
    return st;
}
