#ifndef DECOMP_DRIVER_H
#define DECOMP_DRIVER_H

#include "decomp/measure.h"

/*
 * A method gives the money of every term for one exporting unit; the driver does the rest: it sums
 * to the levels that are asked, divides ratios after the sums, chooses rows, builds frames. The
 * units run in parallel, each in a workspace of its own, so a method only reads its state there.
 */

/** One exporting unit, as a method sees it. */
typedef struct gvc_site {
    const gvc_model *model;
    const void *state;      /**< what the method prepared */
    gvc_int s;              /**< the exporting unit */
    gvc_int n_rows;         /**< rows of the table that belong to it */
    const gvc_int *rows;    /**< these rows, member by member, sectors in order */
    const gvc_int *unit_of; /**< n: the unit of every row */
} gvc_site;

/** A term that is divided only after the sums: `term` = term `of` / gross exports of the cell. */
typedef struct gvc_ratio {
    gvc_int term, of;
} gvc_ratio;

/** What gvc_measure.how of a decomposition points to. `flow`, `unit` or both are set, or `split`.
 */
typedef struct gvc_decomp {
    /** The levels that this way serves, 0: all of the measure; `needs` beside those of the measure;
     * the way of other levels, NULL where there is none. */
    unsigned levels, needs;
    const struct gvc_decomp *other;
    /** The key of the partner: "importer", or "destination" where it is the absorber. */
    const char *partner;
    /** Compute what all units share, before the parallel loop; NULL where there is nothing. */
    gvc_status (*prepare)(gvc_ctx *ctx, void **state, const gvc_model *model);
    void (*release)(void *state);
    /** Terms of what some rows of the exporter sell to importing unit r: cells[a + t * ld] is term
     * t of row first + a, for each of cells.rows rows. Ratios are left alone. */
    void (*flow)(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells);
    /** One value a term, for methods that have no meaning below the country. Beside them it sets
     * only the terms that exist at country level alone; their cells are left at zero. */
    void (*unit)(const gvc_site *site, double *values);
    const gvc_ratio *ratios;
    gvc_int n_ratios;
    /** By origin of value added and final destination, or of imports: decomp/split.h. */
    const struct gvc_split *split;
} gvc_decomp;

/** Row i of column r of a matrix, and what stands below it. */
static inline const double *gvc_decomp__at(gvc_view matrix, gvc_int i, gvc_int r)
{
    return matrix.a + i + r * matrix.ld;
}

/** The levels of `levels` that `how` serves. */
unsigned gvc_decomp__served(const gvc_measure *measure, const gvc_decomp *how, unsigned levels);

/** gvc_decomp__run() for one way with `split`. */
gvc_status gvc_split__run(gvc_ctx *ctx, gvc_frames *frames, const gvc_model *model,
                          const gvc_measure *measure, const gvc_decomp *how, unsigned levels,
                          const gvc_run_opts *opts);

#endif
