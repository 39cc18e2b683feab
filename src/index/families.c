#include "index/families.h"

#include <stddef.h>

const gvc_measure *const gvc_index__families[] = {
    &gvc_index__base,
    NULL,
};
