#include "index/inventory.h"

#include "base/mem.h"
#include "index/dense.h"
#include "la/blas.h"

#include <math.h>
#include <string.h>

enum { MOST_STEPS = 60, STEPS_BEFORE_JUDGING = 8, DIRECTIONS = 8 };

#define SETTLED 1e-13     /* relative error of every value at which the steps end */
#define ROUNDING 1e-12    /* changes below this that no longer shrink are rounding */
#define ACCEPTED 1e-10    /* residual of each row, relative to its terms */
#define CAUTION 4         /* the error of a step may be so much more than the first ones tell */
#define NOTHING_NEW 1e-20 /* of the square of a change: rounding, or a change that stays */

/*
 * With D = s - 1 the system is y = B u, u = b + D A y, and A y = y - u. Transposed it is
 * y = B'b + A'B'(D y), and A'B' = B' - I. So a step takes one solve and no product with A:
 *
 *     u := b + D (y - u), y := B u;    y := B'b + B'(D y) - D y.
 *
 * The change of y in a step is linear in y, so that each step begins at the mixture of all those
 * before that would have changed least (Anderson 1965), as GMRES does.
 */

/* A step, as three columns of n values. */
enum { NEXT, NEXT_U, CHANGE, PARTS };

typedef struct corrected {
    gvc_model *model;
    const double *s, *b;
    int transposed;
    gvc_int n;
    double *y;             /* where a step begins */
    double *plain, *u;     /* y without a correction; what y is B times of, unless transposed */
    double *weight;        /* 1 / the size of each value, for the sake of the mixture */
    double *last, *before; /* steps; changes are weighted */
    double *ways;          /* of n_ways: how steps differ, their changes orthonormal */
    int n_ways;
} corrected;

static gvc_view column(double *a, gvc_int n)
{
    return (gvc_view){ a, n, 1, n };
}

/* A step from y to last; `change` receives the largest relative change of a value. */
static gvc_status step(gvc_ctx *ctx, corrected *c, double *change)
{
    double *next = c->last + NEXT * c->n, *u = c->last + NEXT_U * c->n;
    gvc_status st;

    for (gvc_int i = 0; i < c->n; i++) {
        const double d = c->s[i] - 1;

        next[i] = u[i] = c->transposed ? d * c->y[i] : c->b[i] + d * (c->y[i] - c->u[i]);
    }
    st = gvc_model__step(ctx, c->model, c->transposed, column(next, c->n));
    *change = 0;
    for (gvc_int i = 0; i < c->n && st == GVC_OK; i++) {
        double size, moved;

        if (c->transposed)
            next[i] += c->plain[i] - u[i];
        size = fabs(next[i]) + fabs(c->b[i]);
        moved = next[i] - c->y[i];
        if (!isfinite(size))
            *change = HUGE_VAL;
        else if (fabs(moved) > *change * size)
            *change = fabs(moved) / size;
        c->last[CHANGE * c->n + i] = moved * c->weight[i];
    }
    return st;
}

static double dot(const double *a, const double *b, gvc_int n)
{
    double sum = 0;

    for (gvc_int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void subtract(double *to, double factor, const double *from, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        to[i] -= factor * from[i];
}

/* Keep how the last two steps differ, unless that is nothing new. */
static void add_way(corrected *c)
{
    const gvc_int n = c->n;
    const double size = dot(c->last + CHANGE * n, c->last + CHANGE * n, n);
    double *way, rest;

    if (c->n_ways == DIRECTIONS)
        c->n_ways = 0;
    way = c->ways + PARTS * n * c->n_ways;
    for (gvc_int i = 0; i < PARTS * n; i++)
        way[i] = c->last[i] - c->before[i];
    for (int k = 0; k < c->n_ways; k++) {
        const double *old = c->ways + PARTS * n * k;

        subtract(way, dot(old + CHANGE * n, way + CHANGE * n, n), old, PARTS * n);
    }
    rest = dot(way + CHANGE * n, way + CHANGE * n, n);
    if (!(rest > NOTHING_NEW * size))
        return;
    for (gvc_int i = 0; i < PARTS * n; i++)
        way[i] /= sqrt(rest);
    c->n_ways++;
}

/* y and u := those after the mixture of steps that changes least. */
static void mix(corrected *c)
{
    const gvc_int n = c->n;

    memcpy(c->before, c->last, (size_t)(PARTS * n) * sizeof *c->before);
    for (int k = 0; k < c->n_ways; k++) {
        const double *way = c->ways + PARTS * n * k;

        subtract(c->last, dot(way + CHANGE * n, c->last + CHANGE * n, n), way, PARTS * n);
    }
    memcpy(c->y, c->last + NEXT * n, (size_t)n * sizeof *c->y);
    memcpy(c->u, c->last + NEXT_U * n, (size_t)n * sizeof *c->u);
}

/* 1 when every row of the system holds. */
static int holds(gvc_ctx *ctx, const corrected *c)
{
    double *product = c->last, *scaled = c->before;

    for (gvc_int i = 0; i < c->n; i++)
        scaled[i] = c->s[i] * c->y[i];
    if (c->transposed)
        gvc_model__times_A_t(ctx, c->model, column(product, c->n), column(scaled, c->n));
    else
        gvc_model__times_A(ctx, c->model, column(product, c->n), column(c->y, c->n));
    for (gvc_int i = 0; i < c->n; i++) {
        const double inputs = product[i] * (c->transposed ? 1 : c->s[i]);
        const double left = c->b[i] + inputs - c->y[i];
        const double size = fabs(c->b[i]) + fabs(inputs) + fabs(c->y[i]);

        if (!(fabs(left) <= ACCEPTED * size))
            return 0;
    }
    return 1;
}

/* Steps from the plain solution; `done` tells whether they settled on a solution. The first two are
 * plain, and tell by how much a step errs less than it changes. */
static gvc_status iterate(gvc_ctx *ctx, corrected *c, int *done)
{
    double change = HUGE_VAL, before, pace = 1;
    gvc_status st = GVC_OK;

    *done = 0;
    for (int k = 0; k < MOST_STEPS && !*done && st == GVC_OK; k++) {
        before = change;
        st = step(ctx, c, &change);
        if (k == 1)
            pace = fmin(1, CAUTION * change / before);
        *done = change * pace <= SETTLED || (change <= ROUNDING && change >= before / 2);
        if (!isfinite(change) || (k > STEPS_BEFORE_JUDGING && change > before && !*done))
            break;
        if (k > 0 && !*done)
            add_way(c);
        mix(c);
        gvc_log__debug(ctx, "inventory correction: step %d changes %.2g", k + 1, change);
    }
    if (st == GVC_OK)
        *done = *done && holds(ctx, c);
    return st;
}

/* M := I - s^ A, or its transpose. Some buyers at a time: what a seller's row of M writes across
 * their columns is still near when the next seller comes. */
static void fill_system(gvc_view M, const corrected *c)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(c->model));
    const double *xinv = gvc_model__xinv(c->model);

    for (gvc_int first = 0; first < c->n; first += GVC_LA_BLOCK) {
        const gvc_int end = first + GVC_LA_BLOCK < c->n ? first + GVC_LA_BLOCK : c->n;

        for (gvc_int i = 0; i < c->n; i++)
            for (gvc_int j = first; j < end; j++) {
                const double entry = (i == j) - c->s[i] * (Zt.a[j + i * Zt.ld] * xinv[j]);

                M.a[c->transposed ? j + i * M.ld : i + j * M.ld] = entry;
            }
    }
}

static gvc_status factorise(gvc_ctx *ctx, corrected *c)
{
    gvc_view M = { 0 };
    gvc_status st = gvc_mem__reserve(ctx, "the inventory-corrected system",
                                     (double)c->n * (double)c->n * sizeof(double));

    if (st == GVC_OK) {
        M = gvc_mem__matrix(ctx, c->n, c->n);
        st = M.a ? GVC_OK : GVC_ENOMEM;
    }
    if (st != GVC_OK)
        return st;
    gvc_log__info(ctx, "inventory correction: the steps do not contract, a factorisation is made");
    fill_system(M, c);
    memcpy(c->y, c->b, (size_t)c->n * sizeof *c->y);
    st = gvc_index__solve_dense(ctx, M, column(c->y, c->n));
    if (st == GVC_OK && !holds(ctx, c)) {
        gvc_log__warn(ctx, "inventory correction: the corrected system is singular, its indices "
                           "are missing");
        for (gvc_int i = 0; i < c->n; i++)
            c->y[i] = NAN;
    }
    gvc_mem__free(M.a);
    return st;
}

static gvc_status begin(gvc_ctx *ctx, corrected *c)
{
    const size_t bytes = (size_t)c->n * sizeof(double);

    c->plain = gvc_mem__alloc(ctx, c->n, sizeof(double));
    c->u = gvc_mem__alloc(ctx, c->n, sizeof(double));
    c->weight = gvc_mem__alloc(ctx, c->n, sizeof(double));
    c->last = gvc_mem__alloc(ctx, PARTS * c->n, sizeof(double));
    c->before = gvc_mem__alloc(ctx, PARTS * c->n, sizeof(double));
    c->ways = gvc_mem__alloc(ctx, DIRECTIONS * PARTS * c->n, sizeof(double));
    if (!c->plain || !c->u || !c->weight || !c->last || !c->before || !c->ways)
        return GVC_ENOMEM;
    memcpy(c->plain, c->y, bytes);
    memcpy(c->u, c->b, bytes);
    for (gvc_int i = 0; i < c->n; i++) {
        const double size = fabs(c->y[i]) + fabs(c->b[i]);

        c->weight[i] = size > 0 ? 1 / size : 0;
    }
    return GVC_OK;
}

static void release(corrected *c)
{
    gvc_mem__free(c->plain);
    gvc_mem__free(c->u);
    gvc_mem__free(c->weight);
    gvc_mem__free(c->last);
    gvc_mem__free(c->before);
    gvc_mem__free(c->ways);
}

/* y = b + s^ A y is (I - A + 1/s^ - I) y = b / s, and y = b + A's^ y the same for s^ y with A' and
 * b. `solved` receives that solution where sweeps make it. */
static gvc_status solve_shifted(gvc_ctx *ctx, corrected *c, double *solved, int *done)
{
    const double *there = gvc_model__corrected(c->model, c->transposed);
    double *shift = c->before;

    if (there) {
        memcpy(solved, there, (size_t)c->n * sizeof *solved);
        *done = 1;
        return GVC_OK;
    }
    for (gvc_int i = 0; i < c->n; i++) {
        shift[i] = 1 / c->s[i] - 1;
        solved[i] = c->transposed ? c->b[i] : c->b[i] / c->s[i];
    }
    return gvc_model__shifted(ctx, c->model, c->transposed, shift, column(solved, c->n), done);
}

static gvc_status solve_by_sweeps(gvc_ctx *ctx, corrected *c, int *done)
{
    double *solved = c->ways;
    const gvc_status st = solve_shifted(ctx, c, solved, done);

    if (st != GVC_OK || !*done)
        return st;
    for (gvc_int i = 0; i < c->n; i++)
        c->y[i] = c->transposed ? solved[i] / c->s[i] : solved[i];
    *done = holds(ctx, c);
    if (!*done)
        memcpy(c->y, c->plain, (size_t)c->n * sizeof *c->y);
    return st;
}

gvc_status gvc_index__solve_corrected(gvc_ctx *ctx, gvc_model *model, const double *s,
                                      int transposed, const double *b, double *y)
{
    corrected c = { .model = model, .s = s, .b = b, .transposed = transposed, .y = y };
    int done = 0;
    gvc_status st;

    c.n = gvc_model_n(model);
    st = begin(ctx, &c);
    if (st == GVC_OK)
        st = solve_by_sweeps(ctx, &c, &done);
    if (st == GVC_OK && !done)
        st = iterate(ctx, &c, &done);
    if (st == GVC_OK && !done)
        st = factorise(ctx, &c);
    release(&c);
    return st;
}
