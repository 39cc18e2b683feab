#ifndef IMPORT_NUMBERS_H
#define IMPORT_NUMBERS_H

#include "base/ctx.h"

/** A CSV file of numbers without a header, one matrix row a line: its text and where lines begin.
 */
typedef struct gvc_numbers gvc_numbers;

/**
 * Read the file and see that it holds rows x cols cells, before anybody takes memory for them.
 * GVC_EDATA with the line: wrong number of rows, ragged rows, empty file.
 */
gvc_status gvc_numbers__open(gvc_ctx *ctx, gvc_numbers **out, const char *path, gvc_int rows,
                             gvc_int cols);
/** Fill `view` (cols x rows): each row of the file is a column. GVC_EDATA with line and column
 * where a cell is no finite number. */
gvc_status gvc_numbers__fill_t(gvc_ctx *ctx, const gvc_numbers *numbers, gvc_view view);
void gvc_numbers__free(gvc_numbers *numbers);
/** Open the file, fill `view` with its rows as rows, free. */
gvc_status gvc_numbers__read(gvc_ctx *ctx, const char *path, gvc_view view);

/** The finite number that is the whole of [text, end), blanks around it aside; 0 where it is none.
 */
int gvc_numbers__parse(const char *text, const char *end, double *value);

#endif
