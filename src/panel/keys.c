#include "panel/stack.h"

#include "base/labels.h"
#include "base/mem.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static int32_t field(const gvc_stack *stack, gvc_int i, size_t offset)
{
    int32_t value;

    memcpy(&value, (const char *)&stack->row[i] + offset, sizeof value);
    return value;
}

static gvc_status add_codes(gvc_ctx *ctx, gvc_stack *stack, const gvc_codes *codes, size_t offset,
                            const gvc_column_info *info)
{
    gvc_labels *labels = NULL;
    gvc_status st = gvc_codes__labels(ctx, &labels, codes);
    int32_t *cells =
        st == GVC_OK ? gvc_frame__add_label(ctx, stack->out, GVC_ROLE_KEY, info, labels) : NULL;

    for (gvc_int i = 0; cells && i < stack->rows; i++)
        cells[i] = field(stack, i, offset);
    gvc_labels__free(labels);
    return cells ? GVC_OK : st == GVC_OK ? GVC_ENOMEM : st;
}

/* Numbers of codes by the table `of`; where that is NULL, the numbers in the row themselves, with
 * `plus` added where there is one. */
static gvc_status add_numbers(gvc_ctx *ctx, gvc_stack *stack, gvc_column_role role,
                              const int32_t *of, int32_t plus, size_t offset,
                              const gvc_column_info *info)
{
    int32_t *cells = gvc_frame__add_int(ctx, stack->out, role, info);

    if (!cells)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < stack->rows; i++) {
        const int32_t value = field(stack, i, offset);

        if (of ? value >= 0 : value >= 0 || !plus)
            cells[i] = of ? of[value] : value + plus;
    }
    return GVC_OK;
}

/* The text of code `code` in a row of source `source`; `room` is there to print it. */
enum { TEXT_ROOM = 128, LABEL_ROOM = 81 };
typedef const char *(*describe_fn)(const gvc_stack *stack, gvc_int source, gvc_int code,
                                   char room[TEXT_ROOM]);

static const char *group_name(const gvc_panel *panel, const char *code, char room[TEXT_ROOM])
{
    const gvc_group_rule rule = panel->opts.group_rule;

    if (rule.time == GVC_GROUP_FIXED)
        snprintf(room, TEXT_ROOM, "%s, members of %d", code, rule.year);
    else
        snprintf(room, TEXT_ROOM, "%s, %s", code,
                 rule.time == GVC_GROUP_CURRENT ? "members of the year"
                                                : "all who were ever members");
    return room;
}

static const char *country_name(const gvc_stack *stack, gvc_int source, gvc_int code,
                                char room[TEXT_ROOM])
{
    const char *iso3 = gvc_codes__code(stack->countries, code);
    const char *name = gvc_country_name(iso3);

    (void)source;
    if (strcmp(iso3, "WLD") == 0)
        return "World";
    if (!name && gvc_panel__unit(stack->panel, iso3) == GVC_UNIT_GROUP)
        return group_name(stack->panel, iso3, room);
    return name ? name : gvc_codes__name(stack->countries, code);
}

static const char *country_source(const gvc_stack *stack, gvc_int source, gvc_int code,
                                  char room[TEXT_ROOM])
{
    const gvc_edition *edition = stack->panel->sources[source].edition;
    const char *iso3 = gvc_codes__code(stack->countries, code);
    const gvc_int c = gvc_labels_find(gvc_edition_countries(edition), iso3);
    const char *native = c < 0 ? NULL : gvc_edition_native(edition, c);

    (void)room;
    return native && *native ? native : iso3;
}

static const char *sector_name(const gvc_stack *stack, gvc_int source, gvc_int code,
                               char room[TEXT_ROOM])
{
    (void)source;
    (void)room;
    return gvc_codes__name(stack->sectors, code);
}

/* Places of the texts of `n` codes in each source. */
static gvc_status map_names(gvc_ctx *ctx, const gvc_stack *stack, gvc_codes *names, gvc_int n,
                            describe_fn describe, int32_t *map)
{
    char room[TEXT_ROOM];

    for (gvc_int s = 0; s < stack->panel->n_sources; s++)
        for (gvc_int i = 0; i < n; i++) {
            const gvc_int at = gvc_codes__add(ctx, names, describe(stack, s, i, room), NULL);

            if (at < 0)
                return GVC_ENOMEM;
            map[s * n + i] = (int32_t)at;
        }
    return GVC_OK;
}

/* A text that follows from a code and the source; two codes may share it. */
static gvc_status add_names(gvc_ctx *ctx, gvc_stack *stack, gvc_int n, size_t offset,
                            describe_fn describe, const gvc_column_info *info)
{
    gvc_codes *names = NULL;
    gvc_labels *labels = NULL;
    int32_t *map = gvc_mem__alloc(ctx, n * stack->panel->n_sources, sizeof *map), *cells = NULL;
    gvc_status st = map ? gvc_codes__new(ctx, &names) : GVC_ENOMEM;

    if (st == GVC_OK)
        st = map_names(ctx, stack, names, n, describe, map);
    if (st == GVC_OK)
        st = gvc_codes__labels(ctx, &labels, names);
    if (st == GVC_OK) {
        cells = gvc_frame__add_label(ctx, stack->out, GVC_ROLE_ID, info, labels);
        st = cells ? GVC_OK : GVC_ENOMEM;
    }
    for (gvc_int i = 0; cells && i < stack->rows; i++) {
        const int32_t code = field(stack, i, offset);

        cells[i] = code < 0 ? -1 : map[stack->row[i].source * n + code];
    }
    gvc_labels__free(labels);
    gvc_codes__free(names);
    gvc_mem__free(map);
    return st;
}

#define AT(name) offsetof(gvc_stack_row, name)

static gvc_status add_country(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_column_info code = { .name = "country",
                                   .label = "Country (ISO 3166 alpha-3, ROW, WLD) or group" };
    const gvc_column_info id = {
        .name = "country_id", .label = "Country number (ISO 3166; ROW 9000, WLD 9001, groups 9101-)"
    };
    const gvc_column_info name = { .name = "country_name", .label = "Country name" };
    const gvc_column_info source = { .name = "country_src",
                                     .label = "Country code of the source file" };
    const gvc_int n = gvc_codes__n(stack->countries);
    gvc_status st = add_codes(ctx, stack, stack->countries, AT(country), &code);

    if (st == GVC_OK)
        st = add_numbers(ctx, stack, GVC_ROLE_ID, stack->country_id, 0, AT(country), &id);
    if (st == GVC_OK)
        st = add_names(ctx, stack, n, AT(country), country_name, &name);
    if (st == GVC_OK)
        st = add_names(ctx, stack, n, AT(country), country_source, &source);
    return st;
}

static gvc_status add_sector(gvc_ctx *ctx, gvc_stack *stack)
{
    char label[LABEL_ROOM];
    const char *list = stack->panel->opts.sector_list;
    const gvc_column_info code = { .name = "sector", .label = label };
    const gvc_column_info id = { .name = "sector_id", .label = "Sector number in table order" };
    const gvc_column_info name = { .name = "sector_name", .label = "Sector name" };
    gvc_status st;

    snprintf(label, sizeof label, list ? "Sector code of %.50s" : "Sector code of the table", list);
    st = add_codes(ctx, stack, stack->sectors, AT(sector), &code);

    if (st == GVC_OK)
        st = add_numbers(ctx, stack, GVC_ROLE_ID, NULL, 1, AT(sector), &id);
    if (st == GVC_OK)
        st = add_names(ctx, stack, gvc_codes__n(stack->sectors), AT(sector), sector_name, &name);
    return st;
}

static gvc_status add_partner(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_column_info code = { .name = "partner",
                                   .label =
                                       "Partner country; its meaning stands with the measure" };
    const gvc_column_info id = { .name = "partner_id", .label = "Partner number, as country_id" };
    gvc_status st = add_codes(ctx, stack, stack->countries, AT(partner), &code);

    if (st == GVC_OK)
        st = add_numbers(ctx, stack, GVC_ROLE_ID, stack->country_id, 0, AT(partner), &id);
    return st;
}

gvc_status gvc_stack__add_keys(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_column_info year = { .name = "year", .label = "Year of the table" };
    const gvc_column_info level = { .name = "level", .label = "What the row stands for" };
    const gvc_column_info source = { .name = "source", .label = "Edition of the table" };
    const gvc_column_info id = { .name = "id", .label = "Panel identifier: xtset id year" };
    gvc_status st = add_numbers(ctx, stack, GVC_ROLE_KEY, NULL, 0, AT(year), &year);

    if (st == GVC_OK)
        st = add_country(ctx, stack);
    if (st == GVC_OK && stack->has_sector)
        st = add_sector(ctx, stack);
    if (st == GVC_OK && stack->has_partner)
        st = add_partner(ctx, stack);
    if (st == GVC_OK && gvc_codes__n(stack->levels) > 1)
        st = add_codes(ctx, stack, stack->levels, AT(level), &level);
    if (st == GVC_OK && gvc_codes__n(stack->tags) > 1)
        st = add_codes(ctx, stack, stack->tags, AT(tag), &source);
    if (st == GVC_OK)
        st = add_numbers(ctx, stack, GVC_ROLE_ID, NULL, 0, AT(id), &id);
    return st;
}
