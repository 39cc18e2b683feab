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
        grid->entries[rows] = gvc_report__country_entry(r, c);
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
    gvc_int place = 0;

    if (!grid || !grid->rows)
        return;
    while (place + 1 < grid->rows && grid->entries[place].mark != GVC_MARK_FOCUS)
        place++;
    title = gvc_doc__text(page->doc,
                          "Exports of %s have crossed %s borders%s: number %lld of %lld beside the "
                          "members, of which %s comes first (%s)",
                          gvc_report__focus(r), gvc_grid__text(page->doc, grid, place, 0),
                          gvc_say__in(r, r->n_years - 1), (long long)place + 1,
                          (long long)grid->rows, grid->entries[place == 0 && grid->rows > 1].name,
                          gvc_grid__text(page->doc, grid, place == 0 && grid->rows > 1, 0));
    gvc_grid__cut(grid, 40);
    gvc_page__ranked(page, 0,
                     &(gvc_figure){
                         .id = "crossings-countries",
                         .title = title,
                         .what = "Border crossings behind a unit of gross exports, the export's "
                                 "own included (cbx): a cost of 1 per cent at every border adds "
                                 "up to as many per cent at the buyer's.",
                         .measures = "cbx",
                         .grids = { grid } });
}

static void draw_line(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid =
        gvc_say__series(r, "crossings", "Border crossings of exports", "cbx", GVC_NUMERAL_STAGE);
    const char *title;

    if (!grid)
        return;
    title = gvc_doc__text(
        page->doc,
        "What a cost of 1 %% at every border adds up to %s for the exports of %s; it %s for those of "
        "%s",
        gvc_say__moved(r, GVC_NUMERAL_SHARE, gvc_report__mark(r, 0, GVC_MARK_FOCUS, "cbx") / 100,
                       gvc_report__mark(r, r->n_years - 1, GVC_MARK_FOCUS, "cbx") / 100,
                       grid->money),
        gvc_report__focus(r),
        gvc_say__moved(r, GVC_NUMERAL_SHARE, gvc_report__mark(r, 0, GVC_MARK_GROUP, "cbx") / 100,
                       gvc_report__mark(r, r->n_years - 1, GVC_MARK_GROUP, "cbx") / 100,
                       grid->money),
        gvc_report__members(r));
    gvc_page__lines(page,
                    &(gvc_figure){
                        .id = "crossings",
                        .title = title,
                        .what = "Average border crossings behind gross exports, the export's own "
                                "included (cbx; Muradov 2017): the factor by which the chain "
                                "amplifies a cost levied at every border.",
                        .measures = "cbx",
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
        grid->entries[k] = gvc_report__sector_entry(r, k);
        for (gvc_int j = 0; j < grid->cols; j++)
            *gvc_grid__at(grid, k, j) =
                gvc_report__value(r, last, GVC_SCOPE_SECTOR, grid->fields[j].name, r->focus, k);
    }
    gvc_grid__sort(grid, 0);
    gvc_grid__cut(grid, 15);
    title = gvc_doc__text(page->doc, "In %s the exports of %s carry most crossings (%s)%s",
                          gvc_report__focus(r), grid->entries[0].name,
                          gvc_grid__text(page->doc, grid, 0, 0), gvc_say__in(r, last));
    gvc_page__ranked(page, 0,
                     &(gvc_figure){ .id = "crossings-sectors",
                                    .title = title,
                                    .what = "Border crossings behind the exports of a sector, the "
                                            "export's own included (cbx). The 15 largest.",
                                    .measures = costs ? "cbx tc_cum tc_price" : "cbx",
                                    .grids = { grid } });
}

/* ---- costs given with the table ---- */

static void draw_costs(gvc_page *page)
{
    gvc_report *r = page->r;
    const int last = r->n_years - 1;
    gvc_grid *grid = gvc_grid__new(page->doc, "trade-costs", "Trade costs", "Country", r->G, 3);
    const char *title;

    if (!grid)
        return;
    grid->fields[0] = (gvc_field){ "tc_cum", "cumulated", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "tc_price", "price of output", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] =
        (gvc_field){ "tc_pidx", "price of final demand", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int c = 0; c < r->G; c++) {
        grid->entries[c] = gvc_report__country_entry(r, c);
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
    gvc_page__ranked(page, 0,
                     &(gvc_figure){
                         .id = "trade-costs",
                         .title = title,
                         .what = "Cumulated trade costs per unit of exports (tc_cum), rise of the "
                                 "price of output (tc_price) and of final demand (tc_pidx), per "
                                 "cent; Rouzet and Miroudot 2013, Muradov 2017.",
                         .measures = "tc_cum tc_price tc_pidx",
                         .grids = { grid } });
}

/* ---- with partners ---- */

/* Crossings behind the exports to a partner: those of the sectors, weighted by what they sell
 * there. With costs attached, also what they add at delivery and how often the last border alone.
 */
static void fill_partner(const gvc_report *r, const gvc_grid *grid, gvc_int row, const double *to)
{
    const int last = r->n_years - 1;
    double exports = 0, crossings = 0, deliv = 0, face = 0;

    for (gvc_int k = 0; k < r->N; k++)
        for (gvc_int c = 0; c < r->G; c++) {
            const double e = to[c] * r->cell_exports[k * r->G + c];
            const double cbx = gvc_report__value(r, last, GVC_SCOPE_SECTOR, "cbx", r->focus, k);

            if (!(e > 0) || isnan(cbx))
                continue;
            exports += e;
            crossings += cbx * e;
            if (r->cell_costs && !isnan(r->cell_costs[k * r->G + c])) {
                const double own =
                    gvc_report__value(r, last, GVC_SCOPE_SECTOR, "tc_cum", r->focus, k);

                deliv += r->cell_costs[k * r->G + c] * e;
                face += (r->cell_costs[k * r->G + c] - own) * e;
            }
        }
    if (!(exports > 0))
        return;
    *gvc_grid__at(grid, row, 0) = crossings / exports;
    if (grid->cols > 2) {
        *gvc_grid__at(grid, row, 2) = deliv / exports;
        *gvc_grid__at(grid, row, 3) = face / exports;
        *gvc_grid__at(grid, row, 4) = face > 0 ? deliv / face : NAN;
    }
}

static gvc_grid *partners_grid(gvc_report *r, int has_costs)
{
    const int last = r->n_years - 1;
    const double gexp = gvc_report__mark(r, last, GVC_MARK_FOCUS, "gexp");
    double *to = gvc_doc__alloc(&r->doc, r->G, sizeof *to);
    gvc_grid *grid = gvc_grid__new(&r->doc, "costs-partners", "Trade costs with partners",
                                   "Partner", r->G, has_costs ? 5 : 2);
    gvc_int rows = 0;

    if (!grid || !to)
        return NULL;
    grid->fields[0] =
        (gvc_field){ "crossings", "crossings of exports to it", GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "fv_src_sh", "its part in all exports", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    if (has_costs) {
        grid->fields[2] =
            (gvc_field){ "tc_deliv", "cost at delivery", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
        grid->fields[3] =
            (gvc_field){ "face", "of it at the last border", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
        grid->fields[4] =
            (gvc_field){ "amplified", "times the last border", GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    }
    for (gvc_int p = 0; p <= r->G; p++) {
        const int is_group = p == r->G;

        if (p == r->focus)
            continue;
        for (gvc_int c = 0; c < r->G; c++)
            to[c] = is_group ? r->member[c] : c == p;
        grid->entries[rows] =
            is_group ? (gvc_entry){ gvc_report__group(r),
                                    gvc_doc__text(&r->doc, "%s together", gvc_report__group(r)),
                                    GVC_MARK_GROUP }
                     : gvc_report__country_entry(r, p);
        fill_partner(r, grid, rows, to);
        *gvc_grid__at(grid, rows++, 1) =
            (is_group ? gvc_report__members_from(r, last, "fv_src", r->focus)
                      : gvc_report__value(r, last, GVC_SCOPE_PAIR, "fv_src", r->focus, p)) /
            gexp;
    }
    return grid;
}

static void draw_partners(gvc_page *page, int has_costs)
{
    gvc_report *r = page->r;
    gvc_grid *grid = r->cell_exports ? partners_grid(r, has_costs) : NULL;
    const gvc_int group = r->G - 1, col = has_costs ? 4 : 0;
    const char *title;

    if (!grid)
        return;
    title = gvc_doc__text(
        page->doc,
        has_costs
            ? "At delivery in %s the costs of the exports of %s are %s times those of the last "
              "border%s"
            : "What %s buy from %s has crossed %s borders, the last one included%s",
        gvc_report__members(r), gvc_report__focus(r), gvc_grid__text(page->doc, grid, group, col),
        gvc_say__in(r, r->n_years - 1));
    gvc_grid__sort(grid, col);
    gvc_grid__cut(grid, 24);
    gvc_page__ranked(
        page, col,
        &(gvc_figure){
            .id = "costs-partners",
            .title = gvc_doc__capital(page->doc, title),
            .what = gvc_doc__text(
                page->doc,
                "By importer: crossings behind what %s sells there (cbx of its sectors, weighted by "
                "their exports to the importer), and the value added of the partner in all exports "
                "of %s (fv_src over gexp): a cost of 1 per cent on what comes from there adds that "
                "part of 1 per cent.%s",
                gvc_report__focus(r), gvc_report__focus(r),
                has_costs
                    ? " Cost at delivery: tc_deliv, of it at the last border: tc_deliv less "
                      "tc_cum, weighted alike; the bars show how many times the last border's "
                      "the whole cost is."
                    : ""),
            .measures = has_costs ? "cbx gexp fv_src tc_deliv tc_cum" : "cbx gexp fv_src",
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
    draw_partners(page, !isnan(cost) && r->cell_costs);
    draw_sectors(page);
    if (!isnan(cost))
        draw_costs(page);
    gvc_page__close_row(page);
}
