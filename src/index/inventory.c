#include "index/inventory.h"

#include "base/mem.h"
#include "index/dense.h"

#include <math.h>
#include <string.h>

enum { MOST_STEPS = 60, STEPS_BEFORE_JUDGING = 8 };

#define SETTLED 1e-14  /* relative change of every value at which the steps end */
#define ROUNDING 1e-12 /* changes below this that no longer shrink are rounding */
#define ACCEPTED 1e-10 /* residual of each row, relative to its terms */

typedef struct corrected {
    gvc_model *model;
    const double *s, *b;
    int transposed;
    gvc_int n;
    double *y, *product, *work;
} corrected;

void gvc_index__inventories(const gvc_table *table, double *N)
{
    const gvc_view FD = gvc_table_FD(table);
    const gvc_int K = gvc_table_K(table);
    const gvc_int category = gvc_edition_inventory(gvc_table_edition(table));

    memset(N, 0, (size_t)FD.rows * sizeof *N);
    if (category < 0)
        return;
    for (gvc_int j = category; j < FD.cols; j += K)
        for (gvc_int i = 0; i < FD.rows; i++)
            N[i] += FD.a[i + j * FD.ld];
}

void gvc_index__inventory_scale(double *s, const double *x, const double *N, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        s[i] = x[i] != 0 && x[i] - N[i] > 0 ? x[i] / (x[i] - N[i]) : 1;
}

static gvc_view column(double *a, gvc_int n)
{
    return (gvc_view){ a, n, 1, n };
}

/* product := weight^ A y, or A' (weight o y); weight is s less `less`. */
static void multiply(gvc_ctx *ctx, const corrected *c, double less)
{
    if (c->transposed) {
        for (gvc_int i = 0; i < c->n; i++)
            c->work[i] = (c->s[i] - less) * c->y[i];
        gvc_model__times_A_t(ctx, c->model, column(c->product, c->n), column(c->work, c->n));
        return;
    }
    gvc_model__times_A(ctx, c->model, column(c->product, c->n), column(c->y, c->n));
    for (gvc_int i = 0; i < c->n; i++)
        c->product[i] *= c->s[i] - less;
}

/* One step; `change` receives the largest relative change of a value. */
static gvc_status step(gvc_ctx *ctx, corrected *c, double *change)
{
    gvc_status st;

    multiply(ctx, c, 1);
    for (gvc_int i = 0; i < c->n; i++)
        c->product[i] += c->b[i];
    st = gvc_model__step(ctx, c->model, c->transposed, column(c->product, c->n));
    *change = 0;
    for (gvc_int i = 0; i < c->n && st == GVC_OK; i++) {
        const double size = fabs(c->product[i]) + fabs(c->b[i]);
        const double moved = fabs(c->product[i] - c->y[i]);

        if (!isfinite(size))
            *change = HUGE_VAL;
        else if (moved > *change * size)
            *change = moved / size;
        c->y[i] = c->product[i];
    }
    return st;
}

/* 1 when every row of the system holds. */
static int holds(gvc_ctx *ctx, const corrected *c)
{
    multiply(ctx, c, 0);
    for (gvc_int i = 0; i < c->n; i++) {
        const double left = c->b[i] + c->product[i] - c->y[i];
        const double size = fabs(c->b[i]) + fabs(c->product[i]) + fabs(c->y[i]);

        if (!(fabs(left) <= ACCEPTED * size))
            return 0;
    }
    return 1;
}

/* Steps from the y that is there; `done` tells whether they settled on a solution. */
static gvc_status iterate(gvc_ctx *ctx, corrected *c, int *done)
{
    double change = HUGE_VAL, before;
    gvc_status st = GVC_OK;

    *done = 0;
    for (int k = 0; k < MOST_STEPS && !*done && st == GVC_OK; k++) {
        before = change;
        st = step(ctx, c, &change);
        *done = change <= SETTLED || (change <= ROUNDING && change >= before / 2);
        if (!isfinite(change) || (k > STEPS_BEFORE_JUDGING && change > before && !*done))
            break;
    }
    if (st == GVC_OK)
        *done = *done && holds(ctx, c);
    return st;
}

/* M := I - s^ A, or its transpose. */
static void fill_system(gvc_view M, const corrected *c)
{
    const gvc_view Z = gvc_table_Z(gvc_model_table(c->model));
    const double *xinv = gvc_model__xinv(c->model);

    for (gvc_int j = 0; j < c->n; j++)
        for (gvc_int i = 0; i < c->n; i++) {
            const double entry = (i == j) - c->s[i] * (Z.a[i + j * Z.ld] * xinv[j]);

            M.a[c->transposed ? j + i * M.ld : i + j * M.ld] = entry;
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

gvc_status gvc_index__solve_corrected(gvc_ctx *ctx, gvc_model *model, const double *s,
                                      int transposed, const double *b, double *y)
{
    corrected c = { model, s, b, transposed, gvc_model_n(model), y, NULL, NULL };
    gvc_status st = GVC_OK;
    int done = 0;

    c.product = gvc_mem__alloc(ctx, c.n, sizeof(double));
    c.work = gvc_mem__alloc(ctx, c.n, sizeof(double));
    if (!c.product || !c.work)
        st = GVC_ENOMEM;
    if (st == GVC_OK)
        st = iterate(ctx, &c, &done);
    if (st == GVC_OK && !done)
        st = factorise(ctx, &c);
    gvc_mem__free(c.product);
    gvc_mem__free(c.work);
    return st;
}
