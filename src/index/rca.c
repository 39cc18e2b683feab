#include "index/families.h"

#include "index/flows.h"

#include <stddef.h>

/* What is compared beside gross exports; summed first where several countries act as one. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const double *v = gvc_model_v(model);
    double *absorbed = gvc_parts__rows(parts, "vax");

    (void)ctx;
    gvc_index__others(model, absorbed, gvc_model_get(model, GVC_Q_BF));
    for (gvc_int i = 0; i < parts->n; i++)
        absorbed[i] *= v[i];
    gvc_index__own_content(model, gvc_parts__rows(parts, "dvx_fb"),
                           gvc_parts__rows(parts, "dvx_fl"));
    return GVC_OK;
}

static const gvc_family family = { .compute = compute };

enum { HIDDEN = 3 };

// clang-format off
static const gvc_term terms[] = {
    { "rca", "RCA on gross exports", "index",
      "(q_si/q_s)/(q_.i/q_..)", "", ">=0", GVC_LEVEL_SECTOR, RULE_ADVANTAGE("gexp") },
    { "nrca_b", "NRCA on own VA in exports (B_ss)", "index",
      "(q_si/q_s)/(q_.i/q_..)", "", ">=0", GVC_LEVEL_SECTOR, RULE_ADVANTAGE("dvx_fb") },
    { "nrca_l", "NRCA on own VA in exports (L_ss)", "index",
      "(q_si/q_s)/(q_.i/q_..)", "", ">=0", GVC_LEVEL_SECTOR, RULE_ADVANTAGE("dvx_fl") },
    { "nrca_vax", "NRCA on value-added exports", "index",
      "(q_si/q_s)/(q_.i/q_..)", "", ">=0", GVC_LEVEL_SECTOR, RULE_ADVANTAGE("vax") },
    { .name = "dvx_fb" },
    { .name = "dvx_fl" },
    { .name = "vax" },
};
// clang-format on

const gvc_measure gvc_index__rca = {
    .name = "rca",
    .method = "rca",
    .kind = GVC_FRAME_INDICES,
    .title = "Revealed comparative advantage, on gross exports and on value added",
    .paper = "Balassa 1965; Koopman, Wang, Wei 2014; Wang, Wei, Zhu 2013",
    .notes =
        "The share of a sector in what its country exports, over the share of that sector in what the "
        "world exports: above 1 is an advantage. q is gross exports (rca), own value added in exports "
        "by sector of origin with domestic double counting (nrca_b) or without (nrca_l), or value "
        "added absorbed abroad (nrca_vax).\n"
        "Missing where a country, or the world in that sector, exports nothing.",
    .levels = GVC_LEVEL_SECTOR,
    .needs = GVC_Q_BF | GVC_Q_BEX | GVC_Q_REX,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0] - HIDDEN,
    .how = &family,
    .n_hidden = HIDDEN,
};
