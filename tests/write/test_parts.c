#include "../support/samples.h"

#include <gvc/diff.h>
#include <gvc/measures.h>
#include <gvc/write.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Results handed over in parts are the same rows, and the same files, as whole ones. */

static const char *const exports[] = { "bm/od/source", "bm/od/sink", "bm/importer", "bm/sectimp",
                                       "origin",       "ns/sink",    NULL };
static const char *const pairs[] = { "apl", NULL };

/* Everything that arrived, one frame of rows after the other. */
typedef struct arrivals {
    gvc_writer *writer; /* NULL: only count */
    gvc_int parts, results, rows, next, most;
    gvc_int stop_after; /* 0: never */
} arrivals;

static gvc_status arrive(gvc_ctx *ctx, const gvc_frame *part, gvc_int first, gvc_int rows,
                         void *user)
{
    arrivals *a = user;
    const gvc_int n = gvc_frame_rows(part);

    assert_int_equal(first, a->next);
    assert_true(n > 0 && first + n <= rows);
    a->next = first + n < rows ? first + n : 0;
    a->results += a->next == 0;
    a->rows += n;
    a->most = n > a->most ? n : a->most;
    if (++a->parts == a->stop_after)
        return GVC_ECANCELLED;
    return a->writer ? gvc_writer_add_part(ctx, a->writer, part, first, rows) : GVC_OK;
}

static gvc_status run(gvc_ctx *ctx, const sample *s, const char *name, const gvc_run_opts *opts)
{
    const gvc_measure *measure = gvc_measures_find(name);

    return gvc_measures_run(ctx, NULL, s->model, &measure, 1, opts);
}

/* The measures into one file, results of more than `part_rows` rows in parts. Indices that come in
 * parts have one level. */
static arrivals write_file(gvc_ctx *ctx, const sample *s, const char *const *measures,
                           const char *path, gvc_int part_rows, const char *const *chosen,
                           gvc_layout layout)
{
    static const char *const levels[] = { "sector_pair", NULL };
    const gvc_write_opts how = { .layout = layout, .force = 1 };
    arrivals a = { 0 };
    const gvc_run_opts opts = { .levels = measures == pairs ? levels : NULL,
                                .sink = arrive,
                                .sink_user = &a,
                                .part_rows = part_rows,
                                .filter = { .exporter = chosen, .country = chosen } };

    assert_ok(ctx, gvc_writer_open(ctx, &a.writer, path, &how));
    assert_true(gvc_writer_takes_parts(a.writer));
    for (; *measures; measures++)
        assert_ok(ctx, run(ctx, s, *measures, &opts));
    assert_int_equal(a.next, 0);
    assert_ok(ctx, gvc_writer_close(ctx, a.writer));
    return a;
}

static void expect_equal_files(gvc_ctx *ctx, const char *a, const char *b)
{
    gvc_diff *diff = NULL;

    assert_ok(ctx, gvc_diff_new(ctx, &diff, a, b, &(gvc_diff_opts){ 0 }));
    assert_true(gvc_diff_compared(diff) > 0);
    assert_true(gvc_diff_equal(diff));
    gvc_diff_free(diff);
}

static void compare_files(gvc_ctx *ctx, const sample *s, const char *const *measures, int is_h5,
                          const char *const *chosen)
{
    const char *whole = in_folder(is_h5 ? "whole.h5" : "whole.csv");
    const char *parts = in_folder(is_h5 ? "parts.h5" : "parts.csv");
    const gvc_layout layout = is_h5 ? GVC_LAYOUT_WIDE : GVC_LAYOUT_LONG;
    const arrivals a = write_file(ctx, s, measures, whole, 1 << 20, chosen, layout);
    const arrivals b = write_file(ctx, s, measures, parts, 1, chosen, layout);

    assert_int_equal(a.parts, a.results);
    assert_int_equal(a.results, b.results);
    assert_int_equal(a.rows, b.rows);
    assert_true(b.parts > a.parts);
    assert_true(b.most < a.most);
    expect_equal_files(ctx, whole, parts);
    unlink(whole);
    unlink(parts);
}

/* Cases with groups and a discrepancy are among them. */
static void files_of_parts_equal_whole_files(void **state)
{
    static const char *const chosen[] = { "C00", "ROW", NULL };

    for (gvc_int c = 1; c < sample_cases(); c += 7) {
        sample s = sample_new(*state, c, 0);

        for (int kind = 0; kind < 2; kind++) {
            const char *const *some = s.units || s.U < 3 || c % 2 ? NULL : chosen;

            compare_files(*state, &s, exports, kind, some);
            compare_files(*state, &s, pairs, kind, some);
        }
        sample_free(&s);
    }
}

static void a_sink_that_stops_ends_the_run(void **state)
{
    sample s = sample_new(*state, 3, 0);
    arrivals a = { .stop_after = 3 };
    const gvc_run_opts opts = { .sink = arrive, .sink_user = &a, .part_rows = 1 };

    assert_int_equal(run(*state, &s, "bm/od/source", &opts), GVC_ECANCELLED);
    assert_int_equal(a.parts, 3);
    sample_free(&s);
}

static void an_unfinished_result_leaves_no_file(void **state)
{
    sample s = sample_new(*state, 3, 0);
    arrivals a = { .stop_after = 3 };
    const gvc_run_opts opts = { .sink = arrive, .sink_user = &a, .part_rows = 1 };
    const char *path = in_folder("a.h5");

    assert_ok(*state, gvc_writer_open(*state, &a.writer, path, NULL));
    assert_int_equal(run(*state, &s, "bm/od/source", &opts), GVC_ECANCELLED);
    gvc_writer_abort(a.writer);
    assert_int_not_equal(access(path, F_OK), 0);
    sample_free(&s);
}

static void a_format_that_needs_results_whole_refuses_parts(void **state)
{
    sample s = sample_new(*state, 3, 0);
    arrivals a = { 0 };
    const gvc_run_opts opts = { .sink = arrive, .sink_user = &a, .part_rows = 1 };
    const char *path = in_folder("a.txt");

    assert_ok(*state, gvc_writer_open(*state, &a.writer, path, NULL));
    assert_false(gvc_writer_takes_parts(a.writer));
    assert_int_equal(run(*state, &s, "bm/od/source", &opts), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(*state), "cannot take it in parts"));
    gvc_writer_abort(a.writer);
    assert_int_not_equal(access(path, F_OK), 0);
    sample_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(files_of_parts_equal_whole_files),
        context_test(a_sink_that_stops_ends_the_run),
        context_test(an_unfinished_result_leaves_no_file),
        context_test(a_format_that_needs_results_whole_refuses_parts),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
