#include "store/result.h"

#include <stdio.h>
#include <string.h>

static gvc_status create_locked(gvc_ctx *ctx, gvc_result_file *file, const char *path, int force,
                                const gvc_attrs *attrs)
{
    gvc_out *out = &file->out;
    gvc_status st = gvc_out__create(ctx, out, path, force);
    char text[64], stamp[32];

    if (st != GVC_OK)
        return st;
    for (gvc_int i = 0; attrs && i < gvc_attrs__n(attrs); i++)
        gvc_out__attr(ctx, out, out->id, gvc_attrs__name(attrs, i), gvc_attrs__text(attrs, i));
    gvc_out__text_attr(out, out->id, "gvc_schema", "results");
    gvc_out__int_attr(out, out->id, "schema_version", 1);
    snprintf(text, sizeof text, "gvc %s", gvc_version());
    gvc_out__text_attr(out, out->id, "created_by", text);
    if (gvc_clock__stamp(stamp))
        gvc_out__text_attr(out, out->id, "created_utc", stamp);
    return gvc_out__status(ctx, out);
}

gvc_status gvc_result__create(gvc_ctx *ctx, gvc_result_file **out, const char *path, int force,
                              const gvc_attrs *attrs)
{
    gvc_result_file *file = gvc_mem__calloc(ctx, 1, sizeof *file);
    const char *kept;
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!file)
        return GVC_ENOMEM;
    file->out.id = H5I_INVALID_HID;
    file->arena = gvc_arena__new(ctx);
    kept = file->arena ? gvc_arena__strdup(ctx, file->arena, path) : NULL;
    if (kept) {
        gvc_h5__lock();
        st = create_locked(ctx, file, kept, force, attrs);
        gvc_h5__unlock();
    }
    if (st != GVC_OK) {
        gvc_result__abort(file);
        return st;
    }
    *out = file;
    return GVC_OK;
}

gvc_status gvc_result__set_attrs(gvc_ctx *ctx, gvc_result_file *file, const gvc_attrs *attrs)
{
    gvc_out *out = &file->out;
    gvc_status st;

    gvc_h5__lock();
    for (gvc_int i = 0; i < gvc_attrs__n(attrs); i++)
        gvc_out__attr(ctx, out, out->id, gvc_attrs__name(attrs, i), gvc_attrs__text(attrs, i));
    st = gvc_out__status(ctx, out);
    gvc_h5__unlock();
    return st;
}

static void forget(gvc_result_file *file)
{
    gvc_result__free_scales(file);
    gvc_arena__free(file->arena);
    gvc_mem__free(file);
}

gvc_status gvc_result__commit(gvc_ctx *ctx, gvc_result_file *file)
{
    gvc_status st;

    gvc_h5__lock();
    gvc_result__drop_parts(file);
    gvc_result__end_scales(file);
    st = gvc_out__commit(ctx, &file->out);
    gvc_h5__unlock();
    forget(file);
    return st;
}

void gvc_result__abort(gvc_result_file *file)
{
    if (!file)
        return;
    gvc_h5__lock();
    gvc_result__drop_parts(file);
    gvc_out__abort(&file->out);
    gvc_h5__unlock();
    forget(file);
}

hid_t gvc_result__path(gvc_result_file *file, hid_t loc, const char *path)
{
    char part[GVC_H5_LABEL + 1];
    hid_t at = H5Gopen2(loc, ".", H5P_DEFAULT);

    while (at >= 0 && *path) {
        const size_t len = strcspn(path, "/");
        hid_t next;

        snprintf(part, sizeof part, "%.*s", (int)len, path);
        next = gvc_out__group(&file->out, at, part);
        H5Gclose(at);
        at = next;
        path += len + (path[len] == '/');
    }
    return at;
}

void gvc_result__attrs(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame)
{
    const gvc_attrs *attrs = gvc_frame__attrs_of(frame);

    for (gvc_int i = 0; i < gvc_attrs__n(attrs); i++)
        gvc_out__attr(ctx, &file->out, group, gvc_attrs__name(attrs, i), gvc_attrs__text(attrs, i));
}

void gvc_result__describe(gvc_result_file *file, hid_t id, const gvc_frame *frame, gvc_int column)
{
    const char *unit = gvc_frame_unit(frame, column);

    gvc_out__text_attr(&file->out, id, "label", gvc_frame_label(frame, column));
    gvc_out__text_attr(&file->out, id, "unit", strcmp(unit, "share") == 0 ? "1" : unit);
    if (gvc_frame_formula(frame, column)[0])
        gvc_out__text_attr(&file->out, id, "definition", gvc_frame_formula(frame, column));
}
