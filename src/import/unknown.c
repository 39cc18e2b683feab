#include "import/import.h"
#include "store/store.h"

#include <string.h>

/* What a source that no format knows seems to be, and what its owner can do. */

static const char *advice(gvc_kind kind)
{
    switch (kind) {
    case GVC_KIND_EMPTY:
        return "the file is empty; get it again";
    case GVC_KIND_UTF16:
        return "UTF-16 text found, UTF-8 expected; save the file as CSV in UTF-8";
    case GVC_KIND_XLS:
        return "an old Excel workbook (.xls); save it as .xlsx";
    case GVC_KIND_GZIP:
        return "compressed data or an R file (.RData, .rds), which is not read; of WIOD 2016 take "
               "the Stata files (.dta) of the same release, of others the CSV files";
    case GVC_KIND_PICKLE:
        return "a Python pickle, which is never read (it can run code); save the table as txt "
               "(pymrio: save(..., table_format='txt'))";
    case GVC_KIND_PARQUET:
        return "a Parquet file, which is not read; save the table as txt (pymrio: save(..., "
               "table_format='txt')) or CSV";
    default:
        return NULL;
    }
}

/* A header whose cells are separated by semicolons: a spreadsheet of another language wrote it. */
static int has_semicolons(const gvc_part *part)
{
    const size_t line = strcspn(part->head, "\r\n");

    return part->kind == GVC_KIND_TEXT && memchr(part->head, ';', line) &&
           !memchr(part->head, '\t', line) && !memchr(part->head, ',', line);
}

/* Numbers alone, whose meaning only the user knows. */
static int has_numbers_only(const gvc_part *part)
{
    const size_t line = strcspn(part->head, "\r\n");

    return part->kind == GVC_KIND_TEXT && line > 0 && memchr(part->head, ',', line) &&
           strspn(part->head, "0123456789+-.eE, ") >= line;
}

/* A store needs no import; a damaged one says itself what is wrong with it. */
static gvc_status refuse_hdf5(gvc_ctx *ctx, const gvc_source *s)
{
    gvc_store *store = NULL;
    gvc_status st = gvc_store__open(ctx, &store, s->path);

    gvc_store__close(store);
    if (st == GVC_OK)
        return gvc_error__at(ctx, GVC_EUSAGE, s->path, NULL,
                             "a store already; import reads what publishers made");
    if (st != GVC_EDATA || !strstr(gvc_ctx_message(ctx), "not a gvc file"))
        return st;
    return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                         "an HDF5 file that is neither a store nor a table that gvc knows; gvc "
                         "help import lists the formats");
}

gvc_status gvc_import__refuse_unknown(gvc_ctx *ctx, const gvc_import *import)
{
    const gvc_source *s = import->source;

    if (!s->is_folder && !s->archive && s->n == 1 && s->parts[0].kind == GVC_KIND_HDF5)
        return refuse_hdf5(ctx, s);
    for (gvc_int i = 0; i < s->n; i++) {
        const gvc_origin origin = gvc_source__origin(s, &s->parts[i]);
        const char *text = advice(s->parts[i].kind);

        if (text)
            return gvc_origin__refuse(ctx, &origin, NULL, "%s", text);
        if (has_numbers_only(&s->parts[i]))
            return gvc_origin__refuse(ctx, &origin, NULL,
                                      "numbers without labels; a table of Stata's icio is read "
                                      "with --format icio-user --countries FILE --year YEAR");
        if (has_semicolons(&s->parts[i]))
            return gvc_origin__refuse(ctx, &origin, "line 1",
                                      "cells separated by semicolons found, commas and decimal "
                                      "points expected: a spreadsheet saved it; take the "
                                      "publisher's file, or save it with commas and points");
    }
    if (!s->is_folder && !s->archive)
        return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                             "no table of a known source; gvc help import lists the formats, "
                             "--format NAME forces one");
    return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                         "no known table among the %lld file%s in it; gvc help import lists the "
                         "formats, --format NAME forces one",
                         (long long)s->n, s->n == 1 ? "" : "s");
}
