#include "store/out.h"

#include <string.h>

static void put_years_of(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name,
                         const gvc_group *group, int first)
{
    int32_t *years = gvc_mem__alloc(ctx, group->n, sizeof *years);
    hid_t id = H5I_INVALID_HID;

    gvc_out__need(out, years);
    for (gvc_int i = 0; years && i < group->n; i++)
        years[i] = first ? group->members[i].from_year : group->members[i].to_year;
    if (years)
        id = gvc_out__ints(out, loc, name, years, group->n);
    if (id >= 0)
        H5Dclose(id);
    gvc_mem__free(years);
}

void gvc_out__country_group(gvc_ctx *ctx, gvc_out *out, hid_t groups, const gvc_group *group)
{
    const char **members = gvc_mem__alloc(ctx, group->n, sizeof *members);
    const hid_t loc = gvc_out__group(out, groups, group->name);

    gvc_out__need(out, members);
    for (gvc_int i = 0; members && i < group->n; i++)
        members[i] = group->members[i].iso3;
    if (loc >= 0 && members) {
        gvc_out__texts(ctx, out, loc, "member", members, group->n, 0);
        put_years_of(ctx, out, loc, "from_year", group, 1);
        put_years_of(ctx, out, loc, "to_year", group, 0);
    }
    if (loc >= 0)
        H5Gclose(loc);
    gvc_mem__free(members);
}

/* The name becomes that of an HDF5 group. */
static int is_name(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strlen(name) <= GVC_H5_LABEL;
}

static gvc_status change(gvc_ctx *ctx, gvc_out *out, const gvc_group *group, int replace)
{
    const hid_t groups = gvc_out__group(out, out->id, "groups");
    gvc_status st = GVC_OK;

    if (groups >= 0 && gvc_h5__has(groups, group->name)) {
        if (!replace)
            st =
                gvc_error__at(ctx, GVC_EUSAGE, out->path, "/groups",
                              "group %s is there already; add --force to redefine it", group->name);
        else if (H5Ldelete(groups, group->name, H5P_DEFAULT) < 0)
            out->failed = 1;
    }
    if (groups >= 0 && st == GVC_OK)
        gvc_out__country_group(ctx, out, groups, group);
    if (groups >= 0)
        H5Gclose(groups);
    return st == GVC_OK ? gvc_out__status(ctx, out) : st;
}

gvc_status gvc_store_add_group(gvc_ctx *ctx, const char *path, const gvc_group *group, int replace)
{
    gvc_store *store;
    gvc_out out;
    gvc_status st;

    if (!is_name(group->name))
        return gvc_error__at(ctx, GVC_EUSAGE, path, "/groups",
                             "\"%s\" cannot be the name of a group", group->name);
    st = gvc_store__open(ctx, &store, path);
    gvc_store__close(store);
    if (st != GVC_OK)
        return st;
    gvc_h5__lock();
    st = gvc_out__reopen(ctx, &out, path, path, 1);
    if (st == GVC_OK) {
        st = change(ctx, &out, group, replace);
        if (st == GVC_OK)
            st = gvc_out__commit(ctx, &out);
        else
            gvc_out__abort(&out);
    }
    gvc_h5__unlock();
    return st;
}
