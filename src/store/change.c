#include "store/out.h"

#include <hdf5_hl.h>
#include <stdio.h>
#include <string.h>

/* One store being changed under its temporary name. */
typedef struct change {
    gvc_out out;
    const gvc_store_year_change *years;
    gvc_int n;
} change;

/* Unlink a dataset, untied from its scales first: they keep a list of who uses them. */
static void drop(gvc_out *out, hid_t loc, const char *name, const char *rows, const char *cols)
{
    const char *const scales[] = { rows, cols };
    hid_t id;

    if (out->failed || !gvc_h5__has(loc, name))
        return;
    id = H5Dopen2(loc, name, H5P_DEFAULT);
    for (unsigned axis = 0; id >= 0 && axis < 2 && scales[axis]; axis++) {
        const hid_t scale = H5Dopen2(out->id, scales[axis], H5P_DEFAULT);

        if (scale >= 0 && H5DSis_attached(id, scale, axis) > 0)
            H5DSdetach_scale(id, scale, axis);
        if (scale >= 0)
            H5Dclose(scale);
    }
    if (id >= 0)
        H5Dclose(id);
    if (H5Ldelete(loc, name, H5P_DEFAULT) < 0)
        out->failed = 1;
}

/* ---- the root ---- */

static void put_sets(gvc_out *out, const gvc_edition *edition)
{
    const hsize_t N = (hsize_t)gvc_labels_n(edition->sectors);
    const hid_t sets = edition->n_sets > 0 ? gvc_out__group(out, out->id, "sets") : H5I_INVALID_HID;

    for (gvc_int i = 0; sets >= 0 && i < edition->n_sets; i++) {
        const gvc_sector_set *set = &edition->sets[i];

        drop(out, sets, set->name, "sector", NULL);
        gvc_out__finish(out, gvc_out__reals(out, sets, set->name, set->weight, 1, &N), "sector",
                        NULL, NULL);
    }
    if (sets >= 0)
        H5Gclose(sets);
}

/* All years have the same satellites: their codes and units stand at the root. */
static void put_satellite_labels(gvc_ctx *ctx, gvc_out *out, const gvc_labels *satellites)
{
    const gvc_int S = gvc_labels_n(satellites);
    const char **texts = gvc_mem__alloc(ctx, S, sizeof *texts);
    hid_t id;

    gvc_out__need(out, texts);
    for (gvc_int i = 0; !out->failed && i < S; i++)
        texts[i] = gvc_labels_code(satellites, i);
    if (!out->failed)
        gvc_out__texts(ctx, out, out->id, "satellite", texts, S, 1);
    for (gvc_int i = 0; !out->failed && i < S; i++)
        texts[i] = gvc_labels_name(satellites, i);
    if (!out->failed)
        gvc_out__texts(ctx, out, out->id, "satellite_unit", texts, S, 0);
    id = out->failed ? H5I_INVALID_HID : H5Dopen2(out->id, "satellite_unit", H5P_DEFAULT);
    gvc_out__finish(out, id, "satellite", NULL, NULL);
    gvc_mem__free(texts);
}

/* ---- years ---- */

static hid_t open_year(gvc_out *out, hid_t years, const gvc_table *table)
{
    char name[16];

    snprintf(name, sizeof name, "%d", table->year);
    return gvc_out__group(out, years, name);
}

static void put_satellites(gvc_out *out, hid_t year, const gvc_table *t)
{
    const hsize_t dims[2] = { (hsize_t)gvc_labels_n(t->satellites), (hsize_t)t->n };

    gvc_out__finish(out, gvc_out__reals(out, year, "satellite", t->satellite, 2, dims), "satellite",
                    "industry", "satellite,industry");
}

static void put_tau(gvc_ctx *ctx, gvc_out *out, hid_t year, const char *name, gvc_view tau)
{
    drop(out, year, name, "industry", "country");
    gvc_out__finish(out, gvc_out__matrix(ctx, out, year, name, tau), "industry", "country",
                    "seller,country");
}

/* What every year must lose before the codes of the satellites can be replaced. */
static void drop_satellites(change *c, hid_t years)
{
    for (gvc_int i = 0; i < c->n && !c->out.failed; i++) {
        const hid_t year = open_year(&c->out, years, c->years[i].table);

        if (year < 0)
            continue;
        drop(&c->out, year, "satellite", "satellite", "industry");
        drop(&c->out, year, "satellite_unit", "satellite", NULL);
        H5Gclose(year);
    }
    drop(&c->out, c->out.id, "satellite_unit", "satellite", NULL);
    drop(&c->out, c->out.id, "satellite", NULL, NULL);
}

static const gvc_labels *satellites_of(const change *c)
{
    for (gvc_int i = 0; i < c->n; i++)
        if (c->years[i].satellites)
            return c->years[i].table->satellites;
    return NULL;
}

static void put_years(gvc_ctx *ctx, change *c, hid_t years)
{
    const gvc_labels *satellites = satellites_of(c);

    if (satellites) {
        drop_satellites(c, years);
        put_satellite_labels(ctx, &c->out, satellites);
    }
    for (gvc_int i = 0; i < c->n && !c->out.failed; i++) {
        const gvc_table *table = c->years[i].table;
        const hid_t year = open_year(&c->out, years, table);

        if (year < 0)
            continue;
        if (satellites && table->satellites)
            put_satellites(&c->out, year, table);
        if (c->years[i].tau_int)
            put_tau(ctx, &c->out, year, "tau_int", table->tau_int);
        if (c->years[i].tau_fin)
            put_tau(ctx, &c->out, year, "tau_fin", table->tau_fin);
        H5Gclose(year);
    }
}

/* Arrays are packed where those of the store are. */
static int is_packed(hid_t years)
{
    char name[16];
    hid_t year, Z, made;
    int packed;

    if (H5Lget_name_by_idx(years, ".", H5_INDEX_NAME, H5_ITER_INC, 0, name, sizeof name,
                           H5P_DEFAULT) < 0)
        return 0;
    year = H5Gopen2(years, name, H5P_DEFAULT);
    Z = year < 0 ? H5I_INVALID_HID : H5Dopen2(year, "Z", H5P_DEFAULT);
    made = Z < 0 ? H5I_INVALID_HID : H5Dget_create_plist(Z);
    packed = made >= 0 && H5Pget_layout(made) == H5D_CHUNKED;
    if (made >= 0)
        H5Pclose(made);
    if (Z >= 0)
        H5Dclose(Z);
    if (year >= 0)
        H5Gclose(year);
    return packed;
}

/* ---- the change ---- */

static gvc_status put_all(gvc_ctx *ctx, change *c, const gvc_edition *edition)
{
    gvc_out *out = &c->out;
    const hid_t years = gvc_out__group(out, out->id, "years");

    put_sets(out, edition);
    for (gvc_int i = 0; i < gvc_attrs__n(edition->attrs); i++)
        gvc_out__attr(ctx, out, out->id, gvc_attrs__name(edition->attrs, i),
                      gvc_attrs__text(edition->attrs, i));
    if (years >= 0) {
        out->compress = is_packed(years);
        put_years(ctx, c, years);
        H5Gclose(years);
    }
    return gvc_out__status(ctx, out);
}

gvc_status gvc_store__change(gvc_ctx *ctx, const char *path, const char *to, int force,
                             const gvc_edition *edition, const gvc_store_year_change *years,
                             gvc_int n)
{
    change c = { .years = years, .n = n };
    gvc_status st;

    gvc_h5__lock();
    st = gvc_out__reopen(ctx, &c.out, path, to, force || strcmp(path, to) == 0);
    if (st == GVC_OK) {
        st = put_all(ctx, &c, edition);
        if (st == GVC_OK)
            st = gvc_out__commit(ctx, &c.out);
        else
            gvc_out__abort(&c.out);
    }
    gvc_h5__unlock();
    return st;
}
