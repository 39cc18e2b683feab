#ifndef DECOMP_OWN_H
#define DECOMP_OWN_H

#include "decomp/measure.h"

/** y := B_ss^-1 y on the rows of every unit s, or B_ss'^-1 y. Needs BDIAG. */
gvc_status gvc_own__divide(gvc_ctx *ctx, const gvc_model *model, int transposed, gvc_view y);

#endif
