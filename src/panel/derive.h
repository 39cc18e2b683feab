#ifndef PANEL_DERIVE_H
#define PANEL_DERIVE_H

#include <gvc/panel.h>

#include "frame/frame.h"

/** Columns of a finished panel that tell its rows apart; NULL where it has none. */
typedef struct gvc_panel_keys {
    gvc_int rows;
    const int32_t *id, *year, *country, *sector, *partner, *level, *source;
} gvc_panel_keys;

/** GVC_EUSAGE where `panel` is no finished panel. */
gvc_status gvc_panel__keys(gvc_ctx *ctx, gvc_panel_keys *keys, const gvc_frame *panel);
/** Row of the same unit in `year`, -1 where it has none. Rows of a unit stand together. */
gvc_int gvc_panel_keys__find(const gvc_panel_keys *keys, gvc_int row, int year);

/** Rows of one year (and level and source) stand together in `order`. */
typedef struct gvc_sections {
    gvc_int *order, *end; /* rows; first place after the section of each place */
} gvc_sections;

/** By year, level and source; `apart` not 0: by sector and partner too. */
gvc_status gvc_sections__new(gvc_ctx *ctx, gvc_sections *out, const gvc_panel_keys *keys,
                             int apart);
void gvc_sections__free(gvc_sections *sections);

/** Fill `out` from `in` over each section; `counts` (NULL: all) flags the rows that count. */
void gvc_sections__others(const gvc_sections *sections, gvc_int rows, const double *in,
                          const unsigned char *counts, double *out);
void gvc_sections__standard(const gvc_sections *sections, gvc_int rows, const double *in,
                            double *out);
/** `work` is as long as the panel. */
void gvc_sections__winsor(const gvc_sections *sections, gvc_int rows, const double *in,
                          double *work, double *out);

/** Sort ascending; no NaN. */
void gvc_panel__sort(double *values, gvc_int n);
/** The p-th percentile of n sorted values as Stata has it: with n p / 100 whole, the mean of that
 *  value and the next, else the next one; NaN for n = 0. */
double gvc_panel__percentile(const double *sorted, gvc_int n, int p);

#endif
