#include "decomp/own.h"

#include "base/mem.h"
#include "la/lu.h"

/* Room for the largest unit. */
typedef struct room {
    double *block, *part;
    int *pivot;
} room;

static gvc_status refuse(gvc_ctx *ctx, const gvc_model *model, gvc_int s)
{
    return gvc_error__set(ctx, GVC_ESINGULAR,
                          "the own block of B is singular, so double counting of %s cannot be "
                          "told; check the table (gvc check)",
                          gvc_labels_code(gvc_units_labels(gvc_model_units(model)), s));
}

static gvc_status divide_unit(gvc_ctx *ctx, const gvc_model *model, gvc_int s, int transposed,
                              gvc_view y, room w)
{
    const gvc_view own = gvc_model_get(model, GVC_Q_BDIAG);
    gvc_int n_rows;
    const gvc_int *rows = gvc_model__rows_of(model, s, &n_rows);
    const gvc_lu lu = { { w.block, n_rows, n_rows, n_rows }, w.pivot };

    for (gvc_int k = 0; k < n_rows; k++)
        for (gvc_int i = 0; i < n_rows; i++)
            w.block[i + k * n_rows] = own.a[rows[i] + k * own.ld];
    for (gvc_int l = 0; l < y.cols; l++)
        for (gvc_int i = 0; i < n_rows; i++)
            w.part[i + l * n_rows] = y.a[rows[i] + l * y.ld];
    if (gvc_la__factorise(lu, gvc_ctx_threads(ctx)))
        return refuse(ctx, model, s);
    gvc_la__solve(lu, transposed, (gvc_view){ w.part, n_rows, y.cols, n_rows },
                  gvc_ctx_threads(ctx));
    for (gvc_int l = 0; l < y.cols; l++)
        for (gvc_int i = 0; i < n_rows; i++)
            y.a[rows[i] + l * y.ld] = w.part[i + l * n_rows];
    return GVC_OK;
}

gvc_status gvc_own__divide(gvc_ctx *ctx, const gvc_model *model, int transposed, gvc_view y)
{
    const gvc_int widest = gvc_model_get(model, GVC_Q_BDIAG).cols;
    const room w = { gvc_mem__alloc(ctx, widest * widest, sizeof *w.block),
                     gvc_mem__alloc(ctx, widest * y.cols, sizeof *w.part),
                     gvc_mem__alloc(ctx, widest, sizeof *w.pivot) };
    gvc_status st = w.block && w.part && w.pivot ? GVC_OK : GVC_ENOMEM;

    for (gvc_int s = 0; s < gvc_model_U(model) && st == GVC_OK; s++)
        st = divide_unit(ctx, model, s, transposed, y, w);
    gvc_mem__free(w.block);
    gvc_mem__free(w.part);
    gvc_mem__free(w.pivot);
    return st;
}
