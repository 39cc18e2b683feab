#include "../support/support.h"
#include "../support/synth_store.h"

#include <gvc/input.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Years read on a thread of their own are those read at once, and fail as those do. */

enum { YEARS = 3, FIRST = 2000 };

static const char *store_path(void)
{
    static char path[64];

    snprintf(path, sizeof path, "/tmp/gvc_test_ahead_%d.h5", (int)getpid());
    return path;
}

static void make_store(gvc_ctx *ctx, int compress)
{
    const gvc_synth_opts opts = { .countries = 7, .sectors = 50, .seed = 3, .first_year = FIRST };

    synth_store(ctx, store_path(), &opts, YEARS, compress);
}

static gvc_table *read_year(gvc_ctx *ctx, gvc_input *input, gvc_int i)
{
    gvc_table *table;

    assert_ok(ctx, gvc_input_table(ctx, &table, input, i));
    assert_int_equal(gvc_table_year(table), FIRST + i);
    return table;
}

static void expect_same_table(const gvc_table *a, const gvc_table *b)
{
    const gvc_view x = gvc_table_Zt(a), y = gvc_table_Zt(b);

    for (gvc_int j = 0; j < x.cols; j++)
        assert_memory_equal(x.a + j * x.ld, y.a + j * y.ld, (size_t)x.rows * sizeof *x.a);
}

static void years_read_ahead_are_the_same(void **state)
{
    for (int compress = 0; compress < 2; compress++) {
        gvc_input *plain, *ahead;

        make_store(*state, compress);
        assert_ok(*state, gvc_input_open(*state, &plain, store_path()));
        assert_ok(*state, gvc_input_open(*state, &ahead, store_path()));
        for (gvc_int i = 0; i < YEARS; i++) {
            gvc_table *want = read_year(*state, plain, i), *got = read_year(*state, ahead, i);

            expect_same_table(got, want);
            if (i + 1 < YEARS)
                gvc_input_ahead(*state, ahead, i + 1);
            gvc_table_free(want);
            gvc_table_free(got);
        }
        gvc_input_close(plain);
        gvc_input_close(ahead);
    }
    unlink(store_path());
}

static void another_year_may_be_asked_for(void **state)
{
    gvc_input *input;

    make_store(*state, 0);
    assert_ok(*state, gvc_input_open(*state, &input, store_path()));
    gvc_input_ahead(*state, input, 2);
    gvc_input_ahead(*state, input, 1); /* one at a time: 2 stays */
    gvc_table_free(read_year(*state, input, 0));
    gvc_table_free(read_year(*state, input, 2));
    gvc_input_ahead(*state, input, 1); /* nobody asks for it */
    gvc_input_close(input);
    unlink(store_path());
}

/* Write over the middle of the file: the crc32 of an array differs, or a value is not finite. */
static void damage_year(gvc_ctx *ctx, gvc_int i)
{
    gvc_input *input;
    gvc_table *table;
    double first;
    FILE *file;
    static char bytes[8 << 20];
    size_t size;

    assert_ok(ctx, gvc_input_open(ctx, &input, store_path()));
    table = read_year(ctx, input, i);
    first = gvc_table_Zt(table).a[0];
    gvc_table_free(table);
    gvc_input_close(input);
    file = fopen(store_path(), "r+b");
    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    for (size_t at = 0; at + 8 <= size; at += 8)
        if (memcmp(bytes + at, &first, 8) == 0) {
            fseek(file, (long)at + 6, SEEK_SET);
            fputs("\xf0\x7f", file);
        }
    fclose(file);
}

static void a_damaged_year_is_refused_where_it_is_asked_for(void **state)
{
    char want[512];
    gvc_input *input;
    gvc_table *table;

    make_store(*state, 0);
    damage_year(*state, 1);
    assert_ok(*state, gvc_input_open(*state, &input, store_path()));
    assert_int_equal(gvc_input_table(*state, &table, input, 1), GVC_EDATA);
    snprintf(want, sizeof want, "%s", gvc_ctx_message(*state));
    assert_non_null(strstr(want, "/years/2001"));
    table = read_year(*state, input, 0);
    gvc_input_ahead(*state, input, 1);
    gvc_table_free(table);
    assert_int_equal(gvc_input_table(*state, &table, input, 1), GVC_EDATA);
    assert_null(table);
    assert_string_equal(gvc_ctx_message(*state), want);
    gvc_table_free(read_year(*state, input, 2));
    gvc_input_close(input);
    unlink(store_path());
}

/* Beside another table there is no room for it, alone there is. */
static void memory_that_is_short_ahead_is_asked_for_again(void **state)
{
    gvc_input *input;
    gvc_table *table;

    make_store(*state, 1); /* what is not compressed may stay in the file */
    assert_ok(*state, gvc_input_open(*state, &input, store_path()));
    table = read_year(*state, input, 0);
    gvc_ctx_set_memory(*state, gvc_ctx_memory_used(*state) * 3 / 2);
    gvc_input_ahead(*state, input, 1);
    usleep(20000);
    gvc_table_free(table);
    gvc_ctx_set_memory(*state, 0);
    gvc_table_free(read_year(*state, input, 1));
    gvc_input_close(input);
    unlink(store_path());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(years_read_ahead_are_the_same),
        context_test(another_year_may_be_asked_for),
        context_test(a_damaged_year_is_refused_where_it_is_asked_for),
        context_test(memory_that_is_short_ahead_is_asked_for_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
