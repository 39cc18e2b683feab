#include "store/h5.h"

#include <string.h>
#include <zlib.h>

enum {
    BATCH_MOST = 32 << 20, /* bytes of unpacked chunks held at a time: an eighth of the matrix, */
    BATCH_LEAST = 4 << 20, /* between these */
    MAX_BATCH = 64,
    SCRATCH = 64 << 10 /* state and window of one inflate stream are under 48 KiB */
};

/* Where one chunk is unpacked. */
typedef struct slot {
    unsigned char *raw, *values, *scratch;
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

/* The allocator of an inflate stream: its slot's scratch, so that a parallel region asks nobody for
 * memory. The first word counts the bytes taken. */
static void *take(void *opaque, unsigned count, unsigned size)
{
    unsigned char *scratch = opaque;
    size_t used, bytes = ((size_t)count * size + 15) & ~(size_t)15;

    memcpy(&used, scratch, sizeof used);
    if (used + bytes > SCRATCH)
        return NULL;
    bytes += used;
    memcpy(scratch, &bytes, sizeof bytes);
    return scratch + used;
}

static void leave(void *opaque, void *block)
{
    (void)opaque;
    (void)block;
}

static int inflate_slot(const slot *s, gvc_int bytes)
{
    const size_t first = 16;
    z_stream z = { .zalloc = take, .zfree = leave, .opaque = s->scratch };
    int end;

    memcpy(s->scratch, &first, sizeof first);
    z.next_in = s->raw;
    z.avail_in = (uInt)s->size;
    z.next_out = s->values;
    z.avail_out = (uInt)bytes;
    if (inflateInit(&z) != Z_OK)
        return 0;
    end = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return end == Z_STREAM_END && z.avail_out == 0;
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
static void unpack(slot *s, const gvc_h5_array *a, filters f, gvc_view out)
{
    const gvc_int cells = chunk_cells(a), rows = out.rows - (gvc_int)s->at[0],
                  cols = out.cols - (gvc_int)s->at[1];
    const gvc_int m = rows < (gvc_int)a->chunk[0] ? rows : (gvc_int)a->chunk[0];
    const gvc_int k = cols < (gvc_int)a->chunk[1] ? cols : (gvc_int)a->chunk[1];

    s->ok = 1;
    if (s->size == 0) {
        memset(s->values, 0, (size_t)cells * 8);
    } else {
        if (f.deflate >= 0 && !(s->skipped >> f.deflate & 1))
            s->ok = inflate_slot(s, cells * 8);
        else if ((s->ok = s->size == cells * 8))
            swap_buffers(s);
        if (s->ok && f.shuffle >= 0 && !(s->skipped >> f.shuffle & 1)) {
            unshuffle(s->raw, s->values, cells);
            swap_buffers(s);
        }
    }
    if (s->ok)
        gvc_h5__scatter(out, (gvc_int)s->at[0], (gvc_int)s->at[1], m, k, (const double *)s->values,
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

static gvc_status unpack_batch(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *a, filters f,
                               slot *slots, gvc_int n, gvc_view out)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int i = 0; i < n; i++)
        unpack(&slots[i], a, f, out);
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

gvc_status gvc_chunks__read(gvc_ctx *ctx, const gvc_h5 *file, const gvc_h5_array *array,
                            gvc_view out)
{
    const gvc_int across = (out.cols + (gvc_int)array->chunk[1] - 1) / (gvc_int)array->chunk[1];
    const gvc_int down = (out.rows + (gvc_int)array->chunk[0] - 1) / (gvc_int)array->chunk[0];
    const gvc_int batch = batch_of(array, across * down);
    const gvc_int room = (raw_room(array) + 63) & ~(gvc_int)63;
    unsigned char *memory = gvc_mem__alloc(ctx, batch, (size_t)(2 * room + SCRATCH));
    slot slots[MAX_BATCH];
    filters f;
    gvc_status st = memory ? GVC_OK : GVC_ENOMEM;

    read_filters(array, &f);
    for (gvc_int i = 0; memory && i < batch; i++) {
        slots[i].raw = memory + i * (2 * room + SCRATCH);
        slots[i].values = slots[i].raw + room;
        slots[i].scratch = slots[i].values + room;
    }
    for (gvc_int c = 0; st == GVC_OK && c < across * down; c += batch) {
        const gvc_int n = c + batch < across * down ? batch : across * down - c;

        for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
            slots[i].at[0] = (hsize_t)((c + i) / across) * array->chunk[0];
            slots[i].at[1] = (hsize_t)((c + i) % across) * array->chunk[1];
            st = fetch(ctx, file, array, &slots[i]);
        }
        if (st == GVC_OK)
            st = unpack_batch(ctx, file, array, f, slots, n, out);
    }
    gvc_mem__free(memory);
    return st;
}
