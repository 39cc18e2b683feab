#include "store/out.h"

#include "base/decimal.h"

#include <errno.h>
#include <hdf5_hl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ALIGN_FROM = 64 << 10, /* arrays from this size on start on a page, so they can be mapped */
    ALIGN_TO = 4096
};

static hid_t access_plist(const char *path)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110);
    H5Pset_alignment(access, ALIGN_FROM, ALIGN_TO);
    gvc_h5__choose_driver(access, path);
    return access;
}

gvc_status gvc_out__create(gvc_ctx *ctx, gvc_out *out, const char *path, int force)
{
    gvc_status st;
    hid_t access, create;

    *out = (gvc_out){ .id = H5I_INVALID_HID, .path = path };
    st = gvc_outfile__begin(ctx, &out->outfile, path, force);
    if (st != GVC_OK)
        return st;
    access = access_plist(gvc_outfile__path(out->outfile));
    create = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(create, 0);
    out->id = H5Fcreate(gvc_outfile__path(out->outfile), H5F_ACC_TRUNC, create, access);
    H5Pclose(access);
    H5Pclose(create);
    if (out->id >= 0)
        return GVC_OK;
    gvc_out__abort(out);
    return gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be written");
}

/* Copy every byte of `path` to the temporary name. */
static int copy_bytes(const char *path, const char *to)
{
    enum { BLOCK = 1 << 18 };
    FILE *in = fopen(path, "rb"), *made = fopen(to, "wb");
    char *block = malloc(BLOCK);
    size_t got;
    int ok = in && made && block;

    while (ok && (got = fread(block, 1, BLOCK, in)) > 0)
        ok = fwrite(block, 1, got, made) == got;
    ok = ok && !ferror(in);
    if (in)
        fclose(in);
    if (made)
        ok = fclose(made) == 0 && ok;
    free(block);
    return ok;
}

gvc_status gvc_out__reopen(gvc_ctx *ctx, gvc_out *out, const char *path, const char *to, int force)
{
    gvc_status st;
    hid_t access;

    *out = (gvc_out){ .id = H5I_INVALID_HID, .path = to };
    st = gvc_outfile__begin(ctx, &out->outfile, to, force);
    if (st != GVC_OK)
        return st;
    if (copy_bytes(path, gvc_outfile__path(out->outfile))) {
        access = access_plist(gvc_outfile__path(out->outfile));
        out->id = H5Fopen(gvc_outfile__path(out->outfile), H5F_ACC_RDWR, access);
        H5Pclose(access);
    }
    if (out->id >= 0)
        return GVC_OK;
    st = gvc_error__at(ctx, GVC_EIO, path, NULL, "cannot be copied to be changed");
    gvc_out__abort(out);
    return st;
}

gvc_status gvc_out__status(gvc_ctx *ctx, const gvc_out *out)
{
    if (out->no_memory)
        return GVC_ENOMEM;
    return out->failed ? gvc_error__at(ctx, GVC_EIO, out->path, NULL,
                                       "cannot be written: the disk is full or fails")
                       : GVC_OK;
}

void gvc_out__need(gvc_out *out, const void *block)
{
    if (!block)
        out->failed = out->no_memory = 1;
}

gvc_status gvc_out__commit(gvc_ctx *ctx, gvc_out *out)
{
    gvc_outfile *outfile = out->outfile;
    gvc_status st;

    if (out->id < 0 || H5Fclose(out->id) < 0)
        out->failed = 1;
    out->id = H5I_INVALID_HID;
    out->outfile = NULL;
    st = gvc_out__status(ctx, out);
    if (st == GVC_OK)
        return gvc_outfile__commit(ctx, outfile);
    gvc_outfile__abort(outfile);
    return st;
}

void gvc_out__abort(gvc_out *out)
{
    if (out->id >= 0)
        H5Fclose(out->id);
    gvc_outfile__abort(out->outfile);
    out->id = H5I_INVALID_HID;
    out->outfile = NULL;
}

static void note(gvc_out *out, int ok)
{
    if (!ok)
        out->failed = 1;
}

hid_t gvc_out__group(gvc_out *out, hid_t loc, const char *name)
{
    hid_t made, id;

    if (out->failed)
        return H5I_INVALID_HID;
    if (gvc_h5__has(loc, name)) {
        id = H5Gopen2(loc, name, H5P_DEFAULT);
    } else {
        made = H5Pcreate(H5P_GROUP_CREATE);
        H5Pset_obj_track_times(made, 0);
        id = H5Gcreate2(loc, name, H5P_DEFAULT, made, H5P_DEFAULT);
        H5Pclose(made);
    }
    note(out, id >= 0);
    return id;
}

/* ---- attributes ---- */

static hid_t utf8_type(void)
{
    const hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

/* One value, or a list where n >= 0. An earlier attribute of the name is replaced. */
static void put_attr(gvc_out *out, hid_t object, const char *name, hid_t in_file, hid_t in_memory,
                     const void *values, gvc_int n)
{
    const hsize_t count = (hsize_t)n;
    hid_t space, attr;

    if (out->failed)
        return;
    if (H5Aexists(object, name) > 0)
        H5Adelete(object, name);
    space = n < 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
    attr = H5Acreate2(object, name, in_file, space, H5P_DEFAULT, H5P_DEFAULT);
    note(out, attr >= 0 && H5Awrite(attr, in_memory, values) >= 0);
    if (attr >= 0)
        H5Aclose(attr);
    H5Sclose(space);
}

void gvc_out__text_attr(gvc_out *out, hid_t object, const char *name, const char *text)
{
    const hid_t type = utf8_type();

    put_attr(out, object, name, type, type, &text, -1);
    H5Tclose(type);
}

void gvc_out__list_attr(gvc_out *out, hid_t object, const char *name, const char *const *texts,
                        gvc_int n)
{
    const hid_t type = utf8_type();

    put_attr(out, object, name, type, type, texts, n);
    H5Tclose(type);
}

void gvc_out__int_attr(gvc_out *out, hid_t object, const char *name, int value)
{
    put_attr(out, object, name, H5T_STD_I32LE, H5T_NATIVE_INT, &value, -1);
}

void gvc_out__crc_attr(gvc_out *out, hid_t object, uint32_t crc)
{
    put_attr(out, object, "crc32", H5T_STD_U32LE, H5T_NATIVE_UINT32, &crc, -1);
}

static void put_lines(gvc_ctx *ctx, gvc_out *out, hid_t object, const char *name, const char *text)
{
    const hid_t type = utf8_type();
    gvc_int n = 1, bytes = (gvc_int)strlen(text) + 1;
    char *copy = gvc_mem__alloc(ctx, bytes, 1);
    const char **lines;

    for (gvc_int i = 0; i < bytes; i++)
        n += text[i] == '\n';
    lines = gvc_mem__alloc(ctx, n, sizeof *lines);
    gvc_out__need(out, copy);
    gvc_out__need(out, lines);
    if (!out->failed) {
        memcpy(copy, text, (size_t)bytes);
        n = 0;
        lines[n++] = copy;
        for (char *at = strchr(copy, '\n'); at; at = strchr(at + 1, '\n')) {
            *at = '\0';
            lines[n++] = at + 1;
        }
        put_attr(out, object, name, type, type, lines, n);
    }
    gvc_mem__free(lines);
    gvc_mem__free(copy);
    H5Tclose(type);
}

static int is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return 1;
    return 0;
}

void gvc_out__attr(gvc_ctx *ctx, gvc_out *out, hid_t object, const char *name, const char *text)
{
    static const char *const reals[] = { "multiplier", "balance_max_abs", "balance_max_rel", NULL };
    static const char *const ints[] = { "n_blank", "year", NULL };
    const char *end = text + strlen(text);
    double value;

    if (strcmp(name, "history") == 0) {
        put_lines(ctx, out, object, name, text);
    } else if (is_among(name, reals) && *text && gvc_decimal__read(text, end, &value) == end) {
        put_attr(out, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, -1);
    } else if (is_among(name, ints) && *text && gvc_decimal__read(text, end, &value) == end &&
               value >= INT32_MIN && value <= INT32_MAX) {
        gvc_out__int_attr(out, object, name, (int)value);
    } else {
        gvc_out__text_attr(out, object, name, text);
    }
}

/* ---- texts and scales ---- */

static hid_t dataset_plist(void)
{
    const hid_t made = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_obj_track_times(made, 0);
    return made;
}

static hid_t put_texts(gvc_out *out, hid_t loc, const char *name, const char *const *texts,
                       gvc_int n)
{
    const hsize_t count = (hsize_t)n;
    const hid_t type = utf8_type(), space = H5Screate_simple(1, &count, NULL);
    const hid_t made = dataset_plist();
    hid_t id;

    /* Headers that keep the order of attributes are of the kind without a limit of 64 KiB. */
    if (out->long_lists)
        H5Pset_attr_creation_order(made, H5P_CRT_ORDER_TRACKED);
    id = H5Dcreate2(loc, name, type, space, H5P_DEFAULT, made, H5P_DEFAULT);
    note(out, id >= 0 && (n == 0 || H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0));
    H5Pclose(made);
    H5Sclose(space);
    H5Tclose(type);
    return id;
}

void gvc_out__texts(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name,
                    const char *const *texts, gvc_int n, int scale)
{
    hid_t id;

    (void)ctx;
    if (out->failed)
        return;
    id = put_texts(out, loc, name, texts, n);
    if (id >= 0 && scale)
        note(out, H5DSset_scale(id, name) >= 0);
    if (id >= 0)
        H5Dclose(id);
}

void gvc_out__make_scale(gvc_out *out, hid_t id, const char *name)
{
    note(out, H5DSset_scale(id, name) >= 0);
}

void gvc_out__labels(gvc_ctx *ctx, gvc_out *out, hid_t loc, const char *name,
                     const gvc_labels *labels)
{
    const gvc_int n = gvc_labels_n(labels);
    const char **texts = gvc_mem__alloc(ctx, n, sizeof *texts);
    char beside[64];
    int named = 0;
    hid_t id;

    gvc_out__need(out, texts);
    if (out->failed) {
        gvc_mem__free(texts);
        return;
    }
    for (gvc_int i = 0; i < n; i++)
        texts[i] = gvc_labels_code(labels, i);
    gvc_out__texts(ctx, out, loc, name, texts, n, 1);
    for (gvc_int i = 0; i < n; i++) {
        texts[i] = gvc_labels_name(labels, i);
        named |= strcmp(texts[i], gvc_labels_code(labels, i)) != 0;
    }
    snprintf(beside, sizeof beside, "%s_name", name);
    id = named && !out->failed ? put_texts(out, loc, beside, texts, n) : H5I_INVALID_HID;
    if (id >= 0) {
        gvc_out__attach(out, id, 0, loc, name);
        H5Dclose(id);
    }
    gvc_mem__free(texts);
}

void gvc_out__attach(gvc_out *out, hid_t id, unsigned axis, hid_t scales, const char *name)
{
    const hid_t scale = out->failed ? H5I_INVALID_HID : H5Dopen2(scales, name, H5P_DEFAULT);

    note(out, scale >= 0 && H5DSattach_scale(id, scale, axis) >= 0);
    if (scale >= 0)
        H5Dclose(scale);
}

void gvc_out__finish(gvc_out *out, hid_t id, const char *rows, const char *cols, const char *axes)
{
    if (id < 0)
        return;
    gvc_out__attach(out, id, 0, out->id, rows);
    if (cols)
        gvc_out__attach(out, id, 1, out->id, cols);
    if (axes)
        gvc_out__text_attr(out, id, "axes", axes);
    H5Dclose(id);
}
