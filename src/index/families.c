#include "index/families.h"

#include <stddef.h>

// clang-format off
const gvc_measure *const gvc_index__families[] = {
    &gvc_index__base,
    &gvc_index__kpww,
    &gvc_index__activity,
    &gvc_index__length,
    &gvc_index__position,
    &gvc_index__bmt,
    &gvc_index__bmtout,
    &gvc_index__crossings,
    &gvc_index__satellite,
    &gvc_index__exposure,
    &gvc_index__extraction,
    &gvc_index__digital,
    &gvc_index__tradecost,
    NULL,
};
// clang-format on
