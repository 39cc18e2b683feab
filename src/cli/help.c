#include "cli/cli.h"

#include <json-c/json.h>
#include <string.h>

enum { HELP_WIDTH = 96, HELP_INDENT = 28 };

const char cli_exit_codes[] =
    "0 done; 1 the answer is no; 2 usage; 3 cannot read or write; 4 bad data; 5 label not found; "
    "6 singular or not converged; 7 memory; 130 interrupted";

/* Words of `text` from column `at` on, wrapped at HELP_WIDTH with `indent` spaces. */
static void print_wrapped(FILE *out, const char *text, int at, int indent)
{
    int is_first = 1;

    while (*text) {
        const int n = (int)strcspn(text, " \n");

        if (!is_first && at + 1 + n > HELP_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!is_first) {
            fputc(' ', out);
            at++;
        }
        at += fprintf(out, "%.*s", n, text);
        text += n;
        is_first = *text == '\n';
        if (is_first) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        }
        text += *text != 0;
    }
    fputc('\n', out);
}

static void print_entry(FILE *out, const char *left, const char *text)
{
    const int n = fprintf(out, "  %s", left);

    if (n > HELP_INDENT - 2)
        fprintf(out, "\n%*s", HELP_INDENT, "");
    else
        fprintf(out, "%*s", HELP_INDENT - n, "");
    print_wrapped(out, text, HELP_INDENT, HELP_INDENT);
}

static void print_option(FILE *out, const cli_option *o)
{
    char left[256], text[1024];

    if (cli_is_positional(o))
        snprintf(left, sizeof left, "%s", o->value);
    else
        snprintf(left, sizeof left, "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
                 o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
    snprintf(text, sizeof text, "%s%s%s%s%s%s%s", o->help, o->alias ? " (also --" : "",
             o->alias ? o->alias : "", o->alias ? ")" : "", o->preset ? " [" : "",
             o->preset ? o->preset : "", o->preset ? "]" : "");
    print_entry(out, left, text);
}

static const char *section_of(const cli_option *o)
{
    return o->section ? o->section : "Options";
}

/* Options under their headings, headings in the order in which they first come up. */
static void print_options(FILE *out, const cli_command *command)
{
    const cli_option *o, *before;

    for (int i = 0; (o = cli_option_get(command, i)); i++) {
        int is_new = 1;

        for (int j = 0; j < i && (before = cli_option_get(command, j)); j++)
            is_new &= strcmp(section_of(before), section_of(o)) != 0;
        if (!is_new)
            continue;
        fprintf(out, "\n%s:\n", section_of(o));
        for (int j = i; (before = cli_option_get(command, j)); j++)
            if (strcmp(section_of(before), section_of(o)) == 0)
                print_option(out, before);
    }
}

static int is_listed(const gvc_measure *m, int lists)
{
    return ((lists & 1) && gvc_measure_kind(m) == GVC_FRAME_EXPORTS) ||
           ((lists & 2) && gvc_measure_kind(m) == GVC_FRAME_INDICES);
}

static void print_measures(FILE *out, int lists)
{
    char left[128];

    fprintf(out, "\n%s:\n",
            lists == 1   ? "Methods"
            : lists == 2 ? "Families"
                         : "Methods and families");
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const char *prefix = gvc_measure_prefix(m);

        if (!is_listed(m, lists))
            continue;
        if (*prefix && strcmp(prefix, gvc_measure_name(m)) != 0)
            snprintf(left, sizeof left, "%s, %s", prefix, gvc_measure_name(m));
        else
            snprintf(left, sizeof left, "%s", gvc_measure_name(m));
        print_entry(out, left, gvc_measure_title(m));
    }
    fputs("\n'gvc methods NAME' has the columns of each, with formula, level and paper.\n", out);
}

void cli_usage_line(FILE *out, const cli_command *command)
{
    const cli_option *o;

    fprintf(out, "gvc %s [options]", command->name);
    for (int i = 0; (o = cli_option_get(command, i)); i++)
        if (cli_is_positional(o))
            fprintf(out, o->type != CLI_WORD ? " %s" : " [%s]", o->value);
    for (int i = 0; (o = cli_option_get(command, i)); i++)
        if ((o->flags & CLI_REQUIRED) && o->letter)
            fprintf(out, " -%c %s", o->letter, o->value);
        else if (o->flags & CLI_REQUIRED)
            fprintf(out, " --%s %s", o->name, o->value);
}

void cli_help_command(FILE *out, const cli_command *command)
{
    fprintf(out, "gvc %s: %s\n\nUsage: ", command->name, command->summary);
    cli_usage_line(out, command);
    fprintf(out, "\n\nExample:\n  %s\n", command->example);
    if (command->details) {
        fputc('\n', out);
        print_wrapped(out, command->details, 0, 0);
    }
    print_options(out, command);
    if (command->lists)
        print_measures(out, command->lists);
    fputs("\nExit codes: ", out);
    print_wrapped(out, cli_exit_codes, 12, 12);
}

void cli_help_overview(FILE *out)
{
    fprintf(out,
            "gvc %s: value chains in multi-region input-output tables\n\n"
            "Usage: gvc COMMAND [options] INPUT...\n\n"
            "Example:\n"
            "  gvc demo -o demo.h5\n"
            "  gvc panel demo.h5 --focus CHN --partners BRI -o panel.csv\n",
            gvc_version());
    for (int i = 0; cli_commands[i]; i++) {
        int is_new = 1;

        for (int j = 0; j < i; j++)
            is_new &= strcmp(cli_commands[j]->group, cli_commands[i]->group) != 0;
        if (!is_new)
            continue;
        fprintf(out, "\n%s:\n", cli_commands[i]->group);
        for (int j = i; cli_commands[j]; j++)
            if (strcmp(cli_commands[j]->group, cli_commands[i]->group) == 0)
                fprintf(out, "  %-12s%s\n", cli_commands[j]->name, cli_commands[j]->summary);
    }
    fputs(
        "\n'gvc help COMMAND' tells more. 'gvc --version' and 'gvc --json-usage' print the version\n"
        "and every command and option for machines.\n\nExit codes: ",
        out);
    print_wrapped(out, cli_exit_codes, 12, 12);
}

static const char *type_name(cli_type type)
{
    static const char *const names[] = {
        [CLI_INPUT] = "input",   [CLI_INPUTS] = "inputs",   [CLI_WORD] = "word",
        [CLI_FLAG] = "flag",     [CLI_FILE] = "file",       [CLI_INT] = "int",
        [CLI_STRING] = "string", [CLI_STRINGS] = "strings", [CLI_LIST] = "list",
        [CLI_YEARS] = "years",   [CLI_CHOICE] = "choice",   [CLI_CHOICES] = "choices",
        [CLI_MEMORY] = "memory", [CLI_REAL] = "real",
    };

    return names[type];
}

static void add_text(struct json_object *to, const char *key, const char *text)
{
    if (text)
        json_object_object_add(to, key, json_object_new_string(text));
}

static struct json_object *option_json(const cli_option *o)
{
    struct json_object *option = json_object_new_object();
    const char letter[2] = { o->letter, 0 };

    add_text(option, "name", o->name);
    add_text(option, "letter", o->letter ? letter : NULL);
    add_text(option, "alias", o->alias);
    add_text(option, "type", type_name(o->type));
    add_text(option, "value", o->value);
    add_text(option, "help", o->help);
    add_text(option, "default", o->preset);
    add_text(option, "section", section_of(o));
    json_object_object_add(option, "required",
                           json_object_new_boolean(o->type == CLI_INPUT || o->type == CLI_INPUTS ||
                                                   (o->flags & CLI_REQUIRED)));
    return option;
}

void cli_usage_json(FILE *out)
{
    struct json_object *root = json_object_new_object(), *commands = json_object_new_array();

    add_text(root, "name", "gvc");
    add_text(root, "version", gvc_version());
    json_object_object_add(root, "commands", commands);
    for (int i = 0; cli_commands[i]; i++) {
        struct json_object *one = json_object_new_object(), *options = json_object_new_array();
        const cli_option *o;

        add_text(one, "name", cli_commands[i]->name);
        add_text(one, "group", cli_commands[i]->group);
        add_text(one, "summary", cli_commands[i]->summary);
        add_text(one, "example", cli_commands[i]->example);
        add_text(one, "details", cli_commands[i]->details);
        for (int j = 0; (o = cli_option_get(cli_commands[i], j)); j++)
            json_object_array_add(options, option_json(o));
        json_object_object_add(one, "options", options);
        json_object_array_add(commands, one);
    }
    fprintf(out, "%s\n",
            json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
                                                     JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(root);
}
