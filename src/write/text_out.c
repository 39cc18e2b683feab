#include "write/text_out.h"

#include "base/mem.h"
#include "write/layout.h"

gvc_status gvc_text_out__begin(gvc_ctx *ctx, void **state, size_t size, const char *path,
                               const gvc_write_opts *opts)
{
    gvc_text_out *out = gvc_mem__calloc(ctx, 1, size);
    gvc_status st;

    if (!out)
        return GVC_ENOMEM;
    st = gvc_promise__new(ctx, &out->promise, opts->layout, path);
    if (st == GVC_OK)
        st = gvc_stream__open(ctx, &out->stream, path, opts->force);
    if (st == GVC_OK)
        *state = out;
    else
        gvc_text_out__drop(out);
    return st;
}

gvc_status gvc_text_out__commit(gvc_ctx *ctx, void *state)
{
    gvc_text_out *out = state;
    const gvc_status st = gvc_stream__commit(ctx, out->stream);

    out->stream = NULL;
    gvc_text_out__drop(out);
    return st;
}

void gvc_text_out__drop(void *state)
{
    gvc_text_out *out = state;

    gvc_stream__abort(out->stream);
    gvc_promise__free(out->promise);
    gvc_mem__free(out);
}
