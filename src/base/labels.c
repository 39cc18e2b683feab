#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdatomic.h>
#include <string.h>

struct gvc_labels {
    atomic_int owners;
    gvc_int n, slots;
    const char **codes, **names;
    gvc_int *table; /* open addressing; -1 is empty */
    gvc_arena *arena;
};

static uint64_t hash(const char *code)
{
    uint64_t h = 14695981039346656037u;

    for (; *code; code++)
        h = (h ^ (unsigned char)*code) * 1099511628211u;
    return h;
}

/* The slot that holds `code`, or the empty one where it belongs. */
static gvc_int slot_of(const gvc_labels *labels, const char *code)
{
    gvc_int s = (gvc_int)(hash(code) & (uint64_t)(labels->slots - 1));

    while (labels->table[s] >= 0 && strcmp(labels->codes[labels->table[s]], code) != 0)
        s = (s + 1) & (labels->slots - 1);
    return s;
}

static gvc_status add(gvc_ctx *ctx, gvc_labels *labels, gvc_int i, const char *code,
                      const char *name)
{
    gvc_int s;

    if (!code || !*code)
        return gvc_error__set(ctx, GVC_EDATA, "label %lld is empty", (long long)i + 1);
    s = slot_of(labels, code);
    if (labels->table[s] >= 0)
        return gvc_error__set(ctx, GVC_EDATA, "label \"%s\" stands twice, at %lld and %lld", code,
                              (long long)labels->table[s] + 1, (long long)i + 1);
    labels->codes[i] = gvc_arena__strdup(ctx, labels->arena, code);
    labels->names[i] = gvc_arena__strdup(ctx, labels->arena, name);
    if (!labels->codes[i] || (name && !labels->names[i]))
        return GVC_ENOMEM;
    labels->table[s] = i;
    return GVC_OK;
}

static gvc_status reserve(gvc_ctx *ctx, gvc_labels *labels, gvc_int n)
{
    labels->owners = 1;
    labels->n = n;
    labels->slots = 4;
    while (labels->slots < 2 * n)
        labels->slots *= 2;
    labels->codes = gvc_mem__calloc(ctx, n, sizeof *labels->codes);
    labels->names = gvc_mem__calloc(ctx, n, sizeof *labels->names);
    labels->table = gvc_mem__alloc(ctx, labels->slots, sizeof *labels->table);
    labels->arena = gvc_arena__new(ctx);
    if (!labels->codes || !labels->names || !labels->table || !labels->arena)
        return GVC_ENOMEM;
    for (gvc_int s = 0; s < labels->slots; s++)
        labels->table[s] = -1;
    return GVC_OK;
}

gvc_status gvc_labels__new(gvc_ctx *ctx, gvc_labels **out, gvc_int n, const char *const *codes,
                           const char *const *names)
{
    gvc_labels *labels = gvc_mem__calloc(ctx, 1, sizeof *labels);
    gvc_status st;

    *out = NULL;
    if (!labels)
        return GVC_ENOMEM;
    st = reserve(ctx, labels, n);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        st = add(ctx, labels, i, codes[i], names ? names[i] : NULL);
    if (st != GVC_OK) {
        gvc_labels__free(labels);
        return st;
    }
    *out = labels;
    return GVC_OK;
}

gvc_status gvc_labels__pairs(gvc_ctx *ctx, gvc_labels **out, const gvc_labels *outer,
                             const gvc_labels *inner, const char *last)
{
    const gvc_int pairs = outer->n * inner->n, n = pairs + (last != NULL);
    gvc_arena *arena = gvc_arena__new(ctx);
    const char **codes = gvc_mem__alloc(ctx, n, sizeof *codes);
    gvc_status st = arena && codes ? GVC_OK : GVC_ENOMEM;

    *out = NULL;
    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        codes[i] = i == pairs ? last
                              : gvc_arena__format(ctx, arena, "%s:%s", outer->codes[i / inner->n],
                                                  inner->codes[i % inner->n]);
        st = codes[i] ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, out, n, codes, NULL);
    gvc_mem__free(codes);
    gvc_arena__free(arena);
    return st;
}

gvc_labels *gvc_labels__share(const gvc_labels *labels)
{
    gvc_labels *shared = (gvc_labels *)labels;

    if (shared)
        atomic_fetch_add(&shared->owners, 1);
    return shared;
}

void gvc_labels__free(gvc_labels *labels)
{
    if (!labels || atomic_fetch_sub(&labels->owners, 1) > 1)
        return;
    gvc_mem__free(labels->codes);
    gvc_mem__free(labels->names);
    gvc_mem__free(labels->table);
    gvc_arena__free(labels->arena);
    gvc_mem__free(labels);
}

gvc_int gvc_labels_n(const gvc_labels *labels)
{
    return labels->n;
}

const char *gvc_labels_code(const gvc_labels *labels, gvc_int i)
{
    return labels->codes[i];
}

const char *gvc_labels_name(const gvc_labels *labels, gvc_int i)
{
    return labels->names[i] ? labels->names[i] : labels->codes[i];
}

gvc_int gvc_labels_find(const gvc_labels *labels, const char *code)
{
    return labels->table[slot_of(labels, code)];
}

const char *gvc_labels__nearest(const gvc_labels *labels, const char *code)
{
    return gvc_text__nearest(code, labels->codes, labels->n);
}
