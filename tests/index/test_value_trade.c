#include "../support/decomp_run.h"
#include "../support/literal_chains.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Trade in value added, comparative advantage, lengths of pairs and income:
 * the formulas with explicit inverses, and what must hold in every table. */

enum { CASES = 24, SEEDS = 16 };

static double at(const literal *lit, const double *a, gvc_int i, gvc_int j)
{
    return a[i + j * lit->n];
}

/* v_i (BF)_ir over all r that are not the own unit. */
static double *absorbed_abroad(const literal *lit)
{
    double *BF = literal_times(lit->B, lit->F, lit->n, lit->n, lit->U);
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            out[i] += r == lit->unit[i] ? 0 : lit->v[i] * at(lit, BF, i, r);
    free(BF);
    return out;
}

/* v_i sum over own rows j of M_ij e_j. */
static double *own_in_exports(const literal *lit, const double *M)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int j = 0; j < lit->n; j++)
            if (lit->unit[i] == lit->unit[j])
                out[i] += lit->v[i] * at(lit, M, i, j) * lit->e[j];
    return out;
}

static void trade_in_value_added_equals_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = chain_case(*state, c);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, NULL, "vatrade", NULL);

        chain_same(frames, "vax", absorbed_abroad(lit), lit->n);
        chain_same(frames, "dvx_fb", own_in_exports(lit, lit->B), lit->n);
        chain_same(frames, "dvx_fl", own_in_exports(lit, lit->L), lit->n);
        gvc_frames_free(frames);
        literal_free(lit);
        gvc_table_free(table);
    }
}

/* Balances mirror each other, and in a balanced table the one in value added is the gross one. */
static void balances_of_a_country_agree(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        const gvc_int U = 2 + seed % 4;
        const unsigned flags =
            seed * 73 % 512 & ~(unsigned)(RANDOM_UNBALANCED | RANDOM_VA_GIVEN | RANDOM_NEGATIVE_VA |
                                          RANDOM_ZERO_SELLER);
        gvc_table *table = random_table(*state, seed, U, 1 + seed % 5, flags);
        gvc_frames *frames = index_run_table(*state, table, NULL, "vatrade", NULL);
        const double *gross = index_column(frames, "bilateral", "tb_gross");
        const double *value = index_column(frames, "bilateral", "tb_va");
        const double scale = *index_column(frames, "world", "gout");

        for (gvc_int s = 0; s < U; s++) {
            double sum = 0, sum_value = 0;

            for (gvc_int r = 0; r < U; r++) {
                if (r == s)
                    continue;
                sum += gross[pair_row(U, s, r)];
                sum_value += value[pair_row(U, s, r)];
                assert_true(gross[pair_row(U, s, r)] == -gross[pair_row(U, r, s)]);
                assert_true(value[pair_row(U, s, r)] == -value[pair_row(U, r, s)]);
            }
            assert_near(sum_value, sum, 1e-12, scale);
        }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

/* (q_si / q_s) / (q_.i / q_..) from the flows of units, summed before they are compared. */
static double advantage(const literal *lit, const double *q, gvc_int N, gvc_int s, gvc_int k)
{
    double cell = 0, country = 0, sector = 0, world = 0;

    for (gvc_int i = 0; i < lit->n; i++) {
        world += q[i];
        country += lit->unit[i] == s ? q[i] : 0;
        sector += i % N == k ? q[i] : 0;
        cell += lit->unit[i] == s && i % N == k ? q[i] : 0;
    }
    return country > 0 && sector > 0 ? cell / country / (sector / world) : NAN;
}

static void check_advantage(const gvc_frames *frames, const literal *lit, const char *name,
                            double *q, gvc_int N)
{
    const double *got = index_column(frames, "sector", name);

    assert_int_equal(index_rows(frames, "sector", name), lit->U * N);
    for (gvc_int s = 0; s < lit->U; s++)
        for (gvc_int k = 0; k < N; k++) {
            const double want = advantage(lit, q, N, s, k);

            if (!isnan(want) || !isnan(got[s * N + k]))
                assert_near(got[s * N + k], want, 1e-9, 1);
        }
    free(q);
}

static void advantages_compare_sums(void **state)
{
    static const gvc_int of[] = { 0, 7, 2, 7, 4 };

    for (unsigned seed = 1; seed <= 8; seed++) {
        gvc_table *table = random_table(*state, seed, 5, 1 + seed % 4,
                                        RANDOM_STOCKS | RANDOM_NO_EXPORTS | RANDOM_VA_GIVEN);
        gvc_units *units = seed % 2 ? units_from(*state, table, of) : NULL;
        literal *lit = literal_new(table, units, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, units, "rca", NULL);
        double *e = literal_matrix(lit->n, 1);

        memcpy(e, lit->e, (size_t)lit->n * sizeof *e);
        check_advantage(frames, lit, "rca", e, table->N);
        check_advantage(frames, lit, "nrca_b", own_in_exports(lit, lit->B), table->N);
        check_advantage(frames, lit, "nrca_l", own_in_exports(lit, lit->L), table->N);
        check_advantage(frames, lit, "nrca_vax", absorbed_abroad(lit), table->N);
        gvc_frames_free(frames);
        gvc_units_free(units);
        literal_free(lit);
        gvc_table_free(table);
    }
}

/* Weighted by the world's exports of each sector, the advantages of a country have the mean 1. */
static void advantages_have_mean_one(void **state)
{
    gvc_table *table = random_table(*state, 3, 4, 5, RANDOM_STOCKS);
    gvc_frames *frames = index_run_table(*state, table, NULL, "rca", NULL);
    const double *e = index_column(frames, "sector", "gexp");
    const double *rca = index_column(frames, "sector", "rca");
    double world = 0, sector[5] = { 0 };

    for (gvc_int i = 0; i < 20; i++) {
        world += e[i];
        sector[i % 5] += e[i];
    }
    for (gvc_int s = 0; s < 4; s++) {
        double mean = 0;

        for (gvc_int k = 0; k < 5; k++)
            mean += sector[k] / world * rca[s * 5 + k];
        assert_close(mean, 1, 1e-12);
    }
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* The decomposition sums the same flows from sixteen terms. */
static void participation_by_terms_is_that_of_the_decomposition(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        gvc_table *table = random_table(*state, seed, 2 + seed % 4, 1 + seed % 4,
                                        seed * 37 % 512 & RANDOM_DOMINANT);
        const gvc_measure *wwz = gvc_measures_find_kind("wwz", GVC_FRAME_EXPORTS);
        gvc_frames *frames = index_run_table(*state, table, NULL, "kpww_wwz", NULL), *terms = NULL;
        gvc_model *model = NULL;
        const double *iv = index_column(frames, "bilateral_sector", "iv_wwz");
        const double *fv = index_column(frames, "bilateral_sector", "fv_wwz");
        const double scale = *index_column(frames, "world", "gout");

        assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
        assert_ok(*state, gvc_frames_new(*state, &terms));
        assert_ok(*state, gvc_measures_run(*state, terms, model, &wwz, 1, NULL));
        for (gvc_int i = 0; i < index_rows(frames, "bilateral_sector", "iv_wwz"); i++) {
            assert_near(iv[i], index_column(terms, "bilateral_sector", "dva_intrex")[i], 1e-12,
                        scale);
            assert_near(fv[i],
                        index_column(terms, "bilateral_sector", "mva")[i] +
                            index_column(terms, "bilateral_sector", "ova")[i],
                        1e-12, scale);
            assert_true(table->G > 2 || iv[i] == 0);
        }
        gvc_frames_free(frames);
        gvc_frames_free(terms);
        gvc_model_free(model);
        gvc_table_free(table);
    }
}

/* ---- propagation lengths ---- */

/* Sum of left_i (M M - M)_ij right_j and of left_i (M - I)_ij right_j over rows of s and r. */
static double rounds_per_flow(const literal *lit, const double *BB, gvc_int s, gvc_int r,
                              const double *left, const double *right)
{
    double rounds = 0, flow = 0;

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int j = 0; j < lit->n; j++) {
            const double weight = (left ? left[i] : 1) * (right ? right[j] : 1);

            if (lit->unit[i] != s || lit->unit[j] != r)
                continue;
            rounds += weight * (at(lit, BB, i, j) - at(lit, lit->B, i, j));
            flow += weight * (at(lit, lit->B, i, j) - (i == j));
        }
    return rounds / flow;
}

static void check_rows(const gvc_frames *frames, const literal *lit, const double *BB,
                       const double *Y)
{
    const gvc_int n = lit->n;
    double *BY = literal_times(lit->B, Y, n, n, 1), *BBY = literal_times(BB, Y, n, n, 1);
    double *vB = literal_times(lit->v, lit->B, 1, n, n), *vBB = literal_times(lit->v, BB, 1, n, n);
    double *behind = chain_sum(vBB, vB, n, -1), *through = chain_sum(vB, lit->v, n, -1);

    chain_same(frames, "apl_f_n", chain_sum(BBY, BY, n, -1), n);
    chain_same(frames, "apl_f_d", chain_sum(BY, Y, n, -1), n);
    chain_same(frames, "apl_b_n", chain_times(behind, Y, n), n);
    chain_same(frames, "apl_b_d", chain_times(through, Y, n), n);
    for (double **a = (double *[]){ BY, BBY, vB, vBB, behind, through, NULL }; *a; a++)
        free(*a);
}

static void propagation_lengths_equal_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = chain_case(*state, c);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        double *BB = literal_times(lit->B, lit->B, lit->n, lit->n, lit->n);
        double *Y = chain_final_goods(lit);
        gvc_frames *frames = index_run_table(*state, table, NULL, "apl", NULL);

        check_rows(frames, lit, BB, Y);
        for (gvc_int s = 0; s < lit->U && c < 4; s++)
            for (gvc_int r = 0; r < lit->U; r++) {
                assert_close(index_column(frames, "bilateral", "apl")[s * lit->U + r],
                             rounds_per_flow(lit, BB, s, r, lit->v, Y), 1e-11);
                assert_close(index_column(frames, "bilateral", "apl_u")[s * lit->U + r],
                             rounds_per_flow(lit, BB, s, r, NULL, NULL), 1e-11);
            }
        gvc_frames_free(frames);
        free(BB);
        free(Y);
        literal_free(lit);
        gvc_table_free(table);
    }
}

/* What is measured in counts does not depend on the unit of money, however large its numbers. */
static void pairs_do_not_depend_on_the_unit_of_money(void **state)
{
    gvc_table *table = random_table(*state, 2, 3, 2, RANDOM_PLAIN);
    gvc_frames *before = index_run_table(*state, table, NULL, "apl", NULL), *after;

    for (gvc_int i = 0; i < table->n; i++) {
        table->x[i] *= 1e12;
        table->VA[i] *= 1e12;
        for (gvc_int j = 0; j < table->n; j++)
            table->Zt.a[j + i * table->Zt.ld] *= 1e12;
        for (gvc_int c = 0; c < table->G * table->K; c++)
            table->FD.a[i + c * table->FD.ld] *= 1e12;
    }
    after = index_run_table(*state, table, NULL, "apl", NULL);
    for (gvc_int p = 0; p < 9; p++) {
        assert_close(index_column(after, "bilateral", "apl")[p],
                     index_column(before, "bilateral", "apl")[p], 1e-12);
        assert_close(index_column(after, "bilateral", "apl_u")[p],
                     index_column(before, "bilateral", "apl_u")[p], 1e-12);
    }
    gvc_frames_free(before);
    gvc_frames_free(after);
    gvc_table_free(table);
}

/* ---- final goods ---- */

static void income_is_value_added_in_manufactures(void **state)
{
    for (unsigned seed = 1; seed <= 8; seed++) {
        gvc_table *table = random_table(*state, seed, 4, 3, RANDOM_STOCKS | RANDOM_UNBALANCED);
        double *weight = gvc_edition__add_set(*state, table->edition, "manufacturing");
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        double *Y = chain_final_goods(lit), *BY, sum = 0;
        gvc_frames *frames;

        weight[0] = 1;
        weight[2] = 0.25;
        for (gvc_int i = 0; i < lit->n; i++)
            Y[i] *= weight[i % 3];
        BY = literal_times(lit->B, Y, lit->n, lit->n, 1);
        frames = index_run_table(*state, table, NULL, "income", NULL);
        for (gvc_int i = 0; i < lit->n; i++)
            sum += lit->v[i] * BY[i];
        for (gvc_int s = 0; s < 4; s++)
            assert_close(index_column(frames, "country", "gvc_inc_sh")[s],
                         index_column(frames, "country", "gvc_inc")[s] / sum, 1e-11);
        for (gvc_int i = 0; i < lit->n; i++)
            assert_near(index_column(frames, "sector", "gvc_inc")[i], lit->v[i] * BY[i], 1e-11,
                        sum);
        gvc_frames_free(frames);
        free(Y);
        free(BY);
        literal_free(lit);
        gvc_table_free(table);
    }
}

static void income_without_known_manufactures_is_refused(void **state)
{
    const gvc_measure *income = gvc_measures_find("income");
    gvc_table *table = random_table(*state, 1, 2, 2, RANDOM_PLAIN);
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;

    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    assert_ok(*state, gvc_frames_new(*state, &frames));
    assert_int_equal(gvc_measures_run(*state, frames, model, &income, 1, NULL), GVC_ELABEL);
    assert_string_equal(gvc_ctx_message(*state),
                        "no manufacturing sectors are known for a table without a sector scheme; "
                        "name them by a set manufacturing in the table's inputs");
    gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
}

static void one_country_trades_no_value_added(void **state)
{
    static const char *const zero[] = { "vax", "dvx_fb", "dvx_fl", "iv_wwz", "fv_wwz", "fvas" };
    static const char *const missing[] = { "vax_ratio", "rca", "nrca_vax", "pos_wwz" };
    gvc_table *table = random_table(*state, 5, 1, 4, RANDOM_PLAIN);
    gvc_frames *frames =
        index_run_table(*state, table, NULL, "vatrade,rca,kpww_wwz,fvas,apl", NULL);

    for (gvc_int i = 0; i < 4; i++) {
        for (size_t k = 0; k < sizeof zero / sizeof zero[0]; k++)
            assert_true(index_column(frames, "sector", zero[k])[i] == 0);
        for (size_t k = 0; k < sizeof missing / sizeof missing[0]; k++)
            assert_true(isnan(index_column(frames, "sector", missing[k])[i]));
        assert_true(index_column(frames, "sector", "apl_f")[i] >= 1);
    }
    gvc_frames_free(frames);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(trade_in_value_added_equals_explicit_inverses),
        context_test(balances_of_a_country_agree),
        context_test(advantages_compare_sums),
        context_test(advantages_have_mean_one),
        context_test(participation_by_terms_is_that_of_the_decomposition),
        context_test(propagation_lengths_equal_explicit_inverses),
        context_test(pairs_do_not_depend_on_the_unit_of_money),
        context_test(income_is_value_added_in_manufactures),
        context_test(income_without_known_manufactures_is_refused),
        context_test(one_country_trades_no_value_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
