#include "base/mem.h"
#include "panel/stack.h"

#include <math.h>
#include <string.h>

static const char *const base_columns[] = { "gout", "va", "yfin", "gexp" };

enum { N_BASE = sizeof base_columns / sizeof base_columns[0] };

/* The last column of the panel while it is filled. */
typedef struct target {
    gvc_stack *stack;
    double *cells;
    unsigned char *flags; /* NULL until one is set */
    int is_money;
} target;

static gvc_status set_flag(gvc_ctx *ctx, target *to, gvc_int row, gvc_flag flag)
{
    gvc_frame *out = to->stack->out;

    if (!to->flags)
        to->flags = gvc_frame__add_flags(ctx, out, gvc_frame_columns(out) - 1);
    if (!to->flags)
        return GVC_ENOMEM;
    to->flags[row] = (unsigned char)flag;
    return GVC_OK;
}

/* Fill the column with the cells of every frame that has it, at `columns`, and their flags. */
static gvc_status gather_cells(gvc_ctx *ctx, target *to, const gvc_int *columns)
{
    const gvc_panel *panel = to->stack->panel;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < to->stack->rows; i++) {
        const gvc_stack_row *r = &to->stack->row[i];
        const gvc_panel_source *source = &panel->sources[r->source];
        const gvc_frame *from = r->frame < 0 ? NULL : gvc_frames_get(panel->frames.list, r->frame);
        const unsigned char *why;

        if (!from)
            st = set_flag(ctx, to, i, GVC_FLAG_ABSENT);
        if (!from || columns[r->frame] < 0)
            continue;
        to->cells[i] = gvc_frame_reals(from, columns[r->frame])[r->row];
        if (to->is_money)
            to->cells[i] = to->cells[i] * source->times / source->over;
        why = gvc_frame_flags(from, columns[r->frame]);
        if (why && why[r->row])
            st = set_flag(ctx, to, i, (gvc_flag)why[r->row]);
    }
    return st;
}

/* Append the value column `c` of `frame`. */
static gvc_status add_value(gvc_ctx *ctx, gvc_stack *stack, const gvc_frame *frame, gvc_int c)
{
    const gvc_frames *frames = stack->panel->frames.list;
    const char *name = gvc_frame_name(frame, c);
    const gvc_column_info info = gvc_frame__info(frame, c);
    target to = { .stack = stack, .is_money = strncmp(info.unit, "money", 5) == 0 };
    gvc_int *columns;
    gvc_status st;

    if (gvc_frame_find(stack->out, name) >= 0)
        return GVC_OK;
    columns = gvc_mem__alloc(ctx, gvc_frames_n(frames), sizeof *columns);
    to.cells = columns ? gvc_frame__add_real(ctx, stack->out, &info) : NULL;
    for (gvc_int f = 0; to.cells && f < gvc_frames_n(frames); f++)
        columns[f] = gvc_frame_find(gvc_frames_get(frames, f), name);
    st = to.cells ? gather_cells(ctx, &to, columns) : GVC_ENOMEM;
    gvc_mem__free(columns);
    return st;
}

static int is_value(const gvc_frame *frame, gvc_int c)
{
    return gvc_frame_role(frame, c) == GVC_ROLE_VALUE;
}

/* Base money first, in its fixed order, then the measures as they were added. */
gvc_status gvc_stack__add_values(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_frames *frames = stack->panel->frames.list;
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

/* True where the row is a group's and the table lacks some of its members. */
static int is_part(const gvc_frame *out, const gvc_stack *stack, gvc_int i)
{
    const gvc_panel_opts *opts = &stack->panel->opts;

    for (gvc_int g = 0; g < opts->n_partners; g++) {
        const char *name = gvc_group_name(opts->partners[g]);
        gvc_int column;

        if (!gvc_stack__names(stack, i, name))
            continue;
        column = gvc_stack__find_lacking(out, name);
        return column >= 0 && gvc_frame_ints(out, column)[i] > 0;
    }
    return 0;
}

static gvc_flag oddity(const gvc_frame *out, gvc_int column, double value, int part)
{
    const char *unit = gvc_frame_unit(out, column);

    if (isnan(value))
        return GVC_FLAG_NONE;
    if (value < 0 && strcmp(unit, "money") == 0)
        return GVC_FLAG_NEG;
    if (value > 1 && strcmp(unit, "share") == 0)
        return GVC_FLAG_GT1;
    return part ? GVC_FLAG_PART : GVC_FLAG_NONE;
}

gvc_status gvc_stack__flag_odd(gvc_ctx *ctx, gvc_stack *stack)
{
    gvc_frame *out = stack->out;
    unsigned char *part = gvc_mem__alloc(ctx, stack->rows, 1);
    gvc_status st = part ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < stack->rows; i++)
        part[i] = (unsigned char)is_part(out, stack, i);
    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(out); j++) {
        const double *cells = gvc_frame_reals(out, j);
        unsigned char *flags = NULL;

        for (gvc_int i = 0; cells && st == GVC_OK && i < stack->rows; i++) {
            const gvc_flag flag = oddity(out, j, cells[i], part[i]);

            if (flag == GVC_FLAG_NONE)
                continue;
            flags = flags ? flags : gvc_frame__add_flags(ctx, out, j);
            if (!flags)
                st = GVC_ENOMEM;
            else
                flags[i] = (unsigned char)flag;
        }
    }
    gvc_mem__free(part);
    return st;
}
