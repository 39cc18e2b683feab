#include "cli/output.h"

struct args {
    cli_common common;
    const char *store, *output, *codebook, *group_time, *satellite;
    const cli_years *years;
    const char *const *methods, *const *perspectives, *const *approaches,
                                                          *const *levels, *const *flows, *const *by;
    const char *const *exporter, *const *importer, *const *sector, *const *as_one, *const *sums;
    int layout, shares, balance, stata_reasons;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "method", 'm', CLI_LIST, "LIST", "decompositions: methods, long or short names, or all", .at = AT(methods), .preset = "bm", .complete = "measure" },
    { "perspective", 0, CLI_CHOICES, "exporter|world|sectexp|bilateral|sectbil|importer|sectimp", "whose border counts, where a method knows several [the first of each method]", .at = AT(perspectives) },
    { "approach", 0, CLI_CHOICES, "source|sink", "where double counting is booked [the first of each method]", .at = AT(approaches) },
    { "flow", 0, CLI_CHOICES, "exports|imports", "which flow is split; imports is short for --perspective importer,sectimp [exports]", .at = AT(flows) },
    { "by", 0, CLI_CHOICES, "origin|destination|od", "split by origin of value added, by final destination, or by both", .at = AT(by) },
    { "level", 'l', CLI_LIST, "LIST", "what one row stands for: country, sector, bilateral, bilateral_sector, imports, imports_sector, and each of them with _origin, _destination or _od; country also with _origin_sector or _destination_sector; or all [the coarsest]", .at = AT(levels), .complete = "country|sector|bilateral|bilateral_sector|imports|imports_sector|country_origin|country_od|country_origin_sector|country_destination_sector|sector_origin_sector|all" },
    { "as-one", 0, CLI_LIST, "GROUPS", "make each group one exporter and importer before the decomposition", .at = AT(as_one), .complete = "group" },
    { "sum", 0, CLI_LIST, "GROUPS", "add rows sum:GROUP, the terms of the members of each group added up: as exporter, and where rows have one as importer", .at = AT(sums), .complete = "group" },
    { "satellite", 0, CLI_STRING, "NAME", "a satellite of the table (jobs, CO2) in place of value added", .at = AT(satellite) },
    { "balance", 0, CLI_CHOICE, "keep|absorb|rowsum", "the row discrepancy: keep it apart, add it to own final use, or replace output by the row sum", .at = AT(balance), .preset = "keep" },
    { "group-time", 0, CLI_STRING, "RULE", "members of dated groups: union, current or fixed:YYYY", .at = AT(group_time), .preset = "union", .complete = "union|current|fixed:" },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .section = "Filters (choose rows, never change the computation)", .complete = "year", .alias = "years" },
    { "exporter", 0, CLI_LIST, "LIST", "countries or groups that export [all]", .at = AT(exporter), .section = "Filters (choose rows, never change the computation)", .complete = "country" },
    { "importer", 0, CLI_LIST, "LIST", "countries or groups that import [all]", .at = AT(importer), .section = "Filters (choose rows, never change the computation)", .complete = "country", .alias = "partner" },
    { "sector", 0, CLI_LIST, "LIST", "exporting sectors [all]", .at = AT(sector), .section = "Filters (choose rows, never change the computation)", .complete = "sector" },
    { "output", 'o', CLI_FILE, "FILE", "the result, - for standard output; the suffix picks the format: csv, dta, h5, json, txt or xlsx", .at = AT(output), .section = "Output", .flags = CLI_REQUIRED },
    { "codebook", 0, CLI_FILE, "FILE", "describe and count every column in a further file, .csv or .md", .at = AT(codebook), .section = "Output" },
    { "stata-reasons", 0, CLI_FLAG, NULL, "in a .dta: .a where the denominator is zero, .b where the sector has no output, .c where the table has no such row", .at = AT(stata_reasons), .section = "Output" },
    { "layout", 0, CLI_CHOICE, "wide|long", "a column per term, or a row per number", .at = AT(layout), .preset = "wide", .section = "Output" },
    { "shares", 0, CLI_FLAG, NULL, "add each term as a share of gross exports", .at = AT(shares), .section = "Output" },
    { 0 },
};
/* clang-format on */

static gvc_status prepare(cli_job *job, const struct args *a)
{
    cli_app *app = a->common.app;
    const cli_choice choice = { a->perspectives, a->approaches, a->flows, a->by };
    int n_sums = 0;
    gvc_status st;

    cli_begin_job(job, &a->common);
    job->balance = (gvc_balance)a->balance;
    job->satellite = a->satellite;
    job->codebook = a->codebook;
    job->stata_reasons = a->stata_reasons;
    st = cli_pick_methods(app, &job->picks, a->methods, &choice);
    if (st == GVC_OK)
        st = cli_choose_levels(app, &job->levels, &job->picks, a->levels, a->by);
    if (st == GVC_OK)
        st = cli_check_levels(app, &job->picks, job->levels, a->levels == NULL || a->flows != NULL);
    if (st == GVC_OK)
        st = cli_open_job(job, a->store, a->years, a->group_time);
    if (st == GVC_OK)
        st = cli_find_groups(app, &job->as_one, &job->n_as_one, job->source.edition, a->as_one);
    if (st == GVC_OK)
        st = cli_find_groups(app, &job->opts.sums, &n_sums, job->source.edition, a->sums);
    if (st == GVC_OK) {
        cli_tell_idle_filter(app, "importer", a->importer, job->levels, 0);
        cli_tell_idle_filter(app, "sector", a->sector, job->levels, 1);
    }
    job->opts.n_sums = n_sums;
    job->opts.shares = a->shares;
    job->opts.filter =
        (gvc_filter){ .exporter = a->exporter, .importer = a->importer, .sector = a->sector };
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    cli_job job = { 0 };

    (void)ctx;
    return cli_end_job(&job, prepare(&job, a), a->output, (gvc_layout)a->layout);
}

const cli_command cmd_decompose = {
    .name = "decompose",
    .group = "Analysis",
    .summary = "split exports and imports into value-added terms",
    .example = "gvc decompose demo.h5 --method bm,kww --year 2015 --exporter CHN -o -",
    .details =
        "Every decomposition carries its residual (resid), so that the terms add up to gross exports in "
        "sight. Several methods in one wide table get their short name in front of each column (bms_dva). "
        "Several levels need --layout long, an .h5 or an .xlsx.\n"
        "--by origin, destination or od tells where value added was made and where it is absorbed in the end; "
        "--flow imports splits imports. Both may be far larger than memory: .csv and .h5 receive them in parts.\n"
        "Value added in what the partners import, by origin and by final destination:\n"
        "  gvc decompose demo.h5 --flow imports --by od --level imports --importer BRI -o imports.h5\n"
        "Jobs in exports, and the members of a group added up: --satellite jobs, --sum BRI. What China sells to "
        "the Belt and Road, split:\n"
        "  gvc decompose demo.h5 --level bilateral --exporter CHN --importer BRI --sum BRI -o bri.csv",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
    .lists = 1,
};
