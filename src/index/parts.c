#include "index/driver.h"

#include "base/mem.h"
#include "index/sector_pair.h"
#include "index/sums.h"

#include <assert.h>
#include <string.h>

gvc_int gvc_index__terms_n(const gvc_measure *measure)
{
    return measure->n_terms + measure->n_hidden;
}

gvc_int gvc_index__term(const gvc_measure *measure, const char *name)
{
    for (gvc_int t = 0; t < gvc_index__terms_n(measure); t++)
        if (strcmp(measure->terms[t].name, name) == 0)
            return t;
    return -1;
}

unsigned gvc_index__term_levels(const gvc_measure *measure, gvc_int t)
{
    const unsigned own = measure->terms[t].levels;

    return own ? own : measure->levels;
}

double *gvc_parts__rows(const gvc_parts *parts, const char *name)
{
    const gvc_int t = gvc_index__term(parts->measure, name);

    assert(t >= 0 && parts->rows[t]);
    return parts->rows[t];
}

double *gvc_parts__units(const gvc_parts *parts, const char *name)
{
    const gvc_int t = gvc_index__term(parts->measure, name);

    assert(t >= 0 && parts->units[t]);
    return parts->units[t];
}

gvc_view gvc_parts__pairs(const gvc_parts *parts, const char *name)
{
    const gvc_int t = gvc_index__term(parts->measure, name);

    assert(t >= 0 && parts->pairs[t].a);
    return parts->pairs[t];
}

gvc_view gvc_parts__couples(const gvc_parts *parts, const char *name)
{
    const gvc_int t = gvc_index__term(parts->measure, name);

    assert(t >= 0 && parts->couples[t].a);
    return parts->couples[t];
}

/* Room for term `t`, as its levels say (driver.h); nothing for a derived one. */
static gvc_status make_room(gvc_ctx *ctx, gvc_parts *parts, gvc_int t)
{
    const unsigned levels =
        gvc_index__term_levels(parts->measure, t) & ~(unsigned)GVC_LEVEL_SECTOR_PAIR;

    if (parts->measure->terms[t].rule)
        return GVC_OK;
    if (levels == GVC_LEVEL_COUNTRY) {
        parts->units[t] = gvc_mem__calloc(ctx, parts->U, sizeof(double));
        return parts->units[t] ? GVC_OK : GVC_ENOMEM;
    }
    if (!(levels & ~(unsigned)(GVC_LEVEL_BILATERAL | GVC_LEVEL_GROUP_SUM))) {
        parts->couples[t] = gvc_mem__matrix(ctx, parts->U, parts->U);
        return parts->couples[t].a ? GVC_OK : GVC_ENOMEM;
    }
    if (levels & GVC_LEVELS_ROWS) {
        parts->rows[t] = gvc_mem__calloc(ctx, parts->n, sizeof(double));
        if (!parts->rows[t])
            return GVC_ENOMEM;
    }
    if (levels & GVC_LEVELS_PAIRS) {
        parts->pairs[t] = gvc_mem__matrix(ctx, parts->n, parts->U);
        if (!parts->pairs[t].a)
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

static gvc_status allocate(gvc_ctx *ctx, gvc_parts **out, gvc_model *model,
                           const gvc_measure *measure)
{
    gvc_parts *parts = gvc_mem__calloc(ctx, 1, sizeof *parts);
    const gvc_int n_terms = gvc_index__terms_n(measure);
    gvc_status st = GVC_OK;

    *out = parts;
    if (!parts)
        return GVC_ENOMEM;
    parts->measure = measure;
    parts->n = gvc_model_n(model);
    parts->U = gvc_model_U(model);
    parts->rows = gvc_mem__calloc(ctx, n_terms, sizeof *parts->rows);
    parts->units = gvc_mem__calloc(ctx, n_terms, sizeof *parts->units);
    parts->pairs = gvc_mem__calloc(ctx, n_terms, sizeof *parts->pairs);
    parts->couples = gvc_mem__calloc(ctx, n_terms, sizeof *parts->couples);
    if (!parts->rows || !parts->units || !parts->pairs || !parts->couples)
        return GVC_ENOMEM;
    for (gvc_int t = 0; t < n_terms && st == GVC_OK; t++)
        st = make_room(ctx, parts, t);
    return st;
}

/* Row values of the components that are kept by partner. */
static gvc_status sum_partners(gvc_ctx *ctx, const gvc_parts *parts)
{
    double *rest = gvc_mem__alloc(ctx, parts->n, sizeof *rest);

    if (!rest)
        return GVC_ENOMEM;
    for (gvc_int t = 0; t < gvc_index__terms_n(parts->measure); t++)
        if (parts->rows[t] && parts->pairs[t].a)
            gvc_index__sum_columns(parts->rows[t], rest, parts->pairs[t]);
    gvc_mem__free(rest);
    return GVC_OK;
}

int gvc_parts__by_sector(const gvc_parts *parts)
{
    return (parts->levels & parts->measure->levels & GVC_LEVELS_SECTORS) != 0;
}

int gvc_parts__by_partner(const gvc_parts *parts)
{
    return (parts->levels & parts->measure->levels & GVC_LEVELS_PAIRS) != 0;
}

unsigned gvc_index__needs(const gvc_measure *measure, unsigned levels)
{
    const gvc_family *family = measure->how;
    unsigned needs = 0;

    levels &= measure->levels;
    if (levels & ~(unsigned)GVC_LEVEL_SECTOR_PAIR)
        needs |= measure->needs;
    if (levels & GVC_LEVELS_PAIRS)
        needs |= measure->needs_of_pairs;
    if (levels & GVC_LEVELS_SECTORS)
        needs |= measure->needs_of_sectors;
    if (levels & GVC_LEVEL_SECTOR_PAIR)
        needs |= family->sector_pair->needs;
    return needs;
}

static void drop_pairs(gvc_parts *parts)
{
    for (gvc_int t = 0; t < gvc_index__terms_n(parts->measure); t++) {
        gvc_mem__free(parts->pairs[t].a);
        parts->pairs[t].a = NULL;
    }
}

gvc_status gvc_parts__compute(gvc_ctx *ctx, gvc_parts **out, gvc_model *model,
                              const gvc_measure *measure, unsigned levels, const gvc_parts *other)
{
    const gvc_family *family = measure->how;
    gvc_status st = gvc_model_need(ctx, model, gvc_index__needs(measure, levels));

    *out = NULL;
    if (st == GVC_OK)
        st = allocate(ctx, out, model, measure);
    if (st == GVC_OK) {
        (*out)->other = other;
        (*out)->levels = levels;
        st = family->compute(ctx, model, *out);
    }
    if (st == GVC_OK)
        st = sum_partners(ctx, *out);
    if (st == GVC_OK && !(levels & GVC_LEVELS_PAIRS) && !family->fill)
        drop_pairs(*out);
    if (st != GVC_OK) {
        gvc_parts__free(*out);
        *out = NULL;
    }
    return st;
}

void gvc_parts__free(gvc_parts *parts)
{
    if (!parts)
        return;
    for (gvc_int t = 0; t < gvc_index__terms_n(parts->measure); t++) {
        if (parts->rows)
            gvc_mem__free(parts->rows[t]);
        if (parts->units)
            gvc_mem__free(parts->units[t]);
        if (parts->pairs)
            gvc_mem__free(parts->pairs[t].a);
        if (parts->couples)
            gvc_mem__free(parts->couples[t].a);
    }
    if (parts->drop)
        parts->drop(parts->kept);
    gvc_mem__free(parts->rows);
    gvc_mem__free(parts->units);
    gvc_mem__free(parts->pairs);
    gvc_mem__free(parts->couples);
    gvc_mem__free(parts);
}
