#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "store/h5.h"

/* The store while it is being read. */
struct gvc_store {
    gvc_h5 file;
    char *path;
    int legacy; /* the layout of the older WIOD file: /2011/Z F x */
    gvc_edition *edition;
    gvc_int n_years;
    int *years;
    gvc_arena *arena;
};

/** Labels of the year group `own` (or -1) before those of the root; checked against each other. */
gvc_status gvc_store__read_edition(gvc_ctx *ctx, const gvc_store *store, hid_t own,
                                   const char *where, gvc_edition **out);
/** The countries of the older layout with K categories that it does not name. */
gvc_status gvc_store__read_legacy_edition(gvc_ctx *ctx, const gvc_store *store, gvc_edition **out);
/** Groups and sets of the root into an edition that has its labels. */
gvc_status gvc_store__read_extras(gvc_ctx *ctx, const gvc_store *store, gvc_edition *edition);
/** Primary inputs of a year into its table, where the year has any. */
gvc_status gvc_store__read_primaries(gvc_ctx *ctx, const gvc_store *store, hid_t year,
                                     const char *where, gvc_table *table);
/** Open the group of year i; its place goes to `where` (GVC_H5_PLACE). */
gvc_status gvc_store__open_year(gvc_ctx *ctx, const gvc_store *store, gvc_int i, hid_t *group,
                                char *where);

#endif
