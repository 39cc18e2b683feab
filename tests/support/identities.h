#ifndef TESTS_IDENTITIES_H
#define TESTS_IDENTITIES_H

#include "samples.h"

/*
 * What the programs test_identities*.c share: every case of samples.h made once, with every
 * decomposition, and the closed forms that several identities need.
 *
 * With GVC_TEST_MUTATE=MEASURE every value of that measure is scaled by 1.001 before the checks
 * see it: test_mutations.sh shows so that no term can be wrong unnoticed.
 */

#define TOLERANCE 1e-11

extern sample *identity_samples;

/** Set-up and tear-down of the group of tests. */
int identity_make(void **state);
int identity_free(void **state);
/** Print the measures there are, for test_mutations.sh; 0. */
int identity_list(void);

/** Rows of an unfiltered frame of the level. */
gvc_int identity_rows(const sample *s, const char *level);
/** total = sum of the parts, in every row of a level; parts end with NULL. */
void identity_sum(const sample *s, const char *level, const char *total, const char *const *parts);

/** 1 - 1'A - v (n): net taxes, and 1 for a product without output, whose content nobody knows. */
double *identity_tau(const literal *lit);
/** The row vector times m. */
double *identity_row_times(const literal *lit, const double *row, const double *m);
/** (A_sr y_r)_i, for i outside r. */
double identity_bought(const literal *lit, gvc_int i, gvc_int r, const double *y);

#endif
