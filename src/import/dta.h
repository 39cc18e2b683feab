#ifndef IMPORT_DTA_H
#define IMPORT_DTA_H

#include "import/source.h"

/** What is done with a Stata file; GVC_NO stops the reading without an error. */
typedef struct gvc_dta_handlers {
    /** Each variable in order; its cells are left out where *skip is set. */
    gvc_status (*column)(gvc_ctx *ctx, void *user, gvc_int j, const char *name, int is_text,
                         int *skip);
    /** Each cell that is not left out, row by row, from 0: `text`, or where that is NULL a number.
     */
    gvc_status (*cell)(gvc_ctx *ctx, void *user, gvc_int row, gvc_int j, const char *text,
                       double value);
} gvc_dta_handlers;

/** Read the Stata file `part`. A missing value is GVC_EDATA, as is a damaged file. */
gvc_status gvc_dta__read(gvc_ctx *ctx, const gvc_source *source, const gvc_part *part,
                         const gvc_dta_handlers *handlers, void *user);

#endif
