#ifndef TESTS_LITERAL_DECOMP_H
#define TESTS_LITERAL_DECOMP_H

#include "support.h"

/*
 * Decompositions the slow way: every modified inverse is built, every formula is written out as in
 * the papers. Arrays come from malloc. kww and vs: U values a term; ltdv: n by origin row; the
 * others: n x U by exporting (origin) row and partner, own unit 0.
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
enum {
    LIT_EXGR,
    LIT_EXGR_INT,
    LIT_EXGR_FNL,
    LIT_EXGR_DVA,
    LIT_EXGR_DDC,
    LIT_EXGR_IDC,
    LIT_EXGR_RIM,
    LIT_EXGR_FVA,
    LIT_EXGR_INTDVA,
    LIT_EXGR_FNLDVA,
    LIT_TIVA_N
};
enum { LIT_MY_DVA, LIT_MY_DDC, LIT_MY_FDC1, LIT_MY_FDC2, LIT_MY_N };
enum { LIT_BMT_DAVAX, LIT_GVC, LIT_GVC_PB, LIT_GVC_TS, LIT_GVC_PF, LIT_BMT_N };

/** Terms by name, in the order above. */
extern const char *const literal_bm_names[LIT_BM_N];
extern const char *const literal_kww_names[LIT_KWW_N];
extern const char *const literal_vs_names[LIT_VS_N];
extern const char *const literal_tiva_names[LIT_TIVA_N];
extern const char *const literal_my_names[LIT_MY_N];
extern const char *const literal_bmt_names[LIT_BMT_N];

void literal_bm_source(const literal *lit, double *terms[LIT_BM_N]);
void literal_kww(const literal *lit, double *terms[LIT_KWW_N]);
void literal_vs(const literal *lit, double *terms[LIT_VS_N]);
/** vax of jn. */
double *literal_jn(const literal *lit);
void literal_tiva(const literal *lit, double *terms[LIT_TIVA_N]);
void literal_my(const literal *lit, double *terms[LIT_MY_N]);
void literal_bmt(const literal *lit, double *terms[LIT_BMT_N]);
/** Value added of each row with A and F as they are, less that with the sales of its unit abroad
 * struck out of both. */
double *literal_ltdv(const literal *lit);
/** Foreign value added of world/source and of world/sink, by following it from border to border. */
double *literal_world_source(const literal *lit);
double *literal_world_sink(const literal *lit);

#endif
