#include "import/rows.h"

#include "import/number.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    FIRST_ROOM = 4 << 20,
    LINE_MAX_BYTES = 64 << 20,
    COLUMNS = 100000,
    BLOCK_CELLS = 1 << 19,
    BLOCK_ROWS = 4096,
    SHOWN = 40
};

/* What is wrong with a line, and where. */
typedef enum fault { FINE, BAD_CELL, TOO_FEW, TOO_MANY, BAD_QUOTE } fault;

typedef struct line {
    char *at, *end;            /* without the newline; *end may be written */
    const char *numbers, *bad; /* behind the labels; the cell that is no number */
    gvc_int number, blanks, column;
    fault fault;
} line;

struct gvc_rows {
    gvc_stream *stream;
    gvc_arena *arena;
    char separator;
    char *text; /* room + 1 bytes */
    gvc_int room, at, len, number;
    int is_at_end;
    const char **texts; /* of the line handed out by gvc_rows__texts() */
    gvc_int texts_room;
    const char **header;
    gvc_int n_header;
    gvc_int n_labels, n_cells, max_rows;
    line *lines;
    const char **labels;
    gvc_int *numbers, *offsets;
    double *cells;
    gvc_int before; /* bytes of the stream ahead of the buffer */
};

gvc_status gvc_rows__open(gvc_ctx *ctx, gvc_rows **out, gvc_stream *stream, char separator)
{
    gvc_rows *rows = gvc_mem__calloc(ctx, 1, sizeof *rows);

    *out = NULL;
    if (!rows) {
        gvc_stream__close(stream);
        return GVC_ENOMEM;
    }
    rows->stream = stream;
    rows->separator = separator;
    rows->room = FIRST_ROOM;
    rows->text = gvc_mem__alloc(ctx, rows->room + 1, 1);
    rows->arena = gvc_arena__new(ctx);
    if (!rows->text || !rows->arena) {
        gvc_rows__close(rows);
        return GVC_ENOMEM;
    }
    *out = rows;
    return GVC_OK;
}

void gvc_rows__close(gvc_rows *rows)
{
    if (!rows)
        return;
    gvc_stream__close(rows->stream);
    gvc_arena__free(rows->arena);
    gvc_mem__free(rows->text);
    gvc_mem__free(rows->texts);
    gvc_mem__free(rows->header);
    gvc_mem__free(rows->lines);
    gvc_mem__free(rows->labels);
    gvc_mem__free(rows->numbers);
    gvc_mem__free(rows->offsets);
    gvc_mem__free(rows->cells);
    gvc_mem__free(rows);
}

const gvc_origin *gvc_rows__origin(const gvc_rows *rows)
{
    return gvc_stream__origin(rows->stream);
}

const char *gvc_rows__place(gvc_int number, char *text)
{
    snprintf(text, 80, "line %lld", (long long)number);
    return text;
}

/* ---- lines ---- */

static gvc_int count(const char *at, const char *end, char separator)
{
    gvc_int n = 0;

    for (; at < end; at++)
        n += *at == separator;
    return n;
}

/* Move what is left to the front and read on, with more room where a line fills all of it. */
static gvc_status fill(gvc_ctx *ctx, gvc_rows *rows)
{
    gvc_int got;
    gvc_status st;

    if (rows->at == 0 && rows->len == rows->room) {
        char *larger;

        if (count(rows->text, rows->text + rows->len, rows->separator) > COLUMNS)
            return gvc_origin__refuse(ctx, gvc_rows__origin(rows), NULL,
                                      "line %lld has more than %d cells; no table is so wide",
                                      (long long)rows->number + 1, COLUMNS);
        if (rows->room >= LINE_MAX_BYTES)
            return gvc_origin__refuse(ctx, gvc_rows__origin(rows), NULL,
                                      "line %lld is longer than %d MiB; no table has such lines",
                                      (long long)rows->number + 1, LINE_MAX_BYTES >> 20);
        larger = gvc_mem__realloc(ctx, rows->text, 2 * rows->room + 1, 1);
        if (!larger)
            return GVC_ENOMEM;
        rows->text = larger;
        rows->room *= 2;
    }
    memmove(rows->text, rows->text + rows->at, (size_t)(rows->len - rows->at));
    rows->before += rows->at;
    rows->len -= rows->at;
    rows->at = 0;
    st = gvc_stream__read(ctx, rows->stream, rows->text + rows->len, rows->room - rows->len, &got);
    if (st != GVC_OK)
        return st;
    rows->is_at_end = got < rows->room - rows->len;
    if (rows->number == 0 && rows->len == 0) {
        if (got >= 2 &&
            (memcmp(rows->text, "\xff\xfe", 2) == 0 || memcmp(rows->text, "\xfe\xff", 2) == 0))
            return gvc_origin__refuse(ctx, gvc_rows__origin(rows), NULL,
                                      "UTF-16 text found, UTF-8 expected; save the file as UTF-8");
        if (got >= 3 && memcmp(rows->text, "\xEF\xBB\xBF", 3) == 0)
            rows->at = 3;
    }
    rows->len += got;
    rows->text[rows->len] = '\0';
    return st;
}

/* The next line that is not empty, when all of it is in the buffer: 1. */
static int take_line(gvc_rows *rows, line *l)
{
    while (rows->at < rows->len) {
        char *at = rows->text + rows->at;
        char *newline = memchr(at, '\n', (size_t)(rows->len - rows->at));

        if (!newline && !rows->is_at_end)
            return 0;
        l->at = at;
        l->end = newline ? newline : rows->text + rows->len;
        rows->at = newline ? newline + 1 - rows->text : rows->len;
        l->number = ++rows->number;
        if (l->end > at && l->end[-1] == '\r')
            l->end--;
        if (l->end > at)
            return 1;
    }
    return 0;
}

/* Lines of the buffer, at least one unless the text ends. */
static gvc_status take_lines(gvc_ctx *ctx, gvc_rows *rows, line *lines, gvc_int max, gvc_int *m)
{
    gvc_status st = GVC_OK;

    *m = 0;
    for (;;) {
        while (*m < max && take_line(rows, &lines[*m]))
            ++*m;
        if (*m > 0 || (rows->is_at_end && rows->at >= rows->len))
            return GVC_OK;
        st = fill(ctx, rows);
        if (st != GVC_OK)
            return st;
    }
}

/* ---- cells ---- */

/* Take the text that begins at `at`, trimmed and without quotes, and end it with a zero byte.
 * Returns where the next cell begins, NULL where a quoted text does not end well; *last is set at
 * the end of the line. */
static char *take_text(char *at, char *end, char separator, const char **text, int *last)
{
    char *to, *from = at;

    while (from < end && (*from == ' ' || (*from == '\t' && separator != '\t')))
        from++;
    if (from < end && *from == '"') {
        int closed = 0;

        for (to = at, from++; from < end && !closed;) {
            closed = *from == '"' && (from + 1 == end || from[1] != '"');
            from += *from == '"';
            if (!closed)
                *to++ = *from++;
        }
        while (from < end && *from == ' ')
            from++;
        if (!closed || (from < end && *from != separator))
            return NULL;
    } else {
        char *stop = memchr(from, separator, (size_t)(end - from));

        at = from;
        from = to = stop ? stop : end;
        while (to > at && (to[-1] == ' ' || to[-1] == '\t'))
            to--;
    }
    *last = from >= end;
    *to = '\0';
    *text = at;
    return from + 1;
}

static const char *skip_blanks(const char *at, char separator)
{
    while (*at == ' ' || (*at == '\t' && separator != '\t'))
        at++;
    return at;
}

/* Parse the numbers of a line; sets its fault and column. */
static void parse_cells(const gvc_rows *rows, line *l, const char *at, double *cells)
{
    const char separator = rows->separator, *end = l->end;

    for (gvc_int j = 0; j < rows->n_cells; j++) {
        const char *after;
        int quoted;

        l->column = j;
        l->bad = at;
        if (at > end) {
            l->fault = TOO_FEW;
            return;
        }
        at = skip_blanks(at, separator);
        quoted = *at == '"';
        after = gvc_number__read(at + quoted, end, &cells[j]);
        if (after == at + quoted) {
            if (at < end && *at != separator) {
                l->fault = BAD_CELL;
                return;
            }
            cells[j] = 0.0;
            l->blanks++;
        } else {
            at = after + (quoted && *after == '"');
        }
        at = skip_blanks(at, separator);
        if ((at < end && *at != separator) || !isfinite(cells[j])) {
            l->fault = BAD_CELL;
            return;
        }
        at++;
    }
    /* Some programs end each line in a tab. */
    if (at <= end && !(separator == '\t' && skip_blanks(at, separator) == end))
        l->fault = TOO_MANY;
}

static void parse_line(const gvc_rows *rows, line *l, const char **labels, double *cells)
{
    char *at = l->at;
    int last = 0;

    l->fault = FINE;
    l->numbers = NULL;
    l->blanks = l->column = 0;
    for (gvc_int k = 0; k < rows->n_labels; k++) {
        if (last) {
            l->fault = TOO_FEW;
            l->column = k - rows->n_labels;
            return;
        }
        at = take_text(at, l->end, rows->separator, &labels[k], &last);
        if (!at) {
            l->fault = BAD_QUOTE;
            return;
        }
    }
    l->numbers = last ? l->end + 1 : at;
    parse_cells(rows, l, l->numbers, cells);
}

/* ---- refusing ---- */

static gvc_int count_cells(const gvc_rows *rows, const line *l)
{
    if (!l->numbers)
        return rows->n_labels + l->column;
    if (l->numbers > l->end)
        return rows->n_labels;
    return rows->n_labels + 1 + count(l->numbers, l->end, rows->separator);
}

static gvc_status refuse_cell(gvc_ctx *ctx, const gvc_rows *rows, const line *l)
{
    const gvc_int j = rows->n_labels + l->column;
    const char *label = rows->n_labels ? rows->labels[(l - rows->lines) * rows->n_labels] : "";
    const char *stop = memchr(l->bad, rows->separator, (size_t)(l->end - l->bad));
    const int len = (int)((stop ? stop : l->end) - l->bad);
    char place[700], shown[SHOWN + 1];
    int k = 0;

    snprintf(place, sizeof place, "line %lld%s%.100s%s, column %lld%s%.100s%s",
             (long long)l->number, *label ? " (" : "", label, *label ? ")" : "", (long long)j + 1,
             j < rows->n_header ? " (" : "", gvc_rows__header(rows, j),
             j < rows->n_header ? ")" : "");
    if (memchr(l->bad, '\0', (size_t)len))
        return gvc_origin__refuse(ctx, gvc_rows__origin(rows), place,
                                  "a zero byte found inside the text; the file is damaged");
    for (; k < len && k < SHOWN; k++)
        shown[k] = l->bad[k] >= ' ' && l->bad[k] < 127 ? l->bad[k] : '?';
    shown[k] = '\0';
    return gvc_origin__refuse(ctx, gvc_rows__origin(rows), place,
                              "\"%s\" found, a finite number with a decimal point expected", shown);
}

static gvc_status refuse_line(gvc_ctx *ctx, const gvc_rows *rows, const line *l)
{
    const gvc_origin *origin = gvc_rows__origin(rows);
    char place[80];

    gvc_rows__place(l->number, place);
    switch (l->fault) {
    case BAD_CELL:
        return refuse_cell(ctx, rows, l);
    case BAD_QUOTE:
        return gvc_origin__refuse(ctx, origin, place, "a label opens a quote that does not end");
    default:
        return gvc_origin__refuse(ctx, origin, place, "%lld cells found, %lld expected%s",
                                  (long long)count_cells(rows, l),
                                  (long long)(rows->n_labels + rows->n_cells),
                                  l->fault == TOO_FEW && rows->is_at_end &&
                                          l->end >= rows->text + rows->len
                                      ? ": the file ends in the middle of the line, it is cut short"
                                      : " as in the other lines");
    }
}

/* ---- handing out ---- */

gvc_status gvc_rows__texts(gvc_ctx *ctx, gvc_rows *rows, const char *const **texts, gvc_int *n)
{
    char place[80];
    line l;
    gvc_int m;
    int last = 0;
    gvc_status st = take_lines(ctx, rows, &l, 1, &m);

    *n = 0;
    if (st != GVC_OK || m == 0)
        return st;
    gvc_rows__place(l.number, place);
    if (memchr(l.at, '\0', (size_t)(l.end - l.at)))
        return gvc_origin__refuse(ctx, gvc_rows__origin(rows), place,
                                  "a zero byte found inside the text; the file is damaged");
    for (char *at = l.at; !last;) {
        if (*n == COLUMNS)
            return gvc_origin__refuse(ctx, gvc_rows__origin(rows), place,
                                      "more than %d columns; no table has so many", COLUMNS);
        if (*n == rows->texts_room) {
            const gvc_int room = rows->texts_room ? 2 * rows->texts_room : 1024;
            const char **larger = gvc_mem__realloc(ctx, rows->texts, room, sizeof *larger);

            if (!larger)
                return GVC_ENOMEM;
            rows->texts = larger;
            rows->texts_room = room;
        }
        at = take_text(at, l.end, rows->separator, &rows->texts[*n], &last);
        if (!at)
            return gvc_origin__refuse(ctx, gvc_rows__origin(rows), place,
                                      "a text opens a quote that does not end");
        ++*n;
    }
    *texts = rows->texts;
    return GVC_OK;
}

gvc_status gvc_rows__skip(gvc_ctx *ctx, gvc_rows *rows, gvc_int offset, gvc_int number)
{
    gvc_status st = GVC_OK;

    while (st == GVC_OK && offset > rows->before + rows->len && !rows->is_at_end) {
        rows->at = rows->len;
        st = fill(ctx, rows);
    }
    if (st == GVC_OK && offset >= rows->before + rows->at && offset <= rows->before + rows->len)
        rows->at = offset - rows->before;
    rows->number = number - 1;
    return st;
}

gvc_status gvc_rows__skip_names(gvc_ctx *ctx, gvc_rows *rows, gvc_int labels)
{
    line l;
    gvc_int m;
    gvc_status st = take_lines(ctx, rows, &l, 1, &m);
    const char *at;

    if (st != GVC_OK || m == 0)
        return st;
    for (at = l.at; at < l.end && labels > 0; at++)
        labels -= *at == rows->separator;
    while (at < l.end && (*at == rows->separator || *at == ' '))
        at++;
    if (at < l.end) {
        rows->at = l.at - rows->text;
        rows->number = l.number - 1;
    }
    return GVC_OK;
}

gvc_status gvc_rows__keep_header(gvc_ctx *ctx, gvc_rows *rows, const char *const *texts, gvc_int n)
{
    const char **header = gvc_mem__realloc(ctx, rows->header, n, sizeof *header);

    if (!header)
        return GVC_ENOMEM;
    rows->header = header;
    for (rows->n_header = 0; rows->n_header < n; rows->n_header++) {
        header[rows->n_header] = gvc_arena__strdup(ctx, rows->arena, texts[rows->n_header]);
        if (!header[rows->n_header])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

const char *gvc_rows__header(const gvc_rows *rows, gvc_int i)
{
    return i >= 0 && i < rows->n_header ? rows->header[i] : "";
}

gvc_status gvc_rows__shape(gvc_ctx *ctx, gvc_rows *rows, gvc_int labels, gvc_int cells)
{
    gvc_int m = BLOCK_CELLS / (cells + 1);

    m = m < 1 ? 1 : m > BLOCK_ROWS ? BLOCK_ROWS : m;
    gvc_mem__free(rows->lines);
    gvc_mem__free(rows->labels);
    gvc_mem__free(rows->numbers);
    gvc_mem__free(rows->offsets);
    gvc_mem__free(rows->cells);
    rows->n_labels = labels;
    rows->n_cells = cells;
    rows->max_rows = m;
    rows->lines = gvc_mem__alloc(ctx, m, sizeof *rows->lines);
    rows->labels = gvc_mem__alloc(ctx, m * labels + 1, sizeof *rows->labels);
    rows->numbers = gvc_mem__alloc(ctx, m, sizeof *rows->numbers);
    rows->offsets = gvc_mem__alloc(ctx, m + 1, sizeof *rows->offsets);
    rows->cells = gvc_mem__alloc(ctx, m * cells + 1, sizeof *rows->cells);
    return rows->lines && rows->labels && rows->numbers && rows->offsets && rows->cells
               ? GVC_OK
               : GVC_ENOMEM;
}

gvc_status gvc_rows__next(gvc_ctx *ctx, gvc_rows *rows, gvc_rows_block *block)
{
    gvc_int m;
    gvc_status st = take_lines(ctx, rows, rows->lines, rows->max_rows, &m);

    *block = (gvc_rows_block){ m, rows->labels, rows->numbers, rows->offsets, rows->cells, 0 };
    if (st != GVC_OK)
        return st;
    for (gvc_int i = 0; i < m; i++)
        rows->offsets[i] = rows->before + (rows->lines[i].at - rows->text);
    rows->offsets[m] = rows->before + rows->at;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, 4)
    for (gvc_int i = 0; i < m; i++) {
        parse_line(rows, &rows->lines[i], rows->labels + i * rows->n_labels,
                   rows->cells + i * rows->n_cells);
        rows->numbers[i] = rows->lines[i].number;
    }
    for (gvc_int i = 0; i < m; i++) {
        if (rows->lines[i].fault != FINE)
            return refuse_line(ctx, rows, &rows->lines[i]);
        block->blanks += rows->lines[i].blanks;
    }
    return GVC_OK;
}
