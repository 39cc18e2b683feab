#include "report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const gvc_layer *layer_of(const gvc_report *r, int year, gvc_scope scope)
{
    return &r->layers[year][scope];
}

int gvc_report__has(const gvc_report *r, gvc_scope scope, const char *column)
{
    const gvc_layer *layer = layer_of(r, r->n_years - 1, scope);

    return layer->frame && gvc_frame_find(layer->frame, column) >= 0;
}

double gvc_report__value(const gvc_report *r, int year, gvc_scope scope, const char *column,
                         gvc_int c, gvc_int k)
{
    const gvc_layer *layer = layer_of(r, year, scope);
    const gvc_int j = layer->frame ? gvc_frame_find(layer->frame, column) : -1;
    gvc_int row = 0;

    if (j < 0)
        return NAN;
    if (layer->row_of)
        row = layer->row_of[c * layer->second + (layer->second > 1 ? k : 0)];
    return row < 0 || row >= gvc_frame_rows(layer->frame) ? NAN
                                                          : gvc_frame_reals(layer->frame, j)[row];
}

double gvc_report__mark(const gvc_report *r, int year, gvc_mark mark, const char *column)
{
    const gvc_scope scope = mark == GVC_MARK_WORLD   ? GVC_SCOPE_WORLD
                            : mark == GVC_MARK_GROUP ? GVC_SCOPE_GROUP
                                                     : GVC_SCOPE_COUNTRY;

    return gvc_report__value(r, year, scope, column, r->focus, 0);
}

double gvc_report__members_to(const gvc_report *r, int year, const char *column, gvc_int c)
{
    double sum = 0;

    for (gvc_int m = 0; m < r->G; m++)
        if (r->members[year][m] && m != c)
            sum += gvc_report__value(r, year, GVC_SCOPE_PAIR, column, m, c);
    return sum;
}

double gvc_report__members_from(const gvc_report *r, int year, const char *column, gvc_int c)
{
    double sum = 0;

    for (gvc_int m = 0; m < r->G; m++)
        if (r->members[year][m] && m != c)
            sum += gvc_report__value(r, year, GVC_SCOPE_PAIR, column, c, m);
    return sum;
}

double gvc_report__members_sum(const gvc_report *r, int year, const char *column)
{
    double sum = 0;

    for (gvc_int m = 0; m < r->G; m++)
        if (r->members[year][m])
            sum += gvc_report__value(r, year, GVC_SCOPE_COUNTRY, column, m, 0);
    return sum;
}

double gvc_report__members_sector(const gvc_report *r, int year, const char *column, gvc_int k)
{
    double sum = 0;

    for (gvc_int m = 0; m < r->G; m++)
        if (r->members[year][m])
            sum += gvc_report__value(r, year, GVC_SCOPE_SECTOR, column, m, k);
    return sum;
}

const char *gvc_report__country(const gvc_report *r, gvc_int c)
{
    return gvc_labels_name(gvc_edition_countries(r->edition), c);
}

const char *gvc_report__sector(const gvc_report *r, gvc_int k)
{
    return gvc_labels_name(gvc_edition_sectors(r->edition), k);
}

const char *gvc_report__focus(const gvc_report *r)
{
    return gvc_report__country(r, r->focus);
}

const char *gvc_report__group(const gvc_report *r)
{
    return gvc_group_name(r->opts->group);
}

const char *gvc_report__members(const gvc_report *r)
{
    const char *name = gvc_report__group(r);

    if (strcmp(name, "BRI") == 0)
        return "the Belt and Road members";
    if (strcmp(name, "BRI_ALONG65") == 0)
        return "the countries along the Belt and Road";
    return gvc_doc__text((gvc_doc *)&r->doc, "the members of %s", name);
}

gvc_mark gvc_report__mark_of(const gvc_report *r, gvc_int c)
{
    return c == r->focus ? GVC_MARK_FOCUS : r->member[c] ? GVC_MARK_MEMBER : GVC_MARK_OTHER;
}

gvc_entry gvc_report__country_entry(const gvc_report *r, gvc_int c)
{
    return (gvc_entry){ gvc_labels_code(gvc_edition_countries(r->edition), c),
                        gvc_report__country(r, c), gvc_report__mark_of(r, c) };
}

gvc_entry gvc_report__sector_entry(const gvc_report *r, gvc_int k)
{
    return (gvc_entry){ gvc_labels_code(gvc_edition_sectors(r->edition), k),
                        gvc_report__sector(r, k), GVC_MARK_OTHER };
}

const char *gvc_report__year(gvc_report *r, int year)
{
    return r->years[year] == GVC_INT_MISSING ? "" : gvc_doc__text(&r->doc, "%d", r->years[year]);
}

gvc_scale gvc_report__money(gvc_report *r, double largest)
{
    return gvc_scale__fit(&r->doc, largest, gvc_edition_attr(r->edition, "currency"),
                          gvc_edition_attr(r->edition, "multiplier"),
                          gvc_edition_attr(r->edition, "unit"));
}

void gvc_report__scale(gvc_report *r, gvc_grid *grid)
{
    grid->money = gvc_report__money(r, gvc_grid__largest(grid));
}
