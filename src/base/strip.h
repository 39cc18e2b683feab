#ifndef BASE_STRIP_H
#define BASE_STRIP_H

#include <gvc/types.h>

/** How many of n buyers a task takes that reads the sales of all industries to them: a few tasks
 * for each thread, and runs of some pages, but no more than the nearest cache holds sums of. For
 * loops in which no result depends on it. */
static inline gvc_int gvc_strip(gvc_int n, int threads)
{
    enum { LEAST = 128, MOST = 1024, EACH = 4 };
    const gvc_int share = n / (EACH * threads);

    return share < LEAST ? LEAST : share > MOST ? MOST : share / LEAST * LEAST;
}

#endif
