#include "base/held.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct gvc_held {
    char *path;
    int fd;
    struct stat then; /* when it was opened */
    atomic_int owners;
};

static gvc_held *make(gvc_ctx *ctx, const char *path)
{
    gvc_held *held = gvc_mem__calloc(ctx, 1, sizeof *held);
    const size_t size = strlen(path) + 1;

    if (!held)
        return NULL;
    held->path = gvc_mem__alloc(ctx, (gvc_int)size, 1);
    if (!held->path) {
        gvc_mem__free(held);
        return NULL;
    }
    memcpy(held->path, path, size);
    held->fd = -1;
    atomic_store(&held->owners, 1);
    return held;
}

gvc_status gvc_held__open(gvc_ctx *ctx, gvc_held **out, const char *path)
{
    gvc_held *held = make(ctx, path);

    *out = NULL;
    if (!held)
        return GVC_ENOMEM;
    held->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (held->fd < 0 || fstat(held->fd, &held->then) != 0) {
        gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be opened: %s", strerror(errno));
        gvc_held__leave(held);
        return GVC_EIO;
    }
    *out = held;
    return GVC_OK;
}

gvc_held *gvc_held__share(gvc_held *held)
{
    atomic_fetch_add(&held->owners, 1);
    return held;
}

void gvc_held__leave(gvc_held *held)
{
    if (!held || atomic_fetch_sub(&held->owners, 1) > 1)
        return;
    if (held->fd >= 0)
        close(held->fd);
    gvc_mem__free(held->path);
    gvc_mem__free(held);
}

int gvc_held__fd(const gvc_held *held)
{
    return held->fd;
}

const char *gvc_held__path(const gvc_held *held)
{
    return held->path;
}

gvc_int gvc_held__bytes(const gvc_held *held)
{
    return held->then.st_size;
}

int gvc_held__has_name(const gvc_held *held)
{
    struct stat now;

    return stat(held->path, &now) == 0 && now.st_ino == held->then.st_ino &&
           now.st_dev == held->then.st_dev;
}

gvc_status gvc_held__recheck(gvc_ctx *ctx, const gvc_held *held)
{
    struct stat now;

    if (fstat(held->fd, &now) == 0 && now.st_size == held->then.st_size &&
        now.st_mtim.tv_sec == held->then.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == held->then.st_mtim.tv_nsec)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EIO, held->path, NULL,
                         "changed while it was being used; run again when nothing writes to it");
}
