#ifndef DECOMP_ROWPLAN_H
#define DECOMP_ROWPLAN_H

#include "decomp/measure.h"
#include "decomp/sum.h"

/*
 * Which rows a run prints and where each one stands: exporters, sectors and importers that the
 * filters choose, in table order, keys from left to right. The pair of a unit with itself is
 * never a row.
 */
typedef struct gvc_rowplan {
    gvc_int U, N, K; /* units; sectors of the table and of rows: the same, or a concordance's */
    gvc_int n_exporters, n_sectors, n_importers, n_pairs;
    gvc_int *exporter_at, *importer_at; /* U: position among the chosen, -1 where not chosen */
    gvc_int *sector_at;                 /* K */
    gvc_int *sector_of;                 /* N: which of the K a sector of the table belongs to */
    int is_whole;                       /* K = N: every sector is one of the rows' own */
    const gvc_labels *sectors;          /* K */
    gvc_int *pairs_before;              /* U: pairs of the chosen exporters before this one */
    gvc_int *unit_of;                   /* n: unit of every row of the table */
    gvc_int *rows, *first; /* n rows in the order of units; those of u begin at first[u] */
} gvc_rowplan;

gvc_status gvc_rowplan__new(gvc_ctx *ctx, gvc_rowplan **out, const gvc_model *model,
                            const gvc_run_opts *opts);
void gvc_rowplan__free(gvc_rowplan *plan);

/** Number of rows at a level, not counting its origins and destinations. */
gvc_int gvc_rowplan__rows(const gvc_rowplan *plan, gvc_level level);
/** Row of exporter s, sector k and importer r at a level; keys that the level lacks, and
 * origin and destination, are ignored. -1 where the filters leave it out. */
gvc_int gvc_rowplan__row(const gvc_rowplan *plan, gvc_level level, gvc_int s, gvc_int k, gvc_int r);
/** The row of the first sector chosen, and how many rows on each further one stands. */
gvc_int gvc_rowplan__first(const gvc_rowplan *plan, gvc_level level, gvc_int s, gvc_int r,
                           gvc_int *step);

/** Add `rows` numbers, those of whole countries one after the other, to the K sums of their
 * sectors.
 */
void gvc_rowplan__sum_sectors(const gvc_rowplan *plan, gvc_sum_list sums, const double *column,
                              gvc_int rows);

#endif
