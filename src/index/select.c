#include "index/select.h"

#include "base/mem.h"
#include "decomp/filter.h"

#include <string.h>

/* What a list of labels is read against. */
typedef struct reader {
    const gvc_model *model;
    const gvc_index_groups *groups;
    const gvc_run_opts *opts;
} reader;

static const gvc_group *find_group(const reader *in, const char *name)
{
    const gvc_edition *edition = gvc_table_edition(gvc_model_table(in->model));

    for (gvc_int g = 0; g < in->opts->n_groups; g++)
        if (strcmp(gvc_group_name(in->opts->groups[g]), name) == 0)
            return in->opts->groups[g];
    return gvc_group_find(edition, name);
}

static void keep_members(const reader *in, const gvc_group *group, unsigned char *member,
                         unsigned char *unit)
{
    const gvc_table *table = gvc_model_table(in->model);

    gvc_group_members(group, gvc_table_edition(table), gvc_table_year(table), in->opts->group_rule,
                      member, NULL);
    for (gvc_int c = 0; c < gvc_table_G(table); c++)
        if (member[c])
            unit[gvc_units_of(gvc_model_units(in->model), c)] = 1;
}

/* Flags of the units, and of the groups and the world (either may be NULL), that `list` names. */
static gvc_status read_units(gvc_ctx *ctx, const reader *in, const char *const *list,
                             unsigned char *unit, unsigned char *group, int *world)
{
    const gvc_labels *units = gvc_units_labels(gvc_model_units(in->model));
    unsigned char *member = gvc_mem__alloc(ctx, in->groups->G, 1);
    gvc_status st = member ? GVC_OK : GVC_ENOMEM;

    for (; *list && st == GVC_OK; list++) {
        const gvc_int u = gvc_labels_find(units, *list);
        const gvc_int g = gvc_labels_find(in->groups->labels, *list);
        const gvc_group *known = find_group(in, *list);

        if (u >= 0)
            unit[u] = 1;
        if (g >= 0 && group)
            group[g] = 1;
        if (known)
            keep_members(in, known, member, unit);
        else if (world && strcmp(*list, "WLD") == 0)
            *world = 1;
        else if (u < 0)
            st = gvc_filter__refuse_unit(ctx, in->model, world ? "country" : "partner", *list);
    }
    gvc_mem__free(member);
    return st;
}

const gvc_labels *gvc_index__sectors(const gvc_model *model, const gvc_concordance *sectors)
{
    return sectors ? gvc_concordance_targets(sectors)
                   : gvc_edition_sectors(gvc_table_edition(gvc_model_table(model)));
}

static gvc_status read_sectors(gvc_ctx *ctx, const reader *in, unsigned char *sector)
{
    const gvc_labels *sectors = gvc_index__sectors(in->model, in->opts->sectors);

    for (const char *const *list = in->opts->filter.sector; *list; list++) {
        const gvc_int k = gvc_labels_find(sectors, *list);

        if (k < 0)
            return gvc_filter__refuse(ctx, sectors, "sector", *list);
        sector[k] = 1;
    }
    return GVC_OK;
}

gvc_status gvc_index__selection_new(gvc_ctx *ctx, gvc_selection *out, const gvc_model *model,
                                    const gvc_index_groups *groups, const gvc_run_opts *opts)
{
    const reader in = { model, groups, opts };
    const gvc_int U = gvc_model_U(model);
    const gvc_filter *filter = &opts->filter;
    int world = 0;
    gvc_status st = GVC_OK;

    memset(out, 0, sizeof *out);
    if (filter->country) {
        out->country = gvc_mem__calloc(ctx, U, 1);
        out->group = gvc_mem__calloc(ctx, groups->n, 1);
        st = out->country && out->group
                 ? read_units(ctx, &in, filter->country, out->country, out->group, &world)
                 : GVC_ENOMEM;
        out->no_world = !world;
    }
    if (st == GVC_OK && filter->partner) {
        out->partner = gvc_mem__calloc(ctx, U, 1);
        out->pooled = gvc_mem__calloc(ctx, groups->n, 1);
        st = out->partner && out->pooled
                 ? read_units(ctx, &in, filter->partner, out->partner, out->pooled, NULL)
                 : GVC_ENOMEM;
    }
    if (st == GVC_OK && filter->sector) {
        out->sector =
            gvc_mem__calloc(ctx, gvc_labels_n(gvc_index__sectors(model, opts->sectors)), 1);
        st = out->sector ? read_sectors(ctx, &in, out->sector) : GVC_ENOMEM;
    }
    if (st != GVC_OK)
        gvc_index__selection_clear(out);
    return st;
}

void gvc_index__selection_clear(gvc_selection *selection)
{
    gvc_mem__free(selection->country);
    gvc_mem__free(selection->partner);
    gvc_mem__free(selection->group);
    gvc_mem__free(selection->pooled);
    gvc_mem__free(selection->sector);
    memset(selection, 0, sizeof *selection);
}

static int keeps(const unsigned char *flags, gvc_int i)
{
    return !flags || flags[i];
}

static int keeps_cell(const gvc_selection *selection, const gvc_shape *shape, gvc_level level,
                      gvc_int cell, int own_pairs)
{
    const gvc_cell_keys keys = gvc_index__cell_keys(shape, level, cell);

    if (keys.partner >= 0 && keys.partner == keys.country && !own_pairs)
        return 0;
    if (level & (GVC_LEVEL_WORLD | GVC_LEVEL_WORLD_SECTOR)) {
        if (selection->no_world)
            return 0;
    } else if (level & (GVC_LEVEL_GROUP_SUM | GVC_LEVEL_GROUP_BLOCK)) {
        if (!keeps(selection->group, keys.country))
            return 0;
    } else if (!keeps(selection->country, keys.country)) {
        return 0;
    }
    return (keys.sector < 0 || keeps(selection->sector, keys.sector)) &&
           (keys.partner < 0 || keeps(selection->partner, keys.partner));
}

gvc_int gvc_index__select(const gvc_selection *selection, const gvc_shape *shape, gvc_level level,
                          gvc_int cells, int own_pairs, gvc_int *rows)
{
    gvc_int n = 0;

    for (gvc_int cell = 0; cell < cells; cell++)
        if (keeps_cell(selection, shape, level, cell, own_pairs))
            rows[n++] = cell;
    return n;
}
