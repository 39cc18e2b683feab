#include "write/format.h"

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "write/layout.h"
#include "write/stream.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * Blocks of rows are formatted in parallel into buffers of their own and written in order. The
 * blocks are cut by the width of a row alone, and the bytes do not depend on them.
 */
enum { BLOCK_BYTES = 1 << 19, BATCH = 16, INT_MAX_TEXT = 11 };

typedef struct csv {
    gvc_stream *stream;
    gvc_promise *promise;
    int has_header;
} csv;

/* A text as it stands in the file, quoted where RFC 4180 asks for it. */
typedef struct field {
    const char *text;
    gvc_int len;
} field;

/* One column ready to print: `fields` are the texts of its codes, or its one constant text. */
typedef struct column {
    gvc_cell_kind kind;
    const field *fields;
    const int32_t *ints;
    const double *reals;
} column;

/* A sheet ready to print; `width` is the most bytes a row can take. */
typedef struct plan {
    gvc_arena *arena;
    column *columns;
    gvc_int n, rows, width;
} plan;

static int needs_quotes(const char *text)
{
    return text[strcspn(text, ",\"\r\n")] != '\0';
}

static int make_field(gvc_ctx *ctx, gvc_arena *arena, field *out, const char *text)
{
    gvc_buf quoted = { 0 };

    if (!needs_quotes(text)) {
        *out = (field){ text, (gvc_int)strlen(text) };
        return 1;
    }
    gvc_buf__add(ctx, &quoted, "\"", 1);
    for (; *text; text++)
        gvc_buf__add(ctx, &quoted, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    gvc_buf__add(ctx, &quoted, "\"", 1);
    out->text = quoted.failed ? NULL : gvc_arena__copy(ctx, arena, quoted.data, quoted.len);
    out->len = quoted.len;
    gvc_buf__free(&quoted);
    return out->text != NULL;
}

/* The texts of a column; the widest one is added to the width of a row. */
static int plan_column(gvc_ctx *ctx, plan *p, column *c, const gvc_cell *cell)
{
    const gvc_int n = cell->kind == GVC_CELL_TEXT    ? 1
                      : cell->kind == GVC_CELL_LABEL ? gvc_labels_n(cell->labels)
                                                     : 0;
    gvc_int widest = cell->kind == GVC_CELL_INT    ? INT_MAX_TEXT
                     : cell->kind == GVC_CELL_REAL ? GVC_DECIMAL_MAX
                                                   : 0;
    field *fields = gvc_mem__alloc(ctx, n, sizeof *fields);

    *c = (column){ cell->kind, fields, cell->ints, cell->reals };
    if (!fields)
        return 0;
    for (gvc_int i = 0; i < n; i++) {
        const char *text =
            cell->kind == GVC_CELL_TEXT ? cell->text : gvc_labels_code(cell->labels, i);

        if (!make_field(ctx, p->arena, &fields[i], text))
            return 0;
        if (fields[i].len > widest)
            widest = fields[i].len;
    }
    p->width += widest + 1;
    return 1;
}

static void free_plan(plan *p)
{
    for (gvc_int j = 0; p->columns && j < p->n; j++)
        gvc_mem__free((void *)p->columns[j].fields);
    gvc_mem__free(p->columns);
    gvc_arena__free(p->arena);
}

static gvc_status make_plan(gvc_ctx *ctx, plan *p, const gvc_sheet_view *sheet)
{
    *p = (plan){ .n = sheet->n, .rows = sheet->rows };
    p->arena = gvc_arena__new(ctx);
    p->columns = gvc_mem__calloc(ctx, sheet->n, sizeof *p->columns);
    if (!p->arena || !p->columns)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < sheet->n; j++)
        if (!plan_column(ctx, p, &p->columns[j], &sheet->cells[j]))
            return GVC_ENOMEM;
    return GVC_OK;
}

static char *put_field(char *to, const field *f)
{
    memcpy(to, f->text, (size_t)f->len);
    return to + f->len;
}

static char *put_int(char *to, int32_t value)
{
    char digits[INT_MAX_TEXT];
    int n = 0;
    uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    if (value < 0)
        *to++ = '-';
    do
        digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

static char *put_cell(char *to, const column *c, gvc_int row)
{
    switch (c->kind) {
    case GVC_CELL_TEXT:
        return put_field(to, c->fields);
    case GVC_CELL_LABEL:
        return c->ints[row] < 0 ? to : put_field(to, &c->fields[c->ints[row]]);
    case GVC_CELL_INT:
        return c->ints[row] == GVC_INT_MISSING ? to : put_int(to, c->ints[row]);
    case GVC_CELL_REAL:
        return isnan(c->reals[row]) ? to : to + gvc_decimal__write(to, c->reals[row]);
    }
    return to;
}

static gvc_int put_rows(char *to, const plan *p, gvc_int first, gvc_int last)
{
    char *start = to;

    for (gvc_int i = first; i < last; i++) {
        for (gvc_int j = 0; j < p->n; j++) {
            if (j > 0)
                *to++ = ',';
            to = put_cell(to, &p->columns[j], i);
        }
        *to++ = '\n';
    }
    return to - start;
}

static gvc_status write_rows(gvc_ctx *ctx, gvc_stream *stream, const plan *p)
{
    const gvc_int width = p->width > 0 ? p->width : 1;
    const gvc_int step = width < BLOCK_BYTES ? BLOCK_BYTES / width : 1;
    const gvc_int blocks = (p->rows + step - 1) / step;
    const gvc_int batch = blocks < BATCH ? blocks : BATCH;
    char *room = gvc_mem__alloc(ctx, batch * step, (size_t)width);
    gvc_int used[BATCH];
    gvc_status st = room ? GVC_OK : GVC_ENOMEM;

    for (gvc_int b = 0; st == GVC_OK && b < blocks; b += batch) {
        const gvc_int now = blocks - b < batch ? blocks - b : batch;

#pragma omp parallel for if (now > 1) num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int k = 0; k < now; k++) {
            const gvc_int first = (b + k) * step;
            const gvc_int last = first + step < p->rows ? first + step : p->rows;

            used[k] = put_rows(room + k * step * width, p, first, last);
        }
        for (gvc_int k = 0; st == GVC_OK && k < now; k++)
            st = gvc_stream__write(ctx, stream, room + k * step * width, used[k]);
        if (st == GVC_OK && blocks > batch)
            st = gvc_progress__step(ctx, "write", (double)(b + now) / (double)blocks);
    }
    gvc_mem__free(room);
    return st;
}

static gvc_status write_header(gvc_ctx *ctx, csv *out, const gvc_sheet_view *sheet)
{
    gvc_buf line = { 0 };
    gvc_arena *arena = gvc_arena__new(ctx);
    gvc_status st = arena ? GVC_OK : GVC_ENOMEM;

    for (gvc_int j = 0; st == GVC_OK && j < sheet->n; j++) {
        field name;

        if (!make_field(ctx, arena, &name, sheet->cells[j].name)) {
            st = GVC_ENOMEM;
            break;
        }
        gvc_buf__add(ctx, &line, name.text, name.len);
        gvc_buf__puts(ctx, &line, j + 1 < sheet->n ? "," : "\n");
    }
    if (line.failed)
        st = GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_stream__write(ctx, out->stream, gvc_buf__text(&line), line.len);
    gvc_buf__free(&line);
    gvc_arena__free(arena);
    return st;
}

static gvc_status write_sheet(gvc_ctx *ctx, const gvc_sheet_view *sheet, void *user)
{
    csv *out = user;
    plan p;
    gvc_status st = GVC_OK;

    if (!out->has_header)
        st = write_header(ctx, out, sheet);
    if (st != GVC_OK)
        return st;
    out->has_header = 1;
    st = make_plan(ctx, &p, sheet);
    if (st == GVC_OK)
        st = write_rows(ctx, out->stream, &p);
    free_plan(&p);
    return st;
}

static void drop(void *state)
{
    csv *out = state;

    gvc_stream__abort(out->stream);
    gvc_promise__free(out->promise);
    gvc_mem__free(out);
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    csv *out = gvc_mem__calloc(ctx, 1, sizeof *out);
    gvc_status st;

    if (!out)
        return GVC_ENOMEM;
    st = gvc_promise__new(ctx, &out->promise, opts->layout, path);
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
    csv *out = state;

    return gvc_promise__sheets(ctx, out->promise, frame, write_sheet, out);
}

static gvc_status commit(gvc_ctx *ctx, void *state)
{
    csv *out = state;
    const gvc_status st = gvc_stream__commit(ctx, out->stream);

    out->stream = NULL;
    drop(out);
    return st;
}

const gvc_format gvc_format__csv = { "csv", 1, 1, begin, add, commit, drop };
