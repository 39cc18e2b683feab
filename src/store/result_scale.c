#include "store/result.h"

#include <hdf5_hl.h>
#include <stdio.h>
#include <string.h>

/*
 * Scales and the arrays along them. H5DSattach_scale() would read and write the whole list of a
 * scale's arrays for every array, which takes longer than the arrays once there are thousands; here
 * the list is kept in memory and written when the file ends.
 */

/* An entry of the attribute REFERENCE_LIST, as the dimension scale specification has it. */
typedef struct along {
    hobj_ref_t array;
    int axis;
} along;

static int same_texts(const gvc_scale *s, const char *const *texts, gvc_int n)
{
    if (s->n != n)
        return 0;
    for (gvc_int i = 0; i < n; i++)
        if (strcmp(s->texts[i], texts[i]) != 0)
            return 0;
    return 1;
}

/* A scale with copies of the texts. */
static gvc_scale *add_scale(gvc_ctx *ctx, gvc_result_file *file, const char *name,
                            const char *const *texts, gvc_int n)
{
    gvc_scale *s = gvc_mem__calloc(ctx, 1, sizeof *s);
    const char **copies = gvc_mem__alloc(ctx, n, sizeof *copies);
    int ok = s && copies;

    for (gvc_int i = 0; ok && i < n; i++) {
        copies[i] = gvc_arena__strdup(ctx, file->arena, texts[i]);
        ok = copies[i] != NULL;
    }
    if (ok) {
        *s = (gvc_scale){ .name = gvc_arena__strdup(ctx, file->arena, name),
                          .texts = copies,
                          .n = n,
                          .next = file->scales };
        ok = s->name != NULL;
    }
    if (!ok) {
        gvc_out__need(&file->out, NULL);
        gvc_mem__free((void *)copies);
        gvc_mem__free(s);
        return NULL;
    }
    file->scales = s;
    file->out.long_lists = 1;
    gvc_out__texts(ctx, &file->out, file->out.id, s->name, copies, n, 1);
    file->out.long_lists = 0;
    if (!file->out.failed &&
        H5Rcreate(&s->ref, file->out.id, s->name, H5R_OBJECT, H5I_INVALID_HID) < 0)
        file->out.failed = 1;
    return s;
}

gvc_scale *gvc_result__scale(gvc_ctx *ctx, gvc_result_file *file, const char *base,
                             const char *const *texts, gvc_int n)
{
    char name[80];
    gvc_scale *made;

    for (int k = 1;; k++) {
        gvc_scale *s = file->scales;

        snprintf(name, sizeof name, k > 1 ? "%s_%d" : "%s", base, k);
        while (s && strcmp(s->name, name) != 0)
            s = s->next;
        if (s && same_texts(s, texts, n))
            return s;
        if (!s)
            break;
    }
    made = add_scale(ctx, file, name, texts, n);
    return file->out.failed ? NULL : made;
}

void gvc_result__free_scales(gvc_result_file *file)
{
    for (gvc_scale *s = file->scales, *next; s; s = next) {
        next = s->next;
        gvc_mem__free((void *)s->texts);
        gvc_mem__free(s->arrays);
        gvc_mem__free(s);
    }
    file->scales = NULL;
}

static int note_array(gvc_ctx *ctx, gvc_scale *s, hobj_ref_t array, int axis)
{
    along *arrays = s->arrays;

    if (s->n_arrays == s->room) {
        const gvc_int room = s->room ? 2 * s->room : 64;

        arrays = gvc_mem__realloc(ctx, arrays, room, sizeof *arrays);
        if (!arrays)
            return 0;
        s->arrays = arrays;
        s->room = room;
    }
    memset(&arrays[s->n_arrays], 0, sizeof *arrays); /* the gap goes into the file too */
    arrays[s->n_arrays].array = array;
    arrays[s->n_arrays++].axis = axis;
    return 1;
}

/* The attribute DIMENSION_LIST: for each axis the list of its scales, which is one. */
static int put_dimensions(hid_t id, const gvc_result_axis *axes, int rank)
{
    const hsize_t count = (hsize_t)rank;
    const hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ), space = H5Screate_simple(1, &count, NULL);
    hvl_t lists[GVC_RESULT_AXES];
    hid_t attr;
    int ok;

    for (int k = 0; k < rank; k++)
        lists[k] = (hvl_t){ 1, &axes[k].scale->ref };
    attr = H5Acreate2(id, "DIMENSION_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = attr >= 0 && H5Awrite(attr, type, lists) >= 0;
    if (attr >= 0)
        H5Aclose(attr);
    H5Sclose(space);
    H5Tclose(type);
    return ok;
}

void gvc_result__attach(gvc_ctx *ctx, gvc_result_file *file, hid_t id, const gvc_result_axis *axes,
                        int rank)
{
    hobj_ref_t array;

    if (file->out.failed || rank == 0)
        return;
    if (H5Rcreate(&array, id, ".", H5R_OBJECT, H5I_INVALID_HID) < 0 ||
        !put_dimensions(id, axes, rank)) {
        file->out.failed = 1;
        return;
    }
    for (int k = 0; k < rank; k++)
        if (!note_array(ctx, axes[k].scale, array, k))
            gvc_out__need(&file->out, NULL);
}

static int put_references(hid_t loc, const gvc_scale *s)
{
    const hsize_t count = (hsize_t)s->n_arrays;
    const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(along)),
                space = H5Screate_simple(1, &count, NULL);
    const hid_t id = H5Dopen2(loc, s->name, H5P_DEFAULT);
    hid_t attr = H5I_INVALID_HID;
    int ok = H5Tinsert(type, "dataset", HOFFSET(along, array), H5T_STD_REF_OBJ) >= 0 &&
             H5Tinsert(type, "dimension", HOFFSET(along, axis), H5T_NATIVE_INT) >= 0 && id >= 0;

    if (ok)
        attr = H5Acreate2(id, "REFERENCE_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT);
    ok = attr >= 0 && H5Awrite(attr, type, s->arrays) >= 0;
    if (attr >= 0)
        H5Aclose(attr);
    if (id >= 0)
        H5Dclose(id);
    H5Sclose(space);
    H5Tclose(type);
    return ok;
}

void gvc_result__end_scales(gvc_result_file *file)
{
    for (const gvc_scale *s = file->scales; s && !file->out.failed; s = s->next)
        if (s->n_arrays > 0 && !put_references(file->out.id, s))
            file->out.failed = 1;
}
