#ifndef IMPORT_XLSX_H
#define IMPORT_XLSX_H

#include "import/source.h"

/** An Excel workbook (.xlsx), its sheets streamed row by row. */
typedef struct gvc_book gvc_book;

typedef enum gvc_cell_kind { GVC_CELL_NUMBER, GVC_CELL_TEXT, GVC_CELL_ERROR } gvc_cell_kind;

typedef struct gvc_cell {
    gvc_int column; /* from 0 */
    gvc_cell_kind kind;
    double value;
    const char *text; /* of the other kinds; zero-terminated */
} gvc_cell;

/** Receives each row that has cells (`row` from 1, columns ascending). GVC_NO stops the reading
 *  without an error. */
typedef gvc_status (*gvc_row_fn)(gvc_ctx *ctx, void *user, gvc_int row, const gvc_cell *cells,
                                 gvc_int n);

/** Open the workbook `part`; GVC_EDATA with advice for a binary one (.xlsb). */
gvc_status gvc_book__open(gvc_ctx *ctx, gvc_book **out, const gvc_source *source,
                          const gvc_part *part);
void gvc_book__close(gvc_book *book);
gvc_int gvc_book__n(const gvc_book *book);
const char *gvc_book__sheet(const gvc_book *book, gvc_int i);
/** Bytes of XML that sheet i declares. */
gvc_int gvc_book__bytes(const gvc_book *book, gvc_int i);
/** Read sheet i. XML that declares a document type is refused, and what the sheet says about its
 *  own size is not believed. */
gvc_status gvc_book__read(gvc_ctx *ctx, gvc_book *book, gvc_int i, gvc_row_fn fn, void *user);

/** The cell as a number: 1; 0 where it is blank (value 0), -1 where it is something else. Numbers
 *  kept as text are numbers. */
int gvc_cell__number(const gvc_cell *cell, double *value);
/** The text of a cell trimmed, a whole number in digits, "" for anything else; into `room`. */
const char *gvc_cell__text(const gvc_cell *cell, char *text, gvc_int room);
/** "cell F9" into `text` (80 bytes). */
const char *gvc_cell__place(gvc_int row, gvc_int column, char *text);

#endif
