#include "../support/support.h"

#include "base/attrs.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gvc_ctx *ctx;

static int make_ctx(void **state)
{
    (void)state;
    ctx = gvc_ctx_new();
    return ctx ? 0 : -1;
}

static int drop_ctx(void **state)
{
    (void)state;
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
    return 0;
}

static void check_text(double value, const char *want)
{
    char text[GVC_DECIMAL_MAX + 1];
    const size_t len = gvc_decimal__write(text, value);

    text[len] = '\0';
    assert_string_equal(text, want);
}

static void decimals_are_short_and_plain(void **state)
{
    (void)state;
    check_text(0.1, "0.1");
    check_text(-0.0, "0");
    check_text(2084965, "2084965");
    check_text(1e-5, "0.00001");
    check_text(1e-6, "1e-06");
    check_text(-123456.789, "-123456.789");
    check_text(1e16, "10000000000000000");
    check_text(1e17, "1e+17");
    check_text(5e-324, "5e-324");
    check_text(1.7976931348623157e308, "1.7976931348623157e+308");
}

static void decimals_read_back_to_the_same_bits(void **state)
{
    uint64_t seed = 88172645463325252u;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[GVC_DECIMAL_MAX];
        double value, back = 0;
        size_t len;

        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        memcpy(&value, &seed, sizeof value);
        if (!isfinite(value) || value == 0)
            continue;
        len = gvc_decimal__write(text, value);
        assert_true(len <= GVC_DECIMAL_MAX);
        assert_ptr_equal(gvc_decimal__read(text, text + len, &back), text + len);
        assert_memory_equal(&value, &back, sizeof value);
    }
}

static void check_read(const char *text, size_t consumed, double want)
{
    double value = -77;

    assert_int_equal(gvc_decimal__read(text, text + strlen(text), &value) - text, consumed);
    if (consumed)
        assert_true(value == want);
}

static void reading_stops_where_the_number_does(void **state)
{
    (void)state;
    check_read("12.5,3", 4, 12.5);
    check_read("+7", 2, 7);
    check_read(".5", 2, 0.5);
    check_read("1e3x", 3, 1000);
    check_read("nan", 0, 0);
    check_read("inf", 0, 0);
    check_read("-inf", 0, 0);
    check_read("+-1", 0, 0);
    check_read("--1", 0, 0);
    check_read("-", 0, 0);
    check_read("", 0, 0);
    check_read("1e999", 0, 0);
    check_read(" 1", 0, 0);
}

static void memory_is_counted_and_limited(void **state)
{
    gvc_view m;
    void *a;

    (void)state;
    gvc_ctx_set_memory(ctx, 1000);
    a = gvc_mem__alloc(ctx, 100, 8);
    assert_non_null(a);
    assert_int_equal(gvc_ctx_memory_used(ctx), 800);
    assert_int_equal((uintptr_t)a % 64, 0);
    assert_null(gvc_mem__alloc(ctx, 201, 1));
    assert_non_null(strstr(gvc_ctx_message(ctx), "limit"));
    m = gvc_mem__matrix(ctx, 5, 5);
    assert_non_null(m.a);
    assert_int_equal(gvc_ctx_memory_peak(ctx), 1000);
    gvc_mem__free(m.a);
    gvc_mem__free(a);
    gvc_ctx_set_memory(ctx, 0);
}

static void impossible_sizes_are_refused(void **state)
{
    (void)state;
    assert_null(gvc_mem__alloc(ctx, INT64_MAX / 4, 8));
    assert_null(gvc_mem__alloc(ctx, -1, 8));
    assert_null(gvc_mem__matrix(ctx, INT64_MAX / 2, 4).a);
}

static void a_chosen_allocation_fails_once(void **state)
{
    void *a, *b;

    (void)state;
    gvc_mem__fail_after(ctx, 2);
    a = gvc_mem__alloc(ctx, 1, 1);
    assert_non_null(a);
    assert_null(gvc_mem__alloc(ctx, 1, 1));
    b = gvc_mem__alloc(ctx, 1, 1);
    assert_non_null(b);
    gvc_mem__free(a);
    gvc_mem__free(b);
}

static void an_allocation_outlives_its_context(void **state)
{
    gvc_ctx *other = gvc_ctx_new();
    char *a = gvc_mem__alloc(other, 3, 1);

    (void)state;
    gvc_ctx_free(other);
    a[2] = 'x';
    gvc_mem__free(a);
}

static void a_message_names_file_and_place(void **state)
{
    (void)state;
    assert_int_equal(
        gvc_error__at(ctx, GVC_EDATA, "a.csv", "line 3", "\"%s\" is not a number", "x"), GVC_EDATA);
    assert_string_equal(gvc_ctx_message(ctx), "a.csv: line 3: \"x\" is not a number");
    assert_string_equal(gvc_ctx_message_file(ctx), "a.csv");
    assert_string_equal(gvc_ctx_message_place(ctx), "line 3");
    gvc_error__set(ctx, GVC_EIO, "again: %s", gvc_ctx_message(ctx));
    assert_string_equal(gvc_ctx_message(ctx), "again: a.csv: line 3: \"x\" is not a number");
    assert_string_equal(gvc_ctx_message_file(ctx), "");
}

static void exit_codes_are_those_promised(void **state)
{
    const int want[] = { 0, 1, 2, 3, 4, 5, 6, 6, 7, 130 };

    (void)state;
    for (int s = GVC_OK; s <= GVC_ECANCELLED; s++)
        assert_int_equal(gvc_status_exit_code((gvc_status)s), want[s]);
}

static void labels_find_each_code(void **state)
{
    const char *codes[] = { "CHN", "VNM", "ROW" },
               *names[] = { "China", NULL, "Rest of the world" };
    gvc_labels *labels, *shared;

    (void)state;
    assert_int_equal(gvc_labels__new(ctx, &labels, 3, codes, names), GVC_OK);
    shared = gvc_labels__share(labels);
    gvc_labels__free(labels);
    for (int i = 0; i < 3; i++)
        assert_int_equal(gvc_labels_find(shared, codes[i]), i);
    assert_int_equal(gvc_labels_find(shared, "chn"), -1);
    assert_string_equal(gvc_labels_name(shared, 0), "China");
    assert_string_equal(gvc_labels_name(shared, 1), "VNM");
    assert_string_equal(gvc_labels__nearest(shared, "CHM"), "CHN");
    gvc_labels__free(shared);
}

static void a_duplicate_label_is_refused_by_name(void **state)
{
    const char *codes[] = { "CHN", "VNM", "CHN" };
    gvc_labels *labels;

    (void)state;
    assert_int_equal(gvc_labels__new(ctx, &labels, 3, codes, NULL), GVC_EDATA);
    assert_null(labels);
    assert_string_equal(gvc_ctx_message(ctx), "label \"CHN\" stands twice, at 1 and 3");
}

static void attributes_keep_their_order(void **state)
{
    gvc_attrs *attrs = gvc_attrs__new(ctx);

    (void)state;
    for (int i = 0; i < 40; i++) {
        char name[16];

        snprintf(name, sizeof name, "a%d", i);
        assert_int_equal(gvc_attrs__setf(ctx, attrs, name, "%d", i), GVC_OK);
    }
    assert_int_equal(gvc_attrs__set(ctx, attrs, "a3", "new"), GVC_OK);
    assert_int_equal(gvc_attrs__set(ctx, attrs, "a0", NULL), GVC_OK);
    assert_int_equal(gvc_attrs__n(attrs), 39);
    assert_string_equal(gvc_attrs__name(attrs, 2), "a3");
    assert_string_equal(gvc_attrs__get(attrs, "a3"), "new");
    assert_null(gvc_attrs__get(attrs, "a0"));
    gvc_attrs__free(attrs);
}

static void nearest_names_are_near(void **state)
{
    const char *names[] = { "up", "upstreamness", "kpww" };

    (void)state;
    assert_string_equal(gvc_text__nearest("upp", names, 3), "up");
    assert_string_equal(gvc_text__nearest("kppw", names, 3), "kpww");
    assert_null(gvc_text__nearest("zebra", names, 3));
    assert_int_equal(gvc_text__distance("Kitten", "sitting"), 3);
}

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    assert_true(gvc_text__is_utf8("C\xc3\xb4te", 5));
    assert_false(gvc_text__is_utf8("C\xf4te", 4));
    assert_false(gvc_text__is_utf8("\xc0\xaf", 2));
    assert_false(gvc_text__is_utf8("\xed\xa0\x80", 3));
    assert_false(gvc_text__is_utf8("a\tb", 3));
    assert_false(gvc_text__is_utf8("\xe2\x82", 2));
    assert_false(gvc_text__is_utf8("a\xc2\x9b", 3));
    assert_true(gvc_text__is_utf8("a\xc2\xa0", 3));
}

/* What a file says goes to a terminal, and into stores that must be read again. */
static void texts_are_cleaned(void **state)
{
    static const char *const pairs[][2] = {
        { "C\xc3\xb4te\n\td'Ivoire", "C\xc3\xb4te\n\td'Ivoire" },
        { "a\x1b[31mb\x7f\r", "a?[31mb??" },
        { "a\xc2\x9b", "a??" },
        { "a\xf4"
          "b",
          "a?b" },
        { "cut \xe2\x82", "cut " },
        { "cut \xf0\x9f\x98", "cut " },
        { "\x80\xbf", "??" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char text[64];

        snprintf(text, sizeof text, "%s", pairs[i][0]);
        gvc_text__clean(text);
        assert_string_equal(text, pairs[i][1]);
    }
    gvc_error__at(ctx, GVC_EDATA, "a\x1b.csv", "line \x07", "\"%s\" found", "\xff");
    assert_string_equal(gvc_ctx_message(ctx), "a?.csv: line ?: \"?\" found");
}

static void an_output_appears_whole_or_not_at_all(void **state)
{
    const char *path = in_folder("out.csv");
    char temporary[256];
    gvc_outfile *file;
    FILE *f;

    (void)state;
    assert_int_equal(gvc_outfile__begin(ctx, &file, path, 0), GVC_OK);
    snprintf(temporary, sizeof temporary, "%s", gvc_outfile__path(file));
    assert_false(gvc_file__exists(path));
    gvc_outfile__abort(file);
    assert_false(gvc_file__exists(temporary));

    assert_int_equal(gvc_outfile__begin(ctx, &file, path, 0), GVC_OK);
    f = fopen(gvc_outfile__path(file), "w");
    fputs("abc", f);
    fclose(f);
    assert_int_equal(gvc_outfile__commit(ctx, file), GVC_OK);
    assert_int_equal(gvc_file__size(path), 3);
    assert_int_equal(gvc_outfile__begin(ctx, &file, path, 0), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "--force"));
    unlink(path);
    assert_int_equal(gvc_outfile__begin(ctx, &file, "/nonexistent/x", 0), GVC_EIO);
    assert_int_equal(rmdir(test_folder()), 0);
}

/* What is sent to the disk ahead of the end is still without a name, and all there at the end. */
static void an_output_in_a_hurry_is_whole(void **state)
{
    enum { PART = 10 << 20, PARTS = 5 };
    const char *path = in_folder("out.bin");
    char *part = malloc(PART);
    gvc_outfile *file;
    FILE *f;

    (void)state;
    assert_non_null(part);
    assert_int_equal(gvc_outfile__begin(ctx, &file, path, 0), GVC_OK);
    f = fopen(gvc_outfile__path(file), "w");
    assert_non_null(f);
    for (int i = 0; i < PARTS; i++) {
        memset(part, 'a' + i, PART);
        assert_int_equal(fwrite(part, 1, PART, f), PART);
        gvc_outfile__hurry(file);
        assert_false(gvc_file__exists(path));
    }
    fclose(f);
    assert_int_equal(gvc_outfile__commit(ctx, file), GVC_OK);
    assert_int_equal(gvc_file__size(path), (gvc_int)PARTS * PART);
    f = fopen(path, "r");
    for (int i = 0; i < PARTS; i++) {
        assert_int_equal(fread(part, 1, PART, f), PART);
        assert_true(part[0] == 'a' + i && part[PART - 1] == 'a' + i);
    }
    fclose(f);
    free(part);
    unlink(path);
    assert_int_equal(rmdir(test_folder()), 0);
}

static void digests_are_those_of_sha256sum(void **state)
{
    char text[GVC_SHA256_TEXT];

    (void)state;
    gvc_digest__sha256("abc", 3, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(gvc_file__sha256(ctx, "/nonexistent", text), GVC_EIO);
}

/* One thread takes it in the wait, more take it beside the caller; one that is not waited for is
 * stopped. */
static void a_digest_is_taken_beside_the_work(void **state)
{
    char path[] = "/tmp/gvc-digest-XXXXXX", expected[GVC_SHA256_TEXT];
    const int fd = mkstemp(path), threads = gvc_ctx_threads(ctx);
    gvc_digest *digest;
    const char *text;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, 3 << 20), 0);
    close(fd);
    assert_int_equal(gvc_file__sha256(ctx, path, expected), GVC_OK);
    for (int n = 1; n <= 2; n++) {
        gvc_ctx_set_threads(ctx, n);
        assert_int_equal(gvc_digest__start(ctx, &digest, path), GVC_OK);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(gvc_digest__wait(ctx, digest, &text), GVC_OK);
            assert_string_equal(text, expected);
        }
        gvc_digest__free(digest);
        assert_int_equal(gvc_digest__start(ctx, &digest, path), GVC_OK);
        gvc_digest__free(digest);
        assert_int_equal(gvc_digest__start(ctx, &digest, "/nonexistent"), GVC_OK);
        assert_int_equal(gvc_digest__wait(ctx, digest, &text), GVC_EIO);
        gvc_digest__free(digest);
    }
    gvc_ctx_set_threads(ctx, threads);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_short_and_plain),
        cmocka_unit_test(decimals_read_back_to_the_same_bits),
        cmocka_unit_test(reading_stops_where_the_number_does),
        cmocka_unit_test(memory_is_counted_and_limited),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(a_chosen_allocation_fails_once),
        cmocka_unit_test(an_allocation_outlives_its_context),
        cmocka_unit_test(a_message_names_file_and_place),
        cmocka_unit_test(exit_codes_are_those_promised),
        cmocka_unit_test(labels_find_each_code),
        cmocka_unit_test(a_duplicate_label_is_refused_by_name),
        cmocka_unit_test(attributes_keep_their_order),
        cmocka_unit_test(nearest_names_are_near),
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(texts_are_cleaned),
        cmocka_unit_test_setup_teardown(an_output_appears_whole_or_not_at_all, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(an_output_in_a_hurry_is_whole, make_folder, drop_folder),
        cmocka_unit_test(digests_are_those_of_sha256sum),
        cmocka_unit_test(a_digest_is_taken_beside_the_work),
    };

    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
