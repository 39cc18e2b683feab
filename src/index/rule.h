#ifndef INDEX_RULE_H
#define INDEX_RULE_H

#include "base/ctx.h"

/*
 * How a derived column follows from columns of the same cell. Components are summed to the level
 * first, then the rule is applied: ratios, lengths and positions are never averaged.
 */

typedef enum gvc_rule_kind {
    GVC_RULE_SUM,        /* a + b + c */
    GVC_RULE_DIFFERENCE, /* a - b */
    GVC_RULE_RATIO,      /* (a + b + c) / over */
    GVC_RULE_TILT,       /* (a - b) / over */
    GVC_RULE_POSITION,   /* log1p(a / over) - log1p(b / over); without `over` a and b are shares */
    GVC_RULE_QUOTIENT,   /* a / b of two indices */
    GVC_RULE_FAMILY,     /* filled by the family itself (driver.h) */
    GVC_RULE_BALANCE,    /* a of the pair less a of the pair the other way round */
    GVC_RULE_ADVANTAGE,  /* level sector: (a of s,i / a of s) / (a of the world's i / of the world)
                          */
} gvc_rule_kind;

/** Names are columns of the family or of `base`; NULL where an argument is not used. */
typedef struct gvc_rule {
    gvc_rule_kind kind;
    const char *a, *b, *c, *over;
    int over_seller;             /* `over` is the seller's value in all, not that of the pair */
    int over_world;              /* `over` is the component's sum over the world */
    const struct gvc_rule *pair; /* the rule for pairs where it differs */
} gvc_rule;

/* Shorthands for tables of terms. */
#define RULE(...) (&(const gvc_rule){ __VA_ARGS__ })
#define RULE_SUM(x, ...) RULE(.kind = GVC_RULE_SUM, .a = x, .b = __VA_ARGS__)
#define RULE_DIFFERENCE(x, y) RULE(.kind = GVC_RULE_DIFFERENCE, .a = x, .b = y)
#define RULE_SHARE(x, whole) RULE(.kind = GVC_RULE_RATIO, .a = x, .over = whole)
#define RULE_SHARE_OF_TWO(x, y, whole) RULE(.kind = GVC_RULE_RATIO, .a = x, .b = y, .over = whole)
#define RULE_SHARE_OF_THREE(x, y, z, whole)                                                        \
    RULE(.kind = GVC_RULE_RATIO, .a = x, .b = y, .c = z, .over = whole)
#define RULE_TILT(x, y, whole) RULE(.kind = GVC_RULE_TILT, .a = x, .b = y, .over = whole)
#define RULE_POSITION(x, y, whole) RULE(.kind = GVC_RULE_POSITION, .a = x, .b = y, .over = whole)
#define RULE_FAMILY RULE(.kind = GVC_RULE_FAMILY)
#define RULE_QUOTIENT(x, y) RULE(.kind = GVC_RULE_QUOTIENT, .a = x, .b = y)
#define RULE_SHARE_OF_WORLD(x) RULE(.kind = GVC_RULE_RATIO, .a = x, .over = x, .over_world = 1)
#define RULE_BALANCE(x) RULE(.kind = GVC_RULE_BALANCE, .a = x)
#define RULE_ADVANTAGE(x) RULE(.kind = GVC_RULE_ADVANTAGE, .a = x)

/** part / whole; NaN where `whole` is not positive or below 1e-12 of `scale`. */
double gvc_rule__divide(double part, double whole, double scale);

/** The arguments of a rule as columns of `cells` values; NULL where the rule has none. */
typedef struct gvc_rule_columns {
    const double *a, *b, *c, *over;
    const double *gout; /* gross output of the cell: the scale of what is negligible */
    gvc_int inner;      /* how many cells a country has at this level: its sectors or partners */
} gvc_rule_columns;

/**
 * Fill `out`. A denominator that is not positive or below 1e-12 of the cell's gross output, and an
 * argument of log1p of -1 or less, give NaN.
 */
void gvc_rule__apply(const gvc_rule *rule, gvc_int cells, const gvc_rule_columns *columns,
                     double *out);

#endif
