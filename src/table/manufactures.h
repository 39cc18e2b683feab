#ifndef TABLE_MANUFACTURES_H
#define TABLE_MANUFACTURES_H

#include "table/table.h"

/**
 * Weight 0 to 1 of each sector among the manufactures, N values: the set "manufacturing" of the
 * edition, else 1 for the sectors of its scheme whose group begins with mfg_. GVC_ELABEL where
 * neither is known.
 */
gvc_status gvc_edition__manufactures(gvc_ctx *ctx, const gvc_edition *edition, double *weight);

#endif
