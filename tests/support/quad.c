#include "quad.h"

#include "support.h"

#include <stdlib.h>

quad quad_abs(quad a)
{
    return a < 0 ? -a : a;
}

quad *quad_matrix(gvc_int m, gvc_int k)
{
    quad *a = calloc((size_t)(m * k) + 1, sizeof *a);

    assert_non_null(a);
    return a;
}

static void exchange(quad *a, quad *b)
{
    const quad keep = *a;

    *a = *b;
    *b = keep;
}

void quad_factorise(quad *a, gvc_int *pivot, gvc_int n)
{
    for (gvc_int k = 0; k < n; k++) {
        gvc_int p = k;

        for (gvc_int i = k + 1; i < n; i++)
            if (quad_abs(a[i + k * n]) > quad_abs(a[p + k * n]))
                p = i;
        pivot[k] = p;
        assert_true(a[p + k * n] != 0);
        for (gvc_int j = 0; j < n; j++)
            exchange(&a[k + j * n], &a[p + j * n]);
        for (gvc_int i = k + 1; i < n; i++)
            a[i + k * n] /= a[k + k * n];
        for (gvc_int j = k + 1; j < n; j++)
            for (gvc_int i = k + 1; i < n && a[k + j * n] != 0; i++)
                a[i + j * n] -= a[i + k * n] * a[k + j * n];
    }
}

static void solve_plain(const quad *a, const gvc_int *pivot, gvc_int n, quad *y)
{
    for (gvc_int k = 0; k < n; k++)
        exchange(&y[k], &y[pivot[k]]);
    for (gvc_int k = 0; k < n; k++)
        for (gvc_int i = k + 1; i < n; i++)
            y[i] -= a[i + k * n] * y[k];
    for (gvc_int k = n - 1; k >= 0; k--) {
        y[k] /= a[k + k * n];
        for (gvc_int i = 0; i < k; i++)
            y[i] -= a[i + k * n] * y[k];
    }
}

static void solve_transposed(const quad *a, const gvc_int *pivot, gvc_int n, quad *y)
{
    for (gvc_int k = 0; k < n; k++) {
        for (gvc_int i = 0; i < k; i++)
            y[k] -= a[i + k * n] * y[i];
        y[k] /= a[k + k * n];
    }
    for (gvc_int k = n - 1; k >= 0; k--)
        for (gvc_int i = k + 1; i < n; i++)
            y[k] -= a[i + k * n] * y[i];
    for (gvc_int k = n - 1; k >= 0; k--)
        exchange(&y[k], &y[pivot[k]]);
}

void quad_solve(const quad *a, const gvc_int *pivot, gvc_int n, int transposed, quad *y)
{
    if (transposed)
        solve_transposed(a, pivot, n, y);
    else
        solve_plain(a, pivot, n, y);
}
