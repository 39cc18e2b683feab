#include "write/dictionary.h"

#include "base/mem.h"

#include <string.h>

int32_t gvc_dictionary__number(gvc_ctx *ctx, gvc_dictionary *d, gvc_arena *arena, const char *code,
                               const char *name)
{
    for (gvc_int i = 0; i < d->n; i++)
        if (strcmp(d->codes[i], code) == 0)
            return (int32_t)i;
    if (d->n == d->room) {
        const gvc_int room = d->room ? 2 * d->room : 16;
        const char **codes = gvc_mem__realloc(ctx, d->codes, room, sizeof *codes), **names;

        if (!codes)
            return -1;
        d->codes = codes;
        names = gvc_mem__realloc(ctx, d->names, room, sizeof *names);
        if (!names)
            return -1;
        d->names = names;
        d->room = room;
    }
    d->codes[d->n] = gvc_arena__strdup(ctx, arena, code);
    d->names[d->n] = gvc_arena__strdup(ctx, arena, name);
    return d->codes[d->n] && d->names[d->n] ? (int32_t)d->n++ : -1;
}

gvc_status gvc_dictionary__map(gvc_ctx *ctx, gvc_dictionary *d, gvc_arena *arena,
                               const gvc_labels *labels)
{
    const gvc_int n = gvc_labels_n(labels);

    if (d->seen == labels)
        return GVC_OK;
    gvc_mem__free(d->map);
    gvc_labels__free(d->seen);
    d->seen = NULL;
    d->map = gvc_mem__alloc(ctx, n, sizeof *d->map);
    if (!d->map)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < n; i++) {
        d->map[i] = gvc_dictionary__number(ctx, d, arena, gvc_labels_code(labels, i),
                                           gvc_labels_name(labels, i));
        if (d->map[i] < 0)
            return GVC_ENOMEM;
    }
    d->seen = gvc_labels__share(labels);
    return GVC_OK;
}

void gvc_dictionary__clear(gvc_dictionary *d)
{
    gvc_labels__free(d->seen);
    gvc_mem__free(d->map);
    gvc_mem__free(d->codes);
    gvc_mem__free(d->names);
}
