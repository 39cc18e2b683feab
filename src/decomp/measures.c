#include "decomp/methods.h"

#include <stddef.h>

const gvc_measure *const gvc_decomp__measures[] = {
    &gvc_decomp__vs,
    &gvc_decomp__origin,
    &gvc_decomp__jn,
    &gvc_decomp__kww,
    &gvc_decomp__wwz,
    &gvc_decomp__bm_source,
    &gvc_decomp__bm_sink,
    &gvc_decomp__bm_sectexp,
    &gvc_decomp__bm_bilateral,
    &gvc_decomp__bm_sectbil,
    &gvc_decomp__tiva,
    &gvc_decomp__my_world,
    &gvc_decomp__bmt,
    &gvc_decomp__ltdv,
    &gvc_decomp__bm_world_source,
    &gvc_decomp__bm_world_sink,
    &gvc_decomp__bm_od,
    &gvc_decomp__bm_od_source,
    &gvc_decomp__bm_od_sink,
    &gvc_decomp__bm_od_world_source,
    &gvc_decomp__bm_od_world_sink,
    &gvc_decomp__bm_importer,
    &gvc_decomp__bm_sectimp,
    &gvc_decomp__ns_source,
    &gvc_decomp__ns_sink,
    NULL,
};
