#include "model/trial.h"

#include "la/blas.h"
#include "la/view.h"
#include "la/worst.h"

#include <math.h>
#include <string.h>

/* Errors above this are refined away, at most so often. */
#define GOOD 1e-13
enum { REFINEMENTS = 2 };
/* What sums of columns may leave open: with rounding, still less than 1e-12. */
#define OPEN 5e-13
/* More columns than this are tried by sums of them: three arrays of as many columns as signs. */
enum { MANY = 2 * GVC_TRIAL_SIGNS, SUMS = 3 * GVC_TRIAL_SIGNS };

struct gvc_trial {
    const gvc_system *sys;
    gvc_view b, r; /* right-hand sides; residuals, or sums */
    gvc_view w;    /* signs, none where columns are few */
    double *each;  /* by column */
};

void gvc_trial__fill_signs(gvc_view w)
{
    for (gvc_int c = 0; c < w.cols; c++)
        for (gvc_int i = 0; i < w.rows; i++) {
            /* a round of splitmix64 */
            uint64_t z = (uint64_t)(i + c * w.rows + 1) * 0x9e3779b97f4a7c15u;

            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
            w.a[i + c * w.ld] = (z ^ (z >> 31)) & 1 ? 1 : -1;
        }
}

gvc_status gvc_trial__new(gvc_ctx *ctx, gvc_trial **out, const gvc_system *sys, gvc_int cols)
{
    gvc_trial *trial = gvc_mem__calloc(ctx, 1, sizeof *trial);

    *out = trial;
    if (!trial)
        return GVC_ENOMEM;
    trial->sys = sys;
    trial->b = gvc_mem__matrix(ctx, sys->n, cols);
    trial->r = gvc_mem__matrix(ctx, sys->n, cols > MANY ? SUMS : cols);
    trial->each = gvc_mem__alloc(ctx, cols, sizeof *trial->each);
    if (cols > MANY)
        trial->w = gvc_mem__matrix(ctx, cols, GVC_TRIAL_SIGNS);
    if (!trial->b.a || !trial->r.a || !trial->each || (cols > MANY && !trial->w.a))
        return GVC_ENOMEM;
    gvc_trial__fill_signs(trial->w);
    return GVC_OK;
}

void gvc_trial__free(gvc_trial *trial)
{
    if (!trial)
        return;
    gvc_mem__free(trial->b.a);
    gvc_mem__free(trial->r.a);
    gvc_mem__free(trial->w.a);
    gvc_mem__free(trial->each);
    gvc_mem__free(trial);
}

void gvc_trial__keep(gvc_trial *trial, gvc_view b)
{
    for (gvc_int c = 0; c < b.cols; c++)
        memcpy(trial->b.a + c * trial->b.ld, b.a + c * b.ld, sizeof(double) * (size_t)b.rows);
}

static double size_of(gvc_view y, gvc_int c, int transposed)
{
    const double *column = y.a + c * y.ld;
    double size = 0;

    for (gvc_int i = 0; i < y.rows; i++)
        size = transposed ? gvc_la__worse(size, fabs(column[i])) : size + fabs(column[i]);
    return size;
}

/* r holds A y and receives the residual b - y + A y. */
static double settle(gvc_view r, gvc_view b, gvc_view y, gvc_int c, int transposed)
{
    for (gvc_int i = 0; i < r.rows; i++)
        r.a[i + c * r.ld] += b.a[i + c * b.ld] - y.a[i + c * y.ld];
    return size_of(r, c, transposed);
}

/* ---- every column ---- */

static double measure(gvc_ctx *ctx, const gvc_trial *trial, int transposed, gvc_view b, gvc_view y,
                      gvc_view r)
{
    gvc_system__times_A(ctx, trial->sys, transposed, r, y);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < y.cols; c++) {
        const double off = settle(r, b, y, c, transposed);

        trial->each[c] = off == 0 ? 0 : off / size_of(y, c, transposed);
    }
    return gvc_la__worst(trial->each, y.cols) * trial->sys->inverse_norm;
}

static void add(gvc_view y, gvc_view r)
{
    for (gvc_int c = 0; c < y.cols; c++)
        for (gvc_int i = 0; i < y.rows; i++)
            y.a[i + c * y.ld] += r.a[i + c * r.ld];
}

static gvc_status refine(gvc_ctx *ctx, const gvc_trial *trial, int transposed, gvc_view b,
                         gvc_view y, gvc_view r, double *bound)
{
    gvc_status st = GVC_OK;
    double before = INFINITY;

    *bound = measure(ctx, trial, transposed, b, y, r);
    for (int k = 0; k<REFINEMENTS && * bound> GOOD && *bound < before / 2; k++) {
        before = *bound;
        st = gvc_system__apply(ctx, trial->sys, transposed, r);
        if (st != GVC_OK)
            return st;
        add(y, r);
        *bound = measure(ctx, trial, transposed, b, y, r);
    }
    return st;
}

/* ---- sums of columns ---- */

static double try_sums(gvc_ctx *ctx, const gvc_trial *trial, int transposed, gvc_view y)
{
    const gvc_view sums = gvc_view__cols(trial->r, 0, GVC_TRIAL_SIGNS),
                   of_b = gvc_view__cols(trial->r, GVC_TRIAL_SIGNS, GVC_TRIAL_SIGNS),
                   r = gvc_view__cols(trial->r, 2 * GVC_TRIAL_SIGNS, GVC_TRIAL_SIGNS);
    const gvc_view w = gvc_view__part(trial->w, 0, 0, y.cols, GVC_TRIAL_SIGNS);
    double *each = trial->each;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < y.cols; c++) {
        const double size = size_of(y, c, transposed);

        each[c] = size == 0 ? 0 : 1 / size;
    }
    gvc_la__times(sums, NULL, y, each, w, gvc_ctx_threads(ctx));
    gvc_la__times(of_b, NULL, gvc_view__cols(trial->b, 0, y.cols), each, w, gvc_ctx_threads(ctx));
    gvc_system__times_A(ctx, trial->sys, transposed, r, sums);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < r.cols; c++)
        each[c] = settle(r, of_b, sums, c, transposed);
    return gvc_la__worst(each, r.cols) * trial->sys->inverse_norm;
}

gvc_status gvc_trial__certify(gvc_ctx *ctx, gvc_trial *trial, int transposed, gvc_view y,
                              double *bound)
{
    const gvc_int width = trial->r.cols;
    gvc_status st = GVC_OK;

    if (y.cols > MANY) {
        *bound = try_sums(ctx, trial, transposed, y);
        if (*bound <= OPEN)
            return GVC_OK;
    }
    *bound = 0;
    for (gvc_int at = 0; at < y.cols && st == GVC_OK; at += width) {
        const gvc_int cols = y.cols - at < width ? y.cols - at : width;
        double here = 0;

        st = refine(ctx, trial, transposed, gvc_view__cols(trial->b, at, cols),
                    gvc_view__cols(y, at, cols), gvc_view__cols(trial->r, 0, cols), &here);
        *bound = gvc_la__worse(*bound, here);
    }
    return st;
}
