#ifndef PANEL_STACK_H
#define PANEL_STACK_H

#include <gvc/panel.h>

#include "frame/frame.h"
#include "panel/codes.h"

struct gvc_panel {
    struct gvc_arena *arena;
    const gvc_edition *edition;
    gvc_int n_focus, n_partners;
    const char **focus;
    const gvc_group **partners;
    gvc_group_rule rule;
    int stack_levels, no_row;
    gvc_frames *frames; /* rows of the panel */
    gvc_frames *pairs;  /* bilateral frames that only shares are taken from */
};

/** One row of the panel; codes are indices in the lists of the stack, -1 where a key is empty. */
typedef struct gvc_stack_row {
    gvc_int frame, row;
    int32_t year, country, sector, partner, level, id;
} gvc_stack_row;

/** Every row of every frame added, in the order of the panel. */
typedef struct gvc_stack {
    const gvc_panel *panel;
    gvc_int rows;
    gvc_stack_row *row;
    gvc_codes *countries, *sectors, *levels; /* partners are countries */
    int32_t *country_id, *sector_id;         /* per code */
    int has_sector, has_partner;
    gvc_frame *out;
} gvc_stack;

/** What a code of the key `country` stands for. */
typedef enum gvc_panel_unit {
    GVC_UNIT_COUNTRY,
    GVC_UNIT_ROW,
    GVC_UNIT_WORLD,
    GVC_UNIT_GROUP
} gvc_panel_unit;

gvc_panel_unit gvc_panel__unit(const gvc_edition *edition, const char *code);

/** Gather, number and sort the rows; a key that stands twice is GVC_EDATA. */
gvc_status gvc_stack__gather(gvc_ctx *ctx, gvc_stack *stack, const gvc_panel *panel);
void gvc_stack__free(gvc_stack *stack);

/** Append to stack->out: the keys with their ids and names; the dummies; the shares. */
gvc_status gvc_stack__add_keys(gvc_ctx *ctx, gvc_stack *stack);
gvc_status gvc_stack__add_dummies(gvc_ctx *ctx, gvc_stack *stack);
gvc_status gvc_stack__add_shares(gvc_ctx *ctx, gvc_stack *stack);

#endif
