#ifndef TESTS_QUAD_H
#define TESTS_QUAD_H

#include <gvc/types.h>

/*
 * Linear systems in quadruple precision (113 bits), by the plainest elimination there is: what the
 * bounds of solutions in double precision are held against.
 */
#ifdef __SIZEOF_FLOAT128__
typedef __float128 quad;
#else
typedef long double quad; /* where there is no __float128, long double is it */
#endif

quad quad_abs(quad a);
/** Zeroed m x k matrix, column-major, from malloc. */
quad *quad_matrix(gvc_int m, gvc_int k);
/** Overwrite `a` (n x n) by its factors, with row exchanges in `pivot` (n). */
void quad_factorise(quad *a, gvc_int *pivot, gvc_int n);
/** y := a^-1 y, or y := a'^-1 y, by these factors. */
void quad_solve(const quad *a, const gvc_int *pivot, gvc_int n, int transposed, quad *y);

#endif
