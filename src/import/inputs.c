#include "import/inputs.h"
#include "import/names.h"
#include "import/numbers.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The keys of one row; -1 stands for all. */
typedef struct keys {
    gvc_int country, sector, partner;
} keys;

enum { KIND, COUNTRY, SECTOR, PARTNER, VALUE, YEAR };

enum {
    NAME = 22,        /* letters of a satellite */
    SATELLITES = 1000 /* each takes a row of the table, however short the file */
};

static const char header[] = "kind,country,sector,partner,value,year";

static const char *place_of(const gvc_csv *csv, gvc_int row, const char *column, char text[64])
{
    snprintf(text, 64, "line %lld, column %s", (long long)gvc_csv__line(csv, row), column);
    return text;
}

static int has_kind(const gvc_csv *csv, gvc_int row, const char *kind)
{
    return strcmp(gvc_csv__cell(csv, row, KIND), kind) == 0;
}

static int is_set(const gvc_csv *csv, gvc_int row)
{
    return has_kind(csv, row, "digital") || has_kind(csv, row, "manufacturing");
}

static int is_cost(const gvc_csv *csv, gvc_int row)
{
    return has_kind(csv, row, "tau_int") || has_kind(csv, row, "tau_fin") ||
           has_kind(csv, row, "tau");
}

static int is_satellite(const gvc_csv *csv, gvc_int row)
{
    return !is_set(csv, row) && !is_cost(csv, row) && !has_kind(csv, row, "inventory_category");
}

/* The name becomes part of a column's name: sat_x_dom_<name> in at most 32 letters. */
static int is_name(const char *text)
{
    size_t n = 0;

    while (isalnum((unsigned char)text[n]) || text[n] == '_')
        n++;
    return isalpha((unsigned char)text[0]) && !text[n] && n <= NAME;
}

static gvc_status check_kind(gvc_ctx *ctx, const gvc_csv *csv, gvc_int row)
{
    const char *kind = gvc_csv__cell(csv, row, KIND);
    char place[64];

    place_of(csv, row, "kind", place);
    if (!*kind)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place,
                             "empty, expected digital, manufacturing, inventory_category, tau, "
                             "tau_int, tau_fin or the name of a satellite");
    if (is_satellite(csv, row) && (!is_name(kind) || strcmp(kind, "fn_") == 0))
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place,
                             "\"%s\" cannot name a satellite; up to %d letters, digits and _ are "
                             "expected, a letter first",
                             kind, NAME);
    return GVC_OK;
}

gvc_status gvc_inputs__check(gvc_ctx *ctx, const gvc_csv *csv, int has_years)
{
    const gvc_int year = gvc_csv__find(csv, "year");
    gvc_status st = gvc_csv__expect(ctx, csv, header, YEAR);
    char place[64];
    int parsed;

    for (gvc_int row = 0; st == GVC_OK && row < gvc_csv__rows(csv); row++) {
        const char *text = gvc_csv__cell(csv, row, year);

        st = check_kind(ctx, csv, row);
        if (st == GVC_OK && *text && !has_years)
            st =
                gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place_of(csv, row, "year", place),
                              "\"%s\" found, but a folder has no year; leave the cell empty", text);
        if (st == GVC_OK)
            st = gvc_group__year(ctx, &parsed, text, gvc_csv__path(csv), gvc_csv__line(csv, row));
    }
    return st;
}

static gvc_status find_key(gvc_ctx *ctx, gvc_int *key, const gvc_csv *csv, gvc_int row,
                           gvc_int column, const gvc_edition *edition)
{
    static const char *const columns[] = { "kind", "country", "sector", "partner" };
    const char *code = gvc_csv__cell(csv, row, column), *near;
    const gvc_labels *labels = column == SECTOR ? edition->sectors : edition->countries;
    char place[64];

    *key = -1;
    if (!*code)
        return GVC_OK;
    *key =
        column == SECTOR ? gvc_labels_find(labels, code) : gvc_edition__find_country(edition, code);
    if (*key >= 0)
        return GVC_OK;
    near = gvc_labels__nearest(labels, code);
    return gvc_error__at(ctx, GVC_ELABEL, gvc_csv__path(csv),
                         place_of(csv, row, columns[column], place),
                         "\"%s\" is no %s of this table%s%s%s", code,
                         column == SECTOR ? "sector" : "country", near ? "; did you mean " : "",
                         near ? near : "", near ? "?" : "");
}

static gvc_status find_keys(gvc_ctx *ctx, keys *k, const gvc_csv *csv, gvc_int row,
                            const gvc_edition *edition)
{
    gvc_status st = find_key(ctx, &k->country, csv, row, COUNTRY, edition);

    if (st == GVC_OK)
        st = find_key(ctx, &k->sector, csv, row, SECTOR, edition);
    return st == GVC_OK ? find_key(ctx, &k->partner, csv, row, PARTNER, edition) : st;
}

/* A key that this kind of row cannot have. */
static gvc_status refuse_key(gvc_ctx *ctx, const gvc_csv *csv, gvc_int row, const char *column)
{
    char place[64];

    return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place_of(csv, row, column, place),
                         "\"%s\" found, but %s has no %s; leave the cell empty",
                         gvc_csv__cell(csv, row, gvc_csv__find(csv, column)),
                         gvc_csv__cell(csv, row, KIND), column);
}

static gvc_status read_value(gvc_ctx *ctx, double *value, const gvc_csv *csv, gvc_int row,
                             double least, double most)
{
    const char *text = gvc_csv__cell(csv, row, VALUE);
    char place[64];

    place_of(csv, row, "value", place);
    if (!gvc_numbers__parse(text, text + strlen(text), value))
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place,
                             "\"%s\" found, a finite number expected", text);
    if (*value < least || *value > most)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place,
                             "%s found for %s, a number from %g to %g expected", text,
                             gvc_csv__cell(csv, row, KIND), least, most);
    return GVC_OK;
}

static gvc_status read_weight(gvc_ctx *ctx, gvc_edition *edition, const gvc_csv *csv, gvc_int row)
{
    double *weight = gvc_edition__add_set(ctx, edition, gvc_csv__cell(csv, row, KIND));
    double value;
    keys k;
    gvc_status st = weight ? find_keys(ctx, &k, csv, row, edition) : GVC_ENOMEM;

    if (st == GVC_OK && k.country >= 0)
        st = refuse_key(ctx, csv, row, "country");
    if (st == GVC_OK && k.partner >= 0)
        st = refuse_key(ctx, csv, row, "partner");
    if (st == GVC_OK)
        st = read_value(ctx, &value, csv, row, 0.0, 1.0);
    for (gvc_int s = 0; st == GVC_OK && s < gvc_labels_n(edition->sectors); s++)
        if (k.sector < 0 || k.sector == s)
            weight[s] = value;
    return st;
}

static gvc_status read_inventory(gvc_ctx *ctx, gvc_edition *edition, const gvc_csv *csv,
                                 gvc_int row)
{
    const char *code = gvc_csv__cell(csv, row, VALUE), *near;
    const char *before = gvc_attrs__get(edition->attrs, "inventory_category");
    char place[64];

    place_of(csv, row, "value", place);
    if (before && strcmp(before, code) != 0)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place,
                             "\"%s\" found, but the inventory category is already \"%s\"", code,
                             before);
    if (gvc_labels_find(edition->categories, code) >= 0)
        return gvc_attrs__set(ctx, edition->attrs, "inventory_category", code);
    near = gvc_labels__nearest(edition->categories, code);
    return gvc_error__at(ctx, GVC_ELABEL, gvc_csv__path(csv), place,
                         "\"%s\" is no category of final demand of this table%s%s%s", code,
                         near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

gvc_status gvc_inputs__edition(gvc_ctx *ctx, gvc_edition *edition, const gvc_csv *csv)
{
    gvc_status st = GVC_OK;

    for (gvc_int row = 0; st == GVC_OK && row < gvc_csv__rows(csv); row++) {
        if (is_set(csv, row))
            st = read_weight(ctx, edition, csv, row);
        else if (has_kind(csv, row, "inventory_category"))
            st = read_inventory(ctx, edition, csv, row);
    }
    gvc_edition__settle_inventory(edition);
    return st;
}

static int holds(const gvc_csv *csv, gvc_int row, const gvc_table *table)
{
    const char *year = gvc_csv__cell(csv, row, gvc_csv__find(csv, "year"));

    return !*year || atoi(year) == table->year;
}

/* Set the cells of `keys` in columns from .. to of `view`; NaN marks what was not given yet. */
static gvc_status set_cells(gvc_ctx *ctx, const gvc_table *table, gvc_view view, keys k,
                            gvc_int column, double value, const gvc_csv *csv, gvc_int row)
{
    const gvc_int c0 = k.country < 0 ? 0 : k.country, c1 = k.country < 0 ? table->G : c0 + 1;
    const gvc_int s0 = k.sector < 0 ? 0 : k.sector, s1 = k.sector < 0 ? table->N : s0 + 1;

    for (gvc_int c = c0; c < c1; c++)
        for (gvc_int s = s0; s < s1; s++) {
            double *cell = view.a + c * table->N + s + column * view.ld;
            char place[64];

            if (!isnan(*cell))
                return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv),
                                     place_of(csv, row, "value", place),
                                     "%s of %s:%s is given a second time",
                                     gvc_csv__cell(csv, row, KIND),
                                     gvc_labels_code(table->edition->countries, c),
                                     gvc_labels_code(table->edition->sectors, s));
            *cell = value;
        }
    return GVC_OK;
}

/* A row of kind tau holds for inputs and final goods. */
static gvc_status set_cost(gvc_ctx *ctx, gvc_table *table, keys k, double value, const gvc_csv *csv,
                           gvc_int row)
{
    gvc_status st = GVC_OK;

    if (!has_kind(csv, row, "tau_fin"))
        st = set_cells(ctx, table, table->tau_int, k, k.partner, value, csv, row);
    if (st == GVC_OK && !has_kind(csv, row, "tau_int"))
        st = set_cells(ctx, table, table->tau_fin, k, k.partner, value, csv, row);
    return st;
}

static gvc_status read_cost(gvc_ctx *ctx, gvc_table *table, const gvc_csv *csv, gvc_int row)
{
    double value;
    keys k;
    gvc_status st = find_keys(ctx, &k, csv, row, table->edition);

    if (st == GVC_OK)
        st = read_value(ctx, &value, csv, row, -1.0, HUGE_VAL);
    if (st == GVC_OK && k.partner >= 0 && k.partner == k.country) {
        char place[64];

        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv),
                             place_of(csv, row, "partner", place),
                             "%s sells to itself here; trade costs stand between two countries",
                             gvc_csv__cell(csv, row, COUNTRY));
    }
    for (gvc_int c = 0; st == GVC_OK && c < table->G; c++)
        for (gvc_int r = 0; st == GVC_OK && r < table->G; r++)
            if (c != r && (k.country < 0 || k.country == c) && (k.partner < 0 || k.partner == r))
                st = set_cost(ctx, table, (keys){ c, k.sector, r }, value, csv, row);
    return st;
}

static void fill_view(gvc_view view, double value)
{
    for (gvc_int j = 0; j < view.cols; j++)
        for (gvc_int i = 0; i < view.rows; i++)
            view.a[i + j * view.ld] = value;
}

/* What no row gives costs nothing. */
static void clear_unset(gvc_view view)
{
    for (gvc_int j = 0; j < view.cols; j++)
        for (gvc_int i = 0; i < view.rows; i++)
            if (isnan(view.a[i + j * view.ld]))
                view.a[i + j * view.ld] = 0.0;
}

static gvc_status read_costs(gvc_ctx *ctx, gvc_table *table, const gvc_csv *csv)
{
    gvc_status st = GVC_OK;

    for (gvc_int row = 0; st == GVC_OK && row < gvc_csv__rows(csv); row++) {
        if (!is_cost(csv, row) || !holds(csv, row, table))
            continue;
        if (!table->tau_int.a) {
            st = gvc_table__add_tau(ctx, table);
            if (st != GVC_OK)
                return st;
            fill_view(table->tau_int, NAN);
            fill_view(table->tau_fin, NAN);
        }
        st = read_cost(ctx, table, csv, row);
    }
    if (table->tau_int.a) {
        clear_unset(table->tau_int);
        clear_unset(table->tau_fin);
    }
    return st;
}

/* Names of the satellites in order of appearance. */
static gvc_status list_satellites(gvc_ctx *ctx, gvc_names *names, const gvc_csv *csv,
                                  const gvc_table *table)
{
    char place[64];

    for (gvc_int row = 0; row < gvc_csv__rows(csv); row++) {
        const char *kind = gvc_csv__cell(csv, row, KIND);

        if (!is_satellite(csv, row) || !holds(csv, row, table))
            continue;
        if (gvc_names__add(ctx, names, kind, (gvc_int)strlen(kind)) < 0)
            return GVC_ENOMEM;
        if (gvc_names__n(names) > SATELLITES)
            return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv),
                                 place_of(csv, row, "kind", place),
                                 "\"%s\" is one satellite more than the %d that a table may have",
                                 kind, SATELLITES);
    }
    return GVC_OK;
}

static gvc_status refuse_missing(gvc_ctx *ctx, const gvc_table *table, const gvc_csv *csv)
{
    const gvc_int cells = table->n * gvc_labels_n(table->satellites);

    for (gvc_int i = 0; i < cells; i++)
        if (isnan(table->satellite[i])) {
            char industry[520];

            return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), NULL,
                                 "%s has no value for %s; a satellite needs one for every country "
                                 "and sector (0 where there is none)",
                                 gvc_labels_code(table->satellites, i / table->n),
                                 gvc_table__industry(table, i % table->n, industry,
                                                     sizeof industry));
        }
    return GVC_OK;
}

static gvc_status read_satellite(gvc_ctx *ctx, gvc_table *table, const gvc_csv *csv, gvc_int row)
{
    const gvc_view view = { table->satellite, table->n, gvc_labels_n(table->satellites), table->n };
    double value;
    keys k;
    gvc_status st = find_keys(ctx, &k, csv, row, table->edition);

    if (st == GVC_OK && k.partner >= 0)
        st = refuse_key(ctx, csv, row, "partner");
    if (st == GVC_OK)
        st = read_value(ctx, &value, csv, row, -HUGE_VAL, HUGE_VAL);
    if (st == GVC_OK)
        st = set_cells(ctx, table, view, k,
                       gvc_labels_find(table->satellites, gvc_csv__cell(csv, row, KIND)), value,
                       csv, row);
    return st;
}

static gvc_status read_satellites(gvc_ctx *ctx, gvc_table *table, const gvc_csv *csv)
{
    gvc_names *names = gvc_names__new(ctx);
    gvc_status st = names ? list_satellites(ctx, names, csv, table) : GVC_ENOMEM;
    const gvc_int n = st == GVC_OK ? gvc_names__n(names) : 0;

    if (st == GVC_OK && n > 0)
        st = gvc_table__add_satellites(ctx, table, n, gvc_names__all(names), NULL);
    if (st == GVC_OK && n > 0)
        fill_view((gvc_view){ table->satellite, table->n, n, table->n }, NAN);
    for (gvc_int row = 0; st == GVC_OK && row < gvc_csv__rows(csv); row++)
        if (is_satellite(csv, row) && holds(csv, row, table))
            st = read_satellite(ctx, table, csv, row);
    if (st == GVC_OK && n > 0)
        st = refuse_missing(ctx, table, csv);
    gvc_names__free(names);
    return st;
}

gvc_status gvc_inputs__table(gvc_ctx *ctx, gvc_table *table, const gvc_csv *csv)
{
    gvc_status st = read_costs(ctx, table, csv);

    return st == GVC_OK ? read_satellites(ctx, table, csv) : st;
}
