#include "model/system.h"

#include "la/blas.h"
#include "la/view.h"
#include "la/worst.h"
#include "model/trial.h"

#include <math.h>
#include <omp.h>

/*
 * The inverse takes the place of the factors, so that a model with B holds no array more than one
 * without; solves that come after it are products with B. Where it is known to be wanted before
 * anything is solved, and no pivots are, factors are left out. Where own blocks are all that is
 * wanted of B, the inverses of the two factors give them, and their product, half of the work, is
 * left out.
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

/* size[j] := ||B_j||_1. */
static void measure_columns(gvc_ctx *ctx, gvc_view B, double *size)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, 16)
    for (gvc_int j = 0; j < B.cols; j++) {
        double sum = 0;

        for (gvc_int i = 0; i < B.rows; i++)
            sum += fabs(B.a[i + j * B.ld]);
        size[j] = sum;
    }
}

/* The same from below for B = W V: |1'W V|, and no column is shorter than 1 / ||I - A||_1. `work`
 * has room for n. */
static void measure_from_below(gvc_ctx *ctx, const gvc_system *sys, double *size, double *work)
{
    const gvc_view a = sys->lu.a;

#pragma omp parallel num_threads(gvc_ctx_threads(ctx))
    {
#pragma omp for schedule(dynamic, 16)
        for (gvc_int k = 0; k < a.cols; k++) {
            work[k] = 0;
            for (gvc_int i = 0; i <= k; i++)
                work[k] += a.a[i + k * a.ld];
        }
#pragma omp for schedule(dynamic, 16)
        for (gvc_int j = 0; j < a.cols; j++) {
            double sum = work[j];

            for (gvc_int k = j + 1; k < a.rows; k++)
                sum += work[k] * a.a[k + j * a.ld];
            size[j] = fmax(fabs(sum), 1 / sys->norm1);
        }
    }
}

/* off[j] := the root of the mean square of row j of `probe`, over size[j]. */
static void measure_probes(gvc_view probe, const double *size, double *off)
{
    for (gvc_int j = 0; j < probe.rows; j++) {
        double squares = 0;

        for (gvc_int c = 0; c < probe.cols; c++)
            squares += probe.a[j + c * probe.ld] * probe.a[j + c * probe.ld];
        off[j] = sqrt(squares / (double)probe.cols) / size[j];
    }
}

/* `norm` is that of the computed inverse. */
static void narrow_norm(gvc_system *sys, double norm, double relative)
{
    const double residual = relative * norm;

    if (residual < 0.5 && (!(sys->least_q > 0) || norm / (1 - residual) < sys->inverse_norm))
        sys->inverse_norm = norm / (1 - residual);
}

/*
 * The error of column j of B is not larger than ||B||_1 ||R_j||_1, with R = I - (I - A) B, and
 * ||R_j||_1 <= sqrt(n) ||R_j||_2. For columns w of signs, X = (w'R_j)^2 / ||R_j||_2^2 has the mean
 * 1 and a mean square of 3 at most, whatever R_j is, so the mean of 128 of them is below 1 /
 * SHORT^2 with a chance of 1e-9 at the most (exp(-x) <= 1 - x + x^2 / 2), and of 1e-70 where R is
 * noise. An exact residual would cost as much as a product of two n x n matrices.
 *
 * As B is the computed one times (I - R)^-1, its norm is at hand too, where B is. `work` has room
 * for 2 n.
 */
static double bound_inverse_error(gvc_ctx *ctx, gvc_system *sys, gvc_view w, gvc_view y,
                                  gvc_view probe, double *work)
{
    const gvc_int n = sys->n;
    double relative;

    gvc_trial__fill_signs(w);
    gvc_system__times_A(ctx, sys, 1, y, w);
    subtract_from(w, y);
    if (sys->split) {
        gvc_la__times_triangles_t(probe, sys->lu, y, gvc_ctx_threads(ctx));
        measure_from_below(ctx, sys, work, work + n);
    } else {
        gvc_la__times_t(probe, NULL, sys->lu.a, NULL, y, gvc_ctx_threads(ctx));
        measure_columns(ctx, sys->lu.a, work);
    }
    subtract_from(w, probe);
    measure_probes(probe, work, work + n);
    relative = SHORT * sqrt((double)n) * gvc_la__worst(work + n, n);
    if (!sys->split)
        narrow_norm(sys, gvc_la__worst(work, n), relative);
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
                      "%s: error at most %.2g (by %d columns of signs), by rounding %.2g; ||B||_1 "
                      "is at most %.3g",
                      sys->split ? "factors of I - A inverted" : "inverted I - A", bound, PROBES,
                      gvc_system__rounding(sys), sys->inverse_norm);
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

/* From the factors, or their inverses, to B; or from the factors to their inverses. */
static gvc_status invert(gvc_ctx *ctx, gvc_system *sys, int whole)
{
    gvc_status st =
        gvc_progress__step(ctx, whole ? "inverting I - A" : "inverting the factors of I - A", 0);
    double *work;

    if (st != GVC_OK)
        return st;
    work = gvc_mem__alloc(ctx, gvc_la__inverse_work(sys->n), sizeof *work);
    if (!work)
        return GVC_ENOMEM;
    if (!sys->split)
        gvc_la__invert_triangles(sys->lu, work, gvc_ctx_threads(ctx));
    if (whole)
        gvc_la__multiply_triangles(sys->lu, work, gvc_ctx_threads(ctx));
    gvc_mem__free(work);
    sys->split = !whole;
    sys->inverted = whole;
    return gvc_system__certify_inverse(ctx, sys);
}

gvc_status gvc_system__exchange(gvc_ctx *ctx, gvc_system *sys)
{
    double *work = gvc_mem__alloc(ctx, gvc_la__exchange_work(sys->n), sizeof *work);
    gvc_int bad;
    gvc_status st;

    if (!work)
        return GVC_ENOMEM;
    bad = gvc_la__exchange(sys->lu.a, work, gvc_ctx_threads(ctx));
    gvc_mem__free(work);
    if (bad)
        return gvc_system__refuse_singular(ctx, sys, bad - 1);
    sys->inverted = 1;
    st = gvc_system__bound_inverse(ctx, sys);
    return st == GVC_OK ? gvc_system__certify_inverse(ctx, sys) : st;
}

gvc_status gvc_system__invert(gvc_ctx *ctx, gvc_system *sys)
{
    gvc_status st = GVC_OK;

    sys->wants_inverse = 1;
    if (!sys->split)
        st = gvc_system__factorise(ctx, sys);
    return st != GVC_OK || sys->inverted ? st : invert(ctx, sys, 1);
}

/* ---- own blocks ---- */

gvc_status gvc_model__prepare_blocks(gvc_ctx *ctx, gvc_model *m)
{
    gvc_system *sys = m->system;
    const gvc_status st = sys->split ? GVC_OK : gvc_system__factorise(ctx, sys);

    if (st != GVC_OK || sys->split || sys->inverted)
        return st;
    return invert(ctx, sys, sys->lu.pivot != NULL || (m->planned & GVC_Q_B) != 0);
}

gvc_int gvc_model__widest(const gvc_model *m)
{
    gvc_int widest = 0;

    for (gvc_int u = 0; u < m->U; u++)
        widest = m->local[u].rows > widest ? m->local[u].rows : widest;
    return widest;
}

gvc_int gvc_model__block_work(const gvc_model *m)
{
    return gvc_la__block_work(gvc_model__widest(m));
}

void gvc_model__own_block(const gvc_model *m, gvc_int unit, gvc_view out, double *work)
{
    const gvc_view B = m->system->lu.a;
    const gvc_int *rows = m->order + m->local[unit].first;

    if (m->system->split) {
        gvc_la__block_of_triangles(out, m->system->lu, rows, work);
        return;
    }
    for (gvc_int k = 0; k < out.cols; k++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + k * out.ld] = B.a[rows[i] + rows[k] * B.ld];
}

/* The block of a unit, whose rows stand in `out` where they stand in the table. */
static void keep_block(const gvc_model *m, gvc_int unit, gvc_view out, double *room)
{
    const gvc_local *u = &m->local[unit];
    const gvc_int *rows = m->order + u->first;
    const gvc_view block = { room, u->rows, u->rows, u->rows };

    gvc_model__own_block(m, unit, block, room + u->rows * u->rows);
    for (gvc_int k = 0; k < u->rows; k++)
        for (gvc_int i = 0; i < u->rows; i++)
            out.a[rows[i] + k * out.ld] = block.a[i + k * block.ld];
}

gvc_status gvc_model__own_blocks(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_int widest = gvc_model__widest(m), each = widest * widest + gvc_model__block_work(m);
    const int threads = gvc_ctx_threads(ctx);
    gvc_status st = gvc_model__prepare_blocks(ctx, m);
    double *room = st == GVC_OK ? gvc_mem__alloc(ctx, threads * each, sizeof *room) : NULL;

    if (room) {
        const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(threads) schedule(dynamic)
        for (gvc_int u = 0; u < m->U; u++)
            keep_block(m, u, out, room + omp_get_thread_num() * each);
        gvc_la__unpin(pin);
    }
    gvc_mem__free(room);
    return st == GVC_OK && !room ? GVC_ENOMEM : st;
}
