#ifndef TESTS_LITERAL_DECOMP_H
#define TESTS_LITERAL_DECOMP_H

#include "support.h"

/*
 * Decompositions the slow way: every modified inverse is built, every formula is written out as in
 * the papers. Arrays come from malloc. bm and jn: n x U by exporting (origin) row and partner, own
 * unit 0. kww and vs: U values a term.
 */

enum {
    LIT_DC,
    LIT_DVA,
    LIT_VAX,
    LIT_REF,
    LIT_IMBAL,
    LIT_DDC,
    LIT_FVA,
    LIT_FDC,
    LIT_FC,
    LIT_DAVAX,
    LIT_BM_N
};
enum {
    LIT_DVA_FIN,
    LIT_DVA_INT,
    LIT_DVA_INTREX,
    LIT_RDV_FIN,
    LIT_RDV_INT,
    LIT_KDDC,
    LIT_FVA_FIN,
    LIT_FVA_INT,
    LIT_KFDC,
    LIT_KWW_N
};
enum { LIT_VS, LIT_VS_HIY, LIT_VS1, LIT_VS1STAR, LIT_VS1STAR_FIN, LIT_VS_N };

/** Terms by name, in the order above. */
extern const char *const literal_bm_names[LIT_BM_N];
extern const char *const literal_kww_names[LIT_KWW_N];
extern const char *const literal_vs_names[LIT_VS_N];

void literal_bm_source(const literal *lit, double *terms[LIT_BM_N]);
void literal_kww(const literal *lit, double *terms[LIT_KWW_N]);
void literal_vs(const literal *lit, double *terms[LIT_VS_N]);
/** vax of jn. */
double *literal_jn(const literal *lit);

#endif
