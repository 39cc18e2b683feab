#include "base/labels.h"
#include "frame/frame.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static gvc_ctx *ctx;

static int make_ctx(void **state)
{
    (void)state;
    ctx = gvc_ctx_new();
    return ctx ? 0 : -1;
}

static int drop_ctx(void **state)
{
    (void)state;
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return 0;
}

/* Three rows: exporters CHN, VNM, none; ids 5, missing, 7; values 1.5, NaN, 0. */
static gvc_frame *sample(void)
{
    const char *codes[] = { "CHN", "VNM" };
    gvc_labels *labels = NULL;
    gvc_frame *frame = NULL;
    int32_t *key, *id;
    double *value;

    assert_int_equal(gvc_labels__new(ctx, &labels, 2, codes, NULL), GVC_OK);
    assert_int_equal(gvc_frame__new(ctx, &frame, GVC_FRAME_EXPORTS, "country", 2011, 3), GVC_OK);
    key = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &(gvc_column_info){ .name = "exporter" },
                               labels);
    gvc_labels__free(labels);
    key[0] = 0;
    key[1] = 1;
    id = gvc_frame__add_int(ctx, frame, GVC_ROLE_ID, &(gvc_column_info){ .name = "id" });
    id[0] = 5;
    id[2] = 7;
    value = gvc_frame__add_real(ctx, frame,
                                &(gvc_column_info){ .name = "dva",
                                                    .label = "Domestic value added",
                                                    .unit = "money",
                                                    .measure = "bm/exporter/source/dva",
                                                    .group = "bm/exporter/source",
                                                    .paper = "Borin, Mancini 2019",
                                                    .meaning = "X",
                                                    .partner = "direct importer",
                                                    .range = ">=0" });
    value[0] = 1.5;
    value[2] = 0;
    return frame;
}

static void fresh_cells_are_missing(void **state)
{
    gvc_frame *frame = sample();

    (void)state;
    assert_int_equal(gvc_frame_codes(frame, 0)[2], -1);
    assert_int_equal(gvc_frame_ints(frame, 1)[1], GVC_INT_MISSING);
    assert_true(isnan(gvc_frame_reals(frame, 2)[1]));
    gvc_frame_free(frame);
}

static void a_column_is_lent_only_as_what_it_is(void **state)
{
    gvc_frame *frame = sample();

    (void)state;
    assert_null(gvc_frame_reals(frame, 0));
    assert_null(gvc_frame_ints(frame, 0));
    assert_null(gvc_frame_codes(frame, 2));
    assert_int_equal(gvc_frame_find(frame, "dva"), 2);
    assert_int_equal(gvc_frame_find(frame, "DVA"), -1);
    assert_string_equal(gvc_frame_measure(frame, 2), "bm/exporter/source/dva");
    assert_string_equal(gvc_frame_formula(frame, 2), "");
    gvc_frame_free(frame);
}

static void selected_rows_keep_columns_labels_and_attributes(void **state)
{
    const gvc_int rows[] = { 2, 0 };
    gvc_frame *frame = sample(), *some;

    (void)state;
    assert_int_equal(gvc_attrs__set(ctx, gvc_frame__attrs(frame), "unit", "million USD"), GVC_OK);
    assert_int_equal(gvc_frame__select(ctx, &some, frame, rows, 2), GVC_OK);
    gvc_frame_free(frame);
    assert_int_equal(gvc_frame_rows(some), 2);
    assert_int_equal(gvc_frame_year(some), 2011);
    assert_int_equal(gvc_frame_codes(some, 0)[0], -1);
    assert_string_equal(gvc_labels_code(gvc_frame_labels(some, 0), gvc_frame_codes(some, 0)[1]),
                        "CHN");
    assert_true(gvc_frame_reals(some, 2)[0] == 0);
    assert_string_equal(gvc_frame_attr(some, "unit"), "million USD");
    gvc_frame_free(some);
}

static void a_copied_column_may_take_another_name(void **state)
{
    gvc_frame *frame = sample(), *other;

    (void)state;
    assert_int_equal(gvc_frame__new(ctx, &other, GVC_FRAME_EXPORTS, "country", 2011, 3), GVC_OK);
    assert_int_equal(gvc_frame__copy_column(ctx, other, frame, 2, "bms_dva"), GVC_OK);
    gvc_frame_free(frame);
    assert_string_equal(gvc_frame_name(other, 0), "bms_dva");
    assert_string_equal(gvc_frame_measure(other, 0), "bm/exporter/source/dva");
    assert_string_equal(gvc_frame_paper(other, 0), "Borin, Mancini 2019");
    assert_string_equal(gvc_frame_sector_meaning(other, 0), "X");
    assert_string_equal(gvc_frame_partner_meaning(other, 0), "direct importer");
    assert_string_equal(gvc_frame_range(other, 0), ">=0");
    assert_true(gvc_frame_reals(other, 0)[0] == 1.5);
    gvc_frame_free(other);
}

static void flags_go_with_their_rows(void **state)
{
    const gvc_int rows[] = { 2, 1 };
    gvc_frame *frame = sample(), *some;

    (void)state;
    assert_null(gvc_frame_flags(frame, 2));
    gvc_frame__add_flags(ctx, frame, 2)[1] = GVC_FLAG_NOSEC;
    assert_int_equal(gvc_frame__select(ctx, &some, frame, rows, 2), GVC_OK);
    assert_null(gvc_frame_flags(some, 1));
    assert_int_equal(gvc_frame_flags(some, 2)[0], GVC_FLAG_NONE);
    assert_int_equal(gvc_frame_flags(some, 2)[1], GVC_FLAG_NOSEC);
    assert_string_equal(gvc_flag_name(GVC_FLAG_NOSEC), "nosec");
    gvc_frame_free(some);
    assert_int_equal(gvc_frame__new(ctx, &some, GVC_FRAME_EXPORTS, "country", 2011, 3), GVC_OK);
    assert_int_equal(gvc_frame__copy_column(ctx, some, frame, 2, NULL), GVC_OK);
    assert_int_equal(gvc_frame_flags(some, 0)[1], GVC_FLAG_NOSEC);
    gvc_frame_free(some);
    gvc_frame_free(frame);
}

static void a_list_owns_its_frames(void **state)
{
    gvc_frames *frames;

    (void)state;
    assert_int_equal(gvc_frames_new(ctx, &frames), GVC_OK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(gvc_frames__add(ctx, frames, sample()), GVC_OK);
    assert_int_equal(gvc_frames_n(frames), 20);
    assert_int_equal(gvc_frame_rows(gvc_frames_get(frames, 19)), 3);
    gvc_frames_free(frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh_cells_are_missing),
        cmocka_unit_test(a_column_is_lent_only_as_what_it_is),
        cmocka_unit_test(selected_rows_keep_columns_labels_and_attributes),
        cmocka_unit_test(a_copied_column_may_take_another_name),
        cmocka_unit_test(flags_go_with_their_rows),
        cmocka_unit_test(a_list_owns_its_frames),
    };

    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
