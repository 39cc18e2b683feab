#include "decomp/output.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The key columns of the frame; NULL where the level lacks the key. */
struct keys {
    int32_t *exporter, *sector, *partner;
};

static gvc_status add_keys(gvc_ctx *ctx, struct keys *keys, gvc_frame *frame,
                           const gvc_model *model, const gvc_labels *sectors, const gvc_decomp *how,
                           gvc_level level)
{
    const gvc_labels *units = gvc_units_labels(gvc_model_units(model));
    const gvc_column_info exporter = { .name = "exporter", .label = "Exporting country or group" };
    const gvc_column_info sector = { .name = "exporter_sector", .label = "Sector of the exporter" };
    const gvc_column_info partner = {
        .name = how->partner,
        .label = how->partner && strcmp(how->partner, "destination") == 0
                     ? "Country or group of final absorption"
                     : "Direct importer, country or group",
    };
    const unsigned has = gvc_level__info(level)->keys;

    keys->exporter = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &exporter, units);
    if (!keys->exporter)
        return GVC_ENOMEM;
    if (has & GVC_KEY_SECTOR &&
        !(keys->sector = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &sector, sectors)))
        return GVC_ENOMEM;
    if (has & GVC_KEY_IMPORTER &&
        !(keys->partner = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &partner, units)))
        return GVC_ENOMEM;
    return GVC_OK;
}

static void fill_keys(const struct keys *keys, const gvc_rowplan *plan, gvc_level level)
{
    const gvc_int n_sectors = keys->sector ? plan->K : 1, n_partners = keys->partner ? plan->U : 1;

    for (gvc_int s = 0; s < plan->U; s++)
        for (gvc_int r = 0; r < n_partners; r++) {
            gvc_int step;
            const gvc_int first = gvc_rowplan__first(plan, level, s, r, &step);

            for (gvc_int k = 0; first >= 0 && k < n_sectors; k++) {
                const gvc_int at = keys->sector ? plan->sector_at[k] : 0, row = first + at * step;

                if (at < 0)
                    continue;
                keys->exporter[row] = (int32_t)s;
                if (keys->sector)
                    keys->sector[row] = (int32_t)k;
                if (keys->partner)
                    keys->partner[row] = (int32_t)r;
            }
        }
}

/* Terms that a satellite does not turn into its own unit: flows stay money, and what sets money
 * against content has no meaning. */
static const struct {
    const char *term; /* METHOD/TERM where the name alone means something else elsewhere */
    int stays_money;
} apart[] = {
    { "gexp", 1 },  { "exgr", 1 },   { "exgr_int", 1 }, { "exgr_fnl", 1 },
    { "gimp", 1 },  { "vs_hiy", 1 }, { "gvc_pb", 1 },   { "gvc_ts", 1 },
    { "resid", 0 }, { "vaxr", 0 },   { "bmt/gvc", 0 },
};

/* 1: money whatever stands in place of value added, 0: nothing then, -1: the satellite's. */
static int stays_money(const gvc_measure *measure, const gvc_term *term)
{
    const size_t n = strlen(measure->name);

    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        const char *name = apart[i].term;

        if (strcmp(name, term->name) == 0 ||
            (strncmp(name, measure->name, n) == 0 && name[n] == '/' &&
             strcmp(name + n + 1, term->name) == 0))
            return apart[i].stays_money;
    }
    return -1;
}

static int has_term(const gvc_output *out, const gvc_measure *measure, const gvc_term *term)
{
    return (!term->levels || (term->levels & out->level)) &&
           (!out->satellite || stays_money(measure, term) != 0);
}

/* Only money is divided by exports, and not exports themselves. */
static int has_share(const gvc_output *out, const gvc_measure *measure, const gvc_term *term)
{
    return has_term(out, measure, term) && strcmp(term->unit, "money") == 0 &&
           strcmp(term->name, "gexp") != 0;
}

/* Names are at most 24 characters, labels 64, formulas and measures far below 200. */
enum { TEXT_MAX = 256 };

/* Who the partner of a pair is; "" where rows have none. */
static const char *partner_meaning(const gvc_decomp *how, gvc_level level)
{
    if (!(level & (GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR)) || !how->partner)
        return "";
    return strcmp(how->partner, "destination") == 0 ? "final absorber" : "direct importer";
}

/* Name in long layout. A measure that is called by its only term says it once: ns/source. */
static void write_path(char *path, const gvc_measure *measure, const char *term)
{
    const char *last = strrchr(measure->name, '/');

    if (last && strcmp(last + 1, term) == 0)
        snprintf(path, TEXT_MAX, "%s", measure->name);
    else
        snprintf(path, TEXT_MAX, "%s/%s", measure->name, term);
}

static double *add_term(gvc_ctx *ctx, gvc_output *out, const gvc_measure *measure,
                        const gvc_term *term)
{
    char path[TEXT_MAX];
    const gvc_column_info info = {
        .name = term->name,
        .label = term->label,
        .unit = out->satellite && stays_money(measure, term) < 0 ? out->unit : term->unit,
        .formula = term->formula,
        .measure = path,
        .group = measure->name,
        .paper = measure->paper,
        .meaning = term->meaning,
        .partner = partner_meaning(measure->how, out->level),
        .range = term->range,
    };

    write_path(path, measure, term->name);
    return gvc_frame__add_real(ctx, out->frame, &info);
}

static double *add_share(gvc_ctx *ctx, gvc_output *out, const gvc_measure *measure,
                         const gvc_term *term)
{
    char name[TEXT_MAX], label[TEXT_MAX], formula[TEXT_MAX], path[TEXT_MAX];
    const gvc_column_info info = {
        .name = name,
        .label = label,
        .unit = "share",
        .formula = formula,
        .measure = path,
        .group = measure->name,
        .paper = measure->paper,
        .meaning = term->meaning,
        .partner = partner_meaning(measure->how, out->level),
    };

    snprintf(name, sizeof name, "%s_sh", term->name);
    snprintf(label, sizeof label, "%s, share of gexp", term->label);
    snprintf(formula, sizeof formula, "%s / gexp", term->name);
    snprintf(path, sizeof path, "%s/%s_sh", measure->name, term->name);
    return gvc_frame__add_real(ctx, out->frame, &info);
}

gvc_status gvc_output__add_values(gvc_ctx *ctx, gvc_output *out, const gvc_measure *measure,
                                  int shares)
{
    for (gvc_int t = 0; t < measure->n_terms; t++)
        if (has_term(out, measure, &measure->terms[t])) {
            out->terms[t] = add_term(ctx, out, measure, &measure->terms[t]);
            if (!out->terms[t])
                return GVC_ENOMEM;
        }
    for (gvc_int t = 0; shares && t < measure->n_terms; t++)
        if (has_share(out, measure, &measure->terms[t])) {
            out->shares[t] = add_share(ctx, out, measure, &measure->terms[t]);
            if (!out->shares[t])
                return GVC_ENOMEM;
        }
    return GVC_OK;
}

/* What the numbers of the frame are in. */
static gvc_status add_attrs(gvc_ctx *ctx, gvc_frame *frame, const gvc_edition *edition)
{
    static const char *const kept[] = { "unit", "currency", "price_basis", "synthetic" };
    gvc_status st = GVC_OK;

    for (size_t i = 0; st == GVC_OK && i < sizeof kept / sizeof kept[0]; i++)
        if (gvc_edition_attr(edition, kept[i]))
            st = gvc_attrs__set(ctx, gvc_frame__attrs(frame), kept[i],
                                gvc_edition_attr(edition, kept[i]));
    return st;
}

gvc_status gvc_output__begin(gvc_ctx *ctx, gvc_output *out, const gvc_model *model,
                             const gvc_measure *measure, gvc_level level, gvc_int rows)
{
    const gvc_table *table = gvc_model_table(model);
    gvc_status st;

    out->level = level;
    out->satellite = gvc_model_satellite(model);
    out->unit = gvc_model_satellite_unit(model);
    out->terms = gvc_mem__calloc(ctx, 2 * measure->n_terms, sizeof *out->terms);
    if (!out->terms)
        return GVC_ENOMEM;
    out->shares = out->terms + measure->n_terms;
    st = gvc_frame__new(ctx, &out->frame, GVC_FRAME_EXPORTS, gvc_level__info(level)->name,
                        gvc_table_year(table), rows);
    if (st == GVC_OK)
        st = add_attrs(ctx, out->frame, gvc_table_edition(table));
    if (st == GVC_OK && out->satellite)
        st = gvc_attrs__set(ctx, gvc_frame__attrs(out->frame), "in_place_of_value_added",
                            out->satellite);
    return st;
}

gvc_status gvc_output__open(gvc_ctx *ctx, gvc_output *out, const gvc_model *model,
                            const gvc_measure *measure, gvc_level level, const gvc_rowplan *plan,
                            int shares)
{
    struct keys keys = { 0 };
    gvc_status st =
        gvc_output__begin(ctx, out, model, measure, level, gvc_rowplan__rows(plan, level));

    if (st == GVC_OK)
        st = add_keys(ctx, &keys, out->frame, model, plan->sectors, measure->how, level);
    if (st != GVC_OK)
        return st;
    fill_keys(&keys, plan, level);
    return gvc_output__add_values(ctx, out, measure, shares);
}

void gvc_output__close(gvc_output *out)
{
    gvc_mem__free(out->terms);
    gvc_frame_free(out->frame);
}

/* 0 / 0 has no value, and neither has anything else over exports of zero. */
static double divide(double value, double exports)
{
    return exports == 0 ? NAN : value / exports;
}

void gvc_output__put(const gvc_output *out, const gvc_measure *measure, gvc_int row,
                     const double *values)
{
    const gvc_decomp *how = measure->how;
    const double exports = values[measure->n_terms];

    if (row < 0)
        return;
    for (gvc_int t = 0; t < measure->n_terms; t++) {
        if (out->terms[t])
            out->terms[t][row] = values[t];
        if (out->shares[t])
            out->shares[t][row] = divide(values[t], exports);
    }
    for (gvc_int q = 0; q < how->n_ratios; q++)
        if (out->terms[how->ratios[q].term])
            out->terms[how->ratios[q].term][row] = divide(values[how->ratios[q].of], exports);
}

/* Where the sectors of some flows go: those of sector k to first + at[k] * step and behind, nowhere
 * where at[k] < 0. What goes there from flow f stands at from[f] + k. */
typedef struct places {
    gvc_int n, n_flows, first, step;
    gvc_int from[GVC_OUTPUT_FLOWS];
    const gvc_int *at;
} places;

/* Importers that are chosen stand side by side in every sector. */
static places find_places(const gvc_output *out, const gvc_rowplan *plan, gvc_int s,
                          gvc_flow_list flows)
{
    places p = { .n = flows.cells.rows, .at = plan->sector_at };

    for (gvc_int f = 0; f < flows.n; f++) {
        const gvc_int r = flows.importers ? flows.importers[f] : 0;
        gvc_int step;
        const gvc_int row = gvc_rowplan__first(plan, out->level, s, r, &step);

        if (row < 0)
            continue;
        if (p.n_flows == 0)
            p.first = row;
        p.step = step;
        p.from[p.n_flows++] = f * flows.step;
    }
    return p;
}

static void put_column(double *to, const places *p, const double *values)
{
    for (gvc_int k = 0; k < p->n; k++) {
        const gvc_int row = p->first + p->at[k] * p->step;

        for (gvc_int f = 0; f < p->n_flows && p->at[k] >= 0; f++)
            to[row + f] = values[p->from[f] + k] + 0.0; /* a sum is never -0 */
    }
}

static void put_quotients(double *to, const places *p, const double *values, const double *exports)
{
    for (gvc_int k = 0; k < p->n; k++) {
        const gvc_int row = p->first + p->at[k] * p->step;

        for (gvc_int f = 0; f < p->n_flows && p->at[k] >= 0; f++)
            to[row + f] = divide(values[p->from[f] + k], exports[p->from[f] + k]);
    }
}

void gvc_output__put_sectors(const gvc_output *out, const gvc_measure *measure,
                             const gvc_rowplan *plan, gvc_int s, gvc_flow_list flows)
{
    const gvc_decomp *how = measure->how;
    const gvc_view cells = flows.cells;
    const double *exports = gvc_decomp__at(cells, 0, measure->n_terms);
    const places p = find_places(out, plan, s, flows);

    for (gvc_int t = 0; t < measure->n_terms; t++) {
        if (out->terms[t])
            put_column(out->terms[t], &p, gvc_decomp__at(cells, 0, t));
        if (out->shares[t])
            put_quotients(out->shares[t], &p, gvc_decomp__at(cells, 0, t), exports);
    }
    for (gvc_int q = 0; q < how->n_ratios; q++)
        if (out->terms[how->ratios[q].term])
            put_quotients(out->terms[how->ratios[q].term], &p,
                          gvc_decomp__at(cells, 0, how->ratios[q].of), exports);
}
