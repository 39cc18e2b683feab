#ifndef DECOMP_ABSORBED_H
#define DECOMP_ABSORBED_H

#include "decomp/split.h"

/*
 * The exports of one unit by who absorbs them in the end. For a matrix W of outputs by absorber
 * (n x absorbers) the flow of row i of s to r that goes to l is A_sr W_rl: with W = [B F, B u] and
 * F_sr added at l = r it is d_sr->l of the method notes, with what leaves s again taken out of W it
 * is phi_sr->l.
 */

/** n absorbers of `rows` rows and U importers, all importers together behind them. */
typedef struct gvc_flows {
    const double *cells;
    gvc_int rows, n, U;
} gvc_flows;

/** Row a, importer r (-1: all), absorber l. */
static inline double gvc_flows__at(const gvc_flows *flows, gvc_int a, gvc_int r, gvc_int l)
{
    return flows->cells[a + flows->rows * (l + flows->n * (r < 0 ? flows->U : r))];
}

/** Doubles that `sets` sets of flows of one unit take, with the room to make them. */
gvc_int gvc_absorbed__room(const gvc_model *model, gvc_int sets);

/** Set number `set` of the flows in `room`. */
gvc_flows gvc_absorbed__flows(const gvc_site *site, const double *room, gvc_int set);

/** What flows are made of. */
typedef struct gvc_absorbed {
    gvc_view W;    /**< n x absorbers */
    gvc_view back; /**< n x absorbers: W less B_.s times the rows of s in it; a is NULL: W itself */
    int with_final; /**< add F_sr at l = r */
} gvc_absorbed;

/** Fill set number `set`. */
void gvc_absorbed__fill(gvc_ctx *ctx, const gvc_site *site, double *room, gvc_int set,
                        const gvc_absorbed *from);

/** W = [B F, B u], n x absorbers; freed with gvc_mem__free(W.a), which is NULL on failure. Needs
 * BF and BU. */
gvc_view gvc_absorbed__outputs(gvc_ctx *ctx, const gvc_model *model);

/** U (n x units, or one more for DISC) := W less L_ss F_ss on the own unit, and less L_ss u_s. */
gvc_status gvc_absorbed__abroad(gvc_ctx *ctx, const gvc_model *model, gvc_view U);

#endif
