#include "index/dense.h"

#include "base/mem.h"
#include "la/lu.h"

#include <math.h>

#define SINGULAR 1e-13 /* reciprocal of the condition number below which values are noise */

static double largest_column_sum(gvc_view M)
{
    double norm = 0;

    for (gvc_int j = 0; j < M.cols; j++) {
        double sum = 0;

        for (gvc_int i = 0; i < M.rows; i++)
            sum += fabs(M.a[i + j * M.ld]);
        norm = fmax(norm, sum);
    }
    return norm;
}

static void fill_missing(gvc_view rhs)
{
    for (gvc_int j = 0; j < rhs.cols; j++)
        for (gvc_int i = 0; i < rhs.rows; i++)
            rhs.a[i + j * rhs.ld] = NAN;
}

gvc_status gvc_index__solve_dense(gvc_ctx *ctx, gvc_view M, gvc_view rhs)
{
    const double norm = largest_column_sum(M);
    const int threads = gvc_ctx_threads(ctx);
    const gvc_lu lu = { M, gvc_mem__alloc(ctx, M.rows, sizeof(int)) };
    double *work = gvc_mem__alloc(ctx, 4 * M.rows, sizeof *work);
    int *index = gvc_mem__alloc(ctx, M.rows, sizeof *index);
    gvc_status st = lu.pivot && work && index ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK && gvc_la__factorise(lu, threads) == 0 &&
        gvc_la__condition(lu, norm, work, index) > SINGULAR)
        gvc_la__solve(lu, 0, rhs, threads);
    else
        fill_missing(rhs);
    gvc_mem__free(lu.pivot);
    gvc_mem__free(work);
    gvc_mem__free(index);
    return st;
}
