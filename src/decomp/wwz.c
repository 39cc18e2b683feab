#include "base/mem.h"
#include "decomp/content.h"
#include "decomp/methods.h"
#include "la/view.h"

#include <string.h>

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

/* What D says of each row in the columns of other units, together. */
static void sum_others(const gvc_model *model, gvc_view D, double *others)
{
    const gvc_int N = gvc_table_N(gvc_model_table(model));

    memset(others, 0, (size_t)D.rows * sizeof *others);
    for (gvc_int t = 0; t < D.cols; t++)
        for (gvc_int i = 0; i < D.rows; i += N)
            for (gvc_int j = i; j < i + N && gvc_model__unit_of_row(model, i) != t; j++)
                others[j] += D.a[j + t * D.ld];
}

/* out[j in r, s] = (B_rr F_rs)_j */
static void use_own_blocks(gvc_ctx *ctx, const gvc_model *model, gvc_view out)
{
    const gvc_view F = gvc_model_F(model), own = gvc_model_get(model, GVC_Q_BDIAG);
    const gvc_int N = gvc_table_N(gvc_model_table(model));

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < out.cols; s++)
        for (gvc_int i = 0; i < out.rows; i += N) {
            double *sum = out.a + i + s * out.ld;
            gvc_int n_rows;
            const gvc_int *rows =
                gvc_model__rows_of(model, gvc_model__unit_of_row(model, i), &n_rows);

            memset(sum, 0, (size_t)N * sizeof *sum);
            for (gvc_int k = 0; k < n_rows; k++) {
                const double *column = gvc_decomp__at(own, i, k), used = F.a[rows[k] + s * F.ld];

#pragma omp simd
                for (gvc_int j = 0; j < N; j++)
                    sum[j] += column[j] * used;
            }
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

/* All that goes through A, at once. `work` has room for 2 n numbers, rdv_f holds B_rr F_rs. */
static void sell(gvc_ctx *ctx, const flows *f, const gvc_model *model, double *work)
{
    const gvc_view home = gvc_model_get(model, GVC_Q_BHOME);
    const gvc_view abroad = gvc_model_get(model, GVC_Q_BABROAD);
    const gvc_view others[2] = { gvc_view__vector(work, home.rows),
                                 gvc_view__vector(work + home.rows, home.rows) };
    const gvc_sale sales[] = {
        { .out = f->near_home, .y = home, .by_importer = 1 },
        { .out = f->far_home, .y = others[0] },
        { .out = f->back_home, .y = home },
        { .out = f->near_abroad, .y = abroad, .by_importer = 1 },
        { .out = f->far_abroad, .y = others[1] },
        { .out = f->back_abroad, .y = abroad },
        { .out = f->returned, .y = f->rdv_f },
    };

    sum_others(model, home, others[0].a);
    sum_others(model, abroad, others[1].a);
    gvc_model__sell(ctx, model, sales, sizeof sales / sizeof sales[0]);
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
    use_own_blocks(ctx, model, f->rdv_f);
    sell(ctx, f, model, work);
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
static void fill_own(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const gvc_model *model = site->model;
    const flows *f = site->state;
    const gvc_int at = first + r * f->returned.ld, ld = cells.ld;
    const double *F = gvc_decomp__at(gvc_model_F(model), first, r);
    const double *Eint = gvc_decomp__at(gvc_model_Eint(model), first, r);
    const double *home = gvc_decomp__at(gvc_model_get(model, GVC_Q_AHOME), first, r);
    const double *own = gvc_model_get(model, GVC_Q_VL).a + first,
                 *domestic = f->content->dc + first;
    const double *near_home = f->near_home.a + at, *far_home = f->far_home.a + at;
    const double *near_abroad = f->near_abroad.a + at, *far_abroad = f->far_abroad.a + at;
    const double *back_home = f->back_home.a + at, *back_abroad = f->back_abroad.a + at;
    const double *returned = f->returned.a + at;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double vl = own[a], dc = domestic[a];
        const double third = home[a] - back_home[a] - returned[a];
        const double onward = far_home[a] - back_home[a], final = near_abroad[a] - returned[a];
        const double twice = far_abroad[a] - back_abroad[a] - third;
        double *cell = cells.a + a;

        cell[DVA_FIN * ld] = dc * F[a];
        cell[DVA_INT * ld] = vl * near_home[a];
        cell[DVA_INTREXI1 * ld] = vl * onward;
        cell[DVA_INTREXF * ld] = vl * final;
        cell[DVA_INTREXI2 * ld] = vl * twice;
        cell[RDV_FIN * ld] = vl * returned[a];
        cell[RDV_FIN2 * ld] = vl * third;
        cell[RDV_INT * ld] = vl * back_home[a];
        cell[DDC_FIN * ld] = vl * back_abroad[a];
        cell[DDC_INT * ld] = (dc - vl) * Eint[a];
    }
}

/* Terms 11 to 16: value added of the importer and of all others. */
static void fill_foreign(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const gvc_model *model = site->model;
    const flows *f = site->state;
    const double *F = gvc_decomp__at(gvc_model_F(model), first, r);
    const double *ALOC = gvc_decomp__at(gvc_model_get(model, GVC_Q_ALOC), first, r);
    const double *AREX = gvc_decomp__at(gvc_model_get(model, GVC_Q_AREX), first, r);
    const double *of_importer = gvc_decomp__at(gvc_model_get(model, GVC_Q_VB), first, r);
    const double *foreign = f->content->fc + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double importer = of_importer[a], others = foreign[a] - importer;
        const double final = F[a], ends = ALOC[a], goes_on = AREX[a];
        double *cell = cells.a + a;

        cell[MVA_FIN * ld] = importer * final;
        cell[MVA_INT * ld] = importer * ends;
        cell[MDC * ld] = importer * goes_on;
        cell[OVA_FIN * ld] = others * final;
        cell[OVA_INT * ld] = others * ends;
        cell[ODC * ld] = others * goes_on;
    }
}

/* Sums of the own terms. */
static void sum_own(gvc_view cells)
{
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        double *cell = cells.a + a;
        const double intrex =
            cell[DVA_INTREXI1 * ld] + cell[DVA_INTREXF * ld] + cell[DVA_INTREXI2 * ld];
        const double rdv = cell[RDV_FIN * ld] + cell[RDV_FIN2 * ld] + cell[RDV_INT * ld];
        const double vax = cell[DVA_FIN * ld] + cell[DVA_INT * ld] + intrex;
        const double ddc = cell[DDC_FIN * ld] + cell[DDC_INT * ld];

        cell[DVA_INTREX * ld] = intrex;
        cell[RDV * ld] = rdv;
        cell[DVA * ld] = vax + rdv;
        cell[VAX_B * ld] = vax;
        cell[DDC * ld] = ddc;
    }
}

/* Sums of the foreign terms, and of both. */
static void sum_foreign(gvc_view cells)
{
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        double *cell = cells.a + a;
        const double mva_fin = cell[MVA_FIN * ld], mva_int = cell[MVA_INT * ld];
        const double ova_fin = cell[OVA_FIN * ld], ova_int = cell[OVA_INT * ld];
        const double fva = mva_fin + mva_int + ova_fin + ova_int;
        const double fdc = cell[MDC * ld] + cell[ODC * ld], ddc = cell[DDC * ld];

        cell[MVA * ld] = mva_fin + mva_int;
        cell[OVA * ld] = ova_fin + ova_int;
        cell[FVA_FIN * ld] = mva_fin + ova_fin;
        cell[FVA_INT * ld] = mva_int + ova_int;
        cell[FVA * ld] = fva;
        cell[FDC * ld] = fdc;
        cell[PDC * ld] = ddc + fdc;
        cell[RESID * ld] = cell[GEXP * ld] - (cell[DVA * ld] + ddc + fva + fdc);
    }
}

static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const flows *f = site->state;
    const size_t bytes = sizeof *cells.a * (size_t)cells.rows;
    const gvc_int ld = cells.ld;

    memcpy(cells.a + GEXP * ld, gvc_decomp__at(gvc_model_E(site->model), first, r), bytes);
    memcpy(cells.a + DVA_F * ld, gvc_decomp__at(f->dva_f, first, r), bytes);
    memcpy(cells.a + RDV_F * ld, gvc_decomp__at(f->rdv_f, first, r), bytes);
    fill_own(site, first, r, cells);
    fill_foreign(site, first, r, cells);
    sum_own(cells);
    sum_foreign(cells);
    for (gvc_int a = 0; a < cells.rows && !gvc_model_has_disc(site->model); a++) {
        double *left = cells.a + a + RESID * ld;
        const double flow = cells.a[a + GEXP * ld];

        *left = gvc_content__left(f->content, *left, f->content->rest[first + a] * flow, flow);
    }
}

static const gvc_decomp method = {
    .partner = "importer",
    .prepare = prepare,
    .release = release,
    .flow = fill_flow,
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
