#ifndef INDEX_INVENTORY_H
#define INDEX_INVENTORY_H

#include "model/model.h"

/*
 * The system corrected for inventories: rows of Z and F scaled by s = x / (x - N), N the net change
 * of inventories by producer, with x unchanged, so that (I - s^ A) stands for I - A.
 */

/**
 * Solve (I - s^ A) y = b, or (I - s^ A)' y = b, where y is B b, or B'b, on entry. Steps with the
 * factors at hand as long as they contract, otherwise a factorisation of its own; the residual is
 * checked either way. Where the system is singular the values are NaN, and the log says so.
 */
gvc_status gvc_index__solve_corrected(gvc_ctx *ctx, gvc_model *model, const double *s,
                                      int transposed, const double *b, double *y);

#endif
