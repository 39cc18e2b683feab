#include "write/codebook_file.h"

#include "base/mem.h"
#include "base/text.h"
#include "write/stream.h"

#include <string.h>
#include <strings.h>

struct gvc_codebook_file {
    gvc_stream *stream;
    int is_markdown;
};

static int has_suffix(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);

    return n > m && strcasecmp(path + n - m, suffix) == 0;
}

gvc_status gvc_codebook_file__open(gvc_ctx *ctx, gvc_codebook_file **out, const char *path,
                                   int force)
{
    const int is_markdown = has_suffix(path, ".md");
    gvc_codebook_file *file;
    gvc_status st;

    *out = NULL;
    if (!is_markdown && !has_suffix(path, ".csv"))
        return gvc_error__at(ctx, GVC_EUSAGE, path, NULL, "a codebook is a .csv or a .md");
    file = gvc_mem__calloc(ctx, 1, sizeof *file);
    if (!file)
        return GVC_ENOMEM;
    file->is_markdown = is_markdown;
    st = gvc_stream__open(ctx, &file->stream, path, force);
    if (st != GVC_OK) {
        gvc_mem__free(file);
        return st;
    }
    *out = file;
    return GVC_OK;
}

/* Quoted as RFC 4180 asks; in a Markdown table the bar is escaped and lines end with the row. */
static void put_cell(gvc_ctx *ctx, gvc_buf *to, const char *text, int is_markdown)
{
    const int quoted = !is_markdown && text[strcspn(text, ",\"\r\n")] != '\0';

    if (quoted)
        gvc_buf__puts(ctx, to, "\"");
    for (; *text; text++) {
        if (is_markdown && (*text == '\n' || *text == '\r'))
            gvc_buf__puts(ctx, to, " ");
        else if (is_markdown && (*text == '|' || *text == '*' || *text == '_' || *text == '\\'))
            gvc_buf__printf(ctx, to, "\\%c", *text);
        else if (quoted && *text == '"')
            gvc_buf__puts(ctx, to, "\"\"");
        else
            gvc_buf__add(ctx, to, text, 1);
    }
    if (quoted)
        gvc_buf__puts(ctx, to, "\"");
}

/* One line; `book` NULL: the names of the fields. */
static void put_line(gvc_ctx *ctx, gvc_buf *to, const gvc_codebook *book, gvc_int row,
                     int is_markdown)
{
    if (is_markdown)
        gvc_buf__puts(ctx, to, "| ");
    for (int f = 0; f < GVC_BOOK_FIELDS; f++) {
        const gvc_codebook_field field = (gvc_codebook_field)f;

        if (f > 0)
            gvc_buf__puts(ctx, to, is_markdown ? " | " : ",");
        put_cell(ctx, to, book ? gvc_codebook__text(book, row, field) : gvc_codebook__field(field),
                 is_markdown);
    }
    gvc_buf__puts(ctx, to, is_markdown ? " |\n" : "\n");
}

/* Which of other people's tables the keys meet; only where the table is by country and year. */
static void put_merging(gvc_ctx *ctx, gvc_buf *to, const gvc_spool *table)
{
    if (gvc_spool__find(table, "country") < 0 || gvc_spool__find(table, "year") < 0)
        return;
    gvc_buf__puts(
        ctx, to,
        "\n## Merging\n\n"
        "`country` is ISO 3166 alpha-3: WDI `iso3c` and `year`, PWT `countrycode` and `year`, TiVA "
        "`REF_AREA`, gravity data `iso3_o` and `iso3_d`. `country_id` is ISO numeric (M49, as in "
        "Comtrade). Romania is ROU (not ROM); Taiwan, TWN, is absent from WDI; ROW and WLD never "
        "merge; Belgium and Luxembourg are not pooled.\n");
}

static void put_markdown_head(gvc_ctx *ctx, gvc_buf *to, const char *data)
{
    gvc_buf__printf(ctx, to, "# Codebook of %s\n\n", data);
    put_line(ctx, to, NULL, 0, 1);
    gvc_buf__puts(ctx, to, "|");
    for (int f = 0; f < GVC_BOOK_FIELDS; f++)
        gvc_buf__puts(ctx, to,
                      gvc_codebook__is_number((gvc_codebook_field)f) ? " ---: |" : " --- |");
    gvc_buf__puts(ctx, to, "\n");
}

gvc_status gvc_codebook_file__write(gvc_ctx *ctx, gvc_codebook_file *file, const gvc_gather *gather,
                                    const char *data)
{
    gvc_buf text = { 0 };
    gvc_status st = GVC_ENOMEM;

    if (file->is_markdown)
        put_markdown_head(ctx, &text, data);
    else
        put_line(ctx, &text, NULL, 0, 0);
    for (gvc_int i = 0; i < gvc_gather__n(gather); i++) {
        const gvc_codebook *book = gvc_gather__codebook(gather, i);

        for (gvc_int j = 0; j < gvc_codebook__n(book); j++)
            put_line(ctx, &text, book, j, file->is_markdown);
    }
    if (file->is_markdown && gvc_gather__n(gather) > 0)
        put_merging(ctx, &text, gvc_gather__table(gather, 0));
    if (!text.failed)
        st = gvc_stream__write(ctx, file->stream, text.data, text.len);
    gvc_buf__free(&text);
    return st;
}

gvc_status gvc_codebook_file__commit(gvc_ctx *ctx, gvc_codebook_file *file)
{
    const gvc_status st = gvc_stream__commit(ctx, file->stream);

    gvc_mem__free(file);
    return st;
}

void gvc_codebook_file__abort(gvc_codebook_file *file)
{
    if (!file)
        return;
    gvc_stream__abort(file->stream);
    gvc_mem__free(file);
}
