#include "cli/cli.h"

#include <gvc/machine.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const cli_command cmd_aggregate, cmd_attach, cmd_bench, cmd_check, cmd_completion,
    cmd_decompose, cmd_demo, cmd_diff, cmd_groups, cmd_help, cmd_history, cmd_import, cmd_index,
    cmd_info, cmd_methods, cmd_panel, cmd_report, cmd_synth, cmd_trace;

const cli_command *const cli_commands[] = {
    &cmd_info,   &cmd_check,     &cmd_groups,     &cmd_import, &cmd_aggregate,
    &cmd_attach, &cmd_decompose, &cmd_index,      &cmd_panel,  &cmd_report,
    &cmd_trace,  &cmd_diff,      &cmd_history,    &cmd_demo,   &cmd_synth,
    &cmd_bench,  &cmd_methods,   &cmd_completion, &cmd_help,   NULL,
};

/* Asked for before the line is parsed, so that a bad line is reported in the right form too. */
static int wants_json_errors(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--errors=json") == 0 ||
            (strcmp(argv[i], "--errors") == 0 && i + 1 < argc && strcmp(argv[i + 1], "json") == 0))
            return 1;
    return 0;
}

static gvc_status refuse_command(cli_app *app, const char *word)
{
    cli_list names = { 0 };

    for (int i = 0; cli_commands[i]; i++)
        cli_list_add(app, &names, cli_commands[i]->name);
    if (word[0] == '-')
        return cli_refuse(app, GVC_EUSAGE, "unknown option \"%s\": the command comes first", word);
    return cli_refuse(app, GVC_EUSAGE, "unknown command \"%s\"%s", word,
                      cli_hint(app, word, names.items));
}

static gvc_status run_command(cli_app *app, int argc, char **argv)
{
    void *args = cli_alloc(app, app->command->args_size);
    const cli_common *common = args;
    gvc_status st = cli_parse(app, app->command, argc, argv, args);

    if (st != GVC_OK)
        return st;
    if (common->help) {
        cli_help_command(stdout, app->command);
        return GVC_OK;
    }
    app->quiet = common->quiet;
    app->verbose = common->verbose;
    gvc_ctx_set_guard(app->ctx, 1);
    gvc_ctx_set_threads(app->ctx, common->threads);
    gvc_ctx_set_memory(app->ctx, common->memory);
    cli_console_start(app);
    st = app->command->run(app->ctx, args);
    cli_console_clear(app);
    return st;
}

/* The words that are no command. Returns 1 when `word` was one of them. */
static int run_word(const char *word)
{
    if (strcmp(word, "--version") == 0)
        printf("gvc %s\n", gvc_version());
    else if (strcmp(word, "--json-usage") == 0)
        cli_usage_json(stdout);
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        cli_help_overview(stdout);
    else
        return 0;
    return 1;
}

static gvc_status dispatch(cli_app *app, int argc, char **argv)
{
    cli_console_start(app);
    if (argc < 2) {
        cli_help_overview(stdout);
        return GVC_OK;
    }
    if (run_word(argv[1]))
        return GVC_OK;
    if (strcmp(argv[1], "__complete") == 0) {
        cli_complete(app, argc - 2, argv + 2);
        return GVC_OK;
    }
    app->command = cli_command_find(argv[1]);
    return app->command ? run_command(app, argc - 1, argv + 1) : refuse_command(app, argv[1]);
}

static int set_unless_chosen(const char *name, const char *value)
{
    return value && !getenv(name) && setenv(name, value, 1) == 0;
}

/*
 * The libraries below read their settings before main, so the command starts itself again with
 * them. Waiting threads that spin make a run many times slower on a machine with other work:
 * OpenMP's by its default policy, and those of OpenBLAS, which never get work here, for a tenth of
 * a second after the start and after each fork. And an OpenBLAS that does not know the processor
 * takes kernels that are slow.
 */
static void start_with_settings(char **argv)
{
    const int policy = set_unless_chosen("OMP_WAIT_POLICY", "passive");
    const int threads = set_unless_chosen("OPENBLAS_NUM_THREADS", "1");
    const int kernels = set_unless_chosen("OPENBLAS_CORETYPE", gvc_machine_better_kernels());

    if (policy || threads || kernels)
        execv("/proc/self/exe", argv);
}

int main(int argc, char **argv)
{
    cli_app app = { 0 };
    gvc_status st;
    int code;

    start_with_settings(argv);
    app.ctx = gvc_ctx_new();

    if (!app.ctx) {
        fputs("gvc: out of memory\n", stderr);
        return gvc_status_exit_code(GVC_ENOMEM);
    }
    app.json_errors = wants_json_errors(argc, argv);
    st = dispatch(&app, argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && st == GVC_OK) {
        app.feeds_stdout = 1;
        st = cli_refuse(&app, GVC_EIO, "standard output cannot be written: %s", strerror(errno));
    }
    code = cli_report(&app, st);
    gvc_ctx_free(app.ctx);
    cli_free_all(&app);
    return code;
}
