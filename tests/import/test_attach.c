#include "../support/golden.h"
#include "../support/support.h"

#include "base/file.h"
#include "base/mem.h"
#include "import/inputs.h"
#include "store/store.h"
#include "table/table.h"

#include <gvc/gvc.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(const char *name, const char *text)
{
    FILE *out = fopen(in_folder(name), "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static gvc_table *golden_table(gvc_ctx *ctx)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL;

    assert_ok(ctx, gvc_input_open(ctx, &input, golden_path("t3x3", NULL)));
    assert_ok(ctx, gvc_input_table(ctx, &table, input, 0));
    gvc_input_close(input);
    return table;
}

/* The same table as a source without inputs has it. */
static gvc_table *bare_table(gvc_ctx *ctx)
{
    static const char *const tax[] = { "D21" };
    gvc_table *full = golden_table(ctx), *bare = NULL;
    gvc_edition *edition = NULL;

    assert_ok(ctx, gvc_edition__new(ctx, &edition));
    edition->countries = gvc_labels__share(full->edition->countries);
    edition->sectors = gvc_labels__share(full->edition->sectors);
    edition->categories = gvc_labels__share(full->edition->categories);
    assert_ok(ctx, gvc_attrs__set(ctx, edition->attrs, "history", "made for a test"));
    assert_ok(ctx, gvc_table__new(ctx, &bare, edition, GVC_INT_MISSING));
    gvc_edition__free(edition);
    memcpy(bare->Zt.a, full->Zt.a, sizeof(double) * (size_t)(full->n * full->n));
    memcpy(bare->FD.a, full->FD.a, sizeof(double) * (size_t)(full->FD.rows * full->FD.cols));
    memcpy(bare->x, full->x, sizeof(double) * (size_t)full->n);
    gvc_table__residual_va(ctx, bare);
    assert_ok(ctx, gvc_table__add_primaries(ctx, bare, 1, tax, NULL, 0));
    for (gvc_int i = 0; i < bare->n; i++)
        bare->primary[i] = (double)i / 8;
    gvc_table_free(full);
    return bare;
}

static void make_store(gvc_ctx *ctx)
{
    const gvc_store_opts opts = { .force = 1 };
    gvc_store_writer *writer = NULL;
    gvc_table *table = bare_table(ctx);

    assert_ok(ctx, gvc_store_create(ctx, &writer, in_folder("s.h5"), table->edition, &opts));
    assert_ok(ctx, gvc_store_add(ctx, writer, table, 2010));
    assert_ok(ctx, gvc_store_add(ctx, writer, table, 2011));
    assert_ok(ctx, gvc_store_commit(ctx, writer));
    gvc_table_free(table);
}

static gvc_status attach(gvc_ctx *ctx, const char *inputs, int force)
{
    const gvc_attach_opts opts = { .force = force };
    char *report = NULL;
    const gvc_status st = gvc_store_attach(ctx, &report, in_folder("s.h5"), inputs, &opts);

    assert_int_equal(report != NULL, st == GVC_OK);
    gvc_text_free(report);
    return st;
}

static gvc_table *read_year(gvc_ctx *ctx, int year)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL;

    assert_ok(ctx, gvc_store_verify(ctx, in_folder("s.h5")));
    assert_ok(ctx, gvc_input_open(ctx, &input, in_folder("s.h5")));
    assert_int_equal(gvc_input_n_years(input), 2);
    assert_ok(ctx, gvc_input_table(ctx, &table, input, year - 2010));
    gvc_input_close(input);
    assert_int_equal(gvc_table_year(table), year);
    return table;
}

static void same_values(const double *a, const double *b, gvc_int n)
{
    assert_memory_equal(a, b, sizeof *a * (size_t)n);
}

static void same_inputs(const gvc_table *got, const gvc_table *want)
{
    const gvc_int S = gvc_labels_n(gvc_table_satellites(want)), cells = want->n * want->G;

    assert_int_equal(gvc_labels_n(gvc_table_satellites(got)), S);
    for (gvc_int i = 0; i < S; i++) {
        assert_string_equal(gvc_labels_code(got->satellites, i),
                            gvc_labels_code(want->satellites, i));
        same_values(gvc_table_satellite(got, i), gvc_table_satellite(want, i), want->n);
    }
    same_values(got->tau_int.a, want->tau_int.a, cells);
    same_values(got->tau_fin.a, want->tau_fin.a, cells);
    same_values(gvc_edition_set(got->edition, "digital"), gvc_edition_set(want->edition, "digital"),
                want->N);
    same_values(got->Zt.a, want->Zt.a, want->n * want->n);
    same_values(got->x, want->x, want->n);
    assert_string_equal(gvc_labels_code(got->primaries, 0), "D21");
    for (gvc_int i = 0; i < got->n; i++)
        assert_true(got->primary[i] == (double)i / 8);
}

static void what_a_folder_has_a_store_gets(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *want = golden_table(ctx);

    make_store(ctx);
    assert_ok(ctx, attach(ctx, golden_path("t3x3", "inputs.csv"), 0));
    for (int year = 2010; year <= 2011; year++) {
        gvc_table *got = read_year(ctx, year);

        same_inputs(got, want);
        assert_string_equal(gvc_edition_attr(got->edition, "history"),
                            "made for a test\n"
                            "attached inputs.csv: manufacturing, digital, "
                            "jobs of 2 years from 2010 to 2011, co2 of 2 years from 2010 to 2011, "
                            "fn_rd of 2 years from 2010 to 2011, fn_mkt of 2 years from 2010 to "
                            "2011, fn_fab of 2 years from 2010 to 2011, tau_int of 2 years from "
                            "2010 to 2011, tau_fin of 2 years from 2010 to 2011");
        gvc_table_free(got);
    }
    gvc_table_free(want);
}

#define HEAD "kind,country,sector,partner,value,year\n"

static void years_have_their_own_costs_and_the_rest_stays(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *want = golden_table(ctx), *before, *after;
    const gvc_int cells = want->n * want->G;

    make_store(ctx);
    assert_ok(ctx, attach(ctx, golden_path("t3x3", "inputs.csv"), 0));
    put("tau.csv", HEAD "tau_int,VNM,MAN,CHN,0.25,2011\n");
    assert_int_equal(attach(ctx, in_folder("tau.csv"), 0), GVC_EUSAGE);
    assert_ok(ctx, attach(ctx, in_folder("tau.csv"), 1));
    before = read_year(ctx, 2010);
    after = read_year(ctx, 2011);
    same_inputs(before, want);
    same_values(after->tau_fin.a, want->tau_fin.a, cells);
    same_values(after->satellite, want->satellite, want->n * 5);
    for (gvc_int i = 0; i < cells; i++)
        assert_true(after->tau_int.a[i] == (i == want->N + 1 ? 0.25 : 0));
    gvc_table_free(before);
    gvc_table_free(after);
    gvc_table_free(want);
}

static void a_satellite_takes_its_place_among_the_others(void **state)
{
    static const char hours[] =
        HEAD "hours,CHN,,,7,\nhours,VNM,,,8,2010\nhours,VNM,,,9,2011\nhours,DEU,,,1,\n"
             "jobs,,,,3,\n";
    gvc_ctx *ctx = *state;
    gvc_table *table;

    make_store(ctx);
    assert_ok(ctx, attach(ctx, golden_path("t3x3", "inputs.csv"), 0));
    put("hours.csv", hours);
    assert_ok(ctx, attach(ctx, in_folder("hours.csv"), 1));
    table = read_year(ctx, 2011);
    assert_int_equal(gvc_labels_n(table->satellites), 6);
    assert_string_equal(gvc_labels_code(table->satellites, 5), "hours");
    assert_true(gvc_table_satellite(table, 5)[3] == 9 && gvc_table_satellite(table, 5)[0] == 7);
    assert_true(gvc_table_satellite(table, 0)[8] == 3);
    gvc_table_free(table);
}

static void a_row_of_tau_holds_for_both_uses(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *table;

    make_store(ctx);
    put("tau.csv", "kind,country,sector,partner,value\ntau,,MAN,CHN,0.125\n");
    assert_ok(ctx, attach(ctx, in_folder("tau.csv"), 0));
    table = read_year(ctx, 2010);
    for (gvc_int i = 0; i < table->n * table->G; i++) {
        const int is_set = i == 4 || i == 7; /* VNM:MAN and DEU:MAN into CHN */

        assert_true(table->tau_int.a[i] == (is_set ? 0.125 : 0));
        assert_true(table->tau_fin.a[i] == table->tau_int.a[i]);
    }
    gvc_table_free(table);
}

/* A table takes 1,000 satellites and no more: a short file of names cannot ask for any memory. */
static void many_satellites_are_attached_up_to_a_limit(void **state)
{
    static const char header[] = "kind,country,sector,partner,value\n";
    gvc_ctx *ctx = *state;
    gvc_table *got;

    for (int kinds = 1000; kinds <= 1001; kinds++) {
        FILE *out = fopen(in_folder("many.csv"), "w");

        assert_non_null(out);
        fputs(header, out);
        for (int k = 0; k < kinds; k++)
            for (int i = 0; i < 9; i++)
                fprintf(out, "k%d,%s,%s,,%d\n", k, (const char *[]){ "CHN", "VNM", "DEU" }[i / 3],
                        (const char *[]){ "AGR", "MAN", "SRV" }[i % 3], k + i);
        assert_int_equal(fclose(out), 0);
        make_store(ctx);
        if (kinds > 1000) {
            assert_int_equal(attach(ctx, in_folder("many.csv"), 0), GVC_EDATA);
            assert_non_null(strstr(gvc_ctx_message(ctx), "line 9002, column kind: \"k1000\""));
        } else {
            assert_ok(ctx, attach(ctx, in_folder("many.csv"), 0));
        }
        unlink(in_folder("many.csv"));
        if (kinds > 1000)
            continue;
        got = read_year(ctx, 2011);
        assert_int_equal(gvc_labels_n(gvc_table_satellites(got)), 1000);
        assert_true(gvc_table_satellite(got, 999)[8] == 1007);
        gvc_table_free(got);
    }
}

static void bad_rows_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *rows;
        gvc_status status;
        const char *message;
    } cases[] = {
        { "tau,VMN,,CHN,0.1,\n", GVC_ELABEL,
          "line 2, column country: \"VMN\" is no country of this table; did you mean " },
        { "tau,VNM,MAM,CHN,0.1,\n", GVC_ELABEL,
          "line 2, column sector: \"MAM\" is no sector of this table; did you mean MAN?" },
        { "\ntau,VNM,,CHN,0.1,2012\n", GVC_ELABEL, "line 3, column year: \"2012\" is no year of " },
        { "digital,,MAN,,1.5,\n", GVC_EDATA, "line 2, column value: 1.5 found for digital" },
        { "digital,,MAN,,1,2010\n", GVC_EDATA, "line 2, column year: \"2010\" found, but digital" },
        { "tau,VNM,,CHN,5 %,\n", GVC_EDATA, "line 2, column value: \"5 %\" found" },
        { "tau,CHN,,CHN,0.1,\n", GVC_EDATA, "line 2, column partner: CHN sells to itself" },
        { "jobs,CHN,,,1,\n", GVC_EDATA, "jobs has no value for VNM:AGR" },
        { "my jobs,,,,1,\n", GVC_EDATA, "line 2, column kind: \"my jobs\" cannot name a" },
        { ",,,,1,\n", GVC_EDATA, "line 2, column kind: empty, expected " },
        { "jobs,,,,1,2010\nco2,,,,1,\n", GVC_EDATA, "jobs is given for 2010 but not for 2011" },
        { "inventory_category,,,,F7,\n", GVC_ELABEL,
          "line 2, column value: \"F7\" is no category" },
        { "", GVC_EDATA, "there is nothing to attach" },
    };
    gvc_ctx *ctx = *state;
    char before[GVC_SHA256_TEXT], after[GVC_SHA256_TEXT], text[512];

    make_store(ctx);
    assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), before));
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        snprintf(text, sizeof text, HEAD "%s", cases[c].rows);
        put("bad.csv", text);
        assert_int_equal(attach(ctx, in_folder("bad.csv"), 1), cases[c].status);
        if (!strstr(gvc_ctx_message(ctx), cases[c].message))
            print_error("%s: expected %s\n", gvc_ctx_message(ctx), cases[c].message);
        assert_non_null(strstr(gvc_ctx_message(ctx), cases[c].message));
        assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), after));
        assert_string_equal(before, after);
    }
}

static void another_output_leaves_the_first_alone(void **state)
{
    gvc_attach_opts opts = { 0 };
    gvc_ctx *ctx = *state;
    char before[GVC_SHA256_TEXT], after[GVC_SHA256_TEXT], other[4096], *report = NULL;

    snprintf(other, sizeof other, "%s", in_folder("other.h5"));
    opts.output = other;

    make_store(ctx);
    put("tau.csv", HEAD "tau,,,CHN,0.5,\n");
    assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), before));
    opts.only_check = 1;
    assert_ok(ctx, gvc_store_attach(ctx, &report, in_folder("s.h5"), in_folder("tau.csv"), &opts));
    assert_string_equal(report, "tau of 2 years from 2010 to 2011");
    gvc_text_free(report);
    assert_false(gvc_file__exists(opts.output));
    opts.only_check = 0;
    assert_ok(ctx, gvc_store_attach(ctx, &report, in_folder("s.h5"), in_folder("tau.csv"), &opts));
    gvc_text_free(report);
    assert_true(gvc_file__exists(opts.output));
    assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), after));
    assert_string_equal(before, after);
    assert_int_equal(gvc_store_attach(ctx, &report, in_folder("s.h5"), in_folder("tau.csv"), &opts),
                     GVC_EIO);
}

static void failing_memory_leaves_the_old_store(void **state)
{
    gvc_ctx *ctx = *state;
    char before[GVC_SHA256_TEXT], after[GVC_SHA256_TEXT];
    gvc_status st = GVC_ENOMEM;
    gvc_int n = 0;

    make_store(ctx);
    put("tau.csv", HEAD "tau,,,CHN,0.5,\ndigital,,MAN,,1,\njobs,,,,1,\n");
    assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), before));
    for (n = 1; st != GVC_OK; n += 1 + n / 16) { /* all of them would take seconds */
        gvc_mem__fail_after(ctx, n);
        st = attach(ctx, in_folder("tau.csv"), 1);
        gvc_mem__fail_after(ctx, 0);
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        if (st == GVC_OK)
            break;
        assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), after));
        assert_string_equal(before, after);
    }
    assert_true(n > 50);
}

/* A process that is killed at any time leaves the old store or the new one, whole. */
static void a_killed_process_leaves_a_whole_store(void **state)
{
    gvc_ctx *ctx = *state;
    char before[GVC_SHA256_TEXT], after[GVC_SHA256_TEXT], now[GVC_SHA256_TEXT];
    int killed = 0;

    put("tau.csv", HEAD "tau,,,CHN,0.5,\n");
    make_store(ctx);
    assert_ok(ctx, attach(ctx, in_folder("tau.csv"), 1));
    assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), after));
    make_store(ctx);
    assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), before));
    for (int k = 0; k < 12; k++) {
        const pid_t child = fork();
        int status;

        if (child == 0)
            _exit(attach(ctx, in_folder("tau.csv"), 1) == GVC_OK ? 0 : 1);
        usleep((useconds_t)(k * 400));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status);
        assert_ok(ctx, gvc_file__sha256(ctx, in_folder("s.h5"), now));
        assert_true(strcmp(now, before) == 0 || strcmp(now, after) == 0);
        if (strcmp(now, after) == 0)
            make_store(ctx);
    }
    assert_true(killed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(what_a_folder_has_a_store_gets),
        context_test(years_have_their_own_costs_and_the_rest_stays),
        context_test(a_satellite_takes_its_place_among_the_others),
        context_test(a_row_of_tau_holds_for_both_uses),
        context_test(many_satellites_are_attached_up_to_a_limit),
        context_test(bad_rows_are_refused_with_their_line),
        context_test(another_output_leaves_the_first_alone),
        context_test(failing_memory_leaves_the_old_store),
        context_test(a_killed_process_leaves_a_whole_store),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
