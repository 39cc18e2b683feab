#ifndef DECOMP_SUM_H
#define DECOMP_SUM_H

#include <string.h>

/** A compensated sum: what each addition loses by rounding, which is a number itself (Knuth's
 * TwoSum), is kept apart and added at the end, so the parts of a total close to the last digits
 * however many cells they are made of. */
typedef struct gvc_sum {
    double head, lost;
} gvc_sum;

static inline void gvc_sum__add(gvc_sum *sum, double value)
{
    const double old = sum->head, head = old + value, taken = head - old;

    sum->lost += (old - (head - taken)) + (value - taken);
    sum->head = head;
}

static inline double gvc_sum__value(const gvc_sum *sum)
{
    return sum->head + sum->lost;
}

/** Add all that another sum holds. */
static inline void gvc_sum__merge(gvc_sum *sum, const gvc_sum *other)
{
    gvc_sum__add(sum, other->head);
    sum->lost += other->lost;
}

/** Sums side by side: that of i is head[i] + lost[i]. */
typedef struct gvc_sum_list {
    double *head, *lost;
} gvc_sum_list;

/** gvc_sum__add() of values[i] to sum i, n of them. */
static inline void gvc_sum__add_each(gvc_sum_list sums, const double *values, long long n)
{
    double *restrict heads = sums.head, *restrict lost = sums.lost;

#pragma omp simd
    for (long long i = 0; i < n; i++) {
        const double old = heads[i], value = values[i], head = old + value, taken = head - old;

        lost[i] += (old - (head - taken)) + (value - taken);
        heads[i] = head;
    }
}

/* Sums that do not wait for each other: long rows are dealt to them in turn. */
enum { GVC_SUM_LANES = 2 };

typedef double gvc_sum_lanes __attribute__((vector_size(GVC_SUM_LANES * sizeof(double))));

/** Add a[i] * weights[i], or a[i] where `weights` is NULL, of n values to a sum, in an order that
 * depends on n alone. */
static inline void gvc_sum__add_row(gvc_sum *sum, const double *a, const double *weights,
                                    long long n)
{
    gvc_sum_lanes head = { 0 }, lost = { 0 };
    long long i = 0;

    for (; i + GVC_SUM_LANES <= n; i += GVC_SUM_LANES) {
        gvc_sum_lanes value, weight, old = head, taken;

        memcpy(&value, a + i, sizeof value);
        if (weights) {
            memcpy(&weight, weights + i, sizeof weight);
            value *= weight;
        }
        head = old + value;
        taken = head - old;
        lost += (old - (head - taken)) + (value - taken);
    }
    for (int k = 0; k < GVC_SUM_LANES; k++)
        gvc_sum__merge(sum, &(gvc_sum){ head[k], lost[k] });
    for (; i < n; i++)
        gvc_sum__add(sum, weights ? a[i] * weights[i] : a[i]);
}

#endif
