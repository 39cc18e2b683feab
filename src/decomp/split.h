#ifndef DECOMP_SPLIT_H
#define DECOMP_SPLIT_H

#include "decomp/content.h"

/*
 * Methods whose cells are told apart by the origin of value added, by its final destination or by
 * both, and methods of imports. The whole is exporters x sectors x importers x origins x
 * destinations, too large to hold, so it comes site by site: a method fills the matrix of origins
 * and destinations of one row and importer, the driver sums it to the levels that are asked and
 * hands large levels over in parts, exporter by exporter.
 */

/** What the key origin or destination runs over. */
typedef enum gvc_axis {
    GVC_AXIS_NONE,      /**< the method does not tell it */
    GVC_AXIS_UNITS,     /**< units */
    GVC_AXIS_ABSORBERS, /**< units, and DISC where the table has a discrepancy */
    GVC_AXIS_ROWS,      /**< country-sectors */
    GVC_AXIS_BOUGHT,    /**< units by product bought there, and DISC: decomp/bought.h */
    GVC_AXIS_EXPORTER,  /**< the exporter alone */
    GVC_AXIS_IMPORTER,  /**< the importer alone */
} gvc_axis;

/** What a site is: site.s is the exporting unit, or the importing one. */
typedef enum gvc_site_kind {
    GVC_SITE_EXPORTER,         /**< a cell for each row and importer */
    GVC_SITE_EXPORTS,          /**< one cell for all exports of the unit */
    GVC_SITE_IMPORTER,         /**< one cell for all imports of the unit */
    GVC_SITE_IMPORTED_SECTORS, /**< one cell for each sector bought abroad */
} gvc_site_kind;

typedef struct gvc_split {
    gvc_site_kind site;
    gvc_axis origins, destinations;
    /** How many doubles `enter` fills for one site; NULL: none. */
    gvc_int (*room)(const gvc_model *model);
    /** What the rows of a site share; the sites come one after the other. */
    void (*enter)(gvc_ctx *ctx, const gvc_site *site, double *room);
    /**
     * Fill the terms of row rows[a] of an exporter sold to r, or to all importers where r is -1; of
     * all exports or imports of the unit (a = 0), or of its imports of sector a. Term t goes to
     * cells + t * stride, origin by origin, in each the destinations. The cells are zero before.
     */
    void (*cells)(const gvc_site *site, const double *room, gvc_int a, gvc_int r, double *cells,
                  gvc_int stride);
    /** Set the terms that exist without origin and destination only; `gross` is the flow, `rest`
     * its part that the content does not explain (decomp/content.h). NULL: there are none. */
    void (*whole)(const gvc_content *content, double gross, double rest, double *values);
} gvc_split;

/** How many GVC_AXIS_ABSORBERS there are. */
gvc_int gvc_split__absorbers(const gvc_model *model);

#endif
