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

/** The same for all sectors of exporter s, to importer r where the level has one: `values` has a
 * row for each of the K sectors and a column for what gvc_output__put() takes side by side. */
void gvc_output__put_sectors(const gvc_output *out, const gvc_measure *measure,
                             const gvc_rowplan *plan, gvc_int s, gvc_int r, gvc_view values);

/** Say why cells of the finished frame are missing: no output in the sector, or no exports. */
gvc_status gvc_output__flag(gvc_ctx *ctx, const gvc_output *out, const gvc_model *model,
                            const gvc_rowplan *plan);

#endif
