#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/ctx.h"

/*
 * Comma-separated text after RFC 4180: cells may stand in double quotes, a quote inside them is
 * doubled. Lines end in LF or CRLF; empty lines and a byte order mark at the beginning are skipped.
 */

/** Walks through a text cell by cell, without memory of its own. */
typedef struct gvc_csv_reader {
    const char *at, *end;
    gvc_int line, column; /* where the next cell stands, from 1 */
} gvc_csv_reader;

typedef struct gvc_csv_cell {
    const char *text; /* inside the quotes, not zero-terminated */
    gvc_int len;
    int quoted, last;     /* last of its record */
    gvc_int line, column; /* from 1 */
} gvc_csv_cell;

gvc_csv_reader gvc_csv__begin(const char *text, gvc_int bytes);
/** The next cell: 1; 0 at the end of the text, -1 where a quoted cell does not end well. */
int gvc_csv__next(gvc_csv_reader *reader, gvc_csv_cell *cell);
/** The cell without its doubled quotes, zero-terminated, cut to fit `room`. Returns its length. */
gvc_int gvc_csv__copy(const gvc_csv_cell *cell, char *text, gvc_int room);

/** A small file read whole: a header and records of equal length. */
typedef struct gvc_csv gvc_csv;

/** Read the file at `path`, which messages call by that name. GVC_EDATA when it is empty, ragged,
 *  badly quoted, not UTF-8, or names a column twice. */
gvc_status gvc_csv__read(gvc_ctx *ctx, gvc_csv **out, const char *path);
void gvc_csv__free(gvc_csv *csv);
const char *gvc_csv__path(const gvc_csv *csv);
gvc_int gvc_csv__rows(const gvc_csv *csv);
gvc_int gvc_csv__columns(const gvc_csv *csv);
/** Column called `name`, -1 where there is none. */
gvc_int gvc_csv__find(const gvc_csv *csv, const char *name);
/** GVC_EDATA when the header is not exactly `names` (comma-separated), save that the columns after
 *  the first `required` may be missing. */
gvc_status gvc_csv__expect(gvc_ctx *ctx, const gvc_csv *csv, const char *names, gvc_int required);
/** Cell, zero-terminated; "" for column -1. */
const char *gvc_csv__cell(const gvc_csv *csv, gvc_int row, gvc_int column);
/** Line of the file on which a row begins. */
gvc_int gvc_csv__line(const gvc_csv *csv, gvc_int row);

#endif
