#include "table/table.h"

#include "base/mem.h"

#include <string.h>

static gvc_status new_units(gvc_ctx *ctx, gvc_units **out, gvc_int G)
{
    gvc_units *units = gvc_mem__calloc(ctx, 1, sizeof *units);

    *out = NULL;
    if (!units)
        return GVC_ENOMEM;
    units->G = G;
    units->unit_of = gvc_mem__calloc(ctx, G, sizeof *units->unit_of);
    units->first = gvc_mem__calloc(ctx, G + 1, sizeof *units->first);
    units->member = gvc_mem__calloc(ctx, G, sizeof *units->member);
    if (!units->unit_of || !units->first || !units->member) {
        gvc_units_free(units);
        return GVC_ENOMEM;
    }
    *out = units;
    return GVC_OK;
}

gvc_status gvc_units_new(gvc_ctx *ctx, gvc_units **out, const gvc_edition *edition)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    gvc_units *units;
    gvc_status st = new_units(ctx, &units, G);

    *out = NULL;
    if (st != GVC_OK)
        return st;
    units->U = G;
    units->labels = gvc_labels__share(edition->countries);
    units->all_single = 1;
    for (gvc_int c = 0; c < G; c++)
        units->unit_of[c] = units->first[c] = units->member[c] = c;
    units->first[G] = G;
    *out = units;
    return GVC_OK;
}

static gvc_status refuse_empty(gvc_ctx *ctx, const gvc_group *group, int year, gvc_group_rule rule,
                               gvc_int absent)
{
    const int when = rule.time == GVC_GROUP_FIXED ? rule.year : year;

    if (absent > 0)
        return gvc_error__set(ctx, GVC_ELABEL,
                              "group %s has no members in this table (%lld of its members are not "
                              "single countries of it)",
                              group->name, (long long)absent);
    if (rule.time == GVC_GROUP_UNION || when == GVC_INT_MISSING)
        return gvc_error__set(ctx, GVC_ELABEL, "group %s is empty", group->name);
    return gvc_error__set(ctx, GVC_ELABEL,
                          "group %s has no members in %d; with --group-time union all who were "
                          "ever members stand in every year",
                          group->name, when);
}

static gvc_status refuse_overlap(gvc_ctx *ctx, const gvc_edition *edition, gvc_int c,
                                 const gvc_group *a, const gvc_group *b)
{
    return gvc_error__set(ctx, GVC_EUSAGE,
                          "groups %s and %s both contain %s; groups that act as one country must "
                          "not overlap",
                          a->name, b->name, gvc_labels_code(edition->countries, c));
}

/* group_of[c] := index of the group that holds country c, -1 where it stands alone. */
static gvc_status assign_groups(gvc_ctx *ctx, gvc_int *group_of, const gvc_edition *edition,
                                const gvc_group *const *groups, gvc_int n_groups, int year,
                                gvc_group_rule rule)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    unsigned char *member = gvc_mem__alloc(ctx, G, 1);
    gvc_status st = member ? GVC_OK : GVC_ENOMEM;

    for (gvc_int c = 0; c < G; c++)
        group_of[c] = -1;
    for (gvc_int g = 0; st == GVC_OK && g < n_groups; g++) {
        gvc_int absent;

        if (gvc_group_members(groups[g], edition, year, rule, member, &absent) == 0)
            st = refuse_empty(ctx, groups[g], year, rule, absent);
        for (gvc_int c = 0; st == GVC_OK && c < G; c++) {
            if (!member[c])
                continue;
            if (group_of[c] >= 0)
                st = refuse_overlap(ctx, edition, c, groups[group_of[c]], groups[g]);
            group_of[c] = g;
        }
    }
    gvc_mem__free(member);
    return st;
}

/* Number the units in the order in which their first members stand, then list the members. */
static void number_units(gvc_units *units, const gvc_int *group_of, gvc_int *leader)
{
    gvc_int at = 0;

    for (gvc_int c = 0; c < units->G; c++) {
        gvc_int first = 0;

        while (first < c && (group_of[c] < 0 || group_of[first] != group_of[c]))
            first++;
        if (first == c)
            leader[units->U++] = c;
        units->unit_of[c] = first == c ? units->U - 1 : units->unit_of[first];
    }
    for (gvc_int u = 0; u < units->U; u++) {
        units->first[u] = at;
        for (gvc_int c = leader[u]; c < units->G; c++)
            if (units->unit_of[c] == u)
                units->member[at++] = c;
    }
    units->first[units->U] = at;
    units->all_single = units->U == units->G;
}

static gvc_status label_units(gvc_ctx *ctx, gvc_units *units, const gvc_edition *edition,
                              const gvc_group *const *groups, const gvc_int *group_of,
                              const gvc_int *leader)
{
    const char **codes = gvc_mem__calloc(ctx, 2 * units->U, sizeof *codes);
    const char **names = codes ? codes + units->U : NULL;
    gvc_status st = codes ? GVC_OK : GVC_ENOMEM;

    for (gvc_int u = 0; st == GVC_OK && u < units->U; u++) {
        const gvc_int c = leader[u], g = group_of[c];

        codes[u] = g < 0 ? gvc_labels_code(edition->countries, c) : groups[g]->name;
        names[u] = g < 0 ? gvc_labels_name(edition->countries, c) : groups[g]->note;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &units->labels, units->U, codes, names);
    gvc_mem__free(codes);
    return st;
}

gvc_status gvc_units_group(gvc_ctx *ctx, gvc_units **out, const gvc_edition *edition,
                           const gvc_group *const *groups, gvc_int n_groups, int year,
                           gvc_group_rule rule)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    gvc_int *group_of = NULL, *leader;
    gvc_units *units = NULL;
    gvc_status st = new_units(ctx, &units, G);

    *out = NULL;
    if (st == GVC_OK) {
        group_of = gvc_mem__alloc(ctx, 2 * G, sizeof *group_of);
        st = group_of ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = assign_groups(ctx, group_of, edition, groups, n_groups, year, rule);
    if (st == GVC_OK) {
        leader = group_of + G;
        number_units(units, group_of, leader);
        st = label_units(ctx, units, edition, groups, group_of, leader);
    }
    gvc_mem__free(group_of);
    if (st != GVC_OK) {
        gvc_units_free(units);
        return st;
    }
    *out = units;
    return GVC_OK;
}

gvc_int gvc_units_n(const gvc_units *units)
{
    return units->U;
}

const gvc_labels *gvc_units_labels(const gvc_units *units)
{
    return units->labels;
}

gvc_int gvc_units_of(const gvc_units *units, gvc_int c)
{
    return units->unit_of[c];
}

void gvc_units_free(gvc_units *units)
{
    if (!units)
        return;
    gvc_labels__free(units->labels);
    gvc_mem__free(units->unit_of);
    gvc_mem__free(units->first);
    gvc_mem__free(units->member);
    gvc_mem__free(units);
}
