#ifndef DECOMP_SUM_H
#define DECOMP_SUM_H

#include <math.h>

/** A compensated sum (Neumaier 1974): what rounding loses is kept apart and added at the end, so
 * the parts of a total close to the last digits however many cells they are made of. */
typedef struct gvc_sum {
    double head, lost;
} gvc_sum;

static inline void gvc_sum__add(gvc_sum *sum, double value)
{
    const double head = sum->head + value;

    if (fabs(sum->head) >= fabs(value))
        sum->lost += (sum->head - head) + value;
    else
        sum->lost += (value - head) + sum->head;
    sum->head = head;
}

static inline double gvc_sum__value(const gvc_sum *sum)
{
    return sum->head + sum->lost;
}

#endif
