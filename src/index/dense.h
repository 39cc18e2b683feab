#ifndef INDEX_DENSE_H
#define INDEX_DENSE_H

#include "base/ctx.h"

/** Overwrite `rhs` (n x m) with M^-1 rhs, by elimination with row pivots; M is overwritten. The
 * bits do not depend on the thread count. Returns 0 where M is singular. */
int gvc_index__solve_dense(gvc_ctx *ctx, gvc_view M, gvc_view rhs);

#endif
