#include "cli/series.h"

struct args {
    cli_common common;
    const char *output;
    const cli_years *years;
    int countries, sectors, seed;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "output", 'o', CLI_FILE, "STORE", "the store to write", .at = AT(output), .flags = CLI_REQUIRED },
    { "countries", 'G', CLI_INT, "G", "number of countries", .at = AT(countries), .preset = "10" },
    { "sectors", 'N', CLI_INT, "N", "number of sectors", .at = AT(sectors), .preset = "10" },
    { "years", 'y', CLI_YEARS, "LIST", "years, such as 2000-2004", .at = AT(years), .preset = "2000", .alias = "year" },
    { "seed", 0, CLI_INT, "S", "another seed, other numbers", .at = AT(seed), .preset = "0" },
    { 0 },
};
/* clang-format on */

enum { MAX_YEARS = 1000 };

/* Every year once, in order. */
static int list_years(const cli_years *years, int *list)
{
    int n = 0;

    for (int year = 1; year < 10000 && n < MAX_YEARS; year++)
        for (int r = 0; r < years->n; r++)
            if (year >= years->range[r][0] && year <= years->range[r][1]) {
                list[n++] = year;
                break;
            }
    return n;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    int *years = cli_alloc(a->common.app, MAX_YEARS * sizeof *years);
    const int n = list_years(a->years, years);
    gvc_synth_opts opts = { .countries = a->countries, .sectors = a->sectors };

    (void)ctx;
    if (a->countries < 1 || a->sectors < 1)
        return cli_refuse(a->common.app, GVC_EUSAGE, "--countries and --sectors are 1 or more");
    if (n == 0 || n == MAX_YEARS)
        return cli_refuse(a->common.app, GVC_EUSAGE,
                          "--years: between 1 and %d years from 1 to 9999", MAX_YEARS - 1);
    opts.seed = (unsigned)a->seed;
    opts.first_year = years[0];
    return cli_write_series(&a->common, &opts, a->output, years, n);
}

const cli_command cmd_synth = {
    .name = "synth",
    .group = "Samples",
    .summary = "write a balanced synthetic store of any size",
    .example = "gvc synth -o synth.h5 --countries 20 --sectors 12 --years 2000-2002 --seed 7",
    .details =
        "The same options give the same bytes, whatever the number of threads. Every output made from "
        "such a store says that it is synthetic.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
