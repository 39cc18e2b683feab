#include "cli/panel.h"

#include <stdlib.h>
#include <string.h>

/* --lag, --diff, --base, --log, --growth, --loo, --winsor, --std, --flags: columns made of columns.
 */

/* Options that name measures. */
typedef struct named {
    const char *option;
    const char *const *names;
    gvc_derived_kind kind;
} named;

enum { N_NAMED = 5 };

static void list_named(const cli_panel_args *a, named out[N_NAMED])
{
    const named all[N_NAMED] = {
        { "log", a->log, GVC_DERIVED_LOG },      { "growth", a->growth, GVC_DERIVED_GROWTH },
        { "loo", a->loo, GVC_DERIVED_OTHERS },   { "winsor", a->winsor, GVC_DERIVED_WINSOR },
        { "std", a->std, GVC_DERIVED_STANDARD },
    };

    memcpy(out, all, sizeof all);
}

static int has_term(const cli_pick *pick, const char *name)
{
    const char *prefix = gvc_measure_prefix(pick->measure);
    const size_t n = strlen(prefix);

    if (n && (strncmp(name, prefix, n) != 0 || name[n] != '_'))
        return 0;
    name += n ? n + 1 : 0;
    for (gvc_int t = 0; pick->is_whole && t < gvc_measure_terms_n(pick->measure); t++)
        if (gvc_term_covers(gvc_measure_term(pick->measure, t), name))
            return 1;
    return pick->terms.n && cli_list_has((const char *const *)pick->terms.items, name);
}

/* Whether the panel can have a measure called `name`: one that was asked for, base money, or the
 * share of a group. */
static int can_have(const cli_panel *p, const char *name)
{
    const gvc_measure *base = gvc_measures_find("base");

    for (int i = 0; i < p->job.picks.n; i++)
        if (has_term(&p->job.picks.items[i], name))
            return 1;
    for (gvc_int t = 0; t < gvc_measure_terms_n(base); t++)
        if (strcmp(gvc_term_name(gvc_measure_term(base, t)), name) == 0)
            return 1;
    return strstr(name, "_share_") != NULL;
}

gvc_status cli_panel_check_columns(const cli_panel *p)
{
    named all[N_NAMED];

    list_named(p->args, all);
    for (int i = 0; i < N_NAMED; i++)
        for (const char *const *name = all[i].names; name && *name; name++)
            if (strcmp(*name, "all") != 0 && !can_have(p, *name))
                return cli_refuse(p->job.app, GVC_EUSAGE,
                                  "--%s: the panel has no measure \"%s\"; name it with --measures "
                                  "too",
                                  all[i].option, *name);
    return GVC_OK;
}

static const char *const *no_all(const char *const *names)
{
    return names && cli_list_has(names, "all") ? NULL : names;
}

/* Base money counts among the measures where it was asked for by name. */
static int asks_for_base(const cli_panel *p)
{
    for (int i = 0; i < p->job.picks.n; i++)
        if (strcmp(gvc_measure_name(p->job.picks.items[i].measure), "base") == 0)
            return 1;
    return 0;
}

static gvc_status add_steps(cli_panel *p, gvc_derived *list, int *n, const char *option,
                            gvc_derived_kind kind, const char *const *steps)
{
    for (; steps && *steps; steps++) {
        char *end;
        const long by = strtol(*steps, &end, 10);

        if (*end || by < 1 || by > 200)
            return cli_refuse(p->job.app, GVC_EUSAGE,
                              "--%s: \"%s\" is not a number of years, such as 1 or 1,2", option,
                              *steps);
        list[(*n)++] = (gvc_derived){ kind, (int)by, NULL, asks_for_base(p) };
    }
    return GVC_OK;
}

gvc_status cli_panel_add_columns(cli_panel *p)
{
    const cli_panel_args *a = p->args;
    named all[N_NAMED];
    const int most = (a->lag ? cli_list_n(a->lag) : 0) + (a->diff ? cli_list_n(a->diff) : 0) + 6;
    gvc_derived *list = cli_alloc(p->job.app, (size_t)most * sizeof *list);
    int n = 0;
    gvc_status st = add_steps(p, list, &n, "lag", GVC_DERIVED_LAG, a->lag);

    if (st == GVC_OK)
        st = add_steps(p, list, &n, "diff", GVC_DERIVED_DIFFERENCE, a->diff);
    if (a->base)
        list[n++] = (gvc_derived){ GVC_DERIVED_BASE, a->base, NULL, asks_for_base(p) };
    list_named(a, all);
    for (int i = 0; i < N_NAMED; i++)
        if (all[i].names)
            list[n++] = (gvc_derived){ all[i].kind, 0, no_all(all[i].names), asks_for_base(p) };
    if (st == GVC_OK)
        st = gvc_panel_derive(p->job.app->ctx, p->frame, list, n);
    if (st == GVC_OK && a->flags && !a->layout)
        st = gvc_panel_add_flags(p->job.app->ctx, p->frame);
    return st;
}
