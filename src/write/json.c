#include "write/format.h"

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "write/meta.h"
#include "write/rows.h"
#include "write/stream.h"

#include <string.h>

#include <json-c/json.h>

/*
 * One object: what the side file of a .csv says, the codebook, and the rows as records. json-c
 * prints everything but the records, which would be a tree of many times their size.
 */

typedef struct json {
    gvc_stream *stream;
    gvc_meta *meta;
    const gvc_write_opts *opts;
    const char *path;
} json;

static void spell(gvc_ctx *ctx, gvc_buf *to, const char *text)
{
    json_object *string = json_object_new_string(text);

    if (string)
        gvc_buf__puts(ctx, to,
                      json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE));
    else
        to->failed = 1;
    json_object_put(string);
}

static char *put_text(char *to, const char *text, size_t len)
{
    memcpy(to, text, len);
    return to + len;
}

static char *put_record(char *to, const gvc_rows *rows, gvc_int row)
{
    if (rows->first + row > 0)
        to = put_text(to, ",\n", 2);
    for (gvc_int j = 0; j < rows->n; j++) {
        to = gvc_rows__put_field(to, &rows->columns[j].before);
        to = gvc_rows__is_missing(&rows->columns[j], row)
                 ? put_text(to, "null", 4)
                 : gvc_rows__put_cell(to, &rows->columns[j], row);
    }
    *to++ = '}';
    return to;
}

static gvc_status put_bytes(gvc_ctx *ctx, void *sink, const char *data, gvc_int bytes)
{
    return gvc_stream__write(ctx, ((json *)sink)->stream, data, bytes);
}

/* `{"year":` or `,"country":` before each cell; the width grows with them. */
static gvc_status name_cells(gvc_ctx *ctx, gvc_rows *rows, const gvc_sheet_view *sheet)
{
    for (gvc_int j = 0; j < rows->n; j++) {
        gvc_field *before = &rows->columns[j].before;
        gvc_buf name = { 0 };

        gvc_buf__puts(ctx, &name, j == 0 ? "{" : ",");
        spell(ctx, &name, sheet->cells[j].name);
        gvc_buf__puts(ctx, &name, ":");
        before->len = name.len;
        before->text = name.failed ? NULL : gvc_arena__copy(ctx, rows->arena, name.data, name.len);
        gvc_buf__free(&name);
        if (!before->text)
            return GVC_ENOMEM;
        rows->width += before->len + (gvc_int)strlen("null");
    }
    rows->width += (gvc_int)strlen(",\n}");
    return GVC_OK;
}

static gvc_status put_records(gvc_ctx *ctx, json *out, const gvc_spool *table)
{
    gvc_cell *cells = gvc_mem__calloc(ctx, gvc_spool__n(table), sizeof *cells);
    gvc_status st = cells ? GVC_OK : GVC_ENOMEM;
    gvc_int first = 0;

    for (gvc_int b = 0; st == GVC_OK && b < gvc_spool__blocks(table); b++) {
        const gvc_sheet_view sheet = gvc_spool__sheet(table, b, cells);
        gvc_rows rows;

        st = gvc_rows__plan(ctx, &rows, &sheet, spell);
        rows.first = first;
        if (st == GVC_OK)
            st = name_cells(ctx, &rows, &sheet);
        if (st == GVC_OK)
            st = gvc_rows__print(ctx, &rows, put_record, put_bytes, out);
        gvc_rows__free(&rows);
        first += sheet.rows;
    }
    gvc_mem__free(cells);
    return st;
}

/* The codebook: what is empty is left away, numbers are numbers in their own decimals. */
static json_object *describe_column(const gvc_codebook *book, gvc_int j)
{
    json_object *column = json_object_new_object();

    for (int f = 0; column && f < GVC_BOOK_FIELDS; f++) {
        const gvc_codebook_field field = (gvc_codebook_field)f;
        const char *text = gvc_codebook__text(book, j, field);
        json_object *value;
        double number = 0;

        if (!*text)
            continue;
        if (gvc_codebook__is_number(field)) {
            gvc_decimal__read(text, text + strlen(text), &number);
            value = json_object_new_double_s(number, text);
        } else {
            value = json_object_new_string(text);
        }
        if (!value || json_object_object_add(column, gvc_codebook__field(field), value) != 0) {
            json_object_put(column);
            column = NULL;
        }
    }
    return column;
}

static gvc_status put_codebook(gvc_ctx *ctx, gvc_buf *to, const gvc_codebook *book)
{
    const int flags = JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;

    gvc_buf__puts(ctx, to, ",\n  \"codebook\": [\n");
    for (gvc_int j = 0; j < gvc_codebook__n(book); j++) {
        json_object *column = describe_column(book, j);

        if (!column)
            return gvc_error__set(ctx, GVC_ENOMEM, "memory is out for the codebook");
        gvc_buf__puts(ctx, to, json_object_to_json_string_ext(column, flags));
        gvc_buf__puts(ctx, to, j + 1 < gvc_codebook__n(book) ? ",\n" : "\n");
        json_object_put(column);
    }
    gvc_buf__puts(ctx, to, "  ],\n  \"data\": [\n");
    return to->failed ? GVC_ENOMEM : GVC_OK;
}

static gvc_status write_head(gvc_ctx *ctx, const json *out, const gvc_codebook *book)
{
    const char *slash = strrchr(out->path, '/');
    gvc_buf head = { 0 };
    char *text = NULL;
    gvc_status st =
        gvc_meta__text(ctx, &text, out->meta, slash ? slash + 1 : out->path, out->opts->provenance);

    if (st == GVC_OK) {
        gvc_buf__add(ctx, &head, text, (gvc_int)(strrchr(text, '}') - text));
        while (head.len > 0 && head.data[head.len - 1] == '\n')
            head.len--;
        st = put_codebook(ctx, &head, book);
    }
    if (st == GVC_OK)
        st = gvc_stream__write(ctx, out->stream, head.data, head.len);
    gvc_mem__free(text);
    gvc_buf__free(&head);
    return st;
}

static void drop(void *state)
{
    json *out = state;

    gvc_stream__abort(out->stream);
    gvc_meta__free(out->meta);
    gvc_mem__free(out);
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    json *out = gvc_mem__calloc(ctx, 1, sizeof *out);
    gvc_status st;

    if (!out)
        return GVC_ENOMEM;
    out->opts = opts;
    out->path = path;
    st = gvc_meta__new(ctx, &out->meta, opts->layout);
    if (st == GVC_OK)
        st = gvc_stream__open(ctx, &out->stream, path, opts->force);
    if (st != GVC_OK) {
        drop(out);
        return st;
    }
    *state = out;
    return GVC_OK;
}

static gvc_status add(gvc_ctx *ctx, void *state, const gvc_frame *frame)
{
    return gvc_meta__add(ctx, ((json *)state)->meta, frame);
}

static gvc_status commit(gvc_ctx *ctx, void *state, const gvc_gather *gather)
{
    static const char end[] = "\n  ]\n}\n";
    json *out = state;
    gvc_status st = write_head(ctx, out, gvc_gather__codebook(gather, 0));

    if (st == GVC_OK)
        st = put_records(ctx, out, gvc_gather__table(gather, 0));
    if (st == GVC_OK)
        st = gvc_stream__write(ctx, out->stream, end, (gvc_int)sizeof end - 1);
    if (st == GVC_OK) {
        st = gvc_stream__commit(ctx, out->stream);
        out->stream = NULL;
    }
    drop(out);
    return st;
}

const gvc_format gvc_format__json = {
    .name = "json",
    .to_stdout = 1,
    .gathers = GVC_GATHERS_TABLE,
    .begin = begin,
    .add = add,
    .commit = commit,
    .drop = drop,
};
