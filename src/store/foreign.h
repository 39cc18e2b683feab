#ifndef STORE_FOREIGN_H
#define STORE_FOREIGN_H

#include "base/text.h"

/**
 * An HDF5 file that another program made (MATLAB 7.3), with the checks of our own reader: nothing
 * leads out of the file, and no array is larger than the file can hold.
 */
typedef struct gvc_foreign gvc_foreign;

/** Open the file `path`, which messages call `shown`: a copy of a part of an archive has no name.
 */
gvc_status gvc_foreign__open(gvc_ctx *ctx, gvc_foreign **out, const char *path, const char *shown);
void gvc_foreign__close(gvc_foreign *foreign);
/** Whether the root, or the only group in it that is not "#refs#", holds `name`. */
int gvc_foreign__has(const gvc_foreign *foreign, const char *name);
/** Size of the matrix `name` in the order of the file. */
gvc_status gvc_foreign__shape(gvc_ctx *ctx, const gvc_foreign *foreign, const char *name,
                              gvc_int *rows, gvc_int *columns);
/** Its values in the order of the file, rows x columns of them. */
gvc_status gvc_foreign__read(gvc_ctx *ctx, const gvc_foreign *foreign, const char *name,
                             gvc_int rows, gvc_int columns, double *values);
/** A cell array of texts: in the arena, `*texts` by gvc_mem__free(). */
gvc_status gvc_foreign__texts(gvc_ctx *ctx, const gvc_foreign *foreign, const char *name,
                              gvc_arena *arena, const char ***texts, gvc_int *n);

#endif
