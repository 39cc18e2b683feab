#include "base/errand.h"

#include "../support/support.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* Work on a thread of its own: what it says and how it ends reaches whoever waits for it. */

typedef struct heard {
    char text[256];
} heard;

static void hear(gvc_log_level level, const char *text, void *user)
{
    heard *h = user;
    const size_t used = strlen(h->text);

    snprintf(h->text + used, sizeof h->text - used, "%d %s;", (int)level, text);
}

static gvc_status work(gvc_ctx *ctx, void *user)
{
    void **block = user;

    assert_int_equal(gvc_ctx_threads(ctx), 1);
    gvc_log__warn(ctx, "first");
    gvc_log__info(ctx, "second");
    *block = gvc_mem__alloc(ctx, 1000, 1);
    return *block ? gvc_error__at(ctx, GVC_EDATA, "a.h5", "/Z", "damaged") : GVC_ENOMEM;
}

static void lines_and_message_come_with_the_end(void **state)
{
    gvc_ctx *ctx = *state;
    heard h = { "" };
    void *block = NULL;
    gvc_errand *errand;

    gvc_ctx_set_log(ctx, hear, &h);
    errand = gvc_errand__start(ctx, work, &block);
    assert_non_null(errand);
    assert_int_equal(gvc_errand__end(ctx, errand), GVC_EDATA);
    assert_string_equal(h.text, "0 first;1 second;");
    assert_string_equal(gvc_ctx_message(ctx), "a.h5: /Z: damaged");
    assert_string_equal(gvc_ctx_message_place(ctx), "/Z");
    assert_int_equal(gvc_ctx_memory_used(ctx), 1000);
    gvc_mem__free(block);
}

static void nobody_need_be_told(void **state)
{
    gvc_ctx *ctx = *state;
    heard h = { "" };
    void *block = NULL;
    gvc_errand *errand;

    gvc_ctx_set_log(ctx, hear, &h);
    errand = gvc_errand__start(ctx, work, &block);
    assert_non_null(errand);
    assert_int_equal(gvc_errand__end(NULL, errand), GVC_EDATA);
    assert_string_equal(h.text, "");
    assert_string_equal(gvc_ctx_message(ctx), "");
    gvc_mem__free(block);
}

static void the_limit_of_memory_is_shared(void **state)
{
    gvc_ctx *ctx = *state;
    void *block = NULL;
    gvc_errand *errand;

    gvc_ctx_set_memory(ctx, 500);
    errand = gvc_errand__start(ctx, work, &block);
    assert_non_null(errand);
    assert_int_equal(gvc_errand__end(ctx, errand), GVC_ENOMEM);
    assert_non_null(strstr(gvc_ctx_message(ctx), "no memory for an array"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(lines_and_message_come_with_the_end),
        context_test(nobody_need_be_told),
        context_test(the_limit_of_memory_is_shared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
