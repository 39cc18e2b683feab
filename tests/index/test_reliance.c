#include "../support/input_tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reliance on inputs and markets from explicit inverses, and extraction by brute force. */

#define AT(a, i, j) (a)[(i) + (j)*lit->n]

/* P of the four ways to see; markets of `va` are v^ BF and have no matrix. */
static double *flows_seen(const literal *lit, int way)
{
    double *P = literal_matrix(lit->n, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++) {
            const double b = AT(lit->B, i, j);

            AT(P, i, j) = way == 0   ? AT(lit->Z, i, j)
                          : way == 1 ? (b - (i == j)) * lit->x[j]
                          : way == 2 ? b * lit->x[j]
                                     : lit->v[i] * b * lit->x[j];
        }
    return P;
}

/* seen (U x U, row by row): [s, r] = inputs of the users in s from r, or sales of s to r. */
static double *by_unit(const literal *lit, const double *P, int markets)
{
    double *out = literal_matrix(lit->U, lit->U);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++) {
            const gvc_int s = lit->unit[markets ? i : j], r = lit->unit[markets ? j : i];

            out[s * lit->U + r] += AT(P, i, j);
        }
    return out;
}

static void check_shares(const input_case *f, const char *side, const char *stem, const double *P)
{
    const gvc_int U = f->lit->U;
    char name[32];
    const double *share, *foreign, *hhi, *all;

    snprintf(name, sizeof name, "%s_%s", side, stem);
    share = index_column(f->frames, "bilateral", name);
    snprintf(name, sizeof name, "%s_%s_for", side, stem);
    foreign = index_column(f->frames, "country", name);
    snprintf(name, sizeof name, "%s_%s_hhi", side, stem);
    hhi = index_column(f->frames, "country", name);
    snprintf(name, sizeof name, "%s_%s_hhi_all", side, stem);
    all = index_column(f->frames, "country", name);
    for (gvc_int s = 0; s < U; s++) {
        double whole = 0, abroad = 0, sum = 0, squares = 0, squares_abroad = 0;

        for (gvc_int r = 0; r < U; r++) {
            whole += P[s * U + r];
            abroad += r != s ? P[s * U + r] : 0;
        }
        if (!(whole > 1e-9 * f->scale)) /* as good as nothing: left to the next test */
            continue;
        for (gvc_int r = 0; r < U; r++) {
            assert_near(share[s * U + r], P[s * U + r] / whole, 1e-9, 1);
            sum += share[s * U + r];
            squares += pow(P[s * U + r] / whole, 2);
            squares_abroad += r != s ? pow(P[s * U + r] / abroad, 2) : 0;
        }
        assert_near(sum, 1, 1e-12, 1);
        assert_near(foreign[s], abroad / whole, 1e-9, 1);
        assert_near(all[s], squares, 1e-9, 1);
        if (abroad > 1e-9 * f->scale)
            assert_near(hhi[s], squares_abroad, 1e-8, 1);
    }
}

static void check_exposure(const input_case *f)
{
    static const char *const stems[] = { "face", "look", "unit", "va" };
    const literal *lit = f->lit;

    for (int way = 0; way < 4; way++) {
        double *P = flows_seen(lit, way), *in = by_unit(lit, P, 0), *out = by_unit(lit, P, 1);
        double sums[2] = { 0, 0 };

        if (way == 3) {
            double *BF = literal_times(lit->B, lit->F, lit->n, lit->n, lit->U);

            memset(out, 0, (size_t)(lit->U * lit->U) * sizeof *out);
            for (gvc_int i = 0; i < lit->n; i++)
                for (gvc_int r = 0; r < lit->U; r++)
                    out[lit->unit[i] * lit->U + r] += lit->v[i] * AT(BF, i, r);
            free(BF);
        }
        check_shares(f, "fir", stems[way], in);
        check_shares(f, "fmr", stems[way], out);
        for (gvc_int c = 0; c < lit->U * lit->U; c++) {
            sums[0] += in[c];
            sums[1] += out[c];
        }
        if (way < 3) /* the world's sum is one, from either side */
            assert_near(sums[0], sums[1], 1e-11, f->scale);
        free(P), free(in), free(out);
    }
}

static void exposure_by_explicit_inverses(void **state)
{
    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "exposure", 1);

        check_exposure(&f);
        input_end(&f);
    }
}

/* By sector: shares add up to 1 or are missing together, and look-through of the partner less face
 * value is what is hidden. */
static void shares_of_sectors_add_up(void **state)
{
    static const char *const names[] = { "fir_face", "fmr_face", "fir_look", "fmr_look",
                                         "fir_unit", "fmr_unit", "fir_va",   "fmr_va" };

    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "exposure", 0);
        const gvc_int U = f.lit->U, n = f.lit->n;
        const double *hidden = index_column(f.frames, "bilateral", "fir_hidden");
        const double *look = index_column(f.frames, "bilateral", "fir_look");
        const double *face = index_column(f.frames, "bilateral", "fir_face");

        for (int c = 0; c < 8; c++) {
            const double *share = index_column(f.frames, "bilateral_sector", names[c]);

            for (gvc_int i = 0; i < n; i++) {
                double sum = 0;

                for (gvc_int r = 0; r < U; r++)
                    sum += share[i * U + r];
                assert_true(isnan(sum) || fabs(sum - 1) < 1e-10);
                assert_true(f.lit->x[i] > 0 || !isnan(sum) || c % 2 || isnan(share[i * U]));
            }
        }
        for (gvc_int s = 0, row = 0; s < U; s++)
            for (gvc_int r = 0; r < U; r++)
                if (r != s) {
                    assert_near(hidden[row], look[s * U + r] - face[s * U + r], 1e-14, 1);
                    row++;
                }
        input_end(&f);
    }
}

/* ---- extraction ---- */

/* Output when the flows that `cut` strikes out are gone; cut(seller unit, buyer unit). */
static double *output_without(const literal *lit, gvc_int s, gvc_int r)
{
    unsigned char *keep = calloc((size_t)(lit->n * lit->n), 1);
    double *y = literal_matrix(lit->n, 1), *inverse, *x;

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++) {
            const gvc_int from = lit->unit[i], to = lit->unit[j];

            keep[i + j * lit->n] =
                r >= 0 ? !(from == s && to == r) : from == to || (from != s && to != s);
        }
    for (gvc_int i = 0; i < lit->n; i++) {
        y[i] = lit->u[i];
        for (gvc_int t = 0; t < lit->U; t++) {
            const gvc_int from = lit->unit[i];
            const int stays = r >= 0 ? !(from == s && t == r) : from == t || (from != s && t != s);

            y[i] += stays ? AT(lit->F, i, t) : 0;
        }
    }
    inverse = literal_leontief(lit->A, keep, lit->n);
    x = literal_times(inverse, y, lit->n, lit->n, 1);
    free(keep), free(y), free(inverse);
    return x;
}

static double lost_by(const literal *lit, const double *x, gvc_int unit)
{
    double sum = 0;

    for (gvc_int i = 0; i < lit->n; i++)
        sum += lit->unit[i] == unit ? lit->v[i] * (lit->x[i] - x[i]) : 0;
    return sum;
}

static void check_extraction(const input_case *f)
{
    const literal *lit = f->lit;
    const double *flow = index_column(f->frames, "bilateral", "hem_flow");
    const double *trade = index_column(f->frames, "bilateral", "hem_trade");
    gvc_int row = 0;

    for (gvc_int s = 0; s < lit->U; s++) {
        double *x = output_without(lit, s, -1);

        for (gvc_int r = 0; r < lit->U; r++)
            assert_near(trade[s * lit->U + r], lost_by(lit, x, r), 1e-10, f->scale);
        free(x);
        for (gvc_int r = 0; r < lit->U; r++) {
            if (r == s)
                continue;
            x = output_without(lit, s, r);
            assert_near(flow[row++], lost_by(lit, x, s), 1e-10, f->scale);
            free(x);
        }
    }
}

static void extraction_by_brute_force(void **state)
{
    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "extraction", 1);

        check_extraction(&f);
        input_end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(exposure_by_explicit_inverses),
        context_test(shares_of_sectors_add_up),
        context_test(extraction_by_brute_force),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
