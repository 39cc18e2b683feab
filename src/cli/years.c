#include "cli/analysis.h"

#include <string.h>

/* The years of a job, one at a time or side by side. */

/* A year that is run beside others: in an app and on a copy of the job of its own. */
typedef struct side {
    cli_app app;
    cli_job job;
    cli_results results;
} side;

typedef struct sides {
    cli_job *job;
    cli_job plain; /* as it stands before the first year: threads copy it while `job` changes, */
    cli_app app;   /* and its app */
    side *list;
    cli_take_fn take;
    void *user;
} sides;

static void drop_side(side *s)
{
    cli_results_free(&s->results);
    cli_free_all(&s->app);
    *s = (side){ 0 };
}

static cli_pick *copy_picks(cli_app *app, const cli_picks *picks)
{
    cli_pick *items = cli_alloc(app, (size_t)(picks->n + 1) * sizeof *items);

    memcpy(items, picks->items, (size_t)picks->n * sizeof *items);
    return items;
}

static void open_side(side *s, const sides *all, gvc_ctx *ctx, gvc_int i)
{
    s->app = all->app;
    s->app.ctx = ctx;
    s->app.blocks = NULL;
    s->app.message = NULL;
    s->job = all->plain;
    s->job.app = &s->app;
    s->job.is_begun |= i > 0;
    s->job.picks.items = copy_picks(&s->app, &all->plain.picks);
    cli_keep_lines(&s->app);
}

static gvc_status run_side(gvc_ctx *ctx, gvc_int i, void *user)
{
    const sides *all = user;
    side *s = &all->list[i];

    drop_side(s); /* of a first try, where memory was short */
    open_side(s, all, ctx, i);
    return cli_job_year(&s->job, (int)i, &s->results);
}

/* What the job learns from a year. */
static void learn(cli_job *job, const side *s, gvc_status st)
{
    cli_job_tell_left_out(job, &s->job.picks);
    cli_tell_lines(job->app, &s->app);
    if (st != GVC_OK && s->app.message)
        job->app->message = cli_format(job->app, "%s", s->app.message);
    if (st != GVC_OK)
        return;
    job->is_begun = 1;
    job->solver = s->job.solver;
    if (s->job.error_bound > job->error_bound)
        job->error_bound = s->job.error_bound;
}

static gvc_status take_side(gvc_ctx *ctx, gvc_int i, gvc_status status, void *user)
{
    const sides *all = user;
    side *s = &all->list[i];

    (void)ctx;
    learn(all->job, s, status);
    if (status == GVC_OK)
        status = all->take(all->job, &s->results, all->user);
    drop_side(s);
    return status == GVC_OK ? cli_check_stop(all->job->app) : status;
}

static gvc_status run_beside(cli_job *job, cli_take_fn take, void *user)
{
    sides all = { .job = job, .plain = *job, .app = *job->app, .take = take, .user = user };
    const gvc_crew_opts opts = { .n = job->source.n,
                                 .at_a_time = job->at_a_time,
                                 .waiting = job->at_a_time,
                                 .phase = "years",
                                 .run = run_side,
                                 .take = take_side,
                                 .user = &all };
    gvc_status st;

    all.plain.picks.items = copy_picks(job->app, &job->picks);
    all.plain.sink = NULL;
    all.plain.reads_ahead = 0;
    all.list = cli_alloc(job->app, (size_t)job->source.n * sizeof *all.list);
    st = gvc_crew_run(job->app->ctx, &opts);
    for (int i = 0; i < job->source.n; i++)
        drop_side(&all.list[i]);
    if (st == GVC_ECANCELLED)
        cli_check_stop(job->app);
    return st;
}

static gvc_status run_alone(cli_job *job, int i, cli_take_fn take, void *user)
{
    cli_results results;
    gvc_status st = cli_job_year(job, i, &results);

    if (st == GVC_OK)
        st = take(job, &results, user);
    cli_results_free(&results);
    return st;
}

gvc_status cli_job_years(cli_job *job, cli_take_fn take, void *user)
{
    gvc_status st = GVC_OK;

    if (job->at_a_time > 1)
        return run_beside(job, take, user);
    for (int i = 0; st == GVC_OK && i < job->source.n; i++)
        st = run_alone(job, i, take, user);
    return st;
}
