#include <gvc/write.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "write/behind.h"
#include "write/codebook_file.h"
#include "write/format.h"
#include "write/meta.h"
#include "write/stream.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every format is one row. */
static const gvc_format *const formats[] = {
    &gvc_format__csv,  &gvc_format__dta, &gvc_format__h5,
    &gvc_format__json, &gvc_format__txt, &gvc_format__xlsx,
};

enum { N_FORMATS = sizeof formats / sizeof formats[0] };

struct gvc_writer {
    gvc_arena *arena;
    const char *path, *side_path; /* NULL: no side file */
    gvc_write_opts opts;
    const gvc_format *format;
    void *state;
    gvc_meta *meta;
    gvc_gather *gather;      /* NULL: nothing is kept until the end */
    gvc_codebook_file *book; /* the codebook wanted, or NULL */
    gvc_behind *behind;      /* NULL: frames are written at once */
    gvc_int n_frames;
    gvc_status failed; /* of an earlier call; a writer that failed once stays so */
};

const char *gvc_write_formats(void)
{
    return "csv,dta,h5,json,txt,xlsx";
}

static const gvc_format *find_format(const char *name)
{
    for (int i = 0; i < N_FORMATS; i++)
        if (strcasecmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

static const char *suffix_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash + 1 : path, '.');

    return dot && dot[1] ? dot + 1 : NULL;
}

static gvc_status choose_format(gvc_ctx *ctx, gvc_writer *writer)
{
    const int is_direct = gvc_stream__is_direct(writer->path);
    const char *name = writer->opts.format;

    if (!name)
        name = suffix_of(writer->path);
    if (!name || (is_direct && !find_format(name) && !writer->opts.format))
        name = is_direct ? "csv" : "";
    writer->format = find_format(name);
    if (!writer->format && !*name)
        return gvc_error__at(ctx, GVC_EUSAGE, writer->path, NULL,
                             "the name has no suffix to tell the format; add one, or --format with "
                             "one of %s",
                             gvc_write_formats());
    if (!writer->format)
        return gvc_error__at(ctx, GVC_EUSAGE, writer->path, NULL,
                             "%s is not a format that can be written; there are %s", name,
                             gvc_write_formats());
    if (is_direct && !writer->format->to_stdout)
        return gvc_error__at(ctx, GVC_EUSAGE, writer->path, NULL,
                             "%s cannot be written to standard output, a pipe or a device; name a "
                             "file with -o",
                             writer->format->name);
    return GVC_OK;
}

/* The side file stands beside a file only. */
static gvc_status plan_side_file(gvc_ctx *ctx, gvc_writer *writer)
{
    if (!writer->opts.provenance || !writer->format->has_side_file ||
        gvc_stream__is_direct(writer->path))
        return GVC_OK;
    writer->side_path = gvc_arena__format(ctx, writer->arena, "%s.meta.json", writer->path);
    if (!writer->side_path)
        return GVC_ENOMEM;
    return gvc_meta__new(ctx, &writer->meta, writer->opts.layout);
}

/* A codebook counts every value, so whoever wants one keeps the frames until the end. */
static gvc_status plan_gathering(gvc_ctx *ctx, gvc_writer *writer)
{
    const gvc_gathers gathers = writer->format->gathers;
    const char *path = writer->path, *folder = getenv("TMPDIR");
    gvc_status st = GVC_OK;

    if (writer->opts.codebook)
        st = gvc_codebook_file__open(ctx, &writer->book, writer->opts.codebook, writer->opts.force);
    if (st != GVC_OK)
        return st;
    if (!writer->book &&
        (gathers == GVC_GATHERS_NOTHING || (gathers == GVC_GATHERS_PANEL && !writer->opts.panel)))
        return GVC_OK;
    if (gvc_stream__is_direct(path))
        path = gvc_arena__format(ctx, writer->arena, "%s/gvc", folder ? folder : "/tmp");
    if (!path)
        return GVC_ENOMEM;
    return gvc_gather__new(ctx, &writer->gather, path, writer->opts.layout,
                           gathers == GVC_GATHERS_LEVELS || gathers == GVC_GATHERS_PANEL);
}

static gvc_status keep_options(gvc_ctx *ctx, gvc_writer *writer, const char *path,
                               const gvc_write_opts *opts)
{
    writer->arena = gvc_arena__new(ctx);
    if (!writer->arena)
        return GVC_ENOMEM;
    if (opts)
        writer->opts = *opts;
    writer->path = gvc_arena__strdup(ctx, writer->arena, path);
    writer->opts.format = gvc_arena__strdup(ctx, writer->arena, writer->opts.format);
    writer->opts.panel = gvc_arena__strdup(ctx, writer->arena, writer->opts.panel);
    writer->opts.codebook = gvc_arena__strdup(ctx, writer->arena, writer->opts.codebook);
    if (!writer->path ||
        (opts && ((opts->format && !writer->opts.format) || (opts->panel && !writer->opts.panel) ||
                  (opts->codebook && !writer->opts.codebook))))
        return GVC_ENOMEM;
    return GVC_OK;
}

static gvc_status write_frame(gvc_ctx *ctx, const gvc_frame *frame, void *user)
{
    const gvc_writer *writer = user;

    return writer->format->add(ctx, writer->state, frame);
}

/* Whoever asks for one thread gets one, and formats that keep all cores busy need none beside. */
static void plan_behind(gvc_ctx *ctx, gvc_writer *writer)
{
    if (writer->opts.behind > 0 && writer->format->is_serial && !writer->gather && !writer->meta &&
        gvc_ctx_threads(ctx) > 1)
        writer->behind = gvc_behind__new(ctx, write_frame, writer, writer->opts.behind);
}

gvc_status gvc_writer_open(gvc_ctx *ctx, gvc_writer **out, const char *path,
                           const gvc_write_opts *opts)
{
    gvc_writer *writer = gvc_mem__calloc(ctx, 1, sizeof *writer);
    gvc_status st;

    *out = NULL;
    if (!writer)
        return GVC_ENOMEM;
    st = keep_options(ctx, writer, path, opts);
    if (st == GVC_OK)
        st = choose_format(ctx, writer);
    if (st == GVC_OK)
        st = plan_side_file(ctx, writer);
    if (st == GVC_OK)
        st = plan_gathering(ctx, writer);
    if (st == GVC_OK)
        st = writer->format->begin(ctx, &writer->state, writer->path, &writer->opts);
    if (st != GVC_OK) {
        gvc_writer_abort(writer);
        return st;
    }
    plan_behind(ctx, writer);
    *out = writer;
    return GVC_OK;
}

/* What a format did with a frame, and the frame noted for the side file. */
static gvc_status note(gvc_ctx *ctx, gvc_writer *writer, const gvc_frame *frame, gvc_status st)
{
    writer->failed = st;
    if (st == GVC_OK && writer->gather)
        writer->failed = gvc_gather__add(ctx, writer->gather, frame);
    if (writer->failed == GVC_OK && writer->meta)
        writer->failed = gvc_meta__add(ctx, writer->meta, frame);
    writer->n_frames++;
    return writer->failed;
}

/* What is added at once comes after all that has been given. */
static gvc_status catch_up(gvc_ctx *ctx, gvc_writer *writer)
{
    if (writer->failed == GVC_OK && writer->behind) {
        writer->failed = gvc_behind__finish(ctx, writer->behind);
        writer->behind = NULL;
        if (writer->failed == GVC_OK)
            plan_behind(ctx, writer);
    }
    return writer->failed;
}

gvc_status gvc_writer_give(gvc_ctx *ctx, gvc_writer *writer, gvc_frame *frame)
{
    gvc_status st = writer->failed;

    if (st == GVC_OK && writer->behind) {
        writer->failed = gvc_behind__give(ctx, writer->behind, frame);
        writer->n_frames++;
        return writer->failed;
    }
    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, frame);
    gvc_frame_free(frame);
    return st;
}

gvc_status gvc_writer_add(gvc_ctx *ctx, gvc_writer *writer, const gvc_frame *frame)
{
    if (catch_up(ctx, writer) != GVC_OK)
        return writer->failed;
    return note(ctx, writer, frame,
                writer->format->add ? writer->format->add(ctx, writer->state, frame) : GVC_OK);
}

int gvc_writer_takes_parts(const gvc_writer *writer)
{
    return writer->format->add_part != NULL && !writer->gather;
}

gvc_status gvc_writer_add_part(gvc_ctx *ctx, gvc_writer *writer, const gvc_frame *part,
                               gvc_int first, gvc_int rows)
{
    if (first == 0 && gvc_frame_rows(part) == rows)
        return gvc_writer_add(ctx, writer, part);
    if (catch_up(ctx, writer) != GVC_OK)
        return writer->failed;
    if (!gvc_writer_takes_parts(writer))
        return gvc_error__at(ctx, GVC_EUSAGE, writer->path, NULL,
                             "%s needs a result whole and cannot take it in parts",
                             writer->format->name);
    return note(ctx, writer, part, writer->format->add_part(ctx, writer->state, part, first, rows));
}

static const char *name_of(const gvc_writer *writer)
{
    const char *slash = strrchr(writer->path, '/');

    return slash ? slash + 1 : writer->path;
}

static gvc_status write_side_file(gvc_ctx *ctx, const gvc_writer *writer)
{
    gvc_stream *side = NULL;
    char *text = NULL;
    gvc_status st =
        gvc_meta__text(ctx, &text, writer->meta, name_of(writer), writer->opts.provenance);

    if (st == GVC_OK)
        st = gvc_stream__open(ctx, &side, writer->side_path, 1);
    if (st == GVC_OK)
        st = gvc_stream__write(ctx, side, text, (gvc_int)strlen(text));
    gvc_mem__free(text);
    if (st != GVC_OK) {
        gvc_stream__abort(side);
        return st;
    }
    return gvc_stream__commit(ctx, side);
}

/*
 * The side file comes first: data never stand without it. It goes again when the data fail and
 * no older data are left for it to describe. The codebook is written before the data and takes its
 * name after them.
 */
static gvc_status commit(gvc_ctx *ctx, gvc_writer *writer)
{
    gvc_status st = GVC_OK;

    if (writer->gather)
        st = gvc_gather__finish(ctx, writer->gather, writer->opts.provenance);
    if (st == GVC_OK && writer->book)
        st = gvc_codebook_file__write(ctx, writer->book, writer->gather, name_of(writer));
    if (st == GVC_OK && writer->side_path)
        st = write_side_file(ctx, writer);
    if (st != GVC_OK)
        return st;
    st = writer->format->commit(ctx, writer->state, writer->gather);
    writer->state = NULL;
    if (st != GVC_OK && writer->side_path && !gvc_file__exists(writer->path))
        unlink(writer->side_path);
    if (st == GVC_OK && writer->book) {
        st = gvc_codebook_file__commit(ctx, writer->book);
        writer->book = NULL;
    }
    return st;
}

gvc_status gvc_writer_close(gvc_ctx *ctx, gvc_writer *writer)
{
    gvc_status st = writer->failed;

    if (st == GVC_OK && writer->behind) {
        st = gvc_behind__finish(ctx, writer->behind);
        writer->behind = NULL;
    }
    if (st == GVC_OK && writer->n_frames == 0)
        st = gvc_error__at(ctx, GVC_EUSAGE, writer->path, NULL, "there is nothing to write");
    if (st == GVC_OK)
        st = commit(ctx, writer);
    gvc_writer_abort(writer);
    return st;
}

void gvc_writer_abort(gvc_writer *writer)
{
    if (!writer)
        return;
    gvc_behind__drop(writer->behind);
    if (writer->state)
        writer->format->drop(writer->state);
    gvc_codebook_file__abort(writer->book);
    gvc_gather__free(writer->gather);
    gvc_meta__free(writer->meta);
    gvc_arena__free(writer->arena);
    gvc_mem__free(writer);
}
