#include "table/aggregate.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

static gvc_status take_map(gvc_ctx *ctx, gvc_int **to, gvc_int *n_to, const gvc_concordance *map,
                           const gvc_labels *labels)
{
    const gvc_int n = gvc_labels_n(labels);

    *to = gvc_mem__alloc(ctx, n, sizeof **to);
    if (!*to)
        return GVC_ENOMEM;
    if (map && gvc_concordance_n(map) != n)
        return gvc_error__set(ctx, GVC_EUSAGE, "%s was read for a table with other labels",
                              gvc_concordance_name(map));
    *n_to = map ? gvc_labels_n(gvc_concordance_targets(map)) : n;
    for (gvc_int i = 0; i < n; i++)
        (*to)[i] = map ? gvc_concordance_of(map, i) : i;
    return GVC_OK;
}

/* A country that stands alone keeps the code that its source gave it. */
static gvc_status take_native(gvc_ctx *ctx, gvc_aggregation *a)
{
    if (!a->from->native)
        return GVC_OK;
    a->to->native = gvc_mem__calloc(ctx, a->H, sizeof *a->to->native);
    if (!a->to->native)
        return GVC_ENOMEM;
    for (gvc_int h = 0; h < a->H; h++) {
        const char *native = gvc_labels_code(a->to->countries, h);
        gvc_int n = 0, last = 0;

        for (gvc_int c = 0; c < a->G; c++)
            if (a->country[c] == h) {
                last = c;
                n++;
            }
        if (n == 1 && strcmp(native, gvc_labels_code(a->from->countries, last)) == 0)
            native = a->from->native[last];
        a->to->native[h] = gvc_arena__strdup(ctx, a->to->arena, native);
        if (!a->to->native[h])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

/* Everything that the finer edition says of itself holds, save what its sectors are called. */
static gvc_status take_attrs(gvc_ctx *ctx, gvc_aggregation *a, const gvc_concordance *sectors,
                             const char *note)
{
    const char *before = gvc_edition_attr(a->from, "history");
    const int is_common = sectors && strcmp(gvc_concordance_name(sectors), "common18") == 0;
    gvc_status st = gvc_attrs__merge(ctx, a->to->attrs, a->from->attrs);

    if (st == GVC_OK && sectors)
        st = gvc_attrs__set(ctx, a->to->attrs, "sector_scheme", is_common ? "common18" : NULL);
    if (st == GVC_OK && note)
        st = gvc_attrs__setf(ctx, a->to->attrs, "history", "%s%s%s", before ? before : "",
                             before ? "\n" : "", note);
    return st;
}

static gvc_status fill(gvc_ctx *ctx, gvc_aggregation *a, const gvc_concordance *countries,
                       const gvc_concordance *sectors, const char *note)
{
    const gvc_edition *from = a->from;
    gvc_status st = take_map(ctx, &a->country, &a->H, countries, from->countries);

    a->G = gvc_labels_n(from->countries);
    a->N = gvc_labels_n(from->sectors);
    if (st == GVC_OK)
        st = take_map(ctx, &a->sector, &a->M, sectors, from->sectors);
    if (st == GVC_OK)
        st = gvc_edition__new(ctx, &a->to);
    if (st != GVC_OK)
        return st;
    a->to->countries =
        gvc_labels__share(countries ? gvc_concordance_targets(countries) : from->countries);
    a->to->sectors = gvc_labels__share(sectors ? gvc_concordance_targets(sectors) : from->sectors);
    a->to->categories = gvc_labels__share(from->categories);
    a->to->inventory = from->inventory;
    st = take_native(ctx, a);
    if (st == GVC_OK)
        st = take_attrs(ctx, a, sectors, note);
    if (st == GVC_OK)
        st = gvc_aggregation__groups(ctx, a);
    return st == GVC_OK ? gvc_aggregation__sets(ctx, a) : st;
}

gvc_status gvc_aggregation_new(gvc_ctx *ctx, gvc_aggregation **out, const gvc_edition *edition,
                               const gvc_concordance *countries, const gvc_concordance *sectors,
                               const char *note)
{
    gvc_aggregation *a = gvc_mem__calloc(ctx, 1, sizeof *a);
    gvc_status st;

    *out = NULL;
    if (!a)
        return GVC_ENOMEM;
    a->from = edition;
    st = fill(ctx, a, countries, sectors, note);
    if (st != GVC_OK) {
        gvc_aggregation_free(a);
        return st;
    }
    *out = a;
    return GVC_OK;
}

const gvc_edition *gvc_aggregation_edition(const gvc_aggregation *aggregation)
{
    return aggregation->to;
}

void gvc_aggregation_free(gvc_aggregation *aggregation)
{
    if (!aggregation)
        return;
    gvc_edition__free(aggregation->to);
    gvc_mem__free(aggregation->country);
    gvc_mem__free(aggregation->sector);
    gvc_mem__free(aggregation);
}
