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
    gvc_status st = GVC_ENOMEM;

    if (out)
        st = gvc_result__create(ctx, &out->file, path, opts->force, NULL);
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

/* Only now is the provenance whole: bounds and solvers are known once the work is done. */
static gvc_status write_provenance(gvc_ctx *ctx, const h5 *out)
{
    gvc_attrs *attrs = gvc_attrs__new(ctx);
    gvc_status st = attrs ? gvc_provenance__flatten(ctx, attrs, out->opts->provenance) : GVC_ENOMEM;

    if (st == GVC_OK)
        st = gvc_result__set_attrs(ctx, out->file, attrs);
    gvc_attrs__free(attrs);
    return st;
}

static gvc_status commit(gvc_ctx *ctx, void *state, const gvc_gather *gather)
{
    h5 *out = state;
    gvc_status st = out->opts->provenance ? write_provenance(ctx, out) : GVC_OK;

    (void)gather;
    if (st == GVC_OK) {
        st = gvc_result__commit(ctx, out->file);
        out->file = NULL;
    }
    drop(out);
    return st;
}

const gvc_format gvc_format__h5 = {
    .name = "h5",
    .gathers = GVC_GATHERS_PANEL,
    .begin = begin,
    .add = add,
    .commit = commit,
    .drop = drop,
};
