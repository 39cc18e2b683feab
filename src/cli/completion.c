#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

typedef struct line {
    cli_app *app;
    const cli_command *command;
    int n;
    char **words; /* the command first, the word being typed last */
    cli_list found;
} line;

static void offer_labels(line *l, const gvc_labels *labels)
{
    for (gvc_int i = 0; i < gvc_labels_n(labels); i++)
        cli_list_add(l->app, &l->found, cli_format(l->app, "%s", gvc_labels_code(labels, i)));
}

static void offer_groups(line *l, const gvc_edition *edition)
{
    for (gvc_int i = 0; edition && i < gvc_edition_groups_n(edition); i++)
        cli_list_add(l->app, &l->found,
                     cli_format(l->app, "%s", gvc_group_name(gvc_edition_group(edition, i))));
    for (gvc_int i = 0; i < gvc_groups_builtin_n(); i++)
        cli_list_add(l->app, &l->found, gvc_group_name(gvc_groups_builtin(i)));
}

/* The first word that names something on disk is the store or folder. */
static gvc_input *open_input(line *l)
{
    gvc_input *input = NULL;

    for (int i = 1; !input && i + 1 < l->n; i++)
        if (l->words[i][0] != '-' && access(l->words[i], R_OK) == 0 &&
            gvc_input_open(l->app->ctx, &input, l->words[i]) != GVC_OK)
            input = NULL;
    return input;
}

static void offer_from_input(line *l, const char *kind)
{
    gvc_input *input = open_input(l);
    const gvc_edition *edition = input ? gvc_input_edition(input) : NULL;

    if (edition && strcmp(kind, "country") == 0)
        offer_labels(l, gvc_edition_countries(edition));
    if (edition && strcmp(kind, "sector") == 0)
        offer_labels(l, gvc_edition_sectors(edition));
    if (edition && strcmp(kind, "year") == 0)
        for (gvc_int i = 0; i < gvc_input_n_years(input); i++)
            if (gvc_input_year(input, i) != GVC_INT_MISSING)
                cli_list_add(l->app, &l->found, cli_format(l->app, "%d", gvc_input_year(input, i)));
    if (strcmp(kind, "country") == 0 || strcmp(kind, "group") == 0)
        offer_groups(l, edition);
    gvc_input_close(input);
}

static void offer_measures(line *l, int lists)
{
    cli_list_add(l->app, &l->found, "all");
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const int is_index = gvc_measure_kind(m) == GVC_FRAME_INDICES;

        if (!(lists & (is_index ? 2 : 1)))
            continue;
        cli_list_add(l->app, &l->found, is_index ? gvc_measure_name(m) : gvc_measure_method(m));
        if (!is_index)
            cli_list_add(l->app, &l->found, gvc_measure_prefix(m));
        for (gvc_int j = 0; is_index && j < gvc_measure_terms_n(m); j++) {
            const char *name = gvc_term_name(gvc_measure_term(m, j));

            /* of sat_fd_<q> as much as can be typed */
            cli_list_add(l->app, &l->found,
                         cli_format(l->app, "%.*s", (int)strcspn(name, "<"), name));
        }
    }
}

static void offer_options(line *l)
{
    const cli_option *o;

    for (int i = 0; (o = cli_option_get(l->command, i)); i++)
        if (!cli_is_positional(o))
            cli_list_add(l->app, &l->found, cli_format(l->app, "--%s", o->name));
}

static void offer_values(line *l, const cli_option *o)
{
    const char *const *choices;

    if (o->type == CLI_CHOICE || o->type == CLI_CHOICES) {
        choices = cli_split(l->app, o->value, '|');
        for (int i = 0; choices[i]; i++)
            cli_list_add(l->app, &l->found, choices[i]);
        if (o->type == CLI_CHOICES)
            cli_list_add(l->app, &l->found, "all");
    } else if (o->complete && strcmp(o->complete, "measure") == 0) {
        offer_measures(l, l->command->lists ? l->command->lists : 3);
    } else if (o->complete && strcmp(o->complete, "format") == 0) {
        choices = cli_split(l->app, gvc_write_formats(), ',');
        for (int i = 0; choices[i]; i++)
            cli_list_add(l->app, &l->found, choices[i]);
    } else if (o->complete && strcmp(o->complete, "source format") == 0) {
        for (gvc_int i = 0; i < gvc_import_formats_n(); i++)
            cli_list_add(l->app, &l->found, gvc_import_format_name(i));
    } else if (o->complete && strcmp(o->complete, "command") == 0) {
        for (int i = 0; cli_commands[i]; i++)
            cli_list_add(l->app, &l->found, cli_commands[i]->name);
    } else if (o->complete && strchr(o->complete, '|')) {
        choices = cli_split(l->app, o->complete, '|');
        for (int i = 0; choices[i]; i++)
            cli_list_add(l->app, &l->found, choices[i]);
    } else if (o->complete) {
        offer_from_input(l, o->complete);
    }
}

/* The option whose value stands after `word`, NULL where it takes none. */
static const cli_option *option_before(const cli_command *command, const char *word)
{
    const cli_option *o;

    for (int i = 0; (o = cli_option_get(command, i)); i++) {
        if (!cli_takes_value(o))
            continue;
        if (word[0] == '-' && word[1] && word[1] == o->letter && !word[2])
            return o;
        if (strncmp(word, "--", 2) == 0 &&
            (strcmp(word + 2, o->name) == 0 || (o->alias && strcmp(word + 2, o->alias) == 0)))
            return o;
    }
    return NULL;
}

/* A list is completed behind its last comma; what stands before is given back in front. */
static void print_found(const line *l, const char *typed)
{
    const char *comma = strrchr(typed, ',');
    const char *tail = comma ? comma + 1 : typed;
    const int before = comma ? (int)(tail - typed) : 0;
    cli_list printed = { 0 };

    for (int i = 0; i < l->found.n; i++) {
        const char *word = l->found.items[i];

        if (strncmp(word, tail, strlen(tail)) != 0 || cli_list_has(printed.items, word))
            continue;
        printf("%.*s%s\n", before, typed, word);
        cli_list_add(l->app, &printed, word);
    }
}

static const cli_option *first_word(const cli_command *command)
{
    const cli_option *o;

    for (int i = 0; (o = cli_option_get(command, i)); i++)
        if (cli_is_positional(o) && o->complete)
            return o;
    return NULL;
}

int cli_complete(cli_app *app, int n, char **words)
{
    line l = { .app = app, .n = n, .words = words };
    const char *typed = n ? words[n - 1] : "";
    const cli_option *o = NULL;

    if (n > 1)
        l.command = cli_command_find(words[0]);
    if (n <= 1) {
        for (int i = 0; cli_commands[i]; i++)
            cli_list_add(app, &l.found, cli_commands[i]->name);
    } else if (l.command) {
        /* bash hands --option=value over in three words, "=" being one of them. */
        const int at = n > 2 && strcmp(words[n - 2], "=") == 0 ? n - 3 : n - 2;

        if (strcmp(typed, "=") == 0) {
            typed = "";
            o = option_before(l.command, words[n - 2]);
        } else if (at > 0) {
            o = option_before(l.command, words[at]);
        }
        if (!o && typed[0] != '-')
            o = first_word(l.command);
        if (o)
            offer_values(&l, o);
        else if (typed[0] == '-')
            offer_options(&l);
    }
    print_found(&l, typed);
    return 0;
}
