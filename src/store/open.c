#include "store/open.h"

#include "store/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA_VERSION = 1 };

/* What kind of file it is: schema 1, the older layout, or something else that is refused. */
static gvc_status recognise(gvc_ctx *ctx, gvc_store *store)
{
    const gvc_h5 *file = &store->file;
    gvc_attrs *attrs = gvc_attrs__new(ctx);
    gvc_int version = 0;
    int present = 0;
    gvc_status st = attrs ? gvc_h5__read_attrs(ctx, file, file->id, "/", attrs) : GVC_ENOMEM;
    const char *schema = st == GVC_OK ? gvc_attrs__get(attrs, "gvc_schema") : NULL;

    store->legacy =
        !schema && gvc_h5__has(file->id, "countries") && gvc_h5__has(file->id, "sectors");
    if (st == GVC_OK && !schema && !store->legacy)
        st = gvc_error__at(ctx, GVC_EDATA, file->path, NULL,
                           "not a gvc file (HDF5, no attribute gvc_schema); try gvc import");
    else if (schema && strcmp(schema, "results") == 0)
        st = gvc_error__at(ctx, GVC_EDATA, file->path, NULL,
                           "holds results, not tables; name the store that they were made from");
    else if (schema && strcmp(schema, "mrio") != 0)
        st = gvc_error__at(ctx, GVC_EDATA, file->path, NULL,
                           "gvc_schema \"%s\" found, \"mrio\" expected", schema);
    else if (st == GVC_OK && schema)
        st = gvc_h5__read_int_attr(ctx, file, file->id, "/", "schema_version", &version, &present);
    gvc_attrs__free(attrs);
    if (st == GVC_OK && !store->legacy && (!present || version < 1))
        st = gvc_error__at(ctx, GVC_EDATA, file->path, "/", "no valid schema_version, 1 expected");
    if (st == GVC_OK && version > SCHEMA_VERSION)
        st = gvc_error__at(ctx, GVC_EDATA, file->path, "/",
                           "schema_version %lld found, at most %d expected: the file was made by a "
                           "newer gvc; update this one",
                           (long long)version, SCHEMA_VERSION);
    return st;
}

/* A calendar year written plainly, 0 to 9999, or -1. */
static int parse_year(const char *name)
{
    char plain[16];
    const long year = strtol(name, NULL, 10);

    if (year < 0 || year > 9999)
        return -1;
    snprintf(plain, sizeof plain, "%ld", year);
    return strcmp(plain, name) == 0 ? (int)year : -1;
}

static int by_year(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static gvc_status take_years(gvc_ctx *ctx, gvc_store *store, const char *where, const char **names,
                             gvc_int n)
{
    store->years = gvc_mem__alloc(ctx, n, sizeof *store->years);
    if (!store->years)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < n; i++) {
        const int year = parse_year(names[i]);

        if (year >= 0)
            store->years[store->n_years++] = year;
        else if (!store->legacy)
            return gvc_error__at(ctx, GVC_EDATA, store->file.path, where,
                                 "member \"%s\" found, years expected", names[i]);
    }
    if (store->n_years == 0)
        return gvc_error__at(ctx, GVC_EDATA, store->file.path, where,
                             "holds no year; at least one is expected");
    qsort(store->years, (size_t)store->n_years, sizeof *store->years, by_year);
    return GVC_OK;
}

static gvc_status read_years(gvc_ctx *ctx, gvc_store *store)
{
    const char *where = store->legacy ? "/" : "/years";
    const char **names = NULL;
    gvc_int n;
    hid_t years = H5I_INVALID_HID;
    gvc_status st = GVC_OK;

    if (store->legacy)
        years = H5Gopen2(store->file.id, "/", H5P_DEFAULT);
    else
        st = gvc_h5__open_group(ctx, &store->file, &years, store->file.id, "/", "years");
    if (st != GVC_OK)
        return st;
    st = gvc_h5__members(ctx, &store->file, years, where, store->arena, &names, &n);
    if (st == GVC_OK)
        st = take_years(ctx, store, where, names, n);
    gvc_mem__free(names);
    H5Gclose(years);
    return st;
}

gvc_status gvc_store__open_year(gvc_ctx *ctx, const gvc_store *store, gvc_int i, hid_t *group,
                                char *where)
{
    char name[16];
    hid_t years;
    gvc_status st;

    snprintf(name, sizeof name, "%d", store->years[i]);
    if (store->legacy) {
        snprintf(where, GVC_H5_PLACE, "/%s", name);
        return gvc_h5__open_group(ctx, &store->file, group, store->file.id, "/", name);
    }
    snprintf(where, GVC_H5_PLACE, "/years/%s", name);
    st = gvc_h5__open_group(ctx, &store->file, &years, store->file.id, "/", "years");
    if (st != GVC_OK)
        return st;
    st = gvc_h5__open_group(ctx, &store->file, group, years, "/years", name);
    H5Gclose(years);
    return st;
}

/* What is wrong with an array is told when its year is read. */
static int is_year_mapped(gvc_ctx *ctx, const gvc_store *store, gvc_int i)
{
    char where[GVC_H5_PLACE];
    gvc_h5_array Z;
    hid_t group;
    int mapped = 0;

    if (gvc_store__open_year(ctx, store, i, &group, where) != GVC_OK)
        return 0;
    if (gvc_h5__open_array(ctx, &store->file, &Z, group, where, "Z", 2) == GVC_OK) {
        mapped = gvc_h5__can_map(&Z);
        gvc_h5__close_array(&Z);
    }
    H5Gclose(group);
    return mapped;
}

static gvc_status open_locked(gvc_ctx *ctx, gvc_store *store)
{
    gvc_status st = gvc_content__rehearse(ctx, store->path);

    if (st == GVC_OK)
        st = gvc_h5__open(ctx, &store->file, store->path);
    if (st == GVC_OK)
        st = recognise(ctx, store);
    if (st == GVC_OK)
        st = read_years(ctx, store);
    if (st == GVC_OK)
        st = store->legacy ? gvc_store__read_legacy_edition(ctx, store, &store->edition)
                           : gvc_store__read_edition(ctx, store, -1, "/", &store->edition);
    return st;
}

gvc_status gvc_store__open(gvc_ctx *ctx, gvc_store **out, const char *path)
{
    gvc_store *store = gvc_mem__calloc(ctx, 1, sizeof *store);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!store)
        return GVC_ENOMEM;
    store->file.id = H5I_INVALID_HID;
    store->arena = gvc_arena__new(ctx);
    store->path = store->arena ? gvc_arena__strdup(ctx, store->arena, path) : NULL;
    if (store->path) {
        gvc_h5__lock();
        st = open_locked(ctx, store);
        gvc_h5__unlock();
    }
    if (st != GVC_OK) {
        gvc_store__close(store);
        return st;
    }
    *out = store;
    return GVC_OK;
}

const gvc_edition *gvc_store__edition(const gvc_store *store)
{
    return store->edition;
}

gvc_int gvc_store__n_years(const gvc_store *store)
{
    return store->n_years;
}

int gvc_store__year(const gvc_store *store, gvc_int i)
{
    return store->years[i];
}

int gvc_store__is_mapped(gvc_ctx *ctx, const gvc_store *store)
{
    int mapped = 1;

    gvc_h5__lock();
    for (gvc_int i = 0; mapped && i < store->n_years; i++)
        mapped = is_year_mapped(ctx, store, i);
    gvc_h5__unlock();
    return mapped;
}

void gvc_store__close(gvc_store *store)
{
    if (!store)
        return;
    gvc_h5__lock();
    gvc_h5__close(&store->file);
    gvc_h5__unlock();
    gvc_edition__free(store->edition);
    gvc_mem__free(store->years);
    gvc_arena__free(store->arena);
    gvc_mem__free(store);
}
