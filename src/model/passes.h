#ifndef MODEL_PASSES_H
#define MODEL_PASSES_H

#include "la/packed.h"
#include "model/sweeps.h"

/*
 * The work of the sweeps in single precision. With M = A or A', cut into panels of countries, one
 * pass goes through the panels down and then up again, and solves each for its own rows:
 *
 *     down  g_p := (I - M_pp)^-1 (b_p + sum over q < p of M_pq g_q + sum over q > p of M_pq d_q)
 *     up    g_p := (I - M_pp)^-1 (b_p + the same first sum + sum over q > p of M_pq g_q)
 *
 * The first sum of the way down serves the way up, and the second sum of the way up serves the next
 * way down, so that a pass costs one product with M, not two.
 */

struct gvc_sweeps {
    const gvc_system *sys;
    gvc_int panels;
    gvc_int first[GVC_SWEEPS_PANELS + 1];
    gvc_view extra[GVC_SWEEPS_PANELS]; /* (I - A_pp)^-1 - I: what a unit adds to itself */
    /* Once `is_packed`, of M = A, or of M = A' where `is_transposed`: the rows of M, and (I -
     * M_pp)^-1
     * - I in single precision. */
    gvc_packed a[GVC_SWEEPS_PANELS], rounded[GVC_SWEEPS_PANELS];
    float *room; /* what both stand in */
    int is_packed, is_transposed;
};

/** Rows of the tallest panel. */
static inline gvc_int gvc_sweeps__tallest(const gvc_sweeps *sw)
{
    gvc_int most = 0;

    for (gvc_int p = 0; p < sw->panels; p++)
        if (sw->first[p + 1] - sw->first[p] > most)
            most = sw->first[p + 1] - sw->first[p];
    return most;
}

/* Rows of a panel that stand for 0 in a masked column: those of its unit. Zeros there ask for the
 * panel's equations without these rows: g -= x' (g in these rows). */
typedef struct gvc_border {
    gvc_int panel, column;
    const gvc_int *rows; /* in the table */
    gvc_int n_rows;
    float *x; /* n_rows x rows of the panel */
} gvc_border;

/** What stays the same from pass to pass. */
typedef struct gvc_passes {
    const gvc_sweeps *sweeps;
    int transposed;
    const double *shift; /* n: diag(shift) is added to I - M; NULL: nothing, */
    gvc_int shifted;     /* and for this column alone */
    gvc_floats b;        /* n x m */
    gvc_floats t;        /* rows of the tallest panel x m */
    gvc_view fine;       /* t in double precision */
    gvc_packed columns;  /* the outcome of the pass so far */
    gvc_packed packed_t; /* t */
    float *work;         /* of gvc_packed__multiply(), for each thread */
    gvc_int work_size;
    gvc_int first_border[GVC_SWEEPS_PANELS + 1]; /* by panel */
    gvc_border *borders;                         /* NULL where no column is masked */
    gvc_int *rows;                               /* what the borders' lists stand in */
    float *eliminations;                         /* what the borders' x stand in */
} gvc_passes;

/** Arrays for m columns; p->sweeps is there. */
gvc_status gvc_passes__obtain(gvc_ctx *ctx, gvc_passes *p, gvc_int m);
/** The borders of the last columns of m, one for each unit of `masked`; p->sweeps is there. */
gvc_status gvc_passes__mask(gvc_ctx *ctx, gvc_passes *p, const gvc_model *masked, gvc_int plain);
void gvc_passes__free(gvc_passes *p);

/** Where a pass begins. */
typedef struct gvc_start {
    gvc_floats d;     /* n x m */
    gvc_floats above; /* n x m: the sum over q > p of M_pq d_q for every panel p */
} gvc_start;

/**
 * One pass. Most of its rounding is that of the products with the inverses, where a large sum takes
 * many small parts; `finely` has those of the way up done in double precision.
 *
 * @param start  NULL where d is 0
 * @param g  n x m, receives the outcome
 * @param carry  n x m, receives what `above` is for g
 */
void gvc_passes__run(gvc_ctx *ctx, const gvc_passes *p, const gvc_start *start, int finely,
                     gvc_floats g, gvc_floats carry);

/*
 * Passes begin at a mixture of the earlier outcomes that makes the change f = g - d as small as it
 * gets, column by column (Anderson's mixing). A difference of two outcomes of one round does not
 * depend on b, so it also serves later rounds.
 */
enum { GVC_MIX_SLOTS = 4 };

typedef struct gvc_mix {
    gvc_start start; /* of the next pass */
    gvc_floats f[GVC_MIX_SLOTS], g[GVC_MIX_SLOTS], carry[GVC_MIX_SLOTS];
    int kept[GVC_MIX_SLOTS]; /* a difference stands there */
    int newest;              /* slot of this round's last outcome; -1 before the first */
    int last;                /* slot taken last */
    double *change;          /* m: size of f over that of g */
    double *left;            /* m: the same of what mixing leaves of f */
    double *ahead;           /* m: how far off the outcome is expected to be */
    gvc_int aside;           /* a column that nothing waits for; -1: none */
} gvc_mix;

gvc_status gvc_mix__obtain(gvc_ctx *ctx, gvc_mix *mix, gvc_int n, gvc_int m);
void gvc_mix__free(gvc_mix *mix);
/** A pass and the mixing after it, whose outcome is start.d; returns the largest change of a column
 * by the pass, and in *ahead how far off the outcome is expected to be. A new round begins with
 * newest = -1. */
double gvc_mix__step(gvc_ctx *ctx, gvc_mix *mix, const gvc_passes *p, int finely, double *ahead);

#endif
