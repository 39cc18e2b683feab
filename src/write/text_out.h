#ifndef WRITE_TEXT_OUT_H
#define WRITE_TEXT_OUT_H

#include "write/format.h"
#include "write/stream.h"

#include <stddef.h>

/** What the state of a text format begins with: where bytes go, and what the file has promised. */
typedef struct gvc_text_out {
    gvc_stream *stream;
    gvc_promise *promise;
} gvc_text_out;

/** A state of `size` bytes, zero after its first member; nothing is left where it fails. */
gvc_status gvc_text_out__begin(gvc_ctx *ctx, void **state, size_t size, const char *path,
                               const gvc_write_opts *opts);
/** Let the file appear, and give back the state, also on failure. */
gvc_status gvc_text_out__commit(gvc_ctx *ctx, void *state);
/** Remove what was written, and give back the state. */
void gvc_text_out__drop(void *state);

#endif
