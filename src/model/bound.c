#include "model/system.h"

#include "base/strip.h"
#include "la/blas.h"
#include "la/view.h"
#include "model/streams.h"

#include <float.h>
#include <math.h>
#include <string.h>

/*
 * How far a solution may be from the exact one: ||B||_1 times the residual, and times what a
 * residual in double precision cannot see.
 */

/* Where some q_j is smaller than this, 1 / min q says too little, and ||B||_1 is bounded anew. */
#define COARSE 0.01
/* An estimate of ||B||_1 is seldom less than a third of it. */
#define ESTIMATE_SHORT 3
/* Below this reciprocal condition number no digit of a solution can be trusted. */
#define HOPELESS 1e-15
/* Solutions that are less certain are told of, and refused. */
#define DOUBTFUL 1e-9
#define USELESS 1e-3
#define UNIT (0.5 * DBL_EPSILON)

gvc_status gvc_system__refuse_singular(gvc_ctx *ctx, const gvc_system *sys, gvc_int row)
{
    char name[128];

    return gvc_error__set(
        ctx, GVC_ESINGULAR,
        "I - A is singular at %s: the industry and its suppliers use up all they make, so no "
        "output serves final demand; check its inputs and output (gvc check)",
        gvc_table__industry(sys->table, row, name, sizeof name));
}

static gvc_int smallest_pivot(gvc_view a)
{
    gvc_int least = 0;

    for (gvc_int i = 1; i < a.rows; i++)
        if (fabs(a.a[i + i * a.ld]) < fabs(a.a[least + least * a.ld]))
            least = i;
    return least;
}

void gvc_system__weigh_inputs(gvc_ctx *ctx, const gvc_system *sys, const double *weights,
                              double *out)
{
    const gvc_view Zt = sys->table->Zt;
    const gvc_int n = sys->n, strip = gvc_strip(n, gvc_ctx_threads(ctx));

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int from = 0; from < n; from += strip) {
        const gvc_int end = from + strip < n ? from + strip : n;

        memset(out + from, 0, sizeof *out * (size_t)(end - from));
        for (gvc_int i = 0; i < n; i++)
            gvc_stream__weigh(out, Zt.a + i * Zt.ld, weights[i], from, end);
        for (gvc_int j = from; j < end; j++)
            out[j] *= fabs(sys->xinv[j]);
    }
}

/* The least s_j - sum_i |a_ij| s_i, less what its rounding may be; -1 where some s_j is not
 * positive. `each` has room for n. */
static double least_margin(gvc_ctx *ctx, const gvc_system *sys, const double *s, double *each)
{
    const gvc_int n = sys->n;
    double margin = INFINITY;

    gvc_system__weigh_inputs(ctx, sys, s, each);
    for (gvc_int j = 0; j < n; j++) {
        each[j] = s[j] > 0 ? s[j] - each[j] - (double)(n + 4) * UNIT * (s[j] + each[j]) : -1;
        if (!(each[j] >= margin))
            margin = each[j];
    }
    return margin;
}

/*
 * Where s > 0 and s'(I - |A|) >= c 1' with c > 0, I - |A| is an M-matrix, so |B| <= (I - |A|)^-1
 * and 1'|B| <= s' / c. The row 1'B is such an s where A has no negative entries, also where some
 * industries pay more than they make. Rounding in s itself does no harm: c is taken from it.
 */
static gvc_status bound_by_row(gvc_ctx *ctx, gvc_system *sys, int *found)
{
    double *s = gvc_mem__alloc(ctx, sys->n, sizeof *s),
           *each = gvc_mem__alloc(ctx, sys->n, sizeof *each);
    double margin, most = 0;

    *found = 0;
    if (!s || !each) {
        gvc_mem__free(s);
        gvc_mem__free(each);
        return GVC_ENOMEM;
    }
    for (gvc_int j = 0; j < sys->n; j++)
        s[j] = 1;
    if (gvc_system__apply(ctx, sys, 1, gvc_view__vector(s, sys->n)) != GVC_OK) {
        gvc_mem__free(s);
        gvc_mem__free(each);
        return GVC_ENOMEM;
    }
    margin = least_margin(ctx, sys, s, each);
    for (gvc_int j = 0; j < sys->n; j++)
        if (s[j] > most) {
            most = s[j];
            sys->neediest = j;
        }
    if (margin > 0 && (!(sys->least_q > 0) || most / margin < sys->inverse_norm)) {
        sys->inverse_norm = most / margin;
        *found = 1;
    }
    gvc_mem__free(s);
    gvc_mem__free(each);
    return GVC_OK;
}

/* From the factors with pivoting. */
static gvc_status estimate(gvc_ctx *ctx, gvc_system *sys)
{
    double *work = gvc_mem__alloc(ctx, 4 * sys->n, sizeof *work), rcond;
    int *iwork = gvc_mem__alloc(ctx, sys->n, sizeof *iwork);

    if (!work || !iwork) {
        gvc_mem__free(work);
        gvc_mem__free(iwork);
        return GVC_ENOMEM;
    }
    rcond = gvc_la__condition(sys->lu, sys->norm1, work, iwork);
    gvc_mem__free(work);
    gvc_mem__free(iwork);
    if (!(rcond > HOPELESS))
        return gvc_system__refuse_singular(ctx, sys, smallest_pivot(sys->lu.a));
    sys->inverse_norm = ESTIMATE_SHORT / (rcond * sys->norm1);
    return GVC_OK;
}

gvc_status gvc_system__bound_inverse(gvc_ctx *ctx, gvc_system *sys)
{
    int found = 0;
    gvc_status st = sys->least_q < COARSE ? bound_by_row(ctx, sys, &found) : GVC_OK;

    if (st == GVC_OK && !found && sys->lu.pivot)
        st = estimate(ctx, sys);
    if (st == GVC_OK)
        gvc_log__info(ctx, "||B||_1 is %s %.3g (min q %.3g)",
                      found || !sys->lu.pivot ? "at most" : "about", sys->inverse_norm,
                      sys->least_q);
    return st;
}

/*
 * A residual b - y + A y is computed up to rounding: of z_ij / x_j y_j, of the differences, and of
 * sums, which go in blocks of a tile and whose errors of both signs add up as a random walk does.
 * ||b|| <= ||I - A|| ||y||.
 */
double gvc_system__rounding(const gvc_system *sys)
{
    const double n = (double)sys->n, block = fmin(n, GVC_LA_TILE);
    const double unit = (sqrt(block + n / GVC_LA_TILE) + 4) * UNIT;

    return unit * (sys->norm1 + 2 - sys->least_q) * sys->inverse_norm;
}

gvc_status gvc_system__accept(gvc_ctx *ctx, gvc_system *sys, double bound)
{
    char name[128];

    bound += gvc_system__rounding(sys);
    gvc_system__note_error(sys, bound);
    if (bound <= DOUBTFUL)
        return GVC_OK;
    gvc_table__industry(sys->table, sys->neediest, name, sizeof name);
    if (!(bound <= USELESS))
        return gvc_error__set(ctx, GVC_ESINGULAR,
                              "I - A is nearly singular, most of all at %s: a unit of final demand "
                              "calls for up to %.2g of output, and solutions may be off by %.2g of "
                              "their size; check its inputs and output (gvc check)",
                              name, sys->inverse_norm, bound);
    if (!sys->warned)
        gvc_log__warn(ctx,
                      "I - A is nearly singular, most of all at %s: results are certain to %.2g of "
                      "their size only (gvc check)",
                      name, bound);
    sys->warned = 1;
    return GVC_OK;
}
