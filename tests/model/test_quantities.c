#include "../support/support.h"

#include "model/model.h"
#include "table/table.h"

#include <stdlib.h>

/* Every quantity against explicit inverses, on tables with every awkward feature. */

enum { ALL = (1 << 30) - 1, SEEDS = 12 };
#define TIGHT 1e-11

static double *own_only(const literal *lit, const double *y)
{
    double *m = literal_matrix(lit->n, lit->U);

    for (gvc_int i = 0; i < lit->n; i++)
        m[i + lit->unit[i] * lit->n] = y[i];
    return m;
}

static gvc_view seen(double *a, const literal *lit, gvc_int cols)
{
    return (gvc_view){ a, lit->n, cols, lit->n };
}

/* The quantity is `matrix` (or its transpose) times `y`; y and the product are freed. */
static void check_product(const gvc_model *model, gvc_quantity q, const literal *lit,
                          const double *matrix, int transposed, double *y, gvc_int cols)
{
    double *turned = transposed ? literal_transpose(matrix, lit->n, lit->n) : NULL;
    double *want = literal_times(turned ? turned : matrix, y, lit->n, lit->n, cols);

    assert_views_near(gvc_model_get(model, q), seen(want, lit, cols), TIGHT);
    free(turned);
    free(want);
    free(y);
}

static double *copied(const literal *lit, const double *y, gvc_int cols)
{
    double *c = literal_matrix(lit->n, cols);

    for (gvc_int k = 0; k < lit->n * cols; k++)
        c[k] = y[k];
    return c;
}

static double *own_demand(const literal *lit)
{
    double *y = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        y[i] = lit->F[i + lit->unit[i] * lit->n];
    return y;
}

static double *ones(const literal *lit)
{
    double *y = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        y[i] = 1;
    return y;
}

static void check_solves(const gvc_model *m, const literal *lit)
{
    check_product(m, GVC_Q_VL, lit, lit->L, 1, copied(lit, lit->v, 1), 1);
    check_product(m, GVC_Q_LOC, lit, lit->L, 0, own_demand(lit), 1);
    check_product(m, GVC_Q_REX, lit, lit->L, 0, copied(lit, lit->e, 1), 1);
    check_product(m, GVC_Q_VB, lit, lit->B, 1, own_only(lit, lit->v), lit->U);
    check_product(m, GVC_Q_BF, lit, lit->B, 0, copied(lit, lit->F, lit->U), lit->U);
    check_product(m, GVC_Q_BU, lit, lit->B, 0, copied(lit, lit->u, 1), 1);
    check_product(m, GVC_Q_BEX, lit, lit->B, 0, own_only(lit, lit->e), lit->U);
    check_product(m, GVC_Q_BE, lit, lit->B, 0, copied(lit, lit->E, lit->U), lit->U);
    check_product(m, GVC_Q_BX, lit, lit->B, 0, copied(lit, gvc_model_x(m), 1), 1);
    check_product(m, GVC_Q_SB, lit, lit->B, 1, ones(lit), 1);
}

/* A with what crosses a border, or with what does not. */
static double *inputs(const literal *lit, int foreign)
{
    double *a = copied(lit, lit->A, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if ((lit->unit[i] != lit->unit[j]) != foreign)
                a[i + j * lit->n] = 0;
    return a;
}

/* Column `c` of quantity q is `matrix` times (transposed: the row `y` times `matrix`). */
static void check_column(const gvc_model *m, gvc_quantity q, gvc_int c, const literal *lit,
                         const double *matrix, int transposed, const double *y)
{
    const gvc_int n = lit->n;
    const gvc_view got = gvc_model_get(m, q);
    double *want =
        transposed ? literal_times(y, matrix, 1, n, n) : literal_times(matrix, y, n, n, 1);

    assert_views_near(seen(got.a + c * got.ld, lit, 1), seen(want, lit, 1), TIGHT);
    free(want);
}

static void check_chains(const gvc_model *m, const literal *lit)
{
    const gvc_int n = lit->n;
    double *AF = inputs(lit, 1), *AD = inputs(lit, 0), *one = ones(lit);
    double *X = literal_matrix(n, 1), *BAF = literal_times(lit->B, AF, n, n, n);
    double *BAD = literal_times(lit->B, AD, n, n, n), *AFB = literal_times(AF, lit->B, n, n, n);
    double *ADB = literal_times(AD, lit->B, n, n, n), *vL = literal_times(lit->v, lit->L, 1, n, n);
    double *vLL = literal_times(vL, lit->L, 1, n, n), *vB = literal_times(lit->v, lit->B, 1, n, n);
    double *behind = literal_times(vL, AFB, 1, n, n);

    for (gvc_int i = 0; i < n; i++)
        for (gvc_int j = 0; j < n; j++)
            for (gvc_int t = 0; t < lit->U; t++)
                X[i] += lit->B[i + j * n] * lit->F[j + t * n];
    check_column(m, GVC_Q_AHEAD, 0, lit, BAF, 0, X);
    check_column(m, GVC_Q_AHEAD, 1, lit, BAD, 0, X);
    check_column(m, GVC_Q_BEHIND, 0, lit, AFB, 1, vL);
    check_column(m, GVC_Q_BEHIND, 1, lit, AFB, 1, vLL);
    check_column(m, GVC_Q_ROUNDS, 0, lit, AFB, 1, vB);
    check_column(m, GVC_Q_ROUNDS, 1, lit, ADB, 1, behind);
    check_column(m, GVC_Q_CROSS, 0, lit, AFB, 1, one);
    check_column(m, GVC_Q_BEXP, 0, lit, lit->B, 0, lit->e);
    check_product(m, GVC_Q_SBU, lit, lit->B, 1, own_only(lit, one), lit->U);
    check_product(m, GVC_Q_BONE, lit, lit->B, 0, own_only(lit, one), lit->U);
    check_product(m, GVC_Q_BXU, lit, lit->B, 0, own_only(lit, gvc_model_x(m)), lit->U);
    for (double **a = (double *[]){ AF, AD, one, X, BAF, BAD, AFB, ADB, vL, vLL, vB, behind, NULL };
         *a; a++)
        free(*a);
}

/* [i in s, r] = sum over j in r of a_ij y[j, s], y without columns by unit where `stride` is 0. */
static void check_imports(const gvc_model *m, gvc_quantity q, const literal *lit, const double *y,
                          gvc_int stride)
{
    double *want = literal_matrix(lit->n, lit->U);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] != lit->unit[j])
                want[i + lit->unit[j] * lit->n] +=
                    lit->A[i + j * lit->n] * y[j + lit->unit[i] * stride];
    assert_views_near(gvc_model_get(m, q), seen(want, lit, lit->U), TIGHT);
    free(want);
}

static void check_kernels(const gvc_model *m, const literal *lit)
{
    double *BF = literal_times(lit->B, lit->F, lit->n, lit->n, lit->U);
    double *own = literal_matrix(lit->n, 1), *demand = own_demand(lit);
    double *loc = literal_times(lit->L, demand, lit->n, lit->n, 1);
    double *rex = literal_times(lit->L, lit->e, lit->n, lit->n, 1);
    double *bu = literal_times(lit->B, lit->u, lit->n, lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        own[i] = BF[i + lit->unit[i] * lit->n];
    check_imports(m, GVC_Q_ALOC, lit, loc, 0);
    check_imports(m, GVC_Q_AREX, lit, rex, 0);
    check_imports(m, GVC_Q_AOWN, lit, own, 0);
    check_imports(m, GVC_Q_AHOME, lit, BF, lit->n);
    check_imports(m, GVC_Q_ABU, lit, bu, 0);
    free(BF);
    free(own);
    free(demand);
    free(loc);
    free(rex);
    free(bu);
}

/* By definition: strike out what s sells abroad, sum v over the suppliers of s outside s. */
static void check_once(const gvc_model *m, const literal *lit)
{
    const gvc_int n = lit->n;
    unsigned char *keep = calloc((size_t)(n * n), 1);
    double *want = literal_matrix(n, 1);

    assert_non_null(keep);
    for (gvc_int s = 0; s < lit->U; s++) {
        double *b;

        for (gvc_int j = 0; j < n; j++)
            for (gvc_int i = 0; i < n; i++)
                keep[i + j * n] = lit->unit[i] != s || lit->unit[j] == s;
        b = literal_leontief(lit->A, keep, n);
        for (gvc_int j = 0; j < n; j++)
            for (gvc_int i = 0; i < n; i++)
                if (lit->unit[j] == s && lit->unit[i] != s)
                    want[j] += lit->v[i] * b[i + j * n];
        free(b);
    }
    assert_views_near(gvc_model_get(m, GVC_Q_FVA1), seen(want, lit, 1), TIGHT);
    free(keep);
    free(want);
}

/* (B_ss h_s)_i with h_i = sum over r != s, j in r of a_ij sum over t != s, r of (BF)_jt. */
static void check_third_countries(const gvc_model *m, const literal *lit)
{
    const gvc_int n = lit->n;
    double *BF = literal_times(lit->B, lit->F, n, n, lit->U);
    double *h = literal_matrix(n, 1), *want = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        for (gvc_int j = 0; j < n; j++)
            for (gvc_int t = 0; t < lit->U; t++)
                if (lit->unit[j] != lit->unit[i] && t != lit->unit[i] && t != lit->unit[j])
                    h[i] += lit->A[i + j * n] * BF[j + t * n];
    for (gvc_int i = 0; i < n; i++)
        for (gvc_int k = 0; k < n; k++)
            if (lit->unit[i] == lit->unit[k])
                want[i] += lit->B[i + k * n] * h[k];
    assert_views_near(gvc_model_get(m, GVC_Q_BHOT), seen(want, lit, 1), TIGHT);
    free(BF);
    free(h);
    free(want);
}

static void check_inverse(const gvc_model *m, const literal *lit)
{
    const gvc_int n = lit->n;
    const gvc_view own = gvc_model_get(m, GVC_Q_BDIAG);
    double *want = literal_matrix(n, own.cols), *home = literal_matrix(n, lit->U);
    double *abroad = literal_matrix(n, lit->U), *made = literal_matrix(n, lit->U);

    for (gvc_int i = 0; i < n; i++) {
        gvc_int k = 0;

        for (gvc_int j = 0; j < n; j++)
            if (lit->unit[j] == lit->unit[i])
                want[i + k++ * n] = lit->B[i + j * n];
        for (gvc_int t = 0; t < lit->U; t++)
            (t == lit->unit[i] ? home : abroad)[i + lit->unit[i] * n] += lit->F[i + t * n];
        made[i + lit->unit[i] * n] = home[i + lit->unit[i] * n] + abroad[i + lit->unit[i] * n];
    }
    assert_views_near(gvc_model_get(m, GVC_Q_B), seen(lit->B, lit, n), TIGHT);
    assert_views_near(own, seen(want, lit, own.cols), TIGHT);
    check_product(m, GVC_Q_BHOME, lit, lit->B, 0, home, lit->U);
    check_product(m, GVC_Q_BABROAD, lit, lit->B, 0, abroad, lit->U);
    check_product(m, GVC_Q_BMADE, lit, lit->B, 0, made, lit->U);
    free(want);
}

/* Without the whole inverse, and as wide as the largest unit. */
static void check_own_blocks_alone(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units)
{
    gvc_model *alone = NULL, *all = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &alone, table, &(gvc_model_opts){ .units = units }));
    assert_ok(ctx, gvc_model_new(ctx, &all, table, &(gvc_model_opts){ .units = units }));
    assert_ok(ctx, gvc_model_need(ctx, alone, GVC_Q_BDIAG));
    assert_ok(ctx, gvc_model_need(ctx, all, GVC_Q_B | GVC_Q_BDIAG));
    assert_views_near(gvc_model_get(alone, GVC_Q_BDIAG), gvc_model_get(all, GVC_Q_BDIAG), TIGHT);
    gvc_model_free(alone);
    gvc_model_free(all);
}

/* BMADE is solved for where its parts are not wanted. */
static void check_made_alone(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units)
{
    gvc_model *alone = NULL, *all = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &alone, table, &(gvc_model_opts){ .units = units }));
    assert_ok(ctx, gvc_model_new(ctx, &all, table, &(gvc_model_opts){ .units = units }));
    assert_ok(ctx, gvc_model_need(ctx, alone, GVC_Q_BMADE));
    assert_ok(ctx, gvc_model_need(ctx, all, GVC_Q_BMADE | GVC_Q_BHOME | GVC_Q_BABROAD));
    assert_views_near(gvc_model_get(alone, GVC_Q_BMADE), gvc_model_get(all, GVC_Q_BMADE), TIGHT);
    gvc_model_free(alone);
    gvc_model_free(all);
}

static void check_prepared(const gvc_model *m, const literal *lit)
{
    assert_views_near(gvc_model_F(m), seen(lit->F, lit, lit->U), TIGHT);
    assert_views_near(gvc_model_E(m), seen(lit->E, lit, lit->U), TIGHT);
    for (gvc_int i = 0; i < lit->n; i++) {
        assert_near(gvc_model_x(m)[i], lit->x[i], TIGHT, 1);
        assert_near(gvc_model_v(m)[i], lit->v[i], TIGHT, 1);
        assert_near(gvc_model_u(m)[i], lit->u[i], 1e-10, 100);
        assert_near(gvc_model_e(m)[i], lit->e[i], TIGHT, 1);
        assert_int_equal(gvc_model__unit_of_row(m, i), lit->unit[i]);
    }
}

static void check_model(gvc_ctx *ctx, gvc_model *m, const literal *lit)
{
    assert_ok(ctx, gvc_model_need(ctx, m, ALL));
    check_prepared(m, lit);
    check_solves(m, lit);
    check_kernels(m, lit);
    check_chains(m, lit);
    check_once(m, lit);
    check_third_countries(m, lit);
    check_inverse(m, lit);
    assert_true(gvc_model_error_bound(m) > 0 && gvc_model_error_bound(m) < 1e-11);
}

static void check_table(gvc_ctx *ctx, unsigned seed, unsigned flags, gvc_balance balance)
{
    gvc_table *table = random_table(ctx, seed, 1 + seed % 6, 1 + seed % 4, flags);
    const gvc_model_opts opts = { .balance = balance, .needs = seed % 2 ? ALL : 0 };
    literal *lit = literal_new(table, NULL, balance);
    gvc_model *model = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &model, table, &opts));
    check_model(ctx, model, lit);
    gvc_model_free(model);
    gvc_table_free(table);
    literal_free(lit);
}

static void quantities_of_plain_tables_are_the_literal_ones(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++)
        check_table(*state, seed, RANDOM_PLAIN, GVC_BALANCE_KEEP);
}

static void quantities_of_awkward_tables_are_the_literal_ones(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        check_table(*state, seed, RANDOM_DOMINANT, GVC_BALANCE_KEEP);
        check_table(*state, seed, RANDOM_AWKWARD, GVC_BALANCE_KEEP);
    }
}

static void balances_are_the_literal_ones(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        check_table(*state, seed, RANDOM_AWKWARD, GVC_BALANCE_ABSORB);
        check_table(*state, seed, RANDOM_DOMINANT & ~RANDOM_ZERO_SELLER, GVC_BALANCE_ROWSUM);
    }
}

static void groups_are_the_literal_ones(void **state)
{
    static const gvc_int partitions[][6] = {
        { 0, 1, 0, 2, 1, 3 }, { 0, 0, 0, 0, 0, 0 }, { 0, 1, 1, 1, 2, 0 }, { 0, 1, 2, 3, 4, 5 }
    };

    for (unsigned k = 0; k < 4; k++) {
        gvc_table *table = random_table(*state, k, 6, 3, k % 2 ? RANDOM_DOMINANT : RANDOM_AWKWARD);
        gvc_units *units = units_from(*state, table, partitions[k]);
        literal *lit = literal_new(table, units, GVC_BALANCE_KEEP);
        gvc_model *model = NULL, *grouped = NULL;

        assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
        assert_ok(*state, gvc_model_need(*state, model, k < 2 ? ALL : GVC_Q_VL));
        assert_ok(*state, gvc_model_regroup(*state, &grouped, model, units));
        check_model(*state, grouped, lit);
        check_own_blocks_alone(*state, table, units);
        check_made_alone(*state, table, units);
        gvc_model_free(grouped);
        gvc_model_free(model);
        gvc_units_free(units);
        gvc_table_free(table);
        literal_free(lit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(quantities_of_plain_tables_are_the_literal_ones),
        context_test(quantities_of_awkward_tables_are_the_literal_ones),
        context_test(balances_are_the_literal_ones),
        context_test(groups_are_the_literal_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
