#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "la/view.h"

static void subtract(gvc_view out, gvc_view a, gvc_view b)
{
    for (gvc_int r = 0; r < out.cols; r++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + r * out.ld] = a.a[i + r * a.ld] - b.a[i + r * b.ld];
}

/* pairs := v^ L pairs: a flow to each direct importer becomes the value added behind it. */
static gvc_status trace_back(gvc_ctx *ctx, const gvc_model *model, gvc_view pairs)
{
    const gvc_status st = gvc_model__local(ctx, model, pairs);

    if (st == GVC_OK)
        gvc_index__scale(ctx, pairs, gvc_model_v(model), pairs);
    return st;
}

/* Forward by partner, from what the direct importer r does with it: final use; its own use at
 * home; use that ends in s, in r after more crossings, in third units. */
static gvc_status fill_forward_pairs(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts)
{
    static const char *const names[] = { "v_rt", "v_gvc_s", "v_gvc_c_home", "v_gvc_c_part",
                                         "v_gvc_c_third" };
    const gvc_view final = gvc_parts__pairs(parts, "v_rt");
    gvc_status st;

    gvc_view__copy(final, gvc_model_F(model));
    gvc_index__drop_own(model, final);
    gvc_view__copy(gvc_parts__pairs(parts, "v_gvc_s"), gvc_model_get(model, GVC_Q_ALOC));
    gvc_view__copy(gvc_parts__pairs(parts, "v_gvc_c_home"), gvc_model_get(model, GVC_Q_AHOME));
    subtract(gvc_parts__pairs(parts, "v_gvc_c_part"), gvc_model_get(model, GVC_Q_AOWN),
             gvc_model_get(model, GVC_Q_ALOC));
    st = gvc_index__third(ctx, model, gvc_parts__pairs(parts, "v_gvc_c_third"));
    for (size_t k = 0; k < sizeof names / sizeof names[0] && st == GVC_OK; k++)
        st = trace_back(ctx, model, gvc_parts__pairs(parts, names[k]));
    return st;
}

static void fill_forward_rows(const gvc_model *model, gvc_parts *parts)
{
    const double *v = gvc_model_v(model), *loc = gvc_model_get(model, GVC_Q_LOC).a;
    const double *disc = gvc_model_get(model, GVC_Q_BU).a;
    double *domestic = gvc_parts__rows(parts, "v_d"), *total = gvc_parts__rows(parts, "v_total");
    double *rest = gvc_parts__rows(parts, "v_disc");

    gvc_index__total(total, gvc_model_get(model, GVC_Q_BF));
    for (gvc_int i = 0; i < parts->n; i++) {
        domestic[i] = v[i] * loc[i];
        total[i] *= v[i];
        rest[i] = v[i] * disc[i];
    }
}

/* Backward by country where the value added originates. With c_s = v_s L_ss A^F_s., simple is
 * (c_s L) o Y^D; all of it is (c_s B) o Y, and c_s B = VB[s, .] less v_s L_ss in the own block. */
static gvc_status fill_backward_pairs(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts,
                                      const double *home, const double *all)
{
    const gvc_view simple = gvc_parts__pairs(parts, "y_gvc_s");
    const gvc_view complex = gvc_parts__pairs(parts, "y_gvc_c");
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    const double *vl = gvc_model_get(model, GVC_Q_VL).a;
    gvc_status st;

    gvc_model__by_exporter(ctx, model, simple, vl);
    st = gvc_model__local_t(ctx, model, simple);
    if (st != GVC_OK)
        return st;
    gvc_index__scale(ctx, simple, home, simple);
    if (parts->U == 1) /* no border: VB and vL are equal but for rounding */
        return GVC_OK;
    gvc_view__copy(complex, VB);
    for (gvc_int j = 0; j < parts->n; j++)
        complex.a[j + gvc_model__unit_of_row(model, j) * complex.ld] -= vl[j];
    gvc_index__scale(ctx, complex, all, complex);
    subtract(complex, complex, simple);
    return GVC_OK;
}

static void fill_backward_rows(const gvc_model *model, gvc_parts *parts, const double *home,
                               const double *all)
{
    const double *vl = gvc_model_get(model, GVC_Q_VL).a;
    double *y_d = gvc_parts__rows(parts, "y_d"), *y_rt = gvc_parts__rows(parts, "y_rt");
    double *total = gvc_parts__rows(parts, "y_total");

    gvc_index__total(total, gvc_model_get(model, GVC_Q_VB));
    gvc_index__own(model, gvc_parts__rows(parts, "y_gvc_c_own"),
                   gvc_parts__pairs(parts, "y_gvc_c"));
    for (gvc_int j = 0; j < parts->n; j++) {
        y_d[j] = vl[j] * home[j];
        y_rt[j] = vl[j] * (all[j] - home[j]);
        total[j] *= all[j];
    }
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    double *home = gvc_mem__alloc(ctx, parts->n, sizeof *home);
    double *all = gvc_mem__alloc(ctx, parts->n, sizeof *all);
    gvc_status st = home && all ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK)
        st = fill_forward_pairs(ctx, model, parts);
    if (st == GVC_OK) {
        fill_forward_rows(model, parts);
        gvc_index__own(model, home, gvc_model_F(model));
        gvc_index__total(all, gvc_model_F(model));
        st = fill_backward_pairs(ctx, model, parts, home, all);
    }
    if (st == GVC_OK)
        fill_backward_rows(model, parts, home, all);
    gvc_mem__free(home);
    gvc_mem__free(all);
    return st;
}

static const char *const own_pairs[] = { "y_gvc_c", NULL };

static const gvc_family family = { .compute = compute, .own_pairs = own_pairs };

// clang-format off
static const gvc_term terms[] = {
    { "v_d", "VA in domestically produced and consumed goods", "money",
      "v^ L Y^D", "O", "", GVC_LEVELS_ROWS, NULL },
    { "v_rt", "VA in final exports (traditional trade)", "money",
      "v^ L Y^F", "O", "", GVC_LEVELS_ALL, NULL },
    { "v_gvc_s", "VA in simple GVC: absorbed by the direct importer", "money",
      "v^ L A^F L Y^D", "O", "", GVC_LEVELS_ALL, NULL },
    { "v_gvc_c_home", "VA in complex GVC that returns home", "money",
      "v_s L_ss sum_r A_sr (BF)_rs", "O", "", GVC_LEVELS_ALL, NULL },
    { "v_gvc_c_part", "VA in complex GVC absorbed by direct importer later", "money",
      "v_s L_ss sum_r A_sr ((BF)_rr - L_rr F_rr)", "O", "", GVC_LEVELS_ALL, NULL },
    { "v_gvc_c_third", "VA in complex GVC absorbed in third countries", "money",
      "v_s L_ss sum_r A_sr sum_{t!=s,r} (BF)_rt", "O", "", GVC_LEVELS_ALL, NULL },
    { "v_gvc_c", "VA in complex GVC", "money",
      "v^ L A^F (BY - L Y^D)", "O", "",
      GVC_LEVELS_ROWS, RULE_SUM("v_gvc_c_home", "v_gvc_c_part", .c = "v_gvc_c_third") },
    { "v_gvc", "VA in GVC activities", "money",
      "v^ L A^F B Y", "O", "", GVC_LEVELS_ROWS, RULE_SUM("v_gvc_s", "v_gvc_c") },
    { "v_total", "VA explained by final demand", "money",
      "v^ B Y", "O", "", GVC_LEVELS_ROWS, NULL },
    { "v_disc", "VA used by row discrepancies (0 if balanced)", "money",
      "v^ B u", "O", "", GVC_LEVELS_ROWS, NULL },
    { "y_d", "Final goods: domestic VA, domestic use", "money",
      "(vL) o Y^D", "P", "", GVC_LEVELS_ROWS, NULL },
    { "y_rt", "Final goods: domestic VA, exported final", "money",
      "(vL) o Y^F", "P", "", GVC_LEVELS_ROWS, NULL },
    { "y_gvc_s", "Final goods: simple GVC (one crossing, used at home)", "money",
      "(v L A^F L) o Y^D", "P", "", GVC_LEVELS_ALL, NULL },
    { "y_gvc_c", "Final goods: complex GVC", "money",
      "(v L A^F B) o Y - y_gvc_s", "P", "", GVC_LEVELS_ALL, NULL },
    { "y_gvc_c_own", "Final goods: own value added that returned", "money",
      "(v_s L_ss A^F_s B)_s o Y", "P", "", GVC_LEVELS_ROWS, NULL },
    { "y_gvc_c_for", "Final goods: foreign value added in complex GVC", "money",
      "y_gvc_c - y_gvc_c_own", "P", "",
      GVC_LEVELS_ROWS, RULE_DIFFERENCE("y_gvc_c", "y_gvc_c_own") },
    { "y_gvc", "Final goods: GVC value added", "money",
      "(v L A^F B) o Y", "P", "", GVC_LEVELS_ROWS, RULE_SUM("y_gvc_s", "y_gvc_c") },
    { "y_total", "Final goods: value-added content", "money",
      "(vB) o Y", "P", "", GVC_LEVELS_ROWS, NULL },
    { "v_d_sh", "Pure domestic share of VA", "share",
      "v_d/v_total", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("v_d", "v_total") },
    { "v_rt_sh", "Traditional-trade share of VA", "share",
      "v_rt/v_total", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("v_rt", "v_total") },
    { "gvcpt_f", "Forward GVC participation", "share",
      "v_gvc/v_total", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("v_gvc", "v_total") },
    { "gvcpt_f_s", "Forward GVC participation, simple", "share",
      "v_gvc_s/v_total", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("v_gvc_s", "v_total") },
    { "gvcpt_f_c", "Forward GVC participation, complex", "share",
      "v_gvc_c/v_total", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("v_gvc_c", "v_total") },
    { "gvcpt_f_c_home", "Forward GVC participation, complex, returned home", "share",
      "v_gvc_c_home/v_total", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("v_gvc_c_home", "v_total") },
    { "y_d_sh", "Pure domestic share of final goods", "share",
      "y_d/y_total", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("y_d", "y_total") },
    { "y_rt_sh", "Traditional-trade share of final goods", "share",
      "y_rt/y_total", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("y_rt", "y_total") },
    { "gvcpt_b", "Backward GVC participation", "share",
      "y_gvc/y_total", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("y_gvc", "y_total") },
    { "gvcpt_b_s", "Backward GVC participation, simple", "share",
      "y_gvc_s/y_total", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("y_gvc_s", "y_total") },
    { "gvcpt_b_c", "Backward GVC participation, complex", "share",
      "y_gvc_c/y_total", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("y_gvc_c", "y_total") },
    { "gvcpt_b_c_own", "Backward GVC participation, complex, own returned VA", "share",
      "y_gvc_c_own/y_total", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("y_gvc_c_own", "y_total") },
    { "gvcpt", "GVC participation, forward plus backward", "share",
      "gvcpt_f + gvcpt_b", "", "[0,2]", GVC_LEVELS_ROWS, RULE_SUM("gvcpt_f", "gvcpt_b") },
    { "gvcpt_fb", "Forward over backward GVC participation", "ratio",
      "gvcpt_f / gvcpt_b", "", ">=0",
      GVC_LEVELS_ROWS, RULE_QUOTIENT("gvcpt_f", "gvcpt_b") },
    { "gvcpos_ln", "GVC position ln(1+GVCPt_f)-ln(1+GVCPt_b)", "index",
      "log1p(gvcpt_f)-log1p(gvcpt_b)", "", "(-ln2,ln2)",
      GVC_LEVELS_ROWS, RULE_POSITION("gvcpt_f", "gvcpt_b", NULL) },
};
// clang-format on

const gvc_measure gvc_index__activity = {
    .name = "activity",
    .method = "activity",
    .kind = GVC_FRAME_INDICES,
    .title =
        "Value added and final goods by production activity: domestic, traditional trade, simple and complex GVC",
    .paper = "Wang, Wei, Yu, Zhu 2017a (NBER 23222)",
    .notes =
        "Forward (v_): value added by the country-sector where it originates; partner is the direct "
        "importer. Backward (y_): final goods by the country-sector that finishes them; partner is "
        "where the value added originates, so the own pair of y_gvc_c is value added that returned.\n"
        "v_d + v_rt + v_gvc = v_total, and v_total + v_disc is value added; y_d + y_rt + y_gvc = y_total. "
        "Over the world v_gvc and y_gvc are equal, simple and complex too; home consumption (forward) "
        "and home finishing (backward) are not.\n"
        "gvcpos_ln puts both participations in place of IV/E and FV/E; gvcpt is their sum.",
    .levels = GVC_LEVELS_ALL,
    .needs = GVC_Q_VL | GVC_Q_LOC | GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_ALOC | GVC_Q_AOWN |
             GVC_Q_AHOME,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
