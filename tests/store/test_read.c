#include "store/store.h"

#include "base/mem.h"
#include "../support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    assert_same_bits(plain->Z.a, packed->Z.a, 144);
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
            sum += t->Z.a[i + j * t->Z.ld];
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(packed_chunks_read_like_plain_arrays),
        context_test(rows_of_the_fixture_balance),
        context_test(bad_stores_are_refused_with_file_and_place),
        context_test(nan_is_counted_and_named_by_its_industries),
        context_test(files_that_are_no_stores_say_what_to_do),
        context_test(a_memory_limit_is_kept_before_reading),
        context_test(every_failing_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
