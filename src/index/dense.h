#ifndef INDEX_DENSE_H
#define INDEX_DENSE_H

#include "base/ctx.h"

/**
 * Overwrite `rhs` (n x m) with M^-1 rhs, or fill it with NaN where M is singular to the precision
 * of its entries. M is overwritten. The bits do not depend on the thread count.
 */
gvc_status gvc_index__solve_dense(gvc_ctx *ctx, gvc_view M, gvc_view rhs);

#endif
