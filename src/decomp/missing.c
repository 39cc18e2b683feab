#include "base/mem.h"
#include "decomp/output.h"

#include <math.h>

/* Where the sectors of each unit have no output: flags by unit and sector. */
static gvc_status find_idle(gvc_ctx *ctx, unsigned char **out, const gvc_model *model,
                            const gvc_rowplan *plan)
{
    const double *x = gvc_model_x(model);
    unsigned char *idle = gvc_mem__alloc(ctx, plan->U * plan->K, 1);

    *out = idle;
    if (!idle)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < plan->U * plan->K; i++)
        idle[i] = 1;
    for (gvc_int i = 0; i < gvc_model_n(model); i++)
        if (x[i] != 0)
            idle[plan->unit_of[i] * plan->K + plan->sector_of[i % plan->N]] = 0;
    return GVC_OK;
}

/* Only what is divided by exports can be missing. */
static int is_quotient(const gvc_output *out, const gvc_measure *measure, const double *cells)
{
    const gvc_decomp *how = measure->how;
    int found = 0;

    for (gvc_int t = 0; t < measure->n_terms; t++)
        found |= out->shares[t] == cells;
    for (gvc_int q = 0; q < how->n_ratios; q++)
        found |= out->terms[how->ratios[q].term] == cells;
    return found;
}

static int has_missing(const double *values, gvc_int n)
{
    int found = 0;

    for (gvc_int i = 0; i < n; i++)
        found |= isnan(values[i]) != 0;
    return found;
}

static gvc_status flag_column(gvc_ctx *ctx, gvc_frame *frame, gvc_int column,
                              const unsigned char *idle, gvc_int K)
{
    const gvc_int sector = gvc_frame_find(frame, "exporter_sector");
    const gvc_int exporter = gvc_frame_find(frame, "exporter");
    const int32_t *s = exporter < 0 ? NULL : gvc_frame_codes(frame, exporter);
    const int32_t *k = sector < 0 ? NULL : gvc_frame_codes(frame, sector);
    const double *values = gvc_frame_reals(frame, column);
    unsigned char *flags = gvc_frame__add_flags(ctx, frame, column);

    if (!flags)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (isnan(values[i]))
            flags[i] = s && k && idle[s[i] * K + k[i]] ? GVC_FLAG_NOSEC : GVC_FLAG_DEN0;
    return GVC_OK;
}

gvc_status gvc_output__flag(gvc_ctx *ctx, const gvc_output *out, const gvc_measure *measure,
                            const gvc_model *model, const gvc_rowplan *plan)
{
    const gvc_int columns = gvc_frame_columns(out->frame), rows = gvc_frame_rows(out->frame);
    unsigned char *idle = NULL, *missing = gvc_mem__calloc(ctx, columns, 1);
    gvc_status st = missing ? find_idle(ctx, &idle, model, plan) : GVC_ENOMEM;

    if (st == GVC_OK) {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int j = 0; j < columns; j++)
            if (gvc_frame_role(out->frame, j) == GVC_ROLE_VALUE &&
                is_quotient(out, measure, gvc_frame_reals(out->frame, j)))
                missing[j] = (unsigned char)has_missing(gvc_frame_reals(out->frame, j), rows);
    }
    for (gvc_int j = 0; st == GVC_OK && j < columns; j++)
        if (missing[j])
            st = flag_column(ctx, out->frame, j, idle, plan->K);
    gvc_mem__free(idle);
    gvc_mem__free(missing);
    return st;
}
