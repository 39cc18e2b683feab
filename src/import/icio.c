#include "import/draft.h"
#include "import/rows.h"

#include "base/csv.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/*
 * The user's table of Stata's icio: numbers alone, rows of industries, columns of industries and of
 * final demand, country by country; the names of the countries stand in a file of their own.
 * Nothing in it tells what it is, so it is read only when it is asked for.
 */

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    (void)ctx, (void)import;
    *is = 0;
    return GVC_OK;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    if (import->source->n != 1 || import->source->parts[0].kind != GVC_KIND_TEXT)
        return gvc_error__at(ctx, GVC_EDATA, import->source->path, NULL,
                             "one CSV file of numbers expected");
    return gvc_import__add(ctx, import, GVC_INT_MISSING, &import->source->parts[0]);
}

/* The names in order: a list without a header, or the first column of code,iso3. */
static gvc_int n_countries(const gvc_import *import)
{
    return gvc_csv__rows(import->codes) + import->is_list;
}

static const char *country(const gvc_import *import, gvc_int c)
{
    return gvc_csv__cell(import->codes, c - import->is_list, 0);
}

static gvc_status open_rows(gvc_ctx *ctx, const gvc_import *import, gvc_rows **rows)
{
    gvc_stream *stream;
    gvc_status st = gvc_source__stream(ctx, &stream, import->source, &import->source->parts[0]);

    *rows = NULL;
    return st == GVC_OK ? gvc_rows__open(ctx, rows, stream, ',') : st;
}

static gvc_status count_columns(gvc_ctx *ctx, const gvc_import *import, gvc_int *columns)
{
    const char *const *texts;
    gvc_rows *rows;
    gvc_status st = open_rows(ctx, import, &rows);

    *columns = 0;
    if (st == GVC_OK)
        st = gvc_rows__texts(ctx, rows, &texts, columns);
    if (st == GVC_OK && *columns == 0)
        st = gvc_error__at(ctx, GVC_EDATA, import->source->path, NULL, "the file is empty");
    gvc_rows__close(rows);
    return st;
}

/* Every cell is looked at before memory is taken for the table. */
static gvc_status count_rows(gvc_ctx *ctx, const gvc_import *import, gvc_int columns,
                             gvc_int *n_rows)
{
    gvc_rows_block b = { .m = 1 };
    gvc_rows *rows;
    gvc_status st = open_rows(ctx, import, &rows);

    *n_rows = 0;
    if (st == GVC_OK)
        st = gvc_rows__shape(ctx, rows, 0, columns);
    while (st == GVC_OK && b.m > 0) {
        st = gvc_rows__next(ctx, rows, &b);
        if (st == GVC_EDATA && strncmp(gvc_ctx_message_place(ctx), "line 1,", 7) == 0)
            st = gvc_error__at(ctx, st, import->source->path, "line 1",
                               "text found, numbers alone expected: such a table has neither a "
                               "header nor labels");
        *n_rows += b.m;
    }
    gvc_rows__close(rows);
    return st;
}

static gvc_status check_shape(gvc_ctx *ctx, const gvc_import *import, gvc_int rows, gvc_int columns)
{
    const gvc_int G = n_countries(import);
    const char *path = import->source->path;

    if (rows % G != 0)
        return gvc_error__at(ctx, GVC_EDATA, path, NULL,
                             "%lld rows found, a multiple of the %lld countries in %s expected",
                             (long long)rows, (long long)G, import->opts.countries);
    if (columns <= rows || (columns - rows) % G != 0)
        return gvc_error__at(ctx, GVC_EDATA, path, NULL,
                             "%lld columns found, %lld of industries and a multiple of the %lld "
                             "countries in %s expected",
                             (long long)columns, (long long)rows, (long long)G,
                             import->opts.countries);
    return GVC_OK;
}

static gvc_status declare(gvc_ctx *ctx, const gvc_import *import, gvc_draft *draft, gvc_int rows,
                          gvc_int columns)
{
    const gvc_int G = n_countries(import), N = rows / G, U = (columns - rows) / G;
    char item[32];
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < rows; j++) {
        snprintf(item, sizeof item, "%lld", (long long)(j % N) + 1);
        st = gvc_draft__column(ctx, draft, GVC_COLUMN_INDUSTRY, country(import, j / N), item);
    }
    for (gvc_int j = 0; st == GVC_OK && j < U * G; j++) {
        snprintf(item, sizeof item, "U%lld", (long long)(j % U) + 1);
        st = gvc_draft__column(ctx, draft, GVC_COLUMN_DEMAND, country(import, j / U), item);
    }
    return st;
}

static gvc_status put_rows(gvc_ctx *ctx, const gvc_import *import, gvc_draft *draft, gvc_int n,
                           gvc_int *targets)
{
    const gvc_int N = n / n_countries(import);
    gvc_rows_block b = { .m = 1 };
    gvc_rows *rows;
    gvc_int row = 0;
    char item[32], place[80];
    gvc_status st = open_rows(ctx, import, &rows);

    if (st == GVC_OK)
        st = gvc_rows__shape(ctx, rows, 0, gvc_draft__columns(draft));
    while (st == GVC_OK && b.m > 0) {
        st = gvc_rows__next(ctx, rows, &b);
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++, row++) {
            if (row >= n) {
                st = gvc_error__at(ctx, GVC_EDATA, import->source->path, NULL,
                                   "the file changes while it is read");
                break;
            }
            snprintf(item, sizeof item, "%lld", (long long)(row % N) + 1);
            st = gvc_draft__row(ctx, draft, country(import, row / N), item,
                                gvc_rows__place(b.lines[i], place), &targets[i]);
        }
        if (st == GVC_OK && b.m > 0)
            st = gvc_draft__put(ctx, draft, targets, b.m, b.cells);
        gvc_draft__count_blanks(draft, b.blanks);
    }
    gvc_rows__close(rows);
    return st;
}

static gvc_status make_table(gvc_ctx *ctx, gvc_import *import, gvc_int n, gvc_int columns,
                             gvc_table **out)
{
    static const gvc_release release = { .source = "user", .price_basis = "current" };
    const gvc_origin origin = { import->source->path, NULL };
    gvc_int *targets = gvc_mem__alloc(ctx, n, sizeof *targets);
    gvc_draft *draft = NULL;
    gvc_status st = targets ? gvc_draft__new(ctx, &draft, import, &origin) : GVC_ENOMEM;

    if (st == GVC_OK)
        st = gvc_draft__describe(ctx, draft, &release);
    if (st == GVC_OK)
        st = declare(ctx, import, draft, n, columns);
    if (st == GVC_OK)
        st = gvc_draft__settle(ctx, draft, n * columns);
    if (st == GVC_OK)
        st = put_rows(ctx, import, draft, n, targets);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, draft, out);
    gvc_draft__free(draft);
    gvc_mem__free(targets);
    return st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    gvc_int columns, rows;
    gvc_status st;

    (void)i;
    *out = NULL;
    if (!import->codes)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "a table without labels needs the names of its countries, one a "
                              "line: --countries FILE");
    if (n_countries(import) == 0)
        return gvc_error__at(ctx, GVC_EDATA, import->opts.countries, NULL,
                             "no country found, the names of the table's countries expected, one "
                             "a line");
    st = count_columns(ctx, import, &columns);
    if (st == GVC_OK)
        st = count_rows(ctx, import, columns, &rows);
    if (st == GVC_OK)
        st = check_shape(ctx, import, rows, columns);
    return st == GVC_OK ? make_table(ctx, import, rows, columns, out) : st;
}

const gvc_format gvc_format__icio = {
    .name = "icio-user",
    .title = "user's table of Stata's icio (csv without labels)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
