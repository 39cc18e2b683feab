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
 * country carry the same share. It comes from pools, sums over partners of which WLD is everybody,
 * or else from pairs, whose sums run over rows in the order of the table.
 */

enum { NAME_MAX_LENGTH = 32 };

/* Sums of one edition, country, sector (-1: none) and year. */
typedef struct cell {
    int32_t tag, year, country, sector;
    int is_there;
    double part, whole;
} cell;

typedef struct shares {
    gvc_stack *stack;
    gvc_int n;
    cell *cells; /* sorted by key once gathered */
} shares;

static int order(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int compare_cells(const void *a, const void *b)
{
    const cell *left = a, *right = b;
    int by = order(left->tag, right->tag);

    by = by ? by : order(left->year, right->year);
    by = by ? by : order(left->country, right->country);
    return by ? by : order(left->sector, right->sector);
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

/* What a row counts as by its partner. */
enum { IN_PART = 1, IN_WHOLE = 2 };

/* Flags of the labels of a pool's partners: the group, and everybody. */
static void flag_pool(unsigned char *flags, const gvc_labels *partners, const gvc_group *group)
{
    for (gvc_int i = 0; i < gvc_labels_n(partners); i++) {
        const char *code = gvc_labels_code(partners, i);

        if (strcmp(code, gvc_group_name(group)) == 0)
            flags[i] = IN_PART;
        else if (strcmp(code, "WLD") == 0)
            flags[i] = IN_WHOLE;
    }
}

/* The same for pairs: the members in the frame's year, and every partner. */
static gvc_status flag_members(gvc_ctx *ctx, unsigned char *flags, const gvc_panel *panel,
                               const gvc_group *group, const gvc_edition *edition,
                               const gvc_labels *partners, int year)
{
    const gvc_labels *countries = gvc_edition_countries(edition);
    unsigned char *member = gvc_mem__calloc(ctx, gvc_labels_n(countries), 1);

    if (!member)
        return GVC_ENOMEM;
    gvc_group_members(group, edition, year, panel->opts.group_rule, member, NULL);
    for (gvc_int i = 0; i < gvc_labels_n(partners); i++) {
        const gvc_int c = gvc_labels_find(countries, gvc_labels_code(partners, i));
        const int is_member =
            c >= 0 ? member[c] : strcmp(gvc_labels_code(partners, i), gvc_group_name(group)) == 0;

        flags[i] = (unsigned char)(IN_WHOLE | (is_member ? IN_PART : 0));
    }
    gvc_mem__free(member);
    return GVC_OK;
}

/* How one frame's keys read in the lists of the stack, and what its partners count as. */
typedef struct reader {
    int32_t *country, *sector, *partner;
    unsigned char *counts;
} reader;

static gvc_status open_reader(gvc_ctx *ctx, reader *in, const gvc_stack *stack,
                              const gvc_frame *frame, const gvc_panel_source *source,
                              const gvc_group *group)
{
    const gvc_labels *partners = gvc_frame_labels(frame, gvc_frame_find(frame, "partner"));
    const gvc_int sector = gvc_frame_find(frame, "sector");

    gvc_status st = GVC_OK;

    in->counts = gvc_mem__calloc(ctx, gvc_labels_n(partners), 1);
    if (in->counts && gvc_panel__is_pool(frame))
        flag_pool(in->counts, partners, group);
    else if (in->counts)
        st = flag_members(ctx, in->counts, stack->panel, group, source->edition, partners,
                          gvc_frame_year(frame));
    in->country =
        map_codes(ctx, gvc_frame_labels(frame, gvc_frame_find(frame, "country")), stack->countries);
    in->partner = map_codes(ctx, partners, stack->countries);
    if (sector >= 0)
        in->sector = map_codes(ctx, gvc_frame_labels(frame, sector), stack->sectors);
    if (!in->counts || !in->country || !in->partner || (sector >= 0 && !in->sector))
        st = GVC_ENOMEM;
    return st;
}

static void close_reader(reader *in)
{
    gvc_mem__free(in->counts);
    gvc_mem__free(in->country);
    gvc_mem__free(in->partner);
    gvc_mem__free(in->sector);
}

/* Sum the rows of one frame into a cell per country and sector (0: none); own pairs are left out.
 */
static void sum_rows(cell *cells, gvc_int n_sectors, const gvc_frame *frame, const double *values,
                     const reader *in)
{
    const int32_t *countries = gvc_frame_codes(frame, gvc_frame_find(frame, "country"));
    const int32_t *partners = gvc_frame_codes(frame, gvc_frame_find(frame, "partner"));
    const int32_t *sectors =
        in->sector ? gvc_frame_codes(frame, gvc_frame_find(frame, "sector")) : NULL;

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        const int32_t c = countries[i] < 0 ? -1 : in->country[countries[i]];
        const int32_t k = !sectors || sectors[i] < 0 ? -1 : in->sector[sectors[i]];
        const int counts = partners[i] < 0 ? 0 : in->counts[partners[i]];
        cell *to;

        if (c < 0 || !counts || in->partner[partners[i]] == c || isnan(values[i]))
            continue;
        to = &cells[c * (n_sectors + 1) + k + 1];
        to->country = c;
        to->sector = k;
        to->is_there = 1;
        to->part += counts & IN_PART ? values[i] : 0;
        to->whole += counts & IN_WHOLE ? values[i] : 0;
    }
}

/* Append the cells that got something. */
static gvc_status keep_cells(gvc_ctx *ctx, shares *s, const cell *cells, gvc_int n, int32_t tag,
                             int year)
{
    cell *more = gvc_mem__realloc(ctx, s->cells, s->n + n, sizeof *more);

    if (!more)
        return GVC_ENOMEM;
    s->cells = more;
    for (gvc_int i = 0; i < n; i++) {
        if (!cells[i].is_there)
            continue;
        more[s->n] = cells[i];
        more[s->n].tag = tag;
        more[s->n++].year = year;
    }
    return GVC_OK;
}

static gvc_status gather(gvc_ctx *ctx, shares *s, const gvc_panel_frames *frames, gvc_int f,
                         const char *measure, const gvc_group *group)
{
    const gvc_frame *frame = gvc_frames_get(frames->list, f);
    const gvc_panel_source *source = &s->stack->panel->sources[frames->source[f]];
    const gvc_int value = gvc_frame_find(frame, measure);
    const gvc_int K = gvc_codes__n(s->stack->sectors);
    const gvc_int n = gvc_codes__n(s->stack->countries) * (K + 1);
    reader in = { 0 };
    cell *cells;
    gvc_status st;

    if (value < 0 || gvc_frame_find(frame, "partner") < 0 || gvc_panel__is_pooled(frame))
        return GVC_OK;
    st = open_reader(ctx, &in, s->stack, frame, source, group);
    cells = gvc_mem__calloc(ctx, n, sizeof *cells);
    if (st == GVC_OK && !cells)
        st = GVC_ENOMEM;
    if (st == GVC_OK) {
        sum_rows(cells, K, frame, gvc_frame_reals(frame, value), &in);
        st = keep_cells(ctx, s, cells, n, (int32_t)find_code(s->stack->tags, source->tag),
                        gvc_frame_year(frame));
    }
    gvc_mem__free(cells);
    close_reader(&in);
    return st;
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
    unsigned char *flags = NULL;
    double *cells;

    gvc_buf__printf(ctx, &label, "Share of %s (%s) in %s", gvc_group_name(group),
                    rule_text(stack->panel->opts.group_rule), gvc_frame_name(frame, column));
    info.label = gvc_buf__text(&label);
    cells = label.failed ? NULL : gvc_frame__add_real(ctx, stack->out, &info);
    gvc_buf__free(&label);
    for (gvc_int i = 0; cells && i < stack->rows; i++) {
        const gvc_stack_row *r = &stack->row[i];
        const cell want = {
            .tag = r->tag, .year = r->year, .country = r->country, .sector = r->sector
        };
        const cell *has =
            s->n ? bsearch(&want, s->cells, (size_t)s->n, sizeof *s->cells, compare_cells) : NULL;

        if (has && has->whole > 0)
            cells[i] = has->part / has->whole;
        else if (has && !flags)
            flags = gvc_frame__add_flags(ctx, stack->out, gvc_frame_columns(stack->out) - 1);
        if (has && !(has->whole > 0) && !flags)
            return GVC_ENOMEM;
        if (has && !(has->whole > 0))
            flags[i] = GVC_FLAG_DEN0;
    }
    return cells ? GVC_OK : GVC_ENOMEM;
}

/* From the frames that only shares are taken from, or where none of them has the measure from the
 * rows of the panel. */
static gvc_status gather_all(gvc_ctx *ctx, shares *s, const char *measure, const gvc_group *group)
{
    const gvc_panel_frames *lists[] = { &s->stack->panel->pairs, &s->stack->panel->frames };
    gvc_status st = GVC_OK;

    for (int l = 0; st == GVC_OK && l < 2 && s->n == 0; l++)
        for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(lists[l]->list); f++)
            st = gather(ctx, s, lists[l], f, measure, group);
    if (st == GVC_OK && s->n > 0)
        qsort(s->cells, (size_t)s->n, sizeof *s->cells, compare_cells);
    return st;
}

static gvc_status add_share(gvc_ctx *ctx, gvc_stack *stack, const gvc_group *group,
                            const gvc_frame *frame, gvc_int column)
{
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
        st = gather_all(ctx, &s, measure, group);
        if (st == GVC_OK)
            st = add_column(ctx, &s, name.data, group, frame, column);
    }
    gvc_mem__free(s.cells);
    gvc_buf__free(&name);
    return st;
}

gvc_status gvc_stack__add_shares(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel_frames *lists[] = { &stack->panel->frames, &stack->panel->pairs };
    gvc_status st = GVC_OK;

    for (gvc_int g = 0; g < stack->panel->opts.n_partners; g++)
        for (int l = 0; l < 2; l++)
            for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(lists[l]->list); f++) {
                const gvc_frame *frame = gvc_frames_get(lists[l]->list, f);

                if (gvc_frame_find(frame, "partner") < 0 || gvc_panel__is_pooled(frame))
                    continue;
                for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(frame); c++)
                    if (strcmp(gvc_frame_unit(frame, c), "money") == 0 &&
                        gvc_frame_role(frame, c) == GVC_ROLE_VALUE)
                        st = add_share(ctx, stack, stack->panel->opts.partners[g], frame, c);
            }
    return st;
}
