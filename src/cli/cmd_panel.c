#include "cli/output.h"
#include "cli/summary.h"

#include <string.h>

struct args {
    cli_common common;
    const char *store, *output, *group_time, *digital;
    const cli_years *years;
    const char *const *measures, *const *by, *const *focus, *const *partners;
    const char *const *country, *const *partner, *const *sector;
    int stack_levels, no_row, balance;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "measures", 0, CLI_LIST, "LIST", "families, single indices, methods and their terms (kpww, up, bms, kww_dva_fin), or all", .at = AT(measures), .preset = "kpww,activity,position", .complete = "measure" },
    { "by", 0, CLI_CHOICES, "country|sector|partner", "keys of a row beside the year: country, country,sector or country,partner, or all three", .at = AT(by), .preset = "country" },
    { "focus", 0, CLI_LIST, "LIST", "countries that get a column of their own and a summary", .at = AT(focus), .complete = "country" },
    { "partners", 0, CLI_LIST, "GROUPS", "groups that get membership columns, and a row by country", .at = AT(partners), .complete = "group" },
    { "group-time", 0, CLI_STRING, "RULE", "members of dated groups: union, current or fixed:YYYY", .at = AT(group_time), .preset = "union", .complete = "union|current|fixed:" },
    { "stack-levels", 0, CLI_FLAG, NULL, "the coarser levels too, told apart by the column level", .at = AT(stack_levels) },
    { "no-row", 0, CLI_FLAG, NULL, "leave the rest of the world out of the rows (never out of the computation)", .at = AT(no_row) },
    { "digital", 0, CLI_STRING, "narrow|broad|strict|@FILE", "the digital sectors of family digital; a file has CSV sector,weight [the table's own set, or broad]", .at = AT(digital), .complete = "narrow|broad|strict|@" },
    { "balance", 0, CLI_CHOICE, "keep|absorb|rowsum", "the row discrepancy: keep it apart, add it to own final use, or replace output by the row sum", .at = AT(balance), .preset = "keep" },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .section = "Filters (choose rows, never change the computation)", .complete = "year", .alias = "years" },
    { "country", 0, CLI_LIST, "LIST", "countries or groups [all]", .at = AT(country), .section = "Filters (choose rows, never change the computation)", .complete = "country", .alias = "exporter" },
    { "partner", 0, CLI_LIST, "LIST", "partner countries or groups [all]", .at = AT(partner), .section = "Filters (choose rows, never change the computation)", .complete = "country", .alias = "importer" },
    { "sector", 0, CLI_LIST, "LIST", "sectors [all]", .at = AT(sector), .section = "Filters (choose rows, never change the computation)", .complete = "sector" },
    { "output", 'o', CLI_FILE, "FILE", "the panel, - for standard output; the suffix picks the format", .at = AT(output), .section = "Output", .flags = CLI_REQUIRED },
    { 0 },
};
/* clang-format on */

/* The levels of the rows, finest first only in the file; group rows come where countries are. */
static const char *const *choose_levels(const struct args *a, int has_groups, const char **finest)
{
    cli_app *app = a->common.app;
    cli_list levels = { 0 };
    const int all = cli_list_has(a->by, "all");
    const int sector = all || cli_list_has(a->by, "sector");
    const int partner = all || cli_list_has(a->by, "partner");

    *finest = sector && partner ? "bilateral_sector"
              : partner         ? "bilateral"
              : sector          ? "sector"
                                : "country";
    if (a->stack_levels || strcmp(*finest, "country") == 0)
        cli_list_add(app, &levels, "country");
    if (a->stack_levels && sector && partner)
        cli_list_add(app, &levels, "sector");
    if (a->stack_levels && sector && partner)
        cli_list_add(app, &levels, "bilateral");
    if (strcmp(*finest, "country") != 0)
        cli_list_add(app, &levels, *finest);
    if (has_groups && (a->stack_levels || strcmp(*finest, "country") == 0))
        cli_list_add(app, &levels, "group_sum");
    return (const char *const *)levels.items;
}

static gvc_status check_focus(const struct args *a, const gvc_edition *edition)
{
    const gvc_labels *countries = gvc_edition_countries(edition);
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_labels_n(countries); i++)
        cli_list_add(a->common.app, &names, gvc_labels_code(countries, i));
    for (const char *const *f = a->focus; f && *f; f++)
        if (gvc_labels_find(countries, *f) < 0)
            return cli_refuse(a->common.app, GVC_ELABEL, "--focus: no country \"%s\"%s", *f,
                              cli_hint(a->common.app, *f, (const char *const *)names.items));
    return GVC_OK;
}

/* What does not exist at the level wanted is refused when it was named, skipped under all. */
static gvc_status check_finest(const struct args *a, cli_job *job, const char *finest)
{
    const char *const one[] = { finest, NULL };

    return cli_check_levels(a->common.app, &job->picks, one);
}

static gvc_status prepare(cli_job *job, const struct args *a)
{
    cli_app *app = a->common.app;
    const gvc_group *const *groups = NULL;
    const char *finest = NULL;
    int n = 0;
    gvc_status st;

    job->app = app;
    job->common = &a->common;
    job->balance = (gvc_balance)a->balance;
    if (!cli_list_has(a->by, "country") && !cli_list_has(a->by, "all"))
        return cli_refuse(app, GVC_EUSAGE,
                          "--by: country belongs to every panel, such as country,sector");
    job->levels = choose_levels(a, a->partners != NULL, &finest);
    st = cli_pick_any(app, &job->picks, a->measures);
    if (st == GVC_OK)
        st = check_finest(a, job, finest);
    if (st == GVC_OK)
        st = cli_read_group_time(app, &job->opts.group_rule, a->group_time);
    if (st == GVC_OK)
        st = cli_source_open(app, &job->source, a->store, a->years);
    if (st == GVC_OK)
        st = cli_job_digital(job, a->digital);
    if (st == GVC_OK)
        st = check_focus(a, job->source.edition);
    if (st == GVC_OK)
        st = cli_find_groups(app, &groups, &n, job->source.edition, a->partners);
    job->opts.groups = n ? groups : NULL;
    job->opts.n_groups = n;
    job->opts.no_edition_groups = 1;
    job->opts.filter = (gvc_filter){ .exporter = a->country,
                                     .importer = a->partner,
                                     .country = a->country,
                                     .partner = a->partner,
                                     .sector = a->sector };
    return st;
}

static gvc_status add_year(cli_job *job, gvc_panel *panel, int i)
{
    cli_results results;
    gvc_status st = cli_job_year(job, i, &results);

    for (const char *const *l = job->levels; st == GVC_OK && *l; l++) {
        gvc_frame *joined = NULL;

        st = cli_join_level(job, &results, *l, 1, &joined);
        if (st == GVC_OK && joined)
            st = gvc_panel_add(job->app->ctx, panel, joined);
        gvc_frame_free(joined);
    }
    cli_results_free(&results);
    return st;
}

static gvc_status gather(cli_job *job, const struct args *a, gvc_frame **out)
{
    const gvc_panel_opts opts = { .focus = a->focus,
                                  .partners = job->opts.groups,
                                  .n_partners = job->opts.n_groups,
                                  .group_rule = job->opts.group_rule,
                                  .stack_levels = job->levels[1] != NULL,
                                  .no_row = a->no_row };
    gvc_panel *panel = NULL;
    gvc_status st = gvc_panel_new(job->app->ctx, &panel, job->source.edition, &opts);

    for (int i = 0; st == GVC_OK && i < job->source.n; i++)
        st = add_year(job, panel, i);
    if (st == GVC_OK)
        st = gvc_panel_finish(job->app->ctx, out, panel);
    gvc_panel_free(panel);
    return st;
}

/* An output that cannot be written is refused before anything is computed. */
static gvc_status open_output(cli_job *job, const struct args *a, gvc_provenance **provenance,
                              gvc_writer **writer)
{
    gvc_write_opts opts = { .format = a->common.format,
                            .layout = GVC_LAYOUT_WIDE,
                            .force = a->common.force,
                            .panel = "panel" };
    gvc_status st = cli_job_provenance(job, provenance);

    if (st != GVC_OK)
        return st;
    opts.provenance = *provenance;
    job->app->feeds_stdout = strcmp(a->output, "-") == 0;
    return gvc_writer_open(job->app->ctx, writer, a->output, &opts);
}

static gvc_status write_panel(cli_job *job, const struct args *a, gvc_frame **frame)
{
    gvc_ctx *ctx = job->app->ctx;
    gvc_provenance *provenance = NULL;
    gvc_writer *writer = NULL;
    gvc_status st = open_output(job, a, &provenance, &writer);

    if (st == GVC_OK)
        st = gather(job, a, frame);
    if (st == GVC_OK)
        st = cli_job_facts(job, provenance);
    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, *frame);
    if (st == GVC_OK)
        st = cli_check_stop(job->app);
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    gvc_provenance_free(provenance);
    return st;
}

static int line_holds(const char *line, size_t n, const char *text)
{
    const char *found = strstr(line, text);

    return found && (size_t)(found - line) < n;
}

/* Balance, and how Stata is told the panel's shape: on standard error, a line at a time. Single
 * columns are worth a line only under -v. */
static gvc_status say_report(cli_job *job, const struct args *a, const gvc_frame *frame)
{
    char *text = NULL;
    gvc_status st = gvc_panel_report(job->app->ctx, &text, frame);
    int incomplete = 0;

    if (st != GVC_OK)
        return st;
    cli_say(job->app, 0, "%s: %lld rows, %d years, %lld columns; in Stata: xtset id year",
            a->output, (long long)gvc_frame_rows(frame), job->source.n,
            (long long)gvc_frame_columns(frame));
    for (const char *line = text; *line;) {
        const size_t n = strcspn(line, "\n");
        const int is_column = line_holds(line, n, " % of the rows present");

        incomplete += is_column && !line_holds(line, n, ": 100.0 %");
        if (n)
            cli_say(job->app, is_column, "%.*s", (int)n, line);
        line += n + (line[n] != 0);
    }
    if (incomplete)
        cli_say(job->app, 0, "%d columns have missing values (undefined ratios; -v lists them)",
                incomplete);
    gvc_text_free(text);
    return GVC_OK;
}

static gvc_status run_job(cli_job *job, const struct args *a)
{
    gvc_frame *frame = NULL;
    gvc_status st;

    cli_job_announce(job);
    if (a->common.plan)
        return GVC_OK;
    st = write_panel(job, a, &frame);
    if (st == GVC_OK)
        st = say_report(job, a, frame);
    if (st == GVC_OK && a->focus && !a->common.quiet && strcmp(a->output, "-") != 0)
        cli_print_summary(job, frame, a->focus, a->output);
    gvc_frame_free(frame);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    cli_job job = { 0 };
    gvc_status st = prepare(&job, a);

    (void)ctx;
    if (st == GVC_OK)
        st = run_job(&job, a);
    cli_job_close(&job);
    return st;
}

const cli_command cmd_panel = {
    .name = "panel",
    .group = "Analysis",
    .summary = "gather all years into one keyed table for regressions",
    .example =
        "gvc panel demo.h5 --measures kpww,activity,position --focus CHN --partners BRI -o panel.csv",
    .details =
        "One row per country, sector or pair and year; sorted by id and year, so that 'xtset id year' works at "
        "once. A single index or term keeps only the columns named; the family base always comes along. "
        "Groups of --partners get rows of their own (level group_sum, from summed components) by country and "
        "with --stack-levels. With --focus and an output file, a summary by year is printed.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
    .lists = 3,
};
