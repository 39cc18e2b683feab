#include "base/mem.h"
#include "decomp/absorbed.h"
#include "decomp/methods.h"

/* At its first crossing value added is the exporter's own: V_s L_ss d_sr->l. What the discrepancy
 * takes belongs to no destination. */
static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view W = gvc_absorbed__outputs(ctx, model);

    *state = W.a;
    return W.a ? GVC_OK : GVC_ENOMEM;
}

static gvc_int room_of(const gvc_model *model)
{
    return gvc_absorbed__room(model, 1);
}

static void enter(gvc_ctx *ctx, const gvc_site *site, double *room)
{
    const gvc_int n = gvc_model_n(site->model), D = gvc_split__absorbers(site->model);
    double *outputs = (double *)site->state;

    gvc_absorbed__fill(ctx, site, room, 0,
                       &(gvc_absorbed){ .W = { outputs, n, D, n }, .with_final = 1 });
}

static void at_first_crossing(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                              double *cells, gvc_int stride)
{
    const double vl = gvc_model_get(site->model, GVC_Q_VL).a[site->rows[a]];
    const gvc_flows flows = gvc_absorbed__flows(site, room, 0);

    (void)stride;
    for (gvc_int l = 0; l < flows.U; l++)
        cells[l] = vl * gvc_flows__at(&flows, a, r, l);
}

/* At its last crossing it is absorbed by the importer, VB[o, s] (F_sr + A_sr L_rr F_rr), whoever
 * made it. */
static void at_last_crossing(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                             double *cells, gvc_int stride)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB), F = gvc_model_F(site->model);
    const gvc_view ALOC = gvc_model_get(site->model, GVC_Q_ALOC);
    const gvc_int i = site->rows[a];
    const double ends = F.a[i + r * F.ld] + ALOC.a[i + r * ALOC.ld];

    (void)room, (void)stride;
    for (gvc_int o = 0; o < VB.cols; o++)
        cells[o] = VB.a[i + o * VB.ld] * ends;
}

static const gvc_split first_crossing = {
    .origins = GVC_AXIS_EXPORTER,
    .destinations = GVC_AXIS_UNITS,
    .room = room_of,
    .enter = enter,
    .cells = at_first_crossing,
};
static const gvc_split last_crossing = {
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_IMPORTER,
    .cells = at_last_crossing,
};
static const gvc_decomp by_source = { .prepare = prepare,
                                      .release = gvc_mem__free,
                                      .split = &first_crossing };
static const gvc_decomp by_sink = { .split = &last_crossing };

// clang-format off
static const gvc_term source_terms[] = {
    { .name = "source", .label = "Value added booked at its first border crossing (NS 2016)",
        .unit = "money", .formula = "V_s L_ss # d_sr->l" },
};
static const gvc_term sink_terms[] = {
    { .name = "sink", .label = "Value added booked at its last border crossing (NS 2016)",
        .unit = "money", .formula = "V_o B_os # (F_sr + A_sr L_rr F_rr)" },
};
// clang-format on

#define NOTES                                                                                      \
    "Every unit of value added stands once in world bilateral trade: at its first crossing "       \
    "(source), where the origin is the exporter, or at its last (sink), where the destination is " \
    "the importer. Only these rows are printed.\n"                                                 \
    "Over all flows both give V_o (B F)_ol by origin o and destination l, less V_o L_oo F_oo at "  \
    "home. What a row discrepancy absorbs belongs to no destination and is left out."

const gvc_measure gvc_decomp__ns_source = {
    .name = "ns/source",
    .method = "ns",
    .prefix = "ns",
    .approach = "source",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Value added booked once in bilateral trade, at its first border crossing",
    .paper = "Nagengast, Stehrer 2016 (Review of International Economics)",
    .notes = NOTES,
    .levels = GVC_LEVEL_BILATERAL_OD,
    .needs = GVC_Q_VL | GVC_Q_BF | GVC_Q_BU,
    .terms = source_terms,
    .n_terms = 1,
    .how = &by_source,
};

const gvc_measure gvc_decomp__ns_sink = {
    .name = "ns/sink",
    .method = "ns",
    .prefix = "ns",
    .approach = "sink",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Value added booked once in bilateral trade, at its last border crossing",
    .paper = "Nagengast, Stehrer 2016 (Review of International Economics)",
    .notes = NOTES,
    .levels = GVC_LEVEL_BILATERAL_OD,
    .needs = GVC_Q_VB | GVC_Q_ALOC,
    .terms = sink_terms,
    .n_terms = 1,
    .how = &by_sink,
};
