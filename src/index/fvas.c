#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"

#include <stddef.h>

/* Foreign value added in final goods, by where it originates: VB[p, j] Y_j. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    const gvc_view sources = gvc_parts__couples(parts, "regional");
    double *foreign = gvc_parts__rows(parts, "foreign"), *all = gvc_parts__rows(parts, "all");
    double *Y = gvc_mem__alloc(ctx, parts->n, sizeof *Y);

    if (!Y)
        return GVC_ENOMEM;
    gvc_index__total(Y, gvc_model_F(model));
    gvc_index__others(model, foreign, VB);
    gvc_index__total(all, VB);
    for (gvc_int j = 0; j < parts->n; j++) {
        foreign[j] *= Y[j];
        all[j] *= Y[j];
    }
    gvc_index__sum_units(ctx, model, sources, Y, VB);
    for (gvc_int s = 0; s < parts->U; s++)
        sources.a[s + s * sources.ld] = 0;
    gvc_mem__free(Y);
    return GVC_OK;
}

static const gvc_family family = { .compute = compute };

enum { HIDDEN = 3 };

// clang-format off
static const gvc_term terms[] = {
    { "fvas", "Foreign VA share of final goods", "share",
      "sum_{t!=s} v_t B_ts o Y / (vB) o Y", "P", "[0,1]", GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR, RULE_SHARE("foreign", "all") },
    { "rfvas", "Regional foreign VA share of final goods (group)", "share",
      "sum over members s, p != s of v_p B_ps o Y / (vB) o Y", "P", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_SHARE("regional", "all") },
    { "gfvas", "Extra-regional foreign VA share of final goods (group)", "share",
      "sum over members s, others p of v_p B_ps o Y / (vB) o Y", "P", "[0,1]", GVC_LEVEL_GROUP_SUM, RULE_TILT("foreign", "regional", "all") },
    { .name = "foreign", .levels = GVC_LEVELS_ROWS },
    { .name = "all", .levels = GVC_LEVELS_ROWS },
    { .name = "regional", .levels = GVC_LEVEL_GROUP_SUM },
};
// clang-format on

const gvc_measure gvc_index__fvas = {
    .name = "fvas",
    .method = "fvas",
    .kind = GVC_FRAME_INDICES,
    .title = "Foreign value added in final goods, and for groups how much of it is regional",
    .paper = "Los, Timmer, de Vries 2015 (JRS)",
    .notes =
        "Of the value added in the final goods that a country finishes, the share that others have "
        "added. For a group: what fellow members have added to the final goods of members (rfvas), "
        "and what outsiders have (gfvas); together they are the foreign share of the members' goods.",
    .levels = GVC_LEVEL_GROUP_SUM | GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR,
    .needs = GVC_Q_VB,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0] - HIDDEN,
    .how = &family,
    .n_hidden = HIDDEN,
};
