#ifndef STORE_CONTENT_H
#define STORE_CONTENT_H

#include "base/attrs.h"

/*
 * Whatever one of our HDF5 files holds, array by array, for those who compare or list: tables and
 * results alike. Every check of a store's reading that needs no meaning is made here too.
 */

typedef struct gvc_content gvc_content;

enum { GVC_CONTENT_AXES = 8 };

/** One dimension of an array: the labels of its scale, or none. */
typedef struct gvc_content_axis {
    const char *name; /* of the scale ("country"), "" where there is none */
    gvc_int n;
    const char *const *labels; /* NULL: none */
} gvc_content_axis;

/** An array, read whole, in the order of the file. */
typedef struct gvc_content_array {
    int rank;
    gvc_content_axis axis[GVC_CONTENT_AXES];
    gvc_int cells;
    double *values;     /* numbers, or NULL */
    const char **texts; /* texts, or NULL; they live as long as the content */
} gvc_content_array;

/** Open `path` and list its arrays of numbers and texts, group by group in order of name. */
gvc_status gvc_content__open(gvc_ctx *ctx, gvc_content **out, const char *path);
void gvc_content__close(gvc_content *content);

gvc_int gvc_content__n(const gvc_content *content);
/** "/results/2011/kpww/country/pos_kpww" */
const char *gvc_content__path(const gvc_content *content, gvc_int i);
/** The panel that array `i` is a column of, as an index, -1 where it is none. */
gvc_int gvc_content__panel(const gvc_content *content, gvc_int i);
gvc_int gvc_content__n_panels(const gvc_content *content);
/** Path of the group of panel `p`, and the names of its key columns, one a line. */
const char *gvc_content__panel_path(const gvc_content *content, gvc_int p);
const char *gvc_content__panel_keys(const gvc_content *content, gvc_int p);

/** Read array `i`; given back by gvc_content__clear(). */
gvc_status gvc_content__read(gvc_ctx *ctx, gvc_content_array *out, gvc_content *content, gvc_int i);
void gvc_content__clear(gvc_content_array *array);

/** The attributes of the root: of a result its provenance, of a store what it says of itself. */
gvc_status gvc_content__attrs(gvc_ctx *ctx, const gvc_content *content, gvc_attrs *attrs);

/**
 * Walk through the file in a child process first (base/trial.h): links, attributes, texts, small
 * arrays, the lists of chunks. The caller holds the lock of HDF5, which is then the child's as
 * well.
 *
 * @return GVC_EDATA where that crashes HDF5 or does not end; GVC_OK where it ends in any other way
 */
gvc_status gvc_content__rehearse(gvc_ctx *ctx, const char *path);
/** What the child does: nothing is kept and nothing given back. */
void gvc_content__try(gvc_ctx *ctx, const char *path);

#endif
