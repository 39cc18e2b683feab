#include "cli/cli.h"

#include <json-c/json.h>
#include <string.h>

struct args {
    cli_common common;
    const char *file;
    int check;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "file", 0, CLI_INPUT, "OUT", "a result in any format, or a store", .at = AT(file) },
    { "check", 0, CLI_FLAG, NULL, "see whether the inputs are still what they were; exit 1 where they are not", .at = AT(check) },
    { 0 },
};
/* clang-format on */

/* What became of an input. */
typedef enum input_state { SAME, CHANGED, GONE } input_state;

static const char *const states[] = { "unchanged", "changed since", "not there any more" };

static gvc_status look_up(gvc_ctx *ctx, input_state *state, const char *path, const char *sha256)
{
    gvc_input *input = NULL;
    const char *now;
    gvc_status st = gvc_input_open(ctx, &input, path);

    *state = st == GVC_EIO ? GONE : CHANGED;
    if (st == GVC_OK)
        st = gvc_input_sha256(ctx, input, &now);
    if (st == GVC_OK)
        *state = strcmp(now, sha256) == 0 ? SAME : CHANGED;
    gvc_input_close(input);
    /* A file that is no table any more has changed; that is an answer, not a failure. */
    return st == GVC_ENOMEM || st == GVC_ECANCELLED ? st : GVC_OK;
}

/* The inputs one after the other: names of further ones carry their number. */
static const char *fact_of(cli_app *app, const gvc_history *history, const char *name, int number)
{
    return gvc_history_find(history, number > 1 ? cli_format(app, "%s_%d", name, number) : name);
}

static gvc_status check_inputs(cli_app *app, const gvc_history *history, cli_list *lines,
                               int *is_same)
{
    gvc_status st = GVC_OK;

    for (int i = 1; st == GVC_OK && fact_of(app, history, "table_file", i); i++) {
        const char *path = fact_of(app, history, "table_file", i);
        const char *sha256 = fact_of(app, history, "table_sha256", i);
        input_state state = CHANGED;

        st = look_up(app->ctx, &state, path, sha256 ? sha256 : "");
        *is_same &= state == SAME;
        cli_list_add(app, lines, cli_format(app, "%s: %s", path, states[state]));
    }
    return st;
}

/* A text of several lines stands under its name, one below the other. */
static void print_fact(cli_app *app, cli_grid *grid, const char *name, const char *text)
{
    const char *const *lines = cli_split(app, text, '\n');

    for (int i = 0; lines[i]; i++) {
        cli_grid_cell(grid, "%s", i ? "" : name);
        cli_grid_cell(grid, "%s", lines[i]);
    }
}

static void print_words(cli_app *app, const gvc_history *history, const cli_list *checked)
{
    cli_grid *grid = cli_grid_new(app, "ll");

    for (gvc_int i = 0; i < gvc_history_n(history); i++)
        print_fact(app, grid, gvc_history_name(history, i), gvc_history_text(history, i));
    for (int i = 0; i < checked->n; i++) {
        cli_grid_cell(grid, "%s", i ? "" : "inputs now");
        cli_grid_cell(grid, "%s", checked->items[i]);
    }
    cli_grid_print(grid, stdout, "");
}

static void print_json(const gvc_history *history, const cli_list *checked)
{
    struct json_object *root = json_object_new_object(), *list = json_object_new_array();

    for (gvc_int i = 0; i < gvc_history_n(history); i++)
        json_object_object_add(root, gvc_history_name(history, i),
                               json_object_new_string(gvc_history_text(history, i)));
    for (int i = 0; i < checked->n; i++)
        json_object_array_add(list, json_object_new_string(checked->items[i]));
    if (checked->n)
        json_object_object_add(root, "inputs_now", json_object_get(list));
    json_object_put(list);
    printf("%s\n", json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(root);
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    cli_app *app = a->common.app;
    gvc_history *history = NULL;
    cli_list checked = { 0 };
    int is_same = 1;
    gvc_status st = gvc_history_read(ctx, &history, a->file);

    if (st == GVC_OK && a->check)
        st = check_inputs(app, history, &checked, &is_same);
    if (st == GVC_OK && a->common.json)
        print_json(history, &checked);
    else if (st == GVC_OK)
        print_words(app, history, &checked);
    gvc_history_free(history);
    return st == GVC_OK && !is_same ? GVC_NO : st;
}

const cli_command cmd_history = {
    .name = "history",
    .group = "Results",
    .summary = "say which command made a file, from what, and what was done to that before",
    .example = "gvc history out.csv",
    .details =
        "Prints the version and the command line that made the file, its inputs with their checksums and "
        "with the chain of commands that made them (history), the groups, the solver and its error bound. "
        "A .csv keeps all of this in FILE.meta.json, an .h5 in its attributes, a .dta in its notes, an .xlsx in "
        "its sheet about.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
