#include "cli/analysis.h"

#include <sys/stat.h>

struct args {
    cli_common common;
    const char *store, *output, *countries, *sectors;
    const cli_years *years;
    int compress;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "the store with the finer tables", .at = AT(store) },
    { "output", 'o', CLI_FILE, "STORE", "the store to write", .at = AT(output), .flags = CLI_REQUIRED },
    { "countries", 0, CLI_STRING, "MAP", "CSV from,to[,name], or a group whose members become one country", .at = AT(countries), .complete = "group" },
    { "sectors", 0, CLI_STRING, "MAP", "CSV from,to[,name], or a built-in concordance such as common18", .at = AT(sectors), .complete = "common18|rev3_fine|rev3_with_lrwiod|rev4_fine|rev4_with2018" },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .complete = "year", .alias = "years" },
    { "compress", 0, CLI_FLAG, NULL, "smaller, slower to read: for archives", .at = AT(compress) },
    { 0 },
};
/* clang-format on */

/* The maps, and what they make of the edition. */
typedef struct job {
    const struct args *args;
    cli_app *app;
    cli_source source;
    gvc_concordance *countries, *sectors;
    gvc_aggregation *aggregation;
} job;

static int is_same_file(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static gvc_status check_args(const struct args *a)
{
    cli_app *app = a->common.app;

    if (!a->countries && !a->sectors)
        return cli_refuse(app, GVC_EUSAGE,
                          "nothing to aggregate: give --countries MAP, --sectors MAP or both");
    if (is_same_file(a->store, a->output))
        return cli_refuse(app, GVC_EUSAGE, "%s is the input; write to another store", a->output);
    return GVC_OK;
}

static gvc_status check_source(const job *j)
{
    if (gvc_input_year(j->source.input, j->source.years[0]) == GVC_INT_MISSING)
        return cli_refuse(j->app, GVC_EUSAGE,
                          "%s is a folder, whose table has no year; import it first: gvc import %s "
                          "--year 2015 -o STORE",
                          j->args->store, j->args->store);
    return GVC_OK;
}

static gvc_status prepare(job *j)
{
    const struct args *a = j->args;
    gvc_ctx *ctx = j->app->ctx;
    gvc_status st = check_args(a);

    if (st == GVC_OK)
        st = cli_source_open(j->app, &j->source, a->store, a->years);
    if (st == GVC_OK)
        st = check_source(j);
    if (st == GVC_OK && a->countries)
        st = gvc_concordance_read(ctx, &j->countries, a->countries, j->source.edition,
                                  GVC_CONCORDANCE_COUNTRIES);
    if (st == GVC_OK && a->sectors)
        st = gvc_concordance_read(ctx, &j->sectors, a->sectors, j->source.edition,
                                  GVC_CONCORDANCE_SECTORS);
    if (st == GVC_OK)
        st = gvc_aggregation_new(ctx, &j->aggregation, j->source.edition, j->countries, j->sectors,
                                 a->common.no_provenance ? NULL : a->common.line);
    return st;
}

static void announce(const job *j)
{
    const gvc_edition *from = j->source.edition, *to = gvc_aggregation_edition(j->aggregation);
    const long long G = gvc_labels_n(gvc_edition_countries(from));
    const long long N = gvc_labels_n(gvc_edition_sectors(from));
    const long long H = gvc_labels_n(gvc_edition_countries(to));
    const long long M = gvc_labels_n(gvc_edition_sectors(to));
    const double n = (double)(G * N), m = (double)(H * M);

    if (j->args->common.plan)
        printf("tables    %d year(s), one at a time: %lld countries x %lld sectors to %lld x %lld\n"
               "memory    about %.3g GiB\n"
               "file      about %.3g GiB\n",
               j->source.n, G, N, H, M, 8 * (1.1 * n * n + m * m) / (1024.0 * 1024 * 1024),
               8 * m * m * j->source.n / (1024.0 * 1024 * 1024));
    else
        cli_say(j->app, 1, "%lld countries x %lld sectors to %lld x %lld", G, N, H, M);
}

static gvc_status add_year(const job *j, gvc_store_writer *writer, int i)
{
    gvc_ctx *ctx = j->app->ctx;
    gvc_table *fine = NULL, *coarse = NULL;
    gvc_status st = cli_check_stop(j->app);

    if (st == GVC_OK)
        st = gvc_input_table(ctx, &fine, j->source.input, j->source.years[i]);
    if (st == GVC_OK)
        st = gvc_aggregation_table(ctx, &coarse, j->aggregation, fine);
    if (st == GVC_OK)
        st = gvc_table_recheck(ctx, fine);
    gvc_table_free(fine);
    if (st == GVC_OK)
        st = gvc_store_add(ctx, writer, coarse, gvc_table_year(coarse));
    if (st == GVC_OK)
        cli_say(j->app, 1, "%d written", gvc_table_year(coarse));
    gvc_table_free(coarse);
    return st;
}

static gvc_status write_store(const job *j)
{
    const struct args *a = j->args;
    gvc_ctx *ctx = j->app->ctx;
    const gvc_store_opts opts = { .force = a->common.force, .compress = a->compress };
    gvc_store_writer *writer = NULL;
    gvc_status st =
        gvc_store_create(ctx, &writer, a->output, gvc_aggregation_edition(j->aggregation), &opts);

    for (int i = 0; st == GVC_OK && i < j->source.n; i++)
        st = add_year(j, writer, i);
    if (st == GVC_OK) {
        st = gvc_store_commit(ctx, writer);
        writer = NULL;
    }
    gvc_store_abort(writer);
    if (st == GVC_OK)
        cli_say(j->app, 0,
                "%s written: %d year(s). Indices of an aggregated table are not aggregates of the "
                "indices of the finer one; to add up results use --concord or --sum",
                a->output, j->source.n);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    job j = { .args = a, .app = a->common.app };
    gvc_status st = prepare(&j);

    (void)ctx;
    if (st == GVC_OK)
        announce(&j);
    if (st == GVC_OK && !a->common.plan)
        st = write_store(&j);
    gvc_aggregation_free(j.aggregation);
    gvc_concordance_free(j.countries);
    gvc_concordance_free(j.sectors);
    cli_source_close(&j.source);
    return st;
}

const cli_command cmd_aggregate = {
    .name = "aggregate",
    .group = "Tables",
    .summary = "add up countries or sectors of a store into a smaller one",
    .example = "gvc aggregate demo.h5 --countries BRI -o small.h5",
    .details =
        "A MAP in CSV has the header from,to or from,to,name; the line *,CODE takes all that no other line "
        "names, and *,= keeps them as they are. Flows, output, value added, primary inputs and satellites "
        "are sums; trade costs are means weighted by the flows they are paid on; trade between countries "
        "that become one becomes domestic. Groups and sets of sectors that no longer fit are left out with "
        "a warning. Indices of an aggregated table are not aggregates of the indices of the finer one: "
        "what passes between merged industries is lost from sight.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
