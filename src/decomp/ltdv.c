#include "base/mem.h"
#include "decomp/driver.h"
#include "decomp/methods.h"
#include "decomp/passage.h"

#include <string.h>

enum { DVA, N_TERMS };

/* The state is L_ss E_sr: n x U, output of s for its sales to r through the domestic chain. */
static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view E = gvc_model_E(model);
    gvc_view called = gvc_mem__matrix(ctx, E.rows, E.cols);

    *state = called.a;
    if (!called.a)
        return GVC_ENOMEM;
    for (gvc_int r = 0; r < E.cols; r++)
        memcpy(called.a + r * called.ld, E.a + r * E.ld, (size_t)E.rows * sizeof *E.a);
    return gvc_model__local(ctx, model, called);
}

static void lost_without(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const double *called = (const double *)site->state + r * gvc_model_n(site->model) + first;
    const double *v = gvc_model_v(site->model) + first;

    for (gvc_int a = 0; a < cells.rows; a++)
        cells.a[a + DVA * cells.ld] = v[a] * called[a];
}

/* If only the sales to r stopped: V_s B_ss (I + A_sr B_rs)^-1 E_sr. */
static void lost_without_pair(const gvc_site *site, gvc_int first, gvc_int r, gvc_view cells)
{
    const double *E = gvc_decomp__at(gvc_model_E(site->model), first, r);

    for (gvc_int a = 0; a < cells.rows; a++)
        cells.a[a + DVA * cells.ld] = gvc_passage__own(site->state, first + a, r) * E[a];
}

static const gvc_decomp of_pairs = {
    .levels = GVC_LEVEL_BILATERAL,
    .needs = GVC_Q_VB | GVC_Q_B | GVC_Q_BDIAG,
    .partner = "importer",
    .prepare = gvc_passage__prepare,
    .release = gvc_passage__release,
    .flow = lost_without_pair,
};

static const gvc_decomp method = {
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR,
    .other = &of_pairs,
    .partner = "importer",
    .prepare = prepare,
    .release = gvc_mem__free,
    .flow = lost_without,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [DVA] = { .name = "dva", .label = "Value added lost if nothing were sold abroad (LTDV 2016)",
        .unit = "money", .formula = "v^_s L_ss E_s*; pair: V_s B_ss (I + A_sr B_rs)^-1 E_sr" },
};
// clang-format on

const gvc_measure gvc_decomp__ltdv = {
    .name = "ltdv",
    .method = "ltdv",
    .prefix = "ltdv",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Hypothetical extraction: value added that hangs on exports",
    .paper = "Los, Timmer, de Vries 2016 (American Economic Review); Los, Timmer 2018",
    .notes = "GDP of s less the GDP that is left when s sells nothing abroad.\n"
             "Forward linkage: the sector is the one that creates the value added, which need not "
             "export itself. At country level dva equals dva of bm/exporter/source; sector values "
             "differ from it, where the sector is the exporting one.\n"
             "At level bilateral only the sales to one importer stop: dva is that of bm/bilateral. "
             "Pairs do not add up to the country.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
