#include "write/diff.h"

#include "base/csv.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * A CSV file is read whole and cut up in place. A first look tells which columns hold text; columns
 * of text and those that are keys by their name tell the rows apart, the others are compared.
 */

#define LARGEST ((gvc_int)1 << 40)

enum { COLUMNS = 20000 }; /* their names are compared with each other */

static const char *const key_names[] = {
    "year",     "measure", "level",         "exporter",    "exporter_sector",
    "importer", "origin",  "origin_sector", "destination", "destination_sector",
    "country",  "sector",  "partner",       "direction",   "route",
    "via",      NULL,
};

typedef struct csv_text {
    const char *path;
    char *text;
    gvc_int bytes, rows, columns;
    const char **names;
    unsigned char *is_text;
    gvc_arena *arena;
    gvc_diff_sheet sheet;
} csv_text;

/* What a cell that is no text says: a number, or nothing. */
static int read_number(const gvc_csv_cell *cell, double *value)
{
    static const char *const nothing[] = { "", "nan", "NaN", "NA", "." };
    const char *end = cell->text + cell->len;

    *value = NAN;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (cell->len == (gvc_int)strlen(nothing[i]) &&
            memcmp(cell->text, nothing[i], (size_t)cell->len) == 0)
            return 1;
    if ((cell->len == 3 && memcmp(cell->text, "inf", 3) == 0) ||
        (cell->len == 4 && memcmp(cell->text, "-inf", 4) == 0)) {
        *value = cell->text[0] == '-' ? -INFINITY : INFINITY;
        return 1;
    }
    return !cell->quoted && gvc_decimal__read(cell->text, end, value) == end;
}

static int is_key_name(const char *name)
{
    for (int i = 0; key_names[i]; i++)
        if (strcmp(key_names[i], name) == 0)
            return 1;
    return 0;
}

static gvc_status refuse_line(gvc_ctx *ctx, const csv_text *c, gvc_int line, const char *what)
{
    char place[32];

    snprintf(place, sizeof place, "line %lld", (long long)line);
    return gvc_error__at(ctx, GVC_EDATA, c->path, place, "%s", what);
}

static gvc_status read_header(gvc_ctx *ctx, csv_text *c, gvc_csv_reader *reader)
{
    gvc_csv_reader ahead = *reader;
    gvc_csv_cell cell = { 0 };

    while (!cell.last) {
        if (gvc_csv__next(&ahead, &cell) != 1)
            return refuse_line(ctx, c, 1, "a header of column names is expected");
        c->columns = cell.column;
    }
    if (c->columns > COLUMNS)
        return refuse_line(ctx, c, 1, "more columns than results have; is it a result?");
    c->names = gvc_mem__calloc(ctx, c->columns, sizeof *c->names);
    c->is_text = gvc_mem__calloc(ctx, c->columns, 1);
    if (!c->names || !c->is_text)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < c->columns; j++) {
        char *name;

        gvc_csv__next(reader, &cell);
        name = gvc_arena__copy(ctx, c->arena, cell.text, cell.len);
        if (!name)
            return GVC_ENOMEM;
        gvc_csv__copy(&cell, name, cell.len + 1);
        c->names[j] = name;
        for (gvc_int k = 0; k < j; k++)
            if (strcmp(c->names[k], name) == 0)
                return refuse_line(ctx, c, 1, "two columns have the same name");
    }
    return GVC_OK;
}

/* Count the rows and find the columns of text. */
static gvc_status scan(gvc_ctx *ctx, csv_text *c, gvc_csv_reader reader)
{
    gvc_csv_cell cell = { 0 };
    double value;
    int more;

    while ((more = gvc_csv__next(&reader, &cell)) == 1) {
        if (cell.column > c->columns || (cell.last && cell.column != c->columns))
            return refuse_line(ctx, c, cell.line, "not as many cells as the header has");
        if (!c->is_text[cell.column - 1] && !read_number(&cell, &value))
            c->is_text[cell.column - 1] = 1;
        c->rows += cell.last;
    }
    return more < 0 ? refuse_line(ctx, c, cell.line, "a quoted cell does not end well") : GVC_OK;
}

static gvc_status open_text(gvc_ctx *ctx, csv_text *c, const char *path, gvc_csv_reader *body)
{
    gvc_status st;

    *c = (csv_text){ .path = path };
    c->arena = gvc_arena__new(ctx);
    st = c->arena ? gvc_file__read(ctx, &c->text, &c->bytes, path, LARGEST) : GVC_ENOMEM;
    if (st != GVC_OK)
        return st;
    *body = gvc_csv__begin(c->text, c->bytes);
    st = read_header(ctx, c, body);
    return st == GVC_OK ? scan(ctx, c, *body) : st;
}

static void close_text(csv_text *c)
{
    for (gvc_int j = 0; c->sheet.columns && j < c->columns; j++) {
        gvc_mem__free(c->sheet.columns[j].texts);
        gvc_mem__free(c->sheet.columns[j].reals);
    }
    gvc_mem__free(c->sheet.columns);
    gvc_mem__free(c->names);
    gvc_mem__free(c->is_text);
    gvc_mem__free(c->text);
    gvc_arena__free(c->arena);
}

/* A column that holds text in one file holds text in both. */
static void settle_types(csv_text *a, csv_text *b)
{
    for (gvc_int i = 0; i < a->columns; i++)
        for (gvc_int j = 0; j < b->columns; j++)
            if (strcmp(a->names[i], b->names[j]) == 0)
                a->is_text[i] = b->is_text[j] = a->is_text[i] | b->is_text[j];
}

static gvc_status make_columns(gvc_ctx *ctx, csv_text *c)
{
    c->sheet = (gvc_diff_sheet){ .file = c->path, .where = "", .rows = c->rows, .n = c->columns };
    c->sheet.columns = gvc_mem__calloc(ctx, c->columns, sizeof *c->sheet.columns);
    if (!c->sheet.columns)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < c->columns; j++) {
        gvc_diff_column *column = &c->sheet.columns[j];

        column->name = c->names[j];
        column->is_key = c->is_text[j] || is_key_name(c->names[j]);
        if (c->is_text[j])
            column->texts = gvc_mem__alloc(ctx, c->rows, sizeof *column->texts);
        else
            column->reals = gvc_mem__alloc(ctx, c->rows, sizeof *column->reals);
        if (!column->texts && !column->reals)
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

/* Texts stay where they are: the reader has passed the character that the closing zero takes. */
static gvc_status fill_columns(gvc_ctx *ctx, csv_text *c, gvc_csv_reader reader)
{
    gvc_csv_cell cell;
    gvc_int row = 0;
    gvc_status st = make_columns(ctx, c);

    while (st == GVC_OK && gvc_csv__next(&reader, &cell) == 1) {
        gvc_diff_column *column = &c->sheet.columns[cell.column - 1];

        if (column->reals) {
            read_number(&cell, &column->reals[row]);
        } else {
            column->texts[row] = cell.text;
            gvc_csv__copy(&cell, (char *)cell.text, cell.len + 1);
        }
        row += cell.last;
    }
    return st;
}

gvc_status gvc_diff__csv(gvc_ctx *ctx, gvc_diff *diff, const char *a, const char *b)
{
    csv_text x, y = { 0 };
    gvc_csv_reader of_x, of_y;
    gvc_status st = open_text(ctx, &x, a, &of_x);

    if (st == GVC_OK)
        st = open_text(ctx, &y, b, &of_y);
    if (st == GVC_OK) {
        settle_types(&x, &y);
        st = fill_columns(ctx, &x, of_x);
    }
    if (st == GVC_OK)
        st = fill_columns(ctx, &y, of_y);
    if (st == GVC_OK)
        st = gvc_diff__sheets(ctx, diff, &x.sheet, &y.sheet);
    close_text(&x);
    close_text(&y);
    return st;
}
