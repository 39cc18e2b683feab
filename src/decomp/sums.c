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

/* One frame. Rows that differ in the first key alone share a `place`. */
typedef struct adder {
    const gvc_model *model;
    const gvc_measure *measure;
    const gvc_run_opts *opts;
    const gvc_frame *all;
    gvc_rowplan *plan;
    gvc_int lead; /* column of the first key */
    gvc_int U, places;
    unsigned char *chosen, *member; /* U: by the filters, and of the group at hand */
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

/* Flags of the units inside group g. */
static gvc_status mark_members(gvc_ctx *ctx, const adder *a, gvc_int g)
{
    return gvc_filter__group(ctx, a->member, a->model, a->opts->sums[g], "sum",
                             a->opts->group_rule);
}

static int is_member(const adder *a, gvc_int row)
{
    return a->member[gvc_frame_codes(a->all, a->lead)[row]];
}

/* ---- which rows the new frame has ---- */

static void take_chosen(adder *a)
{
    for (gvc_int i = 0; i < gvc_frame_rows(a->all); i++)
        if (a->chosen[gvc_frame_codes(a->all, a->lead)[i]])
            a->rows[a->n_rows++] = i;
    a->n_own = a->n_rows;
}

/* The first row of each place stands for the sum until its values are put. */
static void take_sum(adder *a)
{
    for (gvc_int p = 0; p < a->places; p++)
        a->row_of[p] = -1;
    for (gvc_int i = 0; i < gvc_frame_rows(a->all); i++) {
        const gvc_int p = place_of(a->all, a->lead, i);

        if (is_member(a, i) && a->row_of[p] < 0) {
            a->row_of[p] = a->n_rows;
            a->rows[a->n_rows++] = i;
        }
    }
}

/* ---- the flow of a sum ---- */

static gvc_int code(const gvc_frame *frame, const char *key, gvc_int row)
{
    const gvc_int j = gvc_frame_find(frame, key);

    return j < 0 ? -1 : gvc_frame_codes(frame, j)[row];
}

/* Exports, or imports, of the members in the cell of `row`: what shares and ratios divide by. The
 * partner of a pair may be its absorber. */
static double gross_of(const adder *a, gvc_int row)
{
    const gvc_view E = gvc_model_E(a->model);
    const int imports = gvc_frame_find(a->all, "exporter") < 0;
    const gvc_int k = code(a->all, "exporter_sector", row);
    const int has_pair = strstr(gvc_frame_level(a->all), "bilateral") != NULL;
    const gvc_int importer = code(a->all, "importer", row);
    const gvc_int partner = importer >= 0 ? importer : code(a->all, "destination", row);
    gvc_sum sum = { 0 };

    for (gvc_int r = 0; r < a->U; r++) {
        if (imports ? !a->member[r] : has_pair && r != partner)
            continue;
        for (gvc_int i = 0; i < E.rows; i++)
            if ((imports || a->member[a->plan->unit_of[i]]) &&
                (k < 0 || a->plan->sector_of[i % a->plan->N] == k))
                gvc_sum__add(&sum, E.a[i + r * E.ld]);
    }
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

static void put_sums(const adder *a, gvc_frame *frame, gvc_int column)
{
    const double *from = gvc_frame_reals(a->all, column);

    memset(a->sums, 0, (size_t)a->places * sizeof *a->sums);
    for (gvc_int i = 0; i < gvc_frame_rows(a->all); i++)
        if (is_member(a, i))
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
        gross = gross_of(a, a->rows[row]);
        values[row] = gross == 0 ? NAN : gvc_frame_reals(frame, numerator)[row] / gross;
        flags[row] = gross == 0 ? GVC_FLAG_DEN0 : GVC_FLAG_NONE;
    }
    return GVC_OK;
}

static gvc_status put_group(gvc_ctx *ctx, adder *a, gvc_frame *frame, gvc_int g, gvc_int *at)
{
    int32_t *lead = (int32_t *)gvc_frame_codes(frame, a->lead);
    gvc_status st = mark_members(ctx, a, g);

    if (st != GVC_OK)
        return st;
    a->n_rows = *at;
    take_sum(a);
    for (gvc_int row = *at; row < a->n_rows; row++)
        lead[row] = (int32_t)(a->U + g);
    *at = a->n_rows;
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
        if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE && numerator_of(a, c) < 0)
            put_sums(a, frame, c);
    for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(frame); c++)
        if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE && numerator_of(a, c) >= 0)
            st = put_ratios(ctx, a, frame, c, numerator_of(a, c));
    return st;
}

/* ---- the new frame ---- */

/* The units, and sum:NAME of every group behind them. */
static gvc_status name_sums(gvc_ctx *ctx, gvc_labels **out, const adder *a)
{
    const gvc_labels *units = gvc_units_labels(gvc_model_units(a->model));
    const gvc_int n = a->U + a->opts->n_sums;
    gvc_arena *arena = gvc_arena__new(ctx);
    const char **codes = gvc_mem__alloc(ctx, 2 * n, sizeof *codes);
    gvc_status st = arena && codes ? GVC_OK : GVC_ENOMEM;

    for (gvc_int u = 0; st == GVC_OK && u < n; u++) {
        codes[u] = u < a->U ? gvc_labels_code(units, u)
                            : gvc_arena__format(ctx, arena, "sum:%s",
                                                gvc_group_name(a->opts->sums[u - a->U]));
        codes[n + u] = u < a->U ? gvc_labels_name(units, u) : codes[u];
        st = codes[u] ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, out, n, codes, codes + n);
    gvc_mem__free(codes);
    gvc_arena__free(arena);
    return st;
}

static gvc_status build(gvc_ctx *ctx, adder *a, gvc_frame **out)
{
    gvc_labels *labels = NULL;
    gvc_frame *frame = NULL;
    gvc_status st = GVC_OK;
    gvc_int at;

    take_chosen(a);
    for (gvc_int g = 0; st == GVC_OK && g < a->opts->n_sums; g++) {
        st = mark_members(ctx, a, g);
        if (st == GVC_OK)
            take_sum(a);
    }
    if (st == GVC_OK)
        st = gvc_frame__select(ctx, &frame, a->all, a->rows, a->n_rows);
    if (st == GVC_OK)
        st = name_sums(ctx, &labels, a);
    if (st == GVC_OK)
        gvc_frame__relabel(frame, a->lead, labels);
    at = a->n_own;
    for (gvc_int g = 0; st == GVC_OK && g < a->opts->n_sums; g++)
        st = put_group(ctx, a, frame, g, &at);
    gvc_labels__free(labels);
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
    a->member = gvc_mem__calloc(ctx, a->U, 1);
    a->rows = gvc_mem__alloc(ctx, n * (1 + a->opts->n_sums), sizeof *a->rows);
    a->row_of = gvc_mem__alloc(ctx, a->places, sizeof *a->row_of);
    a->sums = gvc_mem__alloc(ctx, a->places, sizeof *a->sums);
    return a->chosen && a->member && a->rows && a->row_of && a->sums ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_sums__append(gvc_ctx *ctx, gvc_frame **frame, const gvc_model *model,
                            const gvc_measure *measure, const gvc_run_opts *opts)
{
    const int imports = gvc_frame_find(*frame, "exporter") < 0;
    const gvc_run_opts plain = { .sectors = opts->sectors };
    adder a = { .model = model, .measure = measure, .opts = opts, .all = *frame };
    gvc_frame *with = NULL;
    gvc_status st = gvc_rowplan__new(ctx, &a.plan, model, &plain);

    a.lead = gvc_frame_find(*frame, imports ? "importer" : "exporter");
    a.U = gvc_model_U(model);
    a.places = count_places(*frame, a.lead);
    if (st == GVC_OK)
        st = take_room(ctx, &a);
    if (st == GVC_OK)
        st = gvc_filter__units(ctx, a.chosen, model,
                               imports ? opts->filter.importer : opts->filter.exporter,
                               imports ? "importer" : "exporter", opts->group_rule);
    if (st == GVC_OK)
        st = build(ctx, &a, &with);
    gvc_mem__free(a.chosen);
    gvc_mem__free(a.member);
    gvc_mem__free(a.rows);
    gvc_mem__free(a.row_of);
    gvc_mem__free(a.sums);
    gvc_rowplan__free(a.plan);
    if (st == GVC_OK) {
        gvc_frame_free(*frame);
        *frame = with;
    }
    return st;
}
