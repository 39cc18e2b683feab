#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "la/view.h"

#include <string.h>

/*
 * Forward with X = B Y, h = A^F X: v o (L h) is value added in chains, v o (L L h) its stages
 * before the first crossing, v o (B h) its crossings, v o (L A^F B A^D X) its stages after the
 * first crossing; all output induced is v o (B X), B X = X + B h + B A^D X. Backward the same
 * products from the left. Nothing is a difference, so what does not cross a border is exactly 0.
 */

/* n-vectors: own final use, that of others, X, and work; flows A^F of own final goods, of X and of
 * B A^D X; the rows v L and v L L, and those times A^F. */
typedef struct work {
    double *home, *away, *X, *spare;
    gvc_view sources, flows, own, inputs;
} work;

enum { HOME, ALL, STAYING, SOURCES };
enum { ONCE, TWICE, ROWS };

static gvc_status make_work(gvc_ctx *ctx, work *w, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model);

    w->home = gvc_mem__alloc(ctx, n, sizeof(double));
    w->away = gvc_mem__alloc(ctx, n, sizeof(double));
    w->spare = gvc_mem__alloc(ctx, n, sizeof(double));
    w->sources = gvc_mem__matrix(ctx, n, SOURCES);
    w->flows = gvc_mem__matrix(ctx, n, SOURCES);
    w->own = gvc_mem__matrix(ctx, n, ROWS);
    w->inputs = gvc_mem__matrix(ctx, n, ROWS);
    if (!w->home || !w->away || !w->spare || !w->sources.a || !w->flows.a || !w->own.a ||
        !w->inputs.a)
        return GVC_ENOMEM;
    w->X = w->sources.a + ALL * w->sources.ld;
    gvc_index__own(model, w->home, gvc_model_F(model));
    gvc_index__others(model, w->away, gvc_model_F(model));
    for (gvc_int i = 0; i < n; i++)
        w->X[i] = gvc_model_x(model)[i] - gvc_model_get(model, GVC_Q_BU).a[i];
    return GVC_OK;
}

static void free_work(work *w)
{
    gvc_mem__free(w->home);
    gvc_mem__free(w->away);
    gvc_mem__free(w->spare);
    gvc_mem__free(w->sources.a);
    gvc_mem__free(w->flows.a);
    gvc_mem__free(w->own.a);
    gvc_mem__free(w->inputs.a);
}

static void multiply(double *out, const double *a, const double *b, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
}

/* once := v o L flow and twice := v o L L flow. */
static gvc_status trace(gvc_ctx *ctx, const gvc_model *model, const double *flow, double *once,
                        double *twice)
{
    const gvc_int n = gvc_model_n(model);
    gvc_status st;

    memcpy(once, flow, (size_t)n * sizeof *once);
    st = gvc_model__local(ctx, model, gvc_view__vector(once, n));
    memcpy(twice, once, (size_t)n * sizeof *twice);
    if (st == GVC_OK)
        st = gvc_model__local(ctx, model, gvc_view__vector(twice, n));
    multiply(once, once, gvc_model_v(model), n);
    multiply(twice, twice, gvc_model_v(model), n);
    return st;
}

/* Chains that end where the direct importer uses them at home. */
static gvc_status fill_forward_simple(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts,
                                      work *w)
{
    const gvc_int n = parts->n;
    const gvc_view spare = gvc_view__vector(w->spare, n), flow = gvc_view__cols(w->flows, HOME, 1);
    double *crossings = gvc_parts__rows(parts, "ev_gvc_s");
    gvc_status st = trace(ctx, model, flow.a, crossings, gvc_parts__rows(parts, "xvd_gvc_s"));

    memcpy(gvc_parts__rows(parts, "v_gvc_s"), crossings, (size_t)n * sizeof *crossings);
    gvc_model__inputs(ctx, model, 0, 0, spare, gvc_view__cols(w->sources, HOME, 1));
    if (st == GVC_OK)
        st = gvc_model__local(ctx, model, spare);
    gvc_model__inputs(ctx, model, 1, 0, flow, spare);
    return st == GVC_OK ? trace(ctx, model, flow.a, gvc_parts__rows(parts, "xvf_gvc_s"), w->spare)
                        : st;
}

static gvc_status fill_forward(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    const size_t bytes = (size_t)parts->n * sizeof(double);
    const double *v = gvc_model_v(model), *crossing = gvc_model_get(model, GVC_Q_AHEAD).a;
    const double *staying = crossing + gvc_model_get(model, GVC_Q_AHEAD).ld;
    double *all = gvc_parts__rows(parts, "xv");
    gvc_status st;

    memcpy(w->sources.a + HOME * w->sources.ld, gvc_model_get(model, GVC_Q_LOC).a, bytes);
    memcpy(w->sources.a + STAYING * w->sources.ld, staying, bytes);
    gvc_model__inputs(ctx, model, 1, 0, w->flows, w->sources);
    multiply(gvc_parts__rows(parts, "v_total"), v, w->X, parts->n);
    multiply(gvc_parts__rows(parts, "ev_gvc"), v, crossing, parts->n);
    for (gvc_int i = 0; i < parts->n; i++)
        all[i] = v[i] * (w->X[i] + crossing[i] + staying[i]);
    st = trace(ctx, model, w->home, gvc_parts__rows(parts, "v_d"), gvc_parts__rows(parts, "xv_d"));
    if (st == GVC_OK)
        st = trace(ctx, model, w->away, gvc_parts__rows(parts, "v_rt"),
                   gvc_parts__rows(parts, "xv_rt"));
    if (st == GVC_OK)
        st = trace(ctx, model, w->flows.a + ALL * w->flows.ld, gvc_parts__rows(parts, "v_gvc"),
                   gvc_parts__rows(parts, "xvd_gvc"));
    if (st == GVC_OK)
        st = trace(ctx, model, w->flows.a + STAYING * w->flows.ld,
                   gvc_parts__rows(parts, "xvf_gvc"), w->spare);
    return st == GVC_OK ? fill_forward_simple(ctx, model, parts, w) : st;
}

/* Final goods used at home whose inputs crossed one border: (v L A^F) L, (v L L A^F) L and
 * (v L A^F L A^D) L. */
static gvc_status fill_backward_simple(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts,
                                       work *w)
{
    const gvc_int n = parts->n;
    const gvc_view spare = gvc_view__vector(w->spare, n);
    double *crossings = gvc_parts__rows(parts, "ey_gvc_s");
    gvc_status st;

    gvc_model__inputs(ctx, model, 1, 1, w->inputs, w->own);
    st = gvc_model__local_t(ctx, model, w->inputs);
    multiply(crossings, w->inputs.a + ONCE * w->inputs.ld, w->home, n);
    memcpy(gvc_parts__rows(parts, "y_gvc_s"), crossings, (size_t)n * sizeof *crossings);
    multiply(gvc_parts__rows(parts, "xyd_gvc_s"), w->inputs.a + TWICE * w->inputs.ld, w->home, n);
    gvc_model__inputs(ctx, model, 0, 1, spare, gvc_view__cols(w->inputs, ONCE, 1));
    if (st == GVC_OK)
        st = gvc_model__local_t(ctx, model, spare);
    multiply(gvc_parts__rows(parts, "xyf_gvc_s"), w->spare, w->home, n);
    return st;
}

static gvc_status fill_own_rows(gvc_ctx *ctx, const gvc_model *model, const work *w)
{
    const size_t bytes = (size_t)w->own.rows * sizeof(double);
    const double *once = gvc_model_get(model, GVC_Q_VL).a;

    memcpy(w->own.a + ONCE * w->own.ld, once, bytes);
    memcpy(w->own.a + TWICE * w->own.ld, once, bytes);
    return gvc_model__local_t(ctx, model, gvc_view__cols(w->own, TWICE, 1));
}

/* The rows v L and v L L end in final use by anyone; (v L A^F) B, (v L L A^F) B, (v B A^F) B and
 * (v L A^F B A^D) B take the product of inputs through any number of borders. */
static gvc_status fill_backward(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, work *w)
{
    const gvc_int n = parts->n;
    const gvc_view behind = gvc_model_get(model, GVC_Q_BEHIND);
    const gvc_view rounds = gvc_model_get(model, GVC_Q_ROUNDS);
    const double *before = behind.a + behind.ld, *after = rounds.a + rounds.ld;
    const double *once = w->own.a + ONCE * w->own.ld, *twice = w->own.a + TWICE * w->own.ld;
    double *all = gvc_parts__rows(parts, "xy"), *total = gvc_parts__rows(parts, "y_total");
    double *Y = w->spare;
    gvc_status st = fill_own_rows(ctx, model, w);

    multiply(gvc_parts__rows(parts, "y_d"), once, w->home, n);
    multiply(gvc_parts__rows(parts, "xy_d"), twice, w->home, n);
    multiply(gvc_parts__rows(parts, "y_rt"), once, w->away, n);
    multiply(gvc_parts__rows(parts, "xy_rt"), twice, w->away, n);
    for (gvc_int j = 0; j < n; j++) {
        Y[j] = w->home[j] + w->away[j];
        total[j] = (once[j] + behind.a[j]) * Y[j];
        all[j] = (twice[j] + before[j] + rounds.a[j] + after[j]) * Y[j];
    }
    multiply(gvc_parts__rows(parts, "y_gvc"), behind.a, Y, n);
    multiply(gvc_parts__rows(parts, "xyd_gvc"), before, Y, n);
    multiply(gvc_parts__rows(parts, "ey_gvc"), rounds.a, Y, n);
    multiply(gvc_parts__rows(parts, "xyf_gvc"), after, Y, n);
    return st == GVC_OK ? fill_backward_simple(ctx, model, parts, w) : st;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { 0 };
    gvc_status st = make_work(ctx, &w, model);

    if (st == GVC_OK)
        st = fill_forward(ctx, model, parts, &w);
    if (st == GVC_OK)
        st = fill_backward(ctx, model, parts, &w);
    free_work(&w);
    return st;
}

static const gvc_family family = { .compute = compute };

enum { HIDDEN = 12 };

// clang-format off
static const gvc_term terms[] = {
    { "xv", "Output induced, forward, all", "money",
      "v^BBY", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xv_d", "Output induced, forward, pure domestic", "money",
      "v^LLY^D", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xv_rt", "Output induced, forward, traditional trade", "money",
      "v^LLY^F", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xvd_gvc", "Stages x VA before the first crossing, forward, GVC", "money",
      "v^LL A^F BY", "O", "", GVC_LEVELS_ROWS, NULL },
    { "ev_gvc", "Crossings x VA, forward, GVC", "money",
      "v^ B A^F BY", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xvf_gvc", "Stages x VA after the first crossing, forward, GVC", "money",
      "v^L A^F B A^D BY", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xvd_gvc_s", "Stages x VA before crossing, forward, simple GVC", "money",
      "v^LL A^F L Y^D", "O", "", GVC_LEVELS_ROWS, NULL },
    { "ev_gvc_s", "Crossings x VA, forward, simple GVC", "money",
      "v^L A^F L Y^D", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xvf_gvc_s", "Stages x VA after crossing, forward, simple GVC", "money",
      "v^L A^F L A^D L Y^D", "O", "", GVC_LEVELS_ROWS, NULL },
    { "xvd_gvc_c", "Stages x VA before first crossing, forward, complex GVC", "money",
      "all - simple", "O", "", GVC_LEVELS_ROWS, RULE_DIFFERENCE("xvd_gvc", "xvd_gvc_s") },
    { "ev_gvc_c", "Crossings x VA, forward, complex GVC", "money",
      "all - simple", "O", "", GVC_LEVELS_ROWS, RULE_DIFFERENCE("ev_gvc", "ev_gvc_s") },
    { "xvf_gvc_c", "Stages x VA after first crossing, forward, complex GVC", "money",
      "all - simple", "O", "", GVC_LEVELS_ROWS, RULE_DIFFERENCE("xvf_gvc", "xvf_gvc_s") },
    { "plv", "Production length, forward", "stages",
      "xv/v_total", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xv", "v_total") },
    { "plv_d", "Production length, forward, pure domestic", "stages",
      "xv_d/v_d", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xv_d", "v_d") },
    { "plv_rt", "Production length, forward, traditional trade", "stages",
      "xv_rt/v_rt", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xv_rt", "v_rt") },
    { "plvd_gvc", "Length before the first crossing, forward, GVC", "stages",
      "xvd_gvc/v_gvc", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xvd_gvc", "v_gvc") },
    { "cbv_gvc", "Production border crossings, forward, GVC", "crossings",
      "ev_gvc/v_gvc", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("ev_gvc", "v_gvc") },
    { "plvf_gvc", "Length after the first crossing, forward, GVC", "stages",
      "xvf_gvc/v_gvc", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("xvf_gvc", "v_gvc") },
    { "plv_gvc", "Production length, forward, GVC", "stages",
      "sum of the three", "", ">=2", GVC_LEVELS_ROWS, RULE_SHARE_OF_THREE("xvd_gvc", "ev_gvc", "xvf_gvc", "v_gvc") },
    { "plvd_gvc_s", "Length before the first crossing, forward, simple GVC", "stages",
      "xvd_gvc_s/v_gvc_s", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xvd_gvc_s", "v_gvc_s") },
    { "cbv_gvc_s", "Production border crossings, forward, simple GVC", "crossings",
      "ev_gvc_s/v_gvc_s", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("ev_gvc_s", "v_gvc_s") },
    { "plvf_gvc_s", "Length after the first crossing, forward, simple GVC", "stages",
      "xvf_gvc_s/v_gvc_s", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("xvf_gvc_s", "v_gvc_s") },
    { "plv_gvc_s", "Production length, forward, simple GVC", "stages",
      "sum of the three", "", ">=2", GVC_LEVELS_ROWS, RULE_SHARE_OF_THREE("xvd_gvc_s", "ev_gvc_s", "xvf_gvc_s", "v_gvc_s") },
    { "plvd_gvc_c", "Length before the first crossing, forward, complex GVC", "stages",
      "xvd_gvc_c/v_gvc_c", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xvd_gvc_c", "v_gvc_c") },
    { "cbv_gvc_c", "Production border crossings, forward, complex GVC", "crossings",
      "ev_gvc_c/v_gvc_c", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("ev_gvc_c", "v_gvc_c") },
    { "plvf_gvc_c", "Length after the first crossing, forward, complex GVC", "stages",
      "xvf_gvc_c/v_gvc_c", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("xvf_gvc_c", "v_gvc_c") },
    { "plv_gvc_c", "Production length, forward, complex GVC", "stages",
      "sum of the three", "", ">=2", GVC_LEVELS_ROWS, RULE_SHARE_OF_THREE("xvd_gvc_c", "ev_gvc_c", "xvf_gvc_c", "v_gvc_c") },
    { "xy", "Output induced, backward, all", "money",
      "(vBB)Y^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xy_d", "Output induced, backward, pure domestic", "money",
      "(vLL)Y^D^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xy_rt", "Output induced, backward, traditional trade", "money",
      "(vLL)Y^F^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xyd_gvc", "Stages x VA before the first crossing, backward, GVC", "money",
      "(vLL A^F B)Y^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "ey_gvc", "Crossings x VA, backward, GVC", "money",
      "(vB A^F B)Y^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xyf_gvc", "Stages x VA after the first crossing, backward, GVC", "money",
      "(vL A^F B A^D B)Y^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xyd_gvc_s", "Stages x VA before crossing, backward, simple GVC", "money",
      "(vLL A^F L)Y^D^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "ey_gvc_s", "Crossings x VA, backward, simple GVC", "money",
      "(vL A^F L)Y^D^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xyf_gvc_s", "Stages x VA after crossing, backward, simple GVC", "money",
      "(vL A^F L A^D L)Y^D^", "P", "", GVC_LEVELS_ROWS, NULL },
    { "xyd_gvc_c", "Stages x VA before first crossing, backward, complex GVC", "money",
      "all - simple", "P", "", GVC_LEVELS_ROWS, RULE_DIFFERENCE("xyd_gvc", "xyd_gvc_s") },
    { "ey_gvc_c", "Crossings x VA, backward, complex GVC", "money",
      "all - simple", "P", "", GVC_LEVELS_ROWS, RULE_DIFFERENCE("ey_gvc", "ey_gvc_s") },
    { "xyf_gvc_c", "Stages x VA after first crossing, backward, complex GVC", "money",
      "all - simple", "P", "", GVC_LEVELS_ROWS, RULE_DIFFERENCE("xyf_gvc", "xyf_gvc_s") },
    { "ply", "Production length, backward", "stages",
      "xy/y_total", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xy", "y_total") },
    { "ply_d", "Production length, backward, pure domestic", "stages",
      "xy_d/y_d", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xy_d", "y_d") },
    { "ply_rt", "Production length, backward, traditional trade", "stages",
      "xy_rt/y_rt", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xy_rt", "y_rt") },
    { "plyd_gvc", "Length before the first crossing, backward, GVC", "stages",
      "xyd_gvc/y_gvc", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xyd_gvc", "y_gvc") },
    { "cby_gvc", "Production border crossings, backward, GVC", "crossings",
      "ey_gvc/y_gvc", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("ey_gvc", "y_gvc") },
    { "plyf_gvc", "Length after the first crossing, backward, GVC", "stages",
      "xyf_gvc/y_gvc", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("xyf_gvc", "y_gvc") },
    { "ply_gvc", "Production length, backward, GVC", "stages",
      "sum of the three", "", ">=2", GVC_LEVELS_ROWS, RULE_SHARE_OF_THREE("xyd_gvc", "ey_gvc", "xyf_gvc", "y_gvc") },
    { "plyd_gvc_s", "Length before the first crossing, backward, simple GVC", "stages",
      "xyd_gvc_s/y_gvc_s", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xyd_gvc_s", "y_gvc_s") },
    { "cby_gvc_s", "Production border crossings, backward, simple GVC", "crossings",
      "ey_gvc_s/y_gvc_s", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("ey_gvc_s", "y_gvc_s") },
    { "plyf_gvc_s", "Length after the first crossing, backward, simple GVC", "stages",
      "xyf_gvc_s/y_gvc_s", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("xyf_gvc_s", "y_gvc_s") },
    { "ply_gvc_s", "Production length, backward, simple GVC", "stages",
      "sum of the three", "", ">=2", GVC_LEVELS_ROWS, RULE_SHARE_OF_THREE("xyd_gvc_s", "ey_gvc_s", "xyf_gvc_s", "y_gvc_s") },
    { "plyd_gvc_c", "Length before the first crossing, backward, complex GVC", "stages",
      "xyd_gvc_c/y_gvc_c", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xyd_gvc_c", "y_gvc_c") },
    { "cby_gvc_c", "Production border crossings, backward, complex GVC", "crossings",
      "ey_gvc_c/y_gvc_c", "", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("ey_gvc_c", "y_gvc_c") },
    { "plyf_gvc_c", "Length after the first crossing, backward, complex GVC", "stages",
      "xyf_gvc_c/y_gvc_c", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("xyf_gvc_c", "y_gvc_c") },
    { "ply_gvc_c", "Production length, backward, complex GVC", "stages",
      "sum of the three", "", ">=2", GVC_LEVELS_ROWS, RULE_SHARE_OF_THREE("xyd_gvc_c", "ey_gvc_c", "xyf_gvc_c", "y_gvc_c") },
    { "gvcps", "GVC position: PLv_GVC/PLy_GVC", "ratio",
      "plv_gvc/ply_gvc", "", ">0", GVC_LEVELS_ROWS, RULE_QUOTIENT("plv_gvc", "ply_gvc") },
    { "gvcps_s", "GVC position, simple GVC", "ratio",
      "plv_gvc_s/ply_gvc_s", "", ">0", GVC_LEVELS_ROWS, RULE_QUOTIENT("plv_gvc_s", "ply_gvc_s") },
    { "gvcps_c", "GVC position, complex GVC", "ratio",
      "plv_gvc_c/ply_gvc_c", "", ">0", GVC_LEVELS_ROWS, RULE_QUOTIENT("plv_gvc_c", "ply_gvc_c") },
    { "ps", "Position in all chains: PLv/PLy", "ratio",
      "plv/ply", "", ">0", GVC_LEVELS_ROWS, RULE_QUOTIENT("plv", "ply") },
    /* Value added behind the lengths, as family activity has it. */
    { .name = "v_total" },
    { .name = "v_d" },
    { .name = "v_rt" },
    { .name = "v_gvc" },
    { .name = "v_gvc_s" },
    { .name = "v_gvc_c", .rule = RULE_DIFFERENCE("v_gvc", "v_gvc_s") },
    { .name = "y_total" },
    { .name = "y_d" },
    { .name = "y_rt" },
    { .name = "y_gvc" },
    { .name = "y_gvc_s" },
    { .name = "y_gvc_c", .rule = RULE_DIFFERENCE("y_gvc", "y_gvc_s") },
};
// clang-format on

const gvc_measure gvc_index__length = {
    .name = "length",
    .method = "length",
    .kind = GVC_FRAME_INDICES,
    .title = "Production lengths, border crossings and GVC position, forward and backward",
    .paper = "Wang, Wei, Yu, Zhu 2017 (NBER 23261)",
    .notes =
        "A length is output induced per unit of value added: the average number of stages at which "
        "value added is counted as output. plv_gvc = plvd_gvc (before the first border) + cbv_gvc "
        "(borders crossed) + plvf_gvc (at home between and after later borders), for all chains, "
        "simple ones (_s, one crossing, used by the direct importer) and complex ones (_c). ply and "
        "the rest read the same chains backward from final goods.\n"
        "xv = xv_d + xv_rt + xvd_gvc + ev_gvc + xvf_gvc. Crossings count those of intermediates "
        "only, so cbv_gvc_s is 1 and cbv_gvc_c may be below 2. plv equals upstreamness (up) where "
        "value added is positive and the table balances.\n"
        "Position gvcps = plv_gvc/ply_gvc: above 1 is upstream. It is 1 for the world.",
    .levels = GVC_LEVELS_ROWS,
    .needs = GVC_Q_VL | GVC_Q_LOC | GVC_Q_BU | GVC_Q_AHEAD | GVC_Q_BEHIND | GVC_Q_ROUNDS,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0] - HIDDEN,
    .how = &family,
    .n_hidden = HIDDEN,
};
