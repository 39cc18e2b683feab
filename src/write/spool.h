#ifndef WRITE_SPOOL_H
#define WRITE_SPOOL_H

#include "base/attrs.h"
#include "write/layout.h"

/*
 * One table of an output, gathered sheet by sheet, for formats that must know all of it before they
 * can begin: the number of rows, the longest text of a column, its smallest and largest integer.
 * The cells lie column by column in a nameless scratch file beside the output, which is mapped once
 * everything is there: the memory of the program holds none of them.
 */
typedef struct gvc_spool gvc_spool;

typedef struct gvc_spool_column {
    gvc_column_info info;
    gvc_column_role role;
    gvc_cell_kind kind;  /**< GVC_CELL_LABEL, GVC_CELL_INT or GVC_CELL_REAL */
    gvc_labels *labels;  /**< LABEL: every code that was met, in order of appearance */
    gvc_int widest;      /**< LABEL: bytes of the longest code in use */
    int32_t least, most; /**< INT: of the cells present; least > most where there is none */
    int has_flags;
} gvc_spool_column;

/** `path` is the output, for its folder and for messages; `level` that of the rows. */
gvc_status gvc_spool__new(gvc_ctx *ctx, gvc_spool **out, const char *path, const char *level);
void gvc_spool__free(gvc_spool *spool);
/** Copy a sheet. Every sheet has the same names; -0 becomes 0, infinities are GVC_EDATA. */
gvc_status gvc_spool__add(gvc_ctx *ctx, gvc_spool *spool, const gvc_sheet_view *sheet);
/** Make everything below readable; nothing is added after. */
gvc_status gvc_spool__finish(gvc_ctx *ctx, gvc_spool *spool);

const char *gvc_spool__level(const gvc_spool *spool);
/** What the frames said about themselves. */
const gvc_attrs *gvc_spool__attrs(const gvc_spool *spool);
gvc_int gvc_spool__rows(const gvc_spool *spool);
gvc_int gvc_spool__n(const gvc_spool *spool);
const gvc_spool_column *gvc_spool__column(const gvc_spool *spool, gvc_int column);
/** Column called `name`, or -1. */
gvc_int gvc_spool__find(const gvc_spool *spool, const char *name);

/** The rows come in blocks, one per sheet added. */
gvc_int gvc_spool__blocks(const gvc_spool *spool);
gvc_int gvc_spool__block_rows(const gvc_spool *spool, gvc_int block);
/** Cells of one column in one block; codes are those of column->labels. */
const int32_t *gvc_spool__ints(const gvc_spool *spool, gvc_int block, gvc_int column);
const double *gvc_spool__reals(const gvc_spool *spool, gvc_int block, gvc_int column);
/** gvc_flag per row, NULL where no cell of the block has one. */
const unsigned char *gvc_spool__flags(const gvc_spool *spool, gvc_int block, gvc_int column);
/** A block as a sheet; `cells` has room for every column. */
gvc_sheet_view gvc_spool__sheet(const gvc_spool *spool, gvc_int block, gvc_cell *cells);

#endif
