#include "../support/literal_chains.h"

#include "base/mem.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Average propagation lengths of every country-sector with every country-sector. */

static const char *const levels[] = { "sector_pair", NULL };
static const gvc_run_opts pairs_only = { .levels = levels };

/* B - I and B(B - I) of a literal table, by the sums that have no ones in them. */
typedef struct rounds {
    double *flow, *weighted;
} rounds;

static rounds rounds_of(const literal *lit)
{
    const gvc_int n = lit->n;
    rounds r = { literal_times(lit->A, lit->B, n, n, n), NULL };

    r.weighted = literal_times(lit->B, r.flow, n, n, n);
    return r;
}

static void rounds_free(rounds *r)
{
    free(r->flow);
    free(r->weighted);
}

/* Units u and v, sectors k and l of a literal table: both sums over their rows. */
static double literal_length(const literal *lit, const rounds *r, gvc_int N, gvc_int seller,
                             gvc_int partner)
{
    double above = 0, below = 0;

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] * N + i % N == seller && lit->unit[j] * N + j % N == partner) {
                above += r->weighted[i + j * lit->n];
                below += r->flow[i + j * lit->n];
            }
    return below < 1e-12 ? NAN : above / below;
}

static void check_lengths(const gvc_frames *frames, const literal *lit, gvc_int N)
{
    const double *got = index_column(frames, "sector_pair", "apl_u");
    const gvc_int cells = lit->U * N;
    rounds r = rounds_of(lit);

    assert_int_equal(index_rows(frames, "sector_pair", "apl_u"), cells * cells);
    for (gvc_int s = 0; s < cells; s++)
        for (gvc_int p = 0; p < cells; p++)
            assert_close(got[s * cells + p], literal_length(lit, &r, N, s, p), 1e-10);
    rounds_free(&r);
}

static void lengths_equal_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < 40; c++) {
        gvc_table *table = chain_case(*state, c);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, NULL, "apl", &pairs_only);

        check_lengths(frames, lit, table->N);
        gvc_frames_free(frames);
        literal_free(lit);
        gvc_table_free(table);
    }
}

static void countries_that_act_as_one_are_summed(void **state)
{
    static const gvc_int of[] = { 0, 1, 0, 2 };
    gvc_table *table = random_table(*state, 11, 4, 3, RANDOM_ZERO_BUYER | RANDOM_STOCKS);
    gvc_units *units = units_from(*state, table, of);
    literal *lit = literal_new(table, units, GVC_BALANCE_KEEP);
    gvc_frames *frames = index_run_table(*state, table, units, "apl", &pairs_only);

    check_lengths(frames, lit, table->N);
    gvc_frames_free(frames);
    literal_free(lit);
    gvc_units_free(units);
    gvc_table_free(table);
}

static double over(double above, double below)
{
    return below > 1e-9 ? above / below : NAN;
}

/* Weighted by what goes from one to the other, they give the lengths of sellers and of countries.
 */
static void check_sums(const gvc_frames *frames, const gvc_frames *pairs, const literal *lit,
                       const gvc_table *table)
{
    const double *length = index_column(pairs, "sector_pair", "apl_u");
    const gvc_int n = lit->n, G = table->G, N = table->N;
    double *Y = chain_final_goods(lit);
    rounds r = rounds_of(lit);

    for (gvc_int i = 0; i < n; i++) {
        double above = 0, below = 0;

        for (gvc_int j = 0; j < n; j++)
            if (r.flow[i + j * n] >= 1e-12) {
                above += length[i * n + j] * r.flow[i + j * n] * Y[j];
                below += r.flow[i + j * n] * Y[j];
            }
        if (below > 1e-9 * table->x[i])
            assert_close(index_column(frames, "sector", "apl_f")[i], above / below, 1e-10);
    }
    for (gvc_int s = 0; s < G; s++)
        for (gvc_int t = 0; t < G; t++) {
            double above = 0, below = 0;

            for (gvc_int i = s * N; i < s * N + N; i++)
                for (gvc_int j = t * N; j < t * N + N; j++)
                    if (r.flow[i + j * n] >= 1e-12) {
                        above += length[i * n + j] * r.flow[i + j * n];
                        below += r.flow[i + j * n];
                    }
            assert_close(index_column(frames, "bilateral", "apl_u")[s * G + t], over(above, below),
                         1e-10);
        }
    free(Y);
    rounds_free(&r);
}

static void weighted_means_are_the_lengths_of_sellers_and_countries(void **state)
{
    static const char *const others[] = { "sector", "bilateral", NULL };
    const gvc_run_opts opts = { .levels = others };

    for (unsigned seed = 1; seed <= 8; seed++) {
        gvc_table *table = random_table(*state, seed, 2 + seed % 3, 2 + seed % 3,
                                        seed % 2 ? RANDOM_PLAIN : RANDOM_VA_GIVEN);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, NULL, "apl", &opts);
        gvc_frames *pairs = index_run_table(*state, table, NULL, "apl", &pairs_only);

        check_sums(frames, pairs, lit, table);
        for (gvc_int i = 0; i < lit->n * lit->n; i++)
            assert_true(index_column(pairs, "sector_pair", "apl_u")[i] >= 1 - 1e-14);
        gvc_frames_free(frames);
        gvc_frames_free(pairs);
        literal_free(lit);
        gvc_table_free(table);
    }
}

/* A sector that hardly buys from itself: B - I must not be what rounding leaves of B. */
static void what_is_tiny_on_the_diagonal_is_exact(void **state)
{
    gvc_table *table = random_table(*state, 4, 2, 1, RANDOM_PLAIN);
    gvc_frames *frames;
    double a[4], once, twice;

    table->Zt.a[0] *= 1e-10;
    table->Zt.a[3] *= 1e-10;
    table->Zt.a[1] *= 1e-6; /* row 0 to column 1 */
    for (int i = 0; i < 4; i++)
        a[i] = table->Zt.a[i / 2 + i % 2 * 2] / table->x[i / 2]; /* row i % 2, column i / 2 */
    once = a[0] + a[2] * a[1] / (1 - a[3]); /* back to itself by each way once */
    twice = 1 / (1 - once);                 /* B_00 */
    frames = index_run_table(*state, table, NULL, "apl", &pairs_only);
    /* Rounds of (B - I)_00 = once B_00: the way over the other sector takes 1 + 1 / (1 - a_11). */
    assert_close(index_value(frames, "sector_pair", "apl_u", "C00", "s00", "C00:s00"),
                 twice * (a[0] + a[2] * a[1] / (1 - a[3]) * (1 + 1 / (1 - a[3]))) / once, 1e-12);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* ---- rows ---- */

static const char *label(const gvc_frame *frame, const char *key, gvc_int row)
{
    const gvc_int c = gvc_frame_find(frame, key);

    return gvc_labels_code(gvc_frame_labels(frame, c), gvc_frame_codes(frame, c)[row]);
}

static void rows_go_from_seller_to_partner(void **state)
{
    gvc_table *table = random_table(*state, 3, 2, 2, RANDOM_PLAIN);
    gvc_frames *frames = index_run_table(*state, table, NULL, "apl", &pairs_only);
    const gvc_frame *frame = gvc_frames_get(frames, 0);

    assert_int_equal(gvc_frames_n(frames), 1);
    assert_int_equal(gvc_frame_columns(frame), 4);
    assert_int_equal(gvc_frame_rows(frame), 16);
    for (gvc_int row = 0; row < 16; row++) {
        char country[16], sector[16], partner[16];

        snprintf(country, sizeof country, "C0%d", (int)(row / 8));
        snprintf(sector, sizeof sector, "s0%d", (int)(row / 4 % 2));
        snprintf(partner, sizeof partner, "C0%d:s0%d", (int)(row / 2 % 2), (int)(row % 2));
        assert_string_equal(label(frame, "country", row), country);
        assert_string_equal(label(frame, "sector", row), sector);
        assert_string_equal(label(frame, "partner", row), partner);
    }
    gvc_frames_free(frames);
    gvc_table_free(table);
}

static void missing_lengths_say_why(void **state)
{
    gvc_table *table = random_table(*state, 6, 2, 3, RANDOM_PLAIN);
    const gvc_frame *frame;
    gvc_frames *frames;
    gvc_int n_missing = 0;
    const unsigned char *flags;

    for (gvc_int i = 0; i < 6; i++) { /* C00:s01 neither buys nor makes; C00:s02 sells no inputs */
        table->Zt.a[i + 1 * 6] = table->Zt.a[1 + i * 6] = 0;
        table->Zt.a[i + 2 * 6] = 0;
    }
    for (gvc_int c = 0; c < table->FD.cols; c++)
        table->FD.a[1 + c * table->FD.ld] = 0;
    table->x[1] = 0;
    frames = index_run_table(*state, table, NULL, "apl", &pairs_only);
    frame = gvc_frames_get(frames, 0);
    flags = gvc_frame_flags(frame, 3);
    assert_non_null(flags);
    for (gvc_int row = 0; row < 36; row++) {
        const int no_output = row / 6 == 1 || row % 6 == 1, sells_nothing = row / 6 == 2;

        n_missing += isnan(gvc_frame_reals(frame, 3)[row]) != 0;
        assert_int_equal(flags[row], no_output       ? GVC_FLAG_NOSEC
                                     : sells_nothing ? GVC_FLAG_DEN0
                                                     : GVC_FLAG_NONE);
    }
    assert_int_equal(n_missing, 6 + 5 + 5);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* ---- on request, in parts, by filters and threads ---- */

static void only_who_names_the_level_gets_it(void **state)
{
    const gvc_measure *measure = gvc_measures_find("apl");
    gvc_table *table = random_table(*state, 3, 3, 2, RANDOM_PLAIN);
    gvc_frames *frames = index_run_table(*state, table, NULL, "apl", NULL);

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++)
        assert_string_not_equal(gvc_frame_level(gvc_frames_get(frames, f)), "sector_pair");
    assert_non_null(strstr(gvc_measure_levels(measure), "sector_pair"));
    assert_true(gvc_level_is_on_request("sector_pair"));
    assert_false(gvc_level_is_on_request("sector"));
    assert_false(gvc_measure_needs(measure) & GVC_Q_B);
    assert_false(gvc_measures_needs_at(&measure, 1, NULL) & GVC_Q_B);
    assert_int_equal(gvc_measures_needs_at(&measure, 1, levels), GVC_Q_B);
    assert_true(gvc_measures_rows("sector_pair", 3, 2, 6, 0) == 36);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* More rows than a panel has, so that panels begin and end within parts. */
enum { COUNTRIES = 10, SECTORS = 30, ROWS = COUNTRIES * SECTORS };

typedef struct arrivals {
    double *values;
    gvc_int rows, parts, most;
} arrivals;

static gvc_status arrive(gvc_ctx *ctx, const gvc_frame *part, gvc_int first, gvc_int rows,
                         void *user)
{
    arrivals *a = user;
    const gvc_int n = gvc_frame_rows(part);

    (void)ctx;
    assert_int_equal(first, a->rows);
    assert_int_equal(rows, ROWS * ROWS);
    memcpy(a->values + first, gvc_frame_reals(part, 3), (size_t)n * sizeof(double));
    a->rows += n;
    a->parts++;
    a->most = n > a->most ? n : a->most;
    return GVC_OK;
}

static void neither_parts_nor_filters_nor_threads_change_a_bit(void **state)
{
    static const char *const countries[] = { "C03", "C08", NULL }, *const partner[] = { "C04",
                                                                                        NULL };
    const gvc_run_opts some = { .levels = levels,
                                .filter = { .country = countries, .partner = partner } };
    static const gvc_int limits[] = { 1, 7 * ROWS + 1, ROWS * ROWS };
    gvc_table *table = random_table(*state, 9, COUNTRIES, SECTORS, RANDOM_ZERO_EMPTY);
    gvc_frames *whole = index_run_table(*state, table, NULL, "apl", &pairs_only), *chosen;
    const double *want = index_column(whole, "sector_pair", "apl_u"), *got;
    const gvc_measure *apl = gvc_measures_find("apl");

    for (int k = 0; k < 3; k++) {
        arrivals a = { .values = calloc(ROWS * ROWS, sizeof(double)) };
        const gvc_run_opts opts = {
            .levels = levels, .sink = arrive, .sink_user = &a, .part_rows = limits[k]
        };
        gvc_model *model = NULL;

        gvc_ctx_set_threads(*state, k == 0 ? 5 : k);
        assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
        assert_ok(*state, gvc_measures_run(*state, NULL, model, &apl, 1, &opts));
        assert_int_equal(a.rows, ROWS * ROWS);
        assert_int_equal(a.parts, k == 0 ? ROWS : k == 1 ? (ROWS + 6) / 7 : 1);
        assert_true(a.most <= limits[k] || a.most == ROWS);
        assert_memory_equal(a.values, want, ROWS * ROWS * sizeof *want);
        gvc_model_free(model);
        free(a.values);
    }
    chosen = index_run_table(*state, table, NULL, "apl", &some);
    got = index_column(chosen, "sector_pair", "apl_u");
    assert_int_equal(index_rows(chosen, "sector_pair", "apl_u"), 2 * SECTORS * SECTORS);
    for (gvc_int s = 0; s < 2 * SECTORS; s++)
        assert_memory_equal(got + s * SECTORS,
                            want + ((s < SECTORS ? 3 : 7) * SECTORS + s) * ROWS + 4 * SECTORS,
                            SECTORS * sizeof *got);
    gvc_frames_free(whole);
    gvc_frames_free(chosen);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(lengths_equal_explicit_inverses),
        context_test(countries_that_act_as_one_are_summed),
        context_test(weighted_means_are_the_lengths_of_sellers_and_countries),
        context_test(what_is_tiny_on_the_diagonal_is_exact),
        context_test(rows_go_from_seller_to_partner),
        context_test(missing_lengths_say_why),
        context_test(only_who_names_the_level_gets_it),
        context_test(neither_parts_nor_filters_nor_threads_change_a_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
