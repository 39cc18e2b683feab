#include "model/system.h"

#include "la/blas.h"
#include "la/view.h"
#include "model/trial.h"

#include <math.h>
#include <string.h>

/*
 * The inverse takes the place of the factors, so that a model with B holds no array more than one
 * without; solves that come after it are products with B.
 */

/* Columns of signs that the inverse is tried with, and by how much all together may fall short. */
enum { PROBES = 128, SHORT = 4 };

/* y := w - A'w, where y holds A'w. */
static void subtract_from(gvc_view w, gvc_view y)
{
    for (gvc_int c = 0; c < w.cols; c++)
        for (gvc_int i = 0; i < w.rows; i++)
            y.a[i + c * y.ld] = w.a[i + c * w.ld] - y.a[i + c * y.ld];
}

/* size[j] := ||B_j||_1, and the root of the mean square of row j of `probe` over it in off[j]. */
static void measure_columns(gvc_ctx *ctx, gvc_view B, gvc_view probe, double *size, double *off)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, 16)
    for (gvc_int j = 0; j < B.cols; j++) {
        double sum = 0, squares = 0;

        for (gvc_int i = 0; i < B.rows; i++)
            sum += fabs(B.a[i + j * B.ld]);
        for (gvc_int c = 0; c < probe.cols; c++)
            squares += probe.a[j + c * probe.ld] * probe.a[j + c * probe.ld];
        size[j] = sum;
        off[j] = sqrt(squares / (double)probe.cols) / sum;
    }
}

static double largest(const double *a, gvc_int n)
{
    double most = 0;

    for (gvc_int i = 0; i < n; i++)
        if (!(a[i] <= most))
            most = a[i];
    return most;
}

/*
 * The error of column j of B is not larger than ||B||_1 ||R_j||_1, with R = I - (I - A) B, and
 * ||R_j||_1 <= sqrt(n) ||R_j||_2. For columns w of signs, X = (w'R_j)^2 / ||R_j||_2^2 has the mean
 * 1 and a mean square of 3 at most, whatever R_j is, so the mean of 128 of them is below 1 /
 * SHORT^2 with a chance of 1e-9 at the most (exp(-x) <= 1 - x + x^2 / 2), and of 1e-70 where R is
 * noise. An exact residual would cost as much as a product of two n x n matrices.
 *
 * As B is the computed one times (I - R)^-1, its norm is at hand too. `work` has room for 2 n.
 */
static double bound_inverse_error(gvc_ctx *ctx, gvc_system *sys, gvc_view w, gvc_view y,
                                  gvc_view probe, double *work)
{
    const gvc_int n = sys->n;
    double norm, residual, relative;

    gvc_trial__fill_signs(w);
    gvc_la__times_t(y, sys->table->Z, sys->xinv, w, gvc_ctx_threads(ctx));
    subtract_from(w, y);
    gvc_la__times_t(probe, sys->lu.a, NULL, y, gvc_ctx_threads(ctx));
    subtract_from(w, probe);
    measure_columns(ctx, sys->lu.a, probe, work, work + n);
    norm = largest(work, n);
    relative = SHORT * sqrt((double)n) * largest(work + n, n);
    residual = relative * norm;
    if (residual < 0.5 && (!(sys->least_q > 0) || norm / (1 - residual) < sys->inverse_norm))
        sys->inverse_norm = norm / (1 - residual);
    return relative * sys->inverse_norm;
}

gvc_status gvc_system__certify_inverse(gvc_ctx *ctx, gvc_system *sys)
{
    const gvc_int n = sys->n;
    gvc_view w = gvc_mem__matrix(ctx, n, PROBES), y = gvc_mem__matrix(ctx, n, PROBES),
             probe = gvc_mem__matrix(ctx, n, PROBES);
    double *work = gvc_mem__alloc(ctx, 2 * n, sizeof *work);
    gvc_status st = w.a && y.a && probe.a && work ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK) {
        const double bound = bound_inverse_error(ctx, sys, w, y, probe, work);

        gvc_log__info(ctx,
                      "inverted I - A: error at most %.2g (by %d columns of signs), by "
                      "rounding %.2g; ||B||_1 is at most %.3g",
                      bound, PROBES, gvc_system__rounding(sys), sys->inverse_norm);
        st =
            isfinite(bound)
                ? gvc_system__accept(ctx, sys, bound)
                : gvc_error__set(ctx, GVC_ESINGULAR,
                                 "the inverse of I - A is not finite; check the table (gvc check)");
    }
    gvc_mem__free(w.a);
    gvc_mem__free(y.a);
    gvc_mem__free(probe.a);
    gvc_mem__free(work);
    return st;
}

gvc_status gvc_system__invert(gvc_ctx *ctx, gvc_system *sys)
{
    gvc_status st = gvc_system__factorise(ctx, sys);
    double *work;

    if (st != GVC_OK || sys->inverted)
        return st;
    st = gvc_progress__step(ctx, "inverting I - A", 0);
    if (st != GVC_OK)
        return st;
    work = gvc_mem__alloc(ctx, gvc_la__inverse_work(sys->n), sizeof *work);
    if (!work)
        return GVC_ENOMEM;
    gvc_la__invert(sys->lu, work, gvc_ctx_threads(ctx));
    gvc_mem__free(work);
    sys->inverted = 1;
    return gvc_system__certify_inverse(ctx, sys);
}

gvc_int gvc_model__widest(const gvc_model *m)
{
    gvc_int widest = 0;

    for (gvc_int u = 0; u < m->U; u++)
        widest = m->local[u].rows > widest ? m->local[u].rows : widest;
    return widest;
}

/* Keep of column j of B the rows of its own unit. `number` is the place of j in the order of units.
 */
static void keep_own(const gvc_model *m, gvc_view out, gvc_int number, const double *column)
{
    const gvc_local *u = &m->local[m->unit[m->order[number]]];
    const gvc_int *rows = m->order + u->first;
    double *to = out.a + (number - u->first) * out.ld;

    for (gvc_int i = 0; i < u->rows; i++)
        to[rows[i]] = column[rows[i]];
}

gvc_status gvc_model__own_blocks(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_status st = gvc_system__invert(ctx, m->system);
    const gvc_view B = m->system->lu.a;

    for (gvc_int k = 0; k < m->system->n && st == GVC_OK; k++)
        keep_own(m, out, k, B.a + m->order[k] * B.ld);
    return st;
}
