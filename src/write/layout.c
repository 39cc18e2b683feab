#include "write/layout.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct gvc_promise {
    gvc_layout layout;
    gvc_arena *arena;
    const char *file, *level;
    int begun, has_year;
    gvc_frame_kind kind;
    gvc_int n;
    const char **names; /* wide: the columns */
};

enum { LONG_MAX = 9 };

static const char *const exports_columns[] = {
    "year",     "measure", "level",       "exporter", "exporter_sector",
    "importer", "origin",  "destination", "value",    NULL,
};
static const char *const indices_columns[] = {
    "year", "measure", "level", "country", "sector", "partner", "value", NULL,
};

const char *const *gvc_layout__long_columns(gvc_frame_kind kind)
{
    return kind == GVC_FRAME_EXPORTS ? exports_columns : indices_columns;
}

gvc_status gvc_promise__new(gvc_ctx *ctx, gvc_promise **out, gvc_layout layout, const char *file)
{
    gvc_promise *promise = gvc_mem__calloc(ctx, 1, sizeof *promise);

    *out = NULL;
    if (!promise)
        return GVC_ENOMEM;
    promise->layout = layout;
    promise->arena = gvc_arena__new(ctx);
    promise->file = promise->arena ? gvc_arena__strdup(ctx, promise->arena, file) : NULL;
    if (!promise->file) {
        gvc_promise__free(promise);
        return GVC_ENOMEM;
    }
    *out = promise;
    return GVC_OK;
}

void gvc_promise__free(gvc_promise *promise)
{
    if (!promise)
        return;
    gvc_mem__free(promise->names);
    gvc_arena__free(promise->arena);
    gvc_mem__free(promise);
}

static int has_year(const gvc_frame *frame)
{
    return gvc_frame_year(frame) != GVC_INT_MISSING;
}

static gvc_status make_promise(gvc_ctx *ctx, gvc_promise *promise, const gvc_frame *frame)
{
    const gvc_int n = gvc_frame_columns(frame);

    gvc_mem__free(promise->names);
    promise->names = gvc_mem__calloc(ctx, n, sizeof *promise->names);
    promise->level = gvc_arena__strdup(ctx, promise->arena, gvc_frame_level(frame));
    if (!promise->names || !promise->level)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < n; j++) {
        promise->names[j] = gvc_arena__strdup(ctx, promise->arena, gvc_frame_name(frame, j));
        if (!promise->names[j])
            return GVC_ENOMEM;
    }
    promise->n = n;
    promise->kind = gvc_frame_get_kind(frame);
    promise->has_year = has_year(frame);
    promise->begun = 1;
    return GVC_OK;
}

static gvc_status check_columns(gvc_ctx *ctx, const gvc_promise *promise, const gvc_frame *frame)
{
    const gvc_int n = gvc_frame_columns(frame);

    for (gvc_int j = 0; j < n || j < promise->n; j++) {
        const char *has = j < n ? gvc_frame_name(frame, j) : "nothing";
        const char *wants = j < promise->n ? promise->names[j] : "nothing";

        if (strcmp(has, wants) != 0)
            return gvc_error__at(ctx, GVC_EUSAGE, promise->file, NULL,
                                 "column %lld is %s in one result and %s in another; a wide file "
                                 "holds one set of columns: use --layout long, or an .h5 output",
                                 (long long)j + 1, wants, has);
    }
    return GVC_OK;
}

static gvc_status check_wide(gvc_ctx *ctx, const gvc_promise *promise, const gvc_frame *frame)
{
    if (strcmp(promise->level, gvc_frame_level(frame)) != 0)
        return gvc_error__at(ctx, GVC_EUSAGE, promise->file, NULL,
                             "the results have the levels %s and %s, and a wide file holds one; "
                             "name one with --level, or use --layout long or an .h5 output",
                             promise->level, gvc_frame_level(frame));
    if (promise->has_year != has_year(frame))
        return gvc_error__at(ctx, GVC_EUSAGE, promise->file, NULL,
                             "some results have a year and others have none; write them to "
                             "different files");
    return check_columns(ctx, promise, frame);
}

static gvc_status check(gvc_ctx *ctx, gvc_promise *promise, const gvc_frame *frame)
{
    if (!promise->begun)
        return make_promise(ctx, promise, frame);
    if (promise->layout == GVC_LAYOUT_WIDE)
        return check_wide(ctx, promise, frame);
    if (promise->kind != gvc_frame_get_kind(frame))
        return gvc_error__at(ctx, GVC_EUSAGE, promise->file, NULL,
                             "decompositions of exports and indices have different keys; write "
                             "them to two files, or to an .h5 output");
    return GVC_OK;
}

static gvc_cell cell_of(const gvc_frame *frame, gvc_int j)
{
    gvc_cell cell = { .name = gvc_frame_name(frame, j), .column = j };

    switch (gvc_frame_type(frame, j)) {
    case GVC_COLUMN_LABEL:
        cell.kind = GVC_CELL_LABEL;
        cell.labels = gvc_frame_labels(frame, j);
        cell.ints = gvc_frame_codes(frame, j);
        break;
    case GVC_COLUMN_INT:
        cell.kind = GVC_CELL_INT;
        cell.ints = gvc_frame_ints(frame, j);
        break;
    case GVC_COLUMN_REAL:
        cell.kind = GVC_CELL_REAL;
        cell.reals = gvc_frame_reals(frame, j);
        break;
    }
    return cell;
}

static gvc_status wide_sheet(gvc_ctx *ctx, const gvc_frame *frame, const char *year,
                             gvc_sheet_fn fn, void *user)
{
    const gvc_int columns = gvc_frame_columns(frame);
    gvc_cell *cells = gvc_mem__calloc(ctx, columns + 1, sizeof *cells);
    gvc_sheet_view sheet = { .rows = gvc_frame_rows(frame), .cells = cells, .frame = frame };
    gvc_status st;

    if (!cells)
        return GVC_ENOMEM;
    if (*year)
        cells[sheet.n++] =
            (gvc_cell){ .name = "year", .kind = GVC_CELL_YEAR, .text = year, .column = -1 };
    for (gvc_int j = 0; j < columns; j++)
        cells[sheet.n++] = cell_of(frame, j);
    st = fn(ctx, &sheet, user);
    gvc_mem__free(cells);
    return st;
}

/* The cells of one long sheet but for measure and value, which change from sheet to sheet. */
static gvc_int long_cells(gvc_cell *cells, const gvc_frame *frame, const char *year)
{
    const char *const *names = gvc_layout__long_columns(gvc_frame_get_kind(frame));
    gvc_int n = 0;

    for (; names[n]; n++) {
        const gvc_int j = gvc_frame_find(frame, names[n]);

        cells[n] = (gvc_cell){ .name = names[n], .text = "", .column = -1 };
        if (j >= 0 && gvc_frame_type(frame, j) != GVC_COLUMN_REAL)
            cells[n] = cell_of(frame, j);
        else if (strcmp(names[n], "year") == 0)
            cells[n] =
                (gvc_cell){ .name = "year", .kind = GVC_CELL_YEAR, .text = year, .column = -1 };
        else if (strcmp(names[n], "level") == 0)
            cells[n].text = gvc_frame_level(frame);
    }
    return n;
}

static gvc_status long_sheets(gvc_ctx *ctx, const gvc_frame *frame, const char *year,
                              gvc_sheet_fn fn, void *user)
{
    gvc_cell cells[LONG_MAX];
    const gvc_sheet_view sheet = { gvc_frame_rows(frame), long_cells(cells, frame, year), cells,
                                   frame };
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(frame); j++) {
        if (gvc_frame_role(frame, j) != GVC_ROLE_VALUE ||
            gvc_frame_type(frame, j) != GVC_COLUMN_REAL)
            continue;
        cells[1].text = gvc_frame_measure(frame, j);
        if (!*cells[1].text)
            cells[1].text = gvc_frame_name(frame, j);
        cells[sheet.n - 1] = (gvc_cell){
            .name = "value", .kind = GVC_CELL_REAL, .reals = gvc_frame_reals(frame, j), .column = j
        };
        st = fn(ctx, &sheet, user);
    }
    return st;
}

gvc_status gvc_promise__sheets(gvc_ctx *ctx, gvc_promise *promise, const gvc_frame *frame,
                               gvc_sheet_fn fn, void *user)
{
    gvc_status st = check(ctx, promise, frame);
    char year[16] = "";

    if (st != GVC_OK)
        return st;
    if (has_year(frame))
        snprintf(year, sizeof year, "%d", gvc_frame_year(frame));
    return promise->layout == GVC_LAYOUT_WIDE ? wide_sheet(ctx, frame, year, fn, user)
                                              : long_sheets(ctx, frame, year, fn, user);
}
