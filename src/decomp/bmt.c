#include "base/mem.h"
#include "decomp/driver.h"
#include "decomp/local.h"
#include "decomp/methods.h"

enum { GEXP, DAVAX, GVC, GVC_PB, GVC_TS, GVC_PF, N_TERMS };

/* The state is m_s = 1' sum_{t!=s} A_ts L_ss, imported inputs in one unit of each product. */
static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model);
    double *ones = gvc_mem__alloc(ctx, n, sizeof *ones), *imported = NULL;
    gvc_status st = GVC_ENOMEM;

    for (gvc_int i = 0; ones && i < n; i++)
        ones[i] = 1;
    if (ones)
        st = gvc_decomp__local_imported(ctx, &imported, model, ones);
    gvc_mem__free(ones);
    *state = imported;
    return st;
}

/* A flow either ends at the importer, as F_sr + A_sr loc_r, or crosses at least once more, as
 * A_sr rex_r. */
static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const gvc_model *model = site->model;
    const double *E = gvc_decomp__at(gvc_model_E(model), first, r);
    const double *F = gvc_decomp__at(gvc_model_F(model), first, r);
    const double *ALOC = gvc_decomp__at(gvc_model_get(model, GVC_Q_ALOC), first, r);
    const double *AREX = gvc_decomp__at(gvc_model_get(model, GVC_Q_AREX), first, r);
    const double *own = gvc_model_get(model, GVC_Q_VL).a + first;
    const double *imported = (const double *)site->state + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double vl = own[a], m = imported[a], flow = E[a];
        const double ends = F[a] + ALOC[a], goes_on = AREX[a];
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DAVAX * ld] = vl * ends;
        cell[GVC_PB * ld] = m * ends;
        cell[GVC_TS * ld] = m * goes_on;
        cell[GVC_PF * ld] = vl * goes_on;
        cell[GVC * ld] = m * ends + m * goes_on + vl * goes_on;
    }
}

static const gvc_decomp method = {
    .partner = "importer",
    .prepare = prepare,
    .release = gvc_mem__free,
    .flow = fill_flow,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [GEXP] = { .name = "gexp", .label = "Gross exports",
        .unit = "money", .formula = "E_sr = Z_sr 1 + F_sr" },
    [DAVAX] = { .name = "davax", .label = "Traditional trade: value added used by the importer (BMT)",
        .unit = "money", .formula = "V_s L_ss # (F_sr + A_sr L_rr F_rr)" },
    [GVC] = { .name = "gvc", .label = "GVC-related trade (BMT)",
        .unit = "money", .formula = "gvc_pb + gvc_ts + gvc_pf" },
    [GVC_PB] = { .name = "gvc_pb", .label = "Pure backward participation (BMT)",
        .unit = "money", .formula = "m_s # (F_sr + A_sr L_rr F_rr), m_s = 1' sum_{t!=s} A_ts L_ss" },
    [GVC_TS] = { .name = "gvc_ts", .label = "Two-sided participation (BMT)",
        .unit = "money", .formula = "m_s # A_sr L_rr E_r*" },
    [GVC_PF] = { .name = "gvc_pf", .label = "Pure forward participation (BMT)",
        .unit = "money", .formula = "V_s L_ss # A_sr L_rr E_r*" },
};
// clang-format on

const gvc_measure gvc_decomp__bmt = {
    .name = "bmt",
    .method = "bmt",
    .prefix = "bmt",
    .kind = GVC_FRAME_EXPORTS,
    .title = "GVC-related trade of a pair: pure backward, pure forward, two-sided",
    .paper = "Borin, Mancini, Taglioni 2021 (World Bank WP 9785)",
    .notes =
        "Imported inputs count as wholly foreign, m_s = 1' sum_{t!=s} A_ts L_ss. davax is that of "
        "bm/exporter/source.\n"
        "In balanced tables whose value added is the residual gexp = davax + gvc, and over all "
        "importers gvc_pb + gvc_ts = fc + ddc of bm/exporter/source = vs_hiy of vs.\n"
        "Where value added is given, net taxes of the domestic chain, tau_s L_ss E_sr, stay "
        "apart; what a row discrepancy u uses, (V_s L_ss + m_s) # A_sr L_rr u_r, does too.",
    .levels = GVC_LEVEL_BILATERAL,
    .needs = GVC_Q_VL | GVC_Q_ALOC | GVC_Q_AREX,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
