#include "frame/frame.h"

#include <string.h>

static int is_named(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return 1;
    return 0;
}

gvc_status gvc_frame_pick(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *frame,
                          const char *const *names)
{
    gvc_frame *some = NULL;
    gvc_status st = gvc_frame__new(ctx, &some, gvc_frame_get_kind(frame), gvc_frame_level(frame),
                                   gvc_frame_year(frame), gvc_frame_rows(frame));

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, gvc_frame__attrs(some), gvc_frame__attrs_of(frame));
    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(frame); j++)
        if (gvc_frame_role(frame, j) != GVC_ROLE_VALUE || is_named(names, gvc_frame_name(frame, j)))
            st = gvc_frame__copy_column(ctx, some, frame, j, NULL);
    if (st != GVC_OK) {
        gvc_frame_free(some);
        return st;
    }
    *out = some;
    return GVC_OK;
}
