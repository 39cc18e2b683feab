#include "store/open.h"

#include <stdio.h>
#include <string.h>

/* A list of labels as read; texts live in the arena of the store. */
typedef struct scale {
    const char **texts;
    gvc_int n;
} scale;

/* Read the scale `name` from the year group where it has one, from the root otherwise. */
static gvc_status read_scale(gvc_ctx *ctx, const gvc_store *store, hid_t own, const char *where,
                             const char *name, scale *s)
{
    if (own >= 0 && gvc_h5__has(own, name))
        return gvc_h5__read_texts(ctx, &store->file, own, where, name, store->arena, &s->texts,
                                  &s->n);
    return gvc_h5__read_texts(ctx, &store->file, store->file.id, "/", name, store->arena, &s->texts,
                              &s->n);
}

/* Names that go with codes: absent, or as many as there are codes. */
static gvc_status read_beside(gvc_ctx *ctx, const gvc_store *store, hid_t own, const char *where,
                              const char *name, gvc_int n, scale *s)
{
    char place[GVC_H5_PLACE];
    gvc_status st;

    *s = (scale){ NULL, 0 };
    if (!(own >= 0 && gvc_h5__has(own, name)) && !gvc_h5__has(store->file.id, name))
        return GVC_OK;
    st = read_scale(ctx, store, own, where, name, s);
    if (st == GVC_OK && s->n != n) {
        gvc_h5__place(place, own >= 0 && gvc_h5__has(own, name) ? where : "/", name);
        st = gvc_error__at(ctx, GVC_EDATA, store->file.path, place,
                           "%lld entries found, %lld expected, one per code", (long long)s->n,
                           (long long)n);
    }
    return st;
}

static gvc_status make_labels(gvc_ctx *ctx, const gvc_store *store, const char *name, scale codes,
                              scale names, gvc_labels **out)
{
    char place[GVC_H5_PLACE];
    gvc_status st;

    gvc_h5__place(place, "/", name);
    for (gvc_int i = 0; names.texts && i < names.n; i++)
        if (!names.texts[i][0])
            names.texts[i] = NULL;
    if (codes.n == 0)
        return gvc_error__at(ctx, GVC_EDATA, store->file.path, place, "no labels");
    st = gvc_labels__new(ctx, out, codes.n, codes.texts, names.texts);
    if (st == GVC_EDATA)
        st = gvc_error__at(ctx, st, store->file.path, place, "%s", gvc_ctx_message(ctx));
    return st;
}

static gvc_status read_labels(gvc_ctx *ctx, const gvc_store *store, hid_t own, const char *where,
                              const char *name, gvc_labels **out)
{
    char beside[64];
    scale codes = { NULL, 0 }, names = { NULL, 0 };
    gvc_status st = read_scale(ctx, store, own, where, name, &codes);

    snprintf(beside, sizeof beside, "%s_name", name);
    if (st == GVC_OK)
        st = read_beside(ctx, store, own, where, beside, codes.n, &names);
    if (st == GVC_OK)
        st = make_labels(ctx, store, name, codes, names, out);
    gvc_mem__free(codes.texts);
    gvc_mem__free(names.texts);
    return st;
}

static gvc_status set_native(gvc_ctx *ctx, gvc_edition *edition, const char *const *codes)
{
    const gvc_int G = gvc_labels_n(edition->countries);

    edition->native = gvc_mem__calloc(ctx, G, sizeof *edition->native);
    if (!edition->native)
        return GVC_ENOMEM;
    for (gvc_int c = 0; c < G; c++) {
        edition->native[c] = gvc_arena__strdup(ctx, edition->arena, codes[c]);
        if (!edition->native[c])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

static gvc_status read_native(gvc_ctx *ctx, const gvc_store *store, hid_t own, const char *where,
                              gvc_edition *edition)
{
    scale native = { NULL, 0 };
    gvc_status st = read_beside(ctx, store, own, where, "country_native",
                                gvc_labels_n(edition->countries), &native);

    if (st == GVC_OK && native.texts)
        st = set_native(ctx, edition, native.texts);
    gvc_mem__free(native.texts);
    return st;
}

/* /industry and /demand repeat the other labels: they must say "CHN:c14" in country-major order,
 * or the rows of the arrays are not where they are taken for. */
static gvc_status check_products(gvc_ctx *ctx, const gvc_store *store, hid_t own, const char *where,
                                 const char *name, const gvc_edition *edition,
                                 const gvc_labels *inner)
{
    const gvc_int G = gvc_labels_n(edition->countries), m = gvc_labels_n(inner);
    char place[GVC_H5_PLACE], want[2 * GVC_H5_LABEL + 2], native[2 * GVC_H5_LABEL + 2];
    scale s = { NULL, 0 };
    gvc_status st = read_scale(ctx, store, own, where, name, &s);

    gvc_h5__place(place, "/", name);
    if (st == GVC_OK && s.n != G * m)
        st = gvc_error__at(ctx, GVC_EDATA, store->file.path, place,
                           "%lld labels found, %lld expected (%lld countries x %lld)",
                           (long long)s.n, (long long)(G * m), (long long)G, (long long)m);
    for (gvc_int i = 0; st == GVC_OK && i < G * m; i++) {
        snprintf(want, sizeof want, "%s:%s", gvc_labels_code(edition->countries, i / m),
                 gvc_labels_code(inner, i % m));
        snprintf(native, sizeof native, "%s:%s", gvc_edition_native(edition, i / m),
                 gvc_labels_code(inner, i % m));
        if (strcmp(s.texts[i], want) && strcmp(s.texts[i], native))
            st = gvc_error__at(ctx, GVC_EDATA, store->file.path, place,
                               "label %lld is \"%s\", \"%s\" expected: countries in the order of "
                               "/country, inside them the order of the other labels",
                               (long long)i + 1, s.texts[i], want);
    }
    gvc_mem__free(s.texts);
    return st;
}

static gvc_status check_size(gvc_ctx *ctx, const gvc_store *store, const gvc_edition *edition)
{
    const gvc_int G = gvc_labels_n(edition->countries), N = gvc_labels_n(edition->sectors);

    if (G <= GVC_H5_MAX_N && N <= GVC_H5_MAX_N && G * N <= GVC_H5_MAX_N)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EDATA, store->file.path, "/industry",
                         "%lld countries x %lld sectors found, at most %d industries expected",
                         (long long)G, (long long)N, GVC_H5_MAX_N);
}

gvc_status gvc_store__read_edition(gvc_ctx *ctx, const gvc_store *store, hid_t own,
                                   const char *where, gvc_edition **out)
{
    gvc_edition *edition = NULL;
    gvc_status st = gvc_edition__new(ctx, &edition);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_h5__read_attrs(ctx, &store->file, store->file.id, "/", edition->attrs);
    if (st == GVC_OK)
        st = read_labels(ctx, store, own, where, "country", &edition->countries);
    if (st == GVC_OK)
        st = read_labels(ctx, store, own, where, "sector", &edition->sectors);
    if (st == GVC_OK)
        st = read_labels(ctx, store, own, where, "category", &edition->categories);
    if (st == GVC_OK)
        st = check_size(ctx, store, edition);
    if (st == GVC_OK)
        st = read_native(ctx, store, own, where, edition);
    if (st == GVC_OK)
        st = check_products(ctx, store, own, where, "industry", edition, edition->sectors);
    if (st == GVC_OK)
        st = check_products(ctx, store, own, where, "demand", edition, edition->categories);
    if (st == GVC_OK)
        st = gvc_store__read_extras(ctx, store, edition);
    if (st != GVC_OK) {
        gvc_edition__free(edition);
        return st;
    }
    gvc_edition__settle_inventory(edition);
    *out = edition;
    return GVC_OK;
}

/* The older file keeps the codes of the source. */
static const char *iso_of(const char *code)
{
    if (strcmp(code, "ROM") == 0)
        return "ROU";
    return strcmp(code, "RoW") == 0 ? "ROW" : code;
}

static gvc_status legacy_countries(gvc_ctx *ctx, const gvc_store *store, gvc_edition *edition)
{
    scale s = { NULL, 0 }, none = { NULL, 0 }, iso = { NULL, 0 };
    gvc_status st = read_scale(ctx, store, -1, "/", "countries", &s);

    if (st == GVC_OK) {
        iso = (scale){ gvc_mem__alloc(ctx, s.n, sizeof *iso.texts), s.n };
        st = iso.texts ? GVC_OK : GVC_ENOMEM;
    }
    for (gvc_int i = 0; st == GVC_OK && i < s.n; i++)
        iso.texts[i] = iso_of(s.texts[i]);
    if (st == GVC_OK)
        st = make_labels(ctx, store, "countries", iso, none, &edition->countries);
    if (st == GVC_OK)
        st = set_native(ctx, edition, s.texts);
    gvc_mem__free(s.texts);
    gvc_mem__free(iso.texts);
    return st;
}

/* How many columns F of the first year has for each country. */
static gvc_status legacy_categories(gvc_ctx *ctx, const gvc_store *store, gvc_edition *edition)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    char where[GVC_H5_PLACE], code[24];
    const char *texts[64];
    gvc_h5_array F;
    hid_t year;
    gvc_int K = 0;
    gvc_status st = gvc_store__open_year(ctx, store, 0, &year, where);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__open_array(ctx, &store->file, &F, year, where, "F", 2);
    if (st == GVC_OK) {
        K = (gvc_int)F.dims[1] / G;
        if ((gvc_int)F.dims[1] % G || K < 1 || K > 64)
            st = gvc_error__at(ctx, GVC_EDATA, store->file.path, F.place,
                               "%llu columns found, a multiple of the %lld countries expected",
                               (unsigned long long)F.dims[1], (long long)G);
        gvc_h5__close_array(&F);
    }
    for (gvc_int k = 0; st == GVC_OK && k < K; k++) {
        snprintf(code, sizeof code, "F%lld", (long long)k + 1);
        texts[k] = gvc_arena__strdup(ctx, edition->arena, code);
        st = texts[k] ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &edition->categories, K, texts, NULL);
    H5Gclose(year);
    return st;
}

gvc_status gvc_store__read_legacy_edition(gvc_ctx *ctx, const gvc_store *store, gvc_edition **out)
{
    gvc_edition *edition = NULL;
    scale sectors = { NULL, 0 }, none = { NULL, 0 };
    gvc_status st = gvc_edition__new(ctx, &edition);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_h5__read_attrs(ctx, &store->file, store->file.id, "/", edition->attrs);
    if (st == GVC_OK)
        st = legacy_countries(ctx, store, edition);
    if (st == GVC_OK)
        st = read_scale(ctx, store, -1, "/", "sectors", &sectors);
    if (st == GVC_OK)
        st = make_labels(ctx, store, "sectors", sectors, none, &edition->sectors);
    gvc_mem__free(sectors.texts);
    if (st == GVC_OK)
        st = check_size(ctx, store, edition);
    if (st == GVC_OK)
        st = legacy_categories(ctx, store, edition);
    if (st != GVC_OK) {
        gvc_edition__free(edition);
        return st;
    }
    gvc_edition__settle_inventory(edition);
    *out = edition;
    return GVC_OK;
}
