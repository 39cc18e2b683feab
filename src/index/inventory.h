#ifndef INDEX_INVENTORY_H
#define INDEX_INVENTORY_H

#include "model/model.h"

/*
 * The system corrected for inventories: rows of Z and F scaled by s = x / (x - N), N the net change
 * of inventories by producer, with x unchanged, so that (I - s^ A) stands for I - A.
 */

/** N, n values: the inventory category summed over destinations; 0 where the table names none. */
void gvc_index__inventories(const gvc_table *table, double *N);
/** s = x / (x - N), and 1 where x = 0 or x - N <= 0. */
void gvc_index__inventory_scale(double *s, const double *x, const double *N, gvc_int n);

/**
 * Solve (I - s^ A) y = b, or (I - s^ A)' y = b, where y is B b, or B'b, on entry. Steps with the
 * factors at hand as long as they contract, otherwise a factorisation of its own; the residual is
 * checked either way. Where the system is singular the values are NaN, and the log says so.
 */
gvc_status gvc_index__solve_corrected(gvc_ctx *ctx, gvc_model *model, const double *s,
                                      int transposed, const double *b, double *y);

#endif
