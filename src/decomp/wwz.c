#include "base/mem.h"
#include "decomp/content.h"
#include "decomp/methods.h"
#include "la/view.h"

enum {
    DVA_FIN,
    DVA_INT,
    DVA_INTREXI1,
    DVA_INTREXF,
    DVA_INTREXI2,
    RDV_FIN,
    RDV_FIN2,
    RDV_INT,
    DDC_FIN,
    DDC_INT,
    MVA_FIN,
    MVA_INT,
    MDC,
    OVA_FIN,
    OVA_INT,
    ODC,
    N_PARTS,
    DVA_INTREX = N_PARTS,
    RDV,
    DVA,
    VAX_B,
    DDC,
    MVA,
    OVA,
    FVA_FIN,
    FVA_INT,
    FVA,
    FDC,
    PDC,
    GEXP,
    RESID,
    DVA_F,
    RDV_F,
    N_TERMS
};

/* What A_sr is applied to, by row of s and importer r (n x U each). near_home = B_rr F_rr and
 * near_abroad = B_rr sum_{u!=r} F_ru; the far ones are the same through all other units t, B_rt;
 * back_home = B_rs F_ss and back_abroad = B_rs sum_{t!=s} F_st come from t = s; returned =
 * B_rr F_rs. dva_f and rdv_f stand by origin row. */
typedef struct flows {
    gvc_content *content;
    double *cells;
    gvc_view near_home, far_home, back_home, near_abroad, far_abroad, back_abroad, returned;
    gvc_view dva_f, rdv_f;
} flows;

enum { N_FLOWS = 9 };

static void release(void *state)
{
    flows *f = state;

    if (!f)
        return;
    gvc_content__release(f->content);
    gvc_mem__free(f->cells);
    gvc_mem__free(f);
}

/* What D says on the own column of each row, and on all the others together. */
static void split_columns(const gvc_model *model, gvc_view D, double *own, double *others)
{
    for (gvc_int j = 0; j < D.rows; j++) {
        const gvc_int r = gvc_model__unit_of_row(model, j);

        own[j] = D.a[j + r * D.ld];
        others[j] = 0;
        for (gvc_int t = 0; t < D.cols; t++)
            others[j] += t == r ? 0 : D.a[j + t * D.ld];
    }
}

static void sell(gvc_ctx *ctx, const gvc_model *model, gvc_view D, gvc_view near, gvc_view far,
                 gvc_view back, double *work)
{
    split_columns(model, D, work, work + D.rows);
    gvc_model__by_importer(ctx, model, near, work, 0);
    gvc_model__by_importer(ctx, model, far, work + D.rows, 0);
    gvc_model__homeward(ctx, model, back, D);
}

/* out[j in r, s] = (B_rr F_rs)_j */
static void use_own_blocks(gvc_ctx *ctx, const gvc_model *model, gvc_view out)
{
    const gvc_view F = gvc_model_F(model), own = gvc_model_get(model, GVC_Q_BDIAG);

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < out.cols; s++)
        for (gvc_int j = 0; j < out.rows; j++) {
            gvc_int n_rows;
            const gvc_int r = gvc_model__unit_of_row(model, j);
            const gvc_int *rows = gvc_model__rows_of(model, r, &n_rows);
            double sum = 0;

            for (gvc_int k = 0; k < n_rows; k++)
                sum += own.a[j + k * own.ld] * F.a[rows[k] + s * F.ld];
            out.a[j + s * out.ld] = sum;
        }
}

/* out := v # L y, by row of origin. */
static gvc_status by_origin(gvc_ctx *ctx, const gvc_model *model, gvc_view out, gvc_view y)
{
    const double *v = gvc_model_v(model);
    gvc_status st;

    for (gvc_int r = 0; r < y.cols; r++)
        for (gvc_int i = 0; i < y.rows; i++)
            out.a[i + r * out.ld] = y.a[i + r * y.ld];
    st = gvc_model__local(ctx, model, out);
    for (gvc_int r = 0; r < out.cols; r++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + r * out.ld] *= v[i];
    return st;
}

static gvc_status fill_flows(gvc_ctx *ctx, flows *f, const gvc_model *model, double *work)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    gvc_view *const views[N_FLOWS] = { &f->near_home,   &f->far_home,   &f->back_home,
                                       &f->near_abroad, &f->far_abroad, &f->back_abroad,
                                       &f->returned,    &f->dva_f,      &f->rdv_f };
    gvc_status st;

    for (int k = 0; k < N_FLOWS; k++)
        *views[k] = (gvc_view){ f->cells + k * n * U, n, U, n };
    sell(ctx, model, gvc_model_get(model, GVC_Q_BHOME), f->near_home, f->far_home, f->back_home,
         work);
    sell(ctx, model, gvc_model_get(model, GVC_Q_BABROAD), f->near_abroad, f->far_abroad,
         f->back_abroad, work);
    use_own_blocks(ctx, model, f->rdv_f);
    gvc_model__homeward(ctx, model, f->returned, f->rdv_f);
    st = by_origin(ctx, model, f->dva_f, gvc_model_E(model));
    if (st == GVC_OK)
        st = by_origin(ctx, model, f->rdv_f, gvc_model_get(model, GVC_Q_AHOME));
    return st;
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    flows *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    double *work = gvc_mem__alloc(ctx, 2 * n, sizeof *work);
    gvc_status st = GVC_ENOMEM;
    void *content = NULL;

    *state = f;
    if (!f || !work)
        goto done;
    st = gvc_content__prepare(ctx, &content, model);
    if (st != GVC_OK)
        goto done;
    f->content = content;
    f->cells = gvc_mem__calloc(ctx, N_FLOWS * n * U, sizeof *f->cells);
    st = f->cells ? fill_flows(ctx, f, model, work) : GVC_ENOMEM;
done:
    gvc_mem__free(work);
    return st;
}

/* Terms 1 to 10: own value added. */
static void fill_own(const gvc_site *site, gvc_int i, gvc_int r, double *cells, gvc_int ld)
{
    const flows *f = site->state;
    const gvc_view F = gvc_model_F(site->model), Eint = gvc_model_Eint(site->model);
    const gvc_int at = i + r * F.rows;
    const double dc = f->content->dc[i], vl = gvc_model_get(site->model, GVC_Q_VL).a[i];
    const double back_home = f->back_home.a[at], back_abroad = f->back_abroad.a[at];
    const double returned = f->returned.a[at];
    const gvc_view home = gvc_model_get(site->model, GVC_Q_AHOME);
    const double third = home.a[i + r * home.ld] - back_home - returned;

    cells[DVA_FIN * ld] = dc * F.a[i + r * F.ld];
    cells[DVA_INT * ld] = vl * f->near_home.a[at];
    cells[DVA_INTREXI1 * ld] = vl * (f->far_home.a[at] - back_home);
    cells[DVA_INTREXF * ld] = vl * (f->near_abroad.a[at] - returned);
    cells[DVA_INTREXI2 * ld] = vl * (f->far_abroad.a[at] - back_abroad - third);
    cells[RDV_FIN * ld] = vl * returned;
    cells[RDV_FIN2 * ld] = vl * third;
    cells[RDV_INT * ld] = vl * back_home;
    cells[DDC_FIN * ld] = vl * back_abroad;
    cells[DDC_INT * ld] = (dc - vl) * Eint.a[i + r * Eint.ld];
}

/* Terms 11 to 16: value added of the importer and of all others. */
static void fill_foreign(const gvc_site *site, gvc_int i, gvc_int r, double *cells, gvc_int ld)
{
    const flows *f = site->state;
    const gvc_view F = gvc_model_F(site->model), VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_view ALOC = gvc_model_get(site->model, GVC_Q_ALOC);
    const gvc_view AREX = gvc_model_get(site->model, GVC_Q_AREX);
    const double importer = VB.a[i + r * VB.ld], others = f->content->fc[i] - importer;

    cells[MVA_FIN * ld] = importer * F.a[i + r * F.ld];
    cells[MVA_INT * ld] = importer * ALOC.a[i + r * ALOC.ld];
    cells[MDC * ld] = importer * AREX.a[i + r * AREX.ld];
    cells[OVA_FIN * ld] = others * F.a[i + r * F.ld];
    cells[OVA_INT * ld] = others * ALOC.a[i + r * ALOC.ld];
    cells[ODC * ld] = others * AREX.a[i + r * AREX.ld];
}

#define BIT(term) (1U << (term))
#define BITS_OF_INTREX (BIT(DVA_INTREXI1) | BIT(DVA_INTREXF) | BIT(DVA_INTREXI2))
#define BITS_OF_VAX (BIT(DVA_FIN) | BIT(DVA_INT) | BITS_OF_INTREX)
#define BITS_OF_RDV (BIT(RDV_FIN) | BIT(RDV_FIN2) | BIT(RDV_INT))

/* Sums of the sixteen terms. */
static const struct {
    int total;
    unsigned parts;
} aggregates[] = {
    { DVA_INTREX, BITS_OF_INTREX },
    { RDV, BITS_OF_RDV },
    { DVA, BITS_OF_VAX | BITS_OF_RDV },
    { VAX_B, BITS_OF_VAX },
    { DDC, BIT(DDC_FIN) | BIT(DDC_INT) },
    { MVA, BIT(MVA_FIN) | BIT(MVA_INT) },
    { OVA, BIT(OVA_FIN) | BIT(OVA_INT) },
    { FVA_FIN, BIT(MVA_FIN) | BIT(OVA_FIN) },
    { FVA_INT, BIT(MVA_INT) | BIT(OVA_INT) },
    { FVA, BIT(MVA_FIN) | BIT(MVA_INT) | BIT(OVA_FIN) | BIT(OVA_INT) },
    { FDC, BIT(MDC) | BIT(ODC) },
    { PDC, BIT(DDC_FIN) | BIT(DDC_INT) | BIT(MDC) | BIT(ODC) },
};

static double add_up(const double *cells, gvc_int ld, unsigned parts)
{
    double sum = 0;

    for (; parts; parts &= parts - 1)
        sum += cells[__builtin_ctz(parts) * ld];
    return sum;
}

static void fill_row(const gvc_site *site, gvc_int i, gvc_int r, double *cells, gvc_int ld)
{
    const flows *f = site->state;
    const gvc_view E = gvc_model_E(site->model);

    fill_own(site, i, r, cells, ld);
    fill_foreign(site, i, r, cells, ld);
    for (size_t k = 0; k < sizeof aggregates / sizeof aggregates[0]; k++)
        cells[aggregates[k].total * ld] = add_up(cells, ld, aggregates[k].parts);
    cells[GEXP * ld] = E.a[i + r * E.ld];
    cells[RESID * ld] = E.a[i + r * E.ld] - add_up(cells, ld, BIT(N_PARTS) - 1);
    cells[DVA_F * ld] = f->dva_f.a[i + r * f->dva_f.ld];
    cells[RDV_F * ld] = f->rdv_f.a[i + r * f->rdv_f.ld];
}

static const gvc_decomp method = {
    .partner = "importer",
    .prepare = prepare,
    .release = release,
    .row = fill_row,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [DVA_FIN] = { .name = "dva_fin", .label = "DVA in final exports (WWZ 2013, T1)",
        .unit = "money", .formula = "V_s B_ss # F_sr" },
    [DVA_INT] = { .name = "dva_int", .label = "DVA in inputs, absorbed by the importer (WWZ, T2)",
        .unit = "money", .formula = "V_s L_ss # A_sr B_rr F_rr" },
    [DVA_INTREXI1] = { .name = "dva_intrexi1", .label = "DVA re-exported in inputs, used there (WWZ, T3)",
        .unit = "money", .formula = "V_s L_ss # A_sr sum_{t!=s,r} B_rt F_tt" },
    [DVA_INTREXF] = { .name = "dva_intrexf", .label = "DVA re-exported in final goods (WWZ, T4)",
        .unit = "money", .formula = "V_s L_ss # A_sr B_rr sum_{t!=s,r} F_rt" },
    [DVA_INTREXI2] = { .name = "dva_intrexi2", .label = "DVA re-exported twice or more (WWZ, T5)",
        .unit = "money", .formula = "V_s L_ss # A_sr sum_{t!=s,r} B_rt sum_{m!=s,t} F_tm" },
    [RDV_FIN] = { .name = "rdv_fin", .label = "DVA home in final goods of the importer (WWZ, T6)",
        .unit = "money", .formula = "V_s L_ss # A_sr B_rr F_rs" },
    [RDV_FIN2] = { .name = "rdv_fin2", .label = "DVA home in final goods of others (WWZ, T7)",
        .unit = "money", .formula = "V_s L_ss # A_sr sum_{t!=s,r} B_rt F_ts" },
    [RDV_INT] = { .name = "rdv_int", .label = "DVA coming home in inputs (WWZ, T8)",
        .unit = "money", .formula = "V_s L_ss # A_sr B_rs F_ss" },
    [DDC_FIN] = { .name = "ddc_fin", .label = "Domestic double counting in final exports (WWZ, T9)",
        .unit = "money", .formula = "V_s L_ss # A_sr B_rs sum_{t!=s} F_st" },
    [DDC_INT] = { .name = "ddc_int", .label = "Domestic double counting in inputs (WWZ, T10)",
        .unit = "money", .formula = "(V_s B_ss - V_s L_ss) # Z_sr 1" },
    [MVA_FIN] = { .name = "mva_fin", .label = "Importer's content of final exports (WWZ, T11)",
        .unit = "money", .formula = "V_r B_rs # F_sr" },
    [MVA_INT] = { .name = "mva_int", .label = "Importer's content of inputs used there (WWZ, T12)",
        .unit = "money", .formula = "V_r B_rs # A_sr L_rr F_rr" },
    [MDC] = { .name = "mdc", .label = "Importer's content counted twice (WWZ, T13)",
        .unit = "money", .formula = "V_r B_rs # A_sr L_rr E_r*" },
    [OVA_FIN] = { .name = "ova_fin", .label = "Others' content of final exports (WWZ, T14)",
        .unit = "money", .formula = "sum_{t!=s,r} V_t B_ts # F_sr" },
    [OVA_INT] = { .name = "ova_int", .label = "Others' content of inputs used there (WWZ, T15)",
        .unit = "money", .formula = "sum_{t!=s,r} V_t B_ts # A_sr L_rr F_rr" },
    [ODC] = { .name = "odc", .label = "Others' content counted twice (WWZ, T16)",
        .unit = "money", .formula = "sum_{t!=s,r} V_t B_ts # A_sr L_rr E_r*" },
    [DVA_INTREX] = { .name = "dva_intrex", .label = "DVA in inputs re-exported to others (WWZ)",
        .unit = "money", .formula = "dva_intrexi1 + dva_intrexf + dva_intrexi2" },
    [RDV] = { .name = "rdv", .label = "Domestic value added coming home (WWZ)",
        .unit = "money", .formula = "rdv_fin + rdv_fin2 + rdv_int" },
    [DVA] = { .name = "dva", .label = "Domestic value added (WWZ)",
        .unit = "money", .formula = "dva_fin + dva_int + dva_intrex + rdv" },
    [VAX_B] = { .name = "vax_b", .label = "DVA absorbed abroad, by exporting sector (WWZ)",
        .unit = "money", .formula = "dva_fin + dva_int + dva_intrex" },
    [DDC] = { .name = "ddc", .label = "Domestic double counting (WWZ)",
        .unit = "money", .formula = "ddc_fin + ddc_int" },
    [MVA] = { .name = "mva", .label = "Foreign value added of the importer (WWZ)",
        .unit = "money", .formula = "mva_fin + mva_int" },
    [OVA] = { .name = "ova", .label = "Foreign value added of other countries (WWZ)",
        .unit = "money", .formula = "ova_fin + ova_int" },
    [FVA_FIN] = { .name = "fva_fin", .label = "Foreign value added in final exports (WWZ)",
        .unit = "money", .formula = "mva_fin + ova_fin" },
    [FVA_INT] = { .name = "fva_int", .label = "Foreign value added in inputs (WWZ)",
        .unit = "money", .formula = "mva_int + ova_int" },
    [FVA] = { .name = "fva", .label = "Foreign value added (WWZ)",
        .unit = "money", .formula = "mva + ova" },
    [FDC] = { .name = "fdc", .label = "Foreign double counting (WWZ)",
        .unit = "money", .formula = "mdc + odc" },
    [PDC] = { .name = "pdc", .label = "Pure double counting (WWZ)",
        .unit = "money", .formula = "ddc + fdc" },
    [GEXP] = { .name = "gexp", .label = "Gross exports",
        .unit = "money", .formula = "E_sr = Z_sr 1 + F_sr" },
    [RESID] = { .name = "resid", .label = "Exports less the sixteen terms (taxes, discrepancy)",
        .unit = "money", .formula = "gexp - sum of the sixteen terms" },
    [DVA_F] = { .name = "dva_f", .label = "DVA in exports, by sector of origin (WWZ)",
        .unit = "money", .formula = "v^_s L_ss E_sr" },
    [RDV_F] = { .name = "rdv_f", .label = "DVA coming home, by sector of origin (WWZ)",
        .unit = "money", .formula = "v^_s L_ss d_sr->s" },
};
// clang-format on

const gvc_measure gvc_decomp__wwz = {
    .name = "wwz",
    .method = "wwz",
    .prefix = "wwz",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Gross exports by sector and importer in sixteen terms",
    .paper = "Wang, Wei, Zhu 2013 (NBER WP 19677, tables A2 and E1)",
    .notes =
        "The sector and bilateral form of kww; every term adds up over importers and sectors: "
        "kww dva_int = dva_int + dva_intrexi1, dva_intrex = dva_intrexf + dva_intrexi2, rdv_fin = "
        "rdv_fin + rdv_fin2, ddc = ddc_fin + ddc_int at country level, and so on.\n"
        "The sector is the exporting one, save in dva_f and rdv_f, where it is the one that "
        "creates the value added; by destination of absorption that is vax of jn.\n"
        "dva_fin + mva_fin + ova_fin is the content of final exports, fva + fdc the foreign "
        "content of every cell without discrepancy; dva + ddc = dc of bm holds only for a country "
        "as a whole, because double counting is booked in other cells than bm does.\n"
        "dva_intrexi1 is absorbed in third countries; some manuals describe it as consumed by the "
        "direct importer.\n"
        "resid holds net taxes and margins where value added is given, and the part of the row "
        "discrepancy that the terms leave out.",
    .levels =
        GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_BF | GVC_Q_ALOC | GVC_Q_AREX | GVC_Q_AHOME | GVC_Q_BDIAG |
             GVC_Q_BHOME | GVC_Q_BABROAD,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
