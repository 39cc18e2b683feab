#include "cli/cli.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Text for roff: dashes stay dashes, backslashes stay, no line begins with a control character. */
static void put(FILE *out, const char *text)
{
    int is_start = 1;

    for (; *text; text++) {
        if (is_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\\')
            fputs("\\e", out);
        else
            fputc(*text, out);
        is_start = *text == '\n';
    }
}

static void put_line(FILE *out, const char *macro, const char *text)
{
    fputs(macro, out);
    put(out, text);
    fputc('\n', out);
}

static void put_option(FILE *out, const cli_option *o)
{
    fputs(".TP\n\\fB", out);
    if (o->letter)
        fprintf(out, "\\-%c\\fR, \\fB", o->letter);
    if (!cli_is_positional(o)) {
        fputs("\\-\\-", out);
        put(out, o->name);
    }
    if (o->value) {
        fputs(cli_is_positional(o) ? "" : "\\fR \\fI", out);
        put(out, o->value);
    }
    fputs("\\fR\n", out);
    put(out, o->help);
    if (o->alias) {
        fputs(" (also \\-\\-", out);
        put(out, o->alias);
        fputc(')', out);
    }
    if (o->preset) {
        fputs(" [", out);
        put(out, o->preset);
        fputc(']', out);
    }
    fputc('\n', out);
}

static void put_measures(FILE *out, int lists)
{
    fputs(".SH MEASURES\n", out);
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const int bit = gvc_measure_kind(m) == GVC_FRAME_EXPORTS ? 1 : 2;

        if (!(lists & bit))
            continue;
        put_line(out, ".TP\n\\fB", gvc_measure_name(m));
        fputs("\\fR", out);
        put(out, gvc_measure_title(m));
        put_line(out, ". Levels: ", gvc_measure_levels(m));
    }
}

static void put_head(FILE *out, const char *name, const char *summary)
{
    char upper[64];
    size_t n = 0;

    for (; name[n] && n + 1 < sizeof upper; n++)
        upper[n] = (char)toupper((unsigned char)name[n]);
    upper[n] = 0;
    fputs(".TH ", out);
    put(out, upper);
    fprintf(out, " 1 \"\" \"gvckit %s\" \"gvckit manual\"\n.SH NAME\n", gvc_version());
    put(out, name);
    put_line(out, " \\- ", summary);
}

static void put_tail(FILE *out)
{
    put_line(out, ".SH EXIT STATUS\n", cli_exit_codes);
}

static void put_overview(FILE *out)
{
    put_head(out, "gvc", "value chains in multi-region input-output tables");
    fputs(".SH SYNOPSIS\n.B gvc\nCOMMAND [options] INPUT...\n.SH COMMANDS\n", out);
    for (int i = 0; cli_commands[i]; i++) {
        put_line(out, ".TP\n\\fBgvc ", cli_commands[i]->name);
        fputs("\\fR", out);
        put_line(out, "", cli_commands[i]->summary);
    }
    fputs(".SH OPTIONS OF EVERY COMMAND\n", out);
    for (const cli_option *o = cli_common_options; o->name; o++)
        put_option(out, o);
    put_tail(out);
}

void cli_man_page(FILE *out, const cli_command *command)
{
    char name[64];
    const cli_option *o;

    if (!command) {
        put_overview(out);
        return;
    }
    snprintf(name, sizeof name, "gvc-%s", command->name);
    put_head(out, name, command->summary);
    fputs(".SH SYNOPSIS\n", out);
    cli_usage_line(out, command);
    put_line(out, "\n.SH EXAMPLE\n.nf\n", command->example);
    fputs(".fi\n", out);
    if (command->details)
        put_line(out, ".SH DESCRIPTION\n", command->details);
    fputs(".SH OPTIONS\n", out);
    for (int i = 0; (o = cli_option_get(command, i)); i++)
        put_option(out, o);
    if (command->lists)
        put_measures(out, command->lists);
    put_tail(out);
}

static gvc_status write_page(cli_app *app, const cli_command *command)
{
    const char *path =
        cli_format(app, "gvc%s%s.1", command ? "-" : "", command ? command->name : "");
    FILE *out = fopen(path, "w");
    int is_bad;

    if (!out)
        return cli_refuse(app, GVC_EIO, "%s: cannot be written: %s", path, strerror(errno));
    cli_man_page(out, command);
    is_bad = ferror(out);
    if (fclose(out) != 0 || is_bad)
        return cli_refuse(app, GVC_EIO, "%s: cannot be written: %s", path, strerror(errno));
    return GVC_OK;
}

gvc_status cli_man_all(cli_app *app)
{
    gvc_status st = write_page(app, NULL);

    for (int i = 0; st == GVC_OK && cli_commands[i]; i++)
        st = write_page(app, cli_commands[i]);
    return st;
}
