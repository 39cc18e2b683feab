#include "panel/stack.h"

#include "base/mem.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers beside ISO 3166; codes of no list follow the edition's order. */
enum { ROW_NUMBER = 9000, WORLD_NUMBER = 9001, FIRST_GROUP = 9101, FIRST_OTHER = 9501 };

gvc_panel_unit gvc_panel__unit(const gvc_panel *panel, const char *code)
{
    if (strcmp(code, "ROW") == 0)
        return GVC_UNIT_ROW;
    if (strcmp(code, "WLD") == 0)
        return GVC_UNIT_WORLD;
    for (gvc_int i = 0; i < panel->n_sources; i++)
        if (gvc_labels_find(gvc_edition_countries(panel->sources[i].edition), code) >= 0)
            return GVC_UNIT_COUNTRY;
    return GVC_UNIT_GROUP;
}

const gvc_edition *gvc_stack__edition(const gvc_stack *stack, const gvc_stack_row *row)
{
    return stack->panel->sources[row->source].edition;
}

/* Codes that get a number by their place: groups in the order of definition (the editions' own,
 * then the partners, then the rest as they come), countries of no list in that of the editions. */
typedef struct numbers {
    gvc_codes *groups, *others;
} numbers;

static gvc_status list_codes(gvc_ctx *ctx, numbers *n, const gvc_panel *panel)
{
    gvc_int at = 0;

    for (gvc_int s = 0; s < panel->n_sources; s++) {
        const gvc_edition *edition = panel->sources[s].edition;
        const gvc_labels *countries = gvc_edition_countries(edition);

        for (gvc_int i = 0; at >= 0 && i < gvc_edition_groups_n(edition); i++)
            at =
                gvc_codes__add(ctx, n->groups, gvc_group_name(gvc_edition_group(edition, i)), NULL);
        for (gvc_int i = 0; at >= 0 && i < gvc_labels_n(countries); i++)
            if (gvc_country_number(gvc_labels_code(countries, i)) == 0)
                at = gvc_codes__add(ctx, n->others, gvc_labels_code(countries, i), NULL);
    }
    for (gvc_int i = 0; at >= 0 && i < panel->opts.n_partners; i++)
        at = gvc_codes__add(ctx, n->groups, gvc_group_name(panel->opts.partners[i]), NULL);
    return at < 0 ? GVC_ENOMEM : GVC_OK;
}

static gvc_status number_country(gvc_ctx *ctx, const gvc_stack *stack, numbers *n, const char *code,
                                 int32_t *number)
{
    gvc_int at = 0;

    switch (gvc_panel__unit(stack->panel, code)) {
    case GVC_UNIT_ROW:
        *number = ROW_NUMBER;
        break;
    case GVC_UNIT_WORLD:
        *number = WORLD_NUMBER;
        break;
    case GVC_UNIT_COUNTRY:
        *number = gvc_country_number(code);
        if (*number == 0)
            *number = (int32_t)(FIRST_OTHER + (at = gvc_codes__add(ctx, n->others, code, NULL)));
        break;
    case GVC_UNIT_GROUP:
        *number = (int32_t)(FIRST_GROUP + (at = gvc_codes__add(ctx, n->groups, code, NULL)));
        break;
    }
    return at < 0 ? GVC_ENOMEM : GVC_OK;
}

static gvc_status number_countries(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_int countries = gvc_codes__n(stack->countries);
    numbers n = { 0 };
    gvc_status st = gvc_codes__new(ctx, &n.groups);

    if (st == GVC_OK)
        st = gvc_codes__new(ctx, &n.others);
    stack->country_id = gvc_mem__alloc(ctx, countries, sizeof *stack->country_id);
    if (st == GVC_OK)
        st = stack->country_id ? list_codes(ctx, &n, stack->panel) : GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < countries; i++)
        st = number_country(ctx, stack, &n, gvc_codes__code(stack->countries, i),
                            &stack->country_id[i]);
    gvc_codes__free(n.groups);
    gvc_codes__free(n.others);
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
    const gvc_panel_frames *frames = &stack->panel->frames;
    const gvc_frame *frame = gvc_frames_get(frames->list, f);
    const int32_t source = frames->source[f];
    const gvc_int level = gvc_codes__add(ctx, stack->levels, gvc_frame_level(frame), NULL);
    const gvc_int tag = gvc_codes__add(ctx, stack->tags, stack->panel->sources[source].tag, NULL);
    gvc_status st = level < 0 || tag < 0 ? GVC_ENOMEM : GVC_OK;

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        rows[i].frame = f;
        rows[i].row = i;
        rows[i].year = gvc_frame_year(frame);
        rows[i].level = (int32_t)level;
        rows[i].tag = (int32_t)tag;
        rows[i].source = source;
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
    by = by ? by : order(a->level, b->level);
    return by ? by : order(a->tag, b->tag);
}

int gvc_stack__same_unit(const gvc_stack_row *a, const gvc_stack_row *b)
{
    return compare_units(a, b) == 0;
}

gvc_int gvc_stack__unit_end(const gvc_stack *stack, gvc_int i)
{
    const gvc_int first = i;

    while (i < stack->rows && compare_units(&stack->row[first], &stack->row[i]) == 0)
        i++;
    return i;
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

static void swap_codes(const gvc_stack *stack, gvc_stack_row *r)
{
    r->country = swap_code(stack->country_id, r->country);
    r->partner = swap_code(stack->country_id, r->partner);
    r->level = rank_level(stack, r->level);
}

/* Rows are sorted by numbers; codes change to numbers, and come back from `old` by the place that
 * each row had there. */
static gvc_status sort_rows(gvc_ctx *ctx, gvc_stack *stack, gvc_stack_row *old)
{
    memcpy(old, stack->row, (size_t)stack->rows * sizeof *old);
    for (gvc_int i = 0; i < stack->rows; i++) {
        stack->row[i].id = (int32_t)i;
        swap_codes(stack, &stack->row[i]);
    }
    qsort(stack->row, (size_t)stack->rows, sizeof *stack->row, compare_rows);
    for (gvc_int i = 1; i < stack->rows; i++) {
        const gvc_stack_row *r = &stack->row[i];

        if (r[-1].year == r->year && compare_units(r - 1, r) == 0)
            return refuse_twice(ctx, stack, &old[r->id]);
    }
    for (gvc_int i = 0; i < stack->rows; i++)
        stack->row[i] = old[stack->row[i].id];
    return GVC_OK;
}

static void number_units(gvc_stack *stack)
{
    int32_t id = 0;

    for (gvc_int i = 0, end; i < stack->rows; i = end) {
        end = gvc_stack__unit_end(stack, i);
        id++;
        for (gvc_int j = i; j < end; j++)
            stack->row[j].id = id;
    }
}

static gvc_status gather_rows(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_frames *frames = stack->panel->frames.list;
    gvc_stack_row *at;
    gvc_status st = GVC_OK;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++)
        stack->rows += gvc_frame_rows(gvc_frames_get(frames, f));
    at = stack->row = gvc_mem__calloc(ctx, stack->rows, sizeof *stack->row);
    if (!at)
        return GVC_ENOMEM;
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
        st = gather_frame(ctx, stack, f, at);
        at += gvc_frame_rows(gvc_frames_get(frames, f));
    }
    return st;
}

gvc_status gvc_stack__gather(gvc_ctx *ctx, gvc_stack *stack, const gvc_panel *panel)
{
    gvc_codes **const lists[] = { &stack->countries, &stack->sectors, &stack->levels,
                                  &stack->tags };
    gvc_stack_row *old;
    gvc_status st = GVC_OK;

    *stack = (gvc_stack){ .panel = panel };
    for (size_t i = 0; st == GVC_OK && i < sizeof lists / sizeof *lists; i++)
        st = gvc_codes__new(ctx, lists[i]);
    for (gvc_int i = 0; st == GVC_OK && i < panel->n_sources; i++)
        if (gvc_codes__add(ctx, stack->tags, panel->sources[i].tag, NULL) < 0)
            st = GVC_ENOMEM;
    if (st == GVC_OK)
        st = gather_rows(ctx, stack);
    if (st == GVC_OK)
        st = number_countries(ctx, stack);
    if (st != GVC_OK)
        return st;
    old = gvc_mem__alloc(ctx, stack->rows, sizeof *old);
    st = old ? sort_rows(ctx, stack, old) : GVC_ENOMEM;
    gvc_mem__free(old);
    if (st == GVC_OK)
        st = gvc_stack__settle_rows(ctx, stack);
    if (st == GVC_OK)
        number_units(stack);
    return st;
}

void gvc_stack__free(gvc_stack *stack)
{
    gvc_mem__free(stack->row);
    gvc_mem__free(stack->country_id);
    gvc_codes__free(stack->countries);
    gvc_codes__free(stack->sectors);
    gvc_codes__free(stack->levels);
    gvc_codes__free(stack->tags);
    gvc_frame_free(stack->out);
}
