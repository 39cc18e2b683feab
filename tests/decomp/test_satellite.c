#include "../support/samples.h"

#include <gvc/measures.h>

#include "table/table.h"

#include <math.h>
#include <string.h>

/* A satellite in place of value added: v := q / x in every decomposition. */

/* Two satellites: value added itself, and twice of it. */
static gvc_model *with_satellite(gvc_ctx *ctx, const sample *s, const char *name)
{
    static const char *const codes[] = { "same", "double" }, *const units[] = { "persons", "t" };
    gvc_table *table = (gvc_table *)gvc_model_table(s->model);
    gvc_model *model = NULL;

    if (!gvc_table_satellites(table)) {
        assert_ok(ctx, gvc_table__add_satellites(ctx, table, 2, codes, units));
        for (gvc_int i = 0; i < s->n; i++) {
            table->satellite[i] = gvc_model_v(s->model)[i] * gvc_model_x(s->model)[i];
            table->satellite[i + s->n] = 2 * table->satellite[i];
        }
    }
    assert_ok(ctx,
              gvc_model_new(ctx, &model, table,
                            &(gvc_model_opts){
                                .units = s->units, .balance = s->balance, .satellite = name }));
    return model;
}

static int is_money_anyway(const char *term)
{
    static const char *const names[] = { "gexp", "exgr",   "exgr_int", "exgr_fnl",
                                         "gimp", "vs_hiy", "gvc_pb",   "gvc_ts" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], term) == 0)
            return 1;
    return 0;
}

static void check_frame(const gvc_frame *frame, const gvc_frames *plain, double times, double scale)
{
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
        const double *want, factor = is_money_anyway(gvc_frame_name(frame, c)) ? 1 : times;

        if (gvc_frame_role(frame, c) != GVC_ROLE_VALUE)
            continue;
        want = column_of(plain, gvc_frame_measure(frame, c), gvc_frame_level(frame));
        assert_string_equal(gvc_frame_unit(frame, c), is_money_anyway(gvc_frame_name(frame, c))
                                                          ? "money"
                                                      : times == 1 ? "persons"
                                                                   : "t");
        for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
            assert_near(gvc_frame_reals(frame, c)[i], factor * want[i], 1e-12, scale);
    }
}

static void every_term_is_linear_in_what_is_followed(void **state)
{
    for (gvc_int c = 2; c < sample_cases(); c += 5) {
        sample s = sample_new(*state, c, 1);

        for (int twice = 0; twice < 2; twice++) {
            gvc_model *model = with_satellite(*state, &s, twice ? "double" : "same");
            gvc_frames *frames = run_decompositions(*state, model, NULL);

            assert_string_equal(gvc_model_satellite(model), twice ? "double" : "same");
            for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
                const gvc_frame *frame = gvc_frames_get(frames, f);

                assert_int_equal(gvc_frame_find(frame, "resid"), -1);
                assert_int_equal(gvc_frame_find(frame, "vaxr"), -1);
                assert_string_equal(gvc_frame_attr(frame, "in_place_of_value_added"),
                                    gvc_model_satellite(model));
                check_frame(frame, s.frames, twice ? 2 : 1, s.scale);
            }
            gvc_frames_free(frames);
            gvc_model_free(model);
        }
        sample_free(&s);
    }
}

static void what_a_satellite_cannot_be_is_refused(void **state)
{
    sample s = sample_new(*state, 2, 0);
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    const gvc_measure *bm = gvc_measures_find("bm"), *kpww = gvc_measures_find("kpww");

    assert_int_equal(gvc_model_new(*state, &model, s.table,
                                   &(gvc_model_opts){ .satellite = "co2" }),
                     GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(*state), "the table has no satellites"));
    model = with_satellite(*state, &s, "same");
    gvc_model_free(model);
    assert_int_equal(gvc_model_new(*state, &model, s.table,
                                   &(gvc_model_opts){ .satellite = "dobule" }),
                     GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(*state), "did you mean double"));
    model = with_satellite(*state, &s, "same");
    assert_ok(*state, gvc_frames_new(*state, &frames));
    assert_int_equal(gvc_measures_run(*state, frames, model, &bm, 1,
                                      &(gvc_run_opts){ .shares = 1 }),
                     GVC_EUSAGE);
    assert_int_equal(gvc_measures_run(*state, frames, model, &kpww, 1, NULL), GVC_EUSAGE);
    gvc_frames_free(frames);
    gvc_model_free(model);
    sample_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(every_term_is_linear_in_what_is_followed),
        context_test(what_a_satellite_cannot_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
