#ifndef IMPORT_WIOD_SHEET_H
#define IMPORT_WIOD_SHEET_H

#include "import/draft.h"
#include "import/xlsx.h"

/*
 * The sheet that WIOD and ADB publish: some lines of title in column A, header rows from column E
 * on (codes in the last, countries above, names above those), then rows with name, country and code
 * in columns B to D, industries first, summary rows of the country "TOT" below.
 */

typedef enum gvc_wiod_style {
    GVC_WIOD_NONE,
    GVC_WIOD_2013, /* c1 .. c35, demand c37 c38 c39 c41 c42 */
    GVC_WIOD_2016, /* demand named CONS_h .. in the first header row */
    GVC_WIOD_ADB,  /* demand F1 .. F5 */
} gvc_wiod_style;

/** What the beginning of a sheet tells. */
typedef struct gvc_wiod_head {
    gvc_wiod_style style;
    gvc_int sheet; /* its number in the workbook */
    int year;      /* by the title, the sheet's name or the file's; GVC_INT_MISSING */
    const char *price_basis;
} gvc_wiod_head;

/** Look at the first sheet that is not a legend. */
gvc_status gvc_wiod__head(gvc_ctx *ctx, const gvc_source *source, const gvc_part *part,
                          gvc_wiod_head *head);
/** Whether the first workbook of the source is of `style`; adds its tables to the import where
 *  `add` is set. */
gvc_status gvc_wiod__recognise(gvc_ctx *ctx, const gvc_import *import, gvc_wiod_style style,
                               int *is);
gvc_status gvc_wiod__list(gvc_ctx *ctx, gvc_import *import, gvc_wiod_style style);
/** Read one table of the release. */
gvc_status gvc_wiod__read(gvc_ctx *ctx, gvc_import *import, const gvc_part *part,
                          const gvc_release *release, gvc_wiod_style style, gvc_table **out);

#endif
