#include "store/result.h"

#include <string.h>

static hid_t put_labels(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame,
                        gvc_int column)
{
    const gvc_int rows = gvc_frame_rows(frame);
    const gvc_labels *labels = gvc_frame_labels(frame, column);
    const int32_t *codes = gvc_frame_codes(frame, column);
    const char **texts = gvc_mem__alloc(ctx, rows, sizeof *texts);

    gvc_out__need(&file->out, texts);
    for (gvc_int i = 0; texts && i < rows; i++)
        texts[i] = codes[i] < 0 ? "" : gvc_labels_code(labels, codes[i]);
    gvc_out__texts(ctx, &file->out, group, gvc_frame_name(frame, column), texts, rows, 0);
    gvc_mem__free(texts);
    return file->out.failed ? H5I_INVALID_HID
                            : H5Dopen2(group, gvc_frame_name(frame, column), H5P_DEFAULT);
}

/* Zero has no sign in a file: -0 + 0 is 0. */
static hid_t put_reals(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame,
                       gvc_int column)
{
    const gvc_int rows = gvc_frame_rows(frame);
    const hsize_t n = (hsize_t)rows;
    const double *reals = gvc_frame_reals(frame, column);
    double *values = gvc_mem__alloc(ctx, rows, sizeof *values);
    hid_t id;

    gvc_out__need(&file->out, values);
    if (!values)
        return H5I_INVALID_HID;
    for (gvc_int i = 0; i < rows; i++)
        values[i] = reals[i] + 0.0;
    id = gvc_out__reals(&file->out, group, gvc_frame_name(frame, column), values, 1, &n);
    gvc_mem__free(values);
    return id;
}

static void put_column(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame,
                       gvc_int j)
{
    const char *name = gvc_frame_name(frame, j);
    hid_t id;

    if (gvc_frame_type(frame, j) == GVC_COLUMN_LABEL)
        id = put_labels(ctx, file, group, frame, j);
    else if (gvc_frame_type(frame, j) == GVC_COLUMN_INT)
        id =
            gvc_out__ints(&file->out, group, name, gvc_frame_ints(frame, j), gvc_frame_rows(frame));
    else
        id = put_reals(ctx, file, group, frame, j);
    if (id < 0)
        return;
    gvc_out__attach(&file->out, id, 0, group, "obs");
    gvc_result__describe(file, id, frame, j);
    if (gvc_frame_type(frame, j) == GVC_COLUMN_INT)
        gvc_out__int_attr(&file->out, id, "missing_value", GVC_INT_MISSING);
    H5Dclose(id);
}

/* The rows numbered from 1: what all columns have in common. */
static void put_rows(gvc_ctx *ctx, gvc_result_file *file, hid_t group, gvc_int rows)
{
    int32_t *numbers = gvc_mem__alloc(ctx, rows, sizeof *numbers);
    hid_t id;

    gvc_out__need(&file->out, numbers);
    for (gvc_int i = 0; numbers && i < rows; i++)
        numbers[i] = (int32_t)(i + 1);
    id = gvc_out__ints(&file->out, group, "obs", numbers, rows);
    if (id >= 0) {
        gvc_out__make_scale(&file->out, id, "obs");
        H5Dclose(id);
    }
    gvc_mem__free(numbers);
}

/* The names of all columns, and of the keys alone, in order. */
static void put_names(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame)
{
    const gvc_int n = gvc_frame_columns(frame);
    const char **names = gvc_mem__alloc(ctx, n, sizeof *names);
    gvc_int k = 0;

    gvc_out__need(&file->out, names);
    for (gvc_int j = 0; names && j < n; j++)
        names[j] = gvc_frame_name(frame, j);
    if (names)
        gvc_out__list_attr(&file->out, group, "columns", names, n);
    for (gvc_int j = 0; names && j < n; j++)
        if (gvc_frame_role(frame, j) == GVC_ROLE_KEY)
            names[k++] = gvc_frame_name(frame, j);
    if (names)
        gvc_out__list_attr(&file->out, group, "key", names, k);
    gvc_mem__free(names);
}

static gvc_status add_locked(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                             const char *name)
{
    hid_t panels = gvc_result__path(file, file->out.id, "results/panel"), group;

    if (panels >= 0 && gvc_h5__has(panels, name)) {
        H5Gclose(panels);
        return gvc_error__at(ctx, GVC_EUSAGE, file->out.path, name,
                             "a panel of this name is there");
    }
    group = panels >= 0 ? gvc_out__group(&file->out, panels, name) : H5I_INVALID_HID;
    if (group >= 0) {
        gvc_result__attrs(ctx, file, group, frame);
        put_names(ctx, file, group, frame);
        put_rows(ctx, file, group, gvc_frame_rows(frame));
        for (gvc_int j = 0; !file->out.failed && j < gvc_frame_columns(frame); j++)
            put_column(ctx, file, group, frame, j);
        H5Gclose(group);
    }
    if (panels >= 0)
        H5Gclose(panels);
    return gvc_out__status(ctx, &file->out);
}

gvc_status gvc_result__add_panel(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                                 const char *name)
{
    gvc_status st;

    if (!*name || strchr(name, '/') || strcmp(name, "..") == 0 || strcmp(name, ".") == 0)
        return gvc_error__set(ctx, GVC_EUSAGE, "\"%s\" cannot be the name of a panel", name);
    gvc_h5__lock();
    st = add_locked(ctx, file, frame, name);
    gvc_h5__unlock();
    return st;
}
