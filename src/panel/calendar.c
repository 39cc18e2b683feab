#include "panel/calendar.h"

#include "base/mem.h"

#include <stdlib.h>

static int compare_spans(const void *a, const void *b)
{
    const gvc_span *left = a, *right = b;

    if (left->source != right->source)
        return left->source < right->source ? -1 : 1;
    return (left->year > right->year) - (left->year < right->year);
}

/* Put a span among the distinct ones; `hint` is where the one before it stood, for rows of a unit
 * follow each other by year. Returns its place, -1 when memory is out. */
static gvc_int add_span(gvc_ctx *ctx, gvc_calendar *c, gvc_span span, gvc_int hint)
{
    gvc_span *more;

    for (gvc_int i = 0; i < c->n; i++) {
        const gvc_int at = (hint + 1 + i) % c->n;

        if (compare_spans(&c->spans[at], &span) == 0)
            return at;
    }
    more = gvc_mem__realloc(ctx, c->spans, c->n + 1, sizeof *more);
    if (!more)
        return -1;
    c->spans = more;
    c->spans[c->n] = span;
    return c->n++;
}

gvc_status gvc_calendar__add(gvc_ctx *ctx, gvc_calendar *calendar, int32_t source, int32_t year)
{
    calendar->hint = add_span(ctx, calendar, (gvc_span){ source, year }, calendar->hint);
    return calendar->hint < 0 ? GVC_ENOMEM : GVC_OK;
}

void gvc_calendar__sort(gvc_calendar *calendar)
{
    if (calendar->n > 0)
        qsort(calendar->spans, (size_t)calendar->n, sizeof *calendar->spans, compare_spans);
    calendar->hint = 0;
}

gvc_status gvc_calendar__of_panel(gvc_ctx *ctx, gvc_calendar *out, const gvc_panel_keys *keys)
{
    gvc_status st = GVC_OK;

    *out = (gvc_calendar){ 0 };
    for (gvc_int i = 0; st == GVC_OK && i < keys->rows; i++)
        st = gvc_calendar__add(ctx, out, keys->source ? keys->source[i] : 0, keys->year[i]);
    gvc_calendar__sort(out);
    return st;
}

void gvc_calendar__free(gvc_calendar *calendar)
{
    gvc_mem__free(calendar->spans);
}

gvc_int gvc_calendar__first(const gvc_calendar *calendar, int32_t source)
{
    gvc_int at = 0;

    while (at < calendar->n && calendar->spans[at].source != source)
        at++;
    return at;
}

gvc_int gvc_calendar__end(const gvc_calendar *calendar, int32_t source)
{
    gvc_int at = gvc_calendar__first(calendar, source);

    while (at < calendar->n && calendar->spans[at].source == source)
        at++;
    return at;
}
