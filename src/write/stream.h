#ifndef WRITE_STREAM_H
#define WRITE_STREAM_H

#include "base/ctx.h"

/**
 * Where the bytes of a text format go: a file that appears whole or not at all, or what cannot be
 * renamed: standard output ("-"), a pipe, a device.
 */
typedef struct gvc_stream gvc_stream;

/** True for "-" and for paths that lead to a pipe or device: no second file can stand beside it. */
int gvc_stream__is_direct(const char *path);

gvc_status gvc_stream__open(gvc_ctx *ctx, gvc_stream **out, const char *path, int force);
/** All of `data`, or GVC_EIO (full disk, closed pipe). */
gvc_status gvc_stream__write(gvc_ctx *ctx, gvc_stream *stream, const char *data, gvc_int bytes);
/** Rename under the final name, free, also on failure. */
gvc_status gvc_stream__commit(gvc_ctx *ctx, gvc_stream *stream);
/** Remove what was written, free. NULL is allowed. */
void gvc_stream__abort(gvc_stream *stream);

#endif
