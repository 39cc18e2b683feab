#include "cli/analysis.h"

#include <string.h>

struct args {
    cli_common common;
    const char *folder, *output;
    int year, compress;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "source", 0, CLI_INPUT, "FOLDER", "a folder of CSV files: Z.csv F.csv x.csv labels.csv fcols.csv", .at = AT(folder) },
    { "output", 'o', CLI_FILE, "STORE", "the store to write", .at = AT(output), .flags = CLI_REQUIRED },
    { "year", 'y', CLI_INT, "YEAR", "the year of the folder's table, which has none of its own", .at = AT(year), .flags = CLI_REQUIRED },
    { "compress", 0, CLI_FLAG, NULL, "smaller, slower to read: for archives", .at = AT(compress) },
    { 0 },
};
/* clang-format on */

static gvc_status write_store(const struct args *a, gvc_input *input)
{
    gvc_ctx *ctx = a->common.app->ctx;
    const gvc_store_opts opts = { .force = a->common.force, .compress = a->compress };
    gvc_store_writer *writer = NULL;
    gvc_table *table = NULL;
    gvc_status st = gvc_input_table(ctx, &table, input, 0);

    if (st == GVC_OK)
        st = gvc_store_create(ctx, &writer, a->output, gvc_table_edition(table), &opts);
    if (st == GVC_OK)
        st = cli_check_stop(a->common.app);
    if (st == GVC_OK)
        st = gvc_store_add(ctx, writer, table, a->year);
    if (st == GVC_OK) {
        st = gvc_store_commit(ctx, writer);
        writer = NULL;
    }
    gvc_store_abort(writer);
    gvc_table_free(table);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    gvc_input *input = NULL;
    gvc_status st = gvc_input_open(ctx, &input, a->folder);

    if (st == GVC_OK && strcmp(gvc_input_kind(input), "folder") != 0)
        st = cli_refuse(a->common.app, GVC_EUSAGE, "%s is a store already; import reads a folder",
                        a->folder);
    if (st == GVC_OK && (a->year < 1 || a->year > 9999))
        st = cli_refuse(a->common.app, GVC_EUSAGE, "--year: %d is no calendar year", a->year);
    if (st == GVC_OK && a->common.plan)
        printf("would write %s: year %d of %lld countries x %lld sectors\n", a->output, a->year,
               (long long)gvc_labels_n(gvc_edition_countries(gvc_input_edition(input))),
               (long long)gvc_labels_n(gvc_edition_sectors(gvc_input_edition(input))));
    else if (st == GVC_OK)
        st = write_store(a, input);
    if (st == GVC_OK && !a->common.plan)
        cli_say(a->common.app, 0, "%s written: year %d of %s", a->output, a->year, a->folder);
    gvc_input_close(input);
    return st;
}

const cli_command cmd_import = {
    .name = "import",
    .group = "Tables",
    .summary = "read a folder of CSV files into a store",
    .example = "gvc import mytable -o mytable.h5 --year 2015",
    .details = "VA.csv, groups.csv and inputs.csv come along where the folder has them.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
