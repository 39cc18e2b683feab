#include "../support/support.h"
#include "../support/synth_store.h"

#include <gvc/input.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A store that changes between two of its years: what takes its name is none of ours, and what is
 * written to it is told. */

enum { G = 8, N = 5 };

static void make_store(gvc_ctx *ctx, const char *name, unsigned seed, int sectors, int compress)
{
    const gvc_synth_opts opts = {
        .countries = G, .sectors = sectors, .seed = seed, .first_year = 2000
    };

    synth_store(ctx, in_folder(name), &opts, 2, compress);
}

static gvc_table *read_year(gvc_ctx *ctx, gvc_input *input, gvc_int i)
{
    gvc_table *table;

    assert_ok(ctx, gvc_input_table(ctx, &table, input, i));
    return table;
}

static double sum_flows(const gvc_table *table)
{
    const gvc_view Zt = gvc_table_Zt(table);
    double sum = 0;

    for (gvc_int i = 0; i < Zt.cols; i++)
        for (gvc_int j = 0; j < Zt.rows; j++)
            sum += Zt.a[j + i * Zt.ld];
    return sum;
}

static double flows_of_2001(gvc_ctx *ctx, const char *name)
{
    gvc_input *input;
    gvc_table *table;
    double sum;

    assert_ok(ctx, gvc_input_open(ctx, &input, in_folder(name)));
    table = read_year(ctx, input, 1);
    sum = sum_flows(table);
    gvc_table_free(table);
    gvc_input_close(input);
    return sum;
}

static void move(const char *from, const char *to)
{
    char path[256];

    snprintf(path, sizeof path, "%s", in_folder(from));
    assert_int_equal(rename(path, in_folder(to)), 0);
}

/* Another seed, another shape, and read into memory instead of mapped. */
static void a_store_that_is_replaced_is_read_to_the_end(void **state)
{
    for (int k = 0; k < 3; k++) {
        gvc_input *input;
        gvc_table *first, *second;
        double before;

        make_store(*state, "s.h5", 1, N, k == 2);
        make_store(*state, "t.h5", 2, k == 1 ? N + 1 : N, k == 2);
        before = flows_of_2001(*state, "s.h5");
        assert_true(before != flows_of_2001(*state, "t.h5"));
        assert_ok(*state, gvc_input_open(*state, &input, in_folder("s.h5")));
        first = read_year(*state, input, 0);
        move("t.h5", "s.h5");
        second = read_year(*state, input, 1);
        assert_true(sum_flows(second) == before);
        assert_ok(*state, gvc_table_recheck(*state, second));
        assert_ok(*state, gvc_table_recheck(*state, first));
        gvc_input_close(input); /* before the tables that are mapped from it */
        assert_true(sum_flows(second) == before);
        gvc_table_free(first);
        gvc_table_free(second);
    }
}

static void copy_into(const char *from, const char *to)
{
    FILE *in = fopen(in_folder(from), "rb"), *out = fopen(in_folder(to), "r+b");
    char block[4096];
    size_t n;

    assert_true(in && out);
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        assert_int_equal(fwrite(block, 1, n, out), n);
    fclose(in);
    fclose(out);
}

static void a_store_that_is_written_to_is_refused(void **state)
{
    for (int compress = 0; compress < 2; compress++) {
        gvc_input *input;
        gvc_table *table, *next;

        make_store(*state, "s.h5", 1, N, compress);
        make_store(*state, "t.h5", 2, N, compress);
        assert_ok(*state, gvc_input_open(*state, &input, in_folder("s.h5")));
        table = read_year(*state, input, 0);
        usleep(20000); /* the clock of the file system */
        copy_into("t.h5", "s.h5");
        assert_int_equal(gvc_table_recheck(*state, table), compress ? GVC_OK : GVC_EIO);
        assert_int_equal(gvc_input_table(*state, &next, input, 1), GVC_EIO);
        assert_null(next);
        assert_non_null(strstr(gvc_ctx_message(*state), "changed while it was being used"));
        gvc_table_free(table);
        gvc_input_close(input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(a_store_that_is_replaced_is_read_to_the_end),
        context_test(a_store_that_is_written_to_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
