#ifndef DECOMP_PASSAGE_H
#define DECOMP_PASSAGE_H

#include "decomp/driver.h"

/** The state of bm/bilateral, which other methods read too. Needs VB, B and BDIAG. */
gvc_status gvc_passage__prepare(gvc_ctx *ctx, void **state, const gvc_model *model);
void gvc_passage__release(void *state);

/** Own value added in one unit of row i sold to r, counted at its first passage to r. */
double gvc_passage__own(const void *state, gvc_int i, gvc_int r);

/** c (two row vectors, as columns) := c (I + A_sr B_rs)^-1, by one thread, whose caller has pinned
 * OpenBLAS. Returns 1 where that is singular. `room` has gvc_passage__room() numbers and `pivot`
 * one for each row of s. Needs B. */
int gvc_passage__solve(const gvc_model *model, gvc_int s, gvc_int r, gvc_view c, double *room,
                       int *pivot);
/** That is for each row of s. */
gvc_int gvc_passage__room(const gvc_model *model);

#endif
