#ifndef INDEX_SECTOR_PAIR_H
#define INDEX_SECTOR_PAIR_H

#include "index/output.h"

/*
 * Level sector_pair: a row for every country-sector with every country-sector, as many as the table
 * has cells. A family gives its components seller by seller; they are summed to the pairs of the
 * run (sectors of a concordance, countries that act as one), rules follow, and rows are handed on
 * in parts. So no array as large as the result is held beside the quantities, but for the frame
 * itself where the output cannot take it in parts.
 */

/* Sellers that are computed together: a panel. Fixed, so that neither filters nor the size of parts
 * nor threads change a bit. */
enum { GVC_PAIR_PANEL = 128 };

typedef struct gvc_sector_pair {
    unsigned needs; /**< gvc_quantity bits */
    /**
     * Fill the components of the family at this level (its terms there without a rule), in the
     * order of its terms: column c of each (n rows) holds the row of the table rows[c] as seller
     * with every row of the table as partner.
     */
    gvc_status (*fill)(gvc_ctx *ctx, gvc_model *model, const gvc_int *rows, gvc_view *components);
} gvc_sector_pair;

/** The frame of `measure` at level sector_pair, appended to `frames`; or where opts->sink is set
 * and the rows are many, in parts to the sink. Nothing where the filters keep no row. */
gvc_status gvc_index__sector_pairs(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                                   gvc_model *model, const gvc_measure *measure,
                                   const gvc_run_opts *opts);

#endif
