#include "base/mem.h"
#include "decomp/content.h"
#include "decomp/local.h"
#include "decomp/methods.h"
#include "la/view.h"

enum { GEXP, DC, DVA, VAX, REF, IMBAL, DDC, FC, FVA, FDC, RESID, N_TERMS };

/* `counted` or `ends` and `passes` are there, for source and for sink. */
struct state {
    void *content;   /* gvc_content */
    double *counted; /* n: V_t L_tt A_ts L_ss over t != s */
    gvc_view ends;   /* n x U: A_sr end_r, used up at the importer */
    gvc_view passes; /* n x U: A_sr L_rr sum_{j!=r} (F_rj + A_rj end_j), used up one border on */
};

static void release(void *state)
{
    struct state *world = state;

    if (world) {
        gvc_content__release(world->content);
        gvc_mem__free(world->counted);
        gvc_mem__free(world->ends.a);
        gvc_mem__free(world->passes.a);
    }
    gvc_mem__free(world);
}

static gvc_status begin(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    struct state *world = gvc_mem__calloc(ctx, 1, sizeof *world);

    *state = world;
    return world ? gvc_content__prepare(ctx, &world->content, model) : GVC_ENOMEM;
}

static gvc_status prepare_source(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    gvc_status st = begin(ctx, state, model);

    if (st == GVC_OK)
        st = gvc_decomp__local_imported(ctx, &((struct state *)*state)->counted, model,
                                        gvc_model_get(model, GVC_Q_VL).a);
    return st;
}

/* end_r = L_rr (F_rr + u_r): what stays in r, the discrepancy with it. */
static gvc_status find_ends(gvc_ctx *ctx, const gvc_model *model, double *end, gvc_view ends)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view LOC = gvc_model_get(model, GVC_Q_LOC);
    gvc_status st;

    for (gvc_int i = 0; i < n; i++)
        end[i] = gvc_model_u(model)[i];
    st = gvc_model__local(ctx, model, gvc_view__vector(end, n));
    for (gvc_int i = 0; i < n; i++)
        end[i] += LOC.a[i];
    if (st == GVC_OK)
        gvc_model__by_importer(ctx, model, ends, end, 0);
    return st;
}

/* `work` becomes L_rr sum_{j!=r} (F_rj + A_rj end_j). */
static gvc_status find_passes(gvc_ctx *ctx, const gvc_model *model, double *work, gvc_view ends,
                              gvc_view passes)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view F = gvc_model_F(model);
    gvc_status st;

    for (gvc_int i = 0; i < n; i++)
        work[i] = 0;
    for (gvc_int j = 0; j < F.cols; j++)
        for (gvc_int i = 0; i < n; i++)
            if (gvc_model__unit_of_row(model, i) != j)
                work[i] += F.a[i + j * F.ld] + ends.a[i + j * ends.ld];
    st = gvc_model__local(ctx, model, gvc_view__vector(work, n));
    if (st == GVC_OK)
        gvc_model__by_importer(ctx, model, passes, work, 0);
    return st;
}

static gvc_status prepare_sink(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    double *work = gvc_mem__alloc(ctx, n, sizeof *work);
    gvc_status st = work ? begin(ctx, state, model) : GVC_ENOMEM;
    struct state *world = *state;

    if (st == GVC_OK) {
        world->ends = gvc_mem__matrix(ctx, n, U);
        world->passes = gvc_mem__matrix(ctx, n, U);
        st = world->ends.a && world->passes.a ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = find_ends(ctx, model, work, world->ends);
    if (st == GVC_OK)
        st = find_passes(ctx, model, work, world->ends, world->passes);
    gvc_mem__free(work);
    return st;
}

/* Foreign value added is counted once in all exports of the world. Source: at its second crossing,
 * the first being the origin's own export. Sink: at its last crossing out of another country than
 * the origin. The flow is the last one for every origin where it is used up at r; for origin r also
 * where r sends it on once more to stay, because that crossing is the origin's own. */
static void count_foreign(const gvc_site *site, gvc_int first, gvc_int r, gvc_view once)
{
    const struct state *state = site->state;
    const gvc_content *content = state->content;
    const double *E = gvc_decomp__at(gvc_model_E(site->model), first, r);
    const double *F = gvc_decomp__at(gvc_model_F(site->model), first, r);
    const double *importer = gvc_decomp__at(gvc_model_get(site->model, GVC_Q_VB), first, r);
    const gvc_int at = first + r * state->ends.ld;

    for (gvc_int a = 0; state->counted && a < once.rows; a++)
        once.a[a] = state->counted[first + a] * E[a];
    for (gvc_int a = 0; !state->counted && a < once.rows; a++)
        once.a[a] = content->fc[first + a] * (F[a] + state->ends.a[at + a]) +
                    importer[a] * state->passes.a[at + a];
}

static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const gvc_model *model = site->model;
    const struct state *state = site->state;
    const gvc_content *content = state->content;
    const double *E = gvc_decomp__at(gvc_model_E(model), first, r);
    const double *home = gvc_decomp__at(gvc_model_get(model, GVC_Q_AHOME), first, r);
    const double *disc = gvc_decomp__at(gvc_model_get(model, GVC_Q_ABU), first, r);
    const double *own = gvc_model_get(model, GVC_Q_VL).a + first;
    const double *domestic = content->dc + first, *foreign = content->fc + first;
    const double *rest = content->rest + first;
    const gvc_int ld = cells.ld;

    count_foreign(site, first, r, gvc_view__cols(cells, FVA, 1));
#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double vl = own[a], dc = domestic[a], flow = E[a], fc = foreign[a] * flow;
        const double ref = vl * home[a], imbal = vl * disc[a];
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DC * ld] = dc * flow;
        cell[DVA * ld] = vl * flow;
        cell[VAX * ld] = vl * flow - ref - imbal;
        cell[REF * ld] = ref;
        cell[IMBAL * ld] = imbal;
        cell[DDC * ld] = (dc - vl) * flow;
        cell[FC * ld] = fc;
        cell[FDC * ld] = fc - cell[FVA * ld];
        cell[RESID * ld] = rest[a] * flow;
    }
}

static const gvc_decomp source = {
    .partner = "importer",
    .prepare = prepare_source,
    .release = release,
    .flow = fill_flow,
};

static const gvc_decomp sink = {
    .partner = "importer",
    .prepare = prepare_sink,
    .release = release,
    .flow = fill_flow,
};

// clang-format off
#define COMMON_TERMS \
    [GEXP] = { .name = "gexp", .label = "Gross exports", \
        .unit = "money", .formula = "E_s*", .levels = GVC_LEVEL_COUNTRY }, \
    [DC] = { .name = "dc", .label = "Domestic content of exports (BM 2019)", \
        .unit = "money", .formula = "V_s B_ss # E_s*", .levels = GVC_LEVEL_COUNTRY }, \
    [DVA] = { .name = "dva", .label = "Domestic value added, counted at the first exit (BM 2019)", \
        .unit = "money", .formula = "V_s L_ss # E_s*", .levels = GVC_LEVEL_COUNTRY }, \
    [VAX] = { .name = "vax", .label = "Domestic value added absorbed abroad (BM 2019)", \
        .unit = "money", .formula = "V_s L_ss # sum_r sum_{l!=s,DISC} d_sr->l", \
        .levels = GVC_LEVEL_COUNTRY }, \
    [REF] = { .name = "ref", .label = "Domestic value added coming home (BM 2019)", \
        .unit = "money", .formula = "V_s L_ss # sum_r d_sr->s", .levels = GVC_LEVEL_COUNTRY }, \
    [IMBAL] = { .name = "imbal", .label = "Domestic value added used by the row discrepancy", \
        .unit = "money", .formula = "V_s L_ss # sum_r d_sr->DISC", .levels = GVC_LEVEL_COUNTRY }, \
    [DDC] = { .name = "ddc", .label = "Domestic content counted twice (BM 2019)", \
        .unit = "money", .formula = "dc - dva", .levels = GVC_LEVEL_COUNTRY }, \
    [FC] = { .name = "fc", .label = "Foreign content of exports (BM 2019)", \
        .unit = "money", .formula = "sum_{o!=s} V_o B_os # E_s*", .levels = GVC_LEVEL_COUNTRY }, \
    [RESID] = { .name = "resid", .label = "Exports less their content (net taxes, margins)", \
        .unit = "money", .formula = "gexp - dc - fc", .levels = GVC_LEVEL_COUNTRY }

static const gvc_term source_terms[N_TERMS] = {
    COMMON_TERMS,
    [FVA] = { .name = "fva", .label = "Foreign value added, at its second crossing (BM 2019, world)",
        .unit = "money", .formula = "sum_{t!=s} V_t L_tt A_ts L_ss # E_sr" },
    [FDC] = { .name = "fdc", .label = "Foreign content counted twice in world exports (BM, source)",
        .unit = "money", .formula = "fc - fva" },
};

static const gvc_term sink_terms[N_TERMS] = {
    COMMON_TERMS,
    [FVA] = { .name = "fva", .label = "Foreign value added, at its last crossing (BM 2019, world)",
        .unit = "money",
        .formula = "fc # (F_sr + A_sr end_r) + V_r B_rs # A_sr L_rr sum_{j!=r} (F_rj + A_rj end_j), "
                   "end_r = L_rr (F_rr + u_r)" },
    [FDC] = { .name = "fdc", .label = "Foreign content counted twice in world exports (BM, sink)",
        .unit = "money", .formula = "fc - fva" },
};
// clang-format on

const gvc_measure gvc_decomp__bm_world_source = {
    .name = "bm/world/source",
    .method = "bm",
    .prefix = "bmws",
    .perspective = "world",
    .approach = "source",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by value added and double counting, world perspective, first re-export",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 52)",
    .notes =
        "Only fva and fdc differ from bm/exporter/source: value added is foreign once in the "
        "exports of the whole world, here at its second border crossing; the first is the "
        "origin's own export.\n"
        "World sums of fva equal those of bm/world/sink. fva equals fdc1 of my/world.\n"
        "fva and fdc are there by flow too; the other terms of a flow are in bm/exporter/source.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_AHOME | GVC_Q_ABU,
    .terms = source_terms,
    .n_terms = N_TERMS,
    .how = &source,
};

const gvc_measure gvc_decomp__bm_world_sink = {
    .name = "bm/world/sink",
    .method = "bm",
    .prefix = "bmwk",
    .perspective = "world",
    .approach = "sink",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by value added and double counting, world perspective, last re-export",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 54)",
    .notes =
        "Only fva and fdc differ from bm/exporter/source: value added is foreign once in the "
        "exports of the whole world, here at its last crossing out of a country other than its "
        "origin. What the row discrepancy u takes has crossed like the rest.\n"
        "This is the corrected form of kww: what the importer exports again of its own value added "
        "is foreign value added here, and stands in fdc of kww; without negative entries fva is at "
        "least fva_fin + fva_int.\n"
        "World sums of fva equal those of bm/world/source.\n"
        "fva and fdc are there by flow too; the other terms of a flow are in bm/exporter/source.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_LOC | GVC_Q_AHOME | GVC_Q_ABU,
    .terms = sink_terms,
    .n_terms = N_TERMS,
    .how = &sink,
};
