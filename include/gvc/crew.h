#ifndef GVC_CREW_H
#define GVC_CREW_H

#include <gvc/ctx.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The steps of a series side by side: each on a thread of its own, what they give in their order.
 */

/** Does step `i` with a context of its own, which has its share of the threads and the account of
 *  memory of the caller's. What it logs is told when the step is taken. */
typedef gvc_status (*gvc_crew_run_fn)(gvc_ctx *ctx, gvc_int i, void *user);

/** Takes what step `i` gave, on the thread of the caller, while later steps go on. `status` is that
 *  of the step, with its message in `ctx`. The series ends unless it returns GVC_OK. */
typedef gvc_status (*gvc_crew_take_fn)(gvc_ctx *ctx, gvc_int i, gvc_status status, void *user);

typedef struct gvc_crew_opts {
    gvc_int n;     /**< steps */
    int at_a_time; /**< steps that run side by side, at most */
    int waiting;   /**< steps that may have run before their turn comes to be taken, beside these */
    const char *phase; /**< what progress is told about */
    gvc_crew_run_fn run;
    gvc_crew_take_fn take;
    void *user;
} gvc_crew_opts;

/**
 * Run the steps of a series and take them in their order. Log, progress and `take` are called on
 * the thread of the caller alone. Once a step has failed no other is begun, and the first in order
 * that failed is the one that is told: later ones are cancelled and never taken. A step that finds
 * no memory beside others is run again alone, and so are those after it.
 *
 * @return what the last `take` returned, or GVC_ECANCELLED where progress says so
 */
GVC_API gvc_status gvc_crew_run(gvc_ctx *ctx, const gvc_crew_opts *opts);

#ifdef __cplusplus
}
#endif
#endif
