#include "import/draft_in.h"

#include "base/file.h"
#include "table/builtin.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL = 256,  /* bytes of a label that a store may hold */
    LINES = 10000 /* rows below the industries; they are compared with each other */
};

gvc_status gvc_draft__new(gvc_ctx *ctx, gvc_draft **out, gvc_import *import,
                          const gvc_origin *origin)
{
    gvc_draft *d = gvc_mem__calloc(ctx, 1, sizeof *d);

    *out = NULL;
    if (!d)
        return GVC_ENOMEM;
    d->import = import;
    d->origin = *origin;
    d->arena = gvc_arena__new(ctx);
    d->attrs = gvc_attrs__new(ctx);
    d->countries = gvc_names__new(ctx);
    d->sectors = gvc_names__new(ctx);
    d->categories = gvc_names__new(ctx);
    d->satellites.names = gvc_names__new(ctx);
    if (!d->arena || !d->attrs || !d->countries || !d->sectors || !d->categories ||
        !d->satellites.names) {
        gvc_draft__free(d);
        return GVC_ENOMEM;
    }
    *out = d;
    return GVC_OK;
}

void gvc_draft__free(gvc_draft *d)
{
    if (!d)
        return;
    gvc_names__free(d->countries);
    gvc_names__free(d->sectors);
    gvc_names__free(d->categories);
    gvc_mem__free(d->sector_titles.texts);
    gvc_mem__free(d->category_titles.texts);
    gvc_mem__free(d->folds);
    gvc_mem__free(d->columns);
    gvc_mem__free(d->target);
    gvc_mem__free(d->order);
    gvc_mem__free(d->task);
    gvc_mem__free(d->place);
    gvc_mem__free(d->row_seen);
    gvc_mem__free(d->output_column);
    for (gvc_int i = 0; i < d->n_lines; i++)
        gvc_mem__free(d->lines[i].cells);
    gvc_mem__free(d->lines);
    gvc_names__free(d->satellites.names);
    gvc_mem__free(d->satellites.units);
    gvc_mem__free(d->satellites.row);
    gvc_mem__free(d->satellites.seen);
    gvc_edition__free(d->edition);
    gvc_table_free(d->table);
    gvc_attrs__free(d->attrs);
    gvc_buf__free(&d->history);
    gvc_arena__free(d->arena);
    gvc_mem__free(d);
}

gvc_status gvc_draft__attr(gvc_ctx *ctx, gvc_draft *d, const char *name, const char *text)
{
    return gvc_attrs__set(ctx, d->attrs, name, text);
}

gvc_status gvc_draft__describe(gvc_ctx *ctx, gvc_draft *d, const gvc_release *r)
{
    const struct {
        const char *name, *text;
    } attrs[] = { { "source", r->source },
                  { "release", r->release },
                  { "licence", r->licence },
                  { "citation", r->citation },
                  { "unit", r->unit },
                  { "currency", r->currency },
                  { "price_basis", r->price_basis },
                  { "valuation", r->valuation },
                  { "sector_scheme", r->sector_scheme },
                  { "inventory_category", r->inventory } };
    gvc_status st = GVC_OK;

    for (size_t i = 0; st == GVC_OK && i < sizeof attrs / sizeof *attrs; i++)
        if (attrs[i].text)
            st = gvc_attrs__set(ctx, d->attrs, attrs[i].name, attrs[i].text);
    if (st == GVC_OK && r->multiplier > 0)
        st = gvc_attrs__setf(ctx, d->attrs, "multiplier", "%.0f", r->multiplier);
    return st;
}

gvc_status gvc_draft__history(gvc_ctx *ctx, gvc_draft *d, const char *fmt, ...)
{
    char text[1200];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    gvc_buf__printf(ctx, &d->history, "%s%s", d->history.len ? "\n" : "", text);
    return d->history.failed ? GVC_ENOMEM : gvc_import__note(ctx, d->import, "%s", text);
}

/* What a store may keep as a label or its name. */
static int is_label(const char *text)
{
    return *text && strlen(text) <= LABEL && gvc_text__is_utf8(text, (gvc_int)strlen(text));
}

/* The name of code i, unless it has one. */
static gvc_status keep_title(gvc_ctx *ctx, gvc_draft *d, gvc_titles *titles, gvc_int i,
                             const char *name)
{
    if (i < 0 || !is_label(name))
        return GVC_OK;
    if (i >= titles->room) {
        const gvc_int room = 2 * i + 64;
        const char **texts = gvc_mem__realloc(ctx, titles->texts, room, sizeof *texts);

        if (!texts)
            return GVC_ENOMEM;
        memset(texts + titles->room, 0, (size_t)(room - titles->room) * sizeof *texts);
        titles->texts = texts;
        titles->room = room;
    }
    if (!titles->texts[i])
        titles->texts[i] = gvc_arena__strdup(ctx, d->arena, name);
    return titles->texts[i] ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_draft__sector_name(gvc_ctx *ctx, gvc_draft *d, const char *code, const char *name)
{
    return keep_title(ctx, d, &d->sector_titles,
                      gvc_names__find(d->sectors, code, (gvc_int)strlen(code)), name);
}

gvc_status gvc_draft__category_name(gvc_ctx *ctx, gvc_draft *d, const char *code, const char *name)
{
    return keep_title(ctx, d, &d->category_titles,
                      gvc_names__find(d->categories, code, (gvc_int)strlen(code)), name);
}

gvc_status gvc_draft__line(gvc_ctx *ctx, gvc_draft *d, gvc_line_role role, const char *code,
                           const char *name, int add, const char *place, gvc_int *target)
{
    gvc_line *line;

    for (gvc_int i = 0; i < d->n_lines; i++)
        if (strcmp(d->lines[i].code, code) == 0) {
            *target = -2 - i;
            return add ? GVC_OK
                       : gvc_origin__refuse(ctx, &d->origin, place,
                                            "the row %s stands a second time, once is expected",
                                            code);
        }
    if (!is_label(code))
        return gvc_origin__refuse(ctx, &d->origin, place,
                                  "a row label of 1 to %d bytes of UTF-8 text expected", LABEL);
    if (d->n_lines == LINES)
        return gvc_origin__refuse(ctx, &d->origin, place,
                                  "more than %d rows of primary inputs; no table has so many",
                                  LINES);
    if (d->n_lines == d->lines_room) {
        const gvc_int room = d->lines_room ? 2 * d->lines_room : 16;
        gvc_line *lines = gvc_mem__realloc(ctx, d->lines, room, sizeof *lines);

        if (!lines)
            return GVC_ENOMEM;
        d->lines = lines;
        d->lines_room = room;
    }
    line = &d->lines[d->n_lines];
    *line = (gvc_line){ .role = role };
    line->code = gvc_arena__strdup(ctx, d->arena, code);
    line->name = gvc_arena__strdup(ctx, d->arena, name && is_label(name) ? name : code);
    line->cells = gvc_mem__calloc(ctx, d->width, sizeof *line->cells);
    *target = -2 - d->n_lines++;
    return line->code && line->name && line->cells ? GVC_OK : GVC_ENOMEM;
}

/* The cell of a row that is kept: a line, or what an industry sells to a target column. */
static inline double *cell_of(const gvc_draft *d, gvc_int row, gvc_int column)
{
    const gvc_table *t = d->table;

    if (row < 0)
        return &d->lines[-2 - row].cells[column];
    if (column < d->n)
        return &t->Zt.a[column + row * t->Zt.ld];
    if (column < d->width - 1)
        return &t->FD.a[row + (column - d->n) * t->FD.ld];
    return &d->output_column[row];
}

/* Row after row, along which flows stand side by side in the file and in the table. */
static void put_columns(const gvc_draft *d, const gvc_int *targets, gvc_int m, const double *cells,
                        gvc_int task)
{
    for (gvc_int i = 0; i < m; i++) {
        const double *row = cells + i * d->n_columns;

        if (targets[i] == GVC_DRAFT_SKIP)
            continue;
        for (gvc_int at = d->task[task]; at < d->task[task + 1]; at++) {
            const gvc_int j = d->order[at];

            *cell_of(d, targets[i], d->target[j]) += row[j];
        }
    }
}

gvc_status gvc_draft__put(gvc_ctx *ctx, gvc_draft *d, const gvc_int *targets, gvc_int m,
                          const double *cells)
{
    gvc_status st = d->target ? GVC_OK : gvc_draft__aim(ctx, d);

    d->n_rows += m;
    if (st == GVC_OK)
        st = gvc_progress__step(ctx, "reading", fmin(1.0, (double)d->n_rows / (double)d->n));
    if (st != GVC_OK)
        return st;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int task = 0; task < d->n_tasks; task++)
        put_columns(d, targets, m, cells, task);
    return GVC_OK;
}

void gvc_draft__add(gvc_draft *d, gvc_int target, gvc_int column, double value)
{
    if (target != GVC_DRAFT_SKIP)
        *cell_of(d, target, column) += value;
}

gvc_int gvc_draft__width(const gvc_draft *d)
{
    return d->width;
}

void gvc_draft__count_blanks(gvc_draft *d, gvc_int n)
{
    d->n_blank += n;
}

void gvc_draft__rows_may_be_missing(gvc_draft *d)
{
    d->rows_may_be_missing = 1;
}

void gvc_draft__demand_may_be_missing(gvc_draft *d)
{
    d->demand_may_be_missing = 1;
}

void gvc_draft__may_be_unbalanced(gvc_draft *d)
{
    d->may_be_unbalanced = 1;
}

gvc_table *gvc_draft__table(gvc_draft *d)
{
    return d->table;
}

/* ---- labels and memory ---- */

/* The name of the sector in the reference table of the scheme, copied to the arena. */
static gvc_status fill_names(gvc_ctx *ctx, gvc_draft *d, const gvc_names *codes, const char **names)
{
    const char *scheme = gvc_attrs__get(d->attrs, "sector_scheme");
    gvc_builtin_record *r;
    char table[64];

    snprintf(table, sizeof table, "sectors_%s", scheme ? scheme : "");
    if (!scheme || !gvc_builtin__find(table))
        return GVC_OK;
    r = gvc_mem__alloc(ctx, 1, sizeof *r);
    if (!r)
        return GVC_ENOMEM;
    for (gvc_builtin__open(r, table); gvc_builtin__next(r);) {
        const char *code = gvc_builtin__cell(r, "code");
        const gvc_int i = gvc_names__find(codes, code, (gvc_int)strlen(code));

        if (i >= 0 && !names[i])
            names[i] = gvc_arena__strdup(ctx, d->arena, gvc_builtin__cell(r, "name"));
    }
    gvc_mem__free(r);
    return GVC_OK;
}

static gvc_status make_items(gvc_ctx *ctx, gvc_draft *d, gvc_labels **out, const gvc_names *codes,
                             const gvc_titles *given, int sectors)
{
    const gvc_int n = gvc_names__n(codes);
    const char **names = gvc_mem__calloc(ctx, n, sizeof *names);
    gvc_status st = names ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < n && i < given->room; i++)
        names[i] = given->texts[i];
    if (st == GVC_OK && sectors)
        st = fill_names(ctx, d, codes, names);
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, out, n, gvc_names__all(codes), names);
    gvc_mem__free(names);
    return st;
}

/* Say once which codes were translated and which nobody knows. */
static gvc_status note_codes(gvc_ctx *ctx, gvc_draft *d, const gvc_buf *mapped,
                             const gvc_buf *unknown)
{
    gvc_status st = mapped->failed || unknown->failed ? GVC_ENOMEM : GVC_OK;

    if (st == GVC_OK && mapped->len)
        st = gvc_import__note(ctx, d->import, "country codes mapped to ISO 3166:%s",
                              gvc_buf__text(mapped));
    if (st == GVC_OK && unknown->len)
        st = gvc_import__warn(ctx, d->import,
                              "country codes that ISO 3166 does not know, kept as they are:%s; "
                              "name their codes in a file code,iso3 (--countries)",
                              gvc_buf__text(unknown));
    return st;
}

static gvc_status make_countries(gvc_ctx *ctx, gvc_draft *d)
{
    const char **codes = gvc_mem__calloc(ctx, 2 * d->G, sizeof *codes);
    gvc_buf mapped = { 0 }, unknown = { 0 };
    gvc_status st;

    d->edition->native = gvc_mem__calloc(ctx, d->G, sizeof *d->edition->native);
    st = codes && d->edition->native ? GVC_OK : GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < gvc_names__n(d->countries); i++) {
        const char *native = gvc_names__get(d->countries, i);
        const gvc_int c = d->place[i];
        int known;

        if (gvc_draft__whole(d, i) != i)
            continue;
        codes[c] = gvc_import__iso3(d->import, native, &known);
        codes[d->G + c] = gvc_country_name(codes[c]);
        if (!known)
            gvc_buf__printf(ctx, &unknown, " %s", native);
        else if (strcmp(codes[c], native) != 0)
            gvc_buf__printf(ctx, &mapped, "%s %s=%s", mapped.len ? "," : "", native, codes[c]);
        d->edition->native[c] = gvc_arena__strdup(ctx, d->edition->arena, native);
        st = d->edition->native[c] ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = note_codes(ctx, d, &mapped, &unknown);
    if (st == GVC_OK) {
        st = gvc_labels__new(ctx, &d->edition->countries, d->G, codes, codes + d->G);
        if (st == GVC_EDATA)
            st = gvc_origin__refuse(ctx, &d->origin, NULL, "country codes: %s",
                                    gvc_ctx_message(ctx));
    }
    gvc_buf__free(&mapped);
    gvc_buf__free(&unknown);
    gvc_mem__free(codes);
    return st;
}

gvc_status gvc_draft__make_table(gvc_ctx *ctx, gvc_draft *d)
{
    gvc_status st = gvc_edition__new(ctx, &d->edition);

    d->N = gvc_names__n(d->sectors);
    d->K = gvc_names__n(d->categories);
    d->n = d->G * d->N;
    d->width = d->n + d->G * d->K + 1;
    if (st == GVC_OK)
        st = make_items(ctx, d, &d->edition->sectors, d->sectors, &d->sector_titles, 1);
    if (st == GVC_OK)
        st = make_items(ctx, d, &d->edition->categories, d->categories, &d->category_titles, 0);
    if (st == GVC_OK)
        st = make_countries(ctx, d);
    if (st != GVC_OK)
        return st;
    d->row_seen = gvc_mem__calloc(ctx, gvc_names__n(d->countries) * d->N, 1);
    d->output_column = gvc_mem__calloc(ctx, d->n, sizeof *d->output_column);
    if (!d->row_seen || !d->output_column)
        return GVC_ENOMEM;
    return gvc_table__new(ctx, &d->table, d->edition, d->import->year);
}
