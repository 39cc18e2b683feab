#ifndef IMPORT_FOLDER_H
#define IMPORT_FOLDER_H

#include "table/table.h"

/**
 * Read the folder of CSV files in the golden layout: labels.csv, fcols.csv, Z.csv, F.csv, x.csv,
 * and VA.csv, groups.csv, inputs.csv where they are there. A folder has no year (GVC_INT_MISSING).
 */
gvc_status gvc_folder__edition(gvc_ctx *ctx, gvc_edition **out, const char *path);
gvc_status gvc_folder__table(gvc_ctx *ctx, gvc_table **out, const gvc_edition *edition,
                             const char *path);

#endif
