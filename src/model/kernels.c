#include "model/system.h"

#include "la/blas.h"

#include <string.h>

/* Each kernel reads Z once, some columns abreast; a = Z diag(xinv) is never formed. Rows and
 * columns go by countries, which are in one unit each. */
enum { ABREAST = 4, ROWS = 512, FEW = 2 };

/* Columns of one country that are read abreast. Behind the last one the first stands again. */
typedef struct bundle {
    gvc_int first, n;
    const double *column[ABREAST];
} bundle;

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static bundle bundle_from(const gvc_model *m, gvc_int j)
{
    const gvc_view Z = m->system->table->Z;
    const gvc_int N = m->system->N;
    bundle b = { j, least(ABREAST, N - j % N), { NULL } };

    for (gvc_int k = 0; k < ABREAST; k++)
        b.column[k] = Z.a + (k < b.n ? j + k : j) * Z.ld;
    return b;
}

/* The coefficients of the bundle times y; 0 behind its end. */
static void weigh(const gvc_model *m, const bundle *b, const double *y, double *weight)
{
    for (gvc_int k = 0; k < ABREAST; k++)
        weight[k] = k < b->n ? m->system->xinv[b->first + k] * y[b->first + k] : 0;
}

/* to_i += the weighted columns, one after the other. */
static void add_bundle(double *restrict to, const bundle *b, const double *weight, gvc_int from,
                       gvc_int end)
{
    const double *c0 = b->column[0], *c1 = b->column[1], *c2 = b->column[2], *c3 = b->column[3];
    const double w0 = weight[0], w1 = weight[1], w2 = weight[2], w3 = weight[3];

    for (gvc_int i = from; i < end; i++)
        to[i] = to[i] + w0 * c0[i] + w1 * c1[i] + w2 * c2[i] + w3 * c3[i];
}

/* sum_k += y'column_k. */
static void sum_bundle(double *sum, const bundle *b, const double *y, gvc_int from, gvc_int end)
{
    const double *c0 = b->column[0], *c1 = b->column[1], *c2 = b->column[2], *c3 = b->column[3];
    double s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];

    for (gvc_int i = from; i < end; i++) {
        s0 += y[i] * c0[i];
        s1 += y[i] * c1[i];
        s2 += y[i] * c2[i];
        s3 += y[i] * c3[i];
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
}

/* ---- by importer ---- */

/* The columns of one unit, for all rows, or for some where they are many. */
typedef struct task {
    gvc_int unit, first, end; /* countries of rows */
} task;

static gvc_int countries_abreast(const gvc_model *m)
{
    return m->system->N < ROWS ? ROWS / m->system->N : 1;
}

static gvc_int count_tasks(const gvc_model *m)
{
    const gvc_int step = countries_abreast(m);

    return m->U * ((m->system->G + step - 1) / step);
}

/* Returns 0 where another task does all of it. */
static int take_task(const gvc_model *m, gvc_int number, task *t)
{
    const gvc_int step = countries_abreast(m), place = number / m->U;

    t->unit = number % m->U;
    if (m->local[t->unit].rows <= ROWS) {
        t->first = 0;
        t->end = m->system->G;
        return place == 0;
    }
    t->first = place * step;
    t->end = least(m->system->G, t->first + step);
    return 1;
}

static void clear_rows(double *column, gvc_int from, gvc_int end)
{
    if (end > from)
        memset(column + from, 0, (size_t)(end - from) * sizeof *column);
}

/* What the industries of a bundle buy of the rows of country c, for one sale. */
static void sell_bundle(const gvc_model *m, const gvc_sale *sale, const bundle *b, gvc_int c)
{
    const gvc_int N = m->system->N, s = m->unit[c * N], r = m->unit[b->first];
    gvc_int column = 0;
    double weight[ABREAST];

    if (s == r && !sale->own)
        return;
    if (sale->y.cols > 1)
        column = sale->by_importer ? r : s;
    weigh(m, b, sale->y.a + column * sale->y.ld, weight);
    add_bundle(sale->out.a + r * sale->out.ld, b, weight, c * N, (c + 1) * N);
}

static void sell_task(const gvc_model *m, const gvc_sale *sales, gvc_int n, const task *t)
{
    const gvc_int N = m->system->N;

    for (gvc_int k = 0; k < n; k++)
        clear_rows(sales[k].out.a + t->unit * sales[k].out.ld, t->first * N, t->end * N);
    for (gvc_int k = m->units->first[t->unit]; k < m->units->first[t->unit + 1]; k++) {
        const gvc_int first = m->units->member[k] * N;

        for (gvc_int j = first; j < first + N; j += ABREAST) {
            const bundle b = bundle_from(m, j);

            for (gvc_int c = t->first; c < t->end; c++)
                for (gvc_int e = 0; e < n; e++)
                    sell_bundle(m, &sales[e], &b, c);
        }
    }
}

void gvc_model__sell(gvc_ctx *ctx, const gvc_model *m, const gvc_sale *sales, gvc_int n)
{
    const gvc_int tasks = n > 0 ? count_tasks(m) : 0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int number = 0; number < tasks; number++) {
        task t;

        if (take_task(m, number, &t))
            sell_task(m, sales, n, &t);
    }
}

void gvc_model__by_importer(gvc_ctx *ctx, const gvc_model *m, gvc_view out, const double *y,
                            int own)
{
    const gvc_int n = m->system->n;

    gvc_model__sell(ctx, m, &(gvc_sale){ out, { (double *)y, n, 1, n }, own, 0 }, 1);
}

void gvc_model__homeward(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view W)
{
    gvc_model__sell(ctx, m, &(gvc_sale){ out, W, 0, 0 }, 1);
}

/* ---- by exporter ---- */

static void export_bundle(const gvc_model *m, gvc_view out, const double *y, const bundle *b)
{
    const gvc_system *sys = m->system;

    for (gvc_int s = 0; s < m->U; s++)
        clear_rows(out.a + s * out.ld, b->first, b->first + b->n);
    for (gvc_int c = 0; c < sys->G; c++) {
        const gvc_int from = c * sys->N, s = m->unit[from];
        double sum[ABREAST] = { 0 };

        if (s == m->unit[b->first])
            continue;
        sum_bundle(sum, b, y, from, from + sys->N);
        for (gvc_int k = 0; k < b->n; k++)
            out.a[b->first + k + s * out.ld] += sum[k] * sys->xinv[b->first + k];
    }
}

void gvc_model__by_exporter(gvc_ctx *ctx, const gvc_model *m, gvc_view out, const double *y)
{
    const gvc_int N = m->system->N;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < m->system->G; c++)
        for (gvc_int j = c * N; j < (c + 1) * N; j += ABREAST) {
            const bundle b = bundle_from(m, j);

            export_bundle(m, out, y, &b);
        }
}

/* ---- sums of inputs from other units, from the own one, or from all ---- */

typedef enum source { HOME, FOREIGN, ANYWHERE } source;

/* Whether the products of country c come to `unit` from there. */
static int is_wanted(const gvc_model *m, source from, gvc_int unit, gvc_int c)
{
    return from == ANYWHERE || (m->unit[c * m->system->N] == unit) == (from == HOME);
}

/* The rows of countries first .. end. */
static void buy(const gvc_model *m, source from, gvc_view out, gvc_view y, gvc_int first,
                gvc_int end)
{
    const gvc_int N = m->system->N;
    gvc_int next;

    for (gvc_int k = 0; k < out.cols; k++)
        clear_rows(out.a + k * out.ld, first * N, end * N);
    for (gvc_int j = 0; j < m->system->n; j = next) {
        const bundle b = bundle_from(m, j);

        next = j + b.n;
        for (gvc_int k = 0; k < out.cols; k++) {
            double weight[ABREAST];

            weigh(m, &b, y.a + k * y.ld, weight);
            for (gvc_int c = first; c < end; c++)
                if (is_wanted(m, from, m->unit[j], c))
                    add_bundle(out.a + k * out.ld, &b, weight, c * N, (c + 1) * N);
        }
    }
}

/* The costs of the industries of a bundle: a sum for each country of origin, and that of them. */
static void charge(const gvc_model *m, source from, gvc_view out, gvc_view y, const bundle *b)
{
    const gvc_int N = m->system->N;

    for (gvc_int k = 0; k < out.cols; k++) {
        double all[ABREAST] = { 0 };

        for (gvc_int c = 0; c < m->system->G; c++) {
            double sum[ABREAST] = { 0 };

            if (!is_wanted(m, from, m->unit[b->first], c))
                continue;
            sum_bundle(sum, b, y.a + k * y.ld, c * N, (c + 1) * N);
            for (gvc_int e = 0; e < ABREAST; e++)
                all[e] += sum[e];
        }
        for (gvc_int e = 0; e < b->n; e++)
            out.a[b->first + e + k * out.ld] = all[e] * m->system->xinv[b->first + e];
    }
}

static void sum_inputs(gvc_ctx *ctx, const gvc_model *m, source from, int transposed, gvc_view out,
                       gvc_view y)
{
    const gvc_int G = m->system->G, N = m->system->N, step = countries_abreast(m);

    if (transposed) {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int c = 0; c < G; c++)
            for (gvc_int j = c * N; j < (c + 1) * N; j += ABREAST) {
                const bundle b = bundle_from(m, j);

                charge(m, from, out, y, &b);
            }
    } else {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int c = 0; c < G; c += step)
            buy(m, from, out, y, c, least(G, c + step));
    }
}

void gvc_model__inputs(gvc_ctx *ctx, const gvc_model *m, int foreign, int transposed, gvc_view out,
                       gvc_view y)
{
    sum_inputs(ctx, m, foreign ? FOREIGN : HOME, transposed, out, y);
}

/* A product with few columns takes as long as reading Z. */
void gvc_model__times_A(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view y)
{
    if (y.cols <= FEW)
        sum_inputs(ctx, m, ANYWHERE, 0, out, y);
    else
        gvc_la__times(out, m->system->table->Z, m->system->xinv, y, gvc_ctx_threads(ctx));
}

void gvc_model__times_A_t(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view y)
{
    if (y.cols <= FEW)
        sum_inputs(ctx, m, ANYWHERE, 1, out, y);
    else
        gvc_la__times_t(out, m->system->table->Z, m->system->xinv, y, gvc_ctx_threads(ctx));
}
