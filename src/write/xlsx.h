#ifndef WRITE_XLSX_H
#define WRITE_XLSX_H

#include "base/text.h"
#include "write/gather.h"

/*
 * libxlsxwriter makes the workbook but for its rows: parts, styles, headings, panes, filters. Its
 * own cells cannot hold ours, as it prints numbers with %.16G, one digit short of a double. So the
 * rows are printed here (the shortest decimals that read back) and put into the sheets while the
 * parts are copied into the output.
 */

/** Rows of one sheet as SpreadsheetML, handed on piece by piece. */
typedef gvc_status (*gvc_xlsx_sink)(gvc_ctx *ctx, void *sink, const char *data, gvc_int bytes);
/** Print the rows of sheet `i` (from 0) below its heading. */
typedef gvc_status (*gvc_xlsx_rows)(gvc_ctx *ctx, gvc_int i, gvc_xlsx_sink sink, void *to,
                                    void *user);

/** Copy the workbook `form` to `path`, with rows in its first `n` sheets. `name` is the output in
 * messages. */
gvc_status gvc_xlsx__fill(gvc_ctx *ctx, const char *path, const char *form, const char *name,
                          gvc_int n, gvc_xlsx_rows rows, void *user);

/** Rows of a table; rows of its codebook from `row` on (0 is the heading), and how many there are
 * then. */
gvc_status gvc_xlsx__table_rows(gvc_ctx *ctx, const gvc_spool *table, gvc_xlsx_sink sink, void *to);
gvc_status gvc_xlsx__codebook_rows(gvc_ctx *ctx, const gvc_codebook *book, gvc_int *row,
                                   gvc_xlsx_sink sink, void *to);
/** Two columns of texts. */
gvc_status gvc_xlsx__about_rows(gvc_ctx *ctx, const gvc_attrs *facts, gvc_xlsx_sink sink, void *to);

/** Read the sheet "about" of a workbook of ours back; nothing where there is none. */
gvc_status gvc_xlsx__read_about(gvc_ctx *ctx, gvc_attrs *facts, const char *path);

#endif
