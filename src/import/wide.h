#ifndef IMPORT_WIDE_H
#define IMPORT_WIDE_H

#include "import/draft.h"
#include "import/rows.h"

/*
 * A matrix as pandas writes it (pymrio, EXIOBASE): tab-separated, two header lines with the region
 * and the item of each column, perhaps a third one with the names of the index columns, then rows
 * with one or two labels.
 */
typedef struct gvc_wide {
    gvc_rows *rows;
    gvc_int index, n;            /* labels of a row; columns of numbers */
    const char **region, **item; /* of each column */
    gvc_arena *arena;
} gvc_wide;

/** Open `part` with `index` labels a row, 0: as many as the first line leaves cells before the
 *  first region; gvc_rows__next() then hands out its rows. Freed with
 *  gvc_wide__close(), on failure too. */
gvc_status gvc_wide__open(gvc_ctx *ctx, gvc_wide *wide, const gvc_source *source,
                          const gvc_part *part, gvc_int index);
void gvc_wide__close(gvc_wide *wide);
/** Declare all its columns, as industries or as final demand. */
gvc_status gvc_wide__columns(gvc_ctx *ctx, const gvc_wide *wide, gvc_draft *draft,
                             gvc_column_kind kind);
/** Put all its rows: industries, by region and item. Output goes to nobody: x is read apart. */
gvc_status gvc_wide__put_industries(gvc_ctx *ctx, gvc_wide *wide, gvc_draft *draft, int again);

#endif
