#include "index/dense.h"

#include <math.h>

static gvc_int find_pivot(gvc_view M, gvc_int k)
{
    gvc_int best = k;

    for (gvc_int i = k + 1; i < M.rows; i++)
        if (fabs(M.a[i + k * M.ld]) > fabs(M.a[best + k * M.ld]))
            best = i;
    return best;
}

/* Exchange rows k and p of one column, then subtract the multiples of row k. */
static void eliminate(double *column, const double *multiple, gvc_int k, gvc_int p, gvc_int n)
{
    const double pivot = column[p];

    column[p] = column[k];
    column[k] = pivot;
    if (pivot == 0)
        return;
    for (gvc_int i = k + 1; i < n; i++)
        column[i] -= multiple[i] * pivot;
}

static void substitute_back(gvc_view M, double *y)
{
    for (gvc_int k = M.rows - 1; k >= 0; k--) {
        y[k] /= M.a[k + k * M.ld];
        for (gvc_int i = 0; i < k; i++)
            y[i] -= M.a[i + k * M.ld] * y[k];
    }
}

int gvc_index__solve_dense(gvc_ctx *ctx, gvc_view M, gvc_view rhs)
{
    const gvc_int n = M.rows;

    for (gvc_int k = 0; k < n; k++) {
        double *column = M.a + k * M.ld;
        const gvc_int p = find_pivot(M, k);
        const double pivot = column[p];

        if (!(fabs(pivot) > 0))
            return 0;
        column[p] = column[k];
        column[k] = pivot;
        for (gvc_int i = k + 1; i < n; i++)
            column[i] /= pivot;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static) if (n - k > 128)
        for (gvc_int j = k + 1; j < n; j++)
            eliminate(M.a + j * M.ld, column, k, p, n);
        for (gvc_int j = 0; j < rhs.cols; j++)
            eliminate(rhs.a + j * rhs.ld, column, k, p, n);
    }
    for (gvc_int j = 0; j < rhs.cols; j++)
        substitute_back(M, rhs.a + j * rhs.ld);
    return 1;
}
