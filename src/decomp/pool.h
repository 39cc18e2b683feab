#ifndef DECOMP_POOL_H
#define DECOMP_POOL_H

#include "decomp/driver.h"
#include "decomp/rowplan.h"

/*
 * Sums over partners (gvc_run_opts.pools), taken from the flows as they pass: what every sector of
 * every exporter has with the members of each group, and with everybody (WLD). Exporters run in any
 * order, each in its own part.
 */
typedef struct gvc_pool gvc_pool;

/** Those of the levels of `measure` that opts->pools asks for; none where units are merged. */
unsigned gvc_pool__levels(const gvc_model *model, const gvc_measure *measure,
                          const gvc_run_opts *opts);

/** Sums of zero; borrows `plan`. */
gvc_status gvc_pool__new(gvc_ctx *ctx, gvc_pool **out, const gvc_model *model,
                         const gvc_measure *measure, const gvc_rowplan *plan,
                         const gvc_run_opts *opts);
/** Add the flow of s to r: `cells` has a row for each row of s and begins with the terms. */
void gvc_pool__add(const gvc_pool *pool, gvc_int s, gvc_int r, gvc_view cells);
/** Append a frame of the money for each level of `levels`. */
gvc_status gvc_pool__hand_over(gvc_ctx *ctx, gvc_frames *frames, const gvc_pool *pool,
                               unsigned levels);
/** NULL is allowed. */
void gvc_pool__free(gvc_pool *pool);

/** Whether `frame` holds pools. */
int gvc_pool__has_made(const gvc_frame *frame);

#endif
