#include "literal_decomp.h"

#include <stdlib.h>

const char *const literal_bm_names[LIT_BM_N] = { "dc",  "dva", "vax", "ref", "imbal",
                                                 "ddc", "fva", "fdc", "fc",  "davax" };
const char *const literal_kww_names[LIT_KWW_N] = { "dva_fin", "dva_int", "dva_intrex",
                                                   "rdv_fin", "rdv_int", "ddc",
                                                   "fva_fin", "fva_int", "fdc" };
const char *const literal_vs_names[LIT_VS_N] = { "vs", "vs_hiy", "vs1", "vs1star", "vs1star_fin" };

/* The matrix with everything but the blocks (row unit, column unit) that are asked set to 0.
 * NONE stands for all units, a negative number -1 - u for all but u. */
enum { ALL = 1 << 20 };

static int picks(gvc_int which, gvc_int unit)
{
    return which == ALL || (which >= 0 ? unit == which : unit != -1 - which);
}

static gvc_int but(gvc_int u)
{
    return -1 - u;
}

static double *part(const literal *lit, const double *m, gvc_int rows, gvc_int cols)
{
    double *p = literal_matrix(lit->n, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if (picks(rows, lit->unit[i]) && picks(cols, lit->unit[j]))
                p[i + j * lit->n] = m[i + j * lit->n];
    return p;
}

/* A vector over the rows of some units, zero elsewhere. */
static double *rows_of(const literal *lit, const double *y, gvc_int which)
{
    double *p = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        if (picks(which, lit->unit[i]))
            p[i] = y[i];
    return p;
}

/* m y, and row vector y times m; both free y, so that they nest. */
static double *apply(const literal *lit, const double *m, double *y)
{
    double *p = literal_times(m, y, lit->n, lit->n, 1);

    free(y);
    return p;
}

static double *apply_row(const literal *lit, double *y, const double *m)
{
    double *p = literal_times(y, m, 1, lit->n, lit->n);

    free(y);
    return p;
}

/* The same with only a part of m. */
static double *apply_part(const literal *lit, const double *m, gvc_int rows, gvc_int cols,
                          double *y)
{
    double *p = part(lit, m, rows, cols), *z = apply(lit, p, y);

    free(p);
    return z;
}

static double *apply_row_part(const literal *lit, double *y, const double *m, gvc_int rows,
                              gvc_int cols)
{
    double *p = part(lit, m, rows, cols), *z = apply_row(lit, y, p);

    free(p);
    return z;
}

static double dot(const literal *lit, double *a, double *b)
{
    double sum = 0;

    for (gvc_int i = 0; i < lit->n; i++)
        sum += a[i] * b[i];
    free(a);
    free(b);
    return sum;
}

static double *column(const literal *lit, const double *m, gvc_int c)
{
    return rows_of(lit, m + c * lit->n, ALL);
}

/* (I - A)^-1 with the sales of s abroad struck out. */
static double *struck_out(const literal *lit, gvc_int s)
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

/* What s sells to r and absorber l ends up with: A_sr (B F_l)_r, and F_sr where l = r. `W` is
 * freed. */
static double *flow_by_absorber(const literal *lit, gvc_int s, gvc_int r, double *W, int is_r)
{
    double *d = apply_part(lit, lit->A, s, r, W);

    for (gvc_int i = 0; is_r && i < lit->n; i++)
        if (lit->unit[i] == s)
            d[i] += lit->F[i + r * lit->n];
    return d;
}

/* terms[t] += coefficient # flow, in the column of r; both are freed when `last`. */
static void book(const literal *lit, double *term, const double *coefficient, double *flow,
                 gvc_int r)
{
    for (gvc_int i = 0; i < lit->n; i++)
        term[i + r * lit->n] += coefficient[i] * flow[i];
    free(flow);
}

struct coefficients {
    double *dc, *fc, *vl, *fva, *ddc, *fdc;
};

/* By the first passage of the border: value added V B^(struck), double counting what passes it
 * again, V B^(struck)_.s times the round trip A_s,off B_off,s. */
static struct coefficients coefficients_of(const literal *lit, gvc_int s)
{
    double *b = struck_out(lit, s);
    struct coefficients c;

    c.dc = apply_row_part(lit, rows_of(lit, lit->v, s), lit->B, s, s);
    c.fc = apply_row_part(lit, rows_of(lit, lit->v, but(s)), lit->B, but(s), s);
    c.vl = apply_row_part(lit, rows_of(lit, lit->v, s), b, s, s);
    c.fva = apply_row_part(lit, rows_of(lit, lit->v, but(s)), b, but(s), s);
    c.ddc = apply_row_part(lit, rows_of(lit, c.vl, ALL), lit->A, s, but(s));
    c.ddc = apply_row_part(lit, c.ddc, lit->B, but(s), s);
    c.fdc = apply_row_part(lit, rows_of(lit, c.fva, ALL), lit->A, s, but(s));
    c.fdc = apply_row_part(lit, c.fdc, lit->B, but(s), s);
    free(b);
    return c;
}

static void free_coefficients(struct coefficients c)
{
    free(c.dc);
    free(c.fc);
    free(c.vl);
    free(c.fva);
    free(c.ddc);
    free(c.fdc);
}

static void book_flow(const literal *lit, double *terms[LIT_BM_N], struct coefficients c, gvc_int s,
                      gvc_int r)
{
    const double *E = lit->E + r * lit->n;
    double *direct;

    book(lit, terms[LIT_DC], c.dc, rows_of(lit, E, s), r);
    book(lit, terms[LIT_FC], c.fc, rows_of(lit, E, s), r);
    book(lit, terms[LIT_DVA], c.vl, rows_of(lit, E, s), r);
    book(lit, terms[LIT_FVA], c.fva, rows_of(lit, E, s), r);
    book(lit, terms[LIT_DDC], c.ddc, rows_of(lit, E, s), r);
    book(lit, terms[LIT_FDC], c.fdc, rows_of(lit, E, s), r);
    for (gvc_int l = 0; l < lit->U; l++) {
        double *W = apply(lit, lit->B, column(lit, lit->F, l));

        book(lit, terms[l == s ? LIT_REF : LIT_VAX], c.vl, flow_by_absorber(lit, s, r, W, l == r),
             r);
    }
    book(lit, terms[LIT_IMBAL], c.vl,
         flow_by_absorber(lit, s, r, apply(lit, lit->B, rows_of(lit, lit->u, ALL)), 0), r);
    direct = apply(lit, lit->L, rows_of(lit, lit->F + r * lit->n, r));
    book(lit, terms[LIT_DAVAX], c.vl, flow_by_absorber(lit, s, r, direct, 1), r);
}

void literal_bm_source(const literal *lit, double *terms[LIT_BM_N])
{
    for (int t = 0; t < LIT_BM_N; t++)
        terms[t] = literal_matrix(lit->n, lit->U);
    for (gvc_int s = 0; s < lit->U; s++) {
        const struct coefficients c = coefficients_of(lit, s);

        for (gvc_int r = 0; r < lit->U; r++)
            if (r != s)
                book_flow(lit, terms, c, s, r);
        free_coefficients(c);
    }
}

/* V_s B over the columns of `cols`, and the other origins' V B over the columns of s. */
static double *own_content(const literal *lit, gvc_int s, gvc_int cols)
{
    return apply_row_part(lit, rows_of(lit, lit->v, s), lit->B, s, cols);
}

static double *foreign_content(const literal *lit, gvc_int s)
{
    return apply_row_part(lit, rows_of(lit, lit->v, but(s)), lit->B, but(s), s);
}

/* L_rr F_rr or L_rr E_r*. */
static double *local(const literal *lit, gvc_int r, int exports)
{
    return apply(lit, lit->L, rows_of(lit, exports ? lit->e : lit->F + r * lit->n, r));
}

static void kww_of_pair(const literal *lit, double *terms[LIT_KWW_N], gvc_int s, gvc_int r)
{
    const gvc_int n = lit->n;
    const double *F = lit->F;

    terms[LIT_DVA_FIN][s] += dot(lit, own_content(lit, s, s), rows_of(lit, F + r * n, s));
    terms[LIT_DVA_INT][s] += dot(lit, own_content(lit, s, r), rows_of(lit, F + r * n, r));
    for (gvc_int t = 0; t < lit->U; t++)
        if (t != s && t != r)
            terms[LIT_DVA_INTREX][s] +=
                dot(lit, own_content(lit, s, r), rows_of(lit, F + t * n, r));
    terms[LIT_RDV_FIN][s] += dot(lit, own_content(lit, s, r), rows_of(lit, F + s * n, r));
    terms[LIT_RDV_INT][s] +=
        dot(lit, own_content(lit, s, r), apply_part(lit, lit->A, r, s, local(lit, s, 0)));
    terms[LIT_KDDC][s] +=
        dot(lit, own_content(lit, s, r), apply_part(lit, lit->A, r, s, local(lit, s, 1)));
    terms[LIT_FVA_FIN][s] += dot(lit, foreign_content(lit, s), rows_of(lit, F + r * n, s));
    terms[LIT_FVA_INT][s] +=
        dot(lit, foreign_content(lit, s), apply_part(lit, lit->A, s, r, local(lit, r, 0)));
    terms[LIT_KFDC][s] +=
        dot(lit, foreign_content(lit, s), apply_part(lit, lit->A, s, r, local(lit, r, 1)));
}

void literal_kww(const literal *lit, double *terms[LIT_KWW_N])
{
    for (int t = 0; t < LIT_KWW_N; t++)
        terms[t] = literal_matrix(lit->U, 1);
    for (gvc_int s = 0; s < lit->U; s++)
        for (gvc_int r = 0; r < lit->U; r++)
            if (r != s)
                kww_of_pair(lit, terms, s, r);
}

void literal_vs(const literal *lit, double *terms[LIT_VS_N])
{
    for (int t = 0; t < LIT_VS_N; t++)
        terms[t] = literal_matrix(lit->U, 1);
    for (gvc_int s = 0; s < lit->U; s++) {
        double *imported = apply_part(lit, lit->A, but(s), s, local(lit, s, 1));

        for (gvc_int i = 0; i < lit->n; i++)
            terms[LIT_VS_HIY][s] += imported[i];
        free(imported);
        terms[LIT_VS][s] = dot(lit, foreign_content(lit, s), rows_of(lit, lit->e, s));
        terms[LIT_VS1][s] = dot(lit, own_content(lit, s, but(s)), rows_of(lit, lit->e, but(s)));
        terms[LIT_VS1STAR][s] = dot(lit, own_content(lit, s, but(s)), column(lit, lit->E, s));
        terms[LIT_VS1STAR_FIN][s] =
            dot(lit, own_content(lit, s, but(s)), rows_of(lit, lit->F + s * lit->n, but(s)));
    }
}

double *literal_jn(const literal *lit)
{
    double *vax = literal_times(lit->B, lit->F, lit->n, lit->n, lit->U);

    for (gvc_int l = 0; l < lit->U; l++)
        for (gvc_int i = 0; i < lit->n; i++)
            vax[i + l * lit->n] *= lit->unit[i] == l ? 0 : lit->v[i];
    return vax;
}
