#ifndef PANEL_STACK_H
#define PANEL_STACK_H

#include <gvc/panel.h>

#include "frame/frame.h"
#include "panel/codes.h"

/** An edition in the panel; sources with one tag are one edition cut in pieces. */
typedef struct gvc_panel_source {
    const char *name, *tag;
    const gvc_edition *edition;
    double times, over; /* money of the table to that of the panel: one of them is 1 */
} gvc_panel_source;

/** Frames and the source of each. */
typedef struct gvc_panel_frames {
    gvc_frames *list;
    int32_t *source;
    gvc_int room;
} gvc_panel_frames;

struct gvc_panel {
    struct gvc_arena *arena;
    gvc_panel_opts opts; /* its lists belong to the panel */
    gvc_int n_focus, n_sources, now;
    gvc_panel_source *sources;
    gvc_panel_frames frames; /* rows of the panel */
    gvc_panel_frames pairs;  /* pools and bilateral frames that only shares are taken from */
};

/** One row of the panel; codes are indices in the lists of the stack, -1 where a key is empty. */
typedef struct gvc_stack_row {
    gvc_int frame, row; /* frame -1: a cell of the rectangle that no table has */
    int32_t year, country, sector, partner, level, tag, source, id;
} gvc_stack_row;

/** Every row of every frame added, in the order of the panel. */
typedef struct gvc_stack {
    const gvc_panel *panel;
    gvc_int rows;
    gvc_stack_row *row;
    gvc_codes *countries, *sectors, *levels, *tags; /* partners are countries */
    int32_t *country_id;                            /* per code; that of a sector is 1 + code */
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

gvc_panel_unit gvc_panel__unit(const gvc_panel *panel, const char *code);
/** Whether the partners of the rows are groups: sums over pairs that stand in other rows. */
int gvc_panel__is_pooled(const gvc_frame *frame);
/** Whether the rows are sums over partners that only shares are taken from (gvc_run_opts.pools). */
int gvc_panel__is_pool(const gvc_frame *frame);
/** Edition of a row. */
const gvc_edition *gvc_stack__edition(const gvc_stack *stack, const gvc_stack_row *row);

/** Gather, number and sort the rows; a key that stands twice is GVC_EDATA. */
gvc_status gvc_stack__gather(gvc_ctx *ctx, gvc_stack *stack, const gvc_panel *panel);
void gvc_stack__free(gvc_stack *stack);
/** True where two rows belong to one unit: all keys but the year. */
int gvc_stack__same_unit(const gvc_stack_row *a, const gvc_stack_row *b);
/** First row after the unit that begins at row `i`. */
gvc_int gvc_stack__unit_end(const gvc_stack *stack, gvc_int i);

/** Drop and add rows of sorted units as the options ask: common, min_years, balanced. */
gvc_status gvc_stack__settle_rows(gvc_ctx *ctx, gvc_stack *stack);

/** Append to stack->out: the keys with their ids and names; the dummies; the values; the shares;
 *  flags of what is odd about present values. */
gvc_status gvc_stack__add_keys(gvc_ctx *ctx, gvc_stack *stack);
gvc_status gvc_stack__add_dummies(gvc_ctx *ctx, gvc_stack *stack);
/** Whether row `i` has the country or partner `code`. */
int gvc_stack__names(const gvc_stack *stack, gvc_int i, const char *code);
/** The column <group>_n_missing, -1 where there is none. */
gvc_int gvc_stack__find_lacking(const gvc_frame *out, const char *group);
gvc_status gvc_stack__add_values(gvc_ctx *ctx, gvc_stack *stack);
gvc_status gvc_stack__add_shares(gvc_ctx *ctx, gvc_stack *stack);
gvc_status gvc_stack__flag_odd(gvc_ctx *ctx, gvc_stack *stack);

/** Attributes that say how balanced a finished panel is. */
gvc_status gvc_panel__note_balance(gvc_ctx *ctx, gvc_frame *panel);

#endif
