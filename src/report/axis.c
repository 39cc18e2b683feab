#include "report/svg.h"

#include <math.h>

/* 1, 2, 2.5 or 5 times a power of ten, so that about `ticks` steps cover `span`. */
static double step_of(double span, int ticks)
{
    const double raw = span / ticks, power = pow(10, floor(log10(raw)));
    const double lead = raw / power;

    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10);
}

gvc_axis gvc_axis__new(double low, double high, double from, double to, int ticks)
{
    gvc_axis axis = { low, high, from, to, 1 };

    if (!isfinite(low) || !isfinite(high) || low > high)
        axis.low = axis.high = 0;
    if (axis.high - axis.low <= 1e-12 * fmax(1, fabs(axis.high))) {
        axis.low -= axis.low == 0 ? 0 : fabs(axis.low) / 2;
        axis.high += axis.high == 0 ? 1 : fabs(axis.high) / 2;
    }
    axis.step = step_of(axis.high - axis.low, ticks);
    axis.low = floor(axis.low / axis.step + 1e-9) * axis.step;
    axis.high = ceil(axis.high / axis.step - 1e-9) * axis.step;
    return axis;
}

double gvc_axis__at(const gvc_axis *axis, double value)
{
    return axis->from + (value - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

const char *gvc_axis__text(gvc_doc *doc, const gvc_axis *axis, gvc_numeral form, double value,
                           gvc_scale money)
{
    const double scale = form == GVC_NUMERAL_SHARE   ? 100
                         : form == GVC_NUMERAL_MONEY ? 1 / money.divisor
                                                     : 1;
    const double step = axis->step * scale;
    const int decimals =
        (int)fmax(0, ceil(-log10(step) - 1e-9)) +
        (fabs(step / pow(10, floor(log10(step) + 1e-9)) - 2.5) < 1e-6 && step < 10);
    double shown = value * scale;

    if (fabs(shown) < step * 1e-6)
        shown = 0;
    return gvc_doc__text(doc, "%s%.*f%s", shown < 0 ? "\xe2\x88\x92" : "", decimals, fabs(shown),
                         form == GVC_NUMERAL_SHARE ? " %" : "");
}

static int count_of(const gvc_axis *axis)
{
    return (int)lround((axis->high - axis->low) / axis->step);
}

void gvc_axis__draw_y(gvc_svg *svg, const gvc_axis *axis, double left, double right,
                      gvc_numeral form, gvc_scale money)
{
    for (int i = 0; i <= count_of(axis); i++) {
        const double value = axis->low + i * axis->step, y = gvc_axis__at(axis, value);
        const int is_zero = fabs(value) < axis->step * 1e-6;

        gvc_svg__line(svg, is_zero ? "zero" : "rule", left, y, right, y);
        gvc_svg__text(svg, "tick", left - 5, y + 4, "end",
                      gvc_axis__text(svg->doc, axis, form, value, money));
    }
}

void gvc_axis__draw_x(gvc_svg *svg, const gvc_axis *axis, double top, double bottom,
                      gvc_numeral form, gvc_scale money)
{
    for (int i = 0; i <= count_of(axis); i++) {
        const double value = axis->low + i * axis->step, x = gvc_axis__at(axis, value);
        const int is_zero = fabs(value) < axis->step * 1e-6;

        gvc_svg__line(svg, is_zero ? "zero" : "rule", x, top, x, bottom);
        gvc_svg__text(svg, "tick", x, bottom + 15, "middle",
                      gvc_axis__text(svg->doc, axis, form, value, money));
    }
}
