#include "literal_wwz.h"

#include <stdlib.h>

const char *const literal_wwz_names[LIT_WWZ_N] = {
    "dva_fin",  "dva_int", "dva_intrexi1", "dva_intrexf", "dva_intrexi2", "rdv_fin",
    "rdv_fin2", "rdv_int", "ddc_fin",      "ddc_int",     "mva_fin",      "mva_int",
    "mdc",      "ova_fin", "ova_int",      "odc",         "dva_f",        "rdv_f",
};

/* Sums over blocks, element by element as the paper writes them. */
typedef struct blocks {
    const literal *lit;
    double *BF; /* n x U x U: row j, [t, m]: (B_jt F_tm)_j */
    double *VB; /* U x n: value added of o in one unit of product j */
    double *VL; /* n: own value added without trade */
    double *loc, *rex, *L_E;
} blocks;

static double bf(const blocks *b, gvc_int j, gvc_int t, gvc_int m)
{
    return b->BF[j + (t + m * b->lit->U) * b->lit->n];
}

static blocks make_blocks(const literal *lit)
{
    const gvc_int n = lit->n, U = lit->U;
    blocks b = { lit,
                 literal_matrix(n, U * U),
                 literal_matrix(U, n),
                 literal_matrix(n, 1),
                 literal_matrix(n, 1),
                 literal_times(lit->L, lit->e, n, n, 1),
                 literal_times(lit->L, lit->E, n, n, U) };

    for (gvc_int j = 0; j < n; j++)
        for (gvc_int k = 0; k < n; k++) {
            const gvc_int t = lit->unit[k];

            for (gvc_int m = 0; m < U; m++)
                b.BF[j + (t + m * U) * n] += lit->B[j + k * n] * lit->F[k + m * n];
            b.VB[t + j * U] += lit->v[k] * lit->B[k + j * n];
            b.VL[j] += lit->v[k] * lit->L[k + j * n];
            b.loc[j] += lit->L[j + k * n] * lit->F[k + lit->unit[j] * n];
        }
    return b;
}

static void free_blocks(blocks *b)
{
    free(b->BF);
    free(b->VB);
    free(b->VL);
    free(b->loc);
    free(b->rex);
    free(b->L_E);
}

/* What reaches row j of r, by the terms 2 to 9. */
static void follow(const blocks *b, gvc_int j, gvc_int s, gvc_int r, double *by)
{
    const gvc_int U = b->lit->U;

    by[1] = bf(b, j, r, r);
    by[5] = bf(b, j, r, s);
    by[7] = bf(b, j, s, s);
    for (gvc_int k = 0; k < U; k++)
        by[8] += k == s ? 0 : bf(b, j, s, k);
    for (gvc_int t = 0; t < U; t++) {
        if (t == s || t == r)
            continue;
        by[2] += bf(b, j, t, t);
        by[3] += bf(b, j, r, t);
        by[6] += bf(b, j, t, s);
        for (gvc_int m = 0; m < U; m++)
            by[4] += m == s || m == t ? 0 : bf(b, j, t, m);
    }
}

static void fill_row(const blocks *b, double *terms[LIT_WWZ_N], gvc_int i, gvc_int r)
{
    const literal *lit = b->lit;
    const gvc_int n = lit->n, s = lit->unit[i], at = i + r * n;
    double bought = 0, loc = 0, rex = 0, others = 0, importer = b->VB[r + i * lit->U];

    for (gvc_int t = 0; t < lit->U; t++)
        others += t == s || t == r ? 0 : b->VB[t + i * lit->U];
    for (gvc_int j = 0; j < n; j++) {
        double by[9] = { 0 };

        if (lit->unit[j] != r)
            continue;
        follow(b, j, s, r, by);
        for (int t = 1; t < 9; t++)
            terms[t][at] += b->VL[i] * lit->A[i + j * n] * by[t];
        bought += lit->Z[i + j * n];
        loc += lit->A[i + j * n] * b->loc[j];
        rex += lit->A[i + j * n] * b->rex[j];
    }
    terms[0][at] = b->VB[s + i * lit->U] * lit->F[at];
    terms[9][at] = (b->VB[s + i * lit->U] - b->VL[i]) * bought;
    terms[10][at] = importer * lit->F[at];
    terms[11][at] = importer * loc;
    terms[12][at] = importer * rex;
    terms[13][at] = others * lit->F[at];
    terms[14][at] = others * loc;
    terms[15][at] = others * rex;
    terms[16][at] = lit->v[i] * b->L_E[at];
}

/* v_i (L_ss A_sr (B F_s)_r)_i */
static void fill_returned(const blocks *b, double *term, gvc_int i, gvc_int r)
{
    const literal *lit = b->lit;
    const gvc_int n = lit->n, s = lit->unit[i];

    for (gvc_int k = 0; k < n; k++)
        for (gvc_int j = 0; j < n; j++)
            for (gvc_int t = 0; lit->unit[k] == s && lit->unit[j] == r && t < lit->U; t++)
                term[i + r * n] +=
                    lit->v[i] * lit->L[i + k * n] * lit->A[k + j * n] * bf(b, j, t, s);
}

void literal_wwz(const literal *lit, double *terms[LIT_WWZ_N])
{
    blocks b = make_blocks(lit);

    for (int t = 0; t < LIT_WWZ_N; t++)
        terms[t] = literal_matrix(lit->n, lit->U);
    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            if (r != lit->unit[i]) {
                fill_row(&b, terms, i, r);
                fill_returned(&b, terms[17], i, r);
            }
    free_blocks(&b);
}
