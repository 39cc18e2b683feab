#ifndef DECOMP_SUMS_H
#define DECOMP_SUMS_H

#include "decomp/measure.h"

/*
 * Sums over the members of groups, of a frame `all` that has every exporter and importer. Terms are
 * added up; shares and ratios are divided after the sums. The pair of a country with itself is no
 * row, so a member's trade with its group is that with the other members.
 */

/**
 * Append to `frames` the rows of `all` that the filters choose and, behind them, rows `sum:NAME` of
 * every group of opts->sums: as exporter, and where the level has one as partner (importer, or
 * absorber of a pair).
 */
gvc_status gvc_sums__append(gvc_ctx *ctx, gvc_frames *frames, const gvc_frame *all,
                            const gvc_model *model, const gvc_measure *measure,
                            const gvc_run_opts *opts);
/**
 * Append the rows of `all` that the filters choose, and the groups of opts->groups as indices have
 * them (gvc_run_opts.group_rows), in a frame of their own. A group without members has no row.
 */
gvc_status gvc_sums__beside(gvc_ctx *ctx, gvc_frames *frames, const gvc_frame *all,
                            const gvc_model *model, const gvc_measure *measure,
                            const gvc_run_opts *opts);

#endif
