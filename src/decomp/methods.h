#ifndef DECOMP_METHODS_H
#define DECOMP_METHODS_H

#include "decomp/measure.h"

/* One constant a method; measures.c lists them. */

extern const gvc_measure gvc_decomp__vs;
extern const gvc_measure gvc_decomp__jn;
extern const gvc_measure gvc_decomp__kww;
extern const gvc_measure gvc_decomp__bm_source;

#endif
