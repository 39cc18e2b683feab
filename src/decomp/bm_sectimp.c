#include "base/mem.h"
#include "decomp/methods.h"
#include "decomp/split.h"
#include "la/blas.h"
#include "la/lu.h"

#include <string.h>

enum { GIMP, VA, DC, RESID, N_TERMS };

/*
 * The perimeter is the sales of one product to r: R is the row of sector k in every country outside
 * r, C the rows of r, and value added by origin is VB[o, R] h with (I + A[R, r] B[r, R]) h = E[R,
 * r]. The state is h, n x U: row (j, k), importer r; 0 inside r.
 */
typedef struct room {
    double *sold, *inverse, *passes, *flow;
    int *pivot;
} room;

static gvc_int rows_outside(const gvc_model *model, gvc_int r, gvc_int k, gvc_int *rows)
{
    const gvc_int N = gvc_table_N(gvc_model_table(model));
    gvc_int n = 0;

    for (gvc_int i = k; i < gvc_model_n(model); i += N)
        if (gvc_model__unit_of_row(model, i) != r)
            rows[n++] = i;
    return n;
}

/* Returns 1 where the small matrix is singular. */
static int pass_product(const gvc_model *model, gvc_int r, gvc_int k, room w, gvc_int *outside,
                        gvc_view h)
{
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(model)), B = gvc_model_get(model, GVC_Q_B);
    const gvc_view E = gvc_model_E(model);
    const double *xinv = gvc_model__xinv(model);
    const gvc_int n = rows_outside(model, r, k, outside);
    gvc_int M;
    const gvc_int *to = gvc_model__rows_of(model, r, &M);
    const gvc_lu lu = { { w.passes, n, n, n }, w.pivot };

    if (n == 0)
        return 0;
    for (gvc_int a = 0; a < n; a++)
        for (gvc_int j = 0; j < M; j++) {
            w.sold[j + a * M] = Zt.a[to[j] + outside[a] * Zt.ld] * xinv[to[j]];
            w.inverse[j + a * M] = B.a[to[j] + outside[a] * B.ld];
        }
    memset(w.passes, 0, sizeof *w.passes * (size_t)(n * n));
    for (gvc_int a = 0; a < n; a++) {
        w.passes[a + a * n] = 1;
        w.flow[a] = E.a[outside[a] + r * E.ld];
    }
    gvc_la__tile_gemm(1, 1, (gvc_view){ w.sold, M, n, M }, (gvc_view){ w.inverse, M, n, M }, 1,
                      (gvc_view){ w.passes, n, n, n });
    if (gvc_la__factorise_small(lu))
        return 1;
    gvc_la__solve_small(lu, 0, (gvc_view){ w.flow, n, 1, n });
    for (gvc_int a = 0; a < n; a++)
        h.a[outside[a] + r * h.ld] = w.flow[a];
    return 0;
}

/* One importer has its own part of `cells`: G columns and as many rows as the unit has, twice, the
 * small matrix and the flow. */
static gvc_int room_of(const gvc_model *model, gvc_int r)
{
    const gvc_int G = gvc_table_G(gvc_model_table(model));
    gvc_int M;

    gvc_model__rows_of(model, r, &M);
    return 2 * G * M + G * G + G;
}

static void pass_products(gvc_ctx *ctx, const gvc_model *model, gvc_view h, double *cells,
                          gvc_int *outside, int *pivot, int *bad)
{
    const gvc_int U = gvc_model_U(model), G = gvc_table_G(gvc_model_table(model));
    const gvc_int N = gvc_table_N(gvc_model_table(model));
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int r = 0; r < U; r++) {
        const gvc_int first = gvc_model__first_of(model, r);
        room w = { .sold = cells + 2 * G * first + r * (G * G + G), .pivot = pivot + r * G };
        gvc_int M;

        gvc_model__rows_of(model, r, &M);
        w.inverse = w.sold + G * M;
        w.passes = w.inverse + G * M;
        w.flow = w.passes + G * G;
        for (gvc_int k = 0; k < N; k++)
            bad[r] |= pass_product(model, r, k, w, outside + r * G, h);
    }
    gvc_la__unpin(pin);
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    const gvc_int G = gvc_table_G(gvc_model_table(model));
    const gvc_view h = gvc_mem__matrix(ctx, n, U);
    gvc_int size = 0, *outside = gvc_mem__alloc(ctx, U * G, sizeof *outside);
    int *pivot = gvc_mem__alloc(ctx, U * G, sizeof *pivot);
    int *bad = gvc_mem__calloc(ctx, U, sizeof *bad);
    double *cells;
    gvc_status st;

    *state = h.a;
    for (gvc_int r = 0; r < U; r++)
        size += room_of(model, r);
    cells = gvc_mem__alloc(ctx, size, sizeof *cells);
    st = h.a && outside && pivot && bad && cells ? GVC_OK : GVC_ENOMEM;
    if (st == GVC_OK)
        pass_products(ctx, model, h, cells, outside, pivot, bad);
    for (gvc_int r = 0; r < U && st == GVC_OK; r++)
        if (bad[r])
            st = gvc_error__set(ctx, GVC_ESINGULAR,
                                "the first entry of a product into %s cannot be told: I + A B of "
                                "its sellers is singular; check the table (gvc check)",
                                gvc_labels_code(gvc_units_labels(gvc_model_units(model)), r));
    gvc_mem__free(outside);
    gvc_mem__free(pivot);
    gvc_mem__free(bad);
    gvc_mem__free(cells);
    return st;
}

static void by_origin(const gvc_site *site, const double *space, gvc_int k, gvc_int r,
                      double *cells, gvc_int stride)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB), E = gvc_model_E(site->model);
    const gvc_int N = gvc_table_N(gvc_model_table(site->model));
    const double *h = (const double *)site->state + site->s * VB.rows;

    (void)space, (void)r;
    for (gvc_int o = 0; o < VB.cols; o++) {
        double once = 0, content = 0;

        for (gvc_int i = k; i < VB.rows; i += N) {
            once += VB.a[i + o * VB.ld] * h[i];
            content += VB.a[i + o * VB.ld] * E.a[i + site->s * E.ld];
        }
        cells[o + VA * stride] = once;
        cells[o + DC * stride] = content - once;
    }
}

static void close_imports(const gvc_content *content, double gross, double rest, double *values)
{
    values[GIMP] = gross;
    values[RESID] = gvc_content__left(content, gross - values[VA] - values[DC], rest, gross);
}

static const gvc_split split = {
    .site = GVC_SITE_IMPORTED_SECTORS,
    .origins = GVC_AXIS_UNITS,
    .cells = by_origin,
    .whole = close_imports,
};
static const gvc_decomp method = { .prepare = prepare, .release = gvc_mem__free, .split = &split };

// clang-format off
static const gvc_term terms[N_TERMS] = {
    [GIMP] = { .name = "gimp", .label = "Gross imports of the product",
        .unit = "money", .formula = "1' E[R, r]", .levels = GVC_LEVEL_IMPORTS_SECTOR },
    [VA] = { .name = "va", .label = "Value added in imports of the product, counted once",
        .unit = "money", .formula = "VB[o, R] (I + A[R, r] B[r, R])^-1 E[R, r]" },
    [DC] = { .name = "dc", .label = "Content of imports of the product counted twice",
        .unit = "money", .formula = "VB[o, R] E[R, r] - va" },
    [RESID] = { .name = "resid", .label = "Imports of the product less their content",
        .unit = "money", .formula = "gimp - va - dc", .levels = GVC_LEVEL_IMPORTS_SECTOR },
};
// clang-format on

const gvc_measure gvc_decomp__bm_sectimp = {
    .name = "bm/sectimp",
    .method = "bm",
    .prefix = "bmsi",
    .perspective = "sectimp",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Imports of one product by value added and double counting, its own perimeter",
    .paper = "Borin, Mancini 2019 (World Bank WP 8804, eq. 46-51)",
    .notes =
        "The perimeter is the sales of one sector's product, from all other countries, to the "
        "importer: what value added a tariff on that product would touch. The sector is that of "
        "the product, not of the importing industry.\n"
        "Over all sectors va + dc is the content of imports, as in bm/importer; va over all "
        "sectors is at least va of bm/importer in tables without negative entries, since fewer "
        "passages count as a second one.\n"
        "Needs the whole inverse.",
    .levels = GVC_LEVEL_IMPORTS_SECTOR | GVC_LEVEL_IMPORTS_SECTOR_ORIGIN,
    .needs = GVC_Q_VB | GVC_Q_B,
    .terms = terms,
    .n_terms = N_TERMS,
    .how = &method,
};
