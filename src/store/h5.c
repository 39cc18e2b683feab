#include "store/h5.h"

#include "base/file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How often a file is opened that others take the place of meanwhile. */
enum { TRIES = 5 };

static pthread_once_t begun = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static H5E_auto2_t printer;
static void *printer_data;

/* A file that cannot be flushed (full disk) stays open inside HDF5, whose clean-up at exit crashes
 * on it. We close what we open, so that clean-up has nothing to do for us. */
static void begin(void)
{
    H5dont_atexit();
}

void gvc_h5__lock(void)
{
    pthread_once(&begun, begin);
    pthread_mutex_lock(&mutex);
    H5Eget_auto2(H5E_DEFAULT, &printer, &printer_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void gvc_h5__unlock(void)
{
    H5Eset_auto2(H5E_DEFAULT, printer, printer_data);
    pthread_mutex_unlock(&mutex);
}

/* What the system says about opening the file, before HDF5 looks at it. */
static gvc_status hold(gvc_ctx *ctx, gvc_h5 *file)
{
    gvc_status st;

    if (gvc_file__is_folder(file->path))
        return gvc_error__at(ctx, GVC_EIO, file->path, NULL, "is a folder, not a store");
    st = gvc_held__open(ctx, &file->held, file->path);
    if (st == GVC_OK)
        file->bytes = gvc_held__bytes(file->held);
    return st;
}

void gvc_h5__choose_driver(hid_t access, const char *path)
{
    char *real = realpath(path, NULL);

    if (!real)
        H5Pset_fapl_stdio(access);
    free(real);
}

static gvc_status open_hdf5(gvc_ctx *ctx, gvc_h5 *file)
{
    hid_t access;

    if (H5Fis_hdf5(file->path) <= 0)
        return gvc_error__at(ctx, GVC_EDATA, file->path, NULL,
                             "not a gvc file (not HDF5); try gvc import");
    access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    gvc_h5__choose_driver(access, file->path);
    file->id = H5Fopen(file->path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file->id < 0)
        return gvc_error__at(ctx, GVC_EDATA, file->path, NULL,
                             "an HDF5 file of %lld bytes that cannot be opened: it is cut short, "
                             "damaged, or being written by another program",
                             (long long)file->bytes);
    return GVC_OK;
}

/* HDF5 opens the file by its name, which may be another's by then. */
gvc_status gvc_h5__open(gvc_ctx *ctx, gvc_h5 *file, const char *path)
{
    gvc_status st = GVC_OK;

    for (int k = 0; k < TRIES; k++) {
        *file = (gvc_h5){ .id = H5I_INVALID_HID, .path = path };
        st = hold(ctx, file);
        if (st == GVC_OK)
            st = open_hdf5(ctx, file);
        if (!file->held || gvc_held__has_name(file->held))
            break;
        if (st == GVC_OK)
            st = gvc_error__at(ctx, GVC_EIO, path, NULL, "is being replaced all the time");
        gvc_h5__close(file);
    }
    if (st != GVC_OK)
        gvc_h5__close(file);
    return st;
}

void gvc_h5__close(gvc_h5 *file)
{
    if (file->id >= 0)
        H5Fclose(file->id);
    gvc_held__leave(file->held);
    file->id = H5I_INVALID_HID;
    file->held = NULL;
}

const char *gvc_h5__place(char *text, const char *where, const char *name)
{
    snprintf(text, GVC_H5_PLACE, "%s%s%.300s", where, where[0] && strcmp(where, "/") ? "/" : "",
             name);
    return text;
}

int gvc_h5__has(hid_t loc, const char *name)
{
    return H5Lexists(loc, name, H5P_DEFAULT) > 0;
}

/* Open what a hard link leads to, when it is of `kind`: other links may lead out of the file. */
static gvc_status open_member(gvc_ctx *ctx, const gvc_h5 *file, hid_t *out, hid_t loc,
                              const char *where, const char *name, H5I_type_t kind)
{
    const char *what = kind == H5I_GROUP ? "group" : "dataset";
    char place[GVC_H5_PLACE];
    H5L_info_t info;

    *out = H5I_INVALID_HID;
    gvc_h5__place(place, where, name);
    if (!gvc_h5__has(loc, name))
        return gvc_error__at(ctx, GVC_EDATA, file->path, place, "missing; a %s is expected here",
                             what);
    if (H5Lget_info(loc, name, &info, H5P_DEFAULT) < 0)
        return gvc_error__at(ctx, GVC_EDATA, file->path, place, "cannot be read: damaged file");
    if (info.type != H5L_TYPE_HARD)
        return gvc_error__at(ctx, GVC_EDATA, file->path, place,
                             "%s found, a %s in the file itself expected; copy the data into it",
                             info.type == H5L_TYPE_EXTERNAL ? "a link to another file"
                                                            : "a symbolic link",
                             what);
    *out = H5Oopen(loc, name, H5P_DEFAULT);
    if (*out < 0)
        return gvc_error__at(ctx, GVC_EDATA, file->path, place, "cannot be read: damaged file");
    if (H5Iget_type(*out) == kind)
        return GVC_OK;
    H5Oclose(*out);
    *out = H5I_INVALID_HID;
    return gvc_error__at(ctx, GVC_EDATA, file->path, place, "not a %s, as is expected here", what);
}

gvc_status gvc_h5__open_group(gvc_ctx *ctx, const gvc_h5 *file, hid_t *out, hid_t loc,
                              const char *where, const char *name)
{
    return open_member(ctx, file, out, loc, where, name, H5I_GROUP);
}

gvc_status gvc_h5__open_dataset(gvc_ctx *ctx, const gvc_h5 *file, hid_t *out, hid_t loc,
                                const char *where, const char *name)
{
    return open_member(ctx, file, out, loc, where, name, H5I_DATASET);
}

gvc_status gvc_h5__members(gvc_ctx *ctx, const gvc_h5 *file, hid_t group, const char *where,
                           gvc_arena *arena, const char ***names, gvc_int *n)
{
    H5G_info_t info;
    char name[GVC_H5_LABEL + 1];

    *names = NULL;
    *n = 0;
    if (H5Gget_info(group, &info) < 0)
        return gvc_error__at(ctx, GVC_EDATA, file->path, where, "cannot be read: damaged file");
    if (info.nlinks > GVC_H5_MAX_YEARS)
        return gvc_error__at(ctx, GVC_EDATA, file->path, where,
                             "%llu members found, at most %d expected",
                             (unsigned long long)info.nlinks, GVC_H5_MAX_YEARS);
    *names = gvc_mem__calloc(ctx, (gvc_int)info.nlinks, sizeof **names);
    if (!*names)
        return GVC_ENOMEM;
    for (hsize_t i = 0; i < info.nlinks; i++) {
        const ssize_t len = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                               sizeof name, H5P_DEFAULT);

        if (len <= 0 || len > GVC_H5_LABEL || !gvc_text__is_utf8(name, len))
            return gvc_error__at(ctx, GVC_EDATA, file->path, where,
                                 "member %llu has no readable name", (unsigned long long)i + 1);
        (*names)[i] = gvc_arena__strdup(ctx, arena, name);
        if (!(*names)[i])
            return GVC_ENOMEM;
        *n = (gvc_int)i + 1;
    }
    return GVC_OK;
}
