#ifndef INDEX_POOLED_H
#define INDEX_POOLED_H

#include "index/output.h"

/**
 * Append the rows of a sheet of pairs with each group as partner (level bilateral_group or
 * bilateral_sector_group). `base` and `seller` are those of gvc_sheet__derive(). Nothing where
 * countries of the model are merged.
 */
gvc_status gvc_index__pool(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                           const gvc_sheet *sheet, const gvc_sheet *base, const gvc_sheet *seller);

/** Whether term `t` has pools at any of `levels`: money that is a sum, or follows from sums. */
int gvc_index__is_pooled(const gvc_measure *measure, gvc_int t, unsigned levels);
/**
 * Append the sums over partners of gvc_run_opts.pools, at a level of pairs: money alone, summed
 * without making the rows of pairs. `seller` is the sheet of base at the level of the sellers.
 */
gvc_status gvc_index__pool_parts(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                                 const gvc_parts *parts, const gvc_parts *base_parts,
                                 const gvc_sheet *seller, gvc_level level);

#endif
