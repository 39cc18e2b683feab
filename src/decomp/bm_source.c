#include "decomp/content.h"
#include "decomp/methods.h"
#include "decomp/sum.h"

enum { GEXP, DC, DVA, VAX, REF, IMBAL, DDC, FVA, FDC, FC, DAVAX, GVCB, GVCF, GVC, RESID, N_TERMS };

/* Value added is counted at the first exit from s, so every own term carries vl = V_s L_ss and
 * splits E_sr by absorber: home (s itself), the discrepancy u, everybody else. vax is what is left,
 * never v (x - W_s), which hides u in it. */
static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const gvc_model *model = site->model;
    const gvc_content *content = site->state;
    const double *E = gvc_decomp__at(gvc_model_E(model), first, r);
    const double *F = gvc_decomp__at(gvc_model_F(model), first, r);
    const double *home = gvc_decomp__at(gvc_model_get(model, GVC_Q_AHOME), first, r);
    const double *disc = gvc_decomp__at(gvc_model_get(model, GVC_Q_ABU), first, r);
    const double *ends = gvc_decomp__at(gvc_model_get(model, GVC_Q_ALOC), first, r);
    const double *own = gvc_model_get(model, GVC_Q_VL).a + first;
    const double *counted = gvc_model_get(model, GVC_Q_FVA1).a + first;
    const double *domestic = content->dc + first, *foreign = content->fc + first;
    const double *rest = content->rest + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double vl = own[a], dc = domestic[a], fc = foreign[a], once = counted[a];
        const double flow = E[a], ref = vl * home[a], imbal = vl * disc[a];
        const double davax = vl * (F[a] + ends[a]);
        const double ddc = (dc - vl) * flow, gvcb = fc * flow + ddc, gvcf = vl * flow - davax;
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DC * ld] = dc * flow;
        cell[DVA * ld] = vl * flow;
        cell[VAX * ld] = vl * flow - ref - imbal;
        cell[REF * ld] = ref;
        cell[IMBAL * ld] = imbal;
        cell[DDC * ld] = ddc;
        cell[FVA * ld] = once * flow;
        cell[FDC * ld] = (fc - once) * flow;
        cell[FC * ld] = fc * flow;
        cell[DAVAX * ld] = davax;
        cell[GVCB * ld] = gvcb;
        cell[GVCF * ld] = gvcf;
        cell[GVC * ld] = gvcb + gvcf;
        cell[RESID * ld] = rest[a] * flow;
    }
}

/* What of vl A_sr (B F)_rs over all r comes home. As A_s,off (B F)_off,s = L_ss^-1 (B F)_ss - F_ss
 * it is V_s B F_s less vl F_ss, so that a country as a whole needs no B F. */
static double comes_home(const gvc_site *site)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB), F = gvc_model_F(site->model);
    const double *vl = gvc_model_get(site->model, GVC_Q_VL).a;
    const double *made = VB.a + site->s * VB.ld, *used = F.a + site->s * F.ld;
    gvc_sum home = { 0 };

    for (gvc_int i = 0; i < F.rows; i++)
        gvc_sum__add(&home, (site->unit_of[i] == site->s ? made[i] - vl[i] : made[i]) * used[i]);
    return gvc_sum__value(&home);
}

/* The terms of the whole country. */
static void fill_unit(const gvc_site *site, double *values)
{
    const gvc_model *model = site->model;
    const gvc_content *content = site->state;
    const gvc_view F = gvc_model_F(model), E = gvc_model_E(model);
    const gvc_view ABU = gvc_model_get(model, GVC_Q_ABU), ALOC = gvc_model_get(model, GVC_Q_ALOC);
    const double *vl = gvc_model_get(model, GVC_Q_VL).a, *once = gvc_model_get(model, GVC_Q_FVA1).a;
    gvc_sum sums[N_TERMS] = { 0 };

    for (gvc_int a = 0; a < site->n_rows; a++)
        for (gvc_int r = 0; r < E.cols; r++) {
            const gvc_int i = site->rows[a];
            const double flow = E.a[i + r * E.ld], dc = content->dc[i], fc = content->fc[i];

            if (r == site->s)
                continue;
            gvc_sum__add(&sums[GEXP], flow);
            gvc_sum__add(&sums[DC], dc * flow);
            gvc_sum__add(&sums[DVA], vl[i] * flow);
            gvc_sum__add(&sums[IMBAL], vl[i] * ABU.a[i + r * ABU.ld]);
            gvc_sum__add(&sums[DDC], (dc - vl[i]) * flow);
            gvc_sum__add(&sums[FVA], once[i] * flow);
            gvc_sum__add(&sums[FDC], (fc - once[i]) * flow);
            gvc_sum__add(&sums[FC], fc * flow);
            gvc_sum__add(&sums[DAVAX], vl[i] * (F.a[i + r * F.ld] + ALOC.a[i + r * ALOC.ld]));
            gvc_sum__add(&sums[RESID], content->rest[i] * flow);
        }
    for (gvc_int t = 0; t < N_TERMS; t++)
        values[t] = gvc_sum__value(&sums[t]);
    values[REF] = comes_home(site);
    values[VAX] = values[DVA] - values[REF] - values[IMBAL];
    values[GVCB] = values[FC] + values[DDC];
    values[GVCF] = values[DVA] - values[DAVAX];
    values[GVC] = values[GVCB] + values[GVCF];
}

static const gvc_decomp by_row = {
    .levels = GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_AHOME,
    .partner = "importer",
    .prepare = gvc_content__prepare,
    .release = gvc_content__release,
    .flow = fill_flow,
};

static const gvc_decomp method = {
    .levels = GVC_LEVEL_COUNTRY,
    .partner = "importer",
    .prepare = gvc_content__prepare,
    .release = gvc_content__release,
    .unit = fill_unit,
    .other = &by_row,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [GEXP] = { .name = "gexp", .label = "Gross exports",
        .unit = "money", .formula = "E_sr = Z_sr 1 + F_sr" },
    [DC] = { .name = "dc", .label = "Domestic content of exports (BM 2019)",
        .unit = "money", .formula = "V_s B_ss # E_sr" },
    [DVA] = { .name = "dva", .label = "Domestic value added, counted at the first exit (BM 2019)",
        .unit = "money", .formula = "V_s L_ss # E_sr" },
    [VAX] = { .name = "vax", .label = "Domestic value added absorbed abroad (BM 2019, source)",
        .unit = "money", .formula = "V_s L_ss # sum_{l!=s,DISC} d_sr->l" },
    [REF] = { .name = "ref", .label = "Domestic value added coming home (BM 2019, source)",
        .unit = "money", .formula = "V_s L_ss # d_sr->s" },
    [IMBAL] = { .name = "imbal", .label = "Domestic value added used by the row discrepancy",
        .unit = "money", .formula = "V_s L_ss # d_sr->DISC" },
    [DDC] = { .name = "ddc", .label = "Domestic content counted twice (BM 2019, source)",
        .unit = "money", .formula = "dc - dva" },
    [FVA] = { .name = "fva", .label = "Foreign value added, counted at the first exit (BM 2019)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os (B_ss^-1 L_ss) # E_sr" },
    [FDC] = { .name = "fdc", .label = "Foreign content counted twice (BM 2019, source)",
        .unit = "money", .formula = "fc - fva" },
    [FC] = { .name = "fc", .label = "Foreign content of exports (BM 2019)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # E_sr" },
    [DAVAX] = { .name = "davax", .label = "Value added absorbed by the direct importer (BM 2019)",
        .unit = "money", .formula = "V_s L_ss # (F_sr + A_sr L_rr F_rr)" },
    [GVCB] = { .name = "gvcb", .label = "Backward GVC-related trade (BM 2019)",
        .unit = "money", .formula = "fc + ddc" },
    [GVCF] = { .name = "gvcf", .label = "Forward GVC-related trade (BM 2019)",
        .unit = "money", .formula = "dva - davax" },
    [GVC] = { .name = "gvc", .label = "GVC-related trade (BM 2019)",
        .unit = "money", .formula = "gvcb + gvcf" },
    [RESID] = { .name = "resid", .label = "Exports less their content (net taxes, margins)",
        .unit = "money", .formula = "gexp - dc - fc" },
};
// clang-format on

const gvc_measure gvc_decomp__bm_source = {
    .name = "bm/exporter/source",
    .method = "bm",
    .prefix = "bms",
    .perspective = "exporter",
    .approach = "source",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by value added and double counting, exporter perspective, first exit",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 33-39); 2023 (Econ. Systems Research)",
    .notes =
        "Additive at every level: gexp = dc + fc + resid, dc = dva + ddc, fc = fva + fdc, "
        "dva = vax + ref + imbal, gexp = davax + gvc + resid.\n"
        "resid is the net taxes and margins inside the flow, where value added is given and is not "
        "the residual, and the whole flow of a product without output. imbal is what the row "
        "discrepancy u absorbs; it is zero in a balanced table and where u is absorbed or the row "
        "sum is output. gvcf contains imbal.\n"
        "At country level dva, fva, vax, ref and imbal are the same for source and sink; vax "
        "equals vax of jn and the first three terms of kww, ref the next two, ddc the sixth.\n"
        "Some programs take gvc as gexp - davax, which books net taxes as forward participation; "
        "some take vax as v (x - W_s), which books the discrepancy as absorbed abroad.\n"
        "Negative stocks or value added make negative terms; nothing is clipped.",
    .levels =
        GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_FVA1 | GVC_Q_ALOC | GVC_Q_ABU,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
