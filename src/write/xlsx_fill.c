#include "write/xlsx.h"

#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <minizip/unzip.h>
#include <minizip/zip.h>

/* The form has small parts: headings of a few thousand columns at most. Level 6 of zlib would take
 * three times as long for an eighth less. */
enum { NAME_ROOM = 256, PART_MAX = 1 << 26, YEAR_OF_ZIP = 1980, LEVEL = 1 };

typedef struct copy {
    gvc_ctx *ctx;
    const char *name; /* of the output, for messages */
    unzFile from;
    zipFile to;
    gvc_int n;
    gvc_xlsx_rows rows;
    void *user;
} copy;

static gvc_status fail(gvc_ctx *ctx, const char *name)
{
    return gvc_error__at(ctx, GVC_EIO, name, NULL, "cannot be written: %s",
                         errno ? strerror(errno) : "the archive is broken");
}

static gvc_status put(gvc_ctx *ctx, void *sink, const char *data, gvc_int bytes)
{
    copy *c = sink;

    errno = 0;
    return zipWriteInFileInZip(c->to, data, (unsigned)bytes) == ZIP_OK ? GVC_OK
                                                                       : fail(ctx, c->name);
}

/* libxlsxwriter does not notice when its scratch files cannot be written, so each part must be a
 * whole document: it ends with the tag that its root element began. */
static int is_whole(const char *part, gvc_int bytes)
{
    const char *root = memmem(part, (size_t)bytes, "?>", 2), *end;
    size_t len;

    if (!root || !(root = strchr(root, '<')))
        return 0;
    len = strcspn(root + 1, " >/");
    end = part + bytes;
    while (end > part && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    if (end - part < (ptrdiff_t)len + 3 || end[-1] != '>')
        return 0;
    return memcmp(end - 1 - len, root + 1, len) == 0 && end[-2 - (ptrdiff_t)len] == '/';
}

static gvc_status read_part(copy *c, char **out, gvc_int *bytes, gvc_int size)
{
    char *part = size < PART_MAX ? gvc_mem__alloc(c->ctx, size + 1, 1) : NULL;
    int got;

    *out = part;
    if (!part)
        return size < PART_MAX ? GVC_ENOMEM : fail(c->ctx, c->name);
    errno = 0;
    got = unzReadCurrentFile(c->from, part, (unsigned)size);
    part[got > 0 ? got : 0] = '\0';
    if (got != size || !is_whole(part, got)) {
        errno = errno ? errno : ENOSPC;
        return fail(c->ctx, c->name);
    }
    *bytes = got;
    return GVC_OK;
}

/* The number of the sheet in "xl/worksheets/sheet3.xml", from 0; -1 for other parts. */
static gvc_int sheet_number(const char *name)
{
    int number, end = 0;

    return sscanf(name, "xl/worksheets/sheet%d.xml%n", &number, &end) == 1 && end > 0 ? number - 1
                                                                                      : -1;
}

/* A sheet gets its rows where its heading ends; the empty row that stands for its size goes. */
static gvc_status put_sheet(copy *c, gvc_int sheet, const char *part, gvc_int bytes)
{
    const char *head = memmem(part, (size_t)bytes, "</row>", 6);
    const char *end = memmem(part, (size_t)bytes, "</sheetData>", 12);
    gvc_status st;

    if (!head || !end)
        return gvc_error__at(c->ctx, GVC_EIO, c->name, NULL,
                             "libxlsxwriter made a sheet without a heading");
    st = put(c->ctx, c, part, head + 6 - part);
    if (st == GVC_OK)
        st = c->rows(c->ctx, sheet, put, c, c->user);
    return st == GVC_OK ? put(c->ctx, c, end, bytes - (end - part)) : st;
}

static gvc_status copy_part(copy *c, const char *name, gvc_int size)
{
    /* The earliest date of a zip: no time of day in our files. */
    const zip_fileinfo info = { .tmz_date = { .tm_mday = 1, .tm_year = YEAR_OF_ZIP } };
    const gvc_int sheet = sheet_number(name);
    const int is_filled = sheet >= 0 && sheet < c->n;
    char *part = NULL;
    gvc_int bytes = 0;
    gvc_status st = read_part(c, &part, &bytes, size);

    /* A sheet may pass 4 GiB before it is packed; only then the 64-bit form is needed, but it must
     * be chosen here. */
    errno = 0;
    if (st == GVC_OK && zipOpenNewFileInZip64(c->to, name, &info, NULL, 0, NULL, 0, NULL,
                                              Z_DEFLATED, LEVEL, is_filled) != ZIP_OK)
        st = fail(c->ctx, c->name);
    if (st == GVC_OK)
        st = is_filled ? put_sheet(c, sheet, part, bytes) : put(c->ctx, c, part, bytes);
    gvc_mem__free(part);
    errno = 0;
    if (st == GVC_OK && zipCloseFileInZip(c->to) != ZIP_OK)
        st = fail(c->ctx, c->name);
    return st;
}

static gvc_status copy_parts(copy *c)
{
    gvc_status st = GVC_OK;
    int at = unzGoToFirstFile(c->from);

    for (; st == GVC_OK && at == UNZ_OK; at = unzGoToNextFile(c->from)) {
        char name[NAME_ROOM];
        unz_file_info64 info;

        errno = 0;
        if (unzGetCurrentFileInfo64(c->from, &info, name, sizeof name, NULL, 0, NULL, 0) !=
                UNZ_OK ||
            unzOpenCurrentFile(c->from) != UNZ_OK)
            return fail(c->ctx, c->name);
        st = copy_part(c, name, (gvc_int)info.uncompressed_size);
        if (unzCloseCurrentFile(c->from) != UNZ_OK && st == GVC_OK)
            st = fail(c->ctx, c->name);
    }
    return st == GVC_OK && at != UNZ_END_OF_LIST_OF_FILE ? fail(c->ctx, c->name) : st;
}

gvc_status gvc_xlsx__fill(gvc_ctx *ctx, const char *path, const char *form, const char *name,
                          gvc_int n, gvc_xlsx_rows rows, void *user)
{
    copy c = { .ctx = ctx, .name = name, .n = n, .rows = rows, .user = user };
    gvc_status st;

    errno = 0;
    c.from = unzOpen64(form);
    if (c.from)
        c.to = zipOpen64(path, APPEND_STATUS_CREATE);
    st = c.from && c.to ? copy_parts(&c) : fail(ctx, name);
    errno = 0;
    if (c.to && zipClose(c.to, NULL) != ZIP_OK && st == GVC_OK)
        st = fail(ctx, name);
    if (c.from)
        unzClose(c.from);
    return st;
}
