#ifndef INDEX_LEVEL_H
#define INDEX_LEVEL_H

#include "decomp/measure.h"

enum { GVC_LEVELS_N = 8 };

/** The levels in the order of outputs, coarsest first; `i` below GVC_LEVELS_N. */
gvc_level gvc_index__level(gvc_int i);
/** "world", "group_sum", ... */
const char *gvc_index__level_name(gvc_level level);
/** The level called `name`, 0 where there is none. */
unsigned gvc_index__level_find(const char *name);
/** The levels of the bits in `levels`, comma-separated, coarsest first. */
const char *gvc_index__level_list(unsigned levels);

#endif
