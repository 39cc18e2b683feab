#include "write/spool.h"

#include "base/file.h"
#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"
#include "write/dictionary.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STRIP = 1 << 14 }; /* cells copied at a time */

/* Where the cells of a column in a block begin; flags -1: none. */
typedef struct place {
    gvc_int cells, flags;
} place;

struct gvc_spool {
    gvc_arena *arena;
    const char *path, *level;
    gvc_attrs *attrs;
    int fd;
    gvc_int rows, n, blocks, room, bytes;
    gvc_spool_column *columns;
    gvc_dictionary *dictionaries;
    gvc_int *block_rows;
    place *places; /* blocks x n */
    char *strip, *base;
};

gvc_status gvc_spool__new(gvc_ctx *ctx, gvc_spool **out, const char *path, const char *level)
{
    gvc_spool *spool = gvc_mem__calloc(ctx, 1, sizeof *spool);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!spool)
        return GVC_ENOMEM;
    spool->fd = -1;
    spool->arena = gvc_arena__new(ctx);
    spool->attrs = gvc_attrs__new(ctx);
    spool->strip = gvc_mem__alloc(ctx, STRIP, sizeof(double));
    if (spool->arena && spool->attrs && spool->strip) {
        spool->path = gvc_arena__strdup(ctx, spool->arena, path);
        spool->level = gvc_arena__strdup(ctx, spool->arena, level);
        if (spool->path && spool->level)
            st = gvc_file__scratch(ctx, &spool->fd, path);
    }
    if (st != GVC_OK) {
        gvc_spool__free(spool);
        return st;
    }
    *out = spool;
    return GVC_OK;
}

void gvc_spool__free(gvc_spool *spool)
{
    if (!spool)
        return;
    if (spool->base)
        munmap(spool->base, (size_t)spool->bytes);
    if (spool->fd >= 0)
        close(spool->fd);
    for (gvc_int j = 0; j < spool->n; j++) {
        gvc_labels__free(spool->columns[j].labels);
        gvc_dictionary__clear(&spool->dictionaries[j]);
    }
    gvc_mem__free(spool->columns);
    gvc_mem__free(spool->dictionaries);
    gvc_mem__free(spool->block_rows);
    gvc_mem__free(spool->places);
    gvc_mem__free(spool->strip);
    gvc_attrs__free(spool->attrs);
    gvc_arena__free(spool->arena);
    gvc_mem__free(spool);
}

static gvc_status put(gvc_ctx *ctx, gvc_spool *spool, const void *data, gvc_int bytes)
{
    const char *at = data;

    while (bytes > 0) {
        const ssize_t done = write(spool->fd, at, (size_t)bytes);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return gvc_error__at(ctx, GVC_EIO, spool->path, NULL, "cannot be written: %s",
                                 strerror(errno));
        at += done;
        bytes -= done;
        spool->bytes += done;
    }
    return GVC_OK;
}

/* Doubles need places that 8 divides. */
static gvc_status align(gvc_ctx *ctx, gvc_spool *spool)
{
    static const char zeros[sizeof(double)];
    const gvc_int over = spool->bytes % (gvc_int)sizeof zeros;

    return over ? put(ctx, spool, zeros, (gvc_int)sizeof zeros - over) : GVC_OK;
}

static gvc_cell_kind stored_kind(gvc_cell_kind kind)
{
    return kind == GVC_CELL_TEXT ? GVC_CELL_LABEL : kind == GVC_CELL_YEAR ? GVC_CELL_INT : kind;
}

/* Every text of `info` in the arena. */
static gvc_status keep_info(gvc_ctx *ctx, gvc_spool *spool, gvc_column_info *info)
{
    const char **const texts[] = { &info->name,    &info->label, &info->unit,  &info->formula,
                                   &info->measure, &info->group, &info->paper, &info->meaning,
                                   &info->partner, &info->range };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = gvc_arena__strdup(ctx, spool->arena, *texts[i] ? *texts[i] : "");
        if (!*texts[i])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

/* What a cell that the layout adds is called. */
static const char *added_label(const char *name)
{
    static const char *const labels[][2] = {
        { "year", "Year of the table" },
        { "measure", "Measure" },
        { "level", "What the row stands for" },
        { "value", "Value; money in the unit of the table" },
    };

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i][0], name) == 0)
            return labels[i][1];
    return "";
}

/* A column that stands for one of the frame keeps what that says of itself; the values of a long
 * table are many measures, and say nothing in common. */
static gvc_status describe(gvc_ctx *ctx, gvc_spool *spool, gvc_spool_column *column,
                           const gvc_sheet_view *sheet, const gvc_cell *cell)
{
    const int is_own =
        cell->column >= 0 && strcmp(gvc_frame_name(sheet->frame, cell->column), cell->name) == 0;

    column->kind = stored_kind(cell->kind);
    column->role = cell->kind == GVC_CELL_REAL ? GVC_ROLE_VALUE : GVC_ROLE_KEY;
    column->info = (gvc_column_info){ .name = cell->name, .label = added_label(cell->name) };
    if (is_own) {
        column->info = gvc_frame__info(sheet->frame, cell->column);
        column->role = gvc_frame_role(sheet->frame, cell->column);
    }
    column->least = INT32_MAX;
    column->most = INT32_MIN;
    return keep_info(ctx, spool, &column->info);
}

static gvc_status begin(gvc_ctx *ctx, gvc_spool *spool, const gvc_sheet_view *sheet)
{
    gvc_status st = GVC_OK;

    spool->columns = gvc_mem__calloc(ctx, sheet->n, sizeof *spool->columns);
    spool->dictionaries = gvc_mem__calloc(ctx, sheet->n, sizeof *spool->dictionaries);
    if (!spool->columns || !spool->dictionaries)
        return GVC_ENOMEM;
    spool->n = sheet->n;
    for (gvc_int j = 0; st == GVC_OK && j < sheet->n; j++)
        st = describe(ctx, spool, &spool->columns[j], sheet, &sheet->cells[j]);
    return st;
}

static gvc_status open_block(gvc_ctx *ctx, gvc_spool *spool, gvc_int rows)
{
    if (spool->blocks == spool->room) {
        const gvc_int room = spool->room ? 2 * spool->room : 16;
        gvc_int *counts = gvc_mem__realloc(ctx, spool->block_rows, room, sizeof *counts);
        place *places;

        if (!counts)
            return GVC_ENOMEM;
        spool->block_rows = counts;
        places = gvc_mem__realloc(ctx, spool->places, room * spool->n, sizeof *places);
        if (!places)
            return GVC_ENOMEM;
        spool->places = places;
        spool->room = room;
    }
    spool->block_rows[spool->blocks] = rows;
    return GVC_OK;
}

static void note_width(gvc_spool_column *c, const char *code)
{
    const gvc_int len = (gvc_int)strlen(code);

    if (len > c->widest)
        c->widest = len;
}

static void note_int(gvc_spool_column *c, int32_t value)
{
    if (value == GVC_INT_MISSING)
        return;
    c->least = value < c->least ? value : c->least;
    c->most = value > c->most ? value : c->most;
}

/* `rows` times the same integer. */
static gvc_status put_constant(gvc_ctx *ctx, gvc_spool *spool, int32_t value, gvc_int rows)
{
    int32_t *to = (int32_t *)spool->strip;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; i < STRIP && i < rows; i++)
        to[i] = value;
    for (gvc_int at = 0; st == GVC_OK && at < rows; at += STRIP)
        st = put(ctx, spool, to, (rows - at < STRIP ? rows - at : STRIP) * (gvc_int)sizeof *to);
    return st;
}

static gvc_status put_labels(gvc_ctx *ctx, gvc_spool *spool, gvc_int j, const gvc_cell *cell,
                             gvc_int rows)
{
    gvc_dictionary *d = &spool->dictionaries[j];
    int32_t *to = (int32_t *)spool->strip;
    gvc_status st = gvc_dictionary__map(ctx, d, spool->arena, cell->labels);

    for (gvc_int at = 0; st == GVC_OK && at < rows; at += STRIP) {
        const gvc_int now = rows - at < STRIP ? rows - at : STRIP;

        for (gvc_int i = 0; i < now; i++) {
            to[i] = cell->ints[at + i] < 0 ? -1 : d->map[cell->ints[at + i]];
            if (to[i] >= 0 && (i == 0 || to[i] != to[i - 1]))
                note_width(&spool->columns[j], d->codes[to[i]]);
        }
        st = put(ctx, spool, to, now * (gvc_int)sizeof *to);
    }
    return st;
}

static gvc_status put_reals(gvc_ctx *ctx, gvc_spool *spool, gvc_int j, const gvc_cell *cell,
                            gvc_int rows)
{
    double *to = (double *)spool->strip;
    gvc_status st = GVC_OK;

    for (gvc_int at = 0; st == GVC_OK && at < rows; at += STRIP) {
        const gvc_int now = rows - at < STRIP ? rows - at : STRIP;

        for (gvc_int i = 0; i < now; i++) {
            to[i] = cell->reals[at + i] + 0.0; /* -0 + 0 is 0 */
            if (isinf(to[i]))
                return gvc_error__at(ctx, GVC_EDATA, spool->path, spool->columns[j].info.name,
                                     "row %lld is infinite; no output may hold that",
                                     (long long)(spool->rows + at + i + 1));
        }
        st = put(ctx, spool, to, now * (gvc_int)sizeof *to);
    }
    return st;
}

static gvc_status put_cells(gvc_ctx *ctx, gvc_spool *spool, gvc_int j, const gvc_cell *cell,
                            gvc_int rows)
{
    gvc_spool_column *c = &spool->columns[j];
    int32_t value;

    switch (cell->kind) {
    case GVC_CELL_YEAR:
        value = *cell->text ? (int32_t)strtol(cell->text, NULL, 10) : GVC_INT_MISSING;
        note_int(c, value);
        return put_constant(ctx, spool, value, rows);
    case GVC_CELL_TEXT:
        if (!*cell->text)
            return put_constant(ctx, spool, -1, rows);
        value = gvc_dictionary__number(ctx, &spool->dictionaries[j], spool->arena, cell->text,
                                       cell->text);
        note_width(c, cell->text);
        return value < 0 ? GVC_ENOMEM : put_constant(ctx, spool, value, rows);
    case GVC_CELL_LABEL:
        return put_labels(ctx, spool, j, cell, rows);
    case GVC_CELL_INT:
        for (gvc_int i = 0; i < rows; i++)
            note_int(c, cell->ints[i]);
        return put(ctx, spool, cell->ints, rows * (gvc_int)sizeof *cell->ints);
    case GVC_CELL_REAL:
        return put_reals(ctx, spool, j, cell, rows);
    }
    return GVC_OK;
}

static gvc_status put_column(gvc_ctx *ctx, gvc_spool *spool, gvc_int j, const gvc_sheet_view *sheet,
                             place *at)
{
    const gvc_cell *cell = &sheet->cells[j];
    const unsigned char *flags = cell->kind == GVC_CELL_REAL && cell->column >= 0
                                     ? gvc_frame_flags(sheet->frame, cell->column)
                                     : NULL;
    gvc_status st = align(ctx, spool);

    if (st == GVC_OK && stored_kind(cell->kind) != spool->columns[j].kind)
        st = gvc_error__at(ctx, GVC_EUSAGE, spool->path, cell->name,
                           "is text in one result and a number in another");
    *at = (place){ spool->bytes, -1 };
    if (st == GVC_OK)
        st = put_cells(ctx, spool, j, cell, sheet->rows);
    if (st == GVC_OK && flags) {
        at->flags = spool->bytes;
        spool->columns[j].has_flags = 1;
        st = put(ctx, spool, flags, sheet->rows);
    }
    return st;
}

gvc_status gvc_spool__add(gvc_ctx *ctx, gvc_spool *spool, const gvc_sheet_view *sheet)
{
    gvc_status st = spool->columns ? GVC_OK : begin(ctx, spool, sheet);

    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, spool->attrs, gvc_frame__attrs_of(sheet->frame));
    if (st == GVC_OK)
        st = open_block(ctx, spool, sheet->rows);
    for (gvc_int j = 0; st == GVC_OK && j < spool->n; j++)
        st = put_column(ctx, spool, j, sheet, &spool->places[spool->blocks * spool->n + j]);
    if (st == GVC_OK) {
        spool->rows += sheet->rows;
        spool->blocks++;
    }
    return st;
}

gvc_status gvc_spool__finish(gvc_ctx *ctx, gvc_spool *spool)
{
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < spool->n; j++) {
        const gvc_dictionary *d = &spool->dictionaries[j];

        if (spool->columns[j].kind == GVC_CELL_LABEL)
            st = gvc_labels__new(ctx, &spool->columns[j].labels, d->n, d->codes, d->names);
    }
    if (st != GVC_OK || spool->bytes == 0)
        return st;
    spool->base = mmap(NULL, (size_t)spool->bytes, PROT_READ, MAP_SHARED, spool->fd, 0);
    if (spool->base == MAP_FAILED) {
        spool->base = NULL;
        return gvc_error__at(ctx, GVC_EIO, spool->path, NULL,
                             "the scratch data beside it cannot be read: %s", strerror(errno));
    }
    return GVC_OK;
}

const char *gvc_spool__level(const gvc_spool *spool)
{
    return spool->level;
}

const gvc_attrs *gvc_spool__attrs(const gvc_spool *spool)
{
    return spool->attrs;
}

gvc_int gvc_spool__rows(const gvc_spool *spool)
{
    return spool->rows;
}

gvc_int gvc_spool__n(const gvc_spool *spool)
{
    return spool->n;
}

const gvc_spool_column *gvc_spool__column(const gvc_spool *spool, gvc_int column)
{
    return &spool->columns[column];
}

gvc_int gvc_spool__find(const gvc_spool *spool, const char *name)
{
    for (gvc_int j = 0; j < spool->n; j++)
        if (strcmp(spool->columns[j].info.name, name) == 0)
            return j;
    return -1;
}

gvc_int gvc_spool__blocks(const gvc_spool *spool)
{
    return spool->blocks;
}

gvc_int gvc_spool__block_rows(const gvc_spool *spool, gvc_int block)
{
    return spool->block_rows[block];
}

static const place *place_of(const gvc_spool *spool, gvc_int block, gvc_int column)
{
    return &spool->places[block * spool->n + column];
}

const int32_t *gvc_spool__ints(const gvc_spool *spool, gvc_int block, gvc_int column)
{
    return (const int32_t *)(const void *)(spool->base + place_of(spool, block, column)->cells);
}

const double *gvc_spool__reals(const gvc_spool *spool, gvc_int block, gvc_int column)
{
    return (const double *)(const void *)(spool->base + place_of(spool, block, column)->cells);
}

const unsigned char *gvc_spool__flags(const gvc_spool *spool, gvc_int block, gvc_int column)
{
    const gvc_int at = place_of(spool, block, column)->flags;

    return at < 0 ? NULL : (const unsigned char *)spool->base + at;
}

gvc_sheet_view gvc_spool__sheet(const gvc_spool *spool, gvc_int block, gvc_cell *cells)
{
    for (gvc_int j = 0; j < spool->n; j++) {
        const gvc_spool_column *c = &spool->columns[j];

        cells[j] = (gvc_cell){ .name = c->info.name, .kind = c->kind, .labels = c->labels };
        cells[j].column = -1;
        if (c->kind == GVC_CELL_REAL)
            cells[j].reals = gvc_spool__reals(spool, block, j);
        else
            cells[j].ints = gvc_spool__ints(spool, block, j);
    }
    return (gvc_sheet_view){ .rows = spool->block_rows[block], .n = spool->n, .cells = cells };
}
