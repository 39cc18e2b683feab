#include "decomp/local.h"

#include "base/mem.h"
#include "la/view.h"

/* Where each row stands among the rows of its unit. */
static gvc_int *number_rows(gvc_ctx *ctx, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    gvc_int *place = gvc_mem__calloc(ctx, n + U, sizeof *place);

    /* Behind the rows: how many of each unit were met so far. */
    for (gvc_int i = 0; place && i < n; i++)
        place[i] = place[n + gvc_model__unit_of_row(model, i)]++;
    return place;
}

/* Columns from, from + 1, ... of every L_ss side by side, and their diagonal elements. */
static gvc_status take_columns(gvc_ctx *ctx, double *diagonal, gvc_view work, gvc_int from,
                               const gvc_model *model, const gvc_int *place)
{
    gvc_status st;

    for (gvc_int k = 0; k < work.cols; k++)
        for (gvc_int i = 0; i < work.rows; i++)
            work.a[i + k * work.ld] = place[i] == from + k;
    st = gvc_model__local(ctx, model, work);
    for (gvc_int i = 0; st == GVC_OK && i < work.rows; i++)
        if (place[i] >= from && place[i] < from + work.cols)
            diagonal[i] = work.a[i + (place[i] - from) * work.ld];
    return st;
}

/* All units are solved together, N columns at a time; a group has more than N. */
gvc_status gvc_decomp__local_diagonal(gvc_ctx *ctx, double **out, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), N = gvc_table_N(gvc_model_table(model));
    gvc_int *place = number_rows(ctx, model), most = 0;
    double *diagonal = gvc_mem__calloc(ctx, n, sizeof *diagonal);
    gvc_view work = gvc_mem__matrix(ctx, n, N);
    gvc_status st = place && diagonal && work.a ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        most = place[i] >= most ? place[i] + 1 : most;
    for (gvc_int from = 0; st == GVC_OK && from < most; from += N)
        st = take_columns(ctx, diagonal, work, from, model, place);
    gvc_mem__free(place);
    gvc_mem__free(work.a);
    if (st != GVC_OK) {
        gvc_mem__free(diagonal);
        diagonal = NULL;
    }
    *out = diagonal;
    return st;
}

gvc_status gvc_decomp__local_imported(gvc_ctx *ctx, double **out, const gvc_model *model,
                                      const double *y)
{
    const gvc_int n = gvc_model_n(model);
    double *sum = gvc_mem__alloc(ctx, n, sizeof *sum);
    gvc_status st = GVC_ENOMEM;

    if (sum) {
        gvc_model__inputs(ctx, model, 1, 1, gvc_view__vector(sum, n),
                          (gvc_view){ (double *)y, n, 1, n });
        st = gvc_model__local_t(ctx, model, gvc_view__vector(sum, n));
    }
    if (st != GVC_OK) {
        gvc_mem__free(sum);
        sum = NULL;
    }
    *out = sum;
    return st;
}
