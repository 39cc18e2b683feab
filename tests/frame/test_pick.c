#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "frame/frame.h"

/* A pick keeps every key and only the values named, whatever order the names have. */
static void pick_keeps_keys_and_named_values(void **state)
{
    static const char *const names[] = { "c", "absent", "a", NULL };
    gvc_ctx *ctx = gvc_ctx_new();
    gvc_frame *frame, *some;

    (void)state;
    assert_int_equal(gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, "country", 2011, 2), GVC_OK);
    gvc_frame__add_int(ctx, frame, GVC_ROLE_KEY, &(gvc_column_info){ .name = "k" })[1] = 7;
    gvc_frame__add_real(ctx, frame, &(gvc_column_info){ .name = "a" })[0] = 1;
    gvc_frame__add_real(ctx, frame, &(gvc_column_info){ .name = "b" })[0] = 2;
    gvc_frame__add_real(ctx, frame, &(gvc_column_info){ .name = "c" })[0] = 3;

    assert_int_equal(gvc_frame_pick(ctx, &some, frame, names), GVC_OK);
    assert_int_equal(gvc_frame_columns(some), 3);
    assert_int_equal(gvc_frame_year(some), 2011);
    assert_string_equal(gvc_frame_level(some), "country");
    assert_int_equal(gvc_frame_ints(some, 0)[1], 7);
    assert_string_equal(gvc_frame_name(some, 1), "a");
    assert_string_equal(gvc_frame_name(some, 2), "c");
    assert_true(gvc_frame_reals(some, 2)[0] == 3);
    gvc_frame_free(some);
    gvc_frame_free(frame);
    gvc_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(pick_keeps_keys_and_named_values) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
