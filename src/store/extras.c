#include "store/open.h"

#include <stdio.h>
#include <string.h>

/* Open a group of the root and list its members; nothing where it is absent. */
static gvc_status list_root(gvc_ctx *ctx, const gvc_store *store, const char *name, hid_t *group,
                            const char ***names, gvc_int *n)
{
    char place[GVC_H5_PLACE];
    gvc_status st;

    *group = H5I_INVALID_HID;
    *names = NULL;
    *n = 0;
    if (!gvc_h5__has(store->file.id, name))
        return GVC_OK;
    st = gvc_h5__open_group(ctx, &store->file, group, store->file.id, "/", name);
    if (st == GVC_OK)
        st = gvc_h5__members(ctx, &store->file, *group, gvc_h5__place(place, "/", name),
                             store->arena, names, n);
    return st;
}

static gvc_status read_vector(gvc_ctx *ctx, const gvc_store *store, hid_t loc, const char *where,
                              const char *name, gvc_int n, const char *why, double *values)
{
    gvc_h5_array a;
    gvc_status st = gvc_h5__open_array(ctx, &store->file, &a, loc, where, name, 1);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__expect(ctx, &store->file, &a, n, 1, why);
    if (st == GVC_OK)
        st = gvc_h5__read_vector(ctx, &store->file, &a, values);
    gvc_h5__close_array(&a);
    return st;
}

static gvc_status read_set(gvc_ctx *ctx, const gvc_store *store, hid_t sets, const char *name,
                           gvc_edition *edition)
{
    const gvc_int N = gvc_labels_n(edition->sectors);
    char place[GVC_H5_PLACE];
    double *weight = gvc_edition__add_set(ctx, edition, name);
    gvc_status st;

    if (!weight)
        return GVC_ENOMEM;
    st = read_vector(ctx, store, sets, "/sets", name, N, "one weight per sector", weight);
    for (gvc_int k = 0; st == GVC_OK && k < N; k++)
        if (!(weight[k] >= 0.0 && weight[k] <= 1.0))
            st =
                gvc_error__at(ctx, GVC_EDATA, store->file.path, gvc_h5__place(place, "/sets", name),
                              "weight %g of sector %s found, 0 to 1 expected", weight[k],
                              gvc_labels_code(edition->sectors, k));
    return st;
}

/* A list of years beside the members: absent means open. */
static gvc_status read_years(gvc_ctx *ctx, const gvc_store *store, hid_t loc, const char *where,
                             const char *name, gvc_int n, double *years)
{
    char place[GVC_H5_PLACE];
    gvc_status st;

    memset(years, 0, (size_t)n * sizeof *years);
    if (!gvc_h5__has(loc, name))
        return GVC_OK;
    st = read_vector(ctx, store, loc, where, name, n, "one year per member", years);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        if (!(years[i] >= 0 && years[i] <= 9999))
            st =
                gvc_error__at(ctx, GVC_EDATA, store->file.path, gvc_h5__place(place, where, name),
                              "%g found at %lld, a year or 0 expected", years[i], (long long)i + 1);
    return st;
}

static gvc_status fill_group(gvc_ctx *ctx, const gvc_store *store, hid_t loc, const char *where,
                             const char *name, gvc_edition *edition, const char **members,
                             gvc_int n)
{
    double *years = gvc_mem__calloc(ctx, 2 * n, sizeof *years);
    gvc_group *group;
    gvc_status st = years ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK)
        st = read_years(ctx, store, loc, where, "from_year", n, years);
    if (st == GVC_OK)
        st = read_years(ctx, store, loc, where, "to_year", n, years + n);
    group = st == GVC_OK ? gvc_edition__add_group(ctx, edition, name, n) : NULL;
    if (st == GVC_OK && !group)
        st = GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        const char *iso3 = gvc_arena__strdup(ctx, edition->arena, members[i]);

        group->members[i] = (gvc_group_entry){ iso3, (int)years[i], (int)years[n + i] };
        if (!iso3)
            st = GVC_ENOMEM;
    }
    gvc_mem__free(years);
    return st;
}

static gvc_status read_group(gvc_ctx *ctx, const gvc_store *store, hid_t groups, const char *name,
                             gvc_edition *edition)
{
    char where[GVC_H5_PLACE];
    const char **members = NULL;
    gvc_int n;
    hid_t loc;
    gvc_status st = gvc_h5__open_group(ctx, &store->file, &loc, groups, "/groups", name);

    if (st != GVC_OK)
        return st;
    gvc_h5__place(where, "/groups", name);
    st = gvc_h5__read_texts(ctx, &store->file, loc, where, "member", store->arena, &members, &n);
    if (st == GVC_OK)
        st = fill_group(ctx, store, loc, where, name, edition, members, n);
    gvc_mem__free(members);
    H5Gclose(loc);
    return st;
}

/* Which inputs some year has: the satellites of the root, and trade costs of any year. */
static gvc_status note_inputs(gvc_ctx *ctx, const gvc_store *store, gvc_edition *edition)
{
    const char **names = NULL;
    gvc_int n;
    hid_t years;
    gvc_status st = GVC_OK;

    if (gvc_h5__has(store->file.id, "satellite"))
        st = gvc_h5__read_texts(ctx, &store->file, store->file.id, "/", "satellite", store->arena,
                                &names, &n);
    if (st == GVC_OK && names && n > 0)
        st = gvc_labels__new(ctx, &edition->satellites, n, names, NULL);
    gvc_mem__free(names);
    if (st != GVC_OK)
        return st;
    st = list_root(ctx, store, "years", &years, &names, &n);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        hid_t year;

        /* A year that cannot be opened is refused when it is read. */
        if (gvc_h5__open_group(ctx, &store->file, &year, years, "/years", names[i]) != GVC_OK)
            continue;
        edition->has_tau |= gvc_h5__has(year, "tau_int") || gvc_h5__has(year, "tau_fin");
        H5Gclose(year);
    }
    gvc_mem__free(names);
    if (years >= 0)
        H5Gclose(years);
    return st;
}

gvc_status gvc_store__read_extras(gvc_ctx *ctx, const gvc_store *store, gvc_edition *edition)
{
    const char **names;
    gvc_int n;
    hid_t loc;
    gvc_status st = note_inputs(ctx, store, edition);

    if (st != GVC_OK)
        return st;
    st = list_root(ctx, store, "sets", &loc, &names, &n);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        st = read_set(ctx, store, loc, names[i], edition);
    gvc_mem__free(names);
    if (loc >= 0)
        H5Gclose(loc);
    if (st != GVC_OK)
        return st;
    st = list_root(ctx, store, "groups", &loc, &names, &n);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        st = read_group(ctx, store, loc, names[i], edition);
    gvc_mem__free(names);
    if (loc >= 0)
        H5Gclose(loc);
    return st;
}
