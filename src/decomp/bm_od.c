#include "base/mem.h"
#include "decomp/absorbed.h"
#include "decomp/bought.h"
#include "decomp/methods.h"
#include "decomp/own.h"
#include "decomp/sum.h"

#include <string.h>

/* Content by origin and absorber is VB[o, s] # d_sr->l. Counted at the first exit the coefficient
 * is another one, the flows are the same: `once` holds it, n x U. */
typedef struct by_source {
    gvc_view W, once;
} by_source;

static void release(void *state)
{
    by_source *f = state;

    if (!f)
        return;
    gvc_mem__free(f->W.a);
    gvc_mem__free(f->once.a);
    gvc_mem__free(f);
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    by_source *f = gvc_mem__calloc(ctx, 1, sizeof *f);

    *state = f;
    if (!f)
        return GVC_ENOMEM;
    f->W = gvc_absorbed__outputs(ctx, model);
    f->once = gvc_mem__matrix(ctx, f->W.rows, gvc_model_U(model));
    return f->W.a && f->once.a ? GVC_OK : GVC_ENOMEM;
}

/* p_o = VB[o, s] B_ss^-1 L_ss, n x U; for o = s it is vl. */
static gvc_status take_first_exit(gvc_ctx *ctx, const gvc_model *model, gvc_view once)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    gvc_status st;

    for (gvc_int o = 0; o < VB.cols; o++)
        memcpy(once.a + o * once.ld, VB.a + o * VB.ld, sizeof *VB.a * (size_t)VB.rows);
    st = gvc_own__divide(ctx, model, 1, once);
    return st == GVC_OK ? gvc_model__local_t(ctx, model, once) : st;
}

static gvc_status prepare_source(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    gvc_status st = prepare(ctx, state, model);
    const by_source *f = *state;

    return st == GVC_OK ? take_first_exit(ctx, model, f->once) : st;
}

/* V_o L_oo A_os L_ss, nothing for o = s. */
static gvc_status prepare_world(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    gvc_status st = prepare(ctx, state, model);
    const by_source *f = *state;

    if (st != GVC_OK)
        return st;
    gvc_model__by_exporter(ctx, model, f->once, gvc_model_get(model, GVC_Q_VL).a);
    return gvc_model__local_t(ctx, model, f->once);
}

static gvc_int room_of(const gvc_model *model)
{
    return gvc_absorbed__room(model, 1);
}

static void enter(gvc_ctx *ctx, const gvc_site *site, double *room)
{
    const by_source *f = site->state;

    gvc_absorbed__fill(ctx, site, room, 0, &(gvc_absorbed){ .W = f->W, .with_final = 1 });
}

/* ---- content, and what of it is GVC-related ---- */

enum { CONTENT, GVC, N_CONTENT };

static void fill_content(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                         double *cells, gvc_int stride)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB), F = gvc_model_F(site->model);
    const gvc_view ALOC = gvc_model_get(site->model, GVC_Q_ALOC);
    const gvc_flows flows = gvc_absorbed__flows(site, room, 0);
    const gvc_int i = site->rows[a], s = site->s;
    const double vl = gvc_model_get(site->model, GVC_Q_VL).a[i];
    double *gvc = cells + GVC * stride;

    for (gvc_int o = 0; o < VB.cols; o++)
        for (gvc_int l = 0; l < flows.n; l++)
            cells[o * flows.n + l] = VB.a[i + o * VB.ld] * gvc_flows__at(&flows, a, r, l);
    memcpy(gvc, cells, sizeof *cells * (size_t)(VB.cols * flows.n));
    for (gvc_int l = 0; l < flows.U; l++)
        if (l != s && (r < 0 || l == r))
            gvc[s * flows.n + l] -= vl * (F.a[i + l * F.ld] + ALOC.a[i + l * ALOC.ld]);
}

/* By origin row j: v_j (B E_s)_j. */
static void fill_content_rows(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                              double *cells, gvc_int stride)
{
    const gvc_view BEX = gvc_model_get(site->model, GVC_Q_BEX);
    const double *v = gvc_model_v(site->model);

    (void)room, (void)a, (void)r, (void)stride;
    for (gvc_int j = 0; j < BEX.rows; j++)
        cells[CONTENT * stride + j] = v[j] * BEX.a[j + site->s * BEX.ld];
}

/* ---- counted at the first exit ---- */

enum { VALUE, TWICE, N_COUNTED };

static void fill_counted(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                         double *cells, gvc_int stride)
{
    const by_source *f = site->state;
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_flows flows = gvc_absorbed__flows(site, room, 0);
    const gvc_int i = site->rows[a];

    for (gvc_int o = 0; o < VB.cols; o++) {
        const double all = VB.a[i + o * VB.ld], once = f->once.a[i + o * f->once.ld];

        for (gvc_int l = 0; l < flows.n; l++) {
            const double flow = gvc_flows__at(&flows, a, r, l);

            cells[VALUE * stride + o * flows.n + l] = once * flow;
            cells[TWICE * stride + o * flows.n + l] = (all - once) * flow;
        }
    }
}

/* In the world perimeter only foreign value added is told apart from the exporter perspective. */
static void fill_foreign(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                         double *cells, gvc_int stride)
{
    const gvc_int D = gvc_split__absorbers(site->model);

    fill_counted(site, room, a, r, cells, stride);
    memset(cells + VALUE * stride + site->s * D, 0, sizeof *cells * (size_t)D);
    memset(cells + TWICE * stride + site->s * D, 0, sizeof *cells * (size_t)D);
}

/* By origin row j: the state is [L_ss E_s*, B_ss^-1 L_ss E_s*]; v_j (B_.s times the second)_j, and
 * at home v_j times the first. */
static gvc_status prepare_rows(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view y = gvc_mem__matrix(ctx, n, 2);
    gvc_status st;

    *state = y.a;
    if (!y.a)
        return GVC_ENOMEM;
    memcpy(y.a, gvc_model_e(model), sizeof *y.a * (size_t)n);
    st = gvc_model__local(ctx, model, (gvc_view){ y.a, n, 1, n });
    memcpy(y.a + n, y.a, sizeof *y.a * (size_t)n);
    return st == GVC_OK ? gvc_own__divide(ctx, model, 0, (gvc_view){ y.a + n, n, 1, n }) : st;
}

static void fill_counted_rows(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                              double *cells, gvc_int stride)
{
    const gvc_view B = gvc_model_get(site->model, GVC_Q_B);
    const gvc_view BEX = gvc_model_get(site->model, GVC_Q_BEX);
    const double *v = gvc_model_v(site->model), *local = site->state;
    double *value = cells + VALUE * stride, *twice = cells + TWICE * stride;

    (void)room, (void)a, (void)r;
    for (gvc_int k = 0; k < site->n_rows; k++) {
        const gvc_int i = site->rows[k];

        for (gvc_int j = 0; j < B.rows; j++)
            value[j] += B.a[j + i * B.ld] * local[B.rows + i];
    }
    for (gvc_int k = 0; k < site->n_rows; k++)
        value[site->rows[k]] = local[site->rows[k]];
    for (gvc_int j = 0; j < B.rows; j++) {
        value[j] *= v[j];
        twice[j] = v[j] * BEX.a[j + site->s * BEX.ld] - value[j];
    }
}

/* ---- by the product finally bought ---- */

/* Over all origins a term is c # d_sr->(l,p): its coefficients c (n x terms), and what they reach.
 */
typedef struct by_product {
    gvc_int n_terms;
    gvc_view c, reach[N_COUNTED];
} by_product;

static void release_products(void *state)
{
    by_product *f = state;

    if (!f)
        return;
    for (gvc_int t = 0; t < f->n_terms; t++)
        gvc_mem__free(f->reach[t].a);
    gvc_mem__free(f->c.a);
    gvc_mem__free(f);
}

static gvc_status take_products(gvc_ctx *ctx, void **state, const gvc_model *model, gvc_int n_terms)
{
    const gvc_int n = gvc_model_n(model), U = gvc_model_U(model);
    by_product *f = gvc_mem__calloc(ctx, 1, sizeof *f);

    *state = f;
    if (!f)
        return GVC_ENOMEM;
    f->n_terms = n_terms;
    f->c = gvc_mem__matrix(ctx, n, n_terms);
    for (gvc_int t = 0; t < n_terms; t++)
        if (!(f->reach[t] = gvc_mem__matrix(ctx, n, U)).a)
            return GVC_ENOMEM;
    return f->c.a ? GVC_OK : GVC_ENOMEM;
}

/* c_i = sum over origins of all[i, o] - less[i, o]; less.a is NULL: of all. */
static void sum_origins(double *c, gvc_view all, gvc_view less)
{
    for (gvc_int i = 0; i < all.rows; i++) {
        gvc_sum sum = { 0 };

        for (gvc_int o = 0; o < all.cols; o++)
            gvc_sum__add(&sum, all.a[i + o * all.ld] - (less.a ? less.a[i + o * less.ld] : 0));
        c[i] = gvc_sum__value(&sum);
    }
}

static gvc_status reach_products(gvc_ctx *ctx, const by_product *f, const gvc_model *model)
{
    gvc_status st = GVC_OK;

    for (gvc_int t = 0; st == GVC_OK && t < f->n_terms; t++)
        st = gvc_bought__reach(ctx, model, f->c.a + t * f->c.ld, f->reach[t]);
    return st;
}

static gvc_status prepare_content_products(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    gvc_status st = take_products(ctx, state, model, 1);
    const by_product *f = *state;

    if (st != GVC_OK)
        return st;
    sum_origins(f->c.a, gvc_model_get(model, GVC_Q_VB), (gvc_view){ 0 });
    return reach_products(ctx, f, model);
}

static gvc_status prepare_counted_products(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view VB = gvc_model_get(model, GVC_Q_VB);
    const gvc_view once = gvc_mem__matrix(ctx, VB.rows, VB.cols);
    gvc_status st = take_products(ctx, state, model, N_COUNTED);
    const by_product *f = *state;

    if (st == GVC_OK)
        st = once.a ? take_first_exit(ctx, model, once) : GVC_ENOMEM;
    if (st == GVC_OK) {
        sum_origins(f->c.a + VALUE * f->c.ld, once, (gvc_view){ 0 });
        sum_origins(f->c.a + TWICE * f->c.ld, VB, once);
        st = reach_products(ctx, f, model);
    }
    gvc_mem__free(once.a);
    return st;
}

static gvc_int room_of_products(const gvc_model *model)
{
    return N_COUNTED * gvc_bought__pairs(model);
}

static void enter_products(gvc_ctx *ctx, const gvc_site *site, double *room)
{
    const by_product *f = site->state;

    for (gvc_int t = 0; t < f->n_terms; t++)
        gvc_bought__fill(ctx, site, f->c.a + t * f->c.ld, f->reach[t],
                         room + t * gvc_bought__pairs(site->model));
}

static void fill_products(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                          double *cells, gvc_int stride)
{
    const by_product *f = site->state;
    const gvc_int D = gvc_bought__pairs(site->model);

    (void)a, (void)r;
    for (gvc_int t = 0; t < f->n_terms; t++)
        memcpy(cells + t * stride, room + t * D, sizeof *cells * (size_t)D);
}

/* ---- the measures ---- */

static const gvc_split content_split = {
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_ABSORBERS,
    .room = room_of,
    .enter = enter,
    .cells = fill_content,
};
static const gvc_split content_rows = { .site = GVC_SITE_EXPORTS,
                                        .origins = GVC_AXIS_ROWS,
                                        .cells = fill_content_rows };
static const gvc_split counted_split = {
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_ABSORBERS,
    .room = room_of,
    .enter = enter,
    .cells = fill_counted,
};
static const gvc_split counted_rows = { .site = GVC_SITE_EXPORTS,
                                        .origins = GVC_AXIS_ROWS,
                                        .cells = fill_counted_rows };
static const gvc_split products = {
    .site = GVC_SITE_EXPORTS,
    .destinations = GVC_AXIS_BOUGHT,
    .room = room_of_products,
    .enter = enter_products,
    .cells = fill_products,
};
static const gvc_split world_split = {
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_ABSORBERS,
    .room = room_of,
    .enter = enter,
    .cells = fill_foreign,
};

#define LEVELS_SPLIT (GVC_LEVELS_ORIGIN | GVC_LEVELS_DESTINATION | GVC_LEVELS_OD)

static const gvc_decomp content_by_product = {
    .levels = GVC_LEVEL_COUNTRY_DESTINATION_SECTOR,
    .needs = GVC_Q_VB | GVC_Q_B,
    .prepare = prepare_content_products,
    .release = release_products,
    .split = &products,
};
static const gvc_decomp content_by_row = { .levels = GVC_LEVEL_COUNTRY_ORIGIN_SECTOR,
                                           .needs = GVC_Q_BEX,
                                           .other = &content_by_product,
                                           .split = &content_rows };
static const gvc_decomp content_by_unit = {
    .levels = LEVELS_SPLIT,
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_ALOC,
    .other = &content_by_row,
    .prepare = prepare,
    .release = release,
    .split = &content_split,
};
static const gvc_decomp counted_by_product = {
    .levels = GVC_LEVEL_COUNTRY_DESTINATION_SECTOR,
    .needs = GVC_Q_VB | GVC_Q_B | GVC_Q_BDIAG,
    .prepare = prepare_counted_products,
    .release = release_products,
    .split = &products,
};
static const gvc_decomp counted_by_row = {
    .levels = GVC_LEVEL_COUNTRY_ORIGIN_SECTOR,
    .needs = GVC_Q_BEX | GVC_Q_B | GVC_Q_BDIAG,
    .other = &counted_by_product,
    .prepare = prepare_rows,
    .release = gvc_mem__free,
    .split = &counted_rows,
};
static const gvc_decomp counted_by_unit = {
    .levels = LEVELS_SPLIT,
    .needs = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_BDIAG,
    .other = &counted_by_row,
    .prepare = prepare_source,
    .release = release,
    .split = &counted_split,
};
static const gvc_decomp world_by_unit = {
    .needs = GVC_Q_VL | GVC_Q_VB | GVC_Q_BF | GVC_Q_BU,
    .prepare = prepare_world,
    .release = release,
    .split = &world_split,
};

// clang-format off
static const gvc_term content_terms[N_CONTENT] = {
    [CONTENT] = { .name = "content", .label = "Value added in exports by origin and destination",
        .unit = "money", .formula = "V_o B_os # d_sr->l" },
    [GVC] = { .name = "gvc", .label = "GVC-related trade by origin and destination (BM 2019)",
        .unit = "money", .formula = "content - davax at o = s, l = r", .levels = LEVELS_SPLIT },
};
static const gvc_term source_terms[N_COUNTED] = {
    [VALUE] = { .name = "va", .label = "Value added by origin and destination, at its first exit",
        .unit = "money", .formula = "V_o B_os B_ss^-1 L_ss # d_sr->l" },
    [TWICE] = { .name = "dc", .label = "Content by origin and destination, counted twice (source)",
        .unit = "money", .formula = "content - va" },
};
static const gvc_term world_terms[N_COUNTED] = {
    [VALUE] = { .name = "fva", .label = "Foreign value added at its first re-export (world, source)",
        .unit = "money", .formula = "V_o L_oo A_os L_ss # d_sr->l, o != s" },
    [TWICE] = { .name = "fdc", .label = "Foreign content re-exported more than once (world, source)",
        .unit = "money", .formula = "content - fva, o != s" },
};
// clang-format on

#define LEVELS_WITH_SECTORS                                                                        \
    (LEVELS_SPLIT | GVC_LEVEL_COUNTRY_ORIGIN_SECTOR | GVC_LEVEL_COUNTRY_DESTINATION_SECTOR)
#define PAPER "Borin, Mancini 2019 (World Bank WP 8804); 2023 (Econ. Systems Research)"

const gvc_measure gvc_decomp__bm_od = {
    .name = "bm/od",
    .method = "bm",
    .prefix = "bmod",
    .perspective = "exporter",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Content of exports by origin of value added and final destination",
    .paper = PAPER,
    .notes =
        "d_sr->l is what the country of final absorption l takes of the exports of s to r, DISC "
        "what a row discrepancy takes. Content does not depend on a perimeter: over origins and "
        "destinations it is exports less net taxes and margins, with o = s it is dc of "
        "bm/exporter/source, with o != s fc.\n"
        "gvc is content less davax, which sits at o = s, l = r.\n"
        "By origin sector (country_origin_sector) it is v_j (B E_s)_j. By destination sector "
        "(country_destination_sector, l:p) d_sr->l takes the rows of F of product p alone, whoever "
        "made it: p is the product finally bought in l. DISC buys none.",
    .levels = LEVELS_WITH_SECTORS,
    .terms = content_terms,
    .n_terms = N_CONTENT,
    .how = &content_by_unit,
};

const gvc_measure gvc_decomp__bm_od_source = {
    .name = "bm/od/source",
    .method = "bm",
    .prefix = "bmods",
    .perspective = "exporter",
    .approach = "source",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by origin and destination, value added counted at its first exit",
    .paper = PAPER,
    .notes =
        "Splits bm/exporter/source: va with o = s is dva (l = s: ref, DISC: imbal), with o != s "
        "fva; dc with o = s is ddc, with o != s fdc. Own value added absorbed abroad is vax of jn "
        "after summing over sectors and importers.",
    .levels = LEVELS_WITH_SECTORS,
    .terms = source_terms,
    .n_terms = N_COUNTED,
    .how = &counted_by_unit,
};

const gvc_measure gvc_decomp__bm_od_world_source = {
    .name = "bm/od/world_source",
    .method = "bm",
    .prefix = "bmodws",
    .perspective = "world",
    .approach = "source",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Foreign content of exports by origin and destination, at its first re-export",
    .paper = PAPER,
    .notes = "Splits fva and fdc of bm/world/source. Own value added is that of bm/od/source; rows "
             "with o = s are zero.",
    .levels = LEVELS_SPLIT,
    .terms = world_terms,
    .n_terms = N_COUNTED,
    .how = &world_by_unit,
};
