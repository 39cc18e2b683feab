#include "cli/analysis.h"

#include <json-c/json.h>
#include <string.h>

struct args {
    cli_common common;
    const char *store, *name;
    const char *const *add;
    int partial;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "name", 0, CLI_WORD, "NAME", "one group, to list its members", .at = AT(name), .complete = "group" },
    { "add", 0, CLI_STRINGS, "NAME=MEMBERS", "keep a group in the store: NAME=CHN,VNM or NAME=@FILE, one code a line or CSV iso3,from_year,to_year; may be repeated", .at = AT(add) },
    { "partial", 0, CLI_FLAG, NULL, "add a group also when members are not in the store", .at = AT(partial) },
    { 0 },
};
/* clang-format on */

static const char *years_text(cli_app *app, const gvc_group *group, gvc_int i)
{
    const int from = gvc_group_from(group, i), to = gvc_group_to(group, i);

    if (!from && !to)
        return "always";
    if (!to)
        return cli_format(app, "from %d", from);
    if (!from)
        return cli_format(app, "until %d", to - 1);
    return cli_format(app, "%d-%d", from, to - 1);
}

/* First and last year named by any member. */
static const char *span_text(cli_app *app, const gvc_group *group)
{
    int first = 0, last = 0;

    for (gvc_int i = 0; i < gvc_group_n(group); i++) {
        const int years[] = { gvc_group_from(group, i), gvc_group_to(group, i) };

        for (int j = 0; j < 2; j++) {
            if (years[j] && (!first || years[j] < first))
                first = years[j];
            last = years[j] > last ? years[j] : last;
        }
    }
    return first ? cli_format(app, "%d-%d", first, last) : "fixed";
}

static int is_member_here(const gvc_edition *edition, const gvc_group *group, gvc_int i)
{
    return gvc_labels_find(gvc_edition_countries(edition), gvc_group_member(group, i)) >= 0;
}

static const char *const *members_here(cli_app *app, const gvc_edition *edition,
                                       const gvc_group *group, int here)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_group_n(group); i++)
        if (is_member_here(edition, group, i) == here)
            cli_list_add(app, &names, gvc_group_member(group, i));
    return (const char *const *)names.items;
}

static struct json_object *group_json(cli_app *app, const gvc_edition *edition,
                                      const gvc_group *group, const char *where)
{
    struct json_object *one = json_object_new_object(), *members = json_object_new_array();

    for (gvc_int i = 0; i < gvc_group_n(group); i++) {
        struct json_object *m = json_object_new_object();

        json_object_object_add(m, "code", json_object_new_string(gvc_group_member(group, i)));
        if (gvc_group_from(group, i))
            json_object_object_add(m, "from", json_object_new_int(gvc_group_from(group, i)));
        if (gvc_group_to(group, i))
            json_object_object_add(m, "to", json_object_new_int(gvc_group_to(group, i)));
        json_object_object_add(m, "present",
                               json_object_new_boolean(is_member_here(edition, group, i)));
        json_object_array_add(members, m);
    }
    json_object_object_add(one, "name", json_object_new_string(gvc_group_name(group)));
    json_object_object_add(one, "from", json_object_new_string(where));
    json_object_object_add(one, "present",
                           json_object_new_int(cli_list_n(members_here(app, edition, group, 1))));
    json_object_object_add(one, "members", members);
    return one;
}

static void add_row(cli_app *app, cli_grid *grid, const gvc_edition *edition,
                    const gvc_group *group, const char *where)
{
    const char *const *here = members_here(app, edition, group, 1);
    cli_list shown = { 0 };

    for (int i = 0; i < 12 && here && here[i]; i++)
        cli_list_add(app, &shown, here[i]);
    if (cli_list_n(here) > 12)
        cli_list_add(app, &shown, "...");
    cli_grid_cell(grid, "%s", gvc_group_name(group));
    cli_grid_cell(grid, "%s", where);
    cli_grid_cell(grid, "%lld", (long long)gvc_group_n(group));
    cli_grid_cell(grid, "%d", cli_list_n(here));
    cli_grid_cell(grid, "%s", span_text(app, group));
    cli_grid_cell(grid, "%s", cli_join(app, (const char *const *)shown.items, " "));
}

static void print_heads(cli_grid *grid, const char *const *heads)
{
    for (; *heads; heads++)
        cli_grid_cell(grid, "%s", *heads);
}

static void list_groups(const struct args *a, const gvc_edition *edition)
{
    static const char *const heads[] = { "group", "from",          "members", "present",
                                         "years", "those present", NULL };
    cli_app *app = a->common.app;
    struct json_object *list = json_object_new_array();
    cli_grid *grid = cli_grid_new(app, "llrrll");

    print_heads(grid, heads);
    for (gvc_int i = 0; i < gvc_edition_groups_n(edition); i++) {
        const gvc_group *g = gvc_edition_group(edition, i);

        json_object_array_add(list, group_json(app, edition, g, "table"));
        add_row(app, grid, edition, g, "table");
    }
    for (gvc_int i = 0; i < gvc_groups_builtin_n(); i++) {
        const gvc_group *g = gvc_groups_builtin(i);

        if (gvc_group_find(edition, gvc_group_name(g)) != g)
            continue; /* the table's own group of this name comes first */
        json_object_array_add(list, group_json(app, edition, g, "built in"));
        add_row(app, grid, edition, g, "built in");
    }
    if (a->common.json)
        printf("%s\n", json_object_to_json_string_ext(list, JSON_C_TO_STRING_PRETTY |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE));
    else
        cli_grid_print(grid, stdout, "");
    json_object_put(list);
}

static gvc_status list_members(const struct args *a, const gvc_edition *edition)
{
    static const char *const heads[] = { "code", "country", "member", "in the table", NULL };
    cli_app *app = a->common.app;
    const char *const names[] = { a->name, NULL };
    const gvc_group *const *group = NULL;
    cli_grid *grid = cli_grid_new(app, "llll");
    int n = 0;
    gvc_status st = cli_find_groups(app, &group, &n, edition, names);

    if (st != GVC_OK)
        return st;
    if (a->common.json) {
        struct json_object *one = group_json(app, edition, group[0], "");

        printf("%s\n", json_object_to_json_string_ext(one, JSON_C_TO_STRING_PRETTY |
                                                               JSON_C_TO_STRING_NOSLASHESCAPE));
        json_object_put(one);
        return GVC_OK;
    }
    print_heads(grid, heads);
    for (gvc_int i = 0; i < gvc_group_n(group[0]); i++) {
        const char *code = gvc_group_member(group[0], i), *name = gvc_country_name(code);

        cli_grid_cell(grid, "%s", code);
        cli_grid_cell(grid, "%s", name ? name : "");
        cli_grid_cell(grid, "%s", years_text(app, group[0], i));
        cli_grid_cell(grid, "%s", is_member_here(edition, group[0], i) ? "yes" : "no");
    }
    cli_grid_print(grid, stdout, "");
    printf("\n%s: %lld members, %d in the table\n", a->name, (long long)gvc_group_n(group[0]),
           cli_list_n(members_here(app, edition, group[0], 1)));
    return GVC_OK;
}

static gvc_status check_coverage(const struct args *a, const gvc_edition *edition,
                                 const gvc_group *group)
{
    cli_app *app = a->common.app;
    const char *const *absent = members_here(app, edition, group, 0);
    const int here = cli_list_n(members_here(app, edition, group, 1));

    if (!absent || (a->partial && here))
        return GVC_OK;
    if (!here)
        return cli_refuse(app, GVC_ELABEL, "group %s: none of its %d members is in %s",
                          gvc_group_name(group), cli_list_n(absent), a->store);
    return cli_refuse(
        app, GVC_ELABEL,
        "group %s: %s not in %s (%d of %lld members covered%s); add --partial to go on",
        gvc_group_name(group), cli_join(app, absent, ", "), a->store, here,
        (long long)gvc_group_n(group),
        gvc_labels_find(gvc_edition_countries(edition), "ROW") >= 0 ? ", the others lie in ROW"
                                                                    : "");
}

static gvc_status add_group(const struct args *a, gvc_input *input, const char *definition)
{
    cli_app *app = a->common.app;
    const gvc_edition *edition = gvc_input_edition(input);
    gvc_group *group = NULL;
    gvc_status st = gvc_group_parse(app->ctx, &group, definition, edition);

    if (st == GVC_OK)
        st = check_coverage(a, edition, group);
    if (st == GVC_OK)
        st = gvc_store_add_group(app->ctx, a->store, group, a->common.force);
    if (st == GVC_OK)
        cli_say(app, 0, "group %s: %d of %lld members in %s", gvc_group_name(group),
                cli_list_n(members_here(app, edition, group, 1)), (long long)gvc_group_n(group),
                a->store);
    gvc_group_free(group);
    return st;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    gvc_input *input = NULL;
    gvc_status st = gvc_input_open(ctx, &input, a->store);

    if (st == GVC_OK && a->add && strcmp(gvc_input_kind(input), "store") != 0)
        st = cli_refuse(a->common.app, GVC_EUSAGE,
                        "%s is a folder: write its groups into groups.csv", a->store);
    for (const char *const *add = a->add; st == GVC_OK && add && *add; add++)
        st = add_group(a, input, *add);
    if (st == GVC_OK && a->name)
        st = list_members(a, gvc_input_edition(input));
    else if (st == GVC_OK && !a->add)
        list_groups(a, gvc_input_edition(input));
    gvc_input_close(input);
    return st;
}

const cli_command cmd_groups = {
    .name = "groups",
    .group = "Tables",
    .summary = "list groups of countries, or keep one in a store",
    .example = "gvc groups demo.h5 BRI",
    .details =
        "A group is looked up in the table first, then among the built-in ones. Members that the table "
        "does not have lie inside its rest of the world. --force redefines a group.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
