#ifndef DECOMP_FILTER_H
#define DECOMP_FILTER_H

#include <gvc/measures.h>

/*
 * Filters choose rows. An entry is a unit of the model, a sector, or the name of a group, which
 * stands for every unit that lies inside it.
 */

/** Set the flags of the units that `list` names (all of them where it is NULL). `what` is the
 * option in messages ("exporter"). GVC_ELABEL for an entry that names no unit. */
gvc_status gvc_filter__units(gvc_ctx *ctx, unsigned char *wanted, const gvc_model *model,
                             const char *const *list, const char *what, gvc_group_rule rule);

/** Set the flags of the units inside one group, and no others. */
gvc_status gvc_filter__group(gvc_ctx *ctx, unsigned char *wanted, const gvc_model *model,
                             const gvc_group *group, const char *what, gvc_group_rule rule);

/** The same for sectors. */
gvc_status gvc_filter__sectors(gvc_ctx *ctx, unsigned char *wanted, const gvc_labels *sectors,
                               const char *const *list);

/** GVC_ELABEL: `name`, given to option `what`, is none of `labels`; names the nearest, if one is
 * near. */
gvc_status gvc_filter__refuse(gvc_ctx *ctx, const gvc_labels *labels, const char *what,
                              const char *name);
/** The same for a name that is neither a unit nor a group: names the nearest of both. */
gvc_status gvc_filter__refuse_unit(gvc_ctx *ctx, const gvc_model *model, const char *what,
                                   const char *name);

#endif
