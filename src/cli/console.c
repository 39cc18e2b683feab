#include "cli/cli.h"

#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one thing a signal handler can reach; years side by side look at it too. */
static atomic_int stopped;

static void stop(int number)
{
    (void)number;
    atomic_store(&stopped, 1);
}

static void write_text(const char *text)
{
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));

    (void)written;
}

/* A table that is mapped into memory can no longer be read. Outputs have no name before they are
 * whole, so nothing is left behind. */
static void lose_file(int number, siginfo_t *info, void *context)
{
    const char *path = gvc_table_file_at(info->si_addr);

    (void)context;
    if (!path) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    write_text("gvc: ");
    write_text(path);
    write_text(
        ": cannot be read any more: it was cut short, or its disk failed, while it was being "
        "used\n");
    _exit(gvc_status_exit_code(GVC_EIO));
}

static const char *paint(const cli_app *app, const char *code)
{
    const char *no = getenv("NO_COLOR");

    return app->is_terminal && !(no && *no) ? code : "";
}

void cli_console_clear(cli_app *app)
{
    if (app->is_shown)
        fputs("\r\033[K", stderr);
    app->is_shown = 0;
}

static void print_line(cli_app *app, int is_warning, const char *text)
{
    cli_console_clear(app);
    if (is_warning)
        fprintf(stderr, "%sgvc: warning:%s %s\n", paint(app, "\033[33m"), paint(app, "\033[0m"),
                text);
    else
        fprintf(stderr, "gvc: %s\n", text);
}

/* A line of a year that is run beside others, told when its turn comes. */
struct cli_line {
    struct cli_line *next;
    int is_warning;
    const char *text;
};

static void put_line(cli_app *app, int is_warning, const char *text)
{
    struct cli_line *line;

    if (!app->keeps_lines) {
        print_line(app, is_warning, text);
        return;
    }
    line = cli_alloc(app, sizeof *line);
    *line = (struct cli_line){ NULL, is_warning, text };
    if (app->last_line)
        app->last_line->next = line;
    else
        app->lines = line;
    app->last_line = line;
}

static void log_line(gvc_log_level level, const char *text, void *user)
{
    cli_app *app = user;

    if (!app->quiet && (int)level <= app->verbose)
        put_line(app, level == GVC_LOG_WARNING,
                 app->keeps_lines ? cli_format(app, "%s", text) : text);
}

void cli_say(cli_app *app, int level, const char *fmt, ...)
{
    va_list list;

    if (app->quiet || level > app->verbose)
        return;
    va_start(list, fmt);
    put_line(app, 0, cli_format_list(app, fmt, list));
    va_end(list);
}

void cli_keep_lines(cli_app *app)
{
    app->keeps_lines = 1;
    gvc_ctx_set_log(app->ctx, log_line, app);
}

void cli_tell_lines(cli_app *app, const cli_app *of)
{
    for (const struct cli_line *line = of->lines; line; line = line->next)
        print_line(app, line->is_warning, line->text);
}

/* Nothing in the first second, then at most ten lines a second, on a terminal only. */
static int show_progress(const char *phase, double done, void *user)
{
    cli_app *app = user;
    const double now = gvc_seconds_now().wall;

    if (atomic_load(&stopped))
        return 1;
    if (!app->is_terminal || app->quiet || now - app->start < 1 || now - app->last < 0.1)
        return 0;
    app->last = now;
    app->is_shown = 1;
    fprintf(stderr, "\r\033[K%s %3.0f %%", phase, 100 * done);
    return 0;
}

void cli_console_start(cli_app *app)
{
    /* A second signal ends the program at once. */
    const struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

    const struct sigaction on_loss = { .sa_sigaction = lose_file, .sa_flags = SA_SIGINFO };

    sigaction(SIGBUS, &on_loss, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    app->is_terminal = isatty(STDERR_FILENO);
    app->start = gvc_seconds_now().wall;
    gvc_ctx_set_log(app->ctx, log_line, app);
    gvc_ctx_set_progress(app->ctx, show_progress, app);
}

gvc_status cli_check_stop(cli_app *app)
{
    return atomic_load(&stopped)
               ? cli_refuse(app, GVC_ECANCELLED, "interrupted; no output was left behind")
               : GVC_OK;
}

int cli_stdout_is_closed(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

    return poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP));
}

static void print_json(const cli_app *app, gvc_status status, const char *message)
{
    struct json_object *error = json_object_new_object();
    const int is_own = app->message != NULL;

    json_object_object_add(error, "status", json_object_new_string(gvc_status_name(status)));
    json_object_object_add(error, "message", json_object_new_string(message));
    json_object_object_add(error, "file",
                           json_object_new_string(is_own ? "" : gvc_ctx_message_file(app->ctx)));
    json_object_object_add(error, "place",
                           json_object_new_string(is_own ? "" : gvc_ctx_message_place(app->ctx)));
    fprintf(stderr, "%s\n",
            json_object_to_json_string_ext(error, JSON_C_TO_STRING_PLAIN |
                                                      JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(error);
}

int cli_report(cli_app *app, gvc_status status)
{
    const char *name = app->command ? app->command->name : NULL;
    const char *message = app->message ? app->message : gvc_ctx_message(app->ctx);

    cli_console_clear(app);
    if (status == GVC_OK || status == GVC_NO)
        return gvc_status_exit_code(status);
    if (status == GVC_EIO && app->feeds_stdout && cli_stdout_is_closed())
        return 0; /* the reader has seen enough */
    if (!*message)
        message = gvc_status_name(status);
    if (app->json_errors) {
        print_json(app, status, message);
        return gvc_status_exit_code(status);
    }
    fprintf(stderr, "%sgvc%s%s:%s %s\n", paint(app, "\033[31m"), name ? " " : "", name ? name : "",
            paint(app, "\033[0m"), message);
    if (status == GVC_EUSAGE && name && strcmp(name, "help") != 0)
        fprintf(stderr, "See 'gvc %s --help'.\n", name);
    else if (status == GVC_EUSAGE)
        fputs("See 'gvc help'.\n", stderr);
    return gvc_status_exit_code(status);
}
