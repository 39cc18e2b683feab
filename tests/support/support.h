#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gvc/model.h>

/* ---- comparing ---- */

/** Equal up to `rel` of the larger magnitude; NaN equals NaN only. */
#define assert_close(got, want, rel) support_close(got, want, rel, 0, __FILE__, __LINE__)
/** Equal up to `rel` of the largest of both magnitudes and `scale`. */
#define assert_near(got, want, rel, scale) support_close(got, want, rel, scale, __FILE__, __LINE__)
/** Every element of two matrices near, at their own largest magnitude as scale. */
#define assert_views_near(got, want, rel) support_views(got, want, rel, __FILE__, __LINE__)
/** The call gives GVC_OK; its message is printed where it does not. */
#define assert_ok(ctx, call) support_ok(ctx, call, __FILE__, __LINE__)

void support_close(double got, double want, double rel, double scale, const char *file, int line);
void support_views(gvc_view got, gvc_view want, double rel, const char *file, int line);
void support_ok(gvc_ctx *ctx, gvc_status status, const char *file, int line);

/* ---- a context as the state of a test ---- */

/** cmocka set-up: *state is a gvc_ctx with two threads. */
int make_context(void **state);
/** cmocka tear-down: fails when the test left memory of the library behind. */
int free_context(void **state);
#define context_test(f) cmocka_unit_test_setup_teardown(f, make_context, free_context)

/* ---- a folder of the program's own (folder.c) ---- */

/** cmocka set-up and tear-down, of a group or of a test: a new folder for files, and away with it
 * and all that is in it. */
int make_folder(void **state);
int drop_folder(void **state);
/** Its path. */
const char *test_folder(void);
/** The path of `name` in it; the eighth call after this one overwrites it. */
const char *in_folder(const char *name);

/* ---- random tables (random_table.c) ---- */

/** What is awkward about a random table. */
enum {
    RANDOM_PLAIN = 0,            /* positive, x the row sum, VA the residual, one category */
    RANDOM_ZERO_EMPTY = 1 << 0,  /* an industry without output that neither buys nor sells */
    RANDOM_ZERO_BUYER = 1 << 1,  /* one without output that buys inputs */
    RANDOM_ZERO_SELLER = 1 << 2, /* one without output that exports out of stocks */
    RANDOM_NO_EXPORTS = 1 << 3,  /* a country without exports */
    RANDOM_STOCKS = 1 << 4,      /* two categories, the second with negative stock changes */
    RANDOM_NEGATIVE_VA = 1 << 5, /* industries that lose money: q <= 0 */
    RANDOM_UNBALANCED = 1 << 6,  /* x is not the row sum */
    RANDOM_VA_GIVEN = 1 << 7,    /* VA differs from x - 1'Z by taxes of both signs */
    RANDOM_DOMINANT = 0x1ff & ~(1 << 5), /* all of these that leave q > 0 */
    RANDOM_AWKWARD = 0x1ff,
};

/**
 * A table of G countries and N sectors that depends on the arguments alone. Countries are named
 * C00, C01, ... and the last ROW (from three countries on), sectors s00, s01, ... The test fails
 * when memory is out. Free it with gvc_table_free().
 */
gvc_table *random_table(gvc_ctx *ctx, unsigned seed, gvc_int G, gvc_int N, unsigned flags);

/** Units of the table's edition: `of[c]` is a number per country, equal numbers act as one. */
gvc_units *units_from(gvc_ctx *ctx, const gvc_table *table, const gvc_int *of);

/** Uniform in [0, 1); `state` is the generator's own. */
double random_uniform(uint64_t *state);

/* ---- the slow and plain way (literal.c): everything dense, column-major, from malloc ---- */

typedef struct literal {
    gvc_int n, U;
    gvc_int *unit;         /* n: unit of each row */
    double *A, *B, *L;     /* n x n; L has zeros outside the units' blocks */
    double *Z;             /* n x n after preparation */
    double *F, *E;         /* n x U after preparation; E is 0 in the own unit */
    double *x, *v, *u, *e; /* n */
} literal;

/** Prepare, invert and sort out a table with explicit inverses; units NULL: every country alone. */
literal *literal_new(const gvc_table *table, const gvc_units *units, gvc_balance balance);
void literal_free(literal *lit);

/** Zeroed m x k matrix. */
double *literal_matrix(gvc_int m, gvc_int k);
/** The inverse by Gauss-Jordan with pivoting. */
double *literal_inverse(const double *a, gvc_int n);
/** (I - a)^-1, with the entries of `a` that `keep` (n x n flags, NULL: all) strikes out set to 0.
 */
double *literal_leontief(const double *a, const unsigned char *keep, gvc_int n);
/** a (m x k) times b (k x p). */
double *literal_times(const double *a, const double *b, gvc_int m, gvc_int k, gvc_int p);
/** The transpose of a (m x k). */
double *literal_transpose(const double *a, gvc_int m, gvc_int k);

#endif
