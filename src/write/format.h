#ifndef WRITE_FORMAT_H
#define WRITE_FORMAT_H

#include <gvc/write.h>

#include "write/gather.h"

/* A format is one file with one of these and one line in the table of src/write/writer.c. */

/** Whether the frames of an output are kept until its end (write/gather.h). */
typedef enum gvc_gathers {
    GVC_GATHERS_NOTHING, /**< the format writes what it is given */
    GVC_GATHERS_TABLE,   /**< one table */
    GVC_GATHERS_LEVELS,  /**< a table for each level */
    GVC_GATHERS_PANEL,   /**< a panel, for its codebook; the format also writes what it is given */
} gvc_gathers;

typedef struct gvc_format {
    const char *name;  /**< also the suffix */
    int has_side_file; /**< provenance and columns go to <path>.meta.json */
    int to_stdout;     /**< can be written to a pipe */
    int is_serial;     /**< writes with one thread, however many there are */
    gvc_gathers gathers;
    /** Begin; on failure nothing is left behind and *state is not used. `opts` is never NULL and
     *  outlives the state. */
    gvc_status (*begin)(gvc_ctx *ctx, void **state, const char *path, const gvc_write_opts *opts);
    /** NULL where the frames are gathered. */
    gvc_status (*add)(gvc_ctx *ctx, void *state, const gvc_frame *frame);
    /** Rename under the final name and free, also on failure. `gather` is NULL where nothing was
     *  gathered. */
    gvc_status (*commit)(gvc_ctx *ctx, void *state, const gvc_gather *gather);
    /** Remove what was written, free. */
    void (*drop)(void *state);
    /** Rows `first` and on of a result of `rows` rows whose parts come in order; NULL where the
     *  format needs a result whole. */
    gvc_status (*add_part)(gvc_ctx *ctx, void *state, const gvc_frame *part, gvc_int first,
                           gvc_int rows);
} gvc_format;

extern const gvc_format gvc_format__csv, gvc_format__dta, gvc_format__h5, gvc_format__json,
    gvc_format__txt, gvc_format__xlsx;

#endif
