#ifndef DECOMP_CONTENT_H
#define DECOMP_CONTENT_H

#include "decomp/driver.h"

/** Domestic and foreign value added in one unit of each product: dc_j = VB[c(j), j] and
 * fc_j = sum of VB[o, j] over the other origins o; n values each. */
typedef struct gvc_content {
    const double *dc, *fc;
} gvc_content;

/** The state of methods that need nothing but the content (quantity VB). */
gvc_status gvc_content__prepare(gvc_ctx *ctx, void **state, const gvc_model *model);
void gvc_content__release(void *state);

#endif
