#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "index/sums.h"

#include <string.h>

/* Work arrays: own and foreign value added in one unit of output, and row sums. */
typedef struct work {
    double *own, *foreign, *sum;
    gvc_view third;
} work;

static gvc_status make_work(gvc_ctx *ctx, work *w, const gvc_model *model)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);

    w->own = gvc_mem__alloc(ctx, VB.rows, sizeof(double));
    w->foreign = gvc_mem__alloc(ctx, VB.rows, sizeof(double));
    w->sum = gvc_mem__alloc(ctx, VB.rows, sizeof(double));
    w->third = gvc_mem__matrix(ctx, VB.rows, VB.cols);
    if (!w->own || !w->foreign || !w->sum || !w->third.a)
        return GVC_ENOMEM;
    gvc_index__own(model, w->own, VB);
    gvc_index__others(model, w->foreign, VB);
    return gvc_index__third(ctx, model, w->third);
}

static void free_work(work *w)
{
    gvc_mem__free(w->own);
    gvc_mem__free(w->foreign);
    gvc_mem__free(w->sum);
    gvc_mem__free(w->third.a);
}

static void multiply(double *out, const double *a, const double *b, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
}

/* Own value added in exports, by where the importer's use ends: v_s B_ss o each flow. */
static void fill_own(const gvc_model *model, gvc_parts *parts, const work *w)
{
    const gvc_int n = parts->n;
    const struct {
        const char *name;
        gvc_view flow;
    } ends[] = {
        { "dv1", gvc_model_F(model) },
        { "dv2", gvc_model_get(model, GVC_Q_AOWN) },
        { "dv3", w->third },
        { "dv4", gvc_model_get(model, GVC_Q_AHOME) },
        { "dv_disc", gvc_model_get(model, GVC_Q_ABU) },
    };

    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
        gvc_index__others(model, w->sum, ends[e].flow);
        multiply(gvc_parts__rows(parts, ends[e].name), w->own, w->sum, n);
    }
    multiply(gvc_parts__rows(parts, "dvx"), w->own, gvc_model_e(model), n);
}

/* Components by partner: the direct importer, or for VS1 the country that exports again. */
static void fill_pairs(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, const work *w)
{
    const gvc_view source = gvc_parts__pairs(parts, "fv_src");

    gvc_index__scale(ctx, gvc_parts__pairs(parts, "fv"), w->foreign, gvc_model_E(model));
    gvc_index__scale(ctx, source, gvc_model_e(model), gvc_model_get(model, GVC_Q_VB));
    gvc_index__drop_own(model, source);
    gvc_index__scale(ctx, gvc_parts__pairs(parts, "iv_kpww"), w->own, w->third);
    gvc_index__scale(ctx, gvc_parts__pairs(parts, "iv_int"), w->own, gvc_model_Eint(model));
}

/* By sector of origin: v_s B_ss (third-country inputs), and VS1 less what others sell back to s:
 * sum over p != s of B_sp E_ps is (B E_.s)_s, as E_ss = 0. */
static void fill_origins(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, const work *w)
{
    const gvc_view BE = gvc_model_get(model, GVC_Q_BE), vs1 = gvc_parts__pairs(parts, "iv_vs1");
    const double *v = gvc_model_v(model);
    double *out = gvc_parts__rows(parts, "iv_vs1x");

    gvc_index__scale(ctx, vs1, v, gvc_model_get(model, GVC_Q_BEX));
    gvc_index__drop_own(model, vs1);
    multiply(gvc_parts__rows(parts, "iv_kpww_o"), v, gvc_model_get(model, GVC_Q_BHOT).a, parts->n);
    gvc_index__others(model, w->sum, gvc_model_get(model, GVC_Q_BEX));
    for (gvc_int i = 0; i < parts->n; i++)
        out[i] = v[i] * (w->sum[i] - BE.a[i + gvc_model__unit_of_row(model, i) * BE.ld]);
}

/* The same as totals of each unit, which rows of V B give: V_s B_sp E_p, and v_s B_ss
 * (third-country inputs) where these are made. */
static gvc_status fill_totals(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB), E = gvc_model_E(model);
    const gvc_view vs1 = gvc_parts__pairs(parts, "iv_vs1");
    const gvc_view bought = gvc_mem__matrix(ctx, parts->U, parts->U);
    double *out = gvc_parts__rows(parts, "iv_vs1x");

    if (!bought.a)
        return GVC_ENOMEM;
    gvc_index__sum_units(ctx, model, bought, gvc_model_e(model), VB);
    memcpy(gvc_parts__rows(parts, "iv_kpww_o"), gvc_parts__rows(parts, "dv3"),
           (size_t)parts->n * sizeof *out);
    for (gvc_int s = 0; s < parts->U; s++) {
        const gvc_int first = gvc_index__first_row(model, s);
        double sum = 0, rest = 0;

        for (gvc_int p = 0; p < parts->U; p++) {
            if (p != s)
                vs1.a[first + p * vs1.ld] = bought.a[p + s * bought.ld];
            gvc_index__add(&sum, &rest, vs1.a[first + p * vs1.ld]);
        }
        for (gvc_int j = 0; j < parts->n; j++)
            gvc_index__add(&sum, &rest, -VB.a[j + s * VB.ld] * E.a[j + s * E.ld]);
        out[first] = sum + rest;
    }
    gvc_mem__free(bought.a);
    return GVC_OK;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { 0 };
    gvc_status st = make_work(ctx, &w, model);

    if (st == GVC_OK) {
        fill_own(model, parts, &w);
        fill_pairs(ctx, model, parts, &w);
        if (gvc_parts__by_sector(parts))
            fill_origins(ctx, model, parts, &w);
        else
            st = fill_totals(ctx, model, parts);
    }
    free_work(&w);
    return st;
}

static const gvc_family family = { .compute = compute };

/* A pair in VS1 is origin and re-exporter: both parts are read against all exports of the origin,
 * so that pairs add up; the backward part is then the partner's value added in them. */
static const gvc_rule participation_vs1_pair = {
    .kind = GVC_RULE_RATIO,
    .a = "iv_vs1",
    .b = "fv_src",
    .over = "gexp",
    .over_seller = 1,
};
static const gvc_rule position_vs1_pair = {
    .kind = GVC_RULE_POSITION,
    .a = "iv_vs1",
    .b = "fv_src",
    .over = "gexp",
    .over_seller = 1,
};
static const gvc_rule participation_vs1 = {
    .kind = GVC_RULE_RATIO,
    .a = "iv_vs1",
    .b = "fv",
    .over = "gexp",
    .pair = &participation_vs1_pair,
};
static const gvc_rule position_vs1 = {
    .kind = GVC_RULE_POSITION,
    .a = "iv_vs1",
    .b = "fv",
    .over = "gexp",
    .pair = &position_vs1_pair,
};

// clang-format off
static const gvc_term terms[] = {
    { "dv1", "Own VA in final exports", "money",
      "v_s B_ss F_sr", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dv2", "Own VA in intermediate exports absorbed by the importer", "money",
      "v_s B_ss A_sr (BF)_rr", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dv3", "Own VA in intermediates re-exported to third countries", "money",
      "v_s B_ss A_sr sum_{t!=s,r} (BF)_rt", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dv4", "Own VA in intermediate exports that returns home", "money",
      "v_s B_ss A_sr (BF)_rs", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dv_disc", "Own VA in exports used by row discrepancies (0 if balanced)", "money",
      "v_s B_ss A_sr (Bu)_r", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dvx", "Own value-added content of exports, double counts included", "money",
      "v_s B_ss o e", "X", "", GVC_LEVELS_ROWS, NULL },
    { "fv", "Foreign value-added content of exports (VS)", "money",
      "sum_{t!=s} v_t B_ts o e", "X", "", GVC_LEVELS_ALL, NULL },
    { "fv_src", "Value added of the partner in exports", "money",
      "v_p B_ps o e", "X", "", GVC_LEVELS_PAIRS, NULL },
    { "iv_kpww", "Own VA re-exported to third countries, by exporting sector", "money",
      "dv3", "X", "", GVC_LEVELS_ALL, NULL },
    { "iv_kpww_o", "Own VA re-exported to third countries, by sector of origin", "money",
      "v^_s B_ss sum_r A_sr sum_{t!=s,r} (BF)_rt", "O", "", GVC_LEVELS_ROWS, NULL },
    { "iv_vs1", "Own VA in other countries exports (VS1), by sector of origin", "money",
      "v^_s sum_{p!=s} B_sp E_p*", "O", "", GVC_LEVELS_ALL, NULL },
    { "iv_vs1x", "Own VA in other countries exports to third countries", "money",
      "v^_s sum_{p!=s} B_sp (E_p* - E_ps)", "O", "", GVC_LEVELS_ROWS, NULL },
    { "iv_int", "Own VA in all intermediate exports", "money",
      "v_s B_ss o sum_r A_sr x_r", "X", "", GVC_LEVELS_ALL, NULL },
    { "fv_sh", "Foreign VA share of exports", "share",
      "fv/gexp", "X", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("fv", "gexp") },
    { "iv_kpww_sh", "Indirect VA share of exports: KPWW third-country, exporting sector", "share",
      "iv_kpww/gexp", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("iv_kpww", "gexp") },
    { "part_kpww", "GVC participation (IV+FV)/E: KPWW third-country, exporting sector", "share",
      "(iv_kpww+fv)/gexp", "", ">=0",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_SHARE_OF_TWO("iv_kpww", "fv", "gexp") },
    { "pos_kpww", "GVC position ln(1+IV/E)-ln(1+FV/E): KPWW third-country, exporting sector", "index",
      "log1p(iv_kpww/gexp)-log1p(fv/gexp)", "", "(-ln2,..)",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_POSITION("iv_kpww", "fv", "gexp") },
    { "iv_kpww_o_sh", "Indirect VA share of exports: KPWW third-country, sector of origin", "share",
      "iv_kpww_o/gexp", "", ">=0",
      GVC_LEVELS_ROWS, RULE_SHARE("iv_kpww_o", "gexp") },
    { "part_kpww_o", "GVC participation (IV+FV)/E: KPWW third-country, sector of origin", "share",
      "(iv_kpww_o+fv)/gexp", "", ">=0",
      GVC_LEVELS_ROWS, RULE_SHARE_OF_TWO("iv_kpww_o", "fv", "gexp") },
    { "pos_kpww_o", "GVC position ln(1+IV/E)-ln(1+FV/E): KPWW third-country, sector of origin", "index",
      "log1p(iv_kpww_o/gexp)-log1p(fv/gexp)", "", "(-ln2,..)",
      GVC_LEVELS_ROWS, RULE_POSITION("iv_kpww_o", "fv", "gexp") },
    { "iv_vs1_sh", "Indirect VA share of exports: VS1", "share",
      "iv_vs1/gexp", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("iv_vs1", "gexp") },
    { "part_vs1", "GVC participation (IV+FV)/E: VS1", "share",
      "(iv_vs1+fv)/gexp", "", ">=0",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, &participation_vs1 },
    { "pos_vs1", "GVC position ln(1+IV/E)-ln(1+FV/E): VS1", "index",
      "log1p(iv_vs1/gexp)-log1p(fv/gexp)", "", "(-ln2,..)",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, &position_vs1 },
    { "iv_vs1x_sh", "Indirect VA share of exports: VS1 without return flows", "share",
      "iv_vs1x/gexp", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("iv_vs1x", "gexp") },
    { "part_vs1x", "GVC participation (IV+FV)/E: VS1 without return flows", "share",
      "(iv_vs1x+fv)/gexp", "", ">=0",
      GVC_LEVELS_ROWS, RULE_SHARE_OF_TWO("iv_vs1x", "fv", "gexp") },
    { "pos_vs1x", "GVC position ln(1+IV/E)-ln(1+FV/E): VS1 without return flows", "index",
      "log1p(iv_vs1x/gexp)-log1p(fv/gexp)", "", "(-ln2,..)",
      GVC_LEVELS_ROWS, RULE_POSITION("iv_vs1x", "fv", "gexp") },
    { "iv_int_sh", "Indirect VA share of exports: all own VA in intermediates", "share",
      "iv_int/gexp", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("iv_int", "gexp") },
    { "part_int", "GVC participation (IV+FV)/E: all own VA in intermediates", "share",
      "(iv_int+fv)/gexp", "", ">=0",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_SHARE_OF_TWO("iv_int", "fv", "gexp") },
    { "pos_int", "GVC position ln(1+IV/E)-ln(1+FV/E): all own VA in intermediates", "index",
      "log1p(iv_int/gexp)-log1p(fv/gexp)", "", "(-ln2,..)",
      GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_POSITION("iv_int", "fv", "gexp") },
};
// clang-format on

const gvc_measure gvc_index__kpww = {
    .name = "kpww",
    .method = "kpww",
    .kind = GVC_FRAME_INDICES,
    .title =
        "GVC participation (IV + FV)/E and position ln(1 + IV/E) - ln(1 + FV/E), five readings of IV",
    .paper =
        "Koopman, Powers, Wang, Wei 2010 (NBER 16426); Hummels, Ishii, Yi 2001; Koopman, Wang, Wei 2014",
    .notes =
        "Indirect value added IV has five readings in use, and levels differ widely between them; name "
        "the variant beside every figure. kpww: own value added that the importer turns into exports "
        "to third countries, by exporting sector (the definition of the 2010 paper). kpww_o: the same "
        "by sector of origin. vs1: own value added in all exports of others. vs1x: vs1 without flows "
        "back home. int: all own value added in intermediate exports, so that participation is one "
        "less the share of own value added in final exports.\n"
        "dv1 + dv2 + dv3 + dv4 + dv_disc + fv is the value-added content of exports, equal to gross "
        "exports where value added is the residual. fv contains the pure foreign double counting.\n"
        "A pair's part_vs1 and pos_vs1 have all exports of the country as denominator and the "
        "partner's value added in them as backward part; the other variants have the exports to the "
        "partner.",
    .levels = GVC_LEVELS_ALL,
    .needs = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_AOWN | GVC_Q_AHOME | GVC_Q_ABU,
    .needs_of_sectors = GVC_Q_BHOT | GVC_Q_BEX | GVC_Q_BE,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
