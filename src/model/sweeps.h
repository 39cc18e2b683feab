#ifndef MODEL_SWEEPS_H
#define MODEL_SWEEPS_H

#include "model/system.h"

/*
 * Solutions without factors, where I - A is column diagonally dominant: symmetric block
 * Gauss-Seidel sweeps over panels of countries (passes.h) in single precision, refined in double.
 * Cheaper than factors when few columns are wanted, as the columns of all units are when sectors
 * are many; and the only array beside the table is half as large as that of the factors.
 */
typedef struct gvc_sweeps gvc_sweeps;

/** Panels, each of whole countries: a fixed number, so that no result depends on the thread count.
 */
enum { GVC_SWEEPS_PANELS = 16 };

/** The rounded A and the inverses of the panels of `sys`, and a narrower bound of ||B||_1 for it.
 */
gvc_status gvc_sweeps__new(gvc_ctx *ctx, gvc_sweeps **out, gvc_system *sys);
void gvc_sweeps__free(gvc_sweeps *sweeps);

/**
 * y := B y or B' y, certified. With `masked` (transposed only) the last columns of y, one for each
 * of its units, are solved for borders of their own: that of unit s becomes the z of
 * z = y + A' z for the rows of all others, A without what s sells to them, and the rows of s
 * receive L_ss' (A' z)_s, which is what arrives at their border. There y does not count.
 *
 * @param bound  receives the certified relative error; where it is not below `enough`, the sweeps
 *               did not converge and y is as it was
 */
gvc_status gvc_sweeps__solve(gvc_ctx *ctx, const gvc_sweeps *sweeps, int transposed, gvc_view y,
                             const gvc_model *masked, double enough, double *bound);

#endif
