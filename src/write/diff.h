#ifndef WRITE_DIFF_H
#define WRITE_DIFF_H

#include <gvc/diff.h>

#include "base/text.h"

/*
 * A comparison goes sheet by sheet. A sheet is a table of rows told apart by key columns, or one
 * dense array told apart by the labels of its axes. Readers make sheets; diff.c compares them.
 */

/** A column holds texts or numbers. */
typedef struct gvc_diff_column {
    const char *name;
    int is_key;
    const char **texts; /* rows, or NULL */
    double *reals;      /* rows, or NULL */
} gvc_diff_column;

enum { GVC_DIFF_AXES = 8 };

typedef struct gvc_diff_axis {
    const char *name;
    gvc_int n;
    const char *const *labels; /* NULL: cells are told apart by their number */
} gvc_diff_axis;

typedef struct gvc_diff_sheet {
    const char *file, *where;
    gvc_int rows, n;
    gvc_diff_column *columns; /* dense: one, not a key */
    int rank;                 /* 0: rows; else axes of a dense array, the last one fastest */
    gvc_diff_axis axis[GVC_DIFF_AXES];
} gvc_diff_sheet;

struct gvc_diff {
    double rel, abs;
    gvc_int show, compared, count[GVC_DIFF_KINDS];
    gvc_int n_first, n_largest;
    gvc_diff_entry *first, *largest; /* `show` each; the texts of one are one block */
};

/** Compare two sheets. */
gvc_status gvc_diff__sheets(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *a,
                            const gvc_diff_sheet *b);
/** Note something that one file alone has. */
gvc_status gvc_diff__only(gvc_ctx *ctx, gvc_diff *diff, gvc_diff_kind kind, const char *where,
                          const char *key, const char *column);
/** Note one difference: `entry` with texts that need not last. */
gvc_status gvc_diff__note(gvc_ctx *ctx, gvc_diff *diff, gvc_diff_entry entry);

/** Which row of sheet b stands for a row of sheet a. */
typedef struct gvc_match gvc_match;
gvc_status gvc_match__new(gvc_ctx *ctx, gvc_match **out, const gvc_diff_sheet *a,
                          const gvc_diff_sheet *b);
void gvc_match__free(gvc_match *match);
/** The row of b, -1 where it has none. */
gvc_int gvc_match__find(const gvc_match *match, gvc_int row);
/** The keys of a row: "year=2011 exporter=CHN", in the buffer. */
const char *gvc_match__key(gvc_ctx *ctx, const gvc_diff_sheet *sheet, gvc_int row, gvc_buf *buf);

/** Compare two CSV files, or two HDF5 files. */
gvc_status gvc_diff__csv(gvc_ctx *ctx, gvc_diff *diff, const char *a, const char *b);
gvc_status gvc_diff__h5(gvc_ctx *ctx, gvc_diff *diff, const char *a, const char *b);

#endif
