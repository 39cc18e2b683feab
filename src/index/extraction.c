#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "la/blas.h"
#include "la/lu.h"
#include "la/view.h"

#include <math.h>

/* Blocks of one seller s against one partner r: N x N for single countries. */
typedef struct pair_work {
    gvc_view M, At, x; /* I + B_rs A_sr; A_sr'; x_r, then x*_r */
    int *pivot;
} pair_work;

/* One pair_work a partner, so that each pair of a seller is a task of its own. */
typedef struct flow_work {
    pair_work *pair;
    double *block;
    int *pivot;
} flow_work;

static gvc_int rows_in(const gvc_model *model, gvc_int unit)
{
    gvc_int n;

    gvc_model__rows_of(model, unit, &n);
    return n;
}

/* to := the block of `unit_r` x `unit_s` of the matrix with entries from(i, j). */
static void gather(const gvc_model *model, gvc_view to, gvc_view from, gvc_int r, gvc_int s)
{
    gvc_int rows, cols;
    const gvc_int *i_of = gvc_model__rows_of(model, r, &rows);
    const gvc_int *j_of = gvc_model__rows_of(model, s, &cols);

    for (gvc_int j = 0; j < cols; j++)
        for (gvc_int i = 0; i < rows; i++)
            to.a[i + j * to.ld] = from.a[i_of[i] + j_of[j] * from.ld];
}

/* ---- one flow ---- */

/* x*_r = (I + B_rs A_sr)^-1 (x_r - B_rs F_sr): what r makes when nothing comes from s. Serial, as
 * it runs in a task. */
static void fall_of_partner(const gvc_model *model, const pair_work *w, gvc_int s, gvc_int r)
{
    const gvc_view B = gvc_model_get(model, GVC_Q_B), F = gvc_model_F(model);
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model));
    const double *x = gvc_model_x(model), *xinv = gvc_model__xinv(model);
    gvc_int ns, nr;
    const gvc_int *seller = gvc_model__rows_of(model, s, &ns);
    const gvc_int *buyer = gvc_model__rows_of(model, r, &nr);

    for (gvc_int j = 0; j < nr; j++) {
        for (gvc_int i = 0; i < nr; i++)
            w->M.a[i + j * w->M.ld] = i == j;
        w->x.a[j] = x[buyer[j]];
    }
    for (gvc_int k = 0; k < ns; k++) {
        const double *column = B.a + seller[k] * B.ld, *sales = Zt.a + seller[k] * Zt.ld;

        for (gvc_int j = 0; j < nr; j++) {
            const double a = sales[buyer[j]] * xinv[buyer[j]];

            w->At.a[j + k * w->At.ld] = a;
            for (gvc_int i = 0; a != 0 && i < nr; i++)
                w->M.a[i + j * w->M.ld] += column[buyer[i]] * a;
        }
        for (gvc_int i = 0; i < nr; i++)
            w->x.a[i] -= column[buyer[i]] * F.a[seller[k] + r * F.ld];
    }
}

/* v_s B_ss (F_sr + A_sr x*_r); `content` is v_s B_ss by row of the model. */
static double loss_of_flow(const gvc_model *model, const pair_work *w, const double *content,
                           gvc_int s, gvc_int r)
{
    const gvc_view F = gvc_model_F(model);
    gvc_int ns;
    const gvc_int *seller = gvc_model__rows_of(model, s, &ns);
    double loss = 0;

    for (gvc_int k = 0; k < ns; k++) {
        double sold = F.a[seller[k] + r * F.ld];

        for (gvc_int j = 0; j < w->x.rows; j++)
            sold += w->At.a[j + k * w->At.ld] * w->x.a[j];
        loss += content[seller[k]] * sold;
    }
    return loss;
}

static double flow_of_pair(const gvc_model *model, const pair_work *w, const double *content,
                           gvc_int s, gvc_int r)
{
    const gvc_int nr = rows_in(model, r), ns = rows_in(model, s);
    pair_work here = *w;

    here.M = gvc_view__part(w->M, 0, 0, nr, nr);
    here.At = gvc_view__part(w->At, 0, 0, nr, ns);
    here.x = gvc_view__part(w->x, 0, 0, nr, 1);
    fall_of_partner(model, &here, s, r);
    if (gvc_la__factorise_small((gvc_lu){ here.M, w->pivot }))
        return NAN;
    gvc_la__solve_small((gvc_lu){ here.M, w->pivot }, 0, here.x);
    return loss_of_flow(model, &here, content, s, r);
}

static gvc_status make_flow_work(gvc_ctx *ctx, flow_work *w, const gvc_model *model)
{
    const gvc_int U = gvc_model_U(model), m = gvc_model__widest(model), cells = m * (2 * m + 1);

    w->pair = gvc_mem__calloc(ctx, U, sizeof *w->pair);
    w->block = gvc_mem__alloc(ctx, U * cells, sizeof *w->block);
    w->pivot = gvc_mem__alloc(ctx, U * m, sizeof *w->pivot);
    if (!w->pair || !w->block || !w->pivot)
        return GVC_ENOMEM;
    for (gvc_int r = 0; r < U; r++) {
        double *a = w->block + r * cells;

        w->pair[r] = (pair_work){
            .M = { a, m, m, m },
            .At = { a + m * m, m, m, m },
            .x = { a + 2 * m * m, m, 1, m },
            .pivot = w->pivot + r * m,
        };
    }
    return GVC_OK;
}

static void free_flow_work(flow_work *w)
{
    gvc_mem__free(w->pair);
    gvc_mem__free(w->block);
    gvc_mem__free(w->pivot);
}

static gvc_status lose_flows(gvc_ctx *ctx, const gvc_model *model, gvc_view flow,
                             const double *content)
{
    const gvc_int U = gvc_model_U(model);
    flow_work w = { 0 };
    gvc_status st = make_flow_work(ctx, &w, model);

    for (gvc_int s = 0; s < U && st == GVC_OK; s++) {
        const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int r = 0; r < U; r++)
            if (r != s)
                flow.a[s + r * flow.ld] = flow_of_pair(model, &w.pair[r], content, s, r);
        gvc_la__unpin(pin);
        st = gvc_progress__step(ctx, "extracting flows", (double)s / (double)U);
    }
    free_flow_work(&w);
    return st;
}

/* ---- all trade of one country ---- */

/* Column s of y: what the others make for each other's final use and for u, had they all of the
 * inputs: y := B f with f = sum over t != s of F_.t + u, and 0 in the rows of s. */
static gvc_status begin_without(gvc_ctx *ctx, gvc_model *model, gvc_view y)
{
    const gvc_view F = gvc_model_F(model);
    const double *u = gvc_model_u(model);

    for (gvc_int s = 0; s < y.cols; s++)
        for (gvc_int i = 0; i < y.rows; i++) {
            double *out = &y.a[i + s * y.ld];

            if (gvc_model__unit_of_row(model, i) == s)
                continue;
            *out = u[i];
            for (gvc_int t = 0; t < F.cols; t++)
                *out += t == s ? 0 : F.a[i + t * F.ld];
        }
    return gvc_model__solve(ctx, model, y);
}

/* Column s of z := (B_ss)^-1 y_s in the rows of s, else 0: then x*_o = y_o - B_os z, because
 * (I - A_oo)^-1 = B_oo - B_os (B_ss)^-1 B_so. */
static gvc_status fill_own_blocks(gvc_ctx *ctx, gvc_model *model, gvc_view z, gvc_view y)
{
    const gvc_view B = gvc_model_get(model, GVC_Q_B);
    const gvc_int m = gvc_model__widest(model);
    const gvc_view block = gvc_mem__matrix(ctx, m, m), rhs = gvc_mem__matrix(ctx, m, 1);
    gvc_lu lu = { block, gvc_mem__alloc(ctx, m, sizeof(int)) };
    gvc_status st = block.a && rhs.a && lu.pivot ? GVC_OK : GVC_ENOMEM;

    for (gvc_int s = 0; s < y.cols && st == GVC_OK; s++) {
        gvc_int n;
        const gvc_int *row = gvc_model__rows_of(model, s, &n);
        const gvc_view own = gvc_view__part(block, 0, 0, n, n);
        const gvc_view part = gvc_view__part(rhs, 0, 0, n, 1);
        const gvc_pin pin = gvc_la__pin();
        gvc_int bad;

        gather(model, own, B, s, s);
        for (gvc_int i = 0; i < n; i++)
            part.a[i] = y.a[row[i] + s * y.ld];
        lu.a = own;
        bad = gvc_la__factorise_small(lu);
        if (!bad)
            gvc_la__solve_small(lu, 0, part);
        gvc_la__unpin(pin);
        for (gvc_int i = 0; i < n; i++)
            z.a[row[i] + s * z.ld] = bad ? NAN : part.a[i];
    }
    gvc_mem__free(block.a);
    gvc_mem__free(rhs.a);
    gvc_mem__free(lu.pivot);
    return st;
}

/* own (n) := L_ss (F_ss + u_s): the country that stops to trade. */
static gvc_status live_alone(gvc_ctx *ctx, const gvc_model *model, double *own)
{
    const double *u = gvc_model_u(model);

    gvc_index__own(model, own, gvc_model_F(model));
    for (gvc_int i = 0; i < gvc_model_n(model); i++)
        own[i] += u[i];
    return gvc_model__local(ctx, model, gvc_view__vector(own, gvc_model_n(model)));
}

/* trade[s, r] := sum over the rows of r of v (x - x*). */
static void sum_losses(const gvc_model *model, gvc_view trade, gvc_view y, gvc_view z,
                       const double *own)
{
    const double *v = gvc_model_v(model), *x = gvc_model_x(model);

    for (gvc_int s = 0; s < trade.rows; s++)
        for (gvc_int i = 0; i < y.rows; i++) {
            const gvc_int r = gvc_model__unit_of_row(model, i);
            const double left = r == s ? own[i] : y.a[i + s * y.ld] - z.a[i + s * z.ld];

            trade.a[s + r * trade.ld] += v[i] * (x[i] - left);
        }
}

static gvc_status lose_trade(gvc_ctx *ctx, gvc_model *model, gvc_view trade)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    const gvc_view y = gvc_mem__matrix(ctx, n, U), z = gvc_mem__matrix(ctx, n, U);
    double *own = gvc_mem__alloc(ctx, n, sizeof *own);
    gvc_status st = y.a && z.a && own ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK)
        st = begin_without(ctx, model, y);
    if (st == GVC_OK)
        st = fill_own_blocks(ctx, model, z, y);
    if (st == GVC_OK)
        st = gvc_model__solve(ctx, model, z);
    if (st == GVC_OK)
        st = live_alone(ctx, model, own);
    if (st == GVC_OK)
        sum_losses(model, trade, y, z, own);
    gvc_mem__free(y.a);
    gvc_mem__free(z.a);
    gvc_mem__free(own);
    return st;
}

/* ---- the family ---- */

/* Over the value added that the model explains, v o x. */
static void fill_shares(const gvc_model *model, gvc_view shares, gvc_view trade)
{
    const double *v = gvc_model_v(model), *x = gvc_model_x(model);

    for (gvc_int r = 0; r < trade.cols; r++) {
        double gdp = 0, output = 0;
        gvc_int n;
        const gvc_int *row = gvc_model__rows_of(model, r, &n);

        for (gvc_int i = 0; i < n; i++) {
            gdp += v[row[i]] * x[row[i]];
            output += x[row[i]];
        }
        for (gvc_int s = 0; s < trade.rows; s++)
            shares.a[s + r * shares.ld] = gvc_rule__divide(trade.a[s + r * trade.ld], gdp, output);
    }
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_view trade = gvc_parts__couples(parts, "hem_trade");
    double *content = gvc_mem__alloc(ctx, parts->n, sizeof *content);
    gvc_status st = GVC_ENOMEM;

    if (content) {
        gvc_index__own(model, content, gvc_model_get(model, GVC_Q_VB));
        st = lose_flows(ctx, model, gvc_parts__couples(parts, "hem_flow"), content);
    }
    gvc_mem__free(content);
    if (st == GVC_OK)
        st = lose_trade(ctx, model, trade);
    if (st == GVC_OK)
        fill_shares(model, gvc_parts__couples(parts, "hem_trade_sh"), trade);
    return st;
}

static const char *const own_pairs[] = { "hem_trade", "hem_trade_sh", NULL };

static const gvc_family family = { .compute = compute, .own_pairs = own_pairs };

// clang-format off
static const gvc_term terms[] = {
    { "hem_flow", "GDP lost if the export flow to partner is extracted", "money",
      "v_s B_ss (F_sr + A_sr (I + B_rs A_sr)^-1 (x_r - B_rs F_sr))", "", "",
      GVC_LEVEL_BILATERAL, NULL },
    { "hem_trade", "Partner GDP lost if the country stops all trade", "money",
      "v_r (x_r - x*_r), A and F without flows from and to s", "", "",
      GVC_LEVEL_BILATERAL, NULL },
    { "hem_trade_sh", "Partner GDP share lost if the country stops all trade", "share",
      "hem_trade over v_r x_r", "", "",
      GVC_LEVEL_BILATERAL, NULL },
};
// clang-format on

const gvc_measure gvc_index__extraction = {
    .name = "extraction",
    .method = "extraction",
    .kind = GVC_FRAME_INDICES,
    .title = "GDP lost when one export flow, or all trade of a country, is extracted",
    .paper = "Los, Timmer, de Vries 2016; Dietzenbacher, van Burken, Kondo 2019",
    .notes =
        "hem_flow: what the country would lose if it sold nothing to the partner, inputs and final "
        "goods alike, and nothing took their place. hem_trade: what the partner would lose if the "
        "country traded with nobody; its own pair is the country's own loss. All flows of a country "
        "at once are method ltdv, term dva.\n"
        "Needs the whole inverse.",
    .levels = GVC_LEVEL_BILATERAL,
    .needs = GVC_Q_B | GVC_Q_VB,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
