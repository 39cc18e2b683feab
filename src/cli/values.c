#include "cli/cli.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One setter per type: `field` is what the option's type promises. */

static gvc_status refuse_value(cli_app *app, const cli_option *option, const char *text,
                               const char *wanted)
{
    return cli_refuse(app, GVC_EUSAGE, "--%s: \"%s\" is not %s", option->name, text, wanted);
}

static int read_int(const char *text, const char **end, int *value)
{
    long got = 0;

    if (!isdigit((unsigned char)*text))
        return 0;
    for (; isdigit((unsigned char)*text); text++) {
        got = 10 * got + (*text - '0');
        if (got > INT_MAX)
            return 0;
    }
    *end = text;
    *value = (int)got;
    return 1;
}

static gvc_status set_int(cli_app *app, const cli_option *option, const char *text, void *field)
{
    const char *end;

    if (!read_int(text, &end, field) || *end)
        return refuse_value(app, option, text, "a whole number, 0 or more");
    return GVC_OK;
}

static gvc_status set_years(cli_app *app, const cli_option *option, const char *text, void *field)
{
    const char *const *parts = cli_split(app, text, ',');
    const int n = cli_list_n(parts);
    cli_years *years = cli_alloc(app, sizeof *years);
    int(*range)[2] = cli_alloc(app, (size_t)n * sizeof *range);

    *(const cli_years **)field = years;
    /* Only a file can tell which years are all of them. */
    if (strcmp(text, "all") == 0 && option->complete)
        return GVC_OK;
    for (int i = 0; i < n; i++) {
        const char *end;
        int ok = read_int(parts[i], &end, &range[i][0]);

        range[i][1] = range[i][0];
        if (ok && *end == '-')
            ok = read_int(end + 1, &end, &range[i][1]);
        if (!ok || *end || range[i][1] < range[i][0])
            return refuse_value(app, option, parts[i], "a year or a range such as 2005-2011");
    }
    *years = (cli_years){ n, (const int(*)[2])range };
    return GVC_OK;
}

static gvc_status set_choice(cli_app *app, const cli_option *option, const char *text, void *field)
{
    const char *const *choices = cli_split(app, option->value, '|');

    for (int i = 0; choices[i]; i++)
        if (strcmp(choices[i], text) == 0) {
            *(int *)field = i;
            return GVC_OK;
        }
    return cli_refuse(app, GVC_EUSAGE, "--%s: unknown value \"%s\"%s", option->name, text,
                      cli_hint(app, text, choices));
}

static gvc_status set_choices(cli_app *app, const cli_option *option, const char *text, void *field)
{
    const char *const *choices = cli_split(app, option->value, '|');
    const char *const *parts = cli_split(app, text, ',');

    for (int i = 0; parts[i]; i++)
        if (strcmp(parts[i], "all") != 0 && !cli_list_has(choices, parts[i]))
            return cli_refuse(app, GVC_EUSAGE, "--%s: unknown value \"%s\"%s", option->name,
                              parts[i], cli_hint(app, parts[i], choices));
    *(const char *const **)field = parts;
    return GVC_OK;
}

static gvc_status set_memory(cli_app *app, const cli_option *option, const char *text, void *field)
{
    static const char units[] = "KMGT";
    char *end;
    double bytes = isdigit((unsigned char)*text) ? strtod(text, &end) : -1;

    if (bytes >= 0 && *end) {
        const char *unit = strchr(units, toupper((unsigned char)*end));

        for (const char *u = units; unit && u <= unit; u++)
            bytes *= 1024;
        end += 1;
        end += *end == 'i';
        end += *end == 'B' || *end == 'b';
        if (!unit || *end)
            bytes = -1;
    }
    if (!(bytes >= 0 && bytes < 9e18))
        return refuse_value(app, option, text, "a size such as 500M or 8G");
    *(gvc_int *)field = (gvc_int)bytes;
    return GVC_OK;
}

static gvc_status set_real(cli_app *app, const cli_option *option, const char *text, void *field)
{
    char *end;
    const double value = strtod(text, &end);

    if ((!isdigit((unsigned char)*text) && *text != '.') || *end || !(value < 1e300))
        return refuse_value(app, option, text, "a number, 0 or more, such as 1e-9");
    *(double *)field = value;
    return GVC_OK;
}

static gvc_status set_list(cli_app *app, const cli_option *option, const char *text, void *field)
{
    const char *const *parts = cli_split(app, text, ',');

    for (int i = 0; parts[i]; i++)
        if (!*parts[i])
            return refuse_value(app, option, text, "a list of names between commas");
    *(const char *const **)field = parts;
    return GVC_OK;
}

static void add_string(cli_app *app, const char *text, void *field)
{
    const char *const *old = *(const char *const **)field;
    cli_list list = { 0 };

    for (; old && *old; old++)
        cli_list_add(app, &list, *old);
    cli_list_add(app, &list, text);
    *(const char *const **)field = (const char *const *)list.items;
}

static const char *const stores[] = { "h5", NULL };

gvc_status cli_set_value(cli_app *app, const cli_option *option, const char *text, void *args)
{
    void *field = (char *)args + option->at;

    if (cli_takes_value(option) && !*text)
        return cli_refuse(app, GVC_EUSAGE, "--%s: the value is empty", option->name);
    switch (option->type) {
    case CLI_FLAG:
        ++*(int *)field;
        return GVC_OK;
    case CLI_INT:
        return set_int(app, option, text, field);
    case CLI_STRINGS:
    case CLI_INPUTS:
        add_string(app, text, field);
        return GVC_OK;
    case CLI_LIST:
        return set_list(app, option, text, field);
    case CLI_YEARS:
        return set_years(app, option, text, field);
    case CLI_CHOICE:
        return set_choice(app, option, text, field);
    case CLI_CHOICES:
        return set_choices(app, option, text, field);
    case CLI_MEMORY:
        return set_memory(app, option, text, field);
    case CLI_REAL:
        return set_real(app, option, text, field);
    case CLI_FILE:
        if (strcmp(option->value, "STORE") == 0 &&
            cli_check_suffix(app, text, "a store is an HDF5 file", stores) != GVC_OK)
            return GVC_EUSAGE;
        break;
    case CLI_INPUT:
    case CLI_WORD:
    case CLI_STRING:
        break;
    }
    *(const char **)field = text;
    return GVC_OK;
}
