#include "model/system.h"

#include "la/view.h"

#include <string.h>

/*
 * One row per quantity: what it is made of, and how. Those that are solutions of (I - A) y = b or
 * of its transpose have a function that writes b: all that are wanted and can be begun stand side
 * by side in one block and are solved together.
 */
typedef enum kind { LOCAL, COLUMN_SOLVE, ROW_SOLVE } kind;
/* Columns: one, one a unit, one a row, one a row of the largest unit. */
typedef enum shape { ONE, UNITS, ROWS, OWN_ROWS } shape;

typedef struct recipe {
    gvc_quantity name;
    kind kind;
    shape cols;
    unsigned from;
    gvc_status (*make)(gvc_ctx *ctx, gvc_model *m, gvc_view out);
} recipe;

static gvc_int index_of(unsigned bit)
{
    return __builtin_ctz(bit);
}

gvc_view gvc_model__block(gvc_ctx *ctx, gvc_model *model, gvc_int cols)
{
    gvc_view block = gvc_mem__matrix(ctx, model->system->n, cols);

    if (block.a)
        model->block[model->n_blocks++] = block.a;
    return block;
}

static double *vector(const gvc_model *m, gvc_quantity q)
{
    return m->quantity[index_of(q)].a;
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

static gvc_status begin_vb(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    (void)ctx;
    put_own(m, m->system->v, out);
    return GVC_OK;
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

static gvc_status make_aloc(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    gvc_model__by_importer(ctx, m, out, vector(m, GVC_Q_LOC), 0);
    return GVC_OK;
}

static gvc_status make_arex(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    gvc_model__by_importer(ctx, m, out, vector(m, GVC_Q_REX), 0);
    return GVC_OK;
}

static gvc_status make_aown(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    double *own = gvc_mem__alloc(ctx, m->system->n, sizeof *own);

    if (!own)
        return GVC_ENOMEM;
    take_own(m, gvc_model_get(m, GVC_Q_BF), own);
    gvc_model__by_importer(ctx, m, out, own, 0);
    gvc_mem__free(own);
    return GVC_OK;
}

static gvc_status make_ahome(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    gvc_model__homeward(ctx, m, out, gvc_model_get(m, GVC_Q_BF));
    return GVC_OK;
}

static gvc_status make_abu(gvc_ctx *ctx, gvc_model *m, gvc_view out)
{
    if (m->system->has_disc)
        gvc_model__by_importer(ctx, m, out, vector(m, GVC_Q_BU), 0);
    return GVC_OK;
}

/* The array of B is the system's. */
static gvc_status make_b(gvc_ctx *ctx, gvc_model *m)
{
    const gvc_status st = gvc_system__invert(ctx, m->system);

    if (st == GVC_OK) {
        m->quantity[index_of(GVC_Q_B)] = m->system->lu.a;
        m->have |= GVC_Q_B;
    }
    return st;
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
static const recipe recipes[GVC_MODEL_QUANTITIES] = {
    { GVC_Q_VL,       LOCAL,        ONE,      0,                         make_vl },
    { GVC_Q_LOC,      LOCAL,        ONE,      0,                         make_loc },
    { GVC_Q_REX,      LOCAL,        ONE,      0,                         make_rex },
    { GVC_Q_VB,       ROW_SOLVE,    UNITS,    0,                         begin_vb },
    { GVC_Q_BF,       COLUMN_SOLVE, UNITS,    0,                         begin_bf },
    { GVC_Q_BU,       COLUMN_SOLVE, ONE,      0,                         begin_bu },
    { GVC_Q_FVA1,     LOCAL,        ONE,      GVC_Q_VB,                  make_fva1 },
    { GVC_Q_BEX,      COLUMN_SOLVE, UNITS,    0,                         begin_bex },
    { GVC_Q_BE,       COLUMN_SOLVE, UNITS,    0,                         begin_be },
    { GVC_Q_BX,       COLUMN_SOLVE, ONE,      0,                         begin_bx },
    { GVC_Q_SB,       ROW_SOLVE,    ONE,      0,                         begin_sb },
    { GVC_Q_ALOC,     LOCAL,        UNITS,    GVC_Q_LOC,                 make_aloc },
    { GVC_Q_AREX,     LOCAL,        UNITS,    GVC_Q_REX,                 make_arex },
    { GVC_Q_AOWN,     LOCAL,        UNITS,    GVC_Q_BF,                  make_aown },
    { GVC_Q_AHOME,    LOCAL,        UNITS,    GVC_Q_BF,                  make_ahome },
    { GVC_Q_ABU,      LOCAL,        UNITS,    GVC_Q_BU,                  make_abu },
    { GVC_Q_BHOT,     LOCAL,        ONE,      GVC_Q_BF | GVC_Q_AHOME,    make_bhot },
    { GVC_Q_B,        LOCAL,        ROWS,     0,                         NULL },
    { GVC_Q_BDIAG,    LOCAL,        OWN_ROWS, 0,                         gvc_model__own_blocks },
    { GVC_Q_BHOME,    COLUMN_SOLVE, UNITS,    0,                         begin_bhome },
    { GVC_Q_BABROAD,  COLUMN_SOLVE, UNITS,    0,                         begin_babroad },
};
/* clang-format on */

static gvc_int width(const gvc_model *m, const recipe *r)
{
    switch (r->cols) {
    case UNITS:
        return m->U;
    case ROWS:
        return m->system->n;
    case OWN_ROWS:
        return gvc_model__widest(m);
    default:
        return 1;
    }
}

static unsigned close_needs(unsigned needs)
{
    for (gvc_int q = GVC_MODEL_QUANTITIES - 1; q >= 0; q--)
        if (needs & recipes[q].name)
            needs |= recipes[q].from;
    return needs;
}

/* All solves of one kind in one block. B u is zero in a balanced table and is not solved for. */
static gvc_status solve_together(gvc_ctx *ctx, gvc_model *m, unsigned needs, kind how)
{
    gvc_int cols = 0, at = 0;
    gvc_status st = GVC_OK;
    gvc_view block;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (recipes[q].kind == how && needs & recipes[q].name)
            cols += width(m, &recipes[q]);
    if (cols == 0)
        return GVC_OK;
    block = gvc_model__block(ctx, m, cols);
    if (!block.a)
        return GVC_ENOMEM;
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES && st == GVC_OK; q++)
        if (recipes[q].kind == how && needs & recipes[q].name) {
            m->quantity[q] = gvc_view__cols(block, at, width(m, &recipes[q]));
            st = recipes[q].make(ctx, m, m->quantity[q]);
            at += m->quantity[q].cols;
        }
    if (st == GVC_OK)
        st = gvc_system__solve(ctx, m->system, how == ROW_SOLVE, block);
    if (st == GVC_OK) {
        for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
            if (recipes[q].kind == how)
                m->have |= needs & recipes[q].name;
        return GVC_OK;
    }
    m->block[--m->n_blocks] = NULL;
    gvc_mem__free(block.a);
    return st;
}

static gvc_status make_one(gvc_ctx *ctx, gvc_model *m, gvc_int q)
{
    const gvc_int cols = width(m, &recipes[q]);
    gvc_view block;
    gvc_status st;

    if (recipes[q].name == GVC_Q_B)
        return make_b(ctx, m);
    block = gvc_model__block(ctx, m, cols);
    if (!block.a)
        return GVC_ENOMEM;
    st = recipes[q].make(ctx, m, block);
    if (st == GVC_OK) {
        m->quantity[q] = block;
        m->have |= recipes[q].name;
        return GVC_OK;
    }
    m->block[--m->n_blocks] = NULL;
    gvc_mem__free(block.a);
    return st;
}

/* B and v do not depend on the units: where the units of the base are parts of ours, columns of VB
 * and BF are sums of its columns. */
static int refines(const gvc_model *base, const gvc_model *m)
{
    for (gvc_int i = 0; i < m->system->n; i++)
        if (m->unit[i] != m->unit[base->order[base->local[base->unit[i]].first]])
            return 0;
    return 1;
}

static gvc_status sum_from_base(gvc_ctx *ctx, gvc_model *m, gvc_int q)
{
    const gvc_model *base = m->base;
    const gvc_view from = base->quantity[q];
    const gvc_view to = gvc_model__block(ctx, m, width(m, &recipes[q]));

    if (!to.a)
        return GVC_ENOMEM;
    for (gvc_int c = 0; c < from.cols; c++) {
        const gvc_int unit = m->unit[base->order[base->local[c].first]];
        double *sum = to.a + (recipes[q].cols == UNITS ? unit : 0) * to.ld;

        for (gvc_int i = 0; i < to.rows; i++)
            sum[i] += from.a[i + c * from.ld];
    }
    m->quantity[q] = to;
    m->have |= recipes[q].name;
    return GVC_OK;
}

static gvc_status borrow(gvc_ctx *ctx, gvc_model *m, unsigned needs)
{
    const unsigned shared = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_BX | GVC_Q_SB;
    gvc_status st = GVC_OK;

    if (!m->base || !refines(m->base, m))
        return GVC_OK;
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES && st == GVC_OK; q++)
        if (shared & needs & m->base->have & ~m->have & recipes[q].name)
            st = sum_from_base(ctx, m, q);
    return st;
}

gvc_status gvc_model_need(gvc_ctx *ctx, gvc_model *model, unsigned needs)
{
    gvc_status st;
    unsigned solves = 0;

    needs = close_needs(needs);
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (recipes[q].kind != LOCAL)
            solves |= recipes[q].name;
    if (needs & ~model->have & solves)
        needs |= model->planned & solves;
    st = borrow(ctx, model, needs);
    if (st == GVC_OK && !model->system->has_disc && needs & ~model->have & GVC_Q_BU)
        st = make_one(ctx, model, index_of(GVC_Q_BU));
    if (st == GVC_OK)
        st = solve_together(ctx, model, needs & ~model->have, COLUMN_SOLVE);
    if (st == GVC_OK)
        st = solve_together(ctx, model, needs & ~model->have, ROW_SOLVE);
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES && st == GVC_OK; q++)
        if (needs & ~model->have & recipes[q].name)
            st = make_one(ctx, model, q);
    return st;
}
