#include "zipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
#include <zlib.h>

int zipped_is(const uint8_t *data, size_t bytes)
{
    return bytes > 4 && memcmp(data, "PK\3\4", 4) == 0;
}

void zipped_add(zipped *z, const char *name, const void *data, size_t bytes)
{
    zipped_member *m = &z->members[z->n];

    if (z->n == ZIPPED_MEMBERS)
        return;
    snprintf(m->name, sizeof m->name, "%s", name);
    m->data = malloc(bytes + 1);
    m->bytes = bytes;
    if (bytes)
        memcpy(m->data, data, bytes);
    z->n++;
}

/* What can be read of member i, as long as it says it is or shorter. */
static void take_member(zipped *out, zip_t *zip, zip_uint64_t i)
{
    zip_stat_t info;
    const int is_known = zip_stat_index(zip, i, 0, &info) == 0 && info.valid & ZIP_STAT_SIZE &&
                         info.size < ZIPPED_LARGEST;
    const char *name = zip_get_name(zip, i, ZIP_FL_ENC_RAW);
    zip_file_t *file = name && is_known ? zip_fopen_index(zip, i, 0) : NULL;
    uint8_t *data = file ? malloc(info.size + 1) : NULL;
    const zip_int64_t n = data ? zip_fread(file, data, info.size) : -1;

    if (n >= 0)
        zipped_add(out, name, data, (size_t)n);
    free(data);
    if (file)
        zip_fclose(file);
}

void zipped_unpack(zipped *out, const uint8_t *data, size_t bytes)
{
    zip_error_t error;
    zip_source_t *source;
    zip_t *zip = NULL;

    out->n = 0;
    zip_error_init(&error);
    source = zip_source_buffer_create(data, bytes, 0, &error);
    if (source)
        zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!zip)
        zip_source_free(source);
    for (zip_int64_t i = 0; zip && i < zip_get_num_entries(zip, 0) && i < ZIPPED_MEMBERS; i++)
        take_member(out, zip, (zip_uint64_t)i);
    if (zip)
        zip_discard(zip);
    zip_error_fini(&error);
}

void zipped_clear(zipped *z)
{
    for (int i = 0; i < z->n; i++)
        free(z->members[i].data);
    z->n = 0;
}

/* ---- packing ---- */

typedef struct bytes {
    uint8_t *data;
    size_t n, room;
} bytes;

static void add(bytes *b, const void *data, size_t n)
{
    if (b->n + n > b->room) {
        b->room = 2 * (b->n + n) + 256;
        b->data = realloc(b->data, b->room);
    }
    if (n)
        memcpy(b->data + b->n, data, n);
    b->n += n;
}

static void add_numbers(bytes *b, int count, const unsigned *sizes, const uint32_t *values)
{
    for (int i = 0; i < count; i++)
        for (unsigned k = 0; k < sizes[i]; k++) {
            const uint8_t byte = (uint8_t)(values[i] >> 8 * k);

            add(b, &byte, 1);
        }
}

/* A local header with its data, and the entry of the central directory for it. */
static void pack_member(bytes *zip, bytes *directory, const zipped_member *m)
{
    const uint32_t crc = (uint32_t)crc32(0, m->data, (uInt)m->bytes), size = (uint32_t)m->bytes,
                   at = (uint32_t)zip->n, len = (uint32_t)strlen(m->name);
    const unsigned local[] = { 4, 2, 2, 2, 4, 4, 4, 4, 2, 2 };
    const uint32_t head[] = { 0x04034b50, 20, 0, 0, 0x21 << 16, crc, size, size, len, 0 };
    const unsigned central[] = { 4, 2, 2, 2, 2, 4, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4 };
    const uint32_t entry[] = { 0x02014b50, 20,  20, 0, 0, 0x21 << 16, crc, size,
                               size,       len, 0,  0, 0, 0,          0,   at };

    add_numbers(zip, 10, local, head);
    add(zip, m->name, len);
    add(zip, m->data, m->bytes);
    add_numbers(directory, 16, central, entry);
    add(directory, m->name, len);
}

uint8_t *zipped_pack(const zipped *z, size_t *n)
{
    const unsigned sizes[] = { 4, 2, 2, 2, 2, 4, 4, 2 };
    uint32_t end[] = { 0x06054b50, 0, 0, (uint32_t)z->n, (uint32_t)z->n, 0, 0, 0 };
    bytes zip = { 0 }, directory = { 0 };

    for (int i = 0; i < z->n; i++)
        pack_member(&zip, &directory, &z->members[i]);
    end[5] = (uint32_t)directory.n;
    end[6] = (uint32_t)zip.n;
    add(&zip, directory.data, directory.n);
    add_numbers(&zip, 8, sizes, end);
    free(directory.data);
    *n = zip.n;
    return zip.data;
}
