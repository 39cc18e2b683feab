#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct gvc_outfile {
    char *path, *temporary;
    gvc_arena *arena;
};

int gvc_file__exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

int gvc_file__is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

gvc_int gvc_file__size(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? (gvc_int)info.st_size : -1;
}

static gvc_status read_stream(gvc_ctx *ctx, char **out, gvc_int *bytes, FILE *in, const char *path)
{
    const gvc_int size = *bytes;
    char *data = gvc_mem__alloc(ctx, size + 1, 1);
    size_t got;

    if (!data)
        return GVC_ENOMEM;
    got = fread(data, 1, (size_t)size, in);
    if ((gvc_int)got != size || ferror(in)) {
        gvc_mem__free(data);
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "only %zu of %lld bytes could be read", got,
                             (long long)size);
    }
    data[size] = '\0';
    *out = data;
    return GVC_OK;
}

gvc_status gvc_file__read(gvc_ctx *ctx, char **out, gvc_int *bytes, const char *path, gvc_int max)
{
    FILE *in = gvc_file__is_folder(path) ? NULL : fopen(path, "rb");
    struct stat info;
    gvc_status st;

    *out = NULL;
    if (!in)
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be opened: %s",
                             gvc_file__is_folder(path) ? "it is a folder" : strerror(errno));
    if (fstat(fileno(in), &info) != 0 || info.st_size > max) {
        fclose(in);
        return gvc_error__at(ctx, GVC_EDATA, path, NULL, "larger than the %lld bytes allowed here",
                             (long long)max);
    }
    *bytes = (gvc_int)info.st_size;
    st = read_stream(ctx, out, bytes, in, path);
    fclose(in);
    return st;
}

static gvc_status create_temporary(gvc_ctx *ctx, gvc_outfile *file)
{
    mode_t mask = umask(0);
    int fd;

    umask(mask);
    fd = mkstemp(file->temporary);
    if (fd < 0)
        return gvc_error__at(ctx, GVC_EIO, file->path, NULL, "cannot be written: %s",
                             strerror(errno));
    fchmod(fd, 0666 & ~mask);
    close(fd);
    return GVC_OK;
}

gvc_status gvc_outfile__begin(gvc_ctx *ctx, gvc_outfile **out, const char *path, int force)
{
    gvc_outfile *file;
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (gvc_file__is_folder(path))
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "is a folder; name a file");
    if (!force && gvc_file__exists(path))
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "exists; add --force to replace it");
    file = gvc_mem__calloc(ctx, 1, sizeof *file);
    if (!file)
        return GVC_ENOMEM;
    file->arena = gvc_arena__new(ctx);
    if (file->arena) {
        file->path = gvc_arena__strdup(ctx, file->arena, path);
        file->temporary = gvc_arena__format(ctx, file->arena, "%s.tmp-XXXXXX", path);
        if (file->path && file->temporary)
            st = create_temporary(ctx, file);
    }
    if (st != GVC_OK) {
        gvc_arena__free(file->arena);
        gvc_mem__free(file);
        return st;
    }
    *out = file;
    return GVC_OK;
}

const char *gvc_outfile__path(const gvc_outfile *file)
{
    return file->temporary;
}

static void forget(gvc_outfile *file)
{
    gvc_arena__free(file->arena);
    gvc_mem__free(file);
}

/* The data, then the entry in the folder: after a power cut either the old file or the new one is
 * there. */
static int sync_path(const char *path, int flags)
{
    const int fd = open(path, flags);
    int ok;

    if (fd < 0)
        return 0;
    ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

gvc_status gvc_outfile__commit(gvc_ctx *ctx, gvc_outfile *file)
{
    gvc_status st = GVC_OK;

    if (!sync_path(file->temporary, O_RDONLY) || rename(file->temporary, file->path) != 0) {
        st =
            gvc_error__at(ctx, GVC_EIO, file->path, NULL, "cannot be written: %s", strerror(errno));
        unlink(file->temporary);
    } else {
        sync_path(dirname(file->temporary), O_RDONLY | O_DIRECTORY);
    }
    forget(file);
    return st;
}

void gvc_outfile__abort(gvc_outfile *file)
{
    if (!file)
        return;
    unlink(file->temporary);
    forget(file);
}

/* Where the file system has no nameless files, one that loses its name at once. */
static int open_scratch(char *folder, char *name)
{
    int fd = -1;

#ifdef O_TMPFILE
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
    if (fd < 0) {
        fd = mkstemp(name);
        if (fd >= 0)
            unlink(name);
    }
    return fd;
}

gvc_status gvc_file__scratch(gvc_ctx *ctx, int *fd, const char *path)
{
    gvc_arena *arena = gvc_arena__new(ctx);
    char *folder = arena ? gvc_arena__strdup(ctx, arena, path) : NULL;
    char *name = arena ? gvc_arena__format(ctx, arena, "%s.tmp-XXXXXX", path) : NULL;
    gvc_status st = GVC_ENOMEM;

    *fd = -1;
    if (folder && name) {
        *fd = open_scratch(dirname(folder), name);
        st = *fd >= 0 ? GVC_OK
                      : gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be written: %s",
                                      strerror(errno));
    }
    gvc_arena__free(arena);
    return st;
}

const char *gvc_clock__stamp(char text[32])
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end;
    time_t when;
    struct tm utc;

    if (!epoch || !*epoch)
        return NULL;
    when = (time_t)strtoll(epoch, &end, 10);
    if (*end || !gmtime_r(&when, &utc))
        return NULL;
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

double gvc_clock__seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
