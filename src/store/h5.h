#ifndef STORE_H5_H
#define STORE_H5_H

#include "store/store.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

#include <hdf5.h>

/*
 * The HDF5 library as this module sees it. It is not safe to use from two threads: every entry into
 * the module holds gvc_h5__lock() while it works, and nothing below takes it again. While the lock
 * is held the library prints nothing; what it found is told in messages of our own.
 */

void gvc_h5__lock(void);
void gvc_h5__unlock(void);

enum {
    GVC_H5_LABEL = 256,      /* bytes of a label */
    GVC_H5_PLACE = 640,      /* room for "/years/2011/satellite" with a name from a file in it */
    GVC_H5_MAX_N = 100000,   /* industries */
    GVC_H5_MAX_YEARS = 4096, /* members of /years, /groups and /sets */
    GVC_H5_RANK = 8          /* dimensions of an array */
};

/** A file open for reading. */
typedef struct gvc_h5 {
    hid_t id;
    const char *path;
    gvc_int bytes;  /* size of the file: nothing in it may claim much more */
    gvc_held *held; /* the same file, for what HDF5 does not read */
} gvc_h5;

/** HDF5's usual driver wants the real path of a link, which a file without a name does not have:
 *  another one opens it. */
void gvc_h5__choose_driver(hid_t access, const char *path);
/** Open `path` (borrowed) for reading: a file that is there, is HDF5, and is whole. */
gvc_status gvc_h5__open(gvc_ctx *ctx, gvc_h5 *file, const char *path);
void gvc_h5__close(gvc_h5 *file);

/** The object at the end of "where/name" as a message names it, into `text` (GVC_H5_PLACE). */
const char *gvc_h5__place(char *text, const char *where, const char *name);

int gvc_h5__has(hid_t loc, const char *name);
/** Open the group `name`; a link that leaves the file or anything but a group is GVC_EDATA. */
gvc_status gvc_h5__open_group(gvc_ctx *ctx, const gvc_h5 *file, hid_t *out, hid_t loc,
                              const char *where, const char *name);
/** The same for a dataset. */
gvc_status gvc_h5__open_dataset(gvc_ctx *ctx, const gvc_h5 *file, hid_t *out, hid_t loc,
                                const char *where, const char *name);
/** Names of the members of a group in order of name, in the arena. */
gvc_status gvc_h5__members(gvc_ctx *ctx, const gvc_h5 *file, hid_t group, const char *where,
                           gvc_arena *arena, const char ***names, gvc_int *n);

/* ---- attributes ---- */

/** Every attribute as text: numbers as shortest decimals, lists of texts joined by newlines. The
 *  attributes of dimension scales are left out. */
gvc_status gvc_h5__read_attrs(gvc_ctx *ctx, const gvc_h5 *file, hid_t object, const char *where,
                              gvc_attrs *attrs);
/** A whole-number attribute; `*present` is 0 where there is none. */
gvc_status gvc_h5__read_int_attr(gvc_ctx *ctx, const gvc_h5 *file, hid_t object, const char *where,
                                 const char *name, gvc_int *value, int *present);

/* ---- labels ---- */

/** A list of texts (variable or fixed length) in the arena: at most 256 bytes of UTF-8 each. */
gvc_status gvc_h5__read_texts(gvc_ctx *ctx, const gvc_h5 *file, hid_t loc, const char *where,
                              const char *name, gvc_arena *arena, const char ***texts, gvc_int *n);

/* ---- arrays of numbers ---- */

/** A dataset of numbers that has passed every check that needs no values. */
typedef struct gvc_h5_array {
    hid_t id, type;
    int rank;
    hsize_t dims[GVC_H5_RANK]; /* 1 beyond the rank: a vector has dims[1] = 1 */
    H5D_layout_t layout;
    hsize_t chunk[GVC_H5_RANK];
    char place[GVC_H5_PLACE];
} gvc_h5_array;

/** Open the dataset `name` of `rank` dimensions; 0: any number from 1 to GVC_H5_RANK. Refused:
 * links out of the file, external storage, virtual datasets, anything but numbers, sizes that the
 * file cannot hold. */
gvc_status gvc_h5__open_array(gvc_ctx *ctx, const gvc_h5 *file, gvc_h5_array *array, hid_t loc,
                              const char *where, const char *name, int rank);
void gvc_h5__close_array(gvc_h5_array *array);
/** GVC_EDATA unless the array is rows x cols; `why` says what calls for it. */
gvc_status gvc_h5__expect(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array, gvc_int rows,
                          gvc_int cols, const char *why);
/** All values in the order of the file, converted to double. */
gvc_status gvc_h5__read_vector(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                               double *values);
/** Where a matrix of the file goes: the same to the columns of `view`, or, by rows, row i of the
 * file to column i. */
typedef struct gvc_h5_target {
    gvc_view view;
    int by_rows;
} gvc_h5_target;

gvc_status gvc_h5__read_matrix(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                               gvc_h5_target to);
/** Whether the values are doubles of this machine one after the other. */
int gvc_h5__can_map(const gvc_h5_array *array);
/** Map the values as they stand in the file, row by row; *map is NULL where that cannot be,
 * or the system does not map the file. */
gvc_status gvc_h5__map(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array, gvc_map **map);
/** Compare the attribute crc32 with the values; nothing happens where it is absent. */
gvc_status gvc_h5__verify(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array);

/** Cell (r0 + i, c0 + j) := src[i * ld + j]. Serial; allocates nothing. */
void gvc_h5__put(gvc_h5_target to, gvc_int r0, gvc_int c0, gvc_int rows, gvc_int cols,
                 const double *src, gvc_int ld);

/** Whether gvc_chunks__read() can read the array: doubles in chunks with shuffle and deflate. */
int gvc_chunks__plain(const gvc_h5_array *array);
/** Read chunk by chunk: the bytes one after the other, inflated and put into place in parallel. */
gvc_status gvc_chunks__read(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                            gvc_h5_target to);

#endif
