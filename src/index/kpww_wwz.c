#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "index/sums.h"

#include <stddef.h>

/* n-vectors (foreign value added per unit; what each unit absorbs of its own production, and all
 * that is absorbed) and n x U. */
typedef struct work {
    double *foreign, *near, *all;
    gvc_view onward, direct;
} work;

static gvc_status make_work(gvc_ctx *ctx, work *w, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);

    w->foreign = gvc_mem__alloc(ctx, n, sizeof(double));
    w->near = gvc_mem__alloc(ctx, n, sizeof(double));
    w->all = gvc_mem__alloc(ctx, n, sizeof(double));
    w->onward = gvc_mem__matrix(ctx, n, U);
    w->direct = gvc_mem__matrix(ctx, n, U);
    return w->foreign && w->near && w->all && w->onward.a && w->direct.a ? GVC_OK : GVC_ENOMEM;
}

static void free_work(work *w)
{
    gvc_mem__free(w->foreign);
    gvc_mem__free(w->near);
    gvc_mem__free(w->all);
    gvc_mem__free(w->onward.a);
    gvc_mem__free(w->direct.a);
}

/* Terms 3 to 5 are vL o A_sr applied to sum_{t!=s} (BF)_rt - B_rr F_rr - B_rs sum_{t!=s} F_st.
 * Without a third unit nothing is left. */
static void fill_onward(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    const gvc_view BF = gvc_model_get(model, GVC_Q_BF);
    const gvc_view abroad = gvc_model_get(model, GVC_Q_BABROAD);
    const gvc_view out = gvc_parts__pairs(parts, "iv_wwz");

    if (parts->U < 3)
        return;
    gvc_index__own(model, w->near, gvc_model_get(model, GVC_Q_BHOME));
    gvc_index__total(w->all, BF);
    for (gvc_int s = 0; s < parts->U; s++)
        for (gvc_int j = 0; j < parts->n; j++)
            w->onward.a[j + s * w->onward.ld] =
                w->all[j] - BF.a[j + s * BF.ld] - w->near[j] - abroad.a[j + s * abroad.ld];
    gvc_model__homeward(ctx, model, out, w->onward);
    gvc_index__scale(ctx, out, gvc_model_get(model, GVC_Q_VL).a, out);
}

/* The same as a total of each unit, beside the first row and the own column: with c_s = v_s L_ss
 * A_s. abroad, (c_s B)_off = (V_s B)_off, and what ends in s's own final goods cancels out, so it
 * is V_s B_off (sum_{t!=s} F_t) - c_s (B_rr F_rr). */
static void fill_onward_totals(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB), F = gvc_model_F(model);
    const gvc_view out = gvc_parts__pairs(parts, "iv_wwz");

    if (parts->U < 3)
        return;
    gvc_index__own(model, w->near, gvc_model_get(model, GVC_Q_BHOME));
    gvc_index__total(w->all, F);
    gvc_model__by_exporter(ctx, model, w->onward, gvc_model_get(model, GVC_Q_VL).a);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int s = 0; s < parts->U; s++) {
        double sum = 0, rest = 0;

        for (gvc_int j = 0; j < parts->n; j++)
            if (gvc_model__unit_of_row(model, j) != s)
                gvc_index__add(&sum, &rest,
                               VB.a[j + s * VB.ld] * (w->all[j] - F.a[j + s * F.ld]) -
                                   w->onward.a[j + s * w->onward.ld] * w->near[j]);
        out.a[gvc_index__first_row(model, s) + s * out.ld] = sum + rest;
    }
}

/* Terms 11, 12, 14 and 15: foreign value added in what the importer uses itself. */
static void fill_direct(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    const gvc_view F = gvc_model_F(model), inputs = gvc_model_get(model, GVC_Q_ALOC);

    gvc_index__others(model, w->foreign, gvc_model_get(model, GVC_Q_VB));
    for (gvc_int r = 0; r < parts->U; r++)
        for (gvc_int i = 0; i < parts->n; i++)
            w->direct.a[i + r * w->direct.ld] = F.a[i + r * F.ld] + inputs.a[i + r * inputs.ld];
    gvc_index__drop_own(model, w->direct);
    gvc_index__scale(ctx, gvc_parts__pairs(parts, "fv_wwz"), w->foreign, w->direct);
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { 0 };
    gvc_status st = make_work(ctx, &w, model);

    if (st == GVC_OK) {
        if (gvc_parts__by_sector(parts) || gvc_parts__by_partner(parts))
            fill_onward(ctx, model, parts, &w);
        else
            fill_onward_totals(ctx, model, parts, &w);
        fill_direct(ctx, model, parts, &w);
    }
    free_work(&w);
    return st;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "iv_wwz", "Own VA re-exported by the importer (WWZ terms 3-5)", "money",
      "wwz dva_intrex", "X", "", GVC_LEVELS_ALL, NULL },
    { "fv_wwz", "Foreign VA in exports, no double count (WWZ MVA+OVA)", "money",
      "wwz mva + ova", "X", "", GVC_LEVELS_ALL, NULL },
    { "part_wwz", "GVC participation (IV+FV)/E: WWZ terms", "share",
      "(iv_wwz+fv_wwz)/gexp", "X", ">=0", GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_SHARE_OF_TWO("iv_wwz", "fv_wwz", "gexp") },
    { "pos_wwz", "GVC position ln(1+IV/E)-ln(1+FV/E): WWZ terms", "index",
      "log1p(iv_wwz/gexp)-log1p(fv_wwz/gexp)", "X", "(-ln2,..)", GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL, RULE_POSITION("iv_wwz", "fv_wwz", "gexp") },
};
// clang-format on

const gvc_measure gvc_index__kpww_wwz = {
    .name = "kpww_wwz",
    .method = "kpww_wwz",
    .kind = GVC_FRAME_INDICES,
    .title = "GVC participation and position from terms of the WWZ decomposition",
    .paper = "Wang, Wei, Zhu 2013 (NBER 19677); Koopman, Powers, Wang, Wei 2010",
    .notes =
        "IV is own value added that the importer exports on in inputs or final goods (dva_intrex of "
        "wwz, terms 3 to 5); FV is foreign value added without double counting (mva + ova, terms 11, "
        "12, 14, 15). Both by exporting sector and direct importer; gvc decompose --method wwz has "
        "the terms one by one.",
    .levels = GVC_LEVELS_ALL,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_ALOC | GVC_Q_BHOME,
    .needs_of_pairs = GVC_Q_BF | GVC_Q_BABROAD,
    .needs_of_sectors = GVC_Q_BF | GVC_Q_BABROAD,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
