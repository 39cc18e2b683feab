#include "index/families.h"

#include <stddef.h>

// clang-format off
const gvc_measure *const gvc_index__families[] = {
    &gvc_index__base,
    &gvc_index__kpww,
    &gvc_index__kpww_wwz,
    &gvc_index__activity,
    &gvc_index__length,
    &gvc_index__position,
    &gvc_index__apl,
    &gvc_index__crossings,
    &gvc_index__bmt,
    &gvc_index__bmtout,
    &gvc_index__vatrade,
    &gvc_index__rca,
    &gvc_index__exposure,
    &gvc_index__fvas,
    &gvc_index__extraction,
    &gvc_index__income,
    &gvc_index__digital,
    &gvc_index__tradecost,
    &gvc_index__group,
    &gvc_index__satellite,
    NULL,
};
// clang-format on
