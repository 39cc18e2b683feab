#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/ctx.h"
#include "base/digest.h"

/** The whole file in memory (gvc_mem__free), zero-terminated; refused when larger than `max` bytes.
 */
gvc_status gvc_file__read(gvc_ctx *ctx, char **out, gvc_int *bytes, const char *path, gvc_int max);

int gvc_file__exists(const char *path);
int gvc_file__is_folder(const char *path);
/** Size in bytes, -1 where there is no file. */
gvc_int gvc_file__size(const char *path);

/**
 * An output that appears whole or not at all: everything is written to a file in the same folder
 * that has no name, or a temporary one where the file system does not know such files, and gets its
 * name at the end.
 */
typedef struct gvc_outfile gvc_outfile;

/** Begin to write `path`. GVC_EIO when it exists and `force` is 0, or when the folder cannot be
 * written. */
gvc_status gvc_outfile__begin(gvc_ctx *ctx, gvc_outfile **out, const char *path, int force);
/** The path to write to; the file exists, empty. It may be a link that has no real path. */
const char *gvc_outfile__path(const gvc_outfile *file);
/** Have what was written so far go to the disk while more is being made, so that the end need not
 * wait for all of it. */
void gvc_outfile__hurry(gvc_outfile *file);
/** Flush to disk, rename, free. On failure nothing stands under the final name that was not there
 * before. */
gvc_status gvc_outfile__commit(gvc_ctx *ctx, gvc_outfile *file);
/** Remove what was written, free. NULL is allowed. */
void gvc_outfile__abort(gvc_outfile *file);

/** Open a nameless file for scratch data in the folder of `path`: it is gone when it is closed, and
 * when the program is killed. */
gvc_status gvc_file__scratch(gvc_ctx *ctx, int *fd, const char *path);

/** Time of the outputs: SOURCE_DATE_EPOCH as ISO 8601, or NULL where it is not set: outputs then
 * carry no time. */
const char *gvc_clock__stamp(char text[32]);
/** Seconds of a steady clock. */
double gvc_clock__seconds(void);

#endif
