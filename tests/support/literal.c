#include "support.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double *literal_matrix(gvc_int m, gvc_int k)
{
    double *a = calloc((size_t)(m * k) + 1, sizeof *a);

    assert_non_null(a);
    return a;
}

static gvc_int largest_below(const double *a, gvc_int n, gvc_int k)
{
    gvc_int p = k;

    for (gvc_int i = k + 1; i < n; i++)
        if (fabs(a[i + k * n]) > fabs(a[p + k * n]))
            p = i;
    return p;
}

static void swap_rows(double *a, gvc_int n, gvc_int p, gvc_int q)
{
    for (gvc_int j = 0; j < n; j++) {
        const double keep = a[p + j * n];

        a[p + j * n] = a[q + j * n];
        a[q + j * n] = keep;
    }
}

/* Clear column k of `a` by row k, doing the same to `b`. */
static void eliminate(double *a, double *b, gvc_int n, gvc_int k)
{
    const double pivot = a[k + k * n];

    assert_true(pivot != 0);
    for (gvc_int j = 0; j < n; j++) {
        a[k + j * n] /= pivot;
        b[k + j * n] /= pivot;
    }
    for (gvc_int i = 0; i < n; i++) {
        const double f = a[i + k * n];

        if (i == k || f == 0)
            continue;
        for (gvc_int j = 0; j < n; j++) {
            a[i + j * n] -= f * a[k + j * n];
            b[i + j * n] -= f * b[k + j * n];
        }
    }
}

double *literal_inverse(const double *a, gvc_int n)
{
    double *left = literal_matrix(n, n), *inverse = literal_matrix(n, n);

    memcpy(left, a, (size_t)(n * n) * sizeof *a);
    for (gvc_int k = 0; k < n; k++)
        inverse[k + k * n] = 1;
    for (gvc_int k = 0; k < n; k++) {
        const gvc_int p = largest_below(left, n, k);

        swap_rows(left, n, p, k);
        swap_rows(inverse, n, p, k);
        eliminate(left, inverse, n, k);
    }
    free(left);
    return inverse;
}

double *literal_leontief(const double *a, const unsigned char *keep, gvc_int n)
{
    double *system = literal_matrix(n, n), *inverse;

    for (gvc_int j = 0; j < n; j++)
        for (gvc_int i = 0; i < n; i++)
            system[i + j * n] = (i == j) - (!keep || keep[i + j * n] ? a[i + j * n] : 0);
    inverse = literal_inverse(system, n);
    free(system);
    return inverse;
}

double *literal_times(const double *a, const double *b, gvc_int m, gvc_int k, gvc_int p)
{
    double *c = literal_matrix(m, p);

    for (gvc_int j = 0; j < p; j++)
        for (gvc_int l = 0; l < k; l++)
            for (gvc_int i = 0; i < m; i++)
                c[i + j * m] += a[i + l * m] * b[l + j * k];
    return c;
}

double *literal_transpose(const double *a, gvc_int m, gvc_int k)
{
    double *t = literal_matrix(k, m);

    for (gvc_int j = 0; j < k; j++)
        for (gvc_int i = 0; i < m; i++)
            t[j + i * k] = a[i + j * m];
    return t;
}

static void read_table(literal *lit, const gvc_table *table, const gvc_units *units)
{
    const gvc_int n = lit->n, N = gvc_table_N(table), K = gvc_table_K(table);
    const gvc_view Zt = gvc_table_Zt(table), FD = gvc_table_FD(table);

    for (gvc_int i = 0; i < n; i++) {
        lit->unit[i] = units ? gvc_units_of(units, i / N) : i / N;
        lit->x[i] = gvc_table_x(table)[i];
        for (gvc_int j = 0; j < n; j++)
            lit->Z[i + j * n] = Zt.a[j + i * Zt.ld];
        for (gvc_int c = 0; c < gvc_table_G(table); c++)
            for (gvc_int k = 0; k < K; k++)
                lit->F[i + (units ? gvc_units_of(units, c) : c) * n] +=
                    FD.a[i + (c * K + k) * FD.ld];
    }
}

/* u, and what the balance does with it; then purchases of an industry without output are final use.
 */
static void prepare(literal *lit, gvc_balance balance)
{
    const gvc_int n = lit->n;
    double most = 0, off = 0;

    for (gvc_int i = 0; i < n; i++) {
        lit->u[i] = lit->x[i];
        for (gvc_int j = 0; j < n; j++)
            lit->u[i] -= lit->Z[i + j * n];
        for (gvc_int r = 0; r < lit->U; r++)
            lit->u[i] -= lit->F[i + r * n];
        most = fmax(most, lit->x[i]);
        off = fmax(off, fabs(lit->u[i]));
    }
    for (gvc_int i = 0; i < n; i++) {
        const double u = off <= 1e-9 * most ? 0 : lit->u[i];

        lit->u[i] = balance == GVC_BALANCE_KEEP ? u : 0;
        if (balance == GVC_BALANCE_ABSORB)
            lit->F[i + lit->unit[i] * n] += u;
        if (balance == GVC_BALANCE_ROWSUM)
            lit->x[i] -= u;
    }
    for (gvc_int j = 0; j < n; j++)
        for (gvc_int i = 0; i < n && lit->x[j] == 0; i++) {
            lit->F[i + lit->unit[j] * n] += lit->Z[i + j * n];
            lit->Z[i + j * n] = 0;
        }
}

static void fill_coefficients(literal *lit, const double *VA)
{
    const gvc_int n = lit->n;

    for (gvc_int j = 0; j < n; j++) {
        double cost = 0;

        for (gvc_int i = 0; i < n; i++) {
            lit->A[i + j * n] = lit->x[j] != 0 ? lit->Z[i + j * n] / lit->x[j] : 0;
            cost += lit->A[i + j * n];
        }
        lit->v[j] = lit->x[j] == 0 ? 0 : VA ? VA[j] / lit->x[j] : 1 - cost;
    }
    for (gvc_int i = 0; i < n; i++) {
        for (gvc_int j = 0; j < n; j++)
            lit->E[i + lit->unit[j] * n] += lit->Z[i + j * n];
        for (gvc_int r = 0; r < lit->U; r++) {
            lit->E[i + r * n] = r == lit->unit[i] ? 0 : lit->E[i + r * n] + lit->F[i + r * n];
            lit->e[i] += lit->E[i + r * n];
        }
    }
}

static void invert(literal *lit)
{
    const gvc_int n = lit->n;
    unsigned char *own = calloc((size_t)(n * n), 1);

    assert_non_null(own);
    for (gvc_int j = 0; j < n; j++)
        for (gvc_int i = 0; i < n; i++)
            own[i + j * n] = lit->unit[i] == lit->unit[j];
    lit->B = literal_leontief(lit->A, NULL, n);
    lit->L = literal_leontief(lit->A, own, n);
    free(own);
}

literal *literal_new(const gvc_table *table, const gvc_units *units, gvc_balance balance)
{
    const gvc_int n = gvc_table_n(table);
    const gvc_int U = units ? gvc_units_n(units) : gvc_table_G(table);
    literal *lit = calloc(1, sizeof *lit);

    assert_non_null(lit);
    lit->n = n;
    lit->U = U;
    lit->unit = calloc((size_t)n, sizeof *lit->unit);
    assert_non_null(lit->unit);
    lit->A = literal_matrix(n, n);
    lit->Z = literal_matrix(n, n);
    lit->F = literal_matrix(n, U);
    lit->E = literal_matrix(n, U);
    lit->x = literal_matrix(n, 1);
    lit->v = literal_matrix(n, 1);
    lit->u = literal_matrix(n, 1);
    lit->e = literal_matrix(n, 1);
    read_table(lit, table, units);
    prepare(lit, balance);
    fill_coefficients(lit, gvc_table_VA(table));
    invert(lit);
    return lit;
}

void literal_free(literal *lit)
{
    free(lit->unit);
    free(lit->A);
    free(lit->B);
    free(lit->L);
    free(lit->Z);
    free(lit->F);
    free(lit->E);
    free(lit->x);
    free(lit->v);
    free(lit->u);
    free(lit->e);
    free(lit);
}
