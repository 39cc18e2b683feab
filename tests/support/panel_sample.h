#ifndef TESTS_PANEL_SAMPLE_H
#define TESTS_PANEL_SAMPLE_H

#include "support.h"

#include <gvc/panel.h>

/*
 * Frames of a small made-up edition, as joined results look: countries ITA CHN ROU USA ROW in table
 * order, sectors c1 c2, the columns `up` (1000 * year + the row) and `gexp` (the row + 1; missing
 * where the partner is the country itself).
 */

enum { SAMPLE_G = 5 };

gvc_edition *sample_edition(gvc_ctx *ctx);
/** The same with the first `G` countries only, from another source. */
gvc_edition *sample_edition_of(gvc_ctx *ctx, gvc_int G, const char *source, const char *release);
void sample_edition_free(gvc_edition *edition);

/** Rows of one level and year; `sector` and `partner` say whether it has these keys. */
gvc_frame *sample_frame(gvc_ctx *ctx, const gvc_edition *edition, const char *level, int year,
                        int sector, int partner);
/** Add a frame to a panel and free it. */
void sample_add(gvc_ctx *ctx, gvc_panel *panel, gvc_frame *frame);

/** Cells of a column, which must exist; the text of a label, "" where it is empty. */
const int32_t *sample_ints(const gvc_frame *frame, const char *name);
const double *sample_reals(const gvc_frame *frame, const char *name);
const char *sample_text(const gvc_frame *frame, const char *name, gvc_int i);
/** The flag of a cell. */
int sample_flag(const gvc_frame *frame, const char *name, gvc_int i);
/** The row of a country and year; the test fails where there is none. */
gvc_int sample_row(const gvc_frame *frame, const char *country, int year);

/** Every panel: id and year rise, names and labels keep to the limits of Stata. */
void sample_check(const gvc_frame *frame);

#endif
