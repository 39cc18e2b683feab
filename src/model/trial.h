#ifndef MODEL_TRIAL_H
#define MODEL_TRIAL_H

#include "model/system.h"

/*
 * How large the errors of solutions by factors are, by their residual R = b - (I - A) y: ||B||_1
 * times its 1-norm, in units of that of y; for rows the same with maximum norms of R and y.
 *
 * The residual of every column costs as much as the solution. For many columns it is taken of
 * some sums of them with signs +-1, of columns scaled to the same size: whichever column one asks
 * for, a sum has at least its residual with a chance of one half, so that the largest residual of
 * 64 sums is a bound but for a chance of 2^-64. It is wider, by up to the number of columns where
 * these are large in different rows; where it is too wide, every column is looked at.
 */
typedef struct gvc_trial gvc_trial;

/** Columns of signs. */
enum { GVC_TRIAL_SIGNS = 64 };

/** Signs that look random and are the same in every run. */
void gvc_trial__fill_signs(gvc_view w);

/** For up to `cols` columns at once; freed with gvc_trial__free(). */
gvc_status gvc_trial__new(gvc_ctx *ctx, gvc_trial **out, const gvc_system *sys, gvc_int cols);
/** Keep the right-hand sides `b`. */
void gvc_trial__keep(gvc_trial *trial, gvc_view b);
/** The bound of the errors of `y`, once large errors are refined away. */
gvc_status gvc_trial__certify(gvc_ctx *ctx, gvc_trial *trial, int transposed, gvc_view y,
                              double *bound);
void gvc_trial__free(gvc_trial *trial);

#endif
