#include "panel/stack.h"

#include "base/labels.h"
#include "base/mem.h"

#include <stddef.h>
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

/* Numbers of codes, or the rank `id` and the year where `of` is NULL. */
static gvc_status add_numbers(gvc_ctx *ctx, gvc_stack *stack, gvc_column_role role,
                              const int32_t *of, size_t offset, const gvc_column_info *info)
{
    int32_t *cells = gvc_frame__add_int(ctx, stack->out, role, info);

    if (!cells)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < stack->rows; i++) {
        const int32_t value = field(stack, i, offset);

        if (!of)
            cells[i] = value;
        else if (value >= 0)
            cells[i] = of[value];
    }
    return GVC_OK;
}

typedef const char *(*describe_fn)(const gvc_stack *stack, gvc_int code);

static const char *country_name(const gvc_stack *stack, gvc_int code)
{
    const char *iso3 = gvc_codes__code(stack->countries, code);
    const char *name = gvc_country_name(iso3);

    if (strcmp(iso3, "WLD") == 0)
        return "World";
    return name ? name : gvc_codes__name(stack->countries, code);
}

static const char *country_source(const gvc_stack *stack, gvc_int code)
{
    const char *iso3 = gvc_codes__code(stack->countries, code);
    const gvc_int c = gvc_labels_find(gvc_edition_countries(stack->panel->edition), iso3);
    const char *native = c < 0 ? NULL : gvc_edition_native(stack->panel->edition, c);

    return native && *native ? native : iso3;
}

static const char *sector_name(const gvc_stack *stack, gvc_int code)
{
    return gvc_codes__name(stack->sectors, code);
}

/* A text that follows from a code; two codes may share it. */
static gvc_status add_names(gvc_ctx *ctx, gvc_stack *stack, gvc_int n, size_t offset,
                            describe_fn describe, const gvc_column_info *info)
{
    gvc_codes *names = NULL;
    gvc_labels *labels = NULL;
    int32_t *map = gvc_mem__alloc(ctx, n, sizeof *map), *cells = NULL;
    gvc_status st = map ? gvc_codes__new(ctx, &names) : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        map[i] = (int32_t)gvc_codes__add(ctx, names, describe(stack, i), NULL);
        if (map[i] < 0)
            st = GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_codes__labels(ctx, &labels, names);
    if (st == GVC_OK) {
        cells = gvc_frame__add_label(ctx, stack->out, GVC_ROLE_ID, info, labels);
        st = cells ? GVC_OK : GVC_ENOMEM;
    }
    for (gvc_int i = 0; cells && i < stack->rows; i++) {
        const int32_t code = field(stack, i, offset);

        cells[i] = code < 0 ? -1 : map[code];
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
        st = add_numbers(ctx, stack, GVC_ROLE_ID, stack->country_id, AT(country), &id);
    if (st == GVC_OK)
        st = add_names(ctx, stack, n, AT(country), country_name, &name);
    if (st == GVC_OK)
        st = add_names(ctx, stack, n, AT(country), country_source, &source);
    return st;
}

static gvc_status add_sector(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_column_info code = { .name = "sector", .label = "Sector code of the table" };
    const gvc_column_info id = { .name = "sector_id", .label = "Sector number in table order" };
    const gvc_column_info name = { .name = "sector_name", .label = "Sector name" };
    gvc_status st = add_codes(ctx, stack, stack->sectors, AT(sector), &code);

    if (st == GVC_OK)
        st = add_numbers(ctx, stack, GVC_ROLE_ID, stack->sector_id, AT(sector), &id);
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
        st = add_numbers(ctx, stack, GVC_ROLE_ID, stack->country_id, AT(partner), &id);
    return st;
}

gvc_status gvc_stack__add_keys(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_column_info year = { .name = "year", .label = "Year of the table" };
    const gvc_column_info level = { .name = "level", .label = "What the row stands for" };
    const gvc_column_info id = { .name = "id", .label = "Panel identifier: xtset id year" };
    gvc_status st = add_numbers(ctx, stack, GVC_ROLE_KEY, NULL, AT(year), &year);

    if (st == GVC_OK)
        st = add_country(ctx, stack);
    if (st == GVC_OK && stack->has_sector)
        st = add_sector(ctx, stack);
    if (st == GVC_OK && stack->has_partner)
        st = add_partner(ctx, stack);
    if (st == GVC_OK && gvc_codes__n(stack->levels) > 1)
        st = add_codes(ctx, stack, stack->levels, AT(level), &level);
    if (st == GVC_OK)
        st = add_numbers(ctx, stack, GVC_ROLE_ID, NULL, AT(id), &id);
    return st;
}
