#include "index/apl_pairs.h"

#include "base/mem.h"
#include "index/sums.h"
#include "la/blas.h"

/*
 * Rows i of B(B - I) and B - I for some sellers i: B(B - I) = B B - B is one product with B, and
 * off the diagonal it takes nothing large away, because (B B)_ij holds B_ij twice. On the diagonal
 * B_ii - 1 may be tiny, so it is summed as (A B)_ii, and [B(B - I)]_ii from it.
 */

/* Column c := row rows[c] of B. */
static void gather(gvc_ctx *ctx, gvc_view out, gvc_view B, const gvc_int *rows)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int j = 0; j < out.rows; j++)
        for (gvc_int c = 0; c < out.cols; c++)
            out.a[j + c * out.ld] = B.a[rows[c] + j * B.ld];
}

/* (A B)_ii */
static double return_once(const gvc_model *model, gvc_view B, gvc_int i)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model));
    const double *sales = Zt.a + i * Zt.ld, *column = B.a + i * B.ld;
    const double *xinv = gvc_model__xinv(model);
    double sum = 0, rest = 0;

    for (gvc_int k = 0; k < Zt.rows; k++)
        gvc_index__add(&sum, &rest, sales[k] * xinv[k] * column[k]);
    return sum + rest;
}

/* rounds (now column i of B'B') and flow (row i of B) less what is no round. */
static void drop_none(gvc_view B, gvc_int i, double own, double *rounds, double *flow)
{
    double sum = B.a[i + i * B.ld] * own, rest = 0;

    for (gvc_int k = 0; k < B.rows; k++)
        if (k != i)
            gvc_index__add(&sum, &rest, flow[k] * B.a[k + i * B.ld]);
    for (gvc_int j = 0; j < B.rows; j++)
        rounds[j] -= flow[j];
    rounds[i] = sum + rest;
    flow[i] = own;
}

static gvc_status fill(gvc_ctx *ctx, gvc_model *model, const gvc_int *rows, gvc_view *components)
{
    const gvc_view B = gvc_model_get(model, GVC_Q_B), rounds = components[0], flow = components[1];

    gather(ctx, flow, B, rows);
    gvc_la__times_t(rounds, NULL, B, NULL, flow, gvc_ctx_threads(ctx));
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int c = 0; c < flow.cols; c++)
        drop_none(B, rows[c], return_once(model, B, rows[c]), rounds.a + c * rounds.ld,
                  flow.a + c * flow.ld);
    return GVC_OK;
}

const gvc_sector_pair gvc_index__apl_pairs = { .needs = GVC_Q_B, .fill = fill };
