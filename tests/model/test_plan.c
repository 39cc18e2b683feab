#include "../support/support.h"

#include <gvc/synth.h>

#include <stdio.h>

/* What gvc_model_plan() promises against what the account of the library holds at the worst moment.
 */

enum { G = 24, N = 30 };

static const struct {
    const char *name;
    unsigned needs;
} cases[] = {
    { "local", GVC_Q_VL | GVC_Q_LOC },
    { "rows", GVC_Q_VB },
    { "both", GVC_Q_VB | GVC_Q_BF },
    { "bm", GVC_Q_VL | GVC_Q_VB | GVC_Q_FVA1 | GVC_Q_ALOC | GVC_Q_AHOME | GVC_Q_ABU },
    { "wwz", GVC_Q_VB | GVC_Q_BF | GVC_Q_BHOME | GVC_Q_BABROAD | GVC_Q_BDIAG },
    { "inverse", GVC_Q_VB | GVC_Q_BF | GVC_Q_B },
};

/* Peak of the account over the table's own bytes, and what the plan says of the same. */
static void compare(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units, gvc_int U,
                    gvc_int widest, int c, gvc_solver solver)
{
    const gvc_plan_size size = { G, N, gvc_table_K(table), U, widest, 0 };
    const gvc_plan plan = gvc_model_plan(&size, cases[c].needs, solver);
    const gvc_model_opts opts = { .units = units, .needs = cases[c].needs, .solver = solver };
    gvc_ctx *own = gvc_ctx_new();
    gvc_model *model;
    double held, promised;

    (void)ctx;
    assert_ok(own, gvc_model_new(own, &model, table, &opts));
    assert_ok(own, gvc_model_need(own, model, cases[c].needs));
    held = (double)gvc_ctx_memory_peak(own);
    promised = plan.peak - plan.table;
    gvc_model_free(model);
    gvc_ctx_free(own);
    if (held > 1.05 * promised || promised > 1.5 * held + (8 << 20))
        fail_msg("%s, solver %d: %.0f bytes held, %.0f promised", cases[c].name, (int)solver, held,
                 promised);
}

static gvc_table *make_table(gvc_ctx *ctx)
{
    const gvc_synth_opts opts = { .countries = G, .sectors = N, .seed = 1 };
    gvc_synth *synth;
    gvc_table *table;

    assert_ok(ctx, gvc_synth_new(ctx, &synth, &opts));
    assert_ok(ctx, gvc_synth_table(ctx, &table, synth, 2000));
    gvc_synth_free(synth);
    return table;
}

static void memory_held_is_memory_promised(void **state)
{
    gvc_table *table = make_table(*state);

    for (int c = 0; c < (int)(sizeof cases / sizeof *cases); c++)
        for (int solver = GVC_SOLVER_AUTO; solver <= GVC_SOLVER_SWEEPS; solver++)
            compare(*state, table, NULL, 0, 0, c, (gvc_solver)solver);
    gvc_table_free(table);
}

static void groups_as_one_are_counted(void **state)
{
    gvc_table *table = make_table(*state);
    gvc_int of[G], U = 0;
    gvc_units *units;

    for (gvc_int c = 0; c < G; c++)
        of[c] = c < 8 ? 0 : ++U;
    units = units_from(*state, table, of);
    assert_int_equal(gvc_units_n(units), U + 1);
    for (int c = 0; c < (int)(sizeof cases / sizeof *cases); c++)
        compare(*state, table, units, U + 1, 8 * N, c, GVC_SOLVER_AUTO);
    gvc_units_free(units);
    gvc_table_free(table);
}

static void solver_is_the_one_that_is_taken(void **state)
{
    gvc_table *table = make_table(*state);
    const gvc_plan_size size = { G, N, gvc_table_K(table), 0, 0, 0 };

    for (int c = 1; c < (int)(sizeof cases / sizeof *cases); c++) {
        const gvc_plan plan = gvc_model_plan(&size, cases[c].needs, GVC_SOLVER_AUTO);
        const gvc_model_opts opts = { .needs = cases[c].needs };
        gvc_model *model;

        assert_ok(*state, gvc_model_new(*state, &model, table, &opts));
        assert_ok(*state, gvc_model_need(*state, model, cases[c].needs));
        assert_string_equal(gvc_model_solver(model), plan.solver);
        assert_true(plan.products > 0);
        gvc_model_free(model);
    }
    assert_string_equal(gvc_model_plan(&size, GVC_Q_VL, GVC_SOLVER_AUTO).solver, "none");
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(memory_held_is_memory_promised),
        context_test(groups_as_one_are_counted),
        context_test(solver_is_the_one_that_is_taken),
    };

    return cmocka_run_group_tests_name("model_plan", tests, NULL, NULL);
}
