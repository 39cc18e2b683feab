#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "la/view.h"

#include <string.h>

/* n-vectors. Per unit of output: m, imported content, and m1, its part that crossed one border;
 * Y^D; and the chains Lu and A^F Lu behind the discrepancy. */
typedef struct work {
    double *imported, *once, *home, *unused, *unused_abroad, *ones;
} work;

static gvc_status make_work(gvc_ctx *ctx, work *w, gvc_int n)
{
    double **all[] = { &w->imported, &w->once, &w->home, &w->unused, &w->unused_abroad, &w->ones };

    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        *all[k] = gvc_mem__calloc(ctx, n, sizeof(double));
        if (!*all[k])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

static void free_work(work *w)
{
    gvc_mem__free(w->imported);
    gvc_mem__free(w->once);
    gvc_mem__free(w->home);
    gvc_mem__free(w->unused);
    gvc_mem__free(w->unused_abroad);
    gvc_mem__free(w->ones);
}

static gvc_status apply_local(gvc_ctx *ctx, const gvc_model *model, double *y)
{
    const gvc_int n = gvc_model_n(model);

    return gvc_model__local(ctx, model, (gvc_view){ y, n, 1, n });
}

/* m = 1'A^F L; m1 = ((1 - m)A^F)L. */
static gvc_status fill_unit_contents(gvc_ctx *ctx, const gvc_model *model, work *w)
{
    const gvc_int n = gvc_model_n(model);
    gvc_status st;

    for (gvc_int i = 0; i < n; i++)
        w->ones[i] = 1;
    st = gvc_index__imported(ctx, model, w->imported, w->ones);
    for (gvc_int i = 0; i < n; i++)
        w->ones[i] = 1 - w->imported[i];
    return st == GVC_OK ? gvc_index__imported(ctx, model, w->once, w->ones) : st;
}

static gvc_status fill_unused(gvc_ctx *ctx, const gvc_model *model, work *w)
{
    const gvc_int n = gvc_model_n(model);
    gvc_status st;

    if (!gvc_model_has_disc(model))
        return GVC_OK;
    memcpy(w->unused, gvc_model_u(model), (size_t)n * sizeof(double));
    st = apply_local(ctx, model, w->unused);
    gvc_model__inputs(ctx, model, 1, 0, gvc_view__vector(w->unused_abroad, n),
                      gvc_view__vector(w->unused, n));
    return st == GVC_OK ? apply_local(ctx, model, w->unused_abroad) : st;
}

/* Output by its use: at home, direct exports L(Y^F + A^F L Y^D), onward exports L A^F L e. */
static gvc_status fill_uses(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    double *direct = gvc_parts__rows(parts, "x_dir"), *onward = gvc_parts__rows(parts, "x_ind");
    gvc_status st;

    memcpy(gvc_parts__rows(parts, "x_dom"), gvc_model_get(model, GVC_Q_LOC).a,
           (size_t)parts->n * sizeof(double));
    gvc_index__own(model, w->home, gvc_model_F(model));
    gvc_index__total(direct, gvc_model_get(model, GVC_Q_ALOC));
    gvc_index__others(model, w->ones, gvc_model_F(model));
    for (gvc_int i = 0; i < parts->n; i++)
        direct[i] += w->ones[i];
    gvc_index__total(onward, gvc_model_get(model, GVC_Q_AREX));
    st = apply_local(ctx, model, direct);
    return st == GVC_OK ? apply_local(ctx, model, onward) : st;
}

static void fill_parts(const gvc_model *model, gvc_parts *parts, const work *w, const double *taxes)
{
    const double *own = gvc_model_get(model, GVC_Q_VL).a, *v = gvc_model_v(model);
    const double *x = gvc_model_x(model), *u = gvc_model_u(model);
    const double *dom = gvc_parts__rows(parts, "x_dom"), *dir = gvc_parts__rows(parts, "x_dir");
    const double *ind = gvc_parts__rows(parts, "x_ind");
    double *domestic = gvc_parts__rows(parts, "domx"), *trade = gvc_parts__rows(parts, "tradx");
    double *pf = gvc_parts__rows(parts, "gvcx_pf"), *pb = gvc_parts__rows(parts, "gvcx_pb");
    double *imports = gvc_parts__rows(parts, "gvcx_tsi");
    double *inputs = gvc_parts__rows(parts, "gvcx_tsd");
    double *tax = gvc_parts__rows(parts, "outx_tax"), *rest = gvc_parts__rows(parts, "outx_disc");

    gvc_index__others(model, w->ones, gvc_model_F(model));
    for (gvc_int i = 0; i < parts->n; i++) {
        const double home = w->home[i], final = home + w->ones[i];

        domestic[i] = own[i] * dom[i];
        trade[i] = own[i] * dir[i] + w->once[i] * dom[i];
        pf[i] = v[i] * ind[i];
        inputs[i] = (own[i] - v[i]) * ind[i];
        pb[i] = w->imported[i] * final - w->once[i] * home;
        imports[i] = w->imported[i] * (x[i] - final - u[i]) - w->once[i] * (dom[i] - home);
        tax[i] = taxes[i] * x[i];
        rest[i] = own[i] * (w->unused[i] + w->unused_abroad[i]) + w->imported[i] * u[i];
    }
}

/* 1 - w - m = tau L exactly, and tau is exactly 0 where value added is the residual. */
static gvc_status make_taxes(gvc_ctx *ctx, const gvc_model *model, double *taxes)
{
    const gvc_int n = gvc_model_n(model);

    memcpy(taxes, gvc_model_tau(model), (size_t)n * sizeof(double));
    return gvc_model__local_t(ctx, model, (gvc_view){ taxes, n, 1, n });
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { 0 };
    double *taxes = gvc_mem__alloc(ctx, parts->n, sizeof *taxes);
    gvc_status st = make_work(ctx, &w, parts->n);

    if (!taxes)
        st = GVC_ENOMEM;
    if (st == GVC_OK)
        st = make_taxes(ctx, model, taxes);
    if (st == GVC_OK)
        st = fill_unit_contents(ctx, model, &w);
    if (st == GVC_OK)
        st = fill_unused(ctx, model, &w);
    if (st == GVC_OK)
        st = fill_uses(ctx, model, parts, &w);
    if (st == GVC_OK)
        fill_parts(model, parts, &w, taxes);
    free_work(&w);
    gvc_mem__free(taxes);
    return st;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "x_dom", "Output serving home final demand", "money",
      "L Y^D", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "x_dir", "Output exported and absorbed by the importer", "money",
      "L(Y^F + A^F L Y^D)", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "x_ind", "Output exported and re-exported", "money",
      "L A^F L E*", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "domx", "Output: purely domestic", "money",
      "w o x_dom", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "tradx", "Output: traditional trade, one crossing", "money",
      "w o x_dir + m1 o x_dom", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvcx_pf", "GVC output, pure forward", "money",
      "v o x_ind", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvcx_pb", "GVC output, pure backward", "money",
      "m o Y - m1 o Y^D", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvcx_tsi", "GVC output, two-sided through imported inputs", "money",
      "m o (x-Y-u) - m1 o (LY^D - Y^D)", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvcx_tsd", "GVC output, two-sided through domestic inputs", "money",
      "(w-v) o x_ind", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvcx_ts", "GVC output, two-sided", "money",
      "gvcx_tsi+gvcx_tsd", "S", "",
      GVC_LEVELS_ROWS, RULE_SUM("gvcx_tsi", "gvcx_tsd") },
    { "gvcx", "GVC output", "money",
      "sum", "S", "",
      GVC_LEVELS_ROWS, RULE_SUM("gvcx_pf", "gvcx_pb", .c = "gvcx_ts") },
    { "outx_tax", "Own net taxes in output (0 if VA residual)", "money",
      "(1-w-m) o x", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "outx_disc", "Output serving row discrepancies (0 if balanced)", "money",
      "w o (Lu + L A^F Lu) + m o u", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvco", "GVC participation, output-based", "share",
      "gvcx/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx", "gout") },
    { "gvco_pf", "GVC share of output, pure forward", "share",
      "gvcx_pf/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx_pf", "gout") },
    { "gvco_pf_mix", "Share of GVC output that is pure forward", "share",
      "gvcx_pf/gvcx", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx_pf", "gvcx") },
    { "gvco_pb", "GVC share of output, pure backward", "share",
      "gvcx_pb/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx_pb", "gout") },
    { "gvco_pb_mix", "Share of GVC output that is pure backward", "share",
      "gvcx_pb/gvcx", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx_pb", "gvcx") },
    { "gvco_ts", "GVC share of output, two-sided", "share",
      "gvcx_ts/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx_ts", "gout") },
    { "gvco_ts_mix", "Share of GVC output that is two-sided", "share",
      "gvcx_ts/gvcx", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvcx_ts", "gvcx") },
    { "gvco_fwd", "Forwardness of GVC output", "index",
      "(gvcx_pf-gvcx_pb)/gvcx", "S", "[-1,1]",
      GVC_LEVELS_ROWS, RULE_TILT("gvcx_pf", "gvcx_pb", "gvcx") },
    { "domx_sh", "Purely domestic share of output", "share",
      "domx/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("domx", "gout") },
    { "tradx_sh", "Traditional-trade share of output", "share",
      "tradx/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("tradx", "gout") },
};
// clang-format on

const gvc_measure gvc_index__bmtout = {
    .name = "bmtout",
    .method = "bmtout",
    .kind = GVC_FRAME_INDICES,
    .title = "Tripartite GVC participation in output: domestic, traditional trade, three GVC parts",
    .paper = "Borin, Mancini, Taglioni 2021 (World Bank WP 9785), 2025 (WBER)",
    .notes =
        "Output of the sector itself: domx (no crossing), tradx (one crossing), and output in value "
        "chains with two or more: pure forward, pure backward, two-sided through imported inputs "
        "(tsi) or through own inputs of exports that go onward (tsd). They add up to gout with "
        "outx_tax and outx_disc; every part is constructed, none is a remainder. Programs that leave "
        "traditional trade as the remainder report a larger tradx and a smaller domx.",
    .levels = GVC_LEVELS_ROWS,
    .needs = GVC_Q_VL | GVC_Q_LOC | GVC_Q_ALOC | GVC_Q_AREX,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
