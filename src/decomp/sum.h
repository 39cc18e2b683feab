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

/** Sums side by side: that of i is head[i] + lost[i]. */
typedef struct gvc_sum_list {
    double *head, *lost;
} gvc_sum_list;

/** gvc_sum__add() of values[i] to sum i, n of them, in a form that compilers make vectors of. */
static inline void gvc_sum__add_each(gvc_sum_list sums, const double *restrict values, long long n)
{
    double *restrict heads = sums.head, *restrict lost = sums.lost;

    for (long long i = 0; i < n; i++) {
        const double value = values[i], old = heads[i], head = old + value;
        const double kept_old = (old - head) + value, kept_value = (value - head) + old;

        lost[i] += fabs(old) >= fabs(value) ? kept_old : kept_value;
        heads[i] = head;
    }
}

#endif
