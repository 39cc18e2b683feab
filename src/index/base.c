#include "index/families.h"

#include <string.h>

/* Money that every index is read against. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_view E = gvc_model_E(model), F = gvc_model_F(model);
    const gvc_view gexp = gvc_parts__pairs(parts, "gexp");
    const size_t row_bytes = (size_t)parts->n * sizeof(double);
    double *yfin = gvc_parts__rows(parts, "yfin");

    (void)ctx;
    memcpy(gvc_parts__rows(parts, "gout"), gvc_model_x(model), row_bytes);
    memcpy(gvc_parts__rows(parts, "va"), gvc_model_va(model), row_bytes);
    for (gvc_int r = 0; r < parts->U; r++) {
        memcpy(gexp.a + r * gexp.ld, E.a + r * E.ld, row_bytes);
        for (gvc_int i = 0; i < parts->n; i++)
            yfin[i] += F.a[i + r * F.ld];
    }
    return GVC_OK;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "gout", "Gross output", "money",
      "x", "S", ">=0", GVC_LEVELS_ROWS, NULL },
    { "va", "Value added as reported or residual", "money",
      "v o x", "S", "", GVC_LEVELS_ROWS, NULL },
    { "yfin", "Final goods finished here (reported final use of own output)", "money",
      "F 1", "P", "", GVC_LEVELS_ROWS, NULL },
    { "gexp", "Gross exports", "money",
      "E_s* = sum_r (Z_sr 1 + F_sr)", "X", ">=0", GVC_LEVELS_ALL, NULL },
};
// clang-format on

const gvc_measure gvc_index__base = {
    .name = "base",
    .method = "base",
    .kind = GVC_FRAME_INDICES,
    .title =
        "Output, value added, final goods and exports: the money that indices are read against",
    .notes = "Comes along with every family.",
    .levels = GVC_LEVELS_ALL,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
