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
static void flow_to(const gvc_site *site, gvc_int r, gvc_view cells)
{
    const struct state *state = site->state;
    const gvc_content *content = state->content;
    const gvc_view E = gvc_model_E(site->model), VL = gvc_model_get(site->model, GVC_Q_VL);

    for (gvc_int a = 0; a < site->n_rows; a++) {
        const gvc_int i = site->rows[a], ld = cells.ld;
        const double flow = E.a[i + r * E.ld], vl = VL.a[i], first = state->re_exported[i];
        double *cell = cells.a + a;

        cell[GEXP * ld] = flow;
        cell[DVA * ld] = vl * flow;
        cell[DDC * ld] = (content->dc[i] - vl) * flow;
        cell[FVA * ld] = 0;
        cell[FDC1 * ld] = first * flow;
        cell[FDC2 * ld] = (content->fc[i] - first) * flow;
    }
}

static const gvc_decomp method = {
    .partner = "importer",
    .prepare = prepare,
    .release = release,
    .pair = flow_to,
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
