#ifndef BASE_QUANTILE_H
#define BASE_QUANTILE_H

#include <gvc/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The quantile `share` (0 to 1) of `n` > 0 values without NaN, interpolated between neighbours as
 * R (type 7) and numpy do. The values change their order. */
double gvc_quantile__take(double *values, gvc_int n, double share);

#ifdef __cplusplus
}
#endif
#endif
