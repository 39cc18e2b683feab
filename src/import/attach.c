#include <gvc/input.h>

#include "base/mem.h"
#include "base/text.h"
#include "import/inputs.h"
#include "import/names.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file of inputs on its way into a store. */
typedef struct attach {
    const char *path, *to;
    int replace; /* what is there already may be replaced: --force, or another store is written */
    gvc_csv *csv;
    gvc_store *store;
    gvc_edition *added;           /* sets, inventory category and history: what is put in */
    gvc_store_year_change *years; /* all years of the store */
    gvc_int n;
    gvc_buf report;
} attach;

/* What a table had before; a table with new inputs takes over what the file leaves alone. */
typedef struct before {
    gvc_labels *satellites;
    double *satellite;
    gvc_view tau_int, tau_fin;
} before;

static const char *cell(const attach *a, gvc_int row, const char *column)
{
    return gvc_csv__cell(a->csv, row, gvc_csv__find(a->csv, column));
}

/* ---- the file ---- */

static int has_year(const attach *a, int year)
{
    for (gvc_int i = 0; i < a->n; i++)
        if (gvc_store__year(a->store, i) == year)
            return 1;
    return 0;
}

static int is_of_edition(const char *kind)
{
    return strcmp(kind, "digital") == 0 || strcmp(kind, "manufacturing") == 0 ||
           strcmp(kind, "inventory_category") == 0;
}

/* A year must be one of the store's; what belongs to all years has none. */
static gvc_status check_years(gvc_ctx *ctx, const attach *a)
{
    for (gvc_int row = 0; row < gvc_csv__rows(a->csv); row++) {
        const char *year = cell(a, row, "year"), *kind = cell(a, row, "kind");
        char place[64];

        if (!*year)
            continue;
        snprintf(place, sizeof place, "line %lld, column year",
                 (long long)gvc_csv__line(a->csv, row));
        if (is_of_edition(kind))
            return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(a->csv), place,
                                 "\"%s\" found, but %s holds for every year; leave the cell empty",
                                 year, kind);
        if (!has_year(a, atoi(year)))
            return gvc_error__at(ctx, GVC_ELABEL, gvc_csv__path(a->csv), place,
                                 "\"%s\" is no year of %s, whose tables are of %d to %d", year,
                                 a->path, gvc_store__year(a->store, 0),
                                 gvc_store__year(a->store, a->n - 1));
    }
    return GVC_OK;
}

static gvc_status open_both(gvc_ctx *ctx, attach *a, const char *inputs)
{
    gvc_status st = gvc_store__open(ctx, &a->store, a->path);

    if (st == GVC_OK)
        st = gvc_csv__read(ctx, &a->csv, inputs);
    if (st == GVC_OK)
        st = gvc_inputs__check(ctx, a->csv, 1);
    if (st != GVC_OK)
        return st;
    if (gvc_csv__rows(a->csv) == 0)
        return gvc_error__at(ctx, GVC_EDATA, inputs, NULL, "there is nothing to attach");
    a->n = gvc_store__n_years(a->store);
    if (a->n == 0)
        return gvc_error__at(ctx, GVC_EDATA, a->path, NULL, "the store has no year");
    a->years = gvc_mem__calloc(ctx, a->n, sizeof *a->years);
    return a->years ? check_years(ctx, a) : GVC_ENOMEM;
}

static gvc_status refuse_replacing(gvc_ctx *ctx, const attach *a, const char *kind)
{
    return gvc_error__at(ctx, GVC_EUSAGE, a->path, NULL,
                         "%s is there already; add --force to replace it", kind);
}

/* ---- what belongs to all years ---- */

static gvc_status take_edition(gvc_ctx *ctx, attach *a)
{
    const gvc_edition *old = gvc_store__edition(a->store);
    const char *was = gvc_attrs__get(old->attrs, "inventory_category"), *is;
    gvc_status st = gvc_edition__new(ctx, &a->added);

    if (st != GVC_OK)
        return st;
    a->added->countries = gvc_labels__share(old->countries);
    a->added->sectors = gvc_labels__share(old->sectors);
    a->added->categories = gvc_labels__share(old->categories);
    st = gvc_inputs__edition(ctx, a->added, a->csv);
    for (gvc_int i = 0; st == GVC_OK && i < a->added->n_sets; i++) {
        const char *name = a->added->sets[i].name;

        if (gvc_edition_set(old, name) && !a->replace)
            st = refuse_replacing(ctx, a, name);
        gvc_buf__printf(ctx, &a->report, "%s%s", a->report.len ? ", " : "", name);
    }
    is = gvc_attrs__get(a->added->attrs, "inventory_category");
    if (st == GVC_OK && is && was && strcmp(is, was) != 0 && !a->replace)
        st = refuse_replacing(ctx, a, "inventory_category");
    if (is)
        gvc_buf__printf(ctx, &a->report, "%sinventory_category %s", a->report.len ? ", " : "", is);
    return st;
}

/* ---- satellites of one year ---- */

static void free_before(before *old)
{
    gvc_labels__free(old->satellites);
    gvc_mem__free(old->satellite);
    gvc_mem__free(old->tau_int.a);
    gvc_mem__free(old->tau_fin.a);
}

/* The satellites of before, with those of the file put in their place or behind them. */
static gvc_status merge_satellites(gvc_ctx *ctx, gvc_table *table, const before *old)
{
    const gvc_labels *fresh = table->satellites;
    double *values = table->satellite;
    const gvc_int S = gvc_labels_n(old->satellites), R = gvc_labels_n(fresh);
    const size_t bytes = (size_t)table->n * sizeof *values;
    const char **codes = gvc_mem__alloc(ctx, 2 * (S + R), sizeof *codes), **units = codes + S + R;
    gvc_int n = S;
    gvc_status st = codes ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; codes && i < S; i++) {
        codes[i] = gvc_labels_code(old->satellites, i);
        units[i] = gvc_labels_name(old->satellites, i);
    }
    for (gvc_int i = 0; codes && i < R; i++)
        if (gvc_labels_find(old->satellites, gvc_labels_code(fresh, i)) < 0) {
            codes[n] = gvc_labels_code(fresh, i);
            units[n++] = gvc_labels_name(fresh, i);
        }
    if (st == GVC_OK)
        st = gvc_table__add_satellites(ctx, table, n, codes, units);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        const gvc_int at = gvc_labels_find(fresh, codes[i]);

        memcpy(table->satellite + i * table->n,
               at < 0 ? old->satellite + i * table->n : values + at * table->n, bytes);
    }
    if (table->satellites != fresh)
        gvc_labels__free((gvc_labels *)fresh);
    if (table->satellite != values)
        gvc_mem__free(values);
    gvc_mem__free(codes);
    return st;
}

static gvc_status take_satellites(gvc_ctx *ctx, attach *a, gvc_store_year_change *year, before *old)
{
    gvc_table *table = year->table;
    const gvc_int R = table->satellites ? gvc_labels_n(table->satellites) : 0;

    for (gvc_int i = 0; i < R && old->satellites && !a->replace; i++)
        if (gvc_labels_find(old->satellites, gvc_labels_code(table->satellites, i)) >= 0)
            return refuse_replacing(ctx, a, gvc_labels_code(table->satellites, i));
    year->satellites = R > 0;
    if (R > 0 && old->satellites)
        return merge_satellites(ctx, table, old);
    if (R == 0) {
        table->satellites = old->satellites;
        table->satellite = old->satellite;
        old->satellites = NULL;
        old->satellite = NULL;
    }
    return GVC_OK;
}

/* ---- trade costs of one year ---- */

static int names_kind(const attach *a, const char *kind, int year)
{
    for (gvc_int row = 0; row < gvc_csv__rows(a->csv); row++) {
        const char *of = cell(a, row, "year"), *here = cell(a, row, "kind");

        if ((!*of || atoi(of) == year) && (strcmp(here, kind) == 0 || strcmp(here, "tau") == 0))
            return 1;
    }
    return 0;
}

/* A store may have one of the two arrays; what it has not costs nothing. */
static int costs_something(gvc_view tau)
{
    for (gvc_int j = 0; j < tau.cols; j++)
        for (gvc_int i = 0; i < tau.rows; i++)
            if (tau.a[i + j * tau.ld] != 0)
                return 1;
    return 0;
}

static gvc_status take_cost(gvc_ctx *ctx, const attach *a, const char *kind, int is_new,
                            gvc_view *now, gvc_view *old)
{
    const gvc_view fresh = *now;

    if (is_new && !a->replace && old->a && costs_something(*old))
        return refuse_replacing(ctx, a, kind);
    if (!is_new && old->a) {
        *now = *old;
        *old = fresh;
    }
    return GVC_OK;
}

static gvc_status take_costs(gvc_ctx *ctx, attach *a, gvc_store_year_change *year, before *old)
{
    gvc_table *table = year->table;
    gvc_status st;

    year->tau_int = names_kind(a, "tau_int", table->year);
    year->tau_fin = names_kind(a, "tau_fin", table->year);
    st = take_cost(ctx, a, "tau_int", year->tau_int, &table->tau_int, &old->tau_int);
    if (st == GVC_OK)
        st = take_cost(ctx, a, "tau_fin", year->tau_fin, &table->tau_fin, &old->tau_fin);
    return st;
}

/* ---- years ---- */

/* Read what year i has, and put the rows of the file in. The flows are not kept. */
static gvc_status take_year(gvc_ctx *ctx, attach *a, gvc_int i)
{
    gvc_store_year_change *year = &a->years[i];
    gvc_status st = gvc_store__table(ctx, &year->table, a->store, i);
    gvc_table *table = year->table;
    before old;

    if (st != GVC_OK)
        return st;
    gvc_table__drop_Zt(table);
    gvc_mem__free(table->FD.a);
    table->FD.a = NULL;
    old = (before){ table->satellites, table->satellite, table->tau_int, table->tau_fin };
    table->satellites = NULL;
    table->satellite = NULL;
    table->tau_int = table->tau_fin = (gvc_view){ 0 };
    st = gvc_inputs__table(ctx, table, a->csv);
    if (st == GVC_OK)
        st = take_satellites(ctx, a, year, &old);
    if (st == GVC_OK)
        st = take_costs(ctx, a, year, &old);
    free_before(&old);
    return st;
}

/* All years that have satellites have the same ones, in the same order. */
static gvc_status check_satellites(gvc_ctx *ctx, const attach *a)
{
    const gvc_table *most = NULL;

    for (gvc_int i = 0; i < a->n; i++) {
        const gvc_table *table = a->years[i].table;

        if (table->satellites &&
            (!most || gvc_labels_n(table->satellites) > gvc_labels_n(most->satellites)))
            most = table;
    }
    for (gvc_int i = 0; most && i < a->n; i++) {
        const gvc_table *table = a->years[i].table;

        for (gvc_int k = 0; table->satellites && k < gvc_labels_n(most->satellites); k++)
            if (gvc_labels_find(table->satellites, gvc_labels_code(most->satellites, k)) != k)
                return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(a->csv), NULL,
                                     "%s is given for %d but not for %d, and a year that has "
                                     "satellites has all of them in the order of %d; give it for "
                                     "that year too",
                                     gvc_labels_code(most->satellites, k), most->year, table->year,
                                     most->year);
    }
    return GVC_OK;
}

/* ---- what was done, in words ---- */

static void report_kind(gvc_ctx *ctx, attach *a, const char *kind, const unsigned char *given)
{
    gvc_int first = -1, last = -1, n = 0;

    for (gvc_int i = 0; i < a->n; i++) {
        if (!given[i])
            continue;
        first = first < 0 ? i : first;
        last = i;
        n++;
    }
    gvc_buf__printf(ctx, &a->report, "%s%s of ", a->report.len ? ", " : "", kind);
    if (n == 1)
        gvc_buf__printf(ctx, &a->report, "%d", gvc_store__year(a->store, first));
    else
        gvc_buf__printf(ctx, &a->report, "%d years from %d to %d", (int)n,
                        gvc_store__year(a->store, first), gvc_store__year(a->store, last));
}

/* The kinds that belong to years, in order of appearance. */
static gvc_status list_kinds(gvc_ctx *ctx, const attach *a, gvc_names *kinds)
{
    for (gvc_int row = 0; row < gvc_csv__rows(a->csv); row++) {
        const char *kind = cell(a, row, "kind");

        if (!is_of_edition(kind) && gvc_names__add(ctx, kinds, kind, (gvc_int)strlen(kind)) < 0)
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

/* Flags of kind k for each year begin at given[k n]. */
static void mark_years(const attach *a, const gvc_names *kinds, unsigned char *given)
{
    for (gvc_int row = 0; row < gvc_csv__rows(a->csv); row++) {
        const char *kind = cell(a, row, "kind"), *year = cell(a, row, "year");
        const gvc_int k = gvc_names__find(kinds, kind, (gvc_int)strlen(kind));

        for (gvc_int i = 0; k >= 0 && i < a->n; i++)
            if (!*year || atoi(year) == gvc_store__year(a->store, i))
                given[k * a->n + i] = 1;
    }
}

static gvc_status report_kinds(gvc_ctx *ctx, attach *a)
{
    gvc_names *kinds = gvc_names__new(ctx);
    unsigned char *given = NULL;
    gvc_status st = kinds ? list_kinds(ctx, a, kinds) : GVC_ENOMEM;

    if (st == GVC_OK) {
        given = gvc_mem__calloc(ctx, gvc_names__n(kinds) * a->n, sizeof *given);
        st = given ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        mark_years(a, kinds, given);
    for (gvc_int k = 0; st == GVC_OK && k < gvc_names__n(kinds); k++)
        report_kind(ctx, a, gvc_names__get(kinds, k), given + k * a->n);
    gvc_mem__free(given);
    gvc_names__free(kinds);
    return st;
}

/* The history tells where the inputs came from. */
static gvc_status note_history(gvc_ctx *ctx, attach *a)
{
    const char *was = gvc_attrs__get(gvc_store__edition(a->store)->attrs, "history");
    const char *name = strrchr(gvc_csv__path(a->csv), '/');

    if (a->report.failed)
        return GVC_ENOMEM;
    return gvc_attrs__setf(ctx, a->added->attrs, "history", "%s%sattached %s: %s", was ? was : "",
                           was && *was ? "\n" : "", name ? name + 1 : gvc_csv__path(a->csv),
                           gvc_buf__text(&a->report));
}

static void clear(attach *a)
{
    for (gvc_int i = 0; a->years && i < a->n; i++)
        gvc_table_free(a->years[i].table);
    gvc_mem__free(a->years);
    gvc_edition__free(a->added);
    gvc_csv__free(a->csv);
    gvc_store__close(a->store);
    gvc_buf__free(&a->report);
}

gvc_status gvc_store_attach(gvc_ctx *ctx, char **report, const char *path, const char *inputs,
                            const gvc_attach_opts *opts)
{
    attach a = { .path = path,
                 .to = opts && opts->output ? opts->output : path,
                 .replace = opts && (opts->force || opts->output) };
    gvc_status st = open_both(ctx, &a, inputs);

    *report = NULL;
    if (st == GVC_OK)
        st = take_edition(ctx, &a);
    for (gvc_int i = 0; i < a.n && st == GVC_OK; i++) {
        st = gvc_progress__step(ctx, "attaching", (double)i / (double)a.n);
        if (st == GVC_OK)
            st = take_year(ctx, &a, i);
    }
    if (st == GVC_OK)
        st = check_satellites(ctx, &a);
    if (st == GVC_OK)
        st = report_kinds(ctx, &a);
    if (st == GVC_OK)
        st = note_history(ctx, &a);
    if (st == GVC_OK && !(opts && opts->only_check))
        st = gvc_store__change(ctx, a.path, a.to, opts && opts->force, a.added, a.years, a.n);
    if (st == GVC_OK) {
        *report = a.report.data;
        a.report = (gvc_buf){ 0 };
    }
    clear(&a);
    return st;
}
