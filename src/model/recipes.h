#ifndef MODEL_RECIPES_H
#define MODEL_RECIPES_H

#include "model/system.h"

/*
 * One row per quantity: what it is made of, and how. Those that are solutions of (I - A) y = b or
 * of its transpose have a function that writes b: all that are wanted stand side by side in one
 * block and are solved together, first those that begin from the table, then those whose b is made
 * of such solutions (LATE). SALE is A applied to the one quantity that it is made of, unit by unit
 * of the importer; all that are wanted are made together.
 */
typedef enum gvc_recipe_kind {
    LOCAL,
    SALE,
    COLUMN_SOLVE,
    ROW_SOLVE,
    LATE_COLUMN_SOLVE,
    LATE_ROW_SOLVE
} gvc_recipe_kind;
/* Columns: one, two, one a unit, one a row, one a row of the largest unit. */
typedef enum gvc_recipe_shape { ONE, TWO, UNITS, ROWS, OWN_ROWS } gvc_recipe_shape;

typedef gvc_status (*gvc_make_fn)(gvc_ctx *ctx, gvc_model *m, gvc_view out);
/* Makes the quantity of the solution, in place. */
typedef void (*gvc_end_fn)(const gvc_model *m, gvc_view out);

typedef struct gvc_recipe {
    gvc_quantity name;
    gvc_recipe_kind kind;
    gvc_recipe_shape cols;
    unsigned from;
    gvc_make_fn make;
    gvc_end_fn end; /* NULL where the solution is the quantity */
} gvc_recipe;

static inline int gvc_recipe__is_solve(const gvc_recipe *r)
{
    return r->kind != LOCAL && r->kind != SALE;
}

/** By the number of the quantity's bit. */
extern const gvc_recipe gvc_model__recipes[GVC_MODEL_QUANTITIES];

/** The needs and all that they are made of. */
unsigned gvc_model__close_needs(unsigned needs);
/** Work of all solves for these needs in units of one n x n x n product: by factors, or by sweeps.
 */
double gvc_plan__products(unsigned needs, gvc_int U, gvc_int n, int by_sweeps);
/** Whether sweeps are the cheaper way. */
int gvc_plan__sweeps_pay(unsigned needs, gvc_int U, gvc_int n);

/** GVC_Q_BMADE without a solve, where both its parts are there. */
gvc_status gvc_model__add_made(gvc_ctx *ctx, gvc_model *m, gvc_view out);

/** The same for GVC_Q_BE, from BEX and BF of a balanced table, and whether the certified error of
 * the sum is small enough; that is noted then. */
gvc_status gvc_model__add_imports(gvc_ctx *ctx, gvc_model *m, gvc_view out);
int gvc_model__imports_add_up(const gvc_model *m);

#endif
