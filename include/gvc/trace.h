#ifndef GVC_TRACE_H
#define GVC_TRACE_H

#include <gvc/frame.h>
#include <gvc/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gvc_trace_opts {
    const char *focus;           /**< a unit of the model: a country, or a group as one */
    const char *const *partners; /**< NULL-terminated units and groups; NULL: all other units */
    gvc_group_rule group_rule;
    const char *const *sector; /**< rows of these sectors of origin only; NULL: all */
    int by_country;            /**< 1: sum over the sectors of origin, no column `sector` */
} gvc_trace_opts;

/** gvc_quantity bits that gvc_trace() asks for. */
GVC_API unsigned gvc_trace_needs(void);

/**
 * Follow value added between a focus and its partners: from the sector of origin, by the route it
 * takes, to its final absorption. Keys: direction, partner, sector, route, via; values: value,
 * share.
 *
 *     direction out   value added of the focus that the partner absorbs
 *               in    value added of the partner that the focus absorbs
 *     route     final final goods, sold straight to the absorber       v^ L_oo F_ol
 *               inter inputs that the absorber finishes for itself     v^ L_oo A_ol L_ll F_ll
 *               third inputs that cross further borders                v^ L_oo A_or W_rl, less
 * inter home  (out, partner = focus) inputs that come home     v^ L_oo A_or W_ro via       the
 * first importer r: the absorber itself for final and inter
 *
 * o is the origin, l the absorber, W = B F. Every unit of value added counts once, at the first
 * border it passes, so that final, inter and third of a pair add up to jn/vax, sector by sector,
 * and home to what bm/exporter/source calls ref. `share` divides by the sum over sectors and routes
 * of the same direction and partner. For every group among the partners, rows `sum:GROUP` add up
 * its members.
 *
 * @param out  one frame of level "sector" or "country"; freed with gvc_frame_free()
 * @return GVC_ELABEL where a label is not in the table or no partner is left
 */
GVC_API gvc_status gvc_trace(gvc_ctx *ctx, gvc_frame **out, gvc_model *model,
                             const gvc_trace_opts *opts);

/** Rows that gvc_trace() gives for `partners` partners out of `units` units, `groups` groups among
 *  them and `sectors` sectors (1 with by_country). */
GVC_API gvc_int gvc_trace_rows(gvc_int units, gvc_int sectors, gvc_int partners, gvc_int groups);

#ifdef __cplusplus
}
#endif
#endif
