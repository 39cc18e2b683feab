#include "import/folder.h"
#include "import/import.h"

#include <string.h>

/* The folder of plain CSV that every command reads as well (import/folder.h). */

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    const gvc_source *s = import->source;

    (void)ctx;
    *is = s->is_folder && gvc_source__find(s, "labels.csv") && gvc_source__find(s, "Z.csv");
    return GVC_OK;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    return gvc_import__add(ctx, import, GVC_INT_MISSING, NULL);
}

static gvc_status fill_origin(gvc_ctx *ctx, gvc_import *import, gvc_table *table)
{
    const char *path = import->source->path, *slash = strrchr(path, '/');
    gvc_status st = GVC_OK;

    if (!import->sha256[0])
        st = gvc_source__sha256(ctx, import->source, import->sha256);
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, table->attrs, "source_file", slash ? slash + 1 : path);
    return st == GVC_OK ? gvc_attrs__set(ctx, table->attrs, "source_sha256", import->sha256) : st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    gvc_edition *edition = NULL;
    gvc_table *table = NULL;
    gvc_status st = gvc_folder__edition(ctx, &edition, import->source->path);

    (void)i;
    *out = NULL;
    if (st == GVC_OK)
        st = gvc_folder__table(ctx, &table, edition, import->source->path);
    gvc_edition__free(edition);
    if (st == GVC_OK)
        st = fill_origin(ctx, import, table);
    if (st == GVC_OK && table->satellites)
        st = gvc_import__pick_satellites(ctx, import, table);
    if (st == GVC_OK && import->opts.residual)
        gvc_table__residual_va(ctx, table);
    if (st != GVC_OK) {
        gvc_table_free(table);
        return st;
    }
    table->year = import->year;
    *out = table;
    return GVC_OK;
}

const gvc_format gvc_format__folder = {
    .name = "folder",
    .title = "folder of CSV files (Z.csv F.csv x.csv labels.csv fcols.csv)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
