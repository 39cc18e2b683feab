#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "report/grid.h"

/**
 * A picture being drawn. Lengths are pixels of a canvas some 440 wide, which fits a telephone
 * without shrinking letters below reading size. Colours and dashes are classes of svg.css, so that
 * the same picture serves light and dark pages and print.
 */
typedef struct gvc_svg {
    gvc_doc *doc;
    const char *id;
    double width, height;
    gvc_buf body;
} gvc_svg;

void gvc_svg__begin(gvc_doc *doc, gvc_svg *svg, const char *id, double width, double height);
/** The finished picture: role, title and description come first. `style` is put inside for a
 *  picture that stands alone, NULL inside a page, which has it already. Frees the body. */
void gvc_svg__end(gvc_svg *svg, gvc_buf *out, const char *title, const char *description);

/** Straight line, rectangle; `class` is ours. */
void gvc_svg__line(gvc_svg *svg, const char *class, double x1, double y1, double x2, double y2);
void gvc_svg__rect(gvc_svg *svg, const char *class, double x, double y, double w, double h);
/** Text with its anchor "start", "middle" or "end". */
void gvc_svg__text(gvc_svg *svg, const char *class, double x, double y, const char *anchor,
                   const char *text);
/** The same, cut with an ellipsis to fit about `room` pixels. */
void gvc_svg__label(gvc_svg *svg, const char *class, double x, double y, const char *anchor,
                    double room, const char *text);
/** Open and close a group that tells `tip` when pointed at or reached with the keyboard. */
void gvc_svg__open(gvc_svg *svg, const char *class, const char *tip);
void gvc_svg__close(gvc_svg *svg);
/** Circle, square, triangle or diamond by what the row stands for. */
void gvc_svg__marker(gvc_svg *svg, gvc_mark mark, const char *class, double x, double y,
                     double size);
/** A polyline through `n` points; missing points break it. */
void gvc_svg__path(gvc_svg *svg, const char *class, const double *x, const double *y, gvc_int n);

/** Width of a text in pixels at 13 px in a wide font: an estimate that a browser seldom exceeds. */
double gvc_svg__width(const char *text);

/** An axis: values from `low` to `high` stand from pixel `from` to pixel `to`. */
typedef struct gvc_axis {
    double low, high, from, to, step;
} gvc_axis;

/** An axis over at least [low, high] that ends at round numbers, with about `ticks` of them. */
gvc_axis gvc_axis__new(double low, double high, double from, double to, int ticks);
double gvc_axis__at(const gvc_axis *axis, double value);
/** Text of a tick, with as many decimals as the steps have. */
const char *gvc_axis__text(gvc_doc *doc, const gvc_axis *axis, gvc_numeral form, double value,
                           gvc_scale money);
/** Gridlines and texts at the left, from `left` to `right`. */
void gvc_axis__draw_y(gvc_svg *svg, const gvc_axis *axis, double left, double right,
                      gvc_numeral form, gvc_scale money);
/** Gridlines and texts below, from `top` to `bottom`. */
void gvc_axis__draw_x(gvc_svg *svg, const gvc_axis *axis, double top, double bottom,
                      gvc_numeral form, gvc_scale money);

/** Style class of a series: colour and dash. */
const char *gvc_svg__class(gvc_mark mark);

#endif
