#include "import/archive.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zip.h>

enum { MEMBERS = 20000, NAME = 1024, SWELL = 8 };

struct gvc_archive {
    zip_t *zip;
    gvc_origin origin;
    int fd; /* of a nameless file; -1: none */
    gvc_int n, owners;
};

/* A member being read. */
typedef struct member {
    zip_file_t *file;
    gvc_int declared, read;
} member;

/* A name that a careless program would write outside its folder; ours are only shown, but nobody
 * honest makes such an archive. */
static int leads_out(const char *name)
{
    const char *at = name;

    if (*name == '/' || *name == '\\' || (name[0] && name[1] == ':'))
        return 1;
    while (at) {
        if (at[0] == '.' && at[1] == '.' && (at[2] == '/' || at[2] == '\\' || !at[2]))
            return 1;
        at = strpbrk(at, "/\\");
        at = at ? at + 1 : NULL;
    }
    return 0;
}

static gvc_status check_members(gvc_ctx *ctx, const gvc_archive *a)
{
    const gvc_int found = zip_get_num_entries(a->zip, 0);

    if (found > MEMBERS)
        return gvc_origin__refuse(ctx, &a->origin, NULL, "%lld members found, at most %d expected",
                                  (long long)found, MEMBERS);
    for (gvc_int i = 0; i < found; i++) {
        const char *name = zip_get_name(a->zip, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);
        const gvc_int len = name ? (gvc_int)strlen(name) : 0;

        if (len == 0 || len > NAME || !gvc_text__is_utf8(name, len))
            return gvc_origin__refuse(ctx, &a->origin, NULL, "member %lld has no readable name",
                                      (long long)i + 1);
        if (leads_out(name))
            return gvc_origin__refuse(ctx, &a->origin, NULL,
                                      "the member \"%s\" leads out of the archive: this archive is "
                                      "damaged or hostile; get it from its publisher",
                                      name);
    }
    return GVC_OK;
}

static gvc_status refuse_archive(gvc_ctx *ctx, const gvc_origin *origin, zip_error_t *error)
{
    return gvc_origin__refuse(ctx, origin, NULL,
                              "a zip archive that cannot be opened (%s); it is cut short or "
                              "damaged: get it again",
                              zip_error_strerror(error));
}

static gvc_status finish(gvc_ctx *ctx, gvc_archive **out, gvc_archive *a)
{
    gvc_status st = check_members(ctx, a);

    if (st != GVC_OK) {
        gvc_archive__close(a);
        return st;
    }
    a->n = zip_get_num_entries(a->zip, 0);
    *out = a;
    return GVC_OK;
}

/* Open the file `path`; messages call it by `a->origin`. Closes the archive on failure. */
static gvc_status open_file(gvc_ctx *ctx, gvc_archive **out, gvc_archive *a, const char *path)
{
    zip_error_t error;
    int code = 0;
    gvc_status st;

    a->owners = 1;
    a->zip = zip_open(path, ZIP_RDONLY, &code);
    if (a->zip)
        return finish(ctx, out, a);
    zip_error_init_with_code(&error, code);
    st = refuse_archive(ctx, &a->origin, &error);
    zip_error_fini(&error);
    gvc_archive__close(a);
    return st;
}

gvc_status gvc_archive__open(gvc_ctx *ctx, gvc_archive **out, const char *path)
{
    gvc_archive *a = gvc_mem__calloc(ctx, 1, sizeof *a);

    *out = NULL;
    if (!a)
        return GVC_ENOMEM;
    a->origin = (gvc_origin){ path, NULL };
    a->fd = -1;
    return open_file(ctx, out, a, path);
}

gvc_status gvc_archive__scratch(gvc_ctx *ctx, gvc_archive **out, int fd, const gvc_origin *origin)
{
    gvc_archive *a = gvc_mem__calloc(ctx, 1, sizeof *a);
    char path[32];

    *out = NULL;
    if (!a) {
        close(fd);
        return GVC_ENOMEM;
    }
    a->origin = *origin;
    a->fd = fd;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open_file(ctx, out, a, path);
}

gvc_archive *gvc_archive__share(gvc_archive *archive)
{
    archive->owners++;
    return archive;
}

const gvc_origin *gvc_archive__origin(const gvc_archive *archive)
{
    return &archive->origin;
}

gvc_int gvc_archive__n(const gvc_archive *archive)
{
    return archive->n;
}

const char *gvc_archive__name(const gvc_archive *archive, gvc_int i)
{
    return zip_get_name(archive->zip, (zip_uint64_t)i, ZIP_FL_ENC_GUESS);
}

gvc_int gvc_archive__bytes(const gvc_archive *archive, gvc_int i)
{
    zip_stat_t info;

    if (zip_stat_index(archive->zip, (zip_uint64_t)i, 0, &info) != 0 ||
        !(info.valid & ZIP_STAT_SIZE) || info.size > INT64_MAX / 2)
        return 0;
    return (gvc_int)info.size;
}

gvc_int gvc_archive__packed(const gvc_archive *archive, gvc_int i)
{
    zip_stat_t info;

    if (zip_stat_index(archive->zip, (zip_uint64_t)i, 0, &info) != 0 ||
        !(info.valid & ZIP_STAT_COMP_SIZE) || info.comp_size > INT64_MAX / 2)
        return 0;
    return (gvc_int)info.comp_size;
}

gvc_int gvc_archive__find(const gvc_archive *archive, const char *name)
{
    for (gvc_int i = 0; i < archive->n; i++)
        if (strcasecmp(gvc_archive__name(archive, i), name) == 0)
            return i;
    return -1;
}

static gvc_status read_member(gvc_ctx *ctx, void *state, const gvc_origin *origin, void *to,
                              gvc_int room, gvc_int *got)
{
    member *m = state;
    const gvc_int count = zip_fread(m->file, to, (zip_uint64_t)room);

    *got = count;
    if (count < 0)
        return gvc_origin__refuse(ctx, origin, NULL,
                                  "cannot be unpacked after %lld bytes (%s); the archive is "
                                  "damaged: get it again",
                                  (long long)m->read, zip_file_strerror(m->file));
    m->read += count;
    if (m->read > SWELL * m->declared && m->read > m->declared)
        return gvc_origin__refuse(ctx, origin, NULL,
                                  "declares %lld bytes but holds more than %lld; the archive is "
                                  "damaged or hostile",
                                  (long long)m->declared, (long long)m->read);
    if (count == 0 && m->read != m->declared)
        return gvc_origin__refuse(ctx, origin, NULL,
                                  "declares %lld bytes but holds %lld; the archive is damaged: "
                                  "get it again",
                                  (long long)m->declared, (long long)m->read);
    return GVC_OK;
}

static void close_member(void *state)
{
    member *m = state;

    zip_fclose(m->file);
    gvc_mem__free(m);
}

gvc_status gvc_archive__stream(gvc_ctx *ctx, gvc_stream **out, gvc_archive *archive, gvc_int i,
                               const gvc_origin *origin)
{
    static const gvc_stream_kind kind = { read_member, close_member };
    member *m = gvc_mem__calloc(ctx, 1, sizeof *m);

    *out = NULL;
    if (!m)
        return GVC_ENOMEM;
    m->declared = gvc_archive__bytes(archive, i);
    m->file = zip_fopen_index(archive->zip, (zip_uint64_t)i, 0);
    if (m->file)
        return gvc_stream__new(ctx, out, &kind, m, origin);
    gvc_mem__free(m);
    return gvc_origin__refuse(ctx, origin, NULL, "cannot be unpacked: %s",
                              zip_strerror(archive->zip));
}

void gvc_archive__close(gvc_archive *archive)
{
    if (!archive || --archive->owners > 0)
        return;
    if (archive->zip)
        zip_discard(archive->zip);
    if (archive->fd >= 0)
        close(archive->fd);
    gvc_mem__free(archive);
}
