#include "report/page.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

/* ---- digital value added in exports over time ---- */

static gvc_grid *content_grid(gvc_report *r, const char *name, gvc_mark mark)
{
    static const char *const columns[] = { "dig_x_dom_sh", "dig_x_for_sh" };
    gvc_grid *grid =
        gvc_grid__new(&r->doc, name, "Digital value added in exports", "Year", r->n_years, 2);

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ columns[0], "own digital", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ columns[1], "foreign digital", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (int y = 0; y < r->n_years; y++) {
        grid->entries[y].code = grid->entries[y].name = gvc_report__year(r, y);
        for (int j = 0; j < 2; j++)
            *gvc_grid__at(grid, y, j) = gvc_report__mark(r, y, mark, columns[j]);
    }
    return grid;
}

static void draw_content(gvc_page *page, const char *id, gvc_mark mark, const char *who)
{
    gvc_report *r = page->r;
    gvc_grid *grid = content_grid(r, id, mark);
    const char *title;
    gvc_svg svg;

    if (!grid)
        return;
    title = gvc_doc__text(page->doc,
                          "The share of digital value added in the exports of %s %s; its foreign "
                          "part %s",
                          who, gvc_say__moved_mark(r, mark, "dig_x_sh", GVC_NUMERAL_SHARE),
                          gvc_say__moved_mark(r, mark, "dig_x_for_sh", GVC_NUMERAL_SHARE));
    gvc_chart__stack(page->doc, &svg, id, grid);
    gvc_page__figure(page,
                     &(gvc_figure){
                         .id = id,
                         .title = title,
                         .what = "Value added of digital sectors, own and foreign, in per cent "
                                 "of gross exports of all sectors (dig_x_dom_sh, dig_x_for_sh).",
                         .measures = "dig_x_sh dig_x_dom_sh dig_x_for_sh",
                         .text = gvc_doc__text(page->doc, "Stacked bars by year. %s.", title),
                         .pictures = { &svg },
                         .grids = { grid } });
}

/* ---- dependence of production on digital inputs ---- */

static void draw_line(gvc_page *page, const char *id, const char *column, const char *noun,
                      const char *what)
{
    gvc_report *r = page->r;
    gvc_grid *grid = gvc_say__series(r, id, what, column, GVC_NUMERAL_SHARE);
    const char *title;

    if (!grid || !gvc_report__has(r, GVC_SCOPE_COUNTRY, column))
        return;
    title = gvc_doc__text(page->doc, "%s: %s %s; %s %s", noun, gvc_report__focus(r),
                          gvc_say__moved_mark(r, GVC_MARK_FOCUS, column, GVC_NUMERAL_SHARE),
                          gvc_report__members(r),
                          gvc_say__moved_mark(r, GVC_MARK_GROUP, column, GVC_NUMERAL_SHARE));
    gvc_page__lines(
        page, &(gvc_figure){
                  .id = id, .title = title, .what = what, .measures = column, .grids = { grid } });
}

/* ---- whose digital value added, of which sector ---- */

static double digital_of(const gvc_report *r, gvc_int c)
{
    double sum = 0;

    for (gvc_int k = 0; k < r->N; k++)
        sum += r->digital[k] * r->origins[c * r->N + k];
    return sum;
}

static gvc_grid *origins_grid(gvc_report *r, gvc_int shown)
{
    gvc_grid *grid = gvc_grid__new(&r->doc, "digital-origins", "Origin of digital value added",
                                   "Country", r->G, 2);
    double total = 0;
    gvc_int rows = 0;

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ "value", "value", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    grid->fields[1] = (gvc_field){ "share", "share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int c = 0; c < r->G; c++)
        if (c != r->focus)
            total += digital_of(r, c);
    for (gvc_int c = 0; c < r->G; c++) {
        if (c == r->focus)
            continue;
        grid->entries[rows] = gvc_report__country_entry(r, c);
        *gvc_grid__at(grid, rows, 0) = digital_of(r, c);
        *gvc_grid__at(grid, rows, 1) = total > 0 ? digital_of(r, c) / total : NAN;
        rows++;
    }
    gvc_grid__cut(grid, rows);
    gvc_grid__sort(grid, 0);
    gvc_grid__cut(grid, shown);
    gvc_report__scale(r, grid);
    return grid;
}

/* The digital sectors of origin, own against foreign. */
static gvc_grid *sectors_grid(gvc_report *r)
{
    gvc_grid *grid =
        gvc_grid__new(&r->doc, "digital-sectors",
                      "Digital value added in exports by sector of origin", "Sector", r->N, 2);
    gvc_int rows = 0;

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ "own", "own", GVC_NUMERAL_MONEY, GVC_MARK_FOCUS };
    grid->fields[1] = (gvc_field){ "foreign", "foreign", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    for (gvc_int k = 0; k < r->N; k++) {
        double foreign = 0;

        if (!(r->digital[k] > 0))
            continue;
        for (gvc_int c = 0; c < r->G; c++)
            if (c != r->focus)
                foreign += r->digital[k] * r->origins[c * r->N + k];
        grid->entries[rows] = gvc_report__sector_entry(r, k);
        *gvc_grid__at(grid, rows, 0) = r->digital[k] * r->origins[r->focus * r->N + k];
        *gvc_grid__at(grid, rows, 1) = foreign;
        rows++;
    }
    gvc_grid__cut(grid, rows);
    gvc_report__scale(r, grid);
    return grid;
}

/* The first country by name: the rest of the world is none. */
static const gvc_entry *source_of(const gvc_grid *grid)
{
    return &grid->entries[grid->rows > 1 && strcmp(grid->entries[0].code, "ROW") == 0];
}

static void draw_origins(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid, *sectors;
    const char *title;

    if (!r->origins || !r->digital)
        return;
    grid = origins_grid(r, 15);
    sectors = sectors_grid(r);
    if (!grid || !sectors || !grid->rows)
        return;
    title = gvc_doc__text(page->doc,
                          "The largest source of foreign digital inputs in the exports of %s is %s "
                          "(%s of the foreign digital value added%s)",
                          gvc_report__focus(r), source_of(grid)->name,
                          gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE,
                                            gvc_grid__get(grid, source_of(grid) - grid->entries, 1),
                                            grid->money),
                          gvc_say__in(r, r->n_years - 1));
    gvc_page__ranked_twice(
        page, &(gvc_figure){
                  .id = "digital-origins",
                  .title = title,
                  .what = gvc_doc__text(page->doc,
                                        "Value added of digital sectors abroad in the exports "
                                        "of %s, by country of origin%s, %s or per cent (origin "
                                        "vbe, summed over the digital sectors). The second "
                                        "table has the sectors.",
                                        gvc_report__focus(r), gvc_say__in(r, r->n_years - 1),
                                        grid->money.name),
                  .measures = "origin_vbe",
                  .grids = { grid, sectors } });
}

/* ---- which sectors use digital inputs most ---- */

static void draw_users(gvc_page *page)
{
    gvc_report *r = page->r;
    const int last = r->n_years - 1;
    gvc_grid *grid =
        gvc_grid__new(page->doc, "digital-users", "Digital inputs by sector", "Sector", r->N, 3);
    const char *title;

    if (!grid || !gvc_report__has(r, GVC_SCOPE_SECTOR, "dig_serv_tot"))
        return;
    grid->fields[0] =
        (gvc_field){ "dig_serv_tot", "digital in all inputs", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "dig_dep_for", "foreign part of them", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] =
        (gvc_field){ "dig_x_sh", "digital in exports", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int k = 0; k < r->N; k++) {
        grid->entries[k] = gvc_report__sector_entry(r, k);
        for (int j = 0; j < 3; j++)
            *gvc_grid__at(grid, k, j) =
                gvc_report__value(r, last, GVC_SCOPE_SECTOR, grid->fields[j].name, r->focus, k);
    }
    gvc_grid__sort(grid, 0);
    gvc_grid__cut(grid, 15);
    title = gvc_doc__text(page->doc,
                          "In %s digital inputs weigh most in %s (%s of all inputs behind its "
                          "output%s)",
                          gvc_report__focus(r), grid->entries[0].name,
                          gvc_grid__text(page->doc, grid, 0, 0), gvc_say__in(r, last));
    gvc_page__ranked(page, 0,
                     &(gvc_figure){ .id = "digital-users",
                                    .title = title,
                                    .what =
                                        "Digital products in per cent of all inputs, direct and "
                                        "indirect (dig_serv_tot, digital servitization); the table "
                                        "adds their foreign part (dig_dep_for). The 15 largest.",
                                    .measures = "dig_serv_tot dig_dep_for dig_x_sh",
                                    .grids = { grid } });
}

void gvc_part__digital(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_page__part(page, "5b", "digital", "Digital inputs in exports and production");
    if (!gvc_report__has(r, GVC_SCOPE_COUNTRY, "dig_x_sh")) {
        gvc_page__say(page, "note",
                      "No set of digital sectors is known for this table: name one with --digital, "
                      "or with gvc attach.");
        return;
    }
    gvc_page__say(page, "lead",
                  gvc_doc__text(page->doc,
                                "Digital sectors: %s. Papers differ in the set; another one is "
                                "another result (--digital).",
                                r->digital_text ? r->digital_text : "those of the table"));
    gvc_page__open_row(page);
    draw_content(page, "digital", GVC_MARK_FOCUS, gvc_report__focus(r));
    draw_content(page, "digital-group", GVC_MARK_GROUP, gvc_report__members(r));
    draw_origins(page);
    draw_users(page);
    draw_line(page, "digital-foreign", "dig_dep_for", "Digital inputs from abroad",
              "Foreign part of all digital inputs behind output, direct and indirect, in per cent "
              "(dig_dep_for).");
    draw_line(page, "digital-share", "dig_serv_tot", "Digital inputs in all inputs",
              "Digital products in per cent of all inputs behind output, direct and indirect "
              "(dig_serv_tot).");
    gvc_page__close_row(page);
}
