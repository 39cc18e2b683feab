#include "model/recipes.h"

void gvc_system__choose(gvc_ctx *ctx, gvc_system *sys, const gvc_model *model, gvc_solver wish)
{
    if (wish == GVC_SOLVER_AUTO)
        sys->by_sweeps = gvc_plan__sweeps_pay(model->planned, model->U, sys->n);
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
