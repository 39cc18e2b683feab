#include "decomp/methods.h"

#include <stddef.h>

const gvc_measure *const gvc_decomp__measures[] = {
    &gvc_decomp__vs, &gvc_decomp__jn, &gvc_decomp__kww, &gvc_decomp__bm_source, NULL,
};
