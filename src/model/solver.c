#include "model/recipes.h"

/*
 * What a run costs by factors and by sweeps, in units of one n x n x n product. Measured on two
 * cores at n = 3465 with OpenBLAS 0.3.21: a block of m columns costs this many times m / n.
 */
#define FACTORS 0.46      /* the factorisation */
#define FACTORS_BLOCK 3.0 /* solve and residual */
#define FACTORS_ONCE 12.0 /* foreign value added counted once: some seven solves */
#define SWEEPS 0.04       /* the inverses of the panels, the rounded A */
#define SWEEPS_BLOCK 16.0 /* two rounds of six sweeps, three residuals */

/* Below this order both take no time, and factors are the more exact. */
enum { SMALL = 512 };

/* Solves with a column for every unit among the needs. */
static int count_blocks(unsigned needs)
{
    int n = 0;

    for (gvc_int q = 0; q < GVC_MODEL_QUANTITIES; q++)
        n += needs & gvc_model__recipes[q].name && gvc_model__recipes[q].kind != LOCAL &&
             gvc_model__recipes[q].cols == UNITS;
    return n + ((needs & GVC_Q_BHOT) != 0) + (needs & GVC_Q_MORE ? 2 : 0);
}

static int sweeps_pay(const gvc_model *m)
{
    const double share = (double)m->U / (double)m->system->n;
    const int once = (m->planned & GVC_Q_FVA1) != 0, n = count_blocks(m->planned);

    if (n + once == 0 || m->planned & (GVC_Q_B | GVC_Q_BDIAG))
        return 0;
    return SWEEPS + (n + once) * SWEEPS_BLOCK * share <
           FACTORS + (n * FACTORS_BLOCK + once * FACTORS_ONCE) * share;
}

void gvc_system__choose(gvc_ctx *ctx, gvc_system *sys, const gvc_model *model, gvc_solver wish)
{
    if (wish == GVC_SOLVER_AUTO)
        sys->by_sweeps = sys->n >= SMALL && sweeps_pay(model);
    else
        sys->by_sweeps = wish == GVC_SOLVER_SWEEPS;
    if (sys->by_sweeps && !(sys->least_q > 0)) {
        sys->by_sweeps = 0;
        if (wish == GVC_SOLVER_SWEEPS)
            gvc_log__warn(ctx,
                          "the columns of I - A do not all dominate (min q %.3g): factors "
                          "take the place of sweeps",
                          sys->least_q);
    }
}
