#ifndef DECOMP_LOCAL_H
#define DECOMP_LOCAL_H

#include "decomp/measure.h"

/* Row vectors of the domestic chains alone; n values each, allocated here and freed by the caller
 * with gvc_mem__free(), NULL where memory is out. */

/** The diagonal of every L_ss. */
gvc_status gvc_decomp__local_diagonal(gvc_ctx *ctx, double **out, const gvc_model *model);

/** sum_{t!=s} y_t A_ts L_ss: what one unit of each product of s holds of y by inputs from abroad
 * that enter the domestic chain of s. */
gvc_status gvc_decomp__local_imported(gvc_ctx *ctx, double **out, const gvc_model *model,
                                      const double *y);

#endif
