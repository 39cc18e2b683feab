#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"

#include <string.h>

/* n-vectors: imported content m and net taxes per unit of own output, flows used by u. */
typedef struct work {
    double *imported, *taxes, *left;
    gvc_view direct, discrepancy;
} work;

static gvc_status make_work(gvc_ctx *ctx, work *w, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);

    w->imported = gvc_mem__alloc(ctx, n, sizeof(double));
    w->taxes = gvc_mem__alloc(ctx, n, sizeof(double));
    w->left = gvc_mem__alloc(ctx, n, sizeof(double));
    w->direct = gvc_mem__matrix(ctx, n, U);
    w->discrepancy = gvc_mem__matrix(ctx, n, U);
    return w->imported && w->taxes && w->left && w->direct.a && w->discrepancy.a ? GVC_OK
                                                                                 : GVC_ENOMEM;
}

static void free_work(work *w)
{
    gvc_mem__free(w->imported);
    gvc_mem__free(w->taxes);
    gvc_mem__free(w->left);
    gvc_mem__free(w->direct.a);
    gvc_mem__free(w->discrepancy.a);
}

/* 1 - w - m = tau L exactly, and tau is exactly 0 where value added is the residual. */
static gvc_status fill_unit_contents(gvc_ctx *ctx, const gvc_model *model, work *w)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view taxes = { w->taxes, n, 1, n };
    gvc_status st;

    for (gvc_int i = 0; i < n; i++)
        w->left[i] = 1;
    st = gvc_index__imported(ctx, model, w->imported, w->left);
    memcpy(w->taxes, gvc_model_tau(model), (size_t)n * sizeof(double));
    return st == GVC_OK ? gvc_model__local_t(ctx, model, taxes) : st;
}

/* What the importer does with a flow: use it itself (direct), or serve u. */
static gvc_status fill_flows(gvc_ctx *ctx, const gvc_model *model, work *w)
{
    const gvc_view F = gvc_model_F(model), inputs = gvc_model_get(model, GVC_Q_ALOC);
    const gvc_int n = gvc_model_n(model);
    const gvc_view left = { w->left, n, 1, n };
    gvc_status st;

    for (gvc_int r = 0; r < F.cols; r++)
        for (gvc_int i = 0; i < n; i++)
            if (gvc_model__unit_of_row(model, i) != r)
                w->direct.a[i + r * w->direct.ld] = F.a[i + r * F.ld] + inputs.a[i + r * inputs.ld];
    if (!gvc_model_has_disc(model))
        return GVC_OK;
    memcpy(w->left, gvc_model_u(model), (size_t)n * sizeof(double));
    st = gvc_model__local(ctx, model, left);
    if (st == GVC_OK)
        gvc_model__by_importer(ctx, model, w->discrepancy, w->left, 0);
    return st;
}

static void fill_parts(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, const work *w)
{
    const double *own = gvc_model_get(model, GVC_Q_VL).a, *e = gvc_model_e(model);
    const gvc_view onward = gvc_model_get(model, GVC_Q_AREX);
    double *taxes = gvc_parts__rows(parts, "bmt_tax"), *rest = gvc_parts__rows(parts, "bmt_disc");

    gvc_index__scale(ctx, gvc_parts__pairs(parts, "davax"), own, w->direct);
    gvc_index__scale(ctx, gvc_parts__pairs(parts, "gvc_pf"), own, onward);
    gvc_index__scale(ctx, gvc_parts__pairs(parts, "gvc_pb"), w->imported, w->direct);
    gvc_index__scale(ctx, gvc_parts__pairs(parts, "gvc_ts"), w->imported, onward);
    gvc_index__total(rest, w->discrepancy);
    for (gvc_int i = 0; i < parts->n; i++)
        taxes[i] = w->taxes[i] * (e[i] - rest[i]);
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { 0 };
    gvc_status st = make_work(ctx, &w, model);

    if (st == GVC_OK)
        st = fill_unit_contents(ctx, model, &w);
    if (st == GVC_OK)
        st = fill_flows(ctx, model, &w);
    if (st == GVC_OK)
        fill_parts(ctx, model, parts, &w);
    free_work(&w);
    return st;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "davax", "Own VA directly absorbed by the importer (DAVAX)", "money",
      "(v_s L_ss) o (F_sr + A_sr L_rr F_rr)", "X", "",
      GVC_LEVELS_ALL, NULL },
    { "gvc_pf", "GVC trade, pure forward", "money",
      "(v_s L_ss) o A_sr L_rr E_r*", "X", "",
      GVC_LEVELS_ALL, NULL },
    { "gvc_pb", "GVC trade, pure backward", "money",
      "(1'A^F_.s L_ss) o (F_sr + A_sr L_rr F_rr)", "X", "",
      GVC_LEVELS_ALL, NULL },
    { "gvc_ts", "GVC trade, two-sided", "money",
      "(1'A^F_.s L_ss) o A_sr L_rr E_r*", "X", "",
      GVC_LEVELS_ALL, NULL },
    { "bmt_tax", "Own net taxes in exports (0 if VA residual)", "money",
      "", "X", "",
      GVC_LEVELS_ROWS, NULL },
    { "bmt_disc", "Exports used by row discrepancies (0 if balanced)", "money",
      "A_sr L_rr u_r", "X", "",
      GVC_LEVELS_ROWS, NULL },
    { "gvc_trade", "GVC trade", "money",
      "gvc_pf+gvc_pb+gvc_ts", "X", "",
      GVC_LEVELS_ROWS, RULE_SUM("gvc_pf", "gvc_pb", .c = "gvc_ts") },
    { "gvct", "GVC participation, trade-based", "share",
      "gvc_trade/gexp", "X", "[0,1]",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_SHARE_OF_THREE("gvc_pf", "gvc_pb", "gvc_ts", "gexp") },
    { "gvct_pf", "GVC share of exports, pure forward", "share",
      "gvc_pf/gexp", "X", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvc_pf", "gexp") },
    { "gvct_pf_mix", "Share of GVC trade that is pure forward", "share",
      "gvc_pf/gvc_trade", "X", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvc_pf", "gvc_trade") },
    { "gvct_pb", "GVC share of exports, pure backward", "share",
      "gvc_pb/gexp", "X", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvc_pb", "gexp") },
    { "gvct_pb_mix", "Share of GVC trade that is pure backward", "share",
      "gvc_pb/gvc_trade", "X", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvc_pb", "gvc_trade") },
    { "gvct_ts", "GVC share of exports, two-sided", "share",
      "gvc_ts/gexp", "X", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvc_ts", "gexp") },
    { "gvct_ts_mix", "Share of GVC trade that is two-sided", "share",
      "gvc_ts/gvc_trade", "X", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("gvc_ts", "gvc_trade") },
    { "gvct_fwd", "Forwardness of GVC trade", "index",
      "(gvc_pf-gvc_pb)/gvc_trade", "X", "[-1,1]",
      GVC_LEVELS_ROWS, RULE_TILT("gvc_pf", "gvc_pb", "gvc_trade") },
    { "part_bmt", "GVC participation (IV+FV)/E: tripartite forward and backward", "share",
      "(gvc_pf+gvc_pb)/gexp", "X", "[0,1]",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_SHARE_OF_TWO("gvc_pf", "gvc_pb", "gexp") },
    { "pos_bmt", "GVC position ln(1+IV/E)-ln(1+FV/E): tripartite", "index",
      "log1p(gvc_pf/gexp)-log1p(gvc_pb/gexp)", "X", "(-ln2,ln2)",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_POSITION("gvc_pf", "gvc_pb", "gexp") },
};
// clang-format on

const gvc_measure gvc_index__bmt = {
    .name = "bmt",
    .method = "bmt",
    .kind = GVC_FRAME_INDICES,
    .title = "Tripartite GVC participation in trade: pure forward, pure backward and two-sided",
    .paper = "Borin, Mancini, Taglioni 2021 (World Bank WP 9785), 2025 (WBER)",
    .notes =
        "An export is direct where the importer uses it for its own final demand without exporting "
        "again, onward where it goes into the importer's exports. Own value added in direct exports "
        "is traditional trade (davax); own value added going onward is pure forward, imported inputs "
        "in direct exports are pure backward, imported inputs going onward are two-sided.\n"
        "davax + gvc_pf + gvc_pb + gvc_ts + bmt_tax + bmt_disc = gexp. Local inverses suffice.\n"
        "The decomposition called bmt is another reading: gvc decompose --method bmt.",
    .levels = GVC_LEVELS_ALL,
    .needs = GVC_Q_VL | GVC_Q_ALOC | GVC_Q_AREX,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
