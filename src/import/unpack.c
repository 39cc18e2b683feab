#include "import/unpack.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, SWELL = 200 };

/* Below this size a part may swell as it likes. */
#define HARMLESS ((gvc_int)256 << 20)

gvc_status gvc_unpacked__new(gvc_ctx *ctx, gvc_unpacked **out, const char *scratch)
{
    gvc_unpacked *u = gvc_mem__calloc(ctx, 1, sizeof *u);

    *out = u;
    if (!u)
        return GVC_ENOMEM;
    *u = (gvc_unpacked){ .scratch = scratch, .fd = -1 };
    return GVC_OK;
}

static void forget_file(gvc_unpacked *u)
{
    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
}

void gvc_unpacked__free(gvc_unpacked *u)
{
    if (!u)
        return;
    forget_file(u);
    gvc_archive__close(u->inner);
    gvc_mem__free(u);
}

/* ---- unpacking ---- */

/* A path in whose folder the nameless files are. */
static void scratch_path(char path[4096], const gvc_source *s)
{
    const char *folder = getenv("TMPDIR");

    if (s->unpacked->scratch)
        snprintf(path, 4096, "%s", s->unpacked->scratch);
    else
        snprintf(path, 4096, "%s/gvc", folder && *folder ? folder : "/tmp");
}

static gvc_status refuse_space(gvc_ctx *ctx, const gvc_source *s, const gvc_part *part,
                               const char *why)
{
    char path[4096];

    scratch_path(path, s);
    return gvc_error__at(ctx, GVC_EIO, path, NULL,
                         "%s of %s is unpacked in this folder while it is read, which takes %lld "
                         "bytes: %s",
                         part->name, s->path, (long long)part->bytes, why);
}

/* Before the first byte is written. */
static gvc_status check_space(gvc_ctx *ctx, const gvc_source *s, const gvc_part *part, int fd)
{
    const gvc_int packed = part->inner < 0 ? gvc_archive__packed(s->archive, part->entry) : 0;
    const gvc_origin origin = gvc_source__origin(s, part);
    struct statvfs disk;

    if (packed > 0 && part->bytes > HARMLESS && part->bytes / SWELL > packed)
        return gvc_origin__refuse(
            ctx, &origin, NULL,
            "declares %lld bytes, packed into %lld; the archive is damaged or "
            "hostile",
            (long long)part->bytes, (long long)packed);
    if (fstatvfs(fd, &disk) == 0 &&
        (double)disk.f_bavail * (double)disk.f_frsize < (double)part->bytes)
        return refuse_space(ctx, s, part, "there is less room");
    return GVC_OK;
}

static gvc_status write_all(gvc_ctx *ctx, const gvc_source *s, const gvc_part *part, int fd,
                            const char *data, gvc_int bytes)
{
    for (gvc_int at = 0; at < bytes;) {
        const ssize_t n = write(fd, data + at, (size_t)(bytes - at));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return refuse_space(ctx, s, part, strerror(errno));
        at += n;
    }
    return GVC_OK;
}

static gvc_status copy_part(gvc_ctx *ctx, const gvc_source *s, const gvc_part *part, int fd)
{
    char *block = gvc_mem__alloc(ctx, BLOCK, 1);
    gvc_stream *stream = NULL;
    gvc_int got = 1;
    gvc_status st = block ? gvc_source__stream(ctx, &stream, s, part) : GVC_ENOMEM;

    while (st == GVC_OK && got > 0) {
        st = gvc_stream__read(ctx, stream, block, BLOCK, &got);
        if (st == GVC_OK)
            st = write_all(ctx, s, part, fd, block, got);
        if (st == GVC_OK)
            st = gvc_progress__step(ctx, "unpacking",
                                    (double)gvc_stream__at(stream) / (double)(part->bytes + 1));
    }
    gvc_stream__close(stream);
    gvc_mem__free(block);
    return st;
}

gvc_status gvc_source__unpack(gvc_ctx *ctx, int *fd, const gvc_source *s, const gvc_part *part)
{
    char path[4096];
    gvc_status st;

    scratch_path(path, s);
    st = gvc_file__scratch(ctx, fd, path);
    if (st == GVC_OK)
        st = check_space(ctx, s, part, *fd);
    if (st == GVC_OK)
        st = copy_part(ctx, s, part, *fd);
    if (st != GVC_OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return st;
}

/* ---- asking for what is unpacked ---- */

gvc_status gvc_source__inner(gvc_ctx *ctx, gvc_archive **out, const gvc_source *s,
                             const gvc_part *part)
{
    gvc_unpacked *u = s->unpacked;
    gvc_part whole = *part;
    const gvc_origin origin = gvc_source__origin(s, part);
    int fd;
    gvc_status st = GVC_OK;

    *out = NULL;
    whole.inner = -1;
    if (part->inner >= 0)
        whole.bytes = gvc_archive__bytes(s->archive, part->entry);
    if (!u->inner || u->inner_entry != part->entry) {
        gvc_archive__close(u->inner);
        u->inner = NULL;
        st = gvc_source__unpack(ctx, &fd, s, &whole);
        if (st == GVC_OK)
            st = gvc_archive__scratch(ctx, &u->inner, fd, &origin);
        u->inner_entry = part->entry;
    }
    if (st == GVC_OK)
        *out = gvc_archive__share(u->inner);
    return st;
}

gvc_status gvc_source__path(gvc_ctx *ctx, const char **out, const gvc_source *s,
                            const gvc_part *part)
{
    gvc_unpacked *u = s->unpacked;
    gvc_status st = GVC_OK;

    *out = gvc_source__file(s, part);
    if (*out)
        return GVC_OK;
    if (u->fd < 0 || u->entry != part->entry || u->member != part->inner) {
        forget_file(u);
        st = gvc_source__unpack(ctx, &u->fd, s, part);
        u->entry = part->entry;
        u->member = part->inner;
    }
    if (st != GVC_OK)
        return st;
    snprintf(u->path, sizeof u->path, "/proc/self/fd/%d", u->fd);
    *out = u->path;
    return GVC_OK;
}

gvc_status gvc_source__archive(gvc_ctx *ctx, gvc_archive **out, const gvc_source *s,
                               const gvc_part *part)
{
    const gvc_origin origin = gvc_source__origin(s, part);
    int fd;
    gvc_status st;

    *out = NULL;
    if (!s->archive)
        return gvc_archive__open(ctx, out, gvc_source__file(s, part));
    st = gvc_source__unpack(ctx, &fd, s, part);
    return st == GVC_OK ? gvc_archive__scratch(ctx, out, fd, &origin) : st;
}
