#include "store/store.h"

#include "base/file.h"
#include "base/mem.h"
#include "../support/support.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *fixture(const char *name)
{
    static char path[4096];
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, sizeof path, "%s/fixtures/%s", tests ? tests : "tests", name);
    return path;
}

static gvc_table *read_first(gvc_ctx *ctx, const char *path)
{
    gvc_store *store = NULL;
    gvc_table *table = NULL;

    assert_ok(ctx, gvc_store__open(ctx, &store, path));
    assert_ok(ctx, gvc_store__table(ctx, &table, store, 0));
    gvc_store__close(store);
    return table;
}

static void assert_same_bits(const double *a, const double *b, gvc_int n)
{
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
}

static void packed_chunks_read_like_plain_arrays(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *plain = read_first(ctx, fixture("store_plain.h5"));
    gvc_table *packed = read_first(ctx, fixture("store_packed.h5"));

    assert_int_equal(plain->n, 12);
    assert_int_equal(plain->K, 5);
    assert_int_equal(plain->year, 2005);
    assert_int_equal(plain->va_given, 1);
    assert_string_equal(plain->va_rule, "row:r64");
    assert_string_equal(gvc_edition_native(plain->edition, 2), "ROM");
    assert_string_equal(gvc_labels_code(plain->edition->countries, 2), "ROU");
    assert_string_equal(gvc_edition_attr(plain->edition, "multiplier"), "1000000");
    assert_same_bits(plain->Zt.a, packed->Zt.a, 144);
    assert_same_bits(plain->FD.a, packed->FD.a, 240);
    assert_same_bits(plain->x, packed->x, 12);
    assert_same_bits(plain->VA, packed->VA, 12);
    gvc_table_free(plain);
    gvc_table_free(packed);
}

/* Rows of the fixture add up to output, columns to output with value added and other inputs. */
static void rows_of_the_fixture_balance(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *t = read_first(ctx, fixture("store_plain.h5"));

    for (gvc_int i = 0; i < t->n; i++) {
        double sum = 0;

        for (gvc_int j = 0; j < t->n; j++)
            sum += t->Zt.a[j + i * t->Zt.ld];
        for (gvc_int j = 0; j < t->FD.cols; j++)
            sum += t->FD.a[i + j * t->FD.ld];
        assert_close(sum, t->x[i], 1e-6);
    }
    gvc_table_free(t);
}

static gvc_status read_everything(gvc_ctx *ctx, const char *path)
{
    gvc_store *store = NULL;
    gvc_status st = gvc_store__open(ctx, &store, path);

    for (gvc_int i = 0; st == GVC_OK && i < gvc_store__n_years(store); i++) {
        gvc_table *table = NULL;

        st = gvc_store__table(ctx, &table, store, i);
        gvc_table_free(table);
    }
    gvc_store__close(store);
    return st;
}

static void bad_stores_are_refused_with_file_and_place(void **state)
{
    static const struct {
        const char *file, *place, *text;
    } bad[] = {
        { "store_newer_schema.h5", "/", "schema_version 99" },
        { "store_nonsquare.h5", "/years/2005/Z", "12 x 11 found, 12 x 12 expected" },
        { "store_label_count.h5", "/country_native", "4 entries found, 1 expected" },
        { "store_no_FD.h5", "/years/2005/FD", "missing" },
        { "store_nan.h5", "/years/2005", "nan found, a finite number expected" },
        { "store_bad_crc.h5", "/years/2005/x", "00000001 expected" },
        { "store_external_link.h5", "/years/2005/Z", "a link to another file found" },
        { "store_duplicate_country.h5", "/country", "\"AUS\" stands twice" },
    };
    gvc_ctx *ctx = *state;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *path = fixture(bad[i].file);

        assert_int_equal(read_everything(ctx, path), GVC_EDATA);
        assert_string_equal(gvc_ctx_message_file(ctx), path);
        assert_non_null(strstr(gvc_ctx_message_place(ctx), bad[i].place));
        assert_non_null(strstr(gvc_ctx_message(ctx), bad[i].text));
    }
}

static void nan_is_counted_and_named_by_its_industries(void **state)
{
    gvc_ctx *ctx = *state;

    assert_int_equal(read_everything(ctx, fixture("store_nan.h5")), GVC_EDATA);
    assert_string_equal(gvc_ctx_message_place(ctx), "/years/2005: Z, AUS:c2 to AUS:c3");
}

static void files_that_are_no_stores_say_what_to_do(void **state)
{
    gvc_ctx *ctx = *state;

    assert_int_equal(read_everything(ctx, fixture("no such file.h5")), GVC_EIO);
    assert_int_equal(read_everything(ctx, fixture("")), GVC_EIO);
    assert_int_equal(read_everything(ctx, fixture("../store/test_read.c")), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "not a gvc file (not HDF5); try gvc import"));
}

static void a_memory_limit_is_kept_before_reading(void **state)
{
    gvc_ctx *ctx = *state;

    gvc_ctx_set_memory(ctx, gvc_ctx_memory_used(ctx) + 150000);
    assert_int_equal(read_everything(ctx, fixture("store_plain.h5")), GVC_OK);
    gvc_ctx_set_memory(ctx, gvc_ctx_memory_used(ctx) + 90000);
    assert_int_equal(read_everything(ctx, fixture("store_plain.h5")), GVC_ENOMEM);
    gvc_ctx_set_memory(ctx, 0);
}

static void every_failing_allocation_is_reported(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_status st = GVC_ENOMEM;
    gvc_int n = 0;

    for (; st != GVC_OK && n < 1000; n++) {
        gvc_mem__fail_after(ctx, n + 1);
        st = read_everything(ctx, fixture("store_packed.h5"));
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
    }
    gvc_mem__fail_after(ctx, 0);
    assert_true(n > 20 && n < 1000);
}

/* A file cut anywhere is refused, or nothing of what is read was cut off. */
static void a_truncated_store_is_refused_or_read_right(void **state)
{
    gvc_ctx *ctx = *state;
    const char *names[] = { "store_plain.h5", "store_packed.h5" };
    gvc_int refused = 0;

    for (int k = 0; k < 2; k++) {
        const char *path = in_folder("cut.h5");
        char *data = NULL;
        gvc_int bytes = 0;

        assert_ok(ctx, gvc_file__read(ctx, &data, &bytes, fixture(names[k]), 1 << 20));
        for (gvc_int cut = 0; cut < bytes; cut += 149) {
            FILE *out = fopen(path, "wb");

            assert_non_null(out);
            assert_int_equal(fwrite(data, 1, (size_t)cut, out), cut);
            fclose(out);
            refused += read_everything(ctx, path) == GVC_EDATA;
        }
        assert_int_equal(refused, (bytes + 148) / 149);
        refused = 0;
        unlink(path);
        gvc_mem__free(data);
    }
}

/* /2011/Z F x with fixed-length labels and whole numbers, rows and columns country-major. */
static void write_old_layout(const char *path)
{
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t year = H5Gcreate2(file, "2011", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t two = 2, square[2] = { 4, 4 }, n = 4;
    const int32_t Z[4][4] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 8, 7, 6 }, { 5, 4, 3, 2 } };
    const int32_t x[4] = { 100, 101, 102, 103 };
    const hid_t text = H5Tcopy(H5T_C_S1);

    H5Tset_size(text, 4);
    H5LTmake_dataset(file, "countries", 1, &two, text, "ROM\0RoW\0");
    H5LTmake_dataset(file, "sectors", 1, &two, text, "c1\0\0c2\0\0");
    H5LTmake_dataset(year, "Z", 2, square, H5T_NATIVE_INT32, Z);
    H5LTmake_dataset(year, "F", 2, square, H5T_NATIVE_INT32, Z);
    H5LTmake_dataset(year, "x", 1, &n, H5T_NATIVE_INT32, x);
    H5Tclose(text);
    H5Gclose(year);
    H5Fclose(file);
}

static void the_old_layout_is_read_with_residual_value_added(void **state)
{
    gvc_ctx *ctx = *state;
    const char *path = in_folder("old.h5");
    gvc_table *t;

    write_old_layout(path);
    t = read_first(ctx, path);
    assert_int_equal(t->year, 2011);
    assert_int_equal(t->K, 2);
    assert_string_equal(gvc_labels_code(t->edition->countries, 0), "ROU");
    assert_string_equal(gvc_edition_native(t->edition, 1), "RoW");
    assert_true(t->Zt.a[2 + 1 * t->Zt.ld] == 7);
    assert_false(t->va_given);
    assert_true(t->VA[0] == 80);
    gvc_table_free(t);
    unlink(path);
}

/* The real release: 12 years of 41 countries x 35 sectors whose rows add up to output. */
static void the_wiod_release_balances_in_every_year(void **state)
{
    gvc_ctx *ctx = *state;
    const char *shared = getenv("GVC_SHARED");
    char path[4096];
    gvc_store *store = NULL;

    snprintf(path, sizeof path, "%s/data/wiod13.h5", shared ? shared : "../shared");
    if (access(path, R_OK) != 0) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
    assert_ok(ctx, gvc_store__open(ctx, &store, path));
    assert_int_equal(gvc_store__n_years(store), 12);
    for (gvc_int y = 0; y < 12; y += 11) {
        gvc_table *t = NULL;

        assert_ok(ctx, gvc_store__table(ctx, &t, store, y));
        assert_int_equal(t->n, 1435);
        for (gvc_int i = 0; i < t->n; i++) {
            double sum = -t->x[i];

            for (gvc_int j = 0; j < t->n; j++)
                sum += t->Zt.a[j + i * t->Zt.ld];
            for (gvc_int j = 0; j < t->FD.cols; j++)
                sum += t->FD.a[i + j * t->FD.ld];
            assert_true(sum <= 113 && sum >= -113);
        }
        gvc_table_free(t);
    }
    gvc_store__close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(packed_chunks_read_like_plain_arrays),
        context_test(rows_of_the_fixture_balance),
        context_test(bad_stores_are_refused_with_file_and_place),
        context_test(nan_is_counted_and_named_by_its_industries),
        context_test(files_that_are_no_stores_say_what_to_do),
        context_test(a_memory_limit_is_kept_before_reading),
        context_test(a_truncated_store_is_refused_or_read_right),
        context_test(the_old_layout_is_read_with_residual_value_added),
        context_test(the_wiod_release_balances_in_every_year),
        context_test(every_failing_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
