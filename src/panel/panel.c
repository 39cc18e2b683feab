#include "base/mem.h"
#include "base/text.h"
#include "panel/stack.h"

#include <string.h>

static const char *const base_columns[] = { "gout", "va", "yfin", "gexp" };

enum { N_BASE = sizeof base_columns / sizeof base_columns[0] };

static gvc_status keep_options(gvc_ctx *ctx, gvc_panel *panel, const gvc_panel_opts *opts)
{
    while (opts->focus && opts->focus[panel->n_focus])
        panel->n_focus++;
    panel->focus = gvc_mem__calloc(ctx, panel->n_focus, sizeof *panel->focus);
    panel->partners = gvc_mem__calloc(ctx, opts->n_partners, sizeof *panel->partners);
    if (!panel->focus || !panel->partners)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < panel->n_focus; i++) {
        panel->focus[i] = gvc_arena__strdup(ctx, panel->arena, opts->focus[i]);
        if (!panel->focus[i])
            return GVC_ENOMEM;
    }
    for (gvc_int i = 0; i < opts->n_partners; i++)
        panel->partners[i] = opts->partners[i];
    panel->n_partners = opts->n_partners;
    panel->rule = opts->group_rule;
    panel->stack_levels = opts->stack_levels;
    panel->no_row = opts->no_row;
    return GVC_OK;
}

gvc_status gvc_panel_new(gvc_ctx *ctx, gvc_panel **out, const gvc_edition *edition,
                         const gvc_panel_opts *opts)
{
    const gvc_panel_opts none = { 0 };
    gvc_panel *panel = gvc_mem__calloc(ctx, 1, sizeof *panel);
    gvc_status st;

    *out = NULL;
    if (!panel)
        return GVC_ENOMEM;
    panel->edition = edition;
    panel->arena = gvc_arena__new(ctx);
    st = panel->arena ? keep_options(ctx, panel, opts ? opts : &none) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_frames_new(ctx, &panel->frames);
    if (st == GVC_OK)
        st = gvc_frames_new(ctx, &panel->pairs);
    if (st != GVC_OK) {
        gvc_panel_free(panel);
        return st;
    }
    *out = panel;
    return GVC_OK;
}

void gvc_panel_free(gvc_panel *panel)
{
    if (!panel)
        return;
    gvc_frames_free(panel->frames);
    gvc_frames_free(panel->pairs);
    gvc_mem__free(panel->focus);
    gvc_mem__free(panel->partners);
    gvc_arena__free(panel->arena);
    gvc_mem__free(panel);
}

static int is_group_level(const char *level)
{
    return strncmp(level, "group_", 6) == 0;
}

/* Rows of groups come with those of countries; other levels only where the caller stacks. */
static int levels_agree(const char *a, const char *b)
{
    const int a_is_country = is_group_level(a) || strcmp(a, "country") == 0;
    const int b_is_country = is_group_level(b) || strcmp(b, "country") == 0;

    return strcmp(a, b) == 0 || (a_is_country && b_is_country);
}

static gvc_status check_keys(gvc_ctx *ctx, const gvc_frame *frame)
{
    const gvc_int country = gvc_frame_find(frame, "country");

    if (country < 0 || gvc_frame_type(frame, country) != GVC_COLUMN_LABEL)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "a result of level %s has no key country: join it with the keys of "
                              "a panel first",
                              gvc_frame_level(frame));
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (gvc_frame_codes(frame, country)[i] < 0)
            return gvc_error__set(ctx, GVC_EDATA, "row %lld of level %s names no country",
                                  (long long)i + 1, gvc_frame_level(frame));
    return GVC_OK;
}

/* Copy the rows of `frame`, without those of ROW where the panel drops them. */
static gvc_status copy_rows(gvc_ctx *ctx, gvc_frames *to, const gvc_frame *frame, int no_row)
{
    const gvc_int country = gvc_frame_find(frame, "country");
    const gvc_int partner = gvc_frame_find(frame, "partner");
    const gvc_int row = gvc_labels_find(gvc_frame_labels(frame, country), "ROW");
    const gvc_int pair =
        partner < 0 ? -1 : gvc_labels_find(gvc_frame_labels(frame, partner), "ROW");
    gvc_int *rows = gvc_mem__alloc(ctx, gvc_frame_rows(frame), sizeof *rows), n = 0;
    gvc_frame *copy = NULL;
    gvc_status st;

    if (!rows)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (!no_row || ((row < 0 || gvc_frame_codes(frame, country)[i] != row) &&
                        (pair < 0 || gvc_frame_codes(frame, partner)[i] != pair)))
            rows[n++] = i;
    st = gvc_frame__select(ctx, &copy, frame, rows, n);
    gvc_mem__free(rows);
    return st == GVC_OK ? gvc_frames__add(ctx, to, copy) : st;
}

gvc_status gvc_panel_add(gvc_ctx *ctx, gvc_panel *panel, const gvc_frame *frame)
{
    gvc_status st = check_keys(ctx, frame);

    if (st != GVC_OK)
        return st;
    if (gvc_frames_n(panel->frames) > 0 && !panel->stack_levels) {
        const char *level = gvc_frame_level(gvc_frames_get(panel->frames, 0));

        if (!levels_agree(level, gvc_frame_level(frame)))
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "a panel holds one level, and there are %s and %s: choose with "
                                  "--by, or add --stack-levels",
                                  level, gvc_frame_level(frame));
    }
    return copy_rows(ctx, panel->frames, frame, panel->no_row);
}

gvc_status gvc_panel_add_pairs(gvc_ctx *ctx, gvc_panel *panel, const gvc_frame *frame)
{
    const gvc_status st = check_keys(ctx, frame);

    if (st != GVC_OK)
        return st;
    if (gvc_frame_find(frame, "partner") < 0)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "shares of partners need bilateral results, not the level %s",
                              gvc_frame_level(frame));
    return copy_rows(ctx, panel->pairs, frame, 0);
}

/* Fill the last column of the panel with the cells of every frame that has it, and their flags. */
static gvc_status gather_cells(gvc_ctx *ctx, gvc_stack *stack, const gvc_int *columns,
                               double *cells)
{
    const gvc_frames *frames = stack->panel->frames;
    unsigned char *flags = NULL;

    for (gvc_int i = 0; i < stack->rows; i++) {
        const gvc_stack_row *r = &stack->row[i];
        const gvc_frame *from = gvc_frames_get(frames, r->frame);
        const unsigned char *why;

        if (columns[r->frame] < 0)
            continue;
        cells[i] = gvc_frame_reals(from, columns[r->frame])[r->row];
        why = gvc_frame_flags(from, columns[r->frame]);
        if (!why || !why[r->row])
            continue;
        if (!flags)
            flags = gvc_frame__add_flags(ctx, stack->out, gvc_frame_columns(stack->out) - 1);
        if (!flags)
            return GVC_ENOMEM;
        flags[i] = why[r->row];
    }
    return GVC_OK;
}

/* Append the value column `c` of `frame`. */
static gvc_status add_value(gvc_ctx *ctx, gvc_stack *stack, const gvc_frame *frame, gvc_int c)
{
    const gvc_frames *frames = stack->panel->frames;
    const char *name = gvc_frame_name(frame, c);
    const gvc_column_info info = gvc_frame__info(frame, c);
    gvc_int *columns;
    double *cells;
    gvc_status st;

    if (gvc_frame_find(stack->out, name) >= 0)
        return GVC_OK;
    columns = gvc_mem__alloc(ctx, gvc_frames_n(frames), sizeof *columns);
    cells = columns ? gvc_frame__add_real(ctx, stack->out, &info) : NULL;
    for (gvc_int f = 0; cells && f < gvc_frames_n(frames); f++)
        columns[f] = gvc_frame_find(gvc_frames_get(frames, f), name);
    st = cells ? gather_cells(ctx, stack, columns, cells) : GVC_ENOMEM;
    gvc_mem__free(columns);
    return st;
}

static int is_value(const gvc_frame *frame, gvc_int c)
{
    return gvc_frame_role(frame, c) == GVC_ROLE_VALUE;
}

/* Base money first, in its fixed order, then the measures as they were added. */
static gvc_status add_values(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_frames *frames = stack->panel->frames;
    gvc_status st = GVC_OK;

    for (int b = 0; b < N_BASE; b++)
        for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
            const gvc_int c = gvc_frame_find(gvc_frames_get(frames, f), base_columns[b]);

            if (c >= 0 && is_value(gvc_frames_get(frames, f), c))
                st = add_value(ctx, stack, gvc_frames_get(frames, f), c);
        }
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(frame); c++)
            if (is_value(frame, c))
                st = add_value(ctx, stack, frame, c);
    }
    return st;
}

static gvc_status add_attributes(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel *panel = stack->panel;
    gvc_attrs *attrs = gvc_frame__attrs(stack->out);
    gvc_status st = GVC_OK;

    for (gvc_int f = gvc_frames_n(panel->frames) - 1; st == GVC_OK && f >= 0; f--)
        st = gvc_attrs__merge(ctx, attrs, gvc_frame__attrs_of(gvc_frames_get(panel->frames, f)));
    if (st == GVC_OK && panel->n_partners > 0)
        st = panel->rule.time == GVC_GROUP_FIXED
                 ? gvc_attrs__setf(ctx, attrs, "group_rule", "fixed:%d", panel->rule.year)
                 : gvc_attrs__set(ctx, attrs, "group_rule",
                                  panel->rule.time == GVC_GROUP_CURRENT ? "current" : "union");
    for (gvc_int i = 0; st == GVC_OK && i < gvc_codes__n(stack->levels); i++)
        if (strcmp(gvc_codes__code(stack->levels, i), "group_sum") == 0)
            st = gvc_attrs__set(ctx, attrs, "group_rows", "from summed components");
    return st;
}

static gvc_status build(gvc_ctx *ctx, gvc_stack *stack)
{
    const int n_levels = (int)gvc_codes__n(stack->levels);
    const char *level = n_levels == 1 ? gvc_codes__code(stack->levels, 0) : "";
    gvc_status st =
        gvc_frame__new(ctx, &stack->out, GVC_FRAME_INDICES, level, GVC_INT_MISSING, stack->rows);

    if (st == GVC_OK)
        st = add_attributes(ctx, stack);
    if (st == GVC_OK)
        st = gvc_stack__add_keys(ctx, stack);
    if (st == GVC_OK)
        st = gvc_stack__add_dummies(ctx, stack);
    if (st == GVC_OK)
        st = add_values(ctx, stack);
    return st == GVC_OK ? gvc_stack__add_shares(ctx, stack) : st;
}

gvc_status gvc_panel_finish(gvc_ctx *ctx, gvc_frame **out, gvc_panel *panel)
{
    gvc_stack stack;
    gvc_status st;

    *out = NULL;
    if (gvc_frames_n(panel->frames) == 0)
        return gvc_error__set(ctx, GVC_EUSAGE, "the panel is empty: no result was added");
    st = gvc_stack__gather(ctx, &stack, panel);
    if (st == GVC_OK)
        st = build(ctx, &stack);
    if (st == GVC_OK) {
        *out = stack.out;
        stack.out = NULL;
    }
    gvc_stack__free(&stack);
    return st;
}
