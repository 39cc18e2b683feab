#include "import/number.h"

#include "base/decimal.h"

#include <stdint.h>

static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* At most 15 digits and 22 decimals: both integers are exact doubles, so their quotient is the
 * nearest one. Everything else takes the long way. The text ends in a character that is no digit.
 */
const char *gvc_number__read(const char *text, const char *end, double *value)
{
    const char *at = text;
    uint64_t digits = 0;
    int n = 0, decimals = 0, seen;
    const int negative = *at == '-';

    at += negative || *at == '+';
    for (seen = 0; (unsigned)(*at - '0') < 10; at++, seen = 1) {
        digits = 10 * digits + (uint64_t)(*at - '0');
        n += digits != 0;
    }
    if (*at == '.')
        for (at++; (unsigned)(*at - '0') < 10; at++, seen = 1, decimals++) {
            digits = 10 * digits + (uint64_t)(*at - '0');
            n += digits != 0;
        }
    if (!seen || n > 15 || decimals > 22 || *at == 'e' || *at == 'E')
        return gvc_decimal__read(text, end, value);
    *value = (double)digits / powers[decimals];
    if (negative)
        *value = -*value;
    return at;
}
