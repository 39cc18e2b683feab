#include "../support/support.h"

#include "index/inventory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The corrected system against an explicit inverse, by both ways of solving it. */

typedef struct heard {
    int factorised, singular, steps;
} heard;

static void listen(gvc_log_level level, const char *text, void *user)
{
    heard *h = user;

    (void)level;
    h->factorised += strstr(text, "a factorisation is made") != NULL;
    h->singular += strstr(text, "is singular") != NULL;
    h->steps += strstr(text, "inventory correction: step") != NULL;
}

/* (I - s^ A)^-1 applied to b, or transposed. */
static double *solve_literally(const literal *lit, const double *s, int transposed, const double *b)
{
    const gvc_int n = lit->n;
    double *sA = literal_matrix(n, n), *inverse, *turned, *y;

    for (gvc_int j = 0; j < n; j++)
        for (gvc_int i = 0; i < n; i++)
            sA[i + j * n] = s[i] * lit->A[i + j * n];
    inverse = literal_leontief(sA, NULL, n);
    turned = literal_transpose(inverse, n, n);
    y = literal_times(transposed ? turned : inverse, b, n, n, 1);
    free(sA);
    free(inverse);
    free(turned);
    return y;
}

/* s between 1 - spread and 1 + spread; tells what the log said. */
static heard compare(gvc_ctx *ctx, unsigned seed, double spread, gvc_solver solver)
{
    heard h = { 0 };
    uint64_t state = seed;
    gvc_table *table =
        random_table(ctx, seed, 3, 4,
                     RANDOM_ZERO_EMPTY | (solver == GVC_SOLVER_SWEEPS ? RANDOM_DOMINANT : 0));
    literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
    double *s = literal_matrix(lit->n, 1), *y = literal_matrix(lit->n, 1);
    gvc_model *model = NULL;

    gvc_ctx_set_log(ctx, listen, &h);
    assert_ok(ctx, gvc_model_new(ctx, &model, table, &(gvc_model_opts){ .solver = solver }));
    for (gvc_int i = 0; i < lit->n; i++)
        s[i] = 1 + spread * (2 * random_uniform(&state) - 1);
    for (int transposed = 0; transposed < 2; transposed++) {
        double *want = solve_literally(lit, s, transposed, lit->x);

        memcpy(y, lit->x, (size_t)lit->n * sizeof *y);
        assert_ok(ctx, (transposed ? gvc_model__solve_t : gvc_model__solve)(
                           ctx, model, (gvc_view){ y, lit->n, 1, lit->n }));
        assert_ok(ctx, gvc_index__solve_corrected(ctx, model, s, transposed, lit->x, y));
        for (gvc_int i = 0; i < lit->n; i++)
            assert_near(y[i], want[i], 1e-10, fabs(want[0]));
        free(want);
    }
    gvc_ctx_set_log(ctx, NULL, NULL);
    gvc_model_free(model);
    literal_free(lit);
    gvc_table_free(table);
    free(s);
    free(y);
    return h;
}

static void small_corrections_need_no_factors_of_their_own(void **state)
{
    for (unsigned seed = 1; seed <= 10; seed++)
        assert_int_equal(compare(*state, seed, 0.4, GVC_SOLVER_LU).factorised, 0);
}

static void large_corrections_are_factorised(void **state)
{
    for (unsigned seed = 1; seed <= 10; seed++)
        assert_int_equal(compare(*state, seed, 20, GVC_SOLVER_LU).factorised, 2);
}

/* Where they converge: else steps follow. */
static void sweeps_correct_in_one_solve(void **state)
{
    for (unsigned seed = 1; seed <= 10; seed++) {
        assert_int_equal(compare(*state, seed, 0.1, GVC_SOLVER_SWEEPS).steps, 0);
        compare(*state, seed, 0.7, GVC_SOLVER_SWEEPS);
        compare(*state, seed, 20, GVC_SOLVER_SWEEPS);
    }
}

static void a_singular_correction_is_missing(void **state)
{
    heard h = { 0 };
    gvc_table *table = random_table(*state, 1, 1, 1, RANDOM_PLAIN);
    gvc_model *model = NULL;
    double s, y;

    gvc_ctx_set_log(*state, listen, &h);
    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    s = gvc_table_x(table)[0] / gvc_table_Zt(table).a[0];
    y = gvc_table_x(table)[0];
    assert_ok(*state, gvc_model__solve(*state, model, (gvc_view){ &y, 1, 1, 1 }));
    assert_ok(*state, gvc_index__solve_corrected(*state, model, &s, 0, gvc_table_x(table), &y));
    assert_true(isnan(y));
    assert_int_equal(h.singular, 1);
    gvc_ctx_set_log(*state, NULL, NULL);
    gvc_model_free(model);
    gvc_table_free(table);
}

static void inventories_that_eat_up_output_are_left_alone(void **state)
{
    static const double x[] = { 10, 10, 0, 10 }, N[] = { 5, 10, -3, -10 };
    static const double want[] = { 2, 1, 1, 0.5 };
    double s[4];

    (void)state;
    gvc_model__inventory_scale(s, x, N, 4);
    for (int i = 0; i < 4; i++)
        assert_true(s[i] == want[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(small_corrections_need_no_factors_of_their_own),
        context_test(large_corrections_are_factorised),
        context_test(sweeps_correct_in_one_solve),
        context_test(a_singular_correction_is_missing),
        context_test(inventories_that_eat_up_output_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
