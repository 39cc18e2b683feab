#include "base/mem.h"
#include "base/text.h"
#include "panel/stack.h"

#include <math.h>
#include <string.h>

static gvc_status keep_options(gvc_ctx *ctx, gvc_panel *panel, const gvc_panel_opts *opts)
{
    const char **focus;
    const gvc_group **partners;

    panel->opts = *opts;
    panel->opts.focus = NULL;
    panel->opts.partners = NULL;
    while (opts->focus && opts->focus[panel->n_focus])
        panel->n_focus++;
    focus = gvc_mem__calloc(ctx, panel->n_focus + 1, sizeof *focus);
    panel->opts.focus = focus;
    partners = gvc_mem__calloc(ctx, opts->n_partners, sizeof *partners);
    panel->opts.partners = partners;
    if (!focus || !partners)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < panel->n_focus; i++) {
        focus[i] = gvc_arena__strdup(ctx, panel->arena, opts->focus[i]);
        if (!focus[i])
            return GVC_ENOMEM;
    }
    for (gvc_int i = 0; i < opts->n_partners; i++)
        partners[i] = opts->partners[i];
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
    opts = opts ? opts : &none;
    panel->arena = gvc_arena__new(ctx);
    st = panel->arena ? keep_options(ctx, panel, opts) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_panel_add_source(ctx, panel, edition, opts->name);
    if (st == GVC_OK)
        st = gvc_frames_new(ctx, &panel->frames.list);
    if (st == GVC_OK)
        st = gvc_frames_new(ctx, &panel->pairs.list);
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
    gvc_frames_free(panel->frames.list);
    gvc_frames_free(panel->pairs.list);
    gvc_mem__free(panel->frames.source);
    gvc_mem__free(panel->pairs.source);
    gvc_mem__free(panel->sources);
    gvc_mem__free((void *)panel->opts.focus);
    gvc_mem__free((void *)panel->opts.partners);
    gvc_arena__free(panel->arena);
    gvc_mem__free(panel);
}

static int is_group_level(const char *level)
{
    return strncmp(level, "group_", 6) == 0;
}

static int ends_in(const char *level, const char *suffix)
{
    const size_t n = strlen(level), k = strlen(suffix);

    return n > k && strcmp(level + n - k, suffix) == 0;
}

int gvc_panel__is_pooled(const gvc_frame *frame)
{
    return ends_in(gvc_frame_level(frame), "_group");
}

int gvc_panel__is_pool(const gvc_frame *frame)
{
    return ends_in(gvc_frame_level(frame), "_pool");
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

/* Which rows a panel leaves out: those of ROW, pairs of a country with itself, codes of a list and
 * all but those of another. */
typedef struct rejects {
    int row, own;
    const char *const *only, *const *without;
} rejects;

static int is_listed(const char *const *list, const char *code)
{
    for (; *list; list++)
        if (strcmp(*list, code) == 0)
            return 1;
    return 0;
}

static int is_code(const gvc_frame *frame, gvc_int column, gvc_int i, const char *code)
{
    const int32_t at = column < 0 ? -1 : gvc_frame_codes(frame, column)[i];

    return at >= 0 && strcmp(gvc_labels_code(gvc_frame_labels(frame, column), at), code) == 0;
}

static int is_out(const rejects *out, const gvc_frame *frame, gvc_int country, gvc_int partner,
                  gvc_int i)
{
    const char *code =
        gvc_labels_code(gvc_frame_labels(frame, country), gvc_frame_codes(frame, country)[i]);

    if (out->row && (strcmp(code, "ROW") == 0 || is_code(frame, partner, i, "ROW")))
        return 1;
    if ((out->only && !is_listed(out->only, code)) ||
        (out->without && is_listed(out->without, code)))
        return 1;
    for (const char *const *name = out->without; name && *name; name++)
        if (is_code(frame, partner, i, *name))
            return 1;
    return out->own && is_code(frame, partner, i, code);
}

/* Copy the rows of `frame` that stay, and remember the source. */
static gvc_status copy_rows(gvc_ctx *ctx, gvc_panel_frames *to, const gvc_frame *frame,
                            gvc_int source, rejects out)
{
    const gvc_int country = gvc_frame_find(frame, "country");
    const gvc_int partner = gvc_frame_find(frame, "partner");
    const gvc_int at = gvc_frames_n(to->list);
    gvc_int *rows = gvc_mem__alloc(ctx, gvc_frame_rows(frame), sizeof *rows), n = 0;
    gvc_frame *copy = NULL;
    int32_t *sources;
    gvc_status st;

    sources = gvc_mem__realloc(ctx, to->source, at + 1, sizeof *sources);
    to->source = sources ? sources : to->source;
    if (!rows || !sources) {
        gvc_mem__free(rows);
        return GVC_ENOMEM;
    }
    sources[at] = (int32_t)source;
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (!is_out(&out, frame, country, partner, i))
            rows[n++] = i;
    st = gvc_frame__select(ctx, &copy, frame, rows, n);
    gvc_mem__free(rows);
    return st == GVC_OK ? gvc_frames__add(ctx, to->list, copy) : st;
}

gvc_status gvc_panel_add(gvc_ctx *ctx, gvc_panel *panel, const gvc_frame *frame)
{
    const gvc_panel_opts *opts = &panel->opts;
    const rejects out = { opts->no_row, !opts->own_pairs, opts->only, opts->without };
    gvc_status st = check_keys(ctx, frame);

    if (st != GVC_OK)
        return st;
    if (gvc_frames_n(panel->frames.list) > 0 && !panel->opts.stack_levels) {
        const char *level = gvc_frame_level(gvc_frames_get(panel->frames.list, 0));

        if (!levels_agree(level, gvc_frame_level(frame)))
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "a panel holds one level, and there are %s and %s: choose with "
                                  "--by, or add --stack-levels",
                                  level, gvc_frame_level(frame));
    }
    return copy_rows(ctx, &panel->frames, frame, panel->now, out);
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
    return copy_rows(ctx, &panel->pairs, frame, panel->now, (rejects){ .own = 1 });
}

static gvc_status add_rule(gvc_ctx *ctx, const gvc_stack *stack, gvc_attrs *attrs)
{
    const gvc_group_rule rule = stack->panel->opts.group_rule;

    if (rule.time == GVC_GROUP_FIXED)
        return gvc_attrs__setf(ctx, attrs, "group_rule", "fixed:%d", rule.year);
    return gvc_attrs__set(ctx, attrs, "group_rule",
                          rule.time == GVC_GROUP_CURRENT ? "current" : "union");
}

/* The tags of the sources, "wiod13+adb72", and what money is counted in. */
static gvc_status add_origin(gvc_ctx *ctx, const gvc_stack *stack, gvc_attrs *attrs)
{
    static const char *const money[] = { NULL, "million USD", "billion USD" };
    const gvc_edition *edition = stack->panel->sources[0].edition;
    const char *unit = money[stack->panel->opts.money];
    gvc_buf tags = { 0 };
    gvc_status st;

    for (gvc_int i = 0; i < gvc_codes__n(stack->tags); i++)
        gvc_buf__printf(ctx, &tags, "%s%s", i ? "+" : "", gvc_codes__code(stack->tags, i));
    st = tags.failed ? GVC_ENOMEM : gvc_attrs__set(ctx, attrs, "edition", gvc_buf__text(&tags));
    gvc_buf__free(&tags);
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, attrs, "unit", unit ? unit : gvc_edition_attr(edition, "unit"));
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, attrs, "price_basis", gvc_edition_attr(edition, "price_basis"));
    return st;
}

static gvc_status add_attributes(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel *panel = stack->panel;
    const gvc_frames *frames = panel->frames.list;
    gvc_attrs *attrs = gvc_frame__attrs(stack->out);
    gvc_status st = GVC_OK;

    for (gvc_int f = gvc_frames_n(frames) - 1; st == GVC_OK && f >= 0; f--)
        st = gvc_attrs__merge(ctx, attrs, gvc_frame__attrs_of(gvc_frames_get(frames, f)));
    if (st == GVC_OK)
        st = add_origin(ctx, stack, attrs);
    if (st == GVC_OK && panel->opts.n_partners > 0)
        st = add_rule(ctx, stack, attrs);
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, attrs, "sector_list", panel->opts.sector_list);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_codes__n(stack->levels); i++)
        if (strcmp(gvc_codes__code(stack->levels, i), "group_sum") == 0)
            st = gvc_attrs__set(ctx, attrs, "group_rows", "from summed components");
    return st;
}

/* What the panel says of itself once it stands: its balance, and how well its sums hold. */
static gvc_status note_quality(gvc_ctx *ctx, gvc_frame *panel)
{
    char *text = NULL;
    double worst;
    gvc_status st = gvc_panel__note_balance(ctx, panel);

    if (st == GVC_OK)
        st = gvc_panel_identities(ctx, &text, &worst, panel);
    if (st == GVC_OK && !isnan(worst))
        st = gvc_attrs__setf(ctx, gvc_frame__attrs(panel), "identity_residual", "%.1e", worst);
    gvc_text_free(text);
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
        st = gvc_stack__add_values(ctx, stack);
    if (st == GVC_OK)
        st = gvc_stack__add_shares(ctx, stack);
    if (st == GVC_OK)
        st = gvc_stack__flag_odd(ctx, stack);
    return st == GVC_OK ? note_quality(ctx, stack->out) : st;
}

gvc_status gvc_panel_finish(gvc_ctx *ctx, gvc_frame **out, gvc_panel *panel)
{
    gvc_stack stack;
    gvc_status st;

    *out = NULL;
    if (gvc_frames_n(panel->frames.list) == 0)
        return gvc_error__set(ctx, GVC_EUSAGE, "the panel is empty: no result was added");
    st = gvc_stack__gather(ctx, &stack, panel);
    if (st == GVC_OK && stack.rows == 0)
        st = gvc_error__set(ctx, GVC_ELABEL,
                            "the panel is empty: what was chosen leaves no row; the pair of a "
                            "country with itself is one with --own-pairs only");
    if (st == GVC_OK)
        st = build(ctx, &stack);
    if (st == GVC_OK) {
        *out = stack.out;
        stack.out = NULL;
    }
    gvc_stack__free(&stack);
    return st;
}
