#include "decomp/content.h"
#include "decomp/methods.h"
#include "decomp/sum.h"

enum { VS, VS_HIY, VS1, VS1STAR, VS1STAR_FIN, N_TERMS };

/* Import content is a sum over the exporter's rows, the others over everybody else's. */
static void terms_of(const gvc_site *site, double *values)
{
    const gvc_content *content = site->state;
    const gvc_int s = site->s, n = gvc_model_n(site->model);
    const gvc_view E = gvc_model_E(site->model), F = gvc_model_F(site->model);
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_view AREX = gvc_model_get(site->model, GVC_Q_AREX);
    const double *e = gvc_model_e(site->model);
    gvc_sum sums[N_TERMS] = { 0 };

    for (gvc_int a = 0; a < site->n_rows; a++)
        gvc_sum__add(&sums[VS], content->fc[site->rows[a]] * e[site->rows[a]]);
    for (gvc_int i = 0; i < n; i++) {
        const double own = VB.a[i + s * VB.ld];

        if (site->unit_of[i] == s)
            continue;
        gvc_sum__add(&sums[VS_HIY], AREX.a[i + s * AREX.ld]);
        gvc_sum__add(&sums[VS1], own * e[i]);
        gvc_sum__add(&sums[VS1STAR], own * E.a[i + s * E.ld]);
        gvc_sum__add(&sums[VS1STAR_FIN], own * F.a[i + s * F.ld]);
    }
    for (gvc_int t = 0; t < N_TERMS; t++)
        values[t] = gvc_sum__value(&sums[t]);
}

static const gvc_decomp method = {
    .prepare = gvc_content__prepare,
    .release = gvc_content__release,
    .unit = terms_of,
};

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [VS] = { .name = "vs", .label = "VS: foreign value added in exports (KWW 2014)",
        .unit = "money", .formula = "sum_{t!=s} V_t B_ts E_s* = fc" },
    [VS_HIY] = { .name = "vs_hiy", .label = "VS: imported inputs in exports (HIY 2001)",
        .unit = "money", .formula = "1' sum_{t!=s} A_ts L_ss E_s*" },
    [VS1] = { .name = "vs1", .label = "VS1: own value added in other countries' exports (HIY 2001)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr E_r*" },
    [VS1STAR] = { .name = "vs1star", .label = "VS1*: own value added in own imports (KWW 2014)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr E_rs" },
    [VS1STAR_FIN] = { .name = "vs1star_fin",
        .label = "VS1*: own value added in own final imports (DRS 2011)",
        .unit = "money", .formula = "V_s sum_{r!=s} B_sr F_rs" },
};
// clang-format on

const gvc_measure gvc_decomp__vs = {
    .name = "vs",
    .method = "vs",
    .prefix = "vs",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Vertical specialisation: import content of exports and its mirrors",
    .paper = "Hummels, Ishii, Yi 2001; Daudin, Rifflart, Schweisguth 2011; Koopman, Wang, Wei 2014",
    .notes =
        "World sums of vs and vs1 are equal: foreign content of one is own content in another.\n"
        "vs_hiy takes imported inputs as wholly foreign. Where value added is the residual, "
        "vs_hiy = fc + ddc of bm/exporter/source: it also holds own value added that comes home "
        "and leaves again. Where value added is given, net taxes drive the two apart.\n"
        "In balanced tables vs1star is the sum of rdv_fin, rdv_int and ddc of kww, and "
        "vs1star_fin is rdv_fin always.",
    .levels = GVC_LEVEL_COUNTRY,
    .needs = GVC_Q_VB | GVC_Q_AREX,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
