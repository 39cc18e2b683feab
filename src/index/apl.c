#include "index/families.h"

#include "base/mem.h"
#include "index/apl_pairs.h"
#include "index/flows.h"

#include <string.h>

/* B(B - I) Y = B X - X, the sum of both parts of GVC_Q_AHEAD; (B - I) Y = A X, X = x - B u. */
static void fill_forward(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, double *work)
{
    const gvc_int n = parts->n;
    const gvc_view ahead = gvc_model_get(model, GVC_Q_AHEAD);
    const double *x = gvc_model_x(model), *rest = gvc_model_get(model, GVC_Q_BU).a;
    double *rounds = gvc_parts__rows(parts, "apl_f_n"), *flow = gvc_parts__rows(parts, "apl_f_d");

    for (gvc_int i = 0; i < n; i++) {
        work[i] = x[i] - rest[i];
        rounds[i] = ahead.a[i] + ahead.a[i + ahead.ld];
    }
    gvc_model__times_A(ctx, model, (gvc_view){ flow, n, 1, n }, (gvc_view){ work, n, 1, n });
}

/* v(B - I)B = (v B A^F)B + (v B A^D)B. With R = (vLA^F)B and S = (vLLA^F)B, v B = v L + R and
 * (v L A^D)B = v L L - v L + S - R. */
static gvc_status fill_backward(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts,
                                double *work)
{
    const gvc_int n = parts->n;
    const gvc_view behind = gvc_model_get(model, GVC_Q_BEHIND);
    const gvc_view later = gvc_model_get(model, GVC_Q_ROUNDS);
    const double *own = gvc_model_get(model, GVC_Q_VL).a;
    double *rounds = gvc_parts__rows(parts, "apl_b_n"), *flow = gvc_parts__rows(parts, "apl_b_d");
    gvc_status st;

    memcpy(rounds, own, (size_t)n * sizeof *rounds);
    st = gvc_model__local_t(ctx, model, (gvc_view){ rounds, n, 1, n });
    for (gvc_int j = 0; j < n; j++) {
        work[j] = own[j] + behind.a[j];
        rounds[j] += behind.a[j + behind.ld] - work[j] + later.a[j] + later.a[j + later.ld];
    }
    gvc_model__times_A_t(ctx, model, (gvc_view){ flow, n, 1, n }, (gvc_view){ work, n, 1, n });
    gvc_index__total(work, gvc_model_F(model));
    for (gvc_int j = 0; j < n; j++) {
        rounds[j] *= work[j];
        flow[j] *= work[j];
    }
    return st;
}

/* Column s of D is the row y_s (B - I), y_s being y in the rows of s. */
static void drop_first(const gvc_model *model, gvc_view D, gvc_view rows, const double *y)
{
    for (gvc_int s = 0; s < D.cols; s++)
        memcpy(D.a + s * D.ld, rows.a + s * rows.ld, (size_t)D.rows * sizeof(double));
    for (gvc_int j = 0; j < D.rows; j++)
        D.a[j + gvc_model__unit_of_row(model, j) * D.ld] -= y ? y[j] : 1;
}

/* rounds[s, r] := D_s (B w)_r and flow[s, r] := D_s w over the rows of r: w is 1 where NULL, and
 * column r of `products` is B w of the rows of r. */
static void pair_up(gvc_ctx *ctx, const gvc_model *model, gvc_view D, gvc_view products,
                    const double *w, gvc_view rounds, gvc_view flow)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int s = 0; s < D.cols; s++) {
        const double *row = D.a + s * D.ld;

        for (gvc_int r = 0; r < D.cols; r++) {
            const double *column = products.a + r * products.ld;
            double sum = 0;

            for (gvc_int i = 0; i < D.rows; i++)
                sum += row[i] * column[i];
            rounds.a[s + r * rounds.ld] = sum;
        }
        for (gvc_int j = 0; j < D.rows; j++)
            flow.a[s + gvc_model__unit_of_row(model, j) * flow.ld] += row[j] * (w ? w[j] : 1);
    }
}

static gvc_status fill_pairs(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, double *work)
{
    const gvc_view D = gvc_mem__matrix(ctx, parts->n, parts->U);

    if (!D.a)
        return GVC_ENOMEM;
    gvc_index__total(work, gvc_model_F(model));
    drop_first(model, D, gvc_model_get(model, GVC_Q_VB), gvc_model_v(model));
    pair_up(ctx, model, D, gvc_model_get(model, GVC_Q_BMADE), work,
            gvc_parts__couples(parts, "apl_n"), gvc_parts__couples(parts, "apl_d"));
    drop_first(model, D, gvc_model_get(model, GVC_Q_SBU), NULL);
    pair_up(ctx, model, D, gvc_model_get(model, GVC_Q_BONE), NULL,
            gvc_parts__couples(parts, "apl_u_n"), gvc_parts__couples(parts, "apl_u_d"));
    gvc_mem__free(D.a);
    return GVC_OK;
}

/* The same whatever the borders. */
static void copy_rows(gvc_parts *parts)
{
    static const char *const names[] = { "apl_f_n", "apl_f_d", "apl_b_n", "apl_b_d" };

    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
        memcpy(gvc_parts__rows(parts, names[k]), gvc_parts__rows(parts->other, names[k]),
               (size_t)parts->n * sizeof(double));
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    double *work;
    gvc_status st;

    if (parts->other) {
        copy_rows(parts);
        return GVC_OK;
    }
    work = gvc_mem__alloc(ctx, parts->n, sizeof *work);
    if (!work)
        return GVC_ENOMEM;
    fill_forward(ctx, model, parts, work);
    st = fill_backward(ctx, model, parts, work);
    if (st == GVC_OK && parts->levels & GVC_LEVEL_BILATERAL)
        st = fill_pairs(ctx, model, parts, work);
    gvc_mem__free(work);
    return st;
}

static const char *const own_pairs[] = { "apl", "apl_u", NULL };

static const gvc_family family = { .compute = compute,
                                   .own_pairs = own_pairs,
                                   .sector_pair = &gvc_index__apl_pairs };

enum { HIDDEN = 4 };

// clang-format off
static const gvc_term terms[] = {
    { "apl_f_n", "APL numerator, forward", "money x rounds",
      "B(B-I)Y", "S", "", GVC_LEVELS_ROWS, NULL },
    { "apl_f_d", "APL denominator, forward", "money",
      "(B-I)Y", "S", "", GVC_LEVELS_ROWS, NULL },
    { "apl_b_n", "APL numerator, backward", "money x rounds",
      "(v(B-I)B) o Y", "P", "", GVC_LEVELS_ROWS, NULL },
    { "apl_b_d", "APL denominator, backward", "money",
      "(v(B-I)) o Y", "P", "", GVC_LEVELS_ROWS, NULL },
    { "apl_f", "Average propagation length to final demand", "rounds",
      "apl_f_n/apl_f_d", "S", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("apl_f_n", "apl_f_d") },
    { "apl_b", "Average propagation length from value added", "rounds",
      "apl_b_n/apl_b_d", "P", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("apl_b_n", "apl_b_d") },
    { "apl", "APL of the pair, VA and final-demand weighted", "rounds",
      "v_s[B(B-I)]_sr Y_r / v_s(B-I)_sr Y_r", "", ">=1", GVC_LEVEL_BILATERAL, RULE_SHARE("apl_n", "apl_d") },
    { "apl_u", "APL of the pair, unweighted", "rounds",
      "1'[B(B-I)]_sr 1 / 1'(B-I)_sr 1", "", ">=1", GVC_LEVEL_BILATERAL | GVC_LEVEL_SECTOR_PAIR,
      RULE_QUOTIENT("apl_u_n", "apl_u_d") },
    { .name = "apl_n", .levels = GVC_LEVEL_BILATERAL },
    { .name = "apl_d", .levels = GVC_LEVEL_BILATERAL },
    { .name = "apl_u_n", .levels = GVC_LEVEL_BILATERAL | GVC_LEVEL_SECTOR_PAIR },
    { .name = "apl_u_d", .levels = GVC_LEVEL_BILATERAL | GVC_LEVEL_SECTOR_PAIR },
};
// clang-format on

const gvc_measure gvc_index__apl = {
    .name = "apl",
    .method = "apl",
    .kind = GVC_FRAME_INDICES,
    .title =
        "Average propagation lengths: rounds from seller to final use, from value added to finisher",
    .paper = "Dietzenbacher, Romero, Bosma 2005",
    .notes =
        "How many rounds of production lie between, on average, counting only chains with at least "
        "one round: apl_f from a seller to final demand, apl_b from value added to the finisher. For "
        "a pair of countries, from the value added of one to the final goods of the other (apl), or "
        "with every sector of both counted the same (apl_u).\n"
        "At level sector_pair apl_u is that of one country-sector with another, for every pair of "
        "them: a matrix as large as the table, from the whole inverse. It comes where the level is "
        "named, and goes to an .h5 or .csv in parts.",
    .levels = GVC_LEVELS_ROWS | GVC_LEVEL_BILATERAL | GVC_LEVEL_SECTOR_PAIR,
    .needs = GVC_Q_VL | GVC_Q_BU | GVC_Q_AHEAD | GVC_Q_BEHIND | GVC_Q_ROUNDS,
    .needs_of_pairs = GVC_Q_VB | GVC_Q_BMADE | GVC_Q_SBU | GVC_Q_BONE,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0] - HIDDEN,
    .how = &family,
    .n_hidden = HIDDEN,
};
