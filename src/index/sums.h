#ifndef INDEX_SUMS_H
#define INDEX_SUMS_H

#include "index/driver.h"

/*
 * Sums of components to a level: compensated, in the order of the rows, whatever the threads.
 *
 * Cells of a level, with U units and N sectors: country u; sector u * N + k; bilateral u * U + r;
 * bilateral_sector (u * N + k) * U + r; world_sector k; world 0. So the seller of a pair's cell is
 * the cell of level country or sector that stands at cell / U.
 */

/** Where the rows of a model belong. */
typedef struct gvc_shape {
    gvc_int n, U, N;
    const gvc_int *unit;            /* of each row */
    gvc_int table_N;                /* sectors of the table */
    const gvc_concordance *sectors; /* NULL, or where each of them goes among the N */
} gvc_shape;

/** Number of cells of an ordinary level (not of groups). */
gvc_int gvc_index__cells(const gvc_shape *shape, gvc_level level);

/** The keys of a cell: unit or group (0 for the world), sector and partner, -1 where there is none.
 */
typedef struct gvc_cell_keys {
    gvc_int country, sector, partner;
} gvc_cell_keys;

gvc_cell_keys gvc_index__cell_keys(const gvc_shape *shape, gvc_level level, gvc_int cell);

/** The cell that row i of the table belongs to; at levels of pairs that of its seller. */
gvc_int gvc_index__cell_of_row(const gvc_shape *shape, gvc_level level, gvc_int i);

/** One step of Neumaier's compensated sum. */
void gvc_index__add(double *sum, double *rest, double value);

/** out[i] := sum over columns of pairs(i, .); `rest` is work, as long as `out`. */
void gvc_index__sum_columns(double *out, double *rest, gvc_view pairs);
/** out[cell] := sum of the rows that belong to each cell; `rest` is work of as many cells. */
void gvc_index__sum_rows(double *out, double *rest, const double *rows, const gvc_shape *shape,
                         gvc_level level);
/** The same for a component by partner, at the two levels of pairs. */
void gvc_index__sum_pairs(gvc_ctx *ctx, double *out, double *rest, gvc_view pairs,
                          const gvc_shape *shape, gvc_level level);
/** Sum of the rows whose unit has the flag `member`. */
double gvc_index__sum_members(const double *rows, const gvc_shape *shape,
                              const unsigned char *member);
/** Sum over pairs of members of what is kept by unit and partner. */
double gvc_index__sum_couples(gvc_view couples, const unsigned char *member);

#endif
