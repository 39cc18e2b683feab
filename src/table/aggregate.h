#ifndef TABLE_AGGREGATE_H
#define TABLE_AGGREGATE_H

#include <gvc/aggregate.h>

#include "table/table.h"

struct gvc_aggregation {
    const gvc_edition *from;
    gvc_edition *to;
    gvc_int G, N, H, M;        /* countries and sectors of the finer and of the coarser tables */
    gvc_int *country, *sector; /* where each goes */
};

/** Groups and sets of the finer edition that make sense in the coarser one. */
gvc_status gvc_aggregation__groups(gvc_ctx *ctx, gvc_aggregation *a);
gvc_status gvc_aggregation__sets(gvc_ctx *ctx, gvc_aggregation *a);

#endif
