#include "index/flows.h"

#include "base/mem.h"
#include "la/view.h"

#include <string.h>

#define PANEL 256 /* rows a task: fixed, so results do not depend on the thread count */

void gvc_index__own(const gvc_model *model, double *out, gvc_view M)
{
    for (gvc_int i = 0; i < M.rows; i++)
        out[i] = M.a[i + gvc_model__unit_of_row(model, i) * M.ld];
}

void gvc_index__total(double *out, gvc_view M)
{
    memset(out, 0, (size_t)M.rows * sizeof *out);
    for (gvc_int r = 0; r < M.cols; r++)
        for (gvc_int i = 0; i < M.rows; i++)
            out[i] += M.a[i + r * M.ld];
}

void gvc_index__others(const gvc_model *model, double *out, gvc_view M)
{
    memset(out, 0, (size_t)M.rows * sizeof *out);
    for (gvc_int r = 0; r < M.cols; r++)
        for (gvc_int i = 0; i < M.rows; i++)
            if (gvc_model__unit_of_row(model, i) != r)
                out[i] += M.a[i + r * M.ld];
}

void gvc_index__scale(gvc_ctx *ctx, gvc_view out, const double *a, gvc_view M)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < M.cols; r++)
        for (gvc_int i = 0; i < M.rows; i++)
            out.a[i + r * out.ld] = a[i] * M.a[i + r * M.ld];
}

void gvc_index__drop_own(const gvc_model *model, gvc_view M)
{
    for (gvc_int i = 0; i < M.rows; i++)
        M.a[i + gvc_model__unit_of_row(model, i) * M.ld] = 0;
}

void gvc_index__sum_units(gvc_ctx *ctx, const gvc_model *model, gvc_view out, const double *a,
                          gvc_view M)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < M.cols; r++) {
        double *sum = out.a + r * out.ld;

        for (gvc_int s = 0; s < out.rows; s++)
            sum[s] = 0;
        for (gvc_int i = 0; i < M.rows; i++)
            sum[gvc_model__unit_of_row(model, i)] += (a ? a[i] : 1) * M.a[i + r * M.ld];
    }
}

gvc_int gvc_index__first_row(const gvc_model *model, gvc_int unit)
{
    gvc_int n_rows;

    return gvc_model__rows_of(model, unit, &n_rows)[0];
}

void gvc_index__own_content(const gvc_model *model, double *with_returns, double *without)
{
    const double *v = gvc_model_v(model), *output = gvc_model_get(model, GVC_Q_REX).a;

    gvc_index__own(model, with_returns, gvc_model_get(model, GVC_Q_BEX));
    for (gvc_int i = 0; i < gvc_model_n(model); i++) {
        with_returns[i] *= v[i];
        without[i] = v[i] * output[i];
    }
}

/* W[j, s] := sum over t != s and t != unit of j of BF[j, t], for the rows from `first` to `end`: a
 * running sum from the left and one from the right leave out column s. */
static void leave_out_each(const gvc_model *model, gvc_view W, gvc_view BF, gvc_int first,
                           gvc_int end)
{
    double run[PANEL] = { 0 };

    for (gvc_int s = 0; s < W.cols; s++)
        for (gvc_int j = first; j < end; j++) {
            W.a[j + s * W.ld] = run[j - first];
            if (gvc_model__unit_of_row(model, j) != s)
                run[j - first] += BF.a[j + s * BF.ld];
        }
    memset(run, 0, sizeof run);
    for (gvc_int s = W.cols - 1; s >= 0; s--)
        for (gvc_int j = first; j < end; j++) {
            W.a[j + s * W.ld] += run[j - first];
            if (gvc_model__unit_of_row(model, j) != s)
                run[j - first] += BF.a[j + s * BF.ld];
        }
}

gvc_status gvc_index__third(gvc_ctx *ctx, const gvc_model *model, gvc_view out)
{
    const gvc_view BF = gvc_model_get(model, GVC_Q_BF);
    const gvc_int panels = (BF.rows + PANEL - 1) / PANEL;
    const gvc_view W = gvc_mem__matrix(ctx, BF.rows, BF.cols);

    if (!W.a)
        return GVC_ENOMEM;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int p = 0; p < panels; p++) {
        const gvc_int first = p * PANEL, end = first + PANEL < BF.rows ? first + PANEL : BF.rows;

        leave_out_each(model, W, BF, first, end);
    }
    gvc_model__homeward(ctx, model, out, W);
    gvc_mem__free(W.a);
    return GVC_OK;
}

gvc_status gvc_index__imported(gvc_ctx *ctx, const gvc_model *model, double *out, double *y)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view column = gvc_view__vector(out, n);

    gvc_model__inputs(ctx, model, 1, 1, column, gvc_view__vector(y, n));
    return gvc_model__local_t(ctx, model, column);
}
