#ifndef PANEL_CODES_H
#define PANEL_CODES_H

#include "frame/frame.h"

/** Codes gathered from several label lists, in order of first appearance. */
typedef struct gvc_codes gvc_codes;

gvc_status gvc_codes__new(gvc_ctx *ctx, gvc_codes **out);
void gvc_codes__free(gvc_codes *codes);
/** Index of `code`, added when new; -1 when memory is out. */
gvc_int gvc_codes__add(gvc_ctx *ctx, gvc_codes *codes, const char *code, const char *name);
gvc_int gvc_codes__n(const gvc_codes *codes);
const char *gvc_codes__code(const gvc_codes *codes, gvc_int i);
const char *gvc_codes__name(const gvc_codes *codes, gvc_int i);
/** Add every code of `labels`; map[i] becomes the index of entry i. */
gvc_status gvc_codes__merge(gvc_ctx *ctx, gvc_codes *codes, const gvc_labels *labels, int32_t *map);
/** The list as labels, one owner. */
gvc_status gvc_codes__labels(gvc_ctx *ctx, gvc_labels **out, const gvc_codes *codes);

#endif
