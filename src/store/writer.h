#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/out.h"

/* A store being written, for write.c and extend.c. */
struct gvc_store_writer {
    gvc_out out;
    const gvc_edition *edition;
    const gvc_labels *satellites; /* of the first year that has any; shared */
    const gvc_labels *primaries;  /* likewise: the scales of the root */
    int is_old, replace;          /* years are added to a store that exists, or replaced */
    gvc_arena *arena;
};

/** A writer without a file, and its own copy of the path. On failure free with
 *  gvc_store_abort(). */
gvc_status gvc_writer__new(gvc_ctx *ctx, gvc_store_writer **out, const char *path,
                           const gvc_edition *edition, const char **kept);

/** GVC_EDATA, naming what differs, unless a table of the edition `come` fits into the store `path`
 *  of the edition `have`: the same labels, release, unit and prices. */
gvc_status gvc_writer__match(gvc_ctx *ctx, const char *path, const gvc_edition *have,
                             const gvc_edition *come);

#endif
