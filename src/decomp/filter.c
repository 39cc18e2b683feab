#include "decomp/filter.h"

#include "base/ctx.h"
#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

gvc_status gvc_filter__refuse(gvc_ctx *ctx, const gvc_labels *labels, const char *what,
                              const char *name)
{
    const char *nearest = gvc_labels__nearest(labels, name);

    if (nearest)
        return gvc_error__set(ctx, GVC_ELABEL, "--%s: \"%s\" is not in the table; did you mean %s?",
                              what, name, nearest);
    return gvc_error__set(ctx, GVC_ELABEL,
                          "--%s: \"%s\" is not in the table; its labels run from %s to %s", what,
                          name, gvc_labels_code(labels, 0),
                          gvc_labels_code(labels, gvc_labels_n(labels) - 1));
}

/* The nearest name of a group, of the edition or built in; NULL where none is near. */
static const char *nearest_group(gvc_ctx *ctx, const gvc_edition *edition, const char *name)
{
    const gvc_int own = gvc_edition_groups_n(edition), n = own + gvc_groups_builtin_n();
    const char **names = gvc_mem__alloc(ctx, n, sizeof *names), *nearest = NULL;

    for (gvc_int g = 0; names && g < n; g++)
        names[g] =
            gvc_group_name(g < own ? gvc_edition_group(edition, g) : gvc_groups_builtin(g - own));
    if (names)
        nearest = gvc_text__nearest(name, names, n);
    gvc_mem__free(names);
    return nearest;
}

gvc_status gvc_filter__refuse_unit(gvc_ctx *ctx, const gvc_model *model, const char *what,
                                   const char *name)
{
    const gvc_labels *units = gvc_units_labels(gvc_model_units(model));
    const gvc_edition *edition = gvc_table_edition(gvc_model_table(model));
    const char *group = nearest_group(ctx, edition, name);
    const char *unit = gvc_labels__nearest(units, name);
    gvc_int nearer;

    if (!group)
        return gvc_filter__refuse(ctx, units, what, name);
    nearer = unit ? gvc_text__distance(name, unit) - gvc_text__distance(name, group) : 1;
    if (nearer < 0)
        return gvc_filter__refuse(ctx, units, what, name);
    return gvc_error__set(ctx, GVC_ELABEL,
                          "--%s: \"%s\" is no country and no group; did you mean %s%sthe group %s?",
                          what, name, nearer ? "" : unit, nearer ? "" : " or ", group);
}

/* Add the units whose countries all belong to the group; how many there are. */
static gvc_int add_inside(unsigned char *wanted, const gvc_units *units,
                          const unsigned char *member, gvc_int G)
{
    const gvc_int U = gvc_units_n(units);
    gvc_int found = 0;

    for (gvc_int u = 0; u < U; u++) {
        int inside = 1;

        for (gvc_int c = 0; c < G; c++)
            if (gvc_units_of(units, c) == u && !member[c])
                inside = 0;
        if (inside) {
            wanted[u] = 1;
            found++;
        }
    }
    return found;
}

static gvc_status add_group(gvc_ctx *ctx, unsigned char *wanted, const gvc_model *model,
                            const gvc_group *group, const char *what, gvc_group_rule rule)
{
    const gvc_table *table = gvc_model_table(model);
    const gvc_int G = gvc_table_G(table);
    unsigned char *member = gvc_mem__calloc(ctx, G, 1);
    gvc_int found = 0;

    if (!member)
        return GVC_ENOMEM;
    if (gvc_group_members(group, gvc_table_edition(table), gvc_table_year(table), rule, member,
                          NULL) > 0)
        found = add_inside(wanted, gvc_model_units(model), member, G);
    gvc_mem__free(member);
    if (found == 0)
        return gvc_error__set(ctx, GVC_ELABEL, "--%s: no country of the table lies in group %s",
                              what, gvc_group_name(group));
    return GVC_OK;
}

static gvc_status add_unit(gvc_ctx *ctx, unsigned char *wanted, const gvc_model *model,
                           const char *name, const char *what, gvc_group_rule rule)
{
    const gvc_edition *edition = gvc_table_edition(gvc_model_table(model));
    const gvc_units *units = gvc_model_units(model);
    const gvc_labels *labels = gvc_units_labels(units);
    const gvc_int u = gvc_labels_find(labels, name);
    const gvc_int c = gvc_labels_find(gvc_edition_countries(edition), name);
    const gvc_group *group = gvc_group_find(edition, name);

    if (u >= 0) {
        wanted[u] = 1;
        return GVC_OK;
    }
    if (c >= 0) {
        const char *unit = gvc_labels_code(labels, gvc_units_of(units, c));

        return gvc_error__set(ctx, GVC_ELABEL,
                              "--%s: %s is part of %s here and has no rows of its own; choose %s",
                              what, name, unit, unit);
    }
    if (group)
        return add_group(ctx, wanted, model, group, what, rule);
    return gvc_filter__refuse_unit(ctx, model, what, name);
}

gvc_status gvc_filter__group(gvc_ctx *ctx, unsigned char *wanted, const gvc_model *model,
                             const gvc_group *group, const char *what, gvc_group_rule rule)
{
    memset(wanted, 0, (size_t)gvc_model_U(model));
    return add_group(ctx, wanted, model, group, what, rule);
}

gvc_status gvc_filter__units(gvc_ctx *ctx, unsigned char *wanted, const gvc_model *model,
                             const char *const *list, const char *what, gvc_group_rule rule)
{
    gvc_status st = GVC_OK;

    memset(wanted, list == NULL, (size_t)gvc_model_U(model));
    for (gvc_int i = 0; st == GVC_OK && list && list[i]; i++)
        st = add_unit(ctx, wanted, model, list[i], what, rule);
    return st;
}

gvc_status gvc_filter__sectors(gvc_ctx *ctx, unsigned char *wanted, const gvc_labels *sectors,
                               const char *const *list)
{
    memset(wanted, list == NULL, (size_t)gvc_labels_n(sectors));
    for (gvc_int i = 0; list && list[i]; i++) {
        const gvc_int k = gvc_labels_find(sectors, list[i]);

        if (k < 0)
            return gvc_filter__refuse(ctx, sectors, "sector", list[i]);
        wanted[k] = 1;
    }
    return GVC_OK;
}
