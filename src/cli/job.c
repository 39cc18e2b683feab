#include "cli/analysis.h"

#include <string.h>

/* A frame of our own, or a list of frames from a run. */
struct cli_kept {
    struct cli_kept *next;
    gvc_frame *frame;
    gvc_frames *list;
};

static void own(cli_job *job, cli_results *results, gvc_frame *frame, gvc_frames *list)
{
    struct cli_kept *kept = cli_alloc(job->app, sizeof *kept);

    *kept = (struct cli_kept){ results->kept, frame, list };
    results->kept = kept;
}

static void keep_frame(cli_job *job, cli_results *results, const gvc_frame *frame,
                       const gvc_measure *measure)
{
    if (results->n == results->room) {
        const int room = results->room ? 2 * results->room : 32;
        const gvc_frame **frames = cli_alloc(job->app, (size_t)room * sizeof *frames);
        const gvc_measure **measures = cli_alloc(job->app, (size_t)room * sizeof *measures);

        if (results->n) {
            memcpy(frames, results->frames, (size_t)results->n * sizeof *frames);
            memcpy(measures, results->measures, (size_t)results->n * sizeof *measures);
        }
        results->frames = frames;
        results->measures = measures;
        results->room = room;
    }
    results->frames[results->n] = frame;
    results->measures[results->n++] = measure;
}

/* The measure a frame belongs to: its value columns carry the name. */
static const char *measure_name(const gvc_frame *frame)
{
    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++)
        if (gvc_frame_role(frame, j) == GVC_ROLE_VALUE)
            return gvc_frame_group(frame, j);
    return "";
}

static gvc_status pick_columns(cli_job *job, cli_results *results, const cli_pick *pick,
                               const gvc_frame *frame)
{
    gvc_frame *some;
    gvc_status st = gvc_frame_pick(job->app->ctx, &some, frame, pick->terms.items);

    if (st != GVC_OK)
        return st;
    own(job, results, some, NULL);
    keep_frame(job, results, some, pick->measure);
    return GVC_OK;
}

/* The measure that was asked for and gave the frame, NULL where it comes along. */
static const cli_pick *pick_of(const cli_job *job, const gvc_frame *frame)
{
    const gvc_frame_kind kind = gvc_frame_get_kind(frame);
    const char *name = measure_name(frame);

    for (int i = 0; i < job->picks.n; i++)
        if (strcmp(gvc_measure_name(job->picks.items[i].measure), name) == 0 &&
            gvc_measure_kind(job->picks.items[i].measure) == kind)
            return &job->picks.items[i];
    return NULL;
}

static int keeps_all_columns(const cli_pick *pick, const gvc_frame *frame)
{
    return !pick || pick->is_whole || strcmp(measure_name(frame), "base") == 0;
}

static gvc_status keep_all(cli_job *job, cli_results *results, const gvc_frames *frames)
{
    gvc_status st = GVC_OK;

    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);
        const cli_pick *pick = pick_of(job, frame);

        if (!*measure_name(frame)) /* no column has this level */
            continue;
        if (!keeps_all_columns(pick, frame))
            st = pick_columns(job, results, pick, frame);
        else
            keep_frame(job, results, frame,
                       pick ? pick->measure
                            : gvc_measures_find_kind(measure_name(frame),
                                                     gvc_frame_get_kind(frame)));
    }
    return st;
}

/* A part on its way to the sink of the job, with the columns that were asked for. */
static gvc_status pass_part(gvc_ctx *ctx, const gvc_frame *part, gvc_int first, gvc_int rows,
                            void *user)
{
    cli_job *job = user;
    const cli_pick *pick = pick_of(job, part);
    gvc_frame *some = NULL;
    gvc_status st = cli_check_stop(job->app);

    if (st == GVC_OK && keeps_all_columns(pick, part))
        return job->sink(ctx, part, first, rows, job->sink_user);
    if (st == GVC_OK)
        st = gvc_frame_pick(ctx, &some, part, pick->terms.items);
    if (st == GVC_OK)
        st = job->sink(ctx, some, first, rows, job->sink_user);
    gvc_frame_free(some);
    return st;
}

/* The same with a whole result, which is given away. */
static gvc_status pass_whole(gvc_ctx *ctx, gvc_frame *frame, void *user)
{
    cli_job *job = user;
    const cli_pick *pick = pick_of(job, frame);
    gvc_frame *some = NULL;
    gvc_status st = cli_check_stop(job->app);

    if (st == GVC_OK && keeps_all_columns(pick, frame))
        return job->give(ctx, frame, job->sink_user);
    if (st == GVC_OK)
        st = gvc_frame_pick(ctx, &some, frame, pick->terms.items);
    gvc_frame_free(frame);
    return st == GVC_OK ? job->give(ctx, some, job->sink_user) : st;
}

/* Run some measures at some levels and keep what comes, or pass it on. */
static gvc_status run_some(cli_job *job, gvc_model *model, cli_results *results,
                           const gvc_measure *const *measures, int n, const char *const *levels)
{
    gvc_run_opts opts = job->opts;
    gvc_frames *frames = NULL;
    gvc_status st = cli_check_stop(job->app);

    opts.levels = levels;
    opts.skip_levels = 1;
    if (job->is_panel && strncmp(gvc_measure_levels(measures[0]), "imports", 7) == 0)
        opts.filter.importer = opts.filter.exporter;
    if (job->sink) {
        opts.sink = pass_part;
        opts.give = job->give ? pass_whole : NULL;
        opts.sink_user = job;
    } else if (st == GVC_OK) {
        st = gvc_frames_new(job->app->ctx, &frames);
    }
    if (st != GVC_OK)
        return st;
    if (frames)
        own(job, results, NULL, frames);
    st = gvc_measures_run(job->app->ctx, frames, model, measures, n, &opts);
    return st == GVC_OK && frames ? keep_all(job, results, frames) : st;
}

/* The levels of the job that a pick has: NULL where it has none, and none to be pooled either. */
static const char *const *levels_of(cli_job *job, const cli_pick *pick)
{
    static const char *const none[] = { NULL };
    cli_list levels = { 0 };

    if (!job->levels)
        return NULL;
    for (const char *const *l = job->levels; *l; l++)
        if (cli_csv_has(pick->levels, *l))
            cli_list_add(job->app, &levels, *l);
    for (const char *const *l = job->opts.pools; !levels.n && l && *l; l++)
        if (cli_csv_has(pick->levels, *l))
            return none;
    return (const char *const *)levels.items;
}

static gvc_status run_exports(cli_job *job, gvc_model *model, cli_results *results)
{
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < job->picks.n; i++) {
        const gvc_measure *m = job->picks.items[i].measure;
        const char *const *levels = levels_of(job, &job->picks.items[i]);

        if (gvc_measure_kind(m) == GVC_FRAME_EXPORTS && (!job->levels || levels))
            st = run_some(job, model, results, &m, 1, levels);
    }
    return st;
}

/* Families share their solves and base, so they run together; each at the levels that it has. */
static gvc_status run_indices(cli_job *job, gvc_model *model, cli_results *results)
{
    const gvc_measure **list = cli_alloc(job->app, (size_t)(job->picks.n + 1) * sizeof *list);
    int n = 0;

    for (int i = 0; i < job->picks.n; i++) {
        const cli_pick *pick = &job->picks.items[i];

        if (gvc_measure_kind(pick->measure) == GVC_FRAME_INDICES && pick->levels &&
            (!job->levels || levels_of(job, pick)))
            list[n++] = pick->measure;
    }
    return n ? run_some(job, model, results, list, n, job->levels) : GVC_OK;
}

static unsigned needs_of(cli_job *job)
{
    const gvc_measure **list = cli_alloc(job->app, (size_t)(job->picks.n + 1) * sizeof *list);
    int n = 0;

    for (int i = 0; i < job->picks.n; i++)
        if (job->picks.items[i].levels && (!job->levels || levels_of(job, &job->picks.items[i])))
            list[n++] = job->picks.items[i].measure;
    return gvc_measures_needs_at(list, n, job->levels) |
           gvc_measures_needs_of_pools(list, n, job->opts.pools);
}

int cli_job_is_exports(const cli_job *job)
{
    for (int i = 0; i < job->picks.n; i++)
        if (gvc_measure_kind(job->picks.items[i].measure) != GVC_FRAME_EXPORTS)
            return 0;
    return !job->own_needs;
}

static gvc_status run_model(cli_job *job, const gvc_table *table, const gvc_units *units,
                            cli_results *results)
{
    const gvc_model_opts opts = { .units = units,
                                  .balance = job->balance,
                                  .needs = needs_of(job),
                                  .solver = (gvc_solver)job->common->solver,
                                  .only_needs = cli_job_is_exports(job),
                                  .satellite = job->satellite };
    gvc_model *model = NULL;
    gvc_status st = gvc_model_new(job->app->ctx, &model, table, &opts);

    if (st == GVC_OK)
        st = run_exports(job, model, results);
    if (st == GVC_OK)
        st = run_indices(job, model, results);
    if (st == GVC_OK) {
        const double bound = gvc_model_error_bound(model);

        job->error_bound = bound > job->error_bound ? bound : job->error_bound;
        if (!job->is_begun && job->digital)
            cli_say(job->app, 0, "digital sectors: %s", gvc_digital_text(job->digital));
        job->is_begun = 1;
        job->solver = gvc_model_solver(model);
        cli_say(job->app, 1, "%s: solved by %s, certified relative error at most %.1e",
                cli_year_text(job->app, gvc_table_year(table)), job->solver, bound);
    }
    gvc_model_free(model);
    return st;
}

void cli_begin_job(cli_job *job, const cli_common *common)
{
    job->app = common->app;
    job->common = common;
}

gvc_status cli_open_job(cli_job *job, const char *store, const cli_years *years,
                        const char *group_time)
{
    const gvc_status st = cli_read_group_time(job->app, &job->opts.group_rule, group_time);

    return st == GVC_OK ? cli_source_open(job->app, &job->source, store, years) : st;
}

gvc_status cli_job_table(cli_job *job, int i, gvc_table **table)
{
    const cli_source *source = &job->source;
    const gvc_status st = gvc_input_table(job->app->ctx, table, source->input, source->years[i]);

    if (st == GVC_OK && job->reads_ahead && i + 1 < source->n)
        gvc_input_ahead(job->app->ctx, source->input, source->years[i + 1]);
    return st;
}

gvc_status cli_job_year(cli_job *job, int i, cli_results *results)
{
    gvc_ctx *ctx = job->app->ctx;
    gvc_table *table = NULL;
    gvc_units *units = NULL;
    gvc_status st = cli_check_stop(job->app);

    *results = (cli_results){ 0 };
    if (st == GVC_OK)
        st = cli_job_table(job, i, &table);
    if (st == GVC_OK)
        st = cli_job_adapt(job, table);
    if (!job->app->keeps_lines)
        cli_job_tell_left_out(job, &job->picks);
    if (st == GVC_OK && job->n_as_one)
        st = gvc_units_group(ctx, &units, gvc_table_edition(table), job->as_one, job->n_as_one,
                             gvc_table_year(table), job->opts.group_rule);
    if (st == GVC_OK)
        st = run_model(job, table, units, results);
    if (st == GVC_OK)
        st = gvc_table_recheck(ctx, table);
    gvc_units_free(units);
    gvc_table_free(table);
    if (st == GVC_OK)
        st = cli_check_stop(job->app);
    return st;
}

void cli_results_free(cli_results *results)
{
    for (struct cli_kept *kept = results->kept; kept; kept = kept->next) {
        gvc_frame_free(kept->frame);
        gvc_frames_free(kept->list);
    }
    *results = (cli_results){ 0 };
}
