#include "decomp/content.h"

#include "base/mem.h"
#include "decomp/sum.h"

#include <string.h>

/* What the products of one country hold, its rows first ... in VB, from all units but its own. */
static void add_foreign(gvc_view VB, gvc_int own, gvc_int first, gvc_int N, gvc_sum_list foreign)
{
    for (gvc_int j = 0; j < N; j++)
        foreign.head[j] = foreign.lost[j] = 0;
    for (gvc_int o = 0; o < VB.cols; o++)
        if (o != own)
            gvc_sum__add_each(foreign, gvc_decomp__at(VB, first, o), N);
    for (gvc_int j = 0; j < N; j++)
        foreign.head[j] += foreign.lost[j];
}

gvc_status gvc_content__prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), N = gvc_table_N(gvc_model_table(model));
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    gvc_content *content = gvc_mem__alloc(ctx, 1, sizeof *content);
    double *cells = gvc_mem__alloc(ctx, 3 * n, sizeof *cells);

    if (!content || !cells) {
        gvc_mem__free(content);
        gvc_mem__free(cells);
        return GVC_ENOMEM;
    }
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int j = 0; j < n; j += N) {
        const gvc_int own = gvc_model__unit_of_row(model, j);

        memcpy(cells + j, gvc_decomp__at(VB, j, own), (size_t)N * sizeof *cells);
        add_foreign(VB, own, j, N, (gvc_sum_list){ cells + n + j, cells + 2 * n + j });
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
