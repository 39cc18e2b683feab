#ifndef INDEX_GROUPS_H
#define INDEX_GROUPS_H

#include "index/sheet.h"

/** The groups that have rows of their own, in order. */
typedef struct gvc_index_groups {
    gvc_int n, G;
    const gvc_group **group; /* NULL for WLD */
    unsigned char *member;   /* n x G flags, G for each group */
    gvc_labels *labels;
} gvc_index_groups;

/**
 * The edition's groups and those that `opts` names. A group without members in the table is left
 * out and logged; where it was asked for by name and its members do not change with the year, it is
 * GVC_ELABEL.
 */
gvc_status gvc_index__groups_new(gvc_ctx *ctx, gvc_index_groups *out, const gvc_table *table,
                                 const gvc_run_opts *opts);
void gvc_index__groups_clear(gvc_index_groups *groups);

/** The groups of `groups`, and behind them WLD: every country. */
gvc_status gvc_index__groups_world(gvc_ctx *ctx, gvc_index_groups *out,
                                   const gvc_index_groups *groups);

/** A model of the table with every country alone; `model` itself where it is one. */
gvc_status gvc_index__single(gvc_ctx *ctx, gvc_model **out, gvc_units **units, gvc_model *model);
/** The model in which group `g` alone acts as one unit, whose index goes to `unit`. */
gvc_status gvc_index__block(gvc_ctx *ctx, gvc_model **out, gvc_units **units, gvc_int *unit,
                            gvc_model *model, const gvc_index_groups *groups, gvc_int g,
                            gvc_group_rule rule);

#endif
