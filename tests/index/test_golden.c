#include "../support/golden.h"

#include <gvc/gvc.h>

#include <math.h>
#include <string.h>

/* Values of a reference program that forms every inverse, at every level, both ways: each expected
 * row must stand in the frames, and each number in the frames must be expected. */

enum { FAMILIES_MAX = 32 };

static gvc_int list_families(const gvc_measure **families)
{
    gvc_int n = 0;

    for (gvc_int m = 0; m < gvc_measures_n(); m++)
        if (gvc_measure_kind(gvc_measures_get(m)) == GVC_FRAME_INDICES) {
            assert_true(n < FAMILIES_MAX);
            families[n++] = gvc_measures_get(m);
        }
    return n;
}

/* At the levels named, or at all where NULL. */
static gvc_frames *run_folder(gvc_ctx *ctx, const char *name, const char *const *levels)
{
    const gvc_run_opts opts = { .levels = levels, .skip_levels = 1 };
    const gvc_measure *measures[FAMILIES_MAX];
    const gvc_int n = list_families(measures);
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;

    assert_ok(ctx, gvc_input_open(ctx, &input, golden_path(name, NULL)));
    assert_ok(ctx, gvc_input_table(ctx, &table, input, 0));
    assert_ok(ctx, gvc_model_new(ctx, &model, table, NULL));
    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    assert_ok(ctx, gvc_measures_run(ctx, frames, model, measures, n, &opts));
    gvc_model_free(model);
    gvc_table_free(table);
    gvc_input_close(input);
    return frames;
}

static const gvc_frame *frame_of(const gvc_frames *frames, const golden_row *row, gvc_int *column)
{
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        *column = gvc_frame_find(frame, row->measure);
        if (strcmp(gvc_frame_level(frame), row->level) == 0 && *column >= 0 &&
            gvc_frame_role(frame, *column) == GVC_ROLE_VALUE)
            return frame;
    }
    return NULL;
}

static int has_keys(const gvc_frame *frame, gvc_int i, const golden *g, const golden_row *row)
{
    for (gvc_int k = 0; k < g->n_keys; k++) {
        const gvc_int column = gvc_frame_find(frame, g->key_names[k]);
        const char *code = "";

        if (column >= 0)
            code =
                gvc_labels_code(gvc_frame_labels(frame, column), gvc_frame_codes(frame, column)[i]);
        if (strcmp(code, row->keys[k]) != 0)
            return 0;
    }
    return 1;
}

/* The value of the row that `row` names; fails when it is not there or there twice. */
static double find_value(const gvc_frames *frames, const golden *g, const golden_row *row)
{
    gvc_int column, found = 0;
    double value = 0;
    const gvc_frame *frame = frame_of(frames, row, &column);

    for (gvc_int i = 0; frame && i < gvc_frame_rows(frame); i++)
        if (has_keys(frame, i, g, row)) {
            value = gvc_frame_reals(frame, column)[i];
            found++;
        }
    if (found != 1)
        print_error("%s %s %s %s %s: %d rows\n", row->measure, row->level, row->keys[0],
                    row->keys[1], row->keys[2], (int)found);
    assert_int_equal(found, 1);
    return value;
}

/* Columns that are plain functions of others; the reference does not list them. */
static int is_unlisted(const char *name)
{
    return strcmp(name, "part_bmt") == 0 || strcmp(name, "pos_bmt") == 0 ||
           strstr(name, "_wwz") != NULL;
}

static gvc_int count_numbers(const gvc_frames *frames)
{
    gvc_int n = 0;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
            for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
                if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE &&
                    !is_unlisted(gvc_frame_name(frame, c)))
                    n += !isnan(gvc_frame_reals(frame, c)[i]);
    }
    return n;
}

/* What rounding may leave: 1 for indices, the gross output of the cell (of the seller, for pairs)
 * for money. */
static double scale_of(const golden *g, const gvc_frames *frames, const golden_row *row)
{
    const char *level = strcmp(row->level, "bilateral") == 0          ? "country"
                        : strcmp(row->level, "bilateral_sector") == 0 ? "sector"
                                                                      : row->level;
    const golden_row output = { "gout", level, { row->keys[0], row->keys[1], "" }, 0 };
    gvc_int column;
    const gvc_frame *frame = frame_of(frames, row, &column);

    if (!frame || strncmp(gvc_frame_unit(frame, column), "money", 5) != 0)
        return 1;
    return find_value(frames, g, &output);
}

static int agrees(const golden *g, const gvc_frames *frames, const golden_row *row)
{
    const double got = find_value(frames, g, row);
    const double slack = 1e-9 * fabs(row->value) + 1e-10 * scale_of(g, frames, row);

    if (isnan(row->value) ? isnan(got) : fabs(got - row->value) <= slack)
        return 1;
    print_error("%s %s %s %s %s: %.17g, expected %.17g\n", row->measure, row->level, row->keys[0],
                row->keys[1], row->keys[2], got, row->value);
    return 0;
}

/* Every row of the file: a family or column that is missing has no row to find. */
static void compare(gvc_ctx *ctx, const char *table, gvc_int rows)
{
    golden *g = golden_read(table, "expected_indices.csv");
    gvc_frames *frames = run_folder(ctx, table, NULL);
    gvc_int numbers = 0, differ = 0;

    for (gvc_int i = 0; i < g->n; i++) {
        numbers += !isnan(g->rows[i].value);
        differ += !agrees(g, frames, &g->rows[i]);
    }
    assert_int_equal(differ, 0);
    assert_int_equal(g->n, rows);
    assert_int_equal(count_numbers(frames), numbers);
    golden_free(g);
    gvc_frames_free(frames);
}

static void three_countries_by_hand(void **state)
{
    compare(*state, "t3x3", 5241);
}

static void output_that_differs_from_the_row_sums(void **state)
{
    compare(*state, "t3x3u", 5241);
}

static void an_industry_without_output_and_negative_stocks(void **state)
{
    compare(*state, "t4x5", 10193);
}

static void value_added_that_is_not_the_residual(void **state)
{
    compare(*state, "t6x4", 14412);
}

/* Families take shorter ways where no level has sectors or partners. Pairs come with their sellers,
 * whose output says what rounding may leave. */
static void each_level_by_itself(void **state)
{
    static const char *const tables[] = { "t3x3u", "t4x5", "t6x4" };
    static const char *const levels[][3] = {
        { "country" }, { "bilateral", "country" },       { "group_sum" },    { "group_block" },
        { "sector" },  { "bilateral_sector", "sector" }, { "world_sector" }, { "world" },
    };

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
            golden *g = golden_read(tables[t], "expected_indices.csv");
            gvc_frames *frames = run_folder(*state, tables[t], levels[l]);
            gvc_int differ = 0, rows = 0;

            for (gvc_int i = 0; i < g->n; i++)
                if (strcmp(g->rows[i].level, levels[l][0]) == 0) {
                    differ += !agrees(g, frames, &g->rows[i]);
                    rows++;
                }
            assert_int_equal(differ, 0);
            assert_true(rows > 0);
            golden_free(g);
            gvc_frames_free(frames);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(three_countries_by_hand),
        context_test(output_that_differs_from_the_row_sums),
        context_test(an_industry_without_output_and_negative_stocks),
        context_test(value_added_that_is_not_the_residual),
        context_test(each_level_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
