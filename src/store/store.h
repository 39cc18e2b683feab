#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <gvc/store.h>

#include "frame/frame.h"
#include "table/table.h"

/* ---- reading tables ---- */

/** An open store: labels read, matrices not. */
typedef struct gvc_store gvc_store;

/** Open for reading with every check of the format notes' section 7. */
gvc_status gvc_store__open(gvc_ctx *ctx, gvc_store **out, const char *path);
const gvc_edition *gvc_store__edition(const gvc_store *store);
gvc_int gvc_store__n_years(const gvc_store *store);
int gvc_store__year(const gvc_store *store, gvc_int i);
/** Whether the Z of every year is one block of doubles of this machine, which a table maps. */
int gvc_store__is_mapped(gvc_ctx *ctx, const gvc_store *store);
/** Read the table of year i: Z is mapped where it can be, the rest transposed in blocks from HDF5's
 * row order to column-major. */
gvc_status gvc_store__table(gvc_ctx *ctx, gvc_table **out, gvc_store *store, gvc_int i);
/** Compare the checksums kept with the arrays of year i with their values; GVC_EDATA names the
 *  first array that differs. Arrays without a checksum pass. */
gvc_status gvc_store__verify(gvc_ctx *ctx, const gvc_store *store, gvc_int i);
void gvc_store__close(gvc_store *store);

/* ---- changing what a store knows beside its tables ---- */

/** What changes in one year: `table` has all satellites and trade costs as they shall be. */
typedef struct gvc_store_year_change {
    gvc_table *table;
    int satellites, tau_int, tau_fin; /* 1: written anew */
} gvc_store_year_change;

/**
 * Copy the store `path` to `to` (which may be `path`; another file needs `force` where it exists)
 * with the sets and the attributes of `edition` put in, and the changes of all its years, in their
 * order. Nothing stands under `to` before all of it is written.
 */
gvc_status gvc_store__change(gvc_ctx *ctx, const char *path, const char *to, int force,
                             const gvc_edition *edition, const gvc_store_year_change *years,
                             gvc_int n);

/* ---- results: section 5 of the format notes ---- */

/** A file of results being written under a temporary name. */
typedef struct gvc_result_file gvc_result_file;

gvc_status gvc_result__create(gvc_ctx *ctx, gvc_result_file **out, const char *path, int force,
                              const gvc_attrs *attrs);
/**
 * /results/<year>/<group>/<level>/<term>: one dense array per value column over the scales of the
 * frame's keys (exporter + exporter_sector make one axis over industries; likewise country +
 * sector); own pairs and absent cells are NaN. A folder without a year writes the year as 0.
 */
gvc_status gvc_result__add_dense(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame);
/** The same for rows `first` and on of a result of `rows` rows: parts of one result come in order,
 * each with whole places of the first axis (an exporter, an industry). */
gvc_status gvc_result__add_part(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                                gvc_int first, gvc_int rows);
/** /results/panel/<name>: one 1-D dataset per column. */
gvc_status gvc_result__add_panel(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                                 const char *name);
/** One column of a codebook: `texts`, or `numbers` with NaN for none. */
typedef struct gvc_book_field {
    const char *name;
    const char *const *texts;
    const double *numbers;
} gvc_book_field;
/** /results/codebook/<name>: one 1-D dataset for each of `n` fields, a row per column of the panel
 * of that name. */
gvc_status gvc_result__add_book(gvc_ctx *ctx, gvc_result_file *file, const char *name,
                                const gvc_book_field *fields, gvc_int n, gvc_int rows);
/** Set root attributes, replacing those of the same name: what is known only at the end. */
gvc_status gvc_result__set_attrs(gvc_ctx *ctx, gvc_result_file *file, const gvc_attrs *attrs);
gvc_status gvc_result__commit(gvc_ctx *ctx, gvc_result_file *file);
void gvc_result__abort(gvc_result_file *file);

#endif
