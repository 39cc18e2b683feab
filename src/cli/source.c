#include "cli/analysis.h"

#include <stdlib.h>
#include <string.h>

static const char *years_there(cli_app *app, const gvc_input *input)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_input_n_years(input); i++)
        cli_list_add(app, &names, cli_format(app, "%d", gvc_input_year(input, i)));
    return cli_join(app, names.items, ", ");
}

static int is_folder(const gvc_input *input)
{
    return gvc_input_n_years(input) == 1 && gvc_input_year(input, 0) == GVC_INT_MISSING;
}

/* Every range must find a year, and the years outside the store within a range are skipped. */
static gvc_status check_years(cli_app *app, const gvc_input *input, const cli_years *years)
{
    for (int r = 0; r < years->n; r++) {
        const int first = years->range[r][0], last = years->range[r][1];
        int found = 0;

        for (gvc_int i = 0; i < gvc_input_n_years(input); i++)
            found += gvc_input_year(input, i) >= first && gvc_input_year(input, i) <= last;
        if (!found)
            return cli_refuse(app, GVC_ELABEL, "%s: there is no table of %s; the years are %s",
                              gvc_input_path(input),
                              first == last ? cli_format(app, "%d", first)
                                            : cli_format(app, "%d to %d", first, last),
                              years_there(app, input));
        if (found < last - first + 1)
            cli_say(app, 0, "%s has %d of the years %d-%d", gvc_input_path(input), found, first,
                    last);
    }
    return GVC_OK;
}

static int is_wanted(const cli_years *years, int year)
{
    for (int r = 0; years && r < years->n; r++)
        if (year >= years->range[r][0] && year <= years->range[r][1])
            return 1;
    return !years || years->n == 0;
}

gvc_status cli_source_open(cli_app *app, cli_source *out, const char *path, const cli_years *years)
{
    gvc_status st = gvc_input_open(app->ctx, &out->input, path);

    if (st != GVC_OK)
        return st;
    if (years && is_folder(out->input))
        return cli_refuse(app, GVC_EUSAGE,
                          "%s is a folder, whose one table has no year; leave --year away", path);
    if (years && !out->some_years)
        st = check_years(app, out->input, years);
    if (st != GVC_OK)
        return st;
    out->edition = gvc_input_edition(out->input);
    out->years = cli_alloc(app, (size_t)(gvc_input_n_years(out->input) + 1) * sizeof *out->years);
    for (gvc_int i = 0; i < gvc_input_n_years(out->input); i++)
        if (is_wanted(years, gvc_input_year(out->input, i)))
            out->years[out->n++] = i;
    return GVC_OK;
}

void cli_source_close(cli_source *source)
{
    if (source->input)
        gvc_input_close(source->input);
    source->input = NULL;
}

const char *cli_year_text(cli_app *app, int year)
{
    return year == GVC_INT_MISSING ? "" : cli_format(app, "%d", year);
}

gvc_status cli_read_group_time(cli_app *app, gvc_group_rule *rule, const char *text)
{
    char *end;
    long year;

    *rule = (gvc_group_rule){ GVC_GROUP_UNION, 0 };
    if (strcmp(text, "union") == 0)
        return GVC_OK;
    rule->time = GVC_GROUP_CURRENT;
    if (strcmp(text, "current") == 0)
        return GVC_OK;
    rule->time = GVC_GROUP_FIXED;
    if (strncmp(text, "fixed:", 6) == 0) {
        year = strtol(text + 6, &end, 10);
        rule->year = (int)year;
        if (!*end && year >= 1900 && year <= 2200)
            return GVC_OK;
    }
    return cli_refuse(
        app, GVC_EUSAGE,
        "--group-time: \"%s\" is not union, current or fixed:YYYY, such as fixed:2020", text);
}

static const char *const *group_names(cli_app *app, const gvc_edition *edition)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_edition_groups_n(edition); i++)
        cli_list_add(app, &names, gvc_group_name(gvc_edition_group(edition, i)));
    for (gvc_int i = 0; i < gvc_groups_builtin_n(); i++)
        if (!names.n || !cli_list_has(names.items, gvc_group_name(gvc_groups_builtin(i))))
            cli_list_add(app, &names, gvc_group_name(gvc_groups_builtin(i)));
    return names.items;
}

gvc_status cli_find_groups(cli_app *app, const gvc_group *const **out, int *n,
                           const gvc_edition *edition, const char *const *names)
{
    const gvc_group **groups = cli_alloc(app, (size_t)(cli_list_n(names) + 1) * sizeof *groups);

    *n = 0;
    for (; names && *names; names++) {
        groups[*n] = gvc_group_find(edition, *names);
        if (!groups[*n] && gvc_labels_find(gvc_edition_countries(edition), *names) >= 0)
            return cli_refuse(app, GVC_ELABEL,
                              "\"%s\" is a country, not a group; gvc groups STORE --add NAME=%s "
                              "makes one of it",
                              *names, *names);
        if (!groups[*n] && strchr(*names, ','))
            return cli_refuse(app, GVC_ELABEL,
                              "\"%s\" is a list, and one group is expected; gvc groups STORE --add "
                              "NAME=%s makes one of it",
                              *names, *names);
        if (!groups[(*n)++])
            return cli_refuse(app, GVC_ELABEL, "unknown group \"%s\"%s", *names,
                              cli_hint(app, *names, group_names(app, edition)));
    }
    *out = groups;
    return GVC_OK;
}
