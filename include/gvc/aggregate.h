#ifndef GVC_AGGREGATE_H
#define GVC_AGGREGATE_H

#include <gvc/concordance.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Tables with fewer countries or sectors, added up from finer ones. Money, jobs and other amounts
 * are sums, trade costs are means weighted by the flows they are paid on. Indices of aggregated
 * tables are not aggregates of indices: what passes between merged industries is lost from sight.
 */
typedef struct gvc_aggregation gvc_aggregation;

/**
 * Prepare the labels, groups and sets of the coarser tables. `countries` and `sectors` were read
 * for `edition`; NULL leaves that side as it is. `note` is a line for the history (NULL: none).
 *
 * A group stays where each coarser country lies wholly inside or outside of it, a set of sectors
 * where all sectors that become one have the same weight; otherwise it is left out, with a warning.
 *
 * @param out  freed with gvc_aggregation_free(); `edition` and the maps are borrowed until then
 */
GVC_API gvc_status gvc_aggregation_new(gvc_ctx *ctx, gvc_aggregation **out,
                                       const gvc_edition *edition, const gvc_concordance *countries,
                                       const gvc_concordance *sectors, const char *note);
/** The edition of the coarser tables; borrowed. */
GVC_API const gvc_edition *gvc_aggregation_edition(const gvc_aggregation *aggregation);
/**
 * Add up one year. Value added stays given or residual, as its va_rule says.
 *
 * @param out  freed with gvc_table_free()
 * @return GVC_EDATA for a table with other labels than the edition
 */
GVC_API gvc_status gvc_aggregation_table(gvc_ctx *ctx, gvc_table **out,
                                         const gvc_aggregation *aggregation,
                                         const gvc_table *table);
GVC_API void gvc_aggregation_free(gvc_aggregation *aggregation);

#ifdef __cplusplus
}
#endif
#endif
