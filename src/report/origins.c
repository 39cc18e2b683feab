#include "report/model.h"

#include <gvc/measures.h>

#include <string.h>

/* The country-sector named by an origin key "CHN:c14"; -1 where it is none of the table's. */
static gvc_int place_of(const gvc_report *r, const char *code)
{
    const gvc_labels *countries = gvc_edition_countries(r->edition);
    const char *colon = strchr(code, ':');
    char country[64];
    gvc_int c, k;

    if (!colon || (size_t)(colon - code) >= sizeof country)
        return -1;
    memcpy(country, code, (size_t)(colon - code));
    country[colon - code] = 0;
    c = gvc_labels_find(countries, country);
    k = gvc_labels_find(gvc_edition_sectors(r->edition), colon + 1);
    return c < 0 || k < 0 ? -1 : c * r->N + k;
}

static gvc_int sector_of(const gvc_report *r, const gvc_frame *frame, gvc_int row)
{
    const gvc_int column = gvc_frame_find(frame, "exporter_sector");
    const int32_t code = column < 0 ? -1 : gvc_frame_codes(frame, column)[row];

    return code < 0 ? -1
                    : gvc_labels_find(gvc_edition_sectors(r->edition),
                                      gvc_labels_code(gvc_frame_labels(frame, column), code));
}

static void keep(gvc_report *r, const gvc_frame *frame, gvc_int origin, gvc_int value)
{
    const gvc_labels *labels = gvc_frame_labels(frame, origin);
    const gvc_int n = r->G * r->N;

    if (!r->origins) {
        r->origins = gvc_doc__alloc(&r->doc, n, sizeof *r->origins);
        r->chains = gvc_doc__alloc(&r->doc, r->N * n, sizeof *r->chains);
    }
    for (gvc_int i = 0; !r->doc.failed && i < gvc_frame_rows(frame); i++) {
        const int32_t code = gvc_frame_codes(frame, origin)[i];
        const gvc_int at = code < 0 ? -1 : place_of(r, gvc_labels_code(labels, code));
        const gvc_int k = sector_of(r, frame, i);

        if (at < 0 || k < 0)
            continue;
        r->origins[at] += gvc_frame_reals(frame, value)[i];
        r->chains[k * n + at] = gvc_frame_reals(frame, value)[i];
    }
}

gvc_status gvc_report__origins(gvc_report *r, gvc_model *model)
{
    static const char *const level[] = { "sector_origin_sector", NULL };
    const char *const focus[] = { r->opts->focus, NULL };
    const gvc_measure *origin = gvc_measures_find_kind("origin", GVC_FRAME_EXPORTS);
    const gvc_run_opts opts = { .levels = level, .filter = { .exporter = focus } };
    gvc_frames *frames = NULL;
    gvc_status st;

    if (!origin || r->G * r->N > GVC_REPORT_INVERSE_MAX)
        return GVC_OK;
    st = gvc_frames_new(r->doc.ctx, &frames);
    if (st == GVC_OK)
        st = gvc_measures_run(r->doc.ctx, frames, model, &origin, 1, &opts);
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);
        const gvc_int key = gvc_frame_find(frame, "origin"), value = gvc_frame_find(frame, "vbe");

        if (key >= 0 && value >= 0)
            keep(r, frame, key, value);
    }
    if (r->origins)
        r->measures[r->n_measures++] = origin;
    gvc_frames_free(frames);
    return st == GVC_OK ? gvc_doc__status(&r->doc) : st;
}
