#include "decomp/sums.h"

#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"
#include "decomp/driver.h"
#include "decomp/filter.h"
#include "decomp/rowplan.h"
#include "decomp/sum.h"

#include <math.h>
#include <string.h>

/* One frame and the key, exporter or partner, whose countries are added up. Rows that differ in
 * this key alone share a `place`. */
typedef struct adder {
    const gvc_model *model;
    const gvc_measure *measure;
    const gvc_run_opts *opts;
    const gvc_group *const *groups;
    gvc_int n_groups;
    unsigned char *used; /* n_groups */
    int is_apart;        /* the new frame has sums alone, under the names of their groups */
    const gvc_frame *all;
    gvc_rowplan *plan;
    gvc_int lead, exporter, partner; /* columns; -1 where there is none */
    gvc_int U, places;
    unsigned char *chosen;        /* U: by the filter of the key */
    unsigned char *member;        /* n_groups x U */
    gvc_int *rows, n_rows, n_own; /* of `all`, for the new frame: chosen ones, then one for a sum */
    gvc_int *row_of;              /* places: row that stands for the sum, -1 */
    gvc_sum *sums;                /* places */
} adder;

/* Where a row belongs among the keys after the first. */
static gvc_int place_of(const gvc_frame *frame, gvc_int lead, gvc_int row)
{
    gvc_int at = 0;

    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++)
        if (j != lead && gvc_frame_role(frame, j) == GVC_ROLE_KEY)
            at = at * gvc_labels_n(gvc_frame_labels(frame, j)) + gvc_frame_codes(frame, j)[row];
    return at;
}

static gvc_int count_places(const gvc_frame *frame, gvc_int lead)
{
    gvc_int n = 1;

    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++)
        if (j != lead && gvc_frame_role(frame, j) == GVC_ROLE_KEY)
            n *= gvc_labels_n(gvc_frame_labels(frame, j));
    return n;
}

/* Units behind a code of the keys exporter and partner: one of them, the members of a group, or all
 * where the level lacks the key. */
static int stands_for(const adder *a, gvc_int code, gvc_int u)
{
    if (code < a->U)
        return code < 0 || code == u;
    return a->member[(code - a->U) * a->U + u];
}

static int is_member(const adder *a, gvc_int g, gvc_int row)
{
    const gvc_int u = gvc_frame_codes(a->all, a->lead)[row];

    return u < a->U && stands_for(a, a->U + g, u);
}

/* ---- which rows the new frame has ---- */

static void take_chosen(adder *a)
{
    for (gvc_int i = 0; i < gvc_frame_rows(a->all); i++)
        if (a->chosen[gvc_frame_codes(a->all, a->lead)[i]])
            a->rows[a->n_rows++] = i;
    a->n_own = a->n_rows;
}

/* The first row of each place stands for the sum until its values are put; sums are in the order of
 * places, which is that of the table. */
static void take_sum(adder *a, gvc_int g)
{
    for (gvc_int p = 0; p < a->places; p++)
        a->row_of[p] = -1;
    for (gvc_int i = gvc_frame_rows(a->all) - 1; i >= 0; i--)
        if (is_member(a, g, i))
            a->row_of[place_of(a->all, a->lead, i)] = i;
    for (gvc_int p = 0; p < a->places; p++)
        if (a->row_of[p] >= 0) {
            a->rows[a->n_rows] = a->row_of[p];
            a->row_of[p] = a->n_rows++;
        }
}

/* ---- the flow of a sum ---- */

static gvc_int code(const gvc_frame *frame, gvc_int column, gvc_int row)
{
    return column < 0 ? -1 : gvc_frame_codes(frame, column)[row];
}

/* The gross flow in the cell of `row` of the new frame: what shares and ratios divide by. */
static double gross_of(const adder *a, const gvc_frame *frame, gvc_int row)
{
    const gvc_view E = gvc_model_E(a->model);
    const gvc_int s = code(frame, a->exporter, row), to = code(frame, a->partner, row);
    const gvc_int k = code(frame, gvc_frame_find(frame, "exporter_sector"), row);
    gvc_sum sum = { 0 };

    for (gvc_int r = 0; r < a->U; r++)
        for (gvc_int i = 0; stands_for(a, to, r) && i < E.rows; i++)
            if (stands_for(a, s, a->plan->unit_of[i]) &&
                (k < 0 || a->plan->sector_of[i % a->plan->N] == k))
                gvc_sum__add(&sum, E.a[i + r * E.ld]);
    return gvc_sum__value(&sum);
}

/* ---- values ---- */

static double *values_of(gvc_frame *frame, gvc_int column)
{
    return (double *)gvc_frame_reals(frame, column);
}

/* What a column is divided by after the sums: -1 where it is added up, else the column of the
 * numerator. */
static gvc_int numerator_of(const adder *a, gvc_int column)
{
    const gvc_decomp *how = a->measure->how;
    const char *name = gvc_frame_name(a->all, column);
    const size_t n = strlen(name);
    char term[64];

    for (gvc_int q = 0; q < how->n_ratios; q++)
        if (strcmp(a->measure->terms[how->ratios[q].term].name, name) == 0)
            return gvc_frame_find(a->all, a->measure->terms[how->ratios[q].of].name);
    if (strcmp(gvc_frame_unit(a->all, column), "share") != 0 || n < 4 || n >= sizeof term)
        return -1;
    memcpy(term, name, n - 3);
    term[n - 3] = '\0';
    return gvc_frame_find(a->all, term);
}

static void put_sums(const adder *a, gvc_frame *frame, gvc_int column, gvc_int g)
{
    const double *from = gvc_frame_reals(a->all, column);

    memset(a->sums, 0, (size_t)a->places * sizeof *a->sums);
    for (gvc_int i = 0; i < gvc_frame_rows(a->all); i++)
        if (is_member(a, g, i))
            gvc_sum__add(&a->sums[place_of(a->all, a->lead, i)], from[i]);
    for (gvc_int p = 0; p < a->places; p++)
        if (a->row_of[p] >= 0)
            values_of(frame, column)[a->row_of[p]] = gvc_sum__value(&a->sums[p]);
}

static gvc_status put_ratios(gvc_ctx *ctx, const adder *a, gvc_frame *frame, gvc_int column,
                             gvc_int numerator)
{
    double *values = values_of(frame, column);
    unsigned char *flags = gvc_frame__add_flags(ctx, frame, column);

    if (!flags)
        return GVC_ENOMEM;
    for (gvc_int p = 0; p < a->places; p++) {
        const gvc_int row = a->row_of[p];
        double gross;

        if (row < 0)
            continue;
        gross = gross_of(a, frame, row);
        values[row] = gross == 0 ? NAN : gvc_frame_reals(frame, numerator)[row] / gross;
        flags[row] = gross == 0 ? GVC_FLAG_DEN0 : GVC_FLAG_NONE;
    }
    return GVC_OK;
}

static gvc_status put_group(gvc_ctx *ctx, adder *a, gvc_frame *frame, gvc_int g, gvc_int *at)
{
    int32_t *lead = (int32_t *)gvc_frame_codes(frame, a->lead);
    gvc_status st = GVC_OK;

    a->n_rows = *at;
    take_sum(a, g);
    for (gvc_int row = *at; row < a->n_rows; row++)
        lead[row] = (int32_t)(a->U + g);
    *at = a->n_rows;
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
        if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE && numerator_of(a, c) < 0)
            put_sums(a, frame, c, g);
    for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(frame); c++)
        if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE && numerator_of(a, c) >= 0)
            st = put_ratios(ctx, a, frame, c, numerator_of(a, c));
    return st;
}

/* ---- the new frame ---- */

/* The units, and sum:NAME of every group behind them; or the groups alone. */
static gvc_status name_rows(gvc_ctx *ctx, const adder *a, gvc_frame *frame)
{
    const gvc_labels *units = gvc_units_labels(gvc_model_units(a->model));
    const gvc_int own = a->is_apart ? 0 : a->U, n = own + a->n_groups;
    int32_t *lead = (int32_t *)gvc_frame_codes(frame, a->lead);
    gvc_arena *arena = gvc_arena__new(ctx);
    const char **codes = gvc_mem__alloc(ctx, 2 * n, sizeof *codes);
    gvc_labels *labels = NULL;
    gvc_status st = arena && codes ? GVC_OK : GVC_ENOMEM;

    for (gvc_int u = 0; st == GVC_OK && u < n; u++) {
        codes[u] = u < own ? gvc_labels_code(units, u)
                           : gvc_arena__format(ctx, arena, "%s%s", a->is_apart ? "" : "sum:",
                                               gvc_group_name(a->groups[u - own]));
        codes[n + u] = u < own ? gvc_labels_name(units, u) : codes[u];
        st = codes[u] ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &labels, n, codes, codes + n);
    if (st == GVC_OK)
        gvc_frame__relabel(frame, a->lead, labels);
    for (gvc_int i = 0; a->is_apart && i < gvc_frame_rows(frame); i++)
        lead[i] -= (int32_t)a->U;
    gvc_labels__free(labels);
    gvc_mem__free(codes);
    gvc_arena__free(arena);
    return st;
}

/* The rows of `all` that are chosen, and those of the sums behind them. */
static gvc_status build(gvc_ctx *ctx, adder *a, gvc_frame **out)
{
    gvc_frame *frame = NULL;
    gvc_status st;
    gvc_int at;

    take_chosen(a);
    for (gvc_int g = 0; g < a->n_groups; g++)
        if (a->used[g])
            take_sum(a, g);
    at = a->n_own;
    st = gvc_frame__select(ctx, &frame, a->all, a->rows, a->n_rows);
    for (gvc_int g = 0; st == GVC_OK && g < a->n_groups; g++)
        if (a->used[g])
            st = put_group(ctx, a, frame, g, &at);
    if (st == GVC_OK)
        st = name_rows(ctx, a, frame);
    if (st == GVC_OK)
        *out = frame;
    else
        gvc_frame_free(frame);
    return st;
}

static gvc_status take_room(gvc_ctx *ctx, adder *a)
{
    const gvc_int n = gvc_frame_rows(a->all);

    a->chosen = gvc_mem__calloc(ctx, a->U, 1);
    a->rows = gvc_mem__alloc(ctx, n * (1 + a->n_groups), sizeof *a->rows);
    a->row_of = gvc_mem__alloc(ctx, a->places, sizeof *a->row_of);
    a->sums = gvc_mem__alloc(ctx, a->places, sizeof *a->sums);
    return a->chosen && a->rows && a->row_of && a->sums ? GVC_OK : GVC_ENOMEM;
}

/* A frame of the rows of `all` that `filter` chooses by their key `lead`, and of sums over the key.
 */
static gvc_status add_up(gvc_ctx *ctx, adder *a, gvc_frame **out, const gvc_frame *all,
                         gvc_int lead, const char *const *filter)
{
    gvc_status st;

    a->all = all;
    a->lead = lead;
    a->places = count_places(all, lead);
    a->n_rows = 0;
    st = take_room(ctx, a);
    if (st == GVC_OK && !a->is_apart)
        st = gvc_filter__units(ctx, a->chosen, a->model, filter,
                               lead == a->exporter ? "exporter" : "importer", a->opts->group_rule);
    if (st == GVC_OK)
        st = build(ctx, a, out);
    gvc_mem__free(a->chosen);
    gvc_mem__free(a->rows);
    gvc_mem__free(a->row_of);
    gvc_mem__free(a->sums);
    return st;
}

/* The same for exporters and then for partners, as far as the frame has them. */
static gvc_status add_up_both(gvc_ctx *ctx, adder *a, gvc_frame **out, const gvc_frame *all)
{
    const gvc_filter *filter = &a->opts->filter;
    gvc_frame *half = NULL;
    gvc_status st;

    if (a->exporter < 0)
        return add_up(ctx, a, out, all, a->partner, filter->importer);
    if (a->partner < 0)
        return add_up(ctx, a, out, all, a->exporter, filter->exporter);
    st = add_up(ctx, a, &half, all, a->exporter, filter->exporter);
    if (st == GVC_OK)
        st = add_up(ctx, a, out, half, a->partner, filter->importer);
    gvc_frame_free(half);
    return st;
}

/* ---- what is added up ---- */

/* Those in `member` of a group, and whether it has any. */
static gvc_status find_members(gvc_ctx *ctx, adder *a)
{
    const gvc_table *table = gvc_model_table(a->model);
    unsigned char *countries = gvc_mem__calloc(ctx, gvc_table_G(table), 1);
    gvc_status st = GVC_OK;

    a->member = gvc_mem__calloc(ctx, a->n_groups * a->U, 1);
    a->used = gvc_mem__calloc(ctx, a->n_groups, 1);
    if (!countries || !a->member || !a->used)
        st = GVC_ENOMEM;
    for (gvc_int g = 0; st == GVC_OK && g < a->n_groups; g++) {
        const gvc_group *group = a->groups[g];

        a->used[g] = gvc_group_members(group, gvc_table_edition(table), gvc_table_year(table),
                                       a->opts->group_rule, countries, NULL) > 0;
        if (a->used[g] || !a->is_apart)
            st = gvc_filter__group(ctx, a->member + g * a->U, a->model, group, "sum",
                                   a->opts->group_rule);
    }
    gvc_mem__free(countries);
    return st;
}

/* Who exports and to whom: the partner of a pair may be its absorber. The filters are read once
 * here, because not every frame has both keys. */
static gvc_status begin(gvc_ctx *ctx, adder *a, const gvc_frame *frame)
{
    const int is_pair = strstr(gvc_frame_level(frame), "bilateral") != NULL;
    gvc_status st = gvc_rowplan__new(ctx, &a->plan, a->model, a->opts);

    a->U = gvc_model_U(a->model);
    a->exporter = gvc_frame_find(frame, "exporter");
    a->partner = gvc_frame_find(frame, "importer");
    if (a->partner < 0 && is_pair)
        a->partner = gvc_frame_find(frame, "destination");
    return st == GVC_OK ? find_members(ctx, a) : st;
}

static void end(adder *a)
{
    gvc_mem__free(a->member);
    gvc_mem__free(a->used);
    gvc_rowplan__free(a->plan);
}

gvc_status gvc_sums__append(gvc_ctx *ctx, gvc_frames *frames, const gvc_frame *all,
                            const gvc_model *model, const gvc_measure *measure,
                            const gvc_run_opts *opts)
{
    adder a = { .model = model,
                .measure = measure,
                .opts = opts,
                .groups = opts->sums,
                .n_groups = opts->n_sums };
    gvc_frame *out = NULL;
    gvc_status st = begin(ctx, &a, all);

    if (st == GVC_OK)
        st = add_up_both(ctx, &a, &out, all);
    end(&a);
    return st == GVC_OK ? gvc_frames__add(ctx, frames, out) : st;
}

/* ---- rows of groups, as indices have them ---- */

static void drop_unnamed(adder *a, const char *const *filter)
{
    for (gvc_int g = 0; filter && g < a->n_groups; g++) {
        int is_named = 0;

        for (const char *const *name = filter; *name; name++)
            is_named |= strcmp(*name, gvc_group_name(a->groups[g])) == 0;
        a->used[g] &= (unsigned char)is_named;
    }
}

/* The key that is added up, and the name of the level that comes of it; -1: none does. */
static gvc_int apart_key(const adder *a, const gvc_frame *all, const char **level)
{
    static const char *const levels[][2] = { { "country", "group_sum" },
                                             { "imports", "group_sum" },
                                             { "bilateral", "bilateral_group" },
                                             { "bilateral_sector", "bilateral_sector_group" } };

    for (int l = 0; l < (a->opts->pool_partners ? 4 : 2); l++)
        if (strcmp(gvc_frame_level(all), levels[l][0]) == 0) {
            *level = levels[l][1];
            return l == 0 ? a->exporter : a->partner;
        }
    return -1;
}

/* The same without sums, to choose rows. */
static adder chooser_of(const adder *a)
{
    adder chooser = *a;

    chooser.is_apart = 0;
    chooser.n_groups = 0;
    return chooser;
}

static gvc_status add_apart(gvc_ctx *ctx, adder *a, gvc_frame **out, const gvc_frame *all,
                            gvc_int lead)
{
    const gvc_filter *filter = &a->opts->filter;
    gvc_frame *sellers = NULL;
    adder chooser = chooser_of(a);
    gvc_status st;

    drop_unnamed(a, lead == a->exporter ? filter->exporter : filter->importer);
    if (lead == a->exporter || a->exporter < 0)
        return add_up(ctx, a, out, all, lead, NULL);
    st = add_up(ctx, &chooser, &sellers, all, a->exporter, filter->exporter);
    if (st == GVC_OK)
        st = add_up(ctx, a, out, sellers, lead, NULL);
    gvc_frame_free(sellers);
    return st;
}

gvc_status gvc_sums__beside(gvc_ctx *ctx, gvc_frames *frames, const gvc_frame *all,
                            const gvc_model *model, const gvc_measure *measure,
                            const gvc_run_opts *opts)
{
    adder a = { .model = model,
                .measure = measure,
                .opts = opts,
                .groups = opts->groups,
                .n_groups = opts->n_groups,
                .is_apart = 1 };
    gvc_frame *own = NULL, *sums = NULL;
    const char *level = NULL;
    gvc_int lead = -1;
    gvc_status st = begin(ctx, &a, all);

    if (st == GVC_OK) {
        adder chooser = chooser_of(&a);

        lead = apart_key(&a, all, &level);
        st = add_up_both(ctx, &chooser, &own, all);
    }
    if (st == GVC_OK)
        st = gvc_frames__add(ctx, frames, own);
    if (st == GVC_OK && lead >= 0)
        st = add_apart(ctx, &a, &sums, all, lead);
    end(&a);
    if (st == GVC_OK && sums && gvc_frame_rows(sums) > 0)
        st = gvc_frame__set_level(ctx, sums, level);
    if (st == GVC_OK && sums && gvc_frame_rows(sums) > 0)
        return gvc_frames__add(ctx, frames, sums);
    gvc_frame_free(sums);
    return st;
}
