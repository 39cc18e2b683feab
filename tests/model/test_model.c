#include "../support/support.h"

#include "base/mem.h"
#include "la/view.h"
#include "model/system.h"

#include <stdlib.h>
#include <string.h>

enum { ALL = (1 << 21) - 1, SEEDS = 10 };

static gvc_model *solved(gvc_ctx *ctx, const gvc_table *table, gvc_balance balance)
{
    const gvc_model_opts opts = { .balance = balance, .needs = ALL };
    gvc_model *model = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &model, table, &opts));
    assert_ok(ctx, gvc_model_need(ctx, model, ALL));
    return model;
}

static double row_sum(gvc_view m, gvc_int i)
{
    double sum = 0;

    for (gvc_int r = 0; r < m.cols; r++)
        sum += m.a[i + r * m.ld];
    return sum;
}

/* x = B (F1 + u), whatever the table and the balance. */
static void final_use_calls_for_the_whole_output(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++)
        for (int balance = GVC_BALANCE_KEEP; balance <= GVC_BALANCE_ABSORB; balance++) {
            gvc_table *table =
                random_table(*state, seed, 1 + seed % 5, 1 + seed % 3, RANDOM_AWKWARD);
            gvc_model *m = solved(*state, table, balance);
            const gvc_view BF = gvc_model_get(m, GVC_Q_BF), Bu = gvc_model_get(m, GVC_Q_BU);

            for (gvc_int i = 0; i < gvc_model_n(m); i++)
                assert_near(row_sum(BF, i) + Bu.a[i], gvc_model_x(m)[i], 1e-12, 100);
            gvc_model_free(m);
            gvc_table_free(table);
        }
}

/* Sum over origins of VB[o,j] = 1 - (tau B)_j, which is 1 where VA is the residual and x > 0. */
static void value_added_of_all_origins_is_the_whole_price(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        const unsigned flags = seed % 2 ? RANDOM_AWKWARD : RANDOM_AWKWARD & ~RANDOM_VA_GIVEN;
        gvc_table *table = random_table(*state, seed, 2 + seed % 4, 2, flags);
        gvc_model *m = solved(*state, table, GVC_BALANCE_KEEP);
        const gvc_int n = gvc_model_n(m);
        gvc_view rho = gvc_view__vector(literal_matrix(n, 1), n);

        for (gvc_int j = 0; j < n; j++)
            rho.a[j] = gvc_model_x(m)[j] == 0 ? 1 : gvc_model_tau(m)[j];
        assert_ok(*state, gvc_model__solve_t(*state, m, rho));
        for (gvc_int j = 0; j < n; j++) {
            assert_near(row_sum(gvc_model_get(m, GVC_Q_VB), j), 1 - rho.a[j], 1e-12, 1);
            if (seed % 2 == 0)
                assert_true(gvc_model_tau(m)[j] == 0);
        }
        free(rho.a);
        gvc_model_free(m);
        gvc_table_free(table);
    }
}

/* A y over all importers, own included, is A y; by exporter, y'A less the own block. */
static void kernels_add_up_to_products(void **state)
{
    gvc_table *table = random_table(*state, 3, 5, 3, RANDOM_AWKWARD);
    static const gvc_int of[] = { 0, 1, 0, 2, 1 };
    gvc_units *units = units_from(*state, table, of);
    gvc_model *base = solved(*state, table, GVC_BALANCE_KEEP), *m = NULL;
    literal *lit = literal_new(table, units, GVC_BALANCE_KEEP);
    const gvc_int n = lit->n;
    gvc_view out = { literal_matrix(n, 3), n, 3, n }, one = { literal_matrix(n, 1), n, 1, n };
    const gvc_view v = gvc_view__vector(lit->v, n);

    assert_ok(*state, gvc_model_regroup(*state, &m, base, units));
    gvc_model__by_importer(*state, m, out, lit->v, 1);
    gvc_model__times_A(*state, m, one, v);
    for (gvc_int i = 0; i < n; i++)
        assert_near(row_sum(out, i), one.a[i], 1e-13, 1);
    gvc_model__by_exporter(*state, m, out, lit->v);
    gvc_model__times_A_t(*state, m, one, v);
    for (gvc_int j = 0; j < n; j++) {
        double own = 0;

        for (gvc_int i = 0; i < n; i++)
            own += lit->unit[i] == lit->unit[j] ? lit->v[i] * lit->A[i + j * n] : 0;
        assert_near(row_sum(out, j) + own, one.a[j], 1e-13, 1);
        assert_true(out.a[j + lit->unit[j] * n] == 0);
    }
    free(out.a);
    free(one.a);
    literal_free(lit);
    gvc_model_free(m);
    gvc_model_free(base);
    gvc_units_free(units);
    gvc_table_free(table);
}

static void bits_do_not_depend_on_the_thread_count(void **state)
{
    static const int threads[] = { 1, 2, 5 };
    gvc_table *table = random_table(*state, 4, 9, 10, RANDOM_AWKWARD);
    static const gvc_int of[] = { 0, 1, 2, 0, 1, 3, 4, 5, 0 };
    gvc_units *units = units_from(*state, table, of);
    gvc_model *first[2] = { NULL, NULL };

    for (int t = 0; t < 3; t++) {
        gvc_model *m[2] = { NULL, NULL };

        gvc_ctx_set_threads(*state, threads[t]);
        m[0] = solved(*state, table, GVC_BALANCE_KEEP);
        assert_ok(*state, gvc_model_regroup(*state, &m[1], m[0], units));
        assert_ok(*state, gvc_model_need(*state, m[1], ALL));
        for (int k = 0; k < 2 && t > 0; k++)
            for (unsigned q = 0; q < 17; q++) {
                const gvc_view a = gvc_model_get(m[k], 1u << q),
                               b = gvc_model_get(first[k], 1u << q);

                assert_memory_equal(a.a, b.a, sizeof(double) * (size_t)(a.rows * a.cols));
            }
        if (t == 0) {
            memcpy(first, m, sizeof m);
            continue;
        }
        gvc_model_free(m[1]);
        gvc_model_free(m[0]);
    }
    gvc_model_free(first[1]);
    gvc_model_free(first[0]);
    gvc_units_free(units);
    gvc_table_free(table);
}

static void industries_that_lose_money_are_pivoted_for(void **state)
{
    gvc_table *losing = random_table(*state, 2, 4, 3, RANDOM_NEGATIVE_VA);
    gvc_table *sound = random_table(*state, 2, 4, 3, RANDOM_PLAIN);
    gvc_model *a = solved(*state, losing, GVC_BALANCE_KEEP);
    gvc_model *b = solved(*state, sound, GVC_BALANCE_KEEP);

    assert_string_equal(gvc_model_solver(a), "lu-pivot");
    assert_string_equal(gvc_model_solver(b), "lu");
    gvc_model_free(a);
    gvc_model_free(b);
    gvc_table_free(losing);
    gvc_table_free(sound);
}

/* Two countries of one industry: a_ij = 1 wherever `z` is not 0. */
static gvc_table *tiny(gvc_ctx *ctx, double z11, double z12, double z21, double z22)
{
    gvc_table *table = random_table(ctx, 1, 2, 1, RANDOM_PLAIN);
    const double z[] = { z11, z12, z21, z22 };

    memcpy(table->Zt.a, z, sizeof z);
    table->x[0] = table->x[1] = 10;
    gvc_table__residual_va(ctx, table);
    return table;
}

static void a_closed_circle_of_suppliers_is_refused_by_name(void **state)
{
    gvc_table *table = tiny(*state, 0, 10, 10, 0);
    gvc_model *m = NULL;

    assert_ok(*state, gvc_model_new(*state, &m, table, NULL));
    assert_int_equal(gvc_model_need(*state, m, GVC_Q_BF), GVC_ESINGULAR);
    assert_non_null(strstr(gvc_ctx_message(*state), "C01:s00"));
    gvc_model_free(m);
    gvc_table_free(table);
}

static void an_industry_that_eats_its_output_is_refused_by_name(void **state)
{
    gvc_table *table = tiny(*state, 1, 2, 0, 10);
    gvc_model *m = NULL;

    assert_int_equal(gvc_model_new(*state, &m, table, NULL), GVC_ESINGULAR);
    assert_null(m);
    assert_non_null(strstr(gvc_ctx_message(*state), "C01:s00"));
    gvc_table_free(table);
}

/* Where half of all exports come back, the iteration is too slow and the own blocks are inverted.
 */
static void value_added_counted_once_survives_exports_that_return(void **state)
{
    gvc_table *table = tiny(*state, 0, 9.5, 9.5, 0);
    gvc_model *m = solved(*state, table, GVC_BALANCE_KEEP);
    const gvc_view once = gvc_model_get(m, GVC_Q_FVA1);

    for (gvc_int j = 0; j < 2; j++)
        assert_close(once.a[j], 0.95 * 0.05, 1e-12);
    gvc_model_free(m);
    gvc_table_free(table);
}

static gvc_status build_all(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units)
{
    gvc_model *m = NULL, *grouped = NULL;
    gvc_status st = gvc_model_new(ctx, &m, table, NULL);

    if (st == GVC_OK)
        st = gvc_model_need(ctx, m, ALL);
    if (st == GVC_OK)
        st = gvc_model_regroup(ctx, &grouped, m, units);
    if (st == GVC_OK)
        st = gvc_model_need(ctx, grouped, ALL);
    gvc_model_free(grouped);
    gvc_model_free(m);
    return st;
}

static void check_failures(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units)
{
    const gvc_int before = gvc_ctx_memory_used(ctx);
    gvc_status st = GVC_ENOMEM;
    int k;

    for (k = 1; k < 1000 && st != GVC_OK; k++) {
        gvc_mem__fail_after(ctx, k);
        st = build_all(ctx, table, units);
        gvc_mem__fail_after(ctx, 0);
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        assert_int_equal(gvc_ctx_memory_used(ctx), before);
    }
    assert_true(k > 40 && st == GVC_OK);
}

static void a_failing_allocation_leaves_nothing_behind(void **state)
{
    static const gvc_int of[] = { 0, 1, 0, 2 };
    gvc_table *table = random_table(*state, 5, 4, 2, RANDOM_AWKWARD), *returning;
    gvc_units *units = units_from(*state, table, of);

    check_failures(*state, table, units);
    gvc_units_free(units);
    gvc_table_free(table);
    returning = tiny(*state, 0, 9.5, 9.5, 0);
    units = units_from(*state, returning, of);
    check_failures(*state, returning, units);
    gvc_units_free(units);
    gvc_table_free(returning);
}

static void a_limit_refuses_with_the_size(void **state)
{
    gvc_table *table = random_table(*state, 5, 10, 10, RANDOM_PLAIN);
    gvc_model *m = NULL;

    assert_ok(*state, gvc_model_new(*state, &m, table, NULL));
    gvc_ctx_set_memory(*state, gvc_ctx_memory_used(*state) + 8 * 100 * 100 - 1);
    assert_int_equal(gvc_model_need(*state, m, GVC_Q_VB), GVC_ENOMEM);
    assert_non_null(strstr(gvc_ctx_message(*state), "the factors of I - A"));
    gvc_model_free(m);
    gvc_table_free(table);
}

/* What solves is given back once the needs are there, and made anew for who asks on. */
static void the_solver_goes_when_all_needs_are_met(void **state)
{
    static const gvc_solver ways[] = { GVC_SOLVER_LU, GVC_SOLVER_SWEEPS };
    gvc_table *table = random_table(*state, 7, 10, 6, RANDOM_DOMINANT);
    const gvc_int least[] = { 8 * 60 * 60, 4 * 60 * 60 };

    for (int k = 0; k < 2; k++) {
        gvc_model_opts opts = { .needs = GVC_Q_VB | GVC_Q_FVA1, .solver = ways[k] };
        gvc_model *all = NULL, *some = NULL;
        gvc_int before, kept;

        before = gvc_ctx_memory_used(*state);
        assert_ok(*state, gvc_model_new(*state, &all, table, &opts));
        assert_ok(*state, gvc_model_need(*state, all, opts.needs));
        kept = gvc_ctx_memory_used(*state) - before;
        opts.only_needs = 1;
        before = gvc_ctx_memory_used(*state);
        assert_ok(*state, gvc_model_new(*state, &some, table, &opts));
        assert_ok(*state, gvc_model_need(*state, some, opts.needs));
        assert_true(kept - (gvc_ctx_memory_used(*state) - before) >= least[k]);
        assert_string_equal(gvc_model_solver(some), gvc_model_solver(all));
        assert_ok(*state, gvc_model_need(*state, all, GVC_Q_BF));
        assert_ok(*state, gvc_model_need(*state, some, GVC_Q_BF));
        assert_views_near(gvc_model_get(some, GVC_Q_BF), gvc_model_get(all, GVC_Q_BF), 0);
        gvc_model_free(all);
        gvc_model_free(some);
    }
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(final_use_calls_for_the_whole_output),
        context_test(value_added_of_all_origins_is_the_whole_price),
        context_test(kernels_add_up_to_products),
        context_test(bits_do_not_depend_on_the_thread_count),
        context_test(industries_that_lose_money_are_pivoted_for),
        context_test(a_closed_circle_of_suppliers_is_refused_by_name),
        context_test(an_industry_that_eats_its_output_is_refused_by_name),
        context_test(value_added_counted_once_survives_exports_that_return),
        context_test(a_failing_allocation_leaves_nothing_behind),
        context_test(a_limit_refuses_with_the_size),
        context_test(the_solver_goes_when_all_needs_are_met),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
