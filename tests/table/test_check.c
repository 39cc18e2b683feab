#include "base/mem.h"
#include "table/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { G = 2, N = 2, n = 4 };

static gvc_ctx *ctx;
static gvc_edition *edition;
static gvc_table *table;
static gvc_findings *findings;

/* A balanced table: every industry sells 10000 to each industry, as final goods 30000 at home
 * and 10000 abroad, so x = 80000, VA = 40000, world GDP 160 trillion. */
static int set_up(void **state)
{
    const char *countries[] = { "CHN", "ROW" }, *sectors[] = { "A", "B" }, *categories[] = { "F" };

    (void)state;
    ctx = gvc_ctx_new();
    assert_int_equal(gvc_edition__new(ctx, &edition), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->countries, G, countries, NULL), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->sectors, N, sectors, NULL), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->categories, 1, categories, NULL), GVC_OK);
    gvc_attrs__set(ctx, edition->attrs, "inventory_category", "F");
    gvc_attrs__set(ctx, edition->attrs, "unit", "billion USD");
    gvc_attrs__set(ctx, edition->attrs, "currency", "USD");
    gvc_attrs__set(ctx, edition->attrs, "multiplier", "1e9");
    gvc_edition__settle_inventory(edition);
    assert_int_equal(gvc_table__new(ctx, &table, edition, 2010), GVC_OK);
    for (gvc_int i = 0; i < n; i++) {
        for (gvc_int j = 0; j < n; j++)
            table->Zt.a[j + i * n] = 10000.0;
        table->FD.a[i + i / N * n] = 30000.0;
        table->FD.a[i + (1 - i / N) * n] = 10000.0;
        table->x[i] = 80000.0;
    }
    gvc_table__residual_va(ctx, table);
    findings = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gvc_findings_free(findings);
    gvc_table_free(table);
    gvc_edition__free(edition);
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return 0;
}

static gvc_int check(const char *rule)
{
    gvc_findings_free(findings);
    findings = NULL;
    assert_int_equal(gvc_check(ctx, &findings, table), GVC_OK);
    for (gvc_int i = 0; i < gvc_findings_n(findings); i++)
        if (strcmp(gvc_findings_rule(findings, i), rule) == 0)
            return i;
    return -1;
}

static void expect(const char *rule, gvc_severity severity, gvc_int count, const char *text)
{
    const gvc_int i = check(rule);

    assert_true(i >= 0);
    assert_int_equal(gvc_findings_severity(findings, i), severity);
    assert_int_equal(gvc_findings_count(findings, i), count);
    if (!strstr(gvc_findings_text(findings, i), text))
        fail_msg("\"%s\" does not hold \"%s\"", gvc_findings_text(findings, i), text);
}

static void balanced_world_with_unit_has_no_findings(void **state)
{
    (void)state;
    assert_int_equal(check("world-gdp"), -1);
    assert_int_equal(gvc_findings_n(findings), 0);
}

static void row_that_does_not_balance_is_a_warning_with_the_worst_place(void **state)
{
    (void)state;
    table->x[2] += 40.0;
    gvc_table__residual_va(ctx, table);
    expect("row-balance", GVC_WARNING, 1,
           "worst ROW:A: output 80040, intermediate and final sales "
           "80000");
}

static void rows_that_mostly_do_not_balance_are_an_error(void **state)
{
    (void)state;
    for (gvc_int i = 0; i < 3; i++)
        table->x[i] *= 1.2;
    gvc_table__residual_va(ctx, table);
    expect("row-balance", GVC_ERROR, 3, "3 of 4 industries (3 by more than 5 %)");
}

static void rounding_is_no_finding(void **state)
{
    (void)state;
    table->x[2] += 1e-6;
    assert_int_equal(check("row-balance"), -1);
}

static void taxes_are_a_note_and_large_gaps_a_warning(void **state)
{
    (void)state;
    table->va_given = 1;
    table->va_rule = "row:VA";
    table->VA[1] -= 1000.0;
    expect("column-balance", GVC_NOTE, 1,
           "worst CHN:B: value added 39000, output less purchases "
           "40000");
    table->VA[1] -= 30000.0;
    expect("column-balance", GVC_WARNING, 1, "stand in the column resid");
}

static void negative_value_added_is_a_warning(void **state)
{
    (void)state;
    table->va_given = 1;
    table->VA[3] = -5.0;
    expect("negative-value-added", GVC_WARNING, 1, "worst ROW:B: -5 of an output of 80000");
}

static void negative_output_is_an_error(void **state)
{
    (void)state;
    table->x[0] = -1.0;
    expect("negative-output", GVC_ERROR, 1, "worst CHN:A: -1");
}

static void cells_that_are_not_finite_are_an_error(void **state)
{
    (void)state;
    table->Zt.a[3] = NAN;
    table->FD.a[1] = INFINITY;
    expect("not-finite", GVC_ERROR, 2, "2 cells");
}

static void negative_export_flow_is_a_note(void **state)
{
    (void)state;
    table->FD.a[0 + 1 * n] = -25000.0;
    table->x[0] -= 35000.0;
    expect("negative-exports", GVC_NOTE, 1, "worst CHN:A to ROW: -5000");
}

static void idle_industries_are_told_apart(void **state)
{
    (void)state;
    table->x[1] = 0.0;
    expect("exports-without-output", GVC_WARNING, 1, "first CHN:B");
    expect("purchases-without-output", GVC_NOTE, 1, "first CHN:B");
    expect("zero-output", GVC_NOTE, 1, "1 of 4 industries have no output, first CHN:B");
}

static void unit_that_contradicts_its_multiplier_is_an_error(void **state)
{
    (void)state;
    gvc_attrs__set(ctx, edition->attrs, "multiplier", "1e6");
    expect("unit", GVC_ERROR, 1, "the unit says \"billion USD\", the multiplier 1e+06");
}

static void world_gdp_off_by_a_thousand_is_an_error(void **state)
{
    (void)state;
    gvc_attrs__set(ctx, edition->attrs, "unit", "million USD");
    gvc_attrs__set(ctx, edition->attrs, "multiplier", "1000000");
    expect("world-gdp", GVC_ERROR, 1, "0.16 trillion USD in 2010, but world GDP was about 66.6");
    gvc_attrs__set(ctx, edition->attrs, "synthetic", "1");
    assert_int_equal(check("world-gdp"), -1);
}

static void world_gdp_is_not_judged_without_unit_year_or_known_currency(void **state)
{
    (void)state;
    gvc_attrs__set(ctx, edition->attrs, "multiplier", "1");
    assert_true(check("world-gdp") >= 0);
    table->year = GVC_INT_MISSING;
    assert_int_equal(check("world-gdp"), -1);
    table->year = 2010;
    gvc_attrs__set(ctx, edition->attrs, "currency", "CNY");
    assert_int_equal(check("world-gdp"), -1);
    gvc_attrs__set(ctx, edition->attrs, "unit", NULL);
    gvc_attrs__set(ctx, edition->attrs, "multiplier", NULL);
    expect("unit", GVC_NOTE, 1, "unit is not known");
}

static void unknown_country_and_missing_row_are_told(void **state)
{
    const char *countries[] = { "CHN", "VNN" };

    (void)state;
    gvc_labels__free(edition->countries);
    edition->countries = NULL;
    assert_int_equal(gvc_labels__new(ctx, &edition->countries, G, countries, NULL), GVC_OK);
    expect("country-code", GVC_WARNING, 1,
           "1 of 2 countries have no code of ISO 3166, first \"VNN\"");
    expect("rest-of-world", GVC_NOTE, 1, "no ROW among the 2 countries");
}

static void missing_inventory_category_is_a_note(void **state)
{
    (void)state;
    edition->inventory = -1;
    expect("inventory-category", GVC_NOTE, 1, "_inv");
}

static void gravest_findings_come_first(void **state)
{
    (void)state;
    table->x[1] = 0.0;
    table->x[0] = -1.0;
    edition->inventory = -1;
    check("");
    for (gvc_int i = 1; i < gvc_findings_n(findings); i++)
        assert_true(gvc_findings_severity(findings, i) <= gvc_findings_severity(findings, i - 1));
    assert_int_equal(gvc_findings_severity(findings, 0), GVC_ERROR);
}

#define FACT(fact) cmocka_unit_test_setup_teardown(fact, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(balanced_world_with_unit_has_no_findings),
        FACT(row_that_does_not_balance_is_a_warning_with_the_worst_place),
        FACT(rows_that_mostly_do_not_balance_are_an_error),
        FACT(rounding_is_no_finding),
        FACT(taxes_are_a_note_and_large_gaps_a_warning),
        FACT(negative_value_added_is_a_warning),
        FACT(negative_output_is_an_error),
        FACT(cells_that_are_not_finite_are_an_error),
        FACT(negative_export_flow_is_a_note),
        FACT(idle_industries_are_told_apart),
        FACT(unit_that_contradicts_its_multiplier_is_an_error),
        FACT(world_gdp_off_by_a_thousand_is_an_error),
        FACT(world_gdp_is_not_judged_without_unit_year_or_known_currency),
        FACT(unknown_country_and_missing_row_are_told),
        FACT(missing_inventory_category_is_a_note),
        FACT(gravest_findings_come_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
