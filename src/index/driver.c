#include "index/driver.h"

#include "base/mem.h"
#include "index/output.h"
#include "index/pooled.h"
#include "index/sector_pair.h"

/* One family in a run. */
typedef struct family_run {
    gvc_measure *measure;     /* as it is for the table */
    unsigned levels;          /* to hand out; 0: only computed for the sake of others */
    unsigned pools;           /* levels of pairs whose sums over partners are handed out */
    gvc_sheet *sums, *blocks; /* rows of groups, NULL where not wanted */
    gvc_parts *parts;         /* on the model of the run */
} family_run;

typedef struct run {
    gvc_model *model;
    const gvc_run_opts *opts;
    gvc_index_output out;
    gvc_int *unit;      /* of each row */
    family_run *family; /* base first */
    unsigned levels, pools;
    gvc_int n;
} run;

static gvc_int *rows_to_units(gvc_ctx *ctx, const gvc_model *model, gvc_shape *shape)
{
    const gvc_int n = gvc_model_n(model), N = gvc_table_N(gvc_model_table(model));
    gvc_int *unit = gvc_mem__alloc(ctx, n, sizeof *unit);

    for (gvc_int i = 0; unit && i < n; i++)
        unit[i] = gvc_model__unit_of_row(model, i);
    *shape = (gvc_shape){ n, gvc_model_U(model), N, unit, N, NULL };
    return unit;
}

/* ---- rows of groups ---- */

/* Add to cell `cell` of every family's sheet the components of `model` over `member`. */
static gvc_status fill_cell(gvc_ctx *ctx, run *r, gvc_model *model, gvc_level level,
                            const unsigned char *member, gvc_int cell)
{
    gvc_shape shape;
    gvc_int *unit = rows_to_units(ctx, model, &shape);
    gvc_status st = unit ? GVC_OK : GVC_ENOMEM;

    for (gvc_int f = 0; f < r->n && st == GVC_OK; f++) {
        gvc_sheet *sheet = level == GVC_LEVEL_GROUP_SUM ? r->family[f].sums : r->family[f].blocks;
        gvc_parts *parts = NULL;

        if (!sheet)
            continue;
        st =
            gvc_parts__compute(ctx, &parts, model, r->family[f].measure, level, r->family[f].parts);
        if (st == GVC_OK)
            gvc_sheet__sum_members(sheet, parts, &shape, member, cell);
        gvc_parts__free(parts);
    }
    gvc_mem__free(unit);
    return st;
}

/* Sums over members where the countries of the model itself are merged: from a model of single
 * countries. */
static gvc_status fill_sums_apart(gvc_ctx *ctx, run *r)
{
    gvc_units *units = NULL;
    gvc_model *single = NULL;
    gvc_status st = gvc_index__single(ctx, &single, &units, r->model);

    for (gvc_int g = 0; g < r->out.groups.n && st == GVC_OK; g++)
        st = fill_cell(ctx, r, single, GVC_LEVEL_GROUP_SUM,
                       r->out.groups.member + g * r->out.groups.G, g);
    if (single != r->model)
        gvc_model_free(single);
    gvc_units_free(units);
    return st;
}

static gvc_status fill_block(gvc_ctx *ctx, run *r, gvc_int g, unsigned needs)
{
    gvc_units *units = NULL;
    gvc_model *merged = NULL;
    unsigned char *member = NULL;
    gvc_int unit = 0;
    gvc_status st = gvc_index__block(ctx, &merged, &units, &unit, r->model, &r->out.groups, g,
                                     r->opts->group_rule);

    if (st == GVC_OK)
        st = gvc_model_need(ctx, merged, needs);
    if (st == GVC_OK) {
        member = gvc_mem__calloc(ctx, gvc_model_U(merged), 1);
        st = member ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        member[unit] = 1;
        st = fill_cell(ctx, r, merged, GVC_LEVEL_GROUP_BLOCK, member, g);
    }
    gvc_mem__free(member);
    gvc_model_free(merged);
    gvc_units_free(units);
    return st;
}

/* Whether every country of the model stands alone. */
static int is_single(const gvc_model *model)
{
    return gvc_model_U(model) == gvc_table_G(gvc_model_table(model));
}

static int wants(const run *r, gvc_level level)
{
    for (gvc_int f = 0; f < r->n; f++)
        if (r->family[f].levels & level)
            return r->out.groups.n > 0;
    return 0;
}

/* Base has a sheet for every level that some family has. */
static gvc_status make_group_sheets(gvc_ctx *ctx, run *r)
{
    gvc_status st = GVC_OK;

    for (gvc_int f = 0; f < r->n && st == GVC_OK; f++) {
        family_run *family = &r->family[f];

        if (wants(r, GVC_LEVEL_GROUP_SUM) && (f == 0 || family->levels & GVC_LEVEL_GROUP_SUM))
            st = gvc_sheet__new(ctx, &family->sums, family->measure, GVC_LEVEL_GROUP_SUM,
                                r->out.groups.n);
        if (st == GVC_OK && wants(r, GVC_LEVEL_GROUP_BLOCK) &&
            (f == 0 || family->levels & GVC_LEVEL_GROUP_BLOCK))
            st = gvc_sheet__new(ctx, &family->blocks, family->measure, GVC_LEVEL_GROUP_BLOCK,
                                r->out.groups.n);
    }
    return st;
}

static gvc_status fill_groups(gvc_ctx *ctx, run *r)
{
    unsigned needs = 0;
    gvc_status st = GVC_OK;

    if (wants(r, GVC_LEVEL_GROUP_SUM) && !is_single(r->model))
        st = fill_sums_apart(ctx, r);
    if (!wants(r, GVC_LEVEL_GROUP_BLOCK))
        return st;
    for (gvc_int f = 0; f < r->n; f++)
        if (r->family[f].blocks)
            needs |= gvc_index__needs(r->family[f].measure, GVC_LEVEL_GROUP_BLOCK);
    for (gvc_int g = 0; g < r->out.groups.n && st == GVC_OK; g++) {
        st = gvc_progress__step(ctx, "groups", (double)g / (double)r->out.groups.n);
        if (st == GVC_OK)
            st = fill_block(ctx, r, g, needs);
    }
    return st;
}

/* ---- levels ---- */

/* The sheet of family base at an ordinary level. */
static gvc_status base_sheet(gvc_ctx *ctx, const run *r, gvc_sheet **out, gvc_level level)
{
    const gvc_status st = gvc_sheet__new(ctx, out, r->family[0].measure, level,
                                         gvc_index__cells(&r->out.shape, level));

    if (st == GVC_OK)
        gvc_sheet__sum(ctx, *out, r->family[0].parts, &r->out.shape);
    return st;
}

/* What a family fills by itself may know the sectors of the table alone. */
static gvc_status fill_own(gvc_ctx *ctx, const run *r, const gvc_parts *parts, gvc_sheet *sheet)
{
    const gvc_family *family = parts->measure->how;

    if (r->opts->sectors && sheet->level & GVC_LEVELS_SECTORS && !family->any_sectors) {
        gvc_sheet__drop_own(sheet);
        return GVC_OK;
    }
    return family->fill ? family->fill(ctx, r->model, parts, &r->out.shape, sheet) : GVC_OK;
}

static gvc_status run_level(gvc_ctx *ctx, run *r, gvc_frames *frames, const gvc_parts *parts,
                            gvc_level level)
{
    gvc_sheet *sheet = NULL, *base = NULL, *seller = NULL;
    gvc_status st =
        gvc_sheet__new(ctx, &sheet, parts->measure, level, gvc_index__cells(&r->out.shape, level));

    if (st == GVC_OK)
        st = base_sheet(ctx, r, &base, level);
    if (st == GVC_OK && level & GVC_LEVELS_PAIRS)
        st = base_sheet(ctx, r, &seller,
                        level == GVC_LEVEL_BILATERAL ? GVC_LEVEL_COUNTRY : GVC_LEVEL_SECTOR);
    if (st == GVC_OK) {
        gvc_sheet__sum(ctx, sheet, parts, &r->out.shape);
        gvc_sheet__derive(sheet, base, seller);
    }
    if (st == GVC_OK)
        st = fill_own(ctx, r, parts, sheet);
    if (st == GVC_OK)
        st = gvc_index__hand_out(ctx, frames, &r->out, sheet);
    if (st == GVC_OK && seller && r->opts->pool_partners)
        st = gvc_index__pool(ctx, frames, &r->out, sheet, base, seller);
    gvc_sheet__free(sheet);
    gvc_sheet__free(base);
    gvc_sheet__free(seller);
    return st;
}

static gvc_status run_pool(gvc_ctx *ctx, run *r, gvc_frames *frames, const gvc_parts *parts,
                           gvc_level level)
{
    gvc_sheet *seller = NULL;
    gvc_status st = base_sheet(ctx, r, &seller,
                               level == GVC_LEVEL_BILATERAL ? GVC_LEVEL_COUNTRY : GVC_LEVEL_SECTOR);

    if (st == GVC_OK)
        st = gvc_index__pool_parts(ctx, frames, &r->out, parts, r->family[0].parts, seller, level);
    gvc_sheet__free(seller);
    return st;
}

/* Sums over members come from the parts at hand where countries stand alone. */
static gvc_status run_group_level(gvc_ctx *ctx, run *r, gvc_frames *frames, family_run *family,
                                  const gvc_parts *parts, gvc_level level)
{
    const int is_sum = level == GVC_LEVEL_GROUP_SUM;
    gvc_sheet *sheet = is_sum ? family->sums : family->blocks;
    gvc_sheet *base = is_sum ? r->family[0].sums : r->family[0].blocks;

    if (!sheet)
        return GVC_OK;
    for (gvc_int g = 0; is_sum && is_single(r->model) && g < r->out.groups.n; g++) {
        const unsigned char *member = r->out.groups.member + g * r->out.groups.G;

        gvc_sheet__sum_members(sheet, parts, &r->out.shape, member, g);
        gvc_sheet__sum_members(base, r->family[0].parts, &r->out.shape, member, g);
    }
    gvc_sheet__derive(sheet, base, NULL);
    return gvc_index__hand_out(ctx, frames, &r->out, sheet);
}

static gvc_status run_family(gvc_ctx *ctx, run *r, gvc_frames *frames, family_run *family)
{
    gvc_status st = GVC_OK;

    for (int l = 0; l < GVC_LEVELS_N && st == GVC_OK; l++) {
        const gvc_level level = gvc_level__at(l)->level;

        if (!(family->levels & level))
            continue;
        if (level == GVC_LEVEL_SECTOR_PAIR)
            st = gvc_index__sector_pairs(ctx, frames, &r->out, r->model, family->measure, r->opts);
        else if (level & (GVC_LEVEL_GROUP_SUM | GVC_LEVEL_GROUP_BLOCK))
            st = run_group_level(ctx, r, frames, family, family->parts, level);
        else
            st = run_level(ctx, r, frames, family->parts, level);
    }
    for (int l = 0; l < GVC_LEVELS_N && st == GVC_OK; l++)
        if (family->pools & gvc_level__at(l)->level)
            st = run_pool(ctx, r, frames, family->parts, gvc_level__at(l)->level);
    return st;
}

/* ---- the run ---- */

unsigned gvc_index__pools(const gvc_measure *measure, unsigned pools)
{
    unsigned levels = 0;

    for (gvc_int t = 0; t < measure->n_terms; t++)
        for (int l = 0; l < GVC_LEVELS_N; l++)
            if (gvc_index__is_pooled(measure, t, gvc_level__at(l)->level))
                levels |= gvc_level__at(l)->level;
    return levels & measure->levels & GVC_LEVELS_PAIRS & pools;
}

static gvc_status add_family(gvc_ctx *ctx, run *r, const gvc_measure *measure, unsigned levels)
{
    family_run *family = &r->family[r->n++];
    gvc_status st =
        gvc_measure_for(ctx, &family->measure, measure, gvc_model_table(r->model), r->opts);

    if (st != GVC_OK)
        return st;
    family->levels = family->measure->levels & levels;
    family->pools = gvc_index__pools(family->measure, r->pools);
    if (levels & measure->levels && !family->levels)
        return gvc_error__set(ctx, GVC_ELABEL, "%s exists for this table at level %s only",
                              measure->name, gvc_level__list(family->measure->levels));
    return GVC_OK;
}

/* Base stands first; it is handed out where asked for, at the levels of those it goes with. */
static gvc_status list_families(gvc_ctx *ctx, run *r, const gvc_measure *const *measures, gvc_int n,
                                unsigned levels, int with_base)
{
    const gvc_measure *base = gvc_index__families[0];
    unsigned shared = 0;
    int is_named = 0;
    gvc_status st;

    r->family = gvc_mem__calloc(ctx, n + 1, sizeof *r->family);
    if (!r->family)
        return GVC_ENOMEM;
    st = add_family(ctx, r, base, 0);
    for (gvc_int i = 0; i < n && st == GVC_OK; i++) {
        is_named |= measures[i] == base;
        if (measures[i] == base)
            continue;
        st = add_family(ctx, r, measures[i], levels);
        shared |= r->family[r->n - 1].levels;
    }
    if (!with_base)
        r->family[0].pools = 0;
    else
        r->family[0].levels = base->levels & (is_named ? levels : shared);
    return st;
}

static gvc_status prepare(gvc_ctx *ctx, run *r)
{
    static const char *const world = "WLD";
    gvc_status st = GVC_OK;

    r->unit = rows_to_units(ctx, r->model, &r->out.shape);
    if (!r->unit)
        return GVC_ENOMEM;
    r->out.shape.sectors = r->opts->sectors;
    if (r->opts->sectors)
        r->out.shape.N = gvc_labels_n(gvc_concordance_targets(r->opts->sectors));
    st = gvc_labels__new(ctx, &r->out.world, 1, &world, NULL);
    if (st == GVC_OK)
        st = gvc_index__groups_new(ctx, &r->out.groups, gvc_model_table(r->model), r->opts);
    if (st == GVC_OK)
        st = gvc_index__selection_new(ctx, &r->out.selection, r->model, &r->out.groups, r->opts);
    if (st == GVC_OK && r->pools)
        st = gvc_index__groups_world(ctx, &r->out.pools, &r->out.groups);
    return st;
}

static gvc_status compute_family(gvc_ctx *ctx, run *r, gvc_int f)
{
    family_run *family = &r->family[f];
    gvc_status st;

    if (f > 0 && !((family->levels | family->pools) & ~(unsigned)GVC_LEVEL_SECTOR_PAIR))
        return GVC_OK;
    st = gvc_progress__step(ctx, family->measure->name, (double)f / (double)r->n);
    return st == GVC_OK ? gvc_parts__compute(ctx, &family->parts, r->model, family->measure,
                                             r->levels | (f > 0 ? family->pools : r->pools), NULL)
                        : st;
}

/* One family after the other, each given back before the next. */
static gvc_status run_in_turn(gvc_ctx *ctx, run *r, gvc_frames *frames)
{
    gvc_status st = GVC_OK;

    for (gvc_int f = 0; f < r->n && st == GVC_OK; f++) {
        family_run *family = &r->family[f];

        st = compute_family(ctx, r, f);
        if (st == GVC_OK)
            st = run_family(ctx, r, frames, family);
        if (f > 0) {
            gvc_parts__free(family->parts);
            family->parts = NULL;
        }
    }
    return st;
}

/* Groups with a model of their own go through all families with it, so all stay. */
static gvc_status run_with_groups(gvc_ctx *ctx, run *r, gvc_frames *frames)
{
    gvc_status st = GVC_OK;

    for (gvc_int f = 0; f < r->n && st == GVC_OK; f++)
        st = compute_family(ctx, r, f);
    if (st == GVC_OK)
        st = fill_groups(ctx, r);
    for (gvc_int f = 0; f < r->n && st == GVC_OK; f++)
        st = run_family(ctx, r, frames, &r->family[f]);
    return st;
}

static int asks_other_models(const run *r)
{
    return wants(r, GVC_LEVEL_GROUP_BLOCK) ||
           (wants(r, GVC_LEVEL_GROUP_SUM) && !is_single(r->model));
}

static void clear(run *r)
{
    for (gvc_int f = 0; r->family && f < r->n; f++) {
        gvc_sheet__free(r->family[f].sums);
        gvc_sheet__free(r->family[f].blocks);
        gvc_parts__free(r->family[f].parts);
        gvc_measure_free(r->family[f].measure);
    }
    gvc_mem__free(r->family);
    gvc_mem__free(r->unit);
    gvc_labels__free(r->out.world);
    gvc_index__selection_clear(&r->out.selection);
    gvc_index__groups_clear(&r->out.groups);
    gvc_index__groups_clear(&r->out.pools);
}

gvc_status gvc_index__run(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                          const gvc_measure *const *measures, gvc_int n, unsigned levels,
                          int with_base, const gvc_run_opts *opts)
{
    run r = { .model = model,
              .opts = opts,
              .levels = levels,
              .pools =
                  is_single(model) && gvc_model_U(model) > 1 ? gvc_level__bits(opts->pools) : 0,
              .out = { .model = model } };
    gvc_status st = list_families(ctx, &r, measures, n, levels, with_base);

    if (st == GVC_OK)
        st = prepare(ctx, &r);
    if (st == GVC_OK)
        st = make_group_sheets(ctx, &r);
    if (st == GVC_OK)
        st =
            asks_other_models(&r) ? run_with_groups(ctx, &r, frames) : run_in_turn(ctx, &r, frames);
    clear(&r);
    return st;
}
