#include "model/recipes.h"

#include "la/view.h"

#include <math.h>
#include <string.h>

/* The certified error that a sum of solutions may have. */
#define SURE 1e-12

static double *vector(const gvc_model *m, gvc_quantity q)
{
    return gvc_model_get(m, q).a;
}

/* y[i] := the element of row i in the column of its own unit. */
static void take_own(const gvc_model *m, gvc_view from, double *y)
{
    for (gvc_int i = 0; i < m->system->n; i++)
        y[i] = from.a[i + m->unit[i] * from.ld];
}

static void put_own(const gvc_model *m, const double *y, gvc_view to)
{
    for (gvc_int i = 0; i < m->system->n; i++)
        to.a[i + m->unit[i] * to.ld] = y[i];
}

static void copy(gvc_view to, const double *from, gvc_int ld)
{
    for (gvc_int c = 0; c < to.cols; c++)
        memcpy(to.a + c * to.ld, from + c * ld, sizeof(double) * (size_t)to.rows);
}

static gvc_status make_vl(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    copy(out, m->system->v, out.ld);
    return gvc_model__local_t(ctx, m, out);
}

static gvc_status make_loc(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    take_own(m, m->F, out.a);
    return gvc_model__local(ctx, m, out);
}

static gvc_status make_rex(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    copy(out, m->e, out.ld);
    return gvc_model__local(ctx, m, out);
}

/* V_s B = V_s L_ss + V_s L_ss A_s,off B: only what goes through another unit is solved for, so that
 * it is exactly zero where nothing is sold abroad and has digits of its own beside V_s L_ss. */
static gvc_status begin_vb(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    gvc_model__by_exporter(ctx, m, out, vector(m, GVC_Q_VL));
    return GVC_OK;
}

static void end_vb(const gvc_model *m, gvc_view out)
{
    const double *own = vector(m, GVC_Q_VL);

    for (gvc_int i = 0; i < m->system->n; i++)
        out.a[i + m->unit[i] * out.ld] += own[i];
}

static gvc_status begin_bf(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    copy(out, m->F.a, m->F.ld);
    return GVC_OK;
}

static gvc_status begin_bu(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    copy(out, m->system->u, out.ld);
    return GVC_OK;
}

static gvc_status make_fva1(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    return gvc_model__count_once(ctx, m, out.a);
}

static gvc_status begin_bex(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    put_own(m, m->e, out);
    return GVC_OK;
}

static gvc_status begin_be(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    copy(out, m->E.a, m->E.ld);
    return GVC_OK;
}

static gvc_status begin_bx(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    copy(out, m->system->x, out.ld);
    return GVC_OK;
}

static gvc_status begin_sb(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    for (gvc_int i = 0; i < m->system->n; i++)
        out.a[i] = 1;
    return GVC_OK;
}

static gvc_status begin_bhome(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    for (gvc_int i = 0; i < m->system->n; i++)
        out.a[i + m->unit[i] * out.ld] = m->F.a[i + m->unit[i] * m->F.ld];
    return GVC_OK;
}

static gvc_status begin_babroad(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    for (gvc_int t = 0; t < m->U; t++)
        for (gvc_int i = 0; i < m->system->n; i++)
            if (t != m->unit[i])
                out.a[i + m->unit[i] * out.ld] += m->F.a[i + t * m->F.ld];
    return GVC_OK;
}

static gvc_status begin_bmade(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    for (gvc_int t = 0; t < m->U; t++)
        for (gvc_int i = 0; i < m->system->n; i++)
            out.a[i + m->unit[i] * out.ld] += m->F.a[i + t * m->F.ld];
    return GVC_OK;
}

gvc_status gvc_model__add_made(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_view home = gvc_model_get(m, GVC_Q_BHOME), abroad = gvc_model_get(m, GVC_Q_BABROAD);

    (void)ctx;
    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + r * out.ld] = home.a[i + r * home.ld] + abroad.a[i + r * abroad.ld];
    return GVC_OK;
}

/* With x_r = A_rr x_r + F_rr 1 + e_r in the rows of r, and B A = B - I, the purchases of r add up:
 * B E_.r = B (A_.r x_r + F_.r) - B_.r (x_r - e_r) = B_.r e_r + B F_.r - x_r. */
gvc_status gvc_model__add_imports(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_view exports = gvc_model_get(m, GVC_Q_BEX), final = gvc_model_get(m, GVC_Q_BF);

    (void)ctx;
    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + r * out.ld] =
                (m->unit[i] == r ? exports.a[i + r * exports.ld] - m->system->x[i]
                                 : exports.a[i + r * exports.ld]) +
                final.a[i + r * final.ld];
    return GVC_OK;
}

int gvc_model__imports_add_up(const gvc_model *m)
{
    const gvc_view exports = gvc_model_get(m, GVC_Q_BEX), final = gvc_model_get(m, GVC_Q_BF);
    double worst = 1;

    for (gvc_int r = 0; r < m->U; r++) {
        double terms = 0, sum = 0;

        for (gvc_int i = 0; i < exports.rows; i++) {
            const double own = m->unit[i] == r ? m->system->x[i] : 0;
            const double a = exports.a[i + r * exports.ld], b = final.a[i + r * final.ld];

            terms += fabs(a) + fabs(b) + fabs(own);
            sum += fabs(a + b - own);
        }
        if (terms > 0 && !(terms <= worst * sum))
            worst = terms / sum;
    }
    if (!(m->system->error_bound * worst <= SURE))
        return 0;
    gvc_system__note_error(m->system, m->system->error_bound * worst);
    return 1;
}

/* X = x - B u, exactly x in a balanced table. */
static gvc_status begin_ahead(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const double *x = m->system->x, *rest = vector(m, GVC_Q_BU);
    double *X = gvc_mem__alloc(ctx, out.rows, sizeof *X);

    if (!X)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < out.rows; i++)
        X[i] = x[i] - rest[i];
    gvc_model__inputs(ctx, m, 1, 0, gvc_view__cols(out, 0, 1), gvc_view__vector(X, out.rows));
    gvc_model__inputs(ctx, m, 0, 0, gvc_view__cols(out, 1, 1), gvc_view__vector(X, out.rows));
    gvc_mem__free(X);
    return GVC_OK;
}

static gvc_status begin_behind(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_view own = gvc_mem__matrix(ctx, out.rows, 2); /* v L and v L L */
    gvc_status st = GVC_ENOMEM;

    if (own.a) {
        copy(gvc_view__cols(own, 0, 1), vector(m, GVC_Q_VL), own.ld);
        copy(gvc_view__cols(own, 1, 1), own.a, own.ld);
        st = gvc_model__local_t(ctx, m, gvc_view__cols(own, 1, 1));
    }
    if (st == GVC_OK)
        gvc_model__inputs(ctx, m, 1, 1, out, own);
    gvc_mem__free(own.a);
    return st;
}

/* v B = v L + v L A^F B. */
static gvc_status begin_rounds(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const double *own = vector(m, GVC_Q_VL), *behind = vector(m, GVC_Q_BEHIND);
    double *all = gvc_mem__alloc(ctx, out.rows, sizeof *all);

    if (!all)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < out.rows; i++)
        all[i] = own[i] + behind[i];
    gvc_model__inputs(ctx, m, 1, 1, gvc_view__cols(out, 0, 1), gvc_view__vector(all, out.rows));
    gvc_model__inputs(ctx, m, 0, 1, gvc_view__cols(out, 1, 1),
                      gvc_view__cols(gvc_model_get(m, GVC_Q_BEHIND), 0, 1));
    gvc_mem__free(all);
    return GVC_OK;
}

static gvc_status begin_cross(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    double *ones = gvc_mem__alloc(ctx, out.rows, sizeof *ones);

    if (!ones)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < out.rows; i++)
        ones[i] = 1;
    gvc_model__inputs(ctx, m, 1, 1, out, gvc_view__vector(ones, out.rows));
    gvc_mem__free(ones);
    return GVC_OK;
}

static gvc_status begin_bexp(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    copy(out, m->e, out.ld);
    return GVC_OK;
}

static gvc_status begin_units(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    for (gvc_int i = 0; i < m->system->n; i++)
        out.a[i + m->unit[i] * out.ld] = 1;
    return GVC_OK;
}

static gvc_status begin_bxu(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    put_own(m, m->system->x, out);
    return GVC_OK;
}

/* The right-hand side of unit s is h on the rows of s,
 * h = sum over r != s of A_sr (sum over all t of (BF)_rt - (BF)_rr) - A_sr (BF)_rs. */
static gvc_status begin_hot(gvc_ctx *ctx, gvc_model *m, double *h, gvc_view work)
{
    const gvc_view BF = gvc_model_get(m, GVC_Q_BF), home = gvc_model_get(m, GVC_Q_AHOME);
    const gvc_int n = m->system->n;
    double *abroad = gvc_mem__calloc(ctx, n, sizeof *abroad);

    if (!abroad)
        return GVC_ENOMEM;
    for (gvc_int t = 0; t < m->U; t++)
        for (gvc_int j = 0; j < n; j++)
            abroad[j] += t == m->unit[j] ? 0 : BF.a[j + t * BF.ld];
    gvc_model__by_importer(ctx, m, work, abroad, 0);
    gvc_mem__free(abroad);
    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = 0; i < n; i++)
            h[i] += work.a[i + r * work.ld] - home.a[i + r * home.ld];
    return GVC_OK;
}

static gvc_status make_bhot(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    const gvc_int n = m->system->n;
    gvc_view work = gvc_mem__matrix(ctx, n, m->U);
    gvc_status st = work.a ? begin_hot(ctx, m, out.a, work) : GVC_ENOMEM;

    if (st == GVC_OK) {
        memset(work.a, 0, sizeof(double) * (size_t)(n * m->U));
        put_own(m, out.a, work);
        st = gvc_system__solve(ctx, m->system, 0, work);
        take_own(m, work, out.a);
    }
    gvc_mem__free(work.a);
    return st;
}

/* clang-format off */
const gvc_recipe gvc_model__recipes[GVC_MODEL_QUANTITIES] = {
    { GVC_Q_VL,       LOCAL,        ONE,      0,                         make_vl,           NULL },
    { GVC_Q_LOC,      LOCAL,        ONE,      0,                         make_loc,          NULL },
    { GVC_Q_REX,      LOCAL,        ONE,      0,                         make_rex,          NULL },
    { GVC_Q_VB,       ROW_SOLVE,    UNITS,    GVC_Q_VL,                  begin_vb,          end_vb },
    { GVC_Q_BF,       COLUMN_SOLVE, UNITS,    0,                         begin_bf,          NULL },
    { GVC_Q_BU,       COLUMN_SOLVE, ONE,      0,                         begin_bu,          NULL },
    { GVC_Q_FVA1,     LOCAL,        ONE,      GVC_Q_VB,                  make_fva1,         NULL },
    { GVC_Q_BEX,      COLUMN_SOLVE, UNITS,    0,                         begin_bex,         NULL },
    { GVC_Q_BE,       COLUMN_SOLVE, UNITS,    0,                         begin_be,          NULL },
    { GVC_Q_BX,       COLUMN_SOLVE, ONE,      0,                         begin_bx,          NULL },
    { GVC_Q_SB,       ROW_SOLVE,    ONE,      0,                         begin_sb,          NULL },
    { GVC_Q_ALOC,     SALE,         UNITS,    GVC_Q_LOC,                 NULL,              NULL },
    { GVC_Q_AREX,     SALE,         UNITS,    GVC_Q_REX,                 NULL,              NULL },
    { GVC_Q_AOWN,     SALE,         UNITS,    GVC_Q_BF,                  NULL,              NULL },
    { GVC_Q_AHOME,    SALE,         UNITS,    GVC_Q_BF,                  NULL,              NULL },
    { GVC_Q_ABU,      SALE,         UNITS,    GVC_Q_BU,                  NULL,              NULL },
    { GVC_Q_BHOT,     LOCAL,        ONE,      GVC_Q_BF | GVC_Q_AHOME,    make_bhot,         NULL },
    { GVC_Q_B,        LOCAL,        ROWS,     0,                         NULL,              NULL },
    { GVC_Q_BDIAG,    LOCAL,        OWN_ROWS, 0,                         gvc_model__own_blocks,NULL },
    { GVC_Q_BHOME,    COLUMN_SOLVE, UNITS,    0,                         begin_bhome,       NULL },
    { GVC_Q_BABROAD,  COLUMN_SOLVE, UNITS,    0,                         begin_babroad,     NULL },
    { GVC_Q_BMADE,    COLUMN_SOLVE, UNITS,    0,                         begin_bmade,       NULL },
    { GVC_Q_AHEAD,    LATE_COLUMN_SOLVE, TWO, GVC_Q_BU,                  begin_ahead,       NULL },
    { GVC_Q_BEHIND,   ROW_SOLVE,    TWO,      GVC_Q_VL,                  begin_behind,      NULL },
    { GVC_Q_ROUNDS,   LATE_ROW_SOLVE, TWO,    GVC_Q_VL | GVC_Q_BEHIND,   begin_rounds,      NULL },
    { GVC_Q_CROSS,    ROW_SOLVE,    ONE,      0,                         begin_cross,       NULL },
    { GVC_Q_BEXP,     COLUMN_SOLVE, ONE,      0,                         begin_bexp,        NULL },
    { GVC_Q_SBU,      ROW_SOLVE,    UNITS,    0,                         begin_units,       NULL },
    { GVC_Q_BONE,     COLUMN_SOLVE, UNITS,    0,                         begin_units,       NULL },
    { GVC_Q_BXU,      COLUMN_SOLVE, UNITS,    0,                         begin_bxu,         NULL },
};
/* clang-format on */
