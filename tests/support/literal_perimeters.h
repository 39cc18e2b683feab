#ifndef TESTS_LITERAL_PERIMETERS_H
#define TESTS_LITERAL_PERIMETERS_H

#include "support.h"

/*
 * bm by perimeters, with every struck-out inverse built. n x U a term, by exporting row and
 * importer, own unit 0; from malloc.
 */
enum {
    LIT_P_DC,
    LIT_P_DVA,
    LIT_P_VAX,
    LIT_P_REF,
    LIT_P_IMBAL,
    LIT_P_DDC,
    LIT_P_FVA,
    LIT_P_FDC,
    LIT_P_FC,
    LIT_P_VAXIM,
    LIT_P_N
};

extern const char *const literal_perimeter_names[LIT_P_N];

/** The last exit from the exporter. */
void literal_sink(const literal *lit, double *terms[LIT_P_N]);
/** The first passage of a perimeter of one sector, or (sector 0) of all, to one importer or (pair
 * 0) to all; vaxim stays 0. Groups: one row of a member is a sector. */
void literal_own(const literal *lit, int sector, int pair, double *terms[LIT_P_N]);

#endif
