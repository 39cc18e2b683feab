#include "base/mem.h"
#include "table/builtin.h"
#include "table/manufactures.h"
#include "table/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static gvc_ctx *ctx;

/* The countries of WIOD 2013 in its order. */
static const char *const wiod[] = { "AUS", "AUT", "BEL", "BGR", "BRA", "CAN", "CHN", "CYP", "CZE",
                                    "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HUN",
                                    "IDN", "IND", "IRL", "ITA", "JPN", "KOR", "LTU", "LUX", "LVA",
                                    "MEX", "MLT", "NLD", "POL", "PRT", "ROU", "RUS", "SVK", "SVN",
                                    "SWE", "TUR", "TWN", "USA", "ROW" };

enum { G = sizeof wiod / sizeof *wiod };

static gvc_edition *wiod_edition(void)
{
    gvc_edition *edition;

    assert_int_equal(gvc_edition__new(ctx, &edition), GVC_OK);
    assert_int_equal(gvc_labels__new(ctx, &edition->countries, G, wiod, NULL), GVC_OK);
    return edition;
}

/* The members of a group in WIOD 2013, as one string. */
static gvc_int members_of(const char *name, int year, gvc_group_rule rule, char *text,
                          gvc_int *absent)
{
    gvc_edition *edition = wiod_edition();
    unsigned char member[G];
    const gvc_int n =
        gvc_group_members(gvc_group_find(edition, name), edition, year, rule, member, absent);

    text[0] = '\0';
    for (gvc_int c = 0; c < G; c++)
        if (member[c])
            sprintf(text + strlen(text), "%s%s", *text ? " " : "", wiod[c]);
    gvc_edition__free(edition);
    return n;
}

static const gvc_group_rule all_ever = { GVC_GROUP_UNION, 0 }, current = { GVC_GROUP_CURRENT, 0 };

static void bri_in_wiod_is_the_nineteen_signatories(void **state)
{
    char text[400];
    gvc_int absent;

    (void)state;
    assert_int_equal(gvc_group_n(gvc_groups_builtin_find("BRI")), 147);
    assert_int_equal(members_of("BRI", 2011, all_ever, text, &absent), 19);
    assert_string_equal(text, "BGR CYP CZE EST GRC HUN IDN ITA KOR LTU LUX LVA MLT POL PRT ROU SVK "
                              "SVN TUR");
    assert_int_equal(absent, 128);
}

static void bri_along65_in_wiod_is_sixteen(void **state)
{
    char text[400];
    gvc_int absent;

    (void)state;
    assert_int_equal(gvc_group_n(gvc_groups_builtin_find("BRI_ALONG65")), 65);
    assert_int_equal(members_of("BRI_ALONG65", 2011, all_ever, text, &absent), 16);
    assert_string_equal(text, "BGR CYP CZE EST GRC HUN IDN IND LTU LVA POL ROU RUS SVK SVN TUR");
    assert_int_equal(absent, 49);
}

static void current_bri_follows_signature_and_leaving(void **state)
{
    char text[400];

    (void)state;
    assert_int_equal(members_of("BRI", 2011, current, text, NULL), 0);
    members_of("BRI", 2019, current, text, NULL);
    assert_non_null(strstr(text, "ITA"));
    assert_non_null(strstr(text, "PRT"));
    members_of("BRI", 2022, current, text, NULL);
    assert_non_null(strstr(text, "ITA"));
    members_of("BRI", 2023, current, text, NULL);
    assert_null(strstr(text, "ITA"));
    members_of("BRI", 2011, (gvc_group_rule){ GVC_GROUP_FIXED, 2022 }, text, NULL);
    assert_non_null(strstr(text, "ITA"));
}

static void european_union_grows(void **state)
{
    char text[400];

    (void)state;
    members_of("EU", 2003, current, text, NULL);
    assert_null(strstr(text, "POL"));
    members_of("EU", 2004, current, text, NULL);
    assert_non_null(strstr(text, "POL"));
    assert_null(strstr(text, "BGR"));
}

static void brics_leaves_saudi_arabia_out(void **state)
{
    const gvc_group *brics = gvc_groups_builtin_find("BRICS");

    (void)state;
    assert_int_equal(gvc_group_n(brics), 10);
    for (gvc_int i = 0; i < gvc_group_n(brics); i++)
        assert_string_not_equal(gvc_group_member(brics, i), "SAU");
    assert_null(gvc_groups_builtin_find("NOWHERE"));
}

static void group_of_the_edition_comes_before_the_built_in_one(void **state)
{
    gvc_edition *edition = wiod_edition();
    gvc_group *own = gvc_edition__add_group(ctx, edition, "BRI", 1);

    (void)state;
    own->members[0].iso3 = "TUR";
    assert_int_equal(gvc_group_n(gvc_group_find(edition, "BRI")), 1);
    assert_int_equal(gvc_group_n(gvc_group_find(edition, "EU27")), 27);
    gvc_edition__free(edition);
}

static void countries_have_numbers_and_names(void **state)
{
    (void)state;
    assert_int_equal(gvc_country_number("CHN"), 156);
    assert_int_equal(gvc_country_number("AFG"), 4);
    assert_int_equal(gvc_country_number("ROU"), 642);
    assert_int_equal(gvc_country_number("ROW"), 0);
    assert_int_equal(gvc_country_number("ABC"), 0);
    assert_string_equal(gvc_country_name("VNM"), "Viet Nam");
    assert_null(gvc_country_name("ABC"));
}

/* Compares with Debian's iso-codes where that package is installed. */
static void numbers_agree_with_iso_codes(void **state)
{
    FILE *json = fopen("/usr/share/iso-codes/json/iso_3166-1.json", "r");
    char line[512], iso3[8] = "", digits[8];
    int compared = 0;

    (void)state;
    if (!json)
        skip();
    while (fgets(line, sizeof line, json)) {
        sscanf(line, " \"alpha_3\" : \"%3[A-Z]", iso3);
        if (sscanf(line, " \"numeric\" : \"%3[0-9]", digits) == 1) {
            assert_int_equal(gvc_country_number(iso3), (int)strtol(digits, NULL, 10));
            compared++;
        }
    }
    fclose(json);
    assert_int_equal(compared, 249);
}

static void bri_years_are_those_of_the_list(void **state)
{
    int in, left;

    (void)state;
    assert_int_equal(gvc_bri_year("ITA", &in, &left), 1);
    assert_int_equal(in, 2019);
    assert_int_equal(left, 2023);
    assert_int_equal(gvc_bri_year("CHN", &in, &left), 0);
    assert_true(in == 0 && left == 0);
    assert_int_equal(gvc_bri_year("RUS", &in, NULL), 0);
    assert_int_equal(gvc_bri_year("ABC", NULL, NULL), 0);
    assert_int_equal(gvc_bri_along65("IND"), 1);
    assert_int_equal(gvc_bri_along65("ITA"), 0);
}

static void source_codes_become_iso(void **state)
{
    (void)state;
    assert_string_equal(gvc_country__iso3("ROM"), "ROU");
    assert_string_equal(gvc_country__iso3("RoW"), "ROW");
    assert_string_equal(gvc_country__iso3("PRC"), "CHN");
    assert_string_equal(gvc_country__iso3("CHN"), "CHN");
    assert_null(gvc_country__iso3("QQQ"));
    assert_string_equal(gvc_country__nearest("CHM"), "CHE");
}

static int make_ctx(void **state)
{
    (void)state;
    ctx = gvc_ctx_new();
    return 0;
}

static int drop_ctx(void **state)
{
    (void)state;
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return 0;
}

/* The scheme says which sectors are manufactures, unless the table has a set of its own. */
static void manufactures_follow_from_the_scheme_or_the_table(void **state)
{
    static const char *const codes[] = { "c2", "c3", "c14", "c16", "c17", "c30" };
    static const double want[] = { 0, 1, 1, 1, 0, 0 };
    double weight[6] = { 0 };
    gvc_edition *edition = wiod_edition();

    (void)state;
    assert_int_equal(gvc_labels__new(ctx, &edition->sectors, 6, codes, NULL), GVC_OK);
    assert_int_equal(gvc_edition__manufactures(ctx, edition, weight), GVC_ELABEL);
    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "sector_scheme", "wiod13"), GVC_OK);
    assert_int_equal(gvc_edition__manufactures(ctx, edition, weight), GVC_OK);
    for (int k = 0; k < 6; k++)
        assert_true(weight[k] == want[k]);
    gvc_edition__add_set(ctx, edition, "manufacturing")[5] = 0.5;
    assert_int_equal(gvc_edition__manufactures(ctx, edition, weight), GVC_OK);
    for (int k = 0; k < 6; k++)
        assert_true(weight[k] == (k == 5 ? 0.5 : 0));
    gvc_edition__free(edition);
}

/* An edition with the sectors of oecd45 under the codes of `column`. */
static gvc_edition *oecd_edition(const char *column)
{
    gvc_edition *edition = wiod_edition();
    gvc_builtin_record record;
    char codes[60][32];
    const char *labels[60];
    gvc_int n = 0;

    for (gvc_builtin__open(&record, "sectors_oecd45"); gvc_builtin__next(&record); n++) {
        assert_true(n < 60);
        snprintf(codes[n], sizeof codes[n], "%s", gvc_builtin__cell(&record, column));
        labels[n] = codes[n];
    }
    assert_int_equal(gvc_labels__new(ctx, &edition->sectors, n, labels, NULL), GVC_OK);
    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "sector_scheme", "oecd45"), GVC_OK);
    return edition;
}

/* The editions of 2021 and 2023 have the same sectors under different codes. */
static void older_codes_of_a_scheme_are_known(void **state)
{
    gvc_edition *now = oecd_edition("code"), *before = oecd_edition("code_2021_edition");
    double a[45] = { 0 }, b[45] = { 0 }, sum = 0;
    gvc_digital *x, *y;

    (void)state;
    assert_int_equal(gvc_labels_n(before->sectors), 45);
    assert_int_equal(gvc_edition__manufactures(ctx, now, a), GVC_OK);
    assert_int_equal(gvc_edition__manufactures(ctx, before, b), GVC_OK);
    assert_int_equal(gvc_digital_new(ctx, &x, now, "broad"), GVC_OK);
    assert_int_equal(gvc_digital_new(ctx, &y, before, "broad"), GVC_OK);
    for (gvc_int k = 0; k < 45; k++) {
        assert_true(a[k] == b[k]);
        assert_true(gvc_digital_weights(x)[k] == gvc_digital_weights(y)[k]);
        sum += b[k];
    }
    assert_true(sum == 17);
    gvc_digital_free(x);
    gvc_digital_free(y);
    gvc_edition__free(now);
    gvc_edition__free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manufactures_follow_from_the_scheme_or_the_table),
        cmocka_unit_test(older_codes_of_a_scheme_are_known),
        cmocka_unit_test(bri_in_wiod_is_the_nineteen_signatories),
        cmocka_unit_test(bri_along65_in_wiod_is_sixteen),
        cmocka_unit_test(current_bri_follows_signature_and_leaving),
        cmocka_unit_test(european_union_grows),
        cmocka_unit_test(brics_leaves_saudi_arabia_out),
        cmocka_unit_test(group_of_the_edition_comes_before_the_built_in_one),
        cmocka_unit_test(countries_have_numbers_and_names),
        cmocka_unit_test(numbers_agree_with_iso_codes),
        cmocka_unit_test(bri_years_are_those_of_the_list),
        cmocka_unit_test(source_codes_become_iso),
    };

    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
