#include "index/collapsed.h"

#include "base/mem.h"
#include "index/dense.h"
#include "index/inventory.h"
#include "index/sums.h"

#include <math.h>
#include <string.h>

/* The table of units: Z (U x U), and by unit output, inventories, final use and scale. */
typedef struct collapsed {
    gvc_int U;
    gvc_view Z, M;
    double *x, *N, *Y, *s, *rest;
} collapsed;

static void sum_units(const gvc_model *model, const collapsed *c, double *out, const double *rows)
{
    memset(out, 0, (size_t)c->U * sizeof *out);
    memset(c->rest, 0, (size_t)c->U * sizeof *c->rest);
    for (gvc_int i = 0; i < gvc_model_n(model); i++) {
        const gvc_int u = gvc_model__unit_of_row(model, i);

        gvc_index__add(&out[u], &c->rest[u], rows[i]);
    }
    for (gvc_int u = 0; u < c->U; u++)
        out[u] += c->rest[u];
}

static gvc_status collapse(gvc_ctx *ctx, collapsed *c, const gvc_model *model, const double *N,
                           const double *Y)
{
    const gvc_view sales = gvc_mem__matrix(ctx, gvc_model_n(model), c->U);

    if (!sales.a)
        return GVC_ENOMEM;
    gvc_model__sales(ctx, model, sales);
    for (gvc_int r = 0; r < c->U; r++)
        sum_units(model, c, c->Z.a + r * c->Z.ld, sales.a + r * sales.ld);
    sum_units(model, c, c->x, gvc_model_x(model));
    sum_units(model, c, c->N, N);
    sum_units(model, c, c->Y, Y);
    gvc_mem__free(sales.a);
    return GVC_OK;
}

/* M := I - s^ Z x^-1, or its transpose; columns of units without output are zero in A. */
static void fill_system(const collapsed *c, int transposed)
{
    const gvc_view M = c->M;

    for (gvc_int j = 0; j < c->U; j++)
        for (gvc_int i = 0; i < c->U; i++) {
            const double a = c->x[j] > 0 ? c->s[i] * c->Z.a[i + j * c->Z.ld] / c->x[j] : 0;

            M.a[transposed ? j + i * M.ld : i + j * M.ld] = (i == j) - a;
        }
}

/* up := M^-1 x / x and down := 1' M^-1; missing without output, or where M is singular. */
static gvc_status fill_stages(gvc_ctx *ctx, const collapsed *c, double *up, double *down)
{
    gvc_status st;

    fill_system(c, 0);
    memcpy(up, c->x, (size_t)c->U * sizeof *up);
    st = gvc_index__solve_dense(ctx, c->M, (gvc_view){ up, c->U, 1, c->U });
    fill_system(c, 1);
    for (gvc_int u = 0; u < c->U; u++)
        down[u] = 1;
    if (st == GVC_OK)
        st = gvc_index__solve_dense(ctx, c->M, (gvc_view){ down, c->U, 1, c->U });
    for (gvc_int u = 0; u < c->U; u++) {
        up[u] = c->x[u] > 0 ? up[u] / c->x[u] : NAN;
        down[u] = c->x[u] > 0 ? down[u] : NAN;
    }
    return st;
}

static void fill_shares(const collapsed *c, double *use, double *rest)
{
    for (gvc_int r = 0; r < c->U; r++) {
        double inputs = 0;

        for (gvc_int u = 0; u < c->U; u++)
            inputs += c->s[u] * c->Z.a[u + r * c->Z.ld];
        use[r] = c->x[r] > 0 ? c->s[r] * (c->Y[r] - c->N[r]) / c->x[r] : NAN;
        rest[r] = c->x[r] > 0 ? (c->x[r] - inputs) / c->x[r] : NAN;
    }
}

static gvc_status allocate(gvc_ctx *ctx, collapsed *c)
{
    c->Z = gvc_mem__matrix(ctx, c->U, c->U);
    c->M = gvc_mem__matrix(ctx, c->U, c->U);
    c->x = gvc_mem__alloc(ctx, c->U, sizeof(double));
    c->N = gvc_mem__alloc(ctx, c->U, sizeof(double));
    c->Y = gvc_mem__alloc(ctx, c->U, sizeof(double));
    c->s = gvc_mem__alloc(ctx, c->U, sizeof(double));
    c->rest = gvc_mem__alloc(ctx, c->U, sizeof(double));
    return c->Z.a && c->M.a && c->x && c->N && c->Y && c->s && c->rest ? GVC_OK : GVC_ENOMEM;
}

static void release(collapsed *c)
{
    gvc_mem__free(c->Z.a);
    gvc_mem__free(c->M.a);
    gvc_mem__free(c->x);
    gvc_mem__free(c->N);
    gvc_mem__free(c->Y);
    gvc_mem__free(c->s);
    gvc_mem__free(c->rest);
}

gvc_status gvc_index__fill_collapsed(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts,
                                     const double *N, const double *Y)
{
    collapsed c = { .U = parts->U };
    gvc_status st = allocate(ctx, &c);

    if (st == GVC_OK)
        st = collapse(ctx, &c, model, N, Y);
    if (st == GVC_OK) {
        for (gvc_int u = 0; u < c.U; u++)
            c.s[u] = 1;
        st = fill_stages(ctx, &c, gvc_parts__units(parts, "up_col"),
                         gvc_parts__units(parts, "down_col"));
        gvc_model__inventory_scale(c.s, c.x, c.N, c.U);
    }
    if (st == GVC_OK) {
        st = fill_stages(ctx, &c, gvc_parts__units(parts, "up_inv_col"),
                         gvc_parts__units(parts, "down_inv_col"));
        fill_shares(&c, gvc_parts__units(parts, "fgo_inv_col"),
                    gvc_parts__units(parts, "vago_inv_col"));
    }
    release(&c);
    return st;
}
