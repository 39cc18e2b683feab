#include "cli/analysis.h"

#include <string.h>

/* What a table has of the measures that were asked for. */

static const char *const *columns_of(cli_app *app, const gvc_measure *here)
{
    cli_list names = { 0 };

    for (gvc_int t = 0; t < gvc_measure_terms_n(here); t++)
        cli_list_add(app, &names, gvc_term_name(gvc_measure_term(here, t)));
    return (const char *const *)names.items;
}

/* Columns that were named, such as sat_fd_co2, must be among those of the table. */
static gvc_status check_columns(cli_job *job, const cli_pick *pick, const gvc_measure *here,
                                const char *year)
{
    const char *const *names = columns_of(job->app, here);

    for (int i = 0; !pick->is_whole && i < pick->terms.n; i++)
        if (!cli_list_has(names, pick->terms.items[i]))
            return cli_refuse(job->app, GVC_ELABEL, "%s%s%s has no column %s; those of %s are %s",
                              gvc_input_path(job->source.input), *year ? ", " : "", year,
                              pick->terms.items[i], gvc_measure_name(pick->measure),
                              cli_join(job->app, names, ", "));
    return GVC_OK;
}

static gvc_status check_levels(cli_job *job, const cli_pick *pick, const char *year)
{
    int has = !job->levels;

    for (const char *const *l = job->levels; l && *l; l++)
        has |= cli_csv_has(pick->levels, *l);
    for (const char *const *l = job->opts.pools; l && *l; l++)
        has |= cli_csv_has(pick->levels, *l);
    if (has || job->picks.is_all)
        return GVC_OK;
    return cli_refuse(job->app, GVC_ELABEL, "%s%s%s has %s at level %s only",
                      gvc_input_path(job->source.input), *year ? ", " : "", year,
                      gvc_measure_name(pick->measure), pick->levels);
}

/* What "all" brought along is left out where the table lacks what it needs. */
static void leave_out(cli_job *job, cli_pick *pick, const char *year)
{
    pick->left_out = cli_format(job->app, "%s left out%s%s: %s", gvc_measure_name(pick->measure),
                                *year ? ", " : "", year, gvc_ctx_message(job->app->ctx));
}

void cli_job_tell_left_out(cli_job *job, const cli_picks *of)
{
    for (int i = 0; i < of->n; i++) {
        cli_pick *pick = &job->picks.items[i];

        if (of->items[i].left_out && !pick->is_told)
            cli_say(job->app, 1, "%s", of->items[i].left_out);
        pick->is_told |= of->items[i].left_out != NULL;
    }
}

gvc_status cli_job_adapt(cli_job *job, const gvc_table *table)
{
    const char *year = cli_year_text(job->app, gvc_table_year(table));
    gvc_status st = GVC_OK;

    for (int i = 0; i < job->picks.n && st == GVC_OK; i++) {
        cli_pick *pick = &job->picks.items[i];
        gvc_measure *here = NULL;

        pick->left_out = NULL;
        st = gvc_measure_for(job->app->ctx, &here, pick->measure, table, &job->opts);
        pick->levels = st == GVC_OK ? gvc_measure_levels(here) : NULL;
        if (st == GVC_OK)
            st = check_columns(job, pick, here, year);
        if (st == GVC_OK)
            st = check_levels(job, pick, year);
        else if (st == GVC_ELABEL && !pick->levels && job->picks.is_all) {
            leave_out(job, pick, year);
            st = GVC_OK;
        } else if (st == GVC_ELABEL && !pick->levels)
            st = cli_refuse(job->app, st, "%s%s%s: %s", gvc_input_path(job->source.input),
                            *year ? ", " : "", year, gvc_ctx_message(job->app->ctx));
        gvc_measure_free(here);
    }
    return st;
}

static int asks_for_digital(const cli_job *job)
{
    for (int i = 0; i < job->picks.n; i++)
        if (strcmp(gvc_measure_name(job->picks.items[i].measure), "digital") == 0)
            return 1;
    return 0;
}

/* A set that was named holds for every year. Otherwise each table settles its own, and this is only
 * what is said of it; a table that has none is dealt with when it is run. */
gvc_status cli_job_digital(cli_job *job, const char *choice)
{
    gvc_status st;

    if (!choice && !asks_for_digital(job))
        return GVC_OK;
    if (!asks_for_digital(job))
        return cli_refuse(job->app, GVC_EUSAGE,
                          "--digital is given, but no column of family digital is asked for");
    st = gvc_digital_new(job->app->ctx, &job->digital, job->source.edition, choice);
    if (choice)
        job->opts.digital = job->digital;
    return choice || st != GVC_ELABEL ? st : GVC_OK;
}

void cli_job_close(cli_job *job)
{
    gvc_digital_free(job->digital);
    job->digital = NULL;
    cli_source_close(&job->source);
}
