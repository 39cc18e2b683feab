#include "cli/output.h"
#include "cli/panel.h"
#include "cli/summary.h"

#include <string.h>

#define AT(field) offsetof(cli_panel_args, field)
#define FILTERS "Filters (choose rows, never change the computation)"
#define COLUMNS "More columns (LIST: measures of the panel)"
#define GROUPS "Groups and Belt and Road"

/* clang-format off */
static const cli_option options[] = {
    { "stores", 0, CLI_INPUTS, "STORE", "stores, or one folder of CSV files; several editions are told apart by the column source", .at = AT(stores) },
    { "measures", 0, CLI_LIST, "LIST", "families, single indices, methods and their terms (kpww, up, bms, kww_dva_fin), or all", .at = AT(measures), .preset = CLI_PANEL_MEASURES, .complete = "measure" },
    { "by", 0, CLI_CHOICES, "country|sector|partner", "keys of a row beside the year: country, country,sector or country,partner, or all three", .at = AT(by), .preset = "country" },
    { "stack-levels", 0, CLI_FLAG, NULL, "the coarser levels too, told apart by the column level", .at = AT(stack_levels) },
    { "units", 0, CLI_CHOICE, "table|musd|busd", "money as in the table, in million or in billion USD", .at = AT(units), .preset = "table" },
    { "balance", 0, CLI_CHOICE, "keep|absorb|rowsum", "the row discrepancy: keep it apart, add it to own final use, or replace output by the row sum", .at = AT(balance), .preset = "keep" },
    { "digital", 0, CLI_STRING, "narrow|broad|strict|@FILE", "the digital sectors of family digital; a file has CSV sector,weight [the table's own set, or broad]", .at = AT(digital), .complete = "narrow|broad|strict|@" },
    { "concord", 0, CLI_STRING, "MAP", "sum money to common sectors after the computation: common18 or another built-in list, or a CSV file from,to", .at = AT(concord), .complete = "common18|rev3_fine|rev3_with_lrwiod|rev4_fine|rev4_with2018" },
    { "common", 0, CLI_FLAG, NULL, "only units that every store has in all of its years", .at = AT(common_units), .section = "Rows" },
    { "union", 0, CLI_FLAG, NULL, "all units, though stores differ in countries", .at = AT(any_country), .section = "Rows" },
    { "balanced", 0, CLI_FLAG, NULL, "a row for every unit and year; what no table has is missing", .at = AT(balanced), .section = "Rows" },
    { "min-years", 0, CLI_INT, "K", "leave out units with fewer years", .at = AT(min_years), .section = "Rows" },
    { "no-row", 0, CLI_FLAG, NULL, "leave the rest of the world out of the rows (never out of the computation)", .at = AT(no_row), .section = "Rows" },
    { "own-pairs", 0, CLI_FLAG, NULL, "keep the pair of a country with itself, where a measure has it", .at = AT(own_pairs), .section = "Rows" },
    { "focus", 0, CLI_LIST, "LIST", "countries that get a column of their own and a summary", .at = AT(focus), .section = GROUPS, .complete = "country" },
    { "partners", 0, CLI_LIST, "GROUPS", "groups that get membership columns, shares in bilateral measures, and a row by country", .at = AT(partners), .section = GROUPS, .complete = "group" },
    { "group-time", 0, CLI_STRING, "RULE", "members of dated groups: union, current or fixed:YYYY", .at = AT(group_time), .preset = "union", .section = GROUPS, .complete = "union|current|fixed:" },
    { "with-initiator", 0, CLI_FLAG, NULL, "count China as a member of BRI and BRI_ALONG65", .at = AT(with_initiator), .section = GROUPS },
    { "bri-from", 0, CLI_CHOICE, "year|next", "bri_mou begins in the year of the signature, or in the next", .at = AT(bri_from), .preset = "year", .section = GROUPS },
    { "bri-start", 0, CLI_INT, "YEAR", "first year of bri_post: the common start", .at = AT(bri_start), .preset = "2013", .section = GROUPS },
    { "lag", 0, CLI_LIST, "K,...", "l1_<m>: every measure K years before", .at = AT(lag), .section = COLUMNS },
    { "diff", 0, CLI_LIST, "K,...", "d1_<m>: every measure less that of K years before", .at = AT(diff), .section = COLUMNS },
    { "base", 0, CLI_INT, "YEAR", "b_<m>: every measure in this year", .at = AT(base), .section = COLUMNS },
    { "log", 0, CLI_LIST, "LIST", "ln_<m>: natural logarithm", .at = AT(log), .section = COLUMNS, .complete = "measure" },
    { "growth", 0, CLI_LIST, "LIST", "g_<m>: growth over the year before", .at = AT(growth), .section = COLUMNS, .complete = "measure" },
    { "loo", 0, CLI_LIST, "LIST", "loo_<m>: mean of the other countries in the same sector and year", .at = AT(loo), .section = COLUMNS, .complete = "measure" },
    { "winsor", 0, CLI_LIST, "LIST", "w1_<m>: drawn in to the percentiles 1 and 99 of the year", .at = AT(winsor), .section = COLUMNS, .complete = "measure" },
    { "std", 0, CLI_LIST, "LIST", "z_<m>: less the mean of the year, over its standard deviation", .at = AT(std), .section = COLUMNS, .complete = "measure" },
    { "flags", 0, CLI_FLAG, NULL, "say why cells are missing, or what is odd: columns f_<m>, or flag in a long layout", .at = AT(flags), .section = COLUMNS },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .section = FILTERS, .complete = "year", .alias = "years" },
    { "country", 0, CLI_LIST, "LIST", "countries or groups [all]", .at = AT(country), .section = FILTERS, .complete = "country", .alias = "exporter" },
    { "partner", 0, CLI_LIST, "LIST", "partner countries or groups [all]", .at = AT(partner), .section = FILTERS, .complete = "country", .alias = "importer" },
    { "sector", 0, CLI_LIST, "LIST", "sectors [all]", .at = AT(sector), .section = FILTERS, .complete = "sector" },
    { "wide", 0, CLI_CHOICE, "no|year", "year: one row per unit, columns <m>_<year>", .at = AT(wide), .preset = "no", .section = "Output" },
    { "layout", 0, CLI_CHOICE, "wide|long", "a column per measure, or a row per number", .at = AT(layout), .preset = "wide", .section = "Output" },
    { "output", 'o', CLI_FILE, "FILE", "the panel, - for standard output; the suffix picks the format: csv, dta, h5, json, txt or xlsx", .at = AT(output), .section = "Output", .flags = CLI_REQUIRED },
    { "codebook", 0, CLI_FILE, "FILE", "describe and count every column in a further file, .csv or .md", .at = AT(codebook), .section = "Output" },
    { "stata-reasons", 0, CLI_FLAG, NULL, "in a .dta: .a where the denominator is zero, .b where the sector has no output, .c where the table has no such row", .at = AT(stata_reasons), .section = "Output" },
    { 0 },
};
/* clang-format on */

/* An output that cannot be written is refused before anything is computed. */
static gvc_status open_output(cli_panel *p, gvc_provenance **provenance, gvc_writer **writer)
{
    const cli_panel_args *a = p->args;
    gvc_ctx *ctx = p->job.app->ctx;
    gvc_write_opts opts = { .format = a->common.format,
                            .layout = !a->layout ? GVC_LAYOUT_WIDE
                                      : a->flags ? GVC_LAYOUT_LONG_FLAGS
                                                 : GVC_LAYOUT_LONG,
                            .force = a->common.force,
                            .panel = "panel",
                            .codebook = a->codebook,
                            .stata_reasons = a->stata_reasons };
    gvc_status st = cli_check_output(p->job.app, p->sources, p->n_sources, a->output, a->codebook);

    if (st == GVC_OK)
        st = cli_job_provenance(&p->job, provenance);
    for (int i = 1; st == GVC_OK && *provenance && i < p->n_sources; i++)
        st = gvc_provenance_input(ctx, *provenance, p->sources[i].input);
    if (st == GVC_OK && *provenance && a->concord)
        st = gvc_provenance_add(ctx, *provenance, "sectors",
                                cli_format(p->job.app,
                                           "money summed to %s after the computation, then ratios",
                                           a->concord));
    if (st != GVC_OK)
        return st;
    opts.provenance = *provenance;
    p->job.app->feeds_stdout = strcmp(a->output, "-") == 0;
    return gvc_writer_open(ctx, writer, a->output, &opts);
}

static gvc_status write_panel(cli_panel *p)
{
    gvc_ctx *ctx = p->job.app->ctx;
    gvc_provenance *provenance = NULL;
    gvc_writer *writer = NULL;
    gvc_frame *turned = NULL;
    gvc_status st = open_output(p, &provenance, &writer);

    if (st == GVC_OK)
        st = cli_panel_gather(p);
    if (st == GVC_OK)
        st = cli_job_facts(&p->job, provenance);
    if (st == GVC_OK && p->args->wide)
        st = gvc_panel_widen(ctx, &turned, p->frame);
    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, turned ? turned : p->frame);
    if (st == GVC_OK)
        st = cli_check_stop(p->job.app);
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    gvc_provenance_free(provenance);
    gvc_frame_free(turned);
    return st;
}

static gvc_status run_panel(cli_panel *p)
{
    const cli_panel_args *a = p->args;
    gvc_status st = GVC_OK;
    int ahead = 1;

    for (int i = 0; st == GVC_OK && i < p->n_sources; i++) {
        p->job.source = p->sources[i];
        st = cli_job_announce(&p->job, a->output);
        ahead &= p->job.reads_ahead || p->job.at_a_time > 1;
        p->at_a_time[i] = p->job.at_a_time;
    }
    p->job.reads_ahead = ahead;
    p->job.source = p->sources[0];
    if (st != GVC_OK || a->common.plan)
        return st;
    st = write_panel(p);
    if (st == GVC_OK)
        st = cli_panel_say(p);
    if (st == GVC_OK && a->focus && !a->common.quiet && strcmp(a->output, "-") != 0)
        cli_print_summary(&p->job, p->frame, p->twins, a->focus, a->output);
    if (st == GVC_OK)
        cli_job_conclude(&p->job);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const cli_panel_args *a = parsed;
    cli_panel panel = { .args = a };
    gvc_status st;

    (void)ctx;
    panel.job.app = a->common.app;
    panel.job.common = &a->common;
    panel.job.keeps_years = 1;
    panel.job.by_years = 1;
    panel.job.is_panel = 1;
    st = cli_panel_open(&panel);
    if (st == GVC_OK)
        st = run_panel(&panel);
    cli_panel_close(&panel);
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
        "once. Of imports (bmi, bmsi) the importer is the country. A single index or term keeps only the columns named; the family base always comes along. "
        "The default measures come as far as the rows can have them. "
        "Groups of --partners get rows of their own (level group_sum, from summed components) by country and "
        "with --stack-levels, and are partners of every country where pairs are stacked (level bilateral_group). "
        "Stores of several editions stand one below the other; where their countries differ, "
        "--common or --union says what to do, and --concord brings their sectors to a common list. What is "
        "undefined stays missing; gaps are listed and never filled. With --focus and an output file, a summary "
        "by year is printed.",
    .options = options,
    .args_size = sizeof(cli_panel_args),
    .run = run,
    .lists = 3,
};
