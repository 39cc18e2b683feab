#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "report/numeral.h"

/** What a row or a column stands for: it decides colour, dash, marker and order of drawing. */
typedef enum gvc_mark {
    GVC_MARK_OTHER,
    GVC_MARK_MEMBER, /**< a member of the group */
    GVC_MARK_WORLD,
    GVC_MARK_GROUP,
    GVC_MARK_FOCUS,
} gvc_mark;

/** One column of numbers. */
typedef struct gvc_field {
    const char *name;  /**< in files: short, lower case */
    const char *title; /**< on the page */
    gvc_numeral form;
    gvc_mark mark;
} gvc_field;

/** What a row is called. */
typedef struct gvc_entry {
    const char *code, *name;
    gvc_mark mark;
} gvc_entry;

/**
 * The numbers of one chart: the chart, the table behind it and the file of data are all written
 * from here, so they cannot differ.
 */
typedef struct gvc_grid {
    const char *name;  /**< of the file of data */
    const char *title; /**< caption of the table */
    const char *head;  /**< what a row is: "Year", "Country" */
    gvc_int rows, cols;
    gvc_entry *entries;
    gvc_field *fields;
    double *cells; /**< row by row */
    gvc_scale money;
    int is_heat; /**< the cells of the table are shaded, column by column */
} gvc_grid;

/** A grid of missing values with empty names; NULL once the document failed. */
gvc_grid *gvc_grid__new(gvc_doc *doc, const char *name, const char *title, const char *head,
                        gvc_int rows, gvc_int cols);
double *gvc_grid__at(const gvc_grid *grid, gvc_int row, gvc_int col);
double gvc_grid__get(const gvc_grid *grid, gvc_int row, gvc_int col);
/** The largest absolute value among the columns of money. */
double gvc_grid__largest(const gvc_grid *grid);
/** Sort rows by a column, largest first, missing last; equal values keep their order. */
void gvc_grid__sort(const gvc_grid *grid, gvc_int col);
/** Keep the first `rows` rows. */
void gvc_grid__cut(gvc_grid *grid, gvc_int rows);
/** Text of a cell as it is shown, with its unit. */
const char *gvc_grid__text(gvc_doc *doc, const gvc_grid *grid, gvc_int row, gvc_int col);

/** The table: sortable headings, scopes, caption. */
void gvc_grid__table(gvc_doc *doc, gvc_buf *out, const gvc_grid *grid);
/** The file of data (CSV with full numbers). */
void gvc_grid__csv(gvc_doc *doc, gvc_buf *out, const gvc_grid *grid);

#endif
