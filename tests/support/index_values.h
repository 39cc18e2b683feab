#ifndef TESTS_INDEX_VALUES_H
#define TESTS_INDEX_VALUES_H

#include "support.h"

#include <gvc/measures.h>

/** Run the families of `list` (comma-separated) on a model; `base` comes along. */
gvc_frames *index_run(gvc_ctx *ctx, gvc_model *model, const char *list, const gvc_run_opts *opts);
/** The same on a model of `table` with units (NULL: every country alone). */
gvc_frames *index_run_table(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units,
                            const char *list, const gvc_run_opts *opts);

/** The frame of `level` that has the column `name`; the test fails where there is none. */
const gvc_frame *index_frame(const gvc_frames *frames, const char *level, const char *name);
/** The cells of column `name` at `level`. */
const double *index_column(const gvc_frames *frames, const char *level, const char *name);
/** How many rows they are. */
gvc_int index_rows(const gvc_frames *frames, const char *level, const char *name);
/** The cell whose keys are these; NULL for a key that the level does not use. */
double index_value(const gvc_frames *frames, const char *level, const char *name,
                   const char *country, const char *sector, const char *partner);

#endif
