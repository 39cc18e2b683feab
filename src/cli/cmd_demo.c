#include "cli/analysis.h"
#include "cli/series.h"

struct args {
    cli_common common;
    const char *output;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "output", 'o', CLI_FILE, "STORE", "the store to write", .at = AT(output), .flags = CLI_REQUIRED },
    { 0 },
};
/* clang-format on */

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    static const int years[] = { 2000, 2005, 2010, 2015, 2020 };
    const struct args *a = parsed;
    const gvc_synth_opts opts = { .demo = 1, .first_year = years[0] };

    (void)ctx;
    return cli_write_series(&a->common, &opts, a->output, years,
                            (int)(sizeof years / sizeof *years));
}

const cli_command cmd_demo = {
    .name = "demo",
    .group = "Samples",
    .summary = "write the small synthetic store that the help texts use",
    .example = "gvc demo -o demo.h5",
    .details =
        "Real country and sector codes, five years from 2000 to 2020, sizes and openness of the real "
        "world's order; the numbers are synthetic and every output made from them says so.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
