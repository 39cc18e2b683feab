#include "model/system.h"

#include "base/strip.h"
#include "la/blas.h"
#include "model/streams.h"

#include <string.h>

/* Each kernel reads Z' once, the sales of some industries abreast; a = Z diag(xinv) is never
 * formed. Rows and columns go by countries, which are in one unit each. */
/* CHUNK bundles are one task. */
enum { ABREAST = GVC_STREAM_ABREAST, CHUNK = 4, FEW = 2 };

/* Industries of one country whose sales are read abreast. Behind the last one the first stands
 * again. */
typedef struct bundle {
    gvc_int first, n;
    const double *sales[ABREAST];
} bundle;

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static bundle bundle_from(const gvc_model *m, gvc_int i)
{
    const gvc_view Zt = m->system->table->Zt;
    const gvc_int N = m->system->N;
    bundle b = { i, least(ABREAST, N - i % N), { NULL } };

    for (gvc_int k = 0; k < ABREAST; k++)
        b.sales[k] = Zt.a + (k < b.n ? i + k : i) * Zt.ld;
    return b;
}

/* Bundles of all countries, in the order of the industries. */
static gvc_int count_bundles(const gvc_model *m)
{
    return m->system->G * ((m->system->N + ABREAST - 1) / ABREAST);
}

static bundle bundle_number(const gvc_model *m, gvc_int k)
{
    const gvc_int N = m->system->N, each = (N + ABREAST - 1) / ABREAST;

    return bundle_from(m, k / each * N + k % each * ABREAST);
}

/* The part of y (n) that belongs to the bundle; 0 behind its end. */
static void take_part(const bundle *b, const double *y, double *part)
{
    for (gvc_int k = 0; k < ABREAST; k++)
        part[k] = k < b->n ? y[b->first + k] : 0;
}

static void clear_rows(double *column, gvc_int from, gvc_int end)
{
    memset(column + from, 0, (size_t)(end - from) * sizeof *column);
}

/* ---- by importer ---- */

/* What country c buys of the bundle, for one sale. */
static void sell_bundle(const gvc_model *m, const gvc_sale *sale, const bundle *b, gvc_int c)
{
    const gvc_int N = m->system->N, s = m->unit[b->first], r = m->unit[c * N];
    const gvc_int column = sale->y.cols == 1 ? 0 : sale->by_importer ? r : s;
    double sum[ABREAST] = { 0 };

    if (s == r && !sale->own)
        return;
    gvc_stream__sum(sum, b->sales, m->system->xinv, sale->y.a + column * sale->y.ld, c * N,
                    (c + 1) * N);
    for (gvc_int k = 0; k < b->n; k++)
        sale->out.a[b->first + k + r * sale->out.ld] += sum[k];
}

/* What all countries buy of the bundle. */
static void sell_to_all(const gvc_model *m, const gvc_sale *sales, gvc_int n, const bundle *b)
{
    for (gvc_int e = 0; e < n; e++)
        for (gvc_int r = 0; r < m->U; r++)
            clear_rows(sales[e].out.a + r * sales[e].out.ld, b->first, b->first + b->n);
    for (gvc_int c = 0; c < m->system->G; c++)
        for (gvc_int e = 0; e < n; e++)
            sell_bundle(m, &sales[e], b, c);
}

void gvc_model__sell(gvc_ctx *ctx, const gvc_model *m, const gvc_sale *sales, gvc_int n)
{
    const gvc_int bundles = n > 0 ? count_bundles(m) : 0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, CHUNK)
    for (gvc_int k = 0; k < bundles; k++) {
        const bundle b = bundle_number(m, k);

        sell_to_all(m, sales, n, &b);
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

/* to += what the industries of country c that have output buy. */
static void add_sales(const gvc_system *sys, gvc_int c, double *to)
{
    const gvc_view Zt = sys->table->Zt;
    const double *sales = sys->sales.a + c * sys->sales.ld;
    const gvc_int first = c * sys->N, end = first + sys->N;
    const int all = !memchr(sys->moved + first, 1, (size_t)sys->N);

    for (gvc_int i = 0; i < sys->n; i++) {
        double sold = all ? sales[i] : 0;

        for (gvc_int j = first; !all && j < end; j++)
            sold += sys->moved[j] ? 0 : Zt.a[j + i * Zt.ld];
        to[i] += sold;
    }
}

void gvc_model__sales(gvc_ctx *ctx, const gvc_model *m, gvc_view out)
{
    const gvc_system *sys = m->system;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int r = 0; r < m->U; r++) {
        clear_rows(out.a + r * out.ld, 0, sys->n);
        for (gvc_int k = m->units->first[r]; k < m->units->first[r + 1]; k++)
            add_sales(sys, m->units->member[k], out.a + r * out.ld);
    }
}

/* ---- by exporter ---- */

/* What unit s sells to the industries from .. end - 1. */
static void export_to(const gvc_model *m, double *restrict out, const double *y, gvc_int s,
                      gvc_int from, gvc_int end)
{
    const gvc_system *sys = m->system;
    const gvc_int N = sys->N;

    clear_rows(out, from, end);
    for (gvc_int k = m->units->first[s]; k < m->units->first[s + 1]; k++) {
        const gvc_int first = m->units->member[k] * N;

        for (gvc_int i = first; i < first + N; i += ABREAST) {
            const bundle b = bundle_from(m, i);
            double part[ABREAST];

            take_part(&b, y, part);
            gvc_stream__add(out, b.sales, part, from, end);
        }
    }
    for (gvc_int j = from; j < end; j++)
        out[j] = m->unit[j] == s ? 0 : out[j] * sys->xinv[j];
}

void gvc_model__by_exporter(gvc_ctx *ctx, const gvc_model *m, gvc_view out, const double *y)
{
    const gvc_int n = m->system->n, strip = gvc_strip(n, gvc_ctx_threads(ctx));
    const gvc_int strips = (n + strip - 1) / strip;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int task = 0; task < m->U * strips; task++) {
        const gvc_int s = task / strips, from = task % strips * strip;

        export_to(m, out.a + s * out.ld, y, s, from, least(n, from + strip));
    }
}

/* ---- sums of inputs from other units, from the own one, or from all ---- */

typedef enum source { HOME, FOREIGN, ANYWHERE } source;

/* Whether what country c makes goes to country d from there. */
static int is_wanted(const gvc_model *m, source from, gvc_int c, gvc_int d)
{
    const gvc_int N = m->system->N;

    return from == ANYWHERE || (m->unit[c * N] == m->unit[d * N]) == (from == HOME);
}

/* What the buyers take of the bundle: a sum for each country of them, and that of the sums. */
static void buy(const gvc_model *m, source from, gvc_view out, gvc_view y, const bundle *b)
{
    const gvc_int N = m->system->N;

    for (gvc_int k = 0; k < out.cols; k++) {
        double sum[ABREAST] = { 0 };

        for (gvc_int d = 0; d < m->system->G; d++)
            if (is_wanted(m, from, b->first / N, d))
                gvc_stream__sum(sum, b->sales, m->system->xinv, y.a + k * y.ld, d * N, (d + 1) * N);
        for (gvc_int e = 0; e < b->n; e++)
            out.a[b->first + e + k * out.ld] = sum[e];
    }
}

/* The costs of the industries of the countries first .. end - 1. */
static void charge(const gvc_model *m, source from, gvc_view out, gvc_view y, gvc_int first,
                   gvc_int end)
{
    const gvc_int N = m->system->N;
    gvc_int next;

    for (gvc_int k = 0; k < out.cols; k++)
        clear_rows(out.a + k * out.ld, first * N, end * N);
    for (gvc_int i = 0; i < m->system->n; i = next) {
        const bundle b = bundle_from(m, i);

        next = i + b.n;
        for (gvc_int k = 0; k < out.cols; k++) {
            double part[ABREAST];

            take_part(&b, y.a + k * y.ld, part);
            for (gvc_int d = first; d < end; d++)
                if (is_wanted(m, from, i / N, d))
                    gvc_stream__add(out.a + k * out.ld, b.sales, part, d * N, (d + 1) * N);
        }
    }
    for (gvc_int k = 0; k < out.cols; k++)
        for (gvc_int j = first * N; j < end * N; j++)
            out.a[j + k * out.ld] *= m->system->xinv[j];
}

static void sum_inputs(gvc_ctx *ctx, const gvc_model *m, source from, int transposed, gvc_view out,
                       gvc_view y)
{
    const gvc_int G = m->system->G, N = m->system->N;
    const gvc_int strip = gvc_strip(m->system->n, gvc_ctx_threads(ctx));
    const gvc_int step = N < strip ? strip / N : 1;

    if (transposed) {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int c = 0; c < G; c += step)
            charge(m, from, out, y, c, least(G, c + step));
    } else {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, CHUNK)
        for (gvc_int k = 0; k < count_bundles(m); k++) {
            const bundle b = bundle_number(m, k);

            buy(m, from, out, y, &b);
        }
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
        gvc_system__times_A(ctx, m->system, 0, out, y);
}

void gvc_model__times_A_t(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view y)
{
    if (y.cols <= FEW)
        sum_inputs(ctx, m, ANYWHERE, 1, out, y);
    else
        gvc_system__times_A(ctx, m->system, 1, out, y);
}

void gvc_system__times_A(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view out,
                         gvc_view y)
{
    if (transposed)
        gvc_la__times(out, sys->xinv, sys->table->Zt, NULL, y, gvc_ctx_threads(ctx));
    else
        gvc_la__times_t(out, NULL, sys->table->Zt, sys->xinv, y, gvc_ctx_threads(ctx));
}
