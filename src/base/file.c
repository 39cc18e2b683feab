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

/* Bytes that are worth sending on their way to the disk. */
enum { HURRY = 16 << 20 };

/* Without a name until it is whole, where the file system can; else under a temporary name. */
struct gvc_outfile {
    char *path, *temporary, *open;
    int fd; /* of the nameless file; -1: there is a temporary name */
    gvc_arena *arena;
    off_t hurried; /* bytes that are on their way to the disk */
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

/* A file that no folder lists, so that nobody can leave it behind. */
static int open_nameless(char *folder)
{
#ifdef O_TMPFILE
    return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#else
    (void)folder;
    return -1;
#endif
}

/* Leaves `fd` at -1 where the file system knows no such files. */
static gvc_status create_nameless(gvc_ctx *ctx, gvc_outfile *file)
{
    char *folder = gvc_arena__strdup(ctx, file->arena, file->path);

    if (!folder)
        return GVC_ENOMEM;
    file->fd = open_nameless(dirname(folder));
    if (file->fd < 0)
        return GVC_OK;
    file->open = gvc_arena__format(ctx, file->arena, "/proc/self/fd/%d", file->fd);
    if (file->open && gvc_file__exists(file->open))
        return GVC_OK;
    close(file->fd);
    file->fd = -1;
    return file->open ? GVC_OK : GVC_ENOMEM;
}

static gvc_status create_temporary(gvc_ctx *ctx, gvc_outfile *file)
{
    const mode_t mask = umask(0);
    gvc_status st = create_nameless(ctx, file);
    const int fd = st == GVC_OK && file->fd < 0 ? mkstemp(file->temporary) : file->fd;

    umask(mask);
    if (st == GVC_OK && fd < 0)
        st = gvc_error__at(ctx, GVC_EIO, file->path, NULL, "cannot be written: %s",
                           errno == ENOENT ? "its folder does not exist" : strerror(errno));
    if (st != GVC_OK)
        return st;
    fchmod(fd, 0666 & ~mask);
    if (fd != file->fd) {
        file->open = file->temporary;
        close(fd);
    }
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
    file->fd = -1;
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
    return file->open;
}

static void forget(gvc_outfile *file)
{
    if (file->fd >= 0)
        close(file->fd);
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

/* The whole file gets its final name at once where nothing has it, a temporary one where something
 * must be replaced: that takes two steps. */
static int name_file(gvc_outfile *file)
{
    int failed = linkat(AT_FDCWD, file->open, AT_FDCWD, file->path, AT_SYMLINK_FOLLOW);

    if (failed == 0 || errno != EEXIST)
        return failed == 0;
    for (unsigned k = 0; failed && k < 1000; k++) {
        const unsigned number = ((unsigned)getpid() + k) % 1000000u;

        snprintf(strrchr(file->temporary, '-'), sizeof "-XXXXXX", "-%06u", number);
        failed = linkat(AT_FDCWD, file->open, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW);
        if (failed && errno != EEXIST)
            return 0;
    }
    return !failed && rename(file->temporary, file->path) == 0;
}

void gvc_outfile__hurry(gvc_outfile *file)
{
#ifdef SYNC_FILE_RANGE_WRITE
    struct stat info;

    if (file->fd < 0 || fstat(file->fd, &info) != 0 || info.st_size - file->hurried < HURRY)
        return;
    sync_file_range(file->fd, file->hurried, 0, SYNC_FILE_RANGE_WRITE);
    file->hurried = info.st_size;
#else
    (void)file;
#endif
}

gvc_status gvc_outfile__commit(gvc_ctx *ctx, gvc_outfile *file)
{
    gvc_status st = GVC_OK;
    const int whole = file->fd >= 0 ? fsync(file->fd) == 0 && name_file(file)
                                    : sync_path(file->temporary, O_RDONLY) &&
                                          rename(file->temporary, file->path) == 0;

    if (!whole) {
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
    if (file->fd < 0)
        unlink(file->temporary);
    forget(file);
}

/* Where the file system has no nameless files, one that loses its name at once. */
static int open_scratch(char *folder, char *name)
{
    int fd = open_nameless(folder);

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
