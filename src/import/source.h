#ifndef IMPORT_SOURCE_H
#define IMPORT_SOURCE_H

#include "base/text.h"
#include "import/archive.h"

/*
 * A source is a set of parts, whatever holds them: a plain file has one, an archive its members
 * (those of an archive inside it too, one level deep), a folder its files.
 */

typedef enum gvc_kind {
    GVC_KIND_TEXT, /* in the encoding of our files, as far as the head shows */
    GVC_KIND_UTF16,
    GVC_KIND_XLSX,
    GVC_KIND_ZIP, /* inside another archive */
    GVC_KIND_XLS,
    GVC_KIND_HDF5, /* behind a user block as well: MATLAB 7.3 */
    GVC_KIND_DTA,
    GVC_KIND_GZIP,
    GVC_KIND_PICKLE,
    GVC_KIND_PARQUET,
    GVC_KIND_EMPTY,
    GVC_KIND_OTHER,
} gvc_kind;

typedef struct gvc_part {
    const char *name; /* inside the source: "2018_SML.csv"; of a plain file its own */
    const char *file; /* its path, in a folder */
    gvc_kind kind;
    const char *head; /* the first bytes, zero-terminated */
    gvc_int n_head;
    gvc_int bytes;        /* as declared */
    gvc_int entry, inner; /* member of the archive, and of the archive inside it (or -1) */
} gvc_part;

typedef struct gvc_source {
    const char *path;
    int is_folder;
    gvc_archive *archive; /* NULL for folders and plain files */
    gvc_part *parts;
    gvc_int n, room;
    struct gvc_unpacked *unpacked;
    struct gvc_digest *digest; /* of the file, while its parts are read; NULL: not asked for yet */
    gvc_arena *arena;
} gvc_source;

/** Look at what `path` is; parts that are unpacked for a while are in the folder of `scratch`
 *  (borrowed; NULL: the system's). GVC_EIO, or GVC_EDATA for a damaged archive. */
gvc_status gvc_source__open(gvc_ctx *ctx, gvc_source **out, const char *path, const char *scratch);
void gvc_source__close(gvc_source *source);

/** How messages name a part. */
gvc_origin gvc_source__origin(const gvc_source *source, const gvc_part *part);
gvc_status gvc_source__stream(gvc_ctx *ctx, gvc_stream **out, const gvc_source *source,
                              const gvc_part *part);
/** The part as an archive (a workbook): from its own file, or unpacked from its archive. */
gvc_status gvc_source__archive(gvc_ctx *ctx, gvc_archive **out, const gvc_source *source,
                               const gvc_part *part);
/** The path of the part on disk; NULL where it is packed in an archive. */
const char *gvc_source__file(const gvc_source *source, const gvc_part *part);
/** The same, where the part is packed of a nameless copy that is good until the next call. */
gvc_status gvc_source__path(gvc_ctx *ctx, const char **out, const gvc_source *source,
                            const gvc_part *part);
/** First part whose name ends in `suffix` behind a slash or as a whole; NULL where none does. */
const gvc_part *gvc_source__find(const gvc_source *source, const char *suffix);
/** Begin with the SHA-256 of a file that will be asked for soon. */
gvc_status gvc_source__start_sha256(gvc_ctx *ctx, gvc_source *source);
/** SHA-256 of the file, or of the lines that sha256sum prints for the folder's files by name. */
gvc_status gvc_source__sha256(gvc_ctx *ctx, const gvc_source *source, char text[65]);

/** Where the last calendar year (1900 to 2099, not part of a longer number) in `text` stands; 0
 *  where there is none. */
int gvc_text__year(const char *text);

#endif
