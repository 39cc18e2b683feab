#include "decomp_run.h"

#include <string.h>

gvc_frames *run_levels(gvc_ctx *ctx, gvc_model *model, unsigned levels, const gvc_run_opts *opts)
{
    static const gvc_run_opts defaults;
    gvc_frames *frames = NULL;

    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    for (gvc_int m = 0; gvc_decomp__measures[m]; m++)
        assert_ok(ctx, gvc_decomp__run(ctx, frames, model, gvc_decomp__measures[m],
                                       gvc_decomp__measures[m]->levels & levels,
                                       opts ? opts : &defaults));
    return frames;
}

gvc_frames *run_decompositions(gvc_ctx *ctx, gvc_model *model, const gvc_run_opts *opts)
{
    return run_levels(ctx, model, ~0u, opts);
}

const double *column_of(const gvc_frames *frames, const char *measure, const char *level)
{
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        if (strcmp(gvc_frame_level(frame), level) != 0)
            continue;
        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
            if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE &&
                strcmp(gvc_frame_measure(frame, c), measure) == 0)
                return gvc_frame_reals(frame, c);
    }
    print_error("%s is not there at level %s\n", measure, level);
    fail();
    return NULL;
}

gvc_int sector_row(gvc_int N, gvc_int s, gvc_int k)
{
    return s * N + k;
}

gvc_int pair_row(gvc_int U, gvc_int s, gvc_int r)
{
    return s * (U - 1) + r - (r > s);
}

gvc_int cell_row(gvc_int U, gvc_int N, gvc_int s, gvc_int k, gvc_int r)
{
    return (s * N + k) * (U - 1) + r - (r > s);
}
