#include "cli/cli.h"

#include <string.h>

struct args {
    cli_common common;
    const char *topic;
    int man, man_all;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "command", 0, CLI_WORD, "COMMAND", "the command to tell about", .at = AT(topic), .complete = "command" },
    { "man", 0, CLI_FLAG, NULL, "print the manual page (roff) instead", .at = AT(man) },
    { "man-all", 0, CLI_FLAG, NULL, "write every manual page into the current folder: gvc.1, gvc-info.1 ...", .at = AT(man_all) },
    { 0 },
};
/* clang-format on */

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    const cli_command *command = a->topic ? cli_command_find(a->topic) : NULL;
    cli_list names = { 0 };

    (void)ctx;
    if (a->man_all)
        return cli_man_all(a->common.app);
    if (a->topic && !command && strcmp(a->topic, "gvc") != 0) {
        for (int i = 0; cli_commands[i]; i++)
            cli_list_add(a->common.app, &names, cli_commands[i]->name);
        return cli_refuse(a->common.app, GVC_EUSAGE, "unknown command \"%s\"%s", a->topic,
                          cli_hint(a->common.app, a->topic, names.items));
    }
    if (a->man)
        cli_man_page(stdout, command);
    else if (command)
        cli_help_command(stdout, command);
    else
        cli_help_overview(stdout);
    return GVC_OK;
}

const cli_command cmd_help = {
    .name = "help",
    .group = "The command itself",
    .summary = "tell about gvc or one of its commands",
    .example = "gvc help decompose",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
