#ifndef DECOMP_OUTPUT_H
#define DECOMP_OUTPUT_H

#include "decomp/driver.h"
#include "decomp/rowplan.h"

/*
 * The frame of one level while it is filled: where each term and each share goes. A row belongs to
 * one exporting unit, so units fill it side by side.
 */
typedef struct gvc_output {
    gvc_level level;
    gvc_frame *frame;
    const char *satellite, *unit; /* what stands in place of value added; NULL: nothing */
    double **terms, **shares;     /* n_terms each; NULL where the level has no such column */
} gvc_output;

/** The frame of `rows` rows without columns, and room for `terms` and `shares`. */
gvc_status gvc_output__begin(gvc_ctx *ctx, gvc_output *out, const gvc_model *model,
                             const gvc_measure *measure, gvc_level level, gvc_int rows);
/** Add the value columns, missing so far; the keys are there. */
gvc_status gvc_output__add_values(gvc_ctx *ctx, gvc_output *out, const gvc_measure *measure,
                                  int shares);
/** Make the frame with its keys filled and its value columns missing. */
gvc_status gvc_output__open(gvc_ctx *ctx, gvc_output *out, const gvc_model *model,
                            const gvc_measure *measure, gvc_level level, const gvc_rowplan *plan,
                            int shares);
/** Give back what was not handed on. */
void gvc_output__close(gvc_output *out);

/** Put one cell: `values` holds the terms, ratios still to divide, and after them the gross
 * exports of the cell. A row of -1 is left out. */
void gvc_output__put(const gvc_output *out, const gvc_measure *measure, gvc_int row,
                     const double *values);

enum { GVC_OUTPUT_FLOWS = 64 };

/** Some flows of one exporter. Column t of `cells` is value t of the first one, in the order of
 * gvc_output__put(); that of each further one begins `step` behind. */
typedef struct gvc_flow_list {
    const gvc_int *importers; /* NULL where the level has none */
    gvc_int n;                /* GVC_OUTPUT_FLOWS at most */
    gvc_view cells;
    gvc_int step;
} gvc_flow_list;

static inline gvc_view gvc_flow_list__cells(gvc_flow_list flows, gvc_int f)
{
    flows.cells.a += f * flows.step;
    return flows.cells;
}

/** Put all sectors of exporter s: the cells of the flows have a row for each of the K. */
void gvc_output__put_sectors(const gvc_output *out, const gvc_measure *measure,
                             const gvc_rowplan *plan, gvc_int s, gvc_flow_list flows);

/** Say why cells of the finished frame are missing: no output in the sector, or no exports. */
gvc_status gvc_output__flag(gvc_ctx *ctx, const gvc_output *out, const gvc_measure *measure,
                            const gvc_model *model, const gvc_rowplan *plan);

#endif
