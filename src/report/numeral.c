#include "report/numeral.h"

#include "base/decimal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MINUS "\xe2\x88\x92" /* U+2212 */

static const struct {
    double size;
    const char *name;
} multiples[] = {
    { 1e12, "trillion" }, { 1e9, "billion" }, { 1e6, "million" }, { 1e3, "thousand" }
};

gvc_scale gvc_scale__fit(gvc_doc *doc, double largest, const char *currency, const char *multiplier,
                         const char *unit)
{
    double factor = 0;

    if (multiplier && *multiplier) {
        const char *end = multiplier + strlen(multiplier);

        if (gvc_decimal__read(multiplier, end, &factor) != end)
            factor = 0;
    }
    if (!(factor > 0) || !currency || !*currency)
        return (gvc_scale){ 1, unit && *unit ? unit : "the unit of the table" };
    for (size_t i = 0; i < sizeof multiples / sizeof multiples[0]; i++)
        if (fabs(largest) * factor >= (multiples[i].size >= 1e12 ? 100 : 2) * multiples[i].size)
            return (gvc_scale){ multiples[i].size / factor,
                                gvc_doc__text(doc, "%s %s", multiples[i].name, currency) };
    return (gvc_scale){ 1 / factor, currency };
}

/* The value as it is shown, its decimals, and the factor that turns one into the other. */
static double shown(gvc_numeral form, double value, gvc_scale money, int *decimals)
{
    static const int places[] = { 1, 0, 3, 2, 0 };

    *decimals = places[form];
    if (form == GVC_NUMERAL_SHARE)
        return 100 * value;
    if (form != GVC_NUMERAL_MONEY)
        return value;
    value /= money.divisor;
    *decimals = fabs(value) >= 99.95 || fabs(value) < 0.0005 ? 0 : fabs(value) >= 0.95 ? 1 : 3;
    return value;
}

/* Digits in groups of three, and a real minus sign. */
static const char *group(gvc_doc *doc, double value, int decimals)
{
    char digits[400];
    gvc_buf out = { 0 };
    const char *text;
    size_t whole;

    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    whole = strcspn(digits, ".");
    if (value < 0 && strspn(digits, "0.") != strlen(digits))
        gvc_doc__raw(doc, &out, MINUS);
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            gvc_doc__raw(doc, &out, ",");
        gvc_buf__add(doc->ctx, &out, digits + i, 1);
    }
    gvc_doc__raw(doc, &out, digits + whole);
    text = gvc_doc__text(doc, "%s", gvc_buf__text(&out));
    gvc_buf__free(&out);
    return text;
}

const char *gvc_numeral__cell(gvc_doc *doc, gvc_numeral form, double value, gvc_scale money)
{
    int decimals;
    const double number = shown(form, value, money, &decimals);

    return isfinite(number) ? group(doc, number, decimals) : "n/a";
}

const char *gvc_numeral__text(gvc_doc *doc, gvc_numeral form, double value, gvc_scale money)
{
    const char *cell = gvc_numeral__cell(doc, form, value, money);

    if (!isfinite(value))
        return cell;
    if (form == GVC_NUMERAL_SHARE)
        return gvc_doc__text(doc, "%s %%", cell);
    return form == GVC_NUMERAL_MONEY ? gvc_doc__text(doc, "%s %s", cell, money.name) : cell;
}

int gvc_numeral__compare(gvc_numeral form, double a, double b, gvc_scale money)
{
    int places_a, places_b, places;
    double x = shown(form, a, money, &places_a), y = shown(form, b, money, &places_b);

    if (!isfinite(x) || !isfinite(y))
        return 0;
    places = places_a < places_b ? places_a : places_b;
    x = round(x * pow(10, places));
    y = round(y * pow(10, places));
    return (x > y) - (x < y);
}
