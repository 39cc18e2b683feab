#include "write/stream.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct gvc_stream {
    gvc_arena *arena;
    const char *name; /* for messages */
    gvc_outfile *file;
    int fd;
};

int gvc_stream__is_direct(const char *path)
{
    struct stat info;

    if (strcmp(path, "-") == 0)
        return 1;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static gvc_status fail(gvc_ctx *ctx, const gvc_stream *stream)
{
    return gvc_error__at(ctx, GVC_EIO, stream->name, NULL, "cannot be written: %s",
                         strerror(errno));
}

static gvc_status open_target(gvc_ctx *ctx, gvc_stream *stream, const char *path, int force)
{
    gvc_status st = GVC_OK;

    if (strcmp(path, "-") == 0) {
        stream->fd = dup(STDOUT_FILENO);
    } else if (gvc_stream__is_direct(path)) {
        stream->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else {
        st = gvc_outfile__begin(ctx, &stream->file, path, force);
        if (st == GVC_OK)
            stream->fd = open(gvc_outfile__path(stream->file), O_WRONLY | O_CLOEXEC);
    }
    return st == GVC_OK && stream->fd < 0 ? fail(ctx, stream) : st;
}

gvc_status gvc_stream__open(gvc_ctx *ctx, gvc_stream **out, const char *path, int force)
{
    gvc_stream *stream = gvc_mem__calloc(ctx, 1, sizeof *stream);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!stream)
        return GVC_ENOMEM;
    stream->fd = -1;
    stream->arena = gvc_arena__new(ctx);
    if (stream->arena)
        stream->name = gvc_arena__strdup(ctx, stream->arena,
                                         strcmp(path, "-") == 0 ? "standard output" : path);
    if (stream->name)
        st = open_target(ctx, stream, path, force);
    if (st != GVC_OK) {
        gvc_stream__abort(stream);
        return st;
    }
    *out = stream;
    return GVC_OK;
}

gvc_status gvc_stream__write(gvc_ctx *ctx, gvc_stream *stream, const char *data, gvc_int bytes)
{
    while (bytes > 0) {
        const ssize_t done = write(stream->fd, data, (size_t)bytes);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(ctx, stream);
        data += done;
        bytes -= done;
    }
    return GVC_OK;
}

/* A full disk may show only when the descriptor is closed. */
static gvc_status close_descriptor(gvc_ctx *ctx, gvc_stream *stream)
{
    const int fd = stream->fd;

    stream->fd = -1;
    return fd >= 0 && close(fd) != 0 ? fail(ctx, stream) : GVC_OK;
}

gvc_status gvc_stream__commit(gvc_ctx *ctx, gvc_stream *stream)
{
    gvc_status st = close_descriptor(ctx, stream);

    if (st == GVC_OK && stream->file) {
        st = gvc_outfile__commit(ctx, stream->file);
        stream->file = NULL;
    }
    gvc_stream__abort(stream);
    return st;
}

void gvc_stream__abort(gvc_stream *stream)
{
    if (!stream)
        return;
    if (stream->fd >= 0)
        close(stream->fd);
    gvc_outfile__abort(stream->file);
    gvc_arena__free(stream->arena);
    gvc_mem__free(stream);
}
