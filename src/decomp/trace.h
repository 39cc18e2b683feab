#ifndef DECOMP_TRACE_H
#define DECOMP_TRACE_H

#include <gvc/trace.h>

#include "model/model.h"

/*
 * Whom gvc_trace() follows, and how its rows are laid out. A pair is an origin with an absorber:
 * first the focus with every partner, then the focus with itself, then every partner with the
 * focus.
 */

/** Where an item crosses its first border, as columns of a pair: FINAL and INTER go straight to the
 * absorber, column THIRD + r holds what goes further after its first importer r. */
enum { GVC_TRACE_FINAL, GVC_TRACE_INTER, GVC_TRACE_THIRD };

/** A row of several members: `sum:NAME`. */
typedef struct gvc_trace_sum {
    const char *name;
    unsigned char *inside; /* n_partners flags */
} gvc_trace_sum;

typedef struct gvc_trace_plan {
    gvc_int s, U, N; /* the focus, units, sectors */
    gvc_int n_partners, *partner;
    gvc_int n_sums;
    gvc_trace_sum *sums;
    unsigned char *sector; /* N flags */
    gvc_int n_sectors;     /* rows of one pair and route: chosen sectors, or 1 for their sum */
    unsigned char *flags;  /* what `inside` and `sector` point into */
} gvc_trace_plan;

gvc_status gvc_trace__plan(gvc_ctx *ctx, gvc_trace_plan *plan, const gvc_model *model,
                           const gvc_trace_opts *opts);
void gvc_trace__plan_clear(gvc_trace_plan *plan);
/** Rows of the frame. */
gvc_int gvc_trace__rows(const gvc_trace_plan *plan);

#endif
