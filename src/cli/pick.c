#include "cli/analysis.h"

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

static void add_whole(cli_app *app, cli_picks *picks, const gvc_measure *measure)
{
    add_pick(app, picks, measure)->is_whole = 1;
}

static void add_term(cli_app *app, cli_picks *picks, const gvc_measure *measure, const char *term)
{
    cli_list_add(app, &add_pick(app, picks, measure)->terms, term);
}

static int is_kind(const gvc_measure *m, gvc_frame_kind kind)
{
    return gvc_measure_kind(m) == kind;
}

/* ---- decompositions ---- */

static int fits(const char *const *wanted, const char *value)
{
    return !wanted || cli_list_has(wanted, "all") || cli_list_has(wanted, value);
}

static int is_named_whole(const gvc_measure *m, const char *name)
{
    return strcmp(gvc_measure_name(m), name) == 0 || strcmp(gvc_measure_prefix(m), name) == 0;
}

static const char *const *method_names(cli_app *app)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const char *all[] = { gvc_measure_method(m), gvc_measure_prefix(m), gvc_measure_name(m) };

        for (int j = 0; is_kind(m, GVC_FRAME_EXPORTS) && j < 3; j++)
            if (!names.n || !cli_list_has(names.items, all[j]))
                cli_list_add(app, &names, all[j]);
    }
    return names.items;
}

static gvc_status refuse_variant(cli_app *app, const char *method)
{
    cli_list forms = { 0 };

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (!is_kind(m, GVC_FRAME_EXPORTS) ||
            (strcmp(gvc_measure_method(m), method) != 0 && !is_named_whole(m, method)))
            continue;
        cli_list_add(app, &forms,
                     *gvc_measure_perspective(m) || *gvc_measure_approach(m)
                         ? cli_format(app, "--perspective %s%s%s", gvc_measure_perspective(m),
                                      *gvc_measure_approach(m) ? " --approach " : "",
                                      gvc_measure_approach(m))
                         : "neither --perspective nor --approach");
    }
    return cli_refuse(app, GVC_EUSAGE, "method %s has no such perspective or approach; it has: %s",
                      method, cli_join(app, forms.items, "; "));
}

/* What is not named is the first that there is: the perspective of the method's first row, and the
 * first approach of each perspective. "all" and a whole name leave nothing to choose. */
static int is_default(const gvc_measure *m, const gvc_measure *first, const gvc_measure *last,
                      const char *const *perspectives, const char *const *approaches)
{
    const char *perspective = gvc_measure_perspective(m);

    return (perspectives || strcmp(perspective, gvc_measure_perspective(first)) == 0) &&
           (approaches || !last || strcmp(perspective, gvc_measure_perspective(last)) != 0);
}

static int pick_method(cli_app *app, cli_picks *picks, const char *name,
                       const char *const *perspectives, const char *const *approaches)
{
    const gvc_measure *first = NULL, *last = NULL;
    const int is_all = strcmp(name, "all") == 0;
    int is_known = is_all;

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const int is_exact = is_named_whole(m, name);
        const int is_method = strcmp(gvc_measure_method(m), name) == 0;

        if (!is_kind(m, GVC_FRAME_EXPORTS) || !(is_all || is_exact || is_method))
            continue;
        is_known = 1;
        first = first ? first : m;
        if (!fits(perspectives, gvc_measure_perspective(m)) ||
            !fits(approaches, gvc_measure_approach(m)))
            continue;
        if (!is_all && !is_exact && !is_default(m, first, last, perspectives, approaches))
            continue;
        add_whole(app, picks, m);
        last = m;
    }
    return is_known;
}

gvc_status cli_pick_methods(cli_app *app, cli_picks *picks, const char *const *methods,
                            const char *const *perspectives, const char *const *approaches)
{
    for (; *methods; methods++) {
        const int n = picks->n, is_all = strcmp(*methods, "all") == 0;

        picks->is_all |= is_all;
        if (!pick_method(app, picks, *methods, perspectives, approaches))
            return cli_refuse(app, GVC_EUSAGE, "unknown method \"%s\"%s", *methods,
                              cli_hint(app, *methods, method_names(app)));
        if (picks->n == n && !is_all && !picks->is_all)
            return refuse_variant(app, *methods);
    }
    if (picks->n == 0)
        return cli_refuse(app, GVC_EUSAGE, "no method has this perspective and approach");
    return GVC_OK;
}

/* ---- indices ---- */

static int pick_family(cli_app *app, cli_picks *picks, const char *name)
{
    const int n = picks->n, is_all = strcmp(name, "all") == 0;
    int is_known = 0;

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (is_kind(m, GVC_FRAME_INDICES) && (is_all || strcmp(gvc_measure_name(m), name) == 0)) {
            add_whole(app, picks, m);
            is_known = 1;
        }
    }
    return is_known || picks->n > n;
}

static int pick_index(cli_app *app, cli_picks *picks, const char *name)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        for (gvc_int j = 0; is_kind(m, GVC_FRAME_INDICES) && j < gvc_measure_terms_n(m); j++)
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

        if (!is_kind(m, GVC_FRAME_INDICES))
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
        for (gvc_int j = 0; is_kind(m, GVC_FRAME_INDICES) && j < gvc_measure_terms_n(m); j++)
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

        if (!is_kind(m, GVC_FRAME_EXPORTS) || !n || strncmp(name, gvc_measure_prefix(m), n) != 0 ||
            name[n] != '_')
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
    cli_list families = { 0 }, all = { 0 };

    for (; *names; names++) {
        const int is_all = strcmp(*names, "all") == 0;

        picks->is_all |= is_all;
        if (is_all) {
            pick_family(app, picks, "all");
            pick_method(app, picks, "all", NULL, NULL);
            continue;
        }
        if (pick_family(app, picks, *names) || pick_method(app, picks, *names, NULL, NULL) ||
            pick_index(app, picks, *names) || pick_prefixed(app, picks, *names))
            continue;
        list_indices(app, &families, &all);
        for (const char *const *m = method_names(app); *m; m++)
            cli_list_add(app, &all, *m);
        for (gvc_int i = 0; i < gvc_measures_n(); i++)
            for (gvc_int j = 0; j < gvc_measure_terms_n(gvc_measures_get(i)); j++)
                if (is_kind(gvc_measures_get(i), GVC_FRAME_EXPORTS))
                    cli_list_add(
                        app, &all,
                        cli_format(app, "%s_%s", gvc_measure_prefix(gvc_measures_get(i)),
                                   gvc_term_name(gvc_measure_term(gvc_measures_get(i), j))));
        return refuse_index(app, "measure", *names, &all, &families);
    }
    return GVC_OK;
}

/* ---- levels ---- */

const char *const *cli_levels(const char *const *levels)
{
    return !levels || cli_list_has(levels, "all") ? NULL : levels;
}

static const char *having(cli_app *app, gvc_frame_kind kind, const char *level)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (is_kind(m, kind) && cli_csv_has(gvc_measure_levels(m), level))
            cli_list_add(app, &names, gvc_measure_name(m));
    }
    return names.n ? cli_join(app, names.items, ", ") : "none";
}

gvc_status cli_check_levels(cli_app *app, cli_picks *picks, const char *const *levels)
{
    int kept = 0;

    for (int i = 0; i < picks->n; i++) {
        const gvc_measure *m = picks->items[i].measure;
        int has = !levels;

        for (int l = 0; levels && levels[l]; l++) {
            const int there = cli_csv_has(gvc_measure_levels(m), levels[l]);

            has |= there;
            if (!there && !picks->is_all)
                return cli_refuse(app, GVC_EUSAGE,
                                  "%s exists at level %s only; at %s there are: %s",
                                  gvc_measure_name(m), gvc_measure_levels(m), levels[l],
                                  having(app, gvc_measure_kind(m), levels[l]));
        }
        if (has)
            picks->items[kept++] = picks->items[i];
    }
    picks->n = kept;
    if (!kept)
        return cli_refuse(app, GVC_EUSAGE, "no measure chosen exists at level %s",
                          cli_join(app, levels, ", "));
    return GVC_OK;
}
