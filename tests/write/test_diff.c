#include "../support/support.h"

#include <gvc/diff.h>
#include <gvc/history.h>
#include <gvc/write.h>

#include "base/labels.h"
#include "base/mem.h"
#include "frame/frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_text(const char *name, const char *text)
{
    FILE *out = fopen(in_folder(name), "w");

    fputs(text, out);
    fclose(out);
}

static gvc_diff *compare(gvc_ctx *ctx, const char *a, const char *b, double rel, double abs)
{
    const gvc_diff_opts opts = { rel, abs, 3 };
    gvc_diff *diff;

    assert_ok(ctx, gvc_diff_new(ctx, &diff, in_folder(a), in_folder(b), &opts));
    return diff;
}

static gvc_diff *compare_texts(gvc_ctx *ctx, const char *a, const char *b, double rel, double abs)
{
    write_text("a.csv", a);
    write_text("b.csv", b);
    return compare(ctx, "a.csv", "b.csv", rel, abs);
}

static void expect_counts(const gvc_diff *diff, gvc_int compared, const gvc_int *counts)
{
    assert_int_equal(gvc_diff_compared(diff), compared);
    for (int k = 0; k < GVC_DIFF_KINDS; k++)
        assert_int_equal(gvc_diff_count(diff, (gvc_diff_kind)k), counts[k]);
}

static void order_of_rows_and_columns_does_not_matter(void **state)
{
    gvc_diff *diff =
        compare_texts(*state, "year,country,up,down\n2000,CHN,1.5,\n2000,\"A,\"\"B\"\"\",2,3\n",
                      "down,year,country,up\n3,2000,\"A,\"\"B\"\"\",2.0\n,2000,CHN,15e-1\n", 0, 0);

    expect_counts(diff, 4, (gvc_int[]){ 0, 0, 0, 0, 0 });
    assert_true(gvc_diff_equal(diff));
    gvc_diff_free(diff);
}

static void numbers_are_equal_up_to_either_tolerance(void **state)
{
    static const char a[] = "country,x,y\nCHN,100,1e-12\n", b[] = "country,x,y\nCHN,101,3e-12\n";
    gvc_diff *diff = compare_texts(*state, a, b, 0, 0);
    const gvc_diff_entry *e;

    expect_counts(diff, 2, (gvc_int[]){ 2, 0, 0, 0, 0 });
    e = gvc_diff_largest(diff, 0);
    assert_string_equal(e->column, "y");
    assert_close(e->size, 2.0 / 3, 1e-12);
    e = gvc_diff_first(diff, 0);
    assert_string_equal(e->column, "x");
    assert_string_equal(e->key, "country=CHN");
    assert_true(e->a == 100 && e->b == 101);
    gvc_diff_free(diff);
    diff = compare_texts(*state, a, b, 0.01, 0);
    expect_counts(diff, 2, (gvc_int[]){ 1, 0, 0, 0, 0 });
    gvc_diff_free(diff);
    diff = compare_texts(*state, a, b, 0, 1e-11);
    expect_counts(diff, 2, (gvc_int[]){ 1, 0, 0, 0, 0 });
    gvc_diff_free(diff);
    diff = compare_texts(*state, a, b, 0.01, 1e-11);
    assert_true(gvc_diff_equal(diff));
    gvc_diff_free(diff);
}

static void missing_values_and_rows_are_differences(void **state)
{
    gvc_diff *diff = compare_texts(*state, "country,x,y\nCHN,1,2\nDEU,3,\nUSA,,5\n",
                                   "country,x,z\nUSA,,9\nCHN,,2\nJPN,7,7\n", 1, 1e9);

    expect_counts(diff, 2, (gvc_int[]){ 0, 1, 0, 2, 2 });
    assert_int_equal(gvc_diff_n_largest(diff), 0);
    assert_int_equal(gvc_diff_n_first(diff), 3);
    assert_string_equal(gvc_diff_first(diff, 0)->column, "y");
    assert_int_equal(gvc_diff_first(diff, 1)->kind, GVC_DIFF_ONLY_B);
    assert_int_equal(gvc_diff_first(diff, 2)->kind, GVC_DIFF_MISSING);
    assert_true(isnan(gvc_diff_first(diff, 2)->b) && gvc_diff_first(diff, 2)->a == 1);
    gvc_diff_free(diff);
}

static void largest_are_sorted_and_cut(void **state)
{
    gvc_diff *diff = compare_texts(*state, "country,x\na,1\nb,1\nc,1\nd,1\ne,1\n",
                                   "country,x\na,2\nb,8\nc,1\nd,4\ne,16\n", 0, 0);

    assert_int_equal(gvc_diff_count(diff, GVC_DIFF_NUMBER), 4);
    assert_int_equal(gvc_diff_n_largest(diff), 3);
    assert_string_equal(gvc_diff_largest(diff, 0)->key, "country=e");
    assert_string_equal(gvc_diff_largest(diff, 1)->key, "country=b");
    assert_string_equal(gvc_diff_largest(diff, 2)->key, "country=d");
    gvc_diff_free(diff);
}

static void infinities_and_zeros(void **state)
{
    gvc_diff *diff = compare_texts(*state, "country,x,y,z\na,inf,-0,inf\n",
                                   "country,x,y,z\na,inf,0,-inf\n", 0.5, 0);

    expect_counts(diff, 3, (gvc_int[]){ 1, 0, 0, 0, 0 });
    assert_string_equal(gvc_diff_first(diff, 0)->column, "z");
    gvc_diff_free(diff);
}

static void refuse(gvc_ctx *ctx, const char *a, const char *b, gvc_status status,
                   const char *message)
{
    gvc_diff *diff;

    assert_int_equal(gvc_diff_new(ctx, &diff, in_folder(a), in_folder(b), NULL), status);
    assert_null(diff);
    if (!strstr(gvc_ctx_message(ctx), message))
        fail_msg("\"%s\" found, \"%s\" expected", gvc_ctx_message(ctx), message);
}

static void what_cannot_be_compared_is_refused(void **state)
{
    write_text("a.csv", "country,x\nCHN,1\n");
    write_text("twice.csv", "country,x\nCHN,1\nCHN,2\n");
    write_text("keys.csv", "country,sector,x\nCHN,a,1\n");
    write_text("ragged.csv", "country,x\nCHN\n");
    write_text("empty.csv", "");
    write_text("names.csv", "x,x\n1,2\n");
    write_text("quote.csv", "country,x\n\"CHN,1\n");
    write_text("h.h5", "\x89HDF\r\n\x1a\n");
    refuse(*state, "a.csv", "nothing.csv", GVC_EIO, "no such file");
    refuse(*state, "a.csv", "twice.csv", GVC_EDATA, "several rows have the keys country=CHN");
    refuse(*state, "twice.csv", "a.csv", GVC_EDATA, "several rows have the keys country=CHN");
    refuse(*state, "a.csv", "keys.csv", GVC_EDATA, "no key column sector");
    refuse(*state, "keys.csv", "a.csv", GVC_EDATA, "no key column sector");
    refuse(*state, "a.csv", "ragged.csv", GVC_EDATA, "line 2");
    refuse(*state, "a.csv", "empty.csv", GVC_EDATA, "header");
    refuse(*state, "names.csv", "a.csv", GVC_EDATA, "same name");
    refuse(*state, "quote.csv", "a.csv", GVC_EDATA, "does not end well");
    refuse(*state, "a.csv", "h.h5", GVC_EUSAGE, "files of one format");
    refuse(*state, "h.h5", "h.h5", GVC_EDATA, "h.h5");
    refuse(*state, ".", "a.csv", GVC_EIO, "a folder");
}

/* ---- HDF5 ---- */

/* One value per country in the order given; value i belongs to the country of that letter. */
static gvc_frame *frame_of(gvc_ctx *ctx, const char *letters, const double *values)
{
    const gvc_column_info country = { .name = "country" };
    const gvc_column_info value = { .name = "up", .unit = "stages", .group = "position" };
    const gvc_int n = (gvc_int)strlen(letters);
    const char *codes[8] = { NULL };
    char text[8][2];
    gvc_labels *labels;
    gvc_frame *frame;
    int32_t *key;
    double *reals;

    for (gvc_int i = 0; i < n; i++) {
        text[i][0] = letters[i];
        text[i][1] = '\0';
        codes[i] = text[i];
    }
    assert_ok(ctx, gvc_labels__new(ctx, &labels, n, codes, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, "country", 2011, n));
    key = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &country, labels);
    reals = gvc_frame__add_real(ctx, frame, &value);
    for (gvc_int i = 0; i < n; i++) {
        key[i] = (int32_t)i;
        reals[i] = values[letters[i] - 'a'];
    }
    gvc_labels__free(labels);
    return frame;
}

static void write_h5(gvc_ctx *ctx, const char *name, const char *letters, const double *values,
                     const char *panel)
{
    gvc_frame *frame = frame_of(ctx, letters, values);
    gvc_provenance *provenance;
    gvc_writer *writer;
    gvc_write_opts opts = { .force = 1, .panel = panel };

    assert_ok(ctx, gvc_provenance_new(ctx, &provenance, "gvc index a.h5 -o b.h5"));
    assert_ok(ctx, gvc_provenance_add(ctx, provenance, "solver", "lu"));
    opts.provenance = provenance;
    assert_ok(ctx, gvc_writer_open(ctx, &writer, in_folder(name), &opts));
    assert_ok(ctx, gvc_writer_add(ctx, writer, frame));
    assert_ok(ctx, gvc_writer_close(ctx, writer));
    gvc_provenance_free(provenance);
    gvc_frame_free(frame);
}

static void arrays_are_matched_by_label(void **state)
{
    const double values[] = { 1, 2, NAN, 4 }, other[] = { 1, 2, 3, 5 };
    gvc_diff *diff;

    write_h5(*state, "a.h5", "abcd", values, NULL);
    write_h5(*state, "b.h5", "dcba", values, NULL);
    diff = compare(*state, "a.h5", "a.h5", 0, 0);
    assert_true(gvc_diff_equal(diff));
    gvc_diff_free(diff);
    /* The lists of labels themselves are in another order, the values are the same. */
    diff = compare(*state, "a.h5", "b.h5", 0, 0);
    expect_counts(diff, 8, (gvc_int[]){ 0, 0, 4, 0, 0 });
    gvc_diff_free(diff);
    write_h5(*state, "b.h5", "abcd", other, NULL);
    diff = compare(*state, "a.h5", "b.h5", 0, 0);
    expect_counts(diff, 8, (gvc_int[]){ 1, 1, 0, 0, 0 });
    assert_string_equal(gvc_diff_largest(diff, 0)->key, "country=d");
    assert_string_equal(gvc_diff_largest(diff, 0)->where, "/results/2011/position/country/up");
    gvc_diff_free(diff);
    write_h5(*state, "b.h5", "abc", values, NULL);
    diff = compare(*state, "a.h5", "b.h5", 0, 0);
    expect_counts(diff, 6, (gvc_int[]){ 0, 0, 0, 2, 0 });
    gvc_diff_free(diff);
}

static void panels_are_matched_by_key(void **state)
{
    const double values[] = { 1, 2, NAN, 4 }, other[] = { 1, 2, 3, 5 };
    gvc_diff *diff;

    write_h5(*state, "a.h5", "abcd", values, "p");
    write_h5(*state, "b.h5", "dbca", other, "p");
    diff = compare(*state, "a.h5", "b.h5", 0, 0);
    assert_int_equal(gvc_diff_count(diff, GVC_DIFF_NUMBER), 1);
    assert_int_equal(gvc_diff_count(diff, GVC_DIFF_MISSING), 1);
    assert_int_equal(gvc_diff_count(diff, GVC_DIFF_TEXT), 0);
    assert_string_equal(gvc_diff_largest(diff, 0)->key, "country=d");
    gvc_diff_free(diff);
    write_h5(*state, "b.h5", "dbca", values, "q");
    diff = compare(*state, "a.h5", "b.h5", 0, 0);
    assert_int_equal(gvc_diff_count(diff, GVC_DIFF_ONLY_A), 1);
    assert_int_equal(gvc_diff_count(diff, GVC_DIFF_ONLY_B), 1);
    gvc_diff_free(diff);
}

/* ---- histories ---- */

static void history_comes_from_attributes_and_side_files(void **state)
{
    const double values[] = { 1, 2 };
    gvc_history *h;

    write_h5(*state, "a.h5", "ab", values, NULL);
    assert_ok(*state, gvc_history_read(*state, &h, in_folder("a.h5")));
    assert_string_equal(gvc_history_find(h, "command"), "gvc index a.h5 -o b.h5");
    assert_string_equal(gvc_history_find(h, "solver"), "lu");
    gvc_history_free(h);
    write_text("a.csv", "country,x\nCHN,1\n");
    write_text("a.csv.meta.json",
               "{\"provenance\": {\"command\": \"gvc x\", \"synthetic\": true, \"inputs\": "
               "[{\"table_file\": \"one\"}, {\"table_file\": \"two\", \"history\": \"l1\\nl2\"}], "
               "\"facts\": {\"certified error bound\": 5.5e-15}}}");
    assert_ok(*state, gvc_history_read(*state, &h, in_folder("a.csv")));
    assert_int_equal(gvc_history_n(h), 6);
    assert_string_equal(gvc_history_name(h, 0), "command");
    assert_string_equal(gvc_history_text(h, 1), "true");
    assert_string_equal(gvc_history_find(h, "table_file"), "one");
    assert_string_equal(gvc_history_find(h, "table_file_2"), "two");
    assert_string_equal(gvc_history_find(h, "history_2"), "l1\nl2");
    assert_string_equal(gvc_history_find(h, "certified error bound"), "5.5e-15");
    gvc_history_free(h);
}

static void file_without_provenance_says_so(void **state)
{
    static const char *const bad[] = { "", "{", "[]", "{\"provenance\": 1}",
                                       "{\"provenance\": {\"inputs\": 3, \"facts\": []}}" };
    gvc_history *h;

    assert_int_equal(gvc_history_read(*state, &h, in_folder("nothing")), GVC_EIO);
    write_text("c.csv", "country,x\nCHN,1\n");
    assert_int_equal(gvc_history_read(*state, &h, in_folder("c.csv")), GVC_EDATA);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_text("c.csv.meta.json", bad[i]);
        assert_int_equal(gvc_history_read(*state, &h, in_folder("c.csv")), GVC_EDATA);
        assert_null(h);
    }
}

/* ---- memory ---- */

static void fail_at_every_allocation(gvc_ctx *ctx, const char *a, const char *b)
{
    const gvc_diff_opts opts = { .show = 2 };
    gvc_diff *diff = NULL;

    for (gvc_int n = 1; !diff; n++) {
        gvc_status st;

        gvc_mem__fail_after(ctx, n);
        st = gvc_diff_new(ctx, &diff, in_folder(a), in_folder(b), &opts);
        gvc_mem__fail_after(ctx, 0);
        assert_int_equal(st, diff ? GVC_OK : GVC_ENOMEM);
        assert_true(n < 2000);
    }
    gvc_diff_free(diff);
}

static void every_allocation_may_fail(void **state)
{
    const double values[] = { 1, 2, NAN, 4 }, other[] = { 1, 2, 3, 5 };

    write_text("a.csv", "country,x,y\nCHN,1,2\nDEU,3,\nUSA,,5\n");
    write_text("b.csv", "country,x,z\nUSA,,9\nCHN,,2\nJPN,7,7\n");
    fail_at_every_allocation(*state, "a.csv", "b.csv");
    write_h5(*state, "a.h5", "abcd", values, "p");
    write_h5(*state, "b.h5", "dbca", other, "p");
    fail_at_every_allocation(*state, "a.h5", "b.h5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(order_of_rows_and_columns_does_not_matter),
        context_test(numbers_are_equal_up_to_either_tolerance),
        context_test(missing_values_and_rows_are_differences),
        context_test(largest_are_sorted_and_cut),
        context_test(infinities_and_zeros),
        context_test(what_cannot_be_compared_is_refused),
        context_test(arrays_are_matched_by_label),
        context_test(panels_are_matched_by_key),
        context_test(history_comes_from_attributes_and_side_files),
        context_test(file_without_provenance_says_so),
        context_test(every_allocation_may_fail),
    };

    return cmocka_run_group_tests_name("write_diff", tests, make_folder, drop_folder);
}
