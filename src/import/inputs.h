#ifndef IMPORT_INPUTS_H
#define IMPORT_INPUTS_H

#include "base/csv.h"
#include "table/table.h"

/*
 * inputs.csv: kind,country,sector,partner,value and optionally year. The sets and the inventory
 * category belong to the edition, trade costs and satellites to a table.
 */

/** See that the header fits, and that rows name a year only where `has_years`. */
gvc_status gvc_inputs__check(gvc_ctx *ctx, const gvc_csv *csv, int has_years);
/** Rows of digital, manufacturing and inventory_category. */
gvc_status gvc_inputs__edition(gvc_ctx *ctx, gvc_edition *edition, const gvc_csv *csv);
/** All other rows that hold for the year of `table`. */
gvc_status gvc_inputs__table(gvc_ctx *ctx, gvc_table *table, const gvc_csv *csv);

#endif
