#include "write/dta.h"

#include "base/mem.h"
#include "base/text.h"
#include "write/format.h"
#include "write/provenance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Stata's limits: names and labels count characters, strings bytes; /BE holds 2048 variables, /SE
 * and the format itself 32767. */
enum {
    NAME_MAX_LENGTH = 32,
    LABEL_MAX_LENGTH = 80,
    TEXT_MAX_WIDTH = 2045,
    COLUMNS_BE = 2048,
    COLUMNS_MAX = 32767,
    INT_LEAST = -32767,
    INT_MOST = 32740,
    LONG_MOST = 2147483620,
    STEP_ROWS = 1 << 16 /* between two looks at the progress */
};

typedef struct state {
    gvc_stream *stream;
    const gvc_write_opts *opts;
    const char *path;
} state;

static gvc_int characters(const char *text)
{
    gvc_int n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static gvc_status check_column(gvc_ctx *ctx, const gvc_dta *dta, const gvc_spool_column *c)
{
    if (characters(c->info.name) > NAME_MAX_LENGTH)
        return gvc_error__at(ctx, GVC_EDATA, dta->path, c->info.name,
                             "the name has %lld characters, and Stata takes %d",
                             (long long)characters(c->info.name), NAME_MAX_LENGTH);
    if (characters(c->info.label) > LABEL_MAX_LENGTH)
        return gvc_error__at(ctx, GVC_EDATA, dta->path, c->info.name,
                             "the label has %lld characters, and Stata takes %d: %s",
                             (long long)characters(c->info.label), LABEL_MAX_LENGTH, c->info.label);
    if (c->kind == GVC_CELL_LABEL && c->widest > TEXT_MAX_WIDTH)
        return gvc_error__at(ctx, GVC_EDATA, dta->path, c->info.name,
                             "a text of %lld bytes is there, and Stata takes %d",
                             (long long)c->widest, TEXT_MAX_WIDTH);
    if (c->kind == GVC_CELL_INT && c->most > LONG_MOST)
        return gvc_error__at(ctx, GVC_EDATA, dta->path, c->info.name,
                             "the number %d is there, and a long of Stata ends at %d", c->most,
                             LONG_MOST);
    return GVC_OK;
}

/* Bytes for what is 0 or 1; ids and years are int, or long where they must. */
static readstat_type_t int_type(const gvc_spool_column *c)
{
    const size_t len = strlen(c->info.name);
    const int is_id = c->role == GVC_ROLE_KEY || strcmp(c->info.name, "id") == 0 ||
                      (len > 3 && strcmp(c->info.name + len - 3, "_id") == 0);

    if (!is_id && c->least >= 0 && c->most <= 1)
        return READSTAT_TYPE_INT8;
    if (c->least > c->most || (c->least >= INT_LEAST && c->most <= INT_MOST))
        return READSTAT_TYPE_INT16;
    return READSTAT_TYPE_INT32;
}

static void set_format(readstat_variable_t *variable, const gvc_spool_column *c)
{
    char text[16];

    if (c->kind == GVC_CELL_LABEL)
        snprintf(text, sizeof text, "%%-%ds", c->widest > 9 ? (int)c->widest : 9);
    else if (c->kind == GVC_CELL_INT)
        snprintf(text, sizeof text, "%%9.0g");
    else if (strcmp(c->info.unit, "money") == 0)
        snprintf(text, sizeof text, "%%15.2f");
    else
        snprintf(text, sizeof text, *c->info.unit ? "%%10.4f" : "%%12.0g");
    readstat_variable_set_format(variable, text);
}

static gvc_status add_variable(gvc_ctx *ctx, gvc_dta *dta, gvc_int j)
{
    const gvc_spool_column *c = gvc_spool__column(dta->table, j);
    const readstat_type_t type = c->kind == GVC_CELL_LABEL ? READSTAT_TYPE_STRING
                                 : c->kind == GVC_CELL_INT ? int_type(c)
                                                           : READSTAT_TYPE_DOUBLE;
    const gvc_int width = c->kind == GVC_CELL_LABEL && c->widest > 1 ? c->widest : 1;
    gvc_status st = check_column(ctx, dta, c);
    readstat_variable_t *variable;

    if (st != GVC_OK)
        return st;
    variable = readstat_add_variable(dta->writer, c->info.name, type, (size_t)width);
    readstat_variable_set_label(variable, c->info.label);
    set_format(variable, c);
    dta->variables[j] = variable;
    return GVC_OK;
}

static gvc_status add_variables(gvc_ctx *ctx, gvc_dta *dta)
{
    const gvc_int n = gvc_spool__n(dta->table);
    gvc_status st = GVC_OK;

    if (n > COLUMNS_MAX)
        return gvc_error__at(ctx, GVC_EUSAGE, dta->path, NULL,
                             "%lld columns are more than the %d of a .dta; use --layout long or an "
                             ".h5 output",
                             (long long)n, COLUMNS_MAX);
    if (n > COLUMNS_BE)
        gvc_log__warn(ctx, "%s: %lld columns; Stata/BE reads %d, Stata/SE and /MP read more",
                      dta->path, (long long)n, COLUMNS_BE);
    if (gvc_spool__rows(dta->table) > INT32_MAX)
        return gvc_error__at(ctx, GVC_EUSAGE, dta->path, NULL,
                             "%lld rows are more than Stata/SE reads; use an .h5 output",
                             (long long)gvc_spool__rows(dta->table));
    dta->variables = gvc_mem__calloc(ctx, n, sizeof *dta->variables);
    if (!dta->variables)
        return GVC_ENOMEM;
    for (gvc_int j = 0; st == GVC_OK && j < n; j++)
        st = add_variable(ctx, dta, j);
    return st;
}

/* Extended missing values say why, where that is wanted and known. */
static char tag_of(const gvc_dta *dta, const unsigned char *flags, gvc_int row)
{
    if (!dta->opts->stata_reasons || !flags)
        return 0;
    return flags[row] == GVC_FLAG_DEN0     ? 'a'
           : flags[row] == GVC_FLAG_NOSEC  ? 'b'
           : flags[row] == GVC_FLAG_ABSENT ? 'c'
                                           : 0;
}

/* The cells of one column in one block. */
typedef struct strip {
    const int32_t *ints;
    const double *reals;
    const unsigned char *flags;
    const gvc_labels *labels;
} strip;

static readstat_error_t put_int(gvc_dta *dta, const readstat_variable_t *variable, int32_t value)
{
    switch (readstat_variable_get_type(variable)) {
    case READSTAT_TYPE_INT8:
        return readstat_insert_int8_value(dta->writer, variable, (int8_t)value);
    case READSTAT_TYPE_INT16:
        return readstat_insert_int16_value(dta->writer, variable, (int16_t)value);
    default:
        return readstat_insert_int32_value(dta->writer, variable, value);
    }
}

static readstat_error_t put_cell(gvc_dta *dta, const readstat_variable_t *variable, const strip *s,
                                 gvc_int row)
{
    char tag;

    if (s->labels)
        return readstat_insert_string_value(dta->writer, variable,
                                            s->ints[row] < 0
                                                ? ""
                                                : gvc_labels_code(s->labels, s->ints[row]));
    if (!s->reals)
        return s->ints[row] == GVC_INT_MISSING
                   ? readstat_insert_missing_value(dta->writer, variable)
                   : put_int(dta, variable, s->ints[row]);
    if (!isnan(s->reals[row]))
        return readstat_insert_double_value(dta->writer, variable, s->reals[row]);
    tag = tag_of(dta, s->flags, row);
    return tag ? readstat_insert_tagged_missing_value(dta->writer, variable, tag)
               : readstat_insert_missing_value(dta->writer, variable);
}

static readstat_error_t put_row(gvc_dta *dta, const strip *strips, gvc_int row)
{
    readstat_error_t error = readstat_begin_row(dta->writer);

    for (gvc_int j = 0; error == READSTAT_OK && j < gvc_spool__n(dta->table); j++)
        error = put_cell(dta, dta->variables[j], &strips[j], row);
    return error == READSTAT_OK ? readstat_end_row(dta->writer) : error;
}

static gvc_status explain(gvc_ctx *ctx, gvc_dta *dta, readstat_error_t error)
{
    gvc_status st = error == READSTAT_OK ? GVC_OK : gvc_dta_stream__finish(dta->stream);

    if (error == READSTAT_OK || st != GVC_OK)
        return st;
    return gvc_error__at(ctx, error == READSTAT_ERROR_MALLOC ? GVC_ENOMEM : GVC_EDATA, dta->path,
                         NULL, "cannot become a .dta: %s", readstat_error_message(error));
}

static gvc_status put_rows(gvc_ctx *ctx, gvc_dta *dta)
{
    const gvc_int n = gvc_spool__n(dta->table), rows = gvc_spool__rows(dta->table);
    strip *strips = gvc_mem__calloc(ctx, n, sizeof *strips);
    readstat_error_t error = READSTAT_OK;
    gvc_status st = strips ? GVC_OK : GVC_ENOMEM;
    gvc_int done = 0;

    for (gvc_int b = 0; st == GVC_OK && b < gvc_spool__blocks(dta->table); b++) {
        for (gvc_int j = 0; j < n; j++) {
            const gvc_spool_column *c = gvc_spool__column(dta->table, j);
            const int is_real = c->kind == GVC_CELL_REAL;

            strips[j] = (strip){ is_real ? NULL : gvc_spool__ints(dta->table, b, j),
                                 is_real ? gvc_spool__reals(dta->table, b, j) : NULL,
                                 gvc_spool__flags(dta->table, b, j), c->labels };
        }
        for (gvc_int i = 0; st == GVC_OK && i < gvc_spool__block_rows(dta->table, b); i++, done++) {
            error = put_row(dta, strips, i);
            st = explain(ctx, dta, error);
            if (st == GVC_OK && (done + 1) % STEP_ROWS == 0)
                st = gvc_progress__step(ctx, "write", (double)done / (double)rows);
        }
    }
    gvc_mem__free(strips);
    return st;
}

static gvc_status write_file(gvc_ctx *ctx, gvc_dta *dta)
{
    gvc_status st = add_variables(ctx, dta);

    if (st != GVC_OK)
        return st;
    gvc_dta__find_panel(dta);
    st = gvc_dta__label_values(ctx, dta);
    if (st == GVC_OK)
        st = gvc_dta__tell(ctx, dta);
    if (st == GVC_OK)
        st = explain(ctx, dta,
                     readstat_begin_writing_dta(dta->writer, dta->stream,
                                                (long)gvc_spool__rows(dta->table)));
    for (gvc_int j = 0; st == GVC_OK && j < gvc_spool__n(dta->table); j++) {
        const readstat_error_t error = readstat_validate_variable(dta->writer, dta->variables[j]);

        if (error != READSTAT_OK)
            st = gvc_error__at(ctx, GVC_EDATA, dta->path,
                               gvc_spool__column(dta->table, j)->info.name,
                               "cannot be a column of a .dta: %s", readstat_error_message(error));
    }
    if (st == GVC_OK)
        st = put_rows(ctx, dta);
    if (st == GVC_OK)
        st = explain(ctx, dta, readstat_end_writing(dta->writer));
    return st == GVC_OK ? gvc_dta_stream__finish(dta->stream) : st;
}

static gvc_status write_table(gvc_ctx *ctx, const state *out, const gvc_gather *gather)
{
    gvc_dta dta = { .opts = out->opts,
                    .path = out->path,
                    .table = gvc_gather__table(gather, 0),
                    .book = gvc_gather__codebook(gather, 0) };
    gvc_status st = gvc_dta_stream__new(ctx, &dta.stream, out->stream);

    dta.facts = gvc_attrs__new(ctx);
    dta.writer = readstat_writer_init();
    if (st == GVC_OK && (!dta.facts || !dta.writer))
        st = gvc_error__set(ctx, GVC_ENOMEM, "memory is out for %s", out->path);
    if (st == GVC_OK && out->opts->provenance)
        st = gvc_provenance__flatten(ctx, dta.facts, out->opts->provenance);
    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, dta.facts, gvc_spool__attrs(dta.table));
    if (st == GVC_OK) {
        readstat_set_data_writer(dta.writer, gvc_dta_stream__write);
        readstat_writer_set_file_format_version(dta.writer, 118);
        st = write_file(ctx, &dta);
    }
    if (dta.writer)
        readstat_writer_free(dta.writer);
    gvc_mem__free(dta.variables);
    gvc_attrs__free(dta.facts);
    gvc_dta_stream__free(dta.stream);
    return st;
}

static gvc_status begin(gvc_ctx *ctx, void **out, const char *path, const gvc_write_opts *opts)
{
    state *s = gvc_mem__calloc(ctx, 1, sizeof *s);
    gvc_status st;

    if (!s)
        return GVC_ENOMEM;
    s->opts = opts;
    s->path = path;
    st = gvc_stream__open(ctx, &s->stream, path, opts->force);
    if (st != GVC_OK) {
        gvc_mem__free(s);
        return st;
    }
    *out = s;
    return GVC_OK;
}

static void drop(void *out)
{
    state *s = out;

    gvc_stream__abort(s->stream);
    gvc_mem__free(s);
}

static gvc_status commit(gvc_ctx *ctx, void *out, const gvc_gather *gather)
{
    state *s = out;
    gvc_status st = write_table(ctx, s, gather);

    if (st == GVC_OK) {
        st = gvc_stream__commit(ctx, s->stream);
        s->stream = NULL;
    }
    drop(s);
    return st;
}

const gvc_format gvc_format__dta = {
    .name = "dta",
    .gathers = GVC_GATHERS_TABLE,
    .begin = begin,
    .commit = commit,
    .drop = drop,
};
