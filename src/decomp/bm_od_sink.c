#include "base/mem.h"
#include "decomp/absorbed.h"
#include "decomp/methods.h"
#include "decomp/own.h"

#include <string.h>

enum { VALUE, TWICE, N_TERMS };

/* ---- exporter perspective: VB[o, s] # phi_sr->l ---- */

typedef struct exits {
    gvc_view W, leaving; /* n x absorbers: [B F, B u], and U of bm_sink */
} exits;

static void release(void *state)
{
    exits *f = state;

    if (!f)
        return;
    gvc_mem__free(f->W.a);
    gvc_mem__free(f->leaving.a);
    gvc_mem__free(f);
}

static gvc_status prepare(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    exits *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    gvc_status st;

    *state = f;
    if (!f)
        return GVC_ENOMEM;
    f->W = gvc_absorbed__outputs(ctx, model);
    f->leaving = gvc_mem__matrix(ctx, f->W.rows, f->W.cols);
    if (!f->W.a || !f->leaving.a)
        return GVC_ENOMEM;
    st = gvc_absorbed__abroad(ctx, model, f->leaving);
    return st == GVC_OK ? gvc_own__divide(ctx, model, 0, f->leaving) : st;
}

static gvc_int two_sets(const gvc_model *model)
{
    return gvc_absorbed__room(model, 2);
}

/* Set 0 is d, set 1 is phi. */
static void enter(gvc_ctx *ctx, const gvc_site *site, double *room)
{
    const exits *f = site->state;

    gvc_absorbed__fill(ctx, site, room, 0, &(gvc_absorbed){ .W = f->W, .with_final = 1 });
    gvc_absorbed__fill(ctx, site, room, 1,
                       &(gvc_absorbed){ .W = f->W, .back = f->leaving, .with_final = 1 });
}

static void fill_counted(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                         double *cells, gvc_int stride)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_flows all = gvc_absorbed__flows(site, room, 0);
    const gvc_flows last = gvc_absorbed__flows(site, room, 1);

    for (gvc_int l = 0; l < all.n; l++) {
        const double once = gvc_flows__at(&last, a, r, l);
        const double again = gvc_flows__at(&all, a, r, l) - once;

        for (gvc_int o = 0; o < VB.cols; o++) {
            const double content = VB.a[site->rows[a] + o * VB.ld];

            cells[VALUE * stride + o * all.n + l] = content * once;
            cells[TWICE * stride + o * all.n + l] = content * again;
        }
    }
}

/* ---- world perspective ---- */

/*
 * Foreign value added at its last crossing made by a country other than its origin. What the
 * importer absorbs, F_sr + A_sr loc_r and for DISC A_sr L_rr u_r, crosses no more, whoever made it;
 * of the importer's own value added that is true of what it sends on as well, A_sr L_rr times
 * X_rl = F_rl + A_rl loc_l, and for DISC the sum over j of A_rj L_jj u_j: the next crossing is made
 * by its origin.
 */
typedef struct last_crossing {
    gvc_view W, sent; /* n x absorbers: outputs, and L_rr X_r */
    gvc_view disc;    /* n x U: A_sr L_rr u_r */
} last_crossing;

static void release_world(void *state)
{
    last_crossing *f = state;

    if (!f)
        return;
    gvc_mem__free(f->W.a);
    gvc_mem__free(f->sent.a);
    gvc_mem__free(f->disc.a);
    gvc_mem__free(f);
}

/* disc and the DISC column of `sent`, before L is applied to the latter. */
static gvc_status use_discrepancy(gvc_ctx *ctx, const gvc_model *model, const last_crossing *f)
{
    const gvc_int n = f->sent.rows, U = f->disc.cols;
    double *used = f->sent.a + (f->sent.cols - 1) * f->sent.ld;
    gvc_status st;

    memcpy(used, gvc_model_u(model), sizeof *used * (size_t)n);
    st = gvc_model__local(ctx, model, (gvc_view){ used, n, 1, n });
    gvc_model__by_importer(ctx, model, f->disc, used, 0);
    memset(used, 0, sizeof *used * (size_t)n);
    for (gvc_int r = 0; r < U; r++)
        for (gvc_int i = 0; i < n; i++)
            used[i] += f->disc.a[i + r * f->disc.ld];
    return st;
}

static gvc_status prepare_world(gvc_ctx *ctx, void **state, const gvc_model *model)
{
    const gvc_view F = gvc_model_F(model), ALOC = gvc_model_get(model, GVC_Q_ALOC);
    last_crossing *f = gvc_mem__calloc(ctx, 1, sizeof *f);
    gvc_status st = GVC_OK;

    *state = f;
    if (!f)
        return GVC_ENOMEM;
    f->W = gvc_absorbed__outputs(ctx, model);
    f->sent = gvc_mem__matrix(ctx, f->W.rows, f->W.cols);
    f->disc = gvc_mem__matrix(ctx, f->W.rows, F.cols);
    if (!f->W.a || !f->sent.a || !f->disc.a)
        return GVC_ENOMEM;
    for (gvc_int l = 0; l < F.cols; l++)
        for (gvc_int i = 0; i < F.rows; i++)
            if (gvc_model__unit_of_row(model, i) != l)
                f->sent.a[i + l * f->sent.ld] = F.a[i + l * F.ld] + ALOC.a[i + l * ALOC.ld];
    if (gvc_model_has_disc(model))
        st = use_discrepancy(ctx, model, f);
    return st == GVC_OK ? gvc_model__local(ctx, model, f->sent) : st;
}

/* Set 0 is d, set 1 what each importer sends on, A_sr L_rr X_r. */
static void enter_world(gvc_ctx *ctx, const gvc_site *site, double *room)
{
    const last_crossing *f = site->state;

    gvc_absorbed__fill(ctx, site, room, 0, &(gvc_absorbed){ .W = f->W, .with_final = 1 });
    gvc_absorbed__fill(ctx, site, room, 1, &(gvc_absorbed){ .W = f->sent });
}

/* Flow of row i to r that l absorbs without another crossing; r = -1: to all importers. */
static double ends_at(const gvc_site *site, gvc_int i, gvc_int r, gvc_int l)
{
    const last_crossing *f = site->state;
    const gvc_view F = gvc_model_F(site->model);
    const gvc_view ALOC = gvc_model_get(site->model, GVC_Q_ALOC);
    double sum = 0;

    if (l < F.cols)
        return l != site->s && (r < 0 || r == l) ? F.a[i + l * F.ld] + ALOC.a[i + l * ALOC.ld] : 0;
    for (gvc_int t = r < 0 ? 0 : r; t < (r < 0 ? F.cols : r + 1); t++)
        sum += f->disc.a[i + t * f->disc.ld];
    return sum;
}

static void fill_foreign(const gvc_site *site, const double *room, gvc_int a, gvc_int r,
                         double *cells, gvc_int stride)
{
    const gvc_view VB = gvc_model_get(site->model, GVC_Q_VB);
    const gvc_flows all = gvc_absorbed__flows(site, room, 0);
    const gvc_flows sent = gvc_absorbed__flows(site, room, 1);
    const gvc_int i = site->rows[a];

    for (gvc_int l = 0; l < all.n; l++) {
        const double ends = ends_at(site, i, r, l), flow = gvc_flows__at(&all, a, r, l);

        for (gvc_int o = 0; o < VB.cols; o++) {
            const double on = o != site->s && (r < 0 || r == o) ? gvc_flows__at(&sent, a, o, l) : 0;
            const double content = o == site->s ? 0 : VB.a[i + o * VB.ld];

            cells[VALUE * stride + o * all.n + l] = content * (ends + on);
            cells[TWICE * stride + o * all.n + l] = content * (flow - ends - on);
        }
    }
}

/* ---- the measures ---- */

static const gvc_split counted_split = {
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_ABSORBERS,
    .room = two_sets,
    .enter = enter,
    .cells = fill_counted,
};
static const gvc_split world_split = {
    .origins = GVC_AXIS_UNITS,
    .destinations = GVC_AXIS_ABSORBERS,
    .room = two_sets,
    .enter = enter_world,
    .cells = fill_foreign,
};
static const gvc_decomp counted = { .prepare = prepare,
                                    .release = release,
                                    .split = &counted_split };
static const gvc_decomp world = { .prepare = prepare_world,
                                  .release = release_world,
                                  .split = &world_split };

// clang-format off
static const gvc_term sink_terms[N_TERMS] = {
    [VALUE] = { .name = "va", .label = "Value added by origin and destination, at its last exit",
        .unit = "money", .formula = "V_o B_os # phi_sr->l" },
    [TWICE] = { .name = "dc", .label = "Content by origin and destination, counted twice (sink)",
        .unit = "money", .formula = "V_o B_os # (d_sr->l - phi_sr->l)" },
};
static const gvc_term world_terms[N_TERMS] = {
    [VALUE] = { .name = "fva", .label = "Foreign value added at its last re-export (world, sink)",
        .unit = "money",
        .formula = "V_o B_os # (F_sr + A_sr loc_r) at l = r; V_r B_rs # A_sr L_rr (F_rl + A_rl loc_l)" },
    [TWICE] = { .name = "fdc", .label = "Foreign content re-exported again later (world, sink)",
        .unit = "money", .formula = "content - fva, o != s" },
};
// clang-format on

#define PAPER "Borin, Mancini 2019 (World Bank WP 8804); 2023 (Econ. Systems Research)"

const gvc_measure gvc_decomp__bm_od_sink = {
    .name = "bm/od/sink",
    .method = "bm",
    .prefix = "bmodk",
    .perspective = "exporter",
    .approach = "sink",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Exports by origin and destination, value added counted at its last exit",
    .paper = PAPER,
    .notes =
        "Splits bm/exporter/sink: va with o = s is dva (l = s: ref, l = r: vaxim, DISC: imbal), "
        "with o != s fva; dc with o = s is ddc, with o != s fdc. At country level va is that of "
        "bm/od/source, by origin and by destination.\n"
        "Needs the whole inverse.",
    .levels = GVC_LEVELS_ORIGIN | GVC_LEVELS_DESTINATION | GVC_LEVELS_OD,
    .needs = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_LOC | GVC_Q_B | GVC_Q_BDIAG,
    .terms = sink_terms,
    .n_terms = N_TERMS,
    .how = &counted,
};

const gvc_measure gvc_decomp__bm_od_world_sink = {
    .name = "bm/od/world_sink",
    .method = "bm",
    .prefix = "bmodwk",
    .perspective = "world",
    .approach = "sink",
    .kind = GVC_FRAME_EXPORTS,
    .title = "Foreign content of exports by origin and destination, at its last re-export",
    .paper = PAPER,
    .notes = "Splits fva and fdc of bm/world/sink. Own value added is that of bm/od/sink; rows "
             "with o = s are zero. World sums by origin and destination are those of "
             "bm/od/world_source.",
    .levels = GVC_LEVELS_ORIGIN | GVC_LEVELS_DESTINATION | GVC_LEVELS_OD,
    .needs = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_ALOC,
    .terms = world_terms,
    .n_terms = N_TERMS,
    .how = &world,
};
