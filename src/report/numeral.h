#ifndef REPORT_NUMERAL_H
#define REPORT_NUMERAL_H

#include "report/doc.h"

/** How the numbers of a column are shown. Files of data always hold them in full. */
typedef enum gvc_numeral {
    GVC_NUMERAL_SHARE, /**< a fraction, shown in per cent with one decimal */
    GVC_NUMERAL_MONEY, /**< in the unit of the table, shown in a fitting multiple of it */
    GVC_NUMERAL_INDEX, /**< three decimals, with its sign */
    GVC_NUMERAL_STAGE, /**< stages, crossings, ratios: two decimals */
    GVC_NUMERAL_COUNT, /**< a whole number */
} gvc_numeral;

/** Money as it is shown: values of the table divided by `divisor`, in `name` ("billion USD"). */
typedef struct gvc_scale {
    double divisor;
    const char *name;
} gvc_scale;

/** The multiple in which `largest` has at most five digits before the point. `currency` and
 * `multiplier` are attributes of the edition; without them money is shown as it stands in the
 * table, whose `unit` may be NULL. */
gvc_scale gvc_scale__fit(gvc_doc *doc, double largest, const char *currency, const char *multiplier,
                         const char *unit);

/** "22.9 %", "2,085", "-0.071" (with a minus sign), "2.53", "17"; "n/a" for missing. */
const char *gvc_numeral__text(gvc_doc *doc, gvc_numeral form, double value, gvc_scale money);
/** The same without the sign of per cent, for cells under a heading that names the unit. */
const char *gvc_numeral__cell(gvc_doc *doc, gvc_numeral form, double value, gvc_scale money);
/** Compare as far as is shown: -1, 0 or 1; 0 too when either is missing. */
int gvc_numeral__compare(gvc_numeral form, double a, double b, gvc_scale money);

#endif
