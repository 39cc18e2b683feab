#include "decomp/content.h"

#include "base/mem.h"
#include "decomp/sum.h"

#include <math.h>
#include <string.h>

/* What is this much of its flow is rounding where it is 0 by construction. */
#define ROUNDING 1e-12

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

/* Whether tau is 0 in every industry, and industries without output sell no inputs. */
static int has_residual_va(const gvc_model *model)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model));
    const double *x = gvc_model_x(model), *tau = gvc_model_tau(model);

    for (gvc_int j = 0; j < gvc_model_n(model); j++)
        if (tau[j] != 0)
            return 0;
    for (gvc_int i = 0; i < Zt.cols; i++)
        for (gvc_int j = 0; x[i] == 0 && j < Zt.rows; j++)
            if (Zt.a[j + i * Zt.ld] != 0 && x[j] != 0)
                return 0;
    return 1;
}

/* rest_j := 1 - dc_j - fc_j, settled. Returns whether each is what it is by construction. */
static int fill_rest(const gvc_model *model, const double *dc, const double *fc, double *rest)
{
    const double *x = gvc_model_x(model);
    const int is_residual = !gvc_model_satellite(model) && has_residual_va(model);
    int is_exact = is_residual;

    for (gvc_int j = 0; j < gvc_model_n(model); j++) {
        const double exact = x[j] == 0;

        rest[j] = 1 - dc[j] - fc[j];
        if (is_residual && fabs(rest[j] - exact) <= ROUNDING)
            rest[j] = exact;
        is_exact &= rest[j] == exact;
    }
    return is_exact;
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
    content->rest = cells + 2 * n;
    content->is_exact = fill_rest(model, cells, cells + n, cells + 2 * n);
    *state = content;
    return GVC_OK;
}

double gvc_content__left(const gvc_content *content, double left, double rest, double flow)
{
    return content->is_exact && fabs(left - rest) <= ROUNDING * fabs(flow) ? rest : left;
}

void gvc_content__release(void *state)
{
    gvc_content *content = state;

    if (content)
        gvc_mem__free((void *)content->dc);
    gvc_mem__free(content);
}
