#ifndef BASE_HELD_H
#define BASE_HELD_H

#include "base/ctx.h"

/*
 * A file that is held open while it is being read piece by piece: another file that takes its name
 * changes nothing, and what is written to it meanwhile is noticed.
 */
typedef struct gvc_held gvc_held;

/** GVC_EIO where it cannot be opened. One owner. */
gvc_status gvc_held__open(gvc_ctx *ctx, gvc_held **out, const char *path);
gvc_held *gvc_held__share(gvc_held *held);
/** An owner leaves; the file is closed with the last one. NULL is allowed. */
void gvc_held__leave(gvc_held *held);

int gvc_held__fd(const gvc_held *held);
const char *gvc_held__path(const gvc_held *held);
/** Size when it was opened. */
gvc_int gvc_held__bytes(const gvc_held *held);
/** Whether the file is the one that has its name now. */
int gvc_held__has_name(const gvc_held *held);
/** GVC_EIO where it was written to, or cut short, since it was opened. */
gvc_status gvc_held__recheck(gvc_ctx *ctx, const gvc_held *held);

#endif
