#include "../support/quad.h"
#include "../support/support.h"

#include "base/mem.h"
#include "model/system.h"
#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Every way to solve against quadruple precision, on tables that are hard to solve: what a model
 * gives is as near to the exact answer as its certified bound says, or the model refuses.
 */

/* ---- hard tables ---- */

typedef enum hardship {
    SLIM,    /* some industries keep a thousandth of their output as value added */
    THIN,    /* some keep a millionth */
    THINNER, /* all keep 1e-10 */
    CLOSED,  /* one country buys nothing abroad, and its industries keep 1e-10 */
    LOSING,  /* some pay more than they make */
    WRECKED, /* all of one country do, and some elsewhere keep 1e-10 */
    HOPELESS /* all keep 1e-14: no digit can be told */
} hardship;

/* What the bounds of a model may be; the answer to a table of HOPELESS is none. */
static const double worst_bound[] = { 1e-11, 1e-12, 1e-3, 1e-3, 1e-12, 1e-11, 0 };

/* The purchases of industry j are scaled to `cost` of its output; with `home` those abroad are
 * struck out first. */
static void set_cost(gvc_table *t, gvc_int j, double cost, int home)
{
    double sum = 0;

    for (gvc_int i = 0; i < t->n; i++) {
        double *flow = &t->Zt.a[j + i * t->Zt.ld];

        if (home && i / t->N != j / t->N)
            *flow = 0;
        sum += *flow;
    }
    for (gvc_int i = 0; i < t->n && sum > 0; i++)
        t->Zt.a[j + i * t->Zt.ld] *= cost * t->x[j] / sum;
}

static gvc_table *hard_table(gvc_ctx *ctx, hardship how, unsigned seed, gvc_int G, gvc_int N)
{
    gvc_table *t =
        random_table(ctx, seed, G, N, RANDOM_ZERO_EMPTY | RANDOM_ZERO_BUYER | RANDOM_ZERO_SELLER);

    for (gvc_int j = 0; j < t->n; j++) {
        const gvc_int country = j / N;

        if (t->x[j] == 0)
            continue;
        if (how <= THIN && j % 3 == 0)
            set_cost(t, j, how == SLIM ? 1 - 1e-3 : 1 - 1e-6, 0);
        else if (how == HOPELESS)
            set_cost(t, j, 1 - 1e-14, 0);
        else if (how == THINNER || (how == WRECKED && j % 4 == 0 && country != 1))
            set_cost(t, j, 1 - 1e-10, 0);
        else if (how == CLOSED && country == 1)
            set_cost(t, j, 1 - 1e-10, 1);
        else if ((how == LOSING && j % 5 == 2) || (how == WRECKED && country == 1))
            set_cost(t, j, 1.05, 0);
    }
    gvc_table__residual_va(ctx, t);
    return t;
}

/* ---- the exact answer ---- */

typedef struct exact {
    gvc_int n, U;
    const gvc_model *model; /* whose right-hand sides these are */
    quad *A, *factors, *v;
    gvc_int *pivot;
} exact;

/* I - A where `keep` says so (NULL: everywhere), factorised. */
static void factorise(const exact *e, quad *to, gvc_int *pivot,
                      int (*keep)(const exact *e, gvc_int i, gvc_int j, gvc_int s), gvc_int s)
{
    for (gvc_int j = 0; j < e->n; j++)
        for (gvc_int i = 0; i < e->n; i++)
            to[i + j * e->n] =
                (i == j) - (keep && !keep(e, i, j, s) ? (quad)0 : e->A[i + j * e->n]);
    quad_factorise(to, pivot, e->n);
}

static exact find_exact(const gvc_table *t, const gvc_model *model)
{
    exact e = { t->n,
                t->G,
                model,
                quad_matrix(t->n, t->n),
                quad_matrix(t->n, t->n),
                quad_matrix(t->n, 1),
                calloc((size_t)t->n, sizeof(gvc_int)) };

    assert_non_null(e.pivot);
    for (gvc_int j = 0; j < t->n; j++) {
        quad cost = 0;

        for (gvc_int i = 0; i < t->n && t->x[j] != 0; i++) {
            e.A[i + j * t->n] = (quad)t->Zt.a[j + i * t->Zt.ld] / (quad)t->x[j];
            cost += e.A[i + j * t->n];
        }
        e.v[j] = t->x[j] != 0 ? 1 - cost : (quad)0;
    }
    factorise(&e, e.factors, e.pivot, NULL, 0);
    return e;
}

static void free_exact(exact *e)
{
    free(e->A);
    free(e->factors);
    free(e->v);
    free(e->pivot);
}

/* What s sells abroad is struck out. */
static int sells_at_home(const exact *e, gvc_int i, gvc_int j, gvc_int s)
{
    return gvc_model__unit_of_row(e->model, i) != s || gvc_model__unit_of_row(e->model, j) == s;
}

static int within(const exact *e, gvc_int i, gvc_int j, gvc_int s)
{
    return gvc_model__unit_of_row(e->model, i) == s && gvc_model__unit_of_row(e->model, j) == s;
}

/* Foreign value added counted once is block s of v (I - A_s)^-1 less v_s L_ss; `local` receives the
 * latter. */
static void count_once(const exact *e, quad *once, quad *local)
{
    const size_t bytes = sizeof(quad) * (size_t)e->n;
    quad *work = quad_matrix(e->n, e->n), *y = quad_matrix(e->n, 1), *l = quad_matrix(e->n, 1);
    gvc_int *pivot = calloc((size_t)e->n, sizeof *pivot);

    assert_non_null(pivot);
    for (gvc_int s = 0; s < e->U; s++) {
        memcpy(y, e->v, bytes);
        memcpy(l, e->v, bytes);
        factorise(e, work, pivot, sells_at_home, s);
        quad_solve(work, pivot, e->n, 1, y);
        factorise(e, work, pivot, within, s);
        quad_solve(work, pivot, e->n, 1, l);
        for (gvc_int j = 0; j < e->n; j++)
            if (gvc_model__unit_of_row(e->model, j) == s) {
                once[j] = y[j] - l[j];
                local[j] = l[j];
            }
    }
    free(work);
    free(y);
    free(l);
    free(pivot);
}

/* Right-hand side c of a quantity. */
static void begin(const exact *e, unsigned quantity, gvc_int c, quad *y)
{
    const gvc_view F = gvc_model_F(e->model);

    for (gvc_int i = 0; i < e->n; i++) {
        const int own = gvc_model__unit_of_row(e->model, i) == c;

        switch (quantity) {
        case GVC_Q_VB:
            y[i] = own ? e->v[i] : (quad)0;
            break;
        case GVC_Q_BF:
            y[i] = F.a[i + c * F.ld];
            break;
        case GVC_Q_BEX:
            y[i] = own ? gvc_model_e(e->model)[i] : 0;
            break;
        case GVC_Q_BX:
            y[i] = gvc_model_x(e->model)[i];
            break;
        default: /* SB and B */
            y[i] = quantity == GVC_Q_SB || i == c;
        }
    }
}

/* ---- comparing ---- */

/* The error of column c against `want`, in the norm that the bound is in. */
static double error_of(gvc_view got, gvc_int c, const quad *want, int transposed)
{
    quad off = 0, size = 0;

    for (gvc_int i = 0; i < got.rows; i++) {
        const quad d = quad_abs((quad)got.a[i + c * got.ld] - want[i]), w = quad_abs(want[i]);

        if (transposed) {
            off = d > off ? d : off;
            size = w > size ? w : size;
        } else {
            off += d;
            size += w;
        }
    }
    return off == 0 ? 0 : (double)(off / size);
}

static const struct path {
    gvc_solver solver;
    unsigned needs;
} paths[] = {
    { GVC_SOLVER_LU, GVC_Q_B }, /* B in the place of the factors */
    { GVC_SOLVER_AUTO, 0 },
    { GVC_SOLVER_LU, 0 },
    { GVC_SOLVER_SWEEPS, 0 },
};
enum { PATHS = sizeof paths / sizeof *paths };

static const unsigned solved[] = { GVC_Q_VB, GVC_Q_BF,   GVC_Q_BEX, GVC_Q_BX,
                                   GVC_Q_SB, GVC_Q_FVA1, GVC_Q_VL,  GVC_Q_B };
enum { SOLVED = sizeof solved / sizeof *solved, WITHOUT_B = SOLVED - 1, ONCE = 5, LOCAL = 6 };

static int is_transposed(unsigned quantity)
{
    return (quantity & (GVC_Q_VB | GVC_Q_SB | GVC_Q_FVA1 | GVC_Q_VL)) != 0;
}

/* The exact values of those of `solved` that are wanted, as many columns each as the model has. */
static void find_answers(const exact *e, unsigned wanted, quad *answer[SOLVED])
{
    const gvc_int n = e->n;

    for (int k = 0; k < SOLVED; k++) {
        const gvc_int cols = gvc_model_get(e->model, (gvc_quantity)solved[k]).cols;

        answer[k] = quad_matrix(n, cols);
        for (gvc_int c = 0; c < cols && wanted & solved[k] && k != ONCE && k != LOCAL; c++) {
            begin(e, solved[k], c, answer[k] + c * n);
            quad_solve(e->factors, e->pivot, n, is_transposed(solved[k]), answer[k] + c * n);
        }
    }
    if (wanted & GVC_Q_FVA1)
        count_once(e, answer[ONCE], answer[LOCAL]);
}

static void compare(const gvc_model *m, unsigned needs, quad *const answer[SOLVED])
{
    for (int k = 0; k < SOLVED; k++)
        if (needs & solved[k]) {
            const gvc_view got = gvc_model_get(m, (gvc_quantity)solved[k]);

            for (gvc_int c = 0; c < got.cols; c++)
                assert_true(error_of(got, c, answer[k] + c * got.rows, is_transposed(solved[k])) <=
                            gvc_model_error_bound(m));
        }
}

static gvc_status solve(gvc_ctx *ctx, const gvc_table *t, const struct path *p, gvc_model **m,
                        unsigned *needs)
{
    gvc_status st;

    *needs = p->needs;
    for (int k = 0; k < WITHOUT_B; k++)
        *needs |= solved[k];
    assert_ok(ctx,
              gvc_model_new(ctx, m, t, &(gvc_model_opts){ .needs = *needs, .solver = p->solver }));
    /* B first, so that the others are solved by it. */
    st = gvc_model_need(ctx, *m, p->needs);
    return st == GVC_OK ? gvc_model_need(ctx, *m, *needs) : st;
}

static void check_paths(gvc_ctx *ctx, hardship how, unsigned seed, gvc_int G, gvc_int N,
                        unsigned wanted)
{
    gvc_table *t = hard_table(ctx, how, seed, G, N);
    quad *answer[SOLVED];

    for (int p = 0; p < PATHS; p++) {
        gvc_model *m = NULL;
        unsigned needs;

        assert_ok(ctx, solve(ctx, t, &paths[p], &m, &needs));
        assert_true(gvc_model_error_bound(m) > 0);
        assert_true(gvc_model_error_bound(m) < worst_bound[how]);
        if (paths[p].solver == GVC_SOLVER_SWEEPS && how == SLIM)
            assert_string_equal(gvc_model_solver(m), "sweeps");
        if (p == 0) { /* the only one that has all */
            exact e = find_exact(t, m);

            find_answers(&e, wanted, answer);
            free_exact(&e);
        }
        compare(m, needs & wanted, answer);
        gvc_model_free(m);
    }
    for (int k = 0; k < SOLVED; k++)
        free(answer[k]);
    gvc_table_free(t);
}

static void solutions_are_as_exact_as_their_bound_says(void **state)
{
    for (unsigned seed = 1; seed <= 4; seed++)
        for (hardship how = SLIM; how < HOPELESS; how++)
            check_paths(*state, how, seed, 2 + seed % 4, 1 + (seed + how) % 5, ~0u);
}

/* Computed residuals of small systems are often 0, and of those above a tile (la/blas.h) they are
 * sums of parts. */
static void so_are_those_of_tiny_tables(void **state)
{
    for (unsigned seed = 1; seed <= 10; seed++)
        for (hardship how = SLIM; how < HOPELESS; how++)
            check_paths(*state, how, seed, 2, 1, ~0u);
}

static void so_are_those_of_several_tiles(void **state)
{
    check_paths(*state, WRECKED, 3, 4, 81, GVC_Q_VB | GVC_Q_BF | GVC_Q_BX);
}

/* So many columns at once are tried by sums of them (model/trial.h). */
static void so_are_those_of_many_columns(void **state)
{
    for (hardship how = SLIM; how < HOPELESS; how += 2)
        check_paths(*state, how, 5, 70, 1, ~(unsigned)(GVC_Q_FVA1 | GVC_Q_VL));
}

/* ---- what cannot be told ---- */

static void what_nobody_can_tell_is_refused(void **state)
{
    for (int p = 0; p < PATHS; p++) {
        gvc_table *t = hard_table(*state, HOPELESS, 2, 3, 3);
        gvc_model *m = NULL;
        unsigned needs;

        assert_int_equal(solve(*state, t, &paths[p], &m, &needs), GVC_ESINGULAR);
        assert_non_null(strstr(gvc_ctx_message(*state), "nearly singular"));
        gvc_model_free(m);
        gvc_table_free(t);
    }
}

/* ---- damage ---- */

static gvc_model *inverted(gvc_ctx *ctx, const gvc_table *t)
{
    gvc_model *m = NULL;

    assert_ok(ctx, gvc_model_new(ctx, &m, t, &(gvc_model_opts){ .needs = GVC_Q_B }));
    assert_ok(ctx, gvc_model_need(ctx, m, GVC_Q_B));
    assert_true(gvc_model_error_bound(m) < 1e-12);
    return m;
}

/* One wrong entry of B, by 1e-9 of itself, shows in the bound, whichever it is. */
static void a_damaged_inverse_is_noticed(void **state)
{
    gvc_table *t = random_table(*state, 4, 7, 9, RANDOM_DOMINANT);
    uint64_t dice = 5;

    for (int k = 0; k < 40; k++) {
        gvc_model *m = inverted(*state, t);
        const gvc_view B = gvc_model_get(m, GVC_Q_B);
        const gvc_int j = (gvc_int)(random_uniform(&dice) * (double)B.cols);
        const gvc_int i = k % 2 ? j : (gvc_int)(random_uniform(&dice) * (double)B.rows);
        double *entry = &B.a[i + j * B.ld], size = 0;

        for (gvc_int r = 0; r < B.rows; r++)
            size += fabs(B.a[r + j * B.ld]);
        *entry *= 1 + 1e-9;
        assert_ok(*state, gvc_system__certify_inverse(*state, m->system));
        assert_true(gvc_model_error_bound(m) >= 1e-9 * fabs(*entry) / size);
        if (i == j) /* diagonal entries are 1 and more, columns a few */
            assert_true(gvc_model_error_bound(m) > 1e-10);
        gvc_model_free(m);
    }
    gvc_table_free(t);
}

/* One column too small by a hundredth is an inverse of something else. */
static void a_wrong_inverse_is_refused(void **state)
{
    gvc_table *t = random_table(*state, 4, 7, 9, RANDOM_DOMINANT);
    gvc_model *m = inverted(*state, t);
    const gvc_view B = gvc_model_get(m, GVC_Q_B);

    for (gvc_int i = 0; i < B.rows; i++)
        B.a[i + 11 * B.ld] *= 0.99;
    assert_int_equal(gvc_system__certify_inverse(*state, m->system), GVC_ESINGULAR);
    gvc_model_free(m);
    gvc_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(solutions_are_as_exact_as_their_bound_says),
        context_test(so_are_those_of_tiny_tables),
        context_test(so_are_those_of_several_tiles),
        context_test(so_are_those_of_many_columns),
        context_test(what_nobody_can_tell_is_refused),
        context_test(a_damaged_inverse_is_noticed),
        context_test(a_wrong_inverse_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
