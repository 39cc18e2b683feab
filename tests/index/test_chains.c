#include "../support/literal_chains.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>

/* Tripartite chains from explicit inverses, and what must hold in every table. */

enum { CASES = 24 };

/* The pieces of one table that the formulas name. */
typedef struct pieces {
    double *AF, *AD, *ones, *w, *m, *m1, *YD, *YF, *direct, *onward;
} pieces;

static pieces take_pieces(const literal *lit)
{
    pieces p = { .AF = chain_inputs(lit, 1),
                 .AD = chain_inputs(lit, 0),
                 .ones = literal_matrix(lit->n, 1),
                 .YD = chain_final_use(lit, 0),
                 .YF = chain_final_use(lit, 1) };
    double *part, *through;

    for (gvc_int i = 0; i < lit->n; i++)
        p.ones[i] = 1;
    p.w = chain_along(lit, lit->v, CHAIN(lit->L));
    p.m = chain_along(lit, p.ones, CHAIN(p.AF, lit->L));
    part = chain_sum(p.ones, p.m, lit->n, -1);
    p.m1 = chain_along(lit, part, CHAIN(p.AF, lit->L));
    through = chain_down(lit, CHAIN(p.AF, lit->L), p.YD);
    p.direct = chain_sum(p.YF, through, lit->n, 1);
    p.onward = chain_down(lit, CHAIN(p.AF, lit->L), lit->e);
    free(part);
    free(through);
    return p;
}

static void free_pieces(pieces *p)
{
    double *all[] = {
        p->AF, p->AD, p->ones, p->w, p->m, p->m1, p->YD, p->YF, p->direct, p->onward
    };

    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        free(all[k]);
}

static void check_trade(const gvc_frames *frames, const literal *lit, const pieces *p)
{
    chain_same(frames, "davax", chain_times(p->w, p->direct, lit->n), lit->n);
    chain_same(frames, "gvc_pf", chain_times(p->w, p->onward, lit->n), lit->n);
    chain_same(frames, "gvc_pb", chain_times(p->m, p->direct, lit->n), lit->n);
    chain_same(frames, "gvc_ts", chain_times(p->m, p->onward, lit->n), lit->n);
    chain_same(frames, "bmt_disc", chain_down(lit, CHAIN(p->AF, lit->L), lit->u), lit->n);
}

static void check_output(const gvc_frames *frames, const literal *lit, const pieces *p)
{
    const gvc_int n = lit->n;
    double *ind = chain_down(lit, CHAIN(lit->L), p->onward), *own = chain_sum(p->w, lit->v, n, -1);
    double *dom = chain_down(lit, CHAIN(lit->L), p->YD), *Y = chain_sum(p->YD, p->YF, n, 1);
    double *a = chain_times(p->m, Y, n), *b = chain_times(p->m1, p->YD, n);

    chain_same(frames, "x_dom", chain_down(lit, CHAIN(lit->L), p->YD), n);
    chain_same(frames, "x_dir", chain_down(lit, CHAIN(lit->L), p->direct), n);
    chain_same(frames, "domx", chain_times(p->w, dom, n), n);
    chain_same(frames, "gvcx_pf", chain_times(lit->v, ind, n), n);
    chain_same(frames, "gvcx_tsd", chain_times(own, ind, n), n);
    chain_same(frames, "gvcx_pb", chain_sum(a, b, n, -1), n);
    chain_same(frames, "x_ind", ind, n);
    free(own);
    free(dom);
    free(Y);
    free(a);
    free(b);
}

static void check_crossings(const gvc_frames *frames, const literal *lit, const pieces *p)
{
    const gvc_int n = lit->n;
    double *kappa = chain_along(lit, p->ones, CHAIN(p->AF, lit->B)),
           *Y = chain_sum(p->YD, p->YF, n, 1);
    double *behind = chain_sum(p->ones, kappa, n, 1);

    chain_same(frames, "gii_n", chain_times(kappa, Y, n), n);
    chain_same(frames, "cbx_n", chain_times(behind, lit->e, n), n);
    chain_same(frames, "cbd_n", chain_down(lit, CHAIN(lit->B), lit->e), n);
    free(kappa);
    free(Y);
    free(behind);
}

static void components_equal_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = chain_case(*state, c);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        pieces p = take_pieces(lit);
        gvc_frames *frames = index_run_table(*state, table, NULL, "bmt,bmtout,crossings", NULL);

        check_trade(frames, lit, &p);
        check_output(frames, lit, &p);
        check_crossings(frames, lit, &p);
        gvc_frames_free(frames);
        free_pieces(&p);
        literal_free(lit);
        gvc_table_free(table);
    }
}

/* name_1 + name_2 + ... equals `total` in every row of sectors with output: what others export out
 * of stocks has no known content. */
static void add_up(const gvc_frames *frames, const char *const *names, const char *total)
{
    const double *want = index_column(frames, "sector", total);
    const double *output = index_column(frames, "sector", "gout");

    for (gvc_int i = 0; i < index_rows(frames, "sector", total); i++) {
        double got = 0, size = fabs(want[i]);

        if (output[i] == 0)
            continue;

        for (const char *const *name = names; *name; name++) {
            got += index_column(frames, "sector", *name)[i];
            size += fabs(index_column(frames, "sector", *name)[i]);
        }
        assert_near(got, want[i], 1e-11, size);
    }
}

static void parts_of_exports_and_of_output_add_up(void **state)
{
    static const char *const trade[] = { "davax",   "gvc_pf",   "gvc_pb", "gvc_ts",
                                         "bmt_tax", "bmt_disc", NULL };
    static const char *const output[] = { "domx",     "tradx",     "gvcx_pf",
                                          "gvcx_pb",  "gvcx_tsi",  "gvcx_tsd",
                                          "outx_tax", "outx_disc", NULL };
    static const char *const chains[] = { "davax", "gvc_trade", NULL };

    for (unsigned c = 1; c < CASES; c++) {
        gvc_table *table = chain_case(*state, c);
        gvc_frames *frames = index_run_table(*state, table, NULL, "bmt,bmtout", NULL);
        int plain = !table->va_given;

        for (gvc_int i = 0; i < table->n; i++) {
            assert_true(table->va_given || index_column(frames, "sector", "bmt_tax")[i] == 0);
            plain &= index_column(frames, "sector", "bmt_disc")[i] == 0;
        }
        add_up(frames, trade, "gexp");
        add_up(frames, output, "gout");
        if (plain)
            add_up(frames, chains, "gexp");
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

/* Nothing is imported in a single country, and an export crosses at least one border. */
static void crossings_start_at_the_border(void **state)
{
    gvc_table *alone = random_table(*state, 5, 1, 4, RANDOM_PLAIN);
    gvc_table *table = random_table(*state, 5, 3, 4, RANDOM_PLAIN);
    gvc_frames *none = index_run_table(*state, alone, NULL, "crossings", NULL);
    gvc_frames *some = index_run_table(*state, table, NULL, "crossings", NULL);

    for (gvc_int i = 0; i < 4; i++)
        assert_true(index_column(none, "sector", "gii")[i] == 0);
    assert_true(isnan(*index_column(none, "country", "cbx")));
    for (gvc_int s = 0; s < 3; s++)
        assert_true(index_column(some, "country", "cbx")[s] > 1);
    gvc_frames_free(none);
    gvc_frames_free(some);
    gvc_table_free(alone);
    gvc_table_free(table);
}

static void shares_of_trade_follow_from_its_parts(void **state)
{
    gvc_table *table = random_table(*state, 3, 4, 3, RANDOM_PLAIN);
    gvc_frames *frames = index_run_table(*state, table, NULL, "bmt", NULL);
    const double *e = index_column(frames, "country", "gexp");
    const double *pf = index_column(frames, "country", "gvc_pf");
    const double *pb = index_column(frames, "country", "gvc_pb");

    for (gvc_int s = 0; s < 4; s++) {
        assert_close(index_column(frames, "country", "part_bmt")[s], (pf[s] + pb[s]) / e[s], 1e-13);
        assert_near(index_column(frames, "country", "pos_bmt")[s],
                    log(1 + pf[s] / e[s]) - log(1 + pb[s] / e[s]), 1e-13, 1);
    }
    gvc_frames_free(frames);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(components_equal_explicit_inverses),
        context_test(parts_of_exports_and_of_output_add_up),
        context_test(crossings_start_at_the_border),
        context_test(shares_of_trade_follow_from_its_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
