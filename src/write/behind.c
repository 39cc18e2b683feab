#include "write/behind.h"

#include "base/errand.h"
#include "base/mem.h"

#include <pthread.h>

typedef struct item {
    struct item *next;
    gvc_frame *frame;
    gvc_int bytes;
} item;

struct gvc_behind {
    gvc_behind_fn write;
    void *user;
    gvc_int most;
    gvc_errand *errand; /* NULL: it has been ended */
    gvc_status status;  /* of the errand, once it has been ended */

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    item *first, **last;
    gvc_int bytes; /* of what waits and of what is being written */
    int is_last;   /* nothing more comes */
    int has_failed;
};

static void free_item(item *i)
{
    gvc_frame_free(i->frame);
    gvc_mem__free(i);
}

static void free_items(gvc_behind *behind)
{
    for (item *i = behind->first, *next; i; i = next) {
        next = i->next;
        free_item(i);
    }
    behind->first = NULL;
    behind->last = &behind->first;
}

/* The next frame to write, NULL at the end. */
static item *take(gvc_behind *behind)
{
    item *i;

    pthread_mutex_lock(&behind->mutex);
    while (!behind->first && !behind->is_last)
        pthread_cond_wait(&behind->changed, &behind->mutex);
    i = behind->first;
    if (i) {
        behind->first = i->next;
        if (!behind->first)
            behind->last = &behind->first;
    }
    pthread_mutex_unlock(&behind->mutex);
    return i;
}

static void note_written(gvc_behind *behind, gvc_int bytes, gvc_status st)
{
    pthread_mutex_lock(&behind->mutex);
    behind->bytes -= bytes;
    behind->has_failed = st != GVC_OK;
    pthread_cond_broadcast(&behind->changed);
    pthread_mutex_unlock(&behind->mutex);
}

static gvc_status write_all(gvc_ctx *ctx, void *user)
{
    gvc_behind *behind = user;
    gvc_status st = GVC_OK;

    for (item *i; st == GVC_OK && (i = take(behind));) {
        const gvc_int bytes = i->bytes;

        st = behind->write(ctx, i->frame, behind->user);
        free_item(i);
        note_written(behind, bytes, st);
    }
    return st;
}

gvc_behind *gvc_behind__new(gvc_ctx *ctx, gvc_behind_fn fn, void *user, gvc_int bytes)
{
    gvc_behind *behind = gvc_mem__calloc(ctx, 1, sizeof *behind);

    if (!behind)
        return NULL;
    behind->write = fn;
    behind->user = user;
    behind->most = bytes;
    behind->last = &behind->first;
    pthread_mutex_init(&behind->mutex, NULL);
    pthread_cond_init(&behind->changed, NULL);
    behind->errand = gvc_errand__start(ctx, write_all, behind);
    if (behind->errand)
        return behind;
    gvc_behind__drop(behind);
    return NULL;
}

/* End the thread once it has written what waits. */
static gvc_status end(gvc_ctx *ctx, gvc_behind *behind)
{
    if (!behind->errand)
        return behind->status;
    pthread_mutex_lock(&behind->mutex);
    behind->is_last = 1;
    pthread_cond_broadcast(&behind->changed);
    pthread_mutex_unlock(&behind->mutex);
    behind->status = gvc_errand__end(ctx, behind->errand);
    behind->errand = NULL;
    return behind->status;
}

static gvc_int bytes_of(const gvc_frame *frame)
{
    return gvc_frame_rows(frame) * gvc_frame_columns(frame) * (gvc_int)sizeof(double);
}

/* Wait for room and put `i` in line; 0 once a frame could not be written. */
static int put_in_line(gvc_behind *behind, item *i)
{
    int ok;

    pthread_mutex_lock(&behind->mutex);
    while (!behind->has_failed && behind->bytes > 0 && behind->bytes + i->bytes > behind->most)
        pthread_cond_wait(&behind->changed, &behind->mutex);
    ok = !behind->has_failed;
    if (ok) {
        *behind->last = i;
        behind->last = &i->next;
        behind->bytes += i->bytes;
        pthread_cond_broadcast(&behind->changed);
    }
    pthread_mutex_unlock(&behind->mutex);
    return ok;
}

gvc_status gvc_behind__give(gvc_ctx *ctx, gvc_behind *behind, gvc_frame *frame)
{
    item *i = behind->errand ? gvc_mem__alloc(ctx, 1, sizeof *i) : NULL;

    if (!i) {
        gvc_frame_free(frame);
        return behind->errand ? GVC_ENOMEM : behind->status;
    }
    *i = (item){ NULL, frame, bytes_of(frame) };
    if (put_in_line(behind, i))
        return GVC_OK;
    free_item(i);
    return end(ctx, behind);
}

static void release(gvc_behind *behind)
{
    free_items(behind);
    pthread_cond_destroy(&behind->changed);
    pthread_mutex_destroy(&behind->mutex);
    gvc_mem__free(behind);
}

gvc_status gvc_behind__finish(gvc_ctx *ctx, gvc_behind *behind)
{
    const gvc_status st = end(ctx, behind);

    release(behind);
    return st;
}

void gvc_behind__drop(gvc_behind *behind)
{
    if (!behind)
        return;
    pthread_mutex_lock(&behind->mutex);
    free_items(behind);
    pthread_mutex_unlock(&behind->mutex);
    end(NULL, behind);
    release(behind);
}
