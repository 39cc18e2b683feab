#include "import/unpack.h"

#include "base/digest.h"
#include "base/file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reading the parts of a source. */

/* A member of an archive inside an archive keeps that one open. */
typedef struct nested {
    gvc_archive *archive;
    gvc_stream *stream;
} nested;

gvc_origin gvc_source__origin(const gvc_source *source, const gvc_part *part)
{
    if (source->is_folder)
        return (gvc_origin){ gvc_source__file(source, part), NULL };
    return (gvc_origin){ source->path, source->archive ? part->name : NULL };
}

const char *gvc_source__file(const gvc_source *source, const gvc_part *part)
{
    if (source->archive)
        return NULL;
    return source->is_folder ? part->file : source->path;
}

static gvc_status read_nested(gvc_ctx *ctx, void *state, const gvc_origin *origin, void *to,
                              gvc_int room, gvc_int *got)
{
    (void)origin;
    return gvc_stream__read(ctx, ((nested *)state)->stream, to, room, got);
}

static void close_nested(void *state)
{
    nested *n = state;

    gvc_stream__close(n->stream);
    gvc_archive__close(n->archive);
    gvc_mem__free(n);
}

static gvc_status open_nested(gvc_ctx *ctx, gvc_stream **out, const gvc_source *source,
                              const gvc_part *part, const gvc_origin *origin)
{
    static const gvc_stream_kind kind = { read_nested, close_nested };
    nested *n = gvc_mem__calloc(ctx, 1, sizeof *n);
    gvc_status st = n ? gvc_source__inner(ctx, &n->archive, source, part) : GVC_ENOMEM;

    if (st == GVC_OK)
        st = gvc_archive__stream(ctx, &n->stream, n->archive, part->inner, origin);
    if (st == GVC_OK)
        return gvc_stream__new(ctx, out, &kind, n, origin);
    if (n)
        close_nested(n);
    return st;
}

gvc_status gvc_source__stream(gvc_ctx *ctx, gvc_stream **out, const gvc_source *source,
                              const gvc_part *part)
{
    const gvc_origin origin = gvc_source__origin(source, part);

    *out = NULL;
    if (!source->archive)
        return gvc_stream__file(ctx, out, gvc_source__file(source, part), &origin);
    if (part->inner >= 0)
        return open_nested(ctx, out, source, part, &origin);
    return gvc_archive__stream(ctx, out, source->archive, part->entry, &origin);
}

const gvc_part *gvc_source__find(const gvc_source *source, const char *suffix)
{
    const size_t len = strlen(suffix);

    for (gvc_int i = 0; i < source->n; i++) {
        const char *name = source->parts[i].name;
        const size_t n = strlen(name);

        if (n >= len && strcmp(name + n - len, suffix) == 0 &&
            (n == len || name[n - len - 1] == '/'))
            return &source->parts[i];
    }
    return NULL;
}

static gvc_status digest_folder(gvc_ctx *ctx, const gvc_source *source, char *text)
{
    gvc_buf lines = { 0 };
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < source->n; i++) {
        char digest[GVC_SHA256_TEXT];

        st = gvc_file__sha256(ctx, gvc_source__file(source, &source->parts[i]), digest);
        if (st == GVC_OK)
            gvc_buf__printf(ctx, &lines, "%s  %s\n", digest, source->parts[i].name);
    }
    if (st == GVC_OK && lines.failed)
        st = GVC_ENOMEM;
    if (st == GVC_OK)
        gvc_digest__sha256(gvc_buf__text(&lines), lines.len, text);
    gvc_buf__free(&lines);
    return st;
}

gvc_status gvc_source__start_sha256(gvc_ctx *ctx, gvc_source *source)
{
    return source->is_folder || source->digest
               ? GVC_OK
               : gvc_digest__start(ctx, &source->digest, source->path);
}

gvc_status gvc_source__sha256(gvc_ctx *ctx, const gvc_source *source, char text[65])
{
    const char *found = NULL;
    gvc_status st;

    if (source->is_folder)
        return digest_folder(ctx, source, text);
    if (!source->digest)
        return gvc_file__sha256(ctx, source->path, text);
    st = gvc_digest__wait(ctx, source->digest, &found);
    if (st == GVC_OK)
        strcpy(text, found);
    return st;
}

int gvc_text__year(const char *text)
{
    int year = 0;

    for (const char *at = text; *at;) {
        const size_t digits = strspn(at, "0123456789");

        if (digits == 4 && (strncmp(at, "19", 2) == 0 || strncmp(at, "20", 2) == 0))
            year = atoi(at);
        at += digits ? digits : 1;
    }
    return year;
}
