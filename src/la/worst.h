#ifndef LA_WORST_H
#define LA_WORST_H

#include "la/view.h"

#include <math.h>

/** The larger of two errors; what is not a number is larger than any. */
static inline double gvc_la__worse(double a, double b)
{
    return a >= b || isnan(a) ? a : b;
}

/** The largest of some errors; 0 where there are none. */
static inline double gvc_la__worst(const double *errors, gvc_int n)
{
    double most = 0;

    for (gvc_int i = 0; i < n; i++)
        most = gvc_la__worse(most, errors[i]);
    return most;
}

#endif
