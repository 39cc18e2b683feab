#include "base/mem.h"
#include "decomp/absorbed.h"
#include "decomp/methods.h"
#include "decomp/own.h"

#include <string.h>

enum { GIMP, VA, DC, RESID, N_TERMS };

/*
 * The perimeter is all sales to r, d^r = E_.r, by absorber d^r_l = A_.r W_rl, and F_.r at l = r,
 * outside r. With P[o, .] = VB[o, r] - [v_r L_rr at o = r] the bracket of the method notes is
 * P (I - A_rr), and
 *   content[o, l] = P R_l + [sum_{j!=r} VB[o, j] F_jr at l = r],   R_l = (I - A_rr) W_rl
 *   dc[o, l]      = P B_rr^-1 (B d^r_l)_r = P (R_l - B_rr^-1 W_rl),   P (R_r - F_rr) at l = r:
 * no large solve beyond W and VB. All are n rows long, by row of r.
 */
typedef struct imports {
    gvc_view P;        /* n x U: by origin */
    gvc_view R, twice; /* n x absorbers: what P is applied to */
    gvc_view final;    /* U x U: sum over j outside r of VB[o, j] F_jr, row o, column r */
} imports;

static void release(void *state)
{
    imports *f = state;

    if (!f)
        return;
    gvc_mem__free(f->P.a);
    gvc_mem__free(f->R.a);
    gvc_mem__free(f->twice.a);
    gvc_mem__free(f->final.a);
    gvc_mem__free(f);
}

static void fill_P(const gvc_model *model, gvc_view P)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    const double *vl = gvc_model_get(model, GVC_Q_VL).a;

    for (gvc_int o = 0; o < P.cols; o++)
        for (gvc_int j = 0; j < P.rows; j++)
            P.a[j + o * P.ld] =
                VB.a[j + o * VB.ld] - (gvc_model__unit_of_row(model, j) == o ? vl[j] : 0);
}

/* out := A_rr W_r for every unit r. */
static void use_own(gvc_ctx *ctx, const gvc_model *model, gvc_view out, gvc_view W)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model));
    const double *xinv = gvc_model__xinv(model);

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int r = 0; r < gvc_model_U(model); r++) {
        gvc_int n_rows;
        const gvc_int *rows = gvc_model__rows_of(model, r, &n_rows);

        for (gvc_int a = 0; a < n_rows; a++)
            for (gvc_int l = 0; l < W.cols; l++) {
                const double *sales = Zt.a + rows[a] * Zt.ld, *w = W.a + l * W.ld;
                double sum = 0;

                for (gvc_int b = 0; b < n_rows; b++)
                    sum += sales[rows[b]] * (xinv[rows[b]] * w[rows[b]]);
                out.a[rows[a] + l * out.ld] = sum;
            }
    }
}

static void fill_final(gvc_ctx *ctx, const gvc_model *model, gvc_view final)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB), F = gvc_model_F(model);

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int r = 0; r < final.cols; r++)
        for (gvc_int o = 0; o < final.rows; o++)
            for (gvc_int j = 0; j < VB.rows; j++)
                if (gvc_model__unit_of_row(model, j) != r)
                    final.a[o + r * final.ld] += VB.a[j + o * VB.ld] * F.a[j + r * F.ld];
}

/* W holds the outputs; R and twice follow, W becomes B_rr^-1 W. */
static gvc_status fill_outputs(gvc_ctx *ctx, const gvc_model *model, const imports *f, gvc_view W)
{
    const gvc_view F = gvc_model_F(model);
    gvc_status st;

    use_own(ctx, model, f->R, W);
    for (gvc_int l = 0; l < W.cols; l++)
        for (gvc_int i = 0; i < W.rows; i++)
            f->R.a[i + l * W.ld] = W.a[i + l * W.ld] - f->R.a[i + l * W.ld];
    st = gvc_own__divide(ctx, model, 0, W);
    for (gvc_int l = 0; l < W.cols; l++)
        for (gvc_int i = 0; i < W.rows; i++) {
            const int own = gvc_model__unit_of_row(model, i) == l;

            f->twice.a[i + l * W.ld] =
                f->R.a[i + l * W.ld] - (own ? F.a[i + l * F.ld] : W.a[i + l * W.ld]);
        }
    return st;
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    const gvc_int D = gvc_split__absorbers(model);
    imports *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    gvc_view W = { 0 };
    gvc_status st = GVC_ENOMEM;

    *state = f;
    if (!f)
        return GVC_ENOMEM;
    f->P = gvc_mem__matrix(ctx, n, U);
    f->R = gvc_mem__matrix(ctx, n, D);
    f->twice = gvc_mem__matrix(ctx, n, D);
    f->final = gvc_mem__matrix(ctx, U, U);
    W = gvc_absorbed__outputs(ctx, model);
    if (f->P.a && f->R.a && f->twice.a && f->final.a && W.a) {
        fill_P(model, f->P);
        fill_final(ctx, model, f->final);
        st = fill_outputs(ctx, model, f, W);
    }
    gvc_mem__free(W.a);
    return st;
}

static void by_origin_and_absorber(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                                   double *cells, gvc_int stride)
{
    const imports *f = site->state;
    const gvc_int D = f->R.cols;

    (void)room, (void)a, (void)r;
    for (gvc_int o = 0; o < f->P.cols; o++)
        for (gvc_int l = 0; l < D; l++) {
            double content = l == site->s ? f->final.a[o + l * f->final.ld] : 0, twice = 0;

            for (gvc_int b = 0; b < site->n_rows; b++) {
                const gvc_int j = site->rows[b];
                const double p = f->P.a[j + o * f->P.ld];

                content += p * f->R.a[j + l * f->R.ld];
                twice += p * f->twice.a[j + l * f->twice.ld];
            }
            cells[o * D + l + VA * stride] = content - twice;
            cells[o * D + l + DC * stride] = twice;
        }
}

static void close_imports(const gvc_content *content, double gross, double rest, double *values)
{
    values[GIMP] = gross;
    values[RESID] = gvc_content__left(content, gross - values[VA] - values[DC], rest, gross);
}

static const gvc_split split = {
    .site = GVC_SITE_IMPORTER,
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_ABSORBERS,
    .cells = by_origin_and_absorber,
    .whole = close_imports,
};
static const gvc_decomp method = { .prepare = prepare, .release = release, .split = &split };

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [GIMP] = { .name = "gimp", .label = "Gross imports",
        .unit = "money", .formula = "1' E_.r", .levels = GVC_LEVEL_IMPORTS },
    [VA] = { .name = "va", .label = "Value added in imports, counted once (BM 2019)",
        .unit = "money", .formula = "VB d^r - dc" },
    [DC] = { .name = "dc", .label = "Content of imports counted twice (BM 2019)",
        .unit = "money",
        .formula = "[VB_.r (I - A_rr) - V_.r] (B_rr (I - A_rr))^-1 (B d^r)_r" },
    [RESID] = { .name = "resid", .label = "Imports less their content (net taxes, margins)",
        .unit = "money", .formula = "gimp - va - dc", .levels = GVC_LEVEL_IMPORTS },
};
// clang-format on

const gvc_measure gvc_decomp__bm_importer = {
    .name = "bm/importer",
    .method = "bm",
    .prefix = "bmi",
    .perspective = "importer",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Imports by value added and double counting, perimeter of the importer",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 51)",
    .notes =
        "The perimeter is all that is sold to the importer: value added counts when it enters the "
        "first time. The origin may be the importer itself: its own value added coming home.\n"
        "va + dc is the content of imports by origin and by final destination. gimp is recorded "
        "imports; some programs print va + dc in its place, which differs by net taxes and by what "
        "products without output sell.",
    .levels = GVC_LEVEL_IMPORTS | GVC_LEVEL_IMPORTS_ORIGIN | GVC_LEVEL_IMPORTS_DESTINATION |
              GVC_LEVEL_IMPORTS_OD,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_BDIAG,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
