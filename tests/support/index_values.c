#include "index_values.h"

#include <stdio.h>
#include <string.h>

enum { MEASURES_MAX = 32 };

gvc_frames *index_run(gvc_ctx *ctx, gvc_model *model, const char *list, const gvc_run_opts *opts)
{
    const gvc_measure *measures[MEASURES_MAX];
    gvc_frames *frames = NULL;
    gvc_int n = 0;
    char text[200], *at = text, *name;

    snprintf(text, sizeof text, "%s", list);
    while ((name = strsep(&at, ","))) {
        assert_true(n < MEASURES_MAX);
        measures[n] = gvc_measures_find(name);
        assert_non_null(measures[n]);
        n++;
    }
    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    assert_ok(ctx, gvc_measures_run(ctx, frames, model, measures, n, opts));
    return frames;
}

gvc_frames *index_run_table(gvc_ctx *ctx, const gvc_table *table, const gvc_units *units,
                            const char *list, const gvc_run_opts *opts)
{
    const gvc_model_opts model_opts = { .units = units };
    gvc_model *model = NULL;
    gvc_frames *frames;

    assert_ok(ctx, gvc_model_new(ctx, &model, table, &model_opts));
    frames = index_run(ctx, model, list, opts);
    gvc_model_free(model);
    return frames;
}

const gvc_frame *index_frame(const gvc_frames *frames, const char *level, const char *name)
{
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        if (strcmp(gvc_frame_level(frame), level) == 0 && gvc_frame_find(frame, name) >= 0)
            return frame;
    }
    print_error("no column %s at level %s\n", name, level);
    fail();
    return NULL;
}

const double *index_column(const gvc_frames *frames, const char *level, const char *name)
{
    const gvc_frame *frame = index_frame(frames, level, name);

    return gvc_frame_reals(frame, gvc_frame_find(frame, name));
}

gvc_int index_rows(const gvc_frames *frames, const char *level, const char *name)
{
    return gvc_frame_rows(index_frame(frames, level, name));
}

static int has_key(const gvc_frame *frame, gvc_int row, const char *key, const char *want)
{
    const gvc_int c = gvc_frame_find(frame, key);

    if (c < 0 || !want)
        return c < 0 && !want;
    return strcmp(gvc_labels_code(gvc_frame_labels(frame, c), gvc_frame_codes(frame, c)[row]),
                  want) == 0;
}

double index_value(const gvc_frames *frames, const char *level, const char *name,
                   const char *country, const char *sector, const char *partner)
{
    const gvc_frame *frame = index_frame(frames, level, name);

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (has_key(frame, i, "country", country) && has_key(frame, i, "sector", sector) &&
            has_key(frame, i, "partner", partner))
            return gvc_frame_reals(frame, gvc_frame_find(frame, name))[i];
    print_error("no row %s %s %s %s %s\n", name, level, country, sector ? sector : "",
                partner ? partner : "");
    fail();
    return 0;
}
