#include "la/lu.h"
#include "model/recipes.h"
#include "model/passes.h"

/*
 * What a run takes, in one place: the solver is chosen by these costs, --plan prints them, and a
 * limit of memory is held against them before anything is read.
 *
 * Costs are in units of one n x n x n product, measured on two cores at n = 3465 (sweeps: up to
 * 19,680) with OpenBLAS 0.3.21: a block of m columns costs this many times m / n.
 */
#define FACTORS 0.46      /* the factorisation */
#define FACTORS_BLOCK 3.0 /* solve and residual */
#define FACTORS_ONCE 12.0 /* foreign value added counted once: some seven solves */
#define TRIANGLES 0.42    /* from the factors to their inverses, which give own blocks of B */
#define INVERSE 1.15      /* B without factors */
#define SWEEPS 0.04       /* the inverses of the panels, the rounded A */
#define SWEEPS_BLOCK 5.5  /* two rounds of three or four passes, two residuals, */
#define SWEEPS_SMALL 7500 /* and of what does not shrink with n this over n, */
#define SWEEPS_MOST 2.0   /* but no more than this */

/* Below this order both take no time, and factors are the more exact. */
enum { SMALL = 512 };
/* What the readers of store/ unpack at a time. */
enum { UNPACK_LEAST = 4 << 20, UNPACK_MOST = 32 << 20 };

static const unsigned inverses = GVC_Q_B | GVC_Q_BDIAG;

/* Solves with a column for every unit among the needs. */
static int count_blocks(unsigned needs)
{
    int n = 0;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        n += needs & gvc_model__recipes[q].name && gvc_recipe__is_solve(&gvc_model__recipes[q]) &&
             gvc_model__recipes[q].cols == UNITS;
    return n + ((needs & GVC_Q_BHOT) != 0) + (needs & GVC_Q_MORE ? 2 : 0);
}

static double sweeps_block(double n)
{
    const double rest = SWEEPS_SMALL / n;

    return SWEEPS_BLOCK + (rest < SWEEPS_MOST ? rest : SWEEPS_MOST);
}

double gvc_plan__products(unsigned needs, gvc_int U, gvc_int n, int by_sweeps)
{
    const double share = (double)U / (double)n;
    const int once = (needs & GVC_Q_FVA1) != 0, blocks = count_blocks(needs);

    if (by_sweeps)
        return SWEEPS + (blocks + once) * sweeps_block((double)n) * share;
    return (needs & GVC_Q_B    ? INVERSE
            : needs & inverses ? FACTORS + TRIANGLES
                               : FACTORS) +
           (blocks * FACTORS_BLOCK + once * FACTORS_ONCE) * share;
}

int gvc_plan__sweeps_pay(unsigned needs, gvc_int U, gvc_int n)
{
    if (n < SMALL || count_blocks(needs) + ((needs & GVC_Q_FVA1) != 0) == 0 || needs & inverses)
        return 0;
    return gvc_plan__products(needs, U, n, 1) < gvc_plan__products(needs, U, n, 0);
}

/* ---- memory ---- */

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static gvc_int width(const gvc_recipe *r, gvc_int U, gvc_int widest)
{
    switch (r->cols) {
    case TWO:
        return 2;
    case UNITS:
        return U;
    case ROWS:
        return 0; /* B takes the place of the factors */
    case OWN_ROWS:
        return widest;
    default:
        return 1;
    }
}

/* Columns of all quantities, and of the largest block that is solved together. */
static void count_columns(unsigned needs, gvc_int U, gvc_int widest, int by_sweeps, double *all,
                          double *together)
{
    double of_kind[LATE_ROW_SOLVE + 1] = { 0 };

    *all = *together = 0;
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (needs & gvc_model__recipes[q].name) {
            *all += (double)width(&gvc_model__recipes[q], U, widest);
            of_kind[gvc_model__recipes[q].kind] += (double)width(&gvc_model__recipes[q], U, widest);
        }
    if (by_sweeps && needs & GVC_Q_FVA1) {
        of_kind[ROW_SOLVE] += (double)U;
        *all += (double)U;
    }
    if (by_sweeps && needs & GVC_Q_BX) { /* beside both, the system corrected for inventories */
        of_kind[COLUMN_SOLVE]++;
        of_kind[ROW_SOLVE]++;
        *all += 5;
    }
    for (int k = COLUMN_SOLVE; k <= LATE_ROW_SOLVE; k++)
        *together = larger(*together, of_kind[k]);
    if (!by_sweeps && needs & GVC_Q_FVA1)
        *together = larger(*together, 1.5 * (double)U); /* the iterate, and its certificate */
    if (needs & GVC_Q_BHOT)
        *together = larger(*together, 1.5 * (double)U);
}

static int needs_solves(unsigned needs)
{
    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        if (needs & gvc_model__recipes[q].name && gvc_recipe__is_solve(&gvc_model__recipes[q]))
            return 1;
    return (needs & (inverses | GVC_Q_FVA1 | GVC_Q_BHOT)) != 0;
}

/* Bytes that a reader of compressed tables holds beside them. */
static double reading(double n)
{
    const double eighth = n * n;
    const double part = eighth < UNPACK_LEAST  ? UNPACK_LEAST
                        : eighth > UNPACK_MOST ? UNPACK_MOST
                                               : eighth;

    return 2 * (part < 8 * eighth ? part : 8 * eighth);
}

/* Bytes of one solve with m columns: right-hand side and residual; sweeps have solution and
 * residual, the former perhaps scaled, and in single precision the right-hand side, the start of a
 * pass and what is mixed for it, a panel's part in three copies, and eliminations. */
static double solving(double n, double m, int by_sweeps)
{
    const double panel = n / GVC_SWEEPS_PANELS;

    if (!by_sweeps)
        return 16 * n * m;
    return n * m * (24 + 4 * (3 + 3 * GVC_MIX_SLOTS)) + panel * m * (4 + 16) + 4 * n * panel;
}

/* Cells of the local inverses: the largest unit, and the others as if they shared the rest evenly.
 */
static double local_cells(double n, double U, double widest)
{
    const double rest = U > 1 ? (n - widest) / (U - 1) : 0;

    return widest * widest + (n - widest) * rest;
}

gvc_plan gvc_model_plan(const gvc_plan_size *size, unsigned needs, gvc_solver solver)
{
    const gvc_int U = size->U > 0 ? size->U : size->G;
    const gvc_int widest = size->widest > 0 ? size->widest : size->N;
    const double n = (double)(size->G * size->N);
    gvc_plan plan = { .solver = "none" };
    double all, together;
    int by_sweeps, solves;

    needs = gvc_model__close_needs(needs);
    solves = needs_solves(needs);
    by_sweeps = solver == GVC_SOLVER_AUTO ? gvc_plan__sweeps_pay(needs, U, size->G * size->N)
                                          : solver == GVC_SOLVER_SWEEPS && !(needs & inverses);
    count_columns(needs, U, widest, by_sweeps, &all, &together);
    plan.table = 8 * n * ((size->mapped ? 0 : n) + (double)(size->G * size->K) + 2);
    plan.demand = 8 * (n * (3 * (double)U + (double)size->G + 12) +
                       local_cells(n, (double)U, (double)widest));
    plan.quantities = 8 * n * all;
    plan.work = plan.reading = size->mapped ? 0 : reading(n);
    if (solves) {
        plan.solver = by_sweeps ? "sweeps" : "lu";
        plan.factors = by_sweeps ? 4 * n * n * (1 + 3.0 / GVC_SWEEPS_PANELS) : 8 * n * n;
        plan.products = gvc_plan__products(needs, U, size->G * size->N, by_sweeps);
        /* What is read is unpacked before anything is solved. */
        plan.work = larger(plan.reading - plan.factors - plan.demand - plan.quantities,
                           solving(n, together, by_sweeps));
        if (needs & inverses)
            plan.work = larger(plan.work, 8 * (double)gvc_la__inverse_work(size->G * size->N));
    }
    plan.peak = plan.table + plan.factors + plan.demand + plan.quantities + plan.work;
    plan.kept = needs & (GVC_Q_B | GVC_Q_MORE) ? plan.peak - plan.work
                                               : plan.table + plan.demand + plan.quantities;
    return plan;
}
