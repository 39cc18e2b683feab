#ifndef GVC_PANEL_H
#define GVC_PANEL_H

#include <gvc/frame.h>
#include <gvc/groups.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The level of a panel that rows of `level` belong to: imports without an exporter stand among
 * countries ("imports" is "country", "imports_sector" is "sector"); others stay what they are. */
GVC_API const char *gvc_panel_level(const char *level);

/**
 * Join frames of one level and year side by side: the keys once, then every value column. With
 * `prefixes` (one per frame, "" for none) columns become <prefix>_<name>. Exports keys can be
 * renamed to the panel's (exporter -> country, exporter_sector -> sector, importer or destination
 * -> partner; of imports importer -> country), and so are their levels. Rows are matched by key,
 * the union of all; cells that a frame lacks are missing.
 */
GVC_API gvc_status gvc_frames_join(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *const *frames,
                                   const char *const *prefixes, gvc_int n, int panel_keys);

/** A panel being gathered: years are added, then it is finished. */
typedef struct gvc_panel gvc_panel;

/** In what the money of a panel is counted. */
typedef enum gvc_money {
    GVC_MONEY_TABLE, /**< as in the table; all sources must agree */
    GVC_MONEY_MUSD,  /**< million USD */
    GVC_MONEY_BUSD,  /**< billion USD */
} gvc_money;

typedef struct gvc_panel_opts {
    const char *const *focus; /**< NULL-terminated country codes; column `chn` for CHN etc. */
    const gvc_group *const
        *partners; /**< groups: columns in_<group>, and for BRI the dummies of panel.md 7 */
    gvc_int n_partners;
    gvc_group_rule group_rule;
    int stack_levels; /**< frames of several levels may be added; the column `level` tells them
                         apart */
    int no_row;       /**< drop the rows of ROW */
    const char *name; /**< what messages call the first source (its path); NULL: its tag */
    int common;       /**< keep only the units that every source has in every year it has */
    int any_country;  /**< sources may differ in countries */
    int same_sectors; /**< rows have the sectors of the tables: sources must agree on them */
    int own_pairs;    /**< keep rows whose partner is the country itself */
    int balanced;     /**< a row for every unit and year of its source, missing where it has none */
    int min_years;    /**< drop units with fewer years than this, with a warning that names them */
    gvc_money money;
    int bri_from_next;  /**< bri_mou begins in the year after the signature */
    int with_initiator; /**< China counts as a member of BRI since 2013 */
    int bri_start;      /**< first year of bri_post<yy>; 0: 2013 */
    /** NULL-terminated codes of `country`: rows of these alone, and rows of these left out. */
    const char *const *only, *const *without;
    const char *sector_list; /**< name of the concordance that rows by sector come from */
} gvc_panel_opts;

/** Begin a panel over tables of `edition` (borrowed). */
GVC_API gvc_status gvc_panel_new(gvc_ctx *ctx, gvc_panel **out, const gvc_edition *edition,
                                 const gvc_panel_opts *opts);
/**
 * Let tables of one more edition (borrowed) into the panel; `name` is its path. Sources with the
 * same tag (gvc_edition_tag()) are one edition cut in pieces, others are told apart by a column
 * `source`. GVC_EUSAGE where it differs from the first in countries, sectors, money or prices and
 * no option allows for it.
 */
GVC_API gvc_status gvc_panel_add_source(gvc_ctx *ctx, gvc_panel *panel, const gvc_edition *edition,
                                        const char *name);
/** Frames added from now on come from the `i`-th source; 0 at first. */
GVC_API void gvc_panel_use_source(gvc_panel *panel, gvc_int i);
/** Add a joined frame of one year and level (panel keys). Copied. */
GVC_API gvc_status gvc_panel_add(gvc_ctx *ctx, gvc_panel *panel, const gvc_frame *frame);
/**
 * Use a joined bilateral frame, or the sums over partners of gvc_run_opts.pools, for the shares of
 * the partner groups, without its rows: a panel by country gets <group>_share_<m> of its money
 * columns too. A measure that such a frame has takes its shares from there. Copied.
 */
GVC_API gvc_status gvc_panel_add_pairs(gvc_ctx *ctx, gvc_panel *panel, const gvc_frame *frame);
/**
 * Stack, add ids, names, dummies, `id`, sort by id then year, check uniqueness.
 * Columns: year country country_id country_name country_src [sector sector_id sector_name]
 * [partner partner_id ...] [level] [source] id, dummies, base money columns, measures in the order
 * added.
 */
GVC_API gvc_status gvc_panel_finish(gvc_ctx *ctx, gvc_frame **out, gvc_panel *panel);
/** How a column follows from another one of a finished panel. */
typedef enum gvc_derived_kind {
    GVC_DERIVED_LAG,        /**< l1_: the value `by` years before */
    GVC_DERIVED_DIFFERENCE, /**< d1_: the value less that of `by` years before */
    GVC_DERIVED_LOG,        /**< ln_: natural logarithm, missing where the value is 0 or less */
    GVC_DERIVED_GROWTH,     /**< g_: over the value one year before, less 1; missing where that is
                               0 or less */
    GVC_DERIVED_BASE,       /**< b_: the unit's value in year `by` */
    GVC_DERIVED_OTHERS,     /**< loo_: mean of the other countries, same sector, partner, year and
                               source; ROW, groups and the world do not count */
    GVC_DERIVED_WINSOR,     /**< w1_: values beyond the percentiles 1 and 99 of the year drawn in */
    GVC_DERIVED_STANDARD,   /**< z_: less the mean of the year, over its standard deviation */
} gvc_derived_kind;

typedef struct gvc_derived {
    gvc_derived_kind kind;
    int by;
    const char *const *names; /**< NULL-terminated; NULL: every measure, and base money where
                                 `with_base` is set */
    int with_base;
} gvc_derived;

/**
 * Append columns to a finished panel. Years are calendar years, not rows: what a unit lacks in a
 * year is missing. GVC_EUSAGE for a name that is no measure of the panel, or a new name with more
 * than 32 characters; where every measure was meant, such a column is left out with a warning.
 */
GVC_API gvc_status gvc_panel_derive(gvc_ctx *ctx, gvc_frame *panel, const gvc_derived *list,
                                    gvc_int n);
/** Append f_<m> for every measure m of which a cell is missing or odd: the name of its gvc_flag. */
GVC_API gvc_status gvc_panel_add_flags(gvc_ctx *ctx, gvc_frame *panel);
/**
 * A panel with one row per unit and a column per measure and year, <m>_<year>; what does not change
 * over the years stays one column. GVC_EUSAGE where a name would have more than 32 characters.
 */
GVC_API gvc_status gvc_panel_widen(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *panel);

/** What a value column of a panel holds. */
typedef struct gvc_panel_stats {
    gvc_int rows, present;       /**< and where they are not NaN */
    gvc_int flags[GVC_FLAGS_N];  /**< rows by flag; [0]: those without */
    gvc_int negative, above_one; /**< of those present */
    gvc_int complete;            /**< units that have it in every year of their source */
    double min, median, max;     /**< NaN where none is present */
} gvc_panel_stats;

GVC_API gvc_status gvc_panel_measure(gvc_ctx *ctx, gvc_panel_stats *out, const gvc_frame *panel,
                                     gvc_int column);
/** Balance report of a finished panel: units, years, cells, gaps; one text of several lines. What a
 * unit should have is every year of its source. */
GVC_API gvc_status gvc_panel_report(gvc_ctx *ctx, char **text, const gvc_frame *panel);
/**
 * What is left, in each year, of the sums that hold in every row (gexp = dc + fc + resid of bm, dvx
 * = dv1 + ... of kpww) where the panel has their columns: the worst, relative to the largest term,
 * with its place; a line per year in the order of the rows, and the worst of all (NaN: nothing to
 * check).
 */
GVC_API gvc_status gvc_panel_identities(gvc_ctx *ctx, char **text, double *worst_of_all,
                                        const gvc_frame *panel);
GVC_API void gvc_text_free(char *text);
GVC_API void gvc_panel_free(gvc_panel *panel);

#ifdef __cplusplus
}
#endif
#endif
