#include "base/mem.h"
#include "base/text.h"
#include "panel/stack.h"

#include <stdlib.h>
#include <string.h>

/* How many labels of `a` are not in `b`; their codes go to `text`, a few of them. */
static gvc_int count_extra(gvc_ctx *ctx, gvc_buf *text, const gvc_labels *a, const gvc_labels *b)
{
    enum { LISTED = 5 };
    gvc_int n = 0;

    for (gvc_int i = 0; i < gvc_labels_n(a); i++) {
        if (gvc_labels_find(b, gvc_labels_code(a, i)) >= 0)
            continue;
        if (n++ < LISTED)
            gvc_buf__printf(ctx, text, " %s", gvc_labels_code(a, i));
    }
    if (n > LISTED)
        gvc_buf__puts(ctx, text, " ...");
    return n;
}

/* "adb62.h5 and adb72.h5 differ in countries (10 extra: ...); add ..." */
static gvc_status check_labels(gvc_ctx *ctx, const gvc_panel_source *first,
                               const gvc_panel_source *other, const char *what,
                               const gvc_labels *has, const gvc_labels *wants, const char *advice)
{
    gvc_buf extra = { 0 }, lacking = { 0 };
    const gvc_int more = count_extra(ctx, &extra, has, wants);
    const gvc_int less = count_extra(ctx, &lacking, wants, has);
    gvc_status st = GVC_OK;

    if (more && less)
        st = gvc_error__set(ctx, GVC_EUSAGE,
                            "%s and %s differ in %s (%lld extra:%s; %lld missing:%s); %s",
                            first->name, other->name, what, (long long)more, gvc_buf__text(&extra),
                            (long long)less, gvc_buf__text(&lacking), advice);
    else if (more || less)
        st = gvc_error__set(ctx, GVC_EUSAGE, "%s and %s differ in %s (%lld %s:%s); %s", first->name,
                            other->name, what, (long long)(more + less), more ? "extra" : "missing",
                            gvc_buf__text(more ? &extra : &lacking), advice);
    gvc_buf__free(&extra);
    gvc_buf__free(&lacking);
    return st;
}

static const char *attr(const gvc_panel_source *source, const char *name)
{
    const char *text = gvc_edition_attr(source->edition, name);

    return text && *text ? text : "unknown";
}

static gvc_status check_attr(gvc_ctx *ctx, const gvc_panel_source *first,
                             const gvc_panel_source *other, const char *name, const char *what,
                             const char *advice)
{
    const char *a = attr(first, name), *b = attr(other, name);

    if (strcmp(a, b) == 0)
        return GVC_OK;
    return gvc_error__set(ctx, GVC_EUSAGE, "%s and %s differ in %s (%s and %s); %s", first->name,
                          other->name, what, a, b, advice);
}

/* What would make sums and comparisons over sources wrong. */
static gvc_status check_source(gvc_ctx *ctx, const gvc_panel *panel, const gvc_panel_source *other)
{
    const gvc_panel_source *first = &panel->sources[0];
    gvc_status st = GVC_OK;

    if (!panel->opts.common && !panel->opts.any_country)
        st = check_labels(ctx, first, other, "countries", gvc_edition_countries(other->edition),
                          gvc_edition_countries(first->edition), "add --common or --union");
    if (st == GVC_OK && panel->opts.same_sectors)
        st = check_labels(ctx, first, other, "sectors", gvc_edition_sectors(other->edition),
                          gvc_edition_sectors(first->edition), "add --concord common18");
    if (st == GVC_OK)
        st =
            check_attr(ctx, first, other, "price_basis", "prices", "a panel holds one price basis");
    if (st == GVC_OK && panel->opts.money == GVC_MONEY_TABLE)
        st = check_attr(ctx, first, other, "unit", "the unit of money", "add --units musd");
    return st;
}

static gvc_status find_multiplier(gvc_ctx *ctx, const gvc_panel *panel, gvc_panel_source *source)
{
    static const double units[] = { 0, 1e6, 1e9 };
    const char *currency = attr(source, "currency");
    const char *multiplier = gvc_edition_attr(source->edition, "multiplier");
    const double in = multiplier ? strtod(multiplier, NULL) : 0;

    source->times = source->over = 1;
    if (panel->opts.money == GVC_MONEY_TABLE)
        return GVC_OK;
    if (strcmp(currency, "USD") != 0 || !(in > 0))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "%s: its money cannot be told in USD (currency %s, unit %s); leave "
                              "--units away",
                              source->name, currency, attr(source, "unit"));
    if (in >= units[panel->opts.money])
        source->times = in / units[panel->opts.money];
    else
        source->over = units[panel->opts.money] / in;
    return GVC_OK;
}

gvc_status gvc_panel_add_source(gvc_ctx *ctx, gvc_panel *panel, const gvc_edition *edition,
                                const char *name)
{
    const gvc_int at = panel->n_sources;
    char tag[GVC_TAG_ROOM];
    gvc_panel_source *sources, *source;
    gvc_status st;

    sources = gvc_mem__realloc(ctx, panel->sources, at + 1, sizeof *sources);
    if (!sources)
        return GVC_ENOMEM;
    panel->sources = sources;
    source = &sources[at];
    gvc_edition_tag(edition, tag);
    *source = (gvc_panel_source){
        .name = gvc_arena__strdup(ctx, panel->arena, name ? name : tag),
        .tag = gvc_arena__strdup(ctx, panel->arena, tag),
        .edition = edition,
    };
    if (!source->name || !source->tag)
        return GVC_ENOMEM;
    st = find_multiplier(ctx, panel, source);
    if (st == GVC_OK && at > 0)
        st = check_source(ctx, panel, source);
    if (st == GVC_OK)
        panel->n_sources++;
    return st;
}

void gvc_panel_use_source(gvc_panel *panel, gvc_int i)
{
    panel->now = i;
}
