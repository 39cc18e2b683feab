#include "cli/pick.h"

#include <string.h>

static int fits(const char *const *wanted, const char *value)
{
    return !wanted || cli_list_has(wanted, "all") || cli_list_has(wanted, value);
}

static int is_named_whole(const gvc_measure *m, const char *name)
{
    return strcmp(gvc_measure_name(m), name) == 0 || strcmp(gvc_measure_prefix(m), name) == 0;
}

const char *const *cli_method_names(cli_app *app)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const char *all[] = { gvc_measure_method(m), gvc_measure_prefix(m), gvc_measure_name(m) };

        for (int j = 0; cli_is_kind(m, GVC_FRAME_EXPORTS) && j < 3; j++)
            if (!names.n || !cli_list_has(names.items, all[j]))
                cli_list_add(app, &names, all[j]);
    }
    return names.items;
}

/* Whether every level tells origins or destinations apart. */
static int is_split(cli_app *app, const gvc_measure *m)
{
    for (const char *const *l = cli_split(app, gvc_measure_levels(m), ','); *l; l++)
        if (!*cli_level_by(*l))
            return 0;
    return 1;
}

static int has_unsplit(cli_app *app, const char *method)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (cli_is_kind(m, GVC_FRAME_EXPORTS) && strcmp(gvc_measure_method(m), method) == 0 &&
            !is_split(app, m))
            return 1;
    }
    return 0;
}

static gvc_status refuse_variant(cli_app *app, const char *method)
{
    cli_list forms = { 0 };

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const char *perspective = gvc_measure_perspective(m), *approach = gvc_measure_approach(m);

        if (!cli_is_kind(m, GVC_FRAME_EXPORTS) ||
            (strcmp(gvc_measure_method(m), method) != 0 && !is_named_whole(m, method)))
            continue;
        cli_list_add(
            app, &forms,
            *perspective || *approach || is_split(app, m)
                ? cli_format(app, "%s%s%s%s%s", *perspective ? "--perspective " : "", perspective,
                             *approach ? (*perspective ? " --approach " : "--approach ") : "",
                             approach, is_split(app, m) ? " --by" : "")
                : "neither --perspective nor --approach");
    }
    return cli_refuse(app, GVC_EUSAGE,
                      "method %s does not come with this perspective, approach, flow or --by; it "
                      "takes %s",
                      method, cli_join(app, forms.items, "; "));
}

static int is_import(const gvc_measure *m)
{
    return strncmp(gvc_measure_levels(m), "imports", 7) == 0;
}

/* What is not named is the first that there is: the perspective of the method's first row, and the
 * first approach of each perspective; a row without approach goes with any. "all" and a whole name
 * leave nothing to choose. */
static int is_default(const gvc_measure *m, const gvc_measure *first, const gvc_measure *last,
                      const cli_choice *choice)
{
    const char *perspective = gvc_measure_perspective(m);

    return (choice->perspectives || (choice->flows && is_import(m)) ||
            strcmp(perspective, gvc_measure_perspective(first)) == 0) &&
           (choice->approaches || !last || strcmp(perspective, gvc_measure_perspective(last)) != 0);
}

/* Whether the measure stands at the flow, and is told apart as asked. Without --by a method that
 * also exists unsplit is meant unsplit. */
static int is_meant(cli_app *app, const gvc_measure *m, const cli_choice *choice, int is_loose)
{
    if (!fits(choice->flows, is_import(m) ? "imports" : "exports"))
        return 0;
    if (choice->by)
        return cli_has_by(app, m, choice->by);
    return is_loose || !is_split(app, m) || !has_unsplit(app, gvc_measure_method(m));
}

int cli_pick_method(cli_app *app, cli_picks *picks, const char *name, const cli_choice *choice)
{
    const gvc_measure *first = NULL, *last = NULL;
    const int is_all = strcmp(name, "all") == 0;
    int is_known = is_all;

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const int is_exact = is_named_whole(m, name);
        const int is_method = strcmp(gvc_measure_method(m), name) == 0;

        if (!cli_is_kind(m, GVC_FRAME_EXPORTS) || !(is_all || is_exact || is_method))
            continue;
        is_known = 1;
        if (!is_meant(app, m, choice, is_all || is_exact))
            continue;
        first = first ? first : m;
        if (!fits(choice->perspectives, gvc_measure_perspective(m)) ||
            !fits(choice->approaches, gvc_measure_approach(m)))
            continue;
        if (!is_all && !is_exact && !is_default(m, first, last, choice))
            continue;
        cli_pick_whole(app, picks, m);
        if (*gvc_measure_approach(m))
            last = m;
    }
    return is_known;
}

gvc_status cli_pick_methods(cli_app *app, cli_picks *picks, const char *const *methods,
                            const cli_choice *choice)
{
    for (; *methods; methods++) {
        const int n = picks->n, is_all = strcmp(*methods, "all") == 0;

        picks->is_all |= is_all;
        if (!cli_pick_method(app, picks, *methods, choice))
            return cli_refuse(app, GVC_EUSAGE, "unknown method \"%s\"%s", *methods,
                              cli_hint(app, *methods, cli_method_names(app)));
        if (picks->n == n && !is_all && !picks->is_all)
            return refuse_variant(app, *methods);
    }
    if (picks->n == 0)
        return cli_refuse(app, GVC_EUSAGE,
                          "no method has this perspective, approach, flow and --by");
    return GVC_OK;
}
