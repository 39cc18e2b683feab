#include "panel/stack.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_ROOM = 33, LABEL_ROOM = 81, BRI_START = 2013 };

/* The value of one dummy in one row: country `code`, calendar `year` (GVC_INT_MISSING: none). */
typedef int32_t (*dummy_fn)(const void *of, const char *code, int year);

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
        const gvc_panel_unit unit = gvc_panel__unit(stack->panel->edition, code);

        /* Membership says nothing about the rest of the world, the world or a group. */
        if (unit == GVC_UNIT_COUNTRY)
            cells[i] = fn(of, code, r->year);
    }
    return GVC_OK;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

static int32_t is_focus(const void *of, const char *code, int year)
{
    (void)year;
    return strcmp(of, code) == 0;
}

/* Without a year every member counts who ever was one. */
static int32_t is_member(const void *of, const char *code, int year)
{
    const gvc_group *group = of;

    for (gvc_int i = 0; i < gvc_group_n(group); i++) {
        const int from = gvc_group_from(group, i), to = gvc_group_to(group, i);

        if (strcmp(gvc_group_member(group, i), code) == 0 &&
            (year == GVC_INT_MISSING || (from <= year && (to == 0 || year < to))))
            return 1;
    }
    return 0;
}

static int32_t bri65(const void *of, const char *code, int year)
{
    (void)of;
    (void)year;
    return gvc_bri_along65(code) != 0;
}

static int32_t bri_mou(const void *of, const char *code, int year)
{
    int from, to;

    (void)of;
    if (year == GVC_INT_MISSING)
        return GVC_INT_MISSING;
    return gvc_bri_year(code, &from, &to) && from <= year && (to == 0 || year < to);
}

static int32_t bri_year(const void *of, const char *code, int year)
{
    int from;

    (void)of;
    (void)year;
    return gvc_bri_year(code, &from, NULL) ? from : GVC_INT_MISSING;
}

static int32_t bri_rel(const void *of, const char *code, int year)
{
    const int32_t from = bri_year(of, code, year);

    return from == GVC_INT_MISSING || year == GVC_INT_MISSING ? GVC_INT_MISSING : year - from;
}

static int32_t bri_post13(const void *of, const char *code, int year)
{
    if (year == GVC_INT_MISSING)
        return GVC_INT_MISSING;
    return bri65(of, code, year) && year >= BRI_START;
}

static const struct {
    const char *name, *label;
    dummy_fn fn;
} bri_dummies[] = {
    { "bri65", "1: among the 65 countries along the Belt and Road routes (fixed list)", bri65 },
    { "bri_mou", "1: Belt and Road document signed, until the year before leaving", bri_mou },
    { "bri_year", "Year the Belt and Road document was signed; missing: never", bri_year },
    { "bri_rel", "Year minus bri_year; missing: never signed", bri_rel },
    { "bri_post13", "bri65 from 2013 on", bri_post13 },
};

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

static int wants_bri(const gvc_panel *panel)
{
    for (gvc_int i = 0; i < panel->n_partners; i++)
        if (strcmp(gvc_group_name(panel->partners[i]), "BRI") == 0 ||
            strcmp(gvc_group_name(panel->partners[i]), "BRI_ALONG65") == 0)
            return 1;
    return 0;
}

gvc_status gvc_stack__add_dummies(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel *panel = stack->panel;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < panel->n_focus; i++)
        st = add_focus(ctx, stack, panel->focus[i]);
    for (gvc_int i = 0; st == GVC_OK && i < panel->n_partners; i++)
        st = add_group(ctx, stack, panel->partners[i]);
    for (size_t i = 0; wants_bri(panel) && i < sizeof bri_dummies / sizeof bri_dummies[0]; i++)
        if (st == GVC_OK)
            st =
                add(ctx, stack, bri_dummies[i].name, bri_dummies[i].label, bri_dummies[i].fn, NULL);
    return st;
}
