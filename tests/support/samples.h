#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H

#include "decomp_run.h"

/*
 * One random table with its model, its dense twin and every decomposition of it. The list of cases
 * goes over sizes, everything awkward about tables, balances, and groups as one exporter.
 */
typedef struct sample {
    gvc_table *table;
    gvc_units *units; /* NULL: every country alone */
    gvc_model *model;
    literal *lit;
    gvc_frames *frames;
    gvc_int U, N, n;
    unsigned flags;
    gvc_balance balance;
    double scale; /* largest gross export flow */
} sample;

/** How many cases there are. */
gvc_int sample_cases(void);
/** Make case `i`; frames are run when `decompose` is not 0. */
sample sample_new(gvc_ctx *ctx, gvc_int i, int decompose);
void sample_free(sample *s);
/** The sample's column. */
const double *sample_column(const sample *s, const char *measure, const char *level);

#endif
