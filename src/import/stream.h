#ifndef IMPORT_STREAM_H
#define IMPORT_STREAM_H

#include "base/ctx.h"

/** Where bytes come from, for messages: a file, and the member of it where it is an archive. */
typedef struct gvc_origin {
    const char *file, *member; /* member may be NULL */
} gvc_origin;

/** GVC_EDATA at `place` (may be NULL) of the member. */
gvc_status gvc_origin__refuse(gvc_ctx *ctx, const gvc_origin *origin, const char *place,
                              const char *fmt, ...) GVC_PRINTF(4, 5);

/** Bytes that come one after the other: a file or a member of an archive. */
typedef struct gvc_stream gvc_stream;

/** How a kind of stream works. `read` gives up to `room` bytes, *got = 0 at the end. */
typedef struct gvc_stream_kind {
    gvc_status (*read)(gvc_ctx *ctx, void *state, const gvc_origin *origin, void *to, gvc_int room,
                       gvc_int *got);
    void (*close)(void *state);
} gvc_stream_kind;

/** A stream with the state of its kind, which it closes in the end (at once where it fails).
 *  Strings of `origin` are borrowed. */
gvc_status gvc_stream__new(gvc_ctx *ctx, gvc_stream **out, const gvc_stream_kind *kind, void *state,
                           const gvc_origin *origin);
/** The file `path` (borrowed); `origin` may be NULL: the file itself. */
gvc_status gvc_stream__file(gvc_ctx *ctx, gvc_stream **out, const char *path,
                            const gvc_origin *origin);
/** Fill `to` as far as the stream reaches: *got < room at the end only. */
gvc_status gvc_stream__read(gvc_ctx *ctx, gvc_stream *stream, void *to, gvc_int room, gvc_int *got);
/** Bytes read so far. */
gvc_int gvc_stream__at(const gvc_stream *stream);
const gvc_origin *gvc_stream__origin(const gvc_stream *stream);
void gvc_stream__close(gvc_stream *stream);
/** The whole rest in memory (gvc_mem__free), zero-terminated; refused beyond `max` bytes. */
gvc_status gvc_stream__slurp(gvc_ctx *ctx, gvc_stream *stream, char **out, gvc_int *bytes,
                             gvc_int max);

#endif
