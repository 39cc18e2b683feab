#include "table/synth.h"

#include "base/decimal.h"
#include "table/builtin.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static double number(const gvc_builtin_record *r, const char *column)
{
    const char *cell = gvc_builtin__cell(r, column);
    double value = 0.0;

    gvc_decimal__read(cell, cell + strlen(cell), &value);
    return value;
}

/* The codes of the common sectors, in order. */
static void read_codes(gvc_builtin_record *r, char codes[SYNTH_PRODUCTS][4])
{
    int p = 0;

    for (gvc_builtin__open(r, "common18"); gvc_builtin__next(r); p++) {
        assert(p < SYNTH_PRODUCTS);
        snprintf(codes[p], sizeof codes[p], "%.3s", gvc_builtin__cell(r, "code"));
    }
}

static void read_products(gvc_synth *synth, gvc_builtin_record *r, char codes[][4])
{
    static const char *const uses[] = { "household", "government", "capital" };
    synth_product *p = synth->products;

    for (gvc_builtin__open(r, "demo_sectors"); gvc_builtin__next(r); p++) {
        assert(strcmp(gvc_builtin__cell(r, "code"), codes[p - synth->products]) == 0);
        p->final = number(r, "final");
        for (int c = 0; c < 3; c++)
            p->use[c] = number(r, uses[c]);
        p->home = number(r, "home");
        p->distance = number(r, "distance");
        p->inputs = number(r, "inputs");
    }
    p = synth->products;
    for (gvc_builtin__open(r, "demo_inputs"); gvc_builtin__next(r); p++)
        for (int i = 0; i < SYNTH_PRODUCTS; i++)
            p->mix[i] = number(r, codes[i]) / 100.0;
}

static void read_kinds(gvc_synth *synth, gvc_builtin_record *r, char codes[][4])
{
    for (gvc_builtin__open(r, "demo_structures"); gvc_builtin__next(r); synth->n_kinds++) {
        synth_kind *kind = &synth->kinds[synth->n_kinds];

        assert(synth->n_kinds < SYNTH_KINDS);
        snprintf(kind->name, sizeof kind->name, "%.15s", gvc_builtin__cell(r, "kind"));
        kind->inputs = number(r, "inputs");
        for (int i = 0; i < SYNTH_PRODUCTS; i++)
            kind->weight[i] = number(r, codes[i]);
    }
}

static int kind_named(const gvc_synth *synth, const char *name)
{
    for (int i = 0; i < synth->n_kinds; i++)
        if (strcmp(synth->kinds[i].name, name) == 0)
            return i;
    assert(!"no such kind of economy");
    return 0;
}

static void read_gdp(const gvc_builtin_record *r, double *gdp)
{
    static const char *const columns[] = { "gdp_2000", "gdp_2005", "gdp_2010", "gdp_2015",
                                           "gdp_2020" };

    for (int i = 0; i < SYNTH_MILESTONES; i++)
        gdp[i] = number(r, columns[i]);
}

static void read_economy(const gvc_synth *synth, const gvc_builtin_record *r,
                         synth_economy *economy)
{
    snprintf(economy->iso3, sizeof economy->iso3, "%.3s", gvc_builtin__cell(r, "iso3"));
    economy->kind = kind_named(synth, gvc_builtin__cell(r, "kind"));
    economy->latitude = number(r, "lat");
    economy->longitude = number(r, "lon");
    economy->balance = number(r, "balance") / 100.0;
    economy->trade[0] = number(r, "trade_2000") / 100.0;
    economy->trade[1] = number(r, "trade_2008") / 100.0;
    economy->trade[2] = number(r, "trade_2020") / 100.0;
    read_gdp(r, economy->gdp);
    economy->is_real = economy->gdp[0] > 0.0;
}

/* An economy nobody has heard of, under a code that ISO 3166 leaves to its users: XAA, XAB ... */
static void make_up(const gvc_synth *synth, gvc_int c, gvc_int *code, synth_economy *economy)
{
    const double u = gvc_synth__uniform(synth, SYNTH_PLACE, c, 2);

    do {
        const gvc_int k = (*code)++;

        snprintf(economy->iso3, sizeof economy->iso3, "%c%c%c", k < 676 ? 'X' : 'Q',
                 (int)('A' + k % 676 / 26), (int)('A' + k % 26));
    } while (gvc_country_name(economy->iso3) ||
             (economy->iso3[0] == 'Q' && economy->iso3[1] < 'M'));
    economy->kind = (int)(u * synth->n_kinds);
    economy->latitude = 120.0 * gvc_synth__uniform(synth, SYNTH_PLACE, c, 0) - 50.0;
    economy->longitude = 360.0 * gvc_synth__uniform(synth, SYNTH_PLACE, c, 1) - 180.0;
    for (int i = 0; i < 3; i++)
        economy->trade[i] = 0.25 + 0.3 * gvc_synth__uniform(synth, SYNTH_PLACE, c, 3);
    economy->rest = 1.0 / (double)(*code + 2);
}

static void share_the_rest(gvc_synth *synth)
{
    synth_economy *last = &synth->economies[synth->G - 1];
    double made_up = 0.0;

    for (gvc_int c = 0; c < synth->G - 1; c++)
        made_up += synth->economies[c].rest;
    last->rest = last->is_real ? 0.0 : made_up > 0.0 ? 0.4 : 1.0;
    for (gvc_int c = 0; c < synth->G - 1 && made_up > 0.0; c++)
        synth->economies[c].rest *= 0.6 / made_up;
}

void gvc_synth__read(gvc_synth *synth)
{
    gvc_builtin_record r;
    char codes[SYNTH_PRODUCTS][4];
    gvc_int c = 0, code = 0;
    const gvc_int named = synth->G > 1 ? synth->G - 1 : 1;

    read_codes(&r, codes);
    read_products(synth, &r, codes);
    read_kinds(synth, &r, codes);
    for (gvc_builtin__open(&r, "demo_economies"); gvc_builtin__next(&r);) {
        const char *iso3 = gvc_builtin__cell(&r, "iso3");

        if (strcmp(iso3, "WLD") == 0)
            read_gdp(&r, synth->world);
        else if (strcmp(iso3, "ROW") == 0)
            read_economy(synth, &r, &synth->economies[synth->G - 1]);
        else if (c < named && (!synth->opts.demo || number(&r, "demo") > 0.0))
            read_economy(synth, &r, &synth->economies[c++]);
    }
    for (; c < named; c++)
        make_up(synth, c, &code, &synth->economies[c]);
    share_the_rest(synth);
}
