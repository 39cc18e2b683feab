#include "decomp/passage.h"

#include "la/blas.h"
#include "la/lu.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Where the series below needs more rounds than these, the matrix is factorised. */
enum { ROUNDS = 16 };
/* Sellers that are added at once, so that the sums are not fetched and stored for each. */
enum { ABREAST = 4 };

/* One exporting unit and one importing unit. */
typedef struct pair {
    gvc_view Zt, B;
    const double *xinv;
    const gvc_int *from, *to; /* rows of s and of r */
    gvc_int N, M;             /* how many */
    gvc_int country;          /* rows of a country, which follow each other in the table */
} pair;

static pair find_pair(const gvc_model *model, gvc_int s, gvc_int r)
{
    pair p = { .Zt = gvc_table_Zt(gvc_model_table(model)),
               .B = gvc_model_get(model, GVC_Q_B),
               .xinv = gvc_model__xinv(model),
               .country = gvc_table_N(gvc_model_table(model)) };

    p.from = gvc_model__rows_of(model, s, &p.N);
    p.to = gvc_model__rows_of(model, r, &p.M);
    return p;
}

gvc_int gvc_passage__room(const gvc_model *model)
{
    return 3 * gvc_model__widest(model) + 4;
}

/* ---- by the series ---- */

/* Two rows times a column, of which the cells in `rows` count: x holds one behind the other. */
static void times_column(const double *column, const gvc_int *rows, gvc_int n, gvc_int country,
                         const double *x, double *sums)
{
    double first = 0, second = 0;

    for (gvc_int a = 0; a < n; a += country) {
        const double *cells = column + rows[a], *one = x + a, *two = x + n + a;

#pragma omp simd reduction(+ : first, second)
        for (gvc_int i = 0; i < country; i++) {
            first += cells[i] * one[i];
            second += cells[i] * two[i];
        }
    }
    sums[0] = first;
    sums[1] = second;
}

/* bought += x Z_sr of some sellers, from `first` on: two rows, one behind the other in x and in
 * bought. Sellers that there are not any more count 0. */
static void add_sellers(const pair *p, gvc_int first, const double *x, double *bought)
{
    const double *sales[ABREAST];
    double one[ABREAST], two[ABREAST];

    for (int k = 0; k < ABREAST; k++) {
        const int exists = first + k < p->N;
        const gvc_int i = exists ? first + k : first;

        sales[k] = p->Zt.a + p->from[i] * p->Zt.ld;
        one[k] = exists ? x[i] : 0;
        two[k] = exists ? x[i + p->N] : 0;
    }
    for (gvc_int b = 0; b < p->M; b += p->country) {
        const double *z0 = sales[0] + p->to[b], *z1 = sales[1] + p->to[b];
        const double *z2 = sales[2] + p->to[b], *z3 = sales[3] + p->to[b];
        double *sums = bought + b, *others = bought + p->M + b;

#pragma omp simd
        for (gvc_int j = 0; j < p->country; j++) {
            sums[j] += (one[0] * z0[j] + one[1] * z1[j]) + (one[2] * z2[j] + one[3] * z3[j]);
            others[j] += (two[0] * z0[j] + two[1] * z1[j]) + (two[2] * z2[j] + two[3] * z3[j]);
        }
    }
}

/* next := c - x A_sr B_rs, two rows; whether that is x already, to the last digits. */
static int pass_once(const pair *p, const double *c, const double *x, double *bought, double *next)
{
    int settled = 1;
    double sums[2];

    memset(bought, 0, 2 * (size_t)p->M * sizeof *bought);
    for (gvc_int i = 0; i < p->N; i += ABREAST)
        add_sellers(p, i, x, bought);
    for (gvc_int j = 0; j < p->M; j++) {
        bought[j] *= p->xinv[p->to[j]];
        bought[j + p->M] *= p->xinv[p->to[j]];
    }
    for (gvc_int i = 0; i < p->N; i++) {
        times_column(p->B.a + p->from[i] * p->B.ld, p->to, p->M, p->country, bought, sums);
        for (int k = 0; k < 2; k++) {
            const gvc_int at = i + k * p->N;

            next[at] = c[at] - sums[k];
            settled &= fabs(next[at] - x[at]) <= 2 * DBL_EPSILON * fabs(next[at]);
        }
    }
    return settled;
}

/* c := c (I - P + P P - ...), P = A_sr B_rs, which is small: little passes a border twice. It is
 * there when a round changes no digit. Returns 0, and c as it was, where that takes too long. */
static int add_series(const pair *p, gvc_view c, double *room)
{
    double *x = room, *next = room + 2 * p->N, *bought = next + 2 * p->N;
    int settled = 0;

    memcpy(x, c.a, 2 * (size_t)p->N * sizeof *x);
    for (int round = 0; round < ROUNDS && !settled; round++) {
        double *old = x;

        settled = pass_once(p, c.a, x, bought, next);
        x = next;
        next = old;
    }
    if (settled)
        memcpy(c.a, x, 2 * (size_t)p->N * sizeof *x);
    return settled;
}

/* ---- by factors ---- */

/* passes := I + A_sr B_rs; `sold` has room for the M x N numbers of A_sr', and `inverse` for those
 * of B_rs. */
static void fill_passes(const pair *p, double *sold, double *inverse, gvc_view passes)
{
    const gvc_int N = p->N, M = p->M;

    for (gvc_int i = 0; i < N; i++)
        for (gvc_int j = 0; j < M; j++) {
            const gvc_int to = p->to[j];

            sold[j + i * M] = p->Zt.a[to + p->from[i] * p->Zt.ld] * p->xinv[to];
            inverse[j + i * M] = p->B.a[to + p->from[i] * p->B.ld];
        }
    memset(passes.a, 0, sizeof *passes.a * (size_t)(N * N));
    for (gvc_int i = 0; i < N; i++)
        passes.a[i + i * N] = 1;
    gvc_la__tile_gemm(1, 1, (gvc_view){ sold, M, N, M }, (gvc_view){ inverse, M, N, M }, 1, passes);
}

int gvc_passage__solve(const gvc_model *model, gvc_int s, gvc_int r, gvc_view c, double *room,
                       int *pivot)
{
    const pair p = find_pair(model, s, r);
    const gvc_view passes = { room + 2 * p.N * p.M, p.N, p.N, p.N };

    if (add_series(&p, c, room))
        return 0;
    fill_passes(&p, room, room + p.N * p.M, passes);
    if (gvc_la__factorise_small((gvc_lu){ passes, pivot }))
        return 1;
    gvc_la__solve_small((gvc_lu){ passes, pivot }, 1, c);
    return 0;
}
