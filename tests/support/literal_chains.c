#include "literal_chains.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

gvc_table *chain_case(gvc_ctx *ctx, unsigned c)
{
    const gvc_int G = 1 + c % 5, N = 1 + c / 5 % 4;
    const unsigned flags = c < 4 ? RANDOM_PLAIN : c * 37 % 512;

    return random_table(ctx, c, G, N, G * N < 12 ? flags & ~(unsigned)RANDOM_NEGATIVE_VA : flags);
}

/* Compare one column of level sector with literal values; rounding is of the size of output. */
void chain_same(const gvc_frames *frames, const char *name, double *want, gvc_int n)
{
    const double *got = index_column(frames, "sector", name);
    double scale = *index_column(frames, "world", "gout");

    assert_int_equal(index_rows(frames, "sector", name), n);
    for (gvc_int i = 0; i < n; i++)
        scale += fabs(want[i]);
    for (gvc_int i = 0; i < n; i++)
        assert_near(got[i], want[i], 1e-11, scale);
    free(want);
}

/* A, split: `foreign` keeps what crosses a border, otherwise what does not. */
double *chain_inputs(const literal *lit, int foreign)
{
    double *out = literal_matrix(lit->n, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if ((lit->unit[i] != lit->unit[j]) == foreign)
                out[i + j * lit->n] = lit->A[i + j * lit->n];
    return out;
}

/* Final use by others (foreign) or by the own unit. */
double *chain_final_use(const literal *lit, int foreign)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            out[i] += (r != lit->unit[i]) == foreign ? lit->F[i + r * lit->n] : 0;
    return out;
}

double *chain_final_goods(const literal *lit)
{
    double *Y = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            Y[i] += lit->F[i + r * lit->n];
    return Y;
}

/* Products of a chain of n x n matrices with a column, from the right, and with a row, from the
 * left. The chain ends in NULL. */
double *chain_down(const literal *lit, const double *const *chain, const double *y)
{
    gvc_int k = 0;
    double *out = literal_matrix(lit->n, 1);

    memcpy(out, y, (size_t)lit->n * sizeof *out);
    while (chain[k])
        k++;
    while (k-- > 0) {
        double *next = literal_times(chain[k], out, lit->n, lit->n, 1);

        free(out);
        out = next;
    }
    return out;
}

double *chain_along(const literal *lit, const double *y, const double *const *chain)
{
    double *out = literal_matrix(1, lit->n);

    memcpy(out, y, (size_t)lit->n * sizeof *out);
    for (; *chain; chain++) {
        double *next = literal_times(out, *chain, 1, lit->n, lit->n);

        free(out);
        out = next;
    }
    return out;
}

double *chain_times(const double *a, const double *b, gvc_int n)
{
    double *out = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
    return out;
}

double *chain_sum(const double *a, const double *b, gvc_int n, double sign)
{
    double *out = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] + sign * b[i];
    return out;
}
