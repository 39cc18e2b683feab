#include "la/packed.h"

#include <string.h>

enum { ROWS = GVC_PACKED_ROWS, COLS = GVC_PACKED_COLS };
/* Terms that are summed apart before a tile receives them: strips of both sides stay in the nearest
 * cache, and fewer terms in a row round less. */
enum { STEP = 128 };
/* Strips of rows that go through the same terms of y one after the other: with few rows at a time
 * all of y would come anew from the memory for each of them. */
enum { TOGETHER = 10 };
/* Columns that are turned into rows at a time, for the same reason. */
enum { TURN = 64 };
/* Floats of a line of the cache. */
enum { LINE = 16 };

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_int strips(gvc_int n, gvc_int size)
{
    return (n + size - 1) / size;
}

gvc_int gvc_packed__size(gvc_int rows, gvc_int cols)
{
    return strips(rows, ROWS) * ROWS * cols;
}

gvc_int gvc_packed__columns_size(gvc_int rows, gvc_int cols)
{
    return strips(cols, COLS) * COLS * rows;
}

gvc_int gvc_packed__work(gvc_int cols)
{
    return TOGETHER * strips(cols, COLS) * COLS * ROWS;
}

/* ---- packing ---- */

void gvc_packed__fill(gvc_packed out, const double *d, gvc_view a, gvc_int from, gvc_int to)
{
    for (gvc_int j = from; j < to; j++) {
        const double *column = a.a + j * a.ld;

        for (gvc_int i0 = 0; i0 < out.rows; i0 += ROWS) {
            float *strip = out.a + i0 * out.cols + j * ROWS;
            const gvc_int rows = least(ROWS, out.rows - i0);

            for (gvc_int i = 0; i < rows; i++)
                strip[i] = (float)(d ? column[i0 + i] * d[i0 + i] : column[i0 + i]);
        }
    }
}

void gvc_packed__fill_transposed(gvc_packed out, const double *d, gvc_view a, gvc_int from,
                                 gvc_int to)
{
    for (gvc_int i0 = from; i0 < to; i0 += ROWS)
        for (gvc_int k0 = 0; k0 < out.cols; k0 += TURN) {
            float *strip = out.a + i0 * out.cols + k0 * ROWS;
            const gvc_int rows = least(ROWS, to - i0), terms = least(TURN, out.cols - k0);

            for (gvc_int i = 0; i < rows; i++) {
                const double *column = a.a + k0 + (i0 + i) * a.ld;

                for (gvc_int k = 0; k < terms; k++)
                    strip[i + k * ROWS] = (float)(d ? column[k] * d[k0 + k] : column[k]);
            }
        }
}

void gvc_packed__fill_columns(gvc_packed out, gvc_floats m, gvc_int i, gvc_int c)
{
    for (gvc_int j0 = 0; j0 < m.cols; j0 += COLS) {
        float *strip = out.a + (c + j0) * out.rows + i * COLS;
        const gvc_int cols = least(COLS, m.cols - j0);

        for (gvc_int k0 = 0; k0 < m.rows; k0 += TURN)
            for (gvc_int j = 0; j < cols; j++) {
                const float *column = m.a + (j0 + j) * m.ld;
                const gvc_int end = least(m.rows, k0 + TURN);

                for (gvc_int k = k0; k < end; k++)
                    strip[j + k * COLS] = column[k];
            }
    }
}

/* ---- tiles ---- */

/*
 * One strip of rows times one strip of columns, added to a tile of ROWS x COLS whose columns stand
 * one after the other. What a vector unit can hold of a tile is summed in its registers, the rest
 * after it: VECTORS vectors of WIDTH rows by HELD columns. A strip with few rows needs no more than
 * its first vectors.
 */
typedef void tile_fn(const float *a, const float *y, gvc_int terms, gvc_int rows, float *tile);

#define DEFINE_TILE(name, TARGET, WIDTH, VECTORS, HELD)                                            \
    TARGET static void name(const float *a, const float *y, gvc_int terms, gvc_int rows,           \
                            float *tile)                                                           \
    {                                                                                              \
        typedef float vector __attribute__((vector_size(4 * (WIDTH))));                            \
        typedef vector stored __attribute__((aligned(4), may_alias));                              \
                                                                                                   \
        for (gvc_int i = 0; i < rows; i += (VECTORS) * (WIDTH))                                    \
            for (gvc_int j = 0; j < COLS; j += (HELD)) {                                           \
                vector sum[HELD][VECTORS];                                                         \
                                                                                                   \
                for (int c = 0; c < (HELD); c++)                                                   \
                    for (int v = 0; v < (VECTORS); v++)                                            \
                        sum[c][v] = (vector){ 0 };                                                 \
                for (gvc_int k = 0; k < terms; k++) {                                              \
                    vector part[VECTORS];                                                          \
                                                                                                   \
                    for (int v = 0; v < (VECTORS); v++)                                            \
                        part[v] = *(const stored *)(a + k * ROWS + i + v * (WIDTH));               \
                    for (int c = 0; c < (HELD); c++) {                                             \
                        const vector cell = y[k * COLS + j + c] - (vector){ 0 };                   \
                                                                                                   \
                        for (int v = 0; v < (VECTORS); v++)                                        \
                            sum[c][v] += part[v] * cell;                                           \
                    }                                                                              \
                }                                                                                  \
                for (int c = 0; c < (HELD); c++)                                                   \
                    for (int v = 0; v < (VECTORS); v++)                                            \
                        *(stored *)(tile + i + v * (WIDTH) + (j + c) * ROWS) += sum[c][v];         \
            }                                                                                      \
    }

#if defined(__x86_64__)
DEFINE_TILE(tile_of_16, __attribute__((target("avx512f"))), 16, 2, 12)
DEFINE_TILE(half_of_16, __attribute__((target("avx512f"))), 16, 1, 12)
DEFINE_TILE(tile_of_8, __attribute__((target("avx2,fma"))), 8, 2, 6)
#endif
DEFINE_TILE(tile_of_4, , 4, 2, 6)

static tile_fn *choose_tile(gvc_int rows)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return rows <= 16 ? half_of_16 : tile_of_16;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return tile_of_8;
#endif
    (void)rows;
    return tile_of_4;
}

/* Ask for what is needed next, where that begins at a place of its own. */
static void fetch(const float *a, gvc_int n)
{
    for (gvc_int i = 0; i < n; i += LINE)
        __builtin_prefetch(a + i, 0, 2);
}

/* Adds the terms from .. to - 1 to the tiles of one strip of rows, and asks for as many `ahead`. */
static void add_terms(const float *strip, gvc_int rows, gvc_packed y, gvc_int c, gvc_int from,
                      gvc_int to, gvc_int ahead, gvc_int n, float *tiles)
{
    tile_fn *const add_tile = choose_tile(rows);

    for (gvc_int s = 0; s < n; s++) {
        const float *terms = y.a + (c + s * COLS) * y.rows + from * COLS;

        fetch(terms + (to - from) * COLS, ahead * COLS);
        add_tile(strip + from * ROWS, terms, to - from, rows, tiles + s * ROWS * COLS);
    }
}

void gvc_packed__multiply(gvc_floats out, gvc_packed a, gvc_int i, gvc_int from, gvc_int to,
                          gvc_packed y, gvc_int c, float *work)
{
    const gvc_int n = strips(out.cols, COLS), each = n * ROWS * COLS;

    for (gvc_int i0 = 0; i0 < out.rows; i0 += TOGETHER * ROWS) {
        const gvc_int some = strips(least(TOGETHER * ROWS, out.rows - i0), ROWS);

        memset(work, 0, sizeof *work * (size_t)(some * each));
        for (gvc_int k = from; k < to; k += STEP) {
            const gvc_int end = least(k + STEP, to), ahead = least(end + STEP, to) - end;

            for (gvc_int r = 0; r < some; r++)
                add_terms(a.a + (i + i0 + r * ROWS) * a.cols, least(ROWS, out.rows - i0 - r * ROWS),
                          y, c, k, end, r == 0 ? ahead : 0, n, work + r * each);
        }
        for (gvc_int r = 0; r < some; r++)
            for (gvc_int j = 0; j < out.cols; j++)
                memcpy(out.a + i0 + r * ROWS + j * out.ld, work + r * each + j * ROWS,
                       sizeof *work * (size_t)least(ROWS, out.rows - i0 - r * ROWS));
    }
}
