#ifndef WRITE_BEHIND_H
#define WRITE_BEHIND_H

#include "frame/frame.h"

/*
 * Frames that are written by a thread of their own, in the order in which they come, while the
 * caller makes the next ones.
 */
typedef struct gvc_behind gvc_behind;

typedef gvc_status (*gvc_behind_fn)(gvc_ctx *ctx, const gvc_frame *frame, void *user);

/** Up to `bytes` of frames wait or are being written by `fn`, or one frame of any size. NULL where
 *  there is no thread or memory for it. */
gvc_behind *gvc_behind__new(gvc_ctx *ctx, gvc_behind_fn fn, void *user, gvc_int bytes);
/** Hand over `frame`, which then belongs to the queue, also when the call fails: once a frame could
 *  not be written, with the status and the message of that. Waits while the queue is full. */
gvc_status gvc_behind__give(gvc_ctx *ctx, gvc_behind *behind, gvc_frame *frame);
/** Wait until everything is written, end the thread, free. */
gvc_status gvc_behind__finish(gvc_ctx *ctx, gvc_behind *behind);
/** The same without writing what still waits. NULL is allowed. */
void gvc_behind__drop(gvc_behind *behind);

#endif
