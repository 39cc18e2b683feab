#ifndef DECOMP_CONTENT_H
#define DECOMP_CONTENT_H

#include "decomp/driver.h"

/**
 * Value added in one unit of each product, n values each: domestic dc_j = VB[c(j), j], foreign
 * fc_j = sum of VB[o, j] over the other origins o, and the rest rho_j = 1 - dc_j - fc_j that
 * neither explains. rho = tau B is 0 by construction, and 1 for products without output, where
 * value added is the residual and nobody buys from industries without output; then it is exactly
 * so, as long as the sum agrees up to rounding.
 */
typedef struct gvc_content {
    const double *dc, *fc, *rest;
    int is_exact; /* every rho is what it is by construction */
} gvc_content;

/** The state of methods that need nothing but the content (quantity VB). */
gvc_status gvc_content__prepare(gvc_ctx *ctx, void **state, const gvc_model *model);
void gvc_content__release(void *state);

/** What the terms leave of a flow: `left`, or where every rho is exact and `left` is no more than
 * rounding of the flow away from it `rest`, the flow times rho. */
double gvc_content__left(const gvc_content *content, double left, double rest, double flow);

#endif
