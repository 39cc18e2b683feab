#include "import/stream.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACE = 1200, TEXT = 2000 };

struct gvc_stream {
    const gvc_stream_kind *kind;
    void *state;
    gvc_origin origin;
    gvc_int at;
};

gvc_status gvc_origin__refuse(gvc_ctx *ctx, const gvc_origin *origin, const char *place,
                              const char *fmt, ...)
{
    char where[PLACE], text[TEXT];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!origin->member)
        return gvc_error__at(ctx, GVC_EDATA, origin->file, place, "%s", text);
    snprintf(where, sizeof where, "%s%s%s", origin->member, place ? ", " : "", place ? place : "");
    return gvc_error__at(ctx, GVC_EDATA, origin->file, where, "%s", text);
}

gvc_status gvc_stream__new(gvc_ctx *ctx, gvc_stream **out, const gvc_stream_kind *kind, void *state,
                           const gvc_origin *origin)
{
    gvc_stream *stream = gvc_mem__calloc(ctx, 1, sizeof *stream);

    *out = stream;
    if (!stream) {
        kind->close(state);
        return GVC_ENOMEM;
    }
    *stream = (gvc_stream){ kind, state, *origin, 0 };
    return GVC_OK;
}

static gvc_status read_file(gvc_ctx *ctx, void *state, const gvc_origin *origin, void *to,
                            gvc_int room, gvc_int *got)
{
    *got = (gvc_int)fread(to, 1, (size_t)room, state);
    if (ferror((FILE *)state))
        return gvc_error__at(ctx, GVC_EIO, origin->file, origin->member, "cannot be read: %s",
                             strerror(errno));
    return GVC_OK;
}

static void close_file(void *state)
{
    fclose(state);
}

gvc_status gvc_stream__file(gvc_ctx *ctx, gvc_stream **out, const char *path,
                            const gvc_origin *origin)
{
    static const gvc_stream_kind kind = { read_file, close_file };
    const gvc_origin own = { path, NULL };
    FILE *in = gvc_file__is_folder(path) ? NULL : fopen(path, "rb");

    *out = NULL;
    if (!in)
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be opened: %s",
                             gvc_file__is_folder(path) ? "it is a folder" : strerror(errno));
    setvbuf(in, NULL, _IONBF, 0);
    return gvc_stream__new(ctx, out, &kind, in, origin ? origin : &own);
}

gvc_status gvc_stream__read(gvc_ctx *ctx, gvc_stream *stream, void *to, gvc_int room, gvc_int *got)
{
    gvc_int more = 1;
    gvc_status st = GVC_OK;

    *got = 0;
    while (st == GVC_OK && *got < room && more > 0) {
        st = stream->kind->read(ctx, stream->state, &stream->origin, (char *)to + *got, room - *got,
                                &more);
        if (st == GVC_OK)
            *got += more;
    }
    stream->at += *got;
    return st;
}

gvc_int gvc_stream__at(const gvc_stream *stream)
{
    return stream->at;
}

const gvc_origin *gvc_stream__origin(const gvc_stream *stream)
{
    return &stream->origin;
}

void gvc_stream__close(gvc_stream *stream)
{
    if (!stream)
        return;
    stream->kind->close(stream->state);
    gvc_mem__free(stream);
}

gvc_status gvc_stream__slurp(gvc_ctx *ctx, gvc_stream *stream, char **out, gvc_int *bytes,
                             gvc_int max)
{
    gvc_int room = 1 << 16, len = 0, got = 0;
    char *data = gvc_mem__alloc(ctx, room + 1, 1);
    gvc_status st = data ? GVC_OK : GVC_ENOMEM;

    *out = NULL;
    while (st == GVC_OK) {
        st = gvc_stream__read(ctx, stream, data + len, room - len, &got);
        len += got;
        if (st != GVC_OK || len < room)
            break;
        if (room > max) {
            st = gvc_origin__refuse(ctx, &stream->origin, NULL,
                                    "holds more than the %lld bytes allowed here; it is damaged or "
                                    "hostile",
                                    (long long)max);
        } else {
            char *larger;

            room = 2 * room > max ? max + 1 : 2 * room;
            larger = gvc_mem__realloc(ctx, data, room + 1, 1);
            st = larger ? GVC_OK : GVC_ENOMEM;
            data = larger ? larger : data;
        }
    }
    if (st != GVC_OK) {
        gvc_mem__free(data);
        return st;
    }
    data[len] = '\0';
    *out = data;
    *bytes = len;
    return GVC_OK;
}
