#include "write/gather.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

typedef struct table {
    gvc_promise *promise;
    gvc_spool *spool;
    gvc_codebook *codebook;
} table;

struct gvc_gather {
    gvc_arena *arena;
    const char *path;
    gvc_layout layout;
    int by_level;
    gvc_int n, room;
    table *tables;
};

gvc_status gvc_gather__new(gvc_ctx *ctx, gvc_gather **out, const char *path, gvc_layout layout,
                           int by_level)
{
    gvc_gather *gather = gvc_mem__calloc(ctx, 1, sizeof *gather);

    *out = NULL;
    if (!gather)
        return GVC_ENOMEM;
    gather->layout = layout;
    gather->by_level = by_level && layout == GVC_LAYOUT_WIDE;
    gather->arena = gvc_arena__new(ctx);
    gather->path = gather->arena ? gvc_arena__strdup(ctx, gather->arena, path) : NULL;
    if (!gather->path) {
        gvc_gather__free(gather);
        return GVC_ENOMEM;
    }
    *out = gather;
    return GVC_OK;
}

void gvc_gather__free(gvc_gather *gather)
{
    if (!gather)
        return;
    for (gvc_int i = 0; i < gather->n; i++) {
        gvc_promise__free(gather->tables[i].promise);
        gvc_spool__free(gather->tables[i].spool);
        gvc_codebook__free(gather->tables[i].codebook);
    }
    gvc_mem__free(gather->tables);
    gvc_arena__free(gather->arena);
    gvc_mem__free(gather);
}

static gvc_status add_table(gvc_ctx *ctx, gvc_gather *gather, const char *level, table **out)
{
    table *t;
    gvc_status st;

    if (gather->n == gather->room) {
        const gvc_int room = gather->room ? 2 * gather->room : 8;

        t = gvc_mem__realloc(ctx, gather->tables, room, sizeof *t);
        if (!t)
            return GVC_ENOMEM;
        gather->tables = t;
        gather->room = room;
    }
    t = &gather->tables[gather->n];
    *t = (table){ 0 };
    st = gvc_promise__new(ctx, &t->promise, gather->layout, gather->path);
    if (st == GVC_OK)
        st = gvc_spool__new(ctx, &t->spool, gather->path, level);
    if (st != GVC_OK) {
        gvc_promise__free(t->promise);
        return st;
    }
    gather->n++;
    *out = t;
    return GVC_OK;
}

static gvc_status find_table(gvc_ctx *ctx, gvc_gather *gather, const gvc_frame *frame, table **out)
{
    const char *level = gvc_frame_level(frame);

    for (gvc_int i = 0; i < gather->n; i++)
        if (!gather->by_level || strcmp(gvc_spool__level(gather->tables[i].spool), level) == 0) {
            *out = &gather->tables[i];
            return GVC_OK;
        }
    return add_table(ctx, gather, gather->layout != GVC_LAYOUT_WIDE ? "" : level, out);
}

static gvc_status add_sheet(gvc_ctx *ctx, const gvc_sheet_view *sheet, void *user)
{
    return gvc_spool__add(ctx, user, sheet);
}

gvc_status gvc_gather__add(gvc_ctx *ctx, gvc_gather *gather, const gvc_frame *frame)
{
    table *t = NULL;
    gvc_status st = find_table(ctx, gather, frame, &t);

    return st == GVC_OK ? gvc_promise__sheets(ctx, t->promise, frame, add_sheet, t->spool) : st;
}

gvc_status gvc_gather__finish(gvc_ctx *ctx, gvc_gather *gather, const gvc_provenance *provenance)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < gather->n; i++) {
        table *t = &gather->tables[i];

        st = gvc_spool__finish(ctx, t->spool);
        if (st == GVC_OK)
            st = gvc_codebook__new(ctx, &t->codebook, t->spool, provenance);
    }
    return st;
}

gvc_int gvc_gather__n(const gvc_gather *gather)
{
    return gather->n;
}

const gvc_spool *gvc_gather__table(const gvc_gather *gather, gvc_int i)
{
    return gather->tables[i].spool;
}

const gvc_codebook *gvc_gather__codebook(const gvc_gather *gather, gvc_int i)
{
    return gather->tables[i].codebook;
}
