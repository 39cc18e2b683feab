#include "panel/codes.h"

#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

struct gvc_codes {
    gvc_arena *arena;
    gvc_int n, room;
    const char **codes, **names;
};

gvc_status gvc_codes__new(gvc_ctx *ctx, gvc_codes **out)
{
    gvc_codes *codes = gvc_mem__calloc(ctx, 1, sizeof *codes);

    *out = NULL;
    if (!codes)
        return GVC_ENOMEM;
    codes->arena = gvc_arena__new(ctx);
    if (!codes->arena) {
        gvc_mem__free(codes);
        return GVC_ENOMEM;
    }
    *out = codes;
    return GVC_OK;
}

void gvc_codes__free(gvc_codes *codes)
{
    if (!codes)
        return;
    gvc_mem__free(codes->codes);
    gvc_mem__free(codes->names);
    gvc_arena__free(codes->arena);
    gvc_mem__free(codes);
}

static int make_room(gvc_ctx *ctx, gvc_codes *codes)
{
    const gvc_int room = codes->room ? 2 * codes->room : 64;
    const char **more;

    if (codes->n < codes->room)
        return 1;
    more = gvc_mem__realloc(ctx, codes->codes, room, sizeof *more);
    if (!more)
        return 0;
    codes->codes = more;
    more = gvc_mem__realloc(ctx, codes->names, room, sizeof *more);
    if (!more)
        return 0;
    codes->names = more;
    codes->room = room;
    return 1;
}

gvc_int gvc_codes__add(gvc_ctx *ctx, gvc_codes *codes, const char *code, const char *name)
{
    for (gvc_int i = 0; i < codes->n; i++)
        if (strcmp(codes->codes[i], code) == 0)
            return i;
    if (!make_room(ctx, codes))
        return -1;
    codes->codes[codes->n] = gvc_arena__strdup(ctx, codes->arena, code);
    codes->names[codes->n] = gvc_arena__strdup(ctx, codes->arena, name ? name : code);
    if (!codes->codes[codes->n] || !codes->names[codes->n])
        return -1;
    return codes->n++;
}

gvc_int gvc_codes__n(const gvc_codes *codes)
{
    return codes->n;
}

const char *gvc_codes__code(const gvc_codes *codes, gvc_int i)
{
    return codes->codes[i];
}

const char *gvc_codes__name(const gvc_codes *codes, gvc_int i)
{
    return codes->names[i];
}

gvc_status gvc_codes__merge(gvc_ctx *ctx, gvc_codes *codes, const gvc_labels *labels, int32_t *map)
{
    for (gvc_int i = 0; i < gvc_labels_n(labels); i++) {
        const gvc_int at =
            gvc_codes__add(ctx, codes, gvc_labels_code(labels, i), gvc_labels_name(labels, i));

        if (at < 0)
            return GVC_ENOMEM;
        map[i] = (int32_t)at;
    }
    return GVC_OK;
}

gvc_status gvc_codes__labels(gvc_ctx *ctx, gvc_labels **out, const gvc_codes *codes)
{
    return gvc_labels__new(ctx, out, codes->n, codes->codes, codes->names);
}
