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

static gvc_int lead_of(const gvc_frame *frame)
{
    const gvc_int exporter = gvc_frame_find(frame, "exporter");

    return exporter >= 0 ? exporter : gvc_frame_find(frame, "importer");
}

static const char *lead(const gvc_frame *frame, gvc_int row)
{
    const gvc_int j = lead_of(frame);

    return gvc_labels_code(gvc_frame_labels(frame, j), gvc_frame_codes(frame, j)[row]);
}

static int is_member(const char *code)
{
    return strcmp(code, "C00") == 0 || strcmp(code, "ROW") == 0 || strcmp(code, "C01") == 0;
}

/* Same keys but for the first. */
static int same_cell(const gvc_frame *a, gvc_int i, const gvc_frame *b, gvc_int k)
{
    for (int key = 0; key < N_KEYS; key++) {
        const gvc_int j = gvc_frame_find(a, keys[key]);

        if (j >= 0 && j != lead_of(a) && gvc_frame_codes(a, j)[i] != gvc_frame_codes(b, j)[k])
            return 0;
    }
    return 1;
}

static double sum_members(const sample *s, const gvc_frame *with, gvc_int row,
                          const gvc_frame *plain, gvc_int column)
{
    double sum = 0;

    for (gvc_int i = 0; i < gvc_frame_rows(plain); i++) {
        const char *code = lead(plain, i);
        const int inside = s->U > 2 ? strcmp(code, "C01") != 0 && is_member(code) : is_member(code);

        if (inside && same_cell(with, row, plain, i))
            sum += gvc_frame_reals(plain, column)[i];
    }
    return sum;
}

/* Own rows first, bit for bit; then the sums of everything that adds up. */
static gvc_int check_frame(const sample *s, const gvc_frame *with, const gvc_frame *plain)
{
    const gvc_int own = gvc_frame_rows(plain);

    assert_true(gvc_frame_rows(with) > own);
    for (gvc_int c = 0; c < gvc_frame_columns(with); c++) {
        if (gvc_frame_role(with, c) != GVC_ROLE_VALUE)
            continue;
        assert_memory_equal(gvc_frame_reals(with, c), gvc_frame_reals(plain, c),
                            (size_t)own * sizeof(double));
        for (gvc_int i = own; i < gvc_frame_rows(with); i++) {
            assert_string_equal(lead(with, i), "sum:TWO");
            if (strcmp(gvc_frame_unit(with, c), "money") == 0)
                assert_near(gvc_frame_reals(with, c)[i], sum_members(s, with, i, plain, c), 1e-13,
                            s->scale);
        }
    }
    return gvc_frame_rows(with) - own;
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
            const gvc_int sums = (l % 2 ? s.N : 1) * (l > 1 ? s.U : 1);

            for (gvc_int i = own; i < own + sums; i++)
                if (gexp[i] == 0)
                    assert_true(isnan(share[i]));
                else
                    assert_close(share[i], dva[i] / gexp[i], 1e-9);
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
        assert_string_equal(lead(part, 0), "C01");
        assert_string_equal(lead(part, 1), "sum:TWO");
        assert_memory_equal(gvc_frame_reals(part, column) + 1, gvc_frame_reals(whole, column) + s.U,
                            sizeof(double));
    }
    gvc_frames_free(a);
    gvc_frames_free(b);
    gvc_group_free(group);
    sample_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(sums_add_the_members_up),
        context_test(ratios_are_divided_after_the_sums),
        context_test(filters_leave_sums_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
