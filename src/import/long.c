#include "import/long.h"
#include "import/names.h"
#include "import/number.h"
#include "import/rows.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 6, YEARS = 400, LABELS = 100000, TOTALS = 1000 };

typedef enum field { ROW_COUNTRY, ROW_ITEM, COL_COUNTRY, COL_ITEM, VALUE, YEAR } field;

/* Where the lines of a year stand in the file. */
typedef struct span {
    int year;
    gvc_int first, last, line; /* bytes of the first and behind the last; number of the first */
} span;

struct gvc_long {
    const gvc_long_spec *spec;
    const gvc_part *part;
    gvc_origin origin;
    gvc_int columns, at[FIELDS]; /* of the file; where each field stands */
    gvc_names *row_countries, *row_items, *col_countries, *col_items, *totals;
    span *spans;
    gvc_int n_spans;
};

/* What a year is read into. */
typedef struct reader {
    gvc_ctx *ctx;
    gvc_long *l;
    gvc_draft *draft;
    gvc_int *row_target; /* by country and item of the row; UNKNOWN at first */
    gvc_int *col_target;
    unsigned char *seen; /* a bit for each cell of rows x columns */
    gvc_int rows, width, n;
} reader;

enum { UNKNOWN = -1000000 };

/* ---- lines ---- */

static const char *field_name(const gvc_long_spec *s, int f)
{
    const char *const names[FIELDS] = { s->row_country, s->row_item, s->col_country,
                                        s->col_item,    s->value,    s->year };

    return names[f];
}

int gvc_long__fits(const gvc_part *part, const gvc_long_spec *spec)
{
    const size_t len = strcspn(part->head, "\r\n");
    char line[1024], *cells[64];
    gvc_int n;

    if (part->kind != GVC_KIND_TEXT || len >= sizeof line)
        return 0;
    memcpy(line, part->head, len);
    line[len] = '\0';
    n = gvc_text__split(memcmp(line, "\xEF\xBB\xBF", len < 3 ? len : 3) ? line : line + 3, cells,
                        64);
    for (int f = 0; f < FIELDS; f++) {
        int found = !field_name(spec, f);

        for (gvc_int i = 0; i < n && i < 64; i++)
            found |= field_name(spec, f) && strcmp(cells[i], field_name(spec, f)) == 0;
        if (!found)
            return 0;
    }
    return 1;
}

static gvc_status open_rows(gvc_ctx *ctx, gvc_long *l, const gvc_import *import, gvc_rows **rows)
{
    const char *const *texts;
    gvc_stream *stream;
    gvc_int n = 0;
    gvc_status st = gvc_source__stream(ctx, &stream, import->source, l->part);

    *rows = NULL;
    if (st == GVC_OK)
        st = gvc_rows__open(ctx, rows, stream, ',');
    if (st == GVC_OK)
        st = gvc_rows__texts(ctx, *rows, &texts, &n);
    for (int f = 0; st == GVC_OK && f < FIELDS; f++) {
        l->at[f] = -1;
        for (gvc_int i = 0; field_name(l->spec, f) && i < n; i++)
            if (strcmp(texts[i], field_name(l->spec, f)) == 0)
                l->at[f] = i;
        if (field_name(l->spec, f) && l->at[f] < 0)
            st = gvc_origin__refuse(ctx, &l->origin, "line 1", "no column %s found",
                                    field_name(l->spec, f));
    }
    l->columns = n;
    if (st == GVC_OK)
        st = gvc_rows__keep_header(ctx, *rows, texts, n);
    return st == GVC_OK ? gvc_rows__shape(ctx, *rows, n, 0) : st;
}

/* ---- the first pass: labels and years ---- */

static gvc_status keep_label(gvc_ctx *ctx, gvc_long *l, gvc_names *names, const char *text,
                             gvc_int line)
{
    const gvc_int len = (gvc_int)strlen(text);
    char place[80];

    if (gvc_names__find(names, text, len) >= 0)
        return GVC_OK;
    if (len == 0 || len > 256 || !gvc_text__is_utf8(text, len) || gvc_names__n(names) == LABELS)
        return gvc_origin__refuse(ctx, &l->origin, gvc_rows__place(line, place),
                                  "a label of 1 to 256 bytes of UTF-8 text expected");
    return gvc_names__add(ctx, names, text, len) < 0 ? GVC_ENOMEM : GVC_OK;
}

static gvc_status keep_labels(gvc_ctx *ctx, gvc_long *l, const char *const *cells, gvc_int line)
{
    const char *total = l->spec->total;
    const int is_total = strcmp(cells[l->at[ROW_COUNTRY]], total) == 0;
    gvc_status st = GVC_OK;

    if (!is_total)
        st = keep_label(ctx, l, l->row_countries, cells[l->at[ROW_COUNTRY]], line);
    if (st == GVC_OK)
        st = keep_label(ctx, l, is_total ? l->totals : l->row_items, cells[l->at[ROW_ITEM]], line);
    if (st != GVC_OK || strcmp(cells[l->at[COL_COUNTRY]], total) == 0)
        return st;
    st = keep_label(ctx, l, l->col_countries, cells[l->at[COL_COUNTRY]], line);
    return st == GVC_OK ? keep_label(ctx, l, l->col_items, cells[l->at[COL_ITEM]], line) : st;
}

static gvc_status read_year(gvc_ctx *ctx, const gvc_long *l, const char *const *cells, gvc_int line,
                            int *year)
{
    const char *text = l->at[YEAR] < 0 ? "" : cells[l->at[YEAR]];
    char place[80];

    *year = 0;
    if (l->at[YEAR] < 0)
        return GVC_OK;
    if (strlen(text) == 4 && strspn(text, "0123456789") == 4) {
        *year = atoi(text);
        return GVC_OK;
    }
    return gvc_origin__refuse(ctx, &l->origin, gvc_rows__place(line, place),
                              "\"%.40s\" found, a year of four digits expected", text);
}

/* The lines [first, last) belong to the year. */
static gvc_status note_span(gvc_ctx *ctx, gvc_long *l, int year, gvc_int first, gvc_int last,
                            gvc_int line)
{
    for (gvc_int i = l->n_spans - 1; i >= 0; i--)
        if (l->spans[i].year == year) {
            l->spans[i].last = last;
            return GVC_OK;
        }
    if (l->n_spans == YEARS)
        return gvc_origin__refuse(ctx, &l->origin, NULL, "more than %d years found", YEARS);
    l->spans[l->n_spans++] = (span){ year, first, last, line };
    return GVC_OK;
}

static gvc_status scan_block(gvc_ctx *ctx, gvc_long *l, const gvc_rows_block *b)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < b->m; i++) {
        const char *const *cells = b->labels + i * l->columns;
        int year;

        st = read_year(ctx, l, cells, b->lines[i], &year);
        if (st == GVC_OK)
            st = note_span(ctx, l, year, b->offsets[i], b->offsets[i + 1], b->lines[i]);
        if (st == GVC_OK)
            st = keep_labels(ctx, l, cells, b->lines[i]);
    }
    return st;
}

static int by_year(const void *a, const void *b)
{
    return ((const span *)a)->year - ((const span *)b)->year;
}

static gvc_status scan(gvc_ctx *ctx, gvc_long *l, const gvc_import *import)
{
    gvc_rows_block block = { .m = 1 };
    gvc_rows *rows = NULL;
    gvc_status st = open_rows(ctx, l, import, &rows);

    while (st == GVC_OK && block.m > 0) {
        st = gvc_rows__next(ctx, rows, &block);
        if (st == GVC_OK)
            st = scan_block(ctx, l, &block);
        if (st == GVC_OK)
            st = gvc_progress__step(ctx, "looking for years", 0.0);
    }
    gvc_rows__close(rows);
    if (st == GVC_OK && l->n_spans == 0)
        st = gvc_origin__refuse(ctx, &l->origin, NULL, "no lines below the header");
    if (st == GVC_OK)
        qsort(l->spans, (size_t)l->n_spans, sizeof *l->spans, by_year);
    return st;
}

gvc_status gvc_long__scan(gvc_ctx *ctx, gvc_long **out, const gvc_import *import,
                          const gvc_part *part, const gvc_long_spec *spec)
{
    gvc_long *l = gvc_mem__calloc(ctx, 1, sizeof *l);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!l)
        return GVC_ENOMEM;
    l->spec = spec;
    l->part = part;
    l->origin = gvc_source__origin(import->source, part);
    l->row_countries = gvc_names__new(ctx);
    l->row_items = gvc_names__new(ctx);
    l->col_countries = gvc_names__new(ctx);
    l->col_items = gvc_names__new(ctx);
    l->totals = gvc_names__new(ctx);
    l->spans = gvc_mem__alloc(ctx, YEARS, sizeof *l->spans);
    if (l->row_countries && l->row_items && l->col_countries && l->col_items && l->totals &&
        l->spans)
        st = scan(ctx, l, import);
    if (st != GVC_OK) {
        gvc_long__free(l);
        return st;
    }
    *out = l;
    return GVC_OK;
}

void gvc_long__free(gvc_long *l)
{
    if (!l)
        return;
    gvc_names__free(l->row_countries);
    gvc_names__free(l->row_items);
    gvc_names__free(l->col_countries);
    gvc_names__free(l->col_items);
    gvc_names__free(l->totals);
    gvc_mem__free(l->spans);
    gvc_mem__free(l);
}

gvc_int gvc_long__n_years(const gvc_long *l)
{
    return l->at[YEAR] < 0 ? 0 : l->n_spans;
}

int gvc_long__year(const gvc_long *l, gvc_int i)
{
    return l->spans[i].year;
}

/* ---- the second pass: one year ---- */

/* Memory is taken for every item of every country, though few of them need stand in the file. */
static gvc_status refuse_labels(gvc_ctx *ctx, const gvc_long *l, gvc_int countries, gvc_int items,
                                const char *side)
{
    return gvc_origin__refuse(ctx, &l->origin, NULL,
                              "%lld countries and %lld items of %s found, which are more than a "
                              "table has",
                              (long long)countries, (long long)items, side);
}

/* Items of columns that no row has are categories of final demand. */
static gvc_status declare_columns(gvc_ctx *ctx, const gvc_long *l, gvc_draft *draft)
{
    const gvc_int C = gvc_names__n(l->col_countries), m = gvc_names__n(l->col_items),
                  R = gvc_names__n(l->row_countries), k_rows = gvc_names__n(l->row_items);
    gvc_status st = GVC_OK;

    if (C * m > 2 * LABELS)
        return refuse_labels(ctx, l, C, m, "columns");
    if (R * k_rows > 2 * LABELS)
        return refuse_labels(ctx, l, R, k_rows, "rows");
    if (gvc_names__n(l->totals) > TOTALS)
        return refuse_labels(ctx, l, 0, gvc_names__n(l->totals), "rows");
    for (gvc_int c = 0; st == GVC_OK && c < C; c++)
        for (gvc_int k = 0; st == GVC_OK && k < m; k++) {
            const char *item = gvc_names__get(l->col_items, k);
            const int demand = gvc_names__find(l->row_items, item, (gvc_int)strlen(item)) < 0;

            st = gvc_draft__column(ctx, draft, demand ? GVC_COLUMN_DEMAND : GVC_COLUMN_INDUSTRY,
                                   gvc_names__get(l->col_countries, c), item);
        }
    if (st == GVC_OK && l->spec->output_column)
        st = gvc_draft__column(ctx, draft, GVC_COLUMN_OUTPUT, NULL, NULL);
    return st;
}

static gvc_status aim_row(reader *r, const char *country, const char *item, const char *place,
                          gvc_int *target)
{
    const gvc_long_spec *spec = r->l->spec;
    gvc_line_role role = GVC_LINE_PRIMARY;

    if (strcmp(country, spec->total) != 0)
        return gvc_draft__row(r->ctx, r->draft, country, item, place, target);
    *target = GVC_DRAFT_SKIP;
    if (spec->skip_row && strcmp(item, spec->skip_row) == 0)
        return GVC_OK;
    for (gvc_int i = 0; i < spec->n_lines; i++)
        if (strcmp(item, spec->lines[i].code) == 0)
            role = spec->lines[i].role;
    return gvc_draft__line(r->ctx, r->draft, role, item, item, 0, place, target);
}

/* Where a row goes; found once, then known by its numbers. */
static gvc_status row_of(reader *r, const char *const *cells, const char *place, gvc_int *target)
{
    const gvc_long *l = r->l;
    const char *country = cells[l->at[ROW_COUNTRY]], *item = cells[l->at[ROW_ITEM]];
    const int is_total = strcmp(country, l->spec->total) == 0;
    const gvc_int c = is_total
                          ? gvc_names__n(l->row_countries)
                          : gvc_names__find(l->row_countries, country, (gvc_int)strlen(country));
    const gvc_int k =
        gvc_names__find(is_total ? l->totals : l->row_items, item, (gvc_int)strlen(item));
    gvc_int *known = &r->row_target[c * gvc_names__n(l->row_items) + k];
    gvc_status st = GVC_OK;

    if (*known == UNKNOWN)
        st = aim_row(r, country, item, place, known);
    *target = *known;
    return st;
}

static gvc_status column_of(reader *r, const char *const *cells, const char *place, gvc_int *target)
{
    const gvc_long *l = r->l;
    const char *country = cells[l->at[COL_COUNTRY]], *item = cells[l->at[COL_ITEM]];
    gvc_int *known;
    gvc_status st = GVC_OK;

    *target = -1;
    if (strcmp(country, l->spec->total) == 0) {
        if (l->spec->output_column && strcmp(item, l->spec->output_column) == 0)
            *target = r->width - 1;
        return GVC_OK;
    }
    known = &r->col_target[gvc_names__find(l->col_countries, country, (gvc_int)strlen(country)) *
                               gvc_names__n(l->col_items) +
                           gvc_names__find(l->col_items, item, (gvc_int)strlen(item))];
    if (*known == UNKNOWN)
        st = gvc_draft__find_column(r->ctx, r->draft,
                                    gvc_names__find(l->row_items, item, (gvc_int)strlen(item)) < 0
                                        ? GVC_COLUMN_DEMAND
                                        : GVC_COLUMN_INDUSTRY,
                                    country, item, place, known);
    *target = *known;
    return st;
}

/* A cell stands once. */
static gvc_status mark(reader *r, gvc_int row, gvc_int column, const char *const *cells,
                       const char *place)
{
    const gvc_long *l = r->l;
    const gvc_int at = (row >= 0 ? row : r->n - 2 - row) * r->width + column;

    if (r->seen[at / 8] & 1 << at % 8)
        return gvc_origin__refuse(r->ctx, &l->origin, place,
                                  "the cell of row %s:%s and column %s:%s stands a second time",
                                  cells[l->at[ROW_COUNTRY]], cells[l->at[ROW_ITEM]],
                                  cells[l->at[COL_COUNTRY]], cells[l->at[COL_ITEM]]);
    r->seen[at / 8] |= (unsigned char)(1 << at % 8);
    return GVC_OK;
}

static gvc_status put_line(reader *r, const char *const *cells, gvc_int line)
{
    const char *text = cells[r->l->at[VALUE]], *after;
    gvc_int row, column;
    double value = 0.0;
    char place[80];
    gvc_status st;

    gvc_rows__place(line, place);
    st = row_of(r, cells, place, &row);
    if (st == GVC_OK)
        st = column_of(r, cells, place, &column);
    if (st != GVC_OK || row == GVC_DRAFT_SKIP || column < 0)
        return st;
    after = gvc_number__read(text, text + strlen(text), &value);
    if (*text == '\0')
        gvc_draft__count_blanks(r->draft, 1);
    else if (after == text || *after || !isfinite(value))
        return gvc_origin__refuse(r->ctx, &r->l->origin, place,
                                  "value \"%.40s\" of row %s:%s and column %s:%s found, a finite "
                                  "number with a decimal point expected",
                                  text, cells[r->l->at[ROW_COUNTRY]], cells[r->l->at[ROW_ITEM]],
                                  cells[r->l->at[COL_COUNTRY]], cells[r->l->at[COL_ITEM]]);
    st = mark(r, row, column, cells, place);
    if (st == GVC_OK)
        gvc_draft__add(r->draft, row, column, value);
    return st;
}

static gvc_status put_lines(reader *r, const gvc_import *import, const span *s)
{
    gvc_rows_block b = { .m = 1 };
    gvc_rows *rows = NULL;
    int year = s->year, is_done = 0;
    gvc_status st = open_rows(r->ctx, r->l, import, &rows);

    if (st == GVC_OK)
        st = gvc_rows__skip(r->ctx, rows, s->first, s->line);
    while (st == GVC_OK && !is_done) {
        st = gvc_rows__next(r->ctx, rows, &b);
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++) {
            const char *const *cells = b.labels + i * r->l->columns;

            st = read_year(r->ctx, r->l, cells, b.lines[i], &year);
            if (st == GVC_OK && year == s->year)
                st = put_line(r, cells, b.lines[i]);
        }
        is_done = b.m == 0 || b.offsets[b.m] >= s->last;
        if (st == GVC_OK)
            st = gvc_progress__step(r->ctx, "reading", 0.5);
    }
    gvc_rows__close(rows);
    return st;
}

static gvc_status make_room(reader *r)
{
    const gvc_long *l = r->l;
    const gvc_int lines = gvc_names__n(l->totals);
    const gvc_int n_rows = gvc_names__n(l->row_countries) * gvc_names__n(l->row_items) + lines;
    const gvc_int n_cols = gvc_names__n(l->col_countries) * gvc_names__n(l->col_items);

    r->n = gvc_draft__table(r->draft)->n;
    r->width = gvc_draft__width(r->draft);
    r->row_target = gvc_mem__alloc(r->ctx, n_rows, sizeof *r->row_target);
    r->col_target = gvc_mem__alloc(r->ctx, n_cols, sizeof *r->col_target);
    r->seen = gvc_mem__calloc(r->ctx, (r->n + lines) * r->width / 8 + 1, 1);
    if (!r->row_target || !r->col_target || !r->seen)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < n_rows; i++)
        r->row_target[i] = UNKNOWN;
    for (gvc_int i = 0; i < n_cols; i++)
        r->col_target[i] = UNKNOWN;
    return GVC_OK;
}

gvc_status gvc_long__read(gvc_ctx *ctx, gvc_long *l, gvc_import *import, gvc_int i,
                          const gvc_release *release, gvc_table **out)
{
    const span *s = &l->spans[l->at[YEAR] < 0 ? 0 : i];
    reader r = { .ctx = ctx, .l = l };
    gvc_status st = gvc_draft__new(ctx, &r.draft, import, &l->origin);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_draft__describe(ctx, r.draft, release);
    if (st == GVC_OK)
        st = declare_columns(ctx, l, r.draft);
    /* Zeros are left out, but no real table has more than a few tenths of them. */
    if (st == GVC_OK)
        st = gvc_draft__settle(ctx, r.draft, s->last - s->first);
    if (st == GVC_OK)
        st = make_room(&r);
    if (st == GVC_OK) {
        gvc_draft__rows_may_be_missing(r.draft);
        st = put_lines(&r, import, s);
    }
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    gvc_mem__free(r.row_target);
    gvc_mem__free(r.col_target);
    gvc_mem__free(r.seen);
    gvc_draft__free(r.draft);
    return st;
}
