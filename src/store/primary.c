#include "store/open.h"

/* Rows of primary inputs: codes and names in the root, arrays in each year. */

static gvc_status name_rows(gvc_ctx *ctx, const gvc_store *store, hid_t year, const char *where,
                            gvc_table *table, gvc_int P)
{
    const gvc_h5 *file = &store->file;
    const char **codes = NULL, **names = NULL;
    gvc_int n_codes = 0, n_names = P;
    gvc_status st =
        gvc_h5__read_texts(ctx, file, file->id, "/", "primary", store->arena, &codes, &n_codes);

    if (st == GVC_OK && gvc_h5__has(file->id, "primary_name"))
        st = gvc_h5__read_texts(ctx, file, file->id, "/", "primary_name", store->arena, &names,
                                &n_names);
    if (st == GVC_OK && (n_codes != P || n_names != P))
        st = gvc_error__at(ctx, GVC_EDATA, file->path, "/primary",
                           "%lld codes and %lld names found, %lld of each expected (rows of "
                           "%s/primary)",
                           (long long)n_codes, (long long)n_names, (long long)P, where);
    if (st == GVC_OK) {
        st = gvc_table__add_primaries(ctx, table, P, codes, names, gvc_h5__has(year, "primary_fd"));
        if (st == GVC_EDATA)
            st = gvc_error__at(ctx, st, file->path, "/primary", "%s", gvc_ctx_message(ctx));
    }
    gvc_mem__free(codes);
    gvc_mem__free(names);
    return st;
}

/* The file has a row per primary input: the very bytes of our columns. */
static gvc_status read_rows(gvc_ctx *ctx, const gvc_store *store, hid_t year, const char *where,
                            const char *name, gvc_int P, gvc_int cols, double *values)
{
    gvc_h5_array a;
    gvc_status st = gvc_h5__open_array(ctx, &store->file, &a, year, where, name, 2);

    if (st != GVC_OK)
        return st;
    st = gvc_h5__expect(ctx, &store->file, &a, P, cols, "rows of primary inputs");
    if (st == GVC_OK)
        st = gvc_h5__read_vector(ctx, &store->file, &a, values);
    gvc_h5__close_array(&a);
    return st;
}

gvc_status gvc_store__read_primaries(gvc_ctx *ctx, const gvc_store *store, hid_t year,
                                     const char *where, gvc_table *table)
{
    gvc_h5_array a;
    gvc_int P;
    gvc_status st;

    if (store->legacy || !gvc_h5__has(year, "primary"))
        return GVC_OK;
    st = gvc_h5__open_array(ctx, &store->file, &a, year, where, "primary", 2);
    if (st != GVC_OK)
        return st;
    P = (gvc_int)a.dims[0];
    st = gvc_h5__expect(ctx, &store->file, &a, P, table->n, "one column an industry");
    gvc_h5__close_array(&a);
    if (st == GVC_OK)
        st = gvc_mem__reserve(ctx, "the primary inputs", 8.0 * (double)P * (double)table->n);
    if (st == GVC_OK)
        st = name_rows(ctx, store, year, where, table, P);
    if (st == GVC_OK)
        st = read_rows(ctx, store, year, where, "primary", P, table->n, table->primary);
    if (st == GVC_OK && table->primary_fd)
        st = read_rows(ctx, store, year, where, "primary_fd", P, table->G * table->K,
                       table->primary_fd);
    return st;
}
