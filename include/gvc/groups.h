#ifndef GVC_GROUPS_H
#define GVC_GROUPS_H

#include <gvc/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which members a dated group has. */
typedef enum gvc_group_time {
    GVC_GROUP_UNION,   /**< all who were ever members, the same in every year (default) */
    GVC_GROUP_CURRENT, /**< the members of the table's year */
    GVC_GROUP_FIXED,   /**< the members of one year */
} gvc_group_time;

typedef struct gvc_group_rule {
    gvc_group_time time;
    int year; /**< for GVC_GROUP_FIXED */
} gvc_group_rule;

/** A named group with its members and their years, as defined (members need not be in any table).
 */
typedef struct gvc_group gvc_group;

GVC_API const char *gvc_group_name(const gvc_group *group);
GVC_API gvc_int gvc_group_n(const gvc_group *group);
GVC_API const char *gvc_group_member(const gvc_group *group, gvc_int i);
/** First year of membership and first year after it; 0 = open. */
GVC_API int gvc_group_from(const gvc_group *group, gvc_int i);
GVC_API int gvc_group_to(const gvc_group *group, gvc_int i);

/** The groups that come with the library (BRI, BRI_ALONG65, EU, ASEAN ...), and one of them by name
 *  (NULL where there is none). */
GVC_API gvc_int gvc_groups_builtin_n(void);
GVC_API const gvc_group *gvc_groups_builtin(gvc_int i);
GVC_API const gvc_group *gvc_groups_builtin_find(const char *name);

/** The groups kept with an edition. */
GVC_API gvc_int gvc_edition_groups_n(const gvc_edition *edition);
GVC_API const gvc_group *gvc_edition_group(const gvc_edition *edition, gvc_int i);

/** The group called `name`: the edition's own first, then the built-in one; NULL where there is
 * none. */
GVC_API const gvc_group *gvc_group_find(const gvc_edition *edition, const char *name);

/**
 * Make a group from "NAME=CODE,CODE,..." or "NAME=@FILE": FILE holds one code a line, or CSV with
 * the header iso3,from_year,to_year. Codes not in ISO 3166 (nor ROW, nor the edition's) are
 * GVC_ELABEL with the nearest one; freed with gvc_group_free().
 */
GVC_API gvc_status gvc_group_parse(gvc_ctx *ctx, gvc_group **out, const char *definition,
                                   const gvc_edition *edition);
/** A copy of `group` that has one more member from the year `from` on (0: always). */
GVC_API gvc_status gvc_group_extend(gvc_ctx *ctx, gvc_group **out, const gvc_group *group,
                                    const char *iso3, int from);
/** A copy under another name whose members have no dates: all who were ever members, whatever the
 *  rule. */
GVC_API gvc_status gvc_group_undated(gvc_ctx *ctx, gvc_group **out, const gvc_group *group,
                                     const char *name);
GVC_API void gvc_group_free(gvc_group *group);

/**
 * Which countries of the edition belong to `group` in `year` under `rule`.
 *
 * @param member  G flags to fill with 0 or 1
 * @param n_absent  receives how many members by the rule are not in the edition (they are inside
 * ROW, if it has one); may be NULL
 * @return the number of members in the edition, 0 when there are none
 */
GVC_API gvc_int gvc_group_members(const gvc_group *group, const gvc_edition *edition, int year,
                                  gvc_group_rule rule, unsigned char *member, gvc_int *n_absent);

/** English name of a country ("China"), NULL where `iso3` is no code of ISO 3166 or ours (ROW,
 * XKX).
 */
GVC_API const char *gvc_country_name(const char *iso3);
/** Numeric code of ISO 3166 (M49), 0 where there is none. */
GVC_API int gvc_country_number(const char *iso3);
/** 1 where `iso3` is a member of BRI; its year of signature and its year of leaving (0 = has not
 *  left) go to `signed_in` and `left_in`, either may be NULL. Otherwise 0, both 0. */
GVC_API int gvc_bri_year(const char *iso3, int *signed_in, int *left_in);
/** 1 where `iso3` is among the 65 countries along the routes. */
GVC_API int gvc_bri_along65(const char *iso3);

/**
 * A partition of the countries into units: a country alone, or a group that acts as one exporter
 * and importer. A unit stands where its first member stood. Immutable.
 */
typedef struct gvc_units gvc_units;

/** Every country alone. */
GVC_API gvc_status gvc_units_new(gvc_ctx *ctx, gvc_units **out, const gvc_edition *edition);
/**
 * Each group of `groups` one unit (its name the label), the other countries alone. Overlapping
 * groups are GVC_EUSAGE, a group without members in the edition is GVC_ELABEL.
 */
GVC_API gvc_status gvc_units_group(gvc_ctx *ctx, gvc_units **out, const gvc_edition *edition,
                                   const gvc_group *const *groups, gvc_int n_groups, int year,
                                   gvc_group_rule rule);
GVC_API gvc_int gvc_units_n(const gvc_units *units);
GVC_API const gvc_labels *gvc_units_labels(const gvc_units *units);
/** Unit of country `c`. */
GVC_API gvc_int gvc_units_of(const gvc_units *units, gvc_int c);
GVC_API void gvc_units_free(gvc_units *units);

#ifdef __cplusplus
}
#endif
#endif
