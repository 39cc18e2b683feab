#include "write/layout.h"

#include "base/labels.h"
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

gvc_int gvc_layout__long_columns(const char *names[GVC_LONG_MAX], gvc_frame_kind kind,
                                 gvc_layout layout, int has_source)
{
    static const char *const exports[] = { "exporter", "exporter_sector", "importer",
                                           "origin",   "destination",     NULL };
    static const char *const indices[] = { "country", "sector", "partner", NULL };
    const char *const *keys = kind == GVC_FRAME_EXPORTS ? exports : indices;
    gvc_int n = 0;

    names[n++] = "year";
    names[n++] = "measure";
    names[n++] = "level";
    while (*keys)
        names[n++] = *keys++;
    if (has_source)
        names[n++] = "source";
    names[n++] = "value";
    if (layout == GVC_LAYOUT_LONG_FLAGS)
        names[n++] = "flag";
    return n;
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

/* A long sheet: its cells, of which measure, value and flag change from sheet to sheet. */
typedef struct long_sheet {
    gvc_cell cells[GVC_LONG_MAX];
    gvc_int n, value, flag; /* where the last two stand; flag -1: nowhere */
    gvc_labels *flags;      /* code i is the flag i + 1 */
    int32_t *codes;
} long_sheet;

int gvc_layout__has_source(const gvc_frame *frame)
{
    const gvc_int j = gvc_frame_find(frame, "source");

    return j >= 0 && gvc_frame_role(frame, j) != GVC_ROLE_VALUE;
}

static void fill_long(long_sheet *sheet, const gvc_frame *frame, gvc_layout layout,
                      const char *year)
{
    const char *names[GVC_LONG_MAX];

    sheet->n = gvc_layout__long_columns(names, gvc_frame_get_kind(frame), layout,
                                        gvc_layout__has_source(frame));
    sheet->flag = layout == GVC_LAYOUT_LONG_FLAGS ? sheet->n - 1 : -1;
    sheet->value = sheet->flag < 0 ? sheet->n - 1 : sheet->n - 2;
    for (gvc_int i = 0; i < sheet->n; i++) {
        const gvc_int j = gvc_frame_find(frame, names[i]);

        sheet->cells[i] = (gvc_cell){ .name = names[i], .text = "", .column = -1 };
        if (j >= 0 && gvc_frame_type(frame, j) != GVC_COLUMN_REAL)
            sheet->cells[i] = cell_of(frame, j);
        else if (strcmp(names[i], "year") == 0)
            sheet->cells[i] =
                (gvc_cell){ .name = "year", .kind = GVC_CELL_YEAR, .text = year, .column = -1 };
        else if (strcmp(names[i], "level") == 0)
            sheet->cells[i].text = gvc_frame_level(frame);
    }
}

static gvc_status open_flags(gvc_ctx *ctx, long_sheet *sheet, const gvc_frame *frame)
{
    const char *names[GVC_FLAGS_N - 1];

    if (sheet->flag < 0)
        return GVC_OK;
    for (int i = 1; i < GVC_FLAGS_N; i++)
        names[i - 1] = gvc_flag_name((gvc_flag)i);
    sheet->codes = gvc_mem__alloc(ctx, gvc_frame_rows(frame), sizeof *sheet->codes);
    return sheet->codes ? gvc_labels__new(ctx, &sheet->flags, GVC_FLAGS_N - 1, names, NULL)
                        : GVC_ENOMEM;
}

static void set_column(long_sheet *sheet, const gvc_frame *frame, gvc_int j)
{
    const unsigned char *flags = gvc_frame_flags(frame, j);

    sheet->cells[1].text = gvc_frame_measure(frame, j);
    if (!*sheet->cells[1].text)
        sheet->cells[1].text = gvc_frame_name(frame, j);
    sheet->cells[sheet->value] = (gvc_cell){
        .name = "value", .kind = GVC_CELL_REAL, .reals = gvc_frame_reals(frame, j), .column = j
    };
    if (sheet->flag < 0)
        return;
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        sheet->codes[i] = flags ? flags[i] - 1 : -1;
    sheet->cells[sheet->flag] = (gvc_cell){ .name = "flag",
                                            .kind = GVC_CELL_LABEL,
                                            .labels = sheet->flags,
                                            .ints = sheet->codes,
                                            .column = -1 };
}

static gvc_status long_sheets(gvc_ctx *ctx, const gvc_promise *promise, const gvc_frame *frame,
                              const char *year, gvc_sheet_fn fn, void *user)
{
    long_sheet sheet = { 0 };
    gvc_status st;

    fill_long(&sheet, frame, promise->layout, year);
    st = open_flags(ctx, &sheet, frame);
    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(frame); j++) {
        const gvc_sheet_view view = { gvc_frame_rows(frame), sheet.n, sheet.cells, frame };

        if (gvc_frame_role(frame, j) != GVC_ROLE_VALUE ||
            gvc_frame_type(frame, j) != GVC_COLUMN_REAL)
            continue;
        set_column(&sheet, frame, j);
        st = fn(ctx, &view, user);
    }
    gvc_mem__free(sheet.codes);
    gvc_labels__free(sheet.flags);
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
                                              : long_sheets(ctx, promise, frame, year, fn, user);
}
