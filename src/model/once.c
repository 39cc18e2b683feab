#include "model/system.h"

#include "la/view.h"

#include <math.h>
#include <string.h>

/*
 * FVA1_s = p_s = fc_s (I + M_s)^-1, M_s = A_s,off B_.s, fc_j = sum over o outside s of VB[o,j]:
 * foreign value added that passes the border of s for the first time. p_s = fc_s - (p_s A_s,off
 * B)_s is solved by its own iteration, which contracts by the share of exports that comes back to
 * the exporter, a few percent.
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

/* Exactly, one unit at a time: p_s = (fc_s B_ss^-1) L_ss. */
static gvc_status invert_unit(gvc_ctx *ctx, gvc_model *m, const gvc_local *u, double *p)
{
    const gvc_int n = m->system->n, rows = u->rows, *order = m->order + u->first;
    gvc_view block = gvc_mem__matrix(ctx, rows, rows), wide = { 0 },
             c = gvc_mem__matrix(ctx, rows, 1);
    int *pivot = gvc_mem__calloc(ctx, rows, sizeof *pivot);
    gvc_status st = GVC_ENOMEM;

    wide = gvc_mem__matrix(ctx, n, rows < 64 ? rows : 64);
    if (!block.a || !wide.a || !c.a || !pivot)
        goto done;
    st = GVC_OK;
    for (gvc_int j = 0; j < rows && st == GVC_OK; j += wide.cols) {
        const gvc_int cols = rows - j < wide.cols ? rows - j : wide.cols;

        memset(wide.a, 0, sizeof(double) * (size_t)(n * wide.cols));
        for (gvc_int k = 0; k < cols; k++)
            wide.a[order[j + k] + k * n] = 1;
        st = gvc_system__solve(ctx, m->system, 0, gvc_view__cols(wide, 0, cols));
        for (gvc_int k = 0; k < cols; k++)
            for (gvc_int i = 0; i < rows; i++)
                block.a[i + (j + k) * rows] = wide.a[order[i] + k * n];
    }
    for (gvc_int i = 0; i < rows; i++)
        c.a[i] = p[order[i]];
    if (st == GVC_OK && gvc_la__factorise((gvc_lu){ block, pivot }, gvc_ctx_threads(ctx)))
        st = gvc_error__set(ctx, GVC_ESINGULAR,
                            "the own block of B is singular, so value added that leaves %s for the "
                            "first time cannot be told; check the table (gvc check)",
                            gvc_labels_code(m->units->labels, m->unit[order[0]]));
    if (st == GVC_OK)
        gvc_la__solve((gvc_lu){ block, pivot }, 1, c, gvc_ctx_threads(ctx));
    for (gvc_int i = 0; i < rows; i++)
        p[order[i]] = c.a[i];
done:
    gvc_mem__free(block.a);
    gvc_mem__free(wide.a);
    gvc_mem__free(c.a);
    gvc_mem__free(pivot);
    return st;
}

static gvc_status solve_exactly(gvc_ctx *ctx, gvc_model *m, double *p, const double *c)
{
    gvc_status st = GVC_OK;

    gvc_log__info(ctx, "foreign value added counted once: by the own blocks of B");
    memcpy(p, c, sizeof *p * (size_t)m->system->n);
    for (gvc_int u = 0; u < m->U && st == GVC_OK; u++)
        st = invert_unit(ctx, m, &m->local[u], p);
    if (st != GVC_OK)
        return st;
    return gvc_model__local_t(ctx, m, gvc_view__vector(p, m->system->n));
}

gvc_status gvc_model__count_once(gvc_ctx *ctx, gvc_model *m, double *out)
{
    const gvc_int n = m->system->n;
    const gvc_view VB = gvc_model_get(m, GVC_Q_VB);
    double *c = gvc_mem__calloc(ctx, n, sizeof *c);
    gvc_view R = gvc_mem__matrix(ctx, n, m->U);
    gvc_status st = GVC_ENOMEM;
    int done;

    if (!c || !R.a)
        goto done;
    for (gvc_int o = 0; o < m->U; o++)
        for (gvc_int j = 0; j < n; j++)
            c[j] += o == m->unit[j] ? 0 : VB.a[j + o * VB.ld];
    memcpy(out, c, sizeof *out * (size_t)n);
    st = iterate(ctx, m, out, c, R, &done);
    gvc_mem__free(R.a);
    R.a = NULL;
    if (st == GVC_OK && !done)
        st = solve_exactly(ctx, m, out, c);
done:
    gvc_mem__free(c);
    gvc_mem__free(R.a);
    return st;
}
