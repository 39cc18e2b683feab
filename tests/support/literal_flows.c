#include "literal_decomp.h"

#include <stdlib.h>

const char *const literal_tiva_names[LIT_TIVA_N] = { "exgr",       "exgr_int", "exgr_fnl",
                                                     "exgr_dva",   "exgr_ddc", "exgr_idc",
                                                     "exgr_rim",   "exgr_fva", "exgr_intdva",
                                                     "exgr_fnldva" };
const char *const literal_my_names[LIT_MY_N] = { "dva", "ddc", "fdc1", "fdc2" };
const char *const literal_bmt_names[LIT_BMT_N] = { "davax", "gvc", "gvc_pb", "gvc_ts", "gvc_pf" };

static void new_terms(const literal *lit, double **terms, int n_terms)
{
    for (int t = 0; t < n_terms; t++)
        terms[t] = literal_matrix(lit->n, lit->U);
}

/* A between units only: every element is a border crossed. */
static double *crossings(const literal *lit)
{
    double *off = literal_matrix(lit->n, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] != lit->unit[j])
                off[i + j * lit->n] = lit->A[i + j * lit->n];
    return off;
}

/* y (rows x n) times m; y is freed. */
static double *through(const literal *lit, double *y, gvc_int rows, const double *m)
{
    double *p = literal_times(y, m, rows, lit->n, lit->n);

    free(y);
    return p;
}

/* v by origin: U x n. */
static double *value_added(const literal *lit)
{
    double *v = literal_matrix(lit->U, lit->n);

    for (gvc_int i = 0; i < lit->n; i++)
        v[lit->unit[i] + i * lit->U] = lit->v[i];
    return v;
}

/* Value added by origin in one unit of each product, all of it: V B. */
static double *all_content(const literal *lit)
{
    return through(lit, value_added(lit), lit->U, lit->B);
}

/* By origin: made and not yet exported, V L; exported once before, V L A_off L; more often. */
static double *unexported(const literal *lit)
{
    return through(lit, value_added(lit), lit->U, lit->L);
}

static double *exported_once(const literal *lit)
{
    double *off = crossings(lit);
    double *p = through(lit, through(lit, unexported(lit), lit->U, off), lit->U, lit->L);

    free(off);
    return p;
}

static double *exported_more(const literal *lit)
{
    double *off = crossings(lit);
    double *p = through(lit, through(lit, exported_once(lit), lit->U, off), lit->U, lit->B);

    free(off);
    return p;
}

/* The row of s itself in product i of s, or the sum of the others. */
static double pick(const literal *lit, const double *by_origin, gvc_int i, int foreign)
{
    double sum = 0;

    for (gvc_int o = 0; o < lit->U; o++)
        if ((o != lit->unit[i]) == foreign)
            sum += by_origin[o + i * lit->U];
    return sum;
}

static void tiva_row(const literal *lit, double *terms[LIT_TIVA_N], const double *content,
                     gvc_int i)
{
    const gvc_int n = lit->n;
    const double dc = pick(lit, content, i, 0), fc = pick(lit, content, i, 1);
    const double direct = lit->v[i] * lit->L[i + i * n];
    double suppliers = 0;

    for (gvc_int h = 0; h < n; h++)
        if (h != i && lit->unit[h] == lit->unit[i])
            suppliers += lit->v[h] * lit->L[h + i * n];
    for (gvc_int r = 0; r < lit->U; r++) {
        double inputs = 0;

        for (gvc_int j = 0; j < n; j++)
            if (lit->unit[j] == r)
                inputs += lit->Z[i + j * n];
        if (r == lit->unit[i])
            continue;
        terms[LIT_EXGR_INT][i + r * n] = inputs;
        terms[LIT_EXGR_FNL][i + r * n] = lit->F[i + r * n];
        terms[LIT_EXGR][i + r * n] = inputs + lit->F[i + r * n];
        terms[LIT_EXGR_DVA][i + r * n] = dc * lit->E[i + r * n];
        terms[LIT_EXGR_DDC][i + r * n] = direct * lit->E[i + r * n];
        terms[LIT_EXGR_IDC][i + r * n] = suppliers * lit->E[i + r * n];
        terms[LIT_EXGR_RIM][i + r * n] = (dc - direct - suppliers) * lit->E[i + r * n];
        terms[LIT_EXGR_FVA][i + r * n] = fc * lit->E[i + r * n];
        terms[LIT_EXGR_INTDVA][i + r * n] = dc * inputs;
        terms[LIT_EXGR_FNLDVA][i + r * n] = dc * lit->F[i + r * n];
    }
}

void literal_tiva(const literal *lit, double *terms[LIT_TIVA_N])
{
    double *content = all_content(lit);

    new_terms(lit, terms, LIT_TIVA_N);
    for (gvc_int i = 0; i < lit->n; i++)
        tiva_row(lit, terms, content, i);
    free(content);
}

void literal_my(const literal *lit, double *terms[LIT_MY_N])
{
    double *made = unexported(lit), *once = exported_once(lit), *more = exported_more(lit);

    new_terms(lit, terms, LIT_MY_N);
    for (gvc_int r = 0; r < lit->U; r++)
        for (gvc_int i = 0; i < lit->n; i++) {
            const double flow = lit->E[i + r * lit->n];

            terms[LIT_MY_DVA][i + r * lit->n] = pick(lit, made, i, 0) * flow;
            terms[LIT_MY_DDC][i + r * lit->n] =
                (pick(lit, once, i, 0) + pick(lit, more, i, 0)) * flow;
            terms[LIT_MY_FDC1][i + r * lit->n] = pick(lit, once, i, 1) * flow;
            terms[LIT_MY_FDC2][i + r * lit->n] = pick(lit, more, i, 1) * flow;
        }
    free(made);
    free(once);
    free(more);
}

/* (A_sr y_r)_i. */
static double sold_to(const literal *lit, gvc_int i, gvc_int r, const double *y)
{
    double sum = 0;

    for (gvc_int j = 0; j < lit->n; j++)
        if (lit->unit[j] == r)
            sum += lit->A[i + j * lit->n] * y[j];
    return sum;
}

/* L_rr F_rr, all r above each other. */
static double *own_use(const literal *lit)
{
    double *own = literal_matrix(lit->n, 1), *y;

    for (gvc_int i = 0; i < lit->n; i++)
        own[i] = lit->F[i + lit->unit[i] * lit->n];
    y = literal_times(lit->L, own, lit->n, lit->n, 1);
    free(own);
    return y;
}

void literal_bmt(const literal *lit, double *terms[LIT_BMT_N])
{
    double *off = crossings(lit), *imported = literal_matrix(1, lit->n);
    double *loc = own_use(lit), *rex = literal_times(lit->L, lit->e, lit->n, lit->n, 1);
    double *vl = literal_times(lit->v, lit->L, 1, lit->n, lit->n);

    new_terms(lit, terms, LIT_BMT_N);
    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            imported[j] += off[i + j * lit->n];
    imported = through(lit, imported, 1, lit->L);
    for (gvc_int r = 0; r < lit->U; r++)
        for (gvc_int i = 0; i < lit->n; i++) {
            const gvc_int at = i + r * lit->n;
            const double ends = lit->F[at] + sold_to(lit, i, r, loc);
            const double goes_on = sold_to(lit, i, r, rex);

            if (r == lit->unit[i])
                continue;
            terms[LIT_BMT_DAVAX][at] = vl[i] * ends;
            terms[LIT_GVC_PB][at] = imported[i] * ends;
            terms[LIT_GVC_TS][at] = imported[i] * goes_on;
            terms[LIT_GVC_PF][at] = vl[i] * goes_on;
            terms[LIT_GVC][at] = imported[i] * (ends + goes_on) + vl[i] * goes_on;
        }
    free(off);
    free(imported);
    free(loc);
    free(rex);
    free(vl);
}

/* Output of all when s sells nothing abroad. */
static double *output_without(const literal *lit, gvc_int s)
{
    const gvc_int n = lit->n;
    double *A = literal_matrix(n, n), *demand = literal_matrix(n, 1), *B, *x;

    for (gvc_int i = 0; i < n; i++) {
        demand[i] = lit->u[i];
        for (gvc_int l = 0; l < lit->U; l++)
            demand[i] += lit->unit[i] != s || l == s ? lit->F[i + l * n] : 0;
        for (gvc_int j = 0; j < n; j++)
            A[i + j * n] = lit->unit[i] != s || lit->unit[j] == s ? lit->A[i + j * n] : 0;
    }
    B = literal_leontief(A, NULL, n);
    x = literal_times(B, demand, n, n, 1);
    free(A);
    free(B);
    free(demand);
    return x;
}

double *literal_ltdv(const literal *lit)
{
    double *lost = literal_matrix(lit->n, 1);

    for (gvc_int s = 0; s < lit->U; s++) {
        double *x = output_without(lit, s);

        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] == s)
                lost[i] = lit->v[i] * (lit->x[i] - x[i]);
        free(x);
    }
    return lost;
}

double *literal_world_source(const literal *lit)
{
    double *once = exported_once(lit), *fva = literal_matrix(lit->n, lit->U);

    for (gvc_int r = 0; r < lit->U; r++)
        for (gvc_int i = 0; i < lit->n; i++)
            fva[i + r * lit->n] = pick(lit, once, i, 1) * lit->E[i + r * lit->n];
    free(once);
    return fva;
}

/* The part of each flow that r does not sell on: E_sr - A_sr L_rr E_r*. */
static double *staying(const literal *lit)
{
    double *rex = literal_times(lit->L, lit->e, lit->n, lit->n, 1);
    double *stays = literal_matrix(lit->n, lit->U);

    for (gvc_int r = 0; r < lit->U; r++)
        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] != r)
                stays[i + r * lit->n] = lit->E[i + r * lit->n] - sold_to(lit, i, r, rex);
    free(rex);
    return stays;
}

/* A flow that stays is the last crossing for everything foreign in it. What comes from r itself
 * makes its last crossing out of another country here also when r sells it on and it stays there.
 */
double *literal_world_sink(const literal *lit)
{
    const gvc_int n = lit->n, U = lit->U;
    double *content = all_content(lit), *stays = staying(lit), *fva = literal_matrix(n, U);
    double *next = literal_matrix(n, 1), *sold_on;

    for (gvc_int r = 0; r < U; r++)
        for (gvc_int i = 0; i < n; i++)
            next[i] += stays[i + r * n];
    sold_on = literal_times(lit->L, next, n, n, 1);
    for (gvc_int r = 0; r < U; r++)
        for (gvc_int i = 0; i < n; i++)
            if (lit->unit[i] != r)
                fva[i + r * n] = pick(lit, content, i, 1) * stays[i + r * n] +
                                 content[r + i * U] * sold_to(lit, i, r, sold_on);
    free(content);
    free(stays);
    free(next);
    free(sold_on);
    return fva;
}
