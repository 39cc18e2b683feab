#ifndef LA_PACKED_H
#define LA_PACKED_H

#include "la/view.h"

/*
 * Products in single precision with a matrix that is multiplied many times by a few hundred
 * columns. A general product copies its matrix into an order of its own at every call, which takes
 * a quarter of the time of such a product; here matrix and columns stand in that order from the
 * start:
 *
 *     matrix   strips of GVC_PACKED_ROWS rows, each column by column
 *     columns  strips of GVC_PACKED_COLS columns, each row by row
 *
 * The last strips are filled up with zeros, which is for the caller to see to (gvc_mem__calloc).
 * Every element of a product is a sum in one order, whatever part of the product is asked for, so
 * results do not depend on the thread count; on machines with other vector units they differ in the
 * last digits, as those of OpenBLAS do.
 */
enum { GVC_PACKED_ROWS = 32, GVC_PACKED_COLS = 12 };

/** A matrix in single precision, column by column: half the memory and twice the speed, for work
 * whose result is refined in double precision afterwards. */
typedef struct gvc_floats {
    float *a;
    gvc_int rows, cols, ld;
} gvc_floats;

static inline gvc_floats gvc_floats__part(gvc_floats m, gvc_int i, gvc_int j, gvc_int rows,
                                          gvc_int cols)
{
    return (gvc_floats){ m.a + i + j * m.ld, rows, cols, m.ld };
}

typedef struct gvc_packed {
    float *a;
    gvc_int rows, cols;
} gvc_packed;

/** Floats that a matrix takes in strips of rows, and in strips of columns. */
gvc_int gvc_packed__size(gvc_int rows, gvc_int cols);
gvc_int gvc_packed__columns_size(gvc_int rows, gvc_int cols);

/** out := diag(d) a, columns from .. to - 1 of both; d NULL stands for ones. */
void gvc_packed__fill(gvc_packed out, const double *d, gvc_view a, gvc_int from, gvc_int to);
/** out := (diag(d) a)', rows from .. to - 1 of out, where `from` is a multiple of GVC_PACKED_ROWS.
 */
void gvc_packed__fill_transposed(gvc_packed out, const double *d, gvc_view a, gvc_int from,
                                 gvc_int to);
/** The place of m in the columns `out` is row i, column c, a multiple of GVC_PACKED_COLS. */
void gvc_packed__fill_columns(gvc_packed out, gvc_floats m, gvc_int i, gvc_int c);

/** out := rows i and on of a, of them the columns from .. to - 1, times the rows from .. to - 1 of
 * columns c and on of y. i and c are multiples of the strips; `work` has room for
 * gvc_packed__work(columns of out). By one thread. */
void gvc_packed__multiply(gvc_floats out, gvc_packed a, gvc_int i, gvc_int from, gvc_int to,
                          gvc_packed y, gvc_int c, float *work);
gvc_int gvc_packed__work(gvc_int cols);

#endif
