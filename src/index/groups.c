#include "index/groups.h"

#include "base/mem.h"

#include <string.h>

static int is_listed(const gvc_index_groups *groups, const char *name)
{
    for (gvc_int g = 0; g < groups->n; g++)
        if (strcmp(gvc_group_name(groups->group[g]), name) == 0)
            return 1;
    return 0;
}

/* Append `group`, unless a group of its name is there already or it has no members. */
static gvc_status append(gvc_ctx *ctx, gvc_index_groups *groups, const gvc_table *table,
                         const gvc_group *group, int is_named, gvc_group_rule rule)
{
    const char *name = gvc_group_name(group);
    unsigned char *member = groups->member + groups->n * groups->G;
    gvc_int n, absent = 0;

    if (is_listed(groups, name))
        return GVC_OK;
    n = gvc_group_members(group, gvc_table_edition(table), gvc_table_year(table), rule, member,
                          &absent);
    if (n == 0 && is_named && rule.time == GVC_GROUP_UNION)
        return gvc_error__set(ctx, GVC_ELABEL, "group %s: none of its members is in this table",
                              name);
    if (n == 0) {
        gvc_log__info(ctx, "group %s has no members here: no rows for it", name);
        return GVC_OK;
    }
    if (absent > 0)
        gvc_log__info(ctx, "group %s: %lld members are not in this table by themselves", name,
                      (long long)absent);
    groups->group[groups->n++] = group;
    return GVC_OK;
}

static gvc_status make_labels(gvc_ctx *ctx, gvc_index_groups *groups)
{
    const char **names = gvc_mem__alloc(ctx, groups->n, sizeof *names);
    gvc_status st;

    if (!names)
        return GVC_ENOMEM;
    for (gvc_int g = 0; g < groups->n; g++)
        names[g] = groups->group[g] ? gvc_group_name(groups->group[g]) : "WLD";
    st = gvc_labels__new(ctx, &groups->labels, groups->n, names, NULL);
    gvc_mem__free(names);
    return st;
}

gvc_status gvc_index__groups_new(gvc_ctx *ctx, gvc_index_groups *out, const gvc_table *table,
                                 const gvc_run_opts *opts)
{
    const gvc_edition *edition = gvc_table_edition(table);
    const gvc_int own = opts->no_edition_groups ? 0 : gvc_edition_groups_n(edition);
    const gvc_int most = own + opts->n_groups, G = gvc_table_G(table);
    gvc_status st = GVC_OK;

    memset(out, 0, sizeof *out);
    out->G = G;
    out->group = gvc_mem__calloc(ctx, most, sizeof *out->group);
    out->member = gvc_mem__calloc(ctx, (most + 1) * G, 1);
    if (!out->group || !out->member)
        st = GVC_ENOMEM;
    for (gvc_int g = 0; g < own && st == GVC_OK; g++)
        st = append(ctx, out, table, gvc_edition_group(edition, g), 0, opts->group_rule);
    for (gvc_int g = 0; g < opts->n_groups && st == GVC_OK; g++)
        st = append(ctx, out, table, opts->groups[g], 1, opts->group_rule);
    if (st == GVC_OK)
        st = make_labels(ctx, out);
    if (st != GVC_OK)
        gvc_index__groups_clear(out);
    return st;
}

gvc_status gvc_index__groups_world(gvc_ctx *ctx, gvc_index_groups *out,
                                   const gvc_index_groups *groups)
{
    const gvc_int n = groups->n, G = groups->G;
    gvc_status st = GVC_ENOMEM;

    *out = (gvc_index_groups){ .n = n + 1, .G = G };
    out->group = gvc_mem__calloc(ctx, n + 1, sizeof *out->group);
    out->member = gvc_mem__alloc(ctx, (n + 1) * G, 1);
    if (out->group && out->member) {
        memcpy(out->group, groups->group, (size_t)n * sizeof *out->group);
        memcpy(out->member, groups->member, (size_t)(n * G));
        memset(out->member + n * G, 1, (size_t)G);
        st = make_labels(ctx, out);
    }
    if (st != GVC_OK)
        gvc_index__groups_clear(out);
    return st;
}

void gvc_index__groups_clear(gvc_index_groups *groups)
{
    gvc_mem__free(groups->group);
    gvc_mem__free(groups->member);
    gvc_labels__free(groups->labels);
    memset(groups, 0, sizeof *groups);
}

gvc_status gvc_index__single(gvc_ctx *ctx, gvc_model **out, gvc_units **units, gvc_model *model)
{
    const gvc_table *table = gvc_model_table(model);
    gvc_status st;

    *units = NULL;
    *out = model;
    if (gvc_model_U(model) == gvc_table_G(table))
        return GVC_OK;
    st = gvc_units_new(ctx, units, gvc_table_edition(table));
    if (st == GVC_OK)
        st = gvc_model_regroup(ctx, out, model, *units);
    if (st != GVC_OK) {
        gvc_units_free(*units);
        *units = NULL;
        *out = NULL;
    }
    return st;
}

gvc_status gvc_index__block(gvc_ctx *ctx, gvc_model **out, gvc_units **units, gvc_int *unit,
                            gvc_model *model, const gvc_index_groups *groups, gvc_int g,
                            gvc_group_rule rule)
{
    const gvc_table *table = gvc_model_table(model);
    const unsigned char *member = groups->member + g * groups->G;
    gvc_int first = 0;
    gvc_status st;

    *out = NULL;
    st = gvc_units_group(ctx, units, gvc_table_edition(table), &groups->group[g], 1,
                         gvc_table_year(table), rule);
    if (st != GVC_OK)
        return st;
    while (!member[first])
        first++;
    *unit = gvc_units_of(*units, first);
    st = gvc_model_regroup(ctx, out, model, *units);
    if (st != GVC_OK) {
        gvc_units_free(*units);
        *units = NULL;
    }
    return st;
}
