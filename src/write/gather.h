#ifndef WRITE_GATHER_H
#define WRITE_GATHER_H

#include "write/codebook.h"
#include "write/spool.h"

/** The tables of an output that is written only once everything is there. */
typedef struct gvc_gather gvc_gather;

/** `by_level`: a wide output holds a table per level; otherwise several levels are refused. */
gvc_status gvc_gather__new(gvc_ctx *ctx, gvc_gather **out, const char *path, gvc_layout layout,
                           int by_level);
void gvc_gather__free(gvc_gather *gather);
gvc_status gvc_gather__add(gvc_ctx *ctx, gvc_gather *gather, const gvc_frame *frame);
/** Make tables and codebooks readable. */
gvc_status gvc_gather__finish(gvc_ctx *ctx, gvc_gather *gather, const gvc_provenance *provenance);

gvc_int gvc_gather__n(const gvc_gather *gather);
const gvc_spool *gvc_gather__table(const gvc_gather *gather, gvc_int i);
const gvc_codebook *gvc_gather__codebook(const gvc_gather *gather, gvc_int i);

#endif
