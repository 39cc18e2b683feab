#include "import/numbers.h"

#include "base/decimal.h"
#include "base/file.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LARGEST (INT64_MAX / 4)

/* Rows per task: as many doubles as a cache line holds, so that a task fills whole lines of a
 * result held by columns. */
enum { BLOCK = 8, SHOWN = 40 };

/* Cell (i, j) of the file goes to a[i * row + j * column]. */
typedef struct target {
    double *a;
    gvc_int row, column;
} target;

struct gvc_numbers {
    char *path, *text;
    const char **line; /* rows + 1; line i ends before line[i + 1] - 1 */
    gvc_int bytes, rows, cols;
};

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

int gvc_numbers__parse(const char *text, const char *end, double *value)
{
    const char *from, *to;

    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    from = skip_blanks(text, end);
    to = gvc_decimal__read(from, end, value);
    return to != from && to == end && isfinite(*value);
}

/* Where the cell at `at` ends: at a comma, or at the end of the line. */
static const char *cell_end(const char *at, const char *end)
{
    const char *comma = memchr(at, ',', (size_t)(end - at));

    return comma ? comma : end;
}

static const char *line_end(const gvc_numbers *numbers, gvc_int i)
{
    const char *end = numbers->line[i + 1] - 1;

    return end > numbers->line[i] && end[-1] == '\r' ? end - 1 : end;
}

static gvc_int count_cells(const gvc_numbers *numbers, gvc_int i)
{
    const char *at = numbers->line[i], *end = line_end(numbers, i);
    gvc_int cells = 1;

    for (; (at = memchr(at, ',', (size_t)(end - at))); at++)
        cells++;
    return cells;
}

/* Length of the text without the empty lines at its end. */
static gvc_int used_bytes(const gvc_numbers *numbers)
{
    gvc_int bytes = numbers->bytes;

    while (bytes > 0 && (numbers->text[bytes - 1] == '\n' || numbers->text[bytes - 1] == '\r'))
        bytes--;
    return bytes;
}

static gvc_status refuse_rows(gvc_ctx *ctx, const gvc_numbers *numbers, gvc_int found)
{
    if (found == 0)
        return gvc_error__at(ctx, GVC_EDATA, numbers->path, NULL,
                             "the file is empty; %lld rows of %lld numbers expected",
                             (long long)numbers->rows, (long long)numbers->cols);
    return gvc_error__at(ctx, GVC_EDATA, numbers->path, NULL,
                         "%lld rows found, %lld expected: one for each row of labels.csv, without "
                         "a header",
                         (long long)found, (long long)numbers->rows);
}

static gvc_status index_lines(gvc_ctx *ctx, gvc_numbers *numbers)
{
    const char *text = numbers->text, *end = text + used_bytes(numbers);
    const char *at = text;
    gvc_int found = 0;

    if (end - text >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    numbers->line = gvc_mem__alloc(ctx, numbers->rows + 1, sizeof *numbers->line);
    if (!numbers->line)
        return GVC_ENOMEM;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));

        if (found < numbers->rows)
            numbers->line[found] = at;
        found++;
        at = newline ? newline + 1 : end + 1;
        if (found <= numbers->rows)
            numbers->line[found] = at;
    }
    return found == numbers->rows ? GVC_OK : refuse_rows(ctx, numbers, found);
}

static gvc_status check_rows(gvc_ctx *ctx, const gvc_numbers *numbers)
{
    char place[32];

    for (gvc_int i = 0; i < numbers->rows; i++) {
        const gvc_int cells = count_cells(numbers, i);

        if (cells == numbers->cols)
            continue;
        snprintf(place, sizeof place, "line %lld", (long long)i + 1);
        return gvc_error__at(ctx, GVC_EDATA, numbers->path, place,
                             "%lld cells found, %lld expected, separated by commas, with a "
                             "decimal point",
                             (long long)cells, (long long)numbers->cols);
    }
    return GVC_OK;
}

gvc_status gvc_numbers__open(gvc_ctx *ctx, gvc_numbers **out, const char *path, gvc_int rows,
                             gvc_int cols)
{
    gvc_numbers *numbers = gvc_mem__calloc(ctx, 1, sizeof *numbers);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (numbers) {
        numbers->rows = rows;
        numbers->cols = cols;
        numbers->path = gvc_mem__alloc(ctx, (gvc_int)strlen(path) + 1, 1);
    }
    if (numbers && numbers->path) {
        strcpy(numbers->path, path);
        st = gvc_file__read(ctx, &numbers->text, &numbers->bytes, path, LARGEST);
    }
    if (st == GVC_OK)
        st = index_lines(ctx, numbers);
    if (st == GVC_OK)
        st = check_rows(ctx, numbers);
    if (st != GVC_OK) {
        gvc_numbers__free(numbers);
        return st;
    }
    *out = numbers;
    return GVC_OK;
}

/* Read row i into its place; the index of the first bad cell, or -1. */
static gvc_int fill_row(const gvc_numbers *numbers, gvc_int i, target to)
{
    const char *at = numbers->line[i], *end = line_end(numbers, i);

    for (gvc_int j = 0; j < numbers->cols; j++) {
        double *cell = to.a + i * to.row + j * to.column;
        const char *after = gvc_decimal__read(at, end, cell);

        if (after == at || (after < end && *after != ',') || !isfinite(*cell)) {
            after = cell_end(at, end);
            if (!gvc_numbers__parse(at, after, cell))
                return j;
        }
        at = after + 1;
    }
    return -1;
}

static gvc_status refuse_cell(gvc_ctx *ctx, const gvc_numbers *numbers, gvc_int i, gvc_int j)
{
    const char *at = numbers->line[i], *end = line_end(numbers, i);
    char place[64], shown[SHOWN + 1];
    int len;

    for (gvc_int skip = 0; skip < j; skip++)
        at = cell_end(at, end) + 1;
    at = skip_blanks(at, end);
    end = cell_end(at, end);
    snprintf(place, sizeof place, "line %lld, column %lld", (long long)i + 1, (long long)j + 1);
    if (at == end)
        return gvc_error__at(ctx, GVC_EDATA, numbers->path, place,
                             "empty cell found, a number expected; write 0 where there is no flow");
    len = end - at < SHOWN ? (int)(end - at) : SHOWN;
    for (int k = 0; k < len; k++)
        shown[k] = at[k] >= ' ' && at[k] < 127 ? at[k] : '?';
    shown[len] = '\0';
    return gvc_error__at(ctx, GVC_EDATA, numbers->path, place,
                         "\"%s\" found, a finite number expected", shown);
}

static gvc_status fill(gvc_ctx *ctx, const gvc_numbers *numbers, target to)
{
    const gvc_int blocks = (numbers->rows + BLOCK - 1) / BLOCK;
    gvc_int *bad = gvc_mem__alloc(ctx, blocks, sizeof *bad); /* first bad row of each, or -1 */
    gvc_status st = GVC_OK;

    if (!bad)
        return GVC_ENOMEM;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int b = 0; b < blocks; b++) {
        bad[b] = -1;
        for (gvc_int i = b * BLOCK; i < numbers->rows && i < (b + 1) * BLOCK && bad[b] < 0; i++)
            if (fill_row(numbers, i, to) >= 0)
                bad[b] = i;
    }
    for (gvc_int b = 0; b < blocks && st == GVC_OK; b++)
        if (bad[b] >= 0)
            st = refuse_cell(ctx, numbers, bad[b], fill_row(numbers, bad[b], to));
    gvc_mem__free(bad);
    return st;
}

gvc_status gvc_numbers__fill_t(gvc_ctx *ctx, const gvc_numbers *numbers, gvc_view view)
{
    return fill(ctx, numbers, (target){ view.a, view.ld, 1 });
}

void gvc_numbers__free(gvc_numbers *numbers)
{
    if (!numbers)
        return;
    gvc_mem__free(numbers->path);
    gvc_mem__free(numbers->text);
    gvc_mem__free(numbers->line);
    gvc_mem__free(numbers);
}

gvc_status gvc_numbers__read(gvc_ctx *ctx, const char *path, gvc_view view)
{
    gvc_numbers *numbers;
    gvc_status st = gvc_numbers__open(ctx, &numbers, path, view.rows, view.cols);

    if (st == GVC_OK)
        st = fill(ctx, numbers, (target){ view.a, 1, view.ld });
    gvc_numbers__free(numbers);
    return st;
}
