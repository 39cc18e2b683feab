#include "../support/index_values.h"

#include "base/mem.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

/* Levels, filters, order of frames, and what is refused. */

typedef struct fixture {
    gvc_table *table;
    gvc_model *model;
    gvc_frames *frames;
} fixture;

static fixture begin(gvc_ctx *ctx)
{
    fixture f = { random_table(ctx, 7, 4, 3, RANDOM_PLAIN), NULL, NULL };

    assert_ok(ctx, gvc_model_new(ctx, &f.model, f.table, NULL));
    assert_ok(ctx, gvc_frames_new(ctx, &f.frames));
    return f;
}

static void end(fixture *f)
{
    gvc_frames_free(f->frames);
    gvc_model_free(f->model);
    gvc_table_free(f->table);
}

static gvc_status run(gvc_ctx *ctx, fixture *f, const char *name, const gvc_run_opts *opts)
{
    const gvc_measure *measure = gvc_measures_find(name);

    gvc_frames_free(f->frames);
    assert_ok(ctx, gvc_frames_new(ctx, &f->frames));
    return gvc_measures_run(ctx, f->frames, f->model, &measure, 1, opts);
}

static void assert_frame(const fixture *f, gvc_int i, const char *level, const char *column,
                         gvc_int rows)
{
    const gvc_frame *frame = gvc_frames_get(f->frames, i);

    assert_string_equal(gvc_frame_level(frame), level);
    assert_true(gvc_frame_find(frame, column) >= 0);
    assert_int_equal(gvc_frame_rows(frame), rows);
    assert_int_equal(gvc_frame_year(frame), 2011);
    assert_int_equal(gvc_frame_get_kind(frame), GVC_FRAME_INDICES);
}

static void base_comes_first_and_levels_coarsest_first(void **state)
{
    static const char *const levels[] = { "sector", "country", NULL };
    const gvc_run_opts opts = { .levels = levels };
    fixture f = begin(*state);

    assert_ok(*state, run(*state, &f, "kpww", &opts));
    assert_int_equal(gvc_frames_n(f.frames), 4);
    assert_frame(&f, 0, "country", "gexp", 4);
    assert_frame(&f, 1, "sector", "gexp", 12);
    assert_frame(&f, 2, "country", "part_kpww", 4);
    assert_frame(&f, 3, "sector", "part_kpww", 12);
    assert_ok(*state, run(*state, &f, "base", &opts));
    assert_int_equal(gvc_frames_n(f.frames), 2);
    end(&f);
}

/* Columns that have own pairs stand in a frame of their own. */
static void own_pairs_are_rows_of_backward_activity_only(void **state)
{
    static const char *const levels[] = { "bilateral", "bilateral_sector", NULL };
    const gvc_run_opts opts = { .levels = levels };
    fixture f = begin(*state);

    assert_ok(*state, run(*state, &f, "activity", &opts));
    assert_frame(&f, 0, "bilateral", "gexp", 12);
    assert_int_equal(gvc_frames_n(f.frames), 6);
    assert_frame(&f, 2, "bilateral", "v_gvc_s", 12);
    assert_frame(&f, 3, "bilateral", "y_gvc_c", 16);
    assert_int_equal(gvc_frame_find(gvc_frames_get(f.frames, 3), "v_gvc_s"), -1);
    assert_frame(&f, 4, "bilateral_sector", "v_gvc_s", 36);
    assert_frame(&f, 5, "bilateral_sector", "y_gvc_c", 48);
    assert_true(index_value(f.frames, "bilateral", "y_gvc_c", "C01", NULL, "C01") > 0);
    assert_true(index_value(f.frames, "bilateral", "v_gvc_s", "C01", NULL, "C02") > 0);
    assert_ok(*state, run(*state, &f, "kpww", &opts));
    assert_frame(&f, 2, "bilateral", "part_vs1", 12);
    assert_frame(&f, 3, "bilateral_sector", "fv_src", 36);
    assert_int_equal(gvc_frame_find(gvc_frames_get(f.frames, 3), "part_vs1"), -1);
    end(&f);
}

static void filters_choose_rows_and_change_no_value(void **state)
{
    static const char *const country[] = { "C02", "ROW", NULL }, *const sector[] = { "s01", NULL };
    static const char *const partner[] = { "C00", NULL };
    const gvc_run_opts opts = { .filter = {
                                    .country = country, .partner = partner, .sector = sector } };
    fixture f = begin(*state);
    gvc_frames *whole = index_run(*state, f.model, "kpww", NULL);

    assert_ok(*state, run(*state, &f, "kpww", &opts));
    assert_int_equal(index_rows(f.frames, "country", "fv"), 2);
    assert_int_equal(index_rows(f.frames, "sector", "fv"), 2);
    assert_int_equal(index_rows(f.frames, "bilateral", "fv"), 2);
    assert_int_equal(index_rows(f.frames, "bilateral_sector", "fv"), 2);
    assert_true(index_value(f.frames, "bilateral_sector", "fv", "ROW", "s01", "C00") ==
                index_value(whole, "bilateral_sector", "fv", "ROW", "s01", "C00"));
    for (gvc_int i = 0; i < gvc_frames_n(f.frames); i++)
        assert_null(strstr(gvc_frame_level(gvc_frames_get(f.frames, i)), "world"));
    gvc_frames_free(whole);
    end(&f);
}

static void the_world_and_groups_answer_to_their_names(void **state)
{
    static const char *const country[] = { "WLD", "ASEAN", NULL };
    static const char *const levels[] = { "world", "country", NULL };
    const gvc_run_opts opts = { .levels = levels, .filter = { .country = country } };
    fixture f = begin(*state);

    assert_ok(*state, run(*state, &f, "position", &opts));
    assert_int_equal(gvc_frames_n(f.frames), 2);
    assert_frame(&f, 1, "world", "up", 1);
    end(&f);
}

static void assert_refused(gvc_ctx *ctx, fixture *f, const char *name, const gvc_run_opts *opts,
                           gvc_status status, const char *message)
{
    assert_int_equal(run(ctx, f, name, opts), status);
    assert_string_equal(gvc_ctx_message(ctx), message);
}

static void labels_that_do_not_exist_are_refused(void **state)
{
    static const char *const country[] = { "C10", NULL }, *const sector[] = { "s10", NULL };
    const gvc_run_opts no_country = { .filter = { .country = country } };
    const gvc_run_opts no_sector = { .filter = { .sector = sector } };
    fixture f = begin(*state);

    assert_refused(*state, &f, "kpww", &no_country, GVC_ELABEL,
                   "--country: \"C10\" is not in the table; did you mean C00?");
    assert_refused(*state, &f, "kpww", &no_sector, GVC_ELABEL,
                   "--sector: \"s10\" is not in the table; did you mean s00?");
    end(&f);
}

static void levels_that_do_not_exist_are_refused(void **state)
{
    static const char *const pairs[] = { "bilateral", NULL }, *const typo[] = { "sectro", NULL };
    static const char *const groups[] = { "group_sum", NULL };
    static const char first[] = "position exists at --level world,world_sector,group_sum,"
                                "group_block,country,sector only; for bilateral use kpww, ";
    const gvc_run_opts of_pairs = { .levels = pairs }, misspelt = { .levels = typo };
    const gvc_run_opts of_groups = { .levels = groups };
    fixture f = begin(*state);

    assert_int_equal(run(*state, &f, "position", &of_pairs), GVC_EUSAGE);
    assert_ptr_equal(strstr(gvc_ctx_message(*state), first), gvc_ctx_message(*state));
    assert_refused(*state, &f, "kpww", &misspelt, GVC_EUSAGE,
                   "level \"sectro\" is not known: did you mean sector; levels are world,"
                   "world_sector,group_sum,group_block,country,sector,bilateral,bilateral_sector");
    assert_refused(*state, &f, "kpww", &of_groups, GVC_ELABEL,
                   "no group has members in this table: name one with --group, or add it with gvc "
                   "groups --add NAME=CODE,CODE");
    end(&f);
}

/* Gross output of the country and sector of row i. */
static double output_behind(const gvc_table *table, const gvc_frame *frame, gvc_int i)
{
    const gvc_int exporter = gvc_frame_find(frame, "exporter");
    const gvc_int c = exporter < 0 ? gvc_frame_find(frame, "country") : exporter;
    const gvc_int k = gvc_frame_find(frame, exporter < 0 ? "sector" : "exporter_sector");

    return gvc_table_x(
        table)[gvc_frame_codes(frame, c)[i] * gvc_table_N(table) + gvc_frame_codes(frame, k)[i]];
}

/* Rows of a sector without output say so; other missing cells have no denominator. */
static void missing_values_say_why(void **state)
{
    static const char *const levels[] = { "sector", NULL };
    const char *const names[] = { "kpww", "position", "jn" };
    const gvc_run_opts opts = { .levels = levels };
    fixture f = { random_table(*state, 3, 4, 3, RANDOM_DOMINANT), NULL, NULL };
    gvc_int seen[GVC_FLAGS_N] = { 0 };

    assert_ok(*state, gvc_model_new(*state, &f.model, f.table, NULL));
    assert_ok(*state, gvc_frames_new(*state, &f.frames));
    for (size_t m = 0; m < sizeof names / sizeof names[0]; m++) {
        assert_ok(*state, run(*state, &f, names[m], &opts));
        for (gvc_int a = 0; a < gvc_frames_n(f.frames); a++)
            for (gvc_int j = 0; j < gvc_frame_columns(gvc_frames_get(f.frames, a)); j++) {
                const gvc_frame *frame = gvc_frames_get(f.frames, a);
                const unsigned char *flags = gvc_frame_flags(frame, j);

                if (gvc_frame_role(frame, j) != GVC_ROLE_VALUE)
                    continue;
                for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
                    const int flag = flags ? flags[i] : GVC_FLAG_NONE;

                    assert_int_equal(flag, !isnan(gvc_frame_reals(frame, j)[i])    ? GVC_FLAG_NONE
                                           : output_behind(f.table, frame, i) == 0 ? GVC_FLAG_NOSEC
                                                                                   : GVC_FLAG_DEN0);
                    seen[flag]++;
                }
            }
    }
    assert_true(seen[GVC_FLAG_NOSEC] > 0 && seen[GVC_FLAG_DEN0] > 0);
    end(&f);
}

/* Run out of memory at every allocation in turn, until there is enough of it. */
static void fail_at_every_step(gvc_ctx *ctx, const char *const *names, gvc_int n_names,
                               const gvc_run_opts *opts)
{
    gvc_table *table = random_table(ctx, 2, 3, 2, RANDOM_STOCKS);
    const gvc_measure *measures[8];
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_status st = GVC_ENOMEM;

    for (gvc_int i = 0; i < n_names; i++)
        measures[i] = gvc_measures_find(names[i]);
    assert_ok(ctx, gvc_model_new(ctx, &model, table, NULL));
    assert_ok(ctx, gvc_model_need(ctx, model, gvc_measures_needs(measures, n_names)));
    for (gvc_int n = 1; st == GVC_ENOMEM; n++) {
        gvc_frames_free(frames);
        frames = NULL;
        assert_ok(ctx, gvc_frames_new(ctx, &frames));
        gvc_mem__fail_after(ctx, n);
        st = gvc_measures_run(ctx, frames, model, measures, n_names, opts);
        gvc_mem__fail_after(ctx, 0);
        assert_true(n < 5000);
    }
    assert_ok(ctx, st);
    gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
}

static void failing_memory_leaves_nothing_behind(void **state)
{
    static const char *const names[] = { "activity", "position" };
    static const char *const pairs[] = { "apl", "kpww_wwz", "vatrade", "rca" };
    static const char *const grouped[] = { "length", "fvas", "group" };
    static const char *const levels[] = { "country", "group_sum", "group_block", NULL };
    static gvc_group_entry entries[] = { { "C00", 0, 0 }, { "C01", 0, 0 } };
    static const gvc_group club = { "CLUB", "", 2, entries };
    const gvc_group *const groups[] = { &club };
    const gvc_run_opts opts = {
        .levels = levels, .groups = groups, .n_groups = 1, .skip_levels = 1
    };

    fail_at_every_step(*state, names, 2, NULL);
    fail_at_every_step(*state, pairs, 4, NULL);
    fail_at_every_step(*state, grouped, 3, &opts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(base_comes_first_and_levels_coarsest_first),
        context_test(own_pairs_are_rows_of_backward_activity_only),
        context_test(filters_choose_rows_and_change_no_value),
        context_test(the_world_and_groups_answer_to_their_names),
        context_test(labels_that_do_not_exist_are_refused),
        context_test(levels_that_do_not_exist_are_refused),
        context_test(missing_values_say_why),
        context_test(failing_memory_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
