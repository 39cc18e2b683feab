#include "write/format.h"

#include "base/mem.h"
#include "base/text.h"
#include "write/layout.h"
#include "write/provenance.h"
#include "write/text_out.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A table for people: columns aligned, six significant digits, "." where a value is missing. */

enum { CELL_ROOM = 32 };

typedef struct txt {
    gvc_text_out to;
    const gvc_provenance *provenance;
    int n_sheets;
} txt;

/* printf takes the decimal sign from the locale of the program; ours is always a point. */
static const char *print_real(char room[CELL_ROOM], double value)
{
    if (isnan(value))
        return ".";
    snprintf(room, CELL_ROOM, "%.6g", value == 0 ? 0.0 : value);
    for (char *at = room; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '+' && *at != '-')
            *at = '.';
    return room;
}

static const char *text_of(char room[CELL_ROOM], const gvc_cell *cell, gvc_int row)
{
    switch (cell->kind) {
    case GVC_CELL_TEXT:
    case GVC_CELL_YEAR:
        return cell->text;
    case GVC_CELL_LABEL:
        return cell->ints[row] < 0 ? "" : gvc_labels_code(cell->labels, cell->ints[row]);
    case GVC_CELL_INT:
        if (cell->ints[row] == GVC_INT_MISSING)
            return ".";
        snprintf(room, CELL_ROOM, "%d", cell->ints[row]);
        return room;
    case GVC_CELL_REAL:
        return print_real(room, cell->reals[row]);
    }
    return "";
}

/* Characters of a UTF-8 text: bytes that do not continue one. */
static int width_of(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static void put(gvc_ctx *ctx, gvc_buf *line, const char *text, int width, int is_number)
{
    const int pad = width - width_of(text);

    if (is_number)
        gvc_buf__printf(ctx, line, "%*s", pad, "");
    gvc_buf__puts(ctx, line, text);
    if (!is_number)
        gvc_buf__printf(ctx, line, "%*s", pad, "");
}

static int is_number(const gvc_cell *cell)
{
    return cell->kind == GVC_CELL_INT || cell->kind == GVC_CELL_REAL;
}

static void end_line(gvc_ctx *ctx, gvc_buf *buf)
{
    while (buf->len > 0 && buf->data[buf->len - 1] == ' ')
        buf->len--;
    gvc_buf__puts(ctx, buf, "\n");
}

static void put_sheet(gvc_ctx *ctx, gvc_buf *buf, const gvc_sheet_view *sheet, int *widths)
{
    char room[CELL_ROOM];

    for (gvc_int j = 0; j < sheet->n; j++) {
        widths[j] = width_of(sheet->cells[j].name);
        for (gvc_int i = 0; i < sheet->rows; i++) {
            const int width = width_of(text_of(room, &sheet->cells[j], i));

            if (width > widths[j])
                widths[j] = width;
        }
    }
    for (gvc_int i = -1; i < sheet->rows; i++) {
        for (gvc_int j = 0; j < sheet->n; j++) {
            const gvc_cell *cell = &sheet->cells[j];

            if (j > 0)
                gvc_buf__puts(ctx, buf, "  ");
            put(ctx, buf, i < 0 ? cell->name : text_of(room, cell, i), widths[j], is_number(cell));
        }
        end_line(ctx, buf);
    }
}

static gvc_status write_sheet(gvc_ctx *ctx, const gvc_sheet_view *sheet, void *user)
{
    txt *out = user;
    gvc_buf buf = { 0 };
    int *widths = gvc_mem__calloc(ctx, sheet->n, sizeof *widths);
    gvc_status st = GVC_ENOMEM;

    if (widths) {
        if (out->n_sheets++ > 0)
            gvc_buf__puts(ctx, &buf, "\n");
        put_sheet(ctx, &buf, sheet, widths);
        if (!buf.failed)
            st = gvc_stream__write(ctx, out->to.stream, gvc_buf__text(&buf), buf.len);
    }
    gvc_buf__free(&buf);
    gvc_mem__free(widths);
    return st;
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    const gvc_status st = gvc_text_out__begin(ctx, state, sizeof(txt), path, opts);

    if (st == GVC_OK)
        ((txt *)*state)->provenance = opts->provenance;
    return st;
}

static gvc_status add(gvc_ctx *ctx, void *state, const gvc_frame *frame)
{
    txt *out = state;

    return gvc_promise__sheets(ctx, out->to.promise, frame, write_sheet, out);
}

static gvc_status commit(gvc_ctx *ctx, void *state, const gvc_gather *gather)
{
    static const char note[] = "\nSynthetic data: made by a generator, no statistics.\n";
    txt *out = state;
    gvc_status st = GVC_OK;

    (void)gather;
    if (gvc_provenance__is_synthetic(out->provenance))
        st = gvc_stream__write(ctx, out->to.stream, note, (gvc_int)sizeof note - 1);
    if (st == GVC_OK)
        return gvc_text_out__commit(ctx, out);
    gvc_text_out__drop(out);
    return st;
}

const gvc_format gvc_format__txt = {
    .name = "txt",
    .has_side_file = 1,
    .to_stdout = 1,
    .begin = begin,
    .add = add,
    .commit = commit,
    .drop = gvc_text_out__drop,
};
