#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <gvc/model.h>

#include "table/table.h"

/*
 * What the measures in decomp and index may ask beside the quantities. All of these are
 * deterministic for every thread count and allocate nothing unless they take ctx.
 */

/** y := L y for each column of y (n rows): each unit's rows by its own local inverse. In place. */
gvc_status gvc_model__local(gvc_ctx *ctx, const gvc_model *model, gvc_view y);
/** y := L' y for each column (row vectors times L). In place. */
gvc_status gvc_model__local_t(gvc_ctx *ctx, const gvc_model *model, gvc_view y);

/** y := L_uu y for the rows of one unit, in the order of gvc_model__rows_of(), by one thread. May
 * run inside a parallel region when the caller has pinned OpenBLAS (la/blas.h). In place. */
void gvc_model__local_one(const gvc_model *model, gvc_int unit, gvc_view y);

/** y := B y (n x m), and y := B' y, with the certificate. In place. */
gvc_status gvc_model__solve(gvc_ctx *ctx, gvc_model *model, gvc_view y);
gvc_status gvc_model__solve_t(gvc_ctx *ctx, gvc_model *model, gvc_view y);
/** The same inside an iteration whose end is checked: where there are factors the residual is not
 * looked at. */
gvc_status gvc_model__step(gvc_ctx *ctx, gvc_model *model, int transposed, gvc_view y);

/** y := (I - A + diag(shift))^-1 y or of its transpose, where sweeps are the solver and at hand and
 * converge, which *done tells; else y is as it was. Nothing is certified, the caller looks at the
 * residual. */
gvc_status gvc_model__shifted(gvc_ctx *ctx, gvc_model *model, int transposed, const double *shift,
                              gvc_view y, int *done);

/** N (n): changes in inventories of what each industry makes; 0 where the table knows no category
 * of them. */
void gvc_model__inventories(const gvc_table *table, double *N);
/** s := x / (x - N), and 1 where nothing but stocks is made. */
void gvc_model__inventory_scale(double *s, const double *x, const double *N, gvc_int n);
/** The solution of (I - A + 1/s^ - I) y = x / s, or of its transpose for ones, where it was made
 * beside others (GVC_Q_BX, GVC_Q_SB); NULL: it was not. Its residual was looked at as a whole, its
 * rows are the caller's to look at. Borrowed. */
const double *gvc_model__corrected(const gvc_model *model, int transposed);

/** A applied unit by unit of the importer: out[i in s, r] (n x U) := sum over j in r of a_ij y[j,
 * s], or y[j, r] where `by_importer`, or y[j] where y has one column. In the own unit too where
 * `own` is not 0, else 0 there. */
typedef struct gvc_sale {
    gvc_view out, y;
    int own, by_importer;
} gvc_sale;

/** Some sales together: A is read once. No `out` is another's. */
void gvc_model__sell(gvc_ctx *ctx, const gvc_model *model, const gvc_sale *sales, gvc_int n);
/** out (n x U) := Z by buying unit, as a sale of x in the own unit too. */
void gvc_model__sales(gvc_ctx *ctx, const gvc_model *model, gvc_view out);
/** One sale of y (n) to each importer, and one of W (n x U), own unit 0. */
void gvc_model__by_importer(gvc_ctx *ctx, const gvc_model *model, gvc_view out, const double *y,
                            int own);
void gvc_model__homeward(gvc_ctx *ctx, const gvc_model *model, gvc_view out, gvc_view W);
/** out (n x m) := A y, and A' y, whole matrix. */
void gvc_model__times_A(gvc_ctx *ctx, const gvc_model *model, gvc_view out, gvc_view y);
void gvc_model__times_A_t(gvc_ctx *ctx, const gvc_model *model, gvc_view out, gvc_view y);
/** out (n x U) := row vectors by exporter: out[j, s] = sum over i in s of y_i a_ij, own unit 0. */
void gvc_model__by_exporter(gvc_ctx *ctx, const gvc_model *model, gvc_view out, const double *y);

/** out (n x m) := A^F y (foreign not 0: inputs from other units) or A^D y (inputs from the own
 * unit); transposed: y'A^F or y'A^D. A is read once for all columns. */
void gvc_model__inputs(gvc_ctx *ctx, const gvc_model *model, int foreign, int transposed,
                       gvc_view out, gvc_view y);

/** Unit of row i. */
gvc_int gvc_model__unit_of_row(const gvc_model *model, gvc_int i);
/** Rows of a unit, member by member, ascending inside a member; borrowed. GVC_Q_BDIAG counts its
 * columns so. */
const gvc_int *gvc_model__rows_of(const gvc_model *model, gvc_int unit, gvc_int *n_rows);
/** Rows of the largest unit. */
gvc_int gvc_model__widest(const gvc_model *model);
/** How many rows belong to the units before this one. */
gvc_int gvc_model__first_of(const gvc_model *model, gvc_int unit);
/** 1 / x, and 0 where x = 0 (also for columns moved to final use). Borrowed. */
const double *gvc_model__xinv(const gvc_model *model);

#endif
