#include "cli/output.h"
#include "cli/panel.h"

#include <string.h>

/* ---- what is asked ---- */

/* The levels that are computed; rows come at the finest, at the coarser ones too where they are
 * stacked, and groups where countries are. */
static void choose_levels(cli_panel *p)
{
    const cli_panel_args *a = p->args;
    cli_app *app = p->job.app;
    cli_list levels = { 0 };
    const int all = cli_list_has(a->by, "all");
    const int sector = all || cli_list_has(a->by, "sector");
    const int partner = all || cli_list_has(a->by, "partner");
    const int has_country = a->stack_levels || !(sector || partner);

    p->has_sector = sector;
    p->finest = sector && partner ? "bilateral_sector"
                : partner         ? "bilateral"
                : sector          ? "sector"
                                  : "country";
    if (has_country)
        cli_list_add(app, &levels, "country");
    if (sector && partner && a->stack_levels) {
        cli_list_add(app, &levels, "sector");
        cli_list_add(app, &levels, "bilateral");
    }
    if (sector || partner)
        cli_list_add(app, &levels, p->finest);
    if (has_country && a->partners)
        cli_list_add(app, &levels, "group_sum");
    if (has_country)
        cli_list_add(app, &levels, "imports");
    if (sector && (a->stack_levels || !partner))
        cli_list_add(app, &levels, "imports_sector");
    p->job.levels = (const char *const *)levels.items;
}

/* Shares of the partner groups come from sums over pairs, which rows need not have. */
static void choose_pools(cli_panel *p)
{
    static const char *const of[][2] = { { "country", "bilateral" },
                                         { "sector", "bilateral_sector" } };
    cli_list pools = { 0 };

    if (!p->args->partners)
        return;
    for (int i = 0; i < 2; i++)
        if (cli_list_has(p->job.levels, of[i][0]) || cli_list_has(p->job.levels, of[i][1]))
            cli_list_add(p->job.app, &pools, of[i][1]);
    p->job.opts.pools = (const char *const *)pools.items;
}

/* Imports without an exporter, which are those of a country, fit the rows of the panel. */
static int fits_as_imports(cli_app *app, const gvc_measure *m, const char *finest)
{
    for (const char *const *l = cli_split(app, gvc_measure_levels(m), ','); *l; l++)
        if (strcmp(*l, finest) != 0 && strcmp(gvc_panel_level(*l), finest) == 0)
            return 1;
    return 0;
}

/* What was not named is left out where rows cannot have it: all, and the measures by default. */
static gvc_status check_finest(cli_panel *p)
{
    const char *const finest[] = { p->finest, NULL };
    cli_picks *picks = &p->job.picks;
    const int skips = picks->is_all || p->is_default;
    int kept = 0;

    for (int i = 0; i < picks->n; i++) {
        cli_picks one = { &picks->items[i], 1, 1, 0 };
        gvc_status st = GVC_OK;

        if (fits_as_imports(p->job.app, one.items->measure, p->finest))
            picks->items[kept++] = picks->items[i];
        else if (cli_csv_has(gvc_measure_levels(one.items->measure), p->finest) || !skips) {
            if (!skips)
                st = cli_check_levels(p->job.app, &one, finest, 0);
            if (st != GVC_OK)
                return st;
            picks->items[kept++] = picks->items[i];
        } else if (p->is_default) {
            cli_say(p->job.app, 0, "no %s: it does not exist at level %s",
                    gvc_measure_name(one.items->measure), p->finest);
        }
    }
    picks->n = kept;
    return kept ? GVC_OK : cli_check_levels(p->job.app, picks, finest, 1);
}

/* Levels are stacked: some measure has one of them. */
static gvc_status check_any(cli_panel *p)
{
    for (int i = 0; i < p->job.picks.n; i++)
        for (const char *const *l = p->job.levels; *l; l++)
            if (cli_csv_has(gvc_measure_levels(p->job.picks.items[i].measure), *l))
                return GVC_OK;
    return cli_check_levels(p->job.app, &p->job.picks, p->job.levels, 1);
}

/* What does not exist at the level wanted is refused when it was named, skipped under all; where
 * levels are stacked, one of them is enough. Base money comes with indices, so it is asked for
 * where there are none. */
static gvc_status pick_measures(cli_panel *p)
{
    static const char *const base[] = { "base", NULL };
    cli_picks *picks = &p->job.picks;
    int indices = 0;
    gvc_status st = cli_pick_any(p->job.app, picks, p->args->measures);

    p->is_default = strcmp(cli_join(p->job.app, p->args->measures, ","), CLI_PANEL_MEASURES) == 0;
    for (int i = 0; st == GVC_OK && i < picks->n; i++)
        indices += gvc_measure_kind(picks->items[i].measure) == GVC_FRAME_INDICES;
    if (st == GVC_OK && !indices)
        st = cli_pick_indices(p->job.app, picks, base);
    if (st == GVC_OK && p->args->stack_levels)
        return check_any(p);
    return st == GVC_OK ? check_finest(p) : st;
}

static gvc_status check_options(const cli_panel *p)
{
    const cli_panel_args *a = p->args;
    cli_app *app = p->job.app;

    if (!cli_list_has(a->by, "country") && !cli_list_has(a->by, "all"))
        return cli_refuse(app, GVC_EUSAGE,
                          "--by: country belongs to every panel, such as country,sector");
    if (a->concord && !p->has_sector)
        return cli_refuse(app, GVC_EUSAGE,
                          "--concord: rows without sectors have nothing to sum; add --by "
                          "country,sector");
    if (a->common_units && a->any_country)
        return cli_refuse(app, GVC_EUSAGE, "--common and --union exclude each other");
    if (a->wide && a->layout)
        return cli_refuse(app, GVC_EUSAGE, "--wide year and --layout long exclude each other");
    return GVC_OK;
}

/* ---- sources ---- */

static gvc_status open_source(cli_panel *p, int i)
{
    cli_source *source = &p->sources[i];
    gvc_status st;

    source->some_years = p->n_sources > 1;
    st = cli_source_open(p->job.app, source, p->args->stores[i], p->args->years);
    p->job.source = *source;
    if (st == GVC_OK)
        st = cli_job_digital(&p->job, p->args->digital);
    p->digital[i] = p->job.digital;
    p->job.digital = NULL;
    if (st == GVC_OK && p->args->concord)
        st = gvc_concordance_read(p->job.app->ctx, &p->concordances[i], p->args->concord,
                                  source->edition, GVC_CONCORDANCE_SECTORS);
    return st;
}

static gvc_status open_sources(cli_panel *p)
{
    cli_app *app = p->job.app;
    int years = 0;
    gvc_status st = GVC_OK;

    p->n_sources = cli_list_n(p->args->stores);
    p->sources = cli_alloc(app, (size_t)p->n_sources * sizeof *p->sources);
    p->concordances = cli_alloc(app, (size_t)p->n_sources * sizeof *p->concordances);
    p->digital = cli_alloc(app, (size_t)p->n_sources * sizeof *p->digital);
    p->at_a_time = cli_alloc(app, (size_t)p->n_sources * sizeof *p->at_a_time);
    for (int i = 0; st == GVC_OK && i < p->n_sources; i++) {
        st = open_source(p, i);
        years += p->sources[i].n;
    }
    if (st == GVC_OK && years == 0)
        return cli_refuse(app, GVC_ELABEL, "--year: none of the stores has a table of these years");
    p->job.source = p->sources[0];
    return st;
}

static gvc_status check_focus(const cli_panel *p)
{
    cli_list names = { 0 };

    for (int i = 0; i < p->n_sources; i++) {
        const gvc_labels *countries = gvc_edition_countries(p->sources[i].edition);

        for (gvc_int c = 0; c < gvc_labels_n(countries); c++)
            cli_list_add(p->job.app, &names, gvc_labels_code(countries, c));
    }
    for (const char *const *f = p->args->focus; f && *f; f++)
        if (!cli_list_has(names.items, *f))
            return cli_refuse(p->job.app, GVC_ELABEL, "--focus: no country \"%s\"%s", *f,
                              cli_hint(p->job.app, *f, (const char *const *)names.items));
    return GVC_OK;
}

/* ---- groups ---- */

enum { BRI_BEGAN = 2013 };

static int is_bri(const gvc_group *group)
{
    return strcmp(gvc_group_name(group), "BRI") == 0 ||
           strcmp(gvc_group_name(group), "BRI_ALONG65") == 0;
}

/* Under `current` the rows of a group jump when a country joins, so each group is computed once
 * more as the union, for the summary. */
static gvc_status add_twin(cli_panel *p, const gvc_group **groups, int *n, cli_list *names)
{
    const char *name = cli_format(p->job.app, "%s_UNION", gvc_group_name(groups[*n]));
    const int at = p->n_partners + names->n;
    const gvc_status st =
        gvc_group_undated(p->job.app->ctx, &p->own_groups[p->n_own_groups], groups[*n], name);

    if (st != GVC_OK)
        return st;
    groups[at] = p->own_groups[p->n_own_groups++];
    cli_list_add(p->job.app, names, name);
    return GVC_OK;
}

static gvc_status find_groups(cli_panel *p)
{
    const int with_twins = p->job.opts.group_rule.time == GVC_GROUP_CURRENT &&
                           cli_list_has(p->job.levels, "group_sum");
    const gvc_group *const *found = NULL;
    const gvc_group **groups;
    cli_list twins = { 0 };
    gvc_status st = cli_find_groups(p->job.app, &found, &p->n_partners, p->sources[0].edition,
                                    p->args->partners);

    if (st != GVC_OK || p->n_partners == 0)
        return st;
    groups = cli_alloc(p->job.app, (size_t)(2 * p->n_partners) * sizeof *groups);
    p->own_groups = cli_alloc(p->job.app, (size_t)(2 * p->n_partners) * sizeof *p->own_groups);
    for (int i = 0; st == GVC_OK && i < p->n_partners; i++) {
        groups[i] = found[i];
        if (!p->args->with_initiator || !is_bri(found[i]))
            continue;
        st = gvc_group_extend(p->job.app->ctx, &p->own_groups[p->n_own_groups], found[i], "CHN",
                              BRI_BEGAN);
        if (st == GVC_OK)
            groups[i] = p->own_groups[p->n_own_groups++];
    }
    for (int i = 0; st == GVC_OK && with_twins && i < p->n_partners; i++) {
        int at = i;

        st = add_twin(p, groups, &at, &twins);
    }
    p->twin_names = (const char *const *)twins.items;
    p->job.opts.groups = groups;
    p->job.opts.group_rows = 1;
    p->job.opts.pool_partners = p->args->stack_levels && strncmp(p->finest, "bilateral", 9) == 0;
    p->job.opts.n_groups = p->n_partners + twins.n;
    return st;
}

static void tell_idle_filters(const cli_panel *p)
{
    const char *const finest[] = { p->finest, NULL };

    cli_tell_idle_filter(p->job.app, "partner", p->args->partner, finest, 0);
    cli_tell_idle_filter(p->job.app, "sector", p->args->sector, finest, 1);
}

gvc_status cli_panel_open(cli_panel *p)
{
    const cli_panel_args *a = p->args;
    cli_job *job = &p->job;
    gvc_status st;

    job->balance = (gvc_balance)a->balance;
    job->codebook = a->codebook;
    job->stata_reasons = a->stata_reasons;
    job->opts.no_edition_groups = 1;
    job->opts.filter = (gvc_filter){ .exporter = a->country,
                                     .importer = a->partner,
                                     .country = a->country,
                                     .partner = a->partner,
                                     .sector = a->sector };
    choose_levels(p);
    st = check_options(p);
    if (st == GVC_OK)
        st = pick_measures(p);
    if (st == GVC_OK)
        st = cli_panel_check_columns(p);
    if (st == GVC_OK)
        tell_idle_filters(p);
    choose_pools(p);
    if (st == GVC_OK)
        st = cli_read_group_time(job->app, &job->opts.group_rule, a->group_time);
    if (st == GVC_OK)
        st = open_sources(p);
    if (st == GVC_OK)
        st = check_focus(p);
    return st == GVC_OK ? find_groups(p) : st;
}

void cli_panel_close(cli_panel *p)
{
    for (int i = 0; p->sources && i < p->n_sources; i++) {
        cli_source_close(&p->sources[i]);
        gvc_concordance_free(p->concordances[i]);
        gvc_digital_free(p->digital[i]);
    }
    for (int i = 0; i < p->n_own_groups; i++)
        gvc_group_free(p->own_groups[i]);
    gvc_frame_free(p->frame);
    gvc_frame_free(p->twins);
}

/* ---- the panel ---- */

/* The panel and the one for the rows of the twins, NULL where there are none. */
typedef struct gathering {
    gvc_panel *panel, *twins;
    int n_twins; /* frames that went into the second one */
} gathering;

static gvc_status add_level(cli_panel *p, gathering *g, const cli_results *results,
                            const char *level)
{
    gvc_ctx *ctx = p->job.app->ctx;
    gvc_frame *joined = NULL;
    gvc_status st = cli_join_level(&p->job, results, level, 1, &joined);

    if (st == GVC_OK && joined)
        st = gvc_panel_add(ctx, g->panel, joined);
    if (st == GVC_OK && joined && g->twins && strcmp(level, "group_sum") == 0) {
        st = gvc_panel_add(ctx, g->twins, joined);
        g->n_twins++;
    }
    gvc_frame_free(joined);
    return st;
}

/* The sums over partners that shares are taken from. */
static gvc_status add_pool(cli_panel *p, gathering *g, const cli_results *results,
                           const char *level)
{
    gvc_frame *joined = NULL;
    gvc_status st =
        cli_join_level(&p->job, results, cli_format(p->job.app, "%s_pool", level), 1, &joined);

    if (st == GVC_OK && joined)
        st = gvc_panel_add_pairs(p->job.app->ctx, g->panel, joined);
    gvc_frame_free(joined);
    return st;
}

/* The rows of a level, and those of the same level with groups as partners. */
static gvc_status add_levels(cli_panel *p, gathering *g, const cli_results *results,
                             const char *level)
{
    gvc_status st = add_level(p, g, results, level);

    if (st == GVC_OK && p->job.opts.pool_partners)
        st = add_level(p, g, results, cli_format(p->job.app, "%s_group", level));
    return st;
}

/* A panel being gathered. */
typedef struct gatherer {
    cli_panel *panel;
    gathering *g;
} gatherer;

static gvc_status add_year(cli_job *job, const cli_results *results, void *user)
{
    const gatherer *to = user;
    gvc_status st = GVC_OK;

    for (const char *const *l = job->levels; st == GVC_OK && *l; l++)
        st = add_levels(to->panel, to->g, results, *l);
    for (const char *const *l = job->opts.pools; st == GVC_OK && l && *l; l++)
        st = add_pool(to->panel, to->g, results, *l);
    return st;
}

static gvc_status add_source(cli_panel *p, gathering *g, int i)
{
    gatherer to = { p, g };

    p->job.source = p->sources[i];
    p->job.opts.sectors = p->concordances[i];
    p->job.digital = p->digital[i];
    p->job.opts.digital = p->args->digital ? p->digital[i] : NULL;
    gvc_panel_use_source(g->panel, i);
    if (g->twins)
        gvc_panel_use_source(g->twins, i);
    p->job.at_a_time = p->at_a_time[i];
    return cli_job_years(&p->job, add_year, &to);
}

static gvc_status begin(cli_panel *p, gvc_panel **out, const gvc_panel_opts *opts)
{
    gvc_ctx *ctx = p->job.app->ctx;
    gvc_status st = gvc_panel_new(ctx, out, p->sources[0].edition, opts);

    for (int i = 1; st == GVC_OK && i < p->n_sources; i++)
        st = gvc_panel_add_source(ctx, *out, p->sources[i].edition, p->args->stores[i]);
    return st;
}

/* Levels that rows of the panel have: imports stand among countries. */
static int count_levels(const cli_panel *p)
{
    int n = 0;

    for (const char *const *l = p->job.levels; *l; l++)
        n += strcmp(gvc_panel_level(*l), *l) == 0;
    return n;
}

static gvc_status begin_both(cli_panel *p, gathering *g)
{
    const cli_panel_args *a = p->args;
    gvc_panel_opts opts = { .focus = a->focus,
                            .partners = p->job.opts.groups,
                            .n_partners = p->n_partners,
                            .group_rule = p->job.opts.group_rule,
                            .stack_levels = count_levels(p) > 1,
                            .no_row = a->no_row,
                            .name = a->stores[0],
                            .common = a->common_units,
                            .any_country = a->any_country,
                            .same_sectors = p->has_sector && !a->concord,
                            .own_pairs = a->own_pairs,
                            .balanced = a->balanced,
                            .min_years = a->min_years,
                            .money = (gvc_money)a->units,
                            .bri_from_next = a->bri_from,
                            .with_initiator = a->with_initiator,
                            .bri_start = a->bri_start,
                            .without = p->twin_names,
                            .sector_list = a->concord };
    gvc_status st = begin(p, &g->panel, &opts);

    if (st != GVC_OK || !p->twin_names)
        return st;
    opts = (gvc_panel_opts){ .any_country = 1, .money = opts.money, .only = p->twin_names };
    return begin(p, &g->twins, &opts);
}

gvc_status cli_panel_gather(cli_panel *p)
{
    gathering g = { 0 };
    gvc_status st = begin_both(p, &g);

    for (int i = 0; st == GVC_OK && i < p->n_sources; i++)
        st = add_source(p, &g, i);
    p->job.opts.n_groups = p->n_partners;
    if (st == GVC_OK)
        st = gvc_panel_finish(p->job.app->ctx, &p->frame, g.panel);
    if (st == GVC_OK && g.n_twins)
        st = gvc_panel_finish(p->job.app->ctx, &p->twins, g.twins);
    if (st == GVC_OK)
        st = cli_panel_add_columns(p);
    gvc_panel_free(g.panel);
    gvc_panel_free(g.twins);
    return st;
}
