#ifndef GVC_SYNTH_H
#define GVC_SYNTH_H

#include <gvc/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a synthetic edition looks like. All zero: 10 countries, 10 sectors, seed 0. */
typedef struct gvc_synth_opts {
    gvc_int countries, sectors; /**< G and N */
    unsigned seed;
    int first_year; /**< sizes, technology and trade drift by the seed from here; 0: 2000 */
    int demo;       /**< 1: about 30 real economies x 18 sectors, GDP and openness of the real
                         world in magnitude; countries and sectors are then not used */
} gvc_synth_opts;

/** Makes balanced, plausible tables year by year; every one is marked synthetic. */
typedef struct gvc_synth gvc_synth;

/**
 * Prepare the labels. Countries are the largest economies by ISO code, then made-up ones under
 * codes that ISO 3166 leaves to its users, and ROW last.
 *
 * @return GVC_EUSAGE for more than 1,000 countries or 100,000 country-sectors
 */
GVC_API gvc_status gvc_synth_new(gvc_ctx *ctx, gvc_synth **out, const gvc_synth_opts *opts);
GVC_API const gvc_edition *gvc_synth_edition(const gvc_synth *synth);
/** The table of `year`: the same bits for the same options, whatever the thread count. Memory: one
 * table plus n x (G + N). Freed with gvc_table_free(). */
GVC_API gvc_status gvc_synth_table(gvc_ctx *ctx, gvc_table **out, const gvc_synth *synth, int year);
GVC_API void gvc_synth_free(gvc_synth *synth);

#ifdef __cplusplus
}
#endif
#endif
