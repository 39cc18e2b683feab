#include "panel/stack.h"

#include "base/mem.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers beside ISO 3166; codes of no list follow the edition's order. */
enum { ROW_NUMBER = 9000, WORLD_NUMBER = 9001, FIRST_GROUP = 9101, FIRST_OTHER = 9501 };

gvc_panel_unit gvc_panel__unit(const gvc_edition *edition, const char *code)
{
    if (strcmp(code, "ROW") == 0)
        return GVC_UNIT_ROW;
    if (strcmp(code, "WLD") == 0)
        return GVC_UNIT_WORLD;
    if (gvc_labels_find(gvc_edition_countries(edition), code) >= 0)
        return GVC_UNIT_COUNTRY;
    return GVC_UNIT_GROUP;
}

/* Groups count in the order of definition: the edition's own, then the partners, then the rest as
 * they come. */
static gvc_status number_groups(gvc_ctx *ctx, gvc_codes *groups, const gvc_panel *panel)
{
    gvc_int at = 0;

    for (gvc_int i = 0; at >= 0 && i < gvc_edition_groups_n(panel->edition); i++)
        at =
            gvc_codes__add(ctx, groups, gvc_group_name(gvc_edition_group(panel->edition, i)), NULL);
    for (gvc_int i = 0; at >= 0 && i < panel->n_partners; i++)
        at = gvc_codes__add(ctx, groups, gvc_group_name(panel->partners[i]), NULL);
    return at < 0 ? GVC_ENOMEM : GVC_OK;
}

static gvc_status number_country(gvc_ctx *ctx, const gvc_stack *stack, gvc_codes *groups,
                                 const char *code, int32_t *number)
{
    const gvc_edition *edition = stack->panel->edition;
    gvc_int at;

    switch (gvc_panel__unit(edition, code)) {
    case GVC_UNIT_ROW:
        *number = ROW_NUMBER;
        return GVC_OK;
    case GVC_UNIT_WORLD:
        *number = WORLD_NUMBER;
        return GVC_OK;
    case GVC_UNIT_COUNTRY:
        *number = gvc_country_number(code);
        if (*number == 0)
            *number =
                (int32_t)(FIRST_OTHER + gvc_labels_find(gvc_edition_countries(edition), code));
        return GVC_OK;
    case GVC_UNIT_GROUP:
        break;
    }
    at = gvc_codes__add(ctx, groups, code, NULL);
    *number = (int32_t)(FIRST_GROUP + at);
    return at < 0 ? GVC_ENOMEM : GVC_OK;
}

static gvc_status number_codes(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_labels *sectors = gvc_edition_sectors(stack->panel->edition);
    gvc_codes *groups = NULL;
    gvc_status st = gvc_codes__new(ctx, &groups);

    stack->country_id = gvc_mem__alloc(ctx, gvc_codes__n(stack->countries), sizeof(int32_t));
    stack->sector_id = gvc_mem__alloc(ctx, gvc_codes__n(stack->sectors), sizeof(int32_t));
    if (st == GVC_OK)
        st = stack->country_id && stack->sector_id ? number_groups(ctx, groups, stack->panel)
                                                   : GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < gvc_codes__n(stack->countries); i++)
        st = number_country(ctx, stack, groups, gvc_codes__code(stack->countries, i),
                            &stack->country_id[i]);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_codes__n(stack->sectors); i++) {
        const gvc_int at = gvc_labels_find(sectors, gvc_codes__code(stack->sectors, i));

        stack->sector_id[i] = (int32_t)(1 + (at >= 0 ? at : gvc_labels_n(sectors) + i));
    }
    gvc_codes__free(groups);
    return st;
}

/* The codes of a key column of `frame` in the joined list, into the field at `offset` of its rows.
 */
static gvc_status gather_key(gvc_ctx *ctx, const gvc_frame *frame, const char *name,
                             gvc_codes *codes, gvc_stack_row *rows, size_t offset)
{
    const gvc_int column = gvc_frame_find(frame, name), n = gvc_frame_rows(frame);
    const int32_t *cells;
    int32_t *map;
    gvc_status st;

    for (gvc_int i = 0; i < n; i++)
        memcpy((char *)&rows[i] + offset, &(int32_t){ -1 }, sizeof(int32_t));
    if (column < 0)
        return GVC_OK;
    cells = gvc_frame_codes(frame, column);
    map = gvc_mem__alloc(ctx, gvc_labels_n(gvc_frame_labels(frame, column)), sizeof *map);
    st = map ? gvc_codes__merge(ctx, codes, gvc_frame_labels(frame, column), map) : GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        if (cells[i] >= 0)
            memcpy((char *)&rows[i] + offset, &map[cells[i]], sizeof(int32_t));
    gvc_mem__free(map);
    return st;
}

static gvc_status gather_frame(gvc_ctx *ctx, gvc_stack *stack, gvc_int f, gvc_stack_row *rows)
{
    const gvc_frame *frame = gvc_frames_get(stack->panel->frames, f);
    const gvc_int level = gvc_codes__add(ctx, stack->levels, gvc_frame_level(frame), NULL);
    gvc_status st = level < 0 ? GVC_ENOMEM : GVC_OK;

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        rows[i].frame = f;
        rows[i].row = i;
        rows[i].year = gvc_frame_year(frame);
        rows[i].level = (int32_t)level;
    }
    stack->has_sector |= gvc_frame_find(frame, "sector") >= 0;
    stack->has_partner |= gvc_frame_find(frame, "partner") >= 0;
    if (st == GVC_OK)
        st = gather_key(ctx, frame, "country", stack->countries, rows,
                        offsetof(gvc_stack_row, country));
    if (st == GVC_OK)
        st =
            gather_key(ctx, frame, "sector", stack->sectors, rows, offsetof(gvc_stack_row, sector));
    if (st == GVC_OK)
        st = gather_key(ctx, frame, "partner", stack->countries, rows,
                        offsetof(gvc_stack_row, partner));
    return st;
}

static int order(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

/* The unit of observation: everything but the year. */
static int compare_units(const gvc_stack_row *a, const gvc_stack_row *b)
{
    int by = order(a->country, b->country);

    by = by ? by : order(a->sector, b->sector);
    by = by ? by : order(a->partner, b->partner);
    return by ? by : order(a->level, b->level);
}

static int compare_rows(const void *a, const void *b)
{
    const gvc_stack_row *left = a, *right = b;
    int by = compare_units(left, right);

    by = by ? by : order(left->year, right->year);
    by = by ? by : (left->frame > right->frame) - (left->frame < right->frame);
    return by ? by : (left->row > right->row) - (left->row < right->row);
}

static int32_t swap_code(const int32_t *table, int32_t code)
{
    return code < 0 ? -1 : table[code];
}

/* Levels rank by name, so that the order in which they were added does not show. */
static int32_t rank_level(const gvc_stack *stack, gvc_int level)
{
    int32_t rank = 0;

    for (gvc_int i = 0; i < gvc_codes__n(stack->levels); i++)
        rank +=
            strcmp(gvc_codes__code(stack->levels, i), gvc_codes__code(stack->levels, level)) < 0;
    return rank;
}

static gvc_status refuse_twice(gvc_ctx *ctx, const gvc_stack *stack, const gvc_stack_row *row)
{
    char year[16] = "";

    if (row->year != GVC_INT_MISSING)
        snprintf(year, sizeof year, " in %d", row->year);
    return gvc_error__set(ctx, GVC_EDATA,
                          "%s %s%s%s stands twice in the panel; every row needs keys of its own, "
                          "so add each year and level once",
                          gvc_codes__code(stack->levels, row->level),
                          gvc_codes__code(stack->countries, row->country),
                          row->sector < 0 ? "" : " ",
                          row->sector < 0 ? year : gvc_codes__code(stack->sectors, row->sector));
}

/* Sort by numbers: codes change to numbers, and back by the table of places of each number. */
static gvc_status sort_rows(gvc_ctx *ctx, gvc_stack *stack, gvc_stack_row *old)
{
    memcpy(old, stack->row, (size_t)stack->rows * sizeof *old);
    for (gvc_int i = 0; i < stack->rows; i++) {
        gvc_stack_row *r = &stack->row[i];

        r->id = (int32_t)i;
        r->country = swap_code(stack->country_id, r->country);
        r->sector = swap_code(stack->sector_id, r->sector);
        r->partner = swap_code(stack->country_id, r->partner);
        r->level = rank_level(stack, r->level);
    }
    qsort(stack->row, (size_t)stack->rows, sizeof *stack->row, compare_rows);
    for (gvc_int i = 0, id = 0; i < stack->rows; i++) {
        gvc_stack_row *r = &stack->row[i];
        const int32_t from = r->id;
        const int is_new = i == 0 || compare_units(r - 1, r) != 0;

        if (!is_new && r[-1].year == r->year)
            return refuse_twice(ctx, stack, &old[from]);
        id += is_new;
        r->id = (int32_t)id;
        old[from].id = (int32_t)i;
    }
    for (gvc_int i = 0; i < stack->rows; i++) {
        gvc_stack_row *r = &stack->row[old[i].id];

        r->country = old[i].country;
        r->sector = old[i].sector;
        r->partner = old[i].partner;
        r->level = old[i].level;
    }
    return GVC_OK;
}

gvc_status gvc_stack__gather(gvc_ctx *ctx, gvc_stack *stack, const gvc_panel *panel)
{
    gvc_stack_row *at, *old;
    gvc_status st;

    *stack = (gvc_stack){ .panel = panel };
    for (gvc_int f = 0; f < gvc_frames_n(panel->frames); f++)
        stack->rows += gvc_frame_rows(gvc_frames_get(panel->frames, f));
    at = stack->row = gvc_mem__calloc(ctx, stack->rows, sizeof *stack->row);
    st = at ? gvc_codes__new(ctx, &stack->countries) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_codes__new(ctx, &stack->sectors);
    if (st == GVC_OK)
        st = gvc_codes__new(ctx, &stack->levels);
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(panel->frames); f++) {
        st = gather_frame(ctx, stack, f, at);
        at += gvc_frame_rows(gvc_frames_get(panel->frames, f));
    }
    if (st == GVC_OK)
        st = number_codes(ctx, stack);
    if (st != GVC_OK)
        return st;
    old = gvc_mem__alloc(ctx, stack->rows, sizeof *old);
    st = old ? sort_rows(ctx, stack, old) : GVC_ENOMEM;
    gvc_mem__free(old);
    return st;
}

void gvc_stack__free(gvc_stack *stack)
{
    gvc_mem__free(stack->row);
    gvc_mem__free(stack->country_id);
    gvc_mem__free(stack->sector_id);
    gvc_codes__free(stack->countries);
    gvc_codes__free(stack->sectors);
    gvc_codes__free(stack->levels);
    gvc_frame_free(stack->out);
}
