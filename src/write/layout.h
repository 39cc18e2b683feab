#ifndef WRITE_LAYOUT_H
#define WRITE_LAYOUT_H

#include <gvc/write.h>

#include "frame/frame.h"

/*
 * Both layouts of results come down to sheets: rows of cells under names. A wide frame is one
 * sheet; a long one is a sheet per value column, all with the same names. Text formats print
 * sheets and need not know the layouts.
 */

typedef enum gvc_cell_kind {
    GVC_CELL_TEXT, /**< the same text in every row */
    GVC_CELL_YEAR, /**< the same year in every row, as text */
    GVC_CELL_LABEL,
    GVC_CELL_INT,
    GVC_CELL_REAL,
} gvc_cell_kind;

typedef struct gvc_cell {
    const char *name;
    gvc_cell_kind kind;
    const char *text;
    const gvc_labels *labels;
    const int32_t *ints; /**< codes or integers */
    const double *reals;
    gvc_int column; /**< of the frame, -1 where the layout adds the cell */
} gvc_cell;

typedef struct gvc_sheet_view {
    gvc_int rows, n;
    const gvc_cell *cells;
    const gvc_frame *frame; /**< where the cells come from */
} gvc_sheet_view;

/** Receives one sheet after another; a status other than GVC_OK ends the frame. */
typedef gvc_status (*gvc_sheet_fn)(gvc_ctx *ctx, const gvc_sheet_view *sheet, void *user);

/** What one file has promised with its first frame: columns and level, or the kind of its keys. */
typedef struct gvc_promise gvc_promise;

/** `file` names the output in messages. */
gvc_status gvc_promise__new(gvc_ctx *ctx, gvc_promise **out, gvc_layout layout, const char *file);
void gvc_promise__free(gvc_promise *promise);
/** Check `frame` against the promise (the first one makes it) and hand out its sheets. */
gvc_status gvc_promise__sheets(gvc_ctx *ctx, gvc_promise *promise, const gvc_frame *frame,
                               gvc_sheet_fn fn, void *user);

enum { GVC_LONG_MAX = 11 };

/** Columns of a long file: `source` where the rows have one, `flag` where the layout has it.
 * Returns how many. */
gvc_int gvc_layout__long_columns(const char *names[GVC_LONG_MAX], gvc_frame_kind kind,
                                 gvc_layout layout, int has_source);

/** Whether rows say from which of several inputs they come; a measure may have a value of that
 * name.
 */
int gvc_layout__has_source(const gvc_frame *frame);

#endif
