#include "index/adapt.h"
#include "index/families.h"

#include "base/mem.h"
#include "index/dense.h"
#include "index/flows.h"
#include "index/sheet.h"
#include "la/view.h"

#include <math.h>
#include <string.h>

/* By industry: crossings, cumulative costs, rise of the price and its ratio p / p0. By unit: rise
 * of the index of final prices. */
typedef struct costs {
    double *crossings, *cumulative, *rise, *ratio;
    double *index;
} costs;

static void drop(void *kept)
{
    costs *c = kept;

    if (!c)
        return;
    gvc_mem__free(c->crossings);
    gvc_mem__free(c->cumulative);
    gvc_mem__free(c->rise);
    gvc_mem__free(c->ratio);
    gvc_mem__free(c->index);
    gvc_mem__free(c);
}

/* The only country of a unit, -1 where it has several: costs differ between them. */
static gvc_int country_of(const gvc_model *model, gvc_int unit)
{
    const gvc_units *units = gvc_model_units(model);

    return units->first[unit + 1] - units->first[unit] == 1 ? units->member[units->first[unit]]
                                                            : -1;
}

/* ---- the cascade ---- */

/* out' := 1'(T o A) B: costs of all rounds, (T o A)_ij = tau_int(i, country of j) a_ij. */
static gvc_status accumulate(gvc_ctx *ctx, gvc_model *model, double *out)
{
    const gvc_table *table = gvc_model_table(model);
    const gvc_view Zt = gvc_table_Zt(table), tau = gvc_table_tau_int(table);
    const gvc_int n = gvc_model_n(model), N = gvc_table_N(table);
    const double *xinv = gvc_model__xinv(model);

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int g = 0; g < tau.cols; g++) {
        double *sums = out + g * N;

        memset(sums, 0, (size_t)N * sizeof *sums);
        for (gvc_int i = 0; i < n; i++) {
            const double cost = tau.a[i + g * tau.ld], *sales = Zt.a + g * N + i * Zt.ld;

#pragma omp simd
            for (gvc_int j = 0; j < N; j++)
                sums[j] += cost * sales[j];
        }
        for (gvc_int j = 0; j < N; j++)
            sums[j] *= xinv[g * N + j];
    }
    return gvc_model__solve_t(ctx, model, gvc_view__vector(out, n));
}

/* ---- prices ---- */

/* M := I - ((1 + T) o A)', with the entries of A as they are or, where `size` is not 0, their
 * magnitudes. Returns 1 where some entry is negative. */
static int fill_system(gvc_ctx *ctx, const gvc_model *model, gvc_view M, int size)
{
    const gvc_table *table = gvc_model_table(model);
    const gvc_view Zt = gvc_table_Zt(table), tau = gvc_table_tau_int(table);
    const gvc_int n = gvc_model_n(model), N = gvc_table_N(table);
    const double *xinv = gvc_model__xinv(model);
    int negative = 0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static) reduction(| : negative)
    for (gvc_int i = 0; i < n; i++)
        for (gvc_int g = 0; g < tau.cols; g++) {
            const double cost = 1 + tau.a[i + g * tau.ld];

            for (gvc_int j = g * N; j < (g + 1) * N; j++) {
                const double a = cost * Zt.a[j + i * Zt.ld] * xinv[j];

                negative |= a < 0;
                M.a[j + i * M.ld] = (i == j) - (size ? fabs(a) : a);
            }
        }
    return negative;
}

/* The country-sector whose inputs, costs included, are largest against its output. */
static gvc_status refuse(gvc_ctx *ctx, const gvc_model *model, gvc_view M)
{
    const gvc_int n = gvc_model_n(model);
    char name[520];
    double most = -1;
    gvc_int at = 0;

    fill_system(ctx, model, M, 1);
    for (gvc_int j = 0; j < n; j++) {
        double sum = 0;

        for (gvc_int i = 0; i < n; i++)
            sum += (i == j) - M.a[j + i * M.ld];
        if (sum > most) {
            most = sum;
            at = j;
        }
    }
    return gvc_error__set(ctx, GVC_ESINGULAR,
                          "tradecost: costs on costs grow without end (the spectral radius of "
                          "(1 + T) A may not be below 1); inputs and their trade costs are largest "
                          "against output in %s, %.4g of it: look at tau_int of what it buys",
                          gvc_table__industry(gvc_model_table(model), at, name, sizeof name), most);
}

/* y = (I - M')^-1 1 with M >= 0: y >= 1 everywhere proves that the radius of M is below 1, because
 * then y - M'y = 1 > 0; and where the radius is below 1, y is 1 + M'1 + M'M'1 + ... >= 1. */
static int proves_convergence(const double *y, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        if (!(y[i] >= 1 - 1e-9))
            return 0;
    return 1;
}

/* p' := v'(I - (1 + T) o A)^-1, the Leontief prices with costs on costs. */
static gvc_status solve_prices(gvc_ctx *ctx, const gvc_model *model, gvc_view M, double *p)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view rhs = gvc_mem__matrix(ctx, n, 2);
    double *test = rhs.a ? rhs.a + rhs.ld : NULL;
    int negative;
    gvc_status st;

    if (!rhs.a)
        return GVC_ENOMEM;
    memcpy(rhs.a, gvc_model_v(model), (size_t)n * sizeof *p);
    for (gvc_int i = 0; i < n; i++)
        test[i] = 1;
    negative = fill_system(ctx, model, M, 0);
    st = gvc_index__solve_dense(ctx, M, rhs);
    if (st == GVC_OK && negative) {
        for (gvc_int i = 0; i < n; i++)
            test[i] = 1;
        fill_system(ctx, model, M, 1);
        st = gvc_index__solve_dense(ctx, M, gvc_view__vector(test, n));
    }
    if (st == GVC_OK && !proves_convergence(test, n))
        st = refuse(ctx, model, M);
    if (st == GVC_OK)
        memcpy(p, rhs.a, (size_t)n * sizeof *p);
    gvc_mem__free(rhs.a);
    return st;
}

/* Prices without costs are vB; a product without output has none, and keeps the ratio 1. */
static gvc_status raise_prices(gvc_ctx *ctx, const gvc_model *model, costs *c)
{
    const gvc_int n = gvc_model_n(model);
    gvc_view M = { 0 };
    gvc_status st =
        gvc_mem__reserve(ctx, "the system with trade costs", 8.0 * (double)n * (double)n);

    if (st == GVC_OK) {
        M = gvc_mem__matrix(ctx, n, n);
        st = M.a ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = solve_prices(ctx, model, M, c->rise);
    gvc_mem__free(M.a);
    if (st != GVC_OK)
        return st;
    gvc_index__total(c->ratio, gvc_model_get(model, GVC_Q_VB));
    for (gvc_int i = 0; i < n; i++) {
        const double before = c->ratio[i], after = c->rise[i];

        c->rise[i] = after - before;
        c->ratio[i] = before != 0 ? after / before : 1;
    }
    return GVC_OK;
}

/* index[r] := sum_i (p_i / p0_i)(1 + tau_fin) F_ir / sum_i F_ir - 1. */
static void index_prices(const gvc_model *model, const costs *c)
{
    const gvc_view F = gvc_model_F(model), tau = gvc_table_tau_fin(gvc_model_table(model));

    for (gvc_int r = 0; r < F.cols; r++) {
        const gvc_int country = country_of(model, r);
        double before = 0, after = 0, rest[2] = { 0 };

        for (gvc_int i = 0; i < F.rows && country >= 0; i++) {
            const double use = F.a[i + r * F.ld];

            gvc_index__add(&before, &rest[0], use);
            gvc_index__add(&after, &rest[1],
                           (c->ratio[i] * (1 + tau.a[i + country * tau.ld]) - 1) * use);
        }
        c->index[r] = gvc_rule__divide(after + rest[1], before + rest[0], 0);
    }
}

/* ---- the family ---- */

static gvc_status make_room(gvc_ctx *ctx, gvc_parts *parts)
{
    costs *c = gvc_mem__calloc(ctx, 1, sizeof *c);

    parts->kept = c;
    parts->drop = drop;
    if (!c)
        return GVC_ENOMEM;
    c->crossings = gvc_mem__calloc(ctx, parts->n, sizeof(double));
    c->cumulative = gvc_mem__calloc(ctx, parts->n, sizeof(double));
    c->rise = gvc_mem__calloc(ctx, parts->n, sizeof(double));
    c->ratio = gvc_mem__calloc(ctx, parts->n, sizeof(double));
    c->index = gvc_mem__calloc(ctx, parts->U, sizeof(double));
    return c->crossings && c->cumulative && c->rise && c->ratio && c->index ? GVC_OK : GVC_ENOMEM;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    gvc_status st = make_room(ctx, parts);
    costs *c = parts->kept;

    if (st != GVC_OK)
        return st;
    memcpy(c->crossings, gvc_model_get(model, GVC_Q_CROSS).a,
           (size_t)parts->n * sizeof *c->crossings);
    if (!gvc_table_tau_int(gvc_model_table(model)).a) {
        for (gvc_int i = 0; i < parts->n; i++)
            c->cumulative[i] = c->rise[i] = NAN;
        for (gvc_int r = 0; r < parts->U; r++)
            c->index[r] = NAN;
        return GVC_OK;
    }
    st = accumulate(ctx, model, c->cumulative);
    if (st == GVC_OK)
        st = raise_prices(ctx, model, c);
    if (st == GVC_OK)
        index_prices(model, c);
    return st;
}

static double *column(gvc_sheet *sheet, const char *name)
{
    const gvc_int t = gvc_index__term(sheet->measure, name);

    return t < 0 ? NULL : sheet->columns[t];
}

/* Cells of several industries take their average, weighted by exports; a single industry its own.
 */
static gvc_status fill_rows(gvc_ctx *ctx, const gvc_model *model, const gvc_shape *shape,
                            gvc_sheet *sheet, const char *name, const double *values)
{
    const double *e = gvc_model_e(model);
    double *out = column(sheet, name), *product, *weight;
    gvc_status st = GVC_ENOMEM;

    if (!out)
        return GVC_OK;
    if (sheet->level == GVC_LEVEL_SECTOR && !shape->sectors) {
        gvc_index__sum_rows(out, sheet->work, values, shape, sheet->level);
        return GVC_OK;
    }
    product = gvc_mem__alloc(ctx, shape->n, sizeof *product);
    weight = gvc_mem__alloc(ctx, sheet->cells, sizeof *weight);
    if (product && weight) {
        for (gvc_int i = 0; i < shape->n; i++)
            product[i] = values[i] * e[i];
        gvc_index__sum_rows(out, sheet->work, product, shape, sheet->level);
        gvc_index__sum_rows(weight, sheet->work, e, shape, sheet->level);
        for (gvc_int c = 0; c < sheet->cells; c++)
            out[c] = gvc_rule__divide(out[c], weight[c], sheet->gout[c]);
        st = GVC_OK;
    }
    gvc_mem__free(product);
    gvc_mem__free(weight);
    return st;
}

/* cost[i, r] := costs behind product i and on its last way to r; a unit of several countries has no
 * single one. */
static void deliver(const gvc_model *model, const gvc_shape *shape, const costs *c, gvc_view cost)
{
    const gvc_view tau = gvc_table_tau_fin(gvc_model_table(model));

    for (gvc_int r = 0; r < cost.cols; r++) {
        const gvc_int to = country_of(model, r);

        for (gvc_int i = 0; i < cost.rows; i++)
            cost.a[i + r * cost.ld] = !tau.a || to < 0 || country_of(model, shape->unit[i]) < 0
                                          ? NAN
                                          : c->cumulative[i] + tau.a[i + to * tau.ld];
    }
}

/* Cells of several products take the average weighted by what is sold to the partner. */
static gvc_status fill_delivery(gvc_ctx *ctx, const gvc_model *model, const gvc_shape *shape,
                                const costs *c, gvc_sheet *sheet)
{
    const gvc_view cost = gvc_mem__matrix(ctx, shape->n, shape->U), E = gvc_model_E(model);
    double *weight = gvc_mem__alloc(ctx, sheet->cells, sizeof *weight);
    double *out = column(sheet, "tc_deliv");
    const gvc_status st = cost.a && weight ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK) {
        deliver(model, shape, c, cost);
        for (gvc_int r = 0; r < shape->U && shape->sectors; r++)
            for (gvc_int i = 0; i < shape->n; i++)
                cost.a[i + r * cost.ld] *= E.a[i + r * E.ld];
        gvc_index__sum_pairs(ctx, out, sheet->work, cost, shape, sheet->level);
        if (shape->sectors)
            gvc_index__sum_pairs(ctx, weight, sheet->work, E, shape, sheet->level);
        for (gvc_int cell = 0; cell < sheet->cells && shape->sectors; cell++)
            out[cell] = gvc_rule__divide(out[cell], weight[cell], sheet->gout[cell]);
    }
    gvc_mem__free(cost.a);
    gvc_mem__free(weight);
    return st;
}

static gvc_status fill(gvc_ctx *ctx, gvc_model *model, const gvc_parts *parts,
                       const gvc_shape *shape, gvc_sheet *sheet)
{
    const costs *c = parts->kept;
    double *index = column(sheet, "tc_pidx");
    gvc_status st;

    if (sheet->level == GVC_LEVEL_BILATERAL_SECTOR)
        return fill_delivery(ctx, model, shape, c, sheet);
    st = fill_rows(ctx, model, shape, sheet, "tc_crossings", c->crossings);
    if (st == GVC_OK)
        st = fill_rows(ctx, model, shape, sheet, "tc_cum", c->cumulative);
    if (st == GVC_OK)
        st = fill_rows(ctx, model, shape, sheet, "tc_price", c->rise);
    if (index)
        memcpy(index, c->index, (size_t)shape->U * sizeof *index);
    return st;
}

/* Without trade costs there are the crossings alone; the rest is missing where other years have
 * some. */
static gvc_status adapt(gvc_ctx *ctx, gvc_adapted *out, const gvc_table *table,
                        const gvc_run_opts *opts)
{
    (void)ctx, (void)opts;
    if (gvc_table_tau_int(table).a)
        return GVC_OK;
    out->known = 1;
    if (table->edition->has_tau)
        return GVC_OK;
    out->measure.n_terms = 1;
    out->measure.needs = GVC_Q_CROSS;
    gvc_adapted__settle_levels(out);
    return GVC_OK;
}

static const gvc_family family = {
    .compute = compute, .fill = fill, .any_sectors = 1, .adapt = adapt
};

#define ROWS (GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR)

// clang-format off
static const gvc_term terms[] = {
    { "tc_crossings", "Border crossings of inputs per unit of output", "crossings",
      "1'A^F B", "", ">=0", ROWS, RULE_FAMILY },
    { "tc_cum", "Cumulative trade cost per unit of output", "ratio",
      "1'(T o A) B", "", ">=0", ROWS, RULE_FAMILY },
    { "tc_price", "Output price rise from trade costs", "ratio",
      "v (I - (1+T) o A)^-1 - vB", "", ">=0", ROWS, RULE_FAMILY },
    { "tc_deliv", "Embodied plus face trade cost at delivery", "ratio",
      "tc_cum + tau_fin", "", ">=0", GVC_LEVEL_BILATERAL_SECTOR, RULE_FAMILY },
    { "tc_pidx", "Rise of the final-demand price index", "ratio",
      "sum_i (p_i/p0_i)(1+tau_fin) F_ir / sum_i F_ir - 1", "", ">=0",
      GVC_LEVEL_COUNTRY, RULE_FAMILY },
};
// clang-format on

const gvc_measure gvc_index__tradecost = {
    .name = "tradecost",
    .method = "tradecost",
    .kind = GVC_FRAME_INDICES,
    .title = "Tariffs or trade costs along the chain, and what they do to prices",
    .paper = "Rouzet, Miroudot 2013; Muradov 2017",
    .notes =
        "Costs are ad valorem, a fraction of what the seller gets, by selling country-sector and buying "
        "country: kinds tau_int and tau_fin of inputs.csv, or tau for both (gvc attach). Without them only "
        "tc_crossings is given. tc_cum adds up the costs of all rounds; tc_price is the response of prices "
        "with costs on costs, so it is not smaller; tc_deliv adds the cost of the last way to the partner; "
        "tc_pidx is what final demand pays more. Countries, and sectors of a concordance, are averages weighted by exports.\n"
        "A change of costs is the difference of two runs: gvc attach S.h5 before.csv -o A.h5, "
        "gvc attach S.h5 after.csv -o B.h5, and gvc index on both.\n"
        "Costs on costs that grow without end are refused, naming the country-sector whose inputs weigh most. "
        "One n x n array more, and one factorisation.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_CROSS | GVC_Q_VB,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
