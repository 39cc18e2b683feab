#ifndef INDEX_OUTPUT_H
#define INDEX_OUTPUT_H

#include "index/select.h"
#include "index/sheet.h"

/** What turns sheets into frames. */
typedef struct gvc_index_output {
    const gvc_model *model;
    gvc_shape shape;
    gvc_selection selection;
    gvc_index_groups groups;
    gvc_labels *world;          /* WLD */
    gvc_index_groups pools;     /* groups and the world, where pairs are pooled */
    const gvc_labels *partners; /* NULL: the units */
    const char *suffix;         /* of the level's name; NULL: none */
} gvc_index_output;

/** How the column of term `t` introduces itself at a level. */
gvc_column_info gvc_index__column(const gvc_measure *measure, gvc_int t, gvc_level level);

/** Append a frame of the rows that the selection keeps; none where it keeps none. At levels of
 * pairs the columns that have own pairs come in a frame of their own, after that of the others. */
gvc_status gvc_index__hand_out(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                               const gvc_sheet *sheet);
/** The same for a sheet of pairs with each of `groups` as partner: of the groups of the output, or
 * of its pools. */
gvc_status gvc_index__hand_out_pooled(gvc_ctx *ctx, gvc_frames *frames,
                                      const gvc_index_output *output,
                                      const gvc_index_groups *groups, const gvc_sheet *sheet);

#endif
