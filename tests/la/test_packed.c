/* The tiles for other vector units than this machine's best are static, so the source is here. */
#include "../../src/la/packed.c"

#include "../support/support.h"

#include <math.h>
#include <stdlib.h>

enum { M = 75, K = 301, N = 29 };

static float *floats(gvc_int n)
{
    float *a = aligned_alloc(64, (size_t)((n + 15) / 16 * 16) * sizeof *a);

    assert_non_null(a);
    memset(a, 0, (size_t)n * sizeof *a);
    return a;
}

static double *randoms(gvc_int n, unsigned seed)
{
    double *a = calloc((size_t)n, sizeof *a);
    uint64_t state = seed;

    assert_non_null(a);
    for (gvc_int k = 0; k < n; k++)
        a[k] = random_uniform(&state) - 0.5;
    return a;
}

typedef struct sample {
    double *a, *d; /* M x K, or K x M; of its rows */
    float *y;      /* K x N */
    gvc_packed plain, transposed, columns;
} sample;

static sample pack_sample(void)
{
    sample s = { randoms(M * K, 3),
                 randoms(M > K ? M : K, 5),
                 floats(K * N),
                 { floats(gvc_packed__size(M, K)), M, K },
                 { floats(gvc_packed__size(M, K)), M, K },
                 { floats(gvc_packed__columns_size(K, N)), K, N } };
    double *y = randoms(K * N, 7);
    const gvc_floats left = { s.y, K, COLS, K }, right = { s.y + COLS * K, K, N - COLS, K };

    for (gvc_int k = 0; k < K * N; k++)
        s.y[k] = (float)y[k];
    free(y);
    gvc_packed__fill(s.plain, s.d, (gvc_view){ s.a, M, K, M }, 100, K);
    gvc_packed__fill(s.plain, s.d, (gvc_view){ s.a, M, K, M }, 0, 100);
    gvc_packed__fill_transposed(s.transposed, s.d, (gvc_view){ s.a, K, M, K }, ROWS, M);
    gvc_packed__fill_transposed(s.transposed, s.d, (gvc_view){ s.a, K, M, K }, 0, ROWS);
    gvc_packed__fill_columns(s.columns, gvc_floats__part(right, 0, 0, 200, N - COLS), 0, COLS);
    gvc_packed__fill_columns(s.columns, gvc_floats__part(right, 200, 0, K - 200, N - COLS), 200,
                             COLS);
    gvc_packed__fill_columns(s.columns, left, 0, 0);
    return s;
}

static void drop_sample(sample *s)
{
    free(s->a);
    free(s->d);
    free(s->y);
    free(s->plain.a);
    free(s->transposed.a);
    free(s->columns.a);
}

/* Element (i, j) of the product over the terms from .. to - 1. */
static double literal_sum(const sample *s, int transposed, gvc_int i, gvc_int j, gvc_int from,
                          gvc_int to)
{
    double sum = 0;

    for (gvc_int k = from; k < to; k++)
        sum +=
            (transposed ? s->a[k + i * K] * s->d[k] : s->a[i + k * M] * s->d[i]) * s->y[k + j * K];
    return sum;
}

static void check_part(const sample *s, int transposed, gvc_int i0, gvc_int from, gvc_int to,
                       gvc_int c)
{
    gvc_floats out = { floats((M + 1) * N), M - i0, N - c, M + 1 };
    float *work = floats(gvc_packed__work(N));

    gvc_packed__multiply(out, transposed ? s->transposed : s->plain, i0, from, to, s->columns, c,
                         work);
    for (gvc_int j = 0; j < out.cols; j++)
        for (gvc_int i = 0; i < out.rows; i++)
            assert_true(fabs(out.a[i + j * out.ld] -
                             literal_sum(s, transposed, i0 + i, c + j, from, to)) < 1e-5);
    assert_true(out.a[out.rows] == 0);
    free(out.a);
    free(work);
}

static void products_are_the_literal_ones(void **state)
{
    sample s = pack_sample();

    (void)state;
    for (int transposed = 0; transposed < 2; transposed++) {
        check_part(&s, transposed, 0, 0, K, 0);
        check_part(&s, transposed, ROWS, 17, 290, COLS);
        check_part(&s, transposed, 2 * ROWS, 5, 6, 2 * COLS);
    }
    drop_sample(&s);
}

static void check_tile(tile_fn *add_tile, const float *a, const float *y, gvc_int rows)
{
    float *tile = floats(ROWS * COLS);

    for (gvc_int k = 0; k < ROWS * COLS; k++)
        tile[k] = 2;
    add_tile(a, y, STEP, rows, tile);
    for (gvc_int j = 0; j < COLS; j++)
        for (gvc_int i = 0; i < rows; i++) {
            double sum = 2;

            for (gvc_int k = 0; k < STEP; k++)
                sum += (double)a[i + k * ROWS] * y[j + k * COLS];
            assert_true(fabs(tile[i + j * ROWS] - sum) < 1e-5);
        }
    free(tile);
}

static void every_vector_unit_gives_the_same(void **state)
{
    double *numbers = randoms(STEP * (ROWS + COLS), 11);
    float *a = floats(STEP * ROWS), *y = floats(STEP * COLS);

    (void)state;
    for (gvc_int k = 0; k < STEP * ROWS; k++)
        a[k] = (float)numbers[k];
    for (gvc_int k = 0; k < STEP * COLS; k++)
        y[k] = (float)numbers[STEP * ROWS + k];
    for (gvc_int rows = 1; rows <= ROWS; rows++) {
        check_tile(tile_of_4, a, y, rows);
        check_tile(choose_tile(rows), a, y, rows);
#if defined(__x86_64__)
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
            check_tile(tile_of_8, a, y, rows);
#endif
    }
    free(numbers);
    free(a);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_the_literal_ones),
        cmocka_unit_test(every_vector_unit_gives_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
