#include "import/unpack.h"

#include "base/digest.h"
#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEAD = 4096,
    PARTS = 20000,
    DEPTH = 3,       /* folders inside the folder */
    USER_BLOCK = 512 /* of MATLAB's files; others of HDF5 begin at 0 */
};

static int begins(const gvc_part *part, const char *bytes, gvc_int n)
{
    return part->n_head >= n && memcmp(part->head, bytes, (size_t)n) == 0;
}

/* A workbook begins with one of the members that only workbooks have. */
static gvc_kind kind_of_zip(const gvc_part *part)
{
    static const char *const firsts[] = { "[Content_Types].xml", "_rels/", "xl/", "docProps/" };
    const char *name = part->head + 30;

    for (size_t i = 0; part->n_head > 64 && i < sizeof firsts / sizeof *firsts; i++)
        if (strncmp(name, firsts[i], strlen(firsts[i])) == 0)
            return GVC_KIND_XLSX;
    return GVC_KIND_ZIP;
}

static gvc_kind kind_of(const gvc_part *part)
{
    static const struct {
        const char *bytes;
        gvc_int n;
        gvc_kind kind;
    } marks[] = {
        { "\x89HDF\r\n\x1a\n", 8, GVC_KIND_HDF5 },
        { "MATLAB 7.3 MAT-file", 19, GVC_KIND_HDF5 },
        { "<stata_dta>", 11, GVC_KIND_DTA },
        { "\x72\x02\x01", 3, GVC_KIND_DTA },
        { "\x73\x02\x01", 3, GVC_KIND_DTA },
        { "\x1f\x8b", 2, GVC_KIND_GZIP },
        { "\xfd"
          "7zXZ",
          5, GVC_KIND_GZIP },
        { "RDX", 3, GVC_KIND_GZIP },
        { "PAR1", 4, GVC_KIND_PARQUET },
        { "\x80\x03", 2, GVC_KIND_PICKLE },
        { "\x80\x04", 2, GVC_KIND_PICKLE },
        { "\x80\x05", 2, GVC_KIND_PICKLE },
        { "\xd0\xcf\x11\xe0", 4, GVC_KIND_XLS },
        { "\xff\xfe", 2, GVC_KIND_UTF16 },
        { "\xfe\xff", 2, GVC_KIND_UTF16 },
    };

    if (part->n_head == 0)
        return GVC_KIND_EMPTY;
    if (begins(part, "PK\3\4", 4))
        return kind_of_zip(part);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (begins(part, marks[i].bytes, marks[i].n))
            return marks[i].kind;
    if (part->n_head >= USER_BLOCK + 8 &&
        memcmp(part->head + USER_BLOCK, "\x89HDF\r\n\x1a\n", 8) == 0)
        return GVC_KIND_HDF5;
    return isprint((unsigned char)*part->head) || isspace((unsigned char)*part->head) ||
                   (unsigned char)*part->head >= 0x80
               ? GVC_KIND_TEXT
               : GVC_KIND_OTHER;
}

static gvc_status add_part(gvc_ctx *ctx, gvc_source *s, const char *name, gvc_part **out)
{
    if (s->n == PARTS)
        return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                             "more than %d files; a source holds fewer", PARTS);
    if (s->n == s->room) {
        const gvc_int room = s->room ? 2 * s->room : 16;
        gvc_part *parts = gvc_mem__realloc(ctx, s->parts, room, sizeof *parts);

        if (!parts)
            return GVC_ENOMEM;
        s->parts = parts;
        s->room = room;
    }
    *out = &s->parts[s->n];
    **out = (gvc_part){ .entry = -1, .inner = -1, .head = "" };
    (*out)->name = gvc_arena__strdup(ctx, s->arena, name);
    if (!(*out)->name)
        return GVC_ENOMEM;
    s->n++;
    return GVC_OK;
}

static gvc_status read_head(gvc_ctx *ctx, gvc_source *s, gvc_part *part, gvc_stream *stream)
{
    char head[HEAD];
    gvc_status st = gvc_stream__read(ctx, stream, head, HEAD, &part->n_head);

    if (st != GVC_OK)
        return st;
    part->head = gvc_arena__copy(ctx, s->arena, head, part->n_head);
    if (!part->head)
        return GVC_ENOMEM;
    part->kind = kind_of(part);
    return GVC_OK;
}

/* The head of part i. The stream is closed before the list of parts may move. */
static gvc_status look_at(gvc_ctx *ctx, gvc_source *s, gvc_int i)
{
    gvc_stream *stream;
    gvc_status st = gvc_source__stream(ctx, &stream, s, &s->parts[i]);

    if (st == GVC_OK)
        st = read_head(ctx, s, &s->parts[i], stream);
    gvc_stream__close(stream);
    return st;
}

static int is_folder_name(const char *name)
{
    return name[strlen(name) - 1] == '/';
}

/* Replace the archive at part i by its members. */
static gvc_status expand(gvc_ctx *ctx, gvc_source *s, gvc_int i)
{
    const gvc_part outer = s->parts[i];
    gvc_archive *inner;
    gvc_status st = gvc_source__inner(ctx, &inner, s, &outer);

    for (gvc_int k = 0; st == GVC_OK && k < gvc_archive__n(inner); k++) {
        const char *name = gvc_archive__name(inner, k);
        const gvc_origin origin = { s->path, outer.name };
        gvc_stream *stream = NULL;
        gvc_part *part;
        char both[2200];

        if (is_folder_name(name))
            continue;
        snprintf(both, sizeof both, "%s/%s", outer.name, name);
        st = add_part(ctx, s, both, &part);
        if (st != GVC_OK)
            break;
        part->entry = outer.entry;
        part->inner = k;
        part->bytes = gvc_archive__bytes(inner, k);
        st = gvc_archive__stream(ctx, &stream, inner, k, &origin);
        if (st == GVC_OK)
            st = read_head(ctx, s, part, stream);
        gvc_stream__close(stream);
        if (st == GVC_OK && part->kind == GVC_KIND_ZIP)
            part->kind = GVC_KIND_OTHER;
    }
    gvc_archive__close(inner);
    return st;
}

static gvc_status list_archive(gvc_ctx *ctx, gvc_source *s)
{
    gvc_status st = GVC_OK;
    gvc_int own;

    for (gvc_int k = 0; st == GVC_OK && k < gvc_archive__n(s->archive); k++) {
        const char *name = gvc_archive__name(s->archive, k);
        gvc_part *part;

        if (is_folder_name(name))
            continue;
        st = add_part(ctx, s, name, &part);
        if (st != GVC_OK)
            break;
        part->entry = k;
        part->bytes = gvc_archive__bytes(s->archive, k);
        st = look_at(ctx, s, s->n - 1);
    }
    own = s->n;
    for (gvc_int i = 0; st == GVC_OK && i < own; i++)
        if (s->parts[i].kind == GVC_KIND_ZIP)
            st = expand(ctx, s, i);
    return st;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const gvc_part *)a)->name, ((const gvc_part *)b)->name);
}

static gvc_status list_folder(gvc_ctx *ctx, gvc_source *s, const char *below, int depth)
{
    char *path = gvc_arena__format(ctx, s->arena, "%s%s%s", s->path, *below ? "/" : "", below);
    DIR *folder = path ? opendir(path) : NULL;
    gvc_status st = GVC_OK;

    if (!path)
        return GVC_ENOMEM;
    if (!folder)
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be opened: %s", strerror(errno));
    for (struct dirent *e; st == GVC_OK && (e = readdir(folder));) {
        char *name, *full;
        gvc_part *part;

        if (e->d_name[0] == '.')
            continue;
        name = gvc_arena__format(ctx, s->arena, "%s%s%s", below, *below ? "/" : "", e->d_name);
        full = name ? gvc_arena__format(ctx, s->arena, "%s/%s", s->path, name) : NULL;
        if (!full)
            st = GVC_ENOMEM;
        else if (gvc_file__is_folder(full))
            st = depth > 0 ? list_folder(ctx, s, name, depth - 1) : GVC_OK;
        else if ((st = add_part(ctx, s, name, &part)) == GVC_OK)
            part->file = full;
    }
    closedir(folder);
    return st;
}

static gvc_status open_folder(gvc_ctx *ctx, gvc_source *s)
{
    gvc_status st = list_folder(ctx, s, "", DEPTH);

    s->is_folder = 1;
    if (st == GVC_OK && s->n > 0)
        qsort(s->parts, (size_t)s->n, sizeof *s->parts, by_name);
    for (gvc_int i = 0; st == GVC_OK && i < s->n; i++) {
        s->parts[i].bytes = gvc_file__size(gvc_source__file(s, &s->parts[i]));
        st = look_at(ctx, s, i);
    }
    return st;
}

static gvc_status open_file(gvc_ctx *ctx, gvc_source *s)
{
    const char *slash = strrchr(s->path, '/');
    gvc_part *part;
    gvc_status st = add_part(ctx, s, slash ? slash + 1 : s->path, &part);

    if (st != GVC_OK)
        return st;
    part->bytes = gvc_file__size(s->path);
    st = look_at(ctx, s, 0);
    if (st != GVC_OK || s->parts[0].kind != GVC_KIND_ZIP)
        return st;
    st = gvc_archive__open(ctx, &s->archive, s->path);
    s->n = 0;
    return st == GVC_OK ? list_archive(ctx, s) : st;
}

gvc_status gvc_source__open(gvc_ctx *ctx, gvc_source **out, const char *path, const char *scratch)
{
    gvc_source *s = gvc_mem__calloc(ctx, 1, sizeof *s);
    size_t len = strlen(path);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (s)
        s->arena = gvc_arena__new(ctx);
    if (s && s->arena && gvc_unpacked__new(ctx, &s->unpacked, scratch) == GVC_OK)
        s->path = gvc_arena__copy(ctx, s->arena, path, (gvc_int)len);
    if (s && s->path) {
        if (!gvc_file__exists(s->path))
            st = gvc_error__at(ctx, GVC_EIO, s->path, NULL, "no such file");
        else
            st = gvc_file__is_folder(s->path) ? open_folder(ctx, s) : open_file(ctx, s);
    }
    if (st != GVC_OK) {
        gvc_source__close(s);
        return st;
    }
    *out = s;
    return GVC_OK;
}

void gvc_source__close(gvc_source *s)
{
    if (!s)
        return;
    gvc_digest__free(s->digest);
    gvc_unpacked__free(s->unpacked);
    gvc_archive__close(s->archive);
    gvc_mem__free(s->parts);
    gvc_arena__free(s->arena);
    gvc_mem__free(s);
}
