#include "store/h5.h"

#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLAB = 256,       /* labels read at a time */
    MAX_LINES = 1024, /* entries of one attribute */
    MAX_TEXT = 65536  /* bytes of one text attribute of fixed length */
};

/* ---- attributes ---- */

static const char *const scale_attrs[] = { "CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST",
                                           "_Netcdf4Dimid" };

static int is_scale_attr(const char *name)
{
    for (size_t i = 0; i < sizeof scale_attrs / sizeof *scale_attrs; i++)
        if (strcmp(name, scale_attrs[i]) == 0)
            return 1;
    return 0;
}

/* A memory type that any text type of the file converts to without a change of bytes. */
static hid_t text_type(hid_t in_file, size_t size)
{
    const hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, size);
    H5Tset_cset(type, H5Tget_cset(in_file));
    if (size != H5T_VARIABLE)
        H5Tset_strpad(type, H5Tget_strpad(in_file));
    return type;
}

static int read_variable(gvc_ctx *ctx, hid_t attr, hid_t type, hid_t space, gvc_int n, gvc_buf *buf)
{
    const hid_t memory = text_type(type, H5T_VARIABLE);
    char *texts[MAX_LINES] = { NULL };
    int ok = n <= MAX_LINES && H5Aread(attr, memory, texts) >= 0;

    for (gvc_int i = 0; ok && i < n; i++) {
        const char *text = texts[i] ? texts[i] : "";

        gvc_buf__printf(ctx, buf, "%s%s", i ? "\n" : "", text);
    }
    if (ok)
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, texts);
    H5Tclose(memory);
    return ok;
}

static int read_fixed(gvc_ctx *ctx, hid_t attr, hid_t type, gvc_int n, gvc_buf *buf)
{
    const size_t size = H5Tget_size(type);
    const hid_t memory = text_type(type, size);
    char *texts = n <= MAX_LINES && size <= MAX_TEXT ? gvc_mem__calloc(ctx, n, size) : NULL;
    const int ok = texts && H5Aread(attr, memory, texts) >= 0;

    buf->failed = !texts && n <= MAX_LINES && size <= MAX_TEXT;
    for (gvc_int i = 0; ok && i < n; i++) {
        if (i)
            gvc_buf__puts(ctx, buf, "\n");
        gvc_buf__add(ctx, buf, texts + (size_t)i * size,
                     (gvc_int)strnlen(texts + (size_t)i * size, size));
    }
    gvc_mem__free(texts);
    H5Tclose(memory);
    return ok;
}

static int read_numbers(gvc_ctx *ctx, hid_t attr, gvc_int n, gvc_buf *buf)
{
    double *values = n <= MAX_LINES ? gvc_mem__alloc(ctx, n, sizeof *values) : NULL;
    const int ok = values && H5Aread(attr, H5T_NATIVE_DOUBLE, values) >= 0;

    buf->failed = !values && n <= MAX_LINES;
    for (gvc_int i = 0; ok && i < n; i++) {
        if (i)
            gvc_buf__puts(ctx, buf, "\n");
        gvc_buf__number(ctx, buf, values[i]);
    }
    gvc_mem__free(values);
    return ok;
}

/* The attribute as text; false where it cannot be read or is of another kind; a lack
 * of memory sets buf->failed. */
static int read_text(gvc_ctx *ctx, hid_t attr, gvc_buf *buf)
{
    const hid_t type = H5Aget_type(attr), space = H5Aget_space(attr);
    const H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    const gvc_int n = space < 0 ? -1 : (gvc_int)H5Sget_simple_extent_npoints(space);
    int ok = 0;

    if (n > 0 && class == H5T_STRING && H5Tis_variable_str(type) > 0)
        ok = read_variable(ctx, attr, type, space, n, buf);
    else if (n > 0 && class == H5T_STRING)
        ok = read_fixed(ctx, attr, type, n, buf);
    else if (n > 0 && (class == H5T_INTEGER || class == H5T_FLOAT))
        ok = read_numbers(ctx, attr, n, buf);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

/* Lines of text may be joined by newlines; each of them must be plain UTF-8. */
static int lines_are_utf8(const char *text)
{
    for (;;) {
        const gvc_int len = (gvc_int)strcspn(text, "\n\t");

        if (!gvc_text__is_utf8(text, len))
            return 0;
        if (!text[len])
            return 1;
        text += len + 1;
    }
}

static gvc_status read_attr(gvc_ctx *ctx, const gvc_h5 *file, hid_t attr, const char *where,
                            gvc_attrs *attrs)
{
    char name[GVC_H5_LABEL + 1] = "";
    const ssize_t len = H5Aget_name(attr, sizeof name, name);
    gvc_buf buf = { 0 };
    int readable;
    gvc_status st = GVC_OK;

    if (len <= 0 || len > GVC_H5_LABEL || !gvc_text__is_utf8(name, len))
        return gvc_error__at(ctx, GVC_EDATA, file->path, where,
                             "an attribute has no readable name");
    if (is_scale_attr(name))
        return GVC_OK;
    readable = read_text(ctx, attr, &buf);
    if (buf.failed)
        st = GVC_ENOMEM;
    else if (!readable)
        gvc_log__debug(ctx, "%s: %s: attribute %s is neither text nor number; left out", file->path,
                       where, name);
    else if (!lines_are_utf8(gvc_buf__text(&buf)))
        st = gvc_error__at(ctx, GVC_EDATA, file->path, where, "attribute %s is not UTF-8 text",
                           name);
    else
        st = gvc_attrs__set(ctx, attrs, name, gvc_buf__text(&buf));
    gvc_buf__free(&buf);
    return st;
}

gvc_status gvc_h5__read_attrs(gvc_ctx *ctx, const gvc_h5 *file, hid_t object, const char *where,
                              gvc_attrs *attrs)
{
    H5O_info_t info;
    const int n = H5Oget_info(object, &info) < 0 ? -1 : (int)info.num_attrs;
    gvc_status st = GVC_OK;

    if (n < 0 || n > GVC_H5_MAX_YEARS)
        return gvc_error__at(ctx, GVC_EDATA, file->path, where, "attributes cannot be read");
    for (int i = 0; st == GVC_OK && i < n; i++) {
        const hid_t attr = H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)i,
                                          H5P_DEFAULT, H5P_DEFAULT);

        if (attr < 0)
            return gvc_error__at(ctx, GVC_EDATA, file->path, where,
                                 "attribute %d cannot be read: damaged file", i + 1);
        st = read_attr(ctx, file, attr, where, attrs);
        H5Aclose(attr);
    }
    return st;
}

gvc_status gvc_h5__read_int_attr(gvc_ctx *ctx, const gvc_h5 *file, hid_t object, const char *where,
                                 const char *name, gvc_int *value, int *present)
{
    const hid_t attr = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    hid_t type, space;
    int ok;

    *value = 0;
    *present = H5Aexists(object, name) > 0;
    if (!*present)
        return GVC_OK;
    type = attr < 0 ? -1 : H5Aget_type(attr);
    space = attr < 0 ? -1 : H5Aget_space(attr);
    ok = type >= 0 && space >= 0 && H5Tget_class(type) == H5T_INTEGER &&
         H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attr, H5T_NATIVE_INT64, value) >= 0;
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (attr >= 0)
        H5Aclose(attr);
    return ok ? GVC_OK
              : gvc_error__at(ctx, GVC_EDATA, file->path, where,
                              "attribute %s is not one whole number", name);
}

/* ---- labels ---- */

/* Where HDF5 puts the texts of one slab: a text that is too long gets no memory. What was given is
 * remembered, as a read that fails half-way tells nobody where it put the first half. */
typedef struct purse {
    int too_long;
    gvc_int n;
    void *given[SLAB];
} purse;

static void *give(size_t bytes, void *info)
{
    purse *p = info;
    void *block;

    if (bytes > GVC_H5_LABEL + 1) {
        p->too_long = 1;
        return NULL;
    }
    block = p->n < SLAB ? malloc(bytes ? bytes : 1) : NULL;
    if (block)
        p->given[p->n++] = block;
    return block;
}

static void get_back(void *block, void *info)
{
    purse *p = info;

    for (gvc_int i = 0; i < p->n; i++)
        if (p->given[i] == block) {
            p->given[i] = p->given[--p->n];
            free(block);
            return;
        }
}

static void get_all_back(purse *p)
{
    while (p->n > 0)
        free(p->given[--p->n]);
}

typedef struct text_set {
    hid_t id, type, memory, transfer;
    size_t size; /* of a fixed text; 0 where they vary */
    gvc_int n;
    purse purse;
    char place[GVC_H5_PLACE];
} text_set;

static void close_texts(text_set *t)
{
    if (t->transfer >= 0)
        H5Pclose(t->transfer);
    if (t->memory >= 0)
        H5Tclose(t->memory);
    if (t->type >= 0)
        H5Tclose(t->type);
    if (t->id >= 0)
        H5Dclose(t->id);
}

/* The same checks as for numbers, as far as they concern texts. */
static gvc_status check_texts(gvc_ctx *ctx, const gvc_h5 *file, text_set *t)
{
    const hid_t space = H5Dget_space(t->id), made = H5Dget_create_plist(t->id);
    const int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    const int own =
        made >= 0 && H5Pget_external_count(made) == 0 && H5Pget_layout(made) != H5D_VIRTUAL;

    t->n = space < 0 ? -1 : (gvc_int)H5Sget_simple_extent_npoints(space);
    t->type = H5Dget_type(t->id);
    if (space >= 0)
        H5Sclose(space);
    if (made >= 0)
        H5Pclose(made);
    if (!own)
        return gvc_error__at(ctx, GVC_EDATA, file->path, t->place,
                             "data in other files found, labels in the file itself expected");
    if (rank != 1 || t->type < 0 || H5Tget_class(t->type) != H5T_STRING)
        return gvc_error__at(ctx, GVC_EDATA, file->path, t->place, "not a list of texts");
    t->size = H5Tis_variable_str(t->type) > 0 ? 0 : H5Tget_size(t->type);
    if (t->size > 4 * GVC_H5_LABEL)
        return gvc_error__at(ctx, GVC_EDATA, file->path, t->place,
                             "labels of %zu bytes found, at most %d expected", t->size,
                             GVC_H5_LABEL);
    if (t->n < 0 || t->n > file->bytes || t->n > 100 * GVC_H5_MAX_N ||
        H5Dget_storage_size(t->id) > (hsize_t)file->bytes)
        return gvc_error__at(ctx, GVC_EDATA, file->path, t->place,
                             "claims %lld labels in a file of %lld bytes", (long long)t->n,
                             (long long)file->bytes);
    return GVC_OK;
}

static gvc_status open_texts(gvc_ctx *ctx, const gvc_h5 *file, text_set *t, hid_t loc,
                             const char *where, const char *name)
{
    gvc_status st;

    *t = (text_set){ .id = H5I_INVALID_HID,
                     .type = H5I_INVALID_HID,
                     .memory = H5I_INVALID_HID,
                     .transfer = H5I_INVALID_HID };
    gvc_h5__place(t->place, where, name);
    st = gvc_h5__open_dataset(ctx, file, &t->id, loc, where, name);
    if (st == GVC_OK)
        st = check_texts(ctx, file, t);
    if (st != GVC_OK)
        return st;
    t->memory = text_type(t->type, t->size ? t->size : H5T_VARIABLE);
    t->transfer = H5Pcreate(H5P_DATASET_XFER);
    H5Pset_vlen_mem_manager(t->transfer, give, &t->purse, get_back, &t->purse);
    return GVC_OK;
}

static gvc_status keep(gvc_ctx *ctx, const gvc_h5 *file, const text_set *t, gvc_arena *arena,
                       const char **to, gvc_int i, const char *text, gvc_int len)
{
    if (len > GVC_H5_LABEL)
        return gvc_error__at(ctx, GVC_EDATA, file->path, t->place,
                             "label %lld is longer than %d bytes", (long long)i + 1, GVC_H5_LABEL);
    if (!gvc_text__is_utf8(text, len))
        return gvc_error__at(ctx, GVC_EDATA, file->path, t->place,
                             "label %lld is not UTF-8 text; write it again as UTF-8",
                             (long long)i + 1);
    *to = gvc_arena__copy(ctx, arena, text, len);
    return *to ? GVC_OK : GVC_ENOMEM;
}

/* Length of a fixed text without its padding of zeros or spaces. */
static gvc_int fixed_length(const text_set *t, const char *text)
{
    gvc_int len = (gvc_int)strnlen(text, t->size);

    while (len > 0 && text[len - 1] == ' ')
        len--;
    return len;
}

static gvc_status read_slab(gvc_ctx *ctx, const gvc_h5 *file, text_set *t, gvc_arena *arena,
                            const char **texts, gvc_int first, gvc_int m)
{
    const hsize_t start = (hsize_t)first, count = (hsize_t)m;
    const hid_t from = H5Dget_space(t->id), to = H5Screate_simple(1, &count, NULL);
    char *slab[SLAB] = { NULL };
    char *fixed = t->size ? gvc_mem__alloc(ctx, m, t->size) : NULL;
    gvc_status st = t->size && !fixed ? GVC_ENOMEM : GVC_OK;

    H5Sselect_hyperslab(from, H5S_SELECT_SET, &start, NULL, &count, NULL);
    if (st == GVC_OK && H5Dread(t->id, t->memory, to, from, t->transfer,
                                t->size ? (void *)fixed : (void *)slab) < 0)
        st = gvc_error__at(ctx, GVC_EDATA, file->path, t->place,
                           t->purse.too_long ? "a label of more than 256 bytes found"
                                             : "cannot be read: cut short or damaged");
    for (gvc_int i = 0; st == GVC_OK && i < m; i++) {
        const char *text = t->size ? fixed + (size_t)i * t->size : slab[i] ? slab[i] : "";
        const gvc_int len = t->size ? fixed_length(t, text) : (gvc_int)strlen(text);

        st = keep(ctx, file, t, arena, &texts[i], first + i, text, len);
    }
    get_all_back(&t->purse);
    gvc_mem__free(fixed);
    H5Sclose(from);
    H5Sclose(to);
    return st;
}

gvc_status gvc_h5__read_texts(gvc_ctx *ctx, const gvc_h5 *file, hid_t loc, const char *where,
                              const char *name, gvc_arena *arena, const char ***texts, gvc_int *n)
{
    text_set t;
    gvc_status st = open_texts(ctx, file, &t, loc, where, name);

    *texts = NULL;
    *n = 0;
    if (st == GVC_OK) {
        *n = t.n;
        *texts = gvc_mem__calloc(ctx, t.n, sizeof **texts);
        if (!*texts)
            st = GVC_ENOMEM;
    }
    for (gvc_int i = 0; st == GVC_OK && i < t.n; i += SLAB)
        st = read_slab(ctx, file, &t, arena, *texts + i, i, i + SLAB < t.n ? SLAB : t.n - i);
    close_texts(&t);
    return st;
}
