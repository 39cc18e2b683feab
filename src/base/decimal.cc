/* C++ for the standard library: its to_chars and from_chars are exact, fast and well kept.
 */
#include "base/decimal.h"

#include <charconv>
#include <cmath>

extern "C" size_t gvc_decimal__write(char *text, double value)
{
    const double size = std::fabs(value);
    const bool plain = size >= 1e-5 && size < 1e17;
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;

    if (value == 0) {
        *text = '0';
        return 1;
    }
    return (size_t)(std::to_chars(text, text + GVC_DECIMAL_MAX, value, format).ptr - text);
}

extern "C" const char *gvc_decimal__read(const char *text, const char *end, double *value)
{
    const char *start = text;

    if (start < end && *start == '+')
        start++;
    if (start < end && (*start == '+' || (start > text && *start == '-')))
        return text;
    const char *digits = start < end && *start == '-' ? start + 1 : start;
    if (digits == end || !((*digits >= '0' && *digits <= '9') || *digits == '.'))
        return text;
    const auto result = std::from_chars(start, end, *value);
    return result.ec == std::errc() ? result.ptr : text;
}
