#include "cli/cli.h"

#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct args {
    cli_common common;
    const char *a, *b;
    double rel, abs;
    int show;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "a", 0, CLI_INPUT, "A", "a result or a store: .csv or .h5", .at = AT(a) },
    { "b", 0, CLI_INPUT, "B", "another of the same format", .at = AT(b) },
    { "rel", 0, CLI_REAL, "X", "numbers are equal up to this share of the larger one", .at = AT(rel), .preset = "0" },
    { "abs", 0, CLI_REAL, "X", "or up to this difference, whichever allows more", .at = AT(abs), .preset = "0" },
    { "show", 0, CLI_INT, "N", "print so many of the first and of the largest differences", .at = AT(show), .preset = "10" },
    { 0 },
};
/* clang-format on */

static const char *const kinds[GVC_DIFF_KINDS] = { "number", "missing", "text", "only_a",
                                                   "only_b" };

/* ---- in words ---- */

/* As few digits as read back to the same number. */
static const char *number(cli_app *app, double value)
{
    const char *text = "missing";

    for (int digits = 15; !isnan(value) && digits <= 17; digits++) {
        text = cli_format(app, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

/* "/results/2011/jn/country exporter=CHN vax": the path, the keys, the column, as far as they say
 * something. */
static const char *place(cli_app *app, const gvc_diff_entry *e)
{
    const char *slash = strrchr(e->where, '/');
    const int is_named = slash && strcmp(slash + 1, e->column) == 0;
    cli_list parts = { 0 };

    if (*e->where)
        cli_list_add(app, &parts, e->where);
    if (*e->key)
        cli_list_add(app, &parts, e->key);
    if (*e->column && !is_named)
        cli_list_add(app, &parts, e->column);
    return cli_join(app, parts.items, " ");
}

static const char *what(cli_app *app, const struct args *a, const gvc_diff_entry *e)
{
    switch (e->kind) {
    case GVC_DIFF_NUMBER:
        return cli_format(app, "%s, %s (relative %.3g)", number(app, e->a), number(app, e->b),
                          e->size);
    case GVC_DIFF_MISSING:
        return cli_format(app, "%s, %s", number(app, e->a), number(app, e->b));
    case GVC_DIFF_TEXT:
        return cli_format(app, "\"%s\", \"%s\"", e->text_a, e->text_b);
    default:
        return cli_format(app, "only in %s", e->kind == GVC_DIFF_ONLY_A ? a->a : a->b);
    }
}

static void print_entries(const struct args *a, const char *title, const gvc_diff *diff, gvc_int n,
                          const gvc_diff_entry *(*get)(const gvc_diff *, gvc_int))
{
    cli_app *app = a->common.app;

    if (n > 0)
        printf("\n%s:\n", title);
    for (gvc_int i = 0; i < n; i++)
        printf("  %s: %s\n", place(app, get(diff, i)), what(app, a, get(diff, i)));
}

static void print_words(const struct args *a, const gvc_diff *diff)
{
    const long long compared = (long long)gvc_diff_compared(diff);

    if (gvc_diff_equal(diff)) {
        printf("%s and %s are equal: %lld values compared\n", a->a, a->b, compared);
        return;
    }
    printf("%s and %s differ: of %lld values compared, %lld numbers and %lld texts differ and %lld "
           "are missing on one side; %lld rows or columns are only in the first, %lld only in the "
           "second\n",
           a->a, a->b, compared, (long long)gvc_diff_count(diff, GVC_DIFF_NUMBER),
           (long long)gvc_diff_count(diff, GVC_DIFF_TEXT),
           (long long)gvc_diff_count(diff, GVC_DIFF_MISSING),
           (long long)gvc_diff_count(diff, GVC_DIFF_ONLY_A),
           (long long)gvc_diff_count(diff, GVC_DIFF_ONLY_B));
    print_entries(a, "first differences", diff, gvc_diff_n_first(diff), gvc_diff_first);
    print_entries(a, "largest differences", diff, gvc_diff_n_largest(diff), gvc_diff_largest);
}

/* ---- as JSON ---- */

static void add_text(struct json_object *to, const char *name, const char *text)
{
    if (*text)
        json_object_object_add(to, name, json_object_new_string(text));
}

static void add_number(struct json_object *to, const char *name, double value)
{
    json_object_object_add(to, name, isfinite(value) ? json_object_new_double(value) : NULL);
}

static void add_entries(struct json_object *to, const char *name, const gvc_diff *diff, gvc_int n,
                        const gvc_diff_entry *(*get)(const gvc_diff *, gvc_int))
{
    struct json_object *list = json_object_new_array();

    for (gvc_int i = 0; i < n; i++) {
        const gvc_diff_entry *e = get(diff, i);
        struct json_object *one = json_object_new_object();

        json_object_object_add(one, "kind", json_object_new_string(kinds[e->kind]));
        add_text(one, "where", e->where);
        add_text(one, "key", e->key);
        add_text(one, "column", e->column);
        if (e->kind == GVC_DIFF_NUMBER || e->kind == GVC_DIFF_MISSING) {
            add_number(one, "a", e->a);
            add_number(one, "b", e->b);
        }
        if (e->kind == GVC_DIFF_NUMBER)
            add_number(one, "relative", e->size);
        if (e->kind == GVC_DIFF_TEXT) {
            json_object_object_add(one, "a", json_object_new_string(e->text_a));
            json_object_object_add(one, "b", json_object_new_string(e->text_b));
        }
        json_object_array_add(list, one);
    }
    json_object_object_add(to, name, list);
}

static void print_json(const struct args *a, const gvc_diff *diff)
{
    struct json_object *root = json_object_new_object(), *count = json_object_new_object();

    json_object_object_add(root, "a", json_object_new_string(a->a));
    json_object_object_add(root, "b", json_object_new_string(a->b));
    json_object_object_add(root, "equal", json_object_new_boolean(gvc_diff_equal(diff)));
    json_object_object_add(root, "compared", json_object_new_int64(gvc_diff_compared(diff)));
    for (int k = 0; k < GVC_DIFF_KINDS; k++)
        json_object_object_add(count, kinds[k],
                               json_object_new_int64(gvc_diff_count(diff, (gvc_diff_kind)k)));
    json_object_object_add(root, "differences", count);
    add_entries(root, "first", diff, gvc_diff_n_first(diff), gvc_diff_first);
    add_entries(root, "largest", diff, gvc_diff_n_largest(diff), gvc_diff_largest);
    printf("%s\n", json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(root);
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    const gvc_diff_opts opts = { .rel = a->rel, .abs = a->abs, .show = a->show };
    gvc_diff *diff = NULL;
    gvc_status st = gvc_diff_new(ctx, &diff, a->a, a->b, &opts);

    if (st != GVC_OK)
        return st;
    if (a->common.json)
        print_json(a, diff);
    else if (!a->common.quiet)
        print_words(a, diff);
    st = gvc_diff_equal(diff) ? GVC_OK : GVC_NO;
    gvc_diff_free(diff);
    return st;
}

const cli_command cmd_diff = {
    .name = "diff",
    .group = "Results",
    .summary = "compare two results or two stores, number by number",
    .example = "gvc diff old.csv new.csv --rel 1e-9",
    .details =
        "Rows are matched by their keys, whatever their order: columns of text and key columns such as year. "
        "Arrays in an .h5 are matched by path and by the labels of their axes. Two missing values are equal; "
        "a missing value and a number differ. Exit code 0 when everything is equal, 1 when something "
        "differs or is on one side only; -q prints nothing.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
