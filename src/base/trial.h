#ifndef BASE_TRIAL_H
#define BASE_TRIAL_H

#include "base/ctx.h"

/** How work that was tried in a child process ended. */
typedef enum gvc_trial {
    GVC_TRIAL_ENDED,   /**< it came to an end, well or with an error of its own */
    GVC_TRIAL_CRASHED, /**< a signal ended it */
    GVC_TRIAL_ENDLESS, /**< it ran into the limit of time */
    GVC_TRIAL_GREEDY,  /**< it says that it ran into the limit of memory */
    GVC_TRIAL_UNTRIED, /**< no process could be had */
} gvc_trial;

/**
 * Do `work` in a child process first, with limits, so that what crashes or does not end there is
 * found out. The child has copies of everything, keeps nothing, and says nothing: no log, no
 * progress, no standard error. `bytes` is what it may take beyond what there is; `work` gives 1
 * where it lacked memory, else 0. It must start no threads, and take no lock that another thread
 * may hold.
 *
 * fork() has traps in a program with threads or child processes of its own, so only a context that
 * was told to (gvc_ctx_set_guard()) tries anything; for others this is GVC_TRIAL_UNTRIED.
 */
gvc_trial gvc_trial__run(gvc_ctx *ctx, int (*work)(gvc_ctx *ctx, void *user), void *user,
                         int seconds, gvc_int bytes);

#endif
