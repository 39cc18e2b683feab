#include "report/page.h"
#include "report/say.h"

#include <math.h>

/* Crossings of inputs behind a unit of exports: cbx counts the border of the export itself too. */
static gvc_grid *countries_grid(gvc_report *r)
{
    const int last = r->n_years - 1, two = r->n_years > 1;
    gvc_grid *grid = gvc_grid__new(&r->doc, "crossings-countries", "Border crossings of exports",
                                   "Country", r->G, 1 + two);
    gvc_int rows = 0;

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ gvc_doc__text(&r->doc, "cbx_%s", gvc_report__year(r, last)),
                                   *gvc_report__year(r, last) ? gvc_report__year(r, last) : "cbx",
                                   GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    if (two)
        grid->fields[1] = (gvc_field){ gvc_doc__text(&r->doc, "cbx_%s", gvc_report__year(r, 0)),
                                       gvc_report__year(r, 0), GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    for (gvc_int c = 0; c < r->G; c++) {
        if (c != r->focus && !r->member[c])
            continue;
        grid->entries[rows] = (gvc_entry){ gvc_labels_code(gvc_edition_countries(r->edition), c),
                                           gvc_report__country(r, c), gvc_report__mark_of(r, c) };
        *gvc_grid__at(grid, rows, 0) = gvc_report__value(r, last, GVC_SCOPE_COUNTRY, "cbx", c, 0);
        if (two)
            *gvc_grid__at(grid, rows, 1) = gvc_report__value(r, 0, GVC_SCOPE_COUNTRY, "cbx", c, 0);
        rows++;
    }
    gvc_grid__cut(grid, rows);
    gvc_grid__sort(grid, 0);
    return grid;
}

static void draw_countries(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid = countries_grid(r);
    const char *title;
    gvc_svg svg;
    gvc_int place = 0;

    if (!grid || !grid->rows)
        return;
    while (place + 1 < grid->rows && grid->entries[place].mark != GVC_MARK_FOCUS)
        place++;
    title = gvc_doc__text(page->doc,
                          "Exports of %s have crossed %s borders%s, the longest way among the "
                          "members and %s have those of %s (%s); %s is number %lld of %lld",
                          gvc_report__focus(r), gvc_grid__text(page->doc, grid, place, 0),
                          gvc_say__in(r, r->n_years - 1), gvc_report__focus(r),
                          grid->entries[0].name, gvc_grid__text(page->doc, grid, 0, 0),
                          gvc_report__focus(r), (long long)place + 1, (long long)grid->rows);
    gvc_chart__ranked(page->doc, &svg, "crossings-countries", grid, 0);
    gvc_page__figure(page,
                     &(gvc_figure){
                         .id = "crossings-countries",
                         .title = title,
                         .what = "Border crossings behind a unit of gross exports, the export's "
                                 "own included (cbx): a cost of 1 per cent at every border adds "
                                 "up to as many per cent at the buyer's.",
                         .measures = "cbx",
                         .text = gvc_doc__text(page->doc, "Ranked bars. %s.", title),
                         .pictures = { &svg },
                         .grids = { grid } });
}

static void draw_line(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid =
        gvc_say__series(r, "crossings", "Border crossings of exports", "cbx", GVC_NUMERAL_STAGE);
    const char *title;
    gvc_svg svg;

    if (!grid)
        return;
    title = gvc_doc__text(
        page->doc,
        "A cost of 1 %% at every border adds up: what it %s for the exports of %s, "
        "and it %s for those of "
        "%s",
        gvc_say__moved(r, GVC_NUMERAL_SHARE, gvc_report__mark(r, 0, GVC_MARK_FOCUS, "cbx") / 100,
                       gvc_report__mark(r, r->n_years - 1, GVC_MARK_FOCUS, "cbx") / 100,
                       grid->money),
        gvc_report__focus(r),
        gvc_say__moved(r, GVC_NUMERAL_SHARE, gvc_report__mark(r, 0, GVC_MARK_GROUP, "cbx") / 100,
                       gvc_report__mark(r, r->n_years - 1, GVC_MARK_GROUP, "cbx") / 100,
                       grid->money),
        gvc_report__members(r));
    gvc_chart__lines(page->doc, &svg, "crossings", grid);
    gvc_page__figure(page,
                     &(gvc_figure){
                         .id = "crossings",
                         .title = title,
                         .what = "Average border crossings behind gross exports, the export's own "
                                 "included (cbx; Muradov 2017): the factor by which the chain "
                                 "amplifies a cost levied at every border.",
                         .measures = "cbx",
                         .text = gvc_doc__text(page->doc, "Lines by year. %s.", title),
                         .pictures = { &svg },
                         .grids = { grid } });
}

/* ---- exporting sectors ---- */

static void draw_sectors(gvc_page *page)
{
    gvc_report *r = page->r;
    const int last = r->n_years - 1, costs = gvc_report__has(r, GVC_SCOPE_SECTOR, "tc_cum");
    gvc_grid *grid = gvc_grid__new(page->doc, "crossings-sectors", "Trade costs by sector",
                                   "Sector", r->N, costs ? 3 : 1);
    const char *title;
    gvc_svg svg;

    if (!grid)
        return;
    grid->fields[0] = (gvc_field){ "cbx", "crossings", GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    if (costs) {
        grid->fields[1] =
            (gvc_field){ "tc_cum", "cumulated cost", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
        grid->fields[2] =
            (gvc_field){ "tc_price", "price rise", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    }
    for (gvc_int k = 0; k < r->N; k++) {
        grid->entries[k] = (gvc_entry){ gvc_labels_code(gvc_edition_sectors(r->edition), k),
                                        gvc_report__sector(r, k), GVC_MARK_OTHER };
        for (gvc_int j = 0; j < grid->cols; j++)
            *gvc_grid__at(grid, k, j) =
                gvc_report__value(r, last, GVC_SCOPE_SECTOR, grid->fields[j].name, r->focus, k);
    }
    gvc_grid__sort(grid, 0);
    gvc_grid__cut(grid, 15);
    title = gvc_doc__text(page->doc, "In %s the exports of %s carry most crossings (%s)%s",
                          gvc_report__focus(r), grid->entries[0].name,
                          gvc_grid__text(page->doc, grid, 0, 0), gvc_say__in(r, last));
    gvc_chart__ranked(page->doc, &svg, "crossings-sectors", grid, 0);
    gvc_page__figure(page,
                     &(gvc_figure){ .id = "crossings-sectors",
                                    .title = title,
                                    .what = "Border crossings behind the exports of a sector, the "
                                            "export's own included (cbx). The 15 largest.",
                                    .measures = costs ? "cbx tc_cum tc_price" : "cbx",
                                    .text = gvc_doc__text(page->doc, "Ranked bars. %s.", title),
                                    .pictures = { &svg },
                                    .grids = { grid } });
}

/* ---- costs given with the table ---- */

static void draw_costs(gvc_page *page)
{
    gvc_report *r = page->r;
    const int last = r->n_years - 1;
    gvc_grid *grid = gvc_grid__new(page->doc, "trade-costs", "Trade costs", "Country", r->G, 3);
    const char *title;
    gvc_svg svg;

    if (!grid)
        return;
    grid->fields[0] = (gvc_field){ "tc_cum", "cumulated", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "tc_price", "price of output", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] =
        (gvc_field){ "tc_pidx", "price of final demand", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int c = 0; c < r->G; c++) {
        grid->entries[c] = (gvc_entry){ gvc_labels_code(gvc_edition_countries(r->edition), c),
                                        gvc_report__country(r, c), gvc_report__mark_of(r, c) };
        for (int j = 0; j < 3; j++)
            *gvc_grid__at(grid, c, j) =
                gvc_report__value(r, last, GVC_SCOPE_COUNTRY, grid->fields[j].name, c, 0);
    }
    title =
        gvc_doc__text(page->doc,
                      "The costs attached to the table add %s to the exports of %s, %s with costs "
                      "on costs%s",
                      gvc_grid__text(page->doc, grid, r->focus, 0), gvc_report__focus(r),
                      gvc_grid__text(page->doc, grid, r->focus, 1), gvc_say__in(r, last));
    gvc_grid__sort(grid, 0);
    gvc_chart__ranked(page->doc, &svg, "trade-costs", grid, 0);
    gvc_page__figure(page,
                     &(gvc_figure){
                         .id = "trade-costs",
                         .title = title,
                         .what = "Cumulated trade costs per unit of exports (tc_cum), rise of the "
                                 "price of output (tc_price) and of final demand (tc_pidx), per "
                                 "cent; Rouzet and Miroudot 2013, Muradov 2017.",
                         .measures = "tc_cum tc_price tc_pidx",
                         .text = gvc_doc__text(page->doc, "Ranked bars. %s.", title),
                         .pictures = { &svg },
                         .grids = { grid } });
}

void gvc_part__costs(gvc_page *page)
{
    gvc_report *r = page->r;
    const double cost =
        gvc_report__value(r, r->n_years - 1, GVC_SCOPE_COUNTRY, "tc_cum", r->focus, 0);

    gvc_page__part(page, "5c", "costs", "Trade costs along the chain");
    if (!gvc_report__has(r, GVC_SCOPE_COUNTRY, "cbx"))
        return;
    if (isnan(cost))
        gvc_page__say(
            page, "lead",
            "The table comes with no tariffs or trade costs (kinds tau_int and tau_fin of "
            "gvc attach): crossings tell by how much the chain multiplies a cost that is "
            "the same at every border.");
    gvc_page__open_row(page);
    draw_line(page);
    draw_countries(page);
    draw_sectors(page);
    if (!isnan(cost))
        draw_costs(page);
    gvc_page__close_row(page);
}
