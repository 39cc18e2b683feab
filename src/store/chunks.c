#include "store/h5.h"

#include <libdeflate.h>
#include <omp.h>
#include <string.h>

enum {
    BATCH_MOST = 32 << 20, /* bytes of unpacked chunks held at a time: an eighth of the matrix, */
    BATCH_LEAST = 4 << 20, /* between these */
    MAX_BATCH = 64
};

/* Where one chunk is unpacked. */
typedef struct slot {
    unsigned char *raw, *values;
    gvc_int size; /* bytes in the file, 0 where the chunk was never written */
    uint32_t skipped;
    hsize_t at[2];
    int ok;
} slot;

typedef struct filters {
    int n, shuffle, deflate; /* positions in the pipeline, -1 where absent */
} filters;

static int read_filters(const gvc_h5_array *a, filters *f)
{
    const hid_t made = H5Dget_create_plist(a->id);
    int known = 1;

    *f = (filters){ made < 0 ? -1 : H5Pget_nfilters(made), -1, -1 };
    for (int i = 0; i < f->n; i++) {
        size_t n_values = 0;
        unsigned flags;
        const H5Z_filter_t id =
            H5Pget_filter2(made, (unsigned)i, &flags, &n_values, NULL, 0, NULL, NULL);

        if (id == H5Z_FILTER_SHUFFLE && f->shuffle < 0 && f->deflate < 0)
            f->shuffle = i;
        else if (id == H5Z_FILTER_DEFLATE && f->deflate < 0)
            f->deflate = i;
        else
            known = 0;
    }
    if (made >= 0)
        H5Pclose(made);
    return known && f->n >= 0;
}

static gvc_int chunk_cells(const gvc_h5_array *a)
{
    return (gvc_int)(a->chunk[0] * a->chunk[1]);
}

static int has_zero_fill(const gvc_h5_array *a)
{
    const hid_t made = H5Dget_create_plist(a->id);
    double fill = 1.0;
    const int ok = made >= 0 && H5Pget_fill_value(made, H5T_NATIVE_DOUBLE, &fill) >= 0;

    if (made >= 0)
        H5Pclose(made);
    return ok && fill == 0.0;
}

int gvc_chunks__plain(const gvc_h5_array *array)
{
    filters f;

    return array->layout == H5D_CHUNKED && array->rank == 2 &&
           chunk_cells(array) <= BATCH_MOST / 8 && read_filters(array, &f) && has_zero_fill(array);
}

/* Shuffled bytes stand by significance: all first bytes, then all second ones. */
static void unshuffle(unsigned char *to, const unsigned char *from, gvc_int cells)
{
    for (gvc_int i = 0; i < cells; i++)
        for (gvc_int b = 0; b < 8; b++)
            to[8 * i + b] = from[b * cells + i];
}

static void swap_buffers(slot *s)
{
    unsigned char *t = s->raw;

    s->raw = s->values;
    s->values = t;
}

/* Undo the filters of one chunk and put it into its place. */
static void unpack(slot *s, const gvc_h5_array *a, filters f,
                   struct libdeflate_decompressor *inflater, gvc_h5_target out)
{
    const gvc_int cells = chunk_cells(a), rows = (gvc_int)(a->dims[0] - s->at[0]),
                  cols = (gvc_int)(a->dims[1] - s->at[1]);
    const gvc_int m = rows < (gvc_int)a->chunk[0] ? rows : (gvc_int)a->chunk[0];
    const gvc_int k = cols < (gvc_int)a->chunk[1] ? cols : (gvc_int)a->chunk[1];

    s->ok = 1;
    if (s->size == 0) {
        memset(s->values, 0, (size_t)cells * 8);
    } else {
        if (f.deflate >= 0 && !(s->skipped >> f.deflate & 1))
            s->ok = libdeflate_zlib_decompress(inflater, s->raw, (size_t)s->size, s->values,
                                               (size_t)cells * 8, NULL) == LIBDEFLATE_SUCCESS;
        else if ((s->ok = s->size == cells * 8))
            swap_buffers(s);
        if (s->ok && f.shuffle >= 0 && !(s->skipped >> f.shuffle & 1)) {
            unshuffle(s->raw, s->values, cells);
            swap_buffers(s);
        }
    }
    if (s->ok)
        gvc_h5__put(out, (gvc_int)s->at[0], (gvc_int)s->at[1], m, k, (const double *)s->values,
                    (gvc_int)a->chunk[1]);
}

static gvc_int raw_room(const gvc_h5_array *a)
{
    const gvc_int bytes = chunk_cells(a) * 8;

    return bytes + bytes / 512 + 256; /* deflate never grows data by more */
}

static gvc_status fetch(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a, slot *s)
{
    hsize_t size = 0;

    s->size = 0;
    s->skipped = 0;
    if (H5Dget_chunk_storage_size(a->id, s->at, &size) < 0 || size > (hsize_t)raw_room(a) ||
        (size > 0 && H5Dread_chunk(a->id, H5P_DEFAULT, s->at, &s->skipped, s->raw) < 0))
        return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                             "the chunk at row %llu, column %llu cannot be read: the file is cut "
                             "short or damaged",
                             (unsigned long long)s->at[0] + 1, (unsigned long long)s->at[1] + 1);
    s->size = (gvc_int)size;
    return GVC_OK;
}

/* One for each thread, made beforehand: nothing in a parallel region asks for memory. */
static void free_inflaters(struct libdeflate_decompressor **inflaters, int n)
{
    for (int t = 0; inflaters && t < n; t++)
        libdeflate_free_decompressor(inflaters[t]);
    gvc_mem__free(inflaters);
}

static struct libdeflate_decompressor **make_inflaters(gvc_ctx *ctx, int n)
{
    struct libdeflate_decompressor **inflaters = gvc_mem__calloc(ctx, n, sizeof(void *));

    for (int t = 0; inflaters && t < n; t++) {
        inflaters[t] = libdeflate_alloc_decompressor();
        if (!inflaters[t]) {
            free_inflaters(inflaters, n);
            gvc_error__set(ctx, GVC_ENOMEM, "out of memory: no room to unpack chunks");
            return NULL;
        }
    }
    return inflaters;
}

/* The library is free for others while chunks that have been fetched are unpacked. */
static gvc_status unpack_batch(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a, filters f,
                               struct libdeflate_decompressor **inflaters, slot *slots, gvc_int n,
                               gvc_h5_target out)
{
    gvc_h5__unlock();
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int i = 0; i < n; i++)
        unpack(&slots[i], a, f, inflaters[omp_get_thread_num()], out);
    gvc_h5__lock();
    for (gvc_int i = 0; i < n; i++)
        if (!slots[i].ok)
            return gvc_error__at(ctx, GVC_EDATA, file->path, a->place,
                                 "the chunk at row %llu, column %llu does not unpack to %lld "
                                 "values: the file is damaged",
                                 (unsigned long long)slots[i].at[0] + 1,
                                 (unsigned long long)slots[i].at[1] + 1, (long long)chunk_cells(a));
    return GVC_OK;
}

/* Chunks that are unpacked together; no more than the `chunks` there are. */
static gvc_int batch_of(const gvc_h5_array *a, gvc_int chunks)
{
    const gvc_int part = (gvc_int)(a->dims[0] * a->dims[1]); /* bytes of an eighth */
    const gvc_int bytes = part < BATCH_LEAST ? BATCH_LEAST : part > BATCH_MOST ? BATCH_MOST : part;
    const gvc_int fit = bytes / (chunk_cells(a) * 8),
                  most = chunks < MAX_BATCH ? chunks : MAX_BATCH;

    return fit < 1 ? 1 : fit > most ? most : fit;
}

static gvc_status read_batches(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a,
                               struct libdeflate_decompressor **inflaters, slot *slots,
                               gvc_int batch, gvc_int across, gvc_int down, gvc_h5_target out)
{
    gvc_status st = GVC_OK;
    filters f;

    read_filters(a, &f);
    for (gvc_int c = 0; st == GVC_OK && c < across * down; c += batch) {
        const gvc_int n = c + batch < across * down ? batch : across * down - c;

        for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
            slots[i].at[0] = (hsize_t)((c + i) / across) * a->chunk[0];
            slots[i].at[1] = (hsize_t)((c + i) % across) * a->chunk[1];
            st = fetch(ctx, file, a, &slots[i]);
        }
        if (st == GVC_OK)
            st = unpack_batch(ctx, file, a, f, inflaters, slots, n, out);
    }
    return st;
}

static gvc_int pieces(hsize_t n, hsize_t size)
{
    return (gvc_int)((n + size - 1) / size);
}

gvc_status gvc_chunks__read(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                            gvc_h5_target to)
{
    const gvc_int across = pieces(array->dims[1], array->chunk[1]);
    const gvc_int down = pieces(array->dims[0], array->chunk[0]);
    const gvc_int batch = batch_of(array, across * down);
    const gvc_int room = (raw_room(array) + 63) & ~(gvc_int)63;
    unsigned char *memory = gvc_mem__alloc(ctx, batch, (size_t)(2 * room));
    struct libdeflate_decompressor **inflaters = NULL;
    slot slots[MAX_BATCH];
    gvc_status st = GVC_ENOMEM;

    for (gvc_int i = 0; memory && i < batch; i++) {
        slots[i].raw = memory + i * 2 * room;
        slots[i].values = slots[i].raw + room;
    }
    if (memory)
        inflaters = make_inflaters(ctx, gvc_ctx_threads(ctx));
    if (inflaters)
        st = read_batches(ctx, file, array, inflaters, slots, batch, across, down, to);
    free_inflaters(inflaters, gvc_ctx_threads(ctx));
    gvc_mem__free(memory);
    return st;
}
