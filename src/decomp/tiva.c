#include "base/mem.h"
#include "decomp/content.h"
#include "decomp/local.h"
#include "decomp/methods.h"
#include "decomp/sum.h"

enum {
    EXGR,
    EXGR_INT,
    EXGR_FNL,
    EXGR_DVA,
    EXGR_DDC,
    EXGR_IDC,
    EXGR_RIM,
    EXGR_FVA,
    EXGR_INTDVA,
    EXGR_FNLDVA,
    IMGR_DVA,
    EXGR_DVAFX,
    N_TERMS
};

struct state {
    void *content;    /* gvc_content */
    double *diagonal; /* n: l_kk of the exporter's L_ss */
};

static void release(void *state)
{
    struct state *tiva = state;

    if (tiva) {
        gvc_content__release(tiva->content);
        gvc_mem__free(tiva->diagonal);
    }
    gvc_mem__free(tiva);
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    struct state *tiva = gvc_mem__calloc(ctx, 1, sizeof *tiva);
    gvc_status st;

    if (!tiva)
        return GVC_ENOMEM;
    *state = tiva;
    st = gvc_content__prepare(ctx, &tiva->content, model);
    if (st == GVC_OK)
        st = gvc_decomp__local_diagonal(ctx, &tiva->diagonal, model);
    return st;
}

/* Own value added in one unit of product i is split by the way it went: the exporting industry
 * itself v_k l_kk, its domestic suppliers vl - v_k l_kk, inputs that come back from abroad. */
static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const gvc_model *model = site->model;
    const struct state *state = site->state;
    const gvc_content *content = state->content;
    const double *E = gvc_decomp__at(gvc_model_E(model), first, r);
    const double *Eint = gvc_decomp__at(gvc_model_Eint(model), first, r);
    const double *F = gvc_decomp__at(gvc_model_F(model), first, r);
    const double *own = gvc_model_get(model, GVC_Q_VL).a + first;
    const double *v = gvc_model_v(model) + first, *diagonal = state->diagonal + first;
    const double *domestic = content->dc + first, *foreign = content->fc + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double flow = E[a], inputs = Eint[a], final = F[a];
        const double vl = own[a], dc = domestic[a], fc = foreign[a], direct = v[a] * diagonal[a];
        double *cell = cells.a + a;

        cell[EXGR * ld] = flow;
        cell[EXGR_INT * ld] = inputs;
        cell[EXGR_FNL * ld] = final;
        cell[EXGR_DVA * ld] = dc * flow;
        cell[EXGR_DDC * ld] = direct * flow;
        cell[EXGR_IDC * ld] = (vl - direct) * flow;
        cell[EXGR_RIM * ld] = (dc - vl) * flow;
        cell[EXGR_FVA * ld] = fc * flow;
        cell[EXGR_INTDVA * ld] = dc * inputs;
        cell[EXGR_FNLDVA * ld] = dc * final;
    }
}

/* Own value added in what the others sell: to s itself, and to everybody. */
static void found_abroad(const gvc_site *site, double *values)
{
    const gvc_int s = site->s, n = gvc_model_n(site->model);
    const gvc_view E = gvc_model_E(site->model), VB = gvc_model_get(site->model, GVC_Q_VB);
    const double *e = gvc_model_e(site->model);
    gvc_sum imports = { 0 }, exports = { 0 };

    for (gvc_int i = 0; i < n; i++)
        if (site->unit_of[i] != s) {
            gvc_sum__add(&imports, VB.a[i + s * VB.ld] * E.a[i + s * E.ld]);
            gvc_sum__add(&exports, VB.a[i + s * VB.ld] * e[i]);
        }
    values[IMGR_DVA] = gvc_sum__value(&imports);
    values[EXGR_DVAFX] = gvc_sum__value(&exports);
}

static const gvc_decomp method = {
    .partner = "importer",
    .prepare = prepare,
    .release = release,
    .flow = fill_flow,
    .unit = found_abroad,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [EXGR] = { .name = "exgr", .label = "Gross exports (EXGR)",
        .unit = "money", .formula = "E_sr = Z_sr 1 + F_sr" },
    [EXGR_INT] = { .name = "exgr_int", .label = "Gross exports of intermediate products (EXGR_INT)",
        .unit = "money", .formula = "Z_sr 1" },
    [EXGR_FNL] = { .name = "exgr_fnl", .label = "Gross exports of final products (EXGR_FNL)",
        .unit = "money", .formula = "F_sr" },
    [EXGR_DVA] = { .name = "exgr_dva", .label = "Domestic content of gross exports (EXGR_DVA)",
        .unit = "money", .formula = "V_s B_ss # E_sr" },
    [EXGR_DDC] = { .name = "exgr_ddc", .label = "Direct domestic content, exporting industry (EXGR_DDC)",
        .unit = "money", .formula = "v_k l_kk # E_sr, l_kk the diagonal of L_ss" },
    [EXGR_IDC] = { .name = "exgr_idc", .label = "Indirect domestic content, its suppliers (EXGR_IDC)",
        .unit = "money", .formula = "(V_s L_ss - v_k l_kk) # E_sr" },
    [EXGR_RIM] = { .name = "exgr_rim", .label = "Re-imported domestic content (EXGR_RIM)",
        .unit = "money", .formula = "V_s (B_ss - L_ss) # E_sr" },
    [EXGR_FVA] = { .name = "exgr_fva", .label = "Foreign content of gross exports (EXGR_FVA)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # E_sr" },
    [EXGR_INTDVA] = { .name = "exgr_intdva",
        .label = "Domestic content of intermediate exports (EXGR_INTDVA)",
        .unit = "money", .formula = "V_s B_ss # Z_sr 1" },
    [EXGR_FNLDVA] = { .name = "exgr_fnldva",
        .label = "Domestic content of final exports (EXGR_FNLDVA)",
        .unit = "money", .formula = "V_s B_ss # F_sr" },
    [IMGR_DVA] = { .name = "imgr_dva", .label = "Own value added in own imports (IMGR_DVA)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr E_rs", .levels = GVC_LEVEL_COUNTRY },
    [EXGR_DVAFX] = { .name = "exgr_dvafx",
        .label = "Own value added in other countries' exports (EXGR_DVAFX)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr E_r*", .levels = GVC_LEVEL_COUNTRY },
};
// clang-format on

const gvc_measure gvc_decomp__tiva = {
    .name = "tiva",
    .method = "tiva",
    .prefix = "tiva",
    .kind = GVC_FRAME_EXPORTS,
    .title = "The export indicators of the OECD: content of gross exports by the way it went",
    .paper = "OECD, Trade in Value Added: guide to the indicators",
    .notes =
        "Content, so double counting is included: exgr_dva = exgr_ddc + exgr_idc + exgr_rim is dc "
        "of bm/exporter/source and exgr_fva is fc; exgr_ddc + exgr_idc is its dva, exgr_rim its "
        "ddc. exgr = exgr_int + exgr_fnl, exgr_dva = exgr_intdva + exgr_fnldva.\n"
        "imgr_dva equals vs1star of vs and exgr_dvafx equals vs1.\n"
        "Under other names: FFD_DVA is vax of jn, BALVAFD the difference of vax and foreign value "
        "added in own final demand.\n"
        "exgr is more than exgr_dva + exgr_fva by net taxes and margins where value added is "
        "given, and by the whole flow of a product without output.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VL | GVC_Q_VB,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
