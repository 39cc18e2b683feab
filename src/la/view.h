#ifndef LA_VIEW_H
#define LA_VIEW_H

#include <gvc/types.h>

#include <string.h>

/** The `rows` x `cols` part of `m` that begins at (i, j). */
static inline gvc_view gvc_view__part(gvc_view m, gvc_int i, gvc_int j, gvc_int rows, gvc_int cols)
{
    return (gvc_view){ m.a + i + j * m.ld, rows, cols, m.ld };
}

/** Columns j .. j + cols - 1 of `m`. */
static inline gvc_view gvc_view__cols(gvc_view m, gvc_int j, gvc_int cols)
{
    return gvc_view__part(m, 0, j, m.rows, cols);
}

/** A vector as a matrix of one column. */
static inline gvc_view gvc_view__vector(double *a, gvc_int n)
{
    return (gvc_view){ a, n, 1, n > 0 ? n : 1 };
}

/** to := from, of the same shape. */
static inline void gvc_view__copy(gvc_view to, gvc_view from)
{
    for (gvc_int c = 0; c < to.cols; c++)
        memcpy(to.a + c * to.ld, from.a + c * from.ld, sizeof(double) * (size_t)to.rows);
}

#endif
