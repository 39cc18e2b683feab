#include "import/dta.h"

#include <math.h>
#include <readstat.h>
#include <stdio.h>
#include <string.h>

enum { SKIP = 1 << 16 };

/* A file being read. The library seeks; a stream goes backwards by being opened anew. */
typedef struct reader {
    gvc_ctx *ctx;
    gvc_status status;
    const gvc_source *source;
    const gvc_part *part;
    const gvc_dta_handlers *handlers;
    void *user;
    gvc_stream *stream;
    gvc_int wanted; /* where the next byte is read */
} reader;

static int on_open(const char *path, void *io)
{
    (void)path, (void)io;
    return 0;
}

static int on_close(void *io)
{
    (void)io;
    return 0;
}

static readstat_off_t on_seek(readstat_off_t offset, readstat_io_flags_t whence, void *io)
{
    reader *r = io;

    if (whence == READSTAT_SEEK_CUR)
        offset += r->wanted;
    else if (whence == READSTAT_SEEK_END)
        offset += r->part->bytes;
    if (offset < 0 || offset > r->part->bytes)
        return -1;
    r->wanted = offset;
    return offset;
}

/* Bring the stream to the byte that is wanted. */
static gvc_status go_there(reader *r)
{
    char block[SKIP];
    gvc_int got = 1;
    gvc_status st = GVC_OK;

    if (r->stream && gvc_stream__at(r->stream) > r->wanted) {
        gvc_stream__close(r->stream);
        r->stream = NULL;
    }
    if (!r->stream)
        st = gvc_source__stream(r->ctx, &r->stream, r->source, r->part);
    while (st == GVC_OK && got > 0 && gvc_stream__at(r->stream) < r->wanted) {
        const gvc_int left = r->wanted - gvc_stream__at(r->stream);

        st = gvc_stream__read(r->ctx, r->stream, block, left < SKIP ? left : SKIP, &got);
    }
    return st;
}

static ssize_t on_read(void *to, size_t bytes, void *io)
{
    reader *r = io;
    gvc_int got = 0;
    gvc_status st = go_there(r);

    if (st == GVC_OK)
        st = gvc_stream__read(r->ctx, r->stream, to, (gvc_int)bytes, &got);
    r->wanted += got;
    if (st == GVC_OK)
        return got;
    r->status = st;
    return -1;
}

/* A damaged file has variables without a name. */
static const char *name_of(const readstat_variable_t *variable)
{
    const char *name = readstat_variable_get_name(variable);

    return name ? name : "";
}

static readstat_error_t on_update(long bytes, readstat_progress_handler progress, void *user,
                                  void *io)
{
    (void)bytes, (void)progress, (void)user, (void)io;
    return READSTAT_OK;
}

static int on_variable(int j, readstat_variable_t *variable, const char *labels, void *user)
{
    reader *r = user;
    int skip = 0;

    (void)labels;
    r->status = r->handlers->column(r->ctx, r->user, j, name_of(variable),
                                    readstat_variable_get_type_class(variable) ==
                                        READSTAT_TYPE_CLASS_STRING,
                                    &skip);
    if (r->status != GVC_OK)
        return READSTAT_HANDLER_ABORT;
    return skip ? READSTAT_HANDLER_SKIP_VARIABLE : READSTAT_HANDLER_OK;
}

static gvc_status refuse_missing(reader *r, int row, readstat_variable_t *variable)
{
    const gvc_origin origin = gvc_source__origin(r->source, r->part);
    char place[400];

    snprintf(place, sizeof place, "row %d, variable %.300s", row + 1, name_of(variable));
    return gvc_origin__refuse(r->ctx, &origin, place, "a missing value found, a number expected");
}

static int on_value(int row, readstat_variable_t *variable, readstat_value_t value, void *user)
{
    reader *r = user;
    const int j = readstat_variable_get_index(variable);
    const char *text = NULL;
    double number = 0.0;

    if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
        text = readstat_string_value(value);
        text = text ? text : "";
    } else {
        number = readstat_double_value(value);
    }
    if (!text && (readstat_value_is_system_missing(value) ||
                  readstat_value_is_tagged_missing(value) || !isfinite(number)))
        r->status = refuse_missing(r, row, variable);
    else
        r->status = r->handlers->cell(r->ctx, r->user, row, j, text, number);
    return r->status == GVC_OK ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
}

static gvc_status run(reader *r, readstat_parser_t *parser)
{
    const gvc_origin origin = gvc_source__origin(r->source, r->part);
    readstat_error_t error;

    readstat_set_open_handler(parser, on_open);
    readstat_set_close_handler(parser, on_close);
    readstat_set_seek_handler(parser, on_seek);
    readstat_set_read_handler(parser, on_read);
    readstat_set_update_handler(parser, on_update);
    readstat_set_io_ctx(parser, r);
    readstat_set_variable_handler(parser, on_variable);
    readstat_set_value_handler(parser, on_value);
    error = readstat_parse_dta(parser, r->source->path, r);
    if (r->status != GVC_OK)
        return r->status == GVC_NO ? GVC_OK : r->status;
    if (error == READSTAT_OK)
        return GVC_OK;
    if (error == READSTAT_ERROR_MALLOC)
        return gvc_error__set(r->ctx, GVC_ENOMEM, "out of memory while reading %s", origin.file);
    return gvc_origin__refuse(r->ctx, &origin, NULL,
                              "a Stata file that cannot be read (%s): it is cut short or damaged; "
                              "get it again",
                              readstat_error_message(error));
}

gvc_status gvc_dta__read(gvc_ctx *ctx, const gvc_source *source, const gvc_part *part,
                         const gvc_dta_handlers *handlers, void *user)
{
    reader r = { .ctx = ctx, .source = source, .part = part, .handlers = handlers, .user = user };
    readstat_parser_t *parser = readstat_parser_init();
    gvc_status st;

    if (!parser)
        return gvc_error__set(ctx, GVC_ENOMEM, "out of memory while reading %s", source->path);
    st = run(&r, parser);
    readstat_parser_free(parser);
    gvc_stream__close(r.stream);
    return st;
}
