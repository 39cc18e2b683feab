#ifndef IMPORT_LONG_H
#define IMPORT_LONG_H

#include "import/draft.h"

/*
 * A CSV that lists cells one a line: country and item of the row, of the column, the value, perhaps
 * the year. Lines come in any order, cells of zero may be missing, other columns may be there.
 */

typedef struct gvc_long_line {
    const char *code;
    gvc_line_role role;
} gvc_long_line;

typedef struct gvc_long_spec {
    const char *row_country, *row_item, *col_country, *col_item, *value; /* names of the columns */
    const char *year;           /* likewise; NULL: the file has one year */
    const char *total;          /* the country of summary rows and columns */
    const gvc_long_line *lines; /* roles of summary rows; other ones are primary inputs */
    gvc_int n_lines;
    const char *skip_row;      /* a summary row that repeats other numbers */
    const char *output_column; /* the summary column that is output; NULL: none */
} gvc_long_spec;

/** Whether the head of the part has the columns of the specification. */
int gvc_long__fits(const gvc_part *part, const gvc_long_spec *spec);

/** A file whose labels and years are known. */
typedef struct gvc_long gvc_long;

/** Go through the part once. */
gvc_status gvc_long__scan(gvc_ctx *ctx, gvc_long **out, const gvc_import *import,
                          const gvc_part *part, const gvc_long_spec *spec);
void gvc_long__free(gvc_long *l);
/** Years in ascending order; none where the file has no column for them. */
gvc_int gvc_long__n_years(const gvc_long *l);
int gvc_long__year(const gvc_long *l, gvc_int i);
/** Read the table of year i (any i where there are no years). */
gvc_status gvc_long__read(gvc_ctx *ctx, gvc_long *l, gvc_import *import, gvc_int i,
                          const gvc_release *release, gvc_table **out);

#endif
