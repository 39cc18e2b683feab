#include "write/format.h"

#include "base/mem.h"
#include "store/store.h"
#include "write/provenance.h"

/* Results in HDF5: store/ knows the file, this file the way from a writer to it. */

typedef struct h5 {
    gvc_result_file *file;
    const gvc_write_opts *opts;
} h5;

static void drop(void *state)
{
    h5 *out = state;

    if (out->file)
        gvc_result__abort(out->file);
    gvc_mem__free(out);
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    h5 *out = gvc_mem__calloc(ctx, 1, sizeof *out);
    gvc_attrs *attrs = out ? gvc_attrs__new(ctx) : NULL;
    gvc_status st = attrs ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK && opts->provenance)
        st = gvc_provenance__flatten(ctx, attrs, opts->provenance);
    if (st == GVC_OK)
        st = gvc_result__create(ctx, &out->file, path, opts->force, attrs);
    gvc_attrs__free(attrs);
    if (st != GVC_OK) {
        gvc_mem__free(out);
        return st;
    }
    out->opts = opts;
    *state = out;
    return GVC_OK;
}

static gvc_status add(gvc_ctx *ctx, void *state, const gvc_frame *frame)
{
    h5 *out = state;

    if (out->opts->panel)
        return gvc_result__add_panel(ctx, out->file, frame, out->opts->panel);
    return gvc_result__add_dense(ctx, out->file, frame);
}

static gvc_status commit(gvc_ctx *ctx, void *state)
{
    h5 *out = state;
    const gvc_status st = gvc_result__commit(ctx, out->file);

    out->file = NULL;
    drop(out);
    return st;
}

const gvc_format gvc_format__h5 = { "h5", 0, 0, begin, add, commit, drop };
