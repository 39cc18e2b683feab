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

#endif
