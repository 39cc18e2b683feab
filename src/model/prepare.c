#include "base/labels.h"
#include "model/sweeps.h"

#include <float.h>
#include <math.h>

/* Rows that one task takes, and the share of the largest output that counts as rounding. */
enum { ROWS = 256 };
#define ROUNDING 1e-9

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

/* sum[i] := Z_i 1 + F_i 1. Moving a column from Z to F does not change it. */
static void add_rows(gvc_ctx *ctx, const gvc_table *table, double *sum)
{
    const gvc_int n = table->n, tiles = (n + ROWS - 1) / ROWS;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int t = 0; t < tiles; t++) {
        const gvc_int from = t * ROWS, to = least(n, from + ROWS);

        for (gvc_int i = from; i < to; i++)
            sum[i] = 0;
        for (gvc_int j = 0; j < n; j++)
            for (gvc_int i = from; i < to; i++)
                sum[i] += table->Z.a[i + j * table->Z.ld];
        for (gvc_int c = 0; c < table->FD.cols; c++)
            for (gvc_int i = from; i < to; i++)
                sum[i] += table->FD.a[i + c * table->FD.ld];
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

    add_rows(ctx, sys->table, sum);
    for (gvc_int i = 0; i < sys->n; i++) {
        const double x = sys->table->x[i];

        rounding &= fabs(x - sum[i]) <= size;
        sys->x[i] = x;
        if (sys->balance == GVC_BALANCE_ROWSUM && (x != 0 || fabs(sum[i]) > size))
            sys->x[i] = sum[i];
        sys->u[i] = x - sum[i];
    }
    for (gvc_int i = 0; i < sys->n; i++) {
        if (sys->home)
            sys->home[i] = rounding ? 0 : sys->u[i];
        if (rounding || sys->balance != GVC_BALANCE_KEEP)
            sys->u[i] = 0;
        sys->has_disc |= sys->u[i] != 0;
    }
}

/* A column's entries, added up: with the rounding of every addition kept apart, because value added
 * is what is left of output and may be a millionth of it. In LANES sums, which do not wait for each
 * other. */
enum { LANES = 4 };

typedef struct column_sum {
    double sum, low; /* together the sum of the entries, to twice the precision */
    double size;     /* of the magnitudes */
} column_sum;

static void add_exactly(double *sum, double *low, double a)
{
    const double s = *sum + a, back = s - *sum;

    *low += (*sum - (s - back)) + (a - back);
    *sum = s;
}

static column_sum add_column(const double *a, gvc_int n)
{
    double sum[LANES] = { 0 }, low[LANES] = { 0 }, size[LANES] = { 0 };
    column_sum all = { 0 };

    for (gvc_int i = 0; i < n; i += LANES)
        for (gvc_int k = 0; k < LANES && i + k < n; k++) {
            add_exactly(&sum[k], &low[k], a[i + k]);
            size[k] += fabs(a[i + k]);
        }
    for (int k = 0; k < LANES; k++) {
        add_exactly(&all.sum, &all.low, sum[k]);
        all.low += low[k];
        all.size += size[k];
    }
    return all;
}

/* v, tau and q of industry j. `q` receives 1 - sum |a|, not more than it is for the sake of
 * rounding, `norm` the 1-norm of the column of I - A. */
static void describe_column(gvc_system *sys, gvc_int j, double *q, double *norm)
{
    const gvc_table *table = sys->table;
    const double *column = table->Z.a + j * table->Z.ld, inv = sys->xinv[j];
    const column_sum bought = add_column(column, sys->n);
    double left = sys->x[j], low = -bought.low;

    add_exactly(&left, &low, -bought.sum);
    *q = 1 - bought.size * fabs(inv) * (1 + (double)sys->n * DBL_EPSILON);
    *norm = (bought.size - fabs(column[j])) * fabs(inv) + fabs(1 - column[j] * inv);
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

/* `work` has room for 2 n. */
static void fill_coefficients(gvc_ctx *ctx, gvc_system *sys, double *work)
{
    const gvc_int n = sys->n;

    for (gvc_int j = 0; j < n; j++) {
        sys->moved[j] = sys->x[j] == 0;
        sys->xinv[j] = sys->moved[j] ? 0 : 1 / sys->x[j];
    }
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, 16)
    for (gvc_int j = 0; j < n; j++)
        describe_column(sys, j, work + j, work + n + j);
    sys->least_q = 1;
    for (gvc_int j = 0; j < n; j++) {
        if (work[j] < sys->least_q) {
            sys->least_q = work[j];
            sys->neediest = j;
        }
        sys->norm1 = fmax(sys->norm1, work[n + j]);
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
    sys->moved = gvc_mem__calloc(ctx, n, 1);
    if (sys->balance == GVC_BALANCE_ABSORB) {
        sys->home = gvc_mem__calloc(ctx, n, sizeof(double));
        if (!sys->home)
            return 0;
    }
    return sys->x && sys->xinv && sys->v && sys->va && sys->tau && sys->u && sys->moved;
}

gvc_status gvc_system__new(gvc_ctx *ctx, gvc_system **out, const gvc_table *table,
                           gvc_balance balance)
{
    gvc_system *sys = gvc_mem__calloc(ctx, 1, sizeof *sys);
    double *work = gvc_mem__alloc(ctx, 2 * table->n, sizeof *work);

    *out = NULL;
    if (!sys || !work)
        goto fail;
    sys->table = table;
    sys->balance = balance;
    sys->satellite = -1;
    sys->n = table->n;
    sys->G = table->G;
    sys->N = table->N;
    if (!obtain_arrays(ctx, sys))
        goto fail;
    settle_balance(ctx, sys);
    fill_coefficients(ctx, sys, work);
    gvc_mem__free(work);
    *out = sys;
    return GVC_OK;
fail:
    gvc_mem__free(work);
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
    gvc_mem__free(sys->home);
    gvc_mem__free(sys->moved);
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
    for (gvc_int j = 0; j < n; j++) {
        double *to_whom = (sys->moved[j] ? m->F.a : m->Eint.a) + m->unit[j] * n;

        for (gvc_int i = from; i < to; i++)
            to_whom[i] += table->Z.a[i + j * table->Z.ld];
    }
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
