#include "store/h5.h"

#include <libdeflate.h>
#include <string.h>
#include <unistd.h>

enum {
    STRIP = 64,            /* columns of a transposition that one task takes */
    LINE = 8,              /* side of its blocks: a line of the cache */
    PANEL_BYTES = 2 << 20, /* rows read at a time: they stay in the cache */
    HARMLESS = 64 << 20,   /* bytes that a dataset may claim without holding them */
    DEFLATE_AT_BEST = 1100 /* no deflated chunk shrinks further than this factor */
};

static gvc_status refuse(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a, const char *why)
{
    return gvc_error__at(ctx, GVC_EDATA, file->path, a->place, "%s", why);
}

static gvc_status check_type(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a)
{
    const H5T_class_t class = H5Tget_class(a->type);

    if (class == H5T_REFERENCE)
        return refuse(ctx, file, a, "references found, numbers expected");
    if (class != H5T_FLOAT && class != H5T_INTEGER)
        return refuse(ctx, file, a, "not numbers (a float or integer type is expected)");
    if (H5Tget_size(a->type) > 16)
        return refuse(ctx, file, a, "numbers of more than 16 bytes found, 8 expected");
    return GVC_OK;
}

static gvc_status check_shape(gvc_ctx *ctx, const gvc_h5 *file, gvc_h5_array *a, int rank)
{
    const hid_t space = H5Dget_space(a->id);
    const int found = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);

    if (rank == 0 && found >= 1 && found <= GVC_H5_RANK)
        rank = found;
    a->rank = rank;
    for (int i = 0; i < GVC_H5_RANK; i++)
        a->dims[i] = 1;
    if (found == rank)
        H5Sget_simple_extent_dims(space, a->dims, NULL);
    if (space >= 0)
        H5Sclose(space);
    if (found != rank || rank == 0)
        return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                             "%d dimensions found, %d expected", found, rank);
    for (int i = 0; i < rank; i++)
        if (a->dims[i] > (hsize_t)GVC_H5_MAX_N * 1000)
            return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                                 "dimension %d claims %llu entries, more than any table has", i + 1,
                                 (unsigned long long)a->dims[i]);
    return GVC_OK;
}

static gvc_status check_layout(gvc_ctx *ctx, const gvc_h5 *file, gvc_h5_array *a)
{
    const hid_t made = H5Dget_create_plist(a->id);
    const int outside = made < 0 ? -1 : H5Pget_external_count(made);

    a->layout = made < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(made);
    for (int i = 0; i < GVC_H5_RANK; i++)
        a->chunk[i] = 1;
    if (a->layout == H5D_CHUNKED && H5Pget_chunk(made, a->rank, a->chunk) != a->rank)
        a->layout = H5D_LAYOUT_ERROR;
    if (made >= 0)
        H5Pclose(made);
    if (a->layout == H5D_VIRTUAL)
        return refuse(ctx, file, a, "a virtual dataset found, data in the file itself expected");
    if (outside > 0)
        return refuse(ctx, file, a, "data in other files found, data in the file itself expected");
    if (outside < 0 || a->layout == H5D_LAYOUT_ERROR)
        return refuse(ctx, file, a, "cannot be read: damaged file");
    return GVC_OK;
}

static double bytes_of(const gvc_h5_array *a, const hsize_t *dims)
{
    double bytes = (double)H5Tget_size(a->type);

    for (int i = 0; i < a->rank; i++)
        bytes *= (double)dims[i];
    return bytes;
}

/* The values must be there: a contiguous array inside the file, chunks in proportion to it. */
static gvc_status check_storage(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a)
{
    const double claimed = bytes_of(a, a->dims), chunk = bytes_of(a, a->chunk);
    const double held = (double)H5Dget_storage_size(a->id);
    const haddr_t offset = a->layout == H5D_CONTIGUOUS ? H5Dget_offset(a->id) : HADDR_UNDEF;

    if (a->layout == H5D_CONTIGUOUS && claimed > 0 &&
        (offset == HADDR_UNDEF || (double)offset + claimed > (double)file->bytes || held < claimed))
        return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                             "claims %.0f bytes that the file of %lld bytes does not hold; it is "
                             "cut short, or the array was never written",
                             claimed, (long long)file->bytes);
    if (a->layout == H5D_CHUNKED &&
        (held > (double)file->bytes || (claimed > HARMLESS && held * DEFLATE_AT_BEST < claimed)))
        return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                             "claims %.0f bytes, but its chunks hold %.0f in a file of %lld bytes",
                             claimed, held, (long long)file->bytes);
    if (a->layout == H5D_CHUNKED && chunk > HARMLESS && chunk > 4 * claimed)
        return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                             "chunks of %.0f bytes found in an array of %.0f", chunk, claimed);
    return GVC_OK;
}

gvc_status gvc_h5__open_array(gvc_ctx *ctx, const gvc_h5 *file, gvc_h5_array *array, hid_t loc,
                              const char *where, const char *name, int rank)
{
    gvc_status st;

    *array = (gvc_h5_array){ .id = H5I_INVALID_HID, .type = H5I_INVALID_HID };
    gvc_h5__place(array->place, where, name);
    st = gvc_h5__open_dataset(ctx, file, &array->id, loc, where, name);
    if (st != GVC_OK)
        return st;
    array->type = H5Dget_type(array->id);
    st = check_type(ctx, file, array);
    if (st == GVC_OK)
        st = check_shape(ctx, file, array, rank);
    if (st == GVC_OK)
        st = check_layout(ctx, file, array);
    if (st == GVC_OK)
        st = check_storage(ctx, file, array);
    if (st != GVC_OK)
        gvc_h5__close_array(array);
    return st;
}

void gvc_h5__close_array(gvc_h5_array *array)
{
    if (array->type >= 0)
        H5Tclose(array->type);
    if (array->id >= 0)
        H5Dclose(array->id);
    array->id = array->type = H5I_INVALID_HID;
}

gvc_status gvc_h5__expect(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array, gvc_int rows,
                          gvc_int cols, const char *why)
{
    const long long r = (long long)array->dims[0], c = (long long)array->dims[1];

    if (r == rows && c == cols)
        return GVC_OK;
    if (array->rank == 1)
        return gvc_error__at(ctx, GVC_EDATA, file->path, array->place,
                             "%lld entries found, %lld expected (%s)", r, (long long)rows, why);
    return gvc_error__at(ctx, GVC_EDATA, file->path, array->place,
                         "%lld x %lld found, %lld x %lld expected (%s)", r, c, (long long)rows,
                         (long long)cols, why);
}

/* The columns of `out` are filled in square blocks. */
static void transpose(gvc_view out, gvc_int r0, gvc_int c0, gvc_int rows, gvc_int cols,
                      const double *src, gvc_int ld)
{
    for (gvc_int j0 = 0; j0 < cols; j0 += LINE)
        for (gvc_int i0 = 0; i0 < rows; i0 += LINE) {
            const gvc_int j1 = j0 + LINE < cols ? j0 + LINE : cols;
            const gvc_int i1 = i0 + LINE < rows ? i0 + LINE : rows;

            for (gvc_int j = j0; j < j1; j++)
                for (gvc_int i = i0; i < i1; i++)
                    out.a[r0 + i + (c0 + j) * out.ld] = src[i * ld + j];
        }
}

void gvc_h5__put(gvc_h5_target to, gvc_int r0, gvc_int c0, gvc_int rows, gvc_int cols,
                 const double *src, gvc_int ld)
{
    if (!to.by_rows) {
        transpose(to.view, r0, c0, rows, cols, src, ld);
        return;
    }
    for (gvc_int i = 0; i < rows; i++)
        memcpy(to.view.a + c0 + (r0 + i) * to.view.ld, src + i * ld, (size_t)cols * sizeof *src);
}

/* Whole rows, the columns dealt to threads in strips. */
static void put_rows(gvc_ctx *ctx, gvc_h5_target to, gvc_int r0, gvc_int rows, gvc_int cols,
                     const double *src)
{
    const gvc_int strips = (cols + STRIP - 1) / STRIP;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int s = 0; s < strips; s++) {
        const gvc_int c0 = s * STRIP, c1 = c0 + STRIP < cols ? c0 + STRIP : cols;

        gvc_h5__put(to, r0, c0, rows, c1 - c0, src + c0, cols);
    }
}

static int is_native_double(const gvc_h5_array *a)
{
    return H5Tequal(a->type, H5T_NATIVE_DOUBLE) > 0;
}

/* Read rows r0 .. r0 + rows - 1 as `type`. */
static gvc_status read_rows(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a, gvc_int r0,
                            gvc_int rows, hid_t type, void *values)
{
    hsize_t start[GVC_H5_RANK] = { (hsize_t)r0 }, count[GVC_H5_RANK];
    hid_t from, to;
    int ok;

    memcpy(count, a->dims, sizeof count);
    count[0] = (hsize_t)rows;
    from = H5Dget_space(a->id);
    to = H5Screate_simple(a->rank, count, NULL);
    ok = from >= 0 && to >= 0 &&
         H5Sselect_hyperslab(from, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
         H5Dread(a->id, type, to, from, H5P_DEFAULT, values) >= 0;

    if (from >= 0)
        H5Sclose(from);
    if (to >= 0)
        H5Sclose(to);
    return ok ? GVC_OK
              : gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                              "rows from %lld on cannot be read: cut short, damaged, or packed "
                              "with a filter that is not installed",
                              (long long)r0 + 1);
}

/* Rows of a panel: whole chunks, or as many as stay in the cache. */
static gvc_int panel_rows(const gvc_h5_array *a)
{
    const gvc_int bytes = (gvc_int)a->dims[1] * 8;
    gvc_int rows = bytes > 0 ? PANEL_BYTES / bytes : 1;

    if (a->layout == H5D_CHUNKED && (gvc_int)a->chunk[0] * bytes <= 4 * HARMLESS)
        rows = (gvc_int)a->chunk[0];
    else if (rows > STRIP)
        rows = rows / STRIP * STRIP;
    if (rows > (gvc_int)a->dims[0])
        rows = (gvc_int)a->dims[0];
    return rows > 0 ? rows : 1;
}

/* Any type, any filter: panels of rows through H5Dread. */
static gvc_status read_panels(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a,
                              gvc_h5_target to)
{
    const gvc_int panel = panel_rows(a), n = (gvc_int)a->dims[0], cols = (gvc_int)a->dims[1];
    double *rows = gvc_mem__alloc(ctx, panel * cols, sizeof *rows);
    gvc_status st = rows ? GVC_OK : GVC_ENOMEM;

    for (gvc_int r = 0; st == GVC_OK && r < n; r += panel) {
        const gvc_int m = r + panel < n ? panel : n - r;

        st = read_rows(ctx, file, a, r, m, H5T_NATIVE_DOUBLE, rows);
        if (st == GVC_OK)
            put_rows(ctx, to, r, m, cols, rows);
    }
    gvc_mem__free(rows);
    return st;
}

static int read_fully(int fd, char *to, gvc_int bytes, off_t at)
{
    while (bytes > 0) {
        const ssize_t got = pread(fd, to, (size_t)bytes, at);

        if (got <= 0)
            return 0;
        to += got;
        at += got;
        bytes -= got;
    }
    return 1;
}

/* Contiguous doubles: the bytes of the file itself, panel by panel into the cache and from there
 * into place. */
static gvc_status read_contiguous(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a,
                                  gvc_h5_target to)
{
    const gvc_int panel = panel_rows(a), n = (gvc_int)a->dims[0], cols = (gvc_int)a->dims[1];
    const gvc_int row = cols * (gvc_int)sizeof(double);
    const off_t start = (off_t)H5Dget_offset(a->id);
    double *rows = gvc_mem__alloc(ctx, panel * cols, sizeof *rows);
    const int fd = gvc_held__fd(file->held);
    gvc_status st = rows ? GVC_OK : GVC_ENOMEM;

    for (gvc_int r = 0; st == GVC_OK && r < n; r += panel) {
        const gvc_int m = r + panel < n ? panel : n - r;

        if (!read_fully(fd, (char *)rows, m * row, start + r * row))
            st = gvc_error__at(ctx, GVC_EIO, file->path, a->place,
                               "rows from %lld on cannot be read", (long long)r + 1);
        else
            put_rows(ctx, to, r, m, cols, rows);
    }
    gvc_mem__free(rows);
    return st;
}

gvc_status gvc_h5__read_matrix(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                               gvc_h5_target to)
{
    if (array->dims[0] == 0 || array->dims[1] == 0)
        return GVC_OK;
    if (array->layout == H5D_CONTIGUOUS && is_native_double(array))
        return read_contiguous(ctx, file, array, to);
    if (is_native_double(array) && gvc_chunks__plain(array))
        return gvc_chunks__read(ctx, file, array, to);
    return read_panels(ctx, file, array, to);
}

int gvc_h5__can_map(const gvc_h5_array *array)
{
    return array->layout == H5D_CONTIGUOUS && is_native_double(array) &&
           H5Dget_offset(array->id) % sizeof(double) == 0;
}

gvc_status gvc_h5__map(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array, gvc_map **map)
{
    *map = NULL;
    if (!gvc_h5__can_map(array))
        return GVC_OK;
    return gvc_map__open(ctx, map, file->held, (gvc_int)H5Dget_offset(array->id),
                         (gvc_int)bytes_of(array, array->dims));
}

gvc_status gvc_h5__read_vector(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                               double *values)
{
    for (int i = 0; i < array->rank; i++)
        if (array->dims[i] == 0)
            return GVC_OK;
    return read_rows(ctx, file, array, 0, (gvc_int)array->dims[0], H5T_NATIVE_DOUBLE, values);
}

/* CRC of the values as the format has them: little-endian, in the type of the file. */
static gvc_status checksum(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a, uint32_t *crc)
{
    const gvc_int panel = panel_rows(a), rows = (gvc_int)a->dims[0];
    const size_t row = (size_t)a->dims[1] * H5Tget_size(a->type);
    const hid_t little = H5Tcopy(a->type);
    unsigned char *values = gvc_mem__alloc(ctx, panel, row);
    gvc_status st = values ? GVC_OK : GVC_ENOMEM;

    H5Tset_order(little, H5T_ORDER_LE);
    *crc = 0;
    for (gvc_int r = 0; st == GVC_OK && row > 0 && r < rows; r += panel) {
        const gvc_int m = r + panel < rows ? panel : rows - r;

        st = read_rows(ctx, file, a, r, m, little, values);
        if (st == GVC_OK)
            *crc = libdeflate_crc32(*crc, values, (size_t)m * row);
    }
    gvc_mem__free(values);
    H5Tclose(little);
    return st;
}

gvc_status gvc_h5__verify(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array)
{
    gvc_int want = 0;
    int present = 0;
    uint32_t crc = 0;
    gvc_status st =
        gvc_h5__read_int_attr(ctx, file, array->id, array->place, "crc32", &want, &present);

    if (st != GVC_OK || !present)
        return st;
    st = checksum(ctx, file, array, &crc);
    if (st == GVC_OK && (gvc_int)crc != want)
        st = gvc_error__at(ctx, GVC_EDATA, file->path, array->place,
                           "checksum %08lx found, %08llx expected (attribute crc32): the values "
                           "were changed or damaged; get the file again",
                           (unsigned long)crc, (unsigned long long)want);
    return st;
}
