#ifndef DECOMP_BOUGHT_H
#define DECOMP_BOUGHT_H

#include "decomp/split.h"

/*
 * Sales abroad by final absorber and by the product that is bought there in the end. Output that
 * absorber l calls for by buying product p is W^(l,p) = B F^(l,p), F^(l,p) the rows of F_.l of that
 * product, from every producer. With a value c_i in a unit of row i an exporter s sells
 *
 *     sum over i in s, r of c_i (A_sr W_r^(l,p))_i + c_i F_ir at l = r, i of product p
 *     = sum over rows j of product p of (reach_js + [j in s, l != s] c_j) F_jl,  reach_s = c_s A_s
 * B
 *
 * where A_s is what others buy of s. So W, which has n rows for every absorber and product, is
 * never made: reach has one column for every exporter.
 */

/** Absorbers times products of the table, and DISC where the table has a discrepancy. */
gvc_int gvc_bought__pairs(const gvc_model *model);

/** reach (n x U) of the values c (n). Needs B. */
gvc_status gvc_bought__reach(gvc_ctx *ctx, const gvc_model *model, const double *c, gvc_view reach);

/** Fill cells (gvc_bought__pairs(), product by product of each absorber) with what the exporter of
 * the site sells; one task an absorber. */
void gvc_bought__fill(gvc_ctx *ctx, const gvc_site *site, const double *c, gvc_view reach,
                      double *cells);

#endif
