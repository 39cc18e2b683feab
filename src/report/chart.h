#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/svg.h"

/* Charts: grid in, picture out, nothing else looked at. Each begins and draws `svg`; the caller
 * ends it with a title and a description. */

enum { GVC_CHART_WIDTH = 440 };

/** Rows are years (codes), columns series. */
void gvc_chart__lines(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid);
/** Rows are years, columns parts that add up; negative parts hang below zero. */
void gvc_chart__stack(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid);
/** Rows are terms laid end to end, the last row is their total, drawn from zero. */
void gvc_chart__steps(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid,
                      gvc_int col);
/** A bar a row by column `col`, in the order of the grid. */
void gvc_chart__ranked(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid,
                       gvc_int col);
/** Rows are points, columns x and y. `paths` (or NULL) has years as rows and pairs of columns x, y
 * of one mark. Axes carry the titles of the columns. */
void gvc_chart__scatter(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *points,
                        const gvc_grid *paths);
/** Numbers on shaded cells, each column shaded by itself. */
void gvc_chart__heat(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid);
/** Rows are points, columns x, y, and the area of the point; the curve is the weighted
 * least-squares parabola `curve` (constant, slope, bend). */
void gvc_chart__smile(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid,
                      const double curve[3]);
/** Countries as equal squares where the map has them, shaded by column 0. */
void gvc_chart__tiles(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid);

/** Three columns of nodes and the flows between them, by money. */
typedef struct gvc_flow {
    gvc_int n[3]; /**< nodes of each column */
    const gvc_entry *nodes[3];
    const double *first;  /**< n[0] x n[1], row by row */
    const double *second; /**< n[1] x n[2] */
    const char *heads[3];
    gvc_scale money;
} gvc_flow;
void gvc_chart__flow(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_flow *flow);

/** Weighted least squares of y = c0 + c1 x + c2 x^2 over the rows of `grid` (x, y, weight). Returns
 * the share of the weighted variance it explains, NaN with fewer than four points. */
double gvc_chart__fit(const gvc_grid *grid, double curve[3]);

#endif
