#ifndef DECOMP_METHODS_H
#define DECOMP_METHODS_H

#include "decomp/measure.h"

/* One constant a method; measures.c lists them. */

extern const gvc_measure gvc_decomp__origin;
extern const gvc_measure gvc_decomp__vs;
extern const gvc_measure gvc_decomp__jn;
extern const gvc_measure gvc_decomp__kww;
extern const gvc_measure gvc_decomp__wwz;
extern const gvc_measure gvc_decomp__bm_source;
extern const gvc_measure gvc_decomp__bm_sink;
extern const gvc_measure gvc_decomp__bm_sectexp;
extern const gvc_measure gvc_decomp__bm_bilateral;
extern const gvc_measure gvc_decomp__bm_sectbil;
extern const gvc_measure gvc_decomp__tiva;
extern const gvc_measure gvc_decomp__my_world;
extern const gvc_measure gvc_decomp__bmt;
extern const gvc_measure gvc_decomp__ltdv;
extern const gvc_measure gvc_decomp__bm_world_source;
extern const gvc_measure gvc_decomp__bm_world_sink;
extern const gvc_measure gvc_decomp__bm_importer;
extern const gvc_measure gvc_decomp__bm_sectimp;
extern const gvc_measure gvc_decomp__bm_od;
extern const gvc_measure gvc_decomp__bm_od_source;
extern const gvc_measure gvc_decomp__bm_od_sink;
extern const gvc_measure gvc_decomp__bm_od_world_source;
extern const gvc_measure gvc_decomp__bm_od_world_sink;
extern const gvc_measure gvc_decomp__ns_source;
extern const gvc_measure gvc_decomp__ns_sink;

#endif
