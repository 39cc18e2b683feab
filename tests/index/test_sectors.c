#include "../support/index_values.h"

#include "base/mem.h"
#include "frame/frame.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Rows by the sectors of a concordance: money is summed first, ratios follow from the sums. */

enum { N = 4 };

typedef struct fixture {
    gvc_table *table;
    gvc_model *model;
    gvc_concordance *to;
    gvc_frames *own, *common;
} fixture;

static const char *const names[] = { "kpww", "activity", "jn", "bm/exporter/source" };

static void run(gvc_ctx *ctx, fixture *f, gvc_frames **out, const gvc_concordance *sectors)
{
    static const char *const levels[] = { "country", "sector", "bilateral_sector", NULL };
    const gvc_run_opts opts = { .levels = levels, .sectors = sectors, .shares = 1 };
    const gvc_measure *measures[sizeof names / sizeof *names];

    for (size_t m = 0; m < sizeof names / sizeof *names; m++)
        measures[m] = gvc_measures_find(names[m]);
    assert_ok(ctx, gvc_frames_new(ctx, out));
    assert_ok(ctx,
              gvc_measures_run(ctx, *out, f->model, measures, sizeof names / sizeof *names, &opts));
}

/* Sectors 0 and 2 become A, 1 and 3 become B. */
static fixture begin(gvc_ctx *ctx)
{
    static const char map[] = "from,to\ns00,A\ns01,B\ns02,A\ns03,B\n";
    fixture f = { .table = random_table(ctx, 11, 4, N, RANDOM_DOMINANT) };
    char path[] = "/tmp/gvc_sectors_XXXXXX";
    const int file = mkstemp(path);

    assert_true(file >= 0);
    assert_int_equal(write(file, map, sizeof map - 1), sizeof map - 1);
    close(file);
    assert_ok(ctx, gvc_model_new(ctx, &f.model, f.table, NULL));
    assert_ok(ctx, gvc_concordance_read(ctx, &f.to, path, gvc_table_edition(f.table),
                                        GVC_CONCORDANCE_SECTORS));
    remove(path);
    run(ctx, &f, &f.own, NULL);
    run(ctx, &f, &f.common, f.to);
    return f;
}

static void end(fixture *f)
{
    gvc_frames_free(f->own);
    gvc_frames_free(f->common);
    gvc_concordance_free(f->to);
    gvc_model_free(f->model);
    gvc_table_free(f->table);
}

static gvc_int sector_column(const gvc_frame *frame)
{
    const gvc_int k = gvc_frame_find(frame, "sector");

    return k < 0 ? gvc_frame_find(frame, "exporter_sector") : k;
}

static int32_t code(const gvc_frame *frame, const char *a, const char *b, gvc_int i)
{
    const gvc_int j = gvc_frame_find(frame, a), k = gvc_frame_find(frame, b);

    return j >= 0 ? gvc_frame_codes(frame, j)[i] : k >= 0 ? gvc_frame_codes(frame, k)[i] : -1;
}

/* Sum of the rows of `own` that belong to row `i` of `common`. */
static double sum_rows(const fixture *f, const gvc_frame *common, gvc_int i, const gvc_frame *own,
                       gvc_int column)
{
    const gvc_int k = sector_column(own);
    double sum = 0;

    for (gvc_int j = 0; j < gvc_frame_rows(own); j++)
        if (code(own, "country", "exporter", j) == code(common, "country", "exporter", i) &&
            code(own, "partner", "importer", j) == code(common, "partner", "importer", i) &&
            code(own, "destination", "", j) == code(common, "destination", "", i) &&
            gvc_concordance_of(f->to, gvc_frame_codes(own, k)[j]) ==
                gvc_frame_codes(common, sector_column(common))[i])
            sum += gvc_frame_reals(own, column)[j];
    return sum;
}

static void money_is_summed(void **state)
{
    fixture f = begin(*state);
    gvc_int columns = 0;

    assert_int_equal(gvc_frames_n(f.own), gvc_frames_n(f.common));
    for (gvc_int a = 0; a < gvc_frames_n(f.common); a++) {
        const gvc_frame *common = gvc_frames_get(f.common, a), *own = gvc_frames_get(f.own, a);

        assert_string_equal(gvc_frame_level(common), gvc_frame_level(own));
        if (sector_column(common) < 0) {
            assert_int_equal(gvc_frame_rows(common), gvc_frame_rows(own));
            continue;
        }
        assert_int_equal(2 * gvc_frame_rows(common), gvc_frame_rows(own));
        for (gvc_int j = 0; j < gvc_frame_columns(common); j++) {
            if (strcmp(gvc_frame_unit(common, j), "money") != 0)
                continue;
            columns++;
            for (gvc_int i = 0; i < gvc_frame_rows(common); i++)
                assert_near(gvc_frame_reals(common, j)[i], sum_rows(&f, common, i, own, j), 1e-12,
                            1e-3);
        }
    }
    assert_true(columns > 60);
    end(&f);
}

static const double *find(const gvc_frames *frames, const char *level, const char *name,
                          gvc_int *rows)
{
    for (gvc_int a = 0; a < gvc_frames_n(frames); a++) {
        const gvc_frame *frame = gvc_frames_get(frames, a);
        const gvc_int j = gvc_frame_find(frame, name);

        if (j < 0 || strcmp(gvc_frame_level(frame), level) != 0)
            continue;
        *rows = gvc_frame_rows(frame);
        return gvc_frame_reals(frame, j);
    }
    fail_msg("no column %s at level %s", name, level);
    return NULL;
}

static void ratios_follow_from_sums(void **state)
{
    static const char *const ratios[][3] = {
        { "fv_sh", "fv", "gexp" },   { "v_d_sh", "v_d", "v_total" },    { "vaxr", "vax", "gexp" },
        { "dva_sh", "dva", "gexp" }, { "gvcpt_f", "v_gvc", "v_total" },
    };
    fixture f = begin(*state);

    for (size_t r = 0; r < sizeof ratios / sizeof *ratios; r++) {
        gvc_int rows;
        const double *ratio = find(f.common, "sector", ratios[r][0], &rows);
        const double *part = find(f.common, "sector", ratios[r][1], &rows);
        const double *whole = find(f.common, "sector", ratios[r][2], &rows);

        assert_int_equal(rows, 4 * 2);
        for (gvc_int i = 0; i < rows; i++)
            if (!isnan(ratio[i]))
                assert_near(ratio[i], part[i] / whole[i], 1e-14, 1e-14);
    }
    end(&f);
}

static void filters_name_the_common_sectors(void **state)
{
    static const char *const levels[] = { "sector", NULL }, *const a[] = { "A", NULL },
                             *const s00[] = { "s00", NULL };
    gvc_run_opts opts = { .levels = levels, .filter = { .sector = a } };
    fixture f = begin(*state);

    opts.sectors = f.to;
    for (int m = 0; m < 3; m += 2) {
        const gvc_measure *measure = gvc_measures_find(names[m]);
        gvc_frames *frames;

        opts.filter.sector = a;
        assert_ok(*state, gvc_frames_new(*state, &frames));
        assert_ok(*state, gvc_measures_run(*state, frames, f.model, &measure, 1, &opts));
        assert_int_equal(gvc_frame_rows(gvc_frames_get(frames, 0)), 4);
        opts.filter.sector = s00;
        assert_int_equal(gvc_measures_run(*state, frames, f.model, &measure, 1, &opts), GVC_ELABEL);
        gvc_frames_free(frames);
    }
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(money_is_summed),
        context_test(ratios_follow_from_sums),
        context_test(filters_name_the_common_sectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
