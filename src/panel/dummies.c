#include "panel/stack.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 33, LABEL_ROOM = 81, BRI_BEGAN = 2013 };

/* The value of one dummy in one row: country `code`, calendar `year` (GVC_INT_MISSING: none). */
typedef int32_t (*dummy_fn)(const gvc_panel *panel, const void *of, const char *code, int year);

static gvc_status add(gvc_ctx *ctx, gvc_stack *stack, const char *name, const char *label,
                      dummy_fn fn, const void *of)
{
    const gvc_column_info info = { .name = name, .label = label };
    int32_t *cells = gvc_frame__add_int(ctx, stack->out, GVC_ROLE_ID, &info);

    if (!cells)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < stack->rows; i++) {
        const gvc_stack_row *r = &stack->row[i];
        const char *code = gvc_codes__code(stack->countries, r->country);

        /* Membership says nothing about the rest of the world, the world or a group. */
        if (gvc_panel__unit(stack->panel, code) == GVC_UNIT_COUNTRY)
            cells[i] = fn(stack->panel, of, code, r->year);
    }
    return GVC_OK;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

static int32_t is_focus(const gvc_panel *panel, const void *of, const char *code, int year)
{
    (void)panel;
    (void)year;
    return strcmp(of, code) == 0;
}

/* Without a year every member counts who ever was one. */
static int32_t is_member(const gvc_panel *panel, const void *of, const char *code, int year)
{
    const gvc_group *group = of;

    (void)panel;
    for (gvc_int i = 0; i < gvc_group_n(group); i++) {
        const int from = gvc_group_from(group, i), to = gvc_group_to(group, i);

        if (strcmp(gvc_group_member(group, i), code) == 0 &&
            (year == GVC_INT_MISSING || (from <= year && (to == 0 || year < to))))
            return 1;
    }
    return 0;
}

/* Who began it is no member, unless the panel says so. */
static int is_initiator(const gvc_panel *panel, const char *code)
{
    return panel->opts.with_initiator && strcmp(code, "CHN") == 0;
}

static int32_t bri65(const gvc_panel *panel, const void *of, const char *code, int year)
{
    (void)of;
    (void)year;
    return is_initiator(panel, code) || gvc_bri_along65(code);
}

/* First year of membership and first year after it (0: open); 0 where there is none. */
static int signed_in(const gvc_panel *panel, const char *code, int *from, int *to)
{
    *from = BRI_BEGAN;
    *to = 0;
    return is_initiator(panel, code) || gvc_bri_year(code, from, to);
}

static int32_t bri_mou(const gvc_panel *panel, const void *of, const char *code, int year)
{
    int from, to;

    (void)of;
    if (year == GVC_INT_MISSING)
        return GVC_INT_MISSING;
    return signed_in(panel, code, &from, &to) && from + !!panel->opts.bri_from_next <= year &&
           (to == 0 || year < to);
}

static int32_t bri_year(const gvc_panel *panel, const void *of, const char *code, int year)
{
    int from, to;

    (void)of;
    (void)year;
    return signed_in(panel, code, &from, &to) ? from : GVC_INT_MISSING;
}

static int32_t bri_rel(const gvc_panel *panel, const void *of, const char *code, int year)
{
    const int32_t from = bri_year(panel, of, code, year);

    return from == GVC_INT_MISSING || year == GVC_INT_MISSING ? GVC_INT_MISSING : year - from;
}

static int bri_start(const gvc_panel *panel)
{
    return panel->opts.bri_start ? panel->opts.bri_start : BRI_BEGAN;
}

static int32_t bri_post(const gvc_panel *panel, const void *of, const char *code, int year)
{
    if (year == GVC_INT_MISSING)
        return GVC_INT_MISSING;
    return bri65(panel, of, code, year) && year >= bri_start(panel);
}

static gvc_status add_bri(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel_opts *opts = &stack->panel->opts;
    const char *china = opts->with_initiator ? ", and China" : "";
    char post[NAME_ROOM], labels[3][LABEL_ROOM];
    const struct {
        const char *name, *label;
        dummy_fn fn;
    } dummies[] = {
        { "bri65", labels[0], bri65 },
        { "bri_mou", labels[1], bri_mou },
        { "bri_year", "Year the Belt and Road document was signed; missing: never", bri_year },
        { "bri_rel", "Year minus bri_year; missing: never signed", bri_rel },
        { post, labels[2], bri_post },
    };
    gvc_status st = GVC_OK;

    snprintf(post, sizeof post, "bri_post%02d", bri_start(stack->panel) % 100);
    snprintf(labels[0], LABEL_ROOM, "1: one of 65 countries along the Belt and Road (fixed list)%s",
             china);
    snprintf(labels[1], LABEL_ROOM,
             "1: Belt and Road document signed%s, until the year before leaving",
             opts->bri_from_next ? " earlier" : "");
    snprintf(labels[2], LABEL_ROOM, "bri65 from %d on", bri_start(stack->panel));
    for (size_t i = 0; st == GVC_OK && i < sizeof dummies / sizeof *dummies; i++)
        st = add(ctx, stack, dummies[i].name, dummies[i].label, dummies[i].fn, NULL);
    return st;
}

static gvc_status add_focus(gvc_ctx *ctx, gvc_stack *stack, const char *code)
{
    char name[NAME_ROOM], label[LABEL_ROOM];

    if (snprintf(name, sizeof name, "%s", code) >= NAME_ROOM || *name == '\0')
        return gvc_error__set(ctx, GVC_EUSAGE, "%s is no country code to focus on", code);
    lower(name);
    snprintf(label, sizeof label, "1: %s", code);
    return add(ctx, stack, name, label, is_focus, code);
}

static gvc_status add_group(gvc_ctx *ctx, gvc_stack *stack, const gvc_group *group)
{
    char name[NAME_ROOM], label[LABEL_ROOM];

    if (snprintf(name, sizeof name, "in_%s", gvc_group_name(group)) >= NAME_ROOM)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "the group name %s is too long for a column: use up to 29 characters",
                              gvc_group_name(group));
    lower(name);
    snprintf(label, sizeof label, "1: member of %s in the year (by its dates)",
             gvc_group_name(group));
    if (gvc_frame_find(stack->out, name) >= 0)
        return GVC_OK;
    return add(ctx, stack, name, label, is_member, group);
}

/* How many members by the rule the table lacks: in the rows of the group, and there alone. */
static gvc_status add_lacking(gvc_ctx *ctx, gvc_stack *stack, const gvc_group *group)
{
    const gvc_panel *panel = stack->panel;
    char name[NAME_ROOM], label[LABEL_ROOM];
    const gvc_column_info info = { .name = name, .label = label };
    unsigned char *member;
    int32_t *cells;

    if (snprintf(name, sizeof name, "%s_n_missing", gvc_group_name(group)) >= NAME_ROOM)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "the group name %s is too long for a column: use up to 22 characters",
                              gvc_group_name(group));
    lower(name);
    snprintf(label, sizeof label, "Members of %s that the table lacks (inside ROW)",
             gvc_group_name(group));
    cells = gvc_frame__add_int(ctx, stack->out, GVC_ROLE_ID, &info);
    for (gvc_int i = 0; cells && i < stack->rows; i++) {
        const gvc_edition *edition = gvc_stack__edition(stack, &stack->row[i]);
        gvc_int lacking = 0;

        if (!gvc_stack__names(stack, i, gvc_group_name(group)))
            continue;
        member = gvc_mem__alloc(ctx, gvc_labels_n(gvc_edition_countries(edition)), 1);
        if (!member)
            return GVC_ENOMEM;
        gvc_group_members(group, edition, stack->row[i].year, panel->opts.group_rule, member,
                          &lacking);
        gvc_mem__free(member);
        cells[i] = (int32_t)lacking;
    }
    return cells ? GVC_OK : GVC_ENOMEM;
}

int gvc_stack__names(const gvc_stack *stack, gvc_int i, const char *code)
{
    const gvc_stack_row *r = &stack->row[i];

    return strcmp(gvc_codes__code(stack->countries, r->country), code) == 0 ||
           (r->partner >= 0 && strcmp(gvc_codes__code(stack->countries, r->partner), code) == 0);
}

gvc_int gvc_stack__find_lacking(const gvc_frame *out, const char *group)
{
    char name[NAME_ROOM];

    snprintf(name, sizeof name, "%s_n_missing", group);
    lower(name);
    return gvc_frame_find(out, name);
}

static int has_group_rows(const gvc_stack *stack)
{
    for (gvc_int i = 0; i < gvc_codes__n(stack->levels); i++)
        if (strstr(gvc_codes__code(stack->levels, i), "group"))
            return 1;
    return 0;
}

static int wants_bri(const gvc_panel *panel)
{
    for (gvc_int i = 0; i < panel->opts.n_partners; i++)
        if (strcmp(gvc_group_name(panel->opts.partners[i]), "BRI") == 0 ||
            strcmp(gvc_group_name(panel->opts.partners[i]), "BRI_ALONG65") == 0)
            return 1;
    return 0;
}

gvc_status gvc_stack__add_dummies(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel *panel = stack->panel;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < panel->n_focus; i++)
        st = add_focus(ctx, stack, panel->opts.focus[i]);
    for (gvc_int i = 0; st == GVC_OK && i < panel->opts.n_partners; i++)
        st = add_group(ctx, stack, panel->opts.partners[i]);
    if (st == GVC_OK && wants_bri(panel))
        st = add_bri(ctx, stack);
    for (gvc_int i = 0; st == GVC_OK && has_group_rows(stack) && i < panel->opts.n_partners; i++)
        st = add_lacking(ctx, stack, panel->opts.partners[i]);
    return st;
}
