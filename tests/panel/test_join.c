#include "../support/support.h"

#include <gvc/panel.h>

#include "base/labels.h"
#include "base/mem.h"
#include "frame/frame.h"

#include <math.h>
#include <string.h>

/* A frame with one key over `n` codes and one value column. */
static gvc_frame *frame_of(gvc_ctx *ctx, gvc_frame_kind kind, const char *key, gvc_int n,
                           const char *const *codes, const char *name, const double *values)
{
    const gvc_column_info of_key = { .name = key }, of_value = { .name = name, .measure = name };
    gvc_labels *labels;
    gvc_frame *frame;
    int32_t *cells;
    double *reals;

    assert_ok(ctx, gvc_labels__new(ctx, &labels, n, codes, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, kind, "country", 2011, n));
    cells = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of_key, labels);
    reals = gvc_frame__add_real(ctx, frame, &of_value);
    for (gvc_int i = 0; i < n; i++) {
        cells[i] = (int32_t)i;
        reals[i] = values[i];
    }
    gvc_labels__free(labels);
    return frame;
}

static const char *const abc[] = { "AUS", "BEL", "CHN" }, *const cd[] = { "CHN", "DEU" };
static const double one[] = { 1, 2, 3 }, two[] = { 30, 40 };

static void equal_keys_stand_side_by_side(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *a = frame_of(ctx, GVC_FRAME_INDICES, "country", 3, abc, "up", one);
    gvc_frame *b = frame_of(ctx, GVC_FRAME_EXPORTS, "exporter", 3, abc, "dva", one), *out;
    const gvc_frame *both[] = { a, b };
    const char *const prefixes[] = { "", "bms" };

    assert_ok(ctx, gvc_frames_join(ctx, &out, both, prefixes, 2, 1));
    assert_int_equal(gvc_frame_columns(out), 3);
    assert_int_equal(gvc_frame_get_kind(out), GVC_FRAME_INDICES);
    assert_string_equal(gvc_frame_name(out, 0), "country");
    assert_string_equal(gvc_frame_name(out, 2), "bms_dva");
    assert_string_equal(gvc_frame_measure(out, 2), "dva");
    assert_memory_equal(gvc_frame_reals(out, 2), one, sizeof one);
    gvc_frame_free(out);
    gvc_frame_free(a);
    gvc_frame_free(b);
}

static void rows_that_a_frame_lacks_are_missing(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *a = frame_of(ctx, GVC_FRAME_INDICES, "country", 3, abc, "up", one);
    gvc_frame *b = frame_of(ctx, GVC_FRAME_INDICES, "country", 2, cd, "down", two), *out;
    const gvc_frame *both[] = { a, b };

    assert_ok(ctx, gvc_frames_join(ctx, &out, both, NULL, 2, 1));
    assert_int_equal(gvc_frame_rows(out), 4);
    for (gvc_int i = 0; i < 4; i++) {
        const char *code = gvc_labels_code(gvc_frame_labels(out, 0), gvc_frame_codes(out, 0)[i]);
        const double up = gvc_frame_reals(out, 1)[i], down = gvc_frame_reals(out, 2)[i];

        assert_string_equal(code, i < 3 ? abc[i] : "DEU");
        assert_true(i < 3 ? up == one[i] : isnan(up));
        assert_true(i < 2 ? isnan(down) : down == two[i - 2]);
    }
    gvc_frame_free(out);
    gvc_frame_free(a);
    gvc_frame_free(b);
}

static void frames_that_do_not_fit_are_refused(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *a = frame_of(ctx, GVC_FRAME_INDICES, "country", 3, abc, "up", one);
    gvc_frame *b = frame_of(ctx, GVC_FRAME_EXPORTS, "exporter", 3, abc, "dva", one);
    gvc_frame *o = frame_of(ctx, GVC_FRAME_EXPORTS, "origin", 3, abc, "dva", one);
    gvc_frame *s = frame_of(ctx, GVC_FRAME_INDICES, "sector", 3, abc, "down", one), *out;
    const gvc_frame *kinds[] = { a, b }, *keys[] = { a, s }, *origin[] = { o };

    assert_int_equal(gvc_frames_join(ctx, &out, kinds, NULL, 2, 0), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(ctx), "different keys"));
    assert_int_equal(gvc_frames_join(ctx, &out, keys, NULL, 2, 1), GVC_EUSAGE);
    assert_int_equal(gvc_frames_join(ctx, &out, origin, NULL, 1, 1), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(ctx), "--layout long"));
    assert_int_equal(gvc_frames_join(ctx, &out, NULL, NULL, 0, 1), GVC_EUSAGE);
    gvc_frame_free(a);
    gvc_frame_free(b);
    gvc_frame_free(o);
    gvc_frame_free(s);
}

static void one_name_for_two_measures_is_refused_and_one_measure_kept_once(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *a = frame_of(ctx, GVC_FRAME_INDICES, "country", 3, abc, "gexp", one);
    gvc_frame *b = frame_of(ctx, GVC_FRAME_INDICES, "country", 3, abc, "gexp", one), *out;
    const gvc_frame *both[] = { a, b };
    const gvc_column_info other = { .name = "up", .measure = "bm/up" };
    const gvc_column_info plain = { .name = "up", .measure = "up" };

    assert_ok(ctx, gvc_frames_join(ctx, &out, both, NULL, 2, 1));
    assert_int_equal(gvc_frame_columns(out), 2);
    gvc_frame_free(out);
    assert_non_null(gvc_frame__add_real(ctx, a, &plain));
    assert_non_null(gvc_frame__add_real(ctx, b, &other));
    assert_int_equal(gvc_frames_join(ctx, &out, both, NULL, 2, 1), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(ctx), "bm/up"));
    gvc_frame_free(a);
    gvc_frame_free(b);
}

static void a_failed_allocation_leaves_nothing(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *a = frame_of(ctx, GVC_FRAME_INDICES, "country", 3, abc, "up", one);
    gvc_frame *b = frame_of(ctx, GVC_FRAME_INDICES, "country", 2, cd, "down", two), *out;
    const gvc_frame *both[] = { a, b };
    const gvc_int before = gvc_ctx_memory_used(ctx);
    gvc_status st = GVC_ENOMEM;
    int n = 0;

    while (st == GVC_ENOMEM && n < 500) {
        gvc_mem__fail_after(ctx, ++n);
        st = gvc_frames_join(ctx, &out, both, NULL, 2, 1);
        gvc_mem__fail_after(ctx, 0);
        if (st != GVC_OK)
            assert_int_equal(gvc_ctx_memory_used(ctx), before);
    }
    assert_int_equal(st, GVC_OK);
    assert_true(n > 10);
    gvc_frame_free(out);
    gvc_frame_free(a);
    gvc_frame_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(equal_keys_stand_side_by_side),
        context_test(rows_that_a_frame_lacks_are_missing),
        context_test(frames_that_do_not_fit_are_refused),
        context_test(one_name_for_two_measures_is_refused_and_one_measure_kept_once),
        context_test(a_failed_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
