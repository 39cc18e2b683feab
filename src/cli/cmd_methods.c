#include "cli/analysis.h"

#include <json-c/json.h>
#include <string.h>

struct args {
    cli_common common;
    const char *name, *html;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "name", 0, CLI_WORD, "NAME", "a method, a family, or a column of one", .at = AT(name), .complete = "measure" },
    { "html", 0, CLI_FILE, "FILE", "write one HTML page with all of them: columns, formulas, papers, identities, cost", .at = AT(html) },
    { 0 },
};
/* clang-format on */

static void add_text(struct json_object *to, const char *key, const char *text)
{
    json_object_object_add(to, key, json_object_new_string(text ? text : ""));
}

static struct json_object *measure_json(const gvc_measure *m)
{
    struct json_object *one = json_object_new_object(), *terms = json_object_new_array();

    add_text(one, "name", gvc_measure_name(m));
    add_text(one, "method", gvc_measure_method(m));
    add_text(one, "prefix", gvc_measure_prefix(m));
    add_text(one, "kind", gvc_measure_kind(m) == GVC_FRAME_EXPORTS ? "exports" : "indices");
    add_text(one, "title", gvc_measure_title(m));
    add_text(one, "paper", gvc_measure_paper(m));
    add_text(one, "notes", gvc_measure_notes(m));
    add_text(one, "levels", gvc_measure_levels(m));
    for (gvc_int i = 0; i < gvc_measure_terms_n(m); i++) {
        const gvc_term *t = gvc_measure_term(m, i);
        struct json_object *term = json_object_new_object();

        add_text(term, "name", gvc_term_name(t));
        add_text(term, "label", gvc_term_label(t));
        add_text(term, "unit", gvc_term_unit(t));
        add_text(term, "formula", gvc_term_formula(t));
        add_text(term, "levels", gvc_term_levels(t));
        add_text(term, "sector_meaning", gvc_term_sector_meaning(t));
        add_text(term, "range", gvc_term_range(t));
        json_object_array_add(terms, term);
    }
    json_object_object_add(one, "terms", terms);
    return one;
}

static void list_kind(cli_app *app, gvc_frame_kind kind)
{
    cli_grid *grid = cli_grid_new(app, "lll");

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (gvc_measure_kind(m) != kind)
            continue;
        cli_grid_cell(grid, "%s", gvc_measure_name(m));
        cli_grid_cell(grid, "%s", gvc_measure_prefix(m));
        cli_grid_cell(grid, "%s", gvc_measure_title(m));
    }
    cli_grid_print(grid, stdout, "  ");
}

static void print_list(const struct args *a)
{
    struct json_object *list;

    if (!a->common.json) {
        puts("Decompositions of gross exports (--method; the short name stands in panels)");
        list_kind(a->common.app, GVC_FRAME_EXPORTS);
        puts("\nFamilies of indices (--set)");
        list_kind(a->common.app, GVC_FRAME_INDICES);
        puts("\n'gvc methods NAME' has the columns, formulas, levels and papers of one.");
        return;
    }
    list = json_object_new_array();
    for (gvc_int i = 0; i < gvc_measures_n(); i++)
        json_object_array_add(list, measure_json(gvc_measures_get(i)));
    printf("%s\n", json_object_to_json_string_ext(list, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(list);
}

static void print_measure(cli_app *app, const gvc_measure *m, const char *only)
{
    cli_grid *grid = cli_grid_new(app, "llll");

    printf("%s: %s\n", gvc_measure_name(m), gvc_measure_title(m));
    if (*gvc_measure_prefix(m))
        printf("short name  %s\n", gvc_measure_prefix(m));
    printf("paper       %s\nlevels      %s\n\n", gvc_measure_paper(m), gvc_measure_levels(m));
    for (gvc_int i = 0; i < gvc_measure_terms_n(m); i++) {
        const gvc_term *t = gvc_measure_term(m, i);

        if (only && !gvc_term_covers(t, only))
            continue;
        cli_grid_cell(grid, "%s", gvc_term_name(t));
        cli_grid_cell(grid, "%s", gvc_term_unit(t));
        cli_grid_cell(grid, "%s", gvc_term_label(t));
        cli_grid_cell(grid, "%s", gvc_term_formula(t));
        if (strcmp(gvc_term_levels(t), gvc_measure_levels(m)) == 0)
            continue;
        cli_grid_cell(grid, "%s", "");
        cli_grid_cell(grid, "%s", "");
        cli_grid_cell(grid, "at %s", gvc_term_levels(t));
        cli_grid_cell(grid, "%s", "");
    }
    cli_grid_print(grid, stdout, "  ");
    if (*gvc_measure_notes(m))
        printf("\n%s\n", gvc_measure_notes(m));
}

/* All forms of a method, or the measure of that name, or the family of a column. */
static int print_named(const struct args *a, struct json_object *list)
{
    int found = 0;

    for (int pass = 0; pass < 2 && !found; pass++)
        for (gvc_int i = 0; i < gvc_measures_n(); i++) {
            const gvc_measure *m = gvc_measures_get(i);
            int fits = strcmp(gvc_measure_name(m), a->name) == 0 ||
                       strcmp(gvc_measure_method(m), a->name) == 0 ||
                       strcmp(gvc_measure_prefix(m), a->name) == 0;

            for (gvc_int j = 0; pass && j < gvc_measure_terms_n(m); j++)
                fits |= gvc_measure_kind(m) == GVC_FRAME_INDICES &&
                        gvc_term_covers(gvc_measure_term(m, j), a->name);
            if (!fits)
                continue;
            if (found++ && !a->common.json)
                puts("");
            if (a->common.json)
                json_object_array_add(list, measure_json(m));
            else
                print_measure(a->common.app, m, pass ? a->name : NULL);
        }
    return found;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    const char *const names[] = { a->name, NULL };
    struct json_object *list;
    cli_picks picks = { 0 };
    int found;

    if (a->html && a->name)
        return cli_refuse(a->common.app, GVC_EUSAGE,
                          "--html writes all methods: leave %s or --html away", a->name);
    if (a->html)
        return gvc_report_methods(ctx, a->html, a->common.force);
    if (!a->name) {
        print_list(a);
        return GVC_OK;
    }
    list = json_object_new_array();
    found = print_named(a, list);
    if (found && a->common.json)
        printf("%s\n", json_object_to_json_string_ext(list, JSON_C_TO_STRING_PRETTY |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(list);
    return found ? GVC_OK : cli_pick_any(a->common.app, &picks, names);
}

const cli_command cmd_methods = {
    .name = "methods",
    .group = "The command itself",
    .summary = "list the decompositions and indices, or the columns of one",
    .example = "gvc methods kpww",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
