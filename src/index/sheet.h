#ifndef INDEX_SHEET_H
#define INDEX_SHEET_H

#include "index/sums.h"

/** The columns of one family at one level, before rows are chosen. */
typedef struct gvc_sheet {
    const gvc_measure *measure;
    gvc_level level;
    gvc_int cells;
    double **columns;   /* by term; NULL where the term does not exist at this level */
    double *totals;     /* by term: the component's sum over the world */
    gvc_int inner;      /* how many cells a country has at this level */
    double *work;       /* one column */
    double *scale;      /* levels of pairs: gross output of each cell's seller */
    const double *gout; /* gross output behind each cell, once the rules were applied */
} gvc_sheet;

gvc_status gvc_sheet__new(gvc_ctx *ctx, gvc_sheet **out, const gvc_measure *measure,
                          gvc_level level, gvc_int cells);
void gvc_sheet__free(gvc_sheet *sheet);

/** Sum the components of `parts` into every cell (not for levels of groups). */
void gvc_sheet__sum(gvc_ctx *ctx, gvc_sheet *sheet, const gvc_parts *parts, const gvc_shape *shape);
/** Sum the components over the units flagged in `member` into cell `cell`. */
void gvc_sheet__sum_members(gvc_sheet *sheet, const gvc_parts *parts, const gvc_shape *shape,
                            const unsigned char *member, gvc_int cell);
/**
 * Apply the rules. `base` is the sheet of family base at the same level; `seller` its sheet at the
 * level of the sellers, for the levels of pairs, otherwise NULL.
 */
void gvc_sheet__derive(gvc_sheet *sheet, const gvc_sheet *base, const gvc_sheet *seller);
/** Take away the columns that no sum and no rule gives. */
void gvc_sheet__drop_own(gvc_sheet *sheet);

#endif
