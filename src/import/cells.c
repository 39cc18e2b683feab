#include "import/book.h"
#include "import/number.h"
#include "import/xml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The cells of a sheet. */

enum { MAX_COLUMN = 16384, MAX_ROW = 1048576, VALUE = 512 };

typedef struct sheet {
    gvc_xml xml;
    gvc_book *book;
    gvc_origin origin;
    gvc_row_fn fn;
    void *user;
    gvc_int row, column;
    gvc_cell *cells;
    gvc_int *offsets; /* of texts in `texts`, -1 where the text stands elsewhere */
    gvc_int n;
    char type; /* of the cell being read: n s i(nline) f(ormula text) b e */
    int in_row, in_cell, in_value;
    char value[VALUE];
    int n_value;
    gvc_buf texts; /* of the row */
    gvc_int text_at;
    int is_long; /* the value has more than VALUE bytes, and so is text */
} sheet;

const char *gvc_cell__place(gvc_int row, gvc_int column, char *text)
{
    char letters[8] = { 0 };
    int at = 7;

    for (gvc_int c = column + 1; c > 0 && at > 0; c = (c - 1) / 26)
        letters[--at] = (char)('A' + (c - 1) % 26);
    snprintf(text, 80, "cell %s%lld", letters + at, (long long)row);
    return text;
}

static void refuse(sheet *s, const char *what)
{
    char place[80];

    s->xml.status = gvc_origin__refuse(s->xml.ctx, &s->origin,
                                       gvc_cell__place(s->row, s->column, place), "%s", what);
}

/* ---- elements ---- */

static void start_row(sheet *s, const char **attrs)
{
    const char *r = gvc_xml__attr(attrs, "r");
    const gvc_int row = r ? strtoll(r, NULL, 10) : s->row + 1;

    if (s->in_row || row <= s->row || row > MAX_ROW)
        refuse(s, "rows are expected in ascending order: the workbook is damaged");
    s->in_row = 1;
    s->row = row;
    s->column = -1;
    s->n = 0;
    s->texts.len = 0;
}

/* Column of "E7", -1 where it has none. */
static gvc_int column_of(const char *ref)
{
    gvc_int column = 0;

    for (; *ref >= 'A' && *ref <= 'Z' && column <= MAX_COLUMN; ref++)
        column = 26 * column + (*ref - 'A' + 1);
    return column - 1;
}

static void start_cell(sheet *s, const char **attrs)
{
    const char *ref = NULL, *type = "n";
    gvc_int column;

    for (; *attrs; attrs += 2) {
        if (attrs[0][0] == 'r' && !attrs[0][1])
            ref = attrs[1];
        else if (attrs[0][0] == 't' && !attrs[0][1])
            type = attrs[1];
    }
    column = ref ? column_of(ref) : s->column + 1;
    if (!s->in_row || s->in_cell || column <= s->column || column >= MAX_COLUMN) {
        refuse(s, "cells are expected in ascending columns up to XFD: the workbook is damaged");
        return;
    }
    s->in_cell = 1;
    s->column = column;
    s->type = strcmp(type, "inlineStr") == 0 ? 'i' : strcmp(type, "str") == 0 ? 'f' : *type;
    s->n_value = s->is_long = 0;
    s->text_at = s->texts.len;
}

static void on_start(gvc_xml *xml, const char *name, const char **attrs)
{
    sheet *s = (sheet *)xml;

    if (name[0] == 'c' && !name[1])
        start_cell(s, attrs);
    else if (name[0] == 'v' && !name[1])
        s->in_value = s->type != 'i';
    else if (name[0] == 't' && !name[1])
        s->in_value = s->type == 'i';
    else if (strcmp(name, "row") == 0)
        start_row(s, attrs);
}

static void on_text(gvc_xml *xml, const char *text, int len)
{
    sheet *s = (sheet *)xml;

    if (!s->in_value)
        return;
    if (s->type == 'i' || s->type == 'f' || s->type == 'e') {
        if (s->texts.len - s->text_at + len <= GVC_BOOK_TEXT)
            gvc_buf__add(xml->ctx, &s->texts, text, len);
        if (s->texts.failed)
            xml->status = GVC_ENOMEM;
    } else if (s->n_value + len < VALUE) {
        memcpy(s->value + s->n_value, text, (size_t)len);
        s->n_value += len;
    } else {
        s->is_long = 1;
    }
}

/* The cell at its end, appended to the row. */
static void end_cell(sheet *s)
{
    gvc_cell *cell = &s->cells[s->n];
    const char *after;
    gvc_int i;

    s->in_cell = 0;
    *cell = (gvc_cell){ .column = s->column, .text = "" };
    s->offsets[s->n] = -1;
    s->value[s->n_value] = '\0';
    if (s->type == 'i' || s->type == 'f' || s->type == 'e') {
        cell->kind = s->type == 'e' ? GVC_CELL_ERROR : GVC_CELL_TEXT;
        s->offsets[s->n] = s->text_at;
        gvc_buf__add(s->xml.ctx, &s->texts, "", 1);
    } else if (s->n_value == 0 && !s->is_long) {
        return;
    } else if (s->type == 's') {
        i = strtoll(s->value, NULL, 10);
        if (i < 0 || i >= s->book->n_strings) {
            refuse(s, "a shared string that the workbook does not have: it is damaged");
            return;
        }
        cell->kind = GVC_CELL_TEXT;
        cell->text = s->book->strings[i];
    } else if (s->type == 'b') {
        cell->kind = GVC_CELL_TEXT;
        cell->text = s->value[0] == '1' ? "TRUE" : "FALSE";
    } else {
        after = gvc_number__read(s->value, s->value + s->n_value, &cell->value);
        if (after == s->value || *after || s->is_long || !isfinite(cell->value)) {
            refuse(s, "the value is no finite number: the workbook is damaged");
            return;
        }
    }
    s->n++;
}

static void end_row(sheet *s)
{
    s->in_row = 0;
    if (s->texts.failed) {
        s->xml.status = GVC_ENOMEM;
        return;
    }
    for (gvc_int i = 0; i < s->n; i++)
        if (s->offsets[i] >= 0)
            s->cells[i].text = s->texts.data + s->offsets[i];
    if (s->n > 0)
        s->xml.status = s->fn(s->xml.ctx, s->user, s->row, s->cells, s->n);
}

static void on_end(gvc_xml *xml, const char *name)
{
    sheet *s = (sheet *)xml;

    if (name[0] == 'c' && !name[1])
        end_cell(s);
    else if ((name[0] == 'v' || name[0] == 't') && !name[1])
        s->in_value = 0;
    else if (strcmp(name, "row") == 0)
        end_row(s);
}

/* ---- the sheet ---- */

static gvc_status read_sheet(gvc_ctx *ctx, sheet *s, gvc_int i)
{
    gvc_stream *stream;
    gvc_status st =
        gvc_archive__stream(ctx, &stream, s->book->archive, s->book->entries[i], &s->origin);

    if (st == GVC_OK)
        st = gvc_xml__read(ctx, &s->xml, stream);
    gvc_stream__close(stream);
    return st;
}

/* "sheet WIOT_2005" behind the member's name where there is one. */
static const char *name_sheet(gvc_ctx *ctx, gvc_book *book, gvc_int i)
{
    if (book->origin.member)
        return gvc_arena__format(ctx, book->arena, "%s, sheet %s", book->origin.member,
                                 book->sheets[i]);
    return gvc_arena__format(ctx, book->arena, "sheet %s", book->sheets[i]);
}

gvc_status gvc_book__read(gvc_ctx *ctx, gvc_book *book, gvc_int i, gvc_row_fn fn, void *user)
{
    sheet s = { .xml = { .start = on_start, .end = on_end, .text = on_text },
                .book = book,
                .origin = { book->origin.file, name_sheet(ctx, book, i) },
                .fn = fn,
                .user = user };
    gvc_status st = s.origin.member ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK && book->entries[i] < 0)
        return gvc_origin__refuse(ctx, &s.origin, NULL,
                                  "the workbook names this sheet but does "
                                  "not hold it: it is damaged");
    if (st == GVC_OK)
        st = gvc_book__load_strings(ctx, book);
    s.cells = gvc_mem__alloc(ctx, MAX_COLUMN, sizeof *s.cells);
    s.offsets = gvc_mem__alloc(ctx, MAX_COLUMN, sizeof *s.offsets);
    if (st == GVC_OK)
        st = s.cells && s.offsets ? read_sheet(ctx, &s, i) : GVC_ENOMEM;
    gvc_mem__free(s.cells);
    gvc_mem__free(s.offsets);
    gvc_buf__free(&s.texts);
    return st;
}

int gvc_cell__number(const gvc_cell *cell, double *value)
{
    const char *at = cell->text, *end, *after;

    if (cell->kind == GVC_CELL_NUMBER) {
        *value = cell->value;
        return 1;
    }
    *value = 0.0;
    if (cell->kind == GVC_CELL_ERROR)
        return -1;
    at += strspn(at, " \t");
    end = at + strlen(at);
    if (at == end)
        return 0;
    after = gvc_number__read(at, end, value);
    if (after == at || after[strspn(after, " \t")] || !isfinite(*value))
        return -1;
    return 1;
}

const char *gvc_cell__text(const gvc_cell *cell, char *text, gvc_int room)
{
    const char *from = cell->text;
    size_t len;

    text[0] = '\0';
    if (cell->kind == GVC_CELL_NUMBER) {
        if (cell->value == floor(cell->value) && fabs(cell->value) < 1e15)
            snprintf(text, (size_t)room, "%.0f", cell->value);
        return text;
    }
    if (cell->kind == GVC_CELL_ERROR)
        return text;
    from += strspn(from, " \t\r\n");
    len = strlen(from);
    while (len > 0 && strchr(" \t\r\n", from[len - 1]))
        len--;
    if ((gvc_int)len >= room)
        len = (size_t)room - 1;
    memcpy(text, from, len);
    text[len] = '\0';
    return text;
}
