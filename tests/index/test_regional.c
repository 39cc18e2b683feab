#include "../support/literal_chains.h"

#include "table/table.h"

#include <stdlib.h>

/* Final goods and groups from explicit inverses: sums over pairs of members by hand. */

static double at(const literal *lit, const double *a, gvc_int i, gvc_int j)
{
    return a[i + j * lit->n];
}

static gvc_group_entry entries[] = { { "C01", 0, 0 }, { "C03", 0, 0 }, { "C02", 0, 0 } };
static gvc_group club = { "CLUB", "", 3, entries };
static const unsigned char member[5] = { 0, 1, 1, 1, 0 };

/* Flows by row and partner: exports, value added absorbed, foreign value added in exports, value
 * added in chains forward and backward, foreign value added in final goods. */
enum { EXPORTS, VAX, FV, FORWARD, BACKWARD, GOODS, FLOWS };

static void fill_flows(const literal *lit, double *flow[FLOWS])
{
    const gvc_int n = lit->n, U = lit->U;
    double *Y = chain_final_goods(lit), *X = literal_times(lit->B, Y, n, n, 1);
    double *BF = literal_times(lit->B, lit->F, n, n, U), *AF = chain_inputs(lit, 1);
    double *LAF = literal_times(lit->L, AF, n, n, n), *AFB = literal_times(AF, lit->B, n, n, n);
    double *LAFB = literal_times(lit->L, AFB, n, n, n);

    for (gvc_int i = 0; i < n; i++)
        for (gvc_int j = 0; j < n; j++) {
            const gvc_int own = lit->unit[i], other = lit->unit[j];

            flow[FORWARD][i + other * n] += lit->v[i] * at(lit, LAF, i, j) * X[j];
            flow[BACKWARD][i + other * n] += lit->v[j] * at(lit, LAFB, j, i) * Y[i];
            if (own != other) {
                flow[FV][i + other * n] += lit->v[j] * at(lit, lit->B, j, i) * lit->e[i];
                flow[GOODS][i + other * n] += lit->v[j] * at(lit, lit->B, j, i) * Y[i];
            }
        }
    for (gvc_int i = 0; i < n; i++)
        for (gvc_int r = 0; r < U; r++) {
            flow[EXPORTS][i + r * n] = at(lit, lit->E, i, r);
            flow[VAX][i + r * n] = r == lit->unit[i] ? 0 : lit->v[i] * at(lit, BF, i, r);
        }
    for (double **a = (double *[]){ Y, X, BF, AF, LAF, AFB, LAFB, NULL }; *a; a++)
        free(*a);
}

/* Sum of a flow over sellers and partners: 1 members, 0 everyone. */
static double total(const literal *lit, const double *flow, int sellers, int partners)
{
    double sum = 0;

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            if ((!sellers || member[lit->unit[i]]) && (!partners || member[r]))
                sum += at(lit, flow, i, r);
    return sum;
}

static double concentration(const literal *lit, const double *flow)
{
    const double trade = total(lit, flow, 1, 0) + total(lit, flow, 0, 1);

    return 2 * total(lit, flow, 1, 1) / trade / (trade / (2 * total(lit, flow, 0, 0)));
}

static void check_group(const gvc_frames *frames, const literal *lit, double *flow[FLOWS])
{
    static const char *const shares[] = { "intra_e_sh", "intra_vax_sh", "intra_fv_sh",
                                          "intra_v_gvc_sh", "intra_y_gvc_sh" };
    double *Y = chain_final_goods(lit), *vB = literal_times(lit->v, lit->B, 1, lit->n, lit->n);
    double goods = 0, regional;

    for (int k = 0; k < 5; k++)
        assert_close(*index_column(frames, "group_sum", shares[k]),
                     total(lit, flow[k], 1, 1) / total(lit, flow[k], 1, 0), 1e-10);
    assert_close(*index_column(frames, "group_sum", "rci_e"), concentration(lit, flow[EXPORTS]),
                 1e-11);
    assert_close(*index_column(frames, "group_sum", "rci_vax"), concentration(lit, flow[VAX]),
                 1e-11);
    for (gvc_int i = 0; i < lit->n; i++)
        goods += member[lit->unit[i]] ? vB[i] * Y[i] : 0;
    regional = *index_column(frames, "group_sum", "rfvas");
    assert_close(regional, total(lit, flow[GOODS], 1, 1) / goods, 1e-11);
    assert_close(regional + *index_column(frames, "group_sum", "gfvas"),
                 total(lit, flow[GOODS], 1, 0) / goods, 1e-11);
    free(Y);
    free(vB);
}

/* The share of others in the final goods of each country. */
static void check_goods(const gvc_frames *frames, const literal *lit)
{
    double *Y = chain_final_goods(lit);

    for (gvc_int s = 0; s < 5; s++) {
        double foreign = 0, all = 0;

        for (gvc_int i = 0; i < lit->n; i++)
            for (gvc_int j = 0; j < lit->n && lit->unit[i] == s; j++) {
                const double value = lit->v[j] * at(lit, lit->B, j, i) * Y[i];

                all += value;
                foreign += lit->unit[j] != s ? value : 0;
            }
        assert_close(index_column(frames, "country", "fvas")[s], foreign / all, 1e-10);
    }
    free(Y);
}

static void shares_of_groups_equal_explicit_inverses(void **state)
{
    const gvc_group *const groups[] = { &club };
    const gvc_run_opts opts = { .groups = groups, .n_groups = 1 };

    for (unsigned seed = 1; seed <= 6; seed++) {
        gvc_table *table = random_table(*state, seed, 5, 3,
                                        seed % 2 ? RANDOM_PLAIN
                                                 : RANDOM_STOCKS | RANDOM_UNBALANCED |
                                                       RANDOM_ZERO_SELLER | RANDOM_VA_GIVEN);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, NULL, "group,fvas", &opts);
        double *flow[FLOWS];

        for (int k = 0; k < FLOWS; k++)
            flow[k] = literal_matrix(lit->n, lit->U);
        fill_flows(lit, flow);
        check_group(frames, lit, flow);
        check_goods(frames, lit);
        for (int k = 0; k < FLOWS; k++)
            free(flow[k]);
        gvc_frames_free(frames);
        literal_free(lit);
        gvc_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(shares_of_groups_equal_explicit_inverses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
