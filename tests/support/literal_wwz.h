#ifndef TESTS_LITERAL_WWZ_H
#define TESTS_LITERAL_WWZ_H

#include "support.h"

enum { LIT_WWZ_N = 18 };

/** The sixteen terms, dva_f and rdv_f. */
extern const char *const literal_wwz_names[LIT_WWZ_N];

/** n x U a term, by exporting (origin) row and importer, own unit 0; from malloc. */
void literal_wwz(const literal *lit, double *terms[LIT_WWZ_N]);

#endif
