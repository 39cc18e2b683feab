#include "base/labels.h"
#include "base/strip.h"
#include "model/streams.h"
#include "model/sweeps.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Rows that one task takes, and the share of the largest output that counts as rounding. */
enum { ROWS = 256 };
#define ROUNDING 1e-9
/* A row whose sum is this near its output is balanced to the last digits. */
#define BALANCED 1e-13

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

/* Value added is what is left of output and may be a millionth of it, so no rounding is lost. */
static void add_exactly(double *sum, double *low, double a)
{
    const double s = *sum + a, back = s - *sum;

    *low += (*sum - (s - back)) + (a - back);
    *sum = s;
}

/* Z is read once, by strips of buying countries, for all sums that are wanted of it. */
static void read_flows(gvc_ctx *ctx, gvc_system *sys, gvc_purchases p)
{
    const gvc_view Zt = sys->table->Zt;
    const gvc_int N = sys->N, strip = gvc_strip(sys->n, gvc_ctx_threads(ctx));
    const gvc_int step = N < strip ? strip / N : 1;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int first = 0; first < sys->G; first += step) {
        const gvc_int last = least(sys->G, first + step);

        for (gvc_int j = first * N; j < last * N; j++)
            p.sum[j] = p.low[j] = p.size[j] = 0;
        for (gvc_int i = 0; i < sys->n; i++)
            for (gvc_int c = first; c < last; c++)
                sys->sales.a[i + c * sys->sales.ld] =
                    gvc_stream__buy(p, Zt.a + i * Zt.ld, c * N, (c + 1) * N);
    }
}

static void add_columns(gvc_view m, gvc_int from, gvc_int to, double *sum)
{
    for (gvc_int c = 0; c < m.cols; c++)
        for (gvc_int i = from; i < to; i++)
            sum[i] += m.a[i + c * m.ld];
}

/* sum[i] := Z_i 1 + F_i 1. Moving a column from Z to F does not change it. */
static void add_rows(gvc_ctx *ctx, const gvc_system *sys, double *sum)
{
    const gvc_int n = sys->n, tiles = (n + ROWS - 1) / ROWS;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int t = 0; t < tiles; t++) {
        const gvc_int from = t * ROWS, to = least(n, from + ROWS);

        for (gvc_int i = from; i < to; i++)
            sum[i] = 0;
        add_columns(sys->sales, from, to, sum);
        add_columns(sys->table->FD, from, to, sum);
    }
}

static double largest(const double *a, gvc_int n)
{
    double most = 0;

    for (gvc_int i = 0; i < n; i++)
        most = fmax(most, fabs(a[i]));
    return most;
}

/* u = x - Z1 - F1 and x by the balance. Discrepancies that are rounding everywhere are none. A row
 * sum that is rounding does not give output to an industry that has none. */
static void settle_balance(gvc_ctx *ctx, gvc_system *sys)
{
    const double size = ROUNDING * largest(sys->table->x, sys->n);
    double *sum = sys->u;
    int rounding = 1;

    add_rows(ctx, sys, sum);
    sys->balanced = 1;
    for (gvc_int i = 0; i < sys->n; i++) {
        const double x = sys->table->x[i];

        rounding &= fabs(x - sum[i]) <= size;
        sys->x[i] = x;
        if (sys->balance == GVC_BALANCE_ROWSUM && (x != 0 || fabs(sum[i]) > size))
            sys->x[i] = sum[i];
        sys->u[i] = x - sum[i];
    }
    for (gvc_int i = 0; i < sys->n; i++) {
        const double left = sys->x[i] - sys->table->x[i] + sys->u[i];

        if (sys->home)
            sys->home[i] = rounding ? 0 : sys->u[i];
        sys->balanced &= fabs(left - (sys->home ? sys->home[i] : 0)) <= BALANCED * fabs(sys->x[i]);
        if (rounding || sys->balance != GVC_BALANCE_KEEP)
            sys->u[i] = 0;
        sys->has_disc |= sys->u[i] != 0;
    }
}

/* v, tau and va of industry j. */
static void describe_industry(gvc_system *sys, gvc_int j, gvc_purchases bought)
{
    const gvc_table *table = sys->table;
    const double inv = sys->xinv[j];
    double left = sys->x[j], low = -bought.low[j];

    add_exactly(&left, &low, -bought.sum[j]);
    if (inv == 0)
        sys->v[j] = sys->tau[j] = 0;
    else if (table->va_given)
        sys->v[j] = table->VA[j] * inv;
    else
        sys->v[j] = (left + low) * inv;
    if (inv != 0 && table->va_given)
        sys->tau[j] = (left + low) * inv - sys->v[j];
    sys->va[j] = table->va_given ? table->VA[j] : sys->v[j] * sys->x[j];
}

/* q is 1 - sum |a|, not more than it is for the sake of rounding. */
static void fill_coefficients(gvc_system *sys, gvc_purchases bought)
{
    const gvc_view Zt = sys->table->Zt;

    sys->least_q = 1;
    for (gvc_int j = 0; j < sys->n; j++) {
        const double own = Zt.a[j + j * Zt.ld], size = bought.size[j];
        double inv, q;

        sys->moved[j] = sys->x[j] == 0;
        sys->xinv[j] = inv = sys->moved[j] ? 0 : 1 / sys->x[j];
        describe_industry(sys, j, bought);
        sys->inputs[j] = size * fabs(inv);
        q = 1 - sys->inputs[j] * (1 + (double)sys->n * DBL_EPSILON);
        if (q < sys->least_q) {
            sys->least_q = q;
            sys->neediest = j;
        }
        sys->norm1 = fmax(sys->norm1, (size - fabs(own)) * fabs(inv) + fabs(1 - own * inv));
    }
    sys->inverse_norm = 1 / sys->least_q;
}

static int obtain_arrays(gvc_ctx *ctx, gvc_system *sys)
{
    const gvc_int n = sys->n;

    sys->x = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->xinv = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->v = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->va = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->tau = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->u = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->inputs = gvc_mem__calloc(ctx, n, sizeof(double));
    sys->moved = gvc_mem__calloc(ctx, n, 1);
    sys->sales = gvc_mem__matrix(ctx, n, sys->G);
    if (sys->balance == GVC_BALANCE_ABSORB) {
        sys->home = gvc_mem__calloc(ctx, n, sizeof(double));
        if (!sys->home)
            return 0;
    }
    return sys->x && sys->xinv && sys->v && sys->va && sys->tau && sys->u && sys->inputs &&
           sys->moved && sys->sales.a;
}

gvc_status gvc_system__new(gvc_ctx *ctx, gvc_system **out, const gvc_table *table,
                           gvc_balance balance)
{
    gvc_system *sys = gvc_mem__calloc(ctx, 1, sizeof *sys);
    double *sums = gvc_mem__alloc(ctx, 3 * table->n, sizeof *sums);
    const gvc_purchases bought = { sums, sums + table->n, sums + 2 * table->n };

    *out = NULL;
    if (!sys || !sums)
        goto fail;
    sys->table = table;
    sys->balance = balance;
    sys->satellite = -1;
    sys->care = 1;
    sys->n = table->n;
    sys->G = table->G;
    sys->N = table->N;
    if (!obtain_arrays(ctx, sys))
        goto fail;
    read_flows(ctx, sys, bought);
    settle_balance(ctx, sys);
    fill_coefficients(sys, bought);
    gvc_mem__free(sums);
    *out = sys;
    return GVC_OK;
fail:
    gvc_mem__free(sums);
    gvc_system__free(sys);
    return GVC_ENOMEM;
}

static gvc_status refuse_satellite(gvc_ctx *ctx, const gvc_labels *known, const char *name)
{
    const char *near = known ? gvc_labels__nearest(known, name) : NULL;

    if (!known)
        return gvc_error__set(ctx, GVC_ELABEL,
                              "satellite \"%s\": the table has no satellites; add them with gvc "
                              "attach, or inputs.csv in the folder",
                              name);
    return gvc_error__set(ctx, GVC_ELABEL, "satellite \"%s\" is not in the table; %s %s", name,
                          near ? "did you mean" : "its first one is",
                          near ? near : gvc_labels_code(known, 0));
}

/* What an industry without output has of it cannot be followed. */
gvc_status gvc_system__use_satellite(gvc_ctx *ctx, gvc_system *sys, const char *name)
{
    const gvc_labels *known = gvc_table_satellites(sys->table);
    const gvc_int place = known ? gvc_labels_find(known, name) : -1;
    const double *q;

    if (place < 0)
        return refuse_satellite(ctx, known, name);
    q = gvc_table_satellite(sys->table, place);
    sys->satellite = place;
    for (gvc_int j = 0; j < sys->n; j++) {
        sys->va[j] = q[j];
        sys->v[j] = q[j] * sys->xinv[j];
        sys->tau[j] = 0;
    }
    return GVC_OK;
}

void gvc_system__free(gvc_system *sys)
{
    if (!sys)
        return;
    gvc_mem__free(sys->x);
    gvc_mem__free(sys->xinv);
    gvc_mem__free(sys->v);
    gvc_mem__free(sys->va);
    gvc_mem__free(sys->tau);
    gvc_mem__free(sys->u);
    gvc_mem__free(sys->inputs);
    gvc_mem__free(sys->home);
    gvc_mem__free(sys->moved);
    gvc_mem__free(sys->sales.a);
    gvc_mem__free(sys->stocks);
    gvc_mem__free(sys->corrected[0]);
    gvc_mem__free(sys->corrected[1]);
    gvc_sweeps__free(sys->sweeps);
    gvc_mem__free(sys->lu.a.a);
    gvc_mem__free(sys->lu.pivot);
    gvc_mem__free(sys);
}

/* Fresh pages that are read before they are written cost the kernel two faults each. */
static void clear_rows(gvc_model *m, gvc_int from, gvc_int to)
{
    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = from; i < to; i++)
            m->F.a[i + r * m->F.ld] = m->Eint.a[i + r * m->Eint.ld] = 0;
}

/* Rows from .. to of what country c buys for its industries; what those without output buy is final
 * use. */
static void fill_sales(gvc_model *m, gvc_int c, gvc_int from, gvc_int to)
{
    const gvc_system *sys = m->system;
    const gvc_view Zt = sys->table->Zt, sales = sys->sales;
    const gvc_int n = sys->n, first = c * sys->N, end = first + sys->N, u = m->unit[first];

    if (!memchr(sys->moved + first, 1, (size_t)sys->N)) {
        for (gvc_int i = from; i < to; i++)
            m->Eint.a[i + u * n] += sales.a[i + c * sales.ld];
        return;
    }
    for (gvc_int i = from; i < to; i++)
        for (gvc_int j = first; j < end; j++)
            (sys->moved[j] ? m->F.a : m->Eint.a)[i + u * n] += Zt.a[j + i * Zt.ld];
}

/* Rows from .. to of F, of the intermediate sales by unit, and of what follows from both. */
static void fill_rows(gvc_model *m, gvc_int from, gvc_int to)
{
    const gvc_system *sys = m->system;
    const gvc_table *table = sys->table;
    const gvc_int n = sys->n;

    clear_rows(m, from, to);
    for (gvc_int c = 0; c < table->FD.cols; c++)
        for (gvc_int i = from; i < to; i++)
            m->F.a[i + m->units->unit_of[c / table->K] * n] += table->FD.a[i + c * table->FD.ld];
    for (gvc_int c = 0; c < sys->G; c++)
        fill_sales(m, c, from, to);
    for (gvc_int i = from; i < to; i++) {
        if (sys->home)
            m->F.a[i + m->unit[i] * n] += sys->home[i];
        m->Eint.a[i + m->unit[i] * n] = 0;
    }
    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = from; i < to; i++) {
            const gvc_int at = i + r * n;

            m->E.a[at] = r == m->unit[i] ? 0 : m->Eint.a[at] + m->F.a[at];
            m->e[i] += m->E.a[at];
        }
}

void gvc_model__fill_demand(gvc_ctx *ctx, gvc_model *model)
{
    const gvc_int n = model->system->n, tiles = (n + ROWS - 1) / ROWS;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int t = 0; t < tiles; t++)
        fill_rows(model, t * ROWS, least(n, t * ROWS + ROWS));
}
