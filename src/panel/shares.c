#include "panel/stack.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * <group>_share_<m>: what a country (a country-sector) has of the bilateral money measure m with
 * the members of a group, over what it has with all partners. Bilateral rows and those of the
 * country carry the same share; sums run over rows in the order of the table.
 */

enum { NAME_MAX_LENGTH = 32 };

/* Sums of one country, sector (-1: none) and year. */
typedef struct cell {
    int32_t year, country, sector;
    gvc_int at; /* place in the order of gathering */
    double part, whole;
} cell;

typedef struct shares {
    gvc_stack *stack;
    gvc_int n, room;
    cell *cells; /* sorted by key once gathered */
} shares;

static int order(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int compare_cells(const void *a, const void *b)
{
    const cell *left = a, *right = b;
    int by = order(left->year, right->year);

    by = by ? by : order(left->country, right->country);
    return by ? by : order(left->sector, right->sector);
}

/* Sums add up in the order of gathering. */
static int compare_for_sort(const void *a, const void *b)
{
    const cell *left = a, *right = b;
    const int by = compare_cells(left, right);

    return by ? by : (left->at > right->at) - (left->at < right->at);
}

static gvc_int find_code(const gvc_codes *codes, const char *code)
{
    for (gvc_int i = 0; i < gvc_codes__n(codes); i++)
        if (strcmp(gvc_codes__code(codes, i), code) == 0)
            return i;
    return -1;
}

/* Codes of a frame's key in the lists of the stack; -1 for those not in the panel. NULL: memory. */
static int32_t *map_codes(gvc_ctx *ctx, const gvc_labels *labels, const gvc_codes *codes)
{
    int32_t *map = gvc_mem__alloc(ctx, gvc_labels_n(labels), sizeof *map);

    for (gvc_int i = 0; map && i < gvc_labels_n(labels); i++)
        map[i] = (int32_t)find_code(codes, gvc_labels_code(labels, i));
    return map;
}

/* Flags of the partner labels that are members in the frame's year. */
static unsigned char *flag_members(gvc_ctx *ctx, const gvc_panel *panel, const gvc_group *group,
                                   const gvc_labels *partners, int year)
{
    const gvc_labels *countries = gvc_edition_countries(panel->edition);
    unsigned char *member = gvc_mem__calloc(ctx, gvc_labels_n(countries), 1);
    unsigned char *flags = gvc_mem__calloc(ctx, gvc_labels_n(partners), 1);

    if (member && flags) {
        gvc_group_members(group, panel->edition, year, panel->rule, member, NULL);
        for (gvc_int i = 0; i < gvc_labels_n(partners); i++) {
            const gvc_int c = gvc_labels_find(countries, gvc_labels_code(partners, i));

            flags[i] = c >= 0 ? member[c]
                              : strcmp(gvc_labels_code(partners, i), gvc_group_name(group)) == 0;
        }
    } else {
        gvc_mem__free(flags);
        flags = NULL;
    }
    gvc_mem__free(member);
    return flags;
}

static int make_room(gvc_ctx *ctx, shares *s, gvc_int more)
{
    cell *cells;

    if (s->n + more <= s->room)
        return 1;
    cells = gvc_mem__realloc(ctx, s->cells, s->n + more, sizeof *cells);
    if (!cells)
        return 0;
    s->cells = cells;
    s->room = s->n + more;
    return 1;
}

/* Sum the rows of one frame; rows of a country(-sector) need not be neighbours. */
static void sum_rows(shares *s, const gvc_frame *frame, const double *values,
                     const int32_t *country_map, const int32_t *sector_map,
                     const unsigned char *member)
{
    const gvc_int sector = gvc_frame_find(frame, "sector");
    const int32_t *countries = gvc_frame_codes(frame, gvc_frame_find(frame, "country"));
    const int32_t *partners = gvc_frame_codes(frame, gvc_frame_find(frame, "partner"));
    const int32_t *sectors = sector < 0 ? NULL : gvc_frame_codes(frame, sector);

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        const int32_t c = countries[i] < 0 ? -1 : country_map[countries[i]];
        const int32_t k = !sectors || sectors[i] < 0 ? -1 : sector_map[sectors[i]];

        if (c < 0 || partners[i] < 0 || isnan(values[i]))
            continue;
        s->cells[s->n] = (cell){
            gvc_frame_year(frame), c, k, s->n, member[partners[i]] ? values[i] : 0, values[i]
        };
        s->n++;
    }
}

static gvc_status gather(gvc_ctx *ctx, shares *s, const gvc_frame *frame, const char *measure,
                         const gvc_group *group)
{
    const gvc_int value = gvc_frame_find(frame, measure);
    const gvc_int partner = gvc_frame_find(frame, "partner");
    const gvc_int sector = gvc_frame_find(frame, "sector");
    unsigned char *member = NULL;
    int32_t *country_map = NULL, *sector_map = NULL;
    gvc_status st = GVC_ENOMEM;

    if (value < 0 || partner < 0)
        return GVC_OK;
    member = flag_members(ctx, s->stack->panel, group, gvc_frame_labels(frame, partner),
                          gvc_frame_year(frame));
    country_map = map_codes(ctx, gvc_frame_labels(frame, gvc_frame_find(frame, "country")),
                            s->stack->countries);
    if (sector >= 0)
        sector_map = map_codes(ctx, gvc_frame_labels(frame, sector), s->stack->sectors);
    if (member && country_map && (sector < 0 || sector_map) &&
        make_room(ctx, s, gvc_frame_rows(frame))) {
        sum_rows(s, frame, gvc_frame_reals(frame, value), country_map, sector_map, member);
        st = GVC_OK;
    }
    gvc_mem__free(member);
    gvc_mem__free(country_map);
    gvc_mem__free(sector_map);
    return st;
}

/* Equal keys become one cell. */
static void merge(shares *s)
{
    gvc_int kept = 0;

    if (s->n > 0)
        qsort(s->cells, (size_t)s->n, sizeof *s->cells, compare_for_sort);
    for (gvc_int i = 0; i < s->n; i++) {
        if (kept > 0 && compare_cells(&s->cells[kept - 1], &s->cells[i]) == 0) {
            s->cells[kept - 1].part += s->cells[i].part;
            s->cells[kept - 1].whole += s->cells[i].whole;
        } else {
            s->cells[kept++] = s->cells[i];
        }
    }
    s->n = kept;
}

static const char *rule_text(gvc_group_rule rule)
{
    return rule.time == GVC_GROUP_CURRENT ? "current"
           : rule.time == GVC_GROUP_FIXED ? "fixed"
                                          : "union";
}

static gvc_status add_column(gvc_ctx *ctx, shares *s, const char *name, const gvc_group *group,
                             const gvc_frame *frame, gvc_int column)
{
    gvc_stack *stack = s->stack;
    gvc_buf label = { 0 };
    gvc_column_info info = {
        .name = name,
        .unit = "share",
        .measure = name,
        .group = gvc_frame_group(frame, column),
        .paper = gvc_frame_paper(frame, column),
        .meaning = gvc_frame_sector_meaning(frame, column),
        .partner = gvc_frame_partner_meaning(frame, column),
    };
    double *cells;

    gvc_buf__printf(ctx, &label, "Share of %s (%s) in %s", gvc_group_name(group),
                    rule_text(stack->panel->rule), gvc_frame_name(frame, column));
    info.label = gvc_buf__text(&label);
    cells = label.failed ? NULL : gvc_frame__add_real(ctx, stack->out, &info);
    gvc_buf__free(&label);
    for (gvc_int i = 0; cells && i < stack->rows; i++) {
        const gvc_stack_row *r = &stack->row[i];
        const cell want = { .year = r->year, .country = r->country, .sector = r->sector };
        const cell *has = bsearch(&want, s->cells, (size_t)s->n, sizeof *s->cells, compare_cells);

        if (has && has->whole > 0)
            cells[i] = has->part / has->whole;
    }
    return cells ? GVC_OK : GVC_ENOMEM;
}

static gvc_status add_share(gvc_ctx *ctx, gvc_stack *stack, const gvc_group *group,
                            const gvc_frame *frame, gvc_int column)
{
    const gvc_frames *lists[] = { stack->panel->frames, stack->panel->pairs };
    const char *measure = gvc_frame_name(frame, column);
    shares s = { .stack = stack };
    gvc_buf name = { 0 };
    gvc_status st = GVC_OK;

    gvc_buf__printf(ctx, &name, "%s_share_%s", gvc_group_name(group), measure);
    for (gvc_int i = 0; i < name.len; i++)
        name.data[i] = (char)tolower((unsigned char)name.data[i]);
    if (name.failed) {
        st = GVC_ENOMEM;
    } else if (name.len > NAME_MAX_LENGTH) {
        gvc_log__warn(ctx, "no column %s: the name has more than %d characters", name.data,
                      NAME_MAX_LENGTH);
    } else if (gvc_frame_find(stack->out, name.data) < 0) {
        for (int l = 0; l < 2; l++)
            for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(lists[l]); f++)
                st = gather(ctx, &s, gvc_frames_get(lists[l], f), measure, group);
        merge(&s);
        if (st == GVC_OK)
            st = add_column(ctx, &s, name.data, group, frame, column);
    }
    gvc_mem__free(s.cells);
    gvc_buf__free(&name);
    return st;
}

gvc_status gvc_stack__add_shares(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_frames *lists[] = { stack->panel->frames, stack->panel->pairs };
    gvc_status st = GVC_OK;

    for (gvc_int g = 0; g < stack->panel->n_partners; g++)
        for (int l = 0; l < 2; l++)
            for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(lists[l]); f++) {
                const gvc_frame *frame = gvc_frames_get(lists[l], f);

                if (gvc_frame_find(frame, "partner") < 0)
                    continue;
                for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(frame); c++)
                    if (strcmp(gvc_frame_unit(frame, c), "money") == 0 &&
                        gvc_frame_role(frame, c) == GVC_ROLE_VALUE)
                        st = add_share(ctx, stack, stack->panel->partners[g], frame, c);
            }
    return st;
}
