#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"

#include <string.h>

static gvc_status fill_parts(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts, const double *kappa,
                             double *final)
{
    const double *e = gvc_model_e(model);
    double *goods = gvc_parts__rows(parts, "gii_n"), *exports = gvc_parts__rows(parts, "cbx_n");
    double *output = gvc_parts__rows(parts, "cbd_n");

    gvc_index__total(final, gvc_model_F(model));
    for (gvc_int i = 0; i < parts->n; i++) {
        goods[i] = kappa[i] * final[i];
        exports[i] = (1 + kappa[i]) * e[i];
    }
    memcpy(output, e, (size_t)parts->n * sizeof *output);
    return gvc_model__solve(ctx, model, (gvc_view){ output, parts->n, 1, parts->n });
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    double *kappa = gvc_mem__alloc(ctx, parts->n, sizeof *kappa);
    double *work = gvc_mem__alloc(ctx, parts->n, sizeof *work);
    gvc_status st = kappa && work ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK)
        st = gvc_index__kappa(ctx, model, kappa);
    if (st == GVC_OK)
        st = fill_parts(ctx, model, parts, kappa, work);
    gvc_mem__free(kappa);
    gvc_mem__free(work);
    return st;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "gii_n", "Embodied input crossings of final goods", "money",
      "(1'A^F B) o Y", "P", "",
      GVC_LEVELS_ROWS, NULL },
    { "gii", "Global import intensity of final goods", "crossings",
      "gii_n/yfin", "P", ">=0",
      GVC_LEVELS_ROWS, RULE_SHARE("gii_n", "yfin") },
    { "cbx_n", "Crossings behind exports, own included", "money",
      "(1 + 1'A^F B) o e", "X", "",
      GVC_LEVELS_ROWS, NULL },
    { "cbx", "Average border crossings of exports", "crossings",
      "cbx_n/gexp", "X", ">=1",
      GVC_LEVELS_ROWS, RULE_SHARE("cbx_n", "gexp") },
    { "cbd_n", "Downstream crossings of output", "money",
      "B e", "S", "",
      GVC_LEVELS_ROWS, NULL },
    { "cbd", "Downstream border crossings per unit of output", "crossings",
      "cbd_n/gout", "S", ">=0",
      GVC_LEVELS_ROWS, RULE_SHARE("cbd_n", "gout") },
};
// clang-format on

const gvc_measure gvc_index__crossings = {
    .name = "crossings",
    .method = "crossings",
    .kind = GVC_FRAME_INDICES,
    .title = "Border crossings behind final goods and exports, and ahead of output",
    .paper = "Muradov 2017; Dietzenbacher, van Burken, Kondo 2019",
    .notes =
        "kappa = 1'A^F B counts the border crossings of all inputs behind a unit of output. gii is "
        "its average over final goods; cbx its average over exports, plus the export itself; cbd "
        "the crossings of a unit of output on its way to final use, final delivery included.",
    .levels = GVC_LEVELS_ROWS,
    .needs = 0,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
