#include "table/synth.h"

#include "base/mem.h"

#include <math.h>

/* ---- the economies of a year ---- */

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* GDP between the milestones: constant growth; before and after them the growth next to it, kept
 * within bounds. */
static double gdp_path(const double *gdp, int year)
{
    const double t = (clamp(year, 1970, 2050) - 2000.0) / 5.0;
    const int i = (int)clamp(floor(t), 0, SYNTH_MILESTONES - 2);
    double rate = log(gdp[i + 1] / gdp[i]);

    if (t > SYNTH_MILESTONES - 1)
        return gdp[SYNTH_MILESTONES - 1] * exp(clamp(rate, -0.1, 0.3) * (t - SYNTH_MILESTONES + 1));
    if (t < 0.0)
        rate = clamp(rate, 0.0, 0.3);
    return gdp[i] * exp(rate * (t - i));
}

/* Openness rises to 2008, dips in 2009, recovers and then keeps to its later path. */
static double trade_path(const double *trade, int year)
{
    const double dip = year == 2009 ? 0.86 : year == 2010 ? 0.95 : 1.0;

    if (year <= 2008)
        return trade[0] * pow(trade[1] / trade[0], clamp((year - 2000.0) / 8.0, -1.0, 1.0));
    return dip * trade[1] * pow(trade[2] / trade[1], clamp((year - 2008.0) / 12.0, 0.0, 1.0));
}

/* Sizes drift apart from the written path as the seed wills; the demo keeps to it. */
static double own_way(const synth_year *y, gvc_int c)
{
    const gvc_synth *synth = y->synth;
    const double years = clamp(y->year - synth->opts.first_year, -40, 40);

    if (synth->opts.demo)
        return 1.0;
    return exp(0.1 * gvc_synth__normal(synth, SYNTH_SIZE, c, 0) +
               0.006 * years * gvc_synth__normal(synth, SYNTH_GROWTH, c, 0));
}

void gvc_synth__economies(synth_year *y)
{
    const gvc_synth *synth = y->synth;
    const double world = 1e3 * gdp_path(synth->world, y->year);
    double written = 0.0, total = 0.0, spent = 0.0;

    for (gvc_int c = 0; c < y->G; c++)
        if (synth->economies[c].is_real) {
            y->gdp[c] = 1e3 * gdp_path(synth->economies[c].gdp, y->year) * own_way(y, c);
            written += y->gdp[c];
        }
    for (gvc_int c = 0; c < y->G; c++) {
        const synth_economy *economy = &synth->economies[c];

        if (!economy->is_real)
            y->gdp[c] = economy->rest * fmax(world - written, 0.02 * world);
        y->trade[c] = y->gdp[c] * trade_path(economy->trade, y->year);
        y->spending[c] = y->gdp[c] * (1.0 - economy->balance);
        total += y->gdp[c];
        spent += y->spending[c];
    }
    /* What the world earns it spends. */
    for (gvc_int c = 0; c < y->G; c++)
        y->spending[c] *= total / spent;
}

/* ---- technology and demand ---- */

/* Column j of a: the mix of the pattern, over the sectors that share a product, with noise. */
static void fill_column(synth_year *y, gvc_int j)
{
    const gvc_synth *synth = y->synth;
    const gvc_int N = y->N, r = j / N, l = j % N;
    const synth_product *pattern = &synth->products[synth->product[l]];
    double *a = y->tech + N * j, sum = 0.0;
    const double share = pattern->inputs * synth->kinds[synth->economies[r].kind].inputs *
                         (1.0 + 0.06 * gvc_synth__drift(y, SYNTH_INPUTS, r, l));

    y->inputs[j] = clamp(share, 0.3, 0.72);
    for (gvc_int k = 0; k < N; k++) {
        const gvc_int p = synth->product[k];
        const double sector = gvc_synth__normal(synth, SYNTH_MIX, k * N + l, -1);

        a[k] =
            pattern->mix[p] / (double)synth->crowd[p] *
            exp(0.3 * gvc_synth__drift(y, SYNTH_MIX, j, k) + 0.4 * (N > SYNTH_PRODUCTS) * sector);
        sum += a[k];
    }
    for (gvc_int k = 0; k < N; k++)
        a[k] *= y->inputs[j] / sum;
}

/* What country r spends on each product. */
static void fill_demand(synth_year *y, gvc_int r)
{
    const gvc_synth *synth = y->synth;
    double *f = y->final + y->N * r, sum = 0.0;

    for (gvc_int k = 0; k < y->N; k++) {
        const gvc_int p = synth->product[k];
        /* Demand follows what a kind of economy makes, but only a little. */
        const double taste = pow(synth->kinds[synth->economies[r].kind].weight[p], 0.25);

        f[k] = synth->products[p].final / (double)synth->crowd[p] * taste *
               exp(0.15 * gvc_synth__drift(y, SYNTH_FINAL, r, k));
        sum += f[k];
    }
    for (gvc_int k = 0; k < y->N; k++)
        f[k] *= y->spending[r] / sum;
}

void gvc_synth__buy(gvc_ctx *ctx, synth_year *y)
{
    const gvc_int N = y->N;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < y->G; r++) {
        double *bought = y->bought + N * r;

        for (gvc_int k = 0; k < N; k++)
            bought[k] = 0.0;
        for (gvc_int j = r * N; j < (r + 1) * N; j++)
            for (gvc_int k = 0; k < N; k++)
                bought[k] += y->tech[k + N * j] * y->x[j];
    }
}

/* ---- outputs that hang together ---- */

/* The part of product k in country c that comes from or goes to the world market. */
static double traded(const synth_year *y, gvc_int c, gvc_int k)
{
    const gvc_synth *synth = y->synth;
    const double open = clamp(y->trade[c] / (0.35 * y->gdp[c]), 0.25, 1.0);

    return y->G == 1 ? 0.0 : open / (1.0 + synth->products[synth->product[k]].home / 20.0);
}

/* Weight of each industry in the world market of its product; the country's factor, which stands
 * in y->home for the time being, comes on top. */
static void weigh(synth_year *y)
{
    const gvc_synth *synth = y->synth;

    for (gvc_int j = 0; j < y->n; j++) {
        const gvc_int s = j / y->N, k = j % y->N;

        y->share[j] = y->gdp[s] * traded(y, s, k) *
                      synth->kinds[synth->economies[s].kind].weight[synth->product[k]] *
                      exp(0.2 * gvc_synth__drift(y, SYNTH_OUTPUT, s, k));
        y->home[s] = 1.0;
    }
}

/* Output of product k: the untraded part where it is wanted, the traded part of all countries by
 * weight. What goes to the world market stands in y->sold. Returns the largest relative change. */
static double hand_out(synth_year *y, gvc_int k)
{
    const gvc_int N = y->N;
    double world = 0.0, sum = 0.0, change = 0.0;

    for (gvc_int c = 0; c < y->G; c++) {
        world += traded(y, c, k) * (y->bought[k + N * c] + y->final[k + N * c]);
        sum += y->share[k + N * c] * y->home[c];
    }
    for (gvc_int c = 0; c < y->G; c++) {
        const gvc_int i = k + N * c;
        double now = (1.0 - traded(y, c, k)) * (y->bought[i] + y->final[i]);

        y->sold[i] = sum > 0.0 ? world * y->share[i] * y->home[c] / sum : 0.0;
        now += y->sold[i];
        change = fmax(change, fabs(now - y->x[i]) / now);
        y->x[i] = now;
    }
    return change;
}

/* Move each country's factor so that its value added meets its GDP through what it sells to the
 * world market. Returns the largest relative gap. */
static double follow_gdp(synth_year *y)
{
    double miss = 0.0;

    for (gvc_int c = 0; c < y->G && y->G > 1; c++) {
        double added = 0.0, abroad = 0.0;

        for (gvc_int j = c * y->N; j < (c + 1) * y->N; j++) {
            added += (1.0 - y->inputs[j]) * y->x[j];
            abroad += (1.0 - y->inputs[j]) * y->sold[j];
        }
        miss = fmax(miss, fabs(added / y->gdp[c] - 1.0));
        y->home[c] *= clamp(1.0 + 0.5 * (y->gdp[c] - added) / abroad, 0.7, 1.5);
    }
    return miss;
}

gvc_status gvc_synth__industries(gvc_ctx *ctx, synth_year *y)
{
    const gvc_int n = y->n;
    double change = 1.0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int j = 0; j < n; j++)
        fill_column(y, j);
    for (gvc_int r = 0; r < y->G; r++)
        fill_demand(y, r);
    weigh(y);
    for (int round = 0; round < 200 && change > 1e-6; round++) {
        gvc_synth__buy(ctx, y);
        change = 0.0;
        for (gvc_int k = 0; k < y->N; k++)
            change = fmax(change, hand_out(y, k));
        change = fmax(change, follow_gdp(y));
    }
    gvc_log__debug(ctx, "synth: outputs settled to %.1e", change);
    for (gvc_int c = 0; c < y->G; c++)
        y->home[c] = 1.0;
    return gvc_progress__step(ctx, "making industries", 1.0);
}
