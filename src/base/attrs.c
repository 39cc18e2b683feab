#include "base/attrs.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct gvc_attrs {
    gvc_int n, room;
    const char **names, **texts;
    gvc_arena *arena;
};

gvc_attrs *gvc_attrs__new(gvc_ctx *ctx)
{
    gvc_attrs *attrs = gvc_mem__calloc(ctx, 1, sizeof *attrs);

    if (!attrs)
        return NULL;
    attrs->arena = gvc_arena__new(ctx);
    if (!attrs->arena) {
        gvc_mem__free(attrs);
        return NULL;
    }
    return attrs;
}

void gvc_attrs__free(gvc_attrs *attrs)
{
    if (!attrs)
        return;
    gvc_mem__free(attrs->names);
    gvc_mem__free(attrs->texts);
    gvc_arena__free(attrs->arena);
    gvc_mem__free(attrs);
}

static gvc_int find(const gvc_attrs *attrs, const char *name)
{
    for (gvc_int i = 0; i < attrs->n; i++)
        if (strcmp(attrs->names[i], name) == 0)
            return i;
    return -1;
}

static gvc_status make_room(gvc_ctx *ctx, gvc_attrs *attrs)
{
    const gvc_int room = attrs->room ? 2 * attrs->room : 16;
    const char **names, **texts;

    if (attrs->n < attrs->room)
        return GVC_OK;
    names = gvc_mem__realloc(ctx, attrs->names, room, sizeof *names);
    if (!names)
        return GVC_ENOMEM;
    attrs->names = names;
    texts = gvc_mem__realloc(ctx, attrs->texts, room, sizeof *texts);
    if (!texts)
        return GVC_ENOMEM;
    attrs->texts = texts;
    attrs->room = room;
    return GVC_OK;
}

static void drop(gvc_attrs *attrs, gvc_int i)
{
    if (i < 0)
        return;
    attrs->n--;
    memmove(attrs->names + i, attrs->names + i + 1, (size_t)(attrs->n - i) * sizeof *attrs->names);
    memmove(attrs->texts + i, attrs->texts + i + 1, (size_t)(attrs->n - i) * sizeof *attrs->texts);
}

gvc_status gvc_attrs__set(gvc_ctx *ctx, gvc_attrs *attrs, const char *name, const char *text)
{
    gvc_int i = find(attrs, name);
    char *copy;

    if (!text) {
        drop(attrs, i);
        return GVC_OK;
    }
    copy = gvc_arena__strdup(ctx, attrs->arena, text);
    if (!copy)
        return GVC_ENOMEM;
    gvc_text__clean(copy);
    if (i < 0) {
        const char *key = gvc_arena__strdup(ctx, attrs->arena, name);

        if (!key || make_room(ctx, attrs) != GVC_OK)
            return GVC_ENOMEM;
        i = attrs->n++;
        attrs->names[i] = key;
    }
    attrs->texts[i] = copy;
    return GVC_OK;
}

gvc_status gvc_attrs__setf(gvc_ctx *ctx, gvc_attrs *attrs, const char *name, const char *fmt, ...)
{
    char text[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return gvc_attrs__set(ctx, attrs, name, text);
}

gvc_status gvc_attrs__merge(gvc_ctx *ctx, gvc_attrs *to, const gvc_attrs *from)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < from->n; i++)
        st = gvc_attrs__set(ctx, to, from->names[i], from->texts[i]);
    return st;
}

gvc_int gvc_attrs__n(const gvc_attrs *attrs)
{
    return attrs->n;
}

const char *gvc_attrs__name(const gvc_attrs *attrs, gvc_int i)
{
    return attrs->names[i];
}

const char *gvc_attrs__text(const gvc_attrs *attrs, gvc_int i)
{
    return attrs->texts[i];
}

const char *gvc_attrs__get(const gvc_attrs *attrs, const char *name)
{
    const gvc_int i = find(attrs, name);

    return i < 0 ? NULL : attrs->texts[i];
}
