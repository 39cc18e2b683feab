#include "decomp/methods.h"
#include "decomp/split.h"

enum { VBE, N_TERMS };

/* Value added of unit o in the exports of row i, VB[o, i] e_i. */
static void by_country(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                       double *cells, gvc_int stride)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_int i = site->rows[a];
    const double e = gvc_model_e(site->model)[i];

    (void)room, (void)r, (void)stride;
    for (gvc_int o = 0; o < VB.cols; o++)
        cells[o] = VB.a[i + o * VB.ld] * e;
}

/* The same by origin row j, v_j B_ji e_i. */
static void by_industry(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                        double *cells, gvc_int stride)
{
    const gvc_view B = gvc_model_get(site->model, GVC_Q_B);
    const gvc_int i = site->rows[a];
    const double e = gvc_model_e(site->model)[i], *v = gvc_model_v(site->model);

    (void)room, (void)r, (void)stride;
    for (gvc_int j = 0; j < B.rows; j++)
        cells[j] = v[j] * B.a[j + i * B.ld] * e;
}

static const gvc_split countries = { .origins = GVC_AXIS_UNITS, .cells = by_country };
static const gvc_split industries = { .origins = GVC_AXIS_ROWS, .cells = by_industry };

static const gvc_decomp by_industries = { .levels = GVC_LEVEL_SECTOR_ORIGIN_SECTOR,
                                          .needs = GVC_Q_B,
                                          .split = &industries };
static const gvc_decomp method = { .levels = GVC_LEVEL_COUNTRY_ORIGIN | GVC_LEVEL_SECTOR_ORIGIN,
                                   .needs = GVC_Q_VB,
                                   .other = &by_industries,
                                   .split = &countries };

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [VBE] = { .name = "vbe", .label = "Value added in exports, by where it originates",
        .unit = "money", .formula = "v^ B diag(E 1)" },
};
// clang-format on

const gvc_measure gvc_decomp__origin = {
    .name = "origin",
    .method = "origin",
    .prefix = "origin",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Value added in exports by country or industry of origin",
    .paper = "Leontief 1936; OECD TiVA, EXGR_BSCI",
    .notes =
        "Origins are added up over everything that an export holds, double counting included: the "
        "sum over origins is exports less net taxes and margins, the own part is dc of "
        "bm/exporter/source, the foreign part fc.\n"
        "World sums: what others hold of s is vs1 of vs. DEXFVAP and FEXDVAP of the OECD are read "
        "off the same matrix.\n"
        "At level sector_origin_sector the rows are n x n; they need the whole inverse, and are "
        "handed to the output exporter by exporter.",
    .levels = GVC_LEVEL_COUNTRY_ORIGIN | GVC_LEVEL_SECTOR_ORIGIN | GVC_LEVEL_SECTOR_ORIGIN_SECTOR,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
