#ifndef GVC_DIGITAL_H
#define GVC_DIGITAL_H

#include <gvc/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which sectors count as digital: a weight from 0 to 1 for each sector of an edition. */
typedef struct gvc_digital gvc_digital;

/**
 * The digital sectors of `edition`. `choice` is NULL for the set "digital" that came with the table
 * (inputs.csv or the store), or else digital_broad of its sector scheme; "narrow", "broad" or
 * "strict" for digital_narrow, digital_broad or ict_strict of the scheme; "@FILE" for a file with a
 * sector a line, or CSV sector,weight.
 *
 * @param out  freed with gvc_digital_free()
 * @return GVC_ELABEL where no set is known for the scheme or a sector is not in the edition,
 *         GVC_EUSAGE for another choice, GVC_EDATA for a bad weight, with the line
 */
GVC_API gvc_status gvc_digital_new(gvc_ctx *ctx, gvc_digital **out, const gvc_edition *edition,
                                   const char *choice);
/** Weights by sector. Borrowed. */
GVC_API const double *gvc_digital_weights(const gvc_digital *digital);
/** "digital_broad of wiod13: c14, c27, c30"; a weight below 1 stands behind its sector. */
GVC_API const char *gvc_digital_text(const gvc_digital *digital);
GVC_API void gvc_digital_free(gvc_digital *digital);

#ifdef __cplusplus
}
#endif
#endif
