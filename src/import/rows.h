#ifndef IMPORT_ROWS_H
#define IMPORT_ROWS_H

#include "import/stream.h"

/**
 * Lines of a text with separated cells, read in blocks: some labels first, then numbers, parsed in
 * parallel to the same doubles as strtod gives. An empty cell is 0 and counted; anything that is
 * no finite number, and any line with more or fewer cells, is GVC_EDATA with its place.
 */
typedef struct gvc_rows gvc_rows;

/** The next lines: valid until the next call. */
typedef struct gvc_rows_block {
    gvc_int m;                 /* 0 at the end */
    const char *const *labels; /* m x labels, trimmed, without quotes */
    const gvc_int *lines;      /* number of each line, from 1 */
    const gvc_int *offsets;    /* m + 1: where each line begins in the stream, and the next one */
    const double *cells;       /* m x cells, row after row */
    gvc_int blanks;
} gvc_rows_block;

/** Takes the stream over, which is closed at once on failure. */
gvc_status gvc_rows__open(gvc_ctx *ctx, gvc_rows **out, gvc_stream *stream, char separator);
void gvc_rows__close(gvc_rows *rows);
const gvc_origin *gvc_rows__origin(const gvc_rows *rows);

/** The next line as texts, trimmed and without quotes; *n is 0 at the end. Valid until the next
 *  call of any function. */
gvc_status gvc_rows__texts(gvc_ctx *ctx, gvc_rows *rows, const char *const **texts, gvc_int *n);
/** Keep the texts of a header: messages then name columns by them. */
gvc_status gvc_rows__keep_header(gvc_ctx *ctx, gvc_rows *rows, const char *const *texts, gvc_int n);
const char *gvc_rows__header(const gvc_rows *rows, gvc_int i);

/** Leave the next line out where it has nothing behind its first `labels` cells. */
gvc_status gvc_rows__skip_names(gvc_ctx *ctx, gvc_rows *rows, gvc_int labels);
/** From now on lines hold `labels` texts and `cells` numbers. */
gvc_status gvc_rows__shape(gvc_ctx *ctx, gvc_rows *rows, gvc_int labels, gvc_int cells);
gvc_status gvc_rows__next(gvc_ctx *ctx, gvc_rows *rows, gvc_rows_block *block);
/** Go on at byte `offset`, where line number `line` begins, beyond all that was read. */
gvc_status gvc_rows__skip(gvc_ctx *ctx, gvc_rows *rows, gvc_int offset, gvc_int line);
/** "line 4" into `text` (80 bytes). */
const char *gvc_rows__place(gvc_int line, char *text);

#endif
