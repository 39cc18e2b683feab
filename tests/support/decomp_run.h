#ifndef TESTS_DECOMP_RUN_H
#define TESTS_DECOMP_RUN_H

#include "support.h"

#include "decomp/measure.h"

/* Levels of decompositions. */
#define EVERY_LEVEL                                                                                \
    (GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR)

/** Run every decomposition at every level it has. `opts` may be NULL. */
gvc_frames *run_decompositions(gvc_ctx *ctx, gvc_model *model, const gvc_run_opts *opts);

/** The same at some levels: all of them are too many for a table of real size. */
gvc_frames *run_levels(gvc_ctx *ctx, gvc_model *model, unsigned levels, const gvc_run_opts *opts);

/** The column of a measure ("kww/ddc") at a level ("country"); the test fails when it is not
 * there. */
const double *column_of(const gvc_frames *frames, const char *measure, const char *level);

/** Rows of unfiltered frames: exporter, sector, importer from left to right, own pair left out. */
gvc_int sector_row(gvc_int N, gvc_int s, gvc_int k);
gvc_int pair_row(gvc_int U, gvc_int s, gvc_int r);
gvc_int cell_row(gvc_int U, gvc_int N, gvc_int s, gvc_int k, gvc_int r);

#endif
