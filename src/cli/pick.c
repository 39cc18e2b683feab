#include "cli/pick.h"

#include <string.h>

static cli_pick *add_pick(cli_app *app, cli_picks *picks, const gvc_measure *measure)
{
    for (int i = 0; i < picks->n; i++)
        if (picks->items[i].measure == measure)
            return &picks->items[i];
    if (picks->n == picks->room) {
        const int room = picks->room ? 2 * picks->room : 16;
        cli_pick *items = cli_alloc(app, (size_t)room * sizeof *items);

        if (picks->n)
            memcpy(items, picks->items, (size_t)picks->n * sizeof *items);
        picks->items = items;
        picks->room = room;
    }
    picks->items[picks->n] = (cli_pick){ .measure = measure };
    return &picks->items[picks->n++];
}

void cli_pick_whole(cli_app *app, cli_picks *picks, const gvc_measure *measure)
{
    add_pick(app, picks, measure)->is_whole = 1;
}

static void add_term(cli_app *app, cli_picks *picks, const gvc_measure *measure, const char *term)
{
    cli_list_add(app, &add_pick(app, picks, measure)->terms, term);
}

int cli_is_kind(const gvc_measure *m, gvc_frame_kind kind)
{
    return gvc_measure_kind(m) == kind;
}

/* ---- indices ---- */

static int pick_family(cli_app *app, cli_picks *picks, const char *name)
{
    const int n = picks->n, is_all = strcmp(name, "all") == 0;
    int is_known = 0;

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (cli_is_kind(m, GVC_FRAME_INDICES) &&
            (is_all || strcmp(gvc_measure_name(m), name) == 0)) {
            cli_pick_whole(app, picks, m);
            is_known = 1;
        }
    }
    return is_known || picks->n > n;
}

static int pick_index(cli_app *app, cli_picks *picks, const char *name)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        for (gvc_int j = 0; cli_is_kind(m, GVC_FRAME_INDICES) && j < gvc_measure_terms_n(m); j++)
            if (gvc_term_covers(gvc_measure_term(m, j), name)) {
                add_term(app, picks, m, name);
                return 1;
            }
    }
    return 0;
}

static void list_indices(cli_app *app, cli_list *families, cli_list *all)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (!cli_is_kind(m, GVC_FRAME_INDICES))
            continue;
        cli_list_add(app, families, gvc_measure_name(m));
        cli_list_add(app, all, gvc_measure_name(m));
        for (gvc_int j = 0; j < gvc_measure_terms_n(m); j++)
            cli_list_add(app, all, gvc_term_name(gvc_measure_term(m, j)));
    }
}

static const char *label_of(const char *name)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (strcmp(gvc_measure_name(m), name) == 0)
            return gvc_measure_title(m);
        for (gvc_int j = 0; cli_is_kind(m, GVC_FRAME_INDICES) && j < gvc_measure_terms_n(m); j++)
            if (strcmp(gvc_term_name(gvc_measure_term(m, j)), name) == 0)
                return gvc_term_label(gvc_measure_term(m, j));
    }
    return NULL;
}

static gvc_status refuse_index(cli_app *app, const char *what, const char *word, cli_list *names,
                               const cli_list *families)
{
    const char *near = cli_nearest(word, names->items);
    const char *label = near ? label_of(near) : NULL;

    if (near)
        return cli_refuse(app, GVC_EUSAGE, "unknown %s \"%s\"; did you mean %s%s%s%s?", what, word,
                          near, label ? " (" : "", label ? label : "", label ? ")" : "");
    return cli_refuse(app, GVC_EUSAGE,
                      "unknown %s \"%s\"; families are %s; see 'gvc methods' for all", what, word,
                      cli_join(app, families->items, ", "));
}

gvc_status cli_pick_indices(cli_app *app, cli_picks *picks, const char *const *names)
{
    cli_list families = { 0 }, all = { 0 };

    for (; *names; names++) {
        picks->is_all |= strcmp(*names, "all") == 0;
        if (pick_family(app, picks, *names) || pick_index(app, picks, *names))
            continue;
        list_indices(app, &families, &all);
        return refuse_index(app, "index", *names, &all, &families);
    }
    return GVC_OK;
}

/* ---- panels: both kinds, and terms of decompositions with their prefix ---- */

static int pick_prefixed(cli_app *app, cli_picks *picks, const char *name)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const size_t n = strlen(gvc_measure_prefix(m));

        if (!cli_is_kind(m, GVC_FRAME_EXPORTS) || !n ||
            strncmp(name, gvc_measure_prefix(m), n) != 0 || name[n] != '_')
            continue;
        for (gvc_int j = 0; j < gvc_measure_terms_n(m); j++)
            if (strcmp(gvc_term_name(gvc_measure_term(m, j)), name + n + 1) == 0) {
                add_term(app, picks, m, name + n + 1);
                return 1;
            }
    }
    return 0;
}

gvc_status cli_pick_any(cli_app *app, cli_picks *picks, const char *const *names)
{
    static const cli_choice whatever;
    cli_list families = { 0 }, all = { 0 };

    for (; *names; names++) {
        const int is_all = strcmp(*names, "all") == 0;

        picks->is_all |= is_all;
        if (is_all) {
            pick_family(app, picks, "all");
            cli_pick_method(app, picks, "all", &whatever);
            continue;
        }
        if (pick_family(app, picks, *names) || cli_pick_method(app, picks, *names, &whatever) ||
            pick_index(app, picks, *names) || pick_prefixed(app, picks, *names))
            continue;
        list_indices(app, &families, &all);
        for (const char *const *m = cli_method_names(app); *m; m++)
            cli_list_add(app, &all, *m);
        for (gvc_int i = 0; i < gvc_measures_n(); i++)
            for (gvc_int j = 0; j < gvc_measure_terms_n(gvc_measures_get(i)); j++)
                if (cli_is_kind(gvc_measures_get(i), GVC_FRAME_EXPORTS))
                    cli_list_add(
                        app, &all,
                        cli_format(app, "%s_%s", gvc_measure_prefix(gvc_measures_get(i)),
                                   gvc_term_name(gvc_measure_term(gvc_measures_get(i), j))));
        return refuse_index(app, "measure", *names, &all, &families);
    }
    return GVC_OK;
}
