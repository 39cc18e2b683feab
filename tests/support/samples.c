#include "samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct outline {
    gvc_int G, N;
    gvc_int of[6]; /* unit of each country; all -1: every country alone */
} outline;

#define ALONE                                                                                      \
    {                                                                                              \
        -1                                                                                         \
    }

static const outline shapes[] = {
    { 2, 1, ALONE },
    { 3, 3, ALONE },
    { 4, 2, ALONE },
    { 5, 4, ALONE },
    { 5, 3, { 0, 1, 0, 2, 1 } },
    { 6, 2, { 0, 1, 1, 1, 2, 3 } },
};

static const unsigned flags[] = {
    RANDOM_PLAIN,       RANDOM_ZERO_EMPTY, RANDOM_ZERO_BUYER, RANDOM_ZERO_SELLER,
    RANDOM_NO_EXPORTS,  RANDOM_STOCKS,     RANDOM_UNBALANCED, RANDOM_VA_GIVEN,
    RANDOM_NEGATIVE_VA, RANDOM_DOMINANT,   RANDOM_AWKWARD,    RANDOM_UNBALANCED | RANDOM_VA_GIVEN,
};

enum { N_SHAPES = sizeof shapes / sizeof shapes[0], N_FLAGS = sizeof flags / sizeof flags[0] };

/* A changed term shows in a few cases as well as in all: balanced, unbalanced with value added
 * given, and everything at once. */
static const int few[] = { 0, N_FLAGS - 2, N_FLAGS - 1 };

static int is_changed(void)
{
    return getenv("GVC_TEST_MUTATE") != NULL;
}

gvc_int sample_cases(void)
{
    return N_SHAPES * (is_changed() ? (gvc_int)(sizeof few / sizeof few[0]) : N_FLAGS);
}

sample sample_new(gvc_ctx *ctx, gvc_int i, int decompose)
{
    const outline *shape = &shapes[i % N_SHAPES];
    sample s = { .flags = flags[is_changed() ? few[i / N_SHAPES] : i / N_SHAPES], .N = shape->N };

    /* Two of three cases keep u apart; the others treat it as the options allow. */
    s.balance = i % 5 == 3   ? GVC_BALANCE_ABSORB
                : i % 5 == 1 ? GVC_BALANCE_ROWSUM
                             : GVC_BALANCE_KEEP;
    s.table = random_table(ctx, (unsigned)i + 1, shape->G, shape->N, s.flags);
    if (shape->of[0] >= 0)
        s.units = units_from(ctx, s.table, shape->of);
    assert_ok(ctx, gvc_model_new(ctx, &s.model, s.table,
                                 &(gvc_model_opts){ .units = s.units, .balance = s.balance }));
    s.lit = literal_new(s.table, s.units, s.balance);
    s.U = s.lit->U;
    s.n = s.lit->n;
    for (gvc_int c = 0; c < s.n * s.U; c++)
        s.scale = fmax(s.scale, fabs(s.lit->E[c]));
    if (decompose)
        s.frames = run_decompositions(ctx, s.model, NULL);
    return s;
}

void sample_free(sample *s)
{
    gvc_frames_free(s->frames);
    literal_free(s->lit);
    gvc_model_free(s->model);
    gvc_units_free(s->units);
    gvc_table_free(s->table);
}

const double *sample_column(const sample *s, const char *measure, const char *level)
{
    return column_of(s->frames, measure, level);
}
