#include "identities.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void scale(const gvc_frame *frame, gvc_int column, int zero)
{
    double *values = (double *)gvc_frame_reals(frame, column);

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        values[i] = zero ? 0.001 : values[i] * 1.001;
}

static void perturb(const gvc_frames *frames)
{
    const char *measure = getenv("GVC_TEST_MUTATE");

    /* A term that is zero by definition gets a value instead. */
    for (gvc_int f = 0; measure && f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
            if (strcmp(gvc_frame_measure(frame, c), measure) == 0)
                scale(frame, c, strcmp(gvc_frame_formula(frame, c), "0") == 0);
    }
}

/* Every case is made once, for all the tests. */
static gvc_ctx *ctx;
sample *identity_samples;

int identity_make(void **state)
{
    (void)state;
    ctx = gvc_ctx_new();
    identity_samples = calloc((size_t)sample_cases(), sizeof *identity_samples);
    if (!ctx || !identity_samples)
        return -1;
    gvc_ctx_set_threads(ctx, 1);
    for (gvc_int c = 0; c < sample_cases(); c++) {
        identity_samples[c] = sample_new(ctx, c, 1);
        perturb(identity_samples[c].frames);
    }
    return 0;
}

int identity_free(void **state)
{
    gvc_int left;

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++)
        sample_free(&identity_samples[c]);
    free(identity_samples);
    left = gvc_ctx_memory_used(ctx);
    gvc_ctx_free(ctx);
    return left ? -1 : 0;
}

gvc_int identity_rows(const sample *s, const char *level)
{
    const gvc_int sectors = strstr(level, "sector") ? s->N : 1;
    const gvc_int partners = strstr(level, "bilateral") ? s->U - 1 : 1;

    return s->U * sectors * partners;
}

void identity_sum(const sample *s, const char *level, const char *total, const char *const *parts)
{
    const double *want = sample_column(s, total, level);

    for (gvc_int i = 0; i < identity_rows(s, level); i++) {
        double sum = 0;

        for (const char *const *part = parts; *part; part++)
            sum += sample_column(s, *part, level)[i];
        assert_near(sum, want[i], TOLERANCE, s->scale);
    }
}

double *identity_tau(const literal *lit)
{
    double *tau = literal_matrix(lit->n, 1);

    for (gvc_int j = 0; j < lit->n; j++) {
        tau[j] = 1 - lit->v[j];
        for (gvc_int i = 0; i < lit->n; i++)
            tau[j] -= lit->A[i + j * lit->n];
    }
    return tau;
}

double *identity_row_times(const literal *lit, const double *row, const double *m)
{
    return literal_times(row, m, 1, lit->n, lit->n);
}

double identity_bought(const literal *lit, gvc_int i, gvc_int r, const double *y)
{
    double sum = 0;

    for (gvc_int j = 0; j < lit->n; j++)
        if (lit->unit[j] == r)
            sum += lit->A[i + j * lit->n] * y[j];
    return sum;
}

/* A measure that is called by its only term says it once: ns/source. */
int identity_list(void)
{
    for (gvc_int m = 0; gvc_decomp__measures[m]; m++)
        for (gvc_int t = 0; t < gvc_decomp__measures[m]->n_terms; t++) {
            const char *name = gvc_decomp__measures[m]->name;
            const char *term = gvc_decomp__measures[m]->terms[t].name, *last = strrchr(name, '/');

            if (last && strcmp(last + 1, term) == 0)
                printf("%s\n", name);
            else
                printf("%s/%s\n", name, term);
        }
    return 0;
}
