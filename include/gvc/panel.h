#ifndef GVC_PANEL_H
#define GVC_PANEL_H

#include <gvc/frame.h>
#include <gvc/groups.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Join frames of one level and year side by side: the keys once, then every value column. With
 * `prefixes` (one per frame, "" for none) columns become <prefix>_<name>. Exports keys can be
 * renamed to the panel's (exporter -> country, exporter_sector -> sector, importer or destination
 * -> partner). Rows are matched by key, the union of all; cells that a frame lacks are missing.
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
 * Use a joined bilateral frame for the shares of the partner groups, without its rows: a panel by
 * country gets <group>_share_<m> of its money columns too. Copied.
 */
GVC_API gvc_status gvc_panel_add_pairs(gvc_ctx *ctx, gvc_panel *panel, const gvc_frame *frame);
/**
 * Stack, add ids, names, dummies, `id`, sort by id then year, check uniqueness.
 * Columns: year country country_id country_name country_src [sector sector_id sector_name]
 * [partner partner_id ...] [level] [source] id, dummies, base money columns, measures in the order
 * added.
 */
GVC_API gvc_status gvc_panel_finish(gvc_ctx *ctx, gvc_frame **out, gvc_panel *panel);
/** Balance report of a finished panel: units, years, cells, gaps; one text of several lines. */
GVC_API gvc_status gvc_panel_report(gvc_ctx *ctx, char **text, const gvc_frame *panel);
GVC_API void gvc_text_free(char *text);
GVC_API void gvc_panel_free(gvc_panel *panel);

#ifdef __cplusplus
}
#endif
#endif
