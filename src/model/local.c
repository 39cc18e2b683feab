#include "model/system.h"

#include "la/blas.h"

/* Units up to this order are shared out among the threads, one each; larger ones come one at a time
 * and share their own work out. */
enum { ALONE = 512 };

static void gather_block(const gvc_model *m, const gvc_local *u)
{
    const gvc_view Zt = m->system->table->Zt;
    const gvc_int *row = m->order + u->first;

    for (gvc_int i = 0; i < u->rows; i++) {
        const double *sales = Zt.a + row[i] * Zt.ld;
        double *to = u->lu.a.a + i;

        for (gvc_int j = 0; j < u->rows; j++)
            to[j * u->rows] = (i == j) - m->system->xinv[row[j]] * sales[row[j]];
    }
}

static gvc_status place_blocks(gvc_ctx *ctx, gvc_model *m)
{
    const gvc_int N = m->system->N;
    gvc_int cells = 0, first = 0;

    for (gvc_int u = 0; u < m->U; u++) {
        const gvc_int rows = (m->units->first[u + 1] - m->units->first[u]) * N;

        cells += rows * rows;
    }
    if (gvc_mem__reserve(ctx, "the local inverses", 8.0 * (double)cells) != GVC_OK)
        return GVC_ENOMEM;
    m->local = gvc_mem__calloc(ctx, m->U, sizeof *m->local);
    m->factors = gvc_mem__alloc(ctx, cells, sizeof *m->factors);
    m->pivots = gvc_mem__calloc(ctx, m->system->n, sizeof *m->pivots);
    if (!m->local || !m->factors || !m->pivots)
        return GVC_ENOMEM;
    cells = 0;
    for (gvc_int u = 0; u < m->U; u++) {
        const gvc_int rows = (m->units->first[u + 1] - m->units->first[u]) * N;

        m->local[u] = (gvc_local){
            first, rows, { { m->factors + cells, rows, rows, rows }, m->pivots + first }
        };
        cells += rows * rows;
        first += rows;
    }
    return GVC_OK;
}

static gvc_status refuse_singular(gvc_ctx *ctx, const gvc_model *m, gvc_int unit, gvc_int bad)
{
    const gvc_int i = m->order[m->local[unit].first + bad - 1];
    char name[128];

    return gvc_error__set(ctx, GVC_ESINGULAR,
                          "the domestic system I - A of %s is singular at %s: the industry and its "
                          "domestic suppliers use up all they make; check their inputs and output",
                          gvc_labels_code(m->units->labels, unit),
                          gvc_table__industry(m->system->table, i, name, sizeof name));
}

gvc_status gvc_model__factorise_local(gvc_ctx *ctx, gvc_model *m)
{
    gvc_status st = place_blocks(ctx, m);
    gvc_int *bad = gvc_mem__calloc(ctx, m->U, sizeof *bad);
    gvc_pin pin;

    if (st != GVC_OK || !bad) {
        gvc_mem__free(bad);
        return GVC_ENOMEM;
    }
    pin = gvc_la__pin();
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int u = 0; u < m->U; u++) {
        gather_block(m, &m->local[u]);
        if (m->local[u].rows <= ALONE)
            bad[u] = gvc_la__factorise_small(m->local[u].lu);
    }
    gvc_la__unpin(pin);
    for (gvc_int u = 0; u < m->U && st == GVC_OK; u++) {
        if (m->local[u].rows > ALONE)
            bad[u] = gvc_la__factorise(m->local[u].lu, gvc_ctx_threads(ctx));
        if (bad[u])
            st = refuse_singular(ctx, m, u, bad[u]);
    }
    gvc_mem__free(bad);
    return st;
}

/* y has its rows in the order of units. */
static void solve_units(gvc_ctx *ctx, const gvc_model *m, int transposed, gvc_view y)
{
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int u = 0; u < m->U; u++) {
        const gvc_local *local = &m->local[u];

        if (local->rows <= ALONE)
            gvc_la__solve_small(local->lu, transposed,
                                gvc_view__part(y, local->first, 0, local->rows, y.cols));
    }
    gvc_la__unpin(pin);
    for (gvc_int u = 0; u < m->U; u++) {
        const gvc_local *local = &m->local[u];

        if (local->rows > ALONE)
            gvc_la__solve(local->lu, transposed,
                          gvc_view__part(y, local->first, 0, local->rows, y.cols),
                          gvc_ctx_threads(ctx));
    }
}

static gvc_status apply_local(gvc_ctx *ctx, const gvc_model *m, int transposed, gvc_view y)
{
    gvc_view sorted;

    if (m->in_order) {
        solve_units(ctx, m, transposed, y);
        return GVC_OK;
    }
    sorted = gvc_mem__matrix(ctx, y.rows, y.cols);
    if (!sorted.a)
        return GVC_ENOMEM;
    for (gvc_int c = 0; c < y.cols; c++)
        for (gvc_int i = 0; i < y.rows; i++)
            sorted.a[i + c * sorted.ld] = y.a[m->order[i] + c * y.ld];
    solve_units(ctx, m, transposed, sorted);
    for (gvc_int c = 0; c < y.cols; c++)
        for (gvc_int i = 0; i < y.rows; i++)
            y.a[m->order[i] + c * y.ld] = sorted.a[i + c * sorted.ld];
    gvc_mem__free(sorted.a);
    return GVC_OK;
}

gvc_status gvc_model__local(gvc_ctx *ctx, const gvc_model *model, gvc_view y)
{
    return apply_local(ctx, model, 0, y);
}

gvc_status gvc_model__local_t(gvc_ctx *ctx, const gvc_model *model, gvc_view y)
{
    return apply_local(ctx, model, 1, y);
}

void gvc_model__local_one(const gvc_model *model, gvc_int unit, gvc_view y)
{
    const gvc_local *local = &model->local[unit];

    if (local->rows <= ALONE)
        gvc_la__solve_small(local->lu, 0, y);
    else
        gvc_la__solve(local->lu, 0, y, 1);
}
