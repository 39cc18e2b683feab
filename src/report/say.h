#ifndef REPORT_SAY_H
#define REPORT_SAY_H

#include "report/model.h"

/* Sentences about figures. They are right in both directions: what is compared is what is shown, so
 * two figures that print alike are called the same. */

/** "rose from 15.6 % in 1995 to 22.8 % in 2011", "fell ...", "stood at 22.8 % in 1995 and in 2011";
 * with one year "stands at 22.8 % in 2011". */
const char *gvc_say__moved(gvc_report *r, gvc_numeral form, double first, double last,
                           gvc_scale money);
/** The same for a figure of country, group or world by year. */
const char *gvc_say__moved_mark(gvc_report *r, gvc_mark mark, const char *column, gvc_numeral form);
/** What `a` is beside `b`: "more", "less", "the same", "no comparable figure" where one is missing.
 */
const char *gvc_say__than(gvc_numeral form, double a, double b, gvc_scale money);
/** Change as shown with its unit: "+7.2 points", "-0.021", "no change"; "" with one year. */
const char *gvc_say__change(gvc_report *r, gvc_numeral form, double first, double last,
                            gvc_scale money);
/** Where a series of a mark is highest and lowest: "lowest in 1995 (15.6 %), highest in 2005 (26.3
 * %)"; "" with fewer than three years. */
const char *gvc_say__extremes(gvc_report *r, gvc_mark mark, const char *column, gvc_numeral form);
/** "in 2011", "" for a table without a year. */
const char *gvc_say__in(gvc_report *r, int year);
/** "1995 to 2011", "2011", "" */
const char *gvc_say__span(gvc_report *r);

/** A grid of a column by year for focus, group and world. */
gvc_grid *gvc_say__series(gvc_report *r, const char *name, const char *title, const char *column,
                          gvc_numeral form);

#endif
