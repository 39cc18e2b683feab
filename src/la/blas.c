#include "la/blas.h"

#include <cblas.h>
#include <omp.h>
#include <pthread.h>

/* The setting of OpenBLAS belongs to the process: the first who pins saves it, the last restores.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int holders, saved;

gvc_pin gvc_la__pin(void)
{
    gvc_pin pin = { 0 };

    pthread_mutex_lock(&lock);
    if (holders++ == 0) {
        saved = openblas_get_num_threads();
        openblas_set_num_threads(1);
    }
    pthread_mutex_unlock(&lock);
    if (openblas_get_parallel() == OPENBLAS_OPENMP) {
        pin.omp_threads = omp_get_max_threads();
        omp_set_num_threads(1);
    }
    return pin;
}

void gvc_la__unpin(gvc_pin pin)
{
    pthread_mutex_lock(&lock);
    if (--holders == 0)
        openblas_set_num_threads(saved);
    pthread_mutex_unlock(&lock);
    if (pin.omp_threads > 0)
        omp_set_num_threads(pin.omp_threads);
}

void gvc_la__tile_gemm(int a_transposed, double alpha, gvc_view a, gvc_view b, double beta,
                       gvc_view c)
{
    const gvc_int k = a_transposed ? a.rows : a.cols;

    cblas_dgemm(CblasColMajor, a_transposed ? CblasTrans : CblasNoTrans, CblasNoTrans,
                (blasint)c.rows, (blasint)c.cols, (blasint)k, alpha, a.a, (blasint)a.ld, b.a,
                (blasint)b.ld, beta, c.a, (blasint)c.ld);
}

void gvc_la__tile_trsm(gvc_triangle which, int transposed, gvc_view t, gvc_view b)
{
    cblas_dtrsm(CblasColMajor, CblasLeft, which == GVC_UPPER ? CblasUpper : CblasLower,
                transposed ? CblasTrans : CblasNoTrans,
                which == GVC_UPPER ? CblasNonUnit : CblasUnit, (blasint)b.rows, (blasint)b.cols, 1,
                t.a, (blasint)t.ld, b.a, (blasint)b.ld);
}

void gvc_la__tile_trsm_right(gvc_view t, gvc_view b)
{
    cblas_dtrsm(CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, (blasint)b.rows,
                (blasint)b.cols, 1, t.a, (blasint)t.ld, b.a, (blasint)b.ld);
}

static void multiply_triangle(CBLAS_SIDE side, gvc_triangle which, CBLAS_TRANSPOSE how, gvc_view t,
                              gvc_view b)
{
    cblas_dtrmm(CblasColMajor, side, which == GVC_UPPER ? CblasUpper : CblasLower, how,
                which == GVC_UPPER ? CblasNonUnit : CblasUnit, (blasint)b.rows, (blasint)b.cols, 1,
                t.a, (blasint)t.ld, b.a, (blasint)b.ld);
}

void gvc_la__tile_trmm(gvc_triangle which, gvc_view t, gvc_view b)
{
    multiply_triangle(CblasLeft, which, CblasNoTrans, t, b);
}

void gvc_la__tile_trmm_t(gvc_triangle which, gvc_view t, gvc_view b)
{
    multiply_triangle(CblasLeft, which, CblasTrans, t, b);
}

void gvc_la__tile_trmm_right(gvc_triangle which, gvc_view t, gvc_view b)
{
    multiply_triangle(CblasRight, which, CblasNoTrans, t, b);
}

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static gvc_int pieces(gvc_int n, gvc_int size)
{
    return (n + size - 1) / size;
}

/* out := op(a) diag(right) y, whose scaled pieces stand on the stack, so nothing is allocated. */
static void scaled_tile(gvc_view out, int transposed, gvc_view a, const double *right, gvc_view y)
{
    double piece[GVC_LA_TILE * GVC_LA_CHUNK];

    for (gvc_int k = 0; k < y.rows; k += GVC_LA_TILE) {
        const gvc_view part = { piece, least(GVC_LA_TILE, y.rows - k), y.cols, GVC_LA_TILE };

        for (gvc_int c = 0; c < y.cols; c++)
            for (gvc_int j = 0; j < part.rows; j++)
                piece[j + c * GVC_LA_TILE] = right[k + j] * y.a[k + j + c * y.ld];
        gvc_la__tile_gemm(transposed, 1,
                          transposed ? gvc_view__part(a, k, 0, part.rows, a.cols)
                                     : gvc_view__cols(a, k, part.rows),
                          part, k ? 1 : 0, out);
    }
}

static void scale_rows(gvc_view out, const double *left)
{
    for (gvc_int c = 0; c < out.cols; c++)
        for (gvc_int i = 0; i < out.rows; i++)
            out.a[i + c * out.ld] *= left[i];
}

static void multiply(gvc_view out, const double *left, int transposed, gvc_view a,
                     const double *right, gvc_view y, int threads)
{
    const gvc_int tiles = pieces(out.rows, GVC_LA_TILE), chunks = pieces(y.cols, GVC_LA_CHUNK);
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (gvc_int t = 0; t < tiles * chunks; t++) {
        const gvc_int i = t % tiles * GVC_LA_TILE, c = t / tiles * GVC_LA_CHUNK;
        const gvc_int rows = least(GVC_LA_TILE, out.rows - i),
                      cols = least(GVC_LA_CHUNK, y.cols - c);
        const gvc_view to = gvc_view__part(out, i, c, rows, cols),
                       from = gvc_view__cols(y, c, cols),
                       m = transposed ? gvc_view__cols(a, i, rows)
                                      : gvc_view__part(a, i, 0, rows, a.cols);

        if (right)
            scaled_tile(to, transposed, m, right, from);
        else
            gvc_la__tile_gemm(transposed, 1, m, from, 0, to);
        if (left)
            scale_rows(to, left + i);
    }
    gvc_la__unpin(pin);
}

void gvc_la__times(gvc_view out, const double *left, gvc_view a, const double *right, gvc_view y,
                   int threads)
{
    multiply(out, left, 0, a, right, y, threads);
}

void gvc_la__times_t(gvc_view out, const double *left, gvc_view a, const double *right, gvc_view y,
                     int threads)
{
    multiply(out, left, 1, a, right, y, threads);
}
