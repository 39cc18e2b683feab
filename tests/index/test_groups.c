#include "../support/index_values.h"

#include "table/table.h"

#include <math.h>
#include <string.h>

/* Rows of groups against sums by hand and against a model in which the group is one unit. */

static const char *const all =
    "kpww,kpww_wwz,activity,length,position,apl,crossings,bmt,bmtout,vatrade,rca,fvas";

static gvc_group_entry entries[] = { { "C01", 0, 0 }, { "C03", 0, 0 }, { "ZZZ", 0, 0 } };
static gvc_group club = { "CLUB", "", 3, entries };

static gvc_run_opts options_with(const gvc_group *const *groups)
{
    return (gvc_run_opts){ .groups = groups, .n_groups = 1 };
}

static gvc_table *table_of(gvc_ctx *ctx, unsigned seed)
{
    return random_table(ctx, seed, 5, 3,
                        RANDOM_STOCKS | RANDOM_UNBALANCED | RANDOM_ZERO_SELLER | RANDOM_VA_GIVEN);
}

/* Money of members summed, and shares formed from the sums. */
static void a_group_sum_is_the_sum_of_its_members(void **state)
{
    const gvc_group *const groups[] = { &club };
    const gvc_run_opts opts = options_with(groups);
    gvc_table *table = table_of(*state, 1);
    gvc_frames *frames = index_run_table(*state, table, NULL, all, &opts);

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        if (strcmp(gvc_frame_level(frame), "group_sum") != 0)
            continue;
        assert_int_equal(gvc_frame_rows(frame), 1);
        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
            const char *name = gvc_frame_name(frame, c);

            if (strncmp(gvc_frame_unit(frame, c), "money", 5) == 0)
                assert_close(gvc_frame_reals(frame, c)[0],
                             index_value(frames, "country", name, "C01", NULL, NULL) +
                                 index_value(frames, "country", name, "C03", NULL, NULL),
                             1e-12);
        }
    }
    assert_close(index_value(frames, "group_sum", "part_kpww", "CLUB", NULL, NULL),
                 (index_value(frames, "group_sum", "iv_kpww", "CLUB", NULL, NULL) +
                  index_value(frames, "group_sum", "fv", "CLUB", NULL, NULL)) /
                     index_value(frames, "group_sum", "gexp", "CLUB", NULL, NULL),
                 1e-14);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* Columns at level group_block of base and of the families in `all`. */
static gvc_int count_columns(void)
{
    gvc_int n = 0;

    for (gvc_int m = 0; m < gvc_measures_n(); m++) {
        const gvc_measure *family = gvc_measures_get(m);
        const char *at = strstr(all, gvc_measure_name(family));

        if (gvc_measure_kind(family) != GVC_FRAME_INDICES ||
            (!at && strcmp(gvc_measure_name(family), "base") != 0))
            continue;
        for (gvc_int t = 0; t < gvc_measure_terms_n(family); t++)
            n += strstr(gvc_term_levels(gvc_measure_term(family, t)), "group_block") != NULL;
    }
    return n;
}

/* Every column of the group's block against the country row of `merged`. */
static void same_rows(const gvc_frames *frames, const gvc_frames *merged, const char *unit)
{
    gvc_int compared = 0;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        if (strcmp(gvc_frame_level(frame), "group_block") != 0)
            continue;
        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
            if (gvc_frame_role(frame, c) != GVC_ROLE_VALUE)
                continue;
            assert_near(gvc_frame_reals(frame, c)[0],
                        index_value(merged, "country", gvc_frame_name(frame, c), unit, NULL, NULL),
                        1e-11, 1e-3);
            compared++;
        }
    }
    assert_int_equal(compared, count_columns());
}

static void a_group_block_is_the_country_of_a_merged_table(void **state)
{
    static const gvc_int of[] = { 0, 7, 2, 7, 4 };
    const gvc_group *const groups[] = { &club };
    const gvc_run_opts opts = options_with(groups);

    for (unsigned seed = 1; seed <= 4; seed++) {
        gvc_table *table = table_of(*state, seed);
        gvc_units *units = units_from(*state, table, of);
        gvc_frames *frames = index_run_table(*state, table, NULL, all, &opts);
        gvc_frames *merged = index_run_table(*state, table, units, all, NULL);

        same_rows(frames, merged, gvc_labels_code(gvc_units_labels(units), 1));
        gvc_frames_free(frames);
        gvc_frames_free(merged);
        gvc_units_free(units);
        gvc_table_free(table);
    }
}

/* The sum of members is over single countries also where the model itself merges them. */
static void members_stay_single_in_a_merged_model(void **state)
{
    static const gvc_int of[] = { 0, 7, 2, 7, 4 };
    const gvc_group *const groups[] = { &club };
    const gvc_run_opts opts = options_with(groups);
    gvc_table *table = table_of(*state, 2);
    gvc_units *units = units_from(*state, table, of);
    gvc_frames *frames = index_run_table(*state, table, NULL, all, &opts);
    gvc_frames *merged = index_run_table(*state, table, units, all, &opts);
    static const char *const names[] = { "gexp", "part_kpww", "v_gvc_c_third", "up_inv", "fv" };

    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        assert_close(*index_column(merged, "group_sum", names[k]),
                     *index_column(frames, "group_sum", names[k]), 1e-11);
        assert_close(*index_column(merged, "group_block", names[k]),
                     *index_column(frames, "group_block", names[k]), 1e-11);
    }
    gvc_frames_free(frames);
    gvc_frames_free(merged);
    gvc_units_free(units);
    gvc_table_free(table);
}

static void a_group_without_members_is_refused(void **state)
{
    gvc_group_entry nobody = { "ZZZ", 0, 0 };
    gvc_group empty = { "NOBODY", "", 1, &nobody };
    const gvc_group *const groups[] = { &empty };
    const gvc_measure *kpww = gvc_measures_find("kpww");
    gvc_run_opts opts = options_with(groups);
    gvc_table *table = table_of(*state, 1);
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;

    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    assert_ok(*state, gvc_frames_new(*state, &frames));
    assert_int_equal(gvc_measures_run(*state, frames, model, &kpww, 1, &opts), GVC_ELABEL);
    assert_string_equal(gvc_ctx_message(*state),
                        "group NOBODY: none of its members is in this table");
    opts.group_rule.time = GVC_GROUP_CURRENT;
    assert_ok(*state, gvc_measures_run(*state, frames, model, &kpww, 1, &opts));
    gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(a_group_sum_is_the_sum_of_its_members),
        context_test(a_group_block_is_the_country_of_a_merged_table),
        context_test(members_stay_single_in_a_merged_model),
        context_test(a_group_without_members_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
