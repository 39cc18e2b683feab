#include "index/families.h"

#include "index/flows.h"

#include <string.h>

/* kappa' = 1'A^F B, border crossings of all inputs behind a unit of output. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const double *kappa = gvc_model_get(model, GVC_Q_CROSS).a, *e = gvc_model_e(model);
    double *goods = gvc_parts__rows(parts, "gii_n"), *exports = gvc_parts__rows(parts, "cbx_n");

    (void)ctx;
    gvc_index__total(goods, gvc_model_F(model));
    for (gvc_int i = 0; i < parts->n; i++) {
        goods[i] *= kappa[i];
        exports[i] = (1 + kappa[i]) * e[i];
    }
    memcpy(gvc_parts__rows(parts, "cbd_n"), gvc_model_get(model, GVC_Q_BEXP).a,
           (size_t)parts->n * sizeof(double));
    return GVC_OK;
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
    .needs = GVC_Q_CROSS | GVC_Q_BEXP,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
