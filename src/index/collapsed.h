#ifndef INDEX_COLLAPSED_H
#define INDEX_COLLAPSED_H

#include "index/driver.h"

/**
 * The columns `_col` of family position: upstreamness and the rest on the table of units, one
 * sector each (Antras, Chor 2018, section 2.3). `N` is the change of inventories by row, `Y` final
 * use by row; both are summed to units before the correction is formed.
 */
gvc_status gvc_index__fill_collapsed(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts,
                                     const double *N, const double *Y);

#endif
