#include "index/families.h"

#include "base/mem.h"
#include "index/adapt.h"
#include "index/flows.h"
#include "table/manufactures.h"

#include <string.h>

/* v^ B y_P, y_P being what is finished in the sectors of the set. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_int N = gvc_table_N(gvc_model_table(model));
    const double *v = gvc_model_v(model), *weight = gvc_parts__found(parts);
    double *income = gvc_parts__rows(parts, "gvc_inc");
    gvc_status st;

    if (parts->other) { /* the same whatever the borders */
        memcpy(income, gvc_parts__rows(parts->other, "gvc_inc"), (size_t)parts->n * sizeof *income);
        return GVC_OK;
    }
    gvc_index__total(income, gvc_model_F(model));
    for (gvc_int i = 0; i < parts->n; i++)
        income[i] *= weight[i % N];
    st = gvc_model__solve(ctx, model, (gvc_view){ income, parts->n, 1, parts->n });
    for (gvc_int i = 0; i < parts->n; i++)
        income[i] *= v[i];
    return st;
}

static gvc_status adapt(gvc_ctx *ctx, gvc_adapted *out, const gvc_table *table,
                        const gvc_run_opts *opts)
{
    const gvc_edition *edition = gvc_table_edition(table);
    double *weight = gvc_mem__calloc(ctx, gvc_table_N(table), sizeof *weight);

    (void)opts;
    if (!weight)
        return GVC_ENOMEM;
    out->found = weight;
    out->drop = gvc_mem__free;
    return gvc_edition__manufactures(ctx, edition, weight);
}

static const gvc_family family = { .compute = compute, .adapt = adapt };

// clang-format off
static const gvc_term terms[] = {
    { "gvc_inc", "GVC income from world final manufactures", "money",
      "v^ B y_P, y_P final output of manufactures", "O", "", GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR, NULL },
    { "gvc_inc_sh", "Share in world GVC income", "share",
      "gvc_inc/world gvc_inc", "O", "[0,1]", GVC_LEVEL_COUNTRY, RULE_SHARE_OF_WORLD("gvc_inc") },
};
// clang-format on

const gvc_measure gvc_index__income = {
    .name = "income",
    .method = "income",
    .kind = GVC_FRAME_INDICES,
    .title = "Income from the production of the world's final manufactures",
    .paper = "Timmer, Los, Stehrer, de Vries 2013 (Economic Policy)",
    .notes =
        "Value added of a country-sector, services included, that ends in final manufactures, "
        "wherever they are finished and used. The manufactures are the set that came with the table "
        "(kind manufacturing of inputs.csv, or the store); without one, the sectors of the scheme "
        "whose group is a manufacturing one.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR,
    .needs = 0,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
