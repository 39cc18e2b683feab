#include "cli/summary.h"

#include <json-c/json.h>
#include <math.h>
#include <string.h>

/* The headline columns, in the order of the printed table: those that the panel holds are shown. */
static const char *const participation[] = { "part_kpww", "part_vs1", "part_vs1x", "part_int",
                                             "part_wwz",  "part_bmt", "gvcpt_f",   "gvcpt_b",
                                             "gvcpt",     NULL };
static const char *const position[] = { "pos_kpww",   "pos_vs1",      "pos_vs1x",  "pos_int",
                                        "pos_wwz",    "pos_bmt",      "gvcpos_ln", "gvcps",
                                        "up",         "down",         "up_inv",    "down_inv",
                                        "up_inv_col", "down_inv_col", NULL };

/* More rows of members than this, and only the first and the last year are printed. */
enum { MEMBER_ROWS = 100 };

/* A panel with the places of its keys. */
typedef struct view {
    cli_app *app;
    const gvc_frame *frame;
    const gvc_frame *twins;
    gvc_int year, country, level;
    int first_year, last_year;
    struct json_object *json;
} view;

/* One block of the summary: rows of a country or group. */
typedef struct entity {
    const char *code, *level;
    int ends_only; /* print the first and the last year only */
} entity;

static const char *cell_label(const view *v, gvc_int column, gvc_int row)
{
    const int32_t code = gvc_frame_codes(v->frame, column)[row];

    return code < 0 ? "" : gvc_labels_code(gvc_frame_labels(v->frame, column), code);
}

static int is_row_of(const view *v, gvc_int row, const entity *e)
{
    return strcmp(cell_label(v, v->country, row), e->code) == 0 &&
           (v->level < 0 || strcmp(cell_label(v, v->level, row), e->level) == 0);
}

static int has_rows(const view *v, const entity *e)
{
    for (gvc_int i = 0; i < gvc_frame_rows(v->frame); i++)
        if (is_row_of(v, i, e))
            return 1;
    return 0;
}

static cli_list present(const view *v, const char *const *names)
{
    cli_list found = { 0 };

    for (; *names; names++)
        if (gvc_frame_find(v->frame, *names) >= 0)
            cli_list_add(v->app, &found, *names);
    return found;
}

static void add_json(const view *v, gvc_int row, const entity *e, const cli_list *columns)
{
    struct json_object *one = json_object_new_object();

    json_object_object_add(one, "code", json_object_new_string(e->code));
    json_object_object_add(one, "level", json_object_new_string(e->level));
    json_object_object_add(one, "year",
                           json_object_new_int(gvc_frame_ints(v->frame, v->year)[row]));
    for (int c = 0; c < columns->n; c++) {
        const gvc_int j = gvc_frame_find(v->frame, columns->items[c]);
        const double value = gvc_frame_reals(v->frame, j)[row];

        json_object_object_add(one, columns->items[c],
                               isnan(value) ? NULL : json_object_new_double(value));
    }
    json_object_array_add(v->json, one);
}

static void add_rows(const view *v, cli_grid *grid, const entity *e, const cli_list *columns)
{
    for (gvc_int i = 0; i < gvc_frame_rows(v->frame); i++) {
        const int year = gvc_frame_ints(v->frame, v->year)[i];

        if (!is_row_of(v, i, e) || (e->ends_only && year != v->first_year && year != v->last_year))
            continue;
        add_json(v, i, e, columns);
        cli_grid_cell(grid, "%s", e->code);
        cli_grid_cell(grid, "%s", cli_year_text(v->app, year));
        for (int c = 0; c < columns->n; c++) {
            const gvc_int j = gvc_frame_find(v->frame, columns->items[c]);
            const double value = gvc_frame_reals(v->frame, j)[i];

            cli_grid_cell(grid, isnan(value) ? "." : "%.3f", fabs(value) < 0.0005 ? 0.0 : value);
        }
    }
}

/* One table for some entities: a row per year, a column per variant. */
static void print_table(const view *v, const entity *entities, int n, const cli_list *columns)
{
    char *align = cli_alloc(v->app, (size_t)columns->n + 3);
    cli_grid *grid;

    memset(align, 'r', (size_t)columns->n + 2);
    align[0] = 'l';
    grid = cli_grid_new(v->app, align);
    cli_grid_cell(grid, "%s", "");
    cli_grid_cell(grid, "year");
    for (int c = 0; c < columns->n; c++)
        cli_grid_cell(grid, "%s", columns->items[c]);
    for (int i = 0; i < n; i++)
        add_rows(v, grid, &entities[i], columns);
    if (!v->app->quiet)
        cli_grid_print(grid, stdout, "  ");
}

static void print_legend(const view *v, const char *heading, const cli_list *columns)
{
    cli_grid *grid = cli_grid_new(v->app, "lll");

    if (!columns->n)
        return;
    printf("%s\n", heading);
    for (int c = 0; c < columns->n; c++) {
        const gvc_int j = gvc_frame_find(v->frame, columns->items[c]);

        cli_grid_cell(grid, "%s", columns->items[c]);
        cli_grid_cell(grid, "%s", gvc_frame_unit(v->frame, j));
        cli_grid_cell(grid, "%s", gvc_frame_label(v->frame, j));
    }
    cli_grid_print(grid, stdout, "  ");
    puts("");
}

static const char *country_title(const view *v, const cli_job *job, const char *code)
{
    const gvc_labels *countries = gvc_edition_countries(job->source.edition);
    const gvc_int c = gvc_labels_find(countries, code);

    return c < 0 ? code : cli_format(v->app, "%s (%s)", gvc_labels_name(countries, c), code);
}

static entity *list_members(const view *v, const cli_job *job, const gvc_group *group, int *n)
{
    const gvc_labels *countries = gvc_edition_countries(job->source.edition);
    const gvc_int G = gvc_labels_n(countries);
    unsigned char *member = cli_alloc(v->app, (size_t)G);
    entity *list = cli_alloc(v->app, (size_t)G * sizeof *list);
    gvc_group_rule rule = job->opts.group_rule;

    if (rule.time == GVC_GROUP_CURRENT) /* members of any year: the row says of which */
        rule.time = GVC_GROUP_UNION;
    *n = 0;
    gvc_group_members(group, job->source.edition, 0, rule, member, NULL);
    for (gvc_int c = 0; c < G; c++)
        if (member[c])
            list[(*n)++] = (entity){ gvc_labels_code(countries, c), "country", 0 };
    return list;
}

static void print_heading(const cli_job *job, const char *title, const char *note)
{
    if (!job->common->json)
        printf("%s%s%s\n", title, *note ? ", " : "", note);
}

static void print_both(const view *v, const cli_job *job, const entity *entities, int n)
{
    const cli_list parts[] = { present(v, participation), present(v, position) };

    for (int i = 0; i < 2; i++) {
        if (!parts[i].n)
            continue;
        if (job->common->json) {
            cli_grid *grid = cli_grid_new(v->app, "l");

            for (int e = 0; e < n; e++)
                add_rows(v, grid, &entities[e], &parts[i]);
        } else {
            print_table(v, entities, n, &parts[i]);
            puts("");
        }
    }
}

/* Names between semicolons, for some hold commas, on lines of some 100 characters. */
static void print_names(const cli_list *names)
{
    int at = 0;

    for (int i = 0; i < names->n; i++) {
        const int n = (int)strlen(names->items[i]);

        if (at && at + n > 96) {
            puts("");
            at = 0;
        }
        at += printf("%s%s%s", at ? " " : "  ", names->items[i], i + 1 < names->n ? ";" : "");
    }
    puts("\n");
}

/* A long table of members hides what it shows: then only where each began and ended. */
static void shorten(const view *v, const cli_job *job, entity *members, int n)
{
    int rows = 0;

    for (int i = 0; i < n; i++)
        for (gvc_int row = 0; row < gvc_frame_rows(v->frame); row++)
            rows += is_row_of(v, row, &members[i]);
    if (job->common->json || rows <= MEMBER_ROWS)
        return;
    for (int i = 0; i < n; i++)
        members[i].ends_only = 1;
    printf("  (%d and %d; the years between are in the file)\n\n", v->first_year, v->last_year);
}

/* The panel's view of another frame; json goes to the same list. */
static view view_of(const view *v, const gvc_frame *frame)
{
    view other = *v;

    other.frame = frame;
    other.year = gvc_frame_find(frame, "year");
    other.country = gvc_frame_find(frame, "country");
    other.level = gvc_frame_find(frame, "level");
    return other;
}

/* A jump of the index in a year of accession is composition: the same index of a fixed set of
 * members tells it from change. */
static void print_twin(const view *v, const cli_job *job, const char *group)
{
    const view other = view_of(v, v->twins);
    const entity twin = { cli_format(v->app, "%s_UNION", group), "group_sum", 0 };

    if (!has_rows(&other, &twin))
        return;
    print_heading(job, cli_format(v->app, "Group %s beside it", group),
                  "the same index of all who were ever members: a jump above that is not here is "
                  "composition");
    print_both(&other, job, &twin, 1);
}

static void print_group(const view *v, const cli_job *job, const gvc_group *group)
{
    static const char *const rules[] = { "all who were ever members", "the members of each year",
                                         "the members of" };
    const gvc_group_rule rule = job->opts.group_rule;
    const entity whole = { gvc_group_name(group), "group_sum", 0 };
    const gvc_labels *countries = gvc_edition_countries(job->source.edition);
    cli_list names = { 0 };
    entity *members;
    int n;

    members = list_members(v, job, group, &n);
    for (int i = 0; i < n; i++)
        cli_list_add(v->app, &names,
                     cli_format(v->app, "%s %s", members[i].code,
                                gvc_labels_name(countries,
                                                gvc_labels_find(countries, members[i].code))));
    if (has_rows(v, &whole)) {
        print_heading(
            job, cli_format(v->app, "Group %s", whole.code),
            cli_format(v->app, "from the summed components of its members in the table (%s%s)",
                       rules[rule.time],
                       rule.time == GVC_GROUP_FIXED ? cli_format(v->app, " %d", rule.year) : ""));
        print_both(v, job, &whole, 1);
    }
    if (v->twins)
        print_twin(v, job, whole.code);
    print_heading(job, cli_format(v->app, "Members of %s in the table", whole.code),
                  cli_format(v->app, "%d of %lld", n, (long long)gvc_group_n(group)));
    if (!job->common->json)
        print_names(&names);
    shorten(v, job, members, n);
    print_both(v, job, members, n);
}

static void print_top(const view *v, const cli_job *job)
{
    const char *synthetic = gvc_edition_attr(job->source.edition, "synthetic");
    const cli_list parts = present(v, participation), positions = present(v, position);

    puts("\nGlobal value chains: participation and position by year");
    if (synthetic && *synthetic && strcmp(synthetic, "0") != 0)
        puts("SYNTHETIC DATA, made by a formula: the figures describe no real economy.");
    puts("");
    print_legend(v, "Participation", &parts);
    print_legend(v, "Position", &positions);
}

static void print_json(const view *v)
{
    printf("%s\n", json_object_to_json_string_ext(v->json, JSON_C_TO_STRING_PRETTY |
                                                               JSON_C_TO_STRING_NOSLASHESCAPE));
}

void cli_print_summary(const cli_job *job, const gvc_frame *panel, const gvc_frame *twins,
                       const char *const *focus, const char *path)
{
    view v = { .app = job->app, .frame = panel, .twins = twins };
    const gvc_int sector = gvc_frame_find(panel, "sector");

    v.year = gvc_frame_find(panel, "year");
    v.country = gvc_frame_find(panel, "country");
    v.level = gvc_frame_find(panel, "level");
    if (v.year < 0 || v.country < 0 || (v.level < 0 && sector >= 0) ||
        (v.level < 0 && gvc_frame_find(panel, "partner") >= 0)) {
        cli_say(job->app, 0, "no summary: it needs country rows (--by country, or --stack-levels)");
        return;
    }
    for (gvc_int i = 0; i < gvc_frame_rows(panel); i++) {
        const int year = gvc_frame_ints(panel, v.year)[i];

        v.first_year = i == 0 || year < v.first_year ? year : v.first_year;
        v.last_year = i == 0 || year > v.last_year ? year : v.last_year;
    }
    v.json = json_object_new_array();
    if (!job->common->json)
        print_top(&v, job);
    for (; *focus; focus++) {
        const entity e = { *focus, "country", 0 };

        print_heading(job, country_title(&v, job, *focus), "");
        print_both(&v, job, &e, 1);
    }
    for (gvc_int i = 0; i < job->opts.n_groups; i++)
        print_group(&v, job, job->opts.groups[i]);
    if (job->common->json)
        print_json(&v);
    else
        printf("Every country and column: %s\n", path);
    json_object_put(v.json);
}
