#ifndef INDEX_APL_PAIRS_H
#define INDEX_APL_PAIRS_H

#include "index/sector_pair.h"

/** Level sector_pair of family apl. */
extern const gvc_sector_pair gvc_index__apl_pairs;

#endif
