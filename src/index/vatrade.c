#include "index/families.h"

#include "index/flows.h"

#include <stddef.h>

/* Own value added in exports by exporting sector, with the same sum: v_s B_ss o e. */
static void fill_content(const gvc_model *model, gvc_parts *parts)
{
    const double *v = gvc_model_v(model), *e = gvc_model_e(model);
    const double *output = gvc_model_get(model, GVC_Q_REX).a;
    double *with_returns = gvc_parts__rows(parts, "dvx_fb");
    double *without = gvc_parts__rows(parts, "dvx_fl");

    gvc_index__own(model, with_returns, gvc_model_get(model, GVC_Q_VB));
    for (gvc_int i = 0; i < parts->n; i++) {
        with_returns[i] *= e[i];
        without[i] = v[i] * output[i];
    }
}

/* Value added by who absorbs it, and own value added in exports by sector of origin. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_view absorbed = gvc_parts__pairs(parts, "vax");

    gvc_index__scale(ctx, absorbed, gvc_model_v(model), gvc_model_get(model, GVC_Q_BF));
    gvc_index__drop_own(model, absorbed);
    if (gvc_parts__by_sector(parts))
        gvc_index__own_content(model, gvc_parts__rows(parts, "dvx_fb"),
                               gvc_parts__rows(parts, "dvx_fl"));
    else
        fill_content(model, parts);
    return GVC_OK;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "vax", "Value-added exports (VA absorbed abroad)", "money",
      "v^ (BF)_sr, r!=s", "O", "", GVC_LEVELS_ALL, NULL },
    { "vax_ratio", "Value-added exports over gross exports", "ratio",
      "vax/gexp", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("vax", "gexp") },
    { "dvx_fb", "Own VA in exports by sector of origin, B_ss", "money",
      "v^_s B_ss E_s*", "O", "", GVC_LEVELS_ROWS, NULL },
    { "dvx_fl", "Own VA in exports by sector of origin, L_ss", "money",
      "v^_s L_ss E_s*", "O", "", GVC_LEVELS_ROWS, NULL },
    { "tb_gross", "Gross trade balance with partner", "money",
      "E_sr - E_rs", "", "", GVC_LEVEL_BILATERAL, RULE_BALANCE("gexp") },
    { "tb_va", "Value-added trade balance with partner", "money",
      "VAX_sr - VAX_rs", "", "", GVC_LEVEL_BILATERAL, RULE_BALANCE("vax") },
};
// clang-format on

const gvc_measure gvc_index__vatrade = {
    .name = "vatrade",
    .method = "vatrade",
    .kind = GVC_FRAME_INDICES,
    .title = "Trade in value added: what others absorb, own content of exports, balances",
    .paper = "Johnson, Noguera 2012; Koopman, Wang, Wei 2014",
    .notes =
        "vax is value added absorbed abroad, by sector of origin and absorbing partner, whichever way "
        "it takes; dvx_fb and dvx_fl are own value added in exports by sector of origin, with the "
        "domestic double counting (B_ss) and without (L_ss).\n"
        "vax_ratio of a sector can exceed 1: its value added leaves in the exports of others. The sum "
        "of tb_va over partners is that of tb_gross in a balanced table whose value added is the "
        "residual.",
    .levels = GVC_LEVELS_ALL,
    .needs = GVC_Q_VB | GVC_Q_BF | GVC_Q_REX,
    .needs_of_sectors = GVC_Q_BEX,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
