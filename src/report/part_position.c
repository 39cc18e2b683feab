#include "report/page.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

/* ---- participation against position ---- */

typedef struct plane {
    const char *id, *x, *y, *title_x, *title_y, *what;
    gvc_numeral form_x, form_y;
    double middle; /* of the position: what is neither up nor down */
} plane;

static const plane planes[] = {
    { "plane-kpww", "pos_kpww", "part_kpww", "position (pos_kpww): right is upstream",
      "participation (part_kpww)",
      "Participation (IV + FV)/E against position ln(1 + IV/E) \xe2\x88\x92 ln(1 + FV/E), both in "
      "the KPWW reading: IV is own value added that the importer exports on to third countries "
      "(Koopman, Powers, Wang and Wei 2010).",
      GVC_NUMERAL_INDEX, GVC_NUMERAL_SHARE, 0 },
    { "plane-length", "gvcps", "gvcpt", "position (gvcps): right is upstream",
      "participation (gvcpt)",
      "Participation in production (gvcpt, forward plus backward) against position as the forward "
      "over the backward length of the chain (gvcps; Wang, Wei, Yu and Zhu 2017): 1 is the middle.",
      GVC_NUMERAL_STAGE, GVC_NUMERAL_SHARE, 1 },
};

static gvc_grid *points_grid(gvc_report *r, const plane *p)
{
    const int last = r->n_years - 1;
    gvc_grid *grid = gvc_grid__new(&r->doc, p->id,
                                   gvc_doc__text(&r->doc, "All countries%s", gvc_say__in(r, last)),
                                   "Country", r->G + 2, 2);

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ p->x, p->title_x, p->form_x, GVC_MARK_OTHER };
    grid->fields[1] = (gvc_field){ p->y, p->title_y, p->form_y, GVC_MARK_OTHER };
    for (gvc_int c = 0; c < r->G; c++) {
        grid->entries[c] = gvc_report__country_entry(r, c);
        *gvc_grid__at(grid, c, 0) = gvc_report__value(r, last, GVC_SCOPE_COUNTRY, p->x, c, 0);
        *gvc_grid__at(grid, c, 1) = gvc_report__value(r, last, GVC_SCOPE_COUNTRY, p->y, c, 0);
    }
    grid->entries[r->G] = (gvc_entry){ gvc_report__group(r), gvc_report__group(r), GVC_MARK_GROUP };
    grid->entries[r->G + 1] = (gvc_entry){ "WLD", "World", GVC_MARK_WORLD };
    for (int j = 0; j < 2; j++) {
        const char *column = j ? p->y : p->x;

        *gvc_grid__at(grid, r->G, j) = gvc_report__mark(r, last, GVC_MARK_GROUP, column);
        *gvc_grid__at(grid, r->G + 1, j) = gvc_report__mark(r, last, GVC_MARK_WORLD, column);
    }
    return grid;
}

static gvc_grid *paths_grid(gvc_report *r, const plane *p)
{
    const char *const who[] = { gvc_report__focus(r), gvc_report__group(r) };
    static const gvc_mark marks[] = { GVC_MARK_FOCUS, GVC_MARK_GROUP };
    gvc_grid *grid = gvc_grid__new(&r->doc, gvc_doc__text(&r->doc, "%s-path", p->id),
                                   "Path over the years", "Year", r->n_years, 4);

    if (!grid)
        return NULL;
    for (int j = 0; j < 4; j++) {
        const char *column = j % 2 ? p->y : p->x;

        grid->fields[j] = (gvc_field){
            gvc_doc__text(&r->doc, "%s_%s", column, j < 2 ? r->opts->focus : gvc_report__group(r)),
            gvc_doc__text(&r->doc, "%s, %s", who[j / 2], j % 2 ? "participation" : "position"),
            j % 2 ? p->form_y : p->form_x, marks[j / 2]
        };
        for (int y = 0; y < r->n_years; y++)
            *gvc_grid__at(grid, y, j) = gvc_report__mark(r, y, marks[j / 2], column);
    }
    for (int y = 0; y < r->n_years; y++)
        grid->entries[y].code = grid->entries[y].name = gvc_report__year(r, y);
    return grid;
}

/* Rank of the focus among the countries with a position, 1 the most upstream. */
static const char *rank_of(gvc_report *r, const gvc_grid *points)
{
    const double own = gvc_grid__get(points, r->focus, 0);
    gvc_int above = 0, n = 0;

    for (gvc_int c = 0; c < r->G; c++) {
        const double v = gvc_grid__get(points, c, 0);

        above += v > own;
        n += !isnan(v);
    }
    return gvc_doc__text(&r->doc, "%lld of %lld", (long long)above + 1, (long long)n);
}

static const char *moved_side(gvc_report *r, const plane *p)
{
    const gvc_scale none = { 1, "" };
    const double first = gvc_report__mark(r, 0, GVC_MARK_FOCUS, p->x);
    const double last = gvc_report__mark(r, r->n_years - 1, GVC_MARK_FOCUS, p->x);
    const int order = gvc_numeral__compare(p->form_x, last, first, none);

    if (r->n_years < 2 || isnan(first) || isnan(last))
        return "";
    return gvc_doc__text(&r->doc, "; since %s it %s", gvc_report__year(r, 0),
                         order > 0   ? "has moved upstream"
                         : order < 0 ? "has moved downstream"
                                     : "has not moved");
}

static const char *finding(gvc_report *r, const plane *p, const gvc_grid *points)
{
    const gvc_scale none = { 1, "" };
    const double own = gvc_grid__get(points, r->focus, 0);
    const int side = gvc_numeral__compare(p->form_x, own, p->middle, none);

    if (isnan(own))
        return gvc_doc__text(&r->doc, "The position of %s is not defined", gvc_report__focus(r));
    return gvc_doc__text(&r->doc, "%s stands %s at %s (%s): rank %s from upstream%s",
                         gvc_report__focus(r),
                         side > 0   ? "upstream"
                         : side < 0 ? "downstream"
                                    : "in the middle",
                         gvc_numeral__text(&r->doc, p->form_x, own, none), p->x, rank_of(r, points),
                         moved_side(r, p));
}

static void draw_plane(gvc_page *page, const plane *p)
{
    gvc_report *r = page->r;
    gvc_grid *points, *paths;
    const char *title;
    gvc_svg svg;

    if (!gvc_report__has(r, GVC_SCOPE_COUNTRY, p->x) ||
        !gvc_report__has(r, GVC_SCOPE_COUNTRY, p->y))
        return;
    points = points_grid(r, p);
    paths = paths_grid(r, p);
    if (!points || !paths)
        return;
    title = finding(r, p, points);
    gvc_chart__scatter(page->doc, &svg, p->id, points, paths);
    gvc_page__figure(
        page, &(gvc_figure){
                  .id = p->id,
                  .title = title,
                  .what = r->n_years > 1
                              ? gvc_doc__text(page->doc, "%s Lines are the paths of %s and %s, %s.",
                                              p->what, gvc_report__focus(r), gvc_report__group(r),
                                              gvc_say__span(r))
                              : p->what,
                  .measures = gvc_doc__text(page->doc, "%s %s", p->x, p->y),
                  .text = gvc_doc__text(page->doc, "Scatter of all countries. %s.", title),
                  .pictures = { &svg },
                  .grids = { points, paths } });
}

/* ---- stages to final use, stages behind ---- */

static const struct {
    const char *id, *column, *what, *noun;
    gvc_numeral form;
} lines[] = {
    { "upstreamness", "up",
      "Average number of stages from output to final use (up, output upstreamness; Fally 2012, "
      "Antr\xc3\xa0s and Chor 2018); no inventory correction.",
      "Upstreamness", GVC_NUMERAL_STAGE },
    { "downstreamness", "down",
      "Average number of stages behind a unit of output (down, input downstreamness; Antr\xc3\xa0s "
      "and Chor 2018).",
      "Downstreamness", GVC_NUMERAL_STAGE },
    { "length-position", "gvcps",
      "Length forward over length backward of global value chains (gvcps; Wang, Wei, Yu and Zhu "
      "2017): above 1 is upstream.",
      "Position in the length of chains", GVC_NUMERAL_INDEX },
    { "gvcpos", "gvcpos_ln",
      "ln(1 + forward) \xe2\x88\x92 ln(1 + backward) participation in production (gvcpos_ln): above 0 "
      "is upstream.",
      "Position in production", GVC_NUMERAL_INDEX },
};

static void draw_line(gvc_page *page, size_t i)
{
    gvc_report *r = page->r;
    gvc_grid *grid;
    const char *title;

    if (!gvc_report__has(r, GVC_SCOPE_COUNTRY, lines[i].column))
        return;
    grid = gvc_say__series(r, lines[i].id, lines[i].what, lines[i].column, lines[i].form);
    if (!grid)
        return;
    title = gvc_doc__text(page->doc, "%s: %s %s; %s %s", lines[i].noun, gvc_report__focus(r),
                          gvc_say__moved_mark(r, GVC_MARK_FOCUS, lines[i].column, lines[i].form),
                          gvc_report__members(r),
                          gvc_say__moved_mark(r, GVC_MARK_GROUP, lines[i].column, lines[i].form));
    gvc_page__lines(page, &(gvc_figure){ .id = lines[i].id,
                                         .title = title,
                                         .what = lines[i].what,
                                         .measures = lines[i].column,
                                         .grids = { grid } });
}

/* ---- the readings side by side ---- */

static const char *const readings[][2] = {
    { "pos_kpww", "KPWW: third countries, exporting sector" },
    { "pos_vs1", "VS1: own value added in all exports of others" },
    { "pos_vs1x", "VS1 without flows that return" },
    { "pos_int", "all own value added in exported inputs" },
    { "pos_wwz", "terms of Wang, Wei and Zhu" },
    { "pos_bmt", "parts of Borin, Mancini and Taglioni" },
    { "gvcpos_ln", "participation in production" },
};
enum { READINGS = sizeof readings / sizeof readings[0] };

static gvc_grid *readings_grid(gvc_report *r)
{
    const int last = r->n_years - 1, n = r->n_years > 1 ? 4 : 2;
    gvc_grid *grid = gvc_grid__new(&r->doc, "readings", "The same index in its readings", "Reading",
                                   READINGS, n);
    gvc_int rows = 0;

    if (!grid)
        return NULL;
    for (int j = 0; j < n; j++) {
        const int is_group = j >= n / 2, year = n == 4 && j % 2 == 0 ? 0 : last;

        grid->fields[j] = (gvc_field){
            gvc_doc__text(&r->doc, "%s_%s", is_group ? gvc_report__group(r) : r->opts->focus,
                          gvc_report__year(r, year)),
            gvc_doc__text(&r->doc, "%s %s", is_group ? gvc_report__group(r) : gvc_report__focus(r),
                          gvc_report__year(r, year)),
            GVC_NUMERAL_INDEX, is_group ? GVC_MARK_GROUP : GVC_MARK_FOCUS
        };
    }
    for (int i = 0; i < READINGS; i++) {
        if (!gvc_report__has(r, GVC_SCOPE_COUNTRY, readings[i][0]))
            continue;
        grid->entries[rows] = (gvc_entry){ readings[i][0], readings[i][1], GVC_MARK_OTHER };
        for (int j = 0; j < n; j++)
            *gvc_grid__at(grid, rows, j) =
                gvc_report__mark(r, n == 4 && j % 2 == 0 ? 0 : last,
                                 j >= n / 2 ? GVC_MARK_GROUP : GVC_MARK_FOCUS, readings[i][0]);
        rows++;
    }
    gvc_grid__cut(grid, rows);
    return grid;
}

static void draw_readings(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid = readings_grid(r);
    const gvc_scale none = { 1, "" };
    const gvc_int column = r->n_years > 1 ? 1 : 0;
    gvc_int up = 0, down = 0;
    const char *title;
    gvc_svg svg;

    if (!grid || !grid->rows)
        return;
    for (gvc_int i = 0; i < grid->rows; i++) {
        const int side =
            gvc_numeral__compare(GVC_NUMERAL_INDEX, gvc_grid__get(grid, i, column), 0, none);

        up += side > 0;
        down += side < 0;
    }
    title = up && down ? gvc_doc__text(page->doc,
                                       "Where %s stands depends on the definition: %lld of %lld "
                                       "readings put it upstream, %lld downstream%s",
                                       gvc_report__focus(r), (long long)up, (long long)grid->rows,
                                       (long long)down, gvc_say__in(r, r->n_years - 1))
                       : gvc_doc__text(page->doc, "%lld of %lld readings put %s %s%s",
                                       (long long)(up     ? up
                                                   : down ? down
                                                          : grid->rows),
                                       (long long)grid->rows, gvc_report__focus(r),
                                       up     ? "upstream"
                                       : down ? "downstream"
                                              : "in the middle",
                                       gvc_say__in(r, r->n_years - 1));
    gvc_chart__ranked(page->doc, &svg, "readings", grid, column);
    gvc_page__figure(page, &(gvc_figure){
                               .id = "readings",
                               .title = title,
                               .what = "GVC position ln(1 + IV/E) \xe2\x88\x92 ln(1 + FV/E) in "
                                       "the readings in use: above 0 upstream. A figure "
                                       "quoted without its reading means little.",
                               .measures = "pos_kpww pos_vs1 pos_vs1x pos_int pos_wwz pos_bmt "
                                           "gvcpos_ln",
                               .text = gvc_doc__text(page->doc, "Bars, one a reading. %s.", title),
                               .pictures = { &svg },
                               .grids = { grid },
                               .shows_grid = 1 });
}

void gvc_part__position(gvc_page *page)
{
    gvc_page__part(page, "5", "position", "Participation and position");
    gvc_page__open_row(page);
    for (size_t i = 0; i < sizeof planes / sizeof planes[0]; i++)
        draw_plane(page, &planes[i]);
    draw_readings(page);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        draw_line(page, i);
    gvc_page__close_row(page);
}
