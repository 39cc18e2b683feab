#include "report/model.h"

#include <gvc/crew.h>
#include <gvc/measures.h>
#include <gvc/panel.h>
#include <gvc/trace.h>

#include <string.h>

/* What the page draws on, by name; what the table of measures or the table itself does not have is
 * left out. */
static const char *const names[] = { "base",      "kpww",      "activity",
                                     "position",  "length",    "bmt",
                                     "bmtout",    "crossings", "vatrade",
                                     "rca",       "kpww_wwz",  "digital",
                                     "tradecost", "kww",       "bm/exporter/source",
                                     "jn",        "origin",    NULL };

static const char *const levels[] = { "world", "group_sum", "country", "sector", "bilateral" };

enum { MEASURES_MAX = 24, FRAMES_MAX = 64 };

const char *const *gvc_report_measures(void)
{
    return names;
}

/* Whether `table` has what `measure` needs; its levels go to `its_levels`, where that is not NULL.
 */
static gvc_status suits(gvc_report *r, int *does, const gvc_measure *measure,
                        const gvc_table *table, const char **its_levels)
{
    const gvc_run_opts opts = { .digital = r->opts->digital };
    gvc_measure *adapted = NULL;
    const gvc_status st = gvc_measure_for(r->doc.ctx, &adapted, measure, table, &opts);

    *does = st == GVC_OK;
    if (st == GVC_OK && its_levels)
        *its_levels = gvc_doc__text(&r->doc, "%s", gvc_measure_levels(adapted));
    gvc_measure_free(adapted);
    return st == GVC_ELABEL ? GVC_OK : st;
}

static gvc_status list_measures(gvc_report *r, const gvc_measure **list, gvc_int *n,
                                const gvc_table *table)
{
    gvc_status st = GVC_OK;

    *n = 0;
    for (const char *const *name = names; st == GVC_OK && *name; name++) {
        const gvc_measure *measure = gvc_measures_find(*name);
        int does = 0;

        if (measure && strcmp(*name, "origin") != 0)
            st = suits(r, &does, measure, table, NULL);
        if (does)
            list[(*n)++] = measure;
    }
    return st;
}

static gvc_status run_measures(gvc_report *r, gvc_frames *frames, gvc_model *model,
                               const gvc_measure *const *list, gvc_int n)
{
    static const char *const coarse[] = { "world",  "group_sum", "country",
                                          "sector", "bilateral", NULL };
    const gvc_group *const groups[] = { r->opts->group };
    const gvc_run_opts opts = { .levels = coarse,
                                .groups = groups,
                                .n_groups = 1,
                                .group_rule = r->opts->group_rule,
                                .no_edition_groups = 1,
                                .skip_levels = 1,
                                .digital = r->opts->digital };

    return gvc_measures_run(r->doc.ctx, frames, model, list, n, &opts);
}

/* ---- layers: results of one level side by side, with an index of rows ---- */

/* For each code of a key column its place among `labels`, -1 where it is not there. */
static gvc_int *map_codes(gvc_report *r, const gvc_frame *frame, gvc_int column,
                          const gvc_labels *labels)
{
    const gvc_labels *own = gvc_frame_labels(frame, column);
    const gvc_int n = gvc_labels_n(own);
    gvc_int *map = gvc_doc__alloc(&r->doc, n + 1, sizeof *map);

    for (gvc_int i = 0; map && i < n; i++)
        map[i] = gvc_labels_find(labels, gvc_labels_code(own, i));
    return map;
}

static gvc_status index_rows(gvc_report *r, gvc_layer *layer, gvc_scope scope)
{
    const gvc_labels *countries = gvc_edition_countries(r->edition);
    const gvc_labels *seconds =
        scope == GVC_SCOPE_SECTOR ? gvc_edition_sectors(r->edition) : countries;
    const gvc_frame *frame = layer->frame;
    const gvc_int first = gvc_frame_find(frame, "country");
    const gvc_int second = gvc_frame_find(frame, scope == GVC_SCOPE_SECTOR ? "sector" : "partner");
    gvc_int *map_first, *map_second = NULL;

    if (scope < GVC_SCOPE_COUNTRY)
        return GVC_OK;
    layer->second = second < 0 ? 1 : gvc_labels_n(seconds);
    layer->row_of = gvc_doc__alloc(&r->doc, r->G * layer->second, sizeof *layer->row_of);
    map_first = map_codes(r, frame, first, countries);
    if (second >= 0)
        map_second = map_codes(r, frame, second, seconds);
    if (r->doc.failed)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < r->G * layer->second; i++)
        layer->row_of[i] = -1;
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
        const gvc_int c = map_first[gvc_frame_codes(frame, first)[i]];
        const gvc_int k = map_second ? map_second[gvc_frame_codes(frame, second)[i]] : 0;

        if (c >= 0 && k >= 0)
            layer->row_of[c * layer->second + k] = i;
    }
    return GVC_OK;
}

/* The prefix its columns carry in a panel: that of the measure they belong to. */
static const char *prefix_of(const gvc_frame *frame)
{
    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++) {
        const gvc_measure *m;

        if (gvc_frame_role(frame, j) != GVC_ROLE_VALUE)
            continue;
        m = gvc_measures_find_kind(gvc_frame_group(frame, j), gvc_frame_get_kind(frame));
        return m ? gvc_measure_prefix(m) : "";
    }
    return "";
}

static gvc_status make_layer(gvc_report *r, gvc_layer *layer, const gvc_frames *frames,
                             gvc_scope scope)
{
    const gvc_frame *list[FRAMES_MAX];
    const char *prefixes[FRAMES_MAX];
    gvc_int n = 0;
    gvc_status st;

    for (gvc_int f = 0; f < gvc_frames_n(frames) && n < FRAMES_MAX; f++)
        if (strcmp(gvc_frame_level(gvc_frames_get(frames, f)), levels[scope]) == 0) {
            list[n] = gvc_frames_get(frames, f);
            prefixes[n] = prefix_of(list[n]);
            n++;
        }
    if (!n)
        return GVC_OK;
    st = gvc_frames_join(r->doc.ctx, &layer->frame, list, prefixes, n, 1);
    if (st == GVC_OK)
        st = index_rows(r, layer, scope);
    return st;
}

/* ---- years ---- */

static gvc_status keep_findings(gvc_report *r, const gvc_table *table)
{
    gvc_findings *findings = NULL;
    gvc_status st = gvc_check(r->doc.ctx, &findings, table);
    const gvc_int n = st == GVC_OK ? gvc_findings_n(findings) : 0;
    gvc_found *all = gvc_doc__alloc(&r->doc, r->n_found + n + 1, sizeof *all);

    if (st == GVC_OK && !all)
        st = GVC_ENOMEM;
    if (st == GVC_OK && r->n_found)
        memcpy(all, r->found, (size_t)r->n_found * sizeof *all);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        all[r->n_found + i] =
            (gvc_found){ gvc_table_year(table), gvc_findings_severity(findings, i),
                         gvc_doc__text(&r->doc, "%s", gvc_findings_rule(findings, i)),
                         gvc_doc__text(&r->doc, "%s", gvc_findings_text(findings, i)),
                         gvc_findings_count(findings, i) };
    if (st == GVC_OK) {
        r->found = all;
        r->n_found += n;
    }
    gvc_findings_free(findings);
    return st;
}

/* Of the measures run, those that tell about a sector's trade with a partner: without costs the
 * family of trade costs tells of no partners. */
static gvc_status run_cells(gvc_report *r, gvc_model *model, const gvc_measure *const *list,
                            gvc_int n)
{
    const gvc_measure *some[2];
    gvc_int found = 0;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        const char *its_levels = "";
        int does = 0;

        if (strcmp(gvc_measure_name(list[i]), "base") == 0 ||
            strcmp(gvc_measure_name(list[i]), "tradecost") == 0)
            st = suits(r, &does, list[i], gvc_model_table(model), &its_levels);
        if (does && strstr(its_levels, "bilateral_sector"))
            some[found++] = list[i];
    }
    return st == GVC_OK ? gvc_report__cells(r, model, some, found) : st;
}

static gvc_status run_model(gvc_report *r, gvc_frames *frames, gvc_model *model,
                            const gvc_measure *const *list, gvc_int n, int year)
{
    gvc_status st = run_measures(r, frames, model, list, n);

    if (st == GVC_OK)
        st = gvc_report__trace(r, model, year);
    if (st == GVC_OK && year + 1 == r->n_years)
        st = gvc_report__origins(r, model);
    if (st == GVC_OK && year + 1 == r->n_years)
        st = run_cells(r, model, list, n);
    if (st == GVC_OK) {
        const double bound = gvc_model_error_bound(model);

        r->error_bound = bound > r->error_bound ? bound : r->error_bound;
        r->solver = gvc_doc__text(&r->doc, "%s", gvc_model_solver(model));
    }
    return st;
}

/* Flags of the members in a year; the focus itself is compared with the others and never counted.
 */
static gvc_status find_members(gvc_report *r, int year)
{
    unsigned char *member = gvc_doc__alloc(&r->doc, r->G, 1);

    if (!member)
        return GVC_ENOMEM;
    gvc_group_members(r->opts->group, r->edition, r->years[year], r->opts->group_rule, member,
                      &r->n_absent);
    r->is_inside = member[r->focus];
    member[r->focus] = 0;
    r->members[year] = r->member = member;
    r->n_members = 0;
    for (gvc_int c = 0; c < r->G; c++)
        r->n_members += member[c];
    return GVC_OK;
}

static gvc_status run_table(gvc_report *r, const gvc_table *table, int year)
{
    const gvc_measure *list[MEASURES_MAX];
    gvc_model_opts opts = { .balance = r->opts->balance, .solver = r->opts->solver };
    gvc_frames *frames = NULL;
    gvc_model *model = NULL;
    gvc_int n;
    gvc_status st = list_measures(r, list, &n, table);

    opts.needs = gvc_measures_needs(list, n) | gvc_trace_needs();
    st = st == GVC_OK ? keep_findings(r, table) : st;
    r->years[year] = gvc_table_year(table);
    st = st == GVC_OK ? find_members(r, year) : st;
    r->n_measures = n;
    r->measures = gvc_doc__alloc(&r->doc, n + 1, sizeof *r->measures);
    if (!r->measures)
        return GVC_ENOMEM;
    memcpy(r->measures, list, (size_t)n * sizeof *list);
    if (st == GVC_OK)
        st = gvc_frames_new(r->doc.ctx, &frames);
    if (st == GVC_OK)
        st = gvc_model_new(r->doc.ctx, &model, table, &opts);
    if (st == GVC_OK)
        st = run_model(r, frames, model, list, n, year);
    for (int s = 0; st == GVC_OK && s < GVC_SCOPES_N; s++)
        st = make_layer(r, &r->layers[year][s], frames, (gvc_scope)s);
    gvc_model_free(model);
    gvc_frames_free(frames);
    return st;
}

static gvc_int place_of(const gvc_report *r, gvc_int i)
{
    return r->opts->years ? r->opts->years[i] : i;
}

static gvc_status run_year(gvc_report *r, int i)
{
    gvc_table *table = NULL;
    gvc_status st = gvc_input_table(r->doc.ctx, &table, r->input, place_of(r, i));

    if (st == GVC_OK && r->opts->reads_ahead && r->opts->at_a_time < 2 && i + 1 < r->n_years)
        gvc_input_ahead(r->doc.ctx, r->input, place_of(r, i + 1));
    if (st == GVC_OK)
        st = run_table(r, table, i);
    if (st == GVC_OK)
        st = gvc_table_recheck(r->doc.ctx, table);
    gvc_table_free(table);
    return st;
}

/* ---- years side by side, each in a report of its own that shares the slots by year ---- */

typedef struct sides {
    gvc_report *whole, plain; /* the second as it stands before the first year */
    gvc_report *list;
} sides;

static void drop_side(gvc_report *side)
{
    gvc_frame_free(side->trace);
    gvc_doc__end(&side->doc);
    *side = (gvc_report){ 0 };
}

static gvc_status run_side(gvc_ctx *ctx, gvc_int i, void *user)
{
    const sides *all = user;
    gvc_report *side = &all->list[i];
    gvc_status st;

    drop_side(side); /* of a first try, where memory was short */
    for (int s = 0; s < GVC_SCOPES_N; s++)
        gvc_frame_free(all->plain.layers[i][s].frame);
    memset(all->plain.layers[i], 0, sizeof all->plain.layers[i]);
    *side = all->plain;
    side->doc = (gvc_doc){ .ctx = ctx };
    st = run_year(side, (int)i);
    return st == GVC_OK ? gvc_doc__status(&side->doc) : st;
}

/* The report goes on as if it had run the year itself. */
static void take_over(gvc_report *r, gvc_report *side, gvc_found *found)
{
    const gvc_report before = *r;

    if (before.n_found)
        memcpy(found, before.found, (size_t)before.n_found * sizeof *found);
    if (side->n_found)
        memcpy(found + before.n_found, side->found, (size_t)side->n_found * sizeof *found);
    *r = *side;
    r->doc = before.doc;
    gvc_doc__adopt(&r->doc, &side->doc);
    r->found = found;
    r->n_found += before.n_found;
    if (before.error_bound > r->error_bound)
        r->error_bound = before.error_bound;
    *side = (gvc_report){ 0 };
}

static gvc_status take_side(gvc_ctx *ctx, gvc_int i, gvc_status status, void *user)
{
    const sides *all = user;
    gvc_report *r = all->whole, *side = &all->list[i];
    gvc_found *found;

    (void)ctx;
    if (status != GVC_OK)
        return status;
    found = gvc_doc__alloc(&r->doc, r->n_found + side->n_found + 1, sizeof *found);
    if (!found)
        return GVC_ENOMEM;
    take_over(r, side, found);
    return GVC_OK;
}

static gvc_status run_beside(gvc_report *r)
{
    sides all = { .whole = r, .plain = *r };
    const gvc_crew_opts opts = { .n = r->n_years,
                                 .at_a_time = r->opts->at_a_time,
                                 .waiting = r->opts->at_a_time,
                                 .phase = "years",
                                 .run = run_side,
                                 .take = take_side,
                                 .user = &all };
    gvc_status st;

    all.list = gvc_doc__alloc(&r->doc, r->n_years, sizeof *all.list);
    if (!all.list)
        return GVC_ENOMEM;
    st = gvc_crew_run(r->doc.ctx, &opts);
    for (int i = 0; i < r->n_years; i++)
        drop_side(&all.list[i]);
    return st;
}

static gvc_status run_years(gvc_report *r)
{
    gvc_status st = GVC_OK;

    if (r->opts->at_a_time > 1)
        return run_beside(r);
    for (int i = 0; st == GVC_OK && i < r->n_years; i++) {
        st = gvc_progress__step(r->doc.ctx, "years", (double)i / r->n_years);
        if (st == GVC_OK)
            st = run_year(r, i);
    }
    return st;
}

static gvc_status check_subject(gvc_report *r)
{
    gvc_ctx *ctx = r->doc.ctx;

    if (!r->opts->focus || !r->opts->group)
        return gvc_error__set(ctx, GVC_EUSAGE, "a report needs a focus and a group of partners");
    r->focus = gvc_labels_find(gvc_edition_countries(r->edition), r->opts->focus);
    if (r->focus < 0)
        return gvc_error__set(ctx, GVC_ELABEL, "%s: no country \"%s\"", gvc_input_path(r->input),
                              r->opts->focus);
    return GVC_OK;
}

/* A group without members in the last year has nothing to show: said before anything is run. */
static gvc_status check_members(gvc_report *r)
{
    const gvc_int last = r->n_years - 1;
    const int year = gvc_input_year(r->input, r->opts->years ? r->opts->years[last] : last);
    unsigned char *member = gvc_doc__alloc(&r->doc, r->G, 1);
    gvc_int n;

    if (!member)
        return GVC_ENOMEM;
    n = gvc_group_members(r->opts->group, r->edition, year, r->opts->group_rule, member, NULL);
    if (n - member[r->focus] > 0)
        return GVC_OK;
    return gvc_error__set(r->doc.ctx, GVC_ELABEL, "group %s has no member in %s%s%s",
                          gvc_group_name(r->opts->group), gvc_input_path(r->input),
                          n ? " other than " : "", n ? r->opts->focus : "");
}

/* The digital sectors in use, where any are known for the table. */
static gvc_status find_digital(gvc_report *r)
{
    const gvc_digital *set = r->opts->digital;
    gvc_digital *own = NULL;
    gvc_status st = GVC_OK;

    if (!set)
        st = gvc_digital_new(r->doc.ctx, &own, r->edition, NULL);
    if (!set && st == GVC_OK)
        set = own;
    if (set) {
        r->digital = gvc_doc__alloc(&r->doc, r->N, sizeof *r->digital);
        if (r->digital)
            memcpy(r->digital, gvc_digital_weights(set), (size_t)r->N * sizeof *r->digital);
        r->digital_text = gvc_doc__text(&r->doc, "%s", gvc_digital_text(set));
    }
    gvc_digital_free(own);
    return st == GVC_OK || st == GVC_ELABEL ? gvc_doc__status(&r->doc) : st;
}

gvc_status gvc_report__gather(gvc_ctx *ctx, gvc_report *r, gvc_input *input, const char *path,
                              const gvc_report_opts *opts)
{
    gvc_status st;

    *r = (gvc_report){ .doc = { .ctx = ctx }, .opts = opts, .input = input, .path = path };
    r->edition = gvc_input_edition(input);
    r->G = gvc_labels_n(gvc_edition_countries(r->edition));
    r->N = gvc_labels_n(gvc_edition_sectors(r->edition));
    r->n_years = (int)(opts->years ? opts->n_years : gvc_input_n_years(input));
    r->years = gvc_doc__alloc(&r->doc, r->n_years + 1, sizeof *r->years);
    r->layers = gvc_doc__alloc(&r->doc, r->n_years + 1, sizeof *r->layers);
    r->members = gvc_doc__alloc(&r->doc, r->n_years + 1, sizeof *r->members);
    r->routes = gvc_doc__alloc(&r->doc, r->n_years + 1, sizeof *r->routes);
    st = gvc_doc__status(&r->doc);
    if (st == GVC_OK)
        st = check_subject(r);
    if (st == GVC_OK)
        st = check_members(r);
    if (st == GVC_OK)
        st = find_digital(r);
    if (st == GVC_OK)
        st = run_years(r);
    if (st != GVC_OK)
        gvc_report__drop(r);
    return st;
}

void gvc_report__drop(gvc_report *r)
{
    for (int i = 0; r->layers && i < r->n_years; i++)
        for (int s = 0; s < GVC_SCOPES_N; s++)
            gvc_frame_free(r->layers[i][s].frame);
    gvc_frame_free(r->trace);
    gvc_doc__end(&r->doc);
}
