#include "model/system.h"

#include "la/blas.h"
#include "la/worst.h"
#include "model/sweeps.h"
#include "model/trial.h"

#include <math.h>
#include <string.h>

/* Sweeps that leave a larger error are given up. */
#define ENOUGH 1e-12
/* Columns that are solved for at once; fixed, so results do not depend on the thread count. */
enum { PANEL = 512 };
/* Columns of I - A that one task fills, and the side of its blocks: a line of the cache. */
enum { STRIP = 64, LINE = 8 };

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

/* Columns from .. end - 1 of I - A, from the rows of Z', in blocks of lines of the cache. */
static void fill_columns(const gvc_system *sys, gvc_int from, gvc_int end)
{
    const gvc_view Zt = sys->table->Zt, a = sys->lu.a;

    for (gvc_int i0 = 0; i0 < sys->n; i0 += LINE)
        for (gvc_int j0 = from; j0 < end; j0 += LINE) {
            const gvc_int i1 = least(sys->n, i0 + LINE), j1 = least(end, j0 + LINE);

            for (gvc_int j = j0; j < j1; j++)
                for (gvc_int i = i0; i < i1; i++)
                    a.a[i + j * a.ld] = -sys->xinv[j] * Zt.a[j + i * Zt.ld];
        }
    for (gvc_int j = from; j < end; j++)
        a.a[j + j * a.ld] += 1;
}

static void fill_lu(gvc_ctx *ctx, gvc_system *sys)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int j = 0; j < sys->n; j += STRIP)
        fill_columns(sys, j, least(sys->n, j + STRIP));
}

static gvc_status obtain_factors(gvc_ctx *ctx, gvc_system *sys)
{
    const gvc_int n = sys->n;

    if (n > GVC_LA_MOST)
        return gvc_error__set(ctx, GVC_ENOMEM, "a table of %lld country-sectors; the most is %d",
                              (long long)n, GVC_LA_MOST);
    if (gvc_mem__reserve(ctx, "the factors of I - A", 8.0 * (double)n * (double)n) != GVC_OK)
        return GVC_ENOMEM;
    sys->lu.a = (gvc_view){ gvc_mem__alloc(ctx, n * n, sizeof(double)), n, n, n };
    if (!sys->lu.a.a)
        return GVC_ENOMEM;
    if (sys->least_q > 0)
        return GVC_OK;
    sys->lu.pivot = gvc_mem__alloc(ctx, n, sizeof *sys->lu.pivot);
    return sys->lu.pivot ? GVC_OK : GVC_ENOMEM;
}

static void drop_factors(gvc_system *sys)
{
    gvc_mem__free(sys->lu.a.a);
    gvc_mem__free(sys->lu.pivot);
    sys->lu = (gvc_lu){ 0 };
}

void gvc_system__drop_solver(gvc_system *sys)
{
    drop_factors(sys);
    sys->factorised = sys->split = sys->inverted = 0;
    gvc_sweeps__free(sys->sweeps);
    sys->sweeps = NULL;
}

static gvc_status factorise(gvc_ctx *ctx, gvc_system *sys)
{
    const gvc_int bad = gvc_la__factorise(sys->lu, gvc_ctx_threads(ctx));
    const gvc_status st =
        bad ? gvc_system__refuse_singular(ctx, sys, bad - 1) : gvc_system__bound_inverse(ctx, sys);

    if (st == GVC_OK)
        gvc_log__info(ctx, "I - A factorised (n = %lld, %s pivoting)", (long long)sys->n,
                      sys->lu.pivot ? "with" : "without");
    return st;
}

gvc_status gvc_system__factorise(gvc_ctx *ctx, gvc_system *sys)
{
    const int inverts = sys->wants_inverse && sys->least_q > 0;
    gvc_status st;

    if (sys->split)
        return gvc_system__invert(ctx, sys);
    if (sys->factorised)
        return GVC_OK;
    gvc_sweeps__free(sys->sweeps);
    sys->sweeps = NULL;
    st = gvc_progress__step(ctx, inverts ? "inverting I - A" : "factorising I - A", 0);
    if (st == GVC_OK)
        st = obtain_factors(ctx, sys);
    if (st == GVC_OK) {
        fill_lu(ctx, sys);
        st = inverts ? gvc_system__exchange(ctx, sys) : factorise(ctx, sys);
    }
    if (st != GVC_OK) {
        drop_factors(sys);
        sys->inverted = 0;
        return st;
    }
    sys->factorised = 1;
    sys->swept = 0;
    return GVC_OK;
}

static void add(gvc_view y, gvc_view r)
{
    for (gvc_int c = 0; c < y.cols; c++)
        for (gvc_int i = 0; i < y.rows; i++)
            y.a[i + c * y.ld] += r.a[i + c * r.ld];
}

gvc_status gvc_system__apply(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view y)
{
    gvc_view b;

    if (!sys->inverted) {
        gvc_la__solve(sys->lu, transposed, y, gvc_ctx_threads(ctx));
        return GVC_OK;
    }
    b = gvc_mem__matrix(ctx, y.rows, y.cols);
    if (!b.a)
        return GVC_ENOMEM;
    add(b, y);
    if (transposed)
        gvc_la__times_t(y, NULL, sys->lu.a, NULL, b, gvc_ctx_threads(ctx));
    else
        gvc_la__times(y, NULL, sys->lu.a, NULL, b, gvc_ctx_threads(ctx));
    gvc_mem__free(b.a);
    return GVC_OK;
}

void gvc_system__note_error(gvc_system *sys, double bound)
{
    sys->error_bound = gvc_la__worse(sys->error_bound, bound);
}

gvc_status gvc_system__sweep(gvc_ctx *ctx, gvc_system *sys, gvc_sweeps_job job, gvc_view y,
                             double *shifted, int *done)
{
    gvc_sweeps_error error = { 0 };
    gvc_status st = GVC_OK;

    *done = 0;
    if (!sys->by_sweeps || sys->factorised)
        return GVC_OK;
    job.enough = ENOUGH;
    if (!sys->sweeps)
        st = gvc_sweeps__new(ctx, &sys->sweeps, sys);
    if (st == GVC_OK)
        st = gvc_sweeps__solve(ctx, sys->sweeps, &job, y, &error);
    if (st != GVC_OK)
        return st;
    if (shifted)
        *shifted = error.shifted;
    *done = sys->swept = error.bound < ENOUGH;
    if (*done) {
        gvc_log__info(ctx, "solved %lld %s by sweeps: error at most %.2g, by rounding %.2g",
                      (long long)y.cols, job.transposed ? "rows" : "columns", error.bound,
                      gvc_system__rounding(sys));
        sys->masked_bound = error.bound + gvc_system__rounding(sys);
        st = gvc_system__accept(ctx, sys, error.bound);
    } else {
        gvc_log__info(ctx, "sweeps end at an error of %.2g: going on with factors", error.bound);
        sys->by_sweeps = 0;
    }
    return st;
}

/* The right-hand sides are kept until the solutions are certain, so a block goes panel by panel. */
static gvc_status solve_by_factors(gvc_ctx *ctx, gvc_system *sys, int transposed, gvc_view y)
{
    const gvc_int width = least(y.cols, PANEL);
    gvc_trial *trial = NULL;
    gvc_status st = gvc_trial__new(ctx, &trial, sys, width);
    double bound = 0;

    for (gvc_int at = 0; at < y.cols && st == GVC_OK; at += width) {
        const gvc_view panel = gvc_view__cols(y, at, least(y.cols - at, width));
        double here = 0;

        gvc_trial__keep(trial, panel);
        st = gvc_system__apply(ctx, sys, transposed, panel);
        if (st == GVC_OK)
            st = gvc_trial__certify(ctx, trial, transposed, panel, &here);
        bound = gvc_la__worse(bound, here);
    }
    gvc_trial__free(trial);
    if (st != GVC_OK)
        return st;
    gvc_log__info(ctx, "solved %lld %s: error at most %.2g, by rounding %.2g", (long long)y.cols,
                  transposed ? "rows" : "columns", bound, gvc_system__rounding(sys));
    return isfinite(bound) ? gvc_system__accept(ctx, sys, bound)
                           : gvc_error__set(ctx, GVC_ESINGULAR,
                                            "a solution of (I - A) y = b is not finite; check the "
                                            "table (gvc check)");
}

gvc_status gvc_system__solve(gvc_ctx *ctx, gvc_system *sys, int transposed, gvc_view y)
{
    int done;
    gvc_status st =
        gvc_system__sweep(ctx, sys, (gvc_sweeps_job){ .transposed = transposed }, y, NULL, &done);

    if (st == GVC_OK && !done)
        st = gvc_system__factorise(ctx, sys);
    return st == GVC_OK && !done ? solve_by_factors(ctx, sys, transposed, y) : st;
}

gvc_status gvc_model__solve(gvc_ctx *ctx, gvc_model *model, gvc_view y)
{
    return gvc_system__solve(ctx, model->system, 0, y);
}

gvc_status gvc_model__solve_t(gvc_ctx *ctx, gvc_model *model, gvc_view y)
{
    return gvc_system__solve(ctx, model->system, 1, y);
}

gvc_status gvc_model__shifted(gvc_ctx *ctx, gvc_model *model, int transposed, const double *shift,
                              gvc_view y, int *done)
{
    const gvc_system *sys = model->system;
    gvc_sweeps_error error = { 0 };
    gvc_status st;

    *done = 0;
    if (!sys->sweeps)
        return GVC_OK;
    st = gvc_sweeps__solve(
        ctx, sys->sweeps,
        &(gvc_sweeps_job){ .transposed = transposed, .shift = shift, .enough = ENOUGH }, y, &error);
    *done = st == GVC_OK && error.bound < ENOUGH;
    return st;
}

gvc_status gvc_model__step(gvc_ctx *ctx, gvc_model *model, int transposed, gvc_view y)
{
    if (!model->system->factorised || model->system->split)
        return gvc_system__solve(ctx, model->system, transposed, y);
    return gvc_system__apply(ctx, model->system, transposed, y);
}
