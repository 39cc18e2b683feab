#ifndef MODEL_STREAMS_H
#define MODEL_STREAMS_H

#include <gvc/types.h>

/*
 * The inner loops of what reads all of Z': along the sales of an industry, or of some abreast, with
 * the vector units that the processor has. Which ones these are may change the last digits of the
 * sums, as it does in OpenBLAS; the number of threads does not.
 */
enum { GVC_STREAM_ABREAST = 4 };

/** to[j] += y[0] sales[0][j] + y[1] sales[1][j] ..., one after the other, for from <= j < end. */
void gvc_stream__add(double *to, const double *const *sales, const double *y, gvc_int from,
                     gvc_int end);
/** sums[k] += the sum of sales[k][j] a[j] b[j] over from <= j < end. */
void gvc_stream__sum(double *sums, const double *const *sales, const double *a, const double *b,
                     gvc_int from, gvc_int end);
/** out[j] += |sales[j]| weight for from <= j < end. */
void gvc_stream__weigh(double *out, const double *sales, double weight, gvc_int from, gvc_int end);

/** What industries buy, added up: with the rounding of every addition kept apart. */
typedef struct gvc_purchases {
    double *sum, *low; /* together the sum of the entries, to twice the precision */
    double *size;      /* of the magnitudes */
} gvc_purchases;

/** The sales are added to what buyers from .. end - 1 buy; returns their sum. */
double gvc_stream__buy(gvc_purchases p, const double *sales, gvc_int from, gvc_int end);

#endif
