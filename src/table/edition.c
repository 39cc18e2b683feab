#include "table/table.h"

#include "base/mem.h"
#include "base/text.h"
#include "table/builtin.h"

#include <string.h>
#include <strings.h>

gvc_status gvc_edition__new(gvc_ctx *ctx, gvc_edition **out)
{
    gvc_edition *edition = gvc_mem__calloc(ctx, 1, sizeof *edition);

    *out = NULL;
    if (!edition)
        return GVC_ENOMEM;
    edition->owners = 1;
    edition->inventory = -1;
    edition->attrs = gvc_attrs__new(ctx);
    edition->arena = gvc_arena__new(ctx);
    if (!edition->attrs || !edition->arena) {
        gvc_edition__free(edition);
        return GVC_ENOMEM;
    }
    *out = edition;
    return GVC_OK;
}

gvc_edition *gvc_edition__share(const gvc_edition *edition)
{
    gvc_edition *shared = (gvc_edition *)edition;

    if (shared)
        atomic_fetch_add(&shared->owners, 1);
    return shared;
}

void gvc_edition__free(gvc_edition *edition)
{
    if (!edition || atomic_fetch_sub(&edition->owners, 1) > 1)
        return;
    gvc_labels__free(edition->countries);
    gvc_labels__free(edition->sectors);
    gvc_labels__free(edition->categories);
    gvc_labels__free(edition->satellites);
    gvc_attrs__free(edition->attrs);
    for (gvc_int i = 0; i < edition->n_groups; i++)
        gvc_mem__free(edition->groups[i].members);
    for (gvc_int i = 0; i < edition->n_sets; i++)
        gvc_mem__free(edition->sets[i].weight);
    gvc_mem__free(edition->groups);
    gvc_mem__free(edition->sets);
    gvc_mem__free(edition->native);
    gvc_arena__free(edition->arena);
    gvc_mem__free(edition);
}

gvc_group *gvc_edition__add_group(gvc_ctx *ctx, gvc_edition *edition, const char *name, gvc_int n)
{
    gvc_group *groups =
        gvc_mem__realloc(ctx, edition->groups, edition->n_groups + 1, sizeof *groups);
    gvc_group *group;

    if (!groups)
        return NULL;
    edition->groups = groups;
    group = &groups[edition->n_groups];
    *group = (gvc_group){ .name = gvc_arena__strdup(ctx, edition->arena, name), .n = n };
    if (!group->name)
        return NULL;
    group->members = gvc_mem__calloc(ctx, n, sizeof *group->members);
    if (!group->members)
        return NULL;
    edition->n_groups++;
    return group;
}

static gvc_sector_set *find_set(const gvc_edition *edition, const char *name)
{
    for (gvc_int i = 0; i < edition->n_sets; i++)
        if (strcmp(edition->sets[i].name, name) == 0)
            return &edition->sets[i];
    return NULL;
}

double *gvc_edition__add_set(gvc_ctx *ctx, gvc_edition *edition, const char *name)
{
    gvc_sector_set *set = find_set(edition, name), *sets;

    if (set)
        return set->weight;
    sets = gvc_mem__realloc(ctx, edition->sets, edition->n_sets + 1, sizeof *sets);
    if (!sets)
        return NULL;
    edition->sets = sets;
    set = &sets[edition->n_sets];
    set->name = gvc_arena__strdup(ctx, edition->arena, name);
    if (!set->name)
        return NULL;
    set->weight = gvc_mem__calloc(ctx, gvc_labels_n(edition->sectors), sizeof *set->weight);
    if (!set->weight)
        return NULL;
    edition->n_sets++;
    return set->weight;
}

/* Which code each family of sources gives its changes in inventories; a code means this only in its
 * own family (F5 is a plain name elsewhere). */
static const struct {
    const char *source, *codes[4];
} inventories[] = {
    { "WIOD", { "c42", "INVEN", "xINV" } }, { "ADB", { "F5" } },     { "OECD", { "INVNT", "INV" } },
    { "ICIO", { "INVNT", "INV" } },         { "FIGARO", { "P5M" } },
};

static gvc_int inventory_of_source(const gvc_labels *categories, const char *source)
{
    for (size_t f = 0; f < sizeof inventories / sizeof *inventories; f++) {
        if (!strcasestr(source, inventories[f].source))
            continue;
        for (gvc_int i = 0; inventories[f].codes[i]; i++) {
            const gvc_int at = gvc_labels_find(categories, inventories[f].codes[i]);

            if (at >= 0)
                return at;
        }
    }
    return -1;
}

void gvc_edition__settle_inventory(gvc_edition *edition)
{
    const char *code = gvc_attrs__get(edition->attrs, "inventory_category");
    const char *source = gvc_attrs__get(edition->attrs, "source");

    if (code)
        edition->inventory = gvc_labels_find(edition->categories, code);
    else if (source)
        edition->inventory = inventory_of_source(edition->categories, source);
    else
        edition->inventory = -1;
}

const gvc_labels *gvc_edition_countries(const gvc_edition *edition)
{
    return edition->countries;
}

const gvc_labels *gvc_edition_sectors(const gvc_edition *edition)
{
    return edition->sectors;
}

const gvc_labels *gvc_edition_categories(const gvc_edition *edition)
{
    return edition->categories;
}

const char *gvc_edition_native(const gvc_edition *edition, gvc_int c)
{
    return edition->native && edition->native[c] ? edition->native[c]
                                                 : gvc_labels_code(edition->countries, c);
}

gvc_int gvc_edition__find_country(const gvc_edition *edition, const char *code)
{
    const gvc_int c = gvc_labels_find(edition->countries, code);
    const char *iso3;

    if (c >= 0)
        return c;
    for (gvc_int i = 0; i < gvc_labels_n(edition->countries); i++)
        if (strcmp(gvc_edition_native(edition, i), code) == 0)
            return i;
    iso3 = gvc_country__iso3(code);
    return iso3 ? gvc_labels_find(edition->countries, iso3) : -1;
}

gvc_int gvc_edition_inventory(const gvc_edition *edition)
{
    return edition->inventory;
}

const char *gvc_edition_attr(const gvc_edition *edition, const char *name)
{
    return gvc_attrs__get(edition->attrs, name);
}

const gvc_labels *gvc_edition_satellites(const gvc_edition *edition)
{
    return edition->satellites;
}

int gvc_edition_has_costs(const gvc_edition *edition)
{
    return edition->has_tau;
}

const double *gvc_edition_set(const gvc_edition *edition, const char *name)
{
    const gvc_sector_set *set = find_set(edition, name);

    return set ? set->weight : NULL;
}

gvc_int gvc_edition_groups_n(const gvc_edition *edition)
{
    return edition->n_groups;
}

const gvc_group *gvc_edition_group(const gvc_edition *edition, gvc_int i)
{
    return &edition->groups[i];
}
