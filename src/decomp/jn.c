#include "decomp/driver.h"
#include "decomp/methods.h"

enum { VAX, VAXR, N_TERMS };

/* vax = v^ B F off the own column: the sector is where value added originates, the partner is who
 * absorbs it, whatever way it went. */
static void absorbed_by(const gvc_site *site, gvc_int first, gvc_int l, gvc_view cells)
{
    const double *output = gvc_decomp__at(gvc_model_get(site->model, GVC_Q_BF), first, l);
    const double *v = gvc_model_v(site->model) + first;

    for (gvc_int a = 0; a < cells.rows; a++)
        cells.a[a + VAX * cells.ld] = v[a] * output[a];
}

static const gvc_ratio ratios[] = { { VAXR, VAX } };

static const gvc_decomp method = {
    .partner = "destination",
    .flow = absorbed_by,
    .ratios = ratios,
    .n_ratios = 1,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [VAX] = { .name = "vax", .label = "Value added absorbed abroad, by origin sector (JN 2012)",
        .unit = "money", .formula = "v^ B F, column of the absorber" },
    [VAXR] = { .name = "vaxr", .label = "VAX ratio: vax over gross exports (JN 2012)",
        .unit = "ratio", .formula = "vax / gexp",
        .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL },
};
// clang-format on

const gvc_measure gvc_decomp__jn = {
    .name = "jn",
    .method = "jn",
    .prefix = "jn",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Value-added exports: value added by where it originates and who absorbs it",
    .paper = "Johnson, Noguera 2012",
    .notes =
        "Forward linkage: the sector is the one that creates the value added, which need not "
        "export itself, and destination is the country of final absorption, not the importer.\n"
        "vaxr divides by gross exports of the same country, sector or pair. It may exceed 1 for a "
        "sector or a pair, and is missing where exports are zero.\n"
        "At country level vax equals vax of bm/exporter/source and the first three terms of kww. "
        "What a row discrepancy absorbs belongs to no destination.",
    .levels =
        GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR,
    .needs = GVC_Q_BF,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
