#include "base/mem.h"
#include "decomp/absorbed.h"
#include "decomp/methods.h"
#include "decomp/sum.h"
#include "la/view.h"

#include <string.h>

/*
 * What the row discrepancy takes belongs to no destination, so it has no row: the log says how much
 * it is, of all value added that crosses a border. Of content c in exports it is the sum of
 * c # A_sr q: V_s L_ss and q = (B u)_r at the first crossing, (v B)_s and q = L_rr u_r at the last;
 * over the world both are the same.
 */
static gvc_status tell_lost(gvc_ctx *ctx, const gvc_model *model, const char *name,
                            const double *content, double *q)
{
    const gvc_int n = gvc_model_n(model);
    const double *e = gvc_model_e(model), *own = gvc_model_get(model, GVC_Q_VL).a;
    double *bought = gvc_mem__calloc(ctx, n, sizeof *bought);
    gvc_sum lost = { 0 }, all = { 0 };

    if (!bought)
        return GVC_ENOMEM;
    gvc_model__inputs(ctx, model, 1, 0, gvc_view__vector(bought, n), gvc_view__vector(q, n));
    for (gvc_int i = 0; i < n; i++) {
        gvc_sum__add(&lost, content[i] * bought[i]);
        gvc_sum__add(&all, own[i] * e[i]);
    }
    gvc_log__info(
        ctx,
        "%s: the row discrepancy absorbs %.10g of value added (%.2g %% of all that is booked), "
        "which has no destination and no row",
        name, gvc_sum__value(&lost), 100 * gvc_sum__value(&lost) / gvc_sum__value(&all));
    gvc_mem__free(bought);
    return GVC_OK;
}

/* At its first crossing value added is the exporter's own: V_s L_ss d_sr->l. */
static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view W = gvc_absorbed__outputs(ctx, model);

    *state = W.a;
    if (!W.a)
        return GVC_ENOMEM;
    return gvc_model_has_disc(model)
               ? tell_lost(ctx, model, "ns/source", gvc_model_get(model, GVC_Q_VL).a,
                           gvc_model_get(model, GVC_Q_BU).a)
               : GVC_OK;
}

static gvc_status prepare_sink(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    const gvc_int n = gvc_model_n(model);
    double *content = gvc_mem__calloc(ctx, 2 * n, sizeof *content), *q = content + n;
    gvc_status st;

    *state = content;
    if (!content)
        return GVC_ENOMEM;
    if (!gvc_model_has_disc(model))
        return GVC_OK;
    for (gvc_int o = 0; o < VB.cols; o++)
        for (gvc_int i = 0; i < n; i++)
            content[i] += VB.a[i + o * VB.ld];
    memcpy(q, gvc_model_u(model), (size_t)n * sizeof *q);
    st = gvc_model__local(ctx, model, gvc_view__vector(q, n));
    return st == GVC_OK ? tell_lost(ctx, model, "ns/sink", content, q) : st;
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
static const gvc_decomp by_sink = { .prepare = prepare_sink,
                                    .release = gvc_mem__free,
                                    .split = &last_crossing };

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
    "home. What a row discrepancy absorbs belongs to no destination and is left out; the log "     \
    "(-v) says how much that is."

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
    .needs = GVC_Q_VB | GVC_Q_ALOC | GVC_Q_VL,
    .terms = sink_terms,
    .n_terms = 1,
    .how = &by_sink,
};
