#include "table/table.h"

#include <string.h>

const char *gvc_group_name(const gvc_group *group)
{
    return group->name;
}

gvc_int gvc_group_n(const gvc_group *group)
{
    return group->n;
}

const char *gvc_group_member(const gvc_group *group, gvc_int i)
{
    return group->members[i].iso3;
}

int gvc_group_from(const gvc_group *group, gvc_int i)
{
    return group->members[i].from_year;
}

int gvc_group_to(const gvc_group *group, gvc_int i)
{
    return group->members[i].to_year;
}

/* A member belongs while from <= year < to; the union takes whoever was ever a member, and a table
 * without a year cannot tell either. */
static int belongs(const gvc_group_entry *entry, int year, gvc_group_rule rule)
{
    const int when = rule.time == GVC_GROUP_FIXED ? rule.year : year;

    if (rule.time == GVC_GROUP_UNION || when == GVC_INT_MISSING)
        return 1;
    return entry->from_year <= when && (entry->to_year == 0 || when < entry->to_year);
}

/* A country may stand twice in a group, with two spells; it is absent only once. */
static int stands_before(const gvc_group *group, gvc_int i, int year, gvc_group_rule rule)
{
    for (gvc_int j = 0; j < i; j++)
        if (belongs(&group->members[j], year, rule) &&
            strcmp(group->members[j].iso3, group->members[i].iso3) == 0)
            return 1;
    return 0;
}

gvc_int gvc_group_members(const gvc_group *group, const gvc_edition *edition, int year,
                          gvc_group_rule rule, unsigned char *member, gvc_int *n_absent)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    gvc_int found = 0, absent = 0;

    memset(member, 0, (size_t)G);
    for (gvc_int i = 0; i < group->n; i++) {
        gvc_int c;

        if (!belongs(&group->members[i], year, rule))
            continue;
        c = gvc_labels_find(edition->countries, group->members[i].iso3);
        if (c < 0) {
            absent += !stands_before(group, i, year, rule);
            continue;
        }
        found += !member[c];
        member[c] = 1;
    }
    if (n_absent)
        *n_absent = absent;
    return found;
}
