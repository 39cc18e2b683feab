#include "../support/index_values.h"

#include <math.h>
#include <string.h>

/* Sums over partners (gvc_run_opts.pools) against sums by hand over the rows of pairs, for every
 * measure that has pairs. */

static const char *const pair_levels[] = { "bilateral", "bilateral_sector", NULL };
static const char *const none[] = { NULL };

static gvc_frames *run(gvc_ctx *ctx, const gvc_table *table, const gvc_run_opts *opts)
{
    const gvc_measure *list[64];
    gvc_run_opts own = *opts;
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_int n = 0;

    for (gvc_int m = 0; m < gvc_measures_n(); m++)
        if (strstr(gvc_measure_levels(gvc_measures_get(m)), "bilateral") &&
            strcmp(gvc_measure_method(gvc_measures_get(m)), "satellite") != 0 &&
            strcmp(gvc_measure_method(gvc_measures_get(m)), "tradecost") != 0)
            list[n++] = gvc_measures_get(m);
    assert_true(n > 10 && n < 64);
    own.skip_levels = 1;
    assert_ok(ctx, gvc_model_new(ctx, &model, table, NULL));
    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    assert_ok(ctx, gvc_measures_run(ctx, frames, model, list, n, &own));
    gvc_model_free(model);
    return frames;
}

static const char *code_of(const gvc_frame *frame, gvc_int key, gvc_int row)
{
    const int32_t at = gvc_frame_codes(frame, key)[row];

    return at < 0 ? "" : gvc_labels_code(gvc_frame_labels(frame, key), at);
}

static int is_partner(const char *name)
{
    return strcmp(name, "partner") == 0 || strcmp(name, "importer") == 0 ||
           strcmp(name, "destination") == 0;
}

/* Whether row `i` of pairs counts in row `at` of a pool: the same seller, another country that is
 * in the group. */
static int counts(const gvc_frame *pairs, gvc_int i, const gvc_frame *pool, gvc_int at)
{
    for (gvc_int j = 0; j < gvc_frame_columns(pool); j++) {
        const gvc_int k = gvc_frame_find(pairs, gvc_frame_name(pool, j));
        const char *code, *want;

        if (gvc_frame_role(pool, j) != GVC_ROLE_KEY)
            continue;
        code = code_of(pairs, k, i);
        want = code_of(pool, j, at);
        if (!is_partner(gvc_frame_name(pool, j))) {
            if (strcmp(code, want) != 0)
                return 0;
        } else if (strcmp(code, code_of(pairs, 0, i)) == 0 ||
                   (strcmp(want, "WLD") != 0 && strcmp(code, "C01") != 0 &&
                    strcmp(code, "ROW") != 0)) {
            return 0;
        }
    }
    return 1;
}

static void check_column(const gvc_frame *pool, gvc_int column, const gvc_frame *pairs)
{
    const double *got = gvc_frame_reals(pool, column);
    const double *from =
        gvc_frame_reals(pairs, gvc_frame_find(pairs, gvc_frame_name(pool, column)));

    for (gvc_int at = 0; at < gvc_frame_rows(pool); at++) {
        double sum = 0, size = 0;

        for (gvc_int i = 0; i < gvc_frame_rows(pairs); i++)
            if (counts(pairs, i, pool, at)) {
                sum += from[i];
                size += fabs(from[i]);
            }
        assert_near(got[at], sum, 1e-12, size + 1e-3);
    }
}

static int has_column(const gvc_frame *frame, const gvc_frame *pool, gvc_int column)
{
    const gvc_int c = gvc_frame_find(frame, gvc_frame_name(pool, column));
    const size_t n = strlen(gvc_frame_level(pool)) - strlen("_pool");

    return c >= 0 && strcmp(gvc_frame_group(frame, c), gvc_frame_group(pool, column)) == 0 &&
           gvc_frame_get_kind(frame) == gvc_frame_get_kind(pool) &&
           strlen(gvc_frame_level(frame)) == n &&
           strncmp(gvc_frame_level(frame), gvc_frame_level(pool), n) == 0;
}

/* The frame that has the rows of a pool's column; NULL where there is none. */
static const gvc_frame *pairs_of(const gvc_frames *frames, const gvc_frame *pool, gvc_int column)
{
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++)
        if (has_column(gvc_frames_get(frames, f), pool, column))
            return gvc_frames_get(frames, f);
    return NULL;
}

/* Money columns of pairs, and among them those of pools. */
static gvc_int count_money(const gvc_frames *frames, int is_pool)
{
    gvc_int n = 0;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
            n += (strstr(gvc_frame_level(frame), "_pool") != NULL) == is_pool &&
                 strcmp(gvc_frame_unit(frame, c), "money") == 0;
    }
    return n;
}

static gvc_group *make_group(gvc_ctx *ctx, const gvc_table *table)
{
    gvc_group *group = NULL;

    assert_ok(ctx, gvc_group_parse(ctx, &group, "TWO=C01,ROW", gvc_table_edition(table)));
    return group;
}

static void pools_are_sums_over_pairs(void **state)
{
    for (unsigned seed = 1; seed <= 4; seed++) {
        gvc_table *table = random_table(*state, seed, 4, 3, seed % 2 ? RANDOM_DOMINANT : 0);
        gvc_group *group = make_group(*state, table);
        const gvc_group *const groups[] = { group };
        const gvc_run_opts opts = { .levels = pair_levels,
                                    .pools = pair_levels,
                                    .groups = groups,
                                    .n_groups = 1,
                                    .group_rows = seed > 2 };
        gvc_frames *frames = run(*state, table, &opts);

        for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
            const gvc_frame *pool = gvc_frames_get(frames, f);

            if (!strstr(gvc_frame_level(pool), "_pool"))
                continue;
            assert_int_equal(gvc_frame_rows(pool),
                             4 * 2 * (strlen(gvc_frame_level(pool)) > 14 ? 3 : 1));
            for (gvc_int c = 0; c < gvc_frame_columns(pool); c++)
                if (gvc_frame_role(pool, c) == GVC_ROLE_VALUE)
                    check_column(pool, c, pairs_of(frames, pool, c));
        }
        assert_true(count_money(frames, 1) > 200);
        assert_int_equal(count_money(frames, 1), count_money(frames, 0));
        gvc_frames_free(frames);
        gvc_group_free(group);
        gvc_table_free(table);
    }
}

/* Without the rows of pairs, whatever partner the filters choose and however many threads, pools
 * are the same bits. */
static void pools_stand_alone(void **state)
{
    static const char *const one[] = { "C02", NULL };
    gvc_table *table = random_table(*state, 7, 4, 3, RANDOM_DOMINANT);
    gvc_group *group = make_group(*state, table);
    const gvc_group *const groups[] = { group };
    gvc_run_opts opts = { .levels = none, .pools = pair_levels, .groups = groups, .n_groups = 1 };
    gvc_frames *plain = run(*state, table, &opts), *other;

    opts.group_rows = 1;
    opts.filter = (gvc_filter){ .importer = one, .partner = one };
    gvc_ctx_set_threads(*state, 5);
    other = run(*state, table, &opts);
    assert_int_equal(gvc_frames_n(plain), gvc_frames_n(other));
    assert_int_equal(count_money(plain, 0), 0);
    for (gvc_int f = 0; f < gvc_frames_n(plain); f++) {
        const gvc_frame *a = gvc_frames_get(plain, f), *b = gvc_frames_get(other, f);

        assert_string_equal(gvc_frame_level(a), gvc_frame_level(b));
        assert_int_equal(gvc_frame_rows(a), gvc_frame_rows(b));
        for (gvc_int c = 0; c < gvc_frame_columns(a); c++)
            if (gvc_frame_role(a, c) == GVC_ROLE_VALUE)
                assert_memory_equal(gvc_frame_reals(a, c), gvc_frame_reals(b, c),
                                    (size_t)gvc_frame_rows(a) * sizeof(double));
    }
    gvc_frames_free(plain);
    gvc_frames_free(other);
    gvc_group_free(group);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(pools_are_sums_over_pairs),
        context_test(pools_stand_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
