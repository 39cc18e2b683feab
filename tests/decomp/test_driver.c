#include "../support/samples.h"

#include "base/mem.h"
#include "decomp/methods.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Rows, keys, shares, filters, bits and failures of the driver. */

#define BM "bm/exporter/source/"

typedef struct setting {
    gvc_table *table;
    gvc_units *units;
    gvc_model *model;
} setting;

static setting make(gvc_ctx *ctx, gvc_int G, gvc_int N, unsigned flags, const gvc_int *of)
{
    setting s = { .table = random_table(ctx, 3, G, N, flags) };

    if (of)
        s.units = units_from(ctx, s.table, of);
    assert_ok(ctx, gvc_model_new(ctx, &s.model, s.table, &(gvc_model_opts){ .units = s.units }));
    return s;
}

static void unmake(setting *s)
{
    gvc_model_free(s->model);
    gvc_units_free(s->units);
    gvc_table_free(s->table);
}

static gvc_frame *run_one(gvc_ctx *ctx, const setting *s, const gvc_measure *measure,
                          unsigned level, const gvc_run_opts *opts, gvc_frames **frames)
{
    *frames = NULL;
    assert_ok(ctx, gvc_frames_new(ctx, frames));
    assert_ok(ctx, gvc_decomp__run(ctx, *frames, s->model, measure, level, opts));
    assert_int_equal(gvc_frames_n(*frames), 1);
    return (gvc_frame *)gvc_frames_get(*frames, 0);
}

static const char *key(const gvc_frame *frame, const char *name, gvc_int row)
{
    const gvc_int c = gvc_frame_find(frame, name);

    assert_true(c >= 0);
    assert_int_equal(gvc_frame_role(frame, c), GVC_ROLE_KEY);
    return gvc_labels_code(gvc_frame_labels(frame, c), gvc_frame_codes(frame, c)[row]);
}

static void expect_row(const gvc_frame *frame, gvc_int row, const char *exporter,
                       const char *sector, const char *importer)
{
    assert_string_equal(key(frame, "exporter", row), exporter);
    assert_string_equal(key(frame, "exporter_sector", row), sector);
    assert_string_equal(key(frame, "importer", row), importer);
}

static void rows_follow_the_keys_from_left_to_right(void **state)
{
    const gvc_run_opts opts = { 0 };
    setting s = make(*state, 3, 2, RANDOM_PLAIN, NULL);
    gvc_frames *frames;
    gvc_frame *frame =
        run_one(*state, &s, &gvc_decomp__bm_source, GVC_LEVEL_BILATERAL_SECTOR, &opts, &frames);

    assert_int_equal(gvc_frame_rows(frame), 12);
    assert_string_equal(gvc_frame_level(frame), "bilateral_sector");
    assert_int_equal(gvc_frame_year(frame), 2011);
    expect_row(frame, 0, "C00", "s00", "C01");
    expect_row(frame, 1, "C00", "s00", "ROW");
    expect_row(frame, 2, "C00", "s01", "C01");
    expect_row(frame, 4, "C01", "s00", "C00");
    expect_row(frame, 5, "C01", "s00", "ROW");
    expect_row(frame, 11, "ROW", "s01", "C01");
    gvc_frames_free(frames);
    unmake(&s);
}

/* Which keys a level has is read off its name. */
static void expect_keys(const gvc_frame *frame)
{
    const char *level = gvc_frame_level(frame);
    const int is_jn = strcmp(gvc_frame_group(frame, gvc_frame_columns(frame) - 1), "jn") == 0;
    const int imports = strstr(level, "imports") != NULL, pair = strstr(level, "bilateral") != NULL;
    const int od = strstr(level, "_od") != NULL, origin = strstr(level, "_origin") != NULL;
    const int destination = strstr(level, "_destination") != NULL;

    assert_int_equal(gvc_frame_find(frame, "exporter") == 0, !imports);
    assert_int_equal(gvc_frame_find(frame, "exporter_sector") >= 0,
                     strstr(level, "sector") && strcmp(level, "country_origin_sector") != 0 &&
                         strcmp(level, "country_destination_sector") != 0);
    assert_int_equal(gvc_frame_find(frame, "importer") >= 0, imports || (pair && !is_jn));
    assert_int_equal(gvc_frame_find(frame, "origin") >= 0, od || origin);
    assert_int_equal(gvc_frame_find(frame, "destination") >= 0,
                     od || destination || (is_jn && pair));
}

static void each_level_has_its_own_keys(void **state)
{
    setting s = make(*state, 3, 2, RANDOM_PLAIN, NULL);
    gvc_frames *frames = run_decompositions(*state, s.model, NULL);
    unsigned seen = 0;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        assert_int_equal(gvc_frame_get_kind(frame), GVC_FRAME_EXPORTS);
        expect_keys(frame);
        seen |= gvc_level__find(gvc_frame_level(frame));
    }
    for (int l = 0; l < GVC_LEVELS_N; l++)
        if (gvc_level__at(l)->keys & ~(unsigned)GVC_KEY_EXPORTER)
            assert_int_equal((seen & gvc_level__at(l)->level) != 0,
                             !(gvc_level__at(l)->level &
                               (GVC_LEVEL_WORLD_SECTOR | GVC_LEVEL_SECTOR_PAIR)));
    gvc_frames_free(frames);
    unmake(&s);
}

static void products_bought_are_named_by_buyer_and_sector(void **state)
{
    static const gvc_int of[] = { 0, 1, 0, 2, 1 };
    const gvc_run_opts opts = { 0 };
    setting s = make(*state, 5, 2, RANDOM_UNBALANCED, of);
    gvc_frames *frames;
    gvc_frame *frame = run_one(*state, &s, &gvc_decomp__bm_od_source,
                               GVC_LEVEL_COUNTRY_DESTINATION_SECTOR, &opts, &frames);

    assert_int_equal(gvc_frame_rows(frame), 3 * (3 * 2 + 1));
    for (gvc_int e = 0; e < 3; e++) {
        for (gvc_int at = 0; at < 6; at++) {
            char code[80];

            snprintf(code, sizeof code, "%s:s%02d", key(frame, "exporter", at / 2 * 7),
                     (int)at % 2);
            assert_string_equal(key(frame, "destination", e * 7 + at), code);
        }
        assert_string_equal(key(frame, "destination", e * 7 + 6), "DISC");
    }
    gvc_frames_free(frames);
    unmake(&s);
}

static void columns_introduce_themselves(void **state)
{
    const gvc_run_opts opts = { .shares = 1 };
    setting s = make(*state, 3, 2, RANDOM_PLAIN, NULL);
    gvc_frames *frames = run_decompositions(*state, s.model, &opts);

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
            const size_t label = strlen(gvc_frame_label(frame, c));

            assert_true(label > 0 && label <= 80);
            assert_true(strlen(gvc_frame_name(frame, c)) <= 24);
            if (gvc_frame_role(frame, c) != GVC_ROLE_VALUE)
                continue;
            assert_true(strlen(gvc_frame_unit(frame, c)) > 0);
            assert_true(strlen(gvc_frame_formula(frame, c)) > 0);
            assert_non_null(strstr(gvc_frame_measure(frame, c), gvc_frame_group(frame, c)));
        }
    }
    gvc_frames_free(frames);
    unmake(&s);
}

static void a_measure_spells_group_and_term(void **state)
{
    const gvc_run_opts opts = { 0 };
    setting s = make(*state, 3, 2, RANDOM_PLAIN, NULL);
    gvc_frames *frames;
    gvc_frame *frame =
        run_one(*state, &s, &gvc_decomp__bm_source, GVC_LEVEL_COUNTRY, &opts, &frames);
    const gvc_int dva = gvc_frame_find(frame, "dva");

    assert_string_equal(gvc_frame_measure(frame, dva), "bm/exporter/source/dva");
    assert_string_equal(gvc_frame_group(frame, dva), "bm/exporter/source");
    assert_string_equal(gvc_frame_unit(frame, dva), "money");
    gvc_frames_free(frames);
    unmake(&s);
}

static void shares_divide_by_exports_of_the_cell(void **state)
{
    const gvc_run_opts opts = { .shares = 1 };
    setting s = make(*state, 4, 3, RANDOM_NO_EXPORTS | RANDOM_ZERO_EMPTY, NULL);
    gvc_frames *frames = run_decompositions(*state, s.model, &opts);
    static const char *const levels[] = { "country", "sector", "bilateral", "bilateral_sector" };
    gvc_int missing = 0;

    for (int l = 0; l < 4; l++) {
        const double *share = column_of(frames, BM "dva_sh", levels[l]);
        const double *dva = column_of(frames, BM "dva", levels[l]);
        const double *gexp = column_of(frames, BM "gexp", levels[l]);
        const gvc_int rows = l == 0 ? 4 : l == 3 ? 36 : 12;

        for (gvc_int i = 0; i < rows; i++) {
            missing += isnan(share[i]);
            assert_int_equal(isnan(share[i]), gexp[i] == 0);
            if (gexp[i] != 0)
                assert_close(share[i], dva[i] / gexp[i], 1e-15);
        }
    }
    assert_true(missing > 0);
    assert_close(column_of(frames, "kww/ddc_sh", "country")[0],
                 column_of(frames, "kww/ddc", "country")[0] /
                     column_of(frames, "kww/gexp", "country")[0],
                 1e-15);
    assert_close(column_of(frames, "vs/vs_sh", "country")[2],
                 column_of(frames, "vs/vs", "country")[2] /
                     column_of(frames, BM "gexp", "country")[2],
                 1e-13);
    gvc_frames_free(frames);
    unmake(&s);
}

static void a_country_without_exports_keeps_its_rows_of_zeros(void **state)
{
    setting s = make(*state, 4, 3, RANDOM_NO_EXPORTS, NULL);
    gvc_frames *frames = run_decompositions(*state, s.model, NULL);

    for (gvc_int t = 0; t < gvc_decomp__bm_source.n_terms; t++) {
        char name[80];

        snprintf(name, sizeof name, BM "%s", gvc_decomp__bm_source.terms[t].name);
        assert_true(column_of(frames, name, "country")[1] == 0);
    }
    assert_true(isnan(column_of(frames, "jn/vaxr", "country")[1]));
    gvc_frames_free(frames);
    unmake(&s);
}

/* ---- filters ---- */

static void check_filtered(gvc_ctx *ctx, const setting *s, const gvc_run_opts *opts, gvc_int rows)
{
    static const gvc_run_opts none;
    gvc_frames *some_frames, *all_frames;
    gvc_frame *some =
        run_one(ctx, s, &gvc_decomp__bm_source, GVC_LEVEL_BILATERAL_SECTOR, opts, &some_frames);
    gvc_frame *all =
        run_one(ctx, s, &gvc_decomp__bm_source, GVC_LEVEL_BILATERAL_SECTOR, &none, &all_frames);
    gvc_int at = 0, found = 0;

    assert_int_equal(gvc_frame_rows(some), rows);
    for (gvc_int i = 0; i < gvc_frame_rows(all) && at < rows; i++) {
        int same = 1;

        for (gvc_int c = 0; c < 3; c++)
            same = same && gvc_frame_codes(all, c)[i] == gvc_frame_codes(some, c)[at];
        if (!same)
            continue;
        for (gvc_int c = 3; c < gvc_frame_columns(all); c++)
            assert_true(gvc_frame_reals(all, c)[i] == gvc_frame_reals(some, c)[at]);
        at++;
        found++;
    }
    assert_int_equal(found, rows);
    gvc_frames_free(some_frames);
    gvc_frames_free(all_frames);
}

static void filters_choose_rows_and_change_no_bit(void **state)
{
    static const char *const exporters[] = { "C02", "C00", NULL };
    static const char *const importers[] = { "C01", "C02", NULL };
    static const char *const sectors[] = { "s01", NULL };
    setting s = make(*state, 4, 3, RANDOM_AWKWARD, NULL);
    gvc_run_opts opts = { .filter = { .exporter = exporters } };

    check_filtered(*state, &s, &opts, 2 * 3 * 3);
    opts.filter.importer = importers;
    check_filtered(*state, &s, &opts, 3 * (2 + 1));
    opts.filter.sector = sectors;
    check_filtered(*state, &s, &opts, 2 + 1);
    unmake(&s);
}

static void expect_refusal(gvc_ctx *ctx, const setting *s, const gvc_run_opts *opts,
                           const char *part)
{
    gvc_frames *frames = NULL;

    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    assert_int_equal(gvc_decomp__run(ctx, frames, s->model, &gvc_decomp__bm_source,
                                     GVC_LEVEL_BILATERAL, opts),
                     GVC_ELABEL);
    assert_int_equal(gvc_frames_n(frames), 0);
    if (!strstr(gvc_ctx_message(ctx), part))
        print_error("message: %s\n", gvc_ctx_message(ctx));
    assert_non_null(strstr(gvc_ctx_message(ctx), part));
    gvc_frames_free(frames);
}

static void unknown_labels_are_refused_with_the_nearest(void **state)
{
    static const char *const wrong[] = { "C0l", NULL };
    static const char *const sector[] = { "s0l", NULL };
    static const char *const one[] = { "C01", NULL };
    setting s = make(*state, 4, 3, RANDOM_PLAIN, NULL);

    expect_refusal(*state, &s, &(gvc_run_opts){ .filter = { .exporter = wrong } },
                   "--exporter: \"C0l\" is not in the table; did you mean C0");
    expect_refusal(*state, &s, &(gvc_run_opts){ .filter = { .sector = sector } },
                   "--sector: \"s0l\" is not in the table; did you mean s0");
    expect_refusal(*state, &s, &(gvc_run_opts){ .filter = { .exporter = one, .importer = one } },
                   "leave no row");
    unmake(&s);
}

static void members_of_a_merged_group_have_no_rows_of_their_own(void **state)
{
    static const gvc_int of[] = { 0, 1, 1, 2 };
    static const char *const member[] = { "C02", NULL }, *const group[] = { "U1", NULL };
    gvc_run_opts opts = { .filter = { .exporter = member } };
    setting s = make(*state, 4, 3, RANDOM_PLAIN, of);

    expect_refusal(*state, &s, &opts, "C02 is part of U1 here");
    opts.filter.exporter = group;
    check_filtered(*state, &s, &opts, 3 * 2);
    unmake(&s);
}

/* Members that are in the table and not merged with outsiders; IDN is in no table here. */
static void a_group_chooses_its_members(void **state)
{
    static const gvc_int of[] = { 0, 1, 1, 2 };
    static const char *const name[] = { "PACT", NULL };
    const gvc_run_opts opts = { .filter = { .exporter = name } };
    setting s = make(*state, 4, 3, RANDOM_PLAIN, NULL), merged = make(*state, 4, 3, 0, of);
    static const char *const members[] = { "C00", "C02", "IDN" };

    for (int i = 0; i < 2; i++) {
        gvc_edition *edition = (gvc_edition *)gvc_table_edition((i ? &merged : &s)->table);
        gvc_group *group = gvc_edition__add_group(*state, edition, "PACT", 3);

        assert_non_null(group);
        for (int m = 0; m < 3; m++)
            group->members[m] = (gvc_group_entry){ members[m], 0, 0 };
    }
    check_filtered(*state, &s, &opts, 2 * 3 * 3);
    check_filtered(*state, &merged, &opts, 1 * 3 * 2);
    unmake(&s);
    unmake(&merged);
}

/* ---- edges ---- */

static void two_countries_and_one_sector_are_enough(void **state)
{
    setting s = make(*state, 2, 1, RANDOM_PLAIN, NULL);
    gvc_frames *frames = run_decompositions(*state, s.model, NULL);

    for (gvc_int e = 0; e < 2; e++) {
        const double dva = column_of(frames, BM "dva", "bilateral_sector")[e];

        assert_true(dva > 0);
        assert_close(dva, column_of(frames, BM "dva", "country")[e], 1e-15);
        assert_true(column_of(frames, "kww/dva_intrex", "country")[e] == 0);
    }
    gvc_frames_free(frames);
    unmake(&s);
}

static void one_unit_alone_exports_nothing(void **state)
{
    static const gvc_int of[] = { 0, 0, 0 };
    setting s = make(*state, 3, 2, RANDOM_PLAIN, of);
    gvc_frames *frames = run_decompositions(*state, s.model, NULL);

    assert_true(column_of(frames, BM "gexp", "country")[0] == 0);
    assert_true(column_of(frames, "jn/vax", "country")[0] == 0);
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++)
        if (strcmp(gvc_frame_level(gvc_frames_get(frames, f)), "bilateral") == 0)
            assert_int_equal(gvc_frame_rows(gvc_frames_get(frames, f)), 0);
    gvc_frames_free(frames);
    unmake(&s);
}

static void a_product_without_output_leaves_its_flow_in_resid(void **state)
{
    const gvc_int seller = 4 * 3 - 3;
    setting s = make(*state, 4, 3, RANDOM_ZERO_SELLER, NULL);
    gvc_frames *frames = run_decompositions(*state, s.model, NULL);
    const double *gexp = column_of(frames, BM "gexp", "sector");

    assert_true(gvc_model_x(s.model)[seller] == 0);
    assert_true(gexp[seller] != 0);
    assert_close(column_of(frames, BM "resid", "sector")[seller], gexp[seller], 1e-15);
    assert_true(column_of(frames, BM "dc", "sector")[seller] == 0);
    assert_true(column_of(frames, BM "fc", "sector")[seller] == 0);
    gvc_frames_free(frames);
    unmake(&s);
}

/* ---- threads, memory, cancelling ---- */

static gvc_frames *run_with_threads(const gvc_int *of, int threads, gvc_ctx **ctx)
{
    setting s;
    gvc_frames *frames;

    *ctx = gvc_ctx_new();
    assert_non_null(*ctx);
    gvc_ctx_set_threads(*ctx, threads);
    s = make(*ctx, 6, 5, RANDOM_AWKWARD, of);
    frames = run_decompositions(*ctx, s.model, &(gvc_run_opts){ .shares = 1 });
    unmake(&s);
    return frames;
}

static void check_same_bits(const gvc_frames *a, const gvc_frames *b)
{
    for (gvc_int f = 0; f < gvc_frames_n(a); f++) {
        const gvc_frame *x = gvc_frames_get(a, f), *y = gvc_frames_get(b, f);
        const size_t bytes = (size_t)gvc_frame_rows(x) * sizeof(double);

        for (gvc_int c = 0; c < gvc_frame_columns(x); c++)
            if (gvc_frame_role(x, c) == GVC_ROLE_VALUE)
                assert_memory_equal(gvc_frame_reals(x, c), gvc_frame_reals(y, c), bytes);
    }
}

static void every_thread_count_gives_the_same_bits(void **state)
{
    static const gvc_int of[] = { 0, 1, 0, 2, 3, 3 };
    static const int threads[] = { 2, 5 };

    (void)state;
    for (int grouped = 0; grouped < 2; grouped++) {
        gvc_ctx *ctx, *other;
        gvc_frames *one = run_with_threads(grouped ? of : NULL, 1, &ctx);

        for (int t = 0; t < 2; t++) {
            gvc_frames *more = run_with_threads(grouped ? of : NULL, threads[t], &other);

            check_same_bits(one, more);
            gvc_frames_free(more);
            gvc_ctx_free(other);
        }
        gvc_frames_free(one);
        gvc_ctx_free(ctx);
    }
}

static void fail_at_every_allocation(gvc_ctx *ctx, const setting *s, const gvc_measure *measure)
{
    const gvc_run_opts opts = { .shares = 1 };
    gvc_status st = GVC_ENOMEM;

    for (gvc_int n = 1; st != GVC_OK; n++) {
        gvc_frames *frames = NULL;
        const gvc_int before = gvc_ctx_memory_used(ctx);

        assert_true(n < 5000);
        assert_ok(ctx, gvc_frames_new(ctx, &frames));
        gvc_mem__fail_after(ctx, n);
        st = gvc_decomp__run(ctx, frames, s->model, measure, EVERY_LEVEL, &opts);
        gvc_mem__fail_after(ctx, 0);
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        gvc_frames_free(frames);
        assert_int_equal(gvc_ctx_memory_used(ctx), before);
    }
}

static void running_out_of_memory_anywhere_leaves_nothing(void **state)
{
    static const gvc_int of[] = { 0, 1, 0 };

    for (int grouped = 0; grouped < 2; grouped++) {
        setting s = make(*state, 3, 2, RANDOM_PLAIN, grouped ? of : NULL);

        for (gvc_int m = 0; gvc_decomp__measures[m]; m++)
            assert_ok(*state, gvc_model_need(*state, s.model, gvc_decomp__measures[m]->needs));
        for (gvc_int m = 0; gvc_decomp__measures[m]; m++)
            fail_at_every_allocation(*state, &s, gvc_decomp__measures[m]);
        unmake(&s);
    }
}

static int stop_at_once(const char *phase, double done, void *user)
{
    (void)phase;
    (void)done;
    (void)user;
    return 1;
}

static void a_run_can_be_cancelled(void **state)
{
    static const gvc_run_opts opts;
    gvc_ctx *ctx = *state;
    setting s = make(ctx, 3, 2, RANDOM_PLAIN, NULL);
    gvc_frames *frames = NULL;

    assert_ok(ctx, gvc_model_need(ctx, s.model, gvc_decomp__kww.needs));
    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    gvc_ctx_set_progress(ctx, stop_at_once, NULL);
    assert_int_equal(gvc_decomp__run(ctx, frames, s.model, &gvc_decomp__kww, GVC_LEVEL_COUNTRY,
                                     &opts),
                     GVC_ECANCELLED);
    assert_int_equal(gvc_frames_n(frames), 0);
    gvc_ctx_set_progress(ctx, NULL, NULL);
    gvc_frames_free(frames);
    unmake(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(rows_follow_the_keys_from_left_to_right),
        context_test(each_level_has_its_own_keys),
        context_test(products_bought_are_named_by_buyer_and_sector),
        context_test(columns_introduce_themselves),
        context_test(a_measure_spells_group_and_term),
        context_test(shares_divide_by_exports_of_the_cell),
        context_test(a_country_without_exports_keeps_its_rows_of_zeros),
        context_test(filters_choose_rows_and_change_no_bit),
        context_test(unknown_labels_are_refused_with_the_nearest),
        context_test(members_of_a_merged_group_have_no_rows_of_their_own),
        context_test(a_group_chooses_its_members),
        context_test(two_countries_and_one_sector_are_enough),
        context_test(one_unit_alone_exports_nothing),
        context_test(a_product_without_output_leaves_its_flow_in_resid),
        context_test(every_thread_count_gives_the_same_bits),
        context_test(running_out_of_memory_anywhere_leaves_nothing),
        context_test(a_run_can_be_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
