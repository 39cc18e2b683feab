#include "../support/index_values.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What must hold in every table, awkward ones included. */

enum { SEEDS = 20 };

static const char *const all =
    "kpww,kpww_wwz,activity,length,position,apl,crossings,bmt,bmtout,vatrade,rca,fvas";

/* Industries that lose money need others around them for output to stay positive. */
static gvc_table *awkward(gvc_ctx *ctx, unsigned seed)
{
    const gvc_int G = 2 + seed % 4, N = 1 + seed % 5;
    const unsigned flags = seed * 73 % 512;

    return random_table(ctx, seed, G, N,
                        G * N < 12 ? flags & ~(unsigned)RANDOM_NEGATIVE_VA : flags);
}

/* name_1 + name_2 + ... of level `level` equals `total`, row by row; names end in NULL. */
static void add_up(const gvc_frames *frames, const char *level, const char *const *names,
                   const char *total)
{
    const gvc_int n = index_rows(frames, level, total);
    const double *want = index_column(frames, level, total);

    for (gvc_int i = 0; i < n; i++) {
        double sum = 0, size = 0;

        for (const char *const *name = names; *name; name++) {
            sum += index_column(frames, level, *name)[i];
            size += fabs(index_column(frames, level, *name)[i]);
        }
        assert_near(sum, want[i], 1e-11, size + fabs(want[i]));
    }
}

static const char *const levels[] = { "world",       "world_sector", "group_sum",
                                      "group_block", "country",      "sector" };

static void own_parts_of_exports_add_up(void **state)
{
    static const char *const own[] = { "dv1", "dv2", "dv3", "dv4", "dv_disc", NULL };
    static const char *const inputs[] = { "dv2", "dv3", "dv4", "dv_disc", NULL };
    static const char *const exports[] = { "dvx", "fv", NULL };

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = awkward(*state, seed);
        gvc_frames *frames = index_run_table(*state, table, NULL, "kpww", NULL);

        for (int l = 4; l < 6; l++) {
            add_up(frames, levels[l], own, "dvx");
            add_up(frames, levels[l], inputs, "iv_int");
            if (!table->va_given)
                add_up(frames, levels[l], exports, "gexp");
        }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void indirect_value_added_is_the_same_by_origin_and_exporter(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = awkward(*state, seed);
        gvc_frames *frames = index_run_table(*state, table, NULL, "kpww", NULL);
        const double *x = index_column(frames, "country", "iv_kpww");
        const double *o = index_column(frames, "country", "iv_kpww_o");
        const double gross = *index_column(frames, "world", "gexp");

        for (gvc_int s = 0; s < table->G; s++)
            assert_near(o[s], x[s], 1e-11, gross);
        assert_near(*index_column(frames, "world", "fv"), *index_column(frames, "world", "iv_vs1"),
                    1e-11, gross);
        if (gross > 0)
            assert_near(*index_column(frames, "world", "pos_vs1"), 0, 1e-11, 1);
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void activities_add_up(void **state)
{
    static const char *const forward[] = { "v_d", "v_rt", "v_gvc", NULL };
    static const char *const all_value[] = { "v_total", "v_disc", NULL };
    static const char *const backward[] = { "y_d", "y_rt", "y_gvc", NULL };

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = awkward(*state, seed);
        gvc_frames *frames = index_run_table(*state, table, NULL, "activity", NULL);

        for (int l = 0; l < 6; l++) {
            if (l == 2 || l == 3) /* no groups */
                continue;
            add_up(frames, levels[l], forward, "v_total");
            add_up(frames, levels[l], backward, "y_total");
        }
        if (!table->va_given)
            add_up(frames, "sector", all_value, "va");
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void the_world_has_one_amount_of_chains(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = awkward(*state, seed);
        gvc_frames *frames = index_run_table(*state, table, NULL, "activity", NULL);
        const double scale = *index_column(frames, "world", "gout");

        assert_near(*index_column(frames, "world", "v_gvc"),
                    *index_column(frames, "world", "y_gvc"), 1e-11, scale);
        assert_near(*index_column(frames, "world", "v_gvc_s"),
                    *index_column(frames, "world", "y_gvc_s"), 1e-11, scale);
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void up_and_down_agree_for_the_world(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        const unsigned flags = seed * 73 % 512 & ~(unsigned)RANDOM_NEGATIVE_VA;
        gvc_table *table = random_table(*state, seed, 2 + seed % 4, 1 + seed % 5, flags);
        gvc_frames *frames = index_run_table(*state, table, NULL, "position", NULL);
        const double *up = index_column(frames, "sector", "up");
        const double *down = index_column(frames, "sector", "down");

        assert_close(*index_column(frames, "world", "up"), *index_column(frames, "world", "down"),
                     1e-11);
        for (gvc_int i = 0; i < table->n; i++) {
            assert_true(isnan(up[i]) == (table->x[i] == 0));
            assert_true(table->x[i] == 0 || (up[i] >= 1 - 1e-12 && down[i] >= 1 - 1e-12));
        }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void balanced_tables_have_no_discrepancy_at_all(void **state)
{
    static const char *const names[] = { "v_disc", "dv_disc" };

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        const unsigned flags = seed * 73 % 512 & ~(unsigned)RANDOM_UNBALANCED;
        gvc_table *table = random_table(*state, seed, 3, 4, flags);
        gvc_frames *frames = index_run_table(*state, table, NULL, "kpww,activity", NULL);

        for (int k = 0; k < 2; k++)
            for (gvc_int i = 0; i < table->n; i++)
                assert_true(index_column(frames, "sector", names[k])[i] == 0);
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

/* Every border is gone: nothing crosses it, and what is read against exports is missing. */
static void one_country_has_no_chains(void **state)
{
    static const char *const zero[] = { "fv",    "iv_kpww", "iv_vs1", "iv_int",  "v_rt",
                                        "v_gvc", "y_gvc",   "y_rt",   "gvcpt_f", "gvcpt" };
    static const char *const missing[] = { "part_kpww", "pos_vs1", "pos_int", "fv_sh", "gvcpt_fb" };
    gvc_table *table = random_table(*state, 5, 1, 4, RANDOM_PLAIN);
    gvc_frames *frames = index_run_table(*state, table, NULL, all, NULL);

    for (size_t k = 0; k < sizeof zero / sizeof zero[0]; k++)
        for (gvc_int i = 0; i < 4; i++)
            assert_true(index_column(frames, "sector", zero[k])[i] == 0);
    for (size_t k = 0; k < sizeof missing / sizeof missing[0]; k++)
        assert_true(isnan(*index_column(frames, "country", missing[k])));
    assert_true(*index_column(frames, "country", "up") > 1);
    assert_close(*index_column(frames, "country", "up"), *index_column(frames, "country", "up_dom"),
                 1e-13);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

static gvc_frames *run_with_threads(gvc_ctx *ctx, const gvc_table *table, int threads)
{
    gvc_frames *frames;

    gvc_ctx_set_threads(ctx, threads);
    frames = index_run_table(ctx, table, NULL, all, NULL);
    gvc_ctx_set_threads(ctx, 2);
    return frames;
}

static void assert_same_bits(const gvc_frames *a, const gvc_frames *b)
{
    for (gvc_int f = 0; f < gvc_frames_n(a); f++) {
        const gvc_frame *one = gvc_frames_get(a, f), *two = gvc_frames_get(b, f);

        for (gvc_int c = 0; c < gvc_frame_columns(one); c++)
            if (gvc_frame_role(one, c) == GVC_ROLE_VALUE)
                assert_memory_equal(gvc_frame_reals(one, c), gvc_frame_reals(two, c),
                                    (size_t)gvc_frame_rows(one) * sizeof(double));
    }
}

static void threads_change_no_bit(void **state)
{
    gvc_table *table = random_table(*state, 3, 12, 30, RANDOM_DOMINANT);
    gvc_frames *one = run_with_threads(*state, table, 1);
    const int counts[] = { 2, 5 };

    for (int k = 0; k < 2; k++) {
        gvc_frames *more = run_with_threads(*state, table, counts[k]);

        assert_same_bits(one, more);
        gvc_frames_free(more);
    }
    gvc_frames_free(one);
    gvc_table_free(table);
}

/* Money of every column of `few` is that of `many`, but for rounding. */
static void assert_same_money(const gvc_frames *few, const gvc_frames *many, double world)
{
    for (gvc_int f = 0; f < gvc_frames_n(few); f++) {
        const gvc_frame *frame = gvc_frames_get(few, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
            const char *name = gvc_frame_name(frame, c);
            const double *want, *got;

            if (gvc_frame_role(frame, c) != GVC_ROLE_VALUE ||
                strncmp(gvc_frame_unit(frame, c), "money", 5) != 0)
                continue;
            got = gvc_frame_reals(frame, c);
            want = index_column(many, gvc_frame_level(frame), name);
            for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
                assert_near(got[i], want[i], 1e-12, world);
        }
    }
}

/* Without sectors or partners among the levels, families take shorter ways. */
static void a_level_is_the_same_whichever_come_with_it(void **state)
{
    static const char *const alone[][3] = {
        { "country" }, { "bilateral", "country" }, { "group_sum", "world" }, { "group_block" }
    };

    static gvc_group_entry entries[] = { { "C01", 0, 0 }, { "C02", 0, 0 } };
    static const gvc_group pair = { "PAIR", "", 2, entries }, *const groups[] = { &pair };
    gvc_run_opts opts = { .groups = groups, .n_groups = 1, .skip_levels = 1 };

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = awkward(*state, seed);
        gvc_frames *few, *many;

        opts.levels = NULL;
        many = index_run_table(*state, table, NULL, all, &opts);

        for (size_t k = 0; k < sizeof alone / sizeof alone[0]; k++) {
            opts.levels = alone[k];
            few = index_run_table(*state, table, NULL, all, &opts);
            assert_same_money(few, many, *index_column(many, "world", "gout"));
            gvc_frames_free(few);
        }
        gvc_frames_free(many);
        gvc_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(own_parts_of_exports_add_up),
        context_test(indirect_value_added_is_the_same_by_origin_and_exporter),
        context_test(activities_add_up),
        context_test(the_world_has_one_amount_of_chains),
        context_test(up_and_down_agree_for_the_world),
        context_test(balanced_tables_have_no_discrepancy_at_all),
        context_test(one_country_has_no_chains),
        context_test(a_level_is_the_same_whichever_come_with_it),
        context_test(threads_change_no_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
