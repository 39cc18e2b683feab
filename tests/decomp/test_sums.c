#include "../support/samples.h"

#include <gvc/measures.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows sum:GROUP: the terms of the members added up, ratios after that. */

enum { N_KEYS = 5 };
static const char *const keys[N_KEYS] = { "exporter", "exporter_sector", "importer", "origin",
                                          "destination" };

static gvc_group *make_group(gvc_ctx *ctx, const sample *s)
{
    gvc_group *group = NULL;

    assert_ok(ctx, gvc_group_parse(ctx, &group, s->U > 2 ? "TWO=C00,ROW" : "TWO=C00,C01",
                                   gvc_table_edition(s->table)));
    return group;
}

static const char *code_of(const gvc_frame *frame, const char *key, gvc_int row)
{
    const gvc_int j = gvc_frame_find(frame, key);

    return j < 0 ? "" : gvc_labels_code(gvc_frame_labels(frame, j), gvc_frame_codes(frame, j)[row]);
}

/* Whether a country is what the key of a sum stands for. */
static int is_in(const sample *s, const char *country, const char *key)
{
    if (strncmp(key, "sum:", 4) != 0 && strcmp(key, "TWO") != 0)
        return strcmp(country, key) == 0;
    return strcmp(country, "C00") == 0 || strcmp(country, s->U > 2 ? "ROW" : "C01") == 0;
}

static double sum_members(const sample *s, const gvc_frame *with, gvc_int row,
                          const gvc_frame *plain, gvc_int column)
{
    double sum = 0;

    for (gvc_int i = 0; i < gvc_frame_rows(plain); i++) {
        int inside = 1;

        for (int key = 0; key < N_KEYS; key++)
            if (gvc_frame_find(plain, keys[key]) >= 0)
                inside &= is_in(s, code_of(plain, keys[key], i), code_of(with, keys[key], row));
        if (inside)
            sum += gvc_frame_reals(plain, column)[i];
    }
    return sum;
}

static void check_row(const sample *s, const gvc_frame *with, gvc_int row, const gvc_frame *plain)
{
    for (gvc_int c = 0; c < gvc_frame_columns(with); c++)
        if (gvc_frame_role(with, c) == GVC_ROLE_VALUE &&
            strcmp(gvc_frame_unit(with, c), "money") == 0)
            assert_near(gvc_frame_reals(with, c)[row], sum_members(s, with, row, plain, c), 1e-13,
                        s->scale);
}

/* Own rows first, bit for bit; then the sums of everything that adds up, of exporters and of
 * partners, each once. */
static void check_frame(const sample *s, const gvc_frame *with, const gvc_frame *plain)
{
    const gvc_int own = gvc_frame_rows(plain);
    const char *partner = gvc_frame_find(plain, "importer") < 0 ? "destination" : "importer";
    const int is_pair = strstr(gvc_frame_level(plain), "bilateral") != NULL;
    gvc_int sums[2][2] = { { 0 } };

    for (gvc_int c = 0; c < gvc_frame_columns(with); c++)
        if (gvc_frame_role(with, c) == GVC_ROLE_VALUE)
            assert_memory_equal(gvc_frame_reals(with, c), gvc_frame_reals(plain, c),
                                (size_t)own * sizeof(double));
    for (gvc_int i = own; i < gvc_frame_rows(with); i++) {
        const int seller = strcmp(code_of(with, "exporter", i), "sum:TWO") == 0;
        const int buyer = strcmp(code_of(with, partner, i), "sum:TWO") == 0;

        check_row(s, with, i, plain);
        sums[seller][buyer]++;
    }
    assert_int_equal(sums[0][0], 0);
    if (gvc_frame_find(plain, "exporter") < 0)
        assert_int_equal(sums[0][1] * s->U, own);
    else
        assert_true(sums[1][0] > 0 && (sums[0][1] > 0) == is_pair && (sums[1][1] > 0) == is_pair);
}

static void sums_add_the_members_up(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c += 6) {
        sample s = sample_new(*state, c, 1);
        gvc_group *group = make_group(*state, &s);
        const gvc_group *const groups[] = { group };
        gvc_frames *with =
            run_decompositions(*state, s.model, &(gvc_run_opts){ .sums = groups, .n_sums = 1 });

        assert_int_equal(gvc_frames_n(with), gvc_frames_n(s.frames));
        for (gvc_int f = 0; f < gvc_frames_n(with); f++)
            check_frame(&s, gvc_frames_get(with, f), gvc_frames_get(s.frames, f));
        gvc_frames_free(with);
        gvc_group_free(group);
        sample_free(&s);
    }
}

/* vaxr and shares of a sum are ratios of its sums, not means of ratios. */
static void ratios_are_divided_after_the_sums(void **state)
{
    for (gvc_int c = 1; c < sample_cases(); c += 5) {
        sample s = sample_new(*state, c, 0);
        gvc_group *group;
        const gvc_group *groups[1];
        gvc_frames *with;

        if (s.units) {
            sample_free(&s);
            continue;
        }
        group = make_group(*state, &s);
        groups[0] = group;
        with = run_decompositions(*state, s.model,
                                  &(gvc_run_opts){ .sums = groups, .n_sums = 1, .shares = 1 });
        for (int l = 0; l < 4; l++) {
            static const char *const levels[] = { "country", "sector", "bilateral",
                                                  "bilateral_sector" };
            const double *gexp = column_of(with, "bm/exporter/source/gexp", levels[l]);
            const double *dva = column_of(with, "bm/exporter/source/dva", levels[l]);
            const double *share = column_of(with, "bm/exporter/source/dva_sh", levels[l]);
            const gvc_int own = s.U * (l % 2 ? s.N : 1) * (l > 1 ? s.U - 1 : 1);
            const double *vax = column_of(with, "jn/vax", levels[l]);
            const double *vaxr = l < 3 ? column_of(with, "jn/vaxr", levels[l]) : NULL;
            const gvc_int sums = (l % 2 ? s.N : 1) * (l > 1 ? 2 * s.U + 1 : 1);

            for (gvc_int i = own; i < own + sums; i++)
                if (gexp[i] == 0) {
                    assert_true(isnan(share[i]) && (!vaxr || isnan(vaxr[i])));
                } else {
                    assert_close(share[i], dva[i] / gexp[i], 1e-9);
                    if (vaxr)
                        assert_close(vaxr[i], vax[i] / gexp[i], 1e-9);
                }
        }
        gvc_frames_free(with);
        gvc_group_free(group);
        sample_free(&s);
    }
}

/* The filter chooses rows of exporters; the sum is over all members all the same. */
static void filters_leave_sums_alone(void **state)
{
    static const char *const one[] = { "C01", NULL };
    sample s = sample_new(*state, 3, 0);
    gvc_group *group = make_group(*state, &s);
    const gvc_group *const groups[] = { group };
    const gvc_run_opts all = { .sums = groups, .n_sums = 1 };
    const gvc_run_opts some = { .sums = groups, .n_sums = 1, .filter = { .exporter = one } };
    gvc_frames *a = run_levels(*state, s.model, GVC_LEVEL_COUNTRY, &all);
    gvc_frames *b = run_levels(*state, s.model, GVC_LEVEL_COUNTRY, &some);

    for (gvc_int f = 0; f < gvc_frames_n(a); f++) {
        const gvc_frame *whole = gvc_frames_get(a, f), *part = gvc_frames_get(b, f);
        const gvc_int column = gvc_frame_columns(whole) - 1;

        assert_int_equal(gvc_frame_rows(whole), s.U + 1);
        assert_int_equal(gvc_frame_rows(part), 2);
        assert_string_equal(code_of(part, "exporter", 0), "C01");
        assert_string_equal(code_of(part, "exporter", 1), "sum:TWO");
        assert_memory_equal(gvc_frame_reals(part, column) + 1, gvc_frame_reals(whole, column) + s.U,
                            sizeof(double));
    }
    gvc_frames_free(a);
    gvc_frames_free(b);
    gvc_group_free(group);
    sample_free(&s);
}

/* As a panel has them: own rows as they are, the group under its own name beside them. */
static void groups_stand_beside_the_countries(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c += 9) {
        sample s = sample_new(*state, c, 1);
        gvc_group *group = make_group(*state, &s);
        const gvc_group *const groups[] = { group };
        const gvc_run_opts opts = {
            .groups = groups, .n_groups = 1, .group_rows = 1, .pool_partners = 1
        };
        gvc_frames *with = run_decompositions(*state, s.model, &opts);
        gvc_int beside = 0;

        for (gvc_int f = 0; f < gvc_frames_n(s.frames); f++) {
            const gvc_frame *plain = gvc_frames_get(s.frames, f);
            const gvc_frame *own = gvc_frames_get(with, f + beside), *sums;
            const char *level = gvc_frame_level(plain);
            const int is_country = strcmp(level, "country") == 0 || strcmp(level, "imports") == 0;

            assert_int_equal(gvc_frame_rows(own), gvc_frame_rows(plain));
            for (gvc_int j = 0; j < gvc_frame_columns(plain); j++)
                if (gvc_frame_role(plain, j) == GVC_ROLE_VALUE)
                    assert_memory_equal(gvc_frame_reals(own, j), gvc_frame_reals(plain, j),
                                        (size_t)gvc_frame_rows(plain) * sizeof(double));
            if (!is_country && strcmp(level, "bilateral") != 0 &&
                strcmp(level, "bilateral_sector") != 0)
                continue;
            sums = gvc_frames_get(with, f + ++beside);
            assert_string_equal(gvc_frame_level(sums), is_country ? "group_sum"
                                                       : strlen(level) == 9
                                                           ? "bilateral_group"
                                                           : "bilateral_sector_group");
            assert_int_equal(gvc_frame_rows(sums), is_country           ? 1
                                                   : strlen(level) == 9 ? s.U
                                                                        : s.U * s.N);
            for (gvc_int i = 0; i < gvc_frame_rows(sums); i++)
                check_row(&s, sums, i, plain);
        }
        assert_int_equal(gvc_frames_n(with), gvc_frames_n(s.frames) + beside);
        gvc_frames_free(with);
        gvc_group_free(group);
        sample_free(&s);
    }
}

/* Filters leave the sums whole and keep the rows they name; a group's row beside the countries is
 * one of them. */
static void filters_name_groups_too(void **state)
{
    static const char *const seller[] = { "C01", NULL }, *const buyer[] = { "ROW", NULL };
    sample s = sample_new(*state, 3, 0);
    gvc_group *group = make_group(*state, &s);
    const gvc_group *const groups[] = { group };
    gvc_run_opts opts = { .sums = groups,
                          .n_sums = 1,
                          .filter = { .exporter = seller, .importer = buyer } };
    const gvc_measure *bm = gvc_measures_find("bms");
    gvc_frames *frames = NULL;
    const gvc_frame *frame;

    assert_true(s.U > 2 && !s.units);
    assert_ok(*state, gvc_frames_new(*state, &frames));
    assert_ok(*state, gvc_decomp__run(*state, frames, s.model, bm, GVC_LEVEL_BILATERAL, &opts));
    frame = gvc_frames_get(frames, 0);
    assert_int_equal(gvc_frame_rows(frame), 4);
    for (gvc_int i = 0; i < 4; i++) {
        assert_string_equal(code_of(frame, "exporter", i), i % 2 ? "sum:TWO" : "C01");
        assert_string_equal(code_of(frame, "importer", i), i < 2 ? "ROW" : "sum:TWO");
    }
    opts = (gvc_run_opts){
        .groups = groups, .n_groups = 1, .group_rows = 1, .filter = { .exporter = seller }
    };
    assert_ok(*state, gvc_decomp__run(*state, frames, s.model, bm, GVC_LEVEL_COUNTRY, &opts));
    assert_int_equal(gvc_frames_n(frames), 2); /* TWO is not named */
    opts.filter.exporter = NULL;
    assert_ok(*state, gvc_decomp__run(*state, frames, s.model, bm, GVC_LEVEL_COUNTRY, &opts));
    assert_int_equal(gvc_frames_n(frames), 4);
    assert_string_equal(code_of(gvc_frames_get(frames, 3), "exporter", 0), "TWO");
    gvc_frames_free(frames);
    gvc_group_free(group);
    sample_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(sums_add_the_members_up),  context_test(ratios_are_divided_after_the_sums),
        context_test(filters_leave_sums_alone), context_test(groups_stand_beside_the_countries),
        context_test(filters_name_groups_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
