#include "model/streams.h"

#include <math.h>

/* Each loop is compiled for the vector units there may be, and the widest that is there runs. */
#if defined(__x86_64__)
#if defined(__clang__)
#define WIDE512 __attribute__((target("avx512f")))
#else /* which would take half of a vector */
#define WIDE512 __attribute__((target("avx512f,prefer-vector-width=512")))
#endif
#define WIDE256 __attribute__((target("avx2")))
#define CHOOSE(name, args)                                                                         \
    (__builtin_cpu_supports("avx512f") ? name##_512 args                                           \
     : __builtin_cpu_supports("avx2")  ? name##_256 args                                           \
                                       : name##_plain args)
#else
#define CHOOSE(name, args) name##_plain args
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE void add_plain(double *restrict to, const double *const *sales, const double *y,
                      gvc_int from, gvc_int end)
{
    const double *s0 = sales[0], *s1 = sales[1], *s2 = sales[2], *s3 = sales[3];
    const double y0 = y[0], y1 = y[1], y2 = y[2], y3 = y[3];

#pragma omp simd
    for (gvc_int j = from; j < end; j++)
        to[j] = to[j] + y0 * s0[j] + y1 * s1[j] + y2 * s2[j] + y3 * s3[j];
}

INLINE void sum_plain(double *sums, const double *const *sales, const double *a, const double *b,
                      gvc_int from, gvc_int end)
{
    const double *s0 = sales[0], *s1 = sales[1], *s2 = sales[2], *s3 = sales[3];
    double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;

#pragma omp simd reduction(+ : sum0, sum1, sum2, sum3)
    for (gvc_int j = from; j < end; j++) {
        const double weight = a[j] * b[j];

        sum0 += weight * s0[j];
        sum1 += weight * s1[j];
        sum2 += weight * s2[j];
        sum3 += weight * s3[j];
    }
    sums[0] += sum0;
    sums[1] += sum1;
    sums[2] += sum2;
    sums[3] += sum3;
}

INLINE void weigh_plain(double *restrict out, const double *restrict sales, double weight,
                        gvc_int from, gvc_int end)
{
#pragma omp simd
    for (gvc_int j = from; j < end; j++)
        out[j] += fabs(sales[j]) * weight;
}

INLINE double buy_plain(gvc_purchases p, const double *restrict sales, gvc_int from, gvc_int end)
{
    double *restrict sum = p.sum, *restrict low = p.low, *restrict size = p.size;
    double all = 0;

#pragma omp simd reduction(+ : all)
    for (gvc_int j = from; j < end; j++) {
        const double a = sales[j], s = sum[j] + a, back = s - sum[j];

        low[j] += (sum[j] - (s - back)) + (a - back);
        sum[j] = s;
        size[j] += fabs(a);
        all += a;
    }
    return all;
}

#if defined(__x86_64__)
#define COMPILE(result, name, parameters, args)                                                    \
    WIDE512 static result name##_512 parameters                                                    \
    {                                                                                              \
        return name##_plain args;                                                                  \
    }                                                                                              \
    WIDE256 static result name##_256 parameters                                                    \
    {                                                                                              \
        return name##_plain args;                                                                  \
    }

COMPILE(void, add,
        (double *to, const double *const *sales, const double *y, gvc_int from, gvc_int end),
        (to, sales, y, from, end))
COMPILE(void, sum,
        (double *sums, const double *const *sales, const double *a, const double *b, gvc_int from,
         gvc_int end),
        (sums, sales, a, b, from, end))
COMPILE(void, weigh, (double *out, const double *sales, double weight, gvc_int from, gvc_int end),
        (out, sales, weight, from, end))
COMPILE(double, buy, (gvc_purchases p, const double *sales, gvc_int from, gvc_int end),
        (p, sales, from, end))
#endif

void gvc_stream__add(double *to, const double *const *sales, const double *y, gvc_int from,
                     gvc_int end)
{
    CHOOSE(add, (to, sales, y, from, end));
}

void gvc_stream__sum(double *sums, const double *const *sales, const double *a, const double *b,
                     gvc_int from, gvc_int end)
{
    CHOOSE(sum, (sums, sales, a, b, from, end));
}

void gvc_stream__weigh(double *out, const double *sales, double weight, gvc_int from, gvc_int end)
{
    CHOOSE(weigh, (out, sales, weight, from, end));
}

double gvc_stream__buy(gvc_purchases p, const double *sales, gvc_int from, gvc_int end)
{
    return CHOOSE(buy, (p, sales, from, end));
}
