/* The standard library selects in linear time whatever the order of the values. */
#include "base/quantile.h"

#include <algorithm>
#include <cmath>

extern "C" double gvc_quantile__take(double *values, gvc_int n, double share)
{
    const double at = share * (double)(n - 1);
    const gvc_int low = (gvc_int)std::floor(at);
    const double part = at - (double)low;

    std::nth_element(values, values + low, values + n);
    if (part == 0 || low + 1 >= n)
        return values[low];
    const double next = *std::min_element(values + low + 1, values + n);
    return values[low] + part * (next - values[low]);
}
