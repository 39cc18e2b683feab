#ifndef IMPORT_DRAFT_H
#define IMPORT_DRAFT_H

#include "import/import.h"

/*
 * A table while it is put together from labelled rows and columns. Rows and columns meet by label,
 * never by position:
 *
 *   gvc_draft__new()
 *   gvc_draft__column() for each column of the file, in its order
 *   gvc_draft__settle(): the axes are complete, the table gets its memory
 *   gvc_draft__row() or gvc_draft__line() names a row, gvc_draft__put() takes the cells of a block
 *   gvc_draft__finish(): every industry has had its row; checks; the table
 *
 * A further file with other columns over the same axes begins with gvc_draft__next_file().
 */
typedef struct gvc_draft gvc_draft;

typedef enum gvc_column_kind {
    GVC_COLUMN_SKIP,
    GVC_COLUMN_INDUSTRY,
    GVC_COLUMN_DEMAND,
    GVC_COLUMN_OUTPUT,
} gvc_column_kind;

typedef enum gvc_line_role {
    GVC_LINE_PRIMARY, /* taxes, adjustments: kept beside value added */
    GVC_LINE_VA,      /* part of value added */
    GVC_LINE_OUTPUT,  /* the output that the source publishes */
} gvc_line_role;

enum { GVC_DRAFT_SKIP = -1 }; /* target of a row that is not kept */

/** What is known of a release beside its numbers; every text but `source` may be NULL. */
typedef struct gvc_release {
    const char *source, *release, *unit, *currency, *price_basis, *valuation, *sector_scheme,
        *inventory, *licence, *citation;
    double multiplier;
} gvc_release;

/** Begin; `origin` names the file in messages, its strings are borrowed. */
gvc_status gvc_draft__new(gvc_ctx *ctx, gvc_draft **out, gvc_import *import,
                          const gvc_origin *origin);
void gvc_draft__free(gvc_draft *draft);
gvc_status gvc_draft__describe(gvc_ctx *ctx, gvc_draft *draft, const gvc_release *release);
/** Replace one attribute of the release ("price_basis"). */
gvc_status gvc_draft__attr(gvc_ctx *ctx, gvc_draft *draft, const char *name, const char *text);
/** Something done to the numbers: a note, and a line of the store's history. */
gvc_status gvc_draft__history(gvc_ctx *ctx, gvc_draft *draft, const char *fmt, ...)
    GVC_PRINTF(3, 4);

/** The source splits `whole`: rows and columns of `part` are added to those of `whole`. Before the
 *  columns. */
gvc_status gvc_draft__fold(gvc_ctx *ctx, gvc_draft *draft, const char *part, const char *whole);
/** The next column of the file: its country and sector or category as the source spells them (NULL
 *  for the other kinds). */
gvc_status gvc_draft__column(gvc_ctx *ctx, gvc_draft *draft, gvc_column_kind kind,
                             const char *country, const char *item);
/** English names, where the source has them; the reference tables fill the rest. */
gvc_status gvc_draft__sector_name(gvc_ctx *ctx, gvc_draft *draft, const char *code,
                                  const char *name);
gvc_status gvc_draft__category_name(gvc_ctx *ctx, gvc_draft *draft, const char *code,
                                    const char *name);

/**
 * Every country has the same sectors and the same categories of demand, once each; GVC_EDATA names
 * what is missing or twice there. `cells` is the most that the file can hold by its size.
 */
gvc_status gvc_draft__settle(gvc_ctx *ctx, gvc_draft *draft, gvc_int cells);
/** Forget the columns: those of another file follow. Their labels must be known. */
void gvc_draft__next_file(gvc_draft *draft, const gvc_origin *origin);
const gvc_origin *gvc_draft__origin(const gvc_draft *draft);
/** Columns declared for this file. */
gvc_int gvc_draft__columns(const gvc_draft *draft);

/** Where the row of an industry goes. GVC_EDATA at `place` when it has no column or has had its
 *  row already. */
gvc_status gvc_draft__row(gvc_ctx *ctx, gvc_draft *draft, const char *country, const char *sector,
                          const char *place, gvc_int *target);
/** The same for a further file, in which each industry has a row once more. */
gvc_status gvc_draft__row_of(gvc_ctx *ctx, gvc_draft *draft, const char *country,
                             const char *sector, const char *place, int again, gvc_int *target);
/** Where a row of primary inputs or output goes. A code that is there already is GVC_EDATA unless
 *  `add`: then the rows are added up. */
gvc_status gvc_draft__line(gvc_ctx *ctx, gvc_draft *draft, gvc_line_role role, const char *code,
                           const char *name, int add, const char *place, gvc_int *target);
/** Take `m` rows of cells in the order of the columns; `targets` tells where each row goes. */
gvc_status gvc_draft__put(gvc_ctx *ctx, gvc_draft *draft, const gvc_int *targets, gvc_int m,
                          const double *cells);
/** Cells that were empty and taken as zero. */
void gvc_draft__count_blanks(gvc_draft *draft, gvc_int n);

/** One cell, for sources that list them: its column as kind, country and item. */
gvc_status gvc_draft__find_column(gvc_ctx *ctx, const gvc_draft *draft, gvc_column_kind kind,
                                  const char *country, const char *item, const char *place,
                                  gvc_int *column);
/** Columns that gvc_draft__find_column() may give, and the last one, which is output. */
gvc_int gvc_draft__width(const gvc_draft *draft);
void gvc_draft__add(gvc_draft *draft, gvc_int target, gvc_int column, double value);
/** For such sources: an industry without any cell has a row of zeros. */
void gvc_draft__rows_may_be_missing(gvc_draft *draft);

/**
 * A satellite of the source, with its unit, before gvc_draft__settle_satellites(); `*i` numbers it.
 * GVC_EDATA at `place` for a name that no store can hold or that stands there already.
 */
gvc_status gvc_draft__satellite(gvc_ctx *ctx, gvc_draft *draft, const char *name, const char *unit,
                                const char *place, gvc_int *i);
/** Number of the satellite; -1 where there is none of that name. */
gvc_int gvc_draft__find_satellite(const gvc_draft *draft, const char *name);
gvc_int gvc_draft__satellites(const gvc_draft *draft);
/** After settling the axes: those that --satellites asks for get their memory. `cells` is the most
 *  that their files can hold. GVC_ELABEL where it asks for one that is not there. */
gvc_status gvc_draft__settle_satellites(gvc_ctx *ctx, gvc_draft *draft, gvc_int cells);
int gvc_draft__keeps_satellite(const gvc_draft *draft, gvc_int i);
/** Take the row of satellite i, cells in the order of the columns. A second one is GVC_EDATA. */
gvc_status gvc_draft__put_satellite(gvc_ctx *ctx, gvc_draft *draft, gvc_int i, const char *place,
                                    const double *cells);
/** First satellite of `first` to `last` - 1 that is kept and has had no row; -1: none. */
gvc_int gvc_draft__missing_satellite(const gvc_draft *draft, gvc_int first, gvc_int last);
const char *gvc_draft__satellite_name(const gvc_draft *draft, gvc_int i);

/** Before settling: countries without any column of final demand have none. */
void gvc_draft__demand_may_be_missing(gvc_draft *draft);
/** The release is known not to balance: differences in the columns are told, never refused. */
void gvc_draft__may_be_unbalanced(gvc_draft *draft);

/** The flows put so far are coefficients: multiply their columns by the output published. */
gvc_status gvc_draft__scale(gvc_ctx *ctx, gvc_draft *draft);

/** The table being filled, for readers that fill Z' themselves. */
gvc_table *gvc_draft__table(gvc_draft *draft);

/** Check and hand out the table; the draft is used up (and still to be freed). */
gvc_status gvc_draft__finish(gvc_ctx *ctx, gvc_draft *draft, gvc_table **out);

/** Item i of an import whose part `fill` puts into a draft, as table. */
gvc_status gvc_draft__read(gvc_ctx *ctx, gvc_table **out, gvc_import *import, gvc_int i,
                           gvc_status (*fill)(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                                              const gvc_part *part));

#endif
