#ifndef GVC_CTX_H
#define GVC_CTX_H

#include <gvc/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The circumstances of a computation: threads, memory limit, log, progress, and the last message.
 * Use one context per calling thread. Tables and models may be shared between contexts.
 */
typedef struct gvc_ctx gvc_ctx;

typedef enum gvc_log_level { GVC_LOG_WARNING, GVC_LOG_INFO, GVC_LOG_DEBUG } gvc_log_level;

/** Receives each log line, without a newline. */
typedef void (*gvc_log_fn)(gvc_log_level level, const char *text, void *user);

/** Receives phase and share done (0 to 1); a value other than 0 cancels the work. */
typedef int (*gvc_progress_fn)(const char *phase, double done, void *user);

/** A new context with all cores, no memory limit, no log. NULL when memory is out. */
GVC_API gvc_ctx *gvc_ctx_new(void);

/** Free `ctx`; NULL is allowed. Objects made with it stay valid. */
GVC_API void gvc_ctx_free(gvc_ctx *ctx);

/** Use `n` threads from now on; 0 means all cores. The count never changes a bit of a result. */
GVC_API void gvc_ctx_set_threads(gvc_ctx *ctx, int n);
GVC_API int gvc_ctx_threads(const gvc_ctx *ctx);

/**
 * Open HDF5 files in a child process first, with limits of time and memory, and refuse those that
 * crash the HDF5 library or keep it busy for ever; a few milliseconds a file. Off by default: it
 * forks, which is not for a program that has threads at work, or that waits for any child process.
 */
GVC_API void gvc_ctx_set_guard(gvc_ctx *ctx, int on);

/** Refuse to hold more than `bytes` at once; 0 means no limit. */
GVC_API void gvc_ctx_set_memory(gvc_ctx *ctx, gvc_int bytes);
GVC_API gvc_int gvc_ctx_memory(const gvc_ctx *ctx);

/** Bytes held now, and the most held since the context was made. */
GVC_API gvc_int gvc_ctx_memory_used(const gvc_ctx *ctx);
GVC_API gvc_int gvc_ctx_memory_peak(const gvc_ctx *ctx);

GVC_API void gvc_ctx_set_log(gvc_ctx *ctx, gvc_log_fn fn, void *user);
GVC_API void gvc_ctx_set_progress(gvc_ctx *ctx, gvc_progress_fn fn, void *user);

/** The last error: whole message, and the file and place it names ("" where none). Never NULL. */
GVC_API const char *gvc_ctx_message(const gvc_ctx *ctx);
GVC_API const char *gvc_ctx_message_file(const gvc_ctx *ctx);
GVC_API const char *gvc_ctx_message_place(const gvc_ctx *ctx);

/** Version of the library, "0.1.0". */
GVC_API const char *gvc_version(void);

#ifdef __cplusplus
}
#endif
#endif
