#include "cli/analysis.h"

#include <json-c/json.h>
#include <string.h>

struct args {
    cli_common common;
    const char *store;
    int labels;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_INPUT, "STORE", "a store, or a folder of CSV files", .at = AT(store) },
    { "labels", 0, CLI_FLAG, NULL, "list the countries, sectors and satellites too", .at = AT(labels) },
    { 0 },
};
/* clang-format on */

static const char *const attributes[] = { "source",     "release",     "unit",      "currency",
                                          "multiplier", "price_basis", "valuation", "sector_scheme",
                                          "licence",    "citation",    "synthetic", "history",
                                          NULL };

/* Facts in order: name, text, and whether the text is a number. */
typedef struct facts {
    cli_app *app;
    cli_grid *grid;
    struct json_object *json;
    cli_grid *satellites; /* of the latest table, with their units; NULL: none */
} facts;

static void add(facts *f, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    cli_grid_cell(f->grid, "%s", name);
    cli_grid_cell(f->grid, "%s", text);
    json_object_object_add(f->json, name, json_object_new_string(text));
}

static void add_number(facts *f, const char *name, gvc_int value, const char *remark)
{
    cli_grid_cell(f->grid, "%s", name);
    cli_grid_cell(f->grid, "%lld%s", (long long)value, remark);
    json_object_object_add(f->json, name, json_object_new_int64(value));
}

static void add_years(facts *f, const gvc_input *input)
{
    struct json_object *years = json_object_new_array();
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_input_n_years(input); i++) {
        const int year = gvc_input_year(input, i);

        cli_list_add(f->app, &names,
                     year == GVC_INT_MISSING ? "none given" : cli_format(f->app, "%d", year));
        if (year != GVC_INT_MISSING)
            json_object_array_add(years, json_object_new_int(year));
    }
    cli_grid_cell(f->grid, "years");
    cli_grid_cell(f->grid, "%s", names.n ? cli_join(f->app, names.items, " ") : "none");
    json_object_object_add(f->json, "years", years);
}

static void add_memory(facts *f, gvc_int n)
{
    const double bytes = 8.0 * (double)n * (double)n;

    cli_grid_cell(f->grid, "memory");
    cli_grid_cell(f->grid,
                  "one n x n array %.4g MiB; a run holds about 2 to 4 of them (--plan tells)",
                  bytes / (1024 * 1024));
    json_object_object_add(f->json, "array_bytes", json_object_new_int64((gvc_int)bytes));
}

/* All of a few codes, the first of many. */
static const char *join_codes(cli_app *app, const gvc_labels *labels)
{
    enum { SHOWN = 12 };
    const gvc_int n = gvc_labels_n(labels), shown = n > SHOWN ? SHOWN / 2 : n;
    cli_list codes = { 0 };
    const char *joined;

    for (gvc_int i = 0; i < shown; i++)
        cli_list_add(app, &codes, cli_format(app, "%s", gvc_labels_code(labels, i)));
    joined = cli_join(app, codes.items, ", ");
    return n == shown ? joined
                      : cli_format(app, "%lld: %s and %lld more", (long long)n, joined,
                                   (long long)(n - shown));
}

static cli_grid *label_grid(cli_app *app, const gvc_labels *labels, const gvc_edition *natives)
{
    cli_grid *grid = cli_grid_new(app, "lll");

    for (gvc_int i = 0; i < gvc_labels_n(labels); i++) {
        const char *native = natives ? gvc_edition_native(natives, i) : "";

        cli_grid_cell(grid, "%s", gvc_labels_code(labels, i));
        cli_grid_cell(grid, "%s", gvc_labels_name(labels, i));
        cli_grid_cell(grid, "%s", strcmp(native, gvc_labels_code(labels, i)) ? native : "");
    }
    return grid;
}

/* `name` is what the second text of a label is called. */
static struct json_object *labels_json(const gvc_labels *labels, const char *name)
{
    struct json_object *list = json_object_new_array();

    for (gvc_int i = 0; i < gvc_labels_n(labels); i++) {
        struct json_object *one = json_object_new_object();

        json_object_object_add(one, "code", json_object_new_string(gvc_labels_code(labels, i)));
        json_object_object_add(one, name, json_object_new_string(gvc_labels_name(labels, i)));
        json_object_array_add(list, one);
    }
    return list;
}

/* What inputs.csv or gvc attach gave: of the latest table, with a word where only others have it.
 */
static void add_inputs(facts *f, const gvc_table *table)
{
    const gvc_edition *edition = gvc_table_edition(table);
    const gvc_labels *satellites = gvc_table_satellites(table);
    const char *others = cli_format(f->app, " (not in %d)", gvc_table_year(table));
    const int has_costs = gvc_table_tau_int(table).a != NULL;
    gvc_digital *digital = NULL;

    if (satellites) {
        add(f, "satellites", join_codes(f->app, satellites));
        f->satellites = label_grid(f->app, satellites, NULL);
        json_object_object_add(f->json, "satellite_labels", labels_json(satellites, "unit"));
    } else if (gvc_edition_satellites(edition))
        add(f, "satellites",
            cli_format(f->app, "%s%s", join_codes(f->app, gvc_edition_satellites(edition)),
                       others));
    else
        add(f, "satellites", "none");
    add(f, "trade costs",
        has_costs                        ? "yes"
        : gvc_edition_has_costs(edition) ? cli_format(f->app, "yes%s", others)
                                         : "none");
    if (gvc_digital_new(f->app->ctx, &digital, edition, NULL) == GVC_OK)
        add(f, "digital", gvc_digital_text(digital));
    else
        add(f, "digital", "no set known");
    gvc_digital_free(digital);
}

/* Balance and inputs of the latest table, the first in the words of the check. */
static gvc_status add_latest(facts *f, gvc_input *input)
{
    gvc_ctx *ctx = f->app->ctx;
    gvc_table *table = NULL;
    gvc_findings *findings = NULL;
    cli_list texts = { 0 };
    gvc_status st = GVC_OK;

    if (gvc_input_n_years(input) == 0)
        return GVC_OK;
    st = gvc_input_table(ctx, &table, input, gvc_input_n_years(input) - 1);
    if (st == GVC_OK)
        st = gvc_check(ctx, &findings, table);
    if (st == GVC_OK)
        st = gvc_table_recheck(ctx, table);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_findings_n(findings); i++)
        if (strstr(gvc_findings_rule(findings, i), "balance"))
            cli_list_add(f->app, &texts, cli_format(f->app, "%s", gvc_findings_text(findings, i)));
    if (st == GVC_OK)
        add(f, "balance",
            texts.n ? cli_join(f->app, texts.items, "; ") : "rows and columns add up");
    if (st == GVC_OK)
        add(f, "value added", gvc_table_va_rule(table));
    if (st == GVC_OK)
        add_inputs(f, table);
    gvc_findings_free(findings);
    gvc_table_free(table);
    return st;
}

static gvc_status collect(facts *f, gvc_input *input)
{
    const gvc_edition *edition = gvc_input_edition(input);
    const gvc_int G = gvc_labels_n(gvc_edition_countries(edition));
    const gvc_int N = gvc_labels_n(gvc_edition_sectors(edition));
    const gvc_int inventory = gvc_edition_inventory(edition);
    char tag[GVC_TAG_ROOM];
    const char *sha = NULL;
    gvc_status st;

    add(f, "file", gvc_input_path(input));
    add(f, "kind", gvc_input_kind(input));
    gvc_edition_tag(edition, tag);
    add(f, "edition", tag);
    for (int i = 0; attributes[i]; i++)
        add(f, attributes[i], gvc_edition_attr(edition, attributes[i]));
    add_years(f, input);
    add_number(f, "countries", G, " (G)");
    add_number(f, "sectors", N, " (N)");
    add_number(f, "rows", G * N, " (n = G N)");
    add_number(f, "final demand", gvc_labels_n(gvc_edition_categories(edition)),
               " categories a country");
    add(f, "inventories",
        inventory < 0 ? "no category named"
                      : gvc_labels_code(gvc_edition_categories(edition), inventory));
    add_number(f, "groups", gvc_edition_groups_n(edition), " kept with the table");
    add_memory(f, G * N);
    st = add_latest(f, input);
    if (st == GVC_OK)
        st = gvc_input_sha256(f->app->ctx, input, &sha);
    if (st == GVC_OK)
        add(f, "sha256", sha);
    return st;
}

static void print_text(const facts *f, const gvc_edition *edition, int with_labels)
{
    cli_grid_print(f->grid, stdout, "");
    if (!with_labels)
        return;
    puts("\nCountries");
    cli_grid_print(label_grid(f->app, gvc_edition_countries(edition), edition), stdout, "  ");
    puts("\nSectors");
    cli_grid_print(label_grid(f->app, gvc_edition_sectors(edition), NULL), stdout, "  ");
    if (f->satellites) {
        puts("\nSatellites");
        cli_grid_print(f->satellites, stdout, "  ");
    }
}

static void print_json(const facts *f, const gvc_edition *edition)
{
    json_object_object_add(f->json, "country_labels",
                           labels_json(gvc_edition_countries(edition), "name"));
    json_object_object_add(f->json, "sector_labels",
                           labels_json(gvc_edition_sectors(edition), "name"));
    printf("%s\n", json_object_to_json_string_ext(f->json, JSON_C_TO_STRING_PRETTY |
                                                               JSON_C_TO_STRING_NOSLASHESCAPE));
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    cli_app *app = a->common.app;
    facts f = { app, cli_grid_new(app, "ll"), json_object_new_object(), NULL };
    gvc_input *input = NULL;
    gvc_status st = gvc_input_open(ctx, &input, a->store);

    if (st == GVC_OK)
        st = collect(&f, input);
    if (st == GVC_OK && a->common.json)
        print_json(&f, gvc_input_edition(input));
    else if (st == GVC_OK)
        print_text(&f, gvc_input_edition(input), a->labels);
    json_object_put(f.json);
    gvc_input_close(input);
    return st;
}

const cli_command cmd_info = {
    .name = "info",
    .group = "Tables",
    .summary = "say what a store or folder holds",
    .example = "gvc info demo.h5",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
