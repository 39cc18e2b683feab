#include "../support/support.h"

#include <gvc/write.h>

#include "base/labels.h"
#include "frame/frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the formats cannot hold is refused and said, never cut. */

/* Nothing may be left behind. */
static int drop_empty(void **state)
{
    (void)state;
    return rmdir(test_folder());
}

/* One row: a code, then `columns` values called `stem`0, `stem`1, ... */
static gvc_frame *frame_of(gvc_ctx *ctx, const char *code, const char *stem, const char *label,
                           gvc_int columns, double value)
{
    const gvc_column_info key = { .name = "country", .label = "Country" };
    gvc_labels *labels;
    gvc_frame *frame;

    assert_ok(ctx, gvc_labels__new(ctx, &labels, 1, &code, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, "country", 2011, 1));
    gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &key, labels)[0] = 0;
    for (gvc_int j = 0; j < columns; j++) {
        char name[64];
        const gvc_column_info info = { .name = name, .label = label, .unit = "share" };

        snprintf(name, sizeof name, "%s%d", stem, (int)j);
        *gvc_frame__add_real(ctx, frame, &info) = value;
    }
    gvc_labels__free(labels);
    return frame;
}

static gvc_status write_frame(gvc_ctx *ctx, const char *path, gvc_frame *frame)
{
    gvc_writer *writer;
    gvc_status st = gvc_writer_open(ctx, &writer, path, NULL);

    if (st == GVC_OK)
        st = gvc_writer_add(ctx, writer, frame);
    if (st == GVC_OK)
        return gvc_writer_close(ctx, writer);
    gvc_writer_abort(writer);
    return st;
}

static void refuse(gvc_ctx *ctx, const char *name, gvc_frame *frame, gvc_status status,
                   const char *says)
{
    assert_int_equal(write_frame(ctx, in_folder(name), frame), status);
    assert_non_null(strstr(gvc_ctx_message(ctx), says));
    assert_int_equal(access(in_folder(name), F_OK), -1);
    gvc_frame_free(frame);
}

static void names_labels_and_texts_are_never_cut(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *longest;
    char label[90], text[2200];

    memset(label, 'x', sizeof label);
    memset(text, 'x', sizeof text);
    label[81] = text[2046] = '\0';
    refuse(ctx, "n.dta", frame_of(ctx, "CHN", "a_name_with_thirty_two_characte", "", 11, 1),
           GVC_EDATA, "the name has 33 characters");
    refuse(ctx, "l.dta", frame_of(ctx, "CHN", "up", label, 1, 1), GVC_EDATA,
           "the label has 81 characters");
    refuse(ctx, "t.dta", frame_of(ctx, text, "up", "", 1, 1), GVC_EDATA, "2046 bytes");
    refuse(ctx, "r.dta", frame_of(ctx, "CHN", "1x", "", 1, 1), GVC_EDATA, "1x0");
    label[80] = text[2045] = '\0';
    longest = frame_of(ctx, text, "up", label, 1, 1);
    assert_ok(ctx, write_frame(ctx, in_folder("y.dta"), longest));
    unlink(in_folder("y.dta"));
    gvc_frame_free(longest);
}

/* Warnings that were logged since the last look. */
static int warnings;

static void count_warnings(gvc_log_level level, const char *text, void *user)
{
    (void)user;
    warnings += level == GVC_LOG_WARNING && strstr(text, "Stata/BE") != NULL;
}

static void too_many_columns_warn_and_then_are_refused(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *fits = frame_of(ctx, "CHN", "v", "", 2046, 1);
    gvc_frame *many = frame_of(ctx, "CHN", "v", "", 2047, 1);

    gvc_ctx_set_log(ctx, count_warnings, NULL);
    warnings = 0;
    assert_ok(ctx, write_frame(ctx, in_folder("fits.dta"), fits));
    assert_int_equal(warnings, 0);
    assert_ok(ctx, write_frame(ctx, in_folder("many.dta"), many));
    assert_int_equal(warnings, 1);
    unlink(in_folder("fits.dta"));
    unlink(in_folder("many.dta"));
    gvc_frame_free(fits);
    gvc_frame_free(many);
    refuse(ctx, "c.dta", frame_of(ctx, "CHN", "v", "", 32767, 1), GVC_EUSAGE, "32767");
    refuse(ctx, "c.xlsx", frame_of(ctx, "CHN", "v", "", 16384, 1), GVC_EUSAGE, "16384");
}

static void infinity_is_refused(void **state)
{
    static const char *const names[] = { "i.dta", "i.xlsx", "i.json" };

    for (int f = 0; f < 3; f++)
        refuse(*state, names[f], frame_of(*state, "CHN", "up", "", 2, -INFINITY), GVC_EDATA,
               "up0: row 1 is infinite");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(names_labels_and_texts_are_never_cut),
        context_test(too_many_columns_warn_and_then_are_refused),
        context_test(infinity_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_empty);
}
