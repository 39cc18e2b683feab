#include "table/builtin.h"
#include "table/findings.h"
#include "table/table.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    NAME = 520,
    BLOCK = 64 /* sellers whose flows are in the caches of all threads */
};

/* Sums that the rules share: of the rows and columns of Z, and what each country-sector delivers to
 * each country. */
typedef struct sums {
    const gvc_table *table;
    gvc_findings *findings;
    double *sold;   /* n: Z1 + F1 */
    double *bought; /* n: 1'Z */
    gvc_view E;     /* n x G: sales to each country, the own one included */
    double largest; /* output */
} sums;

/* Column sums of Z, and rows summed over the columns of each country: all threads go through the
 * sellers together, each with its countries of buyers. */
static void sum_flows(gvc_ctx *ctx, sums *s)
{
    const gvc_table *t = s->table;
    const gvc_int n = t->n, N = t->N, K = t->K;

#pragma omp parallel num_threads(gvc_ctx_threads(ctx))
    for (gvc_int i0 = 0; i0 < n; i0 += BLOCK) {
        const gvc_int i1 = i0 + BLOCK < n ? i0 + BLOCK : n;

#pragma omp for schedule(static)
        for (gvc_int r = 0; r < t->G; r++) {
            double *to = s->E.a + r * s->E.ld;

            for (gvc_int i = i0; i < i1; i++) {
                const double *sales = t->Zt.a + i * t->Zt.ld;
                double sum = 0.0;

                for (gvc_int j = r * N; j < (r + 1) * N; j++) {
                    sum += sales[j];
                    s->bought[j] += sales[j];
                }
                to[i] = sum;
            }
            for (gvc_int j = r * K; j < (r + 1) * K; j++)
                for (gvc_int i = i0; i < i1; i++)
                    to[i] += t->FD.a[i + j * t->FD.ld];
        }
    }
    for (gvc_int r = 0; r < t->G; r++)
        for (gvc_int i = 0; i < n; i++)
            s->sold[i] += s->E.a[i + r * s->E.ld];
    for (gvc_int i = 0; i < n; i++)
        s->largest = fmax(s->largest, fabs(t->x[i]));
}

static gvc_int count_unfinished(const double *a, gvc_int cells)
{
    gvc_int bad = 0;

    for (gvc_int i = 0; i < cells; i++)
        bad += !isfinite(a[i]);
    return bad;
}

static gvc_status check_finite(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    const gvc_int bad = count_unfinished(t->Zt.a, t->n * t->n) +
                        count_unfinished(t->FD.a, t->n * t->G * t->K) +
                        count_unfinished(t->x, t->n) + count_unfinished(t->VA, t->n);

    if (bad == 0)
        return GVC_OK;
    return gvc_findings__add(ctx, s->findings, GVC_ERROR, "not-finite", bad,
                             "%lld cells hold no finite number; every result that uses them would "
                             "be missing",
                             (long long)bad);
}

/* Where gaps are, relative to output. */
typedef struct gaps {
    gvc_int small, large, worst, active; /* above 1e-6, above 5 %, index, industries with output */
    double total, output, worst_gap;
} gaps;

static gaps measure_gaps(const sums *s, const double *a, const double *b, const double *c)
{
    const gvc_table *t = s->table;
    gaps g = { .worst = -1 };

    for (gvc_int i = 0; i < t->n; i++) {
        const double gap = a[i] - b[i] - (c ? c[i] : 0.0), x = fabs(t->x[i]);

        g.active += x > 0.0;
        g.total += fabs(gap);
        g.output += x;
        if (fabs(gap) <= 1e-9 * s->largest)
            continue;
        g.small += fabs(gap) > 1e-6 * x;
        g.large += fabs(gap) > 0.05 * x;
        if (g.worst < 0 || fabs(gap) > fabs(g.worst_gap)) {
            g.worst = i;
            g.worst_gap = gap;
        }
    }
    return g;
}

static gvc_status check_rows(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    const gaps g = measure_gaps(s, t->x, s->sold, NULL);
    const gvc_severity severity = 2 * g.large > g.active ? GVC_ERROR
                                  : g.small > 0          ? GVC_WARNING
                                                         : GVC_NOTE;
    char name[NAME];

    if (g.worst < 0)
        return GVC_OK;
    return gvc_findings__add(
        ctx, s->findings, severity, "row-balance", g.small,
        "output differs from sales in %lld of %lld industries (%lld by more than 5 %%), %.3g %% of "
        "world output in all; worst %s: output %.10g, intermediate and final sales %.10g; %s",
        (long long)g.small, (long long)t->n, (long long)g.large, 100.0 * g.total / g.output,
        gvc_table__industry(t, g.worst, name, NAME), t->x[g.worst], s->sold[g.worst],
        severity == GVC_ERROR ? "rows or columns are missing or in another unit"
                              : "the difference is kept apart (imbal, DISC); --balance absorb or "
                                "rowsum removes it");
}

static gvc_status check_columns(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    const gaps g = measure_gaps(s, t->x, s->bought, t->VA);
    const double share = g.output > 0.0 ? g.total / g.output : 0.0;
    char name[NAME];

    if (!t->va_given || g.worst < 0)
        return GVC_OK;
    return gvc_findings__add(
        ctx, s->findings, share > 0.05 ? GVC_WARNING : GVC_NOTE, "column-balance", g.small,
        "value added (%s) differs from output less purchases in %lld of %lld industries, %.3g %% "
        "of world output in all; worst %s: value added %.10g, output less purchases %.10g; such "
        "net taxes and margins are in no country's value added and stand in the column resid",
        t->va_rule, (long long)g.small, (long long)t->n, 100.0 * share,
        gvc_table__industry(t, g.worst, name, NAME), t->VA[g.worst],
        t->x[g.worst] - s->bought[g.worst]);
}

/* How many entries are below zero where `x` is not 0 (an idle industry that buys inputs has only an
 * apparent residual); the least one goes to *worst. */
static gvc_int count_negative(const double *a, const double *x, gvc_int n, double dust,
                              gvc_int *worst)
{
    gvc_int count = 0;

    *worst = -1;
    for (gvc_int i = 0; i < n; i++) {
        if (!(a[i] < -dust) || x[i] == 0.0)
            continue;
        count++;
        if (*worst < 0 || a[i] < a[*worst])
            *worst = i;
    }
    return count;
}

static gvc_status check_signs(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    char name[NAME];
    gvc_int worst, count = count_negative(t->x, t->x, t->n, 0.0, &worst);
    gvc_status st = GVC_OK;

    if (count > 0)
        st = gvc_findings__add(
            ctx, s->findings, GVC_ERROR, "negative-output", count,
            "output is negative in %lld of %lld industries, worst %s: %.10g; input "
            "coefficients make no sense there",
            (long long)count, (long long)t->n, gvc_table__industry(t, worst, name, NAME),
            t->x[worst]);
    count = count_negative(t->VA, t->x, t->n, 1e-9 * s->largest, &worst);
    if (st == GVC_OK && count > 0)
        st = gvc_findings__add(
            ctx, s->findings, GVC_WARNING, "negative-value-added", count,
            "value added is negative in %lld of %lld industries, worst %s: %.10g of an "
            "output of %.10g; terms there may be negative or exceed exports, "
            "numbers stay as they are",
            (long long)count, (long long)t->n, gvc_table__industry(t, worst, name, NAME),
            t->VA[worst], t->x[worst]);
    return st;
}

/* Flows from an industry to another country that are negative: stock changes, as a rule. */
static gvc_status check_exports(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    gvc_int count = 0, worst_i = -1, worst_r = -1;
    double least = 0.0;
    char name[NAME];

    for (gvc_int r = 0; r < t->G; r++)
        for (gvc_int i = 0; i < t->n; i++) {
            const double flow = s->E.a[i + r * s->E.ld];

            if (i / t->N == r || !(flow < -1e-12 * s->largest))
                continue;
            count++;
            if (flow < least) {
                least = flow;
                worst_i = i;
                worst_r = r;
            }
        }
    if (count == 0)
        return GVC_OK;
    return gvc_findings__add(ctx, s->findings, GVC_NOTE, "negative-exports", count,
                             "negative exports of an industry to a country (stock changes), %lld "
                             "in number, worst %s to %s: %.10g; their terms carry the sign",
                             (long long)count, gvc_table__industry(t, worst_i, name, NAME),
                             gvc_labels_code(t->edition->countries, worst_r), least);
}

/* Industries without output: idle ones, those that buy, those that export. */
static gvc_status check_idle(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    gvc_int idle = 0, buying = 0, exporting = 0, first = -1, buyer = -1, exporter = -1;
    char name[NAME];
    gvc_status st = GVC_OK;

    for (gvc_int i = t->n - 1; i >= 0; i--) {
        int sends = 0;

        if (t->x[i] != 0.0)
            continue;
        for (gvc_int r = 0; r < t->G; r++)
            sends |= r != i / t->N && s->E.a[i + r * s->E.ld] != 0.0;
        idle++;
        first = i;
        buying += s->bought[i] != 0.0;
        buyer = s->bought[i] != 0.0 ? i : buyer;
        exporting += sends;
        exporter = sends ? i : exporter;
    }
    if (exporting > 0)
        st = gvc_findings__add(
            ctx, s->findings, GVC_WARNING, "exports-without-output", exporting,
            "%lld of %lld industries export without output (stock changes), first %s; "
            "the origin of these flows is unknown and stands in resid",
            (long long)exporting, (long long)t->n, gvc_table__industry(t, exporter, name, NAME));
    if (st == GVC_OK && buying > 0)
        st = gvc_findings__add(ctx, s->findings, GVC_NOTE, "purchases-without-output", buying,
                               "%lld of %lld industries buy inputs without output, first %s; their "
                               "purchases count as final use of their country",
                               (long long)buying, (long long)t->n,
                               gvc_table__industry(t, buyer, name, NAME));
    if (st == GVC_OK && idle > 0)
        st = gvc_findings__add(ctx, s->findings, GVC_NOTE, "zero-output", idle,
                               "%lld of %lld industries have no output, first %s; ratios there are "
                               "missing, not 0",
                               (long long)idle, (long long)t->n,
                               gvc_table__industry(t, first, name, NAME));
    return st;
}

static gvc_status check_labels(gvc_ctx *ctx, const sums *s)
{
    const gvc_labels *countries = s->table->edition->countries;
    gvc_int unknown = 0, first = -1;
    gvc_status st = GVC_OK;

    for (gvc_int c = gvc_labels_n(countries) - 1; c >= 0; c--)
        if (!gvc_country_name(gvc_labels_code(countries, c))) {
            unknown++;
            first = c;
        }
    if (unknown > 0)
        st = gvc_findings__add(ctx, s->findings, GVC_WARNING, "country-code", unknown,
                               "%lld of %lld countries have no code of ISO 3166, first \"%s\"; "
                               "built-in groups cannot know them",
                               (long long)unknown, (long long)gvc_labels_n(countries),
                               gvc_labels_code(countries, first));
    if (st == GVC_OK && gvc_labels_find(countries, "ROW") < 0)
        st = gvc_findings__add(ctx, s->findings, GVC_NOTE, "rest-of-world", 1,
                               "there is no ROW among the %lld countries; the table is taken for "
                               "the whole world",
                               (long long)gvc_labels_n(countries));
    return st;
}

/* World GDP, current prices, trillion USD, rounded; outside these years nothing is judged. */
static const struct {
    int year;
    double gdp;
} world[] = { { 1965, 2.0 },  { 1970, 3.0 },  { 1975, 5.9 },  { 1980, 11.2 }, { 1985, 12.7 },
              { 1990, 22.8 }, { 1995, 31.0 }, { 2000, 33.8 }, { 2005, 47.7 }, { 2010, 66.6 },
              { 2015, 75.2 }, { 2020, 85.5 }, { 2025, 115.0 } };

static double world_gdp(int year)
{
    const int n = sizeof world / sizeof *world;

    for (int i = 1; i < n; i++)
        if (year >= world[i - 1].year && year <= world[i].year) {
            const double share =
                (double)(year - world[i - 1].year) / (double)(world[i].year - world[i - 1].year);

            return 1e12 * (world[i - 1].gdp + share * (world[i].gdp - world[i - 1].gdp));
        }
    return 0.0;
}

/* USD in one unit of the currency; a factor of two does not matter here. 0: not known. */
static double in_dollars(const char *currency)
{
    if (!currency)
        return 0.0;
    return strcasecmp(currency, "USD") == 0 ? 1.0 : strcasecmp(currency, "EUR") == 0 ? 1.15 : 0.0;
}

static double multiplier_of(const gvc_edition *edition)
{
    const char *text = gvc_edition_attr(edition, "multiplier");

    return text ? strtod(text, NULL) : 0.0;
}

/* What the unit's name says, 0 where it names no multiple. */
static double named_multiplier(const char *unit)
{
    return strcasestr(unit, "thousand")  ? 1e3
           : strcasestr(unit, "million") ? 1e6
           : strcasestr(unit, "billion") ? 1e9
                                         : 0.0;
}

static int is_synthetic(const gvc_edition *edition)
{
    const char *source = gvc_edition_attr(edition, "source");

    return gvc_edition_attr(edition, "synthetic") || (source && strcasestr(source, "synthetic"));
}

static gvc_status check_gdp(gvc_ctx *ctx, const sums *s)
{
    const gvc_table *t = s->table;
    const gvc_edition *edition = t->edition;
    const double dollars =
        multiplier_of(edition) * in_dollars(gvc_edition_attr(edition, "currency"));
    const double expected = world_gdp(t->year);
    const int whole = gvc_labels_find(edition->countries, "ROW") >= 0;
    double gdp = 0.0;

    if (dollars <= 0.0 || expected <= 0.0 || is_synthetic(edition))
        return GVC_OK;
    for (gvc_int i = 0; i < t->n; i++)
        gdp += t->VA[i];
    gdp *= dollars;
    if (gdp < 2.5 * expected && (gdp > expected / 2.5 || (!whole && gdp > expected / 100.0)))
        return GVC_OK;
    return gvc_findings__add(ctx, s->findings, GVC_ERROR, "world-gdp", 1,
                             "value added sums to %.3g trillion USD in %d, but world GDP was about "
                             "%.3g: off by a factor of %.3g; unit, multiplier or currency is "
                             "wrong, or countries are missing",
                             gdp / 1e12, t->year, expected / 1e12, gdp / expected);
}

static gvc_status check_unit(gvc_ctx *ctx, const sums *s)
{
    const gvc_edition *edition = s->table->edition;
    const char *unit = gvc_edition_attr(edition, "unit");
    const double multiplier = multiplier_of(edition), named = unit ? named_multiplier(unit) : 0.0;
    gvc_status st = GVC_OK;

    if (!unit)
        st = gvc_findings__add(ctx, s->findings, GVC_NOTE, "unit", 1,
                               "the unit is not known; money columns bear none, and world GDP "
                               "cannot be judged");
    else if (multiplier > 0.0 && named > 0.0 && fabs(named / multiplier - 1.0) > 1e-9)
        st = gvc_findings__add(ctx, s->findings, GVC_ERROR, "unit", 1,
                               "the unit says \"%s\", the multiplier %g; one of them is wrong",
                               unit, multiplier);
    if (st == GVC_OK && edition->inventory < 0)
        st = gvc_findings__add(ctx, s->findings, GVC_NOTE, "inventory-category", 1,
                               "no category of final demand is known to hold changes in "
                               "inventories; columns corrected for them (_inv) equal the plain "
                               "ones");
    return st;
}

static gvc_status run_rules(gvc_ctx *ctx, const sums *s)
{
    static gvc_status (*const rules[])(gvc_ctx *, const sums *) = {
        check_finite, check_rows,   check_columns, check_signs,   check_gdp,
        check_unit,   check_labels, check_idle,    check_exports,
    };
    gvc_status st = GVC_OK;

    for (size_t i = 0; st == GVC_OK && i < sizeof rules / sizeof *rules; i++)
        st = rules[i](ctx, s);
    return st;
}

gvc_status gvc_check(gvc_ctx *ctx, gvc_findings **out, const gvc_table *table)
{
    sums s = { .table = table };
    gvc_status st = gvc_findings__new(ctx, &s.findings);

    *out = NULL;
    if (st == GVC_OK) {
        s.sold = gvc_mem__calloc(ctx, table->n, sizeof *s.sold);
        s.bought = gvc_mem__calloc(ctx, table->n, sizeof *s.bought);
        s.E = gvc_mem__matrix(ctx, table->n, table->G);
        st = s.sold && s.bought && s.E.a ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK) {
        sum_flows(ctx, &s);
        st = run_rules(ctx, &s);
    }
    gvc_mem__free(s.sold);
    gvc_mem__free(s.bought);
    gvc_mem__free(s.E.a);
    if (st != GVC_OK) {
        gvc_findings_free(s.findings);
        return st;
    }
    gvc_findings__sort(s.findings);
    *out = s.findings;
    return GVC_OK;
}
