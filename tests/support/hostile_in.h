#ifndef TESTS_HOSTILE_IN_H
#define TESTS_HOSTILE_IN_H

#include "hostile.h"

#include <gvc/gvc.h>

/* What the readers of hostile bytes share. */

/** End the program because a promise was broken. */
void hostile_fail(const gvc_ctx *ctx, const char *what);
/** A context of one thread with a limit of memory. */
gvc_ctx *hostile_begin(void);
/** The answer `st` to `bytes` bytes: a message that can be shown, nothing left, little taken. Frees
 *  the context. */
void hostile_end(gvc_ctx *ctx, gvc_status st, size_t bytes);
/** Fails where `text` holds control characters or is no UTF-8. */
void hostile_check_text(const gvc_ctx *ctx, const char *text);

/** Path of a file called `name` with these bytes, in a folder that goes when the program ends; good
 *  until the next file of that name. */
const char *hostile_file(const char *name, const uint8_t *data, size_t bytes);
/** The path of `name` in that folder. */
const char *hostile_path(const char *name);

/** The readers of sources, and of what stands beside them. */
typedef struct hostile_kind {
    const char *name;
    gvc_status (*read)(gvc_ctx *ctx, const uint8_t *data, size_t bytes);
} hostile_kind;

extern const hostile_kind hostile_texts[]; /* ends in an empty row */

#endif
