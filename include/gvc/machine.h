#ifndef GVC_MACHINE_H
#define GVC_MACHINE_H

#include <gvc/ctx.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What this machine can do at most: the units in which times of decompositions are compared between
 * machines. All run with the threads of the context.
 */

/** Name and build of the linear algebra library, and of the processor; static, never NULL. */
GVC_API const char *gvc_machine_blas(void);
/** The kernels that suit this processor better than those that OpenBLAS has taken, as its variable
 * OPENBLAS_CORETYPE names them; NULL where its choice is good. An OpenBLAS that is older than the
 * processor may not know it and fall back to kernels of a tenth of the speed. The variable is read
 * when the library is loaded. */
GVC_API const char *gvc_machine_better_kernels(void);
GVC_API const char *gvc_machine_cpu(void);

/** Seconds, by the clock and of the processor (all threads). */
typedef struct gvc_seconds {
    double wall, cpu;
} gvc_seconds;

/** Both now, counted from some moment in the past. */
GVC_API gvc_seconds gvc_seconds_now(void);

/** The best of `runs` products of two n x n matrices of doubles. Holds three of them. */
GVC_API gvc_status gvc_machine_product(gvc_ctx *ctx, gvc_seconds *best, gvc_int n, int runs);
/** The best of `runs` factorisations of such a matrix by LAPACK's dgetrf. Holds two of them. */
GVC_API gvc_status gvc_machine_dgetrf(gvc_ctx *ctx, gvc_seconds *best, gvc_int n, int runs);

#ifdef __cplusplus
}
#endif
#endif
