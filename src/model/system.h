#ifndef MODEL_SYSTEM_H
#define MODEL_SYSTEM_H

#include "base/mem.h"
#include "la/lu.h"
#include "model/model.h"

/*
 * The inside of a model. What does not depend on the units is the system; regrouped models borrow
 * that of their base. The rest follows the partition.
 */

enum { GVC_MODEL_QUANTITIES = 30, GVC_MODEL_BLOCKS = 2 * GVC_MODEL_QUANTITIES };

struct gvc_sweeps_job; /* sweeps.h */

typedef struct gvc_system {
    const gvc_table *table;
    gvc_balance balance;
    gvc_int n, G, N;
    double *x, *xinv, *v, *va, *tau, *u;
    gvc_view sales;       /* n x G: Z summed over the industries of each buying country */
    double *inputs;       /* n: 1'|A|, what a unit of output takes, in magnitudes */
    double *home;         /* n: u when it is absorbed into own final use, else NULL */
    unsigned char *moved; /* n: 1 where the purchases are final use, because x = 0 */
    int has_disc;
    int balanced;      /* x = Z1 + F1 in every row, to the last digits and with what was absorbed */
    gvc_int satellite; /* what v and va are, of those of the table; -1: value added itself */
    double least_q;    /* min over j of 1 - sum_i |a_ij| */
    double norm1;      /* ||I - A||_1 */
    /* Of I - A once `factorised`; the inverses of both factors once `split`, which solve nothing; B
     * itself once `inverted`. */
    gvc_lu lu;
    int factorised, split, inverted;
    int wants_inverse;         /* B is going to be asked for */
    struct gvc_sweeps *sweeps; /* once the first solve went by sweeps */
    int by_sweeps;             /* solves go by sweeps, not by factors */
    int swept;                 /* the last solve did */
    double inverse_norm;       /* bound of ||B||_1, or its estimate where none is to be had */
    gvc_int neediest;          /* the industry of the smallest q, or of the largest multiplier */
    double error_bound;
    double masked_bound; /* of the last masked solve */
    double *stocks;      /* n: 1 / s - 1 of the correction for inventories (stocks.c), NULL: none */
    int knows_stocks;    /* whether there are any */
    double *corrected[2]; /* n: solutions with it, of columns and of rows; NULL: none yet */
    double care;          /* by how much smaller than usual errors are to be: 1 or more */
    int warned;           /* of a large one */
} gvc_system;

/** The local system I - A_uu of a unit, factorised; rows of several countries are gathered. */
typedef struct gvc_local {
    gvc_int first, rows; /* in the order of units */
    gvc_lu lu;
} gvc_local;

struct gvc_model {
    gvc_system *system;
    gvc_model *base; /* NULL where the system is this model's own */
    const gvc_units *units;
    gvc_units *own_units; /* made here where the caller gave none */
    gvc_int U;
    gvc_int *unit;  /* n: unit of each row */
    gvc_int *order; /* n: rows in the order of units, ascending inside a unit */
    int in_order;   /* `order` is the identity */
    gvc_view F, E, Eint;
    double *e;
    gvc_local *local; /* U */
    double *factors;  /* of all local systems, one after the other */
    int *pivots;      /* n, in the order of units */
    unsigned planned, have;
    int only_planned; /* nothing else is going to be asked for */
    gvc_view quantity[GVC_MODEL_QUANTITIES];
    double *block[GVC_MODEL_BLOCKS]; /* what the quantities stand in */
    int n_blocks;
};

/* ---- prepare.c ---- */
gvc_status gvc_system__new(gvc_ctx *ctx, gvc_system **out, const gvc_table *table,
                           gvc_balance balance);
void gvc_system__free(gvc_system *sys);
/** v := q / x of the satellite called `name`. */
gvc_status gvc_system__use_satellite(gvc_ctx *ctx, gvc_system *sys, const char *name);
/** F, E, Eint and e of the model's units. */
void gvc_model__fill_demand(gvc_ctx *ctx, gvc_model *model);

/* ---- local.c ---- */
gvc_status gvc_model__factorise_local(gvc_ctx *ctx, gvc_model *model);

/* ---- solver.c ---- */
/** Choose sweeps or factors for what a model is going to need. */
void gvc_system__choose(gvc_ctx *ctx, gvc_system *sys, const gvc_model *model, gvc_solver wish);

/* ---- kernels.c ---- */
/** out := A y or A' y. */
void gvc_system__times_A(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view out,
                         gvc_view y);

/* ---- bound.c ---- */
/** out (n) := weights' |A|. */
void gvc_system__weigh_inputs(gvc_ctx *ctx, const gvc_system *sys, const double *weights,
                              double *out);
/** Refuse the table for the sake of the industry in `row`. */
gvc_status gvc_system__refuse_singular(gvc_ctx *ctx, const gvc_system *sys, gvc_int row);
/** Bound ||B||_1 by the factors where 1 / min q is no bound or a bad one. */
gvc_status gvc_system__bound_inverse(gvc_ctx *ctx, gvc_system *sys);
/** The relative error that no residual in double precision shows. */
double gvc_system__rounding(const gvc_system *sys);
/** Note the error `bound` of a residual and that of rounding: a large sum is warned of, a larger
 * one refused. */
gvc_status gvc_system__accept(gvc_ctx *ctx, gvc_system *sys, double bound);

/* ---- solve.c ---- */
/** Give back what solves; the next solve makes it anew. */
void gvc_system__drop_solver(gvc_system *sys);
/** Factorise I - A unless that is done, or invert it where B is wanted and no pivots are. */
gvc_status gvc_system__factorise(gvc_ctx *ctx, gvc_system *sys);
/** Solve by sweeps where that is chosen: *done says whether it was and went well, and *shifted, if
 * it is not NULL, what is left of the shifted column. Of the job `enough` is filled in here. */
gvc_status gvc_system__sweep(gvc_ctx *ctx, gvc_system *sys, struct gvc_sweeps_job job, gvc_view y,
                             double *shifted, int *done);
/** y := B y or B' y by the factors or by B, without a look at the residual. */
gvc_status gvc_system__apply(gvc_ctx *ctx, const gvc_system *sys, int transposed, gvc_view y);
/** The same with the certificate: the residual bounds the error; large errors are refined away. */
gvc_status gvc_system__solve(gvc_ctx *ctx, gvc_system *sys, int transposed, gvc_view y);
/** Keep `bound` when it is the largest so far. */
void gvc_system__note_error(gvc_system *sys, double bound);

/* ---- stocks.c ---- */
/** Find out whether there is a correction for inventories. */
gvc_status gvc_system__know_stocks(gvc_ctx *ctx, gvc_system *sys);
/** b (n) := the right-hand side of the corrected system: x / s, or for rows ones. */
void gvc_system__begin_corrected(const gvc_system *sys, int transposed, double *b);
/** Keep its solution. */
gvc_status gvc_system__keep_corrected(gvc_ctx *ctx, gvc_system *sys, int transposed,
                                      const double *y);

/* ---- once.c ---- */
/** out (n) := FVA1. */
gvc_status gvc_model__count_once(gvc_ctx *ctx, gvc_model *model, double *out);
/** The two ends of a masked solve (sweeps.h) for it: X (n x U) is its right-hand side, then its
 * solution. */
void gvc_model__begin_once(const gvc_model *model, gvc_view X);
void gvc_model__end_once(const gvc_model *model, gvc_view X, double *out);

/* ---- inverse.c ---- */
/** I - A, which stands in the place of the factors, becomes B; accepted, or refused. */
gvc_status gvc_system__exchange(gvc_ctx *ctx, gvc_system *sys);
/** Put B in the place of the factors, unless that is done. */
gvc_status gvc_system__invert(gvc_ctx *ctx, gvc_system *sys);
/** Accept B, as it stands or as the inverses of the factors, or refuse it. */
gvc_status gvc_system__certify_inverse(gvc_ctx *ctx, gvc_system *sys);
/** Make own blocks of B to be had: B, or the inverses of the factors where B is not going to be
 * asked for. */
gvc_status gvc_model__prepare_blocks(gvc_ctx *ctx, gvc_model *model);
/** After that: out := B_uu, its rows in the order of gvc_model__rows_of(). By one thread, whose
 * caller has pinned OpenBLAS; `work` has room for gvc_model__block_work() numbers. */
void gvc_model__own_block(const gvc_model *model, gvc_int unit, gvc_view out, double *work);
gvc_int gvc_model__block_work(const gvc_model *model);
/** out (n x rows of the largest unit) := the own blocks of B. */
gvc_status gvc_model__own_blocks(gvc_ctx *ctx, gvc_model *model, gvc_view out);

/* ---- quantities.c ---- */
/** A zeroed n x cols block that the model frees; view.a is NULL on failure. */
gvc_view gvc_model__block(gvc_ctx *ctx, gvc_model *model, gvc_int cols);

#endif
