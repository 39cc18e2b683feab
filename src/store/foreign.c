#include "store/foreign.h"

#include "store/content.h"
#include "store/h5.h"

#include <string.h>

enum { TEXTS = 20000 };

struct gvc_foreign {
    gvc_h5 file;
    hid_t root; /* where the datasets are: the file itself or a group of it */
    const char *where, *shown;
    gvc_arena *arena;
};

/* A message about the file, under the name that the user knows. */
static gvc_status name_file(gvc_ctx *ctx, const gvc_foreign *f, gvc_status st)
{
    const char *at;

    if (st == GVC_OK || !f->file.path || strcmp(f->file.path, f->shown) == 0)
        return st;
    at = strstr(gvc_ctx_message(ctx), f->file.path);
    if (!at)
        return st;
    at += strlen(f->file.path);
    return gvc_error__at(ctx, st, f->shown, NULL, "%s", at + strspn(at, ": "));
}

/* MATLAB keeps a struct as a group, and what cells refer to in "#refs#". */
static gvc_status find_root(gvc_ctx *ctx, gvc_foreign *f)
{
    const char **names = NULL;
    gvc_int n = 0, group = -1;
    gvc_status st = gvc_h5__members(ctx, &f->file, f->file.id, "/", f->arena, &names, &n);

    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        H5O_info_t info;

        if (names[i][0] == '#' || H5Oget_info_by_name(f->file.id, names[i], &info, H5P_DEFAULT) < 0)
            continue;
        group = info.type == H5O_TYPE_GROUP && group < 0 ? i : group;
        if (info.type == H5O_TYPE_DATASET)
            group = n; /* datasets at the root: no struct */
    }
    f->where = "/";
    if (st == GVC_OK && group >= 0 && group < n) {
        f->where = names[group];
        st = gvc_h5__open_group(ctx, &f->file, &f->root, f->file.id, "/", names[group]);
    } else if (st == GVC_OK) {
        f->root = H5Gopen2(f->file.id, "/", H5P_DEFAULT);
    }
    gvc_mem__free(names);
    return st;
}

gvc_status gvc_foreign__open(gvc_ctx *ctx, gvc_foreign **out, const char *path, const char *shown)
{
    gvc_foreign *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    const char *kept = NULL;
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!f)
        return GVC_ENOMEM;
    f->root = f->file.id = H5I_INVALID_HID;
    f->arena = gvc_arena__new(ctx);
    if (f->arena) {
        f->file.path = kept = gvc_arena__strdup(ctx, f->arena, path);
        f->shown = gvc_arena__strdup(ctx, f->arena, shown);
    }
    if (kept && f->shown) {
        gvc_h5__lock();
        st = gvc_content__rehearse(ctx, kept);
        if (st == GVC_OK)
            st = gvc_h5__open(ctx, &f->file, kept);
        if (st == GVC_OK)
            st = find_root(ctx, f);
        gvc_h5__unlock();
        st = name_file(ctx, f, st);
    }
    if (st != GVC_OK) {
        gvc_foreign__close(f);
        return st;
    }
    *out = f;
    return GVC_OK;
}

void gvc_foreign__close(gvc_foreign *f)
{
    if (!f)
        return;
    gvc_h5__lock();
    if (f->root >= 0)
        H5Gclose(f->root);
    gvc_h5__close(&f->file);
    gvc_h5__unlock();
    gvc_arena__free(f->arena);
    gvc_mem__free(f);
}

int gvc_foreign__has(const gvc_foreign *f, const char *name)
{
    int has;

    gvc_h5__lock();
    has = f->root >= 0 && gvc_h5__has(f->root, name);
    gvc_h5__unlock();
    return has;
}

gvc_status gvc_foreign__shape(gvc_ctx *ctx, const gvc_foreign *f, const char *name, gvc_int *rows,
                              gvc_int *columns)
{
    gvc_h5_array a;
    gvc_status st;

    gvc_h5__lock();
    st = gvc_h5__open_array(ctx, &f->file, &a, f->root, f->where, name, 2);
    if (st == GVC_OK) {
        *rows = (gvc_int)a.dims[0];
        *columns = (gvc_int)a.dims[1];
        gvc_h5__close_array(&a);
    }
    gvc_h5__unlock();
    return name_file(ctx, f, st);
}

gvc_status gvc_foreign__read(gvc_ctx *ctx, const gvc_foreign *f, const char *name, gvc_int rows,
                             gvc_int columns, double *values)
{
    gvc_h5_array a;
    gvc_status st;

    gvc_h5__lock();
    st = gvc_h5__open_array(ctx, &f->file, &a, f->root, f->where, name, 2);
    if (st == GVC_OK) {
        st = gvc_h5__expect(ctx, &f->file, &a, rows, columns, "the labels and z ask for it");
        if (st == GVC_OK)
            st = gvc_h5__read_vector(ctx, &f->file, &a, values);
        gvc_h5__close_array(&a);
    }
    gvc_h5__unlock();
    return name_file(ctx, f, st);
}

/* ---- cell arrays of texts: references to arrays of UTF-16 codes ---- */

static gvc_status refuse_text(gvc_ctx *ctx, const gvc_foreign *f, const char *name, gvc_int i)
{
    char place[GVC_H5_PLACE];

    return gvc_error__at(ctx, GVC_EDATA, f->file.path, gvc_h5__place(place, f->where, name),
                         "entry %lld is no text of 1 to %d characters", (long long)i + 1,
                         GVC_H5_LABEL);
}

/* The text of UTF-16 codes as UTF-8; 0 where it has surrogates or controls. */
static gvc_int encode(const uint16_t *codes, gvc_int n, char *text)
{
    gvc_int len = 0;

    for (gvc_int i = 0; i < n; i++) {
        const unsigned c = codes[i];

        if (c < 0x20 || (c >= 0xD800 && c < 0xE000))
            return 0;
        if (c < 0x80) {
            text[len++] = (char)c;
        } else if (c < 0x800) {
            text[len++] = (char)(0xC0 | c >> 6);
            text[len++] = (char)(0x80 | (c & 0x3F));
        } else {
            text[len++] = (char)(0xE0 | c >> 12);
            text[len++] = (char)(0x80 | (c >> 6 & 0x3F));
            text[len++] = (char)(0x80 | (c & 0x3F));
        }
    }
    return len;
}

/* What a reference leads to, when it is a short list of codes: its length in UTF-8, else 0. */
static gvc_int read_text(const gvc_foreign *f, hobj_ref_t ref, char text[3 * GVC_H5_LABEL])
{
    const hid_t id = H5Rdereference2(f->root, H5P_DEFAULT, H5R_OBJECT, &ref);
    const hid_t space = id >= 0 && H5Iget_type(id) == H5I_DATASET ? H5Dget_space(id) : -1;
    const hssize_t n = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    uint16_t codes[GVC_H5_LABEL];
    hid_t type = H5I_INVALID_HID;
    gvc_int len = 0;

    if (n > 0 && n <= GVC_H5_LABEL)
        type = H5Dget_type(id);
    if (type >= 0 && H5Tget_class(type) == H5T_INTEGER &&
        H5Dread(id, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, codes) >= 0)
        len = encode(codes, n, text);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (id >= 0)
        H5Oclose(id);
    return len <= GVC_H5_LABEL ? len : 0;
}

/* How many references the dataset holds; -1 where it holds something else. */
static gvc_int count_references(hid_t id)
{
    const hid_t type = H5Dget_type(id), space = H5Dget_space(id);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    const int fits = H5Tequal(type, H5T_STD_REF_OBJ) > 0 && n > 0 && n <= TEXTS;

    H5Tclose(type);
    H5Sclose(space);
    return fits ? n : -1;
}

static gvc_status read_texts(gvc_ctx *ctx, const gvc_foreign *f, const char *name, hid_t id,
                             gvc_arena *arena, const char **texts, gvc_int n)
{
    hobj_ref_t *refs = gvc_mem__alloc(ctx, n, sizeof *refs);
    char text[3 * GVC_H5_LABEL];
    gvc_status st = refs ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK && H5Dread(id, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, refs) < 0)
        st = refuse_text(ctx, f, name, 0);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        const gvc_int len = read_text(f, refs[i], text);

        if (len == 0) {
            st = refuse_text(ctx, f, name, i);
            break;
        }
        texts[i] = gvc_arena__copy(ctx, arena, text, len);
        st = texts[i] ? GVC_OK : GVC_ENOMEM;
    }
    gvc_mem__free(refs);
    return st;
}

gvc_status gvc_foreign__texts(gvc_ctx *ctx, const gvc_foreign *f, const char *name,
                              gvc_arena *arena, const char ***texts, gvc_int *n)
{
    char place[GVC_H5_PLACE];
    hid_t id;
    gvc_status st;

    *texts = NULL;
    gvc_h5__lock();
    st = gvc_h5__open_dataset(ctx, &f->file, &id, f->root, f->where, name);
    if (st == GVC_OK) {
        *n = count_references(id);
        if (*n < 0)
            st = gvc_error__at(ctx, GVC_EDATA, f->file.path, gvc_h5__place(place, f->where, name),
                               "a cell array of up to %d texts expected", TEXTS);
        if (st == GVC_OK) {
            *texts = gvc_mem__calloc(ctx, *n, sizeof **texts);
            st = *texts ? read_texts(ctx, f, name, id, arena, *texts, *n) : GVC_ENOMEM;
        }
        H5Dclose(id);
    }
    gvc_h5__unlock();
    return name_file(ctx, f, st);
}
