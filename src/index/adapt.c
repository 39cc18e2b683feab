#include "index/adapt.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

gvc_term *gvc_adapted__terms(gvc_ctx *ctx, gvc_adapted *adapted, gvc_int n)
{
    adapted->terms = gvc_mem__calloc(ctx, n, sizeof *adapted->terms);
    adapted->measure.terms = adapted->terms;
    adapted->measure.n_terms = adapted->terms ? n : 0;
    adapted->measure.n_hidden = 0;
    return adapted->terms;
}

/* `text` with `name` for what stands in angle brackets. */
static gvc_status fill_in(gvc_ctx *ctx, gvc_adapted *adapted, const char **text, const char *name)
{
    const char *open = *text ? strchr(*text, '<') : NULL, *close = open ? strchr(open, '>') : NULL;

    if (!close)
        return GVC_OK;
    *text = gvc_arena__format(ctx, adapted->arena, "%.*s%s%s", (int)(open - *text), *text, name,
                              close + 1);
    return *text ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_adapted__term(gvc_ctx *ctx, gvc_adapted *adapted, gvc_term *out,
                             const gvc_term *template, const char *name)
{
    gvc_status st;

    *out = *template;
    st = fill_in(ctx, adapted, &out->name, name);
    if (st == GVC_OK)
        st = fill_in(ctx, adapted, &out->label, name);
    if (st == GVC_OK)
        st = fill_in(ctx, adapted, &out->formula, name);
    return st;
}

void gvc_adapted__settle_levels(gvc_adapted *adapted)
{
    adapted->measure.levels = 0;
    for (gvc_int t = 0; t < adapted->measure.n_terms; t++)
        adapted->measure.levels |= adapted->measure.terms[t].levels;
}

const void *gvc_parts__found(const gvc_parts *parts)
{
    return ((const gvc_adapted *)parts->measure)->found;
}

static void forget(double *values, gvc_int n)
{
    for (gvc_int i = 0; values && i < n; i++)
        values[i] = NAN;
}

void gvc_parts__forget(const gvc_parts *parts)
{
    const gvc_adapted *adapted = (const gvc_adapted *)parts->measure;

    for (gvc_int t = adapted->known; t < parts->measure->n_terms; t++) {
        forget(parts->rows[t], parts->n);
        forget(parts->units[t], parts->U);
        forget(parts->couples[t].a, parts->U * parts->U);
    }
}

gvc_status gvc_measure_for(gvc_ctx *ctx, gvc_measure **out, const gvc_measure *measure,
                           const gvc_table *table, const gvc_run_opts *opts)
{
    static const gvc_run_opts defaults;
    gvc_adapted *adapted = gvc_mem__calloc(ctx, 1, sizeof *adapted);
    gvc_status st = GVC_OK;

    *out = NULL;
    if (!adapted)
        return GVC_ENOMEM;
    adapted->measure = *measure;
    adapted->known = GVC_KNOWN;
    if (measure->kind == GVC_FRAME_INDICES) {
        adapted->family = *(const gvc_family *)measure->how;
        adapted->measure.how = &adapted->family;
        adapted->arena = gvc_arena__new(ctx);
        st = adapted->arena ? GVC_OK : GVC_ENOMEM;
        if (st == GVC_OK && adapted->family.adapt)
            st = adapted->family.adapt(ctx, adapted, table, opts ? opts : &defaults);
    }
    if (st != GVC_OK) {
        gvc_measure_free(&adapted->measure);
        return st;
    }
    *out = &adapted->measure;
    return GVC_OK;
}

void gvc_measure_free(gvc_measure *measure)
{
    gvc_adapted *adapted = (gvc_adapted *)measure;

    if (!adapted)
        return;
    if (adapted->drop)
        adapted->drop(adapted->found);
    gvc_mem__free(adapted->terms);
    gvc_mem__free(adapted->own_pairs);
    gvc_arena__free(adapted->arena);
    gvc_mem__free(adapted);
}
