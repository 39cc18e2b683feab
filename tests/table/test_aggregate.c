#include "../support/support.h"

#include "base/mem.h"
#include "base/text.h"
#include "table/aggregate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sums over random tables, counted cell by cell; what cannot be summed is left out. */

static char path[32], logged[2048];

static void keep_log(gvc_log_level level, const char *text, void *user)
{
    (void)user;
    if (level == GVC_LOG_WARNING && strlen(logged) + strlen(text) + 2 < sizeof logged)
        strcat(strcat(logged, text), "\n");
}

static int set_up(void **state)
{
    strcpy(path, "/tmp/gvc_map_XXXXXX");
    close(mkstemp(path));
    logged[0] = '\0';
    if (make_context(state) != 0)
        return -1;
    gvc_ctx_set_log(*state, keep_log, NULL);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    return free_context(state);
}

#define aggregate_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static gvc_concordance *read_map(gvc_ctx *ctx, const gvc_table *table, const char *text,
                                 gvc_concordance_side side)
{
    gvc_concordance *c;
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
    assert_ok(ctx, gvc_concordance_read(ctx, &c, path, table->edition, side));
    return c;
}

/* Five countries to three, four sectors to two. */
#define COUNTRIES "from,to,name\nC00,AA,\nC03,AA,\nC01,BB,Bees\n*,=,\n"
#define SECTORS "from,to\ns00,p\ns02,p\n*,q\n"

enum { G = 5, N = 4, H = 4, M = 2 };

static const int to_country[G] = { 0, 1, 2, 0, 3 }, to_sector[N] = { 0, 1, 0, 1 };

typedef struct both {
    gvc_table *fine, *coarse;
    gvc_aggregation *aggregation;
    gvc_concordance *countries, *sectors;
} both;

static both make(gvc_ctx *ctx, unsigned seed, unsigned flags)
{
    both b = { .fine = random_table(ctx, seed, G, N, flags) };

    b.countries = read_map(ctx, b.fine, COUNTRIES, GVC_CONCORDANCE_COUNTRIES);
    b.sectors = read_map(ctx, b.fine, SECTORS, GVC_CONCORDANCE_SECTORS);
    return b;
}

static void aggregate(gvc_ctx *ctx, both *b)
{
    assert_ok(ctx, gvc_aggregation_new(ctx, &b->aggregation, b->fine->edition, b->countries,
                                       b->sectors, "gvc aggregate"));
    assert_ok(ctx, gvc_aggregation_table(ctx, &b->coarse, b->aggregation, b->fine));
}

static void drop(both *b)
{
    gvc_table_free(b->coarse);
    gvc_aggregation_free(b->aggregation);
    gvc_concordance_free(b->countries);
    gvc_concordance_free(b->sectors);
    gvc_table_free(b->fine);
}

static gvc_int row(gvc_int i)
{
    return to_country[i / N] * M + to_sector[i % N];
}

static double scale_of(const gvc_table *t)
{
    double scale = 0;

    for (gvc_int i = 0; i < t->n; i++)
        scale = fmax(scale, fabs(t->x[i]));
    return scale;
}

static void check_sums(const both *b)
{
    const gvc_table *f = b->fine, *c = b->coarse;
    const double scale = scale_of(f);
    const gvc_int n = H * M;

    assert_int_equal(c->n, n);
    for (gvc_int i = 0; i < n; i++) {
        double x = 0, va = 0;

        for (gvc_int j = 0; j < n; j++) {
            double z = 0;

            for (gvc_int k = 0; k < f->n; k++)
                for (gvc_int l = 0; l < f->n; l++)
                    z += row(k) == i && row(l) == j ? f->Zt.a[l + k * f->Zt.ld] : 0;
            assert_near(c->Zt.a[j + i * c->Zt.ld], z, 1e-13, scale);
        }
        for (gvc_int j = 0; j < H * f->K; j++) {
            double demand = 0;

            for (gvc_int k = 0; k < f->n; k++)
                for (gvc_int l = 0; l < G * f->K; l++)
                    demand += row(k) == i && to_country[l / f->K] * f->K + l % f->K == j
                                  ? f->FD.a[k + l * f->FD.ld]
                                  : 0;
            assert_near(c->FD.a[i + j * c->FD.ld], demand, 1e-13, scale);
        }
        for (gvc_int k = 0; k < f->n; k++) {
            x += row(k) == i ? f->x[k] : 0;
            va += row(k) == i ? f->VA[k] : 0;
        }
        assert_near(c->x[i], x, 1e-13, scale);
        assert_near(c->VA[i], va, 1e-12, scale);
    }
}

static void cells_are_sums(void **state)
{
    const unsigned flags[] = { RANDOM_PLAIN, RANDOM_DOMINANT, RANDOM_AWKWARD, RANDOM_VA_GIVEN };

    for (unsigned i = 0; i < 4; i++) {
        both b = make(*state, i + 1, flags[i]);

        aggregate(*state, &b);
        check_sums(&b);
        assert_int_equal(b.coarse->va_given, b.fine->va_given);
        assert_string_equal(b.coarse->va_rule, b.fine->va_rule);
        drop(&b);
    }
}

static void labels_attributes_and_history_follow(void **state)
{
    both b = make(*state, 1, RANDOM_PLAIN);
    const gvc_edition *to;

    gvc_attrs__set(*state, b.fine->edition->attrs, "unit", "million USD");
    gvc_attrs__set(*state, b.fine->edition->attrs, "sector_scheme", "wiod13");
    gvc_attrs__set(*state, b.fine->edition->attrs, "history", "imported");
    aggregate(*state, &b);
    to = gvc_table_edition(b.coarse);
    assert_string_equal(gvc_labels_code(to->countries, 0), "AA");
    assert_string_equal(gvc_labels_name(to->countries, 1), "Bees");
    assert_string_equal(gvc_labels_code(to->countries, 3), "ROW");
    assert_string_equal(gvc_labels_code(to->sectors, 1), "q");
    assert_string_equal(gvc_edition_attr(to, "unit"), "million USD");
    assert_string_equal(gvc_edition_attr(to, "history"), "imported\ngvc aggregate");
    assert_null(gvc_edition_attr(to, "sector_scheme"));
    drop(&b);
}

static gvc_group *add_group(gvc_ctx *ctx, gvc_edition *e, const char *name, const char *a,
                            const char *b, int from_b)
{
    gvc_group *g = gvc_edition__add_group(ctx, e, name, 2);

    g->members[0] = (gvc_group_entry){ gvc_arena__strdup(ctx, e->arena, a), 2000, 0 };
    g->members[1] = (gvc_group_entry){ gvc_arena__strdup(ctx, e->arena, b), from_b, 0 };
    return g;
}

static void groups_and_sets_stay_where_they_fit(void **state)
{
    both b = make(*state, 1, RANDOM_PLAIN);
    gvc_edition *from = b.fine->edition;
    const gvc_edition *to;
    double *whole = gvc_edition__add_set(*state, from, "digital"), *mixed;

    whole[0] = whole[2] = 0.5;
    mixed = gvc_edition__add_set(*state, from, "manufacturing");
    mixed[0] = 1;
    add_group(*state, from, "WHOLE", "C00", "C03", 2000);
    add_group(*state, from, "PARTLY", "C00", "C01", 2000);
    add_group(*state, from, "YEARS", "C00", "C03", 2001);
    add_group(*state, from, "BB", "C01", "C02", 2000);
    add_group(*state, from, "OUTSIDE", "C01", "XYZ", 2000);
    aggregate(*state, &b);
    to = gvc_table_edition(b.coarse);
    assert_int_equal(to->n_groups, 2);
    assert_string_equal(to->groups[0].name, "WHOLE");
    assert_int_equal(to->groups[0].n, 1);
    assert_string_equal(to->groups[0].members[0].iso3, "AA");
    assert_int_equal(to->groups[0].members[0].from_year, 2000);
    assert_string_equal(to->groups[1].name, "OUTSIDE");
    assert_string_equal(to->groups[1].members[0].iso3, "BB");
    assert_string_equal(to->groups[1].members[1].iso3, "XYZ");
    assert_int_equal(to->n_sets, 1);
    assert_true(gvc_edition_set(to, "digital")[0] == 0.5 && gvc_edition_set(to, "digital")[1] == 0);
    assert_non_null(strstr(logged, "group PARTLY is left out: AA"));
    assert_non_null(strstr(logged, "group YEARS is left out: AA"));
    assert_non_null(strstr(logged, "group BB is left out: a country"));
    assert_non_null(strstr(logged, "the set of manufacturing sectors is left out: p"));
    drop(&b);
}

static void rows_beside_the_table_are_sums_of_amounts(void **state)
{
    const char *codes[] = { "jobs", "rate", "co2" }, *units[] = { "persons", "%", "kt" };
    const char *primaries[] = { "D1" }, *names[] = { "Wages" };
    both b = make(*state, 1, RANDOM_PLAIN);
    const gvc_int n = b.fine->n, GK = G * b.fine->K;

    assert_ok(*state, gvc_table__add_satellites(*state, b.fine, 3, codes, units));
    assert_ok(*state, gvc_table__add_primaries(*state, b.fine, 1, primaries, names, 1));
    for (gvc_int i = 0; i < n; i++) {
        b.fine->satellite[i] = (double)i;
        b.fine->satellite[i + 2 * n] = 1;
        b.fine->primary[i] = 2;
    }
    for (gvc_int j = 0; j < GK; j++)
        b.fine->primary_fd[j] = 3;
    aggregate(*state, &b);
    assert_int_equal(gvc_labels_n(b.coarse->satellites), 2);
    assert_string_equal(gvc_labels_code(b.coarse->satellites, 1), "co2");
    assert_non_null(strstr(logged, "satellite rate is left out: in %"));
    /* AA is C00 and C03, p is s00 and s02: rows 0, 2, 12 and 14. */
    assert_true(b.coarse->satellite[0] == 28 && b.coarse->satellite[b.coarse->n] == 4);
    assert_true(b.coarse->primary[0] == 8 && b.coarse->primary[2] == 4);
    assert_true(b.coarse->primary_fd[0] == 6);
    drop(&b);
}

/* Goods of C01:s00 and C01:s02 into C00 and C03, which become AA. */
static void trade_costs_are_weighted_by_flows(void **state)
{
    both b = make(*state, 1, RANDOM_PLAIN);
    gvc_table *f = b.fine;
    double top = 0, weight = 0;

    assert_ok(*state, gvc_table__add_tau(*state, f));
    for (gvc_int r = 0; r < G; r++)
        for (gvc_int i = 0; i < f->n; i++)
            if (i / N != r) {
                f->tau_int.a[i + r * f->n] = 0.01 * (double)(i + 1) + 0.1 * (double)r;
                f->tau_fin.a[i + r * f->n] = 0.05;
            }
    aggregate(*state, &b);
    for (gvc_int k = 0; k < N; k += 2)
        for (gvc_int r = 0; r < G; r += 3) {
            const gvc_int i = N + k;
            double sold = 0;

            for (gvc_int j = r * N; j < (r + 1) * N; j++)
                sold += f->Zt.a[j + i * f->Zt.ld];
            top += sold * f->tau_int.a[i + r * f->n];
            weight += sold;
        }
    assert_close(b.coarse->tau_int.a[M], top / weight, 1e-13);
    for (gvc_int r = 0; r < H; r++)
        for (gvc_int i = 0; i < H * M; i++)
            assert_close(b.coarse->tau_fin.a[i + r * H * M], i / M == r ? 0 : 0.05, 1e-13);
    drop(&b);
}

static void table_with_other_labels_is_refused(void **state)
{
    both b = make(*state, 1, RANDOM_PLAIN);
    gvc_table *other = random_table(*state, 1, G, N + 1, RANDOM_PLAIN), *out;

    aggregate(*state, &b);
    assert_int_equal(gvc_aggregation_table(*state, &out, b.aggregation, other), GVC_EDATA);
    assert_null(out);
    gvc_table_free(other);
    drop(&b);
}

static void every_allocation_may_fail(void **state)
{
    const char *codes[] = { "jobs" }, *units[] = { "persons" };
    both b = make(*state, 1, RANDOM_PLAIN);

    assert_ok(*state, gvc_table__add_satellites(*state, b.fine, 1, codes, units));
    assert_ok(*state, gvc_table__add_primaries(*state, b.fine, 1, codes, NULL, 1));
    assert_ok(*state, gvc_table__add_tau(*state, b.fine));
    add_group(*state, b.fine->edition, "WHOLE", "C00", "C03", 2000);
    for (gvc_int n = 1; !b.coarse; n++) {
        gvc_status st;

        gvc_aggregation_free(b.aggregation);
        gvc_mem__fail_after(*state, n);
        st = gvc_aggregation_new(*state, &b.aggregation, b.fine->edition, b.countries, b.sectors,
                                 "x");
        if (st == GVC_OK)
            st = gvc_aggregation_table(*state, &b.coarse, b.aggregation, b.fine);
        gvc_mem__fail_after(*state, 0);
        assert_int_equal(st, b.coarse ? GVC_OK : GVC_ENOMEM);
        assert_true(n < 1000);
    }
    drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        aggregate_test(cells_are_sums),
        aggregate_test(labels_attributes_and_history_follow),
        aggregate_test(groups_and_sets_stay_where_they_fit),
        aggregate_test(rows_beside_the_table_are_sums_of_amounts),
        aggregate_test(trade_costs_are_weighted_by_flows),
        aggregate_test(table_with_other_labels_is_refused),
        aggregate_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("table_aggregate", tests, NULL, NULL);
}
