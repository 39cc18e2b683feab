#ifndef WRITE_CODEBOOK_FILE_H
#define WRITE_CODEBOOK_FILE_H

#include "write/gather.h"

/** A codebook as a file of its own, .csv or .md by its suffix. */
typedef struct gvc_codebook_file gvc_codebook_file;

gvc_status gvc_codebook_file__open(gvc_ctx *ctx, gvc_codebook_file **out, const char *path,
                                   int force);
/** Every column of every table; `data` is the name of the file they describe. */
gvc_status gvc_codebook_file__write(gvc_ctx *ctx, gvc_codebook_file *file, const gvc_gather *gather,
                                    const char *data);
/** Rename under the final name, free, also on failure. */
gvc_status gvc_codebook_file__commit(gvc_ctx *ctx, gvc_codebook_file *file);
/** Remove what was written, free. NULL is allowed. */
void gvc_codebook_file__abort(gvc_codebook_file *file);

#endif
