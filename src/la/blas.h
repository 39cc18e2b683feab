#ifndef LA_BLAS_H
#define LA_BLAS_H

#include "la/view.h"

/*
 * We thread with OpenMP and OpenBLAS stays single-threaded: its own threads change bits. Every
 * function of la/ pins it for the length of the call. An OpenBLAS built with OpenMP ignores its own
 * setter, so the OpenMP maximum is pinned too; our own regions name their thread count.
 */
typedef struct gvc_pin {
    int omp_threads; /* to restore; 0 where OpenBLAS has threads of its own */
} gvc_pin;

gvc_pin gvc_la__pin(void);
void gvc_la__unpin(gvc_pin pin);

/** Tile of the factorisation and of the products, in rows; columns of a right-hand side that one
 * task takes: wide, because every task copies the tile of the matrix anew, and up to 128 units are
 * one task. Fixed numbers, so that no result depends on the thread count. */
enum { GVC_LA_TILE = 320, GVC_LA_CHUNK = 128 };
/** Side of the blocks that exchange steps go by, and how many of them, one below the other, a task
 * takes. */
enum { GVC_LA_BLOCK = 160, GVC_LA_GROUP = 6 };

/** The most rows a matrix may have: its square takes 512 GiB. */
enum { GVC_LA_MOST = 1 << 18 };

/* One tile each, by a single thread; the callers have pinned OpenBLAS. */
void gvc_la__tile_gemm(int a_transposed, double alpha, gvc_view a, gvc_view b, double beta,
                       gvc_view c);
typedef enum gvc_triangle { GVC_UNIT_LOWER, GVC_UPPER } gvc_triangle;
/** b := t^-1 b or t'^-1 b. */
void gvc_la__tile_trsm(gvc_triangle which, int transposed, gvc_view t, gvc_view b);
/** b := b t^-1 for the upper triangle t. */
void gvc_la__tile_trsm_right(gvc_view t, gvc_view b);
/** b := t b, t'b, or b t. */
void gvc_la__tile_trmm(gvc_triangle which, gvc_view t, gvc_view b);
void gvc_la__tile_trmm_t(gvc_triangle which, gvc_view t, gvc_view b);
void gvc_la__tile_trmm_right(gvc_triangle which, gvc_view t, gvc_view b);

/** out := diag(left) a diag(right) y; NULL stands for ones. */
void gvc_la__times(gvc_view out, const double *left, gvc_view a, const double *right, gvc_view y,
                   int threads);
/** out := diag(left) a' diag(right) y; NULL stands for ones. */
void gvc_la__times_t(gvc_view out, const double *left, gvc_view a, const double *right, gvc_view y,
                     int threads);

#endif
