#include "decomp/content.h"
#include "decomp/methods.h"
#include "decomp/sum.h"

enum {
    DVA_FIN,
    DVA_INT,
    DVA_INTREX,
    RDV_FIN,
    RDV_INT,
    DDC,
    FVA_FIN,
    FVA_INT,
    FDC,
    GEXP,
    RESID,
    N_TERMS
};

/* What stands in the rows of s itself: final exports at own and foreign content, and inputs that
 * importers turn into their own final use or into exports. */
static void add_own_rows(const gvc_site *site, gvc_sum *sums)
{
    const gvc_content *content = site->state;
    const gvc_view F = gvc_model_F(site->model);
    const gvc_view ALOC = gvc_model_get(site->model, GVC_Q_ALOC);
    const gvc_view AREX = gvc_model_get(site->model, GVC_Q_AREX);

    for (gvc_int r = 0; r < F.cols; r++) {
        if (r == site->s)
            continue;
        for (gvc_int a = 0; a < site->n_rows; a++) {
            const gvc_int i = site->rows[a];

            gvc_sum__add(&sums[DVA_FIN], content->dc[i] * F.a[i + r * F.ld]);
            gvc_sum__add(&sums[FVA_FIN], content->fc[i] * F.a[i + r * F.ld]);
            gvc_sum__add(&sums[FVA_INT], content->fc[i] * ALOC.a[i + r * ALOC.ld]);
            gvc_sum__add(&sums[FDC], content->fc[i] * AREX.a[i + r * AREX.ld]);
        }
    }
}

/* What stands in the rows of the others at the value added of s in their products, V_s B_sr: their
 * final use at home, their final exports, and what returns to s. Country by country. */
static void add_other_rows(const gvc_site *site, gvc_sum *sums)
{
    const gvc_int s = site->s, N = gvc_table_N(gvc_model_table(site->model));
    const gvc_view F = gvc_model_F(site->model), VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_view ALOC = gvc_model_get(site->model, GVC_Q_ALOC);
    const gvc_view AREX = gvc_model_get(site->model, GVC_Q_AREX);

    for (gvc_int i = 0; i < F.rows; i += N) {
        const double *own = gvc_decomp__at(VB, i, s);
        const gvc_int r = site->unit_of[i];

        if (r == s)
            continue;
        for (gvc_int t = 0; t < F.cols; t++) {
            gvc_sum *sum = &sums[t == r ? DVA_INT : t == s ? RDV_FIN : DVA_INTREX];

            gvc_sum__add_row(sum, own, gvc_decomp__at(F, i, t), N);
        }
        gvc_sum__add_row(&sums[RDV_INT], own, gvc_decomp__at(ALOC, i, s), N);
        gvc_sum__add_row(&sums[DDC], own, gvc_decomp__at(AREX, i, s), N);
    }
}

static void terms_of(const gvc_site *site, double *values)
{
    const gvc_content *content = site->state;
    const double *e = gvc_model_e(site->model);
    gvc_sum sums[N_TERMS] = { 0 }, rest = { 0 };

    add_own_rows(site, sums);
    add_other_rows(site, sums);
    for (gvc_int a = 0; a < site->n_rows; a++) {
        gvc_sum__add(&sums[GEXP], e[site->rows[a]]);
        gvc_sum__add(&rest, content->rest[site->rows[a]] * e[site->rows[a]]);
    }
    sums[RESID] = sums[GEXP];
    for (gvc_int t = DVA_FIN; t <= FDC; t++) {
        gvc_sum__add(&sums[RESID], -sums[t].head);
        gvc_sum__add(&sums[RESID], -sums[t].lost);
    }
    for (gvc_int t = 0; t < N_TERMS; t++)
        values[t] = gvc_sum__value(&sums[t]);
    if (!gvc_model_has_disc(site->model))
        values[RESID] =
            gvc_content__left(content, values[RESID], gvc_sum__value(&rest), values[GEXP]);
}

static const gvc_decomp method = {
    .prepare = gvc_content__prepare,
    .release = gvc_content__release,
    .unit = terms_of,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [DVA_FIN] = { .name = "dva_fin", .label = "DVA in final exports (KWW 2014, term 1)",
        .unit = "money", .formula = "V_s B_ss sum_{r!=s} F_sr" },
    [DVA_INT] = { .name = "dva_int", .label = "DVA absorbed by direct importers (KWW, term 2)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr F_rr" },
    [DVA_INTREX] = { .name = "dva_intrex", .label = "DVA re-exported to third countries (KWW, term 3)",
        .unit = "money", .formula = "V_s sum_{r!=s} sum_{t!=s,r} B_sr F_rt" },
    [RDV_FIN] = { .name = "rdv_fin", .label = "DVA coming home in final imports (KWW, term 4)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr F_rs" },
    [RDV_INT] = { .name = "rdv_int", .label = "DVA coming home in imported inputs (KWW, term 5)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr A_rs L_ss F_ss" },
    [DDC] = { .name = "ddc", .label = "Domestic content counted twice (KWW, term 6)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr A_rs L_ss E_s*" },
    [FVA_FIN] = { .name = "fva_fin", .label = "Foreign content of final exports (KWW, term 7)",
        .unit = "money", .formula = "sum_{t!=s} V_t B_ts sum_{r!=s} F_sr" },
    [FVA_INT] = { .name = "fva_int", .label = "Foreign content in inputs used up there (KWW, term 8)",
        .unit = "money", .formula = "sum_{t!=s} V_t B_ts sum_{r!=s} A_sr L_rr F_rr" },
    [FDC] = { .name = "fdc", .label = "Foreign content counted twice (KWW, term 9)",
        .unit = "money", .formula = "sum_{t!=s} V_t B_ts sum_{r!=s} A_sr L_rr E_r*" },
    [GEXP] = { .name = "gexp", .label = "Gross exports",
        .unit = "money", .formula = "E_s*" },
    [RESID] = { .name = "resid", .label = "Exports less the nine terms (taxes, discrepancy)",
        .unit = "money", .formula = "gexp - sum of the nine terms" },
};
// clang-format on

const gvc_measure gvc_decomp__kww = {
    .name = "kww",
    .method = "kww",
    .prefix = "kww",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Gross exports in nine terms of value added and double counting",
    .paper = "Koopman, Wang, Wei 2014, eq. 36",
    .notes =
        "vax = dva_fin + dva_int + dva_intrex, ref = rdv_fin + rdv_int, dva = the first five, "
        "dc = the first six, fc = the last three.\n"
        "Known bias: what an importer re-exports of its own value added stands in fdc although no "
        "other flow counts it as foreign value added. bm/world/sink is the corrected form; its "
        "fva is at least fva_fin + fva_int.\n"
        "Every term is computed; none is taken as the rest. resid holds net taxes and margins "
        "where value added is given, and the part of the row discrepancy that the terms leave "
        "out.\n"
        "There is no sector form: the fifth and sixth term run over returning goods of other "
        "sectors. wwz is its sector and bilateral counterpart.",
    .levels = GVC_LEVEL_COUNTRY,
    .needs = GVC_Q_VB | GVC_Q_ALOC | GVC_Q_AREX,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
