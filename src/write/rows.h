#ifndef WRITE_ROWS_H
#define WRITE_ROWS_H

#include "base/text.h"
#include "write/layout.h"

/*
 * Rows of text, fast: a sheet is made ready once (every label in the spelling of the format), then
 * blocks of rows are printed in parallel into buffers of their own and handed on in order. Blocks
 * are cut by the width of a row alone, and the bytes do not depend on them.
 */

/** A text as it stands in the file. */
typedef struct gvc_field {
    const char *text;
    gvc_int len;
} gvc_field;

/** One column ready to print: `fields` are the texts of its codes, or its one constant text. */
typedef struct gvc_row_column {
    gvc_cell_kind kind;
    const gvc_field *fields;
    const int32_t *ints;
    const double *reals;
    gvc_field before; /**< stands before each cell; of the format */
} gvc_row_column;

/** A sheet ready to print; `width` is the most bytes a row can take. */
typedef struct gvc_rows {
    gvc_arena *arena;
    gvc_row_column *columns;
    gvc_int n, rows, width;
    gvc_int first; /**< number of the first row, for formats that print it */
} gvc_rows;

/** Append `text` in the spelling of the format. */
typedef void (*gvc_spell_fn)(gvc_ctx *ctx, gvc_buf *to, const char *text);
/** Print one row; returns the end. Runs in parallel. */
typedef char *(*gvc_put_row_fn)(char *to, const gvc_rows *rows, gvc_int row);
/** Receives the bytes in order. */
typedef gvc_status (*gvc_sink_fn)(gvc_ctx *ctx, void *sink, const char *data, gvc_int bytes);

/** Make `sheet` ready; gvc_rows__free() also after a failure. The width counts the cells alone: a
 * format adds what it prints around them. */
gvc_status gvc_rows__plan(gvc_ctx *ctx, gvc_rows *rows, const gvc_sheet_view *sheet,
                          gvc_spell_fn spell);
void gvc_rows__free(gvc_rows *rows);

/** Whether the cell is missing, and its text. */
int gvc_rows__is_missing(const gvc_row_column *column, gvc_int row);
char *gvc_rows__put_cell(char *to, const gvc_row_column *column, gvc_int row);
char *gvc_rows__put_field(char *to, const gvc_field *field);
char *gvc_rows__put_int(char *to, int32_t value);

/** Print every row into `sink`. */
gvc_status gvc_rows__print(gvc_ctx *ctx, const gvc_rows *rows, gvc_put_row_fn put_row,
                           gvc_sink_fn sink, void *user);

#endif
