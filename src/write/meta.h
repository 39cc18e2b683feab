#ifndef WRITE_META_H
#define WRITE_META_H

#include <gvc/write.h>

#include "base/ctx.h"

/** What the side file of an output says about its columns; filled frame by frame. */
typedef struct gvc_meta gvc_meta;

gvc_status gvc_meta__new(gvc_ctx *ctx, gvc_meta **out, gvc_layout layout);
gvc_status gvc_meta__add(gvc_ctx *ctx, gvc_meta *meta, const gvc_frame *frame);
/** The side file as JSON text (gvc_mem__free); `name` is that of the data file,
 * `provenance` may be NULL. */
gvc_status gvc_meta__text(gvc_ctx *ctx, char **text, const gvc_meta *meta, const char *name,
                          const gvc_provenance *provenance);
void gvc_meta__free(gvc_meta *meta);

#endif
