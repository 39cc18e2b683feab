#ifndef LA_LU_H
#define LA_LU_H

#include "la/view.h"

/** The factors of a square matrix, L below the diagonal (unit) and U on and above it. */
typedef struct gvc_lu {
    gvc_view a;
    int *pivot; /* row exchanged with row i, counted from 1 as LAPACK does; NULL: no pivoting */
} gvc_lu;

/**
 * Factorise lu.a in place, without pivoting where lu.pivot is NULL. Pivoting is not needed for a
 * strictly column diagonally dominant matrix. Equal bits for every thread count.
 *
 * @return 0, or 1 + the index of the first pivot that is zero or not finite
 */
gvc_int gvc_la__factorise(gvc_lu lu, int threads);

/** y := a^-1 y, or a'^-1 y. Equal bits for every thread count. */
void gvc_la__solve(gvc_lu lu, int transposed, gvc_view y, int threads);

/**
 * Overwrite the factors by a^-1 in two halves: W = U^-1 on and above the diagonal and V = L^-1
 * (unit) below it, and then a^-1 = W V, with the pivots. `work` has room for
 * gvc_la__inverse_work(n) numbers. Equal bits for every thread count.
 */
void gvc_la__invert_triangles(gvc_lu lu, double *work, int threads);
void gvc_la__multiply_triangles(gvc_lu lu, double *work, int threads);
gvc_int gvc_la__inverse_work(gvc_int n);
/** Between the halves, of factors without pivots: out := (W V)'y. What y holds is lost. */
void gvc_la__times_triangles_t(gvc_view out, gvc_lu lu, gvc_view y, int threads);
/** The block of W V in `rows`, ascending, and the columns of the same numbers; by one thread, whose
 * caller has pinned OpenBLAS. `work` has room for gvc_la__block_work(rows) numbers. */
void gvc_la__block_of_triangles(gvc_view out, gvc_lu lu, const gvc_int *rows, double *work);
gvc_int gvc_la__block_work(gvc_int rows);

/**
 * a := a^-1 without factors, pivoting in blocks of the diagonal only, which is enough for a
 * strictly column diagonally dominant matrix. `work` has room for gvc_la__exchange_work(n) numbers.
 * Equal bits for every thread count.
 *
 * @return 0, or 1 + the index of the first row whose pivot is zero or not finite
 */
gvc_int gvc_la__exchange(gvc_view a, double *work, int threads);
gvc_int gvc_la__exchange_work(gvc_int n);

/** Factorise and solve with one thread and pivoting, for small matrices: they may run inside a
 * parallel region when the caller has pinned OpenBLAS (la/blas.h). */
gvc_int gvc_la__factorise_small(gvc_lu lu);
void gvc_la__solve_small(gvc_lu lu, int transposed, gvc_view y);

/** Estimate of 1 / (norm1 * ||a^-1||_1) from the factors; `work` 4 n, `iwork` n. */
double gvc_la__condition(gvc_lu lu, double norm1, double *work, int *iwork);

#endif
