#include <gvc/crew.h>

#include "../support/support.h"
#include "base/mem.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Steps side by side: what they give comes in their order, and the first that fails is told. */

enum { STEPS = 12 };

typedef struct series {
    atomic_int running, most, begun;
    int slow, bad, worse; /* steps that take long, that fail; -1: none */
    int pause;            /* of the slow one, in microseconds; 0: some */
    int short_of_memory;  /* bytes that each step asks for, 0: none */
    int threads[STEPS], runs[STEPS];
    int taken;
    char told[1024];
} series;

static void hear(gvc_log_level level, const char *text, void *user)
{
    series *s = user;
    const size_t used = strlen(s->told);

    (void)level;
    snprintf(s->told + used, sizeof s->told - used, "%s;", text);
}

static gvc_status ask_for_memory(gvc_ctx *ctx, const series *s)
{
    void *block = gvc_mem__alloc(ctx, s->short_of_memory, 1);

    if (!block)
        return GVC_ENOMEM;
    usleep(20000);
    gvc_mem__free(block);
    return GVC_OK;
}

static gvc_status run(gvc_ctx *ctx, gvc_int i, void *user)
{
    series *s = user;
    const int running = atomic_fetch_add(&s->running, 1) + 1;
    int most = atomic_load(&s->most);
    gvc_status st = GVC_OK;

    while (running > most && !atomic_compare_exchange_weak(&s->most, &most, running))
        ;
    atomic_fetch_add(&s->begun, 1);
    s->threads[i] = gvc_ctx_threads(ctx);
    s->runs[i]++;
    gvc_log__info(ctx, "step %d", (int)i);
    usleep(i != s->slow ? 2000 : s->pause ? (unsigned)s->pause : 40000);
    if (s->short_of_memory)
        st = ask_for_memory(ctx, s);
    if (i == s->bad || i == s->worse)
        st = gvc_error__set(ctx, i == s->bad ? GVC_EDATA : GVC_EIO, "step %d is bad", (int)i);
    atomic_fetch_sub(&s->running, 1);
    return st;
}

static gvc_status take(gvc_ctx *ctx, gvc_int i, gvc_status status, void *user)
{
    series *s = user;

    (void)ctx;
    assert_int_equal(s->taken, i);
    s->taken++;
    return status;
}

static gvc_status run_crew(gvc_ctx *ctx, series *s, int at_a_time, int waiting)
{
    const gvc_crew_opts opts = { STEPS, at_a_time, waiting, "steps", run, take, s };

    gvc_ctx_set_log(ctx, hear, s);
    return gvc_crew_run(ctx, &opts);
}

static void what_steps_give_comes_in_their_order(void **state)
{
    char want[1024] = "";

    for (int i = 0; i < STEPS; i++)
        snprintf(want + strlen(want), sizeof want - strlen(want), "step %d;", i);
    for (int at_a_time = 1; at_a_time <= 5; at_a_time += 2)
        for (int waiting = 0; waiting <= 4; waiting += 4) {
            series s = { .slow = 3, .bad = -1, .worse = -1 };

            assert_int_equal(run_crew(*state, &s, at_a_time, waiting), GVC_OK);
            assert_int_equal(s.taken, STEPS);
            assert_string_equal(s.told, want);
            assert_true(atomic_load(&s.most) <= at_a_time);
        }
}

static void threads_are_shared_out(void **state)
{
    series s = { .slow = -1, .bad = -1, .worse = -1 };

    gvc_ctx_set_threads(*state, 8);
    assert_int_equal(run_crew(*state, &s, 3, 0), GVC_OK);
    assert_int_equal(s.threads[0], 3);
    assert_int_equal(s.threads[1], 3);
    assert_int_equal(s.threads[2], 2);
    assert_int_equal(s.threads[STEPS - 1], 8);
    gvc_ctx_set_threads(*state, 2);
    assert_int_equal(run_crew(*state, &(series){ .slow = -1, .bad = -1, .worse = -1 }, 5, 0),
                     GVC_OK);
}

/* The later one fails first, and neither its message nor its lines are told. */
static void the_first_in_order_that_fails_is_told(void **state)
{
    series s = { .slow = 4, .bad = 4, .worse = 5 };

    assert_int_equal(run_crew(*state, &s, 3, 3), GVC_EDATA);
    assert_string_equal(gvc_ctx_message(*state), "step 4 is bad");
    assert_int_equal(s.taken, 5);
    assert_null(strstr(s.told, "step 5"));
    assert_true(atomic_load(&s.begun) < STEPS);
}

static void nothing_begins_after_a_failure(void **state)
{
    series s = { .slow = 0, .bad = 1, .worse = -1, .pause = 300000 };

    assert_int_equal(run_crew(*state, &s, 2, 8), GVC_EDATA);
    assert_int_equal(atomic_load(&s.begun), 2);
    assert_int_equal(s.taken, 2);
}

static int stop(const char *phase, double done, void *user)
{
    assert_string_equal(phase, "steps");
    assert_true(done >= 0 && done <= 1);
    (*(int *)user)++;
    return 1;
}

static gvc_status run_until_stopped(gvc_ctx *ctx, gvc_int i, void *user)
{
    gvc_status st = GVC_OK;

    (void)i;
    (void)user;
    for (int k = 0; st == GVC_OK && k < 10000; k++) {
        usleep(1000);
        st = gvc_progress__step(ctx, "working", 0);
    }
    return st;
}

static void the_caller_can_stop_all(void **state)
{
    series s = { 0 };
    int asked = 0;
    const gvc_crew_opts opts = { STEPS, 3, 0, "steps", run_until_stopped, take, &s };

    gvc_ctx_set_progress(*state, stop, &asked);
    assert_int_equal(gvc_crew_run(*state, &opts), GVC_ECANCELLED);
    assert_int_equal(s.taken, 0);
    assert_int_equal(asked, 1);
}

/* Two steps do not fit at the same time, one does. */
static void memory_that_is_short_beside_others_is_asked_for_alone(void **state)
{
    series s = { .slow = -1, .bad = -1, .worse = -1, .short_of_memory = 60000 };
    int again = 0;

    gvc_ctx_set_memory(*state, 100000);
    assert_int_equal(run_crew(*state, &s, 3, 3), GVC_OK);
    assert_int_equal(s.taken, STEPS);
    for (int i = 0; i < STEPS; i++)
        again += s.runs[i] - 1;
    assert_true(again >= 1);
    assert_null(strstr(s.told, "step 0;step 0;"));
    assert_int_equal(gvc_ctx_memory_used(*state), 0);
}

static void memory_that_is_short_alone_is_an_error(void **state)
{
    series s = { .slow = -1, .bad = -1, .worse = -1, .short_of_memory = 200000 };

    gvc_ctx_set_memory(*state, 100000);
    assert_int_equal(run_crew(*state, &s, 3, 3), GVC_ENOMEM);
    assert_non_null(strstr(gvc_ctx_message(*state), "no memory for an array"));
    assert_int_equal(s.taken, 1);
    assert_int_equal(s.runs[0], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(what_steps_give_comes_in_their_order),
        context_test(threads_are_shared_out),
        context_test(the_first_in_order_that_fails_is_told),
        context_test(nothing_begins_after_a_failure),
        context_test(the_caller_can_stop_all),
        context_test(memory_that_is_short_beside_others_is_asked_for_alone),
        context_test(memory_that_is_short_alone_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
