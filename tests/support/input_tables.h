#ifndef TESTS_INPUT_TABLES_H
#define TESTS_INPUT_TABLES_H

#include "index_values.h"

/*
 * Random tables that have what inputs.csv can give: satellites jobs and co2, functions rd and fab,
 * trade costs and a set of digital sectors, with the families run on them and a dense twin.
 */

enum { INPUT_SEEDS = 18 };

typedef struct input_case {
    gvc_table *table;
    gvc_units *units; /* NULL: every country alone */
    literal *lit;
    gvc_frames *frames;
    double scale; /* world output */
} input_case;

/** The table of case `seed`. */
gvc_table *input_table(gvc_ctx *ctx, unsigned seed);
/** Run `families` on it; where `grouped`, every third case has two countries that act as one. */
input_case input_begin(gvc_ctx *ctx, unsigned seed, const char *families, int grouped);
void input_end(input_case *c);

/** Column `name` at `level` equals `want` (freed) in all `n` cells, up to 1e-10 of `scale`. */
void input_same(const input_case *c, const char *level, const char *name, double *want, gvc_int n,
                double scale);
/** The same by row of the table: cells of level sector, and their sums at level country. */
void input_same_rows(const input_case *c, const char *name, double *want);

/** out_j = sum over i of weight_i m_ij; `which`: 0 all, 1 own rows, 2 foreign rows. */
double *input_weigh(const literal *lit, const double *weight, const double *m, int which);
/** a := a o b, given back. */
double *input_times(double *a, const double *b, gvc_int n);

#endif
