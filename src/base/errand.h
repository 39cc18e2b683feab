#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

#include "base/ctx.h"

/*
 * Work that goes on beside the caller, on a thread of its own. It has a context of its own with one
 * thread, which shares the account of memory; what it logs is told when it ends, by the thread that
 * sent it.
 */
typedef struct gvc_errand gvc_errand;

typedef gvc_status (*gvc_errand_fn)(gvc_ctx *ctx, void *user);

/** Send for `fn(user)`. NULL where no thread is to be had: the caller then does it itself. */
gvc_errand *gvc_errand__start(gvc_ctx *ctx, gvc_errand_fn fn, void *user);
/** Wait for its end and free it: its status, with its message in `ctx` and its log passed on. With
 *  `ctx` NULL nobody is told. */
gvc_status gvc_errand__end(gvc_ctx *ctx, gvc_errand *errand);

#endif
