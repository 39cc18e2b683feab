#include "../support/samples.h"
#include "frame/frame.h"

#include <gvc/write.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Results given to a writer that writes them on a thread of its own. */

static void expect_same_bytes(const char *a, const char *b)
{
    FILE *one = fopen(a, "rb"), *other = fopen(b, "rb");
    int x, y;

    assert_non_null(one);
    assert_non_null(other);
    do {
        x = getc(one);
        y = getc(other);
        assert_int_equal(x, y);
    } while (x != EOF);
    fclose(one);
    fclose(other);
}

/* Give every frame of a new run to `writer`, `times` over; the first failure ends it. */
static gvc_status give_all(gvc_ctx *ctx, gvc_writer *writer, gvc_int which, int times)
{
    gvc_status st = GVC_OK;

    for (int k = 0; k < times; k++) {
        sample s = sample_new(ctx, which, 1);

        for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(s.frames); f++)
            st = gvc_writer_give(ctx, writer, gvc_frames__take(s.frames, f));
        sample_free(&s);
    }
    return st;
}

static void open_writer(gvc_ctx *ctx, gvc_writer **writer, const char *path, gvc_int behind)
{
    const gvc_write_opts opts = { .force = 1, .layout = GVC_LAYOUT_LONG, .behind = behind };

    assert_ok(ctx, gvc_writer_open(ctx, writer, path, &opts));
}

/* Whether much may wait, one frame alone, or nothing; csv never lets anything wait. */
static void the_file_is_the_same_byte_for_byte(void **state)
{
    static const char *const suffixes[] = { "h5", "csv" };
    static const gvc_int behind[] = { 0, 1, 4000, 1 << 30 };

    for (int k = 0; k < 2; k++) {
        char at_once[64], later[64];
        gvc_writer *writer;

        strcpy(at_once, in_folder(k ? "once.csv" : "once.h5"));
        strcpy(later, in_folder(k ? "later.csv" : "later.h5"));
        for (int b = 0; b < 4; b++) {
            open_writer(*state, &writer, b ? later : at_once, behind[b]);
            assert_ok(*state, give_all(*state, writer, 3, 1));
            assert_ok(*state, gvc_writer_close(*state, writer));
            if (b)
                expect_same_bytes(at_once, later);
        }
        assert_non_null(strstr(later, suffixes[k]));
        unlink(at_once);
        unlink(later);
    }
}

/* What is added at once comes after what waits. */
static void order_is_kept(void **state)
{
    char given[64], mixed[64];
    gvc_writer *writer;

    strcpy(given, in_folder("given.h5"));
    strcpy(mixed, in_folder("mixed.h5"));
    open_writer(*state, &writer, given, 0);
    assert_ok(*state, give_all(*state, writer, 2, 1));
    assert_ok(*state, gvc_writer_close(*state, writer));
    open_writer(*state, &writer, mixed, 1 << 30);
    {
        sample s = sample_new(*state, 2, 1);

        for (gvc_int f = 0; f < gvc_frames_n(s.frames); f++)
            if (f % 3 == 1)
                assert_ok(*state, gvc_writer_add(*state, writer, gvc_frames_get(s.frames, f)));
            else
                assert_ok(*state, gvc_writer_give(*state, writer, gvc_frames__take(s.frames, f)));
        sample_free(&s);
    }
    assert_ok(*state, gvc_writer_close(*state, writer));
    expect_same_bytes(given, mixed);
    unlink(given);
    unlink(mixed);
}

/* The second time round every array is there already. */
static void what_goes_wrong_later_is_told(void **state)
{
    char path[64];
    gvc_writer *writer;
    gvc_status st;

    strcpy(path, in_folder("twice.h5"));
    open_writer(*state, &writer, path, 1 << 30);
    st = give_all(*state, writer, 1, 2);
    assert_true(st == GVC_OK || st == GVC_EUSAGE);
    assert_int_equal(gvc_writer_close(*state, writer), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(*state), "the same measure, level and year is written "
                                                    "twice"));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void what_waits_is_dropped_with_the_output(void **state)
{
    char path[64];
    gvc_writer *writer;

    strcpy(path, in_folder("dropped.h5"));
    open_writer(*state, &writer, path, 1 << 30);
    assert_ok(*state, give_all(*state, writer, 3, 1));
    gvc_writer_abort(writer);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(the_file_is_the_same_byte_for_byte),
        context_test(order_is_kept),
        context_test(what_goes_wrong_later_is_told),
        context_test(what_waits_is_dropped_with_the_output),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
