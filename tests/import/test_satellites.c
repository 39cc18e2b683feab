#include "../support/support.h"

#include "base/file.h"
#include "base/mem.h"
#include "table/table.h"

#include <gvc/frame.h>
#include <gvc/import.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Stressors that come with a table: systems in pymrio's form, EXIOBASE, Eora26
 * (tests/fixtures/satellites: two countries, two sectors, made up).
 */

static const char EXIOBASE[] = "IOT_2011_pxp", PYMRIO[] = "system_1995", EORA[] = "Eora26_2010_bp";

typedef struct want {
    const char *name, *unit;
    double values[4]; /* in the order of the table: both sectors of the first country first */
} want;

static const want exiobase[] = {
    { "CO2 - combustion - air", "kg", { 1250.5, 98000.25, 0, 1.5e6 } },
    { "Cropland - Vegetables, fruit, nuts", "km2", { 12.75, 0, 340, 0 } },
    { "Employment people: Low-skilled male", "1000 p", { 0.125, 2.5, 7, 3.75 } },
    { "GHG emissions (GWP100) | Problem oriented approach",
      "kg CO2 eq.",
      { 1300, 99000, 25.5, 1.6e6 } },
    { "impacts: Employment people: Low-skilled male", "p", { 125, 2500, 7000, 3750 } },
};

/* The labels of unit.txt stand in another order than the rows of F.txt. */
static const want pymrio[] = {
    { "emission_type2 - air", "t", { 0, 0.5, 0, 0.25 } },
    { "emission_type1 - water", "kg", { 1, 2, 3, 4 } },
    { "emission_type1 - air", "kg", { 11, 22.5, 33, 44.25 } },
};

static const want eora[] = {
    { "Total CO2 emissions (Gg) from EDGAR - Total", "Gg", { 5.5, 6.25, 7, 8 } },
    { "Energy Usage (TJ) - Natural Gas", "TJ", { 10, 20, 30, 40 } },
    { "Energy Usage (TJ) - Natural Gas (2)", "TJ", { 1, 2, 3, 4 } },
    { "Other row - Total", "", { 0, 0, 0.125, 0 } },
};

enum { OF_EXIOBASE = 5, OF_PYMRIO = 3, OF_EORA = 4 };

static const char *fixture(char path[1024], const char *name)
{
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, 1024, "%s/fixtures/satellites/%s", tests ? tests : "tests", name);
    return path;
}

static gvc_status read_as(gvc_ctx *ctx, const char *path, const char *const *satellites,
                          gvc_table **table, char *notes)
{
    const gvc_import_opts opts = { .satellites = satellites };
    gvc_import *import;
    gvc_status st = gvc_import_open(ctx, &import, path, &opts);

    *table = NULL;
    if (st == GVC_OK)
        st = gvc_import_table(ctx, table, import, 0, 1995);
    for (gvc_int k = 0; notes && st == GVC_OK && k < gvc_import_notes_n(import); k++)
        strcat(strcat(notes, gvc_import_note(import, k)), "\n");
    gvc_import_close(import);
    return st;
}

static void check(const gvc_table *t, const want *wanted, gvc_int n)
{
    assert_non_null(t->satellites);
    assert_int_equal(gvc_labels_n(t->satellites), n);
    for (gvc_int s = 0; s < n; s++) {
        assert_string_equal(gvc_labels_code(t->satellites, s), wanted[s].name);
        assert_string_equal(gvc_labels_name(t->satellites, s), wanted[s].unit);
        for (gvc_int i = 0; i < 4; i++)
            if (gvc_table_satellite(t, s)[i] != wanted[s].values[i])
                fail_msg("%s: %.17g found, %.17g expected", wanted[s].name,
                         gvc_table_satellite(t, s)[i], wanted[s].values[i]);
    }
}

static void check_source(gvc_ctx *ctx, const char *name, const want *wanted, gvc_int n,
                         const char *note)
{
    char path[1024], notes[8192] = "";
    gvc_table *t;

    assert_ok(ctx, read_as(ctx, fixture(path, name), NULL, &t, notes));
    check(t, wanted, n);
    if (!strstr(notes, note))
        fail_msg("%s expected: %s", note, notes);
    gvc_table_free(t);
}

static void names_units_and_values_are_the_sources(void **state)
{
    check_source(*state, EXIOBASE, exiobase, OF_EXIOBASE, "F_Y.txt) is left out");
    check_source(*state, EXIOBASE, exiobase, OF_EXIOBASE, "3 of 3 in satellite, 2 of 2 in impacts");
    check_source(*state, PYMRIO, pymrio, OF_PYMRIO, "3 of 3 in emissions");
    check_source(*state, EORA, eora, OF_EORA, "1 satellites have no unit");
}

/* Taxes and wages stand among the stressors of EXIOBASE, but are primary inputs. */
static void primary_inputs_are_no_satellites(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024];
    gvc_table *t;

    assert_ok(ctx, read_as(ctx, fixture(path, EXIOBASE), NULL, &t, NULL));
    assert_int_equal(gvc_labels_n(t->primaries), 2);
    assert_true(t->VA[3] == 57.5 && t->primary[3] == 4);
    gvc_table_free(t);
}

static void some_or_none_are_kept_as_asked(void **state)
{
    static const char *const pattern[] = { "*Employment*", NULL },
                             *const comma[] = { "Cropland - Vegetables, fruit, nuts", NULL },
                             *const none[] = { "none", NULL }, *const all[] = { "all", NULL };
    gvc_ctx *ctx = *state;
    char path[1024], list[1024];
    const char *const file[] = { list, NULL };
    FILE *out;
    gvc_table *t;

    fixture(path, EXIOBASE);
    assert_ok(ctx, read_as(ctx, path, pattern, &t, NULL));
    assert_int_equal(gvc_labels_n(t->satellites), 2);
    assert_true(gvc_table_satellite(t, 1)[3] == 3750);
    gvc_table_free(t);
    assert_ok(ctx, read_as(ctx, path, comma, &t, NULL));
    check(t, exiobase + 1, 1);
    gvc_table_free(t);
    assert_ok(ctx, read_as(ctx, path, all, &t, NULL));
    check(t, exiobase, OF_EXIOBASE);
    gvc_table_free(t);
    snprintf(list, sizeof list, "@%s/list", test_folder());
    out = fopen(list + 1, "w");
    assert_non_null(out);
    fputs("\nGHG*\r\n  Cropland - Vegetables, fruit, nuts \n", out);
    fclose(out);
    assert_ok(ctx, read_as(ctx, path, file, &t, NULL));
    assert_int_equal(gvc_labels_n(t->satellites), 2);
    assert_string_equal(gvc_labels_code(t->satellites, 1), exiobase[3].name);
    gvc_table_free(t);
    for (int k = 0; k < 3; k++) {
        static const char *const names[] = { "IOT_2011_pxp", "system_1995", "Eora26_2010_bp" };

        assert_ok(ctx, read_as(ctx, fixture(path, names[k]), none, &t, NULL));
        assert_null(t->satellites);
        assert_true(t->VA[0] > 0);
        gvc_table_free(t);
    }
}

/* ---- what is refused ---- */

static const char *copy(char path[1024], const char *name)
{
    char from[1024], command[4096];

    snprintf(path, 1024, "%s/%s", test_folder(), name);
    snprintf(command, sizeof command, "rm -rf %s && cp -r %s %s", path, fixture(from, name), path);
    assert_int_equal(system(command), 0);
    return path;
}

/* The text of `file` with `old` replaced by `new`; without the file where both are NULL. */
static void change(gvc_ctx *ctx, const char *path, const char *file, const char *old,
                   const char *new)
{
    char full[2048], *text, *at;
    gvc_int bytes;
    FILE *out;

    snprintf(full, sizeof full, "%s/%s", path, file);
    assert_ok(ctx, gvc_file__read(ctx, &text, &bytes, full, 1 << 20));
    assert_int_equal(unlink(full), 0);
    if (old) {
        at = strstr(text, old);
        assert_non_null(at);
        out = fopen(full, "w");
        assert_non_null(out);
        fprintf(out, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
        fclose(out);
    }
    gvc_mem__free(text);
}

typedef struct bad {
    const char *source, *file, *old, *new;
    const char *says;
} bad;

static const bad bads[] = {
    { "IOT_2011_pxp", "satellite/unit.txt", NULL, NULL,
      "satellite/F.txt: line 6: \"CO2 - combustion - air\" has no unit: there is no unit.txt" },
    { "IOT_2011_pxp", "impacts/unit.txt", NULL, NULL,
      "impacts/F.txt: this extension has no unit: there is no unit.txt beside it" },
    { "IOT_2011_pxp", "impacts/unit.txt", "GHG", "SO2",
      "impacts/F.txt: line 4: \"GHG emissions (GWP100) | Problem oriented approach\" has no unit: "
      "it is not in unit.txt" },
    { "IOT_2011_pxp", "satellite/F.txt", "Cropland - Vegetables, fruit, nuts\t340\t0\t12.75\t0\n",
      "", "satellite/F.txt: no row \"Cropland - Vegetables, fruit, nuts\" found, which unit.txt" },
    { "IOT_2011_pxp", "satellite/F.txt", "Cropland - Vegetables, fruit, nuts",
      "CO2 - combustion - air", "line 7: the row \"CO2 - combustion - air\" stands a second time" },
    { "IOT_2011_pxp", "satellite/unit.txt", "Cropland - Vegetables, fruit, nuts",
      "CO2 - combustion - air",
      "unit.txt: line 5: the satellite \"CO2 - combustion - air\" stands a second time" },
    { "IOT_2011_pxp", "satellite/unit.txt", "CO2 - combustion - air\tkg", "CO2 - combustion - air",
      "unit.txt: line 4: the name of a stressor and, behind a tab, its unit expected" },
    { "IOT_2011_pxp", "satellite/F.txt", "1250.5", "nan",
      "line 6 (CO2 - combustion - air), column 4 (" },
    { "IOT_2011_pxp", "satellite/F.txt", "\t1250.5", "", "line 6: 4 cells found, 5 expected" },
    { "IOT_2011_pxp", "satellite/F.txt", "region\tCN", "region\tFR", "FR" },
    { "system_1995", "emissions/unit.txt", NULL, NULL, "emissions/F.txt: this extension has no" },
    { "system_1995", "emissions/F.txt", "emission_type1\twater", "emission_type1\tsoil",
      "line 5: \"emission_type1 - soil\" has no unit: it is not in unit.txt" },
    { "Eora26_2010_bp", "labels_Q.txt", NULL, NULL, "labels_Q.txt is missing" },
    { "Eora26_2010_bp", "labels_Q.txt", "Other row\tTotal\t\n", "",
      "_Q.txt: line 4: more rows than the 3 labels" },
    { "Eora26_2010_bp", "Eora26_2010_bp_Q.txt", "0\t0\t0.125\t0\t900\n", "",
      "3 rows found, 4 expected: one for each label" },
    { "Eora26_2010_bp", "Eora26_2010_bp_Q.txt", "6.25", "inf", "_Q.txt: line 1, column 2" },
    { "Eora26_2010_bp", "Eora26_2010_bp_Q.txt", "\t900", "", "line 1: 4 cells found, 5 expected" },
};

static void bad_extensions_are_answered(void **state)
{
    gvc_ctx *ctx = *state;

    for (size_t k = 0; k < sizeof bads / sizeof *bads; k++) {
        const bad *b = &bads[k];
        char path[1024];
        gvc_table *t;

        change(ctx, copy(path, b->source), b->file, b->old, b->new);
        assert_int_equal(read_as(ctx, path, NULL, &t, NULL), GVC_EDATA);
        assert_null(t);
        if (!strstr(gvc_ctx_message(ctx), b->says) || !strstr(gvc_ctx_message(ctx), path))
            fail_msg("\"%s\" expected: %s", b->says, gvc_ctx_message(ctx));
    }
}

/* Who leaves satellites out needs neither their units nor their numbers. */
static void damaged_extensions_can_be_left_out(void **state)
{
    static const char *const none[] = { "none", NULL }, *const co2[] = { "CO2*", NULL };
    gvc_ctx *ctx = *state;
    char path[1024];
    gvc_table *t;

    change(ctx, copy(path, EXIOBASE), "impacts/F.txt", "1300", "n.a.");
    assert_int_equal(read_as(ctx, path, NULL, &t, NULL), GVC_EDATA);
    assert_ok(ctx, read_as(ctx, path, co2, &t, NULL));
    check(t, exiobase, 1);
    gvc_table_free(t);
    change(ctx, path, "impacts/unit.txt", NULL, NULL);
    change(ctx, path, "satellite/unit.txt", NULL, NULL);
    assert_ok(ctx, read_as(ctx, path, none, &t, NULL));
    assert_true(t->VA[3] == 57.5);
    gvc_table_free(t);
}

static void unknown_satellites_name_the_nearest(void **state)
{
    static const char *const typo[] = { "CO2 - combustion - airs", NULL },
                             *const both[] = { "CO2*", "CH4*", NULL }, *const any[] = { "*", NULL };
    gvc_ctx *ctx = *state;
    char path[1024];
    gvc_table *t;

    assert_int_equal(read_as(ctx, fixture(path, EXIOBASE), typo, &t, NULL), GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(ctx), "did you mean \"CO2 - combustion - air\"?"));
    assert_int_equal(read_as(ctx, path, both, &t, NULL), GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(ctx), "none of the 5 satellites found here is called "
                                                 "\"CH4*\""));
    change(ctx, copy(path, EORA), "Eora26_2010_bp_Q.txt", NULL, NULL);
    assert_int_equal(read_as(ctx, path, any, &t, NULL), GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(ctx), "no satellites were found here"));
}

static void failing_memory_is_told(void **state)
{
    static const char *const names[] = { "IOT_2011_pxp", "system_1995", "Eora26_2010_bp" },
                             *const some[] = { "*a*", "*e*", NULL };
    gvc_ctx *ctx = *state;

    for (int k = 0; k < 3; k++) {
        char path[1024];
        gvc_status st = GVC_ENOMEM;

        fixture(path, names[k]);
        for (gvc_int n = 1; st != GVC_OK; n++) {
            gvc_table *t;

            gvc_mem__fail_after(ctx, n);
            st = read_as(ctx, path, some, &t, NULL);
            gvc_mem__fail_after(ctx, 0);
            gvc_table_free(t);
            if (st != GVC_OK && st != GVC_ENOMEM)
                fail_msg("%s, allocation %lld: %s", path, (long long)n, gvc_ctx_message(ctx));
        }
    }
}

/* Labels may stand before the matrices that end in the same letters. */
static void labels_are_no_matrices(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024], command[4096];
    gvc_table *t;

    copy(path, EORA);
    snprintf(command, sizeof command, "cd %s && for f in Eora26*; do mv $f x_$f; done", path);
    assert_int_equal(system(command), 0);
    assert_ok(ctx, read_as(ctx, path, NULL, &t, NULL));
    check(t, eora, OF_EORA);
    gvc_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(names_units_and_values_are_the_sources),
        context_test(primary_inputs_are_no_satellites),
        context_test(some_or_none_are_kept_as_asked),
        context_test(bad_extensions_are_answered),
        context_test(damaged_extensions_can_be_left_out),
        context_test(unknown_satellites_name_the_nearest),
        context_test(labels_are_no_matrices),
        context_test(failing_memory_is_told),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
