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

/* The sum over i of the largest |w - y + A y|_i among the columns. */
static double sum_of_largest(gvc_view w, gvc_view y, gvc_view Ay)
{
    double sum = 0;

    for (gvc_int i = 0; i < w.rows; i++) {
        double most = 0;

        for (gvc_int c = 0; c < w.cols; c++) {
            const gvc_int at = i + c * w.ld;
            const double r = fabs(w.a[at] - y.a[at] + Ay.a[at]);

            if (!(r <= most))
                most = r;
        }
        sum += most;
    }
    return sum;
}

/* The columns of B, each as long as the next: w_j := sign / ||B_j||_1. */
static void scale_signs(gvc_ctx *ctx, gvc_view B, gvc_view w)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, 16)
    for (gvc_int j = 0; j < B.cols; j++) {
        double size = 0;

        for (gvc_int i = 0; i < B.rows; i++)
            size += fabs(B.a[i + j * B.ld]);
        for (gvc_int c = 0; c < w.cols; c++)
            w.a[j + c * w.ld] /= size;
    }
}

/*
 * The error of column j of B is not larger than ||B||_1 ||R_j||_1 with R = I - (I - A) B. For signs
 * w and D = diag(1 / ||B_j||_1), |R D|_ij exceeds |(R D w)_i| with a chance of one half at the most
 * in each column of w, so the largest of |R D w|_i over all columns bounds row i of R D but for a
 * chance of 2^-64, and the sum over rows bounds ||R D||_1. An exact residual would cost as much as
 * a product of two n x n matrices.
 */
gvc_status gvc_system__certify_inverse(gvc_ctx *ctx, gvc_system *sys)
{
    const gvc_int n = sys->n;
    gvc_view w = gvc_mem__matrix(ctx, n, GVC_TRIAL_SIGNS),
             y = gvc_mem__matrix(ctx, n, GVC_TRIAL_SIGNS),
             Ay = gvc_mem__matrix(ctx, n, GVC_TRIAL_SIGNS);
    gvc_status st = w.a && y.a && Ay.a ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK) {
        double bound;

        gvc_trial__fill_signs(w);
        scale_signs(ctx, sys->lu.a, w);
        gvc_la__times(y, sys->lu.a, NULL, w, gvc_ctx_threads(ctx));
        gvc_la__times(Ay, sys->table->Z, sys->xinv, y, gvc_ctx_threads(ctx));
        bound = sum_of_largest(w, y, Ay) * sys->inverse_norm;
        gvc_log__info(ctx, "inverted I - A: error at most %.2g (by %d columns of signs)", bound,
                      GVC_TRIAL_SIGNS);
        st =
            isfinite(bound)
                ? gvc_system__accept(ctx, sys, bound)
                : gvc_error__set(ctx, GVC_ESINGULAR,
                                 "the inverse of I - A is not finite; check the table (gvc check)");
    }
    gvc_mem__free(w.a);
    gvc_mem__free(y.a);
    gvc_mem__free(Ay.a);
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
