#include "cli/analysis.h"

#include <string.h>

struct args {
    cli_common common;
    const char *store, *output, *group_time, *focus, *partners, *figures, *digital;
    const cli_years *years;
    int balance;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "focus", 0, CLI_STRING, "COUNTRY", "the country that the report is about", .at = AT(focus), .flags = CLI_REQUIRED, .complete = "country" },
    { "partners", 0, CLI_STRING, "GROUP", "the group it is compared with and traced to, of the store or built in", .at = AT(partners), .flags = CLI_REQUIRED, .complete = "group" },
    { "group-time", 0, CLI_STRING, "RULE", "members of dated groups: union, current or fixed:YYYY", .at = AT(group_time), .preset = "union", .complete = "union|current|fixed:" },
    { "digital", 0, CLI_STRING, "narrow|broad|strict|@FILE", "the digital sectors; a file has CSV sector,weight [the table's own set, or broad]", .at = AT(digital), .complete = "narrow|broad|strict|@" },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .complete = "year", .alias = "years" },
    { "balance", 0, CLI_CHOICE, "keep|absorb|rowsum", "the row discrepancy: keep it apart, add it to own final use, or replace output by the row sum", .at = AT(balance), .preset = "keep" },
    { "output", 'o', CLI_FILE, "FILE", "the page, one HTML file that opens offline", .at = AT(output), .section = "Output", .flags = CLI_REQUIRED },
    { "figures", 0, CLI_FILE, "FOLDER", "write each picture as an SVG file too, for papers", .at = AT(figures), .section = "Output" },
    { 0 },
};
/* clang-format on */

static gvc_status check_focus(const struct args *a, const gvc_edition *edition)
{
    const gvc_labels *countries = gvc_edition_countries(edition);
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_labels_n(countries); i++)
        cli_list_add(a->common.app, &names, gvc_labels_code(countries, i));
    if (gvc_labels_find(countries, a->focus) >= 0)
        return GVC_OK;
    return cli_refuse(a->common.app, GVC_ELABEL, "--focus: no country \"%s\"%s", a->focus,
                      cli_hint(a->common.app, a->focus, (const char *const *)names.items));
}

/* The measures that the library will run: for the plan, and for the choice of digital sectors. */
static gvc_status pick_measures(cli_job *job)
{
    cli_list names = { 0 };

    for (const char *const *m = gvc_report_measures(); *m; m++)
        if (gvc_measures_find(*m))
            cli_list_add(job->app, &names, *m);
    return cli_pick_any(job->app, &job->picks, names.items);
}

static gvc_status prepare(cli_job *job, const struct args *a, gvc_report_opts *opts)
{
    cli_app *app = a->common.app;
    const char *const names[] = { a->partners, NULL };
    static const char *const pages[] = { "html", "htm", NULL };
    const gvc_group *const *groups = NULL;
    int n = 0;
    gvc_status st;

    cli_begin_job(job, &a->common);
    job->by_years = 1;
    job->balance = (gvc_balance)a->balance;
    st = cli_check_suffix(app, a->output, "a report is an HTML page", pages);
    if (st == GVC_OK)
        st = cli_read_group_time(app, &job->opts.group_rule, a->group_time);
    if (st == GVC_OK)
        st = cli_source_open(app, &job->source, a->store, a->years);
    if (st == GVC_OK)
        st = check_focus(a, job->source.edition);
    if (st == GVC_OK)
        st = cli_find_groups(app, &groups, &n, job->source.edition, names);
    if (st == GVC_OK)
        st = pick_measures(job);
    if (st == GVC_OK)
        st = cli_job_digital(job, a->digital);
    if (st != GVC_OK)
        return st;
    job->opts.groups = groups;
    job->opts.n_groups = n;
    *opts = (gvc_report_opts){ .focus = a->focus,
                               .group = groups[0],
                               .group_rule = job->opts.group_rule,
                               .balance = job->balance,
                               .solver = (gvc_solver)a->common.solver,
                               .digital = job->opts.digital,
                               .years = job->source.years,
                               .n_years = job->source.n,
                               .command = a->common.no_provenance ? NULL : a->common.line,
                               .force = a->common.force,
                               .figures = a->figures };
    return GVC_OK;
}

static gvc_status write_report(cli_job *job, const struct args *a, gvc_report_opts *opts)
{
    cli_app *app = a->common.app;
    gvc_provenance *provenance = NULL;
    gvc_status st = cli_job_provenance(job, &provenance);

    opts->provenance = provenance;
    opts->reads_ahead = job->reads_ahead;
    opts->at_a_time = job->at_a_time;
    app->feeds_stdout = strcmp(a->output, "-") == 0;
    if (st == GVC_OK)
        st = gvc_report_write(app->ctx, job->source.input, a->output, opts);
    gvc_provenance_free(provenance);
    if (st == GVC_OK && !app->feeds_stdout)
        cli_say(app, 0, "%s written: %d year%s, %s and %s", a->output, job->source.n,
                job->source.n == 1 ? "" : "s", a->focus, a->partners);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    gvc_report_opts opts = { 0 };
    cli_job job = { 0 };
    gvc_status st = prepare(&job, a, &opts);

    (void)ctx;
    if (st == GVC_OK)
        st = cli_job_announce(&job, a->output);
    if (st == GVC_OK && !a->common.plan)
        st = write_report(&job, a, &opts);
    if (st == GVC_OK && !a->common.plan)
        cli_job_conclude(&job);
    cli_job_close(&job);
    return st;
}

const cli_command cmd_report = {
    .name = "report",
    .group = "Analysis",
    .summary = "write one HTML page about a country and its partners, to open offline",
    .example = "gvc report demo.h5 --focus CHN --partners BRI -o china.html",
    .details =
        "Exports by what becomes of them, backward and forward participation, position, digital inputs, trade "
        "costs, sectors, partners, routes, quality of the data and methods; each chart with its table and its data as CSV. "
        "The page makes no network request, works without script and prints. With one year levels are drawn, no trends.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
