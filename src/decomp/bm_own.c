#include "base/mem.h"
#include "decomp/content.h"
#include "decomp/methods.h"
#include "decomp/passage.h"
#include "la/blas.h"

enum { GEXP, DC, DVA, VAX, REF, IMBAL, DDC, FVA, FDC, FC, RESID, N_TERMS };

/*
 * Perimeters smaller than all the exports of s: value added counts at the first passage of the
 * perimeter itself. With R its rows and C its columns the content VB[o, R] becomes
 * VB[o, R] (I + A[R, C] B[C, R])^-1. The coefficients of own and of foreign value added stand by
 * row and importer; where they do not depend on the importer, ld is 0.
 */
typedef struct passage {
    gvc_content *content;
    double *cells;
    gvc_view dva, fva;
} passage;

void gvc_passage__release(void *state)
{
    passage *f = state;

    if (!f)
        return;
    gvc_content__release(f->content);
    gvc_mem__free(f->cells);
    gvc_mem__free(f);
}

static gvc_status begin(gvc_ctx *ctx, void **state, const gvc_model *model, int by_importer)
{
    const gvc_int n = gvc_model_n(model), cols = by_importer ? gvc_model_U(model) : 1;
    passage *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    void *content = NULL;
    gvc_status st;

    *state = f;
    if (!f)
        return GVC_ENOMEM;
    f->cells = gvc_mem__calloc(ctx, 2 * n * cols, sizeof *f->cells);
    if (!f->cells)
        return GVC_ENOMEM;
    f->dva = (gvc_view){ f->cells, n, cols, by_importer ? n : 0 };
    f->fva = (gvc_view){ f->cells + n * cols, n, cols, f->dva.ld };
    st = gvc_content__prepare(ctx, &content, model);
    f->content = content;
    return st;
}

static gvc_status refuse(gvc_ctx *ctx, const gvc_model *model, gvc_int s)
{
    return gvc_error__set(ctx, GVC_ESINGULAR,
                          "the first passage of a perimeter of %s cannot be told: I + A B of its "
                          "rows is singular; check the table (gvc check)",
                          gvc_labels_code(gvc_units_labels(gvc_model_units(model)), s));
}

/* dva holds the scalars 1 + (A[R, C] B[C, R])_ii; both coefficients follow. */
static gvc_status divide_content(gvc_ctx *ctx, const passage *f, const gvc_model *model)
{
    for (gvc_int r = 0; r < f->dva.cols; r++)
        for (gvc_int i = 0; i < f->dva.rows; i++) {
            const double passes = f->dva.a[i + r * f->dva.ld];

            if (passes == 0)
                return refuse(ctx, model, gvc_model__unit_of_row(model, i));
            f->dva.a[i + r * f->dva.ld] = f->content->dc[i] / passes;
            f->fva.a[i + r * f->fva.ld] = f->content->fc[i] / passes;
        }
    return GVC_OK;
}

/* 1 + [M_s]_ii = ((I - A_ss) B_ss)_ii */
static gvc_status prepare_sector(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model));
    const gvc_view own = gvc_model_get(model, GVC_Q_BDIAG);
    const double *xinv = gvc_model__xinv(model);
    const gvc_status st = begin(ctx, state, model, 0);
    const passage *f = *state;

    if (st != GVC_OK)
        return st;
    for (gvc_int s = 0; s < gvc_model_U(model); s++) {
        gvc_int n_rows;
        const gvc_int *rows = gvc_model__rows_of(model, s, &n_rows);

        for (gvc_int k = 0; k < n_rows; k++) {
            const double *sales = Zt.a + rows[k] * Zt.ld, *column = own.a + k * own.ld;
            double sum = column[rows[k]];

            for (gvc_int c = 0; c < n_rows; c++)
                sum -= sales[rows[c]] * xinv[rows[c]] * column[rows[c]];
            f->dva.a[rows[k]] = sum;
        }
    }
    return divide_content(ctx, f, model);
}

/* passes_ir := 1 + [A_sr B_rs]_ii of row i, country after country of the buyers. */
static void pass_row(const gvc_model *model, gvc_view passes, gvc_int i)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model)), B = gvc_model_get(model, GVC_Q_B);
    const gvc_int N = gvc_table_N(gvc_model_table(model));
    const double *xinv = gvc_model__xinv(model);

    for (gvc_int r = 0; r < passes.cols; r++)
        passes.a[i + r * passes.ld] = 1;
    for (gvc_int first = 0; first < Zt.rows; first += N) {
        const double *sales = Zt.a + first + i * Zt.ld, *b = B.a + first + i * B.ld;
        double sum = 0;

#pragma omp simd reduction(+ : sum)
        for (gvc_int j = 0; j < N; j++)
            sum += sales[j] * xinv[first + j] * b[j];
        passes.a[i + gvc_model__unit_of_row(model, first) * passes.ld] += sum;
    }
}

/* 1 + [A_sr B_rs]_ii */
static gvc_status prepare_sector_pair(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_status st = begin(ctx, state, model, 1);
    const passage *f = *state;

    if (st != GVC_OK)
        return st;
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int i = 0; i < n; i++)
        pass_row(model, f->dva, i);
    return divide_content(ctx, f, model);
}

/* Content at its first passage to r. Returns 1 where the small matrix is singular. */
static int pass_pair(const passage *f, const gvc_model *model, gvc_int s, gvc_int r, double *room,
                     int *pivot)
{
    gvc_int N;
    const gvc_int *rows = gvc_model__rows_of(model, s, &N);
    const gvc_view content = { room, N, 2, N };

    for (gvc_int i = 0; i < N; i++) {
        room[i] = f->content->dc[rows[i]];
        room[i + N] = f->content->fc[rows[i]];
    }
    if (gvc_passage__solve(model, s, r, content, room + 2 * N, pivot))
        return 1;
    for (gvc_int i = 0; i < N; i++) {
        f->dva.a[rows[i] + r * f->dva.ld] = room[i];
        f->fva.a[rows[i] + r * f->fva.ld] = room[i + N];
    }
    return 0;
}

/* Every unit has its part of `cells`. */
static void pass_pairs(gvc_ctx *ctx, const passage *f, const gvc_model *model, double *cells,
                       int *pivot, int *bad)
{
    const gvc_int U = gvc_model_U(model), each = 2 + gvc_passage__room(model);
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < U; s++) {
        const gvc_int first = gvc_model__first_of(model, s);

        for (gvc_int r = 0; r < U; r++)
            if (r != s)
                bad[s] |= pass_pair(f, model, s, r, cells + first * each, pivot + first);
    }
    gvc_la__unpin(pin);
}

gvc_status gvc_passage__prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    gvc_status st = begin(ctx, state, model, 1);
    double *cells = NULL;
    int *pivot = NULL, *bad = NULL;

    if (st != GVC_OK)
        return st;
    cells = gvc_mem__alloc(ctx, n * (2 + gvc_passage__room(model)), sizeof *cells);
    pivot = gvc_mem__alloc(ctx, n, sizeof *pivot);
    bad = gvc_mem__calloc(ctx, U, sizeof *bad);
    st = cells && pivot && bad ? GVC_OK : GVC_ENOMEM;
    if (st == GVC_OK)
        pass_pairs(ctx, *state, model, cells, pivot, bad);
    for (gvc_int s = 0; s < U && st == GVC_OK; s++)
        if (bad[s])
            st = refuse(ctx, model, s);
    gvc_mem__free(cells);
    gvc_mem__free(pivot);
    gvc_mem__free(bad);
    return st;
}

double gvc_passage__own(const void *state, gvc_int i, gvc_int r)
{
    const passage *f = state;

    return f->dva.a[i + r * f->dva.ld];
}

static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const passage *f = site->state;
    const double *E = gvc_decomp__at(gvc_model_E(site->model), first, r);
    const double *home = gvc_decomp__at(gvc_model_get(site->model, GVC_Q_AHOME), first, r);
    const double *disc = gvc_decomp__at(gvc_model_get(site->model, GVC_Q_ABU), first, r);
    const double *dva = gvc_decomp__at(f->dva, first, r), *fva = gvc_decomp__at(f->fva, first, r);
    const double *domestic = f->content->dc + first, *foreign = f->content->fc + first;
    const double *rest = f->content->rest + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double flow = E[a], dc = domestic[a], fc = foreign[a], own = dva[a], once = fva[a];
        const double ref = own * home[a], imbal = own * disc[a];
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DC * ld] = dc * flow;
        cell[DVA * ld] = own * flow;
        cell[VAX * ld] = own * flow - ref - imbal;
        cell[REF * ld] = ref;
        cell[IMBAL * ld] = imbal;
        cell[DDC * ld] = (dc - own) * flow;
        cell[FVA * ld] = once * flow;
        cell[FDC * ld] = (fc - once) * flow;
        cell[FC * ld] = fc * flow;
        cell[RESID * ld] = rest[a] * flow;
    }
}

static const gvc_decomp by_sector = { .partner = "importer",
                                      .prepare = prepare_sector,
                                      .release = gvc_passage__release,
                                      .flow = fill_flow };
static const gvc_decomp by_pair = { .partner = "importer",
                                    .prepare = gvc_passage__prepare,
                                    .release = gvc_passage__release,
                                    .flow = fill_flow };
static const gvc_decomp by_sector_pair = { .partner = "importer",
                                           .prepare = prepare_sector_pair,
                                           .release = gvc_passage__release,
                                           .flow = fill_flow };

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [GEXP] = { .name = "gexp", .label = "Gross exports",
        .unit = "money", .formula = "E_sr = Z_sr 1 + F_sr" },
    [DC] = { .name = "dc", .label = "Domestic content of exports (BM 2019)",
        .unit = "money", .formula = "V_s B_ss # E_sr" },
    [DVA] = { .name = "dva", .label = "DVA at the first passage of the own perimeter (BM 2019)",
        .unit = "money", .formula = "V_s B_sR (I + A_RC B_CR)^-1 # E_sr" },
    [VAX] = { .name = "vax", .label = "Of it absorbed abroad (BM 2019, own perimeter)",
        .unit = "money", .formula = "V_s B_sR (I + A_RC B_CR)^-1 # sum_{l!=s,DISC} d_sr->l" },
    [REF] = { .name = "ref", .label = "Of it coming home (BM 2019, own perimeter)",
        .unit = "money", .formula = "V_s B_sR (I + A_RC B_CR)^-1 # d_sr->s" },
    [IMBAL] = { .name = "imbal", .label = "Of it used by the row discrepancy (own perimeter)",
        .unit = "money", .formula = "V_s B_sR (I + A_RC B_CR)^-1 # d_sr->DISC" },
    [DDC] = { .name = "ddc", .label = "Domestic content counted twice (BM 2019, own perimeter)",
        .unit = "money", .formula = "dc - dva" },
    [FVA] = { .name = "fva", .label = "Foreign value added at the first passage (BM 2019)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_oR (I + A_RC B_CR)^-1 # E_sr" },
    [FDC] = { .name = "fdc", .label = "Foreign content counted twice (BM 2019, own perimeter)",
        .unit = "money", .formula = "fc - fva" },
    [FC] = { .name = "fc", .label = "Foreign content of exports (BM 2019)",
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # E_sr" },
    [RESID] = { .name = "resid", .label = "Exports less their content (net taxes, margins)",
        .unit = "money", .formula = "gexp - dc - fc" },
};
// clang-format on

#define NOTES                                                                                      \
    "gexp = dc + fc + resid, dc = dva + ddc, fc = fva + fdc, dva = vax + ref + imbal; gexp, dc, "  \
    "fc and resid are those of every perimeter.\n"                                                 \
    "Values do not add up to those of bm/exporter/source, by design: the smaller the perimeter, "  \
    "the less is double counted. Without negative entries dva of sectbil >= dva of bilateral >= "  \
    "dva of the exporter.\n"
#define NEEDS (GVC_Q_VB | GVC_Q_AHOME | GVC_Q_ABU)

const gvc_measure gvc_decomp__bm_sectexp = {
    .name = "bm/sectexp",
    .method = "bm",
    .prefix = "bmse",
    .perspective = "sectexp",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports of a sector by value added and double counting, perimeter of the sector",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 46-49)",
    .notes = NOTES "R is one sector of the exporter, C everybody abroad.",
    .levels = GVC_LEVEL_SECTOR,
    .needs = NEEDS | GVC_Q_BDIAG,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &by_sector,
};

const gvc_measure gvc_decomp__bm_bilateral = {
    .name = "bm/bilateral",
    .method = "bm",
    .prefix = "bmb",
    .perspective = "bilateral",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports to one importer by value added and double counting, perimeter of the pair",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 46-49)",
    .notes = NOTES "R is all of the exporter, C all of the importer. dva is what hypothetical "
                   "extraction of the pair takes away.",
    .levels = GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = NEEDS | GVC_Q_B | GVC_Q_BDIAG,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &by_pair,
};

const gvc_measure gvc_decomp__bm_sectbil = {
    .name = "bm/sectbil",
    .method = "bm",
    .prefix = "bmsb",
    .perspective = "sectbil",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports of a sector to one importer by value added, perimeter of the flow",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 46-49)",
    .notes = NOTES "R is one sector of the exporter, C all of the importer.",
    .levels = GVC_LEVEL_BILATERAL_SECTOR,
    .needs = NEEDS | GVC_Q_B,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &by_sector_pair,
};
