#include "cli/cli.h"

#include <string.h>

struct args {
    cli_common common;
    const char *shell;
};

#define AT(field) offsetof(struct args, field)

static const cli_option options[] = {
    { "shell", 0, CLI_INPUT, "SHELL", "bash, zsh or fish", .at = AT(shell),
      .complete = "bash|zsh|fish" },
    { 0 },
};

/* Each asks the command itself, so that codes and years come from the file on the line. */
static const char bash_script[] =
    "# bash completion of gvc: eval \"$(gvc completion bash)\"\n"
    "_gvc() {\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(\"$1\" __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null))\n"
    "    [[ ${COMP_WORDS[COMP_CWORD]} == *,* ]] && compopt -o nospace 2>/dev/null\n"
    "    return 0\n"
    "}\n"
    "complete -o default -o bashdefault -F _gvc gvc\n";

static const char zsh_script[] =
    "#compdef gvc\n"
    "# zsh completion of gvc: eval \"$(gvc completion zsh)\"\n"
    "_gvc() {\n"
    "    local -a found\n"
    "    found=(\"${(@f)$(${words[1]} __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
    "    if [[ -n ${found[1]} ]]; then\n"
    "        compadd -- \"${found[@]}\"\n"
    "    else\n"
    "        _files\n"
    "    fi\n"
    "}\n"
    "compdef _gvc gvc\n";

static const char fish_script[] =
    "# fish completion of gvc: gvc completion fish | source\n"
    "complete -c gvc -a '(gvc __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'\n";

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    static const char *const shells[] = { "bash", "zsh", "fish", NULL };
    static const char *const scripts[] = { bash_script, zsh_script, fish_script };
    const struct args *a = parsed;

    (void)ctx;
    for (int i = 0; shells[i]; i++)
        if (strcmp(a->shell, shells[i]) == 0) {
            fputs(scripts[i], stdout);
            return GVC_OK;
        }
    return cli_refuse(a->common.app, GVC_EUSAGE, "unknown shell \"%s\"%s", a->shell,
                      cli_hint(a->common.app, a->shell, shells));
}

const cli_command cmd_completion = {
    .name = "completion",
    .group = "The command itself",
    .summary = "print a completion script for a shell",
    .example = "gvc completion bash > ~/.local/share/bash-completion/completions/gvc",
    .details =
        "Completes commands, options, methods and indices, and the countries, sectors, groups and years "
        "of the store or folder named on the line.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
