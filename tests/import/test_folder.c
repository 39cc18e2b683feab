#include "../support/support.h"

#include "base/file.h"
#include "base/mem.h"
#include "import/folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gvc_ctx *ctx;

static const char *const files[] = { "labels.csv", "fcols.csv", "Z.csv",      "F.csv",
                                     "x.csv",      "VA.csv",    "groups.csv", "inputs.csv" };
enum { FILES = sizeof files / sizeof *files };

/* Two countries, two sectors, one category; each case replaces one file of this folder. */
static const char *const plain[FILES] = {
    "row,country,sector\n0,CHN,AGR\n1,CHN,MAN\n2,VNM,AGR\n3,VNM,MAN\n",
    "col,country,category\n0,CHN,F1\n1,VNM,F1\n",
    "1,2,3,4\n5,6,7,8\n9,10,11,12\n13,14,15,16\n",
    "1,2\n3,4\n5,6\n7,8\n",
    "100\n200\n300\n400\n",
    NULL,
    NULL,
    NULL,
};

static void put(const char *file, const char *text, size_t bytes)
{
    const char *path = in_folder(file);
    FILE *out;

    unlink(path);
    if (!text)
        return;
    out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, bytes, out), bytes);
    assert_int_equal(fclose(out), 0);
}

static void put_plain(void)
{
    for (int i = 0; i < FILES; i++)
        put(files[i], plain[i], plain[i] ? strlen(plain[i]) : 0);
}

static gvc_status read_folder(gvc_table **table)
{
    gvc_edition *edition = NULL;
    gvc_status st = gvc_folder__edition(ctx, &edition, test_folder());

    *table = NULL;
    if (st == GVC_OK)
        st = gvc_folder__table(ctx, table, edition, test_folder());
    gvc_edition__free(edition);
    return st;
}

static int begin(void **state)
{
    ctx = gvc_ctx_new();
    assert_int_equal(make_folder(state), 0);
    put_plain();
    return 0;
}

static int end(void **state)
{
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return drop_folder(state);
}

static void folder_is_read_row_by_row(void **state)
{
    gvc_table *table;

    (void)state;
    assert_int_equal(read_folder(&table), GVC_OK);
    assert_int_equal(gvc_table_G(table), 2);
    assert_int_equal(gvc_table_N(table), 2);
    assert_int_equal(gvc_table_K(table), 1);
    assert_int_equal(gvc_table_year(table), GVC_INT_MISSING);
    assert_true(gvc_table_Zt(table).a[2 + 1 * gvc_table_Zt(table).ld] == 7.0);
    assert_true(gvc_table_FD(table).a[2 + 1 * gvc_table_FD(table).ld] == 6.0);
    assert_null(gvc_table_VA(table));
    assert_true(table->VA[0] == 100.0 - 28.0);
    assert_string_equal(gvc_labels_name(gvc_edition_countries(gvc_table_edition(table)), 1),
                        "Viet Nam");
    gvc_table_free(table);
}

static void line_ends_marks_blanks_and_missing_last_newline_are_allowed(void **state)
{
    const char Z[] = "\xEF\xBB\xBF"
                     "1,2, 3 ,4\r\n5,6,7,8\r\n9,10,1.1e1,12\r\n13,+14,15,-16.5\r\n\r\n";
    gvc_table *table;

    (void)state;
    put("Z.csv", Z, sizeof Z - 1);
    put("x.csv", "100\n200\n300\n400", 15);
    assert_int_equal(read_folder(&table), GVC_OK);
    assert_true(gvc_table_Zt(table).a[0] == 1.0);
    assert_true(gvc_table_Zt(table).a[2 + 0 * 4] == 3.0);
    assert_true(gvc_table_Zt(table).a[2 + 2 * 4] == 11.0);
    assert_true(gvc_table_Zt(table).a[3 + 3 * 4] == -16.5);
    gvc_table_free(table);
}

static void source_spelling_becomes_iso_and_is_kept(void **state)
{
    const char labels[] = "row,country,sector\n0,ROM,A\n1,ROM,B\n2,RoW,A\n3,RoW,B\n";
    const char fcols[] = "col,country,category\n0,ROM,F1\n1,RoW,F1\n";
    gvc_table *table;

    (void)state;
    put("labels.csv", labels, sizeof labels - 1);
    put("fcols.csv", fcols, sizeof fcols - 1);
    put("groups.csv", "group,country\nE,ROM\nE,HUN\n", 26);
    assert_int_equal(read_folder(&table), GVC_OK);
    assert_string_equal(gvc_labels_code(gvc_edition_countries(table->edition), 0), "ROU");
    assert_string_equal(gvc_labels_code(gvc_edition_countries(table->edition), 1), "ROW");
    assert_string_equal(gvc_edition_native(table->edition, 0), "ROM");
    assert_string_equal(gvc_group_member(gvc_edition_group(table->edition, 0), 0), "ROU");
    gvc_table_free(table);
}

static void value_added_that_is_given_is_kept(void **state)
{
    gvc_table *table;

    (void)state;
    put("VA.csv", "1\n2\n3\n4\n", 8);
    assert_int_equal(read_folder(&table), GVC_OK);
    assert_non_null(gvc_table_VA(table));
    assert_true(gvc_table_VA(table)[3] == 4.0);
    assert_string_not_equal(gvc_table_va_rule(table), "residual");
    gvc_table_free(table);
}

static void groups_keep_members_outside_the_table_and_their_years(void **state)
{
    const char groups[] = "group,country,from_year,to_year\nA,CHN,2001,\nB,VNM,,\nA,LAO,,2010\n";
    gvc_table *table;

    (void)state;
    put("groups.csv", groups, sizeof groups - 1);
    assert_int_equal(read_folder(&table), GVC_OK);
    assert_int_equal(gvc_edition_groups_n(table->edition), 2);
    assert_int_equal(gvc_group_n(gvc_edition_group(table->edition, 0)), 2);
    assert_string_equal(gvc_group_member(gvc_edition_group(table->edition, 0), 1), "LAO");
    assert_int_equal(gvc_group_from(gvc_edition_group(table->edition, 0), 0), 2001);
    assert_int_equal(gvc_group_to(gvc_edition_group(table->edition, 0), 1), 2010);
    gvc_table_free(table);
}

static void inputs_fill_sets_costs_and_satellites(void **state)
{
    const char inputs[] = "kind,country,sector,partner,value\n"
                          "inventory_category,,,,F1\ndigital,,MAN,,0.5\n"
                          "jobs,CHN,,,7\njobs,VNM,AGR,,8\njobs,VNM,MAN,,0\n"
                          "tau_int,CHN,AGR,VNM,0.25\ntau_fin,,,,0.125\n";
    gvc_table *table;

    (void)state;
    put("inputs.csv", inputs, sizeof inputs - 1);
    assert_int_equal(read_folder(&table), GVC_OK);
    assert_int_equal(gvc_edition_inventory(table->edition), 0);
    assert_true(gvc_edition_set(table->edition, "digital")[1] == 0.5);
    assert_true(gvc_edition_set(table->edition, "digital")[0] == 0.0);
    assert_null(gvc_edition_set(table->edition, "manufacturing"));
    assert_int_equal(gvc_labels_n(gvc_table_satellites(table)), 1);
    assert_true(gvc_table_satellite(table, 0)[1] == 7.0);
    assert_true(gvc_table_satellite(table, 0)[2] == 8.0);
    assert_true(gvc_table_tau_int(table).a[0 + 1 * 4] == 0.25);
    assert_true(gvc_table_tau_int(table).a[1 + 1 * 4] == 0.0);
    assert_true(gvc_table_tau_fin(table).a[3 + 0 * 4] == 0.125);
    assert_true(gvc_table_tau_fin(table).a[3 + 1 * 4] == 0.0);
    gvc_table_free(table);
}

typedef struct refusal {
    const char *file, *text; /* NULL text: the file is missing */
    gvc_status status;
    const char *message; /* without the folder */
} refusal;

#define HEAD "kind,country,sector,partner,value\n"

/* clang-format off */
static const refusal refusals[] = {
    { "Z.csv", NULL, GVC_EIO, "Z.csv: not found; a folder of CSV files holds labels.csv, fcols.csv, Z.csv, F.csv and x.csv" },
    { "labels.csv", NULL, GVC_EIO, "labels.csv: not found" },
    { "Z.csv", "", GVC_EDATA, "Z.csv: the file is empty; 4 rows of 4 numbers expected" },
    { "x.csv", "\n\n", GVC_EDATA, "x.csv: the file is empty; 4 rows of 1 numbers expected" },
    { "Z.csv", "1,2,3,4\n5,6,7,8\n9,10,11,12\n", GVC_EDATA, "Z.csv: 3 rows found, 4 expected: one for each row of labels.csv, without a header" },
    { "F.csv", "1,2\n3,4\n5,6\n7,8\n9,10\n", GVC_EDATA, "F.csv: 5 rows found, 4 expected" },
    { "Z.csv", "1,2,3,4\n5,6,7\n9,10,11,12\n13,14,15,16\n", GVC_EDATA, "Z.csv: line 2: 3 cells found, 4 expected" },
    { "Z.csv", "1,2,3,4\n5,6,7,8,9\n9,10,11,12\n13,14,15,16\n", GVC_EDATA, "Z.csv: line 2: 5 cells found, 4 expected" },
    { "Z.csv", "1,2,3,4\n\n9,10,11,12\n13,14,15,16\n", GVC_EDATA, "Z.csv: line 2: 1 cells found, 4 expected" },
    { "Z.csv", "1,2,3,4\n5,6,n.a.,8\n9,x,11,12\n13,14,15,16\n", GVC_EDATA, "Z.csv: line 2, column 3: \"n.a.\" found, a finite number expected" },
    { "Z.csv", "1,2,3,4\n5,6,7,8\n9,10,11,NaN\n13,14,15,16\n", GVC_EDATA, "Z.csv: line 3, column 4: \"NaN\" found, a finite number expected" },
    { "F.csv", "inf,2\n3,4\n5,6\n7,8\n", GVC_EDATA, "F.csv: line 1, column 1: \"inf\" found" },
    { "F.csv", "1,2\n3,-1e999\n5,6\n7,8\n", GVC_EDATA, "F.csv: line 2, column 2: \"-1e999\" found" },
    { "F.csv", "1,2\n3,0x10\n5,6\n7,8\n", GVC_EDATA, "F.csv: line 2, column 2: \"0x10\" found" },
    { "F.csv", "1,2\n3,\n5,6\n7,8\n", GVC_EDATA, "F.csv: line 2, column 2: empty cell found, a number expected; write 0 where there is no flow" },
    { "F.csv", "1,2\n3,4 5\n5,6\n7,8\n", GVC_EDATA, "F.csv: line 2, column 2: \"4 5\" found" },
    { "x.csv", "1\n2\n3\n-4\n", GVC_EDATA, "x, VNM:MAN: output -4 found, 0 or more expected" },
    { "VA.csv", "1\n2\n3\n", GVC_EDATA, "VA.csv: 3 rows found, 4 expected" },
    { "labels.csv", "", GVC_EDATA, "labels.csv: the file is empty; a header line is expected" },
    { "labels.csv", "row,country,sector\n", GVC_EDATA, "labels.csv: no rows below the header" },
    { "labels.csv", "row,country\n0,CHN\n", GVC_EDATA, "labels.csv: line 1: \"nothing\" found as column 3, the header row,country,sector expected" },
    { "labels.csv", "row,land,sector\n0,CHN,A\n", GVC_EDATA, "labels.csv: line 1: \"land\" found as column 2" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n1,CHN\n", GVC_EDATA, "labels.csv: line 3: 2 cells found, 3 expected as in the header" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n2,CHN,MAN\n", GVC_EDATA, "labels.csv: line 3: number 2 found, 1 expected" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n1,CHN,AGR\n", GVC_EDATA, "labels.csv: line 3: \"AGR\" stands a second time, first at line 2" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n1,VNM,AGR\n2,CHN,MAN\n3,VNM,MAN\n", GVC_EDATA, "labels.csv: line 4: CHN:MAN found, CHN:AGR expected; rows stand country by country" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n1,CHN,MAN\n2,VNM,AGR\n", GVC_EDATA, "labels.csv: 1 rows found for VNM, 2 expected as for CHN" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n1,CHN,MAN\n2,VNM,AGR\n3,VNM,MAN\n4,CHN,AGR\n5,CHN,MAN\n", GVC_EDATA, "labels.csv: line 6: \"CHN\" stands a second time, first at line 2" },
    { "labels.csv", "row,country,sector\n0,CHN,\"AGR\n", GVC_EDATA, "labels.csv: line 2: cell 3 opens a quote that does not end" },
    { "labels.csv", "row,country,sector\n0,CHN,\xFF\n", GVC_EDATA, "labels.csv: line 2: cell 3 is not UTF-8 text" },
    { "labels.csv", "row,country,sector\n0,CHN,AGR\n1,CHN,\n", GVC_EDATA, "labels.csv: line 3: a label of 1 to 256 bytes expected, an empty one found" },
    { "fcols.csv", "col,country,category\n0,CHN,F1\n1,DEU,F1\n", GVC_EDATA, "fcols.csv: line 3: country DEU found, VNM expected as in labels.csv" },
    { "fcols.csv", "col,country,category\n0,CHN,F1\n", GVC_EDATA, "fcols.csv: 1 countries found, 2 expected as in labels.csv" },
    { "groups.csv", "group,land\nA,CHN\n", GVC_EDATA, "groups.csv: line 1: \"land\" found as column 2, the header group,country,from_year,to_year expected" },
    { "groups.csv", "group,country\nA,CHN\nA,VNN\n", GVC_ELABEL, "groups.csv: line 3: \"VNN\" is neither a code of ISO 3166 nor a country of this table; did you mean VNM?" },
    { "groups.csv", "group,country\nCHN,VNM\n", GVC_EDATA, "groups.csv: line 2: \"CHN\" found, the name of a group expected" },
    { "groups.csv", "group,country\na/b,VNM\n", GVC_EDATA, "groups.csv: line 2: \"a/b\" found, the name of a group expected" },
    { "groups.csv", "group,country\nA,CHN\nA,CHN\n", GVC_EDATA, "groups.csv: CHN stands twice in group A" },
    { "groups.csv", "group,country,from_year,to_year\nA,CHN,95,\n", GVC_EDATA, "groups.csv: line 2: \"95\" found, a year of four digits expected" },
    { "inputs.csv", "kind,value\n", GVC_EDATA, "inputs.csv: line 1: \"value\" found as column 2, the header kind,country,sector,partner,value,year expected" },
    { "inputs.csv", HEAD ",,MAN,,1\n", GVC_EDATA, "inputs.csv: line 2, column kind: empty" },
    { "inputs.csv", HEAD "digital,,MNA,,1\n", GVC_ELABEL, "inputs.csv: line 2, column sector: \"MNA\" is no sector of this table; did you mean MAN?" },
    { "inputs.csv", HEAD "digital,CHN,MAN,,1\n", GVC_EDATA, "inputs.csv: line 2, column country: \"CHN\" found, but digital has no country" },
    { "inputs.csv", HEAD "digital,,MAN,,1.5\n", GVC_EDATA, "inputs.csv: line 2, column value: 1.5 found for digital, a number from 0 to 1 expected" },
    { "inputs.csv", HEAD "inventory_category,,,,F2\n", GVC_ELABEL, "inputs.csv: line 2, column value: \"F2\" is no category of final demand of this table; did you mean F1?" },
    { "inputs.csv", HEAD "jobs,CHN,AGR,,many\n", GVC_EDATA, "inputs.csv: line 2, column value: \"many\" found, a finite number expected" },
    { "inputs.csv", HEAD "jobs,CHN,,,1\njobs,CHN,AGR,,2\n", GVC_EDATA, "inputs.csv: line 3, column value: jobs of CHN:AGR is given a second time" },
    { "inputs.csv", HEAD "jobs,CHN,,,1\n", GVC_EDATA, "inputs.csv: jobs has no value for VNM:AGR; a satellite needs one for every country and sector" },
    { "inputs.csv", HEAD "jobs,CHN,AGR,VNM,1\n", GVC_EDATA, "inputs.csv: line 2, column partner: \"VNM\" found, but jobs has no partner" },
    { "inputs.csv", HEAD "tau_int,VNM,AGR,VNM,1\n", GVC_EDATA, "inputs.csv: line 2, column partner: VNM sells to itself here" },
    { "inputs.csv", "kind,country,sector,partner,value,year\njobs,,,,1,2011\n", GVC_EDATA, "inputs.csv: line 2, column year: \"2011\" found, but a folder has no year" },
};
/* clang-format on */

static void bad_files_are_refused_with_place_and_expectation(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const refusal *r = &refusals[i];
        gvc_table *table;
        gvc_status st;

        put_plain();
        put(r->file, r->text, r->text ? strlen(r->text) : 0);
        st = read_folder(&table);
        if (st != r->status || !strstr(gvc_ctx_message(ctx), r->message))
            fail_msg("case %zu: status %d, message \"%s\"", i, st, gvc_ctx_message(ctx));
        assert_null(table);
        assert_true(strncmp(gvc_ctx_message(ctx), test_folder(), strlen(test_folder())) == 0);
    }
}

/* Every allocation fails once: no leak, no crash, GVC_ENOMEM. */
static void failing_memory_is_reported(void **state)
{
    const char inputs[] = HEAD "digital,,MAN,,0.5\njobs,,,,7\ntau_int,CHN,AGR,VNM,0.25\n";
    gvc_status st = GVC_ENOMEM;

    (void)state;
    put("inputs.csv", inputs, sizeof inputs - 1);
    put("groups.csv", "group,country\nA,CHN\n", 20);
    for (gvc_int n = 1; st != GVC_OK && n < 1000; n++) {
        gvc_table *table;

        gvc_mem__fail_after(ctx, n);
        st = read_folder(&table);
        assert_true(st == GVC_ENOMEM || st == GVC_OK);
        gvc_table_free(table);
    }
    gvc_mem__fail_after(ctx, 0);
    assert_int_equal(st, GVC_OK);
}

/* Bytes of a good folder are overwritten, cut or doubled at random: the reader either takes the
 * result for a table or says what is wrong; it never crashes and never leaks. */
static void mangled_files_are_read_or_refused(void **state)
{
    static const char bytes[] = ",\n\"\r0 9.e-+x\xFF\xEF";
    const char *good[FILES];
    unsigned seed = 7;

    (void)state;
    memcpy(good, plain, sizeof good);
    good[5] = "1\n2\n3\n4\n";
    good[6] = "group,country,from_year,to_year\nA,CHN,2001,\nB,VNM,,2010\n";
    good[7] = HEAD "digital,,MAN,,0.5\njobs,,,,7\ntau_int,CHN,AGR,VNM,0.25\n";
    for (int round = 0; round < 200; round++) {
        const int file = (int)(rand_r(&seed) % FILES);
        char text[512];
        size_t len = strlen(good[file]);
        gvc_table *table;

        memcpy(text, good[file], len + 1);
        for (int k = 0; k <= round % 3; k++)
            text[rand_r(&seed) % len] = bytes[rand_r(&seed) % (sizeof bytes - 1)];
        len = round % 7 == 0 ? rand_r(&seed) % len : len;
        for (int i = 0; i < FILES; i++)
            put(files[i], i == file ? text : good[i], i == file ? len : strlen(good[i]));
        if (read_folder(&table) != GVC_OK)
            assert_true(strlen(gvc_ctx_message(ctx)) > strlen(test_folder()));
        gvc_table_free(table);
    }
}

static void compare_with_strtod(const char *root, const char *file, gvc_view view)
{
    char path[512], *text = NULL, *at;
    gvc_int bytes;

    snprintf(path, sizeof path, "%s/%s", root, file);
    assert_int_equal(gvc_file__read(ctx, &text, &bytes, path, 1 << 24), GVC_OK);
    at = text;
    for (gvc_int i = 0; i < view.rows; i++)
        for (gvc_int j = 0; j < view.cols; j++, at++) {
            const double want = strtod(at, &at);

            assert_memory_equal(&want, &view.a[i + j * view.ld], sizeof want);
        }
    gvc_mem__free(text);
}

static void golden_folders_are_read_to_the_last_bit(void **state)
{
    const char *tests = getenv("GVC_TESTS"), *tables[] = { "t3x3", "t3x3u", "t4x5", "t6x4" };

    (void)state;
    for (int t = 0; t < 4; t++) {
        char root[256];
        gvc_edition *edition;
        gvc_table *table;
        double *Z;

        snprintf(root, sizeof root, "%s/golden/%s", tests ? tests : "tests", tables[t]);
        assert_int_equal(gvc_folder__edition(ctx, &edition, root), GVC_OK);
        assert_int_equal(gvc_folder__table(ctx, &table, edition, root), GVC_OK);
        Z = literal_transpose(table->Zt.a, table->n, table->n);
        compare_with_strtod(root, "Z.csv", (gvc_view){ Z, table->n, table->n, table->n });
        compare_with_strtod(root, "F.csv", gvc_table_FD(table));
        compare_with_strtod(root, "x.csv", (gvc_view){ table->x, table->n, 1, table->n });
        if (table->va_given)
            compare_with_strtod(root, "VA.csv", (gvc_view){ table->VA, table->n, 1, table->n });
        assert_int_equal(table->va_given, t == 3);
        assert_int_equal(gvc_edition_inventory(edition), t == 2 ? 1 : -1);
        assert_int_equal(gvc_labels_n(gvc_table_satellites(table)), 5);
        assert_non_null(gvc_edition_set(edition, "manufacturing"));
        free(Z);
        gvc_table_free(table);
        gvc_edition__free(edition);
    }
}

#define FACT(fact) cmocka_unit_test_setup_teardown(fact, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(folder_is_read_row_by_row),
        FACT(line_ends_marks_blanks_and_missing_last_newline_are_allowed),
        FACT(source_spelling_becomes_iso_and_is_kept),
        FACT(value_added_that_is_given_is_kept),
        FACT(groups_keep_members_outside_the_table_and_their_years),
        FACT(inputs_fill_sets_costs_and_satellites),
        FACT(bad_files_are_refused_with_place_and_expectation),
        FACT(failing_memory_is_reported),
        FACT(mangled_files_are_read_or_refused),
        FACT(golden_folders_are_read_to_the_last_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
