#include "../support/decomp_run.h"

#include <gvc/measures.h>

#include <math.h>
#include <string.h>

/* The column resid: exactly what is meant where value added is the residual by construction, and
 * untouched where something is left over. */

enum { G = 4, N = 3 };

static gvc_model *model_of(gvc_ctx *ctx, gvc_table **table, unsigned seed, unsigned flags)
{
    gvc_model *model = NULL;

    *table = random_table(ctx, seed, G, N, flags);
    assert_ok(ctx, gvc_model_new(ctx, &model, *table, NULL));
    return model;
}

static gvc_frames *run(gvc_ctx *ctx, gvc_model *model)
{
    return run_levels(ctx, model, EVERY_LEVEL | GVC_LEVEL_IMPORTS | GVC_LEVEL_IMPORTS_SECTOR, NULL);
}

/* The flow of a row, of exports or imports. */
static const double *flow_of(const gvc_frame *frame)
{
    const gvc_int exports = gvc_frame_find(frame, "gexp");

    return gvc_frame_reals(frame, exports < 0 ? gvc_frame_find(frame, "gimp") : exports);
}

static void nothing_is_left_where_value_added_is_the_residual(void **state)
{
    static const unsigned flags[] = { RANDOM_PLAIN, RANDOM_ZERO_EMPTY | RANDOM_STOCKS,
                                      RANDOM_NO_EXPORTS | RANDOM_NEGATIVE_VA };

    for (unsigned k = 0; k < 3; k++) {
        gvc_table *table;
        gvc_model *model = model_of(*state, &table, 11 + k, flags[k]);
        gvc_frames *frames = run(*state, model);
        int seen = 0;

        for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
            const gvc_frame *frame = gvc_frames_get(frames, f);
            const gvc_int column = gvc_frame_find(frame, "resid");

            for (gvc_int i = 0; column >= 0 && i < gvc_frame_rows(frame); i++)
                assert_true(gvc_frame_reals(frame, column)[i] == 0);
            seen += column >= 0;
        }
        assert_true(seen > 20);
        gvc_frames_free(frames);
        gvc_model_free(model);
        gvc_table_free(table);
    }
}

/* A product without output that is exported out of stocks, and that nobody has as input: its flow
 * and nothing else. */
static void products_without_output_are_left_whole(void **state)
{
    gvc_table *table;
    gvc_model *model = model_of(*state, &table, 5, RANDOM_ZERO_SELLER);
    gvc_frames *frames = run(*state, model);
    const double *x = gvc_model_x(model), *e = gvc_model_e(model);
    const double *resid = column_of(frames, "bm/exporter/source/resid", "sector");
    int idle = 0;

    for (gvc_int i = 0; i < G * N; i++) {
        assert_true(resid[i] == (x[i] == 0 ? e[i] : 0));
        idle += x[i] == 0 && e[i] != 0;
    }
    assert_int_equal(idle, 1);
    gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
}

static void what_is_left_over_stays(void **state)
{
    static const unsigned flags[] = { RANDOM_VA_GIVEN, RANDOM_UNBALANCED };

    for (unsigned k = 0; k < 2; k++) {
        gvc_table *table;
        gvc_model *model = model_of(*state, &table, 3, flags[k]);
        gvc_frames *frames = run(*state, model);
        const char *measure = k ? "wwz/resid" : "bm/exporter/source/resid";
        const double *resid = column_of(frames, measure, "sector");

        for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
            const gvc_frame *frame = gvc_frames_get(frames, f);
            const gvc_int dc = gvc_frame_find(frame, "dc"), fc = gvc_frame_find(frame, "fc");
            const gvc_int column = gvc_frame_find(frame, "resid");

            for (gvc_int i = 0; column >= 0 && fc >= 0 && i < gvc_frame_rows(frame); i++)
                assert_near(gvc_frame_reals(frame, column)[i],
                            flow_of(frame)[i] - gvc_frame_reals(frame, dc)[i] -
                                gvc_frame_reals(frame, fc)[i],
                            1e-12, fabs(flow_of(frame)[i]));
        }
        for (gvc_int i = 0; i < G * N; i++)
            assert_true(fabs(resid[i]) > 1e-6);
        gvc_frames_free(frames);
        gvc_model_free(model);
        gvc_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(nothing_is_left_where_value_added_is_the_residual),
        context_test(products_without_output_are_left_whole),
        context_test(what_is_left_over_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
