#include "../support/support.h"

#include "la/view.h"
#include "la/worst.h"
#include "model/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Solutions by factors are tried column by column, or by sums of columns where they are many. */

enum { G = 3, N = 4, ROWS = G * N, FEW = 5, MANY = 700 };

typedef struct solved {
    gvc_table *table;
    gvc_model *model;
    gvc_trial *trial;
    gvc_view b, y;
} solved;

static gvc_view matrix(gvc_int cols)
{
    return (gvc_view){ literal_matrix(ROWS, cols), ROWS, cols, ROWS };
}

static solved solve(gvc_ctx *ctx, unsigned seed, gvc_int cols, int transposed)
{
    solved s = { .b = matrix(cols), .y = matrix(cols) };
    uint64_t state = seed;

    s.table = random_table(ctx, seed, G, N, RANDOM_PLAIN);
    assert_ok(ctx, gvc_model_new(ctx, &s.model, s.table, NULL));
    assert_ok(ctx, gvc_system__factorise(ctx, s.model->system));
    for (gvc_int i = 0; i < ROWS * cols; i++)
        s.b.a[i] = s.y.a[i] = random_uniform(&state);
    assert_ok(ctx, gvc_trial__new(ctx, &s.trial, s.model->system, cols));
    gvc_trial__keep(s.trial, s.b);
    assert_ok(ctx, gvc_system__apply(ctx, s.model->system, transposed, s.y));
    return s;
}

static void release(solved *s)
{
    gvc_trial__free(s->trial);
    gvc_model_free(s->model);
    gvc_table_free(s->table);
    free(s->b.a);
    free(s->y.a);
}

static void solutions_that_are_right_are_left_alone(void **state)
{
    static const gvc_int widths[] = { FEW, MANY };

    for (int k = 0; k < 4; k++) {
        const gvc_int cols = widths[k / 2];
        solved s = solve(*state, 1, cols, k % 2);
        const size_t bytes = (size_t)(ROWS * cols) * sizeof(double);
        double *before = literal_matrix(ROWS, cols), bound = -1;

        memcpy(before, s.y.a, bytes);
        assert_ok(*state, gvc_trial__certify(*state, s.trial, k % 2, s.y, &bound));
        assert_true(bound >= 0 && bound < 1e-12);
        assert_memory_equal(before, s.y.a, bytes);
        free(before);
        release(&s);
    }
}

/* One entry of one column is off by so much of it. */
static void mend(gvc_ctx *ctx, gvc_int cols, gvc_int column, int transposed, double off)
{
    solved s = solve(ctx, 2, cols, transposed);
    double *entry = s.y.a + 7 + column * ROWS, right = *entry, bound = -1;

    *entry *= 1 + off;
    assert_ok(ctx, gvc_trial__certify(ctx, s.trial, transposed, s.y, &bound));
    assert_true(bound >= 0 && bound < 1e-12);
    assert_near(*entry, right, 1e-13, fabs(right));
    release(&s);
}

static void one_wrong_column_among_many_is_found_and_mended(void **state)
{
    for (int transposed = 0; transposed < 2; transposed++)
        for (gvc_int column = 0; column < MANY; column += 99) {
            mend(*state, MANY, column, transposed, 1e-6);
            mend(*state, MANY, column, transposed, -1e-11);
        }
    mend(*state, FEW, FEW - 1, 0, 1e-11);
    mend(*state, FEW, FEW - 1, 1, 1e-11);
}

static void solutions_that_are_not_finite_are_not_certain(void **state)
{
    solved s = solve(*state, 3, MANY, 0);
    double bound = -1;

    s.y.a[ROWS * 77] = NAN;
    assert_ok(*state, gvc_trial__certify(*state, s.trial, 0, s.y, &bound));
    assert_false(isfinite(bound));
    release(&s);
}

/* Whatever stands before and after it. */
static void what_is_no_number_is_the_worst_error(void **state)
{
    const double first[] = { NAN, 1, 2 }, last[] = { 1, 2, NAN }, none[] = { 1, 3, 2 };

    (void)state;
    assert_true(isnan(gvc_la__worst(first, 3)));
    assert_true(isnan(gvc_la__worst(last, 3)));
    assert_true(gvc_la__worst(none, 3) == 3);
    assert_true(gvc_la__worst(NULL, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(solutions_that_are_right_are_left_alone),
        context_test(one_wrong_column_among_many_is_found_and_mended),
        context_test(solutions_that_are_not_finite_are_not_certain),
        cmocka_unit_test(what_is_no_number_is_the_worst_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
