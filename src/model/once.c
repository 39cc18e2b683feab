#include "model/sweeps.h"

#include "la/blas.h"
#include "la/view.h"

#include <math.h>
#include <string.h>

/*
 * FVA1_s = p_s = fc_s (I + M_s)^-1, M_s = A_s,off B_.s, fc_j = sum over o outside s of VB[o,j]:
 * foreign value added that passes the border of s for the first time. p_s = fc_s - (p_s A_s,off
 * B)_s is solved by its own iteration, which contracts by the share of exports that comes back to
 * the exporter, a few percent; by the own blocks where B is wanted anyway; or without factors, as
 * block s of v_o (I - A_s)^-1, A_s without what s exports and v_o without the rows of s.
 */

/* Steps, the change that counts as none (of the largest entry), and the slowest pace accepted. */
enum { STEPS = 60 };
#define STILL 1e-15
#define TOO_SLOW 0.5

/* p := c - the own rows of R; returns the largest change. */
static double update(const gvc_model *m, double *p, const double *c, gvc_view R)
{
    double change = 0;

    for (gvc_int j = 0; j < m->system->n; j++) {
        const double next = c[j] - R.a[j + m->unit[j] * R.ld];

        change = fmax(change, fabs(next - p[j]));
        p[j] = next;
    }
    return change;
}

/* `done` is set when the iteration converged. The step that is expected to be the last one is
 * certified. */
static gvc_status iterate(gvc_ctx *ctx, gvc_model *m, double *p, const double *c, gvc_view R,
                          int *done)
{
    gvc_system *sys = m->system;
    double size = 0, before = 0, pace = 1;
    gvc_status st = GVC_OK;

    *done = 0;
    for (gvc_int j = 0; j < sys->n; j++)
        size = fmax(size, fabs(c[j]));
    for (int k = 0; k < STEPS && !*done; k++) {
        const int last = k > 1 && before * pace * pace <= STILL * size;
        double change;

        gvc_model__by_exporter(ctx, m, R, p);
        st = last ? gvc_system__solve(ctx, sys, 1, R) : gvc_system__apply(ctx, sys, 1, R);
        if (st != GVC_OK)
            return st;
        change = update(m, p, c, R);
        pace = k > 0 && before > 0 ? change / before : 1;
        before = change;
        if (!(change <= size * 1e6) || (k > 3 && pace > TOO_SLOW && change > STILL * size))
            return st;
        *done = last || change <= STILL * size;
        gvc_log__debug(ctx, "foreign value added counted once: step %d changes %.2g", k + 1,
                       change / (size > 0 ? size : 1));
    }
    if (*done && size > 0)
        gvc_system__note_error(sys, before * fmin(pace, 1) / size);
    return st;
}

/* p_s := (p_s B_ss^-1) L_ss, the own blocks of B being at hand. `block`, `pivot` and `c` have room
 * for the rows of the unit, `block` also for the work that its making takes. */
static gvc_status divide_unit(gvc_ctx *ctx, gvc_model *m, gvc_int unit, double *p, double *block,
                              int *pivot, double *c)
{
    const gvc_int rows = m->local[unit].rows, *order = m->order + m->local[unit].first;
    const gvc_lu lu = { { block, rows, rows, rows }, pivot };

    gvc_model__own_block(m, unit, lu.a, block + rows * rows);
    if (gvc_la__factorise(lu, gvc_ctx_threads(ctx)))
        return gvc_error__set(ctx, GVC_ESINGULAR,
                              "the own block of B is singular, so value added that leaves %s for "
                              "the first time cannot be told; check the table (gvc check)",
                              gvc_labels_code(m->units->labels, unit));
    for (gvc_int i = 0; i < rows; i++)
        c[i] = p[order[i]];
    gvc_la__solve(lu, 1, gvc_view__vector(c, rows), gvc_ctx_threads(ctx));
    for (gvc_int i = 0; i < rows; i++)
        p[order[i]] = c[i];
    return GVC_OK;
}

static gvc_status solve_exactly(gvc_ctx *ctx, gvc_model *m, double *p)
{
    const gvc_int widest = gvc_model__widest(m);
    double *block = gvc_mem__alloc(ctx, widest * widest + gvc_model__block_work(m), sizeof *block);
    double *c = gvc_mem__alloc(ctx, widest, sizeof *c);
    int *pivot = gvc_mem__alloc(ctx, widest, sizeof *pivot);
    gvc_status st = block && c && pivot ? gvc_model__prepare_blocks(ctx, m) : GVC_ENOMEM;
    const gvc_pin pin = gvc_la__pin();

    gvc_log__info(ctx, "foreign value added counted once: by the own blocks of B");
    for (gvc_int u = 0; u < m->U && st == GVC_OK; u++)
        st = divide_unit(ctx, m, u, p, block, pivot, c);
    gvc_la__unpin(pin);
    gvc_mem__free(block);
    gvc_mem__free(c);
    gvc_mem__free(pivot);
    return st == GVC_OK ? gvc_model__local_t(ctx, m, gvc_view__vector(p, m->system->n)) : st;
}

void gvc_model__begin_once(const gvc_model *m, gvc_view X)
{
    for (gvc_int s = 0; s < m->U; s++)
        for (gvc_int i = 0; i < X.rows; i++)
            X.a[i + s * X.ld] = m->unit[i] == s ? 0 : m->system->v[i];
}

void gvc_model__end_once(const gvc_model *m, gvc_view X, double *out)
{
    double whole = 0, size = 0;

    for (gvc_int i = 0; i < X.rows; i++) {
        out[i] = X.a[i + m->unit[i] * X.ld];
        size = fmax(size, fabs(out[i]));
        for (gvc_int s = 0; s < m->U; s++)
            whole = fmax(whole, fabs(X.a[i + s * X.ld]));
    }
    /* The bound is one of whole columns, of which the own rows are the smaller part. */
    if (size > 0)
        gvc_system__note_error(m->system, m->system->masked_bound * whole / size);
}

/* By steps, or by the own blocks where these are slow or B is wanted anyway. */
static gvc_status solve_factored(gvc_ctx *ctx, gvc_model *m, double *out)
{
    const gvc_int n = m->system->n;
    const gvc_view VB = gvc_model_get(m, GVC_Q_VB);
    double *c = gvc_mem__calloc(ctx, n, sizeof *c);
    gvc_view R = gvc_mem__matrix(ctx, n, m->U);
    gvc_status st = c && R.a ? gvc_system__factorise(ctx, m->system) : GVC_ENOMEM;
    int done = 0;

    if (st == GVC_OK) {
        for (gvc_int o = 0; o < m->U; o++)
            for (gvc_int j = 0; j < n; j++)
                c[j] += o == m->unit[j] ? 0 : VB.a[j + o * VB.ld];
        memcpy(out, c, sizeof *out * (size_t)n);
        if (!(m->planned & (GVC_Q_B | GVC_Q_BDIAG)))
            st = iterate(ctx, m, out, c, R, &done);
    }
    gvc_mem__free(R.a);
    if (st == GVC_OK && !done) {
        memcpy(out, c, sizeof *out * (size_t)n);
        st = solve_exactly(ctx, m, out);
    }
    gvc_mem__free(c);
    return st;
}

gvc_status gvc_model__count_once(gvc_ctx *ctx, gvc_model *m, double *out)
{
    gvc_view X = { 0 };
    int done = 0;
    gvc_status st = GVC_OK;

    if (m->system->by_sweeps) {
        X = gvc_mem__matrix(ctx, m->system->n, m->U);
        if (!X.a)
            return GVC_ENOMEM;
        gvc_model__begin_once(m, X);
        st = gvc_system__sweep(ctx, m->system, (gvc_sweeps_job){ .transposed = 1, .masked = m }, X,
                               NULL, &done);
    }
    if (st == GVC_OK && done)
        gvc_model__end_once(m, X, out);
    else if (st == GVC_OK)
        st = solve_factored(ctx, m, out);
    gvc_mem__free(X.a);
    return st;
}
