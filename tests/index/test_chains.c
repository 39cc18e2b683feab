#include "../support/index_values.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Tripartite chains from explicit inverses, and what must hold in every table. */

enum { CASES = 24 };

static gvc_table *table_of_case(gvc_ctx *ctx, unsigned c)
{
    const gvc_int G = 1 + c % 5, N = 1 + c / 5 % 4;
    const unsigned flags = c < 4 ? RANDOM_PLAIN : c * 37 % 512;

    return random_table(ctx, c, G, N, G * N < 12 ? flags & ~(unsigned)RANDOM_NEGATIVE_VA : flags);
}

/* Compare one column of level sector with literal values; rounding is of the size of output. */
static void same(const gvc_frames *frames, const char *name, double *want, gvc_int n)
{
    const double *got = index_column(frames, "sector", name);
    double scale = *index_column(frames, "world", "gout");

    assert_int_equal(index_rows(frames, "sector", name), n);
    for (gvc_int i = 0; i < n; i++)
        scale += fabs(want[i]);
    for (gvc_int i = 0; i < n; i++)
        assert_near(got[i], want[i], 1e-11, scale);
    free(want);
}

/* A, split: `foreign` keeps what crosses a border, otherwise what does not. */
static double *inputs(const literal *lit, int foreign)
{
    double *out = literal_matrix(lit->n, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if ((lit->unit[i] != lit->unit[j]) == foreign)
                out[i + j * lit->n] = lit->A[i + j * lit->n];
    return out;
}

/* Final use by others (foreign) or by the own unit. */
static double *final_use(const literal *lit, int foreign)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            out[i] += (r != lit->unit[i]) == foreign ? lit->F[i + r * lit->n] : 0;
    return out;
}

/* Products of a chain of n x n matrices with a column, from the right, and with a row, from the
 * left. The chain ends in NULL. */
static double *down(const literal *lit, const double *const *chain, const double *y)
{
    gvc_int k = 0;
    double *out = literal_matrix(lit->n, 1);

    memcpy(out, y, (size_t)lit->n * sizeof *out);
    while (chain[k])
        k++;
    while (k-- > 0) {
        double *next = literal_times(chain[k], out, lit->n, lit->n, 1);

        free(out);
        out = next;
    }
    return out;
}

static double *along(const literal *lit, const double *y, const double *const *chain)
{
    double *out = literal_matrix(1, lit->n);

    memcpy(out, y, (size_t)lit->n * sizeof *out);
    for (; *chain; chain++) {
        double *next = literal_times(out, *chain, 1, lit->n, lit->n);

        free(out);
        out = next;
    }
    return out;
}

#define CHAIN(...) ((const double *const[]){ __VA_ARGS__, NULL })

static double *times(const double *a, const double *b, gvc_int n)
{
    double *out = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
    return out;
}

static double *sum(const double *a, const double *b, gvc_int n, double sign)
{
    double *out = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] + sign * b[i];
    return out;
}

/* The pieces of one table that the formulas name. */
typedef struct pieces {
    double *AF, *AD, *ones, *w, *m, *m1, *YD, *YF, *direct, *onward;
} pieces;

static pieces take_pieces(const literal *lit)
{
    pieces p = { .AF = inputs(lit, 1),
                 .AD = inputs(lit, 0),
                 .ones = literal_matrix(lit->n, 1),
                 .YD = final_use(lit, 0),
                 .YF = final_use(lit, 1) };
    double *part, *through;

    for (gvc_int i = 0; i < lit->n; i++)
        p.ones[i] = 1;
    p.w = along(lit, lit->v, CHAIN(lit->L));
    p.m = along(lit, p.ones, CHAIN(p.AF, lit->L));
    part = sum(p.ones, p.m, lit->n, -1);
    p.m1 = along(lit, part, CHAIN(p.AF, lit->L));
    through = down(lit, CHAIN(p.AF, lit->L), p.YD);
    p.direct = sum(p.YF, through, lit->n, 1);
    p.onward = down(lit, CHAIN(p.AF, lit->L), lit->e);
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
    same(frames, "davax", times(p->w, p->direct, lit->n), lit->n);
    same(frames, "gvc_pf", times(p->w, p->onward, lit->n), lit->n);
    same(frames, "gvc_pb", times(p->m, p->direct, lit->n), lit->n);
    same(frames, "gvc_ts", times(p->m, p->onward, lit->n), lit->n);
    same(frames, "bmt_disc", down(lit, CHAIN(p->AF, lit->L), lit->u), lit->n);
}

static void check_output(const gvc_frames *frames, const literal *lit, const pieces *p)
{
    const gvc_int n = lit->n;
    double *ind = down(lit, CHAIN(lit->L), p->onward), *own = sum(p->w, lit->v, n, -1);
    double *dom = down(lit, CHAIN(lit->L), p->YD), *Y = sum(p->YD, p->YF, n, 1);
    double *a = times(p->m, Y, n), *b = times(p->m1, p->YD, n);

    same(frames, "x_dom", down(lit, CHAIN(lit->L), p->YD), n);
    same(frames, "x_dir", down(lit, CHAIN(lit->L), p->direct), n);
    same(frames, "domx", times(p->w, dom, n), n);
    same(frames, "gvcx_pf", times(lit->v, ind, n), n);
    same(frames, "gvcx_tsd", times(own, ind, n), n);
    same(frames, "gvcx_pb", sum(a, b, n, -1), n);
    same(frames, "x_ind", ind, n);
    free(own);
    free(dom);
    free(Y);
    free(a);
    free(b);
}

static void check_crossings(const gvc_frames *frames, const literal *lit, const pieces *p)
{
    const gvc_int n = lit->n;
    double *kappa = along(lit, p->ones, CHAIN(p->AF, lit->B)), *Y = sum(p->YD, p->YF, n, 1);
    double *behind = sum(p->ones, kappa, n, 1);

    same(frames, "gii_n", times(kappa, Y, n), n);
    same(frames, "cbx_n", times(behind, lit->e, n), n);
    same(frames, "cbd_n", down(lit, CHAIN(lit->B), lit->e), n);
    free(kappa);
    free(Y);
    free(behind);
}

static void components_equal_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = table_of_case(*state, c);
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
        gvc_table *table = table_of_case(*state, c);
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
