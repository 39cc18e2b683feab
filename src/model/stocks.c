#include "model/system.h"

#include <string.h>

/*
 * Indices of position may be corrected for changes in inventories N: with s = x / (x - N) the
 * inputs of an industry's product are s times as large as the table has them, so that
 * (I - s^ A) y = b stands in the place of (I - A) y = b. That is (I - A + 1/s^ - I) y = b / s, a
 * system with another diagonal, and one column more where others are solved for.
 */

void gvc_model__inventories(const gvc_table *table, double *N)
{
    const gvc_view FD = table->FD;
    const gvc_int category = gvc_edition_inventory(table->edition);

    memset(N, 0, (size_t)FD.rows * sizeof *N);
    if (category < 0)
        return;
    for (gvc_int j = category; j < FD.cols; j += table->K)
        for (gvc_int i = 0; i < FD.rows; i++)
            N[i] += FD.a[i + j * FD.ld];
}

void gvc_model__inventory_scale(double *s, const double *x, const double *N, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        s[i] = x[i] != 0 && x[i] - N[i] > 0 ? x[i] / (x[i] - N[i]) : 1;
}

gvc_status gvc_system__know_stocks(gvc_ctx *ctx, gvc_system *sys)
{
    double *N;
    int has_any = 0;

    if (sys->knows_stocks)
        return GVC_OK;
    N = gvc_mem__alloc(ctx, sys->n, sizeof *N);
    if (!N)
        return GVC_ENOMEM;
    gvc_model__inventories(sys->table, N);
    for (gvc_int i = 0; i < sys->n; i++)
        has_any |= N[i] != 0;
    gvc_model__inventory_scale(N, sys->x, N, sys->n);
    for (gvc_int i = 0; i < sys->n; i++)
        N[i] = 1 / N[i] - 1;
    sys->knows_stocks = 1;
    if (has_any)
        sys->stocks = N;
    else
        gvc_mem__free(N);
    return GVC_OK;
}

void gvc_system__begin_corrected(const gvc_system *sys, int transposed, double *b)
{
    for (gvc_int i = 0; i < sys->n; i++)
        b[i] = transposed ? 1 : sys->x[i] * (1 + sys->stocks[i]);
}

gvc_status gvc_system__keep_corrected(gvc_ctx *ctx, gvc_system *sys, int transposed,
                                      const double *y)
{
    double *kept = gvc_mem__alloc(ctx, sys->n, sizeof *kept);

    if (!kept)
        return GVC_ENOMEM;
    memcpy(kept, y, (size_t)sys->n * sizeof *kept);
    sys->corrected[transposed] = kept;
    return GVC_OK;
}

const double *gvc_model__corrected(const gvc_model *model, int transposed)
{
    return model->system->corrected[transposed];
}
