#include "report/model.h"

#include <gvc/trace.h>

#include <string.h>

static const char *label_at(const gvc_frame *frame, const char *key, gvc_int row)
{
    const gvc_int j = gvc_frame_find(frame, key);
    const int32_t code = gvc_frame_codes(frame, j)[row];

    return code < 0 ? "" : gvc_labels_code(gvc_frame_labels(frame, j), code);
}

static int route_of(const char *name)
{
    static const char *const names[] = { "final", "inter", "third" };

    for (int i = 0; i < 3; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* The rows that sum the group, by direction and route. */
static void add_routes(gvc_report *r, const gvc_frame *frame, int year)
{
    const double *value = gvc_frame_reals(frame, gvc_frame_find(frame, "value"));
    const char *sum = gvc_doc__text(&r->doc, "sum:%s", gvc_group_name(r->opts->group));

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        const int route = route_of(label_at(frame, "route", i));
        const int is_in = strcmp(label_at(frame, "direction", i), "in") == 0;

        if (route >= 0 && strcmp(label_at(frame, "partner", i), sum) == 0)
            r->routes[year][is_in][route] += value[i];
    }
}

gvc_status gvc_report__trace(gvc_report *r, gvc_model *model, int year)
{
    const char *const group[] = { gvc_group_name(r->opts->group), NULL };
    gvc_trace_opts opts = { .focus = r->opts->focus,
                            .partners = group,
                            .group_rule = r->opts->group_rule,
                            .by_country = 1 };
    gvc_frame *frame = NULL;
    gvc_status st = GVC_OK;

    /* By the members of each year a group may have had none yet. */
    if (r->n_members)
        st = gvc_trace(r->doc.ctx, &frame, model, &opts);
    if (st == GVC_OK && frame)
        add_routes(r, frame, year);
    gvc_frame_free(frame);
    if (st != GVC_OK || year + 1 < r->n_years)
        return st;
    opts.partners = NULL;
    opts.by_country = 0;
    return gvc_trace(r->doc.ctx, &r->trace, model, &opts);
}
