#ifndef INDEX_DRIVER_H
#define INDEX_DRIVER_H

#include "decomp/measure.h"
#include "index/rule.h"

/*
 * A family fills additive COMPONENTS; the driver sums them to every level and applies the rules of
 * the derived columns. A term without a rule is a component, and its levels say how it is kept:
 * by row (n values), by row and partner (n x U; the row values are then the sums over partners),
 * by unit (U values) where it exists at level country only, or by unit and partner (U x U) where it
 * exists at levels bilateral and group_sum only; group_sum is then the sum over pairs of members. A
 * column that is neither a sum nor follows from sums by a rule has the rule RULE_FAMILY: the family
 * fills it level by level.
 */

struct gvc_adapted;
struct gvc_sector_pair;
struct gvc_sheet;
struct gvc_shape;

/* Levels of a component that is kept by row, and of one that is kept by partner. */
#define GVC_LEVELS_ROWS                                                                            \
    (GVC_LEVEL_WORLD | GVC_LEVEL_WORLD_SECTOR | GVC_LEVEL_GROUP_SUM | GVC_LEVEL_GROUP_BLOCK |      \
     GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR)
#define GVC_LEVELS_PAIRS (GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR)
#define GVC_LEVELS_SECTORS (GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL_SECTOR | GVC_LEVEL_WORLD_SECTOR)
#define GVC_LEVELS_ALL (GVC_LEVELS_ROWS | GVC_LEVELS_PAIRS)

/** The components of one family on one model; the arrays are indexed by term. */
typedef struct gvc_parts {
    const gvc_measure *measure;
    gvc_int n, U;
    unsigned levels; /* those of the run */
    double **rows, **units;
    gvc_view *pairs, *couples; /* by row and partner; by unit and partner */
    /* NULL, or the same family on the same table with other borders: what does not depend on
     * borders can be copied from there. Only values by row are wanted then, none by unit. */
    const struct gvc_parts *other;
    void *kept;               /* what compute leaves for fill and for other borders */
    void (*drop)(void *kept); /* frees it; NULL where it is lent */
} gvc_parts;

/** What gvc_measure.how of an index points to. */
typedef struct gvc_family {
    /* Fill every component that has no partners, and the pairs of those that have. The arrays are
     * zero at first; own pairs of components that have none stay zero. */
    gvc_status (*compute)(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts);
    /* Components whose own pair (partner = country) is a row; NULL-terminated, NULL: none. */
    const char *const *own_pairs;
    /* NULL, or: fill the columns of RULE_FAMILY at the level of `sheet`, after sums and rules. */
    gvc_status (*fill)(gvc_ctx *ctx, gvc_model *model, const gvc_parts *parts,
                       const struct gvc_shape *shape, struct gvc_sheet *sheet);
    /* 1 where fill knows the sectors of a concordance too. */
    int any_sectors;
    /* What level sector_pair is made of (sector_pair.h), for a family that has it. */
    const struct gvc_sector_pair *sector_pair;
    /* NULL, or: make of the family what it is for one table (adapt.h). GVC_ELABEL where the table
     * has not what all of it needs. */
    gvc_status (*adapt)(gvc_ctx *ctx, struct gvc_adapted *out, const gvc_table *table,
                        const gvc_run_opts *opts);
} gvc_family;

/** The families, NULL-terminated, `base` first (families.c). */
extern const gvc_measure *const gvc_index__families[];

/** Where a family puts a component, by name. */
double *gvc_parts__rows(const gvc_parts *parts, const char *name);
double *gvc_parts__units(const gvc_parts *parts, const char *name);
gvc_view gvc_parts__pairs(const gvc_parts *parts, const char *name);
gvc_view gvc_parts__couples(const gvc_parts *parts, const char *name);

/** Whether the family is wanted at a level with sectors, or with partners. Without sectors only the
 * sum of a component over the rows of each unit counts, not how it is spread over them. */
int gvc_parts__by_sector(const gvc_parts *parts);
int gvc_parts__by_partner(const gvc_parts *parts);

/** Those of the levels `pools` at which the family has sums over partners (gvc_run_opts.pools). */
unsigned gvc_index__pools(const gvc_measure *measure, unsigned pools);

/** What `measure` needs at these levels. */
unsigned gvc_index__needs(const gvc_measure *measure, unsigned levels);

/** The components of `measure` on `model`, row values of the pairs included; pairs are given back
 * where no level of pairs is in `levels`. `other` may be NULL. */
gvc_status gvc_parts__compute(gvc_ctx *ctx, gvc_parts **out, gvc_model *model,
                              const gvc_measure *measure, unsigned levels, const gvc_parts *other);
void gvc_parts__free(gvc_parts *parts);

/** Levels of term `t`: its own, or those of its measure. */
unsigned gvc_index__term_levels(const gvc_measure *measure, gvc_int t);

/** Number of terms, hidden ones included. */
gvc_int gvc_index__terms_n(const gvc_measure *measure);

/** Index of the term called `name`, -1 where the family has none. */
gvc_int gvc_index__term(const gvc_measure *measure, const char *name);

/**
 * Run `n` families at the levels of `levels` that each has. `base` comes first where `with_base` is
 * not 0, at the levels of the others, or at all of `levels` where it is among the measures itself.
 */
gvc_status gvc_index__run(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                          const gvc_measure *const *measures, gvc_int n, unsigned levels,
                          int with_base, const gvc_run_opts *opts);

#endif
