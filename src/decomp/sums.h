#ifndef DECOMP_SUMS_H
#define DECOMP_SUMS_H

#include "decomp/measure.h"

/**
 * Replace `*frame`, which has every exporter (every importer, for imports), by the rows that the
 * filters choose and, behind them, rows `sum:NAME` with the terms of the members of every group of
 * opts->sums added up; shares and ratios are divided after the sums.
 */
gvc_status gvc_sums__append(gvc_ctx *ctx, gvc_frame **frame, const gvc_model *model,
                            const gvc_measure *measure, const gvc_run_opts *opts);

#endif
