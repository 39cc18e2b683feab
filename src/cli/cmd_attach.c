#include "cli/output.h"

struct args {
    cli_common common;
    const char *store, *inputs, *output;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "the store to change", .at = AT(store) },
    { "inputs", 0, CLI_INPUT, "INPUTS", "CSV kind,country,sector,partner,value, and year where years differ", .at = AT(inputs) },
    { "output", 'o', CLI_FILE, "STORE", "another store to write, the first is left alone", .at = AT(output) },
    { 0 },
};
/* clang-format on */

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    const gvc_attach_opts opts = { .output = a->output,
                                   .force = a->common.force,
                                   .only_check = a->common.plan };
    const char *to = a->output ? a->output : a->store;
    char *report = NULL;
    gvc_status st;

    if (a->output &&
        (cli_is_same_file(a->output, a->store) || cli_is_same_file(a->output, a->inputs)))
        return cli_refuse(
            a->common.app, GVC_EUSAGE,
            "%s is an input; write to another store, or change STORE itself without -o", a->output);
    st = gvc_store_attach(ctx, &report, a->store, a->inputs, &opts);
    if (st == GVC_OK && a->common.plan)
        printf("would attach to %s: %s\n", to, report);
    else if (st == GVC_OK)
        cli_say(a->common.app, 0, "%s: attached %s", to, report);
    gvc_text_free(report);
    return st;
}

const cli_command cmd_attach = {
    .name = "attach",
    .group = "Tables",
    .summary = "put satellites, trade costs and sector sets into a store",
    .example = "gvc attach demo.h5 tariffs.csv -o tariffs.h5",
    .details =
        "A row of INPUTS says what it is (kind), for which country and sector, to which partner; an empty cell "
        "stands for all of them, an empty year for every year. tariffs.csv may be these three lines:\n"
        "  kind,country,sector,partner,value\n"
        "  tau,VNM,,CHN,0.05\n"
        "  tau,CHN,ELM,VNM,0.08\n"
        "tau is what the seller's goods (country, sector) pay on the way to the partner, a fraction: 0.05 is 5 %; "
        "tau_int and tau_fin tell inputs from final goods. digital and manufacturing give a sector a weight from "
        "0 to 1. inventory_category names a category of final demand. fn_NAME is the income of a function and "
        "any other NAME a satellite (jobs, co2): a level for every country and sector.\n"
        "A kind that INPUTS names is replaced as a whole in the years it names, all else stays; where it is there "
        "already, that needs --force or another store to write. What a change of tariffs does is the difference of two stores:\n"
        "  gvc attach demo.h5 tariffs.csv -o before.h5\n"
        "  gvc attach demo.h5 agreed.csv -o after.h5\n"
        "  gvc index before.h5 --set tradecost -o before.csv\n"
        "  gvc index after.h5 --set tradecost -o after.csv\n"
        "  gvc diff before.csv after.csv\n"
        "--plan checks everything and writes nothing.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
