#include "model/system.h"

#include "la/blas.h"
#include "model/sweeps.h"

#include <math.h>
#include <string.h>

/* Errors above this are refined away, at most so often. */
#define GOOD 1e-13
enum { REFINEMENTS = 2 };
/* Sweeps that leave a larger error are given up. */
#define ENOUGH 1e-12
/* Columns whose residual is taken at once; fixed, so results do not depend on the thread count. */
enum { PANEL = 256 };

static void fill_lu(gvc_ctx *ctx, gvc_system *sys)
{
    const gvc_view Z = sys->table->Z, a = sys->lu.a;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic, 16)
    for (gvc_int j = 0; j < sys->n; j++) {
        for (gvc_int i = 0; i < sys->n; i++)
            a.a[i + j * a.ld] = -sys->xinv[j] * Z.a[i + j * Z.ld];
        a.a[j + j * a.ld] += 1;
    }
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
    sys->factorised = sys->inverted = 0;
    gvc_sweeps__free(sys->sweeps);
    sys->sweeps = NULL;
}

gvc_status gvc_system__factorise(gvc_ctx *ctx, gvc_system *sys)
{
    gvc_status st;
    gvc_int bad;

    if (sys->factorised)
        return GVC_OK;
    gvc_sweeps__free(sys->sweeps);
    sys->sweeps = NULL;
    st = gvc_progress__step(ctx, "factorising I - A", 0);
    if (st == GVC_OK)
        st = obtain_factors(ctx, sys);
    if (st == GVC_OK) {
        fill_lu(ctx, sys);
        bad = gvc_la__factorise(sys->lu, gvc_ctx_threads(ctx));
        st = bad ? gvc_system__refuse_singular(ctx, sys, bad - 1)
                 : gvc_system__bound_inverse(ctx, sys);
    }
    if (st != GVC_OK) {
        drop_factors(sys);
        return st;
    }
    sys->factorised = 1;
    sys->swept = 0;
    gvc_log__info(ctx, "I - A factorised (n = %lld, %s pivoting)", (long long)sys->n,
                  sys->lu.pivot ? "with" : "without");
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
        gvc_la__times_t(y, sys->lu.a, NULL, b, gvc_ctx_threads(ctx));
    else
        gvc_la__times(y, sys->lu.a, NULL, b, gvc_ctx_threads(ctx));
    gvc_mem__free(b.a);
    return GVC_OK;
}

void gvc_system__note_error(gvc_system *sys, double bound)
{
    if (!(bound <= sys->error_bound))
        sys->error_bound = bound;
}

/* r holds A y and receives the residual b - y + A y. A column solve is measured in the 1-norm, a
 * transposed one in the maximum norm, where B' has the same bound. */
static double measure_column(gvc_view b, gvc_view y, gvc_view r, gvc_int c, int transposed)
{
    double size = 0, off = 0;

    for (gvc_int i = 0; i < y.rows; i++) {
        const double yi = y.a[i + c * y.ld];
        double *ri = &r.a[i + c * r.ld];

        *ri = b.a[i + c * b.ld] - yi + *ri;
        size = transposed ? fmax(size, fabs(yi)) : size + fabs(yi);
        off = transposed ? fmax(off, fabs(*ri)) : off + fabs(*ri);
    }
    return off == 0 ? 0 : off / size;
}

static double measure(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view b, gvc_view y,
                      gvc_view r, double *each)
{
    double worst = 0;

    if (transposed)
        gvc_la__times_t(r, sys->table->Z, sys->xinv, y, gvc_ctx_threads(ctx));
    else
        gvc_la__times(r, sys->table->Z, sys->xinv, y, gvc_ctx_threads(ctx));
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < y.cols; c++)
        each[c] = measure_column(b, y, r, c, transposed);
    for (gvc_int c = 0; c < y.cols; c++)
        if (!(each[c] <= worst))
            worst = each[c];
    return worst * sys->inverse_norm;
}

static gvc_status certify(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view b,
                          gvc_view y, gvc_view r, double *each, double *bound)
{
    gvc_status st = GVC_OK;
    double before = INFINITY;

    *bound = measure(ctx, sys, transposed, b, y, r, each);
    for (int k = 0; k<REFINEMENTS && * bound> GOOD && *bound < 0.5 * before && st == GVC_OK; k++) {
        before = *bound;
        st = gvc_system__apply(ctx, sys, transposed, r);
        add(y, r);
        *bound = measure(ctx, sys, transposed, b, y, r, each);
    }
    return st;
}

gvc_status gvc_system__sweep(gvc_ctx *ctx, gvc_system *sys, int transposed, gvc_view y,
                             const gvc_model *masked, int *done)
{
    gvc_status st = GVC_OK;
    double bound;

    *done = 0;
    if (!sys->by_sweeps || sys->factorised)
        return GVC_OK;
    if (!sys->sweeps)
        st = gvc_sweeps__new(ctx, &sys->sweeps, sys);
    if (st == GVC_OK)
        st = gvc_sweeps__solve(ctx, sys->sweeps, transposed, y, masked, ENOUGH, &bound);
    if (st != GVC_OK)
        return st;
    *done = sys->swept = bound < ENOUGH;
    if (*done) {
        gvc_log__info(ctx, "solved %lld %s by sweeps: error at most %.2g, by rounding %.2g",
                      (long long)y.cols, transposed ? "rows" : "columns", bound,
                      gvc_system__rounding(sys));
        sys->masked_bound = bound + gvc_system__rounding(sys);
        st = gvc_system__accept(ctx, sys, bound);
    } else {
        gvc_log__info(ctx, "sweeps end at an error of %.2g: going on with factors", bound);
        sys->by_sweeps = 0;
    }
    return st;
}

static void copy(gvc_view to, gvc_view from)
{
    for (gvc_int c = 0; c < from.cols; c++)
        memcpy(to.a + c * to.ld, from.a + c * from.ld, sizeof(double) * (size_t)from.rows);
}

/* y := B y by the factors for as many columns as `b` and `r` have; `bound` becomes the larger of
 * itself and the bound of their errors. */
static gvc_status solve_panel(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view y,
                              gvc_view b, gvc_view r, double *each, double *bound)
{
    double here = 0;
    gvc_status st;

    copy(b, y);
    st = gvc_system__apply(ctx, sys, transposed, y);
    if (st == GVC_OK)
        st = certify(ctx, sys, transposed, b, y, r, each, &here);
    if (!(here <= *bound))
        *bound = here;
    return st;
}

/* The residual needs two arrays as large as the block, so it is taken panel by panel. */
static gvc_status solve_by_factors(gvc_ctx *ctx, gvc_system *sys, int transposed, gvc_view y)
{
    const gvc_int width = y.cols < PANEL ? y.cols : PANEL;
    gvc_view b = gvc_mem__matrix(ctx, y.rows, width), r = gvc_mem__matrix(ctx, y.rows, width);
    double *each = gvc_mem__calloc(ctx, width, sizeof *each), bound = 0;
    gvc_status st = b.a && r.a && each ? GVC_OK : GVC_ENOMEM;

    for (gvc_int at = 0; at < y.cols && st == GVC_OK; at += width) {
        const gvc_int cols = y.cols - at < width ? y.cols - at : width;

        st = solve_panel(ctx, sys, transposed, gvc_view__cols(y, at, cols),
                         gvc_view__cols(b, 0, cols), gvc_view__cols(r, 0, cols), each, &bound);
    }
    if (st == GVC_OK) {
        gvc_log__info(ctx, "solved %lld %s: error at most %.2g, by rounding %.2g",
                      (long long)y.cols, transposed ? "rows" : "columns", bound,
                      gvc_system__rounding(sys));
        st = isfinite(bound) ? gvc_system__accept(ctx, sys, bound)
                             : gvc_error__set(ctx, GVC_ESINGULAR,
                                              "a solution of (I - A) y = b is not finite; check "
                                              "the table (gvc check)");
    }
    gvc_mem__free(b.a);
    gvc_mem__free(r.a);
    gvc_mem__free(each);
    return st;
}

gvc_status gvc_system__solve(gvc_ctx *ctx, gvc_system *sys, int transposed, gvc_view y)
{
    int done;
    gvc_status st = gvc_system__sweep(ctx, sys, transposed, y, NULL, &done);

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

gvc_status gvc_model__step(gvc_ctx *ctx, gvc_model *model, int transposed, gvc_view y)
{
    if (!model->system->factorised)
        return gvc_system__solve(ctx, model->system, transposed, y);
    return gvc_system__apply(ctx, model->system, transposed, y);
}
