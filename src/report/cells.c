#include "report/model.h"

#include <gvc/measures.h>

/* Copy a column of the frame, keyed by sector and partner of the focus, into `cells` (N x G,
 * sectors row by row). */
static void copy_column(gvc_report *r, const gvc_frame *frame, gvc_int column, double *cells)
{
    const gvc_labels *countries = gvc_edition_countries(r->edition);
    const gvc_labels *sectors = gvc_edition_sectors(r->edition);
    const gvc_int sector = gvc_frame_find(frame, "sector");
    const gvc_int partner = gvc_frame_find(frame, "partner");

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        const char *k_code =
            gvc_labels_code(gvc_frame_labels(frame, sector), gvc_frame_codes(frame, sector)[i]);
        const char *c_code =
            gvc_labels_code(gvc_frame_labels(frame, partner), gvc_frame_codes(frame, partner)[i]);
        const gvc_int k = gvc_labels_find(sectors, k_code), c = gvc_labels_find(countries, c_code);

        if (k >= 0 && c >= 0)
            cells[k * r->G + c] = gvc_frame_reals(frame, column)[i];
    }
}

static void keep(gvc_report *r, const gvc_frame *frame, const char *name, double **cells)
{
    const gvc_int column = gvc_frame_find(frame, name);

    if (column < 0)
        return;
    *cells = gvc_doc__alloc(&r->doc, r->N * r->G, sizeof **cells);
    if (*cells)
        copy_column(r, frame, column, *cells);
}

gvc_status gvc_report__cells(gvc_report *r, gvc_model *model, const gvc_measure *const *measures,
                             gvc_int n)
{
    static const char *const level[] = { "bilateral_sector", NULL };
    const char *const focus[] = { r->opts->focus, NULL };
    const gvc_run_opts opts = {
        .levels = level, .filter = { .country = focus }, .no_edition_groups = 1, .skip_levels = 1
    };
    gvc_frames *frames = NULL;
    gvc_status st = gvc_frames_new(r->doc.ctx, &frames);

    if (st == GVC_OK)
        st = gvc_measures_run(r->doc.ctx, frames, model, measures, n, &opts);
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
        keep(r, gvc_frames_get(frames, f), "gexp", &r->cell_exports);
        keep(r, gvc_frames_get(frames, f), "tc_deliv", &r->cell_costs);
    }
    gvc_frames_free(frames);
    return st == GVC_OK ? gvc_doc__status(&r->doc) : st;
}
