#include "cli/cli.h"

#include <getopt.h>
#include <string.h>

#define AT(field) offsetof(cli_common, field)

/* clang-format off */
const cli_option cli_common_options[] = {
    { "threads", 0, CLI_INT, "N", "threads; the count never changes a result [all cores]", .at = AT(threads), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "memory", 0, CLI_MEMORY, "SIZE", "hold no more than this at once, such as 8G; refuse what needs more [no limit]", .at = AT(memory), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "solver", 0, CLI_CHOICE, "auto|lu|sweeps", "how I - A is solved: the cheapest way, by factors, or by sweeps refined in double precision", .at = AT(solver), .preset = "auto", .section = "Everywhere" },
    { "plan", 0, CLI_FLAG, NULL, "say what would be computed, the size of the output and the memory, and stop", .at = AT(plan), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "force", 0, CLI_FLAG, NULL, "replace an output that exists", .at = AT(force), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "format", 0, CLI_STRING, "NAME", "format of the output [by its suffix, csv for -]", .at = AT(format), .section = "Everywhere", .complete = "format" },
    { "json", 0, CLI_FLAG, NULL, "print tables on standard output as JSON", .at = AT(json), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "errors", 0, CLI_CHOICE, "text|json", "how errors are printed on standard error", .at = AT(errors), .preset = "text", .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "no-provenance", 0, CLI_FLAG, NULL, "write no version, command line and checksum beside the results", .at = AT(no_provenance), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "quiet", 'q', CLI_FLAG, NULL, "nothing on standard error but errors", .at = AT(quiet), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "verbose", 'v', CLI_FLAG, NULL, "say what is done; twice: more", .at = AT(verbose), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { "help", 'h', CLI_FLAG, NULL, "this page", .at = AT(help), .section = "Everywhere", .flags = CLI_NO_RECORD },
    { 0 },
};
/* clang-format on */

static int count_options(const cli_option *options)
{
    int n = 0;

    while (options[n].name)
        n++;
    return n;
}

static int has_own(const cli_command *command, const char *name)
{
    for (const cli_option *o = command->options; o->name; o++)
        if (strcmp(o->name, name) == 0)
            return 1;
    return 0;
}

const cli_option *cli_option_get(const cli_command *command, int i)
{
    const int own = count_options(command->options);
    const cli_option *o;

    if (i < own)
        return &command->options[i];
    for (o = cli_common_options, i -= own; o->name; o++)
        if (!has_own(command, o->name) && i-- == 0)
            return o;
    return NULL;
}

int cli_is_positional(const cli_option *option)
{
    return option->type == CLI_INPUT || option->type == CLI_INPUTS || option->type == CLI_WORD;
}

int cli_takes_value(const cli_option *option)
{
    return option->type != CLI_FLAG && !cli_is_positional(option);
}

const cli_command *cli_command_find(const char *name)
{
    for (int i = 0; cli_commands[i]; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}

/* What getopt_long() is told; val is the place of the option plus 256, beyond any letter. */
typedef struct getopt_tables {
    struct option longs[2 * CLI_MAX_OPTIONS];
    char shorts[3 * CLI_MAX_OPTIONS];
} getopt_tables;

static void fill_tables(getopt_tables *tables, const cli_command *command)
{
    const cli_option *o;
    int n = 0;
    char *s = tables->shorts;

    *s++ = ':';
    for (int i = 0; (o = cli_option_get(command, i)); i++) {
        const int has = cli_takes_value(o) ? required_argument : no_argument;

        if (cli_is_positional(o))
            continue;
        tables->longs[n++] = (struct option){ o->name, has, NULL, 256 + i };
        if (o->alias)
            tables->longs[n++] = (struct option){ o->alias, has, NULL, 256 + i };
        if (o->letter)
            *s++ = o->letter;
        if (o->letter && has == required_argument)
            *s++ = ':';
    }
    tables->longs[n] = (struct option){ 0 };
    *s = 0;
}

static int find_letter(const cli_command *command, int letter)
{
    const cli_option *o;

    for (int i = 0; (o = cli_option_get(command, i)); i++)
        if (o->letter == letter)
            return i;
    return -1;
}

static gvc_status refuse_option(cli_app *app, const cli_command *command, const char *word)
{
    cli_list names = { 0 };
    const cli_option *o;
    const char *near;
    char *bare = cli_format(app, "%s", word + strspn(word, "-"));

    bare[strcspn(bare, "=")] = 0;
    for (int i = 0; (o = cli_option_get(command, i)); i++)
        if (!cli_is_positional(o))
            cli_list_add(app, &names, o->name);
    near = word[1] == '-' ? cli_nearest(bare, names.items) : NULL;
    if (near && strncmp(near, bare, strlen(bare)) == 0) {
        cli_list fits = { 0 };

        for (int i = 0; i < names.n; i++)
            if (strncmp(names.items[i], bare, strlen(bare)) == 0)
                cli_list_add(app, &fits, cli_format(app, "--%s", names.items[i]));
        if (fits.n == 1 || strcmp(near, bare) == 0)
            return cli_refuse(app, GVC_EUSAGE, "option --%s takes no value", near);
        return cli_refuse(app, GVC_EUSAGE, "option --%s is short for %s", bare,
                          cli_join(app, fits.items, " and "));
    }
    if (near)
        return cli_refuse(app, GVC_EUSAGE, "unknown option \"--%s\"; did you mean --%s?", bare,
                          near);
    return cli_refuse(app, GVC_EUSAGE, "unknown option \"%s\"", word);
}

/* Everything with a dash. `texts` receives what was typed for each option. */
static gvc_status parse_options(cli_app *app, const cli_command *command, int argc, char **argv,
                                void *args, const char **texts)
{
    getopt_tables tables;
    int got, before;

    fill_tables(&tables, command);
    opterr = 0;
    optind = 1;
    while (before = optind,
           (got = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        const cli_option *o;
        gvc_status st;
        int i;

        if (got == ':')
            return cli_refuse(app, GVC_EUSAGE, "option %s needs a value", argv[optind - 1]);
        if (got == '?')
            return refuse_option(app, command,
                                 optopt && optopt < 256
                                     ? cli_format(app, "-%c", optopt)
                                     : argv[optind > before ? optind - 1 : optind]);
        i = got >= 256 ? got - 256 : find_letter(command, got);
        o = cli_option_get(command, i);
        st = cli_set_value(app, o, optarg ? optarg : "", args);
        if (st != GVC_OK)
            return st;
        texts[i] = optarg ? optarg : "";
    }
    return GVC_OK;
}

static gvc_status parse_positionals(cli_app *app, const cli_command *command, int argc, char **argv,
                                    void *args, const char **texts)
{
    const cli_option *o;
    int next = optind;

    for (int i = 0; (o = cli_option_get(command, i)); i++) {
        if (!cli_is_positional(o))
            continue;
        if (next < argc) {
            texts[i] = argv[next];
            do {
                gvc_status st = cli_set_value(app, o, argv[next++], args);

                if (st != GVC_OK)
                    return st;
            } while (o->type == CLI_INPUTS && next < argc);
        } else if (o->type != CLI_WORD) {
            return cli_refuse(app, GVC_EUSAGE, "%s is missing: %s", o->value, o->help);
        }
    }
    if (next < argc)
        return cli_refuse(app, GVC_EUSAGE, "\"%s\" is one argument too many", argv[next]);
    return GVC_OK;
}

static gvc_status fill_presets(cli_app *app, const cli_command *command, void *args,
                               const char **texts)
{
    const cli_option *o;

    for (int i = 0; (o = cli_option_get(command, i)); i++) {
        gvc_status st;

        if (!texts[i] && (o->flags & CLI_REQUIRED))
            return cli_refuse(app, GVC_EUSAGE, "--%s %s is missing: %s", o->name, o->value,
                              o->help);
        if (texts[i] || !o->preset)
            continue;
        st = cli_set_value(app, o, o->preset, args);
        if (st != GVC_OK)
            return st;
        texts[i] = o->preset;
    }
    return GVC_OK;
}

/* A word as a shell would take it back. */
static const char *quote(cli_app *app, const char *word)
{
    char *text, *t;

    if (*word && !word[strcspn(word, " \t\n'\"\\$`!*?[](){}<>|&;#~")])
        return word;
    t = text = cli_alloc(app, 4 * strlen(word) + 3);
    *t++ = '\'';
    for (; *word; word++) {
        if (*word == '\'') {
            memcpy(t, "'\\''", 4);
            t += 4;
        } else {
            *t++ = *word;
        }
    }
    *t = '\'';
    return text;
}

const char *cli_record_line(cli_app *app, const cli_command *command, const void *args,
                            const char *const *texts)
{
    cli_list words = { 0 };
    const cli_option *o;

    cli_list_add(app, &words, "gvc");
    cli_list_add(app, &words, command->name);
    for (int i = 0; (o = cli_option_get(command, i)); i++) {
        if (!texts[i] || (o->flags & CLI_NO_RECORD))
            continue;
        if (o->type == CLI_STRINGS || o->type == CLI_INPUTS) {
            const char *const *all = *(const char *const *const *)((const char *)args + o->at);

            for (; all && *all; all++)
                cli_list_add(app, &words,
                             o->type == CLI_INPUTS
                                 ? quote(app, *all)
                                 : cli_format(app, "--%s %s", o->name, quote(app, *all)));
            continue;
        }
        if (!cli_is_positional(o))
            cli_list_add(app, &words, cli_format(app, "--%s", o->name));
        if (o->type != CLI_FLAG)
            cli_list_add(app, &words, quote(app, texts[i]));
    }
    return cli_join(app, words.items, " ");
}

gvc_status cli_parse(cli_app *app, const cli_command *command, int argc, char **argv, void *args)
{
    const char *texts[CLI_MAX_OPTIONS] = { 0 };
    cli_common *common = args;
    gvc_status st = parse_options(app, command, argc, argv, args, texts);

    common->app = app;
    if (st != GVC_OK || common->help)
        return st;
    st = parse_positionals(app, command, argc, argv, args, texts);
    if (st == GVC_OK)
        st = fill_presets(app, command, args, texts);
    if (st == GVC_OK)
        common->line = cli_record_line(app, command, args, texts);
    return st;
}
