#ifndef TESTS_LITERAL_CELLS_H
#define TESTS_LITERAL_CELLS_H

#include "samples.h"

/** Compare a measure at every level in `levels` (gvc_level bits) with the sums of a literal n x U
 * term, to the largest flow of the table. */
void literal_compare(const sample *s, const char *measure, unsigned levels, const double *term);

#endif
