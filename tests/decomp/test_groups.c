#include "../support/samples.h"

#include <math.h>
#include <string.h>

/* What holds exactly between a group as one exporter and its members. */

#define TOLERANCE 1e-11
#define BM "bm/exporter/source/"

enum { G = 5, N = 3, U = 3 };

/* Countries 0, 2 and 3 are unit 0, the others stand alone as units 1 and 2. */
static const gvc_int unit_of[G] = { 0, 1, 0, 0, 2 };

typedef struct pair {
    gvc_table *table;
    gvc_units *units;
    gvc_model *alone, *merged;
    gvc_frames *members, *group;
    double scale;
} pair;

static pair make_pair(gvc_ctx *ctx, unsigned seed, unsigned flags)
{
    pair p = { .table = random_table(ctx, seed, G, N, flags) };
    const double *x = gvc_table_x(p.table);

    p.units = units_from(ctx, p.table, unit_of);
    assert_ok(ctx, gvc_model_new(ctx, &p.alone, p.table, &(gvc_model_opts){ 0 }));
    assert_ok(ctx, gvc_model_new(ctx, &p.merged, p.table, &(gvc_model_opts){ .units = p.units }));
    p.members = run_decompositions(ctx, p.alone, NULL);
    p.group = run_decompositions(ctx, p.merged, NULL);
    for (gvc_int i = 0; i < G * N; i++)
        p.scale = fmax(p.scale, x[i]);
    return p;
}

static void free_pair(pair *p)
{
    gvc_frames_free(p->members);
    gvc_frames_free(p->group);
    gvc_model_free(p->alone);
    gvc_model_free(p->merged);
    gvc_units_free(p->units);
    gvc_table_free(p->table);
}

static double single(const pair *p, const char *measure, gvc_int s, gvc_int r)
{
    return column_of(p->members, measure, "bilateral")[pair_row(G, s, r)];
}

static double merged(const pair *p, const char *measure, gvc_int s, gvc_int r)
{
    return column_of(p->group, measure, "bilateral")[pair_row(U, s, r)];
}

/* Flows of the members of unit s to those of unit r, added up. */
static double added(const pair *p, const char *measure, gvc_int s, gvc_int r)
{
    double sum = 0;

    for (gvc_int a = 0; a < G; a++)
        for (gvc_int b = 0; b < G; b++)
            if (a != b && unit_of[a] == s && unit_of[b] == r)
                sum += single(p, measure, a, b);
    return sum;
}

static const unsigned flags[] = { RANDOM_PLAIN, RANDOM_UNBALANCED, RANDOM_VA_GIVEN, RANDOM_DOMINANT,
                                  RANDOM_AWKWARD };

#define FOR_EACH_PAIR(p, ctx)                                                                      \
    for (unsigned seed = 0; seed < sizeof flags / sizeof flags[0]; seed++)                         \
        for (pair p = make_pair(ctx, seed + 1, flags[seed]); p.table; free_pair(&p), p.table = NULL)

static void exports_of_a_group_leave_out_trade_inside(void **state)
{
    FOR_EACH_PAIR(p, *state)
    {
        double members = 0;

        for (gvc_int s = 0; s < G; s++)
            if (unit_of[s] == 0)
                members += column_of(p.members, BM "gexp", "country")[s];
        assert_near(column_of(p.group, BM "gexp", "country")[0],
                    members - added(&p, BM "gexp", 0, 0), TOLERANCE, p.scale);
        for (gvc_int r = 1; r < U; r++)
            assert_near(merged(&p, BM "gexp", 0, r), added(&p, BM "gexp", 0, r), TOLERANCE,
                        p.scale);
    }
}

static void value_added_absorbed_outside_is_the_sum_over_members(void **state)
{
    FOR_EACH_PAIR(p, *state)
    {
        for (gvc_int r = 1; r < U; r++)
            assert_near(merged(&p, "jn/vax", 0, r), added(&p, "jn/vax", 0, r), TOLERANCE, p.scale);
    }
}

static void exports_to_a_group_are_the_sum_over_members(void **state)
{
    static const char *const terms[] = { BM "gexp", BM "dc",  BM "dva", BM "ddc",
                                         BM "fc",   BM "fva", BM "fdc" };

    FOR_EACH_PAIR(p, *state)
    {
        for (gvc_int s = 1; s < U; s++)
            for (size_t t = 0; t < sizeof terms / sizeof terms[0]; t++)
                assert_near(merged(&p, terms[t], s, 0), added(&p, terms[t], s, 0), TOLERANCE,
                            p.scale);
    }
}

/* Passing between members is no crossing, so more is absorbed by the direct importer. */
static void davax_to_a_group_is_at_least_the_sum(void **state)
{
    pair p = make_pair(*state, 7, RANDOM_PLAIN);

    for (gvc_int s = 1; s < U; s++)
        assert_true(merged(&p, BM "davax", s, 0) > added(&p, BM "davax", s, 0) * (1 + 1e-6));
    free_pair(&p);
}

/* dva and fc of a group are not sums: what members buy from each other is own value added. */
static void domestic_content_of_a_group_exceeds_its_members(void **state)
{
    pair p = make_pair(*state, 8, RANDOM_PLAIN);

    for (gvc_int r = 1; r < U; r++) {
        assert_true(merged(&p, BM "dc", 0, r) > added(&p, BM "dc", 0, r) * (1 + 1e-6));
        assert_near(merged(&p, BM "dc", 0, r) + merged(&p, BM "fc", 0, r),
                    added(&p, BM "dc", 0, r) + added(&p, BM "fc", 0, r), TOLERANCE, p.scale);
    }
    free_pair(&p);
}

static void check_same_frames(const gvc_frames *a, const gvc_frames *b, double scale)
{
    assert_int_equal(gvc_frames_n(a), gvc_frames_n(b));
    for (gvc_int f = 0; f < gvc_frames_n(a); f++) {
        const gvc_frame *x = gvc_frames_get(a, f), *y = gvc_frames_get(b, f);

        assert_int_equal(gvc_frame_columns(x), gvc_frame_columns(y));
        assert_int_equal(gvc_frame_rows(x), gvc_frame_rows(y));
        for (gvc_int c = 0; c < gvc_frame_columns(x); c++)
            if (gvc_frame_role(x, c) == GVC_ROLE_VALUE)
                for (gvc_int i = 0; i < gvc_frame_rows(x); i++)
                    assert_near(gvc_frame_reals(x, c)[i], gvc_frame_reals(y, c)[i], TOLERANCE,
                                scale);
    }
}

static void groups_of_one_change_nothing(void **state)
{
    static const gvc_int alone[G] = { 0, 1, 2, 3, 4 };
    gvc_ctx *ctx = *state;
    gvc_table *table = random_table(ctx, 9, G, N, RANDOM_AWKWARD);
    gvc_units *units = units_from(ctx, table, alone);
    gvc_model *plain = NULL, *grouped = NULL;
    gvc_frames *a, *b;

    assert_ok(ctx, gvc_model_new(ctx, &plain, table, &(gvc_model_opts){ 0 }));
    assert_ok(ctx, gvc_model_new(ctx, &grouped, table, &(gvc_model_opts){ .units = units }));
    a = run_decompositions(ctx, plain, NULL);
    b = run_decompositions(ctx, grouped, NULL);
    check_same_frames(a, b, gvc_table_x(table)[0]);
    gvc_frames_free(a);
    gvc_frames_free(b);
    gvc_model_free(plain);
    gvc_model_free(grouped);
    gvc_units_free(units);
    gvc_table_free(table);
}

static void a_group_stands_where_its_first_member_stood(void **state)
{
    pair p = make_pair(*state, 10, RANDOM_PLAIN);
    const gvc_frame *frame = gvc_frames_get(p.group, 0);
    const gvc_labels *labels = gvc_frame_labels(frame, 0);

    assert_int_equal(gvc_frame_rows(frame), U);
    assert_string_equal(gvc_labels_code(labels, gvc_frame_codes(frame, 0)[0]), "U0");
    assert_string_equal(gvc_labels_code(labels, gvc_frame_codes(frame, 0)[1]), "U1");
    assert_string_equal(gvc_labels_code(labels, gvc_frame_codes(frame, 0)[2]), "U2");
    free_pair(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(exports_of_a_group_leave_out_trade_inside),
        context_test(value_added_absorbed_outside_is_the_sum_over_members),
        context_test(exports_to_a_group_are_the_sum_over_members),
        context_test(davax_to_a_group_is_at_least_the_sum),
        context_test(domestic_content_of_a_group_exceeds_its_members),
        context_test(groups_of_one_change_nothing),
        context_test(a_group_stands_where_its_first_member_stood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
