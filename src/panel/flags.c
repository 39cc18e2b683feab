#include "panel/calendar.h"

#include "base/labels.h"
#include "base/mem.h"
#include "base/quantile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 33, LABEL_ROOM = 81 };

/* Labels in which code i is the flag i + 1. */
static gvc_status make_labels(gvc_ctx *ctx, gvc_labels **out)
{
    static const char *const texts[] = {
        "missing: no denominator",
        "missing: sector without output",
        "missing: not in the table",
        "group without some members",
        "negative money",
        "share above 1",
    };
    const char *codes[GVC_FLAGS_N - 1];

    for (int i = 1; i < GVC_FLAGS_N; i++)
        codes[i - 1] = gvc_flag_name((gvc_flag)i);
    return gvc_labels__new(ctx, out, GVC_FLAGS_N - 1, codes, texts);
}

static gvc_status add_column(gvc_ctx *ctx, gvc_frame *panel, gvc_int column,
                             const gvc_labels *labels)
{
    const unsigned char *flags = gvc_frame_flags(panel, column);
    char name[NAME_ROOM], label[LABEL_ROOM];
    const gvc_column_info info = { .name = name, .label = label };
    int32_t *cells;

    if (snprintf(name, sizeof name, "f_%s", gvc_frame_name(panel, column)) >= NAME_ROOM)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "--flags: the column f_%s would have more than 32 characters; use "
                              "--layout long",
                              gvc_frame_name(panel, column));
    snprintf(label, sizeof label, "Why %s is missing, or what is odd about it",
             gvc_frame_name(panel, column));
    cells = gvc_frame__add_label(ctx, panel, GVC_ROLE_ID, &info, labels);
    for (gvc_int i = 0; cells && i < gvc_frame_rows(panel); i++)
        cells[i] = flags[i] - 1;
    return cells ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_panel_add_flags(gvc_ctx *ctx, gvc_frame *panel)
{
    const gvc_int columns = gvc_frame_columns(panel);
    gvc_labels *labels = NULL;
    gvc_status st = make_labels(ctx, &labels);

    for (gvc_int j = 0; st == GVC_OK && j < columns; j++)
        if (gvc_frame_flags(panel, j))
            st = add_column(ctx, panel, j, labels);
    gvc_labels__free(labels);
    return st;
}

/* Units that have the measure in every year of their source. */
static void count_complete(gvc_panel_stats *out, const gvc_panel_keys *keys, const double *values,
                           const gvc_calendar *calendar)
{
    for (gvc_int i = 0, end; i < keys->rows; i = end) {
        const int32_t source = keys->source ? keys->source[i] : 0;
        gvc_int here = 0;

        for (end = i; end < keys->rows && keys->id[end] == keys->id[i]; end++)
            here += !isnan(values[end]);
        out->complete +=
            here == gvc_calendar__end(calendar, source) - gvc_calendar__first(calendar, source);
    }
}

gvc_status gvc_panel_measure(gvc_ctx *ctx, gvc_panel_stats *out, const gvc_frame *panel,
                             gvc_int column)
{
    const double *values = gvc_frame_reals(panel, column);
    const unsigned char *flags = gvc_frame_flags(panel, column);
    const gvc_int rows = gvc_frame_rows(panel);
    double *there = gvc_mem__alloc(ctx, rows, sizeof *there);
    gvc_calendar calendar = { 0 };
    gvc_panel_keys keys;
    gvc_status st = there ? gvc_panel__keys(ctx, &keys, panel) : GVC_ENOMEM;

    *out = (gvc_panel_stats){ .rows = rows, .min = NAN, .median = NAN, .max = NAN };
    for (gvc_int i = 0; st == GVC_OK && i < rows; i++) {
        out->flags[flags ? flags[i] : GVC_FLAG_NONE]++;
        if (isnan(values[i]))
            continue;
        there[out->present++] = values[i];
        out->min = fmin(out->min, values[i]);
        out->max = fmax(out->max, values[i]);
        out->negative += values[i] < 0;
        out->above_one += values[i] > 1;
    }
    if (st == GVC_OK && out->present > 0)
        out->median = gvc_quantile__take(there, out->present, 0.5);
    if (st == GVC_OK)
        st = gvc_calendar__of_panel(ctx, &calendar, &keys);
    if (st == GVC_OK)
        count_complete(out, &keys, values, &calendar);
    gvc_calendar__free(&calendar);
    gvc_mem__free(there);
    return st;
}
