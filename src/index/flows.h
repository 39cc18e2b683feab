#ifndef INDEX_FLOWS_H
#define INDEX_FLOWS_H

#include "model/model.h"

/* Products that several families need; all matrices are n x U unless said otherwise. */

/** out[i] := M[i, unit of row i]. */
void gvc_index__own(const gvc_model *model, double *out, gvc_view M);
/** out[i] := sum over r other than the own unit of M[i, r]. */
void gvc_index__others(const gvc_model *model, double *out, gvc_view M);
/** out[i] := sum over all r of M[i, r]. */
void gvc_index__total(double *out, gvc_view M);
/** out[i, r] := a[i] M[i, r]; `out` may be M itself. */
void gvc_index__scale(gvc_ctx *ctx, gvc_view out, const double *a, gvc_view M);
/** M[i, own unit] := 0. */
void gvc_index__drop_own(const gvc_model *model, gvc_view M);

/** out (U x U) := out[s, r] = sum over rows i of unit s of a[i] M[i, r]; `a` is 1 where NULL. */
void gvc_index__sum_units(gvc_ctx *ctx, const gvc_model *model, gvc_view out, const double *a,
                          gvc_view M);
/** The first row of a unit: where the total of a component stands that is not spread over rows. */
gvc_int gvc_index__first_row(const gvc_model *model, gvc_int unit);
/** Own value added in exports by row of origin: v^_s B_ss E_s* (needs GVC_Q_BEX) and v^_s L_ss E_s*
 * (GVC_Q_REX). */
void gvc_index__own_content(const gvc_model *model, double *with_returns, double *without);

/**
 * out[i in s, r] := (A_sr sum over t != s, r of (BF)_rt)_i: intermediates that the importer turns
 * into what third units absorb; 0 in the own unit. Needs GVC_Q_BF. The sum over t leaves out s and
 * r from the start, so with two units it is exactly 0.
 */
gvc_status gvc_index__third(gvc_ctx *ctx, const gvc_model *model, gvc_view out);

/** out' := y' A^F L: what y attaches to inputs from other units, carried through the own chain. */
gvc_status gvc_index__imported(gvc_ctx *ctx, const gvc_model *model, double *out, double *y);

#endif
