#include "decomp/content.h"
#include "decomp/methods.h"

enum { GEXP, DC, DVA, VAX, REF, IMBAL, DDC, FVA, FDC, FC, DAVAX, GVCB, GVCF, GVC, RESID, N_TERMS };

/* Row i of the flow to r; term t goes to cells[t * ld]. Value added is counted at the first exit
 * from s, so every own term carries vl = V_s L_ss and splits E_sr by absorber: home (s itself),
 * the discrepancy u, everybody else. vax is what is left, never v (x - W_s), which hides u in it.
 */
static void fill_row(const gvc_site *site, gvc_int i, gvc_int r, double *cells, gvc_int ld)
{
    const gvc_model *model = site->model;
    const gvc_content *content = site->state;
    const gvc_view E = gvc_model_E(model), F = gvc_model_F(model);
    const gvc_view home = gvc_model_get(model, GVC_Q_AHOME), ABU = gvc_model_get(model, GVC_Q_ABU);
    const gvc_view ALOC = gvc_model_get(model, GVC_Q_ALOC);
    const double vl = gvc_model_get(model, GVC_Q_VL).a[i], dc = content->dc[i], fc = content->fc[i];
    const double once = gvc_model_get(model, GVC_Q_FVA1).a[i], flow = E.a[i + r * E.ld];
    const double ref = vl * home.a[i + r * home.ld], imbal = vl * ABU.a[i + r * ABU.ld];
    const double davax = vl * (F.a[i + r * F.ld] + ALOC.a[i + r * ALOC.ld]);
    const double ddc = (dc - vl) * flow, gvcb = fc * flow + ddc, gvcf = vl * flow - davax;

    cells[GEXP * ld] = flow;
    cells[DC * ld] = dc * flow;
    cells[DVA * ld] = vl * flow;
    cells[VAX * ld] = vl * flow - ref - imbal;
    cells[REF * ld] = ref;
    cells[IMBAL * ld] = imbal;
    cells[DDC * ld] = ddc;
    cells[FVA * ld] = once * flow;
    cells[FDC * ld] = (fc - once) * flow;
    cells[FC * ld] = fc * flow;
    cells[DAVAX * ld] = davax;
    cells[GVCB * ld] = gvcb;
    cells[GVCF * ld] = gvcf;
    cells[GVC * ld] = gvcb + gvcf;
    cells[RESID * ld] = flow - dc * flow - fc * flow;
}

static const gvc_decomp method = {
    .partner = "importer",
    .prepare = gvc_content__prepare,
    .release = gvc_content__release,
    .row = fill_row,
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
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_FVA1 | GVC_Q_ALOC | GVC_Q_AHOME | GVC_Q_ABU,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
