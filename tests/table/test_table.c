#include "base/mem.h"
#include "table/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static gvc_ctx *ctx;
static gvc_edition *edition;

enum { G = 4, N = 2, K = 2 };

static int set_up(void **state)
{
    const char *countries[] = { "CHN", "IDN", "TUR", "ROW" }, *names[] = { "China" };
    const char *sectors[] = { "AGR", "MAN" }, *categories[] = { "F1", "F5" };
    const char *all_names[G] = { names[0] };

    (void)state;
    ctx = gvc_ctx_new();
    assert_int_equal(gvc_edition__new(ctx, &edition), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->countries, G, countries, all_names), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->sectors, N, sectors, NULL), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->categories, K, categories, NULL), GVC_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gvc_edition__free(edition);
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return 0;
}

static gvc_group *add_group(const char *name, const char *const *members, gvc_int n)
{
    gvc_group *group = gvc_edition__add_group(ctx, edition, name, n);

    assert_non_null(group);
    for (gvc_int i = 0; i < n; i++)
        group->members[i].iso3 = members[i];
    return group;
}

static void table_has_the_shapes_of_its_edition(void **state)
{
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_table__new(ctx, &table, edition, 2011), GVC_OK);
    assert_int_equal(gvc_table_n(table), G * N);
    assert_int_equal(gvc_table_Zt(table).cols, G * N);
    assert_int_equal(gvc_table_FD(table).cols, G * K);
    assert_int_equal(gvc_table_year(table), 2011);
    assert_null(gvc_table_VA(table));
    assert_null(gvc_table_tau_int(table).a);
    assert_null(gvc_table_satellites(table));
    gvc_table_free(table);
}

static void residual_value_added_is_output_less_purchases(void **state)
{
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_table__new(ctx, &table, edition, 2011), GVC_OK);
    table->x[3] = 10.0;
    table->Zt.a[3 + 0 * table->Zt.ld] = 2.5;
    table->Zt.a[3 + 7 * table->Zt.ld] = 4.0;
    table->Zt.a[0 + 3 * table->Zt.ld] = 1.0;
    gvc_table__residual_va(ctx, table);
    assert_true(table->VA[3] == 3.5);
    assert_true(table->VA[0] == -1.0);
    assert_null(gvc_table_VA(table));
    assert_string_equal(gvc_table_va_rule(table), "residual");
    gvc_table_free(table);
}

static void first_bad_cell_is_named_by_seller_and_buyer(void **state)
{
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_table__new(ctx, &table, edition, 2011), GVC_OK);
    assert_int_equal(gvc_table__validate(ctx, table, "w.h5"), GVC_OK);
    table->FD.a[1 + 3 * table->FD.ld] = INFINITY;
    assert_int_equal(gvc_table__validate(ctx, table, "w.h5"), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "w.h5: FD, CHN:MAN to IDN:F5: inf found"));
    table->Zt.a[7 + 4 * table->Zt.ld] = NAN;
    table->Zt.a[3 + 4 * table->Zt.ld] = NAN;
    gvc_table__residual_va(ctx, table);
    assert_int_equal(gvc_table__validate(ctx, table, "w.h5"), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "Z, TUR:AGR to IDN:MAN: nan found"));
    assert_non_null(strstr(gvc_ctx_message(ctx), "2 such cells in Z"));
    gvc_table_free(table);
}

static void negative_output_is_refused(void **state)
{
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_table__new(ctx, &table, edition, 2011), GVC_OK);
    table->x[6] = -2.0;
    table->x[7] = -1.0;
    assert_int_equal(gvc_table__validate(ctx, table, "w.h5"), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "w.h5: x, ROW:AGR: output -2 found"));
    assert_non_null(strstr(gvc_ctx_message(ctx), "2 industries"));
    gvc_table_free(table);
}

static void satellites_and_costs_start_at_zero(void **state)
{
    const char *codes[] = { "jobs", "co2" };
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_table__new(ctx, &table, edition, 2011), GVC_OK);
    assert_int_equal(gvc_table__add_satellites(ctx, table, 2, codes, NULL), GVC_OK);
    assert_int_equal(gvc_table__add_tau(ctx, table), GVC_OK);
    assert_true(gvc_table_satellite(table, 1)[G * N - 1] == 0.0);
    assert_int_equal(gvc_table_tau_fin(table).cols, G);
    table->satellite[G * N + 2] = NAN;
    assert_int_equal(gvc_table__validate(ctx, table, "w"), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "satellite, IDN:AGR: nan"));
    gvc_table_free(table);
}

static void inventory_follows_the_attribute_then_the_source(void **state)
{
    (void)state;
    gvc_edition__settle_inventory(edition);
    assert_int_equal(gvc_edition_inventory(edition), -1);
    gvc_attrs__set(ctx, edition->attrs, "source", "WIOD");
    gvc_edition__settle_inventory(edition);
    assert_int_equal(gvc_edition_inventory(edition), -1);
    gvc_attrs__set(ctx, edition->attrs, "source", "ADB-MRIO");
    gvc_edition__settle_inventory(edition);
    assert_int_equal(gvc_edition_inventory(edition), 1);
    gvc_attrs__set(ctx, edition->attrs, "inventory_category", "F1");
    gvc_edition__settle_inventory(edition);
    assert_int_equal(gvc_edition_inventory(edition), 0);
}

static void sets_keep_their_weights_by_name(void **state)
{
    double *weight = gvc_edition__add_set(ctx, edition, "digital");

    (void)state;
    assert_null(gvc_edition_set(edition, "manufacturing"));
    weight[1] = 0.5;
    assert_non_null(gvc_edition__add_set(ctx, edition, "manufacturing"));
    assert_ptr_equal(gvc_edition__add_set(ctx, edition, "digital"), weight);
    assert_true(gvc_edition_set(edition, "digital")[1] == 0.5);
    assert_true(gvc_edition_set(edition, "digital")[0] == 0.0);
}

static void single_units_are_the_countries(void **state)
{
    gvc_units *units;

    (void)state;
    assert_int_equal(gvc_units_new(ctx, &units, edition), GVC_OK);
    assert_int_equal(gvc_units_n(units), G);
    assert_true(units->all_single);
    for (gvc_int c = 0; c < G; c++)
        assert_int_equal(gvc_units_of(units, c), c);
    gvc_units_free(units);
}

static void group_stands_where_its_first_member_stood(void **state)
{
    const char *members[] = { "TUR", "VNM", "IDN" };
    const gvc_group *group = add_group("BRI", members, 3);
    gvc_units *units;

    (void)state;
    assert_int_equal(gvc_units_group(ctx, &units, edition, &group, 1, 2011, (gvc_group_rule){ 0 }),
                     GVC_OK);
    assert_int_equal(gvc_units_n(units), 3);
    assert_string_equal(gvc_labels_code(gvc_units_labels(units), 0), "CHN");
    assert_string_equal(gvc_labels_name(gvc_units_labels(units), 0), "China");
    assert_string_equal(gvc_labels_code(gvc_units_labels(units), 1), "BRI");
    assert_string_equal(gvc_labels_code(gvc_units_labels(units), 2), "ROW");
    assert_int_equal(gvc_units_of(units, 2), 1);
    assert_int_equal(gvc_units_of(units, 3), 2);
    assert_int_equal(units->first[1], 1);
    assert_int_equal(units->first[2], 3);
    assert_int_equal(units->member[2], 2);
    assert_int_equal(units->member[3], 3);
    assert_false(units->all_single);
    gvc_units_free(units);
}

static void overlapping_groups_are_refused_with_the_country(void **state)
{
    const char *a[] = { "CHN", "TUR" }, *b[] = { "TUR", "ROW" };
    const gvc_group *groups[2];
    gvc_units *units;

    (void)state;
    add_group("A", a, 2);
    add_group("B", b, 2);
    groups[0] = gvc_edition_group(edition, 0);
    groups[1] = gvc_edition_group(edition, 1);
    assert_int_equal(gvc_units_group(ctx, &units, edition, groups, 2, 0, (gvc_group_rule){ 0 }),
                     GVC_EUSAGE);
    assert_string_equal(gvc_ctx_message(ctx),
                        "groups A and B both contain TUR; groups that act as one country must not "
                        "overlap");
    assert_null(units);
}

static void group_without_members_is_refused(void **state)
{
    const char *members[] = { "VNM", "LAO", "LAO" };
    const gvc_group *group = add_group("ASIA", members, 3);
    gvc_units *units;

    (void)state;
    assert_int_equal(gvc_units_group(ctx, &units, edition, &group, 1, 0, (gvc_group_rule){ 0 }),
                     GVC_ELABEL);
    assert_string_equal(gvc_ctx_message(ctx), "group ASIA has no members in this table (2 of its "
                                              "members are not single countries of it)");
}

static void membership_runs_from_its_first_year_up_to_its_last(void **state)
{
    const char *members[] = { "CHN", "TUR", "VNM" };
    gvc_group *group = add_group("OLD", members, 3);
    const gvc_group *groups[1] = { group };
    unsigned char member[G];
    gvc_int absent;
    gvc_units *units;

    (void)state;
    group->members[0].to_year = 2005;
    group->members[1].from_year = 2003;
    group->members[2].from_year = 2010;
    assert_int_equal(gvc_group_members(group, edition, 2011, (gvc_group_rule){ 0 }, member, NULL),
                     2);
    assert_int_equal(gvc_group_members(group, edition, 2002,
                                       (gvc_group_rule){ GVC_GROUP_CURRENT, 0 }, member, &absent),
                     1);
    assert_true(member[0] && !member[2] && absent == 0);
    assert_int_equal(gvc_group_members(group, edition, 2002,
                                       (gvc_group_rule){ GVC_GROUP_FIXED, 2004 }, member, NULL),
                     2);
    assert_int_equal(gvc_group_members(group, edition, 2005,
                                       (gvc_group_rule){ GVC_GROUP_CURRENT, 0 }, member, NULL),
                     1);
    assert_true(!member[0] && member[2]);
    assert_int_equal(gvc_group_members(group, edition, 2010,
                                       (gvc_group_rule){ GVC_GROUP_CURRENT, 0 }, member, &absent),
                     1);
    assert_int_equal(absent, 1);
    group->members[0].to_year = 2000;
    assert_int_equal(gvc_units_group(ctx, &units, edition, groups, 1, 2001,
                                     (gvc_group_rule){ GVC_GROUP_CURRENT, 0 }),
                     GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(ctx), "group OLD has no members in 2001"));
}

#define FACT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(table_has_the_shapes_of_its_edition),
        FACT(residual_value_added_is_output_less_purchases),
        FACT(first_bad_cell_is_named_by_seller_and_buyer),
        FACT(negative_output_is_refused),
        FACT(satellites_and_costs_start_at_zero),
        FACT(inventory_follows_the_attribute_then_the_source),
        FACT(sets_keep_their_weights_by_name),
        FACT(single_units_are_the_countries),
        FACT(group_stands_where_its_first_member_stood),
        FACT(overlapping_groups_are_refused_with_the_country),
        FACT(group_without_members_is_refused),
        FACT(membership_runs_from_its_first_year_up_to_its_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
