#ifndef DECOMP_SPLITKEYS_H
#define DECOMP_SPLITKEYS_H

#include "decomp/rowplan.h"
#include "decomp/split.h"

/** The keys that a method by origin and destination can have, and how many of each it fills. */
typedef struct gvc_splitkeys {
    const gvc_split *split;
    const gvc_labels *units, *sectors;
    gvc_labels *origins, *destinations; /* made here where they are not the units */
    gvc_int n_origins, n_destinations;
} gvc_splitkeys;

/** Those of one level: columns are NULL where it lacks the key, counts are 1. */
typedef struct gvc_keyed {
    const gvc_split *split;
    gvc_level level;
    gvc_int n_origins, n_destinations;
    int32_t *exporter, *sector, *importer, *origin, *destination;
} gvc_keyed;

gvc_status gvc_splitkeys__new(gvc_ctx *ctx, gvc_splitkeys *out, const gvc_model *model,
                              const gvc_split *split, const gvc_rowplan *plan);
void gvc_splitkeys__clear(gvc_splitkeys *keys);

/** What a level tells apart, without columns. */
gvc_keyed gvc_splitkeys__of(const gvc_splitkeys *keys, gvc_level level);
/** Add the columns of the keys to the frame of a level. */
gvc_status gvc_splitkeys__add(gvc_ctx *ctx, gvc_keyed *keyed, const gvc_splitkeys *keys,
                              gvc_frame *frame);
/** Fill the keys of one row. Site, sector k, importer r, origin o and destination l; those that
 * the level lacks are ignored. */
void gvc_splitkeys__put(const gvc_keyed *keyed, gvc_int row, gvc_int site, gvc_int k, gvc_int r,
                        gvc_int o, gvc_int l);

#endif
