#include "cli/output.h"

struct args {
    cli_common common;
    const char *store, *output, *codebook, *group_time, *digital;
    const cli_years *years;
    const char *const *set, *const *levels, *const *groups;
    const char *const *country, *const *partner, *const *sector;
    int layout, balance, stata_reasons;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "set", 0, CLI_LIST, "LIST", "families and single indices (up, pos_int), or all", .at = AT(set), .preset = "all", .complete = "measure" },
    { "level", 'l', CLI_CHOICES, "country|sector|bilateral|bilateral_sector|world_sector|world|group_sum|group_block|sector_pair", "what one row stands for, or all; sector_pair is as large as the table and comes by its name alone", .at = AT(levels), .preset = "country" },
    { "group", 0, CLI_LIST, "GROUPS", "built-in groups wanted at the levels group_sum and group_block, beside those of the store", .at = AT(groups), .complete = "group" },
    { "digital", 0, CLI_STRING, "narrow|broad|strict|@FILE", "the digital sectors of family digital; a file has CSV sector,weight [the table's own set, or broad]", .at = AT(digital), .complete = "narrow|broad|strict|@" },
    { "balance", 0, CLI_CHOICE, "keep|absorb|rowsum", "the row discrepancy: keep it apart, add it to own final use, or replace output by the row sum", .at = AT(balance), .preset = "keep" },
    { "group-time", 0, CLI_STRING, "RULE", "members of dated groups: union, current or fixed:YYYY", .at = AT(group_time), .preset = "union", .complete = "union|current|fixed:" },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .section = "Filters (choose rows, never change the computation)", .complete = "year", .alias = "years" },
    { "country", 0, CLI_LIST, "LIST", "countries, groups or WLD [all]", .at = AT(country), .section = "Filters (choose rows, never change the computation)", .complete = "country", .alias = "exporter" },
    { "partner", 0, CLI_LIST, "LIST", "partner countries or groups [all]", .at = AT(partner), .section = "Filters (choose rows, never change the computation)", .complete = "country", .alias = "importer" },
    { "sector", 0, CLI_LIST, "LIST", "sectors [all]", .at = AT(sector), .section = "Filters (choose rows, never change the computation)", .complete = "sector" },
    { "output", 'o', CLI_FILE, "FILE", "the result, - for standard output; the suffix picks the format: csv, dta, h5, json, txt or xlsx", .at = AT(output), .section = "Output", .flags = CLI_REQUIRED },
    { "codebook", 0, CLI_FILE, "FILE", "describe and count every column in a further file, .csv or .md", .at = AT(codebook), .section = "Output" },
    { "stata-reasons", 0, CLI_FLAG, NULL, "in a .dta: .a where the denominator is zero, .b where the sector has no output, .c where the table has no such row", .at = AT(stata_reasons), .section = "Output" },
    { "layout", 0, CLI_CHOICE, "wide|long", "a column per index, or a row per number", .at = AT(layout), .preset = "wide", .section = "Output" },
    { 0 },
};
/* clang-format on */

static gvc_status prepare(cli_job *job, const struct args *a)
{
    cli_app *app = a->common.app;
    const gvc_group *const *groups = NULL;
    int n_groups = 0;
    gvc_status st;

    cli_begin_job(job, &a->common);
    job->balance = (gvc_balance)a->balance;
    job->codebook = a->codebook;
    job->stata_reasons = a->stata_reasons;
    job->levels = cli_levels(app, a->levels);
    st = cli_pick_indices(app, &job->picks, a->set);
    if (st == GVC_OK)
        st = cli_check_levels(app, &job->picks, job->levels, cli_list_has(a->levels, "all"));
    if (st == GVC_OK)
        st = cli_open_job(job, a->store, a->years, a->group_time);
    if (st == GVC_OK)
        st = cli_job_digital(job, a->digital);
    if (st == GVC_OK)
        st = cli_find_groups(app, &groups, &n_groups, job->source.edition, a->groups);
    if (st == GVC_OK) {
        cli_tell_idle_filter(app, "partner", a->partner, job->levels, 0);
        cli_tell_idle_filter(app, "sector", a->sector, job->levels, 1);
    }
    job->opts.groups = n_groups ? groups : NULL;
    job->opts.n_groups = n_groups;
    job->opts.filter =
        (gvc_filter){ .country = a->country, .partner = a->partner, .sector = a->sector };
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    cli_job job = { 0 };

    (void)ctx;
    return cli_end_job(&job, prepare(&job, a), a->output, (gvc_layout)a->layout);
}

const cli_command cmd_index = {
    .name = "index",
    .group = "Analysis",
    .summary = "compute participation, position and other indices",
    .example = "gvc index demo.h5 --set kpww,up --year 2015 --country CHN -o -",
    .details =
        "The family base (gout, va, yfin, gexp) always comes along. Aggregates are computed from summed "
        "components, never by averaging indices. Several levels need --layout long, an .h5 or an .xlsx.\n"
        "Propagation lengths between all pairs of country-sectors, a matrix as large as the table:\n"
        "  gvc index demo.h5 --set apl --level sector_pair --year 2015 -o apl.h5\n"
        "Satellites, trade costs and digital sectors come with the table or by 'gvc attach'.\n"
        "Digital content of the exports of China and of each Belt and Road partner:\n"
        "  gvc index demo.h5 --set digital --country CHN,BRI -o digital.csv\n"
        "What China sells to these partners has, sector by sector, the content of all it sells: dig_x_sh of the "
        "first file times gexp of the second is the digital content of that trade:\n"
        "  gvc index demo.h5 --set dig_x_sh --level sector --country CHN -o content.csv\n"
        "  gvc index demo.h5 --set base --level bilateral_sector --country CHN --partner BRI -o trade.csv",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
    .lists = 2,
};
