#include "model/system.h"

#include "la/blas.h"
#include "la/view.h"

#include <string.h>

/* Columns of the identity that are solved for at once; a fixed number, as the tiles are. */
enum { PANEL = 3 * GVC_LA_CHUNK };

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

gvc_int gvc_model__widest(const gvc_model *m)
{
    gvc_int widest = 0;

    for (gvc_int u = 0; u < m->U; u++)
        widest = m->local[u].rows > widest ? m->local[u].rows : widest;
    return widest;
}

gvc_status gvc_model__invert(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_int n = m->system->n;
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; j < n; j++)
        out.a[j + j * out.ld] = 1;
    for (gvc_int j = 0; j < n && st == GVC_OK; j += PANEL) {
        st = gvc_progress__step(ctx, "inverting I - A", (double)j / (double)n);
        if (st == GVC_OK)
            st = gvc_system__solve(ctx, m->system, 0, gvc_view__cols(out, j, least(PANEL, n - j)));
    }
    return st;
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

static void copy_own_blocks(const gvc_model *m, gvc_view out)
{
    const gvc_view B = gvc_model_get(m, GVC_Q_B);

    for (gvc_int k = 0; k < m->system->n; k++)
        keep_own(m, out, k, B.a + m->order[k] * B.ld);
}

gvc_status gvc_model__own_blocks(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_int n = m->system->n;
    gvc_view panel;
    gvc_status st = GVC_OK;

    if (m->have & GVC_Q_B) {
        copy_own_blocks(m, out);
        return GVC_OK;
    }
    panel = gvc_mem__matrix(ctx, n, least(PANEL, n));
    if (!panel.a)
        return GVC_ENOMEM;
    for (gvc_int at = 0; at < n && st == GVC_OK; at += PANEL) {
        const gvc_int cols = least(PANEL, n - at);

        memset(panel.a, 0, sizeof *panel.a * (size_t)(n * cols));
        for (gvc_int c = 0; c < cols; c++)
            panel.a[m->order[at + c] + c * panel.ld] = 1;
        st = gvc_progress__step(ctx, "own blocks of the inverse", (double)at / (double)n);
        if (st == GVC_OK)
            st = gvc_system__solve(ctx, m->system, 0, gvc_view__cols(panel, 0, cols));
        for (gvc_int c = 0; c < cols && st == GVC_OK; c++)
            keep_own(m, out, at + c, panel.a + c * panel.ld);
    }
    gvc_mem__free(panel.a);
    return st;
}
