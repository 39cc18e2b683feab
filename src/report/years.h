#ifndef REPORT_YEARS_H
#define REPORT_YEARS_H

#include "report/svg.h"

/** A time axis: years stand at their distance in time, gaps in the data stay gaps. */
typedef struct gvc_years {
    double left, right;
    int first, last;
} gvc_years;

gvc_years gvc_years__new(const gvc_grid *grid, double left, double right);
int gvc_years__of(const gvc_grid *grid, gvc_int row);
double gvc_years__at(const gvc_years *axis, int year);
/** Names of the years that have room, the first and the last among them. */
void gvc_years__draw(gvc_svg *svg, const gvc_years *axis, const gvc_grid *grid, double y);

#endif
