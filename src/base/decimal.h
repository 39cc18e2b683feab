#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { GVC_DECIMAL_MAX = 32 };

/** Write the shortest decimal that reads back to `value` into `text` (GVC_DECIMAL_MAX bytes) and
 * return its length; no terminating zero. Plain notation from 1e-5 to below 1e17. -0 is written 0;
 * NaN and infinities, which no output of ours may hold unnoticed, are written nan, inf, -inf. */
size_t gvc_decimal__write(char *text, double value);

/** Read the decimal in [text, end) to the nearest double, exactly as strtod in the C locale (a
 * leading plus sign is allowed, hexadecimal, nan and inf are not). Returns the first character not
 * read, `text` itself where there is no number or its magnitude does not fit a double. */
const char *gvc_decimal__read(const char *text, const char *end, double *value);

#ifdef __cplusplus
}
#endif
#endif
