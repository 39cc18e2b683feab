#include "cli/analysis.h"

#include <json-c/json.h>

struct args {
    cli_common common;
    const char *store;
    const cli_years *years;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "year", 'y', CLI_YEARS, "LIST", "years, such as 2005,2008-2011 [all]", .at = AT(years), .complete = "year", .alias = "years" },
    { 0 },
};
/* clang-format on */

static const char *const severities[] = { "note", "warning", "error" };

typedef struct report {
    const struct args *args;
    cli_grid *grid;
    struct json_object *list;
    int count[3];
} report;

static void add_finding(report *r, const char *year, const gvc_findings *findings, gvc_int i)
{
    const gvc_severity severity = gvc_findings_severity(findings, i);
    struct json_object *one = json_object_new_object();

    r->count[severity]++;
    cli_grid_cell(r->grid, "%s", year);
    cli_grid_cell(r->grid, "%s", severities[severity]);
    cli_grid_cell(r->grid, "%s", gvc_findings_rule(findings, i));
    cli_grid_cell(r->grid, "%s", gvc_findings_text(findings, i));
    if (*year)
        json_object_object_add(one, "year", json_object_new_string(year));
    json_object_object_add(one, "severity", json_object_new_string(severities[severity]));
    json_object_object_add(one, "rule", json_object_new_string(gvc_findings_rule(findings, i)));
    json_object_object_add(one, "count", json_object_new_int64(gvc_findings_count(findings, i)));
    json_object_object_add(one, "text", json_object_new_string(gvc_findings_text(findings, i)));
    json_object_array_add(r->list, one);
}

static gvc_status check_year(report *r, const cli_source *source, int i)
{
    cli_app *app = r->args->common.app;
    gvc_table *table = NULL;
    gvc_findings *findings = NULL;
    gvc_status st = cli_check_stop(app);

    if (st == GVC_OK)
        st = gvc_input_table(app->ctx, &table, source->input, source->years[i]);
    if (st == GVC_OK)
        st = gvc_check(app->ctx, &findings, table);
    if (st == GVC_OK)
        st = gvc_table_recheck(app->ctx, table);
    for (gvc_int f = 0; st == GVC_OK && f < gvc_findings_n(findings); f++)
        add_finding(r, cli_year_text(app, gvc_table_year(table)), findings, f);
    gvc_findings_free(findings);
    gvc_table_free(table);
    return st;
}

static void print_report(const report *r, const cli_source *source)
{
    struct json_object *root;

    if (!r->args->common.json) {
        cli_grid_print(r->grid, stdout, "");
        printf("%s%s: %d table%s, %d errors, %d warnings, %d notes\n",
               json_object_array_length(r->list) ? "\n" : "", r->args->store, source->n,
               source->n == 1 ? "" : "s", r->count[2], r->count[1], r->count[0]);
        return;
    }
    root = json_object_new_object();
    json_object_object_add(root, "file", json_object_new_string(r->args->store));
    json_object_object_add(root, "tables", json_object_new_int(source->n));
    json_object_object_add(root, "errors", json_object_new_int(r->count[2]));
    json_object_object_add(root, "warnings", json_object_new_int(r->count[1]));
    json_object_object_add(root, "notes", json_object_new_int(r->count[0]));
    json_object_object_add(root, "findings", json_object_get(r->list));
    printf("%s\n", json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(root);
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    report r = { a, cli_grid_new(a->common.app, "llll"), json_object_new_array(), { 0 } };
    cli_source source = { 0 };
    gvc_status st = cli_source_open(a->common.app, &source, a->store, a->years);

    (void)ctx;
    for (int i = 0; st == GVC_OK && i < source.n; i++)
        st = check_year(&r, &source, i);
    if (st == GVC_OK)
        print_report(&r, &source);
    json_object_put(r.list);
    cli_source_close(&source);
    return st == GVC_OK && r.count[GVC_ERROR] ? GVC_NO : st;
}

const cli_command cmd_check = {
    .name = "check",
    .group = "Tables",
    .summary = "look for what is wrong in the tables, gravest first",
    .example = "gvc check demo.h5",
    .details =
        "Row and column balance, negative value added, zero output, labels, world GDP, what is not named. "
        "Exit code 1 when any finding is an error.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
