#include "../support/golden.h"

#include "base/labels.h"
#include "frame/frame.h"

#include <math.h>
#include <string.h>

/* The comparer has to see what is wrong, or every test that leans on it proves nothing. */

static const char *const countries[] = { "CHN", "VNM", "DEU" };

/* The country frame of kww/gexp in t3x3, off by `shift` in its last row. */
static gvc_frames *frame_of_exports(gvc_ctx *ctx, double shift)
{
    const gvc_column_info key = { .name = "exporter" };
    const gvc_column_info value = { .name = "gexp", .measure = "kww/gexp", .group = "kww" };
    gvc_labels *labels = NULL;
    gvc_frames *frames = NULL;
    gvc_frame *frame = NULL;
    golden *g = golden_read("t3x3", "expected_exports_basic.csv");
    int32_t *codes;
    double *cells;
    gvc_int row = 0;

    assert_ok(ctx, gvc_labels__new(ctx, &labels, 3, countries, NULL));
    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_EXPORTS, "country", 2011, 3));
    codes = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &key, labels);
    cells = gvc_frame__add_real(ctx, frame, &value);
    assert_true(codes && cells);
    for (gvc_int i = 0; i < g->n; i++)
        if (strcmp(g->rows[i].measure, "kww/gexp") == 0) {
            codes[row] = (int32_t)gvc_labels_find(labels, g->rows[i].keys[0]);
            cells[row++] = g->rows[i].value;
        }
    assert_int_equal(row, 3);
    cells[2] += shift;
    assert_ok(ctx, gvc_frames__add(ctx, frames, frame));
    gvc_labels__free(labels);
    golden_free(g);
    return frames;
}

static gvc_int differences(gvc_ctx *ctx, double shift, const char *prefix)
{
    gvc_frames *frames = frame_of_exports(ctx, shift);
    golden *g = golden_read("t3x3", "expected_exports_basic.csv");
    const gvc_int bad = golden_differences(g, frames, prefix, 1e-9, 0, 0);

    golden_free(g);
    gvc_frames_free(frames);
    return bad;
}

static void equal_values_agree(void **state)
{
    assert_int_equal(differences(*state, 0, "kww/gexp"), 0);
    assert_int_equal(differences(*state, 1e-9, "kww/gexp"), 0);
}

static void a_shifted_value_differs(void **state)
{
    assert_int_equal(differences(*state, 1e-5, "kww/gexp"), 1);
}

static void a_missing_value_differs(void **state)
{
    assert_int_equal(differences(*state, NAN, "kww/gexp"), 1);
}

static void rows_that_are_not_there_differ(void **state)
{
    assert_int_equal(differences(*state, 0, "kww/resid"), 3);
}

static void values_are_read_to_the_last_digit(void **state)
{
    golden *g = golden_read("t4x5", "expected_exports_basic.csv");
    gvc_int missing = 0;

    (void)state;
    assert_true(g->n > 1000);
    assert_int_equal(g->n_keys, 5);
    assert_string_equal(g->key_names[2], "importer");
    for (gvc_int i = 0; i < g->n; i++)
        missing += isnan(g->rows[i].value);
    assert_true(missing > 0);
    golden_free(g);
    g = golden_read("t3x3", "expected_indices.csv");
    assert_int_equal(g->n_keys, 3);
    assert_string_equal(g->key_names[2], "partner");
    golden_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(equal_values_agree),
        context_test(a_shifted_value_differs),
        context_test(a_missing_value_differs),
        context_test(rows_that_are_not_there_differ),
        context_test(values_are_read_to_the_last_digit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
