#include "store/result.h"

#include <string.h>

/* The codebook of a panel: a small table in the same form, a dataset for each field. */

static void put_field(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_book_field *field,
                      gvc_int rows)
{
    const hsize_t n = (hsize_t)rows;
    hid_t id;

    if (field->texts) {
        gvc_out__texts(ctx, &file->out, group, field->name, field->texts, rows, 0);
        return;
    }
    id = gvc_out__reals(&file->out, group, field->name, field->numbers, 1, &n);
    if (id >= 0)
        H5Dclose(id);
}

static void put_names(gvc_ctx *ctx, gvc_result_file *file, hid_t group,
                      const gvc_book_field *fields, gvc_int n)
{
    const char **names = gvc_mem__alloc(ctx, n, sizeof *names);

    gvc_out__need(&file->out, names);
    for (gvc_int f = 0; names && f < n; f++)
        names[f] = fields[f].name;
    if (names)
        gvc_out__list_attr(&file->out, group, "columns", names, n);
    gvc_mem__free(names);
}

gvc_status gvc_result__add_book(gvc_ctx *ctx, gvc_result_file *file, const char *name,
                                const gvc_book_field *fields, gvc_int n, gvc_int rows)
{
    hid_t books, group;
    gvc_status st;

    gvc_h5__lock();
    books = gvc_result__path(file, file->out.id, "results/codebook");
    group = books >= 0 ? gvc_out__group(&file->out, books, name) : H5I_INVALID_HID;
    if (group >= 0) {
        put_names(ctx, file, group, fields, n);
        for (gvc_int f = 0; !file->out.failed && f < n; f++)
            put_field(ctx, file, group, &fields[f], rows);
        H5Gclose(group);
    }
    if (books >= 0)
        H5Gclose(books);
    st = gvc_out__status(ctx, &file->out);
    gvc_h5__unlock();
    return st;
}
