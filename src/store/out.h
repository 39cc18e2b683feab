#ifndef STORE_OUT_H
#define STORE_OUT_H

#include "store/h5.h"

#include "base/file.h"

/*
 * Writing HDF5 under a temporary name. A failure sets `failed` and is told once, when the file is
 * finished: between, calls on a failed file do nothing. Object times are off and addresses follow
 * the order of the calls, so the same calls give the same bytes.
 */
typedef struct gvc_out {
    hid_t id;
    gvc_outfile *outfile;
    const char *path; /* the final name, for messages; belongs to the caller */
    int compress;
    int long_lists; /* scales may have more arrays along them than an old header has room for */
    int failed, no_memory;
} gvc_out;

gvc_status gvc_out__create(gvc_ctx *ctx, gvc_out *out, const char *path, int force);
/** Close and rename; a failure so far is GVC_EIO. The file is given up either way. */
gvc_status gvc_out__commit(gvc_ctx *ctx, gvc_out *out);
void gvc_out__abort(gvc_out *out);
/** The file fails for want of memory unless `block` is there; gvc_mem has set the message. */
void gvc_out__need(gvc_out *out, const void *block);
/** GVC_EIO once anything failed to be written, GVC_ENOMEM for want of memory. */
gvc_status gvc_out__status(gvc_ctx *ctx, const gvc_out *out);

/** Open a copy of the file `path` under the temporary name of `to`, to be changed and committed;
 *  `to` may be `path` itself. */
gvc_status gvc_out__reopen(gvc_ctx *ctx, gvc_out *out, const char *path, const char *to, int force);

/** The group `name`, opened or made. Closed by H5Gclose(). */
hid_t gvc_out__group(gvc_out *out, hid_t loc, const char *name);

void gvc_out__text_attr(gvc_out *out, hid_t object, const char *name, const char *text);
void gvc_out__int_attr(gvc_out *out, hid_t object, const char *name, int value);
void gvc_out__list_attr(gvc_out *out, hid_t object, const char *name, const char *const *texts,
                        gvc_int n);
void gvc_out__crc_attr(gvc_out *out, hid_t object, uint32_t crc);
/** An attribute kept as text: numbers where the format has numbers, `history` as lines. */
void gvc_out__attr(gvc_ctx *ctx, gvc_out *out, hid_t object, const char *name, const char *text);

/** A list of texts; with `scale` it becomes the dimension scale of that name. */
void gvc_out__texts(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name,
                    const char *const *texts, gvc_int n, int scale);
/** Make the dataset `id` the dimension scale `name`. */
void gvc_out__make_scale(gvc_out *out, hid_t id, const char *name);
/** Codes of a list, as a scale, and its names beside them where it has any. */
void gvc_out__labels(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name,
                     const gvc_labels *labels);
/** A group of countries with the years of its members, under /groups. */
void gvc_out__country_group(gvc_ctx *ctx, gvc_out *out, hid_t groups, const gvc_group *group);
/** Tie axis `axis` of the dataset `id` to the scale `name` of the group `scales`. */
void gvc_out__attach(gvc_out *out, hid_t id, unsigned axis, hid_t scales, const char *name);
/** Tie the axes of a dataset to scales of the root (`cols` NULL: it has one axis), note `axes` (may
 * be NULL) and close it; nothing for an id that failed. */
void gvc_out__finish(gvc_out *out, hid_t id, const char *rows, const char *cols, const char *axes);

/** A dataset of whole numbers of 32 bits, or of doubles, in the order given; returns its id for
 *  attributes, closed by H5Dclose(). */
hid_t gvc_out__ints(gvc_out *out, hid_t loc, const char *name, const int32_t *values, gvc_int n);
hid_t gvc_out__reals(gvc_out *out, hid_t loc, const char *name, const double *values, int rank,
                     const hsize_t *dims);
/** The same dataset without values, and `count` places of its first axis from `first` on, whose
 * values stand one after the other. */
hid_t gvc_out__begin_reals(gvc_out *out, hid_t loc, const char *name, int rank,
                           const hsize_t *dims);
void gvc_out__put_places(gvc_out *out, hid_t id, gvc_int first, gvc_int count,
                         const double *values);
/** A matrix, transposed panel by panel from columns into the rows of the file. */
hid_t gvc_out__matrix(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name, gvc_view values);
/** The same of values', where the columns of `values` follow each other without a gap. */
hid_t gvc_out__transpose(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name, gvc_view values);

#endif
