#include "cli/pick.h"

#include <string.h>

int cli_takes_level(const char *const *levels, const char *level)
{
    return levels ? cli_list_has(levels, level) : !gvc_level_is_on_request(level);
}

/* Add the levels of measures of `kind`, each once. */
static void add_levels(cli_app *app, cli_list *names, gvc_frame_kind kind)
{
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (!cli_is_kind(m, kind))
            continue;
        for (const char *const *l = cli_split(app, gvc_measure_levels(m), ','); *l; l++)
            if (!names->n || !cli_list_has(names->items, *l))
                cli_list_add(app, names, *l);
    }
}

const char *const *cli_levels(cli_app *app, const char *const *levels)
{
    cli_list every = { 0 }, wanted = { 0 };
    int is_more = 0;

    if (!levels || !cli_list_has(levels, "all"))
        return levels;
    add_levels(app, &every, GVC_FRAME_INDICES);
    for (int i = 0; i < every.n; i++) {
        const int is_apart = gvc_level_is_on_request(every.items[i]);

        if (!is_apart || cli_list_has(levels, every.items[i]))
            cli_list_add(app, &wanted, every.items[i]);
        is_more |= is_apart && cli_list_has(levels, every.items[i]);
    }
    return is_more ? (const char *const *)wanted.items : NULL;
}

const char *cli_level_by(const char *level)
{
    static const struct {
        const char *suffix, *by;
    } ways[] = { { "_origin", "origin" },
                 { "_origin_sector", "origin" },
                 { "_destination", "destination" },
                 { "_destination_sector", "destination" },
                 { "_od", "od" } };
    const size_t n = strlen(level);

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const size_t m = strlen(ways[i].suffix);

        if (n > m && strcmp(level + n - m, ways[i].suffix) == 0)
            return ways[i].by;
    }
    return "";
}

static int is_by(const char *level, const char *const *by)
{
    const char *way = cli_level_by(level);

    return by ? *way && (cli_list_has(by, "all") || cli_list_has(by, way)) : 1;
}

int cli_has_by(cli_app *app, const gvc_measure *m, const char *const *by)
{
    for (const char *const *l = cli_split(app, gvc_measure_levels(m), ','); *l; l++)
        if (is_by(*l, by))
            return 1;
    return 0;
}

/* All levels of decompositions, each once. */
static const char *const *known_levels(cli_app *app)
{
    cli_list names = { 0 };

    add_levels(app, &names, GVC_FRAME_EXPORTS);
    return names.items;
}

static gvc_status refuse_level(cli_app *app, const char *name)
{
    const char *const *known = known_levels(app);

    return cli_refuse(app, GVC_EUSAGE, "--level: unknown value \"%s\"%s", name,
                      cli_nearest(name, known)
                          ? cli_hint(app, name, known)
                          : cli_format(app, "; there are %s, all", cli_join(app, known, ", ")));
}

/* Each level that is named, and where it tells neither origin nor destination, its forms that do so
 * in the ways of `by`. */
static gvc_status spell_levels(cli_app *app, cli_list *out, const char *const *levels,
                               const char *const *by)
{
    static const char *const ways[] = { "origin", "destination", "od", NULL };
    const char *const *known = known_levels(app);

    for (; *levels; levels++) {
        if (!cli_list_has(known, *levels))
            return refuse_level(app, *levels);
        if (!by || *cli_level_by(*levels)) {
            cli_list_add(app, out, *levels);
            continue;
        }
        for (const char *const *way = cli_list_has(by, "all") ? ways : by; *way; way++) {
            const char *level = cli_format(app, "%s_%s", *levels, *way);

            if (cli_list_has(known, level))
                cli_list_add(app, out, level);
            else if (!cli_list_has(by, "all"))
                return refuse_level(app, level);
        }
    }
    return GVC_OK;
}

static int all_have(const cli_picks *picks, const char *level)
{
    for (int i = 0; i < picks->n; i++)
        if (!cli_csv_has(gvc_measure_levels(picks->items[i].measure), level))
            return 0;
    return 1;
}

/* The coarsest level that all measures have, or else each one's own. */
static void coarsest_levels(cli_app *app, cli_list *out, const cli_picks *picks,
                            const char *const *by)
{
    for (int i = 0; i < picks->n; i++) {
        const char *const *l = cli_split(app, gvc_measure_levels(picks->items[i].measure), ',');

        for (int j = 0; i == 0 && l[j]; j++)
            if (is_by(l[j], by) && all_have(picks, l[j])) {
                cli_list_add(app, out, l[j]);
                return;
            }
        while (*l && !is_by(*l, by))
            l++;
        if (*l && (!out->n || !cli_list_has(out->items, *l)))
            cli_list_add(app, out, *l);
        if (picks->is_all && out->n)
            return;
    }
}

/* The same for each way of `by`. */
static void coarsest_by(cli_app *app, cli_list *out, const cli_picks *picks, const char *const *by)
{
    static const char *const ways[] = { "origin", "destination", "od", NULL };

    if (!by)
        coarsest_levels(app, out, picks, NULL);
    for (const char *const *way = by && cli_list_has(by, "all") ? ways : by; way && *way; way++) {
        const char *const one[] = { *way, NULL };
        cli_list levels = { 0 };

        coarsest_levels(app, &levels, picks, one);
        for (int l = 0; l < levels.n; l++)
            cli_list_add(app, out, levels.items[l]);
    }
}

gvc_status cli_choose_levels(cli_app *app, const char *const **out, const cli_picks *picks,
                             const char *const *levels, const char *const *by)
{
    cli_list names = { 0 };
    gvc_status st = GVC_OK;

    *out = NULL;
    if (levels && cli_list_has(levels, "all") && !by)
        return GVC_OK;
    if (!levels)
        coarsest_by(app, &names, picks, by);
    else if (!cli_list_has(levels, "all"))
        st = spell_levels(app, &names, levels, by);
    else
        for (const char *const *l = known_levels(app); *l; l++)
            if (is_by(*l, by))
                cli_list_add(app, &names, *l);
    *out = (const char *const *)names.items;
    return st;
}

static const char *having(cli_app *app, gvc_frame_kind kind, const char *level)
{
    cli_list names = { 0 };

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);

        if (cli_is_kind(m, kind) && cli_csv_has(gvc_measure_levels(m), level))
            cli_list_add(app, &names, gvc_measure_name(m));
    }
    return names.n ? cli_join(app, names.items, ", ") : "none";
}

const gvc_term *cli_find_term(const gvc_measure *m, const char *name)
{
    gvc_int t = 0;

    while (!gvc_term_covers(gvc_measure_term(m, t), name))
        t++;
    return gvc_measure_term(m, t);
}

/* Columns that were named must exist at some level of the run. */
static gvc_status check_columns(cli_app *app, const cli_pick *pick, const char *const *levels)
{
    for (int i = 0; !pick->is_whole && i < pick->terms.n; i++) {
        const gvc_term *term = cli_find_term(pick->measure, pick->terms.items[i]);
        int has = 0;

        for (int l = 0; levels[l]; l++)
            has |= cli_csv_has(gvc_term_levels(term), levels[l]);
        if (!has)
            return cli_refuse(app, GVC_EUSAGE, "%s exists at level %s only", pick->terms.items[i],
                              gvc_term_levels(term));
    }
    return GVC_OK;
}

gvc_status cli_check_levels(cli_app *app, cli_picks *picks, const char *const *levels, int skips)
{
    int kept = 0;

    for (int i = 0; i < picks->n; i++) {
        const gvc_measure *m = picks->items[i].measure;
        int has = !levels;

        for (int l = 0; levels && levels[l]; l++) {
            const int there = cli_csv_has(gvc_measure_levels(m), levels[l]);

            has |= there;
            if (!there && !picks->is_all && !skips)
                return cli_refuse(app, GVC_EUSAGE,
                                  "%s exists at level %s only; at %s there are: %s",
                                  gvc_measure_name(m), gvc_measure_levels(m), levels[l],
                                  having(app, gvc_measure_kind(m), levels[l]));
        }
        if (has && levels && !picks->is_all && !skips) {
            const gvc_status st = check_columns(app, &picks->items[i], levels);

            if (st != GVC_OK)
                return st;
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

/* Whether rows of the level have the key `sector`, or else a partner. */
static int has_key(const char *level, int sector)
{
    static const char *const of_sectors[] = { "sector", "bilateral_sector", "imports_sector",
                                              "world_sector", NULL };
    static const char *const of_partners[] = { "bilateral", "imports", "sector_pair", NULL };

    for (const char *const *name = sector ? of_sectors : of_partners; *name; name++)
        if (strncmp(level, *name, strlen(*name)) == 0)
            return 1;
    return 0;
}

void cli_tell_idle_filter(cli_app *app, const char *option, const char *const *list,
                          const char *const *levels, int sector)
{
    int has = !list || !levels;

    for (const char *const *l = levels; l && *l; l++)
        has |= has_key(*l, sector);
    if (!has)
        cli_say(app, 0, "--%s chooses nothing: rows of level %s are of all %s", option,
                cli_join(app, levels, ", "), sector ? "sectors" : "partners");
}
