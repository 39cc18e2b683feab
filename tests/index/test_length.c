#include "../support/literal_chains.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>

/* Lengths from explicit inverses as the formulas are written, and what must hold in every table. */

enum { CASES = 24, SEEDS = 16 };

/* v^ (chain) y for the forward side, (v chain) o y for the backward side. */
static void check(const gvc_frames *frames, const literal *lit, const char *forward,
                  const char *backward, const double *const *chain, const double *y)
{
    double *ahead = chain_down(lit, chain, y), *behind = chain_along(lit, lit->v, chain);

    chain_same(frames, forward, chain_times(lit->v, ahead, lit->n), lit->n);
    chain_same(frames, backward, chain_times(behind, y, lit->n), lit->n);
    free(ahead);
    free(behind);
}

static void check_all(const gvc_frames *frames, const literal *lit)
{
    double *AF = chain_inputs(lit, 1), *AD = chain_inputs(lit, 0);
    double *home = chain_final_use(lit, 0), *away = chain_final_use(lit, 1);
    double *Y = chain_sum(home, away, lit->n, 1);
    const double *L = lit->L, *B = lit->B;

    check(frames, lit, "xv", "xy", CHAIN(B, B), Y);
    check(frames, lit, "xv_d", "xy_d", CHAIN(L, L), home);
    check(frames, lit, "xv_rt", "xy_rt", CHAIN(L, L), away);
    check(frames, lit, "xvd_gvc", "xyd_gvc", CHAIN(L, L, AF, B), Y);
    check(frames, lit, "ev_gvc", "ey_gvc", CHAIN(B, AF, B), Y);
    check(frames, lit, "xvf_gvc", "xyf_gvc", CHAIN(L, AF, B, AD, B), Y);
    check(frames, lit, "xvd_gvc_s", "xyd_gvc_s", CHAIN(L, L, AF, L), home);
    check(frames, lit, "ev_gvc_s", "ey_gvc_s", CHAIN(L, AF, L), home);
    check(frames, lit, "xvf_gvc_s", "xyf_gvc_s", CHAIN(L, AF, L, AD, L), home);
    free(AF);
    free(AD);
    free(home);
    free(away);
    free(Y);
}

static void components_equal_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = chain_case(*state, c);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, NULL, "length", NULL);

        check_all(frames, lit);
        gvc_frames_free(frames);
        literal_free(lit);
        gvc_table_free(table);
    }
}

static const char *const sides[2][6] = {
    { "xv", "xv_d", "xv_rt", "xvd_gvc", "ev_gvc", "xvf_gvc" },
    { "xy", "xy_d", "xy_rt", "xyd_gvc", "ey_gvc", "xyf_gvc" },
};

static void five_parts_add_up(void **state)
{
    static const char *const levels[] = { "world", "world_sector", "country", "sector" };

    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = chain_case(*state, c);
        gvc_frames *frames = index_run_table(*state, table, NULL, "length", NULL);

        for (int l = 0; l < 8; l++) {
            const char *const *names = sides[l / 4];
            const double *all = index_column(frames, levels[l % 4], names[0]);

            for (gvc_int i = 0; i < index_rows(frames, levels[l % 4], names[0]); i++) {
                double sum = 0, size = 0;

                for (int k = 1; k < 6; k++) {
                    sum += index_column(frames, levels[l % 4], names[k])[i];
                    size += fabs(index_column(frames, levels[l % 4], names[k])[i]);
                }
                assert_near(sum, all[i], 1e-11, size);
            }
        }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

/* Lengths divide by the value added that family activity has. */
static void lengths_are_per_unit_of_activity(void **state)
{
    static const char *const names[][3] = {
        { "plv", "xv", "v_total" },
        { "plv_d", "xv_d", "v_d" },
        { "plv_rt", "xv_rt", "v_rt" },
        { "plvd_gvc", "xvd_gvc", "v_gvc" },
        { "cbv_gvc_c", "ev_gvc_c", "v_gvc_c" },
        { "plvf_gvc_s", "xvf_gvc_s", "v_gvc_s" },
        { "ply", "xy", "y_total" },
        { "ply_d", "xy_d", "y_d" },
        { "ply_rt", "xy_rt", "y_rt" },
        { "plyd_gvc", "xyd_gvc", "y_gvc" },
        { "cby_gvc_c", "ey_gvc_c", "y_gvc_c" },
        { "plyf_gvc_s", "xyf_gvc_s", "y_gvc_s" },
    };

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = random_table(*state, seed, 2 + seed % 4, 1 + seed % 5, RANDOM_PLAIN);
        gvc_frames *frames = index_run_table(*state, table, NULL, "length,activity", NULL);

        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            for (gvc_int s = 0; s < table->G; s++) {
                const double whole = index_column(frames, "country", names[k][2])[s];

                if (whole > 1e-9 * index_column(frames, "country", "gout")[s])
                    assert_close(index_column(frames, "country", names[k][0])[s] * whole,
                                 index_column(frames, "country", names[k][1])[s], 1e-8);
            }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void lengths_agree_with_stages(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        const unsigned flags =
            seed * 73 % 512 & ~(unsigned)(RANDOM_UNBALANCED | RANDOM_VA_GIVEN | RANDOM_NEGATIVE_VA);
        gvc_table *table = random_table(*state, seed, 2 + seed % 4, 1 + seed % 5, flags);
        gvc_frames *frames = index_run_table(*state, table, NULL, "length,position", NULL);

        for (gvc_int i = 0; i < table->n; i++) {
            if (table->x[i] == 0)
                continue;
            assert_close(index_column(frames, "sector", "plv")[i],
                         index_column(frames, "sector", "up")[i], 1e-11);
            assert_near(index_column(frames, "sector", "xy")[i],
                        index_column(frames, "sector", "yfin")[i] *
                            index_column(frames, "sector", "down")[i],
                        1e-11, table->x[i]);
        }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void simple_chains_cross_one_border_and_the_world_is_in_the_middle(void **state)
{
    static const char *const positions[] = { "gvcps", "gvcps_s", "ps" };

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = random_table(*state, seed, 3 + seed % 3, 1 + seed % 5,
                                        seed * 73 % 512 & ~(unsigned)RANDOM_NEGATIVE_VA);
        gvc_frames *frames = index_run_table(*state, table, NULL, "length,activity", NULL);
        const double *once = index_column(frames, "country", "cbv_gvc_s");
        const double *crossings = index_column(frames, "sector", "ev_gvc_s");
        const double *chains = index_column(frames, "sector", "v_gvc_s");

        for (gvc_int s = 0; s < table->G; s++)
            assert_true(isnan(once[s]) || fabs(once[s] - 1) < 1e-12);
        for (gvc_int i = 0; i < table->n; i++)
            assert_near(crossings[i], chains[i], 1e-12, table->x[i]);
        for (int k = 0; k < 6; k++)
            assert_near(*index_column(frames, "world", sides[0][k]),
                        *index_column(frames, "world", sides[1][k]), 1e-11,
                        *index_column(frames, "world", "gout"));
        for (int k = 0; k < 3; k++)
            assert_close(*index_column(frames, "world", positions[k]), 1, 1e-10);
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

static void one_country_has_lengths_at_home_only(void **state)
{
    static const char *const zero[] = { "xvd_gvc", "ev_gvc", "xvf_gvc", "xyd_gvc", "ey_gvc",
                                        "xyf_gvc", "xv_rt",  "xy_rt",   "ev_gvc_c" };
    static const char *const missing[] = { "plv_gvc", "ply_gvc", "gvcps", "plv_rt", "cbv_gvc_c" };
    gvc_table *table = random_table(*state, 5, 1, 4, RANDOM_PLAIN);
    gvc_frames *frames = index_run_table(*state, table, NULL, "length", NULL);

    for (size_t k = 0; k < sizeof zero / sizeof zero[0]; k++)
        for (gvc_int i = 0; i < 4; i++)
            assert_true(index_column(frames, "sector", zero[k])[i] == 0);
    for (size_t k = 0; k < sizeof missing / sizeof missing[0]; k++)
        assert_true(isnan(*index_column(frames, "country", missing[k])));
    assert_true(*index_column(frames, "country", "plv") > 1);
    assert_close(*index_column(frames, "country", "plv"), *index_column(frames, "country", "plv_d"),
                 1e-13);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(components_equal_explicit_inverses),
        context_test(five_parts_add_up),
        context_test(lengths_are_per_unit_of_activity),
        context_test(lengths_agree_with_stages),
        context_test(simple_chains_cross_one_border_and_the_world_is_in_the_middle),
        context_test(one_country_has_lengths_at_home_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
