#include "base/errand.h"

#include "base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef struct line {
    struct line *next;
    gvc_log_level level;
    char text[];
} line;

struct gvc_errand {
    pthread_t thread;
    gvc_ctx *ctx;
    gvc_errand_fn fn;
    void *user;
    gvc_status status;
    line *first, **last;
};

/* A line that finds no memory is lost: it is no result. */
static void keep_line(gvc_log_level level, const char *text, void *user)
{
    gvc_errand *errand = user;
    const size_t bytes = strlen(text) + 1;
    line *l = malloc(sizeof *l + bytes);

    if (!l)
        return;
    l->next = NULL;
    l->level = level;
    memcpy(l->text, text, bytes);
    *errand->last = l;
    errand->last = &l->next;
}

static void *go(void *user)
{
    gvc_errand *errand = user;

    errand->status = errand->fn(errand->ctx, errand->user);
    return NULL;
}

/* Signals stay with the thread that waits for them, but for the one that reading a mapped file may
 * raise. */
static int start_thread(gvc_errand *errand)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&errand->thread, NULL, go, errand);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

gvc_errand *gvc_errand__start(gvc_ctx *ctx, gvc_errand_fn fn, void *user)
{
    gvc_errand *errand = calloc(1, sizeof *errand);

    if (!errand)
        return NULL;
    errand->fn = fn;
    errand->user = user;
    errand->last = &errand->first;
    errand->ctx = gvc_ctx__twin(ctx);
    if (errand->ctx) {
        gvc_ctx_set_log(errand->ctx, keep_line, errand);
        if (start_thread(errand))
            return errand;
    }
    gvc_ctx_free(errand->ctx);
    free(errand);
    return NULL;
}

gvc_status gvc_errand__end(gvc_ctx *ctx, gvc_errand *errand)
{
    gvc_status st;

    pthread_join(errand->thread, NULL);
    for (line *l = errand->first, *next; l; l = next) {
        next = l->next;
        if (ctx)
            gvc_log__pass(ctx, l->level, l->text);
        free(l);
    }
    st = errand->status;
    if (st != GVC_OK && ctx)
        gvc_error__pass(ctx, errand->ctx);
    gvc_ctx_free(errand->ctx);
    free(errand);
    return st;
}
