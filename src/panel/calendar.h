#ifndef PANEL_CALENDAR_H
#define PANEL_CALENDAR_H

#include "panel/derive.h"

/** A year of one source. */
typedef struct gvc_span {
    int32_t source, year;
} gvc_span;

/** The years that each source has, in the order of sources and years. */
typedef struct gvc_calendar {
    gvc_span *spans;
    gvc_int n, hint;
} gvc_calendar;

/** Add a year, which may be there already; to a zeroed calendar at first. Sort when all are in. */
gvc_status gvc_calendar__add(gvc_ctx *ctx, gvc_calendar *calendar, int32_t source, int32_t year);
void gvc_calendar__sort(gvc_calendar *calendar);
/** From the rows of a finished panel. */
gvc_status gvc_calendar__of_panel(gvc_ctx *ctx, gvc_calendar *out, const gvc_panel_keys *keys);
void gvc_calendar__free(gvc_calendar *calendar);
/** The spans of a source stand from the first to before the end. */
gvc_int gvc_calendar__first(const gvc_calendar *calendar, int32_t source);
gvc_int gvc_calendar__end(const gvc_calendar *calendar, int32_t source);

#endif
