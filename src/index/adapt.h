#ifndef INDEX_ADAPT_H
#define INDEX_ADAPT_H

#include "base/text.h"
#include "index/driver.h"

/*
 * Some families depend on the table: satellite has columns for every satellite, tradecost has most
 * of its columns only where trade costs are known, digital counts the sectors of a set. Their row
 * in the table of measures holds what a reader must know, with templates ("sat_fd_<q>"); adapting
 * makes of it the family of one table.
 */
enum { GVC_KNOWN = 1 << 30 }; /* more columns than any family has */

typedef struct gvc_adapted {
    gvc_measure measure; /* first: a pointer to it is what gvc_measure_for() hands out */
    gvc_family family;
    gvc_arena *arena;       /* names and labels */
    gvc_term *terms;        /* NULL: those of the table of measures */
    const char **own_pairs; /* NULL: those of the family */
    gvc_int known;          /* columns from this one on are missing: other years have them */
    void *found;            /* for gvc_parts__found() */
    void (*drop)(void *found);
} gvc_adapted;

/** Room for `n` terms in place of those of the family, to fill; NULL on failure. */
gvc_term *gvc_adapted__terms(gvc_ctx *ctx, gvc_adapted *adapted, gvc_int n);
/** out := the template with `name` in its place <q> or <f>, wherever a text has one. */
gvc_status gvc_adapted__term(gvc_ctx *ctx, gvc_adapted *adapted, gvc_term *out,
                             const gvc_term *template, const char *name);

/** Levels of the measure := those of its terms. */
void gvc_adapted__settle_levels(gvc_adapted *adapted);

/** All values of the columns from `known` on := missing. */
void gvc_parts__forget(const gvc_parts *parts);

/** What the family found in the table when it was adapted. */
const void *gvc_parts__found(const gvc_parts *parts);

#endif
