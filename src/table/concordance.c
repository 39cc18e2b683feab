#include "table/concordance.h"

#include "base/file.h"

#include <string.h>

struct gvc_concordance {
    gvc_labels *targets;
    gvc_int n, *target;
    const char *name;
    gvc_arena *arena;
};

static gvc_status new_draft(gvc_ctx *ctx, gvc_concordance_draft *draft, gvc_int n)
{
    draft->n = n;
    draft->code = gvc_mem__calloc(ctx, n, sizeof *draft->code);
    draft->name = gvc_mem__calloc(ctx, n, sizeof *draft->name);
    draft->order = gvc_mem__calloc(ctx, n, sizeof *draft->order);
    draft->arena = gvc_arena__new(ctx);
    return draft->code && draft->name && draft->order && draft->arena ? GVC_OK : GVC_ENOMEM;
}

static void free_draft(gvc_concordance_draft *draft)
{
    gvc_mem__free(draft->code);
    gvc_mem__free(draft->name);
    gvc_mem__free(draft->order);
    gvc_arena__free(draft->arena);
}

gvc_status gvc_concordance__missing(gvc_ctx *ctx, const char **text,
                                    const gvc_concordance_draft *draft, const gvc_labels *labels)
{
    enum { SHOWN = 5 };
    gvc_buf list = { 0 };
    gvc_int n = 0;

    *text = NULL;
    for (gvc_int i = 0; i < draft->n; i++) {
        if (draft->code[i])
            continue;
        if (n < SHOWN)
            gvc_buf__printf(ctx, &list, "%s%s", n ? ", " : "", gvc_labels_code(labels, i));
        n++;
    }
    if (n > SHOWN)
        gvc_buf__printf(ctx, &list, " and %lld more", (long long)(n - SHOWN));
    if (n > 0)
        *text = list.failed ? NULL : gvc_arena__strdup(ctx, draft->arena, gvc_buf__text(&list));
    gvc_buf__free(&list);
    return n == 0 || *text ? GVC_OK : GVC_ENOMEM;
}

/* The members of a group become one country, all the others stay. */
static gvc_status from_group(gvc_ctx *ctx, gvc_concordance_draft *draft, const gvc_group *group,
                             const gvc_edition *edition)
{
    const gvc_group_rule rule = { .time = GVC_GROUP_UNION };
    unsigned char *member = gvc_mem__alloc(ctx, draft->n, 1);

    if (!member)
        return GVC_ENOMEM;
    if (gvc_group_members(group, edition, GVC_INT_MISSING, rule, member, NULL) == 0) {
        gvc_mem__free(member);
        return gvc_error__set(ctx, GVC_ELABEL, "group %s has no members in this table",
                              gvc_group_name(group));
    }
    for (gvc_int c = 0; c < draft->n; c++) {
        draft->code[c] = member[c] ? group->name : gvc_labels_code(edition->countries, c);
        draft->name[c] = member[c] ? group->note : gvc_labels_name(edition->countries, c);
    }
    gvc_mem__free(member);
    return GVC_OK;
}

static gvc_status refuse_name(gvc_ctx *ctx, const char *map, gvc_concordance_side side)
{
    const char *names[16] = { NULL };
    const char *near;
    gvc_buf list = { 0 };
    gvc_status st;
    gvc_int n = 0;

    for (; n < 16 && gvc_concordance_builtin(n); n++) {
        names[n] = gvc_concordance_builtin(n);
        gvc_buf__printf(ctx, &list, "%s%s", n ? ", " : "", names[n]);
    }
    near = gvc_text__nearest(map, names, n);
    if (side == GVC_CONCORDANCE_COUNTRIES)
        st = gvc_error__set(ctx, GVC_EIO, "%s: no such file, and no group of that name", map);
    else
        st = gvc_error__set(
            ctx, GVC_EIO, "%s: no such file, and no concordance of that name%s%s%s (there are: %s)",
            map, near ? "; did you mean " : "", near ? near : "", near ? "?" : "",
            gvc_buf__text(&list));
    gvc_buf__free(&list);
    return st;
}

static gvc_status fill(gvc_ctx *ctx, gvc_concordance_draft *draft, const char *map,
                       const gvc_edition *edition, gvc_concordance_side side)
{
    const gvc_group *group = NULL;

    if (side == GVC_CONCORDANCE_SECTORS && gvc_concordance__is_builtin(map))
        return gvc_concordance__builtin(ctx, draft, map, edition);
    if (side == GVC_CONCORDANCE_COUNTRIES)
        group = gvc_group_find(edition, map);
    if (group)
        return from_group(ctx, draft, group, edition);
    if (!gvc_file__exists(map))
        return refuse_name(ctx, map, side);
    return gvc_concordance__file(ctx, draft, map, edition, side);
}

/* leader[t] := the first label of target t, targets in order of `order`, then of their leaders. */
static gvc_int find_leaders(const gvc_concordance_draft *draft, gvc_int *leader)
{
    gvc_int n = 0;

    for (gvc_int i = 0; i < draft->n; i++) {
        gvc_int t = 0, at;

        while (t < n && strcmp(draft->code[leader[t]], draft->code[i]) != 0)
            t++;
        if (t < n)
            continue;
        for (at = n++; at > 0 && draft->order[leader[at - 1]] > draft->order[i]; at--)
            leader[at] = leader[at - 1];
        leader[at] = i;
    }
    return n;
}

static gvc_status settle(gvc_ctx *ctx, gvc_concordance *c, const gvc_concordance_draft *draft)
{
    gvc_int *leader = gvc_mem__alloc(ctx, draft->n, sizeof *leader);
    const char **codes = gvc_mem__alloc(ctx, draft->n, sizeof *codes);
    const char **names = gvc_mem__alloc(ctx, draft->n, sizeof *names);
    gvc_status st = leader && codes && names ? GVC_OK : GVC_ENOMEM;
    gvc_int n = 0;

    if (st == GVC_OK)
        n = find_leaders(draft, leader);
    for (gvc_int t = 0; t < n; t++) {
        codes[t] = draft->code[leader[t]];
        names[t] = draft->name[leader[t]];
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &c->targets, n, codes, names);
    for (gvc_int i = 0; st == GVC_OK && i < draft->n; i++)
        c->target[i] = gvc_labels_find(c->targets, draft->code[i]);
    gvc_mem__free(leader);
    gvc_mem__free(codes);
    gvc_mem__free(names);
    return st;
}

gvc_status gvc_concordance_read(gvc_ctx *ctx, gvc_concordance **out, const char *map,
                                const gvc_edition *edition, gvc_concordance_side side)
{
    const gvc_labels *labels =
        side == GVC_CONCORDANCE_COUNTRIES ? edition->countries : edition->sectors;
    gvc_concordance *c = gvc_mem__calloc(ctx, 1, sizeof *c);
    gvc_concordance_draft draft = { 0 };
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!c)
        return GVC_ENOMEM;
    c->n = gvc_labels_n(labels);
    c->target = gvc_mem__calloc(ctx, c->n, sizeof *c->target);
    c->arena = gvc_arena__new(ctx);
    if (c->target && c->arena)
        c->name = gvc_arena__strdup(ctx, c->arena, map);
    if (c->name)
        st = new_draft(ctx, &draft, c->n);
    if (st == GVC_OK)
        st = fill(ctx, &draft, map, edition, side);
    if (st == GVC_OK)
        st = settle(ctx, c, &draft);
    free_draft(&draft);
    if (st != GVC_OK) {
        gvc_concordance_free(c);
        return st;
    }
    *out = c;
    return GVC_OK;
}

const gvc_labels *gvc_concordance_targets(const gvc_concordance *concordance)
{
    return concordance->targets;
}

gvc_int gvc_concordance_of(const gvc_concordance *concordance, gvc_int i)
{
    return concordance->target[i];
}

gvc_int gvc_concordance_n(const gvc_concordance *concordance)
{
    return concordance->n;
}

const char *gvc_concordance_name(const gvc_concordance *concordance)
{
    return concordance->name;
}

void gvc_concordance_free(gvc_concordance *concordance)
{
    if (!concordance)
        return;
    gvc_labels__free(concordance->targets);
    gvc_mem__free(concordance->target);
    gvc_arena__free(concordance->arena);
    gvc_mem__free(concordance);
}
