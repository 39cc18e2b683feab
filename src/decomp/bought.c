#include "decomp/bought.h"

#include "base/labels.h"
#include "base/mem.h"
#include "decomp/sum.h"
#include "la/blas.h"

static gvc_int products_of(const gvc_model *model)
{
    return gvc_labels_n(gvc_edition_sectors(gvc_table_edition(gvc_model_table(model))));
}

gvc_int gvc_bought__pairs(const gvc_model *model)
{
    return gvc_model_U(model) * products_of(model) + (gvc_model_has_disc(model) != 0);
}

gvc_status gvc_bought__reach(gvc_ctx *ctx, const gvc_model *model, const double *c, gvc_view reach)
{
    const gvc_view sold = gvc_mem__matrix(ctx, reach.rows, reach.cols);

    if (!sold.a)
        return GVC_ENOMEM;
    gvc_model__by_exporter(ctx, model, sold, c);
    gvc_la__times_t(reach, NULL, gvc_model_get(model, GVC_Q_B), NULL, sold, gvc_ctx_threads(ctx));
    gvc_mem__free(sold.a);
    return GVC_OK;
}

/* What l pays for product p, whoever made it. */
static double paid(const gvc_site *site, const double *c, gvc_view reach, gvc_int l, gvc_int p)
{
    const gvc_view F = gvc_model_F(site->model);
    const gvc_int N = products_of(site->model), s = site->s;
    gvc_sum sum = { 0 };

    for (gvc_int j = p; j < F.rows; j += N) {
        const double final = F.a[j + l * F.ld];

        gvc_sum__add(&sum, reach.a[j + s * reach.ld] * final);
        if (l != s && site->unit_of[j] == s)
            gvc_sum__add(&sum, c[j] * final);
    }
    return gvc_sum__value(&sum);
}

/* The discrepancy takes output of s through others alone, and no product. */
static double taken(const gvc_site *site, gvc_view reach)
{
    const double *u = gvc_model_u(site->model);
    gvc_sum sum = { 0 };

    for (gvc_int j = 0; j < reach.rows; j++)
        gvc_sum__add(&sum, reach.a[j + site->s * reach.ld] * u[j]);
    return gvc_sum__value(&sum);
}

void gvc_bought__fill(gvc_ctx *ctx, const gvc_site *site, const double *c, gvc_view reach,
                      double *cells)
{
    const gvc_int U = gvc_model_U(site->model), N = products_of(site->model);

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int l = 0; l < U; l++)
        for (gvc_int p = 0; p < N; p++)
            cells[l * N + p] = paid(site, c, reach, l, p);
    if (gvc_model_has_disc(site->model))
        cells[U * N] = taken(site, reach);
}
