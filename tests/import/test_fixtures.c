#include "../support/support.h"

#include "base/csv.h"
#include "base/file.h"
#include "base/mem.h"

#include "table/table.h"

#include <gvc/frame.h>
#include <gvc/import.h>

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Synthetic files in the layouts of the real releases, and the matrices that must come out of them
 * (tests/fixtures/tables). A new format adds rows to `cases`.
 */

typedef struct fixture {
    const char *file, *expected, *format;
    int year;
    const char *force;     /* --format, where content cannot tell */
    const char *countries; /* --countries */
    int derived; /* output, value added or flows are sums of ours, not numbers of the file */
} fixture;

static const fixture cases[] = {
    { "wiot05_row_apr12.xlsx", "wiod13", "wiod2013", 2005, .derived = 0 },
    { "WIOT2014_October16_ROW.dta", "wiod16_dta", "wiod2016", 2014, .derived = 0 },
    { "lr_wiod_wiot_final_filled.csv", "lrwiod_1999", "lr-wiod2022", 1999, .derived = 0 },
    { "lr_wiod_wiot_final_filled.csv", "lrwiod_2000", "lr-wiod2022", 2000, .derived = 0 },
    { "user_table.csv", "icio_user", "icio-user", 2000, "icio-user", "user_countrylist.csv", 1 },
    { "ICIO2016_2011.zip", "oecd2016", "oecd-icio-2016", 2011, .derived = 1 },
    { "ICIO2018_2015.zip", "oecd2018", "oecd-icio-2018", 2015, .derived = 1 },
    { "ICIO_2015-2018.zip", "oecd2021", "oecd-icio-2021", 2018, .derived = 1 },
    { "2016-2020.zip", "oecd2023_ext", "oecd-icio-2023", 2018, .derived = 1 },
    { "2016-2020_SML.zip", "oecd2023_sml", "oecd-icio-2023", 2018, .derived = 0 },
    { "2016-2022_SML.zip", "oecd2025_sml", "oecd-icio-2025", 2022, .derived = 0 },
    { "IOT_2020_ixi.zip", "exiobase3", "exiobase3", 2020, .derived = 1 },
    { "matrix_eu-ic-io_ind-by-ind_24ed_2021.csv", "figaro_matrix", "figaro-matrix", 2021,
      .derived = 1 },
    { "flatfile_eu-ic-io_ind-by-ind_24ed_2021.zip", "figaro_flat", "figaro-flat", 2021,
      .derived = 1 },
    { "global_mrio_2015.mat", "emerging", "emerging-mat73", 2015, .derived = 0 },
    { "GLORIA_MRIOs_59_2022.zip", "gloria", "gloria", 2022, .derived = 1 },
    { "Eora26_2015_bp.zip", "eora26", "eora26", 2015, .derived = 1 },
    { "pymrio_saved", "pymrio_folder", "pymrio-folder", 2000, .derived = 1 },
    { "ADB-MRIO62-2019_Dec2022.xlsx", "adb", "adb-mrio", 2019, .derived = 0 },
};

enum { CASES = sizeof cases / sizeof *cases };

static const char *place(char *path, const char *name)
{
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, 1024, "%s/fixtures/tables/%s", tests ? tests : "tests", name);
    return path;
}

static gvc_csv *expected(gvc_ctx *ctx, const fixture *f, const char *matrix)
{
    char path[1024], name[200];
    gvc_csv *csv;

    snprintf(name, sizeof name, "expected/%s/%s.csv", f->expected, matrix);
    assert_ok(ctx, gvc_csv__read(ctx, &csv, place(path, name)));
    return csv;
}

/* Numbers of the file are the very doubles; sums of them differ in the last place. */
static void compare(const fixture *f, double got, const char *want)
{
    const double value = strtod(want, NULL);

    if (!f->derived && got != value)
        fail_msg("%s: %.17g found, %s expected", f->expected, got, want);
    assert_close(got, value, 1e-14);
}

/* Columns of the table in the order of the expected file's header. */
static void check_matrix(gvc_ctx *ctx, const fixture *f, const gvc_table *t, const char *name,
                         gvc_view view, int demand)
{
    gvc_csv *csv = expected(ctx, f, name);
    const gvc_labels *items = demand ? t->edition->categories : t->edition->sectors;
    const gvc_int m = gvc_labels_n(items);
    char label[600];

    assert_int_equal(gvc_csv__rows(csv), t->n);
    assert_int_equal(gvc_csv__columns(csv), view.cols + 1);
    for (gvc_int j = 0; j < view.cols; j++) {
        snprintf(label, sizeof label, "%s:%s", gvc_labels_code(t->edition->countries, j / m),
                 gvc_labels_code(items, j % m));
        assert_true(gvc_csv__find(csv, label) == j + 1);
    }
    for (gvc_int i = 0; i < t->n; i++) {
        assert_string_equal(gvc_csv__cell(csv, i, 0),
                            gvc_table__industry(t, i, label, sizeof label));
        for (gvc_int j = 0; j < view.cols; j++)
            compare(f, view.a[i + j * view.ld], gvc_csv__cell(csv, i, j + 1));
    }
    gvc_csv__free(csv);
}

static void check_vector(gvc_ctx *ctx, const fixture *f, const gvc_table *t, const char *name,
                         const double *values)
{
    gvc_csv *csv = expected(ctx, f, name);

    assert_int_equal(gvc_csv__columns(csv), t->n + 1);
    for (gvc_int i = 0; i < t->n; i++)
        compare(f, values[i], gvc_csv__cell(csv, 0, i + 1));
    gvc_csv__free(csv);
}

/* The primary inputs beside value added, by their codes. */
static void check_other(gvc_ctx *ctx, const fixture *f, const gvc_table *t)
{
    char path[1024], name[200];
    gvc_csv *csv;

    snprintf(name, sizeof name, "expected/%s/other.csv", f->expected);
    if (!gvc_file__exists(place(path, name)))
        return;
    csv = expected(ctx, f, "other");
    for (gvc_int row = 0; row < gvc_csv__rows(csv); row++) {
        const char *code = gvc_csv__cell(csv, row, 0);
        const gvc_int p = t->primaries ? gvc_labels_find(t->primaries, code) : -1;

        if (p < 0)
            fail_msg("%s: no primary input %s", f->expected, code);
        for (gvc_int i = 0; i < t->n; i++)
            compare(f, t->primary[p * t->n + i], gvc_csv__cell(csv, row, i + 1));
    }
    gvc_csv__free(csv);
}

static gvc_table *read_fixture(gvc_ctx *ctx, const fixture *f)
{
    char path[1024], countries[1024];
    const gvc_import_opts opts = { .format = f->force,
                                   .countries =
                                       f->countries ? place(countries, f->countries) : NULL };
    gvc_import *import;
    gvc_table *table = NULL;
    gvc_int i = 0;

    assert_ok(ctx, gvc_import_open(ctx, &import, place(path, f->file), &opts));
    assert_string_equal(gvc_import_format(import), f->format);
    while (i + 1 < gvc_import_n(import) && gvc_import_year(import, i) != f->year)
        i++;
    assert_ok(ctx, gvc_import_table(ctx, &table, import, i, f->year));
    gvc_import_close(import);
    return table;
}

static void fixtures_give_the_expected_matrices(void **state)
{
    gvc_ctx *ctx = *state;

    for (int c = 0; c < CASES; c++) {
        const fixture *f = &cases[c];
        gvc_table *t = read_fixture(ctx, f);
        double *Z = literal_transpose(t->Zt.a, t->n, t->n);

        assert_int_equal(gvc_table_year(t), f->year);
        check_matrix(ctx, f, t, "Z", (gvc_view){ Z, t->n, t->n, t->n }, 0);
        check_matrix(ctx, f, t, "FD", t->FD, 1);
        check_vector(ctx, f, t, "VA", t->VA);
        check_vector(ctx, f, t, "x", t->x);
        check_other(ctx, f, t);
        assert_non_null(gvc_attrs__get(t->attrs, "source_sha256"));
        free(Z);
        gvc_table_free(t);
    }
}

/* A copy of the MATLAB file whose z lies the other way round. */
static void write_turned(gvc_ctx *ctx, const char *from, const char *to, gvc_int n)
{
    double *z = literal_matrix(n, n), *turned;
    char *bytes = NULL;
    gvc_int size;
    FILE *copy = fopen(to, "wb");
    hid_t file, set;

    assert_ok(ctx, gvc_file__read(ctx, &bytes, &size, from, 1 << 24));
    assert_non_null(copy);
    assert_int_equal(fwrite(bytes, 1, (size_t)size, copy), size);
    assert_int_equal(fclose(copy), 0);
    gvc_mem__free(bytes);
    file = H5Fopen(to, H5F_ACC_RDWR, H5P_DEFAULT);
    set = H5Dopen2(file, "z", H5P_DEFAULT);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, z) >= 0);
    turned = literal_transpose(z, n, n);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, turned) >= 0);
    H5Dclose(set);
    H5Fclose(file);
    free(z);
    free(turned);
}

static void matlab_flows_may_lie_either_way(void **state)
{
    gvc_ctx *ctx = *state;
    fixture f = { .file = "global_mrio_2015.mat", .format = "emerging-mat73", .year = 2015 };
    gvc_table *plain = read_fixture(ctx, &f), *turned = NULL;
    gvc_import *import;
    char from[1024], to[1024];

    snprintf(to, sizeof to, "%s/turned_2015.mat", test_folder());
    write_turned(ctx, place(from, f.file), to, plain->n);
    assert_ok(ctx, gvc_import_open(ctx, &import, to, NULL));
    assert_ok(ctx, gvc_import_table(ctx, &turned, import, 0, f.year));
    gvc_import_close(import);
    assert_true(plain->Zt.a[1] != plain->Zt.a[plain->Zt.ld]);
    assert_memory_equal(turned->Zt.a, plain->Zt.a, sizeof(double) * (size_t)(plain->n * plain->n));
    gvc_table_free(plain);
    gvc_table_free(turned);
    unlink(to);
}

/* Every allocation of a reading fails once; the failure is told and nothing is left behind. */
static void failing_memory_is_told(void **state)
{
    gvc_ctx *ctx = *state;

    for (int c = 0; c < CASES; c++) {
        char path[1024], countries[1024];
        const fixture *f = &cases[c];
        const gvc_import_opts opts = { .format = f->force,
                                       .countries =
                                           f->countries ? place(countries, f->countries) : NULL };
        gvc_status st = GVC_ENOMEM;

        for (gvc_int n = 1; st != GVC_OK; n++) {
            gvc_import *import = NULL;
            gvc_table *table = NULL;

            gvc_mem__fail_after(ctx, n);
            st = gvc_import_open(ctx, &import, place(path, f->file), &opts);
            if (st == GVC_OK)
                st = gvc_import_table(ctx, &table, import, 0, f->year);
            gvc_mem__fail_after(ctx, 0);
            gvc_table_free(table);
            gvc_import_close(import);
            if (st != GVC_OK && st != GVC_ENOMEM)
                fail_msg("%s, allocation %lld: %s", f->file, (long long)n, gvc_ctx_message(ctx));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(fixtures_give_the_expected_matrices),
        context_test(matlab_flows_may_lie_either_way),
        context_test(failing_memory_is_told),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
