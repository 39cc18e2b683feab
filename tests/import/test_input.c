#include "base/file.h"
#include "base/mem.h"

#include <gvc/frame.h>
#include <gvc/input.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static gvc_ctx *ctx;

static const char *place(const char *name)
{
    static char path[512];
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, sizeof path, "%s/%s", tests ? tests : "tests", name);
    return path;
}

static void folder_is_one_table_without_a_year(void **state)
{
    gvc_input *input;
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_input_open(ctx, &input, place("golden/t4x5/")), GVC_OK);
    assert_string_equal(gvc_input_kind(input), "folder");
    assert_string_equal(gvc_input_path(input), place("golden/t4x5"));
    assert_int_equal(gvc_input_n_years(input), 1);
    assert_int_equal(gvc_input_year(input, 0), GVC_INT_MISSING);
    assert_int_equal(gvc_labels_n(gvc_edition_countries(gvc_input_edition(input))), 4);
    assert_int_equal(gvc_input_table(ctx, &table, input, 0), GVC_OK);
    gvc_input_close(input);
    assert_int_equal(gvc_table_n(table), 20);
    gvc_table_free(table);
}

/* (cd tests/golden/t4x5 && sha256sum F.csv Z.csv fcols.csv groups.csv inputs.csv labels.csv x.csv |
 * sha256sum) */
static void folder_digest_is_that_of_its_files_in_order_of_name(void **state)
{
    const char *first, *again;
    gvc_input *input;

    (void)state;
    assert_int_equal(gvc_input_open(ctx, &input, place("golden/t4x5")), GVC_OK);
    assert_int_equal(gvc_input_sha256(ctx, input, &first), GVC_OK);
    assert_string_equal(first, "dba53e77eeb5c38a4ada0a0a99dd2ccd35f49c103bbcc95e152ffc6695bca0aa");
    assert_int_equal(gvc_input_sha256(ctx, input, &again), GVC_OK);
    assert_ptr_equal(first, again);
    gvc_input_close(input);
}

static void store_is_known_by_its_content(void **state)
{
    char want[GVC_SHA256_TEXT];
    const char *digest;
    gvc_input *input;
    gvc_table *table;

    (void)state;
    assert_int_equal(gvc_input_open(ctx, &input, place("fixtures/store_packed.h5")), GVC_OK);
    assert_string_equal(gvc_input_kind(input), "store");
    assert_int_equal(gvc_input_n_years(input), 1);
    assert_int_equal(gvc_file__sha256(ctx, place("fixtures/store_packed.h5"), want), GVC_OK);
    assert_int_equal(gvc_input_sha256(ctx, input, &digest), GVC_OK);
    assert_string_equal(digest, want);
    assert_int_equal(gvc_input_table(ctx, &table, input, 0), GVC_OK);
    assert_int_equal(gvc_table_year(table), gvc_input_year(input, 0));
    gvc_table_free(table);
    gvc_input_close(input);
}

static void what_is_neither_is_refused(void **state)
{
    gvc_input *input;

    (void)state;
    assert_int_equal(gvc_input_open(ctx, &input, place("golden/t9x9")), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "golden/t9x9: no such file; a store (.h5) or a "
                                                 "folder of CSV files expected"));
    assert_null(input);
    assert_int_equal(gvc_input_open(ctx, &input, place("golden")), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "golden/labels.csv: not found"));
    assert_int_not_equal(gvc_input_open(ctx, &input, place("golden/t4x5/Z.csv")), GVC_OK);
    assert_non_null(strstr(gvc_ctx_message(ctx), "Z.csv"));
    assert_null(input);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_is_one_table_without_a_year),
        cmocka_unit_test(folder_digest_is_that_of_its_files_in_order_of_name),
        cmocka_unit_test(store_is_known_by_its_content),
        cmocka_unit_test(what_is_neither_is_refused),
    };

    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
