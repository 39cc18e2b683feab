#include "base/mem.h"
#include "table/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static gvc_ctx *ctx;
static gvc_edition *edition;
static char path[] = "/tmp/gvc_bri_XXXXXX";

static int set_up(void **state)
{
    const char *countries[] = { "CHN", "VNM", "ZONE1", "ROW" };

    (void)state;
    strcpy(path, "/tmp/gvc_bri_XXXXXX");
    close(mkstemp(path));
    ctx = gvc_ctx_new();
    assert_int_equal(gvc_edition__new(ctx, &edition), GVC_OK);
    return gvc_labels__new(ctx, &edition->countries, 4, countries, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    gvc_edition__free(edition);
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return 0;
}

static gvc_status parse_file(gvc_group **group, const char *text)
{
    char definition[64];
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
    snprintf(definition, sizeof definition, "MINE=@%s", path);
    return gvc_group_parse(ctx, group, definition, edition);
}

static void list_gives_the_members_in_order(void **state)
{
    gvc_group *group;

    (void)state;
    assert_int_equal(gvc_group_parse(ctx, &group, "MINE=VNM, ROM ,ZONE1", edition), GVC_OK);
    assert_string_equal(gvc_group_name(group), "MINE");
    assert_int_equal(gvc_group_n(group), 3);
    assert_string_equal(gvc_group_member(group, 0), "VNM");
    assert_string_equal(gvc_group_member(group, 1), "ROU");
    assert_string_equal(gvc_group_member(group, 2), "ZONE1");
    assert_int_equal(gvc_group_from(group, 0), 0);
    gvc_group_free(group);
}

static void group_outlives_the_edition_and_needs_none(void **state)
{
    gvc_group *group;

    (void)state;
    assert_int_equal(gvc_group_parse(ctx, &group, "MINE=CHN", NULL), GVC_OK);
    gvc_group_free(group);
    assert_int_equal(gvc_group_parse(ctx, &group, "MINE=ZONE1", edition), GVC_OK);
    gvc_edition__free(edition);
    edition = NULL;
    assert_string_equal(gvc_group_member(group, 0), "ZONE1");
    gvc_group_free(group);
}

static void members_can_be_added_and_dates_dropped(void **state)
{
    static const char spells[] = "iso3,from_year,to_year\nVNM,2001,2005\nITA,2002,\nVNM,2010,\n";
    gvc_group *group, *longer, *undated, *again;

    (void)state;
    assert_int_equal(parse_file(&group, spells), GVC_OK);
    assert_int_equal(gvc_group_extend(ctx, &longer, group, "CHN", 2013), GVC_OK);
    assert_int_equal(gvc_group_undated(ctx, &undated, group, "MINE_UNION"), GVC_OK);
    assert_int_equal(gvc_group_n(longer), 4);
    assert_string_equal(gvc_group_name(longer), "MINE");
    assert_string_equal(gvc_group_member(longer, 3), "CHN");
    assert_int_equal(gvc_group_from(longer, 3), 2013);
    assert_int_equal(gvc_group_extend(ctx, &again, longer, "CHN", 2014), GVC_EDATA);
    assert_null(again);
    assert_int_equal(gvc_group_n(undated), 2);
    assert_string_equal(gvc_group_name(undated), "MINE_UNION");
    assert_string_equal(gvc_group_member(undated, 1), "ITA");
    assert_int_equal(gvc_group_from(undated, 0), 0);
    gvc_group_free(group);
    gvc_group_free(longer);
    gvc_group_free(undated);
}

static void check_tag(const char *source, const char *release, const char *want)
{
    char tag[GVC_TAG_ROOM];

    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "source", source), GVC_OK);
    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "release", release), GVC_OK);
    gvc_edition_tag(edition, tag);
    assert_string_equal(tag, want);
}

static void editions_have_short_names(void **state)
{
    (void)state;
    check_tag("WIOD", "2013", "wiod13");
    check_tag("WIOD", "2016", "wiod16");
    check_tag("WIOD", "long-run 2022", "lrwiod");
    check_tag("Eora26", "199.82", "eora26");
    check_tag("EXIOBASE 3", "3.8.2", "exiobase3");
    check_tag("ADB-MRIO", "72 economies, July 2025", "adb72");
    check_tag("OECD-ICIO", "2023", "icio2023");
    check_tag("OECD-ICIO", "2025-01 SML", "icio2025");
    check_tag("FIGARO", "2024 edition", "figaro2024");
    check_tag("Our own, very long name", NULL, "ourownverylo");
    check_tag(NULL, NULL, "table");
}

static void file_holds_a_code_a_line_or_years(void **state)
{
    gvc_group *group;

    (void)state;
    assert_int_equal(parse_file(&group, "CHN\nVNM\n"), GVC_OK);
    assert_int_equal(gvc_group_n(group), 2);
    assert_string_equal(gvc_group_member(group, 0), "CHN");
    gvc_group_free(group);
    assert_int_equal(parse_file(&group, "iso3\nVNM\n"), GVC_OK);
    assert_int_equal(gvc_group_n(group), 1);
    gvc_group_free(group);
    assert_int_equal(parse_file(&group, "iso3,from_year,to_year\nVNM,2017,\nVNM,2001,2005\n"),
                     GVC_OK);
    assert_int_equal(gvc_group_n(group), 2);
    assert_int_equal(gvc_group_from(group, 0), 2017);
    assert_int_equal(gvc_group_to(group, 1), 2005);
    gvc_group_free(group);
}

typedef struct refusal {
    const char *text;
    gvc_status status;
    const char *message;
} refusal;

static void bad_files_are_refused_with_the_line(void **state)
{
    static const refusal refusals[] = {
        { "CHN\nVNM\nVNN\n", GVC_ELABEL,
          ": line 3: \"VNN\" is neither a code of ISO 3166 nor a country of this table; did you "
          "mean VNM?" },
        { "", GVC_EDATA, ": the file is empty" },
        { "iso3\n", GVC_EDATA, ": no members found" },
        { "iso3,year\nCHN,2001\n", GVC_EDATA,
          ": line 1: \"year\" found as column 2, the header iso3,from_year,to_year expected" },
        { "iso3,from_year\nCHN,1.5\n", GVC_EDATA,
          ": line 2: \"1.5\" found, a year of four digits" },
        { "CHN\nVNM\nCHN\n", GVC_EDATA, ": CHN stands twice in group MINE" },
        { "iso3,from_year,to_year\nVNM,2001,2005\nVNM,2004,\n", GVC_EDATA, ": VNM stands twice" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        gvc_group *group;

        assert_int_equal(parse_file(&group, refusals[i].text), refusals[i].status);
        assert_null(group);
        assert_true(strncmp(gvc_ctx_message(ctx), path, strlen(path)) == 0);
        if (!strstr(gvc_ctx_message(ctx), refusals[i].message))
            fail_msg("%zu: %s", i, gvc_ctx_message(ctx));
    }
}

static void bad_definitions_are_refused(void **state)
{
    static const refusal refusals[] = {
        { "MINE", GVC_EUSAGE, "\"MINE\" found, NAME=CODE,CODE,... or NAME=@FILE expected" },
        { "=CHN", GVC_EUSAGE, "expected" },
        { "MINE=", GVC_EUSAGE, "expected" },
        { "MINE=@", GVC_EUSAGE, "expected" },
        { "DEU=CHN", GVC_EUSAGE, "\"DEU\" is the code of a country" },
        { "ZONE1=CHN", GVC_EUSAGE, "\"ZONE1\" is the code of a country" },
        { "A B=CHN", GVC_EUSAGE, "blank" },
        { "MINE=CHN,QQQQ", GVC_ELABEL, "\"QQQQ\" is neither a code of ISO 3166" },
        { "MINE=CHN,CHN", GVC_EDATA, "CHN stands twice in group MINE" },
        { "MINE=@/nonexistent/bri.csv", GVC_EIO, "/nonexistent/bri.csv: cannot be opened" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        gvc_group *group;

        assert_int_equal(gvc_group_parse(ctx, &group, refusals[i].text, edition),
                         refusals[i].status);
        assert_null(group);
        if (!strstr(gvc_ctx_message(ctx), refusals[i].message))
            fail_msg("%zu: %s", i, gvc_ctx_message(ctx));
    }
}

#define FACT(fact) cmocka_unit_test_setup_teardown(fact, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(list_gives_the_members_in_order),
        FACT(group_outlives_the_edition_and_needs_none),
        FACT(members_can_be_added_and_dates_dropped),
        FACT(editions_have_short_names),
        FACT(file_holds_a_code_a_line_or_years),
        FACT(bad_files_are_refused_with_the_line),
        FACT(bad_definitions_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
