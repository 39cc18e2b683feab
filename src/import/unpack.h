#ifndef IMPORT_UNPACK_H
#define IMPORT_UNPACK_H

#include "import/source.h"

/*
 * Archives, workbooks and HDF5 files inside an archive are read out of order, so they are unpacked
 * whole: to a nameless file in the folder of the scratch path, which is gone when it is closed and
 * when the program is killed. What was unpacked last is kept for the next who asks for it.
 */
typedef struct gvc_unpacked {
    const char *scratch;
    gvc_archive *inner; /* the archive at `inner_entry` of the outer one */
    gvc_int inner_entry;
    int fd; /* the part at `entry` and `member`; -1: none */
    gvc_int entry, member;
    char path[32];
} gvc_unpacked;

/** Nothing yet; `scratch` NULL: the system's folder for such files. */
gvc_status gvc_unpacked__new(gvc_ctx *ctx, gvc_unpacked **out, const char *scratch);
void gvc_unpacked__free(gvc_unpacked *unpacked);

/** A nameless file with the whole part. GVC_EIO where it has no room; GVC_EDATA for one that swells
 *  as no honest part does. */
gvc_status gvc_source__unpack(gvc_ctx *ctx, int *fd, const gvc_source *source,
                              const gvc_part *part);
/** The archive inside the archive that is, or holds, `part`; closed by the caller, who may keep it
 *  as long as the source. */
gvc_status gvc_source__inner(gvc_ctx *ctx, gvc_archive **out, const gvc_source *source,
                             const gvc_part *part);

#endif
