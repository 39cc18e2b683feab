#include "report/say.h"

#include <math.h>
#include <string.h>

const char *gvc_say__in(gvc_report *r, int year)
{
    const char *text = gvc_report__year(r, year);

    return *text ? gvc_doc__text(&r->doc, " in %s", text) : "";
}

const char *gvc_say__span(gvc_report *r)
{
    const char *first = gvc_report__year(r, 0), *last = gvc_report__year(r, r->n_years - 1);

    return strcmp(first, last) == 0 ? last : gvc_doc__text(&r->doc, "%s to %s", first, last);
}

const char *gvc_say__moved(gvc_report *r, gvc_numeral form, double first, double last,
                           gvc_scale money)
{
    const char *a = gvc_numeral__text(&r->doc, form, first, money);
    const char *b = gvc_numeral__text(&r->doc, form, last, money);
    const char *in_a = gvc_say__in(r, 0), *in_b = gvc_say__in(r, r->n_years - 1);
    const int order = gvc_numeral__compare(form, last, first, money);

    if (r->n_years < 2 || isnan(first))
        return gvc_doc__text(&r->doc, "stands at %s%s", b, in_b);
    if (isnan(last))
        return gvc_doc__text(&r->doc, "is not defined%s", in_b);
    if (order == 0)
        return gvc_doc__text(&r->doc, "stood at %s%s as%s", b, in_b, in_a);
    return gvc_doc__text(&r->doc, "%s from %s%s to %s%s", order > 0 ? "rose" : "fell", a, in_a, b,
                         in_b);
}

const char *gvc_say__moved_mark(gvc_report *r, gvc_mark mark, const char *column, gvc_numeral form)
{
    const double first = gvc_report__mark(r, 0, mark, column);
    const double last = gvc_report__mark(r, r->n_years - 1, mark, column);

    return gvc_say__moved(r, form, first, last,
                          gvc_report__money(r, fmax(fabs(first), fabs(last))));
}

const char *gvc_say__than(gvc_numeral form, double a, double b, gvc_scale money)
{
    const int order = gvc_numeral__compare(form, a, b, money);

    if (isnan(a) || isnan(b))
        return "no comparable figure";
    return order > 0 ? "more" : order < 0 ? "less" : "the same";
}

const char *gvc_say__change(gvc_report *r, gvc_numeral form, double first, double last,
                            gvc_scale money)
{
    const double change = last - first;
    const char *sign;

    if (r->n_years < 2 || isnan(change))
        return "";
    if (gvc_numeral__compare(form, first, last, money) == 0)
        return "no change";
    sign = change > 0 ? "+" : "";
    if (form == GVC_NUMERAL_SHARE)
        return gvc_doc__text(&r->doc, "%s%s points", sign,
                             gvc_numeral__cell(&r->doc, form, change, money));
    if (form == GVC_NUMERAL_MONEY && first > 0)
        return gvc_doc__text(&r->doc, "%.1f times as much", last / first);
    return gvc_doc__text(&r->doc, "%s%s", sign, gvc_numeral__text(&r->doc, form, change, money));
}

const char *gvc_say__extremes(gvc_report *r, gvc_mark mark, const char *column, gvc_numeral form)
{
    const gvc_scale money = { 1, "" };
    int low = -1, high = -1;

    for (int y = 0; y < r->n_years; y++) {
        const double v = gvc_report__mark(r, y, mark, column);

        if (isnan(v))
            continue;
        if (low < 0 || v < gvc_report__mark(r, low, mark, column))
            low = y;
        if (high < 0 || v > gvc_report__mark(r, high, mark, column))
            high = y;
    }
    if (r->n_years < 3 || low < 0 || low == high)
        return "";
    return gvc_doc__text(
        &r->doc, "lowest in %s (%s), highest in %s (%s)", gvc_report__year(r, low),
        gvc_numeral__text(&r->doc, form, gvc_report__mark(r, low, mark, column), money),
        gvc_report__year(r, high),
        gvc_numeral__text(&r->doc, form, gvc_report__mark(r, high, mark, column), money));
}

gvc_grid *gvc_say__series(gvc_report *r, const char *name, const char *title, const char *column,
                          gvc_numeral form)
{
    static const gvc_mark marks[] = { GVC_MARK_FOCUS, GVC_MARK_GROUP, GVC_MARK_WORLD };
    const char *const titles[] = { gvc_report__focus(r), gvc_report__group(r), "World" };
    const char *const codes[] = { r->opts->focus, gvc_report__group(r), "WLD" };
    gvc_grid *grid = gvc_grid__new(&r->doc, name, title, "Year", r->n_years, 3);

    if (!grid)
        return NULL;
    for (int j = 0; j < 3; j++)
        grid->fields[j] = (gvc_field){ gvc_doc__text(&r->doc, "%s_%s", column, codes[j]), titles[j],
                                       form, marks[j] };
    for (int y = 0; y < r->n_years; y++) {
        grid->entries[y].code = grid->entries[y].name = gvc_report__year(r, y);
        for (int j = 0; j < 3; j++)
            *gvc_grid__at(grid, y, j) = gvc_report__mark(r, y, marks[j], column);
    }
    gvc_report__scale(r, grid);
    return grid;
}
