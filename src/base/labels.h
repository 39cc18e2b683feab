#ifndef BASE_LABELS_H
#define BASE_LABELS_H

#include <gvc/labels.h>

#include "base/ctx.h"

/**
 * A new list of `n` codes, copied; `names` may be NULL or hold NULLs. A duplicate or empty code is
 * GVC_EDATA and names the code. The list is shared by reference and never changes.
 */
gvc_status gvc_labels__new(gvc_ctx *ctx, gvc_labels **out, gvc_int n, const char *const *codes,
                           const char *const *names);
/** A new list OUTER:INNER of every pair of two lists, the outer one slowest, and `last` (NULL:
 * none) behind them. */
gvc_status gvc_labels__pairs(gvc_ctx *ctx, gvc_labels **out, const gvc_labels *outer,
                             const gvc_labels *inner, const char *last);
/** One more owner; returns `labels`. */
gvc_labels *gvc_labels__share(const gvc_labels *labels);
/** One owner less. NULL is allowed. */
void gvc_labels__free(gvc_labels *labels);
/** The code nearest to `code`, or NULL. */
const char *gvc_labels__nearest(const gvc_labels *labels, const char *code);

#endif
