#include "write/xlsx.h"

#include "base/file.h"
#include "base/mem.h"
#include "write/format.h"
#include "write/provenance.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <xlsxwriter.h>

/* Limits of Excel, and the earliest date of the zip format, which stands where no time may. */
enum { ROWS_MAX = 1048575, COLUMNS_MAX = 16384, SHEET_NAME_MAX = 31, NO_TIME = 315532800 };
enum { NARROW = 10, WIDE = 28 };

typedef struct xlsx {
    gvc_outfile *file;
    const gvc_write_opts *opts;
    const char *path;
    const gvc_gather *gather;
    gvc_attrs *facts;
    lxw_workbook *book;
    lxw_format *bold;
} xlsx;

static gvc_status explain(gvc_ctx *ctx, const xlsx *out, lxw_error error)
{
    if (error == LXW_NO_ERROR)
        return GVC_OK;
    return gvc_error__at(ctx, error == LXW_ERROR_MEMORY_MALLOC_FAILED ? GVC_ENOMEM : GVC_EIO,
                         out->path, NULL, "cannot be written: %s", lxw_strerror(error));
}

static gvc_status check_size(gvc_ctx *ctx, const xlsx *out, const gvc_spool *table)
{
    if (gvc_spool__rows(table) > ROWS_MAX)
        return gvc_error__at(ctx, GVC_EUSAGE, out->path, NULL,
                             "%lld rows are more than the %d below a heading that Excel reads; "
                             "use a .csv, .dta or .h5 output",
                             (long long)gvc_spool__rows(table), ROWS_MAX);
    if (gvc_spool__n(table) > COLUMNS_MAX)
        return gvc_error__at(ctx, GVC_EUSAGE, out->path, NULL,
                             "%lld columns are more than the %d that Excel reads; use --layout "
                             "long or an .h5 output",
                             (long long)gvc_spool__n(table), COLUMNS_MAX);
    return GVC_OK;
}

/* "data", or the level where there are several; names of levels are short and unlike. */
static const char *sheet_name(const xlsx *out, gvc_int i)
{
    const char *level = gvc_spool__level(gvc_gather__table(out->gather, i));

    return gvc_gather__n(out->gather) == 1 || !*level ? "data" : level;
}

static lxw_worksheet *add_sheet(gvc_ctx *ctx, xlsx *out, const char *name, gvc_status *st)
{
    lxw_worksheet *sheet = workbook_add_worksheet(out->book, name);

    *st = sheet ? GVC_OK
                : gvc_error__at(ctx, GVC_EIO, out->path, name, "cannot be the name of a sheet");
    if (sheet)
        worksheet_freeze_panes(sheet, 1, 0);
    return sheet;
}

/* A row that is set but empty makes the sheet state the size it will have. */
static gvc_status end_heading(gvc_ctx *ctx, const xlsx *out, lxw_worksheet *sheet, gvc_int rows,
                              gvc_int columns)
{
    lxw_error error = LXW_NO_ERROR;

    if (rows > 0)
        error = worksheet_set_row(sheet, (lxw_row_t)rows, LXW_DEF_ROW_HEIGHT, NULL);
    if (error == LXW_NO_ERROR && rows > 0 && columns > 0)
        error = worksheet_autofilter(sheet, 0, 0, (lxw_row_t)rows, (lxw_col_t)(columns - 1));
    return explain(ctx, out, error);
}

static gvc_status head_table(gvc_ctx *ctx, xlsx *out, gvc_int i)
{
    const gvc_spool *table = gvc_gather__table(out->gather, i);
    gvc_status st = check_size(ctx, out, table);
    lxw_worksheet *sheet = st == GVC_OK ? add_sheet(ctx, out, sheet_name(out, i), &st) : NULL;

    for (gvc_int j = 0; st == GVC_OK && j < gvc_spool__n(table); j++) {
        const gvc_spool_column *c = gvc_spool__column(table, j);
        const double width = c->widest > WIDE ? WIDE : c->widest > NARROW ? c->widest : NARROW;

        st = explain(ctx, out,
                     worksheet_set_column(sheet, (lxw_col_t)j, (lxw_col_t)j, width + 2, NULL));
        if (st == GVC_OK)
            st = explain(ctx, out,
                         worksheet_write_string(sheet, 0, (lxw_col_t)j, c->info.name, out->bold));
    }
    return st == GVC_OK ? end_heading(ctx, out, sheet, gvc_spool__rows(table), gvc_spool__n(table))
                        : st;
}

static gvc_status head_codebook(gvc_ctx *ctx, xlsx *out)
{
    gvc_status st;
    lxw_worksheet *sheet = add_sheet(ctx, out, "codebook", &st);
    gvc_int rows = 0;

    for (int f = 0; st == GVC_OK && f < GVC_BOOK_FIELDS; f++)
        st = explain(ctx, out,
                     worksheet_write_string(sheet, 0, (lxw_col_t)f,
                                            gvc_codebook__field((gvc_codebook_field)f), out->bold));
    for (gvc_int i = 0; i < gvc_gather__n(out->gather); i++)
        rows += gvc_codebook__n(gvc_gather__codebook(out->gather, i));
    return st == GVC_OK ? end_heading(ctx, out, sheet, rows, GVC_BOOK_FIELDS) : st;
}

static gvc_status head_about(gvc_ctx *ctx, xlsx *out)
{
    gvc_status st;
    lxw_worksheet *sheet = add_sheet(ctx, out, "about", &st);

    if (st == GVC_OK)
        st = explain(ctx, out, worksheet_set_column(sheet, 0, 0, WIDE, NULL));
    if (st == GVC_OK)
        st = explain(ctx, out, worksheet_write_string(sheet, 0, 0, "name", out->bold));
    if (st == GVC_OK)
        st = explain(ctx, out, worksheet_write_string(sheet, 0, 1, "value", out->bold));
    return st;
}

/* The date in the properties: SOURCE_DATE_EPOCH, or none that says anything. */
static time_t creation_time(void)
{
    char iso[32];
    struct tm when = { 0 };

    if (!gvc_clock__stamp(iso) || !strptime(iso, "%Y-%m-%dT%H:%M:%SZ", &when))
        return NO_TIME;
    return timegm(&when);
}

static gvc_status set_properties(gvc_ctx *ctx, xlsx *out)
{
    char author[] = "gvckit", company[] = "", title_plain[] = "Global value chain indicators",
         title_synthetic[] = "Global value chain indicators: SYNTHETIC DATA";
    lxw_doc_properties properties = { .author = author, .company = company };

    properties.title =
        gvc_provenance__is_synthetic(out->opts->provenance) ? title_synthetic : title_plain;
    properties.created = creation_time();
    return explain(ctx, out, workbook_set_properties(out->book, &properties));
}

/* The workbook without rows, at `form`. It is freed in any case. */
static gvc_status make_form(gvc_ctx *ctx, xlsx *out, char *form, char *folder)
{
    lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = folder };
    lxw_error error;
    gvc_status st;

    out->book = workbook_new_opt(form, &options);
    if (!out->book)
        return gvc_error__set(ctx, GVC_ENOMEM, "memory is out for %s", out->path);
    out->bold = workbook_add_format(out->book);
    if (out->bold)
        format_set_bold(out->bold);
    st = set_properties(ctx, out);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_gather__n(out->gather); i++)
        st = head_table(ctx, out, i);
    if (st == GVC_OK)
        st = head_codebook(ctx, out);
    if (st == GVC_OK)
        st = head_about(ctx, out);
    if (st != GVC_OK) {
        lxw_workbook_free(out->book);
        return st;
    }
    errno = 0;
    error = workbook_close(out->book);
    if (error != LXW_NO_ERROR && errno)
        return gvc_error__at(ctx, GVC_EIO, out->path, NULL, "cannot be written: %s",
                             strerror(errno));
    return explain(ctx, out, error);
}

static gvc_status put_rows(gvc_ctx *ctx, gvc_int i, gvc_xlsx_sink sink, void *to, void *user)
{
    const xlsx *out = user;
    const gvc_int n = gvc_gather__n(out->gather);
    gvc_status st = GVC_OK;
    gvc_int row = 1;

    if (i < n)
        return gvc_xlsx__table_rows(ctx, gvc_gather__table(out->gather, i), sink, to);
    if (i > n)
        return gvc_xlsx__about_rows(ctx, out->facts, sink, to);
    for (gvc_int t = 0; st == GVC_OK && t < n; t++)
        st = gvc_xlsx__codebook_rows(ctx, gvc_gather__codebook(out->gather, t), &row, sink, to);
    return st;
}

/* The form is a file without a name beside the output. */
static gvc_status write_book(gvc_ctx *ctx, xlsx *out)
{
    const char *path = gvc_outfile__path(out->file);
    gvc_arena *arena = gvc_arena__new(ctx);
    char *folder = arena ? gvc_arena__strdup(ctx, arena, out->path) : NULL;
    char form[32];
    int fd = -1;
    gvc_status st = folder ? gvc_file__scratch(ctx, &fd, out->path) : GVC_ENOMEM;

    snprintf(form, sizeof form, "/proc/self/fd/%d", fd);
    if (st == GVC_OK)
        st = make_form(ctx, out, form, dirname(folder));
    if (st == GVC_OK)
        st = gvc_xlsx__fill(ctx, path, form, out->path, gvc_gather__n(out->gather) + 2, put_rows,
                            out);
    if (fd >= 0)
        close(fd);
    gvc_arena__free(arena);
    return st;
}

static gvc_status gather_facts(gvc_ctx *ctx, xlsx *out)
{
    gvc_status st = GVC_OK;

    out->facts = gvc_attrs__new(ctx);
    if (!out->facts)
        return GVC_ENOMEM;
    if (out->opts->provenance)
        st = gvc_provenance__flatten(ctx, out->facts, out->opts->provenance);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_gather__n(out->gather); i++)
        st = gvc_attrs__merge(ctx, out->facts, gvc_spool__attrs(gvc_gather__table(out->gather, i)));
    return st;
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    xlsx *out = gvc_mem__calloc(ctx, 1, sizeof *out);
    gvc_status st;

    if (!out)
        return GVC_ENOMEM;
    out->opts = opts;
    out->path = path;
    st = gvc_outfile__begin(ctx, &out->file, path, opts->force);
    if (st != GVC_OK) {
        gvc_mem__free(out);
        return st;
    }
    *state = out;
    return GVC_OK;
}

static void drop(void *state)
{
    xlsx *out = state;

    gvc_outfile__abort(out->file);
    gvc_attrs__free(out->facts);
    gvc_mem__free(out);
}

static gvc_status commit(gvc_ctx *ctx, void *state, const gvc_gather *gather)
{
    xlsx *out = state;
    gvc_status st;

    out->gather = gather;
    st = gather_facts(ctx, out);
    if (st == GVC_OK)
        st = write_book(ctx, out);
    if (st == GVC_OK) {
        st = gvc_outfile__commit(ctx, out->file);
        out->file = NULL;
    }
    drop(out);
    return st;
}

const gvc_format gvc_format__xlsx = {
    .name = "xlsx",
    .gathers = GVC_GATHERS_LEVELS,
    .begin = begin,
    .commit = commit,
    .drop = drop,
};
