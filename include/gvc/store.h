#ifndef GVC_STORE_H
#define GVC_STORE_H

#include <gvc/groups.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compare the checksums kept with the arrays of every year in the store `path` with their values.
 *
 * @return GVC_EDATA naming the first array that differs
 */
GVC_API gvc_status gvc_store_verify(gvc_ctx *ctx, const char *path);

/** A store being written: labels and attributes first, then year after year, whole or not at all.
 */
typedef struct gvc_store_writer gvc_store_writer;

typedef struct gvc_store_opts {
    int force;    /**< replace an existing file */
    int compress; /**< chunks of 256 x 256 with gzip 1, for archives; default contiguous */
} gvc_store_opts;

/**
 * Begin the store `path` with the labels, attributes, groups and sets of `edition`.
 * Nothing stands under `path` before gvc_store_commit().
 */
GVC_API gvc_status gvc_store_create(gvc_ctx *ctx, gvc_store_writer **out, const char *path,
                                    const gvc_edition *edition, const gvc_store_opts *opts);
/**
 * Begin to add years to the store `path`: a copy is changed and takes its place at the commit. The
 * edition must have the labels, unit and prices of the store, or it is GVC_EDATA; its
 * history is appended. With `force` years that are there already are replaced.
 */
GVC_API gvc_status gvc_store_extend(gvc_ctx *ctx, gvc_store_writer **out, const char *path,
                                    const gvc_edition *edition, const gvc_store_opts *opts);
/** Append the table of one year; its edition must have the labels of the store. A table without a
 *  year needs `year`; otherwise `year` is the table's own. */
GVC_API gvc_status gvc_store_add(gvc_ctx *ctx, gvc_store_writer *writer, const gvc_table *table,
                                 int year);
/** Flush, rename, free. */
GVC_API gvc_status gvc_store_commit(gvc_ctx *ctx, gvc_store_writer *writer);
/** Drop what was written, free. NULL is allowed. */
GVC_API void gvc_store_abort(gvc_store_writer *writer);

/**
 * Add (or, with `replace`, redefine) a group in the store `path`: writes a new file and renames it.
 * The group is one made by gvc_group_parse() or built in.
 */
GVC_API gvc_status gvc_store_add_group(gvc_ctx *ctx, const char *path, const gvc_group *group,
                                       int replace);

#ifdef __cplusplus
}
#endif
#endif
