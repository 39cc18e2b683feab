#include "store/writer.h"

#include <stdio.h>
#include <string.h>

/* What the writer itself decides about a file. */
static int is_own_attr(const char *name)
{
    static const char *const own[] = { "gvc_schema", "schema_version", "created_by",
                                       "created_utc" };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(name, own[i]) == 0)
            return 1;
    return 0;
}

static void put_root_attrs(gvc_ctx *ctx, gvc_out *out, const gvc_attrs *attrs)
{
    char text[64], stamp[32];

    gvc_out__text_attr(out, out->id, "gvc_schema", "mrio");
    gvc_out__int_attr(out, out->id, "schema_version", 1);
    for (gvc_int i = 0; i < gvc_attrs__n(attrs); i++)
        if (!is_own_attr(gvc_attrs__name(attrs, i)))
            gvc_out__attr(ctx, out, out->id, gvc_attrs__name(attrs, i), gvc_attrs__text(attrs, i));
    snprintf(text, sizeof text, "gvc %s", gvc_version());
    gvc_out__text_attr(out, out->id, "created_by", text);
    if (gvc_clock__stamp(stamp))
        gvc_out__text_attr(out, out->id, "created_utc", stamp);
}

/* "CHN:c14": the labels of the rows, and of the columns of final demand. */
static void put_products(gvc_ctx *ctx, gvc_out *out, gvc_arena *arena, const char *name,
                         const gvc_labels *outer, const gvc_labels *inner)
{
    const gvc_int G = gvc_labels_n(outer), m = gvc_labels_n(inner);
    const char **texts = gvc_mem__alloc(ctx, G * m, sizeof *texts);

    gvc_out__need(out, texts);
    for (gvc_int i = 0; !out->failed && i < G * m; i++) {
        texts[i] = gvc_arena__format(ctx, arena, "%s:%s", gvc_labels_code(outer, i / m),
                                     gvc_labels_code(inner, i % m));
        gvc_out__need(out, texts[i]);
    }
    if (!out->failed)
        gvc_out__texts(ctx, out, out->id, name, texts, G * m, 1);
    gvc_mem__free(texts);
}

static void put_native(gvc_ctx *ctx, gvc_out *out, const gvc_edition *edition)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    const char **texts = gvc_mem__alloc(ctx, G, sizeof *texts);
    hid_t id;

    gvc_out__need(out, texts);
    for (gvc_int c = 0; texts && c < G; c++)
        texts[c] = gvc_edition_native(edition, c);
    if (!out->failed && edition->native) {
        gvc_out__texts(ctx, out, out->id, "country_native", texts, G, 0);
        id = H5Dopen2(out->id, "country_native", H5P_DEFAULT);
        if (id >= 0) {
            gvc_out__attach(out, id, 0, out->id, "country");
            H5Dclose(id);
        }
    }
    gvc_mem__free(texts);
}

static void put_sets(gvc_out *out, const gvc_edition *edition)
{
    const hsize_t N = (hsize_t)gvc_labels_n(edition->sectors);
    const hid_t sets = edition->n_sets > 0 ? gvc_out__group(out, out->id, "sets") : H5I_INVALID_HID;

    for (gvc_int i = 0; sets >= 0 && i < edition->n_sets; i++) {
        const hid_t id =
            gvc_out__reals(out, sets, edition->sets[i].name, edition->sets[i].weight, 1, &N);

        if (id >= 0) {
            gvc_out__attach(out, id, 0, out->id, "sector");
            H5Dclose(id);
        }
    }
    if (sets >= 0)
        H5Gclose(sets);
}

static void put_edition(gvc_ctx *ctx, gvc_store_writer *w)
{
    gvc_out *out = &w->out;
    const gvc_edition *e = w->edition;
    hid_t groups;

    put_root_attrs(ctx, out, e->attrs);
    gvc_out__labels(ctx, out, out->id, "country", e->countries);
    gvc_out__labels(ctx, out, out->id, "sector", e->sectors);
    gvc_out__labels(ctx, out, out->id, "category", e->categories);
    put_products(ctx, out, w->arena, "industry", e->countries, e->sectors);
    put_products(ctx, out, w->arena, "demand", e->countries, e->categories);
    put_native(ctx, out, e);
    put_sets(out, e);
    groups = e->n_groups > 0 ? gvc_out__group(out, out->id, "groups") : H5I_INVALID_HID;
    for (gvc_int i = 0; groups >= 0 && i < e->n_groups; i++)
        gvc_out__country_group(ctx, out, groups, &e->groups[i]);
    if (groups >= 0)
        H5Gclose(groups);
    groups = gvc_out__group(out, out->id, "years");
    if (groups >= 0)
        H5Gclose(groups);
}

static gvc_status create_locked(gvc_ctx *ctx, gvc_store_writer *w, const char *path,
                                const gvc_store_opts *opts)
{
    gvc_status st = gvc_out__create(ctx, &w->out, path, opts && opts->force);

    if (st != GVC_OK)
        return st;
    w->out.compress = opts && opts->compress;
    put_edition(ctx, w);
    return gvc_out__status(ctx, &w->out);
}

gvc_status gvc_writer__new(gvc_ctx *ctx, gvc_store_writer **out, const char *path,
                           const gvc_edition *edition, const char **kept)
{
    gvc_store_writer *w = gvc_mem__calloc(ctx, 1, sizeof *w);

    *out = w;
    if (!w)
        return GVC_ENOMEM;
    w->out.id = H5I_INVALID_HID;
    w->edition = gvc_edition__share(edition);
    w->arena = gvc_arena__new(ctx);
    *kept = w->arena ? gvc_arena__strdup(ctx, w->arena, path) : NULL;
    return *kept ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_store_create(gvc_ctx *ctx, gvc_store_writer **out, const char *path,
                            const gvc_edition *edition, const gvc_store_opts *opts)
{
    gvc_store_writer *w;
    const char *kept;
    gvc_status st = gvc_writer__new(ctx, &w, path, edition, &kept);

    *out = NULL;
    if (st == GVC_OK) {
        gvc_h5__lock();
        st = create_locked(ctx, w, kept, opts);
        gvc_h5__unlock();
    }
    if (st != GVC_OK) {
        gvc_store_abort(w);
        return st;
    }
    *out = w;
    return GVC_OK;
}

static int same_codes(const gvc_labels *a, const gvc_labels *b)
{
    if (a == b)
        return 1;
    if (!a || !b || gvc_labels_n(a) != gvc_labels_n(b))
        return 0;
    for (gvc_int i = 0; i < gvc_labels_n(a); i++)
        if (strcmp(gvc_labels_code(a, i), gvc_labels_code(b, i)) != 0)
            return 0;
    return 1;
}

static gvc_status check_labels(gvc_ctx *ctx, const gvc_store_writer *w, const gvc_table *table)
{
    gvc_status st = GVC_OK;

    if (w->edition != table->edition)
        st = gvc_writer__match(ctx, w->out.path, w->edition, table->edition);
    if (st != GVC_OK)
        return st;
    if (w->satellites && table->satellites && !same_codes(w->satellites, table->satellites))
        return gvc_error__at(ctx, GVC_EDATA, w->out.path, "/satellite",
                             "a table with other satellites than those of the years before");
    for (gvc_int p = 0; w->primaries && table->primaries && p < gvc_labels_n(w->primaries); p++)
        if (gvc_labels_n(w->primaries) != gvc_labels_n(table->primaries) ||
            gvc_labels_find(table->primaries, gvc_labels_code(w->primaries, p)) < 0)
            return gvc_error__at(ctx, GVC_EDATA, w->out.path, "/primary",
                                 "a table with other primary inputs than those of the years "
                                 "before; write it to a store of its own");
    return GVC_OK;
}

static void put_satellites(gvc_ctx *ctx, gvc_store_writer *w, hid_t year, const gvc_table *t)
{
    gvc_out *out = &w->out;
    const gvc_int S = t->satellites ? gvc_labels_n(t->satellites) : 0;
    const hsize_t dims[2] = { (hsize_t)S, (hsize_t)t->n };
    const char **texts;
    hid_t id;

    if (S == 0)
        return;
    texts = gvc_mem__alloc(ctx, S, sizeof *texts);
    gvc_out__need(out, texts);
    if (!w->satellites && !out->failed) {
        w->satellites = gvc_labels__share(t->satellites);
        for (gvc_int i = 0; i < S; i++)
            texts[i] = gvc_labels_code(t->satellites, i);
        gvc_out__texts(ctx, out, out->id, "satellite", texts, S, 1);
        for (gvc_int i = 0; i < S; i++)
            texts[i] = gvc_labels_name(t->satellites, i);
        gvc_out__texts(ctx, out, out->id, "satellite_unit", texts, S, 0);
        id = out->failed ? H5I_INVALID_HID : H5Dopen2(out->id, "satellite_unit", H5P_DEFAULT);
        gvc_out__finish(out, id, "satellite", NULL, NULL);
    }
    gvc_mem__free(texts);
    gvc_out__finish(out, gvc_out__reals(out, year, "satellite", t->satellite, 2, dims), "satellite",
                    "industry", "satellite,industry");
}

/* A row of the file per primary input, in the order of the scale of the root. */
static void put_primary_rows(gvc_ctx *ctx, gvc_store_writer *w, hid_t year, const gvc_table *t,
                             const double *rows, gvc_int cols, const char *name, const char *axis)
{
    gvc_out *out = &w->out;
    const gvc_int P = gvc_labels_n(w->primaries);
    const hsize_t dims[2] = { (hsize_t)P, (hsize_t)cols };
    double *sorted = gvc_mem__alloc(ctx, P * cols, sizeof *sorted);

    gvc_out__need(out, sorted);
    for (gvc_int p = 0; sorted && p < P; p++)
        memcpy(sorted + p * cols,
               rows + gvc_labels_find(t->primaries, gvc_labels_code(w->primaries, p)) * cols,
               (size_t)cols * sizeof *sorted);
    if (!out->failed)
        gvc_out__finish(out, gvc_out__reals(out, year, name, sorted, 2, dims), "primary", axis,
                        strcmp(axis, "demand") ? "primary,industry" : "primary,demand");
    gvc_mem__free(sorted);
}

static void put_primaries(gvc_ctx *ctx, gvc_store_writer *w, hid_t year, const gvc_table *t)
{
    if (!t->primaries)
        return;
    if (!w->primaries) {
        w->primaries = gvc_labels__share(t->primaries);
        gvc_out__labels(ctx, &w->out, w->out.id, "primary", t->primaries);
    }
    put_primary_rows(ctx, w, year, t, t->primary, t->n, "primary", "industry");
    if (t->primary_fd)
        put_primary_rows(ctx, w, year, t, t->primary_fd, t->G * t->K, "primary_fd", "demand");
}

static void put_table(gvc_ctx *ctx, gvc_store_writer *w, hid_t year, const gvc_table *t)
{
    gvc_out *out = &w->out;
    const hsize_t n = (hsize_t)t->n;

    gvc_out__finish(out, gvc_out__transpose(ctx, out, year, "Z", t->Zt), "industry", "industry",
                    "seller,buyer");
    gvc_out__finish(out, gvc_out__matrix(ctx, out, year, "FD", t->FD), "industry", "demand",
                    "seller,demand");
    gvc_out__finish(out, gvc_out__reals(out, year, "VA", t->VA, 1, &n), "industry", NULL, NULL);
    gvc_out__finish(out, gvc_out__reals(out, year, "x", t->x, 1, &n), "industry", NULL, NULL);
    put_primaries(ctx, w, year, t);
    put_satellites(ctx, w, year, t);
    if (t->tau_int.a)
        gvc_out__finish(out, gvc_out__matrix(ctx, out, year, "tau_int", t->tau_int), "industry",
                        "country", "seller,country");
    if (t->tau_fin.a)
        gvc_out__finish(out, gvc_out__matrix(ctx, out, year, "tau_fin", t->tau_fin), "industry",
                        "country", "seller,country");
}

static void put_year_attrs(gvc_ctx *ctx, gvc_out *out, hid_t group, const gvc_table *t, int year)
{
    gvc_out__int_attr(out, group, "year", year);
    gvc_out__text_attr(out, group, "va_rule", t->va_rule);
    for (gvc_int i = 0; i < gvc_attrs__n(t->attrs); i++) {
        const char *name = gvc_attrs__name(t->attrs, i);

        if (strcmp(name, "year") != 0 && strcmp(name, "va_rule") != 0)
            gvc_out__attr(ctx, out, group, name, gvc_attrs__text(t->attrs, i));
    }
}

static gvc_status add_locked(gvc_ctx *ctx, gvc_store_writer *w, const gvc_table *table, int year)
{
    gvc_out *out = &w->out;
    char name[16];
    hid_t years, group;

    snprintf(name, sizeof name, "%d", year);
    years = gvc_out__group(out, out->id, "years");
    if (years >= 0 && w->replace && gvc_h5__has(years, name) &&
        H5Ldelete(years, name, H5P_DEFAULT) < 0)
        out->failed = 1;
    if (years >= 0 && gvc_h5__has(years, name)) {
        H5Gclose(years);
        return gvc_error__at(ctx, w->is_old ? GVC_EIO : GVC_EDATA, out->path, "/years",
                             w->is_old ? "year %d is there already; add --force to replace it"
                                       : "year %d is added twice",
                             year);
    }
    group = years >= 0 ? gvc_out__group(out, years, name) : H5I_INVALID_HID;
    if (group >= 0) {
        put_year_attrs(ctx, out, group, table, year);
        put_table(ctx, w, group, table);
        H5Gclose(group);
    }
    if (years >= 0)
        H5Gclose(years);
    return gvc_out__status(ctx, out);
}

gvc_status gvc_store_add(gvc_ctx *ctx, gvc_store_writer *writer, const gvc_table *table, int year)
{
    const int own = table->year == GVC_INT_MISSING ? year : table->year;
    gvc_status st = check_labels(ctx, writer, table);

    if (st != GVC_OK)
        return st;
    if (own < 0 || own > 9999)
        return gvc_error__at(ctx, GVC_EUSAGE, writer->out.path, "/years",
                             "the table has no year of its own; name one (--year)");
    gvc_h5__lock();
    st = add_locked(ctx, writer, table, own);
    gvc_h5__unlock();
    return st;
}

static void forget(gvc_store_writer *writer)
{
    gvc_edition__free((gvc_edition *)writer->edition);
    gvc_labels__free((gvc_labels *)writer->satellites);
    gvc_labels__free((gvc_labels *)writer->primaries);
    gvc_arena__free(writer->arena);
    gvc_mem__free(writer);
}

gvc_status gvc_store_commit(gvc_ctx *ctx, gvc_store_writer *writer)
{
    gvc_status st;

    gvc_h5__lock();
    st = gvc_out__commit(ctx, &writer->out);
    gvc_h5__unlock();
    forget(writer);
    return st;
}

void gvc_store_abort(gvc_store_writer *writer)
{
    if (!writer)
        return;
    gvc_h5__lock();
    gvc_out__abort(&writer->out);
    gvc_h5__unlock();
    forget(writer);
}
