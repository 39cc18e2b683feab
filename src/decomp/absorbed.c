#include "decomp/absorbed.h"

#include "base/mem.h"
#include "decomp/sum.h"
#include "la/blas.h"

#include <string.h>

static gvc_int cells_of_set(const gvc_model *model)
{
    return gvc_model__widest(model) * gvc_split__absorbers(model) * (gvc_model_U(model) + 1);
}

/* Before the sets: for every unit r its Z_sr', B_rs and rows of W, and the rows of s of `back`. */
static gvc_int work_of(const gvc_model *model)
{
    const gvc_int widest = gvc_model__widest(model), D = gvc_split__absorbers(model);

    return gvc_model_n(model) * (2 * widest + D) + widest * D;
}

gvc_int gvc_absorbed__room(const gvc_model *model, gvc_int sets)
{
    return work_of(model) + sets * cells_of_set(model);
}

gvc_flows gvc_absorbed__flows(const gvc_site *site, const double *room, gvc_int set)
{
    return (gvc_flows){ room + gvc_absorbed__room(site->model, set), site->n_rows,
                        gvc_split__absorbers(site->model), gvc_model_U(site->model) };
}

static void gather(gvc_view to, gvc_view from, const gvc_int *rows, const gvc_int *cols)
{
    for (gvc_int j = 0; j < to.cols; j++)
        for (gvc_int i = 0; i < to.rows; i++)
            to.a[i + j * to.ld] = from.a[rows[i] + (cols ? cols[j] : j) * from.ld];
}

/* The flows to r: Z_sr diag(1/x) (W_r - B_rs back_s), and F_sr at l = r. */
static void fill_importer(const gvc_site *site, gvc_int r, const gvc_absorbed *from, gvc_view back,
                          double *room, gvc_view out)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(site->model)), F = gvc_model_F(site->model);
    const double *xinv = gvc_model__xinv(site->model);
    const gvc_int N = site->n_rows, D = from->W.cols;
    gvc_int M;
    const gvc_int *rows = gvc_model__rows_of(site->model, r, &M);
    const gvc_view sold = { room, M, N, M }, w = { room + N * M, M, D, M };
    const gvc_view inverse = { room + N * M + M * D, M, N, M };

    gather(sold, Zt, rows, site->rows);
    gather(w, from->W, rows, NULL);
    if (back.a) {
        gather(inverse, gvc_model_get(site->model, GVC_Q_B), rows, site->rows);
        gvc_la__tile_gemm(0, -1, inverse, back, 1, w);
    }
    for (gvc_int l = 0; l < D; l++)
        for (gvc_int j = 0; j < M; j++)
            w.a[j + l * M] *= xinv[rows[j]];
    gvc_la__tile_gemm(1, 1, sold, w, 0, out);
    for (gvc_int a = 0; from->with_final && a < N; a++)
        out.a[a + r * N] += F.a[site->rows[a] + r * F.ld];
}

/* What goes to any importer, behind the others. */
static void sum_importers(double *cells, gvc_int size, gvc_int U)
{
    for (gvc_int c = 0; c < size; c++) {
        gvc_sum sum = { 0 };

        for (gvc_int r = 0; r < U; r++)
            gvc_sum__add(&sum, cells[c + r * size]);
        cells[c + U * size] = gvc_sum__value(&sum);
    }
}

void gvc_absorbed__fill(gvc_ctx *ctx, const gvc_site *site, double *room, gvc_int set,
                        const gvc_absorbed *from)
{
    const gvc_model *model = site->model;
    const gvc_int U = gvc_model_U(model), D = from->W.cols, N = site->n_rows;
    const gvc_int widest = gvc_model__widest(model);
    const gvc_view back = { from->back.a ? room : NULL, N, D, N };
    double *work = room + widest * D, *cells = room + gvc_absorbed__room(model, set);
    const gvc_pin pin = gvc_la__pin();

    if (back.a)
        gather(back, from->back, site->rows, NULL);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int r = 0; r < U; r++) {
        const gvc_view out = { cells + r * N * D, N, D, N };

        if (r == site->s)
            memset(out.a, 0, sizeof *cells * (size_t)(N * D));
        else
            fill_importer(site, r, from, back,
                          work + gvc_model__first_of(model, r) * (2 * widest + D), out);
    }
    gvc_la__unpin(pin);
    sum_importers(cells, N * D, U);
}

gvc_view gvc_absorbed__outputs(gvc_ctx *ctx, const gvc_model *model)
{
    const gvc_view BF = gvc_model_get(model, GVC_Q_BF), BU = gvc_model_get(model, GVC_Q_BU);
    const gvc_view W = gvc_mem__matrix(ctx, BF.rows, gvc_split__absorbers(model));

    if (!W.a)
        return W;
    for (gvc_int l = 0; l < W.cols; l++)
        memcpy(W.a + l * W.ld, l < BF.cols ? BF.a + l * BF.ld : BU.a, sizeof *W.a * (size_t)W.rows);
    return W;
}

/* DISC := B u - L_ss u_s */
static gvc_status take_disc(gvc_ctx *ctx, const gvc_model *model, double *disc)
{
    const double *BU = gvc_model_get(model, GVC_Q_BU).a;
    const gvc_int n = gvc_model_n(model);
    gvc_status st;

    memcpy(disc, gvc_model_u(model), sizeof *disc * (size_t)n);
    st = gvc_model__local(ctx, model, (gvc_view){ disc, n, 1, n });
    for (gvc_int i = 0; i < n; i++)
        disc[i] = BU[i] - disc[i];
    return st;
}

gvc_status gvc_absorbed__abroad(gvc_ctx *ctx, const gvc_model *model, gvc_view U)
{
    const gvc_view BF = gvc_model_get(model, GVC_Q_BF), loc = gvc_model_get(model, GVC_Q_LOC);

    for (gvc_int l = 0; l < BF.cols; l++)
        for (gvc_int i = 0; i < U.rows; i++)
            U.a[i + l * U.ld] =
                BF.a[i + l * BF.ld] - (gvc_model__unit_of_row(model, i) == l ? loc.a[i] : 0);
    return U.cols > BF.cols ? take_disc(ctx, model, U.a + BF.cols * U.ld) : GVC_OK;
}
