#include "write/format.h"

#include "write/rows.h"
#include "write/text_out.h"

#include <string.h>

typedef struct csv {
    gvc_text_out to;
    int has_header;
} csv;

/* Quoted where RFC 4180 asks for it. */
static void spell(gvc_ctx *ctx, gvc_buf *to, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        gvc_buf__puts(ctx, to, text);
        return;
    }
    gvc_buf__add(ctx, to, "\"", 1);
    for (; *text; text++)
        gvc_buf__add(ctx, to, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    gvc_buf__add(ctx, to, "\"", 1);
}

static char *put_row(char *to, const gvc_rows *rows, gvc_int row)
{
    for (gvc_int j = 0; j < rows->n; j++) {
        if (j > 0)
            *to++ = ',';
        if (!gvc_rows__is_missing(&rows->columns[j], row))
            to = gvc_rows__put_cell(to, &rows->columns[j], row);
    }
    *to++ = '\n';
    return to;
}

static gvc_status put_bytes(gvc_ctx *ctx, void *sink, const char *data, gvc_int bytes)
{
    return gvc_stream__write(ctx, ((csv *)sink)->to.stream, data, bytes);
}

static gvc_status write_header(gvc_ctx *ctx, csv *out, const gvc_sheet_view *sheet)
{
    gvc_buf line = { 0 };
    gvc_status st = GVC_ENOMEM;

    for (gvc_int j = 0; j < sheet->n; j++) {
        spell(ctx, &line, sheet->cells[j].name);
        gvc_buf__puts(ctx, &line, j + 1 < sheet->n ? "," : "\n");
    }
    if (!line.failed)
        st = gvc_stream__write(ctx, out->to.stream, gvc_buf__text(&line), line.len);
    gvc_buf__free(&line);
    return st;
}

static gvc_status write_sheet(gvc_ctx *ctx, const gvc_sheet_view *sheet, void *user)
{
    csv *out = user;
    gvc_rows rows;
    gvc_status st = GVC_OK;

    if (!out->has_header)
        st = write_header(ctx, out, sheet);
    if (st != GVC_OK)
        return st;
    out->has_header = 1;
    st = gvc_rows__plan(ctx, &rows, sheet, spell);
    rows.width += rows.n; /* the commas and the end of the line */
    if (st == GVC_OK)
        st = gvc_rows__print(ctx, &rows, put_row, put_bytes, out);
    gvc_rows__free(&rows);
    return st;
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    return gvc_text_out__begin(ctx, state, sizeof(csv), path, opts);
}

static gvc_status add(gvc_ctx *ctx, void *state, const gvc_frame *frame)
{
    csv *out = state;

    return gvc_promise__sheets(ctx, out->to.promise, frame, write_sheet, out);
}

/* A file of rows does not mind where a result is cut. */
static gvc_status add_part(gvc_ctx *ctx, void *state, const gvc_frame *part, gvc_int first,
                           gvc_int rows)
{
    (void)first, (void)rows;
    return add(ctx, state, part);
}

static gvc_status commit(gvc_ctx *ctx, void *state, const gvc_gather *gather)
{
    (void)gather;
    return gvc_text_out__commit(ctx, state);
}

const gvc_format gvc_format__csv = {
    .name = "csv",
    .has_side_file = 1,
    .to_stdout = 1,
    .begin = begin,
    .add = add,
    .commit = commit,
    .drop = gvc_text_out__drop,
    .add_part = add_part,
};
