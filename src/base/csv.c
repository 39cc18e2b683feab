#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define LARGEST ((gvc_int)1 << 30)

enum { COLUMNS = 10000 }; /* their names are compared with each other */

struct gvc_csv {
    const char *path;
    gvc_int rows, columns, room;
    const char **cells; /* the header first */
    gvc_int *lines;     /* of each record, the header first */
    gvc_arena *arena;
};

gvc_csv_reader gvc_csv__begin(const char *text, gvc_int bytes)
{
    const gvc_int mark = bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    return (gvc_csv_reader){ text + mark, text + bytes, 1, 1 };
}

static int at_newline(const gvc_csv_reader *r)
{
    return r->at < r->end &&
           (*r->at == '\n' || (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n'));
}

static void pass_newline(gvc_csv_reader *r)
{
    r->at += *r->at == '\r' ? 2 : 1;
    r->line++;
    r->column = 1;
}

/* Pass over a quoted cell; `at` stands behind the closing quote. 0 where it does not end well. */
static int pass_quoted(gvc_csv_reader *r, gvc_csv_cell *cell)
{
    cell->text = ++r->at;
    cell->quoted = 1;
    for (; r->at < r->end; r->at++) {
        if (*r->at == '\n')
            r->line++;
        if (*r->at != '"')
            continue;
        if (r->at + 1 < r->end && r->at[1] == '"') {
            r->at++;
            continue;
        }
        cell->len = r->at++ - cell->text;
        return r->at == r->end || *r->at == ',' || at_newline(r);
    }
    return 0;
}

int gvc_csv__next(gvc_csv_reader *r, gvc_csv_cell *cell)
{
    while (r->column == 1 && at_newline(r))
        pass_newline(r);
    if (r->at >= r->end && r->column == 1)
        return 0;
    *cell = (gvc_csv_cell){ r->at, 0, 0, 0, r->line, r->column };
    if (r->at < r->end && *r->at == '"') {
        if (!pass_quoted(r, cell))
            return -1;
    } else {
        while (r->at < r->end && *r->at != ',' && !at_newline(r))
            r->at++;
        cell->len = r->at - cell->text;
    }
    if (r->at < r->end && *r->at == ',') {
        r->at++;
        r->column++;
        return 1;
    }
    cell->last = 1;
    if (r->at < r->end)
        pass_newline(r);
    r->column = 1;
    return 1;
}

gvc_int gvc_csv__copy(const gvc_csv_cell *cell, char *text, gvc_int room)
{
    gvc_int len = 0;

    for (gvc_int i = 0; i < cell->len && len < room - 1; i++) {
        text[len++] = cell->text[i];
        if (cell->quoted && cell->text[i] == '"')
            i++;
    }
    text[len] = '\0';
    return len;
}

static const char *line_place(gvc_int line, char text[32])
{
    snprintf(text, 32, "line %lld", (long long)line);
    return text;
}

static gvc_status keep_cell(gvc_ctx *ctx, gvc_csv *csv, const gvc_csv_cell *cell, gvc_int i)
{
    char *text, place[32];

    if (!gvc_text__is_utf8(cell->text, cell->len))
        return gvc_error__at(ctx, GVC_EDATA, csv->path, line_place(cell->line, place),
                             "cell %lld is not UTF-8 text, or holds control characters; save the "
                             "file as UTF-8",
                             (long long)cell->column);
    if (i == csv->room) {
        const gvc_int room = csv->room ? 2 * csv->room : 256;
        const char **cells = gvc_mem__realloc(ctx, csv->cells, room, sizeof *cells);
        gvc_int *lines = cells ? gvc_mem__realloc(ctx, csv->lines, room, sizeof *lines) : NULL;

        csv->cells = cells ? cells : csv->cells;
        csv->lines = lines ? lines : csv->lines;
        if (!lines)
            return GVC_ENOMEM;
        csv->room = room;
    }
    text = gvc_arena__copy(ctx, csv->arena, cell->text, cell->len);
    if (!text)
        return GVC_ENOMEM;
    gvc_csv__copy(cell, text, cell->len + 1);
    csv->cells[i] = text;
    return GVC_OK;
}

/* End of a record: its length must be that of the header. */
static gvc_status close_record(gvc_ctx *ctx, gvc_csv *csv, const gvc_csv_cell *last, gvc_int line)
{
    char place[32];

    if (csv->columns == 0)
        csv->columns = last->column;
    if (csv->columns > COLUMNS)
        return gvc_error__at(ctx, GVC_EDATA, csv->path, line_place(line, place),
                             "%lld columns found, at most %d expected", (long long)csv->columns,
                             COLUMNS);
    if (last->column != csv->columns)
        return gvc_error__at(ctx, GVC_EDATA, csv->path, line_place(line, place),
                             "%lld cells found, %lld expected as in the header",
                             (long long)last->column, (long long)csv->columns);
    csv->lines[csv->rows++] = line;
    return GVC_OK;
}

static gvc_status check_header(gvc_ctx *ctx, const gvc_csv *csv)
{
    if (csv->rows == 0)
        return gvc_error__at(ctx, GVC_EDATA, csv->path, NULL,
                             "the file is empty; a header line is expected");
    for (gvc_int j = 1; j < csv->columns; j++)
        for (gvc_int k = 0; k < j; k++)
            if (strcmp(csv->cells[j], csv->cells[k]) == 0)
                return gvc_error__at(ctx, GVC_EDATA, csv->path, "line 1",
                                     "column \"%s\" stands twice, at %lld and %lld", csv->cells[j],
                                     (long long)k + 1, (long long)j + 1);
    return GVC_OK;
}

static gvc_status parse(gvc_ctx *ctx, gvc_csv *csv, const char *text, gvc_int bytes)
{
    gvc_csv_reader reader = gvc_csv__begin(text, bytes);
    gvc_csv_cell cell;
    gvc_status st = GVC_OK;
    gvc_int n = 0, line = 1;
    char place[32];
    int more;

    while (st == GVC_OK && (more = gvc_csv__next(&reader, &cell)) != 0) {
        if (more < 0)
            return gvc_error__at(ctx, GVC_EDATA, csv->path, line_place(cell.line, place),
                                 "cell %lld opens a quote that does not end before a comma",
                                 (long long)cell.column);
        if (cell.column == 1)
            line = cell.line;
        st = keep_cell(ctx, csv, &cell, n++);
        if (st == GVC_OK && cell.last)
            st = close_record(ctx, csv, &cell, line);
    }
    return st == GVC_OK ? check_header(ctx, csv) : st;
}

gvc_status gvc_csv__read(gvc_ctx *ctx, gvc_csv **out, const char *path)
{
    gvc_csv *csv = NULL;
    char *text = NULL;
    gvc_int bytes;
    gvc_status st = gvc_file__read(ctx, &text, &bytes, path, LARGEST);

    *out = NULL;
    if (st == GVC_OK) {
        csv = gvc_mem__calloc(ctx, 1, sizeof *csv);
        st = csv ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        csv->arena = gvc_arena__new(ctx);
        csv->path = csv->arena ? gvc_arena__strdup(ctx, csv->arena, path) : NULL;
        st = csv->path ? parse(ctx, csv, text, bytes) : GVC_ENOMEM;
    }
    gvc_mem__free(text);
    if (st != GVC_OK) {
        gvc_csv__free(csv);
        return st;
    }
    *out = csv;
    return GVC_OK;
}

void gvc_csv__free(gvc_csv *csv)
{
    if (!csv)
        return;
    gvc_mem__free(csv->cells);
    gvc_mem__free(csv->lines);
    gvc_arena__free(csv->arena);
    gvc_mem__free(csv);
}

const char *gvc_csv__path(const gvc_csv *csv)
{
    return csv->path;
}

gvc_int gvc_csv__rows(const gvc_csv *csv)
{
    return csv->rows - 1;
}

gvc_int gvc_csv__columns(const gvc_csv *csv)
{
    return csv->columns;
}

gvc_int gvc_csv__find(const gvc_csv *csv, const char *name)
{
    for (gvc_int j = 0; j < csv->columns; j++)
        if (strcmp(csv->cells[j], name) == 0)
            return j;
    return -1;
}

gvc_status gvc_csv__expect(gvc_ctx *ctx, const gvc_csv *csv, const char *names, gvc_int required)
{
    const char *at = names;
    gvc_int j = 0;

    for (; j < csv->columns && at; j++) {
        const size_t len = strcspn(at, ",");

        if (strlen(csv->cells[j]) != len || strncmp(csv->cells[j], at, len) != 0)
            break;
        at = at[len] ? at + len + 1 : NULL;
    }
    if (j == csv->columns && j >= required)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EDATA, csv->path, "line 1",
                         "\"%s\" found as column %lld, the header %s expected",
                         j < csv->columns ? csv->cells[j] : "nothing", (long long)j + 1, names);
}

const char *gvc_csv__cell(const gvc_csv *csv, gvc_int row, gvc_int column)
{
    return column < 0 ? "" : csv->cells[(row + 1) * csv->columns + column];
}

gvc_int gvc_csv__line(const gvc_csv *csv, gvc_int row)
{
    return csv->lines[row + 1];
}
