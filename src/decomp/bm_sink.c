#include "base/mem.h"
#include "decomp/absorbed.h"
#include "decomp/content.h"
#include "decomp/methods.h"
#include "decomp/own.h"
#include "la/view.h"

#include <string.h>

enum { GEXP, DC, DVA, VAX, REF, IMBAL, DDC, FVA, FDC, FC, VAXIM, RESID, N_TERMS };

/*
 * phi_sr->l: the exports of s to r that l absorbs, each item only at its last exit from s. It is
 * d_sr->l less what leaves s again before, A_sr B_rs U_s,l with
 * U_s,l = B_ss^-1 (W_sl - [L_ss F_ss at l = s, L_ss u_s at DISC]).
 * `again` is that lessening for all l together, the others are phi itself; n x U each, by row of s
 * and importer r.
 */
typedef struct exits {
    gvc_content *content;
    double *cells;
    gvc_view again, home, disc, direct;
} exits;

static void release(void *state)
{
    exits *f = state;

    if (!f)
        return;
    gvc_content__release(f->content);
    gvc_mem__free(f->cells);
    gvc_mem__free(f);
}

/* U before B_ss^-1 is applied; the last column sums the others. */
static gvc_status fill_absorbed(gvc_ctx *ctx, const gvc_model *model, gvc_view U)
{
    double *all = U.a + (U.cols - 1) * U.ld;
    const gvc_status st = gvc_absorbed__abroad(ctx, model, gvc_view__cols(U, 0, U.cols - 1));

    for (gvc_int l = 0; l < U.cols - 1; l++)
        for (gvc_int i = 0; i < U.rows; i++)
            all[i] += U.a[i + l * U.ld];
    return st;
}

/* Which column of U goes into a product for s and r. */
typedef enum absorber { ALL, HOME, DISC, IMPORTER, ABSORBERS } absorber;

static gvc_int column_for(absorber who, gvc_int U, gvc_int s, gvc_int r)
{
    switch (who) {
    case ALL:
        return U + 1;
    case DISC:
        return U;
    case HOME:
        return s;
    default:
        return r;
    }
}

/* Columns of U: by absorber, then DISC, then all together. Y is what of them leaves s, one for each
 * absorber. */
typedef struct last_exit {
    const gvc_model *model;
    gvc_view U, Y[ABSORBERS];
} last_exit;

/* y[k][j] += column[j] * part[k] */
static void add_parts(double *const *y, const double *column, const double *part, gvc_int from,
                      gvc_int end)
{
    double *all = y[ALL], *home = y[HOME], *disc = y[DISC], *importer = y[IMPORTER];

#pragma omp simd
    for (gvc_int j = from; j < end; j++) {
        const double b = column[j];

        all[j] += b * part[ALL];
        home[j] += b * part[HOME];
        disc[j] += b * part[DISC];
        importer[j] += b * part[IMPORTER];
    }
}

/* Column s of each Y: Y[j in r, s] = (B_rs U_s,l)_j. The rows of one country are in one unit. */
static void send_out(const last_exit *x, gvc_int s)
{
    const gvc_view B = gvc_model_get(x->model, GVC_Q_B);
    const gvc_int n_units = gvc_model_U(x->model), N = gvc_table_N(gvc_model_table(x->model));
    gvc_int n_rows;
    const gvc_int *rows = gvc_model__rows_of(x->model, s, &n_rows);
    double *y[ABSORBERS];

    for (int k = 0; k < ABSORBERS; k++) {
        y[k] = x->Y[k].a + s * x->Y[k].ld;
        memset(y[k], 0, sizeof *y[k] * (size_t)B.rows);
    }
    for (gvc_int k = 0; k < n_rows; k++)
        for (gvc_int from = 0; from < B.rows; from += N) {
            const gvc_int r = gvc_model__unit_of_row(x->model, from);
            double part[ABSORBERS];

            for (int l = 0; l < ABSORBERS; l++)
                part[l] = x->U.a[rows[k] + column_for((absorber)l, n_units, s, r) * x->U.ld];
            add_parts(y, B.a + rows[k] * B.ld, part, from, from + N);
        }
}

static void subtract_from(gvc_view out, gvc_view whole)
{
    for (gvc_int r = 0; r < out.cols; r++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + r * out.ld] = whole.a[i + r * whole.ld] - out.a[i + r * out.ld];
}

static void add_to(gvc_view out, gvc_view more)
{
    for (gvc_int r = 0; r < out.cols; r++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + r * out.ld] += more.a[i + r * more.ld];
}

/* A_sr B_rs U_s,l for every absorber, taken from what goes through A whole. */
static void fill_exits(gvc_ctx *ctx, exits *f, const last_exit *x)
{
    const gvc_int n = x->U.rows, U = gvc_model_U(x->model);
    gvc_view *const views[ABSORBERS] = { &f->again, &f->home, &f->disc, &f->direct };
    gvc_sale sales[ABSORBERS];

    for (int k = 0; k < ABSORBERS; k++) {
        *views[k] = (gvc_view){ f->cells + k * n * U, n, U, n };
        sales[k] = (gvc_sale){ .out = *views[k], .y = x->Y[k] };
    }
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < U; s++)
        send_out(x, s);
    gvc_model__sell(ctx, x->model, sales, ABSORBERS);
    subtract_from(f->home, gvc_model_get(x->model, GVC_Q_AHOME));
    subtract_from(f->disc, gvc_model_get(x->model, GVC_Q_ABU));
    subtract_from(f->direct, gvc_model_get(x->model, GVC_Q_AOWN));
    add_to(f->direct, gvc_model_F(x->model));
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), n_units = gvc_model_U(model);
    exits *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    last_exit x = { .model = model };
    double *sent;
    void *content = NULL;
    gvc_status st = GVC_ENOMEM;

    *state = f;
    x.U = gvc_mem__matrix(ctx, n, n_units + 2);
    sent = gvc_mem__alloc(ctx, ABSORBERS * n * n_units, sizeof *sent);
    if (!f || !x.U.a || !sent)
        goto done;
    for (int k = 0; k < ABSORBERS; k++)
        x.Y[k] = (gvc_view){ sent + k * n * n_units, n, n_units, n };
    f->cells = gvc_mem__alloc(ctx, ABSORBERS * n * n_units, sizeof *f->cells);
    if (!f->cells)
        goto done;
    st = gvc_content__prepare(ctx, &content, model);
    f->content = content;
    if (st == GVC_OK)
        st = fill_absorbed(ctx, model, x.U);
    if (st == GVC_OK)
        st = gvc_own__divide(ctx, model, 0, x.U);
    if (st == GVC_OK)
        fill_exits(ctx, f, &x);
done:
    gvc_mem__free(x.U.a);
    gvc_mem__free(sent);
    return st;
}

/* Value added is counted at the last exit from s, so content is split by phi. */
static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const exits *f = site->state;
    const double *E = gvc_decomp__at(gvc_model_E(site->model), first, r);
    const double *again = gvc_decomp__at(f->again, first, r);
    const double *home = gvc_decomp__at(f->home, first, r);
    const double *disc = gvc_decomp__at(f->disc, first, r);
    const double *direct = gvc_decomp__at(f->direct, first, r);
    const double *domestic = f->content->dc + first, *foreign = f->content->fc + first;
    const double *rest = f->content->rest + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double dc = domestic[a], fc = foreign[a], flow = E[a], last = flow - again[a];
        const double ref = dc * home[a], imbal = dc * disc[a];
        const double ddc = dc * again[a], fdc = fc * again[a], vaxim = dc * direct[a];
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DC * ld] = dc * flow;
        cell[DVA * ld] = dc * last;
        cell[VAX * ld] = dc * last - ref - imbal;
        cell[REF * ld] = ref;
        cell[IMBAL * ld] = imbal;
        cell[DDC * ld] = ddc;
        cell[FVA * ld] = fc * last;
        cell[FDC * ld] = fdc;
        cell[FC * ld] = fc * flow;
        cell[VAXIM * ld] = vaxim;
        cell[RESID * ld] = rest[a] * flow;
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
    [GEXP] = { .name = "gexp", .label = "Gross exports",
        .unit = "money", .formula = "E_sr = Z_sr 1 + F_sr" },
    [DC] = { .name = "dc", .label = "Domestic content of exports (BM 2019)",
        .unit = "money", .formula = "V_s B_ss # E_sr" },
    [DVA] = { .name = "dva", .label = "Domestic value added, counted at the last exit (BM 2019)",
        .unit = "money", .formula = "V_s B_ss # sum_l phi_sr->l" },
    [VAX] = { .name = "vax", .label = "Domestic value added absorbed abroad (BM 2019, sink)",
        .unit = "money", .formula = "V_s B_ss # sum_{l!=s,DISC} phi_sr->l" },
    [REF] = { .name = "ref", .label = "Domestic value added coming home (BM 2019, sink)",
        .unit = "money", .formula = "V_s B_ss # phi_sr->s" },
    [IMBAL] = { .name = "imbal", .label = "Domestic value added used by the row discrepancy (sink)",
        .unit = "money", .formula = "V_s B_ss # phi_sr->DISC" },
    [DDC] = { .name = "ddc", .label = "Domestic content counted twice (BM 2019, sink)",
        .unit = "money", .formula = "V_s B_ss # (E_sr - sum_l phi_sr->l)" },
    [FVA] = { .name = "fva", .label = "Foreign value added, counted at the last exit (BM 2019)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # sum_l phi_sr->l" },
    [FDC] = { .name = "fdc", .label = "Foreign content counted twice (BM 2019, sink)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # (E_sr - sum_l phi_sr->l)" },
    [FC] = { .name = "fc", .label = "Foreign content of exports (BM 2019)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # E_sr" },
    [VAXIM] = { .name = "vaxim", .label = "Absorbed by the importer, travelled or not (BM 2019)",
        .unit = "money", .formula = "V_s B_ss # phi_sr->r" },
    [RESID] = { .name = "resid", .label = "Exports less their content (net taxes, margins)",
        .unit = "money", .formula = "gexp - dc - fc" },
};
// clang-format on

const gvc_measure gvc_decomp__bm_sink = {
    .name = "bm/exporter/sink",
    .method = "bm",
    .prefix = "bmk",
    .perspective = "exporter",
    .approach = "sink",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by value added and double counting, exporter perspective, last exit",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 19-20); 2023 (Econ. Systems Research)",
    .notes =
        "phi_sr->l is what l absorbs of the exports of s to r, each item only at its last exit "
        "from s: A_sr x^l_r, with F_sr where l = r, x^l the output for l once the sales of s "
        "abroad are struck out.\n"
        "Additive at every level: gexp = dc + fc + resid, dc = dva + ddc, fc = fva + fdc, "
        "dva = vax + ref + imbal. Domestic and foreign content are split in the same proportion: "
        "dva fc = fva dc in every flow of a sector.\n"
        "At country level dva, fva, vax, ref and imbal are those of source; by importer they "
        "belong to the flow by which value added leaves for the last time. vaxim lies between "
        "davax of source and vax where nothing is negative.\n"
        "resid and imbal as in bm/exporter/source. Needs the whole inverse of I - A.",
    .levels =
        GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VB | GVC_Q_LOC | GVC_Q_BF | GVC_Q_BU | GVC_Q_AOWN | GVC_Q_AHOME | GVC_Q_ABU |
             GVC_Q_B | GVC_Q_BDIAG,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
