#include "base/mem.h"
#include "table/concordance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static gvc_ctx *ctx;
static gvc_edition *edition;
static char path[32], logged[512];

static void keep_log(gvc_log_level level, const char *text, void *user)
{
    (void)level;
    (void)user;
    snprintf(logged, sizeof logged, "%s", text);
}

static int set_up(void **state)
{
    const char *countries[] = { "CHN", "ROU", "ZONE1", "ROW" },
               *native[] = { "PRC", "ROM", "Z", "R" };
    const char *sectors[] = { "c1", "c2", "c3" }, *names[] = { "Farms", "Mines", NULL };

    (void)state;
    strcpy(path, "/tmp/gvc_map_XXXXXX");
    close(mkstemp(path));
    logged[0] = '\0';
    ctx = gvc_ctx_new();
    gvc_ctx_set_log(ctx, keep_log, NULL);
    assert_int_equal(gvc_edition__new(ctx, &edition), GVC_OK);
    edition->native = gvc_mem__alloc(ctx, 4, sizeof *edition->native);
    memcpy(edition->native, native, sizeof native);
    assert_int_equal(gvc_labels__new(ctx, &edition->countries, 4, countries, NULL), GVC_OK);
    return gvc_labels__new(ctx, &edition->sectors, 3, sectors, names);
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

static void use_sectors(gvc_int n, const char *const *codes)
{
    gvc_labels__free(edition->sectors);
    assert_int_equal(gvc_labels__new(ctx, &edition->sectors, n, codes, NULL), GVC_OK);
}

static void write_map(const char *text)
{
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
}

/* "0 1 1 -> A|B": where the labels go, and what the targets are. */
static void expect(gvc_concordance *c, const char *text)
{
    char found[512] = "";

    for (gvc_int i = 0; i < gvc_concordance_n(c); i++)
        sprintf(found + strlen(found), "%d ", (int)gvc_concordance_of(c, i));
    strcat(found, "->");
    for (gvc_int t = 0; t < gvc_labels_n(gvc_concordance_targets(c)); t++)
        sprintf(found + strlen(found), " %s", gvc_labels_code(gvc_concordance_targets(c), t));
    assert_string_equal(found, text);
    gvc_concordance_free(c);
}

static void file_groups_sectors_in_order_of_the_table(void **state)
{
    gvc_concordance *c;

    (void)state;
    write_map("from,to,name\nc3,X,Ex\nc2,X,\nc1,Y,\n");
    assert_int_equal(gvc_concordance_read(ctx, &c, path, edition, GVC_CONCORDANCE_SECTORS), GVC_OK);
    assert_string_equal(gvc_concordance_name(c), path);
    assert_string_equal(gvc_labels_name(gvc_concordance_targets(c), 0), "Y");
    expect(c, "0 1 1 -> Y X");
    write_map("from,to\nc3,X\n*,=\nc77,Q\nc78,Q\n");
    assert_int_equal(gvc_concordance_read(ctx, &c, path, edition, GVC_CONCORDANCE_SECTORS), GVC_OK);
    assert_string_equal(gvc_labels_name(gvc_concordance_targets(c), 0), "Farms");
    expect(c, "0 1 2 -> c1 c2 X");
    assert_non_null(
        strstr(logged, "2 codes are not in the table and play no part (the first: c77)"));
}

static void file_takes_countries_by_either_code(void **state)
{
    gvc_concordance *c;

    (void)state;
    write_map("from,to\nPRC,CHN\nROM,EUR\n*,ROW\n");
    assert_int_equal(gvc_concordance_read(ctx, &c, path, edition, GVC_CONCORDANCE_COUNTRIES),
                     GVC_OK);
    assert_string_equal(gvc_labels_name(gvc_concordance_targets(c), 0), "China");
    expect(c, "0 1 2 2 -> CHN EUR ROW");
}

static void group_becomes_one_country(void **state)
{
    gvc_concordance *c;

    (void)state;
    assert_int_equal(gvc_concordance_read(ctx, &c, "EU28", edition, GVC_CONCORDANCE_COUNTRIES),
                     GVC_OK);
    expect(c, "0 1 2 3 -> CHN EU28 ZONE1 ROW");
    assert_int_equal(gvc_concordance_read(ctx, &c, "ASEAN", edition, GVC_CONCORDANCE_COUNTRIES),
                     GVC_ELABEL);
    assert_null(c);
}

static void refuse(const char *text, gvc_status status, const char *message)
{
    gvc_concordance *c;

    write_map(text);
    assert_int_equal(gvc_concordance_read(ctx, &c, path, edition, GVC_CONCORDANCE_SECTORS), status);
    assert_null(c);
    if (!strstr(gvc_ctx_message(ctx), message))
        fail_msg("\"%s\" found, \"%s\" expected", gvc_ctx_message(ctx), message);
}

static void bad_files_are_refused(void **state)
{
    gvc_concordance *c;

    (void)state;
    refuse("from,to\nc1,X\n", GVC_ELABEL, "no line for c2, c3 of the table");
    refuse("from,to\nc1,X\nc1,Y\n*,=\n", GVC_EDATA, "line 3: c1 goes to \"Y\" here");
    refuse("from,to\n*,X\n*,Y\n", GVC_EDATA, "line 3: a second line for *");
    refuse("from,to\nc1,\n*,=\n", GVC_EDATA, "line 2: \"\" found as the target of c1");
    refuse("a,b\nc1,X\n", GVC_EDATA, "from,to,name");
    assert_int_equal(gvc_concordance_read(ctx, &c, "comon18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "did you mean common18?"));
}

static void builtin_finds_its_classification(void **state)
{
    const char *oecd[] = { "A01_02", "D", "J61", "A03" };
    gvc_concordance *c;

    (void)state;
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_OK);
    assert_string_equal(gvc_labels_name(gvc_concordance_targets(c), 1), "Mining");
    expect(c, "0 1 2 -> AGR MIN FOD");
    assert_int_equal(gvc_concordance_read(ctx, &c, "rev3_fine", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_OK);
    expect(c, "0 1 2 -> 01T05 10T14 15T16");
    use_sectors(4, oecd);
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_OK);
    expect(c, "0 1 2 0 -> AGR UTL PTC");
}

static void builtin_leaves_its_own_sectors_alone(void **state)
{
    const char *common[] = { "MIN", "AGR" };
    gvc_concordance *c;

    (void)state;
    use_sectors(2, common);
    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "sector_scheme", "common18"), GVC_OK);
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_OK);
    expect(c, "1 0 -> AGR MIN");
}

/* OECD's edition of 2021 has other codes for the sectors of 2023. */
static void builtin_knows_codes_of_older_editions(void **state)
{
    const char *older[] = { "05T06", "01T02", "13T15" };
    gvc_concordance *c;

    (void)state;
    use_sectors(3, older);
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_OK);
    expect(c, "1 0 2 -> AGR MIN TEX");
    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "sector_scheme", "oecd45"), GVC_OK);
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_OK);
    expect(c, "1 0 2 -> AGR MIN TEX");
}

static void builtin_refuses_what_it_does_not_know(void **state)
{
    const char *strange[] = { "c1", "S2" };
    gvc_concordance *c;

    (void)state;
    use_sectors(2, strange);
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_ELABEL);
    assert_int_equal(gvc_attrs__set(ctx, edition->attrs, "sector_scheme", "wiod13"), GVC_OK);
    assert_int_equal(gvc_concordance_read(ctx, &c, "common18", edition, GVC_CONCORDANCE_SECTORS),
                     GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(ctx), "no place for S2 under wiod13"));
}

static void fail_at_every_allocation(const char *map)
{
    gvc_concordance *c = NULL;

    for (gvc_int n = 1; !c; n++) {
        gvc_status st;

        gvc_mem__fail_after(ctx, n);
        st = gvc_concordance_read(ctx, &c, map, edition, GVC_CONCORDANCE_SECTORS);
        gvc_mem__fail_after(ctx, 0);
        assert_int_equal(st, c ? GVC_OK : GVC_ENOMEM);
        assert_true(n < 1000);
    }
    gvc_concordance_free(c);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    write_map("from,to,name\nc1,X,Ex\n*,=,\n");
    fail_at_every_allocation(path);
    fail_at_every_allocation("common18");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_groups_sectors_in_order_of_the_table, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(file_takes_countries_by_either_code, set_up, tear_down),
        cmocka_unit_test_setup_teardown(group_becomes_one_country, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(builtin_finds_its_classification, set_up, tear_down),
        cmocka_unit_test_setup_teardown(builtin_leaves_its_own_sectors_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(builtin_knows_codes_of_older_editions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(builtin_refuses_what_it_does_not_know, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("table_concordance", tests, NULL, NULL);
}
