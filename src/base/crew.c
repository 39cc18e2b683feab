#include <gvc/crew.h>

#include "base/errand.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

typedef struct crew crew;

typedef struct step {
    crew *crew;
    gvc_int i;
    int threads;
    gvc_errand *errand; /* NULL: not sent yet, or taken; this and what follows under the mutex */
    int has_ended, is_alone;
    gvc_status status;
} step;

struct crew {
    const gvc_crew_opts *opts;
    int threads; /* of the caller */
    step *steps;
    atomic_int is_over;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    int at_a_time, waiting;
    int running, has_failed;
    gvc_int sent, taken; /* steps, from the first one on */
};

static void send_more(gvc_ctx *ctx, crew *c);

static int wants_stop(const char *phase, double done, void *user)
{
    crew *c = user;

    (void)phase;
    (void)done;
    return atomic_load(&c->is_over);
}

static gvc_status go(gvc_ctx *ctx, void *user)
{
    step *s = user;
    crew *c = s->crew;
    gvc_status st;

    gvc_ctx_set_threads(ctx, s->threads);
    gvc_ctx_set_progress(ctx, wants_stop, c);
    st = c->opts->run(ctx, s->i, c->opts->user);
    pthread_mutex_lock(&c->mutex);
    s->has_ended = 1;
    s->status = st;
    c->has_failed |= st != GVC_OK;
    c->running--;
    send_more(ctx, c);
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
    return st;
}

/* Threads are shared out among the steps that are still to come: the last ones get more. */
static int share_of(const crew *c, gvc_int i)
{
    const gvc_int left = c->opts->n - i;
    const int busy = left < c->at_a_time ? (int)left : c->at_a_time;
    const int share = c->threads / busy + (i % busy < c->threads % busy);

    return share < 1 ? 1 : share;
}

/* 0 where no thread is to be had. */
static int send_off(gvc_ctx *ctx, crew *c, gvc_int i)
{
    step *s = &c->steps[i];

    *s = (step){
        .crew = c, .i = i, .threads = share_of(c, i), .is_alone = c->at_a_time + c->waiting == 1
    };
    s->errand = gvc_errand__start(ctx, go, s);
    c->running += s->errand != NULL;
    return s->errand != NULL;
}

/* Send steps on their way where there is room for them. */
static void send_more(gvc_ctx *ctx, crew *c)
{
    while (c->sent < c->opts->n && c->running < c->at_a_time &&
           c->sent - c->taken < c->at_a_time + c->waiting && !c->has_failed &&
           !atomic_load(&c->is_over) && send_off(ctx, c, c->sent))
        c->sent++;
}

static void wait_a_moment(crew *c)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 100000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&c->changed, &c->mutex, &until);
}

/* Wait for the end of a step, asking now and then whether the caller has had enough. */
static gvc_status wait_for(gvc_ctx *ctx, crew *c, const step *s)
{
    gvc_status st = GVC_OK;

    while (!s->has_ended) {
        wait_a_moment(c);
        if (s->has_ended || st != GVC_OK)
            continue;
        pthread_mutex_unlock(&c->mutex);
        st = gvc_progress__step(ctx, c->opts->phase, (double)s->i / (double)c->opts->n);
        if (st != GVC_OK)
            atomic_store(&c->is_over, 1);
        pthread_mutex_lock(&c->mutex);
    }
    return st;
}

static gvc_status refuse(gvc_ctx *ctx)
{
    return gvc_error__set(ctx, GVC_ENOMEM, "out of memory: no thread can be started");
}

/* Memory was short beside other steps: once all that were sent have ended, this one is alone, and
 * so are those after it. */
static gvc_status try_alone(gvc_ctx *ctx, crew *c, step *s)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = s->i + 1; st == GVC_OK && i < c->sent; i++)
        st = wait_for(ctx, c, &c->steps[i]);
    if (st != GVC_OK)
        return st;
    c->at_a_time = 1;
    c->waiting = 0;
    gvc_errand__end(NULL, s->errand);
    return send_off(ctx, c, s->i) ? wait_for(ctx, c, s) : refuse(ctx);
}

/* Step `i` from its sending to its end. */
static gvc_status finish(gvc_ctx *ctx, crew *c, gvc_int i)
{
    step *s = &c->steps[i];
    gvc_status st;

    c->taken = i;
    if (c->sent == i && c->at_a_time + c->waiting == 1)
        c->has_failed = 0; /* it was another one, and has been made good */
    send_more(ctx, c);
    if (c->sent == i)
        return refuse(ctx);
    st = wait_for(ctx, c, s);
    if (st == GVC_OK && s->status == GVC_ENOMEM && !s->is_alone)
        st = try_alone(ctx, c, s);
    return st;
}

static gvc_status run_steps(gvc_ctx *ctx, crew *c)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < c->opts->n; i++) {
        gvc_errand *errand;

        pthread_mutex_lock(&c->mutex);
        st = finish(ctx, c, i);
        errand = c->steps[i].errand;
        if (st == GVC_OK)
            c->steps[i].errand = NULL;
        pthread_mutex_unlock(&c->mutex);
        if (st == GVC_OK)
            st = c->opts->take(ctx, i, gvc_errand__end(ctx, errand), c->opts->user);
    }
    return st;
}

/* Nobody is told of the steps that are left. */
static void end_all(crew *c)
{
    pthread_mutex_lock(&c->mutex);
    atomic_store(&c->is_over, 1);
    pthread_mutex_unlock(&c->mutex);
    for (gvc_int i = 0; i < c->sent; i++)
        if (c->steps[i].errand)
            gvc_errand__end(NULL, c->steps[i].errand);
}

gvc_status gvc_crew_run(gvc_ctx *ctx, const gvc_crew_opts *opts)
{
    crew c = { .opts = opts,
               .threads = gvc_ctx_threads(ctx),
               .at_a_time = opts->at_a_time > 1 ? opts->at_a_time : 1,
               .waiting = opts->waiting };
    gvc_status st;

    c.steps = gvc_mem__calloc(ctx, opts->n, sizeof *c.steps);
    if (!c.steps)
        return GVC_ENOMEM;
    pthread_mutex_init(&c.mutex, NULL);
    pthread_cond_init(&c.changed, NULL);
    st = run_steps(ctx, &c);
    end_all(&c);
    pthread_cond_destroy(&c.changed);
    pthread_mutex_destroy(&c.mutex);
    gvc_mem__free(c.steps);
    return st;
}
