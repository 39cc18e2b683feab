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

/** What is solved for. */
typedef struct gvc_sweeps_job {
    int transposed;
    /** Transposed only: the last columns, one for each of its units, are solved for borders of
     * their own: that of unit s becomes the z of z = y + A' z for the rows of all others, A without
     * what s sells to them, and the rows of s receive L_ss' (A' z)_s, which is what arrives at
     * their border. There y does not count. */
    const gvc_model *masked;
    /** n: diag(shift) is added to I - A in column `shifted` (before the masked ones), of which
     * nothing is certified then, and which the others do not wait for; NULL: in none. */
    const double *shift;
    gvc_int shifted;
    double enough;
} gvc_sweeps_job;

/** How far off solutions are at most, relative to them. */
typedef struct gvc_sweeps_error {
    double bound;   /**< certified, of all columns but the shifted one unless it is alone */
    double shifted; /**< the same of its residual */
} gvc_sweeps_error;

/**
 * y := B y or B' y, certified. Where error->bound is not below job->enough, the sweeps did not
 * converge and y is as it was.
 */
gvc_status gvc_sweeps__solve(gvc_ctx *ctx, gvc_sweeps *sweeps, const gvc_sweeps_job *job,
                             gvc_view y, gvc_sweeps_error *error);

#endif
