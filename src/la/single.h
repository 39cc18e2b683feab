#ifndef LA_SINGLE_H
#define LA_SINGLE_H

#include "la/blas.h"

/*
 * Matrices in single precision: half the memory and twice the speed, for work whose result is
 * refined in double precision afterwards. As with doubles every sum has one order.
 */
typedef struct gvc_floats {
    float *a;
    gvc_int rows, cols, ld;
} gvc_floats;

static inline gvc_floats gvc_floats__part(gvc_floats m, gvc_int i, gvc_int j, gvc_int rows,
                                          gvc_int cols)
{
    return (gvc_floats){ m.a + i + j * m.ld, rows, cols, m.ld };
}

/** out := a diag(d), rounded; d NULL stands for ones. */
void gvc_la__round(gvc_floats out, gvc_view a, const double *d, int threads);

/** One product by a single thread; the caller has pinned OpenBLAS: c := a b + beta c or a' b + beta
 * c. */
void gvc_la__single_gemm(int a_transposed, gvc_floats a, gvc_floats b, float beta, gvc_floats c);

#endif
