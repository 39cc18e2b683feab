#ifndef TESTS_LITERAL_CHAINS_H
#define TESTS_LITERAL_CHAINS_H

#include "index_values.h"

/*
 * Formulas of chains written out with explicit inverses. Arrays come from malloc and are n long
 * unless said otherwise.
 */

/** A table of one to five countries and one to four sectors, from plain (below 4) to awkward. */
gvc_table *chain_case(gvc_ctx *ctx, unsigned c);

/** Compare one column of level sector with literal values, which are freed; rounding is of the size
 * of output. */
void chain_same(const gvc_frames *frames, const char *name, double *want, gvc_int n);

/** A (n x n) with what crosses a border (foreign not 0), or with what does not. */
double *chain_inputs(const literal *lit, int foreign);
/** Final use by others (foreign), or by the own unit. */
double *chain_final_use(const literal *lit, int foreign);
/** Final use by anyone. */
double *chain_final_goods(const literal *lit);

/** A NULL-terminated chain of n x n matrices. */
#define CHAIN(...) ((const double *const[]){ __VA_ARGS__, NULL })
/** chain y, and y' chain. */
double *chain_down(const literal *lit, const double *const *chain, const double *y);
double *chain_along(const literal *lit, const double *y, const double *const *chain);

/** a o b, and a + sign b. */
double *chain_times(const double *a, const double *b, gvc_int n);
double *chain_sum(const double *a, const double *b, gvc_int n, double sign);

#endif
