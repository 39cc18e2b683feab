#include "literal_perimeters.h"

#include <stdlib.h>

const char *const literal_perimeter_names[LIT_P_N] = { "dc",  "dva", "vax", "ref", "imbal",
                                                       "ddc", "fva", "fdc", "fc",  "vaxim" };

/* (I - A)^-1 without the sales of s to other units. */
static double *without_exports(const literal *lit, gvc_int s)
{
    unsigned char *keep = calloc((size_t)(lit->n * lit->n), 1);
    double *b;

    assert_non_null(keep);
    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            keep[i + j * lit->n] = lit->unit[i] != s || lit->unit[j] == s;
    b = literal_leontief(lit->A, keep, lit->n);
    free(keep);
    return b;
}

/* Value added in one unit of product i by way of `b`: of its own unit, or of all others. */
static double value_added(const literal *lit, const double *b, gvc_int i, int foreign)
{
    double sum = 0;

    for (gvc_int o = 0; o < lit->n; o++)
        if ((lit->unit[o] != lit->unit[i]) == foreign)
            sum += lit->v[o] * b[o + i * lit->n];
    return sum;
}

static double sold(const literal *lit, gvc_int i, gvc_int r, const double *y)
{
    double sum = 0;

    for (gvc_int j = 0; j < lit->n; j++)
        if (lit->unit[j] == r)
            sum += lit->A[i + j * lit->n] * y[j];
    return sum;
}

/* Output for absorber l (U: the discrepancy) once s sells nothing abroad for others. */
static double *output_for(const literal *lit, const double *b, gvc_int s, gvc_int l)
{
    double *y = literal_matrix(lit->n, 1), *x;

    for (gvc_int i = 0; i < lit->n; i++)
        y[i] = l == lit->U ? lit->u[i] : lit->unit[i] == s && l != s ? 0 : lit->F[i + l * lit->n];
    x = literal_times(b, y, lit->n, lit->n, 1);
    free(y);
    return x;
}

/* What the exports of s become in r, sold on by r, that comes back to s and leaves again:
 * L_rr A_r,off b E_s*. */
static double *coming_back(const literal *lit, const double *b, gvc_int s)
{
    const gvc_int n = lit->n;
    double *e = literal_matrix(n, 1), *off = literal_matrix(n, n), *x, *y, *back;

    for (gvc_int j = 0; j < n; j++) {
        e[j] = lit->unit[j] == s ? lit->e[j] : 0;
        for (gvc_int i = 0; i < n; i++)
            off[i + j * n] = lit->unit[i] == lit->unit[j] ? 0 : lit->A[i + j * n];
    }
    x = literal_times(b, e, n, n, 1);
    y = literal_times(off, x, n, n, 1);
    back = literal_times(lit->L, y, n, n, 1);
    free(e);
    free(off);
    free(x);
    free(y);
    return back;
}

static void book_last_exit(const literal *lit, double *terms[LIT_P_N], gvc_int i, gvc_int r,
                           gvc_int l, double phi)
{
    const gvc_int at = i + r * lit->n, s = lit->unit[i];
    const double dc = value_added(lit, lit->B, i, 0), fc = value_added(lit, lit->B, i, 1);
    const int where = l == s ? LIT_P_REF : l == lit->U ? LIT_P_IMBAL : LIT_P_VAX;

    terms[LIT_P_DVA][at] += dc * phi;
    terms[LIT_P_FVA][at] += fc * phi;
    terms[where][at] += dc * phi;
    if (l == r)
        terms[LIT_P_VAXIM][at] += dc * phi;
}

static void sink_of(const literal *lit, double *terms[LIT_P_N], gvc_int s)
{
    double *b = without_exports(lit, s), *back = coming_back(lit, b, s);

    for (gvc_int l = 0; l <= lit->U; l++) {
        double *x = output_for(lit, b, s, l);

        for (gvc_int i = 0; i < lit->n; i++)
            for (gvc_int r = 0; r < lit->U; r++)
                if (lit->unit[i] == s && r != s)
                    book_last_exit(lit, terms, i, r, l,
                                   sold(lit, i, r, x) + (l == r ? lit->F[i + r * lit->n] : 0));
        free(x);
    }
    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            if (lit->unit[i] == s && r != s) {
                const gvc_int at = i + r * lit->n;
                const double dc = value_added(lit, lit->B, i, 0);
                const double fc = value_added(lit, lit->B, i, 1);

                terms[LIT_P_DC][at] = dc * lit->E[at];
                terms[LIT_P_FC][at] = fc * lit->E[at];
                terms[LIT_P_DDC][at] = dc * sold(lit, i, r, back);
                terms[LIT_P_FDC][at] = fc * sold(lit, i, r, back);
            }
    free(b);
    free(back);
}

void literal_sink(const literal *lit, double *terms[LIT_P_N])
{
    for (int t = 0; t < LIT_P_N; t++)
        terms[t] = literal_matrix(lit->n, lit->U);
    for (gvc_int s = 0; s < lit->U; s++)
        sink_of(lit, terms, s);
}

/* (I - A)^-1 without what row i (or, without `sector`, its unit) sells to r (or to all abroad). */
static double *without_sales(const literal *lit, int sector, int pair, gvc_int i, gvc_int r)
{
    unsigned char *keep = calloc((size_t)(lit->n * lit->n), 1);
    double *b;

    assert_non_null(keep);
    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int k = 0; k < lit->n; k++) {
            const int seller = sector ? k == i : lit->unit[k] == lit->unit[i];
            const int buyer = pair ? lit->unit[j] == r : lit->unit[j] != lit->unit[i];

            keep[k + j * lit->n] = !(seller && buyer);
        }
    b = literal_leontief(lit->A, keep, lit->n);
    free(keep);
    return b;
}

static void book_first_passage(const literal *lit, double *terms[LIT_P_N], const double *b,
                               gvc_int i, gvc_int r, const double *W)
{
    const gvc_int n = lit->n, at = i + r * n, s = lit->unit[i];
    const double dc = value_added(lit, lit->B, i, 0), fc = value_added(lit, lit->B, i, 1);
    const double dva = value_added(lit, b, i, 0), fva = value_added(lit, b, i, 1);

    terms[LIT_P_DC][at] = dc * lit->E[at];
    terms[LIT_P_FC][at] = fc * lit->E[at];
    terms[LIT_P_DVA][at] = dva * lit->E[at];
    terms[LIT_P_FVA][at] = fva * lit->E[at];
    terms[LIT_P_DDC][at] = (dc - dva) * lit->E[at];
    terms[LIT_P_FDC][at] = (fc - fva) * lit->E[at];
    for (gvc_int l = 0; l <= lit->U; l++) {
        const double d = sold(lit, i, r, W + l * n) + (l == r ? lit->F[at] : 0);

        terms[l == s ? LIT_P_REF : l == lit->U ? LIT_P_IMBAL : LIT_P_VAX][at] += dva * d;
    }
}

void literal_own(const literal *lit, int sector, int pair, double *terms[LIT_P_N])
{
    const gvc_int n = lit->n, U = lit->U;
    double *Y = literal_matrix(n, U + 1), *W;

    for (gvc_int c = 0; c < n * U; c++)
        Y[c] = lit->F[c];
    for (gvc_int i = 0; i < n; i++)
        Y[i + n * U] = lit->u[i];
    W = literal_times(lit->B, Y, n, n, U + 1);
    for (int t = 0; t < LIT_P_N; t++)
        terms[t] = literal_matrix(n, U);
    for (gvc_int i = 0; i < n; i++)
        for (gvc_int r = 0; r < U; r++)
            if (r != lit->unit[i]) {
                double *b = without_sales(lit, sector, pair, i, r);

                book_first_passage(lit, terms, b, i, r, W);
                free(b);
            }
    free(Y);
    free(W);
}
