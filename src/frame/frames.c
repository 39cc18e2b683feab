#include "frame/frame.h"

#include "base/mem.h"

struct gvc_frames {
    gvc_int n, room;
    gvc_frame **items;
};

gvc_status gvc_frames_new(gvc_ctx *ctx, gvc_frames **out)
{
    *out = gvc_mem__calloc(ctx, 1, sizeof **out);
    return *out ? GVC_OK : GVC_ENOMEM;
}

void gvc_frames_free(gvc_frames *frames)
{
    if (!frames)
        return;
    for (gvc_int i = 0; i < frames->n; i++)
        gvc_frame_free(frames->items[i]);
    gvc_mem__free(frames->items);
    gvc_mem__free(frames);
}

gvc_status gvc_frames__add(gvc_ctx *ctx, gvc_frames *frames, gvc_frame *frame)
{
    if (frames->n == frames->room) {
        const gvc_int room = frames->room ? 2 * frames->room : 8;
        gvc_frame **items = gvc_mem__realloc(ctx, frames->items, room, sizeof *items);

        if (!items) {
            gvc_frame_free(frame);
            return GVC_ENOMEM;
        }
        frames->items = items;
        frames->room = room;
    }
    frames->items[frames->n++] = frame;
    return GVC_OK;
}

gvc_frame *gvc_frames__take(gvc_frames *frames, gvc_int i)
{
    gvc_frame *frame = frames->items[i];

    frames->items[i] = NULL;
    return frame;
}

gvc_int gvc_frames_n(const gvc_frames *frames)
{
    return frames->n;
}

const gvc_frame *gvc_frames_get(const gvc_frames *frames, gvc_int i)
{
    return frames->items[i];
}
