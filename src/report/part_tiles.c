#include "report/page.h"
#include "report/say.h"

#include <math.h>

/* Value added that the final demand of `c` calls for: its own that stays or comes home, which is
 * v_total less what others absorb, and what it absorbs of others. */
static double absorbed(const gvc_report *r, int year, gvc_int c)
{
    double sum = gvc_report__value(r, year, GVC_SCOPE_COUNTRY, "v_total", c, 0) -
                 gvc_report__value(r, year, GVC_SCOPE_COUNTRY, "jn_vax", c, 0);

    for (gvc_int s = 0; s < r->G; s++)
        if (s != c)
            sum += gvc_report__value(r, year, GVC_SCOPE_PAIR, "jn_vax", s, c);
    return sum;
}

static double share_in(const gvc_report *r, int year, gvc_int c)
{
    const double all = absorbed(r, year, c);

    return all > 0 ? gvc_report__value(r, year, GVC_SCOPE_PAIR, "jn_vax", r->focus, c) / all : NAN;
}

static double share_in_group(const gvc_report *r, int year)
{
    double all = 0, own = 0;

    for (gvc_int c = 0; c < r->G; c++)
        if (r->members[year][c]) {
            all += absorbed(r, year, c);
            own += gvc_report__value(r, year, GVC_SCOPE_PAIR, "jn_vax", r->focus, c);
        }
    return all > 0 ? own / all : NAN;
}

static gvc_grid *tiles_grid(gvc_report *r)
{
    const int last = r->n_years - 1, two = r->n_years > 1;
    gvc_grid *grid = gvc_grid__new(&r->doc, "map", "Share of the focus in final demand", "Country",
                                   r->G, 1 + two);

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ gvc_doc__text(&r->doc, "share_%s", gvc_report__year(r, last)),
                                   *gvc_report__year(r, last) ? gvc_report__year(r, last) : "share",
                                   GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    if (two)
        grid->fields[1] = (gvc_field){ gvc_doc__text(&r->doc, "share_%s", gvc_report__year(r, 0)),
                                       gvc_report__year(r, 0), GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int c = 0; c < r->G; c++) {
        grid->entries[c] = gvc_report__country_entry(r, c);
        if (c == r->focus)
            continue;
        *gvc_grid__at(grid, c, 0) = share_in(r, last, c);
        if (two)
            *gvc_grid__at(grid, c, 1) = share_in(r, 0, c);
    }
    return grid;
}

static const char *finding(gvc_report *r, const gvc_grid *grid)
{
    gvc_int best = -1;
    const gvc_scale none = { 1, "" };

    for (gvc_int c = 0; c < r->G; c++)
        if (!isnan(gvc_grid__get(grid, c, 0)) &&
            (best < 0 || gvc_grid__get(grid, c, 0) > gvc_grid__get(grid, best, 0)))
            best = c;
    return gvc_doc__text(&r->doc,
                         "In the final demand of %s the value added of %s %s; its largest "
                         "share is that in %s (%s)",
                         gvc_report__members(r), gvc_report__focus(r),
                         gvc_say__moved(r, GVC_NUMERAL_SHARE, share_in_group(r, 0),
                                        share_in_group(r, r->n_years - 1), none),
                         best < 0 ? "no country" : grid->entries[best].name,
                         best < 0 ? "n/a" : gvc_grid__text(&r->doc, grid, best, 0));
}

/* ---- where the share grew ---- */

static void draw_changes(gvc_page *page, const gvc_grid *map)
{
    gvc_report *r = page->r;
    gvc_grid *grid =
        gvc_grid__new(page->doc, "map-changes", "Change of the share", "Country", r->G, 3);
    gvc_int rows = 0, up = 0;
    const char *title;

    if (!grid || map->cols < 2)
        return;
    grid->fields[0] = (gvc_field){ "change", "change, points", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[1] = map->fields[1];
    grid->fields[2] = map->fields[0];
    for (gvc_int c = 0; c < map->rows; c++) {
        const double now = gvc_grid__get(map, c, 0), before = gvc_grid__get(map, c, 1);

        if (isnan(now) || isnan(before))
            continue;
        grid->entries[rows] = map->entries[c];
        *gvc_grid__at(grid, rows, 0) = now - before;
        *gvc_grid__at(grid, rows, 1) = before;
        *gvc_grid__at(grid, rows++, 2) = now;
        up += gvc_numeral__compare(GVC_NUMERAL_SHARE, now, before, grid->money) > 0;
    }
    if (!rows)
        return;
    gvc_grid__cut(grid, rows);
    gvc_grid__sort(grid, 0);
    title = gvc_doc__text(page->doc,
                          "Since %s the share of %s has grown in the final demand of %lld of %lld "
                          "economies, most in that of %s (%s points)",
                          gvc_report__year(r, 0), gvc_report__focus(r), (long long)up,
                          (long long)rows, grid->entries[0].name,
                          gvc_numeral__cell(page->doc, GVC_NUMERAL_SHARE, gvc_grid__get(grid, 0, 0),
                                            grid->money));
    gvc_grid__cut(grid, 20);
    gvc_page__ranked(page, 0,
                     &(gvc_figure){ .id = "map-changes",
                                    .title = title,
                                    .what = "Change of the share on the map, points of per "
                                            "cent. The 20 largest.",
                                    .measures = "jn_vax v_total",
                                    .grids = { grid } });
}

void gvc_part__tiles(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid;
    gvc_svg svg;

    gvc_page__part(page, "10", "map",
                   gvc_doc__text(page->doc, "%s in the final demand of others",
                                 gvc_report__focus(r)));
    if (!gvc_report__has(r, GVC_SCOPE_PAIR, "jn_vax") ||
        !gvc_report__has(r, GVC_SCOPE_COUNTRY, "v_total") || !(grid = tiles_grid(r)))
        return;
    gvc_page__open_row(page);
    gvc_chart__tiles(page->doc, &svg, "map", grid);
    gvc_page__figure(
        page,
        &(gvc_figure){
            .id = "map",
            .title = finding(r, grid),
            .what = gvc_doc__text(
                page->doc,
                "Value added of %s in per cent of all value added that the final demand of the "
                "country calls for%s (jn vax over v_total \xe2\x88\x92 vax + vax of others). Equal "
                "squares, roughly where the countries lie; a dashed ring marks members.",
                gvc_report__focus(r), gvc_say__in(r, r->n_years - 1)),
            .measures = "jn_vax v_total",
            .text = gvc_doc__text(page->doc, "Map of equal squares. %s.", finding(r, grid)),
            .pictures = { &svg },
            .grids = { grid },
            .is_wide = svg.width > GVC_CHART_WIDTH });
    draw_changes(page, grid);
    gvc_page__close_row(page);
}
