#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"

#include <string.h>

/* n values, and n x U. */
typedef struct work {
    double *weight;
    gvc_view pairs;
} work;

/* Keep flows by row and partner as the whole of each row and as sums by unit and partner. */
static void keep(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, gvc_view pairs,
                 const char *all, const char *inside)
{
    if (all)
        gvc_index__total(gvc_parts__rows(parts, all), pairs);
    gvc_index__sum_units(ctx, model, gvc_parts__couples(parts, inside), NULL, pairs);
}

/* Exports by row, and the imports of each unit in its first row. */
static void fill_trade(const gvc_model *model, double *trade, gvc_view pairs)
{
    gvc_index__total(trade, pairs);
    for (gvc_int r = 0; r < pairs.cols; r++) {
        gvc_int n_rows;
        const gvc_int first = gvc_model__rows_of(model, r, &n_rows)[0];

        for (gvc_int i = 0; i < pairs.rows; i++)
            trade[first] += pairs.a[i + r * pairs.ld];
    }
}

static void fill_exports(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, const work *w)
{
    keep(ctx, model, parts, gvc_model_E(model), NULL, "e_inside");
    fill_trade(model, gvc_parts__rows(parts, "e_trade"), gvc_model_E(model));
    gvc_index__scale(ctx, w->pairs, gvc_model_v(model), gvc_model_get(model, GVC_Q_BF));
    gvc_index__drop_own(model, w->pairs);
    keep(ctx, model, parts, w->pairs, "vax_all", "vax_inside");
    fill_trade(model, gvc_parts__rows(parts, "vax_trade"), w->pairs);
    gvc_index__scale(ctx, w->pairs, gvc_model_e(model), gvc_model_get(model, GVC_Q_VB));
    gvc_index__drop_own(model, w->pairs);
    keep(ctx, model, parts, w->pairs, "fv_all", "fv_inside");
}

/* Value added in chains, forward by direct importer, v^ L A^F X, and backward by origin. */
static gvc_status fill_chains(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    const double *own = gvc_model_get(model, GVC_Q_VL).a;
    gvc_status st;

    gvc_index__total(w->weight, gvc_model_get(model, GVC_Q_BF));
    gvc_model__by_importer(ctx, model, w->pairs, w->weight, 0);
    st = gvc_model__local(ctx, model, w->pairs);
    gvc_index__scale(ctx, w->pairs, gvc_model_v(model), w->pairs);
    keep(ctx, model, parts, w->pairs, "v_gvc", "v_gvc_inside");
    if (parts->U == 1) /* no border: VB and vL are equal but for rounding */
        return st;
    gvc_index__total(w->weight, gvc_model_F(model));
    gvc_index__scale(ctx, w->pairs, w->weight, VB);
    for (gvc_int j = 0; j < parts->n; j++)
        w->pairs.a[j + gvc_model__unit_of_row(model, j) * w->pairs.ld] -= own[j] * w->weight[j];
    keep(ctx, model, parts, w->pairs, "y_gvc", "y_gvc_inside");
    return st;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { gvc_mem__alloc(ctx, parts->n, sizeof(double)),
               gvc_mem__matrix(ctx, parts->n, parts->U) };
    gvc_status st = w.weight && w.pairs.a ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK) {
        fill_exports(ctx, model, parts, &w);
        st = fill_chains(ctx, model, parts, &w);
    }
    gvc_mem__free(w.weight);
    gvc_mem__free(w.pairs.a);
    return st;
}

static const gvc_family family = { .compute = compute };

enum { HIDDEN = 15 };

// clang-format off
static const gvc_term terms[] = {
    { "intra_e_sh", "Intra-group share of exports", "share",
      "sum over members s, r of E_sr / E_s*", "", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_SHARE("e_inside", "gexp") },
    { "intra_vax_sh", "Intra-group share of value-added exports", "share",
      "sum over members s, r of vax_sr / vax_s*", "", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_SHARE("vax_inside", "vax_all") },
    { "intra_fv_sh", "Intra-group share of foreign VA in exports", "share",
      "sum over members s, p of fv_src / fv", "", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_SHARE("fv_inside", "fv_all") },
    { "intra_v_gvc_sh", "Intra-group share of forward GVC (direct importer)", "share",
      "sum over members s, r of v^_s L_ss A_sr (BY)_r / v_gvc", "", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_SHARE("v_gvc_inside", "v_gvc") },
    { "intra_y_gvc_sh", "Intra-group share of backward GVC (VA source)", "share",
      "sum over members s, p of c_p B o Y / y_gvc", "", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_SHARE("y_gvc_inside", "y_gvc") },
    { "rci_e", "Regional concentration index, gross exports", "index",
      "[2 intra/(E_g* + E_*g)] / [(E_g* + E_*g)/(2 E_**)]", "", ">=0", GVC_LEVEL_GROUP_SUM, RULE_QUOTIENT("e_density", "e_size") },
    { "rci_vax", "Regional concentration index, value-added exports", "index",
      "[2 intra/(vax_g* + vax_*g)] / [(vax_g* + vax_*g)/(2 vax_**)]", "", ">=0", GVC_LEVEL_GROUP_SUM, RULE_QUOTIENT("vax_density", "vax_size") },
    { .name = "vax_all", .levels = GVC_LEVELS_ROWS },
    { .name = "fv_all", .levels = GVC_LEVELS_ROWS },
    { .name = "v_gvc", .levels = GVC_LEVELS_ROWS },
    { .name = "y_gvc", .levels = GVC_LEVELS_ROWS },
    { .name = "e_trade", .levels = GVC_LEVELS_ROWS },
    { .name = "vax_trade", .levels = GVC_LEVELS_ROWS },
    { .name = "e_inside" },
    { .name = "vax_inside" },
    { .name = "fv_inside" },
    { .name = "v_gvc_inside" },
    { .name = "y_gvc_inside" },
    { .name = "e_density", .rule = RULE_SHARE_OF_TWO("e_inside", "e_inside", "e_trade") },
    { .name = "e_size", .rule = RULE_SHARE_OF_WORLD("e_trade") },
    { .name = "vax_density", .rule = RULE_SHARE_OF_TWO("vax_inside", "vax_inside", "vax_trade") },
    { .name = "vax_size", .rule = RULE_SHARE_OF_WORLD("vax_trade") },
};
// clang-format on

const gvc_measure gvc_index__group = {
    .name = "group",
    .method = "group",
    .kind = GVC_FRAME_INDICES,
    .title = "How much of the trade and the chains of members stays among them",
    .paper = "Frankel 1997; Los, Timmer, de Vries 2015",
    .notes =
        "The intra shares divide what members trade with one another by what they trade in all: gross "
        "exports, value added absorbed, foreign value added in exports, value added in chains by direct "
        "importer (forward) or by origin (backward, where value added that returned to its own country "
        "counts as inside).\n"
        "rci compares the share of members in one another's trade, exports and imports together, with "
        "their share in world trade: 1 is neutral, above 1 is concentration within the region.",
    .levels = GVC_LEVEL_GROUP_SUM,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_BF,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0] - HIDDEN,
    .how = &family,
    .n_hidden = HIDDEN,
};
