#include "../support/support.h"

#include "base/mem.h"
#include "model/system.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything that is solved for and needs no whole inverse. */
enum { SOLVED = GVC_Q_VB | GVC_Q_BF | GVC_Q_BU | GVC_Q_FVA1 | GVC_Q_BEX | GVC_Q_BX | GVC_Q_SB };
enum { SEEDS = 12 };

static const unsigned each[] = { GVC_Q_VB,  GVC_Q_BF, GVC_Q_BU, GVC_Q_FVA1,
                                 GVC_Q_BEX, GVC_Q_BX, GVC_Q_SB };
enum { QUANTITIES = sizeof each / sizeof *each };

static gvc_model *solved(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units,
                         gvc_solver solver, unsigned planned)
{
    const gvc_model_opts opts = { .units = units, .solver = solver, .needs = planned };
    gvc_model *m = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &m, table, &opts));
    assert_ok(ctx, gvc_model_need(ctx, m, SOLVED));
    return m;
}

static void compare(const gvc_model *a, const gvc_model *b, double tolerance)
{
    for (int q = 0; q < QUANTITIES; q++)
        assert_views_near(gvc_model_get(a, each[q]), gvc_model_get(b, each[q]), tolerance);
}

static void check_units(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units)
{
    gvc_model *lu = solved(ctx, table, units, GVC_SOLVER_LU, 0);
    /* Planned together the masked columns stand beside the others, else alone. */
    gvc_model *together = solved(ctx, table, units, GVC_SOLVER_SWEEPS, SOLVED);
    gvc_model *alone = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &alone, table,
                                 &(gvc_model_opts){ .units = units, .solver = GVC_SOLVER_SWEEPS }));
    assert_ok(ctx, gvc_model_need(ctx, alone, GVC_Q_VB));
    assert_ok(ctx, gvc_model_need(ctx, alone, SOLVED));
    assert_string_equal(gvc_model_solver(lu), "lu");
    assert_string_equal(gvc_model_solver(together), "sweeps");
    assert_string_equal(gvc_model_solver(alone), "sweeps");
    compare(together, lu, 1e-12);
    compare(alone, lu, 1e-12);
    assert_true(gvc_model_error_bound(together) > 0 && gvc_model_error_bound(together) < 1e-12);
    gvc_model_free(lu);
    gvc_model_free(together);
    gvc_model_free(alone);
}

static void sweeps_find_what_factors_find(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = random_table(*state, seed, 1 + seed, 1 + seed % 4,
                                        seed % 2 ? RANDOM_DOMINANT : RANDOM_PLAIN);

        check_units(*state, table, NULL);
        gvc_table_free(table);
    }
}

static void groups_may_lie_across_panels(void **state)
{
    static const gvc_int of[] = { 0, 1, 0, 2, 1, 3, 4, 0, 5, 6, 6, 0 };

    for (unsigned seed = 1; seed <= 3; seed++) {
        gvc_table *table = random_table(*state, seed, 12, 3, RANDOM_DOMINANT);
        gvc_units *units = units_from(*state, table, of);

        check_units(*state, table, units);
        gvc_units_free(units);
        gvc_table_free(table);
    }
}

static void bits_do_not_depend_on_the_thread_count(void **state)
{
    static const int threads[] = { 1, 2, 5 };
    gvc_table *table = random_table(*state, 3, 20, 30, RANDOM_DOMINANT);
    gvc_model *first = NULL;

    for (int t = 0; t < 3; t++) {
        gvc_model *m;

        gvc_ctx_set_threads(*state, threads[t]);
        m = solved(*state, table, NULL, GVC_SOLVER_SWEEPS, SOLVED);
        if (t == 0) {
            first = m;
            continue;
        }
        for (int q = 0; q < QUANTITIES; q++) {
            const gvc_view a = gvc_model_get(m, each[q]), b = gvc_model_get(first, each[q]);

            for (gvc_int c = 0; c < a.cols; c++)
                assert_memory_equal(a.a + c * a.ld, b.a + c * b.ld,
                                    sizeof(double) * (size_t)a.rows);
        }
        gvc_model_free(m);
    }
    gvc_model_free(first);
    gvc_table_free(table);
}

/* ||B||_1 is the largest of 1'B where A is not negative. */
static void the_inverse_is_bounded_narrowly(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = random_table(*state, seed, 8, 3, RANDOM_DOMINANT);
        gvc_model *m = solved(*state, table, NULL, GVC_SOLVER_SWEEPS, SOLVED);
        const gvc_view sums = gvc_model_get(m, GVC_Q_SB);
        double most = 0;

        for (gvc_int j = 0; j < sums.rows; j++)
            most = fmax(most, sums.a[j]);
        assert_true(most <= m->system->inverse_norm);
        assert_true(m->system->inverse_norm < 0.9 / m->system->least_q);
        gvc_model_free(m);
        gvc_table_free(table);
    }
}

static void columns_that_do_not_dominate_go_by_factors(void **state)
{
    gvc_table *table = random_table(*state, 2, 4, 3, RANDOM_AWKWARD);
    gvc_model *m = solved(*state, table, NULL, GVC_SOLVER_SWEEPS, SOLVED);

    assert_string_equal(gvc_model_solver(m), "lu-pivot");
    gvc_model_free(m);
    gvc_table_free(table);
}

/* Pairs of industries that sell each other most of what they make, each pair another part: errors
 * that fall slowly, of as many kinds as there are pairs. */
static void slow_sweeps_end_in_factors(void **state)
{
    enum { PAIRS = 24, G = 2 * PAIRS };
    gvc_table *table = random_table(*state, 1, G, 1, RANDOM_PLAIN);
    double part[G];
    gvc_model *m;

    memset(table->Zt.a, 0, sizeof(double) * G * G);
    for (gvc_int j = 0; j < G; j++) {
        part[j] = 0.9 + 0.08 * (double)(j % PAIRS) / PAIRS;
        table->Zt.a[j + (j + PAIRS) % G * table->Zt.ld] = 10 * part[j];
        table->x[j] = 10;
    }
    gvc_table__residual_va(*state, table);
    m = solved(*state, table, NULL, GVC_SOLVER_SWEEPS, SOLVED);
    assert_string_equal(gvc_model_solver(m), "lu");
    for (gvc_int j = 0; j < G; j++)
        assert_close(gvc_model_get(m, GVC_Q_FVA1).a[j], part[j] * (1 - part[j]), 1e-12);
    gvc_model_free(m);
    gvc_table_free(table);
}

/* The whole inverse cannot be swept for: factors take over in mid-run and all still fits. */
static void factors_take_over_for_the_inverse(void **state)
{
    gvc_table *table = random_table(*state, 5, 9, 3, RANDOM_DOMINANT);
    gvc_model *m = solved(*state, table, NULL, GVC_SOLVER_SWEEPS, SOLVED);
    gvc_model *lu = solved(*state, table, NULL, GVC_SOLVER_LU, SOLVED);

    assert_ok(*state, gvc_model_need(*state, m, GVC_Q_B | GVC_Q_BE));
    assert_ok(*state, gvc_model_need(*state, lu, GVC_Q_B | GVC_Q_BE));
    assert_string_equal(gvc_model_solver(m), "lu");
    assert_views_near(gvc_model_get(m, GVC_Q_B), gvc_model_get(lu, GVC_Q_B), 1e-12);
    assert_views_near(gvc_model_get(m, GVC_Q_BE), gvc_model_get(lu, GVC_Q_BE), 1e-12);
    gvc_model_free(m);
    gvc_model_free(lu);
    gvc_table_free(table);
}

static gvc_status build(gvc_ctx *ctx, const gvc_table *table)
{
    gvc_model *m = NULL;
    gvc_status st =
        gvc_model_new(ctx, &m, table,
                      &(gvc_model_opts){ .solver = GVC_SOLVER_SWEEPS, .needs = SOLVED });

    if (st == GVC_OK)
        st = gvc_model_need(ctx, m, SOLVED);
    gvc_model_free(m);
    return st;
}

static void a_failing_allocation_leaves_nothing_behind(void **state)
{
    gvc_table *table = random_table(*state, 5, 4, 2, RANDOM_DOMINANT);
    const gvc_int before = gvc_ctx_memory_used(*state);
    gvc_status st = GVC_ENOMEM;
    int k;

    for (k = 1; k < 1000 && st != GVC_OK; k++) {
        gvc_mem__fail_after(*state, k);
        st = build(*state, table);
        gvc_mem__fail_after(*state, 0);
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        assert_int_equal(gvc_ctx_memory_used(*state), before);
    }
    assert_true(k > 40 && st == GVC_OK);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(sweeps_find_what_factors_find),
        context_test(groups_may_lie_across_panels),
        context_test(bits_do_not_depend_on_the_thread_count),
        context_test(the_inverse_is_bounded_narrowly),
        context_test(columns_that_do_not_dominate_go_by_factors),
        context_test(slow_sweeps_end_in_factors),
        context_test(factors_take_over_for_the_inverse),
        context_test(a_failing_allocation_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
