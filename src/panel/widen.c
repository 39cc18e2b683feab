#include "panel/derive.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LENGTH = 32, LABEL_LENGTH = 80, TEXT_ROOM = 160 };

/* A panel being turned: its years in order, and the first row of each unit. */
typedef struct turning {
    const gvc_frame *panel;
    gvc_panel_keys keys;
    gvc_int units, years;
    gvc_int *first, *row_of; /* per unit; units x years, -1 where a unit lacks the year */
    int32_t *calendar;
    gvc_frame *out;
} turning;

static int compare_years(const void *a, const void *b)
{
    const int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;

    return (left > right) - (left < right);
}

static gvc_status list_years(gvc_ctx *ctx, turning *t)
{
    const gvc_int rows = t->keys.rows;

    t->calendar = gvc_mem__alloc(ctx, rows, sizeof *t->calendar);
    t->first = gvc_mem__alloc(ctx, rows, sizeof *t->first);
    if (!t->calendar || !t->first)
        return GVC_ENOMEM;
    memcpy(t->calendar, t->keys.year, (size_t)rows * sizeof *t->calendar);
    qsort(t->calendar, (size_t)rows, sizeof *t->calendar, compare_years);
    for (gvc_int i = 0; i < rows; i++) {
        if (t->years == 0 || t->calendar[t->years - 1] != t->calendar[i])
            t->calendar[t->years++] = t->calendar[i];
        if (i == 0 || t->keys.id[i] != t->keys.id[i - 1])
            t->first[t->units++] = i;
    }
    t->row_of = gvc_mem__alloc(ctx, t->units * t->years, sizeof *t->row_of);
    for (gvc_int u = 0; t->row_of && u < t->units; u++)
        for (gvc_int y = 0; y < t->years; y++)
            t->row_of[u * t->years + y] =
                gvc_panel_keys__find(&t->keys, t->first[u], t->calendar[y]);
    return t->row_of ? GVC_OK : GVC_ENOMEM;
}

static const int32_t *cells_of(const gvc_frame *panel, gvc_int j)
{
    return gvc_frame_type(panel, j) == GVC_COLUMN_LABEL ? gvc_frame_codes(panel, j)
                                                        : gvc_frame_ints(panel, j);
}

/* True where a key or dummy says the same in every year of each unit. */
static int is_constant(const turning *t, gvc_int j)
{
    const int32_t *cells = cells_of(t->panel, j);

    for (gvc_int i = 1; cells && i < t->keys.rows; i++)
        if (t->keys.id[i] == t->keys.id[i - 1] && cells[i] != cells[i - 1])
            return 0;
    return cells != NULL;
}

static int32_t *add_cells(gvc_ctx *ctx, turning *t, gvc_int j, const gvc_column_info *info)
{
    const gvc_column_role role = gvc_frame_role(t->panel, j);

    return gvc_frame_type(t->panel, j) == GVC_COLUMN_LABEL
               ? gvc_frame__add_label(ctx, t->out, role, info, gvc_frame_labels(t->panel, j))
               : gvc_frame__add_int(ctx, t->out, role, info);
}

static gvc_status copy_constant(gvc_ctx *ctx, turning *t, gvc_int j)
{
    const gvc_column_info info = gvc_frame__info(t->panel, j);
    int32_t *cells = add_cells(ctx, t, j, &info);

    for (gvc_int u = 0; cells && u < t->units; u++)
        cells[u] = cells_of(t->panel, j)[t->first[u]];
    return cells ? GVC_OK : GVC_ENOMEM;
}

static gvc_status copy_reals(gvc_ctx *ctx, turning *t, gvc_int j, gvc_int y,
                             const gvc_column_info *info)
{
    const double *from = gvc_frame_reals(t->panel, j);
    const unsigned char *why = gvc_frame_flags(t->panel, j);
    double *cells = gvc_frame__add_real(ctx, t->out, info);
    unsigned char *flags =
        cells ? gvc_frame__add_flags(ctx, t->out, gvc_frame_columns(t->out) - 1) : NULL;

    if (!flags)
        return GVC_ENOMEM;
    for (gvc_int u = 0; u < t->units; u++) {
        const gvc_int row = t->row_of[u * t->years + y];

        flags[u] = row < 0 ? GVC_FLAG_ABSENT : why ? why[row] : GVC_FLAG_NONE;
        if (row >= 0)
            cells[u] = from[row];
    }
    return GVC_OK;
}

static gvc_status copy_year(gvc_ctx *ctx, turning *t, gvc_int j, gvc_int y)
{
    gvc_column_info info = gvc_frame__info(t->panel, j);
    char name[TEXT_ROOM], label[TEXT_ROOM];
    int32_t *cells;

    snprintf(name, sizeof name, "%s_%d", info.name, t->calendar[y]);
    snprintf(label, sizeof label, "%d: %s", t->calendar[y], info.label);
    if (strlen(label) > LABEL_LENGTH) /* never cut */
        snprintf(label, sizeof label, "%s in %d", info.name, t->calendar[y]);
    if (strlen(name) > NAME_LENGTH)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "--wide year: the column %s would have a name of more than %d "
                              "characters; leave --wide away",
                              name, NAME_LENGTH);
    info.name = name;
    info.label = label;
    if (gvc_frame_reals(t->panel, j))
        return copy_reals(ctx, t, j, y, &info);
    cells = add_cells(ctx, t, j, &info);
    for (gvc_int u = 0; cells && u < t->units; u++)
        if (t->row_of[u * t->years + y] >= 0)
            cells[u] = cells_of(t->panel, j)[t->row_of[u * t->years + y]];
    return cells ? GVC_OK : GVC_ENOMEM;
}

static gvc_status turn(gvc_ctx *ctx, turning *t)
{
    gvc_status st = list_years(ctx, t);

    for (gvc_int y = 0; st == GVC_OK && y < t->years; y++)
        if (t->calendar[y] == GVC_INT_MISSING)
            st = gvc_error__set(ctx, GVC_EUSAGE, "--wide year: the table has no year");
    if (st == GVC_OK)
        st = gvc_frame__new(ctx, &t->out, gvc_frame_get_kind(t->panel), gvc_frame_level(t->panel),
                            GVC_INT_MISSING, t->units);
    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, gvc_frame__attrs(t->out), gvc_frame__attrs_of(t->panel));
    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(t->panel); j++) {
        if (strcmp(gvc_frame_name(t->panel, j), "year") == 0)
            continue;
        if (is_constant(t, j))
            st = copy_constant(ctx, t, j);
        for (gvc_int y = 0; st == GVC_OK && !is_constant(t, j) && y < t->years; y++)
            st = copy_year(ctx, t, j, y);
    }
    return st;
}

gvc_status gvc_panel_widen(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *panel)
{
    turning t = { .panel = panel };
    gvc_status st = gvc_panel__keys(ctx, &t.keys, panel);

    *out = NULL;
    if (st == GVC_OK)
        st = turn(ctx, &t);
    gvc_mem__free(t.calendar);
    gvc_mem__free(t.first);
    gvc_mem__free(t.row_of);
    if (st != GVC_OK) {
        gvc_frame_free(t.out);
        return st;
    }
    *out = t.out;
    return GVC_OK;
}
