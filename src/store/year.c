#include "store/open.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SMALL = 1 << 17 }; /* values of an array whose checksum costs nothing at every reading */

/* One year being read. */
typedef struct year_source {
    const gvc_store *store;
    gvc_int year; /* its place in the store */
    hid_t group;
    char where[GVC_H5_PLACE], why[200];
    gvc_edition *edition;
    gvc_int G, N, K, n;
    gvc_table *table;
} year_source;

static gvc_status open_shaped(gvc_ctx *ctx, const year_source *y, gvc_h5_array *a, const char *name,
                              int rank, gvc_int rows, gvc_int cols)
{
    gvc_status st = gvc_h5__open_array(ctx, &y->store->file, a, y->group, y->where, name, rank);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__expect(ctx, &y->store->file, a, rows, cols, y->why);
    if (st != GVC_OK)
        gvc_h5__close_array(a);
    return st;
}

/* Everything that the year must have, looked at before memory is taken for it. */
static gvc_status check_shapes(gvc_ctx *ctx, const year_source *y)
{
    const struct {
        const char *name;
        int rank;
        gvc_int rows, cols;
    } arrays[] = { { "Z", 2, y->n, y->n },
                   { y->store->legacy ? "F" : "FD", 2, y->n, y->G * y->K },
                   { "x", 1, y->n, 1 },
                   { "VA", 1, y->n, 1 } };
    const int count = y->store->legacy ? 3 : 4;
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < count; i++) {
        gvc_h5_array a;

        st =
            open_shaped(ctx, y, &a, arrays[i].name, arrays[i].rank, arrays[i].rows, arrays[i].cols);
        if (st == GVC_OK && i == 0 && H5Tget_class(a.type) == H5T_FLOAT && H5Tget_size(a.type) < 8)
            gvc_log__warn(ctx,
                          "%s: %s: stored in single precision: parts add up to totals to seven "
                          "digits only",
                          y->store->file.path, a.place);
        if (st == GVC_OK)
            gvc_h5__close_array(&a);
    }
    return st;
}

static gvc_status read_matrix(gvc_ctx *ctx, const year_source *y, const char *name, gvc_view out)
{
    gvc_h5_array a;
    gvc_status st = open_shaped(ctx, y, &a, name, 2, out.rows, out.cols);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__read_matrix(ctx, &y->store->file, &a, (gvc_h5_target){ .view = out });
    gvc_h5__close_array(&a);
    return st;
}

static gvc_status reserve(gvc_ctx *ctx, const year_source *y, gvc_int cols)
{
    char what[64];

    snprintf(what, sizeof what, "the table of %d", y->store->years[y->year]);
    return gvc_mem__reserve(ctx, what, 8.0 * (double)y->n * (double)cols);
}

static gvc_status read_sales(gvc_ctx *ctx, const year_source *y, const gvc_h5_array *a)
{
    gvc_status st = reserve(ctx, y, y->n);

    if (st == GVC_OK)
        st = gvc_table__add_Zt(ctx, y->table);
    return st == GVC_OK
               ? gvc_h5__read_matrix(ctx, &y->store->file, a, (gvc_h5_target){ y->table->Zt, 1 })
               : st;
}

/* Z stays in the file where its bytes are those of our columns. */
static gvc_status take_sales(gvc_ctx *ctx, const year_source *y)
{
    gvc_h5_array a;
    gvc_map *map = NULL;
    gvc_status st = open_shaped(ctx, y, &a, "Z", 2, y->n, y->n);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__map(ctx, &y->store->file, &a, &map);
    if (map) {
        gvc_table__lend_Zt(y->table, map);
        gvc_map__fetch(map);
    } else if (st == GVC_OK) {
        st = read_sales(ctx, y, &a);
    }
    gvc_h5__close_array(&a);
    return st;
}

static gvc_status read_vector(gvc_ctx *ctx, const year_source *y, const char *name, double *values)
{
    gvc_h5_array a;
    gvc_status st = open_shaped(ctx, y, &a, name, 1, y->n, 1);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__read_vector(ctx, &y->store->file, &a, values);
    gvc_h5__close_array(&a);
    return st;
}

static gvc_status read_attrs(gvc_ctx *ctx, year_source *y)
{
    gvc_int stated = 0;
    int present = 0;
    gvc_status st = gvc_h5__read_attrs(ctx, &y->store->file, y->group, y->where, y->table->attrs);

    if (st == GVC_OK)
        st = gvc_h5__read_int_attr(ctx, &y->store->file, y->group, y->where, "year", &stated,
                                   &present);
    if (st == GVC_OK && present && stated != y->table->year)
        st = gvc_error__at(ctx, GVC_EDATA, y->store->file.path, y->where,
                           "attribute year says %lld, the group's name %d", (long long)stated,
                           y->table->year);
    return st;
}

/* Value added that calls itself the residual but is not is worth a word; x - 1'Z is used. */
static gvc_status settle_residual(gvc_ctx *ctx, year_source *y)
{
    gvc_table *table = y->table;
    double *stored = gvc_mem__alloc(ctx, y->n, sizeof *stored);
    gvc_int differ = 0;
    gvc_status st = stored ? read_vector(ctx, y, "VA", stored) : GVC_ENOMEM;

    gvc_table__residual_va(ctx, table);
    for (gvc_int i = 0; st == GVC_OK && i < y->n; i++)
        differ += !(fabs(stored[i] - table->VA[i]) <= 1e-6 * (1.0 + fabs(table->x[i])));
    if (differ > 0)
        gvc_log__warn(ctx,
                      "%s: %s/VA: is said to be the residual (va_rule) but differs from x - 1'Z in "
                      "%lld industries; x - 1'Z is used",
                      y->store->file.path, y->where, (long long)differ);
    gvc_mem__free(stored);
    return st;
}

static gvc_status read_va(gvc_ctx *ctx, year_source *y)
{
    gvc_table *table = y->table;
    const char *rule = gvc_attrs__get(table->attrs, "va_rule");

    if (y->store->legacy) {
        gvc_table__residual_va(ctx, table);
        return GVC_OK;
    }
    if (rule && strcmp(rule, "residual") == 0)
        return settle_residual(ctx, y);
    table->va_given = 1;
    table->va_rule = gvc_arena__strdup(ctx, table->arena, rule ? rule : "given");
    return table->va_rule ? read_vector(ctx, y, "VA", table->VA) : GVC_ENOMEM;
}

/* Codes and units of the satellites; in the year group or in the root. */
static gvc_status name_satellites(gvc_ctx *ctx, year_source *y, gvc_int S)
{
    const gvc_h5 *file = &y->store->file;
    const hid_t loc = gvc_h5__has(y->group, "satellite_unit") ? y->group : file->id;
    const char **codes = NULL, **units = NULL;
    gvc_int n_codes = 0, n_units = S;
    gvc_status st = gvc_h5__read_texts(ctx, file, file->id, "/", "satellite", y->store->arena,
                                       &codes, &n_codes);

    if (st == GVC_OK && gvc_h5__has(loc, "satellite_unit"))
        st = gvc_h5__read_texts(ctx, file, loc, "/", "satellite_unit", y->store->arena, &units,
                                &n_units);
    if (st == GVC_OK && (n_codes != S || n_units != S))
        st = gvc_error__at(ctx, GVC_EDATA, file->path, "/satellite",
                           "%lld codes and %lld units found, %lld of each expected (rows of "
                           "%s/satellite)",
                           (long long)n_codes, (long long)n_units, (long long)S, y->where);
    if (st == GVC_OK) {
        st = gvc_table__add_satellites(ctx, y->table, S, codes, units);
        if (st == GVC_EDATA)
            st = gvc_error__at(ctx, st, file->path, "/satellite", "%s", gvc_ctx_message(ctx));
    }
    gvc_mem__free(codes);
    gvc_mem__free(units);
    return st;
}

/* The file has a row per satellite: the very bytes of our columns. */
static gvc_status read_satellites(gvc_ctx *ctx, year_source *y)
{
    gvc_h5_array a;
    gvc_status st;

    if (y->store->legacy || !gvc_h5__has(y->group, "satellite"))
        return GVC_OK;
    st = gvc_h5__open_array(ctx, &y->store->file, &a, y->group, y->where, "satellite", 2);
    if (st != GVC_OK)
        return st;
    st = gvc_h5__expect(ctx, &y->store->file, &a, (gvc_int)a.dims[0], y->n, y->why);
    if (st == GVC_OK)
        st = gvc_mem__reserve(ctx, "the satellites", 8.0 * (double)a.dims[0] * (double)y->n);
    if (st == GVC_OK)
        st = name_satellites(ctx, y, (gvc_int)a.dims[0]);
    if (st == GVC_OK)
        st = gvc_h5__read_vector(ctx, &y->store->file, &a, y->table->satellite);
    gvc_h5__close_array(&a);
    return st;
}

static gvc_status read_tau(gvc_ctx *ctx, year_source *y)
{
    const int tau_int = gvc_h5__has(y->group, "tau_int"),
              tau_fin = gvc_h5__has(y->group, "tau_fin");
    gvc_status st;

    if (y->store->legacy || (!tau_int && !tau_fin))
        return GVC_OK;
    st = gvc_table__add_tau(ctx, y->table);
    if (st == GVC_OK && tau_int)
        st = read_matrix(ctx, y, "tau_int", y->table->tau_int);
    if (st == GVC_OK && tau_fin)
        st = read_matrix(ctx, y, "tau_fin", y->table->tau_fin);
    return st;
}

/* The message of the table's own check knows the array and the industries; the year is added. */
static gvc_status validate(gvc_ctx *ctx, const year_source *y)
{
    const char *path = y->store->file.path;
    gvc_status st = gvc_table__validate(ctx, y->table, path);
    char place[2 * GVC_H5_PLACE + 1024];
    const char *text;

    if (st != GVC_EDATA)
        return st;
    snprintf(place, sizeof place, "%s: %s", y->where, gvc_ctx_message_place(ctx));
    text = strstr(gvc_ctx_message(ctx), gvc_ctx_message_place(ctx));
    text = text ? text + strlen(gvc_ctx_message_place(ctx)) : gvc_ctx_message(ctx);
    return gvc_error__at(ctx, st, path, place, "%s", text + strspn(text, ": "));
}

static gvc_status verify_member(gvc_ctx *ctx, const gvc_store *store, hid_t group,
                                const char *where, const char *name, hsize_t max_cells)
{
    static const char *const matrices[] = { "Z",          "FD",        "F",       "primary",
                                            "primary_fd", "satellite", "tau_int", "tau_fin" };
    gvc_h5_array a;
    int rank = strcmp(name, "x") == 0 || strcmp(name, "VA") == 0;
    gvc_status st;

    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++)
        if (strcmp(name, matrices[i]) == 0)
            rank = 2;
    if (rank == 0)
        return GVC_OK;
    st = gvc_h5__open_array(ctx, &store->file, &a, group, where, name, rank);
    if (st != GVC_OK)
        return st;
    if (a.dims[0] * a.dims[1] <= max_cells)
        st = gvc_h5__verify(ctx, &store->file, &a);
    gvc_h5__close_array(&a);
    return st;
}

/* Compare the checksums of the arrays of up to `max_cells` values in one year. */
static gvc_status verify_year(gvc_ctx *ctx, const gvc_store *store, hid_t group, const char *where,
                              hsize_t max_cells)
{
    const char **names = NULL;
    gvc_int n = 0;
    gvc_status st = gvc_h5__members(ctx, &store->file, group, where, store->arena, &names, &n);

    for (gvc_int k = 0; st == GVC_OK && k < n; k++)
        st = verify_member(ctx, store, group, where, names[k], max_cells);
    gvc_mem__free(names);
    return st;
}

static gvc_status fill_table(gvc_ctx *ctx, year_source *y)
{
    gvc_status st = gvc_table__begin(ctx, &y->table, y->edition, y->store->years[y->year]);

    if (st == GVC_OK)
        st = read_attrs(ctx, y);
    if (st == GVC_OK)
        st = take_sales(ctx, y);
    if (st == GVC_OK)
        st = read_matrix(ctx, y, y->store->legacy ? "F" : "FD", y->table->FD);
    if (st == GVC_OK)
        st = read_vector(ctx, y, "x", y->table->x);
    if (st == GVC_OK)
        st = read_va(ctx, y);
    if (st == GVC_OK)
        st = read_satellites(ctx, y);
    if (st == GVC_OK)
        st = gvc_store__read_primaries(ctx, y->store, y->group, y->where, y->table);
    if (st == GVC_OK)
        st = read_tau(ctx, y);
    if (st == GVC_OK)
        st = validate(ctx, y);
    return st == GVC_OK ? verify_year(ctx, y->store, y->group, y->where, SMALL) : st;
}

/* The labels of the year: its own where the group has any, those of the store otherwise. */
static gvc_status settle_edition(gvc_ctx *ctx, year_source *y)
{
    const gvc_store *store = y->store;
    gvc_status st = GVC_OK;

    if (!store->legacy && (gvc_h5__has(y->group, "country") || gvc_h5__has(y->group, "sector") ||
                           gvc_h5__has(y->group, "category")))
        st = gvc_store__read_edition(ctx, store, y->group, y->where, &y->edition);
    else
        y->edition = gvc_edition__share(store->edition);
    if (st != GVC_OK)
        return st;
    y->G = gvc_labels_n(y->edition->countries);
    y->N = gvc_labels_n(y->edition->sectors);
    y->K = gvc_labels_n(y->edition->categories);
    y->n = y->G * y->N;
    snprintf(y->why, sizeof y->why,
             "the labels name %lld countries, %lld sectors, %lld categories of demand",
             (long long)y->G, (long long)y->N, (long long)y->K);
    return GVC_OK;
}

static gvc_status read_year(gvc_ctx *ctx, year_source *y)
{
    gvc_status st = settle_edition(ctx, y);

    if (st == GVC_OK)
        st = check_shapes(ctx, y);
    if (st == GVC_OK)
        st = reserve(ctx, y, y->G * y->K + 2);
    return st == GVC_OK ? fill_table(ctx, y) : st;
}

gvc_status gvc_store__table(gvc_ctx *ctx, gvc_table **out, gvc_store *store, gvc_int i)
{
    year_source y = { .store = store, .year = i, .group = H5I_INVALID_HID };
    gvc_status st;

    *out = NULL;
    gvc_h5__lock();
    st = gvc_store__open_year(ctx, store, i, &y.group, y.where);
    if (st == GVC_OK) {
        st = read_year(ctx, &y);
        H5Gclose(y.group);
    }
    if (st != GVC_ENOMEM && st != GVC_ECANCELLED) { /* a file that was changed may seem damaged */
        const gvc_status changed = gvc_held__recheck(ctx, store->file.held);

        st = changed == GVC_OK ? st : changed;
    }
    gvc_h5__unlock();
    gvc_edition__free(y.edition);
    if (st != GVC_OK) {
        gvc_table_free(y.table);
        return st;
    }
    *out = y.table;
    return GVC_OK;
}

gvc_status gvc_store__verify(gvc_ctx *ctx, const gvc_store *store, gvc_int i)
{
    char where[GVC_H5_PLACE];
    hid_t group;
    gvc_status st;

    gvc_h5__lock();
    st = gvc_store__open_year(ctx, store, i, &group, where);
    if (st == GVC_OK) {
        st = verify_year(ctx, store, group, where, HSIZE_UNDEF);
        H5Gclose(group);
    }
    gvc_h5__unlock();
    return st;
}

gvc_status gvc_store_verify(gvc_ctx *ctx, const char *path)
{
    gvc_store *store;
    gvc_status st = gvc_store__open(ctx, &store, path);

    for (gvc_int i = 0; st == GVC_OK && i < store->n_years; i++)
        st = gvc_store__verify(ctx, store, i);
    gvc_store__close(store);
    return st;
}
