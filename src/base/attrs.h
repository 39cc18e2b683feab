#ifndef BASE_ATTRS_H
#define BASE_ATTRS_H

#include "base/ctx.h"

/** An ordered list of names with texts: what a table, a frame or a file says about itself. */
typedef struct gvc_attrs gvc_attrs;

gvc_attrs *gvc_attrs__new(gvc_ctx *ctx);
void gvc_attrs__free(gvc_attrs *attrs);
/** Set `name`, replacing an earlier text in its place; NULL removes it. Both are copied, the text
 * as gvc_text__clean() leaves it: a store with other texts could not be read again. */
gvc_status gvc_attrs__set(gvc_ctx *ctx, gvc_attrs *attrs, const char *name, const char *text);
gvc_status gvc_attrs__setf(gvc_ctx *ctx, gvc_attrs *attrs, const char *name, const char *fmt, ...)
    GVC_PRINTF(4, 5);
/** Copy every entry of `from` over `to`. */
gvc_status gvc_attrs__merge(gvc_ctx *ctx, gvc_attrs *to, const gvc_attrs *from);
gvc_int gvc_attrs__n(const gvc_attrs *attrs);
const char *gvc_attrs__name(const gvc_attrs *attrs, gvc_int i);
const char *gvc_attrs__text(const gvc_attrs *attrs, gvc_int i);
/** The text of `name`, or NULL. */
const char *gvc_attrs__get(const gvc_attrs *attrs, const char *name);

#endif
