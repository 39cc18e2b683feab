#ifndef INDEX_SELECT_H
#define INDEX_SELECT_H

#include "index/groups.h"

/** Which labels the filters keep; a NULL pointer keeps all. */
typedef struct gvc_selection {
    unsigned char *country, *partner; /* U */
    unsigned char *group;             /* groups */
    unsigned char *pooled;            /* groups that are partners */
    unsigned char *sector;            /* as many as rows have */
    int no_world;
} gvc_selection;

/** The sectors that rows have: those of the table, or the targets of a concordance. */
const gvc_labels *gvc_index__sectors(const gvc_model *model, const gvc_concordance *sectors);

/**
 * Read the filters of `opts`. A label that is no unit, no sector and no group is GVC_ELABEL with
 * the nearest one. A group's name keeps its members and its own rows.
 */
gvc_status gvc_index__selection_new(gvc_ctx *ctx, gvc_selection *out, const gvc_model *model,
                                    const gvc_index_groups *groups, const gvc_run_opts *opts);
void gvc_index__selection_clear(gvc_selection *selection);

/** Write the cells of `level` that are kept to `rows`, in order, and return how many there are. */
gvc_int gvc_index__select(const gvc_selection *selection, const gvc_shape *shape, gvc_level level,
                          gvc_int cells, int own_pairs, gvc_int *rows);

#endif
