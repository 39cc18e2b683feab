#include "cli/output.h"

#include <string.h>

struct args {
    cli_common common;
    const char *store, *output, *focus, *group_time;
    const cli_years *years;
    const char *const *partners, *const *sector, *const *as_one;
    int level, balance;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "focus", 0, CLI_STRING, "CODE", "the country whose value added is followed, out and in", .at = AT(focus), .complete = "country", .flags = CLI_REQUIRED },
    { "partners", 0, CLI_LIST, "LIST", "countries and groups; a group has its members' rows and their sum [all others]", .at = AT(partners), .complete = "country" },
    { "level", 'l', CLI_CHOICE, "sector|country", "by sector of origin, or the sectors added up", .at = AT(level), .preset = "sector" },
    { "as-one", 0, CLI_LIST, "GROUPS", "make each group one exporter and importer before the computation", .at = AT(as_one), .complete = "group" },
    { "balance", 0, CLI_CHOICE, "keep|absorb|rowsum", "the row discrepancy: keep it apart, add it to own final use, or replace output by the row sum", .at = AT(balance), .preset = "keep" },
    { "group-time", 0, CLI_STRING, "RULE", "members of dated groups: union, current or fixed:YYYY", .at = AT(group_time), .preset = "union", .complete = "union|current|fixed:" },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .section = "Filters (choose rows, never change the computation)", .complete = "year", .alias = "years" },
    { "sector", 0, CLI_LIST, "LIST", "sectors of origin [all]", .at = AT(sector), .section = "Filters (choose rows, never change the computation)", .complete = "sector" },
    { "output", 'o', CLI_FILE, "FILE", "the result, - for standard output; the suffix picks the format", .at = AT(output), .section = "Output", .flags = CLI_REQUIRED },
    { 0 },
};
/* clang-format on */

/* The groups among the partners, for the provenance; countries are left to the library. */
static void note_groups(cli_job *job, const char *const *partners)
{
    const gvc_group **groups =
        cli_alloc(job->app, (size_t)(cli_list_n(partners) + 1) * sizeof *groups);

    for (; partners && *partners; partners++) {
        const gvc_group *group = gvc_group_find(job->source.edition, *partners);

        if (group && gvc_labels_find(gvc_edition_countries(job->source.edition), *partners) < 0)
            groups[job->opts.n_groups++] = group;
    }
    job->opts.groups = groups;
}

/* How many countries the partners are, the focus left out. */
static gvc_int count_partners(const cli_job *job, const struct args *a)
{
    const gvc_labels *countries = gvc_edition_countries(job->source.edition);
    const gvc_int G = gvc_labels_n(countries);
    unsigned char *member = cli_alloc(job->app, (size_t)G), *any = cli_alloc(job->app, (size_t)G);
    gvc_int n = 0;

    for (gvc_int g = 0; g < job->opts.n_groups; g++) {
        gvc_group_members(job->opts.groups[g], job->source.edition, GVC_INT_MISSING,
                          job->opts.group_rule, member, NULL);
        for (gvc_int c = 0; c < G; c++)
            any[c] |= member[c];
    }
    for (const char *const *p = a->partners; p && *p; p++)
        if (gvc_labels_find(countries, *p) >= 0)
            any[gvc_labels_find(countries, *p)] = 1;
    for (gvc_int c = 0; c < G; c++)
        n += (!a->partners || any[c]) && strcmp(gvc_labels_code(countries, c), a->focus) != 0;
    return n;
}

static void count_rows(cli_job *job, const struct args *a)
{
    const gvc_int G = gvc_labels_n(gvc_edition_countries(job->source.edition));
    const gvc_int N = gvc_labels_n(gvc_edition_sectors(job->source.edition));
    const gvc_int sectors = a->level ? 1 : a->sector ? cli_list_n(a->sector) : N;

    job->own_name = "trace";
    job->own_needs = gvc_trace_needs();
    job->own_rows = gvc_trace_rows(G, sectors, count_partners(job, a), job->opts.n_groups);
}

static gvc_status prepare(cli_job *job, const struct args *a)
{
    cli_app *app = a->common.app;
    gvc_status st;

    job->app = app;
    job->common = &a->common;
    job->balance = (gvc_balance)a->balance;
    st = cli_read_group_time(app, &job->opts.group_rule, a->group_time);
    if (st == GVC_OK)
        st = cli_source_open(app, &job->source, a->store, a->years);
    if (st == GVC_OK)
        st = cli_find_groups(app, &job->as_one, &job->n_as_one, job->source.edition, a->as_one);
    if (st == GVC_OK)
        note_groups(job, a->partners);
    if (st == GVC_OK)
        count_rows(job, a);
    return st;
}

static gvc_status trace_model(cli_job *job, const struct args *a, gvc_model *model,
                              gvc_writer *writer)
{
    gvc_ctx *ctx = job->app->ctx;
    const gvc_trace_opts opts = { .focus = a->focus,
                                  .partners = a->partners,
                                  .group_rule = job->opts.group_rule,
                                  .sector = a->sector,
                                  .by_country = a->level };
    gvc_frame *frame = NULL;
    gvc_status st = gvc_trace(ctx, &frame, model, &opts);

    if (st == GVC_OK)
        st = gvc_table_recheck(ctx, gvc_model_table(model));
    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, frame);
    if (st == GVC_OK) {
        job->solver = gvc_model_solver(model);
        if (gvc_model_error_bound(model) > job->error_bound)
            job->error_bound = gvc_model_error_bound(model);
        cli_say(job->app, 1, "%s: %lld rows; solved by %s, certified relative error at most %.1e",
                cli_year_text(job->app, gvc_frame_year(frame)), (long long)gvc_frame_rows(frame),
                job->solver, gvc_model_error_bound(model));
    }
    gvc_frame_free(frame);
    return st;
}

static gvc_status trace_year(cli_job *job, const struct args *a, gvc_writer *writer, int i)
{
    gvc_ctx *ctx = job->app->ctx;
    gvc_table *table = NULL;
    gvc_units *units = NULL;
    gvc_model *model = NULL;
    gvc_status st = cli_check_stop(job->app);

    if (st == GVC_OK)
        st = cli_job_table(job, i, &table);
    if (st == GVC_OK && job->n_as_one)
        st = gvc_units_group(ctx, &units, gvc_table_edition(table), job->as_one, job->n_as_one,
                             gvc_table_year(table), job->opts.group_rule);
    if (st == GVC_OK) {
        const gvc_model_opts opts = { .units = units,
                                      .balance = job->balance,
                                      .needs = gvc_trace_needs(),
                                      .solver = (gvc_solver)job->common->solver };

        st = gvc_model_new(ctx, &model, table, &opts);
    }
    if (st == GVC_OK)
        st = trace_model(job, a, model, writer);
    gvc_model_free(model);
    gvc_units_free(units);
    gvc_table_free(table);
    return st;
}

static gvc_status write_years(cli_job *job, const struct args *a)
{
    gvc_ctx *ctx = job->app->ctx;
    gvc_provenance *provenance = NULL;
    gvc_writer *writer = NULL;
    gvc_status st = cli_job_provenance(job, &provenance);

    if (st == GVC_OK) {
        const gvc_write_opts opts = { .format = a->common.format,
                                      .force = a->common.force,
                                      .provenance = provenance };

        job->app->feeds_stdout = strcmp(a->output, "-") == 0;
        st = gvc_writer_open(ctx, &writer, a->output, &opts);
    }
    for (int i = 0; st == GVC_OK && i < job->source.n; i++)
        st = trace_year(job, a, writer, i);
    if (st == GVC_OK)
        st = cli_job_facts(job, provenance);
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    gvc_provenance_free(provenance);
    if (st == GVC_OK && strcmp(a->output, "-") != 0)
        cli_say(job->app, 0, "%s written", a->output);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    cli_job job = { 0 };
    gvc_status st = prepare(&job, a);

    (void)ctx;
    if (st == GVC_OK)
        st = cli_job_announce(&job, a->output);
    if (st == GVC_OK && !a->common.plan)
        st = write_years(&job, a);
    if (st == GVC_OK && !a->common.plan)
        cli_job_conclude(&job);
    cli_source_close(&job.source);
    return st;
}

const cli_command cmd_trace = {
    .name = "trace",
    .group = "Analysis",
    .summary = "follow value added between a country and its partners, by route and sector",
    .example = "gvc trace demo.h5 --focus CHN --partners BRI --year 2015 --level country -o -",
    .details =
        "Keys are year, direction, partner, sector, route and via. Direction out: value added of the focus "
        "that the partner absorbs; in: value added of the partner that the focus absorbs. The sector is the "
        "one in which it originates; via is the first importer. Route final: final goods, sold straight to "
        "the absorber; inter: inputs that the absorber finishes for its own final use; third: inputs that "
        "cross further borders before they are absorbed, also where the absorber was the first to import "
        "them; home (direction out, partner the focus itself): inputs that come home in the end.\n"
        "Every unit of value added counts once, at the first border it passes. So final, inter and third "
        "of a pair add up to its vax of method jn, in each sector, and home to what bm calls ref. The share "
        "is in the sum over sectors and routes of the same direction and partner. Rows sum:GROUP add up the "
        "members of each group named; going out, their final and inter have no single first importer and "
        "repeat the name of the sum.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
