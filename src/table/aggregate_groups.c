#include "table/aggregate.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* ---- groups ---- */

static const gvc_group_entry *find_entry(const gvc_group *group, const char *iso3)
{
    for (gvc_int i = 0; i < group->n; i++)
        if (strcmp(group->members[i].iso3, iso3) == 0)
            return &group->members[i];
    return NULL;
}

static int same_spell(const gvc_group_entry *a, const gvc_group_entry *b)
{
    return !a ? !b : b && a->from_year == b->from_year && a->to_year == b->to_year;
}

/* The first coarser country that lies partly inside the group, or is so for part of the years; -1
 * where there is none. */
static gvc_int find_split(const gvc_aggregation *a, const gvc_group *group)
{
    for (gvc_int c = 1; c < a->G; c++)
        for (gvc_int d = 0; d < c; d++)
            if (a->country[c] == a->country[d] &&
                !same_spell(find_entry(group, gvc_labels_code(a->from->countries, c)),
                            find_entry(group, gvc_labels_code(a->from->countries, d))))
                return a->country[c];
    return -1;
}

/* What a member is called in the coarser table; NULL where an earlier member of the group has gone
 * into the same country. A member that the finer table lacks keeps its code. */
static const char *member_name(const gvc_aggregation *a, const gvc_group *group, gvc_int i)
{
    const gvc_int c = gvc_labels_find(a->from->countries, group->members[i].iso3);

    if (c < 0)
        return group->members[i].iso3;
    for (gvc_int j = 0; j < i; j++) {
        const gvc_int d = gvc_labels_find(a->from->countries, group->members[j].iso3);

        if (d >= 0 && a->country[d] == a->country[c] && d != c)
            return NULL;
    }
    return gvc_labels_code(a->to->countries, a->country[c]);
}

static gvc_status keep_group(gvc_ctx *ctx, gvc_aggregation *a, const gvc_group *group)
{
    gvc_group *kept = gvc_edition__add_group(ctx, a->to, group->name, group->n);

    if (!kept)
        return GVC_ENOMEM;
    kept->n = 0;
    kept->note = gvc_arena__strdup(ctx, a->to->arena, group->note);
    for (gvc_int i = 0; i < group->n; i++) {
        const char *name = member_name(a, group, i);
        gvc_group_entry *entry = &kept->members[kept->n];

        if (!name)
            continue;
        *entry = group->members[i];
        entry->iso3 = gvc_arena__strdup(ctx, a->to->arena, name);
        if (!entry->iso3)
            return GVC_ENOMEM;
        kept->n++;
    }
    return GVC_OK;
}

gvc_status gvc_aggregation__groups(gvc_ctx *ctx, gvc_aggregation *a)
{
    gvc_status st = GVC_OK;

    for (gvc_int g = 0; st == GVC_OK && g < a->from->n_groups; g++) {
        const gvc_group *group = &a->from->groups[g];
        const gvc_int split = find_split(a, group);

        if (split >= 0)
            gvc_log__warn(ctx,
                          "group %s is left out: %s is made of members and others, or of members "
                          "with different years",
                          group->name, gvc_labels_code(a->to->countries, split));
        else if (gvc_labels_find(a->to->countries, group->name) >= 0)
            gvc_log__warn(ctx, "group %s is left out: a country of the new table has its name",
                          group->name);
        else
            st = keep_group(ctx, a, group);
    }
    return st;
}

/* ---- sets ---- */

/* The first coarser sector whose parts have different weights, -1 where there is none. */
static gvc_int find_mixed(const gvc_aggregation *a, const double *weight)
{
    for (gvc_int k = 1; k < a->N; k++)
        for (gvc_int l = 0; l < k; l++)
            if (a->sector[k] == a->sector[l] && weight[k] != weight[l])
                return a->sector[k];
    return -1;
}

gvc_status gvc_aggregation__sets(gvc_ctx *ctx, gvc_aggregation *a)
{
    for (gvc_int s = 0; s < a->from->n_sets; s++) {
        const gvc_sector_set *set = &a->from->sets[s];
        const gvc_int mixed = find_mixed(a, set->weight);
        double *weight;

        if (mixed >= 0) {
            gvc_log__warn(ctx,
                          "the set of %s sectors is left out: %s is made of sectors with different "
                          "weights; give it anew with gvc attach",
                          set->name, gvc_labels_code(a->to->sectors, mixed));
            continue;
        }
        weight = gvc_edition__add_set(ctx, a->to, set->name);
        if (!weight)
            return GVC_ENOMEM;
        for (gvc_int k = 0; k < a->N; k++)
            weight[a->sector[k]] = set->weight[k];
    }
    return GVC_OK;
}
