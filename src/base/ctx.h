#ifndef BASE_CTX_H
#define BASE_CTX_H

#include <gvc/ctx.h>

#define GVC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/** Set the message of `ctx` and return `status`, so that a failing function can end in one line. */
gvc_status gvc_error__set(gvc_ctx *ctx, gvc_status status, const char *fmt, ...) GVC_PRINTF(3, 4);

/** The same with the file and the place in it ("sheet 2011, cell C8"); either may be NULL. The
 *  message becomes "file: place: text". */
gvc_status gvc_error__at(gvc_ctx *ctx, gvc_status status, const char *file, const char *place,
                         const char *fmt, ...) GVC_PRINTF(5, 6);

/** Whether files may be tried in a child process first (gvc_ctx_set_guard()). */
int gvc_ctx__guard(const gvc_ctx *ctx);

/** A context for another thread: shares the account of memory of `ctx`, has one thread, and tells
 *  nobody anything. Freed with gvc_ctx_free(); NULL when memory is out. */
gvc_ctx *gvc_ctx__twin(const gvc_ctx *ctx);
/** Take over the message of `from`. */
void gvc_error__pass(gvc_ctx *ctx, const gvc_ctx *from);

/** Log a text as it is. */
void gvc_log__pass(gvc_ctx *ctx, gvc_log_level level, const char *text);
void gvc_log__warn(gvc_ctx *ctx, const char *fmt, ...) GVC_PRINTF(2, 3);
void gvc_log__info(gvc_ctx *ctx, const char *fmt, ...) GVC_PRINTF(2, 3);
void gvc_log__debug(gvc_ctx *ctx, const char *fmt, ...) GVC_PRINTF(2, 3);

/** Report progress; GVC_ECANCELLED when the caller wants to stop. Never call it in a parallel
 * region. */
gvc_status gvc_progress__step(gvc_ctx *ctx, const char *phase, double done);

#endif
