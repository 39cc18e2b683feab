#ifndef DECOMP_PASSAGE_H
#define DECOMP_PASSAGE_H

#include "decomp/driver.h"

/** The state of bm/bilateral, which other methods read too. Needs VB, B and BDIAG. */
gvc_status gvc_passage__prepare(gvc_ctx *ctx, void **state, const gvc_model *model);
void gvc_passage__release(void *state);

/** Own value added in one unit of row i sold to r, counted at its first passage to r. */
double gvc_passage__own(const void *state, gvc_int i, gvc_int r);

#endif
