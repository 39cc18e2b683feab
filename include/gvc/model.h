#ifndef GVC_MODEL_H
#define GVC_MODEL_H

#include <gvc/groups.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The Leontief system of one table: coefficients, factors of I - A, and the quantities that
 * measures ask for, each computed at most once. Rows are country-sectors (n), country-major; units
 * (U) are countries or groups that act as one (gvc/groups.h). B = (I - A)^-1.
 */
typedef struct gvc_model gvc_model;

/** What to do with the row discrepancy u = x - Z1 - F1. */
typedef enum gvc_balance {
    GVC_BALANCE_KEEP,   /**< u stays apart, as the absorber DISC (default) */
    GVC_BALANCE_ABSORB, /**< u is added to own final use */
    GVC_BALANCE_ROWSUM, /**< x := Z1 + F1 */
} gvc_balance;

/** How I - A is solved. */
typedef enum gvc_solver {
    GVC_SOLVER_AUTO,   /**< whichever is expected to be the fastest (default) */
    GVC_SOLVER_LU,     /**< triangular factors, without pivoting where the columns dominate */
    GVC_SOLVER_SWEEPS, /**< block Gauss-Seidel in single precision, refined in double; needs
                            dominating columns, and goes over to factors where it ends short */
} gvc_solver;

/** The quantities, as bits. Shapes are rows x columns of the view gvc_model_get() lends. */
typedef enum gvc_quantity {
    GVC_Q_VL = 1 << 0, /**< n x 1: v_s L_ss, own value added through the domestic chain, per unit */
    GVC_Q_LOC = 1 << 1, /**< n x 1: L_rr (F_rr), output for own final use without trade */
    GVC_Q_REX = 1 << 2, /**< n x 1: L_rr E_r*, output for own exports */
    GVC_Q_VB =
        1 << 3, /**< n x U: column o is (V_o B)', value added of unit o per unit of each output */
    GVC_Q_BF = 1 << 4, /**< n x U: column l is B F_l, output called for by unit l's final demand */
    GVC_Q_BU = 1 << 5, /**< n x 1: B u; zero in a balanced table */
    GVC_Q_FVA1 =
        1 << 6, /**< n x 1: foreign value added counted once at the exporter's border, per unit */
    GVC_Q_BEX =
        1 << 7,        /**< n x U: column p is B times the total exports of p (rows of p, else 0) */
    GVC_Q_BE = 1 << 8, /**< n x U: column r is B E_.r, output called for by unit r's imports */
    GVC_Q_BX = 1 << 9, /**< n x 1: B x */
    GVC_Q_SB = 1 << 10,    /**< n x 1: (1'B)' */
    GVC_Q_ALOC = 1 << 11,  /**< n x U: [i in s, r] = (A_sr loc_r)_i, 0 in the own unit */
    GVC_Q_AREX = 1 << 12,  /**< n x U: (A_sr rex_r)_i */
    GVC_Q_AOWN = 1 << 13,  /**< n x U: (A_sr (BF)_rr)_i, absorbed by the importer */
    GVC_Q_AHOME = 1 << 14, /**< n x U: (A_sr (BF)_rs)_i, coming home */
    GVC_Q_ABU = 1 << 15,   /**< n x U: (A_sr (Bu)_r)_i, used by the discrepancy */
    GVC_Q_BHOT = 1 << 16,  /**< n x 1: own block of B_ss times the own third-country inputs:
                                (B_ss sum_r A_sr sum_{t != s,r} (BF)_rt)_i */
    GVC_Q_B = 1 << 17,     /**< n x n: the whole inverse */
    GVC_Q_BDIAG = 1 << 18, /**< n x rows of the largest unit: [i in s, k] = B_ij, j the k-th row of
                                s; 0 beyond the rows of s */
    GVC_Q_BHOME = 1 << 19, /**< n x U: column r is B_.r F_rr, output called for by what unit r uses
                                of its own products */
    GVC_Q_BABROAD = 1 << 20, /**< n x U: column r is B_.r sum_{t != r} F_rt, by its final exports */
    GVC_Q_BMADE = 1 << 21,   /**< n x U: column r is B_.r sum over all t of F_rt, output called for
                                  by what unit r finishes */
    GVC_Q_AHEAD = 1 << 22,   /**< n x 2: B A^F X and B A^D X with X = B F 1, the two parts of
                                  B X - X; A^D has the unit's own inputs, A^F those from others */
    GVC_Q_BEHIND = 1 << 23,  /**< n x 2: (v L A^F B)' and (v L L A^F B)' */
    GVC_Q_ROUNDS = 1 << 24,  /**< n x 2: (v B A^F B)' and (v L A^F B A^D B)' */
    GVC_Q_CROSS = 1 << 25,   /**< n x 1: (1'A^F B)', border crossings behind a unit of output */
    GVC_Q_BEXP = 1 << 26,    /**< n x 1: B e */
    GVC_Q_SBU = 1 << 27,     /**< n x U: column s is (1_s' B)', 1_s being 1 in the rows of unit s */
    GVC_Q_BONE = 1 << 28,    /**< n x U: column r is B 1_r */
    GVC_Q_BXU = 1 << 29,     /**< n x U: column r is B times the output of unit r */
    GVC_Q_MORE = 1 << 30,    /**< nothing to get: says that solves of two times U columns or more
                                follow, or many of one column, so that the solver is chosen for
                                them too */
} gvc_quantity;

typedef struct gvc_model_opts {
    const gvc_units *units; /**< borrowed, must outlive the model; NULL: every country alone */
    gvc_balance balance;
    unsigned needs; /**< gvc_quantity bits known to be wanted, so that solves are done together */
    gvc_solver solver;
    /** 1: nothing but `needs` is going to be asked for, of this model or one regrouped from it, so
     * that what solves is given back once they are there. What is asked for all the same takes a
     * new factorisation. */
    int only_needs;
    /** Name of a satellite that stands in place of value added, v := q / x; NULL: none. GVC_ELABEL
     * where the table has none of that name. */
    const char *satellite;
} gvc_model_opts;

/** Size of a table, for a plan. */
typedef struct gvc_plan_size {
    gvc_int G, N, K; /**< countries, sectors, categories of demand */
    gvc_int U;       /**< units; 0: every country alone */
    gvc_int widest;  /**< rows of the largest unit; 0: N */
    int mapped;      /**< intermediate sales stay in the file, gvc_input_is_mapped() */
} gvc_plan_size;

/** What a table and its model hold and do: bytes at the worst moment, by what they are for, and the
 *  work in units of one product of two n x n matrices. */
typedef struct gvc_plan {
    const char *solver; /**< "lu", "sweeps", or "none" where nothing is solved */
    double table;       /**< Z unless it stays in the file, final demand, output */
    double factors;     /**< factors of I - A, or what sweeps keep in their place */
    double demand;      /**< final demand and exports by unit, local inverses */
    double quantities;  /**< all that is asked for and what it is made of */
    double work;        /**< the largest of the transient needs: reading, one solve */
    double peak;        /**< all of these */
    double kept;        /**< what is left beside the results where the needs are all that is asked
                             for (gvc_model_opts.only_needs) */
    double products;
    double reading; /**< what a reader holds beside the table that it reads */
} gvc_plan;

/**
 * What a run with these `needs` (gvc_quantity bits) would take, by the table of recipes and the
 * rules by which the model chooses its solver; nothing is read or computed. Where columns of I - A
 * turn out not to dominate, factors take the place of sweeps.
 */
GVC_API gvc_plan gvc_model_plan(const gvc_plan_size *size, unsigned needs, gvc_solver solver);

/**
 * Build the model of `table`: table preparation (inputs bought by an industry without output become
 * final use of its country; u apart), A, v, E. Factorises on the first quantity that needs it.
 *
 * @param out  freed with gvc_model_free()
 * @param table  borrowed; must outlive *out
 * @return GVC_OK, GVC_ENOMEM (with the size), GVC_ESINGULAR naming the industry
 */
GVC_API gvc_status gvc_model_new(gvc_ctx *ctx, gvc_model **out, const gvc_table *table,
                                 const gvc_model_opts *opts);

/** The same table and factors with other units; `model` must outlive *out. Nothing is factorised
 * again. */
GVC_API gvc_status gvc_model_regroup(gvc_ctx *ctx, gvc_model **out, gvc_model *model,
                                     const gvc_units *units);

/** Compute the quantities of `needs` that are not there yet. Not for concurrent use on one model.
 */
GVC_API gvc_status gvc_model_need(gvc_ctx *ctx, gvc_model *model, unsigned needs);

/** A quantity that was computed; borrowed. */
GVC_API gvc_view gvc_model_get(const gvc_model *model, gvc_quantity quantity);

GVC_API const gvc_table *gvc_model_table(const gvc_model *model);
GVC_API const gvc_units *gvc_model_units(const gvc_model *model);
/** Number of units and of rows. */
GVC_API gvc_int gvc_model_U(const gvc_model *model);
GVC_API gvc_int gvc_model_n(const gvc_model *model);
/** Output after preparation, n. */
GVC_API const double *gvc_model_x(const gvc_model *model);
/** Value-added coefficients v (n): VA / x where given, else 1 - 1'A; 0 where x = 0. */
GVC_API const double *gvc_model_v(const gvc_model *model);
/** Name of the satellite that stands in place of value added, NULL where none does, and its unit.
 */
GVC_API const char *gvc_model_satellite(const gvc_model *model);
GVC_API const char *gvc_model_satellite_unit(const gvc_model *model);
/** Value added in money: as given, or v o x. */
GVC_API const double *gvc_model_va(const gvc_model *model);
/** What neither inputs nor value added explain, per unit: 1 - v - 1'A; exactly 0 where v is the
 * residual. */
GVC_API const double *gvc_model_tau(const gvc_model *model);
/** Row discrepancy u after preparation and balance, n; all 0 where it is rounding. */
GVC_API const double *gvc_model_u(const gvc_model *model);
/** 1 when u is not all zero. */
GVC_API int gvc_model_has_disc(const gvc_model *model);
/** Final demand by unit after preparation, n x U. */
GVC_API gvc_view gvc_model_F(const gvc_model *model);
/** Exports E_sr = Z_sr 1 + F_sr by importing unit, n x U; 0 in the own unit. */
GVC_API gvc_view gvc_model_E(const gvc_model *model);
/** The intermediate part Z_sr 1 alone, n x U; 0 in the own unit. */
GVC_API gvc_view gvc_model_Eint(const gvc_model *model);
/** Total exports of each row, n. */
GVC_API const double *gvc_model_e(const gvc_model *model);

/** The largest certified relative error of the solves so far: in the 1-norm of a column of B times
 * something, in the largest entry of a row of something times B; the residual and what rounding
 * hides from it, times a bound of ||B||_1 (an estimate only where A has negative entries and some
 * industry uses up all it makes). Above 1e-9 it is warned of, above 1e-3 the table is refused
 * (GVC_ESINGULAR). And how the system was solved: "lu" (no pivoting, q > 0), "lu-pivot", "sweeps".
 */
GVC_API double gvc_model_error_bound(const gvc_model *model);
GVC_API const char *gvc_model_solver(const gvc_model *model);

GVC_API void gvc_model_free(gvc_model *model);

#ifdef __cplusplus
}
#endif
#endif
