#ifndef TESTS_SYNTH_STORE_H
#define TESTS_SYNTH_STORE_H

#include <gvc/store.h>
#include <gvc/synth.h>

/** Write `years` synthetic tables, from opts->first_year on, to a store at `path`, which may be
 * there already. */
void synth_store(gvc_ctx *ctx, const char *path, const gvc_synth_opts *opts, int years,
                 int compress);

#endif
