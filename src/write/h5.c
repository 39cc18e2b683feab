#include "write/format.h"

#include "base/decimal.h"
#include "base/mem.h"
#include "store/store.h"
#include "write/provenance.h"

#include <math.h>
#include <string.h>

/* Results in HDF5: store/ knows the file, this file the way from a writer to it. */

typedef struct h5 {
    gvc_result_file *file;
    const gvc_write_opts *opts;
} h5;

static void drop(void *state)
{
    h5 *out = state;

    if (out->file)
        gvc_result__abort(out->file);
    gvc_mem__free(out);
}

static gvc_status begin(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts)
{
    h5 *out = gvc_mem__calloc(ctx, 1, sizeof *out);
    gvc_status st = GVC_ENOMEM;

    if (out)
        st = gvc_result__create(ctx, &out->file, path, opts->force, NULL);
    if (st != GVC_OK) {
        gvc_mem__free(out);
        return st;
    }
    out->opts = opts;
    *state = out;
    return GVC_OK;
}

static gvc_status add(gvc_ctx *ctx, void *state, const gvc_frame *frame)
{
    h5 *out = state;

    if (out->opts->panel)
        return gvc_result__add_panel(ctx, out->file, frame, out->opts->panel);
    return gvc_result__add_dense(ctx, out->file, frame);
}

static gvc_status add_part(gvc_ctx *ctx, void *state, const gvc_frame *part, gvc_int first,
                           gvc_int rows)
{
    h5 *out = state;

    if (out->opts->panel && gvc_frame_rows(part) < rows)
        return gvc_error__set(ctx, GVC_EUSAGE, "a panel is written whole, not in parts");
    if (out->opts->panel)
        return add(ctx, state, part);
    return gvc_result__add_part(ctx, out->file, part, first, rows);
}

/* Only now is the provenance whole: bounds and solvers are known once the work is done. */
static gvc_status write_provenance(gvc_ctx *ctx, const h5 *out)
{
    gvc_attrs *attrs = gvc_attrs__new(ctx);
    gvc_status st = attrs ? gvc_provenance__flatten(ctx, attrs, out->opts->provenance) : GVC_ENOMEM;

    if (st == GVC_OK)
        st = gvc_result__set_attrs(ctx, out->file, attrs);
    gvc_attrs__free(attrs);
    return st;
}

static double number_of(const char *text)
{
    double value = NAN;

    gvc_decimal__read(text, text + strlen(text), &value);
    return value;
}

/* The fields of the codebook, turned from rows into columns. */
static gvc_status write_codebook(gvc_ctx *ctx, const h5 *out, const gvc_codebook *book)
{
    const gvc_int rows = gvc_codebook__n(book);
    const char **texts = gvc_mem__calloc(ctx, rows * GVC_BOOK_FIELDS, sizeof *texts);
    double *numbers = gvc_mem__calloc(ctx, rows * GVC_BOOK_FIELDS, sizeof *numbers);
    gvc_book_field fields[GVC_BOOK_FIELDS];
    gvc_status st = GVC_ENOMEM;

    for (int f = 0; texts && numbers && f < GVC_BOOK_FIELDS; f++) {
        const gvc_codebook_field field = (gvc_codebook_field)f;

        for (gvc_int j = 0; j < rows; j++) {
            texts[f * rows + j] = gvc_codebook__text(book, j, field);
            numbers[f * rows + j] = number_of(texts[f * rows + j]);
        }
        fields[f] = (gvc_book_field){ .name = gvc_codebook__field(field) };
        if (gvc_codebook__is_number(field))
            fields[f].numbers = numbers + f * rows;
        else
            fields[f].texts = texts + f * rows;
    }
    if (texts && numbers)
        st = gvc_result__add_book(ctx, out->file, out->opts->panel, fields, GVC_BOOK_FIELDS, rows);
    gvc_mem__free(texts);
    gvc_mem__free(numbers);
    return st;
}

static gvc_status commit(gvc_ctx *ctx, void *state, const gvc_gather *gather)
{
    h5 *out = state;
    gvc_status st = out->opts->provenance ? write_provenance(ctx, out) : GVC_OK;

    if (st == GVC_OK && out->opts->panel)
        st = write_codebook(ctx, out, gvc_gather__codebook(gather, 0));
    if (st == GVC_OK) {
        st = gvc_result__commit(ctx, out->file);
        out->file = NULL;
    }
    drop(out);
    return st;
}

const gvc_format gvc_format__h5 = {
    .name = "h5",
    .is_serial = 1,
    .gathers = GVC_GATHERS_PANEL,
    .begin = begin,
    .add = add,
    .commit = commit,
    .drop = drop,
    .add_part = add_part,
};
