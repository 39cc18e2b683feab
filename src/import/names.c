#include "import/names.h"

#include <string.h>

struct gvc_names {
    const char **texts;
    gvc_int n, room;
    gvc_int *slots; /* number + 1, 0 = free; twice the room, a power of two */
    gvc_arena *arena;
};

gvc_names *gvc_names__new(gvc_ctx *ctx)
{
    gvc_names *names = gvc_mem__calloc(ctx, 1, sizeof *names);

    if (!names)
        return NULL;
    names->room = 64;
    names->arena = gvc_arena__new(ctx);
    names->texts = gvc_mem__alloc(ctx, names->room, sizeof *names->texts);
    names->slots = gvc_mem__calloc(ctx, 2 * names->room, sizeof *names->slots);
    if (names->arena && names->texts && names->slots)
        return names;
    gvc_names__free(names);
    return NULL;
}

void gvc_names__free(gvc_names *names)
{
    if (!names)
        return;
    gvc_mem__free(names->texts);
    gvc_mem__free(names->slots);
    gvc_arena__free(names->arena);
    gvc_mem__free(names);
}

gvc_int gvc_names__n(const gvc_names *names)
{
    return names->n;
}

const char *gvc_names__get(const gvc_names *names, gvc_int i)
{
    return names->texts[i];
}

const char *const *gvc_names__all(const gvc_names *names)
{
    return names->texts;
}

/* FNV-1a. */
static uint64_t hash(const char *text, gvc_int len)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (gvc_int i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
    return h ^ (h >> 29);
}

/* The slot that holds the text, or the free one where it belongs. */
static gvc_int *slot_of(const gvc_names *names, const char *text, gvc_int len)
{
    const uint64_t mask = (uint64_t)(2 * names->room - 1);
    uint64_t at = hash(text, len) & mask;

    for (;; at = (at + 1) & mask) {
        const gvc_int i = names->slots[at] - 1;

        if (i < 0 || (strncmp(names->texts[i], text, (size_t)len) == 0 && !names->texts[i][len]))
            return &names->slots[at];
    }
}

gvc_int gvc_names__find(const gvc_names *names, const char *text, gvc_int len)
{
    return *slot_of(names, text, len) - 1;
}

static int grow(gvc_ctx *ctx, gvc_names *names)
{
    const gvc_int room = 2 * names->room;
    const char **texts = gvc_mem__realloc(ctx, names->texts, room, sizeof *texts);
    gvc_int *slots = gvc_mem__calloc(ctx, 2 * room, sizeof *slots);

    names->texts = texts ? texts : names->texts;
    if (!texts || !slots) {
        gvc_mem__free(slots);
        return 0;
    }
    gvc_mem__free(names->slots);
    names->slots = slots;
    names->room = room;
    for (gvc_int i = 0; i < names->n; i++)
        *slot_of(names, texts[i], (gvc_int)strlen(texts[i])) = i + 1;
    return 1;
}

gvc_int gvc_names__add(gvc_ctx *ctx, gvc_names *names, const char *text, gvc_int len)
{
    const gvc_int found = gvc_names__find(names, text, len);
    char *copy;

    if (found >= 0)
        return found;
    if (names->n == names->room && !grow(ctx, names))
        return -1;
    copy = gvc_arena__copy(ctx, names->arena, text, len);
    if (!copy)
        return -1;
    names->texts[names->n] = copy;
    *slot_of(names, text, len) = names->n + 1;
    return names->n++;
}
