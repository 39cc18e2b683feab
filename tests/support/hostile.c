#include "hostile.h"

#include <gvc/import.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define LIMIT ((gvc_int)512 << 20)

static void read_all(const char *path, const char *format)
{
    gvc_ctx *ctx = gvc_ctx_new();
    const gvc_import_opts opts = { .format = format };
    gvc_import *import = NULL;
    gvc_status st;

    gvc_ctx_set_threads(ctx, 1);
    gvc_ctx_set_memory(ctx, LIMIT);
    st = gvc_import_open(ctx, &import, path, &opts);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_import_n(import) && i < 4; i++) {
        gvc_table *table = NULL;

        if (gvc_import_table(ctx, &table, import, i, 2000) == GVC_OK && !table)
            abort();
        gvc_table_free(table);
    }
    if (st != GVC_OK && !*gvc_ctx_message(ctx))
        abort();
    gvc_import_close(import);
    if (gvc_ctx_memory_used(ctx) != 0)
        abort();
    gvc_ctx_free(ctx);
}

void hostile_import(const uint8_t *data, size_t bytes, const char *format)
{
    const int fd = memfd_create("source", 0);
    char path[64];

    if (fd < 0)
        abort();
    for (size_t at = 0; at < bytes;) {
        const ssize_t n = write(fd, data + at, bytes - at);

        if (n <= 0)
            abort();
        at += (size_t)n;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_all(path, format);
    close(fd);
}

/* ---- a workbook around a sheet, its members stored ---- */

typedef struct packed {
    uint8_t *data;
    size_t n;
} packed;

static void add(packed *b, const void *data, size_t n)
{
    b->data = realloc(b->data, b->n + n + 1);
    memcpy(b->data + b->n, data, n);
    b->n += n;
}

static void add_numbers(packed *b, int count, const unsigned *sizes, const uint32_t *values)
{
    for (int i = 0; i < count; i++)
        for (unsigned k = 0; k < sizes[i]; k++) {
            const uint8_t byte = (uint8_t)(values[i] >> 8 * k);

            add(b, &byte, 1);
        }
}

/* A local header with its data, and the entry of the central directory for it. */
static void add_member(packed *zip, packed *directory, const char *name, const void *data, size_t n)
{
    const uint32_t crc = (uint32_t)crc32(0, data, (uInt)n), size = (uint32_t)n,
                   at = (uint32_t)zip->n, len = (uint32_t)strlen(name);
    const unsigned local[] = { 4, 2, 2, 2, 4, 4, 4, 4, 2, 2 };
    const uint32_t head[] = { 0x04034b50, 20, 0, 0, 0x21 << 16, crc, size, size, len, 0 };
    const unsigned central[] = { 4, 2, 2, 2, 2, 4, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4 };
    const uint32_t entry[] = { 0x02014b50, 20,  20, 0, 0, 0x21 << 16, crc, size,
                               size,       len, 0,  0, 0, 0,          0,   at };

    add_numbers(zip, 10, local, head);
    add(zip, name, len);
    add(zip, data, n);
    add_numbers(directory, 16, central, entry);
    add(directory, name, len);
}

void hostile_sheet(const uint8_t *data, size_t n, const char *strings)
{
    static const char types[] = "<Types/>",
                      book[] =
                          "<workbook><sheets><sheet name=\"T\" r:id=\"a\"/></sheets></workbook>",
                      links[] = "<Relationships><Relationship Id=\"a\" Target=\"s.xml\"/>"
                                "</Relationships>",
                      few[] = "<sst><si><t>c1</t></si><si><t>AUS</t></si><si><r><t>r6</t></r>"
                              "<r><t>9</t></r></si></sst>";
    packed zip = { 0 }, directory = { 0 };
    const unsigned sizes[] = { 4, 2, 2, 2, 2, 4, 4, 2 };
    uint32_t end[] = { 0x06054b50, 0, 0, 5, 5, 0, 0, 0 };

    add_member(&zip, &directory, "[Content_Types].xml", types, strlen(types));
    add_member(&zip, &directory, "xl/workbook.xml", book, strlen(book));
    add_member(&zip, &directory, "xl/_rels/workbook.xml.rels", links, strlen(links));
    strings = strings ? strings : few;
    add_member(&zip, &directory, "xl/sharedStrings.xml", strings, strlen(strings));
    add_member(&zip, &directory, "xl/s.xml", data, n);
    end[5] = (uint32_t)directory.n;
    end[6] = (uint32_t)zip.n;
    add(&zip, directory.data, directory.n);
    add_numbers(&zip, 8, sizes, end);
    hostile_import(zip.data, zip.n, NULL);
    free(zip.data);
    free(directory.data);
}

/* ---- changes ---- */

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

uint8_t *hostile_change(const uint8_t *data, size_t bytes, uint64_t seed, size_t *changed)
{
    static const char spice[] = "0123456789,;\t\n\r\"'<>&=./-+eE \0\xff\xef";
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
    uint8_t *copy = malloc(2 * bytes + 16);
    size_t n = bytes;

    memcpy(copy, data, bytes);
    for (uint64_t k = 1 + next(&state) % 4; k > 0 && n > 1; k--) {
        const size_t at = next(&state) % n, len = 1 + next(&state) % (n - at > 64 ? 64 : n - at);

        switch (next(&state) % 6) {
        case 0:
            copy[at] ^= (uint8_t)(1 << next(&state) % 8);
            break;
        case 1:
            copy[at] = (uint8_t)spice[next(&state) % (sizeof spice - 1)];
            break;
        case 2:
            memmove(copy + at, copy + at + len, n - at - len);
            n -= len;
            break;
        case 3:
            if (n + len > 2 * bytes)
                break;
            memmove(copy + at + len, copy + at, n - at);
            n += len;
            break;
        case 4:
            memset(copy + at, (int)next(&state), len);
            break;
        default:
            n = at + 1;
        }
    }
    *changed = n;
    return copy;
}
