#include "index/output.h"

#include "base/mem.h"
#include "index/adapt.h"
#include "index/partner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The cells that become rows, in order. */
typedef struct chosen {
    gvc_int *cells, n;
    int own_pairs; /* of the columns that have own pairs, or of those that have none; ALL: of all */
} chosen;

enum { ALL = -1, LEVEL_ROOM = 64 };

static int has_own_pairs(const gvc_measure *measure, gvc_level level, gvc_int t)
{
    const gvc_family *family = measure->how;

    if (!(level & GVC_LEVELS_PAIRS) || !(gvc_index__term_levels(measure, t) & level))
        return 0;
    for (const char *const *name = family->own_pairs; name && *name; name++)
        if (strcmp(*name, measure->terms[t].name) == 0)
            return 1;
    return 0;
}

/* How many columns have own pairs (or have none) at the sheet's level. */
static gvc_int count_columns(const gvc_sheet *sheet, int own_pairs)
{
    gvc_int n = 0;

    for (gvc_int t = 0; t < sheet->measure->n_terms; t++)
        n += sheet->columns[t] && has_own_pairs(sheet->measure, sheet->level, t) == own_pairs;
    return n;
}

static const gvc_labels *row_labels(const gvc_index_output *output, gvc_level level)
{
    if (level & (GVC_LEVEL_WORLD | GVC_LEVEL_WORLD_SECTOR))
        return output->world;
    if (level & (GVC_LEVEL_GROUP_SUM | GVC_LEVEL_GROUP_BLOCK))
        return output->groups.labels;
    return gvc_units_labels(gvc_model_units(output->model));
}

static gvc_status add_keys(gvc_ctx *ctx, const gvc_index_output *output, gvc_frame *frame,
                           gvc_level level, const chosen *rows)
{
    const gvc_cell_keys first = gvc_index__cell_keys(&output->shape, level, rows->cells[0]);
    const gvc_column_info of_country = { .name = "country" }, of_sector = { .name = "sector" };
    const gvc_column_info of_partner = { .name = "partner" };
    int32_t *country, *sector = NULL, *partner = NULL;

    country =
        gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of_country, row_labels(output, level));
    if (first.sector >= 0)
        sector = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of_sector,
                                      gvc_index__sectors(output->model, output->shape.sectors));
    if (first.partner >= 0)
        partner = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of_partner,
                                       output->partners
                                           ? output->partners
                                           : gvc_units_labels(gvc_model_units(output->model)));
    if (!country || (first.sector >= 0 && !sector) || (first.partner >= 0 && !partner))
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < rows->n; i++) {
        const gvc_cell_keys keys = gvc_index__cell_keys(&output->shape, level, rows->cells[i]);

        country[i] = (int32_t)keys.country;
        if (sector)
            sector[i] = (int32_t)keys.sector;
        if (partner)
            partner[i] = (int32_t)keys.partner;
    }
    return GVC_OK;
}

static gvc_status flag_missing(gvc_ctx *ctx, gvc_frame *frame, const gvc_index_output *output,
                               const gvc_sheet *sheet, const chosen *rows, const double *values,
                               gvc_int t)
{
    const int is_absent = t >= ((const gvc_adapted *)sheet->measure)->known;
    unsigned char *flags = NULL;

    for (gvc_int i = 0; i < rows->n; i++) {
        const gvc_cell_keys keys =
            gvc_index__cell_keys(&output->shape, sheet->level, rows->cells[i]);

        if (!isnan(values[i]))
            continue;
        if (!flags)
            flags = gvc_frame__add_flags(ctx, frame, gvc_frame_columns(frame) - 1);
        if (!flags)
            return GVC_ENOMEM;
        flags[i] = is_absent                                              ? GVC_FLAG_ABSENT
                   : keys.sector >= 0 && sheet->gout[rows->cells[i]] == 0 ? GVC_FLAG_NOSEC
                                                                          : GVC_FLAG_DEN0;
    }
    return GVC_OK;
}

gvc_column_info gvc_index__column(const gvc_measure *measure, gvc_int t, gvc_level level)
{
    const gvc_term *term = &measure->terms[t];

    return (gvc_column_info){
        .name = term->name,
        .label = term->label,
        .unit = term->unit,
        .formula = term->formula,
        .measure = term->name,
        .group = measure->name,
        .paper = measure->paper,
        .meaning = term->meaning,
        .partner = gvc_level__info(level)->keys & GVC_KEY_IMPORTER
                       ? gvc_index__partner(measure->name, term->name)
                       : "",
        .range = term->range,
    };
}

static gvc_status add_values(gvc_ctx *ctx, gvc_frame *frame, const gvc_index_output *output,
                             const gvc_sheet *sheet, const chosen *rows)
{
    for (gvc_int t = 0; t < sheet->measure->n_terms; t++) {
        const gvc_column_info info = gvc_index__column(sheet->measure, t, sheet->level);
        gvc_status st;
        double *values;

        if (!sheet->columns[t] ||
            (rows->own_pairs != ALL &&
             has_own_pairs(sheet->measure, sheet->level, t) != rows->own_pairs))
            continue;
        values = gvc_frame__add_real(ctx, frame, &info);
        if (!values)
            return GVC_ENOMEM;
        for (gvc_int i = 0; i < rows->n; i++)
            values[i] = sheet->columns[t][rows->cells[i]];
        st = flag_missing(ctx, frame, output, sheet, rows, values, t);
        if (st != GVC_OK)
            return st;
    }
    return GVC_OK;
}

static gvc_status make_frame(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                             const gvc_sheet *sheet, const chosen *rows)
{
    gvc_frame *frame = NULL;
    char level[LEVEL_ROOM];
    gvc_status st;

    snprintf(level, sizeof level, "%s%s", gvc_level__info(sheet->level)->name,
             output->suffix ? output->suffix : "");
    st = gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, level,
                        gvc_table_year(gvc_model_table(output->model)), rows->n);
    if (st == GVC_OK)
        st = add_keys(ctx, output, frame, sheet->level, rows);
    if (st == GVC_OK)
        st = add_values(ctx, frame, output, sheet, rows);
    if (st == GVC_OK)
        return gvc_frames__add(ctx, frames, frame);
    gvc_frame_free(frame);
    return st;
}

gvc_status gvc_index__hand_out(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                               const gvc_sheet *sheet)
{
    chosen rows = { gvc_mem__alloc(ctx, sheet->cells, sizeof *rows.cells), 0, 0 };
    gvc_status st = rows.cells ? GVC_OK : GVC_ENOMEM;

    for (; rows.own_pairs <= 1 && st == GVC_OK; rows.own_pairs++) {
        if (count_columns(sheet, rows.own_pairs) == 0)
            continue;
        rows.n = gvc_index__select(&output->selection, &output->shape, sheet->level, sheet->cells,
                                   rows.own_pairs, rows.cells);
        if (rows.n > 0)
            st = make_frame(ctx, frames, output, sheet, &rows);
    }
    gvc_mem__free(rows.cells);
    return st;
}

gvc_status gvc_index__hand_out_pooled(gvc_ctx *ctx, gvc_frames *frames,
                                      const gvc_index_output *output,
                                      const gvc_index_groups *groups, const gvc_sheet *sheet)
{
    const int is_pool = groups == &output->pools;
    gvc_index_output pooled = *output;
    chosen rows = { NULL, 0, ALL };
    gvc_status st = GVC_OK;

    if (count_columns(sheet, 0) + count_columns(sheet, 1) == 0)
        return GVC_OK;
    rows.cells = gvc_mem__alloc(ctx, sheet->cells, sizeof *rows.cells);
    if (!rows.cells)
        return GVC_ENOMEM;
    pooled.shape.U = groups->n; /* how many partners a seller has */
    pooled.partners = groups->labels;
    pooled.suffix = is_pool ? "_pool" : "_group";
    pooled.selection.partner = is_pool ? NULL : output->selection.pooled;
    rows.n = gvc_index__select(&pooled.selection, &pooled.shape, sheet->level, sheet->cells, 1,
                               rows.cells);
    if (rows.n > 0)
        st = make_frame(ctx, frames, &pooled, sheet, &rows);
    gvc_mem__free(rows.cells);
    return st;
}
