#include "model/recipes.h"

#include "la/view.h"
#include "model/sweeps.h"

#include <string.h>

/* Sums of solutions lose a digit: the error of these is the smaller by so much. */
#define CAREFUL 20
/* The residual that a corrected system may leave. */
#define SETTLED 1e-12

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

static gvc_int width(const gvc_model *m, const gvc_recipe *r)
{
    switch (r->cols) {
    case TWO:
        return 2;
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

unsigned gvc_model__close_needs(unsigned needs)
{
    for (gvc_int q = GVC_MODEL_QUANTITIES - 1; q >= 0; q--)
        if (needs & gvc_model__recipes[q].name)
            needs |= gvc_model__recipes[q].from;
    return needs;
}

/* Columns that stand beside solves where sweeps solve them: one of the system that is corrected for
 * inventories, which asks for outputs (x) or for inputs (1) as BX and SB do where BX is wanted, and
 * those that foreign value added counted once comes from. */
typedef struct extras {
    gvc_int corrected, once;
} extras;

static extras find_extras(const gvc_model *m, unsigned needs, gvc_recipe_kind how)
{
    const gvc_system *sys = m->system;
    const unsigned same = how == COLUMN_SOLVE ? GVC_Q_BX : how == ROW_SOLVE ? GVC_Q_SB : 0;
    extras e = { 0 };

    if (!sys->by_sweeps)
        return e;
    e.corrected = needs & same && (needs | m->planned) & GVC_Q_BX && sys->stocks &&
                  !sys->corrected[how == ROW_SOLVE];
    e.once = how == ROW_SOLVE && needs & GVC_Q_FVA1 ? m->U : 0;
    return e;
}

static gvc_status keep_once(gvc_ctx *ctx, gvc_model *m, gvc_view solved)
{
    const gvc_view out = gvc_model__block(ctx, m, 1);

    if (!out.a)
        return GVC_ENOMEM;
    gvc_model__end_once(m, solved, out.a);
    m->quantity[index_of(GVC_Q_FVA1)] = out;
    m->have |= GVC_Q_FVA1;
    return GVC_OK;
}

/* The block ends with the extras, which nothing is lost without. */
static gvc_status solve_block(gvc_ctx *ctx, gvc_model *m, int transposed, gvc_view block, extras e)
{
    const gvc_int plain = block.cols - e.corrected - e.once;
    const gvc_view once = gvc_view__cols(block, plain + e.corrected, e.once);
    double *corrected = block.a + plain * block.ld, left = 0;
    gvc_sweeps_job job = { .transposed = transposed };
    int done = 0;
    gvc_status st = GVC_OK;

    if (e.corrected) {
        gvc_system__begin_corrected(m->system, transposed, corrected);
        job.shift = m->system->stocks;
        job.shifted = plain;
    }
    if (e.once) {
        gvc_model__begin_once(m, once);
        job.masked = m;
    }
    if (e.corrected || e.once)
        st = gvc_system__sweep(ctx, m->system, job, block, &left, &done);
    if (st == GVC_OK && !done)
        return gvc_system__solve(ctx, m->system, transposed, gvc_view__cols(block, 0, plain));
    if (st == GVC_OK && e.corrected && left < SETTLED)
        st = gvc_system__keep_corrected(ctx, m->system, transposed, corrected);
    return st == GVC_OK && e.once ? keep_once(ctx, m, once) : st;
}

static void keep_solutions(gvc_model *m, unsigned needs, gvc_recipe_kind how)
{
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++) {
        const gvc_recipe *r = &gvc_model__recipes[q];

        if (r->kind != how || !(needs & r->name))
            continue;
        if (r->end)
            r->end(m, m->quantity[q]);
        m->have |= r->name;
    }
}

/* All solves of one kind in one block. B u is zero in a balanced table and is not solved for. */
static gvc_status solve_together(gvc_ctx *ctx, gvc_model *m, unsigned needs, gvc_recipe_kind how)
{
    const extras e = find_extras(m, needs, how);
    gvc_int cols = 0, at = 0;
    gvc_status st = GVC_OK;
    gvc_view block;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (gvc_model__recipes[q].kind == how && needs & gvc_model__recipes[q].name)
            cols += width(m, &gvc_model__recipes[q]);
    if (cols == 0)
        return GVC_OK;
    block = gvc_model__block(ctx, m, cols + e.corrected + e.once);
    if (!block.a)
        return GVC_ENOMEM;
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES && st == GVC_OK; q++)
        if (gvc_model__recipes[q].kind == how && needs & gvc_model__recipes[q].name) {
            m->quantity[q] = gvc_view__cols(block, at, width(m, &gvc_model__recipes[q]));
            st = gvc_model__recipes[q].make(ctx, m, m->quantity[q]);
            at += m->quantity[q].cols;
        }
    if (st == GVC_OK)
        st = solve_block(ctx, m, how == ROW_SOLVE || how == LATE_ROW_SOLVE, block, e);
    if (st == GVC_OK) {
        keep_solutions(m, needs, how);
        return GVC_OK;
    }
    if (m->block[m->n_blocks - 1] == block.a) {
        m->block[--m->n_blocks] = NULL;
        gvc_mem__free(block.a);
    }
    return st;
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

static gvc_status make_one(gvc_ctx *ctx, gvc_model *m, gvc_int q)
{
    const gvc_int cols = width(m, &gvc_model__recipes[q]);
    const gvc_make_fn make = gvc_model__recipes[q].name == GVC_Q_BMADE ? gvc_model__add_made
                             : gvc_model__recipes[q].name == GVC_Q_BE  ? gvc_model__add_imports
                                                                       : gvc_model__recipes[q].make;
    gvc_view block;
    gvc_status st;

    if (gvc_model__recipes[q].name == GVC_Q_B)
        return make_b(ctx, m);
    block = gvc_model__block(ctx, m, cols);
    if (!block.a)
        return GVC_ENOMEM;
    st = make(ctx, m, block);
    if (st == GVC_OK) {
        m->quantity[q] = block;
        m->have |= gvc_model__recipes[q].name;
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
    const gvc_view to = gvc_model__block(ctx, m, width(m, &gvc_model__recipes[q]));

    if (!to.a)
        return GVC_ENOMEM;
    for (gvc_int c = 0; c < from.cols; c++) {
        const gvc_int unit = m->unit[base->order[base->local[c].first]];
        double *sum = to.a + (gvc_model__recipes[q].cols == UNITS ? unit : 0) * to.ld;

        for (gvc_int i = 0; i < to.rows; i++)
            sum[i] += from.a[i + c * from.ld];
    }
    m->quantity[q] = to;
    m->have |= gvc_model__recipes[q].name;
    return GVC_OK;
}

static gvc_status borrow(gvc_ctx *ctx, gvc_model *m, unsigned needs)
{
    const unsigned shared = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_BX | GVC_Q_SB | GVC_Q_BMADE |
                            GVC_Q_SBU | GVC_Q_BONE | GVC_Q_BXU;
    gvc_status st = GVC_OK;

    if (!m->base || !refines(m->base, m))
        return GVC_OK;
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES && st == GVC_OK; q++)
        if (shared & needs & m->base->have & ~m->have & gvc_model__recipes[q].name)
            st = sum_from_base(ctx, m, q);
    return st;
}

/* What is wanted, with all that it is made of, and with what is planned to be solved beside it. */
static unsigned widen(const gvc_model *m, unsigned needs)
{
    unsigned solves = 0;

    needs = gvc_model__close_needs(needs);
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (gvc_recipe__is_solve(&gvc_model__recipes[q]))
            solves |= gvc_model__recipes[q].name;
    if (m->system->by_sweeps)
        solves |= GVC_Q_FVA1 | GVC_Q_BHOT;
    if (needs & ~m->have & solves)
        needs |= m->planned & solves;
    return gvc_model__close_needs(needs);
}

/* The quantities of a kind that are wanted and whose sources are there. */
static unsigned find_ready(const gvc_model *m, gvc_recipe_kind kind, unsigned needs)
{
    unsigned ready = 0;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (gvc_model__recipes[q].kind == kind && needs & ~m->have & gvc_model__recipes[q].name &&
            !(gvc_model__recipes[q].from & ~m->have))
            ready |= gvc_model__recipes[q].name;
    return ready;
}

static gvc_status make_local(gvc_ctx *ctx, gvc_model *m, unsigned needs)
{
    gvc_status st = GVC_OK;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES && st == GVC_OK; q++)
        if (find_ready(m, LOCAL, needs & gvc_model__recipes[q].name))
            st = make_one(ctx, m, q);
    return st;
}

/* AOWN takes what each importer uses itself. B u is zero in a balanced table, and so is A B u. */
static gvc_status make_sales(gvc_ctx *ctx, gvc_model *m, unsigned needs)
{
    const unsigned ready = find_ready(m, SALE, needs);
    const int n_blocks = m->n_blocks;
    gvc_sale sales[GVC_MODEL_QUANTITIES];
    gvc_int n = 0;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++) {
        const gvc_recipe *r = &gvc_model__recipes[q];
        gvc_view block;

        if (!(ready & r->name))
            continue;
        block = gvc_model__block(ctx, m, width(m, r));
        if (!block.a) {
            while (m->n_blocks > n_blocks)
                gvc_mem__free(m->block[--m->n_blocks]);
            return GVC_ENOMEM;
        }
        m->quantity[q] = block;
        if (r->name != GVC_Q_ABU || m->system->has_disc)
            sales[n++] = (gvc_sale){ .out = block,
                                     .y = gvc_model_get(m, r->from),
                                     .by_importer = r->name == GVC_Q_AOWN };
    }
    gvc_model__sell(ctx, m, sales, n);
    m->have |= ready;
    return GVC_OK;
}

/* Make what needs no solves of its own and whose sources are there. */
static gvc_status make_ready(gvc_ctx *ctx, gvc_model *m, unsigned needs)
{
    gvc_status st = make_local(ctx, m, needs);

    if (st == GVC_OK)
        st = make_sales(ctx, m, needs);
    return st == GVC_OK ? make_local(ctx, m, needs) : st;
}

/* Once all that was planned is there, and B is not what the factors became. */
static int is_through(const gvc_model *m)
{
    return m->only_planned && !(m->planned & (GVC_Q_B | GVC_Q_MORE)) &&
           !(gvc_model__close_needs(m->planned) & ~m->have);
}

/* What is added up from others that are there or wanted, and not solved for. */
static unsigned find_sums(const gvc_model *m, unsigned needs)
{
    const unsigned made = GVC_Q_BHOME | GVC_Q_BABROAD, imports = GVC_Q_BEX | GVC_Q_BF;
    unsigned sums = 0;

    if (!(made & ~(needs | m->have)))
        sums |= GVC_Q_BMADE;
    if (m->system->balanced && !(imports & ~(needs | m->have)))
        sums |= GVC_Q_BE;
    return sums & needs & ~m->have;
}

/* Where a sum of solutions is not as certain as a solution, it is solved for after all. */
static gvc_status add_up(gvc_ctx *ctx, gvc_model *m, unsigned sums)
{
    gvc_status st = GVC_OK;

    if (sums & GVC_Q_BMADE)
        st = make_one(ctx, m, index_of(GVC_Q_BMADE));
    if (st != GVC_OK || !(sums & GVC_Q_BE))
        return st;
    if (gvc_model__imports_add_up(m))
        return make_one(ctx, m, index_of(GVC_Q_BE));
    return solve_together(ctx, m, GVC_Q_BE, COLUMN_SOLVE);
}

gvc_status gvc_model_need(gvc_ctx *ctx, gvc_model *model, unsigned needs)
{
    static const gvc_recipe_kind rounds[] = { COLUMN_SOLVE, ROW_SOLVE, LATE_COLUMN_SOLVE,
                                              LATE_ROW_SOLVE };
    const unsigned inverses = GVC_Q_B | GVC_Q_BDIAG;
    unsigned sums;
    gvc_status st;

    needs = widen(model, needs);
    st = borrow(ctx, model, needs);
    if (st == GVC_OK && (needs | model->planned) & GVC_Q_BX)
        st = gvc_system__know_stocks(ctx, model->system);
    sums = find_sums(model, needs);
    model->system->care = sums & GVC_Q_BE ? CAREFUL : 1;
    if (st == GVC_OK && !model->system->has_disc && needs & ~model->have & GVC_Q_BU)
        st = make_one(ctx, model, index_of(GVC_Q_BU));
    for (size_t k = 0; k < sizeof rounds / sizeof rounds[0] && st == GVC_OK; k++) {
        st = make_ready(ctx, model, needs & ~inverses);
        if (st == GVC_OK)
            st = solve_together(ctx, model, needs & ~model->have & ~sums, rounds[k]);
        if (st == GVC_OK && rounds[k] == COLUMN_SOLVE)
            st = add_up(ctx, model, sums);
        model->system->care = 1;
    }
    if (st == GVC_OK)
        st = make_ready(ctx, model, needs);
    if (st == GVC_OK && is_through(model))
        gvc_system__drop_solver(model->system);
    return st;
}
