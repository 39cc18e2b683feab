#include "store/out.h"

#include <libdeflate.h>
#include <string.h>
#include <zlib.h>

enum {
    CHUNK = 256,
    BLOCK = 64,
    PANEL_BYTES = 4 << 20,
    GZIP = 1 /* higher levels take several times as long for half a percent */
};

static void note(gvc_out *out, int ok)
{
    if (!ok)
        out->failed = 1;
}

/* What a dataset is filled with: the columns of `view` or, by rows, its transpose. */
typedef struct matrix {
    gvc_view view;
    int by_rows;
    gvc_int rows, cols;
} matrix;

static const double *cell(matrix x, gvc_int i, gvc_int j)
{
    return x.view.a + (x.by_rows ? j + i * x.view.ld : i + j * x.view.ld);
}

/* rows[i * cols + j] := v[r0 + i, j], in blocks dealt to threads. */
static void gather(gvc_ctx *ctx, double *rows, gvc_view v, gvc_int r0, gvc_int m)
{
    const gvc_int strips = (v.cols + BLOCK - 1) / BLOCK;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int s = 0; s < strips; s++) {
        const gvc_int c0 = s * BLOCK, c1 = c0 + BLOCK < v.cols ? c0 + BLOCK : v.cols;

        for (gvc_int i0 = 0; i0 < m; i0 += BLOCK) {
            const gvc_int i1 = i0 + BLOCK < m ? i0 + BLOCK : m;

            for (gvc_int i = i0; i < i1; i++)
                for (gvc_int j = c0; j < c1; j++)
                    rows[i * v.cols + j] = v.a[r0 + i + j * v.ld];
        }
    }
}

static void shuffle(unsigned char *to, const unsigned char *from, gvc_int cells)
{
    for (gvc_int i = 0; i < cells; i++)
        for (gvc_int b = 0; b < 8; b++)
            to[b * cells + i] = from[8 * i + b];
}

/* Sizes of one tile deflated as it is and shuffled: which is smaller depends on the numbers (whole
 * numbers gain from shuffling, decimals lose by a factor of two). */
static int shuffle_helps(gvc_ctx *ctx, gvc_out *out, matrix x)
{
    const gvc_int m = x.rows < CHUNK ? x.rows : CHUNK, k = x.cols < CHUNK ? x.cols : CHUNK;
    const gvc_int cells = m * k, r0 = (x.rows - m) / 2, c0 = (x.cols - k) / 2;
    uLongf plain = compressBound((uLong)cells * 8), shuffled = plain;
    unsigned char *memory = gvc_mem__alloc(ctx, 2 * cells * 8 + (gvc_int)plain, 1);
    double *tile = (double *)memory;
    int helps;

    gvc_out__need(out, memory);
    if (!memory)
        return 0;
    for (gvc_int i = 0; i < m; i++)
        for (gvc_int j = 0; j < k; j++)
            tile[i * k + j] = *cell(x, r0 + i, c0 + j);
    shuffle(memory + cells * 8, memory, cells);
    helps = compress2(memory + 2 * cells * 8, &plain, memory, (uLong)cells * 8, GZIP) == Z_OK &&
            compress2(memory + 2 * cells * 8, &shuffled, memory + cells * 8, (uLong)cells * 8,
                      GZIP) == Z_OK &&
            shuffled < plain;
    gvc_mem__free(memory);
    return helps;
}

static hid_t create_dataset(gvc_out *out, hid_t loc, const char *name, hid_t type, int rank,
                            const hsize_t *dims, hid_t made)
{
    const hid_t space = H5Screate_simple(rank, dims, NULL);
    hid_t id;

    H5Pset_obj_track_times(made, 0);
    H5Pset_alloc_time(made, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(made, H5D_FILL_TIME_NEVER);
    id = H5Dcreate2(loc, name, type, space, H5P_DEFAULT, made, H5P_DEFAULT);
    note(out, id >= 0);
    H5Sclose(space);
    return id;
}

hid_t gvc_out__ints(gvc_out *out, hid_t loc, const char *name, const int32_t *values, gvc_int n)
{
    const hsize_t count = (hsize_t)n;
    hid_t made, id;

    if (out->failed)
        return H5I_INVALID_HID;
    made = H5Pcreate(H5P_DATASET_CREATE);
    id = create_dataset(out, loc, name, H5T_STD_I32LE, 1, &count, made);
    H5Pclose(made);
    if (id >= 0 && n > 0)
        note(out, H5Dwrite(id, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    return id;
}

hid_t gvc_out__reals(gvc_out *out, hid_t loc, const char *name, const double *values, int rank,
                     const hsize_t *dims)
{
    hsize_t cells = 1;
    hid_t made, id;

    if (out->failed)
        return H5I_INVALID_HID;
    for (int i = 0; i < rank; i++)
        cells *= dims[i];
    made = H5Pcreate(H5P_DATASET_CREATE);
    id = create_dataset(out, loc, name, H5T_IEEE_F64LE, rank, dims, made);
    H5Pclose(made);
    if (id >= 0 && cells > 0)
        note(out, H5Dwrite(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    if (id >= 0)
        gvc_out__crc_attr(out, id, libdeflate_crc32(0, values, cells * 8));
    return id;
}

hid_t gvc_out__begin_reals(gvc_out *out, hid_t loc, const char *name, int rank, const hsize_t *dims)
{
    hid_t made, id;

    if (out->failed)
        return H5I_INVALID_HID;
    made = H5Pcreate(H5P_DATASET_CREATE);
    id = create_dataset(out, loc, name, H5T_IEEE_F64LE, rank, dims, made);
    H5Pclose(made);
    return id;
}

void gvc_out__put_places(gvc_out *out, hid_t id, gvc_int first, gvc_int count, const double *values)
{
    hsize_t start[H5S_MAX_RANK] = { 0 }, size[H5S_MAX_RANK];
    const hid_t to = H5Dget_space(id);
    const int rank = H5Sget_simple_extent_dims(to, size, NULL);
    hid_t from;

    note(out, rank > 0);
    if (rank > 0) {
        start[0] = (hsize_t)first;
        size[0] = (hsize_t)count;
        from = H5Screate_simple(rank, size, NULL);
        note(out, H5Sselect_hyperslab(to, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
                      H5Dwrite(id, H5T_NATIVE_DOUBLE, from, to, H5P_DEFAULT, values) >= 0);
        H5Sclose(from);
    }
    H5Sclose(to);
}

static void write_rows(gvc_out *out, hid_t id, gvc_int r, gvc_int m, gvc_int cols,
                       const double *rows)
{
    const hsize_t start[2] = { (hsize_t)r, 0 }, count[2] = { (hsize_t)m, (hsize_t)cols };
    const hid_t to = H5Dget_space(id), from = H5Screate_simple(2, count, NULL);

    note(out, H5Sselect_hyperslab(to, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                  H5Dwrite(id, H5T_NATIVE_DOUBLE, from, to, H5P_DEFAULT, rows) >= 0);
    H5Sclose(to);
    H5Sclose(from);
}

/* Rows r .. r + m - 1, one after the other: as they stand, or gathered in `room`. */
static const double *rows_of(gvc_ctx *ctx, matrix x, gvc_int r, gvc_int m, double *room)
{
    if (x.by_rows)
        return cell(x, r, 0);
    gather(ctx, room, x.view, r, m);
    return room;
}

static void fill_matrix(gvc_ctx *ctx, gvc_out *out, hid_t id, matrix x)
{
    gvc_int panel = out->compress ? CHUNK : PANEL_BYTES / (8 * x.cols);
    double *room = NULL;
    uint32_t crc = 0;

    panel = panel < 1 ? 1 : panel > x.rows ? x.rows : panel;
    if (!x.by_rows) {
        room = gvc_mem__alloc(ctx, panel * x.cols, sizeof *room);
        gvc_out__need(out, room);
    }
    for (gvc_int r = 0; !out->failed && r < x.rows; r += panel) {
        const gvc_int m = r + panel < x.rows ? panel : x.rows - r;
        const double *rows = rows_of(ctx, x, r, m, room);

        crc = libdeflate_crc32(crc, rows, (size_t)(m * x.cols) * sizeof *rows);
        write_rows(out, id, r, m, x.cols, rows);
    }
    gvc_mem__free(room);
    gvc_out__crc_attr(out, id, crc);
}

static hid_t put_matrix(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name, matrix x)
{
    const hsize_t dims[2] = { (hsize_t)x.rows, (hsize_t)x.cols };
    const hsize_t chunk[2] = { dims[0] < CHUNK ? dims[0] : CHUNK,
                               dims[1] < CHUNK ? dims[1] : CHUNK };
    hid_t made, id;

    if (out->failed)
        return H5I_INVALID_HID;
    made = H5Pcreate(H5P_DATASET_CREATE);
    if (out->compress) {
        H5Pset_chunk(made, 2, chunk);
        if (shuffle_helps(ctx, out, x))
            H5Pset_shuffle(made);
        H5Pset_deflate(made, GZIP);
    }
    id = create_dataset(out, loc, name, H5T_IEEE_F64LE, 2, dims, made);
    H5Pclose(made);
    if (id >= 0)
        fill_matrix(ctx, out, id, x);
    return id;
}

hid_t gvc_out__matrix(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name, gvc_view values)
{
    return put_matrix(ctx, out, loc, name, (matrix){ values, 0, values.rows, values.cols });
}

hid_t gvc_out__transpose(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name, gvc_view values)
{
    return put_matrix(ctx, out, loc, name, (matrix){ values, 1, values.cols, values.rows });
}
