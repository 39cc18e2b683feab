#include "table/synth.h"

#include "base/mem.h"
#include "base/text.h"
#include "table/builtin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_COUNTRIES = 1000, MAX_INDUSTRIES = 100000, CODE = 16 };

/* ---- random numbers ---- */

static uint64_t scramble(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t bits(const gvc_synth *synth, unsigned stream, gvc_int i, gvc_int j)
{
    const uint64_t start = scramble(((uint64_t)synth->opts.seed << 32) | stream);

    return scramble(scramble(start ^ (uint64_t)i) ^ (uint64_t)j);
}

double gvc_synth__uniform(const gvc_synth *synth, synth_stream stream, gvc_int i, gvc_int j)
{
    return ((double)(bits(synth, stream, i, j) >> 12) + 0.5) * 0x1p-52;
}

/* The sum of four uniform numbers, of variance 1/3. */
static double normal_of(uint64_t b)
{
    const double sum =
        (double)((b & 0xffff) + (b >> 16 & 0xffff) + (b >> 32 & 0xffff) + (b >> 48)) + 2.0;

    return (sum * 0x1p-16 - 2.0) * sqrt(3.0);
}

double gvc_synth__normal(const gvc_synth *synth, synth_stream stream, gvc_int i, gvc_int j)
{
    return normal_of(bits(synth, stream, i, j));
}

double gvc_synth__drift(const synth_year *y, synth_stream stream, gvc_int i, gvc_int j)
{
    const double angle = 0.03 * (y->year - y->synth->opts.first_year);
    const uint64_t b = bits(y->synth, stream, i, j);

    return cos(angle) * normal_of(b) + sin(angle) * normal_of(scramble(b));
}

/* ---- labels ---- */

static gvc_status label_countries(gvc_ctx *ctx, gvc_synth *synth)
{
    gvc_edition *edition = synth->edition;
    const gvc_int G = synth->G;
    const char **codes = gvc_mem__calloc(ctx, 2 * G, sizeof *codes), **names = codes + G;
    gvc_status st = GVC_ENOMEM;

    edition->native = gvc_mem__calloc(ctx, G, sizeof *edition->native);
    if (codes && edition->native) {
        for (gvc_int c = 0; c < G; c++) {
            codes[c] = synth->economies[c].iso3;
            names[c] = gvc_country_name(codes[c]);
        }
        st = gvc_labels__new(ctx, &edition->countries, G, codes, names);
        for (gvc_int c = 0; c < G && st == GVC_OK; c++)
            edition->native[c] = gvc_labels_code(edition->countries, c);
    }
    gvc_mem__free(codes);
    return st;
}

static gvc_status label_common_sectors(gvc_ctx *ctx, gvc_synth *synth)
{
    gvc_edition *edition = synth->edition;
    const char *codes[SYNTH_PRODUCTS], *names[SYNTH_PRODUCTS];
    gvc_builtin_record r;
    double *digital, *manufacturing;

    gvc_builtin__open(&r, "common18");
    for (int k = 0; gvc_builtin__next(&r); k++) {
        codes[k] = gvc_arena__strdup(ctx, edition->arena, gvc_builtin__cell(&r, "code"));
        names[k] = gvc_arena__strdup(ctx, edition->arena, gvc_builtin__cell(&r, "name"));
        if (!codes[k] || !names[k])
            return GVC_ENOMEM;
    }
    if (gvc_labels__new(ctx, &edition->sectors, SYNTH_PRODUCTS, codes, names) != GVC_OK)
        return GVC_ENOMEM;
    digital = gvc_edition__add_set(ctx, edition, "digital");
    if (!digital)
        return GVC_ENOMEM;
    digital[gvc_labels_find(edition->sectors, "ELM")] = 1.0;
    digital[gvc_labels_find(edition->sectors, "PTC")] = 1.0;
    manufacturing = gvc_edition__add_set(ctx, edition, "manufacturing");
    if (!manufacturing)
        return GVC_ENOMEM;
    for (gvc_int k = gvc_labels_find(edition->sectors, "FOD");
         k <= gvc_labels_find(edition->sectors, "OMF"); k++)
        manufacturing[k] = 1.0;
    return GVC_OK;
}

static gvc_status label_sectors(gvc_ctx *ctx, gvc_synth *synth)
{
    const gvc_int N = synth->N;
    const int digits = N < 100 ? 2 : N < 1000 ? 3 : 6;
    const char **codes = gvc_mem__calloc(ctx, N, sizeof *codes);
    char *text = gvc_mem__calloc(ctx, N, CODE);
    gvc_status st = GVC_ENOMEM;

    if (codes && text) {
        for (gvc_int k = 0; k < N; k++) {
            codes[k] = text + k * CODE;
            snprintf(text + k * CODE, CODE, "S%0*d", digits, (int)(k + 1) % 1000000);
        }
        st = gvc_labels__new(ctx, &synth->edition->sectors, N, codes, NULL);
    }
    gvc_mem__free(codes);
    gvc_mem__free(text);
    return st;
}

static gvc_status label_categories(gvc_ctx *ctx, gvc_edition *edition)
{
    static const char *const codes[] = { "HFCE", "GGFC", "GFCF", "INVNT" };
    static const char *const names[] = { "Final consumption of households",
                                         "Final consumption of government",
                                         "Gross fixed capital formation",
                                         "Changes in inventories" };

    return gvc_labels__new(ctx, &edition->categories, SYNTH_CATEGORIES, codes, names);
}

static gvc_status describe(gvc_ctx *ctx, gvc_synth *synth)
{
    static const char *const facts[][2] = {
        { "source", "SYNTHETIC" },
        { "unit", "million USD" },
        { "currency", "USD" },
        { "multiplier", "1e6" },
        { "price_basis", "current" },
        { "valuation", "basic" },
        { "inventory_category", "INVNT" },
        { "licence", "none needed: invented numbers" },
    };
    gvc_attrs *attrs = synth->edition->attrs;
    const char *maker = synth->opts.demo ? "gvc demo" : "gvc synth";
    gvc_status st = GVC_OK;

    for (size_t i = 0; i < sizeof facts / sizeof *facts && st == GVC_OK; i++)
        st = gvc_attrs__set(ctx, attrs, facts[i][0], facts[i][1]);
    if (st == GVC_OK && synth->opts.demo)
        st = gvc_attrs__set(ctx, attrs, "sector_scheme", "common18");
    if (st == GVC_OK)
        st = gvc_attrs__setf(ctx, attrs, "release", "%s, %lld economies, %lld sectors", maker,
                             (long long)synth->G, (long long)synth->N);
    if (st == GVC_OK)
        st = gvc_attrs__setf(ctx, attrs, "synthetic",
                             "yes: made by %s, seed %u; not statistics of any economy", maker,
                             synth->opts.seed);
    return st;
}

static gvc_status make_edition(gvc_ctx *ctx, gvc_synth *synth)
{
    gvc_status st = gvc_edition__new(ctx, &synth->edition);

    if (st == GVC_OK)
        st = label_countries(ctx, synth);
    if (st == GVC_OK)
        st = label_categories(ctx, synth->edition);
    if (st == GVC_OK)
        st = synth->opts.demo ? label_common_sectors(ctx, synth) : label_sectors(ctx, synth);
    if (st == GVC_OK)
        st = describe(ctx, synth);
    if (st == GVC_OK)
        gvc_edition__settle_inventory(synth->edition);
    return st;
}

/* ---- the public functions ---- */

static gvc_int count_demo_economies(void)
{
    gvc_builtin_record r;
    gvc_int n = 0;

    for (gvc_builtin__open(&r, "demo_economies"); gvc_builtin__next(&r);)
        n += strcmp(gvc_builtin__cell(&r, "demo"), "1") == 0;
    return n;
}

static gvc_status settle_size(gvc_ctx *ctx, gvc_synth *synth)
{
    const gvc_synth_opts *opts = &synth->opts;

    synth->G = opts->demo ? count_demo_economies() : opts->countries ? opts->countries : 10;
    synth->N = opts->demo ? SYNTH_PRODUCTS : opts->sectors ? opts->sectors : 10;
    if (synth->G < 1 || synth->G > MAX_COUNTRIES)
        return gvc_error__set(ctx, GVC_EUSAGE, "countries: %lld asked for, 1 to %d can be made up",
                              (long long)synth->G, MAX_COUNTRIES);
    if (synth->N < 1 || synth->N > MAX_INDUSTRIES / synth->G)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "sectors: %lld asked for, 1 to %lld are possible with %lld countries",
                              (long long)synth->N, (long long)(MAX_INDUSTRIES / synth->G),
                              (long long)synth->G);
    return GVC_OK;
}

gvc_status gvc_synth_new(gvc_ctx *ctx, gvc_synth **out, const gvc_synth_opts *opts)
{
    gvc_synth *synth = gvc_mem__calloc(ctx, 1, sizeof *synth);
    gvc_status st;

    *out = NULL;
    if (!synth)
        return GVC_ENOMEM;
    synth->opts = *opts;
    if (synth->opts.first_year == 0)
        synth->opts.first_year = 2000;
    st = settle_size(ctx, synth);
    if (st == GVC_OK) {
        synth->economies = gvc_mem__calloc(ctx, synth->G, sizeof *synth->economies);
        synth->product = gvc_mem__calloc(ctx, synth->N, sizeof *synth->product);
        st = synth->economies && synth->product ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        gvc_synth__read(synth);
        for (gvc_int k = 0; k < synth->N; k++) {
            synth->product[k] = (2 * k + 1) * SYNTH_PRODUCTS / (2 * synth->N);
            synth->crowd[synth->product[k]]++;
        }
        st = make_edition(ctx, synth);
    }
    if (st != GVC_OK) {
        gvc_synth_free(synth);
        return st;
    }
    *out = synth;
    return GVC_OK;
}

const gvc_edition *gvc_synth_edition(const gvc_synth *synth)
{
    return synth->edition;
}

/* One block of memory for all that is not in the table; NULL on failure. */
static double *spread(gvc_ctx *ctx, synth_year *y)
{
    const gvc_int G = y->G, N = y->N, n = y->n;
    double *all = gvc_mem__calloc(ctx, 5 * G + 5 * n + 4 * N * G + (N + G) * n, sizeof *all);
    double *next = all;

    if (!all)
        return NULL;
    y->gdp = next;
    y->trade = next += G;
    y->spending = next += G;
    y->home = next += G;
    y->slot = next += G;
    y->inputs = next += G;
    y->x = next += n;
    y->share = next += n;
    y->scale = next += n;
    y->sold = next += n;
    y->final = next += n;
    y->bought = next += N * G;
    y->price[0] = next += N * G;
    y->price[1] = next += N * G;
    y->tech = next += N * G;
    y->to_industry = (gvc_view){ next += N * n, n, G, n };
    return all;
}

gvc_status gvc_synth_table(gvc_ctx *ctx, gvc_table **out, const gvc_synth *synth, int year)
{
    synth_year y = {
        .synth = synth, .year = year, .G = synth->G, .N = synth->N, .n = synth->G * synth->N
    };
    gvc_table *table;
    double *work;
    gvc_status st = gvc_table__new(ctx, &table, synth->edition, year);

    *out = NULL;
    if (st != GVC_OK)
        return st;
    work = spread(ctx, &y);
    st = work ? GVC_OK : GVC_ENOMEM;
    if (st == GVC_OK) {
        y.to_final = (gvc_view){ table->FD.a, y.n, y.G, table->FD.ld * table->K };
        gvc_synth__economies(&y);
        st = gvc_synth__industries(ctx, &y);
    }
    if (st == GVC_OK)
        st = gvc_synth__trade(ctx, &y);
    if (st == GVC_OK)
        gvc_synth__fill(ctx, table, &y);
    gvc_mem__free(work);
    if (st != GVC_OK) {
        gvc_table_free(table);
        return st;
    }
    *out = table;
    return GVC_OK;
}

void gvc_synth_free(gvc_synth *synth)
{
    if (!synth)
        return;
    gvc_edition__free(synth->edition);
    gvc_mem__free(synth->economies);
    gvc_mem__free(synth->product);
    gvc_mem__free(synth);
}
