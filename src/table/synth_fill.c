#include "table/synth.h"

#include <math.h>

enum {
    ROWS = 256,  /* rows added up by one task */
    BUYERS = 512 /* buyers whose needs one task fills: a page of each seller */
};

/* Z_(s,k),j = m[k; s, r] a[k; j] x_j of product k and buyers `first` to `end` - 1. */
static void fill_product(gvc_view Zt, const synth_year *y, gvc_int k, gvc_int first, gvc_int end)
{
    const gvc_int N = y->N;
    double needs[BUYERS];

    for (gvc_int j = first; j < end; j++)
        needs[j - first] = y->tech[k + j * N] * y->x[j];
    for (gvc_int i = k; i < y->n; i += N)
        for (gvc_int r = first / N; r * N < end; r++) {
            const gvc_int from = r * N > first ? r * N : first;
            const gvc_int to = (r + 1) * N < end ? (r + 1) * N : end;
            const double share = y->to_industry.a[i + r * y->to_industry.ld];

            for (gvc_int j = from; j < to; j++)
                Zt.a[j + i * Zt.ld] = share * needs[j - first];
        }
}

/* Final demand of country r by category. The market shares stand in its first column, so that one
 * is written last. Stocks go either way; here and there capital goods are sold off. */
static void fill_final(gvc_view FD, const synth_year *y, gvc_int r)
{
    const gvc_synth *synth = y->synth;
    double *first = FD.a + r * SYNTH_CATEGORIES * FD.ld;
    const gvc_int move = (gvc_int)(y->year - synth->opts.first_year) * y->n;

    for (gvc_int i = 0; i < y->n; i++) {
        const gvc_int k = i % y->N;
        const double *use = synth->products[synth->product[k]].use;
        const double bought = first[i] * y->final[k + r * y->N];
        const double stocks = 0.02 * bought * gvc_synth__normal(synth, SYNTH_STOCKS, move + i, r);
        const double sold_off =
            gvc_synth__uniform(synth, SYNTH_DISPOSAL, move + i, r) < 0.002 ? -0.02 * bought : 0.0;
        const double capital = sold_off < 0.0 ? sold_off : use[2] * bought;
        const double government = use[1] * bought;

        first[i + FD.ld] = government;
        first[i + 2 * FD.ld] = capital;
        first[i + 3 * FD.ld] = stocks;
        first[i] = bought - government - capital - stocks;
    }
}

/* Add `value` to `sum`; what is lost to rounding goes to `lost` (Neumaier). */
static inline void add_exactly(double *sum, double *lost, double value)
{
    const double now = *sum + value;

    *lost += fabs(*sum) >= fabs(value) ? (*sum - now) + value : (value - now) + *sum;
    *sum = now;
}

/* x of some rows: everything they sell. */
static void add_up_rows(double *x, const gvc_table *table, gvc_int first, gvc_int rows)
{
    const gvc_view Zt = table->Zt, FD = table->FD;
    double lost[ROWS];

    for (gvc_int i = 0; i < rows; i++) {
        const double *sales = Zt.a + (first + i) * Zt.ld;
        double sum = 0.0, rest = 0.0;

        for (gvc_int j = 0; j < Zt.rows; j++)
            add_exactly(&sum, &rest, sales[j]);
        x[i] = sum;
        lost[i] = rest;
    }
    for (gvc_int j = 0; j < FD.cols; j++)
        for (gvc_int i = 0; i < rows; i++)
            add_exactly(&x[i], &lost[i], FD.a[first + i + j * FD.ld]);
    for (gvc_int i = 0; i < rows; i++)
        x[i] += lost[i];
}

void gvc_synth__fill(gvc_ctx *ctx, gvc_table *table, const synth_year *y)
{
    const gvc_int n = y->n, blocks = (n + ROWS - 1) / ROWS, strips = (n + BUYERS - 1) / BUYERS;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < y->G; r++)
        fill_final(table->FD, y, r);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int task = 0; task < y->N * strips; task++) {
        const gvc_int first = task % strips * BUYERS;

        fill_product(table->Zt, y, task / strips, first, n - first < BUYERS ? n : first + BUYERS);
    }
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int b = 0; b < blocks; b++) {
        const gvc_int first = b * ROWS;

        add_up_rows(table->x + first, table, first, n - first < ROWS ? n - first : ROWS);
    }
    gvc_table__residual_va(ctx, table);
}
