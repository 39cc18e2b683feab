/* Synthetic tables: balanced, plausible, and the same bits however they are made. */
#include <gvc/frame.h>
#include <gvc/groups.h>
#include <gvc/synth.h>

#include "../support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gvc_table *make(gvc_ctx *ctx, const gvc_synth_opts *opts, int year)
{
    gvc_synth *synth;
    gvc_table *table;

    assert_ok(ctx, gvc_synth_new(ctx, &synth, opts));
    assert_ok(ctx, gvc_synth_table(ctx, &table, synth, year));
    gvc_synth_free(synth);
    return table;
}

static double row_sum(gvc_view view, gvc_int i, gvc_int first, gvc_int cols)
{
    double sum = 0.0;

    for (gvc_int j = first; j < first + cols; j++)
        sum += view.a[i + j * view.ld];
    return sum;
}

static double column_sum(gvc_view view, gvc_int j)
{
    double sum = 0.0;

    for (gvc_int i = 0; i < view.rows; i++)
        sum += view.a[i + j * view.ld];
    return sum;
}

/* What industry j buys from `sellers` industries, from the first one on. */
static double bought(const gvc_table *table, gvc_int j, gvc_int first, gvc_int sellers)
{
    return row_sum(gvc_table_Zt(table), j, first, sellers);
}

static void check_balance(const gvc_table *table)
{
    const gvc_view Zt = gvc_table_Zt(table), FD = gvc_table_FD(table);
    const double *x = gvc_table_x(table), *VA = gvc_table_VA(table);

    for (gvc_int i = 0; i < gvc_table_n(table); i++) {
        const double inputs = bought(table, i, 0, gvc_table_n(table));

        assert_true(x[i] > 0.0);
        assert_close(column_sum(Zt, i) + row_sum(FD, i, 0, FD.cols), x[i], 1e-13);
        /* No industry spends less than 0.3 or more than 0.72 of its output on inputs. */
        assert_true(inputs > 0.29 * x[i] && inputs < 0.73 * x[i]);
        if (VA)
            assert_near(VA[i], x[i] - inputs, 1e-13, x[i]);
    }
}

static void tables_of_every_shape_balance_and_pay_for_labour(void **state)
{
    static const gvc_int shapes[][2] = { { 1, 1 },  { 1, 5 },  { 2, 1 },  { 2, 3 },   { 3, 18 },
                                         { 10, 7 }, { 90, 2 }, { 5, 60 }, { 40, 20 }, { 77, 45 } };

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (unsigned seed = 0; seed < (shapes[i][0] < 20 ? 3 : 1); seed++) {
            const gvc_synth_opts opts = {
                .countries = shapes[i][0], .sectors = shapes[i][1], .seed = seed, .first_year = 1995
            };
            gvc_table *table = make(*state, &opts, 1995 + 6 * (int)i);

            assert_int_equal(gvc_table_G(table), shapes[i][0]);
            assert_int_equal(gvc_table_N(table), shapes[i][1]);
            check_balance(table);
            gvc_table_free(table);
        }
}

static int same_bits(const gvc_table *a, const gvc_table *b)
{
    const size_t n = (size_t)gvc_table_n(a), final = n * (size_t)gvc_table_FD(a).cols;

    return memcmp(gvc_table_x(a), gvc_table_x(b), n * sizeof(double)) == 0 &&
           memcmp(gvc_table_Zt(a).a, gvc_table_Zt(b).a, n * n * sizeof(double)) == 0 &&
           memcmp(gvc_table_FD(a).a, gvc_table_FD(b).a, final * sizeof(double)) == 0;
}

static void thread_count_changes_no_bit(void **state)
{
    const gvc_synth_opts opts = { .countries = 20, .sectors = 17, .seed = 5, .first_year = 2000 };
    gvc_table *one, *many;

    gvc_ctx_set_threads(*state, 1);
    one = make(*state, &opts, 2009);
    for (int threads = 2; threads <= 5; threads += 3) {
        gvc_ctx_set_threads(*state, threads);
        many = make(*state, &opts, 2009);
        assert_true(same_bits(one, many));
        gvc_table_free(many);
    }
    gvc_table_free(one);
}

static void a_year_does_not_depend_on_years_made_before(void **state)
{
    const gvc_synth_opts opts = { .countries = 8, .sectors = 6, .seed = 3, .first_year = 2001 };
    gvc_table *alone = make(*state, &opts, 2003), *before, *after;
    gvc_synth *synth;

    assert_ok(*state, gvc_synth_new(*state, &synth, &opts));
    assert_ok(*state, gvc_synth_table(*state, &before, synth, 2001));
    assert_ok(*state, gvc_synth_table(*state, &after, synth, 2003));
    assert_true(same_bits(alone, after));
    assert_false(same_bits(before, after));
    gvc_synth_free(synth);
    gvc_table_free(alone);
    gvc_table_free(before);
    gvc_table_free(after);
}

static void another_seed_is_another_table(void **state)
{
    gvc_synth_opts opts = { .countries = 4, .sectors = 3, .first_year = 2000 };
    gvc_table *first = make(*state, &opts, 2000), *second;

    opts.seed = 1;
    second = make(*state, &opts, 2000);
    assert_false(same_bits(first, second));
    gvc_table_free(first);
    gvc_table_free(second);
}

/* Imported inputs of country c as a share of all its inputs. */
static double imported(const gvc_table *table, gvc_int c)
{
    const gvc_int N = gvc_table_N(table);
    double all = 0.0, home = 0.0;

    for (gvc_int j = c * N; j < (c + 1) * N; j++) {
        all += bought(table, j, 0, gvc_table_n(table));
        home += bought(table, j, c * N, N);
    }
    return 1.0 - home / all;
}

static double gdp(const gvc_table *table, gvc_int c)
{
    double sum = 0.0;

    for (gvc_int j = c * gvc_table_N(table); j < (c + 1) * gvc_table_N(table); j++)
        sum += gvc_table_x(table)[j] - bought(table, j, 0, gvc_table_n(table));
    return sum;
}

static gvc_int country(const gvc_table *table, const char *code)
{
    const gvc_int c = gvc_labels_find(gvc_edition_countries(gvc_table_edition(table)), code);

    assert_true(c >= 0);
    return c;
}

static void most_inputs_come_from_home(void **state)
{
    const gvc_synth_opts opts = { .countries = 40, .sectors = 18, .first_year = 2000 };
    gvc_table *table = make(*state, &opts, 2007);
    double least = 1.0, most = 0.0;

    for (gvc_int c = 0; c < 40; c++) {
        const double share = imported(table, c);

        least = fmin(least, share);
        most = fmax(most, share);
    }
    assert_true(least > 0.03 && least < 0.2);
    assert_true(most > 0.25 && most < 0.75);
    assert_true(imported(table, country(table, "USA")) < imported(table, country(table, "BEL")));
    gvc_table_free(table);
}

static double open_share(gvc_ctx *ctx, int year)
{
    const gvc_synth_opts opts = { .countries = 12, .sectors = 5, .first_year = 2000 };
    gvc_table *table = make(ctx, &opts, year);
    double sum = 0.0;

    for (gvc_int c = 0; c < 12; c++)
        sum += imported(table, c) / 12.0;
    gvc_table_free(table);
    return sum;
}

static void openness_rises_to_2008_and_dips_in_2009(void **state)
{
    const double in2000 = open_share(*state, 2000), in2008 = open_share(*state, 2008);
    const double in2009 = open_share(*state, 2009), in2012 = open_share(*state, 2012);

    assert_true(in2008 > 1.05 * in2000);
    assert_true(in2009 < 0.95 * in2008);
    assert_true(in2012 > in2009 && in2012 < 1.1 * in2008);
}

static void stocks_go_both_ways_and_other_demand_is_rarely_negative(void **state)
{
    const gvc_synth_opts opts = { .countries = 20, .sectors = 18, .first_year = 2000 };
    gvc_table *table = make(*state, &opts, 2000);
    const gvc_view FD = gvc_table_FD(table);
    const gvc_int K = gvc_table_K(table), last = gvc_edition_inventory(gvc_table_edition(table));
    gvc_int drawn = 0, built = 0, odd = 0;

    assert_int_equal(last, K - 1);
    for (gvc_int j = 0; j < FD.cols; j++)
        for (gvc_int i = 0; i < FD.rows; i++) {
            const double cell = FD.a[i + j * FD.ld];

            if (j % K == last) {
                drawn += cell < 0.0;
                built += cell > 0.0;
            } else {
                odd += cell < 0.0;
            }
        }
    assert_true(drawn > FD.rows * 5 && built > FD.rows * 5);
    assert_true(odd > 0 && odd < FD.rows / 2);
    gvc_table_free(table);
}

static void demo_has_the_magnitudes_of_the_world(void **state)
{
    static const struct {
        int year;
        const char *code;
        double gdp; /* billion USD */
    } facts[] = { { 2000, "CHN", 1210 }, { 2020, "CHN", 14690 }, { 2010, "USA", 15050 },
                  { 2005, "JPN", 4830 }, { 2015, "KAZ", 184 },   { 2020, "VNM", 347 } };
    const gvc_synth_opts opts = { .demo = 1, .first_year = 2000 };
    static const double world[] = { 33900, 47800, 66600, 75200, 85200 };

    for (int i = 0; i < 5; i++) {
        gvc_table *table = make(*state, &opts, 2000 + 5 * i);
        double sum = 0.0;

        for (gvc_int c = 0; c < gvc_table_G(table); c++)
            sum += gdp(table, c) / 1e3;
        assert_close(sum, world[i], 0.03);
        for (size_t f = 0; f < sizeof facts / sizeof *facts; f++)
            if (facts[f].year == 2000 + 5 * i)
                assert_close(gdp(table, country(table, facts[f].code)) / 1e3, facts[f].gdp, 0.05);
        check_balance(table);
        gvc_table_free(table);
    }
}

static void demo_has_real_labels_and_says_that_it_is_synthetic(void **state)
{
    const gvc_synth_opts opts = { .demo = 1, .first_year = 2000 };
    const gvc_labels *countries, *sectors;
    const gvc_edition *edition;
    unsigned char member[64];
    gvc_synth *synth;

    assert_ok(*state, gvc_synth_new(*state, &synth, &opts));
    edition = gvc_synth_edition(synth);
    countries = gvc_edition_countries(edition);
    sectors = gvc_edition_sectors(edition);
    assert_string_equal(gvc_edition_attr(edition, "source"), "SYNTHETIC");
    assert_non_null(strstr(gvc_edition_attr(edition, "synthetic"), "gvc demo"));
    assert_string_equal(gvc_edition_attr(edition, "unit"), "million USD");
    assert_string_equal(gvc_labels_code(countries, 0), "CHN");
    assert_string_equal(gvc_labels_name(countries, 0), "China");
    assert_string_equal(gvc_labels_code(countries, gvc_labels_n(countries) - 1), "ROW");
    assert_int_equal(gvc_labels_n(sectors), 18);
    assert_string_equal(gvc_labels_name(sectors, 1), "Mining");
    assert_true(gvc_labels_n(countries) >= 24 && gvc_labels_n(countries) <= 30);
    assert_true(gvc_group_members(gvc_group_find(edition, "BRI"), edition, 2020,
                                  (gvc_group_rule){ GVC_GROUP_UNION, 0 }, member, NULL) >= 12);
    gvc_synth_free(synth);
}

static void many_countries_get_codes_that_no_country_has(void **state)
{
    const gvc_synth_opts opts = { .countries = 900, .sectors = 1 };
    const gvc_labels *countries;
    gvc_synth *synth;

    assert_ok(*state, gvc_synth_new(*state, &synth, &opts));
    countries = gvc_edition_countries(gvc_synth_edition(synth));
    assert_string_equal(gvc_labels_code(countries, 1), "USA");
    for (gvc_int c = 200; c < 899; c++)
        assert_null(gvc_country_name(gvc_labels_code(countries, c)));
    gvc_synth_free(synth);
}

static void sizes_out_of_range_are_refused(void **state)
{
    static const gvc_synth_opts wrong[] = { { .countries = -1 },
                                            { .countries = 1001 },
                                            { .countries = 1000, .sectors = 101 },
                                            { .sectors = -3 } };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        gvc_synth *synth;

        assert_int_equal(gvc_synth_new(*state, &synth, &wrong[i]), GVC_EUSAGE);
        assert_null(synth);
        assert_non_null(strstr(gvc_ctx_message(*state), "asked for"));
    }
}

static void a_memory_limit_is_kept(void **state)
{
    const gvc_synth_opts opts = { .countries = 30, .sectors = 20, .first_year = 2000 };
    const gvc_int n = 600;
    gvc_table *table;
    gvc_synth *synth;

    assert_ok(*state, gvc_synth_new(*state, &synth, &opts));
    gvc_ctx_set_memory(*state, n * n * 8 / 2);
    assert_int_equal(gvc_synth_table(*state, &table, synth, 2000), GVC_ENOMEM);
    assert_null(table);
    /* One table, final demand, and n x (G + N) with a few vectors. */
    gvc_ctx_set_memory(*state, 8 * n * (n + 4 * 30 + 30 + 20 + 25) + (1 << 20));
    assert_ok(*state, gvc_synth_table(*state, &table, synth, 2000));
    gvc_table_free(table);
    gvc_synth_free(synth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(tables_of_every_shape_balance_and_pay_for_labour),
        context_test(thread_count_changes_no_bit),
        context_test(a_year_does_not_depend_on_years_made_before),
        context_test(another_seed_is_another_table),
        context_test(most_inputs_come_from_home),
        context_test(openness_rises_to_2008_and_dips_in_2009),
        context_test(stocks_go_both_ways_and_other_demand_is_rarely_negative),
        context_test(demo_has_the_magnitudes_of_the_world),
        context_test(demo_has_real_labels_and_says_that_it_is_synthetic),
        context_test(many_countries_get_codes_that_no_country_has),
        context_test(sizes_out_of_range_are_refused),
        context_test(a_memory_limit_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
