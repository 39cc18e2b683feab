#include "table/synth.h"

#include <math.h>

enum { ROUNDS = 60, SWEEPS = 200 };

/* ---- gravity ---- */

/* Great-circle distance in thousand km, at least 0.3. */
static double distance(const synth_economy *a, const synth_economy *b)
{
    const double degree = acos(-1.0) / 180.0;
    const double u = sin((a->latitude - b->latitude) * degree / 2.0);
    const double w = sin((a->longitude - b->longitude) * degree / 2.0);
    const double h = u * u + cos(a->latitude * degree) * cos(b->latitude * degree) * w * w;

    return fmax(0.3, 2.0 * 6.371 * asin(sqrt(fmin(1.0, h))));
}

/* Pull of seller (s, k) on buyers in r, before anybody's size: falls with distance, is strong at
 * home, and has noise of its own. */
static void fill_pull(synth_year *y, gvc_view pull, synth_stream stream, gvc_int r)
{
    const gvc_synth *synth = y->synth;
    const gvc_int N = y->N;

    for (gvc_int s = 0; s < y->G; s++) {
        const double far = log(distance(&synth->economies[s], &synth->economies[r]) / 3.0);
        double *column = pull.a + s * N + r * pull.ld;

        for (gvc_int k = 0; k < N; k++) {
            const synth_product *p = &synth->products[synth->product[k]];

            column[k] =
                s == r ? p->home
                       : exp(-p->distance * far + 0.5 * gvc_synth__drift(y, stream, s * N + k, r));
        }
    }
}

/* ---- balancing: flows = scale_i pull_ir price_kr ---- */

/* The buyers of country r spread their `spending` on each product over the sellers: pull becomes
 * worth what price says. Returns what is bought at home. */
static double set_prices(const synth_year *y, gvc_view pull, gvc_int r, const double *spending,
                         double *price)
{
    const gvc_int N = y->N;
    double home = 0.0;

    for (gvc_int k = 0; k < N; k++)
        price[k] = 0.0;
    for (gvc_int s = 0; s < y->G; s++) {
        const double factor = s == r ? y->home[r] : 1.0;
        const double *column = pull.a + s * N + r * pull.ld, *scale = y->scale + s * N;

        for (gvc_int k = 0; k < N; k++)
            price[k] += factor * scale[k] * column[k];
    }
    for (gvc_int k = 0; k < N; k++) {
        const double own = y->home[r] * y->scale[k + r * N] * pull.a[k + r * N + r * pull.ld];

        price[k] = spending[k] / price[k];
        home += own * price[k];
    }
    return home;
}

/* sold := what the sellers of country s sell, a pull or market share times the buyers' factors. */
static void add_up_sales(synth_year *y, gvc_int s, const double *of_inputs, const double *of_final,
                         double home)
{
    const gvc_int N = y->N, row = s * N;
    double *sold = y->sold + row;

    for (gvc_int k = 0; k < N; k++)
        sold[k] = 0.0;
    for (gvc_int r = 0; r < y->G; r++) {
        const double *inputs = y->to_industry.a + row + r * y->to_industry.ld;
        const double *final = y->to_final.a + row + r * y->to_final.ld;
        const double factor = r == s ? home : 1.0;

        for (gvc_int k = 0; k < N; k++)
            sold[k] += factor * (inputs[k] * of_inputs[k + r * N] + final[k] * of_final[k + r * N]);
    }
}

/* Scale the sellers of country s so that they sell what they make. Returns the largest miss. */
static double set_scales(synth_year *y, gvc_int s)
{
    double miss = 0.0;

    add_up_sales(y, s, y->price[0], y->price[1], y->home[s]);
    for (gvc_int i = s * y->N; i < (s + 1) * y->N; i++) {
        miss = fmax(miss, fabs(y->scale[i] * y->sold[i] / y->x[i] - 1.0));
        y->scale[i] = y->x[i] / y->sold[i];
    }
    return miss;
}

/* Make country c prefer its own products more where it trades more than it should. */
static double steer_trade(synth_year *y, gvc_int c, double bought_at_home)
{
    double trade = -2.0 * bought_at_home, miss;

    for (gvc_int k = 0; k < y->N; k++)
        trade += y->bought[k + y->N * c] + y->final[k + y->N * c] + y->x[k + y->N * c];
    miss = 0.5 * trade / y->trade[c];
    y->home[c] *= pow(fmin(fmax(miss, 0.2), 5.0), 0.8);
    y->home[c] = fmin(fmax(y->home[c], 1e-4), 1e4);
    return fabs(miss - 1.0);
}

/* ---- the final x ---- */

/* Market shares in place of pulls: over all sellers of a product they add up to 1. */
static void settle_shares(const synth_year *y, gvc_view pull, gvc_int r, const double *price,
                          const double *spending)
{
    for (gvc_int i = 0; i < y->n; i++) {
        const gvc_int k = i % y->N;

        pull.a[i + r * pull.ld] *=
            (i / y->N == r ? y->home[r] : 1.0) * y->scale[i] * price[k] / spending[k];
    }
}

/* x := what is sold at the present purchases. Returns the largest relative change. */
static double sell(synth_year *y, gvc_int s)
{
    double change = 0.0;

    add_up_sales(y, s, y->bought, y->final, 1.0);
    for (gvc_int i = s * y->N; i < (s + 1) * y->N; i++) {
        change = fmax(change, fabs(y->sold[i] - y->x[i]) / y->sold[i]);
        y->x[i] = y->sold[i];
    }
    return change;
}

/* ---- the whole ---- */

static double largest(const double *values, gvc_int n)
{
    double most = 0.0;

    for (gvc_int i = 0; i < n; i++)
        most = fmax(most, values[i]);
    return most;
}

static void set_all_prices(gvc_ctx *ctx, synth_year *y)
{
    const gvc_int N = y->N;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < y->G; r++)
        y->slot[r] = set_prices(y, y->to_industry, r, y->bought + r * N, y->price[0] + r * N) +
                     set_prices(y, y->to_final, r, y->final + r * N, y->price[1] + r * N);
}

/* One round: buyers, trade, sellers. Returns how far the sellers were off. */
static double balance(gvc_ctx *ctx, synth_year *y)
{
    double trade_miss = 0.0;

    set_all_prices(ctx, y);
    for (gvc_int c = 0; c < y->G && y->G > 1; c++)
        trade_miss = fmax(trade_miss, steer_trade(y, c, y->slot[c]));
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int s = 0; s < y->G; s++)
        y->slot[s] = set_scales(y, s);
    return fmax(trade_miss, largest(y->slot, y->G));
}

/* x from x = A x + F1 through the market shares: a contraction, since no column of A exceeds
 * 0.72. */
static double sweep(gvc_ctx *ctx, synth_year *y)
{
    gvc_synth__buy(ctx, y);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int s = 0; s < y->G; s++)
        y->slot[s] = sell(y, s);
    return largest(y->slot, y->G);
}

gvc_status gvc_synth__trade(gvc_ctx *ctx, synth_year *y)
{
    const gvc_int N = y->N;
    double change = 1.0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < y->G; r++) {
        fill_pull(y, y->to_industry, SYNTH_TRADE_INDUSTRY, r);
        fill_pull(y, y->to_final, SYNTH_TRADE_FINAL, r);
    }
    for (gvc_int i = 0; i < y->n; i++)
        y->scale[i] = y->x[i];
    gvc_synth__buy(ctx, y);
    for (int round = 0; round < ROUNDS && change > 1e-4; round++)
        change = balance(ctx, y);
    gvc_log__debug(ctx, "synth: trade balanced to %.1e", change);
    set_all_prices(ctx, y);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int r = 0; r < y->G; r++) {
        settle_shares(y, y->to_industry, r, y->price[0] + r * N, y->bought + r * N);
        settle_shares(y, y->to_final, r, y->price[1] + r * N, y->final + r * N);
    }
    change = 1.0;
    for (int i = 0; i < SWEEPS && change > 1e-13; i++)
        change = sweep(ctx, y);
    return gvc_progress__step(ctx, "making trade", 1.0);
}
