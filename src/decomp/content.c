#include "decomp/content.h"

#include "base/mem.h"
#include "decomp/sum.h"

gvc_status gvc_content__prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    gvc_content *content = gvc_mem__alloc(ctx, 1, sizeof *content);
    double *cells = gvc_mem__alloc(ctx, 2 * n, sizeof *cells);

    if (!content || !cells) {
        gvc_mem__free(content);
        gvc_mem__free(cells);
        return GVC_ENOMEM;
    }
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int j = 0; j < n; j++) {
        const gvc_int own = gvc_model__unit_of_row(model, j);
        gvc_sum foreign = { 0 };

        for (gvc_int o = 0; o < U; o++)
            if (o != own)
                gvc_sum__add(&foreign, VB.a[j + o * VB.ld]);
        cells[j] = VB.a[j + own * VB.ld];
        cells[n + j] = gvc_sum__value(&foreign);
    }
    content->dc = cells;
    content->fc = cells + n;
    *state = content;
    return GVC_OK;
}

void gvc_content__release(void *state)
{
    gvc_content *content = state;

    if (content)
        gvc_mem__free((void *)content->dc);
    gvc_mem__free(content);
}
