#ifndef DECOMP_MEASURE_H
#define DECOMP_MEASURE_H

#include <gvc/measures.h>

#include "decomp/level.h"
#include "frame/frame.h"
#include "model/model.h"

/*
 * One row of the table of measures, as its file in decomp/ or index/ defines it. A new measure is
 * one file with one such constant and one line in src/decomp/measures.c or src/index/families.c.
 */

struct gvc_term {
    const char *name, *label, *unit, *formula;
    const char *meaning, *range; /* sector meaning and range; NULL stands for "" */
    unsigned levels;             /* gvc_level bits; 0: those of the measure */
    const struct gvc_rule
        *rule; /* indices: how a derived column follows from others (index/rule.h) */
};

struct gvc_measure {
    const char *name, *method, *prefix, *perspective, *approach;
    gvc_frame_kind kind;
    const char *title, *paper, *notes;
    unsigned levels, needs;
    const gvc_term *terms;
    gvc_int n_terms;
    const void *how;         /* what the driver of its kind runs: decomp/driver.h, index/driver.h */
    unsigned needs_of_pairs; /* indices: needed beside `needs` at the levels of pairs */
    unsigned needs_of_sectors; /* the same at the levels of sectors */
    gvc_int n_hidden; /* indices: terms after the n_terms, which rules need and no output shows */
};

/** The decompositions, NULL-terminated, in the order of the reference (src/decomp/measures.c). */
extern const gvc_measure *const gvc_decomp__measures[];

/** The quantities that a decomposition needs at `levels`. */
unsigned gvc_decomp__needs(const gvc_measure *measure, unsigned levels);

/** Run one decomposition at the levels of `levels`, one frame a level. */
gvc_status gvc_decomp__run(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                           const gvc_measure *measure, unsigned levels, const gvc_run_opts *opts);

#endif
