#include "base/mem.h"
#include "decomp/content.h"
#include "decomp/local.h"
#include "decomp/methods.h"

enum { GEXP, DVA, DDC, FVA, FDC1, FDC2, N_TERMS };

struct state {
    void *content;       /* gvc_content */
    double *re_exported; /* n: V_t L_tt A_ts L_ss over t != s, foreign content at its second exit */
};

static void release(void *state)
{
    struct state *my = state;

    if (my) {
        gvc_content__release(my->content);
        gvc_mem__free(my->re_exported);
    }
    gvc_mem__free(my);
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    struct state *my = gvc_mem__calloc(ctx, 1, sizeof *my);
    gvc_status st;

    if (!my)
        return GVC_ENOMEM;
    *state = my;
    st = gvc_content__prepare(ctx, &my->content, model);
    if (st == GVC_OK)
        st = gvc_decomp__local_imported(ctx, &my->re_exported, model,
                                        gvc_model_get(model, GVC_Q_VL).a);
    return st;
}

/* All exports of the world are one perimeter, so whatever comes from abroad has passed it before:
 * no foreign content is value added. */
static void fill_flow(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const struct state *state = site->state;
    const gvc_content *content = state->content;
    const double *E = gvc_decomp__at(gvc_model_E(site->model), first, r);
    const double *own = gvc_model_get(site->model, GVC_Q_VL).a + first;
    const double *domestic = content->dc + first, *foreign = content->fc + first;
    const double *again = state->re_exported + first;
    const gvc_int ld = cells.ld;

#pragma omp simd
    for (gvc_int a = 0; a < cells.rows; a++) {
        const double flow = E[a], vl = own[a], dc = domestic[a], fc = foreign[a];
        const double second = again[a];
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DVA * ld] = vl * flow;
        cell[DDC * ld] = (dc - vl) * flow;
        cell[FVA * ld] = 0;
        cell[FDC1 * ld] = second * flow;
        cell[FDC2 * ld] = (fc - second) * flow;
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
    [DVA] = { .name = "dva", .label = "Domestic value added, at its first export (MY 2021)",
        .unit = "money", .formula = "V_s L_ss # E_sr" },
    [DDC] = { .name = "ddc", .label = "Domestic content exported before (MY 2021)",
        .unit = "money", .formula = "V_s (B_ss - L_ss) # E_sr" },
    [FVA] = { .name = "fva", .label = "Foreign value added never exported before: none (MY 2021)",
        .unit = "money", .formula = "0" },
    [FDC1] = { .name = "fdc1", .label = "Foreign content exported once before (MY 2021)",
        .unit = "money", .formula = "sum_{t!=s} V_t L_tt A_ts L_ss # E_sr" },
    [FDC2] = { .name = "fdc2", .label = "Foreign content exported more than once before (MY 2021)",
        .unit = "money", .formula = "fc - fdc1" },
};
// clang-format on

const gvc_measure gvc_decomp__my_world = {
    .name = "my/world",
    .method = "my",
    .prefix = "my",
    .perspective = "world",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by value added and double counting, world perimeter",
    .paper = "Miroudot, Ye 2021 (Economic Systems Research)",
    .notes =
        "The perimeter is drawn round all exports of the world: A keeps its domestic blocks only. "
        "An item is value added at its first export, wherever that is, so foreign content is all "
        "double counting: fdc1 + fdc2 = fc of bm/exporter/source.\n"
        "fdc1, the first re-export, equals fva of bm/world/source. dva and ddc equal those of "
        "bm/exporter/source.\n"
        "The country perimeter of the paper is bm/exporter/source (gexp, dc, dva, ddc, fc, fva, "
        "fdc), and its partner and sector perimeters are bm/bilateral, bm/sectexp and bm/sectbil.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_VL | GVC_Q_VB,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
