#include "base/ctx.h"
#include "base/mem.h"
#include "base/text.h"

#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1024 };

struct gvc_ctx {
    int threads, guard;
    gvc_mem_account *account;
    gvc_log_fn log;
    void *log_user;
    gvc_progress_fn progress;
    void *progress_user;
    char message[4 * TEXT], file[TEXT], place[TEXT];
};

static const struct {
    const char *name;
    int exit_code;
} statuses[] = {
    [GVC_OK] = { "done", 0 },
    [GVC_NO] = { "the answer is no", 1 },
    [GVC_EUSAGE] = { "usage", 2 },
    [GVC_EIO] = { "cannot read or write", 3 },
    [GVC_EDATA] = { "bad data", 4 },
    [GVC_ELABEL] = { "label not found", 5 },
    [GVC_ESINGULAR] = { "singular", 6 },
    [GVC_ECONVERGE] = { "not converged", 6 },
    [GVC_ENOMEM] = { "memory", 7 },
    [GVC_ECANCELLED] = { "interrupted", 130 },
};

const char *gvc_status_name(gvc_status status)
{
    return statuses[status].name;
}

int gvc_status_exit_code(gvc_status status)
{
    return statuses[status].exit_code;
}

const char *gvc_version(void)
{
    return GVC_VERSION;
}

gvc_ctx *gvc_ctx_new(void)
{
    gvc_ctx *ctx = calloc(1, sizeof *ctx);

    if (!ctx)
        return NULL;
    ctx->account = gvc_mem__account_new();
    if (!ctx->account) {
        free(ctx);
        return NULL;
    }
    gvc_ctx_set_threads(ctx, 0);
    return ctx;
}

gvc_ctx *gvc_ctx__twin(const gvc_ctx *ctx)
{
    gvc_ctx *twin = calloc(1, sizeof *twin);

    if (!twin)
        return NULL;
    twin->threads = 1;
    twin->account = gvc_mem__account_share(ctx->account);
    return twin;
}

void gvc_ctx_free(gvc_ctx *ctx)
{
    if (!ctx)
        return;
    gvc_mem__account_leave(ctx->account);
    free(ctx);
}

void gvc_ctx_set_guard(gvc_ctx *ctx, int on)
{
    ctx->guard = on;
}

int gvc_ctx__guard(const gvc_ctx *ctx)
{
    return ctx->guard;
}

void gvc_ctx_set_threads(gvc_ctx *ctx, int n)
{
    ctx->threads = n > 0 ? n : omp_get_num_procs();
}

int gvc_ctx_threads(const gvc_ctx *ctx)
{
    return ctx->threads;
}

gvc_mem_account *gvc_ctx__account(const gvc_ctx *ctx)
{
    return ctx->account;
}

void gvc_ctx_set_memory(gvc_ctx *ctx, gvc_int bytes)
{
    gvc_mem__set_limit(ctx->account, bytes);
}

gvc_int gvc_ctx_memory(const gvc_ctx *ctx)
{
    return gvc_mem__limit(ctx->account);
}

gvc_int gvc_ctx_memory_used(const gvc_ctx *ctx)
{
    return gvc_mem__used(ctx->account);
}

gvc_int gvc_ctx_memory_peak(const gvc_ctx *ctx)
{
    return gvc_mem__peak(ctx->account);
}

void gvc_ctx_set_log(gvc_ctx *ctx, gvc_log_fn fn, void *user)
{
    ctx->log = fn;
    ctx->log_user = user;
}

void gvc_ctx_set_progress(gvc_ctx *ctx, gvc_progress_fn fn, void *user)
{
    ctx->progress = fn;
    ctx->progress_user = user;
}

const char *gvc_ctx_message(const gvc_ctx *ctx)
{
    return ctx->message;
}

const char *gvc_ctx_message_file(const gvc_ctx *ctx)
{
    return ctx->file;
}

const char *gvc_ctx_message_place(const gvc_ctx *ctx)
{
    return ctx->place;
}

/* The text is formatted first: its arguments may point into the message that it replaces. They
 * may also come from a file that nobody vouches for, and the message goes to a terminal. */
static void compose(gvc_ctx *ctx, const char *file, const char *place, const char *fmt,
                    va_list args)
{
    char text[TEXT];

    vsnprintf(text, sizeof text, fmt, args);
    gvc_text__clean(text);
    snprintf(ctx->file, sizeof ctx->file, "%s", file ? file : "");
    gvc_text__clean(ctx->file);
    snprintf(ctx->place, sizeof ctx->place, "%s", place ? place : "");
    gvc_text__clean(ctx->place);
    snprintf(ctx->message, sizeof ctx->message, "%s%s%s%s%s", ctx->file, *ctx->file ? ": " : "",
             ctx->place, *ctx->place ? ": " : "", text);
}

gvc_status gvc_error__set(gvc_ctx *ctx, gvc_status status, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    compose(ctx, NULL, NULL, fmt, args);
    va_end(args);
    return status;
}

gvc_status gvc_error__at(gvc_ctx *ctx, gvc_status status, const char *file, const char *place,
                         const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    compose(ctx, file, place, fmt, args);
    va_end(args);
    return status;
}

void gvc_error__pass(gvc_ctx *ctx, const gvc_ctx *from)
{
    memcpy(ctx->file, from->file, sizeof ctx->file);
    memcpy(ctx->place, from->place, sizeof ctx->place);
    memcpy(ctx->message, from->message, sizeof ctx->message);
}

void gvc_log__pass(gvc_ctx *ctx, gvc_log_level level, const char *text)
{
    if (ctx->log)
        ctx->log(level, text, ctx->log_user);
}

static void say(gvc_ctx *ctx, gvc_log_level level, const char *fmt, va_list args)
{
    char text[2 * TEXT];

    if (!ctx->log)
        return;
    vsnprintf(text, sizeof text, fmt, args);
    gvc_text__clean(text);
    gvc_log__pass(ctx, level, text);
}

void gvc_log__warn(gvc_ctx *ctx, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(ctx, GVC_LOG_WARNING, fmt, args);
    va_end(args);
}

void gvc_log__info(gvc_ctx *ctx, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(ctx, GVC_LOG_INFO, fmt, args);
    va_end(args);
}

void gvc_log__debug(gvc_ctx *ctx, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(ctx, GVC_LOG_DEBUG, fmt, args);
    va_end(args);
}

gvc_status gvc_progress__step(gvc_ctx *ctx, const char *phase, double done)
{
    if (ctx->progress && ctx->progress(phase, done, ctx->progress_user))
        return gvc_error__set(ctx, GVC_ECANCELLED, "interrupted while %s", phase);
    return GVC_OK;
}
