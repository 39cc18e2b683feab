#ifndef IMPORT_ARCHIVE_H
#define IMPORT_ARCHIVE_H

#include "import/stream.h"

/**
 * A zip archive. Members are streamed, never written under their names; nothing that it says about
 * sizes is believed: a member that holds more or less than it declares, or does not fit its
 * checksum, is GVC_EDATA when it is read to its end.
 */
typedef struct gvc_archive gvc_archive;

/** Open the file `path` (borrowed). GVC_EDATA for a damaged one, and where the name of a member
 *  leads out of the archive. */
gvc_status gvc_archive__open(gvc_ctx *ctx, gvc_archive **out, const char *path);
/** The same from the nameless file `fd`, which the archive closes in the end, on failure too;
 *  strings are borrowed. */
gvc_status gvc_archive__scratch(gvc_ctx *ctx, gvc_archive **out, int fd, const gvc_origin *origin);
/** One more owner, who closes it too. */
gvc_archive *gvc_archive__share(gvc_archive *archive);
const gvc_origin *gvc_archive__origin(const gvc_archive *archive);
gvc_int gvc_archive__n(const gvc_archive *archive);
/** Name of member i; borrowed. */
const char *gvc_archive__name(const gvc_archive *archive, gvc_int i);
/** Size that member i declares. */
gvc_int gvc_archive__bytes(const gvc_archive *archive, gvc_int i);
/** Size of member i as it is packed; 0 where the archive does not tell. */
gvc_int gvc_archive__packed(const gvc_archive *archive, gvc_int i);
/** Member called `name`, without regard to case; -1 where there is none. */
gvc_int gvc_archive__find(const gvc_archive *archive, const char *name);
/** Member i; messages call it by `origin`. The archive must outlive the stream. */
gvc_status gvc_archive__stream(gvc_ctx *ctx, gvc_stream **out, gvc_archive *archive, gvc_int i,
                               const gvc_origin *origin);
void gvc_archive__close(gvc_archive *archive);

#endif
