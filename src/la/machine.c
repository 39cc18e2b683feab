#include <gvc/machine.h>

#include "base/mem.h"
#include "la/blas.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Columns of the product that one task takes. */
enum { COLUMNS = 256 };

const char *gvc_machine_blas(void)
{
    return openblas_get_config();
}

/* What the processor can do, as kernels of OpenBLAS are named that need no more; NULL: nothing that
 * matters. */
static const char *kernels_of_processor(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

/* Kernels that add products with AVX2 or more. */
static int are_recent(const char *kernels)
{
    static const char *const recent[] = { "Haswell",    "Excavator",      "Zen", "SkylakeX",
                                          "Cooperlake", "SapphireRapids", NULL };

    for (int k = 0; recent[k]; k++)
        if (strcasecmp(kernels, recent[k]) == 0)
            return 1;
    return 0;
}

const char *gvc_machine_better_kernels(void)
{
    return are_recent(openblas_get_corename()) ? NULL : kernels_of_processor();
}

static char cpu[128];

/* The file is the same whenever it is read, so two threads that come at once write the same. */
const char *gvc_machine_cpu(void)
{
    char line[256];
    FILE *f = fopen("/proc/cpuinfo", "r");

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':') &&
            sscanf(strchr(line, ':') + 1, " %127[^\n]", cpu) == 1)
            break;
    if (f)
        fclose(f);
    return cpu[0] ? cpu : "unknown";
}

static double read_clock(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

gvc_seconds gvc_seconds_now(void)
{
    return (gvc_seconds){ read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID) };
}

static void keep_best(gvc_seconds *best, gvc_seconds start)
{
    const gvc_seconds now = gvc_seconds_now();

    best->wall = fmin(best->wall, now.wall - start.wall);
    best->cpu = fmin(best->cpu, now.cpu - start.cpu);
}

/* Numbers in (0, 1) that are the same in every run. */
static void fill(double *a, gvc_int n)
{
    uint64_t state = 1;

    for (gvc_int i = 0; i < n; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        a[i] = (double)(state >> 11) * 0x1p-53;
    }
}

static void multiply(const double *a, const double *b, double *c, gvc_int n, int threads)
{
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (gvc_int j = 0; j < n; j += COLUMNS)
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, (blasint)n,
                    (blasint)(n - j < COLUMNS ? n - j : COLUMNS), (blasint)n, 1, a, (blasint)n,
                    b + j * n, (blasint)n, 0, c + j * n, (blasint)n);
    gvc_la__unpin(pin);
}

gvc_status gvc_machine_product(gvc_ctx *ctx, gvc_seconds *best, gvc_int n, int runs)
{
    double *a = gvc_mem__alloc(ctx, n * n, sizeof *a), *b = gvc_mem__alloc(ctx, n * n, sizeof *b),
           *c = gvc_mem__alloc(ctx, n * n, sizeof *c);
    gvc_status st = a && b && c ? GVC_OK : GVC_ENOMEM;

    *best = (gvc_seconds){ INFINITY, INFINITY };
    if (st == GVC_OK) {
        fill(a, n * n);
        fill(b, n * n);
        fill(c, n * n);
    }
    for (int k = 0; k < runs && st == GVC_OK; k++) {
        const gvc_seconds start = gvc_seconds_now();

        multiply(a, b, c, n, gvc_ctx_threads(ctx));
        keep_best(best, start);
        st = gvc_progress__step(ctx, "measuring dgemm", (double)(k + 1) / runs);
    }
    gvc_mem__free(a);
    gvc_mem__free(b);
    gvc_mem__free(c);
    return st;
}

/* Here OpenBLAS threads by itself: the number stands for what the library gives. */
static void factorise(double *a, gvc_int n, int *pivot, int threads)
{
    const int before = openblas_get_num_threads();

    openblas_set_num_threads(threads);
    LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)n, a, (lapack_int)n, pivot);
    openblas_set_num_threads(before);
}

gvc_status gvc_machine_dgetrf(gvc_ctx *ctx, gvc_seconds *best, gvc_int n, int runs)
{
    double *a = gvc_mem__alloc(ctx, n * n, sizeof *a), *lu = gvc_mem__alloc(ctx, n * n, sizeof *lu);
    int *pivot = gvc_mem__alloc(ctx, n, sizeof *pivot);
    gvc_status st = a && lu && pivot ? GVC_OK : GVC_ENOMEM;

    *best = (gvc_seconds){ INFINITY, INFINITY };
    if (st == GVC_OK)
        fill(a, n * n);
    for (int k = 0; k < runs && st == GVC_OK; k++) {
        gvc_seconds start;

        memcpy(lu, a, sizeof *a * (size_t)(n * n));
        start = gvc_seconds_now();
        factorise(lu, n, pivot, gvc_ctx_threads(ctx));
        keep_best(best, start);
        st = gvc_progress__step(ctx, "measuring dgetrf", (double)(k + 1) / runs);
    }
    gvc_mem__free(a);
    gvc_mem__free(lu);
    gvc_mem__free(pivot);
    return st;
}
