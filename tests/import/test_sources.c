#include "../support/support.h"

#include "base/file.h"
#include "base/mem.h"
#include "import/archive.h"
#include "import/number.h"
#include "import/rows.h"
#include "table/table.h"

#include <gvc/frame.h>
#include <gvc/import.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

/* Containers and choices around the formats, which test_fixtures.c reads one by one. */

static const char *fixture(char *path, const char *name)
{
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, 1024, "%s/fixtures/tables/%s", tests ? tests : "tests", name);
    return path;
}

static const char *made(char *path, const char *name)
{
    snprintf(path, 1024, "%s/%s", test_folder(), name);
    return path;
}

static void write_text(const char *name, const char *text)
{
    char path[1024];
    FILE *f = fopen(made(path, name), "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* A zip of files: name inside, path of the content; ends with NULL. */
static void write_zip(const char *name, const char *const *members)
{
    char path[1024];
    int code;
    zip_t *zip = zip_open(made(path, name), ZIP_CREATE | ZIP_TRUNCATE, &code);

    assert_non_null(zip);
    for (; *members; members += 2)
        assert_true(zip_file_add(zip, members[0], zip_source_file(zip, members[1], 0, -1),
                                 ZIP_FL_OVERWRITE) >= 0);
    assert_int_equal(zip_close(zip), 0);
}

static gvc_table *read_one(gvc_ctx *ctx, const char *path, const gvc_import_opts *opts)
{
    gvc_import *import;
    gvc_table *table;

    assert_ok(ctx, gvc_import_open(ctx, &import, path, opts));
    assert_int_equal(gvc_import_n(import), 1);
    assert_ok(ctx, gvc_import_table(ctx, &table, import, 0, 2000));
    gvc_import_close(import);
    return table;
}

static void assert_same(const gvc_table *a, const gvc_table *b, double rel)
{
    assert_int_equal(a->n, b->n);
    for (gvc_int j = 0; j < a->n; j++)
        for (gvc_int i = 0; i < a->n; i++)
            assert_near(a->Zt.a[i + j * a->Zt.ld], b->Zt.a[i + j * b->Zt.ld], rel, 1.0);
    for (gvc_int i = 0; i < a->n; i++) {
        assert_close(a->x[i], b->x[i], rel);
        assert_close(a->VA[i], b->VA[i], rel);
    }
}

static void an_archive_may_hold_archives(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024], inner[1024];
    const char *const members[] = { "inner/2016-2020_SML.zip", fixture(inner, "2016-2020_SML.zip"),
                                    NULL };
    gvc_table *plain = read_one(ctx, inner, NULL), *nested;

    write_zip("outer.zip", members);
    nested = read_one(ctx, made(path, "outer.zip"), NULL);
    assert_int_equal(gvc_table_year(nested), 2018);
    assert_same(nested, plain, 0);
    gvc_table_free(plain);
    gvc_table_free(nested);
}

static void workbooks_and_stata_files_may_be_packed(void **state)
{
    static const char *const files[] = { "wiot05_row_apr12.xlsx", "WIOT2014_October16_ROW.dta" };
    gvc_ctx *ctx = *state;

    for (int k = 0; k < 2; k++) {
        char path[1024], inner[1024];
        const char *const members[] = { files[k], fixture(inner, files[k]), NULL };
        gvc_table *plain = read_one(ctx, inner, NULL), *packed;

        write_zip("packed.zip", members);
        packed = read_one(ctx, made(path, "packed.zip"), NULL);
        assert_same(packed, plain, 0);
        assert_int_equal(gvc_table_year(packed), gvc_table_year(plain));
        gvc_table_free(plain);
        gvc_table_free(packed);
    }
}

/* One of EMERGING's archives: a year or several, with a word about them; inside another one too. */
static void matlab_files_may_be_packed(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024], mat[1024], note[1024], inner[1024];
    const char *const years[] = { "README.txt",
                                  made(note, "note"),
                                  "m/global_mrio_2015.mat",
                                  fixture(mat, "global_mrio_2015.mat"),
                                  "m/global_mrio_2016.mat",
                                  mat,
                                  NULL };
    const char *const nested[] = { "deep/years.zip", made(inner, "years.zip"), NULL };
    gvc_table *plain = read_one(ctx, mat, NULL);

    write_text("note", "two years\n");
    write_zip("years.zip", years);
    write_zip("nested.zip", nested);
    for (int k = 0; k < 2; k++) {
        gvc_import *import;

        assert_ok(ctx,
                  gvc_import_open(ctx, &import, made(path, k ? "nested.zip" : "years.zip"), NULL));
        assert_string_equal(gvc_import_format(import), "emerging-mat73");
        assert_int_equal(gvc_import_n(import), 2);
        for (gvc_int i = 0; i < 2; i++) {
            gvc_table *packed;

            assert_int_equal(gvc_import_year(import, i), 2015 + i);
            assert_ok(ctx, gvc_import_table(ctx, &packed, import, i, 2000));
            assert_same(packed, plain, 0);
            gvc_table_free(packed);
        }
        gvc_import_close(import);
    }
    gvc_table_free(plain);
}

/* A damaged one is called by its archive and its name there, not by its nameless copy. */
static void damaged_matlab_files_in_archives_are_named(void **state)
{
    static const char *const files[] = { "bad/truncated.mat", "bad/huge_dims.mat",
                                         "bad/ragged.mat" };
    gvc_ctx *ctx = *state;

    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        char path[1024], mat[1024];
        const char *const members[] = { "a.mat", fixture(mat, files[k]), NULL };
        gvc_import *import;
        gvc_table *table = NULL;
        gvc_status st;

        write_zip("damaged.zip", members);
        st = gvc_import_open(ctx, &import, made(path, "damaged.zip"), NULL);
        if (st == GVC_OK)
            st = gvc_import_table(ctx, &table, import, 0, 2000);
        assert_int_equal(st, GVC_EDATA);
        assert_null(table);
        gvc_import_close(import);
        if (!strstr(gvc_ctx_message(ctx), "damaged.zip: a.mat") ||
            strstr(gvc_ctx_message(ctx), "/proc/"))
            fail_msg("%s: %s", files[k], gvc_ctx_message(ctx));
    }
}

/* What is unpacked goes to a file without a name beside the scratch path, not to memory. */
static void inner_archives_take_no_memory_and_leave_nothing(void **state)
{
    gvc_ctx *ctx = gvc_ctx_new();
    char path[1024], junk[1024], table[1024], inner[1024], scratch[1024], command[2048];
    const char *const members[] = { "junk.bin", made(junk, "junk"), "2018_SML.csv",
                                    made(table, "2018_SML.csv"), NULL };
    const char *const outer[] = { "inner.zip", made(inner, "inner.zip"), NULL };
    const gvc_import_opts opts = { .scratch = made(scratch, "scratch/store.h5") };
    gvc_table *t;

    (void)state;
    snprintf(command, sizeof command,
             "cd %s && mkdir scratch && head -c 48000000 /dev/urandom >junk && unzip -oq %s",
             test_folder(), fixture(path, "2016-2020_SML.zip"));
    assert_int_equal(system(command), 0);
    write_zip("inner.zip", members);
    write_zip("large.zip", outer);
    t = read_one(ctx, made(path, "large.zip"), &opts);
    assert_int_equal(gvc_table_year(t), 2018);
    gvc_table_free(t);
    if (gvc_ctx_memory_peak(ctx) > 24 << 20)
        fail_msg("%lld bytes are taken", (long long)gvc_ctx_memory_peak(ctx));
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    assert_int_equal(rmdir(made(scratch, "scratch")), 0);
    gvc_ctx_free(ctx);
}

static void inner_archives_need_a_place(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024], inner[1024], scratch[1024];
    const char *const members[] = { "inner.zip", fixture(inner, "2016-2020_SML.zip"), NULL };
    const gvc_import_opts opts = { .scratch = made(scratch, "nowhere/store.h5") };
    gvc_import *import;

    write_zip("outer.zip", members);
    assert_int_equal(gvc_import_open(ctx, &import, made(path, "outer.zip"), &opts), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "nowhere/store.h5"));
}

/* Both headers of the only member of an archive claim 512 MiB. */
static void inner_archives_that_swell_are_refused(void **state)
{
    static const char size[4] = { 0, 0, 0, 0x20 };
    gvc_ctx *ctx = *state;
    char path[1024], inner[1024], *data;
    const char *const members[] = { "inner.zip", fixture(inner, "IOT_2020_ixi.zip"), NULL };
    gvc_import *import;
    gvc_int bytes, central = 0;
    FILE *out;

    write_zip("swell.zip", members);
    assert_ok(ctx, gvc_file__read(ctx, &data, &bytes, made(path, "swell.zip"), 1 << 20));
    while (central < bytes && memcmp(data + central, "PK\1\2", 4) != 0)
        central++;
    memcpy(data + 22, size, 4);
    memcpy(data + central + 24, size, 4);
    out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(data, 1, (size_t)bytes, out), bytes);
    fclose(out);
    gvc_mem__free(data);
    assert_int_equal(gvc_import_open(ctx, &import, path, NULL), GVC_EDATA);
    if (!strstr(gvc_ctx_message(ctx), "declares 536870912 bytes, packed into"))
        fail_msg("%s", gvc_ctx_message(ctx));
}

/* Every allocation on the way through archives in archives fails once. */
static void failing_memory_while_unpacking_is_told(void **state)
{
    static const char *const names[] = { "nested.zip", "outer.zip", "packed.zip" };
    gvc_ctx *ctx = *state;

    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char path[1024];
        gvc_status st = GVC_ENOMEM;

        made(path, names[k]);
        for (gvc_int n = 1; st != GVC_OK; n++) {
            gvc_import *import = NULL;
            gvc_table *table = NULL;

            gvc_mem__fail_after(ctx, n);
            st = gvc_import_open(ctx, &import, path, NULL);
            if (st == GVC_OK)
                st = gvc_import_table(ctx, &table, import, 0, 2000);
            gvc_mem__fail_after(ctx, 0);
            gvc_table_free(table);
            gvc_import_close(import);
            if (st != GVC_OK && st != GVC_ENOMEM)
                fail_msg("%s, allocation %lld: %s", path, (long long)n, gvc_ctx_message(ctx));
        }
    }
}

/* A.txt times x.txt, where Z.txt is left out. */
static void flows_come_from_coefficients(void **state)
{
    static const char *const files[] = { "A.txt",           "Y.txt",
                                         "x.txt",           "unit.txt",
                                         "metadata.json",   "file_parameters.json",
                                         "satellite/F.txt", "satellite/unit.txt" };
    gvc_ctx *ctx = *state;
    char path[1024], texts[8][1024], names[8][64];
    const char *members[20] = { NULL };
    gvc_archive *archive;
    gvc_table *with, *without;

    assert_ok(ctx, gvc_archive__open(ctx, &archive, fixture(path, "IOT_2020_ixi.zip")));
    for (int k = 0; k < 8; k++) {
        gvc_stream *stream;
        char *text, flat[64];
        gvc_int bytes;

        snprintf(names[k], sizeof names[k], "IOT_2020_ixi/%s", files[k]);
        assert_ok(ctx,
                  gvc_archive__stream(ctx, &stream, archive, gvc_archive__find(archive, names[k]),
                                      gvc_archive__origin(archive)));
        assert_ok(ctx, gvc_stream__slurp(ctx, stream, &text, &bytes, 1 << 20));
        gvc_stream__close(stream);
        snprintf(flat, sizeof flat, "part%d", k);
        write_text(flat, text);
        gvc_mem__free(text);
        members[2 * k] = names[k];
        members[2 * k + 1] = made(texts[k], flat);
    }
    gvc_archive__close(archive);
    write_zip("IOT_2020_ixi.zip", members);
    with = read_one(ctx, path, NULL);
    without = read_one(ctx, made(path, "IOT_2020_ixi.zip"), NULL);
    assert_same(without, with, 1e-4);
    assert_non_null(strstr(gvc_edition_attr(without->edition, "history"), "coefficients"));
    gvc_table_free(with);
    gvc_table_free(without);
}

static void parts_of_countries_are_merged_or_kept(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024];
    const gvc_import_opts split = { .split = 1 };
    gvc_table *merged = read_one(ctx, fixture(path, "2016-2020.zip"), NULL);
    gvc_table *kept = read_one(ctx, path, &split);
    const gvc_labels *countries = kept->edition->countries;
    double whole = 0.0, parts = 0.0;

    assert_int_equal(merged->G, 4);
    assert_int_equal(kept->G, 8);
    for (gvc_int k = 0; k < 3; k++) {
        whole += merged->x[gvc_labels_find(merged->edition->countries, "CHN") * 3 + k];
        parts += kept->x[gvc_labels_find(countries, "CN1") * 3 + k] +
                 kept->x[gvc_labels_find(countries, "CN2") * 3 + k];
    }
    assert_close(whole, parts, 1e-12);
    assert_non_null(
        strstr(gvc_edition_attr(merged->edition, "history"), "merged CN1, CN2 into CHN"));
    gvc_table_free(merged);
    gvc_table_free(kept);
}

/* The codes of 2021 are an older spelling of those of 2023. */
static void schemes_of_the_oecd_are_known(void **state)
{
    static const char *const files[][3] = {
        { "ICIO2016_2011.zip", "oecd34", "C01T05AGR" }, { "ICIO2018_2015.zip", "oecd36", "01T03" },
        { "ICIO_2015-2018.zip", "oecd45", "01T02" },    { "2016-2020_SML.zip", "oecd45", "A01_02" },
        { "2016-2022_SML.zip", "oecd50", "A01" },
    };
    gvc_ctx *ctx = *state;

    for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
        char path[1024];
        gvc_table *t = read_one(ctx, fixture(path, files[k][0]), NULL);

        assert_string_equal(gvc_edition_attr(t->edition, "sector_scheme"), files[k][1]);
        assert_string_equal(gvc_labels_code(t->edition->sectors, 0), files[k][2]);
        assert_string_not_equal(gvc_labels_name(t->edition->sectors, 0), files[k][2]);
        gvc_table_free(t);
    }
}

static void codes_are_mapped_by_the_users_file(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024], codes[1024];
    const gvc_import_opts opts = { .countries = made(codes, "codes.csv") };
    gvc_table *t;

    write_text("codes.csv", "code,iso3\nROM,XYZ\n");
    t = read_one(ctx, fixture(path, "wiot05_row_apr12.xlsx"), &opts);
    assert_true(gvc_labels_find(t->edition->countries, "XYZ") == 2);
    assert_string_equal(gvc_edition_native(t->edition, 2), "ROM");
    gvc_table_free(t);
}

static void residual_is_what_is_asked_for(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024];
    const gvc_import_opts opts = { .residual = 1 };
    gvc_table *t = read_one(ctx, fixture(path, "wiot05_row_apr12.xlsx"), &opts);

    assert_null(gvc_table_VA(t));
    assert_string_equal(gvc_table_va_rule(t), "residual");
    assert_non_null(t->primaries);
    gvc_table_free(t);
}

static void refuse(gvc_ctx *ctx, const char *path, const char *says)
{
    gvc_import *import;

    assert_int_equal(gvc_import_open(ctx, &import, path, NULL), GVC_EDATA);
    assert_null(import);
    if (!strstr(gvc_ctx_message(ctx), says))
        fail_msg("\"%s\" expected: %s", says, gvc_ctx_message(ctx));
}

static void what_is_not_read_names_the_way_out(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024], content[1024];
    const char *const xlsb[] = { "[Content_Types].xml", made(content, "t"), "xl/workbook.bin",
                                 content, NULL };

    write_text("t", "<Types/>");
    write_zip("WIOT2014_Nov16_ROW.xlsb", xlsb);
    refuse(ctx, made(path, "WIOT2014_Nov16_ROW.xlsb"), "take the Stata file (.dta)");
    refuse(ctx, fixture(path, "WIOT2014_October16_ROW.RData"), "take the Stata files (.dta)");
    write_text("z.pkl", "\x80\x04\x95");
    refuse(ctx, made(path, "z.pkl"), "table_format='txt'");
    write_text("z.parquet", "PAR1....");
    refuse(ctx, made(path, "z.parquet"), "table_format='txt'");
    refuse(ctx, fixture(path, "user_table.csv"), "--format icio-user");
}

/* The fast path gives the doubles of strtod; so does the long way. */
static void numbers_are_those_of_strtod(void **state)
{
    uint64_t random = 7;

    (void)state;
    for (int k = 0; k < 200000; k++) {
        char text[64];
        double value;
        const char *end;
        const int form = k % 4;
        const double x = (random_uniform(&random) - 0.3) * pow(10.0, (double)(k % 37) - 12.0);

        snprintf(text, sizeof text,
                 form == 0   ? "%.4f"
                 : form == 1 ? "%.10f"
                 : form == 2 ? "%.17g"
                             : "%.6e",
                 x);
        end = gvc_number__read(text, text + strlen(text), &value);
        assert_ptr_equal(end, text + strlen(text));
        if (value != strtod(text, NULL))
            fail_msg("%s is read as %.17g", text, value);
    }
}

static void blocks_do_not_change_what_is_read(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024];
    FILE *f = fopen(made(path, "long.csv"), "w");
    gvc_stream *stream;
    gvc_rows *rows;
    gvc_rows_block b = { .m = 1 };
    gvc_int line = 0, blanks = 0;

    assert_non_null(f);
    fputs("\xEF\xBB\xBFlabel,a,b\r\n", f);
    for (int i = 0; i < 400000; i++)
        fprintf(f, "\"r,%d\",%d.25, \r\n", i, i);
    fclose(f);
    assert_ok(ctx, gvc_stream__file(ctx, &stream, path, NULL));
    assert_ok(ctx, gvc_rows__open(ctx, &rows, stream, ','));
    assert_ok(ctx, gvc_rows__skip_names(ctx, rows, 3));
    assert_ok(ctx, gvc_rows__shape(ctx, rows, 1, 2));
    while (b.m > 0) {
        assert_ok(ctx, gvc_rows__next(ctx, rows, &b));
        for (gvc_int i = 0; i < b.m; i++, line++) {
            char label[32];

            snprintf(label, sizeof label, "r,%lld", (long long)line);
            assert_string_equal(b.labels[i], label);
            assert_true(b.lines[i] == line + 2);
            assert_true(b.cells[2 * i] == (double)line + 0.25);
        }
        blanks += b.blanks;
    }
    assert_int_equal(line, 400000);
    assert_int_equal(blanks, 400000);
    gvc_rows__close(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(an_archive_may_hold_archives),
        context_test(workbooks_and_stata_files_may_be_packed),
        context_test(matlab_files_may_be_packed),
        context_test(damaged_matlab_files_in_archives_are_named),
        context_test(inner_archives_take_no_memory_and_leave_nothing),
        context_test(inner_archives_need_a_place),
        context_test(inner_archives_that_swell_are_refused),
        context_test(failing_memory_while_unpacking_is_told),
        context_test(flows_come_from_coefficients),
        context_test(parts_of_countries_are_merged_or_kept),
        context_test(schemes_of_the_oecd_are_known),
        context_test(codes_are_mapped_by_the_users_file),
        context_test(residual_is_what_is_asked_for),
        context_test(what_is_not_read_names_the_way_out),
        context_test(numbers_are_those_of_strtod),
        context_test(blocks_do_not_change_what_is_read),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
