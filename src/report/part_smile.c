#include "report/page.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

enum { TOP = 16, CHAIN = 20 };

/* A curve that explains less than this part of the variance is none. */
static const double WEAK = 0.25;

/* The largest sectors by own value added in exports: position, value-added share, size. */
static gvc_grid *smile_grid(gvc_report *r, int year, const char *name)
{
    gvc_grid *grid =
        gvc_grid__new(&r->doc, name, gvc_doc__text(&r->doc, "Sectors%s", gvc_say__in(r, year)),
                      "Sector", r->N, 3);

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ "up", "stages to final use (up): right is upstream",
                                   GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "vago", "value added per output (vago)", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] =
        (gvc_field){ "dvx", "own value added in exports", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    for (gvc_int k = 0; k < r->N; k++) {
        grid->entries[k] = gvc_report__sector_entry(r, k);
        for (int j = 0; j < 3; j++)
            *gvc_grid__at(grid, k, j) =
                gvc_report__value(r, year, GVC_SCOPE_SECTOR, grid->fields[j].name, r->focus, k);
    }
    gvc_grid__sort(grid, 2);
    gvc_grid__cut(grid, TOP);
    gvc_report__scale(r, grid);
    return grid;
}

/* A bend counts only where the curve explains something and its lowest or highest point lies among
 * the sectors. */
static const char *shape_of(const gvc_grid *grid, const double curve[3], double fit)
{
    const double turn = -curve[1] / (2 * curve[2]);
    double low = INFINITY, high = -INFINITY;

    for (gvc_int i = 0; i < grid->rows; i++) {
        low = fmin(low, gvc_grid__get(grid, i, 0));
        high = fmax(high, gvc_grid__get(grid, i, 0));
    }
    if (isnan(fit))
        return "too few sectors for a curve";
    if (fit < WEAK)
        return "value added does not follow position";
    if (turn > low && turn < high)
        return curve[2] > 0 ? "value added is highest at the ends: a smile"
                            : "value added is highest in the middle: no smile";
    return curve[1] + 2 * curve[2] * (low + high) / 2 > 0
               ? "value added rises with the distance to final use: no smile"
               : "value added falls with the distance to final use: no smile";
}

static void draw(gvc_page *page, int year, const char *id)
{
    gvc_report *r = page->r;
    gvc_grid *grid = smile_grid(r, year, id);
    const gvc_scale none = { 1, "" };
    const char *title;
    double curve[3], fit;
    gvc_svg svg;

    if (!grid)
        return;
    fit = gvc_chart__fit(grid, curve);
    title = gvc_doc__text(page->doc, "%s%s: %s", gvc_report__focus(r), gvc_say__in(r, year),
                          shape_of(grid, curve, fit));
    gvc_chart__smile(page->doc, &svg, id, grid, curve);
    gvc_page__figure(
        page,
        &(gvc_figure){
            .id = id,
            .title = title,
            .what = gvc_doc__text(
                page->doc,
                "The %lld sectors with most own value added in exports (area; dvx): share of value "
                "added in output (vago) against upstreamness (up). The dotted line is the weighted "
                "least-squares parabola%s%s%s.",
                (long long)grid->rows, isnan(fit) ? "" : ", which explains ",
                isnan(fit) ? "" : gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE, fit, none),
                isnan(fit) ? "" : " of the variance"),
            .measures = "up vago dvx",
            .text = gvc_doc__text(page->doc, "Circles with a curve. %s.", title),
            .pictures = { &svg },
            .grids = { grid } });
}

/* ---- the chain behind the largest export sector ---- */

static gvc_int largest_sector(const gvc_report *r)
{
    const int last = r->n_years - 1;
    gvc_int best = 0;

    for (gvc_int k = 1; k < r->N; k++)
        if (gvc_report__value(r, last, GVC_SCOPE_SECTOR, "gexp", r->focus, k) >
            gvc_report__value(r, last, GVC_SCOPE_SECTOR, "gexp", r->focus, best))
            best = k;
    return best;
}

/* Every country-sector that adds value to the exports of sector `chain`: where it stands, how much
 * of its output is value added, how much it adds. */
static gvc_grid *chain_grid(gvc_report *r, gvc_int chain)
{
    const gvc_int n = r->G * r->N;
    gvc_grid *grid = gvc_grid__new(&r->doc, "smile-chain", "Country-sectors of the chain",
                                   "Country and sector", n, 3);

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ "up", "stages to final use (up): right is upstream",
                                   GVC_NUMERAL_STAGE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "vago", "value added per output (vago)", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] =
        (gvc_field){ "vbe", "value added in the chain", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    for (gvc_int i = 0; i < n; i++) {
        const gvc_int c = i / r->N, k = i % r->N;
        const char *country = gvc_labels_code(gvc_edition_countries(r->edition), c);
        const char *sector = gvc_labels_code(gvc_edition_sectors(r->edition), k);

        grid->entries[i] = (gvc_entry){ gvc_doc__text(&r->doc, "%s %s", country, sector),
                                        gvc_doc__text(&r->doc, "%s, %s", gvc_report__country(r, c),
                                                      gvc_report__sector(r, k)),
                                        gvc_report__mark_of(r, c) };
        *gvc_grid__at(grid, i, 2) = r->chains[chain * n + i];
    }
    gvc_grid__sort(grid, 2);
    gvc_grid__cut(grid, CHAIN);
    gvc_report__scale(r, grid);
    return grid;
}

static void place_chain(gvc_report *r, const gvc_grid *grid)
{
    const int last = r->n_years - 1;

    for (gvc_int i = 0; i < grid->rows; i++) {
        const char *code = grid->entries[i].code, *space = strchr(code, ' ');
        const gvc_int k = gvc_labels_find(gvc_edition_sectors(r->edition), space + 1);
        const gvc_int c =
            gvc_labels_find(gvc_edition_countries(r->edition),
                            gvc_doc__text(&r->doc, "%.*s", (int)(space - code), code));

        *gvc_grid__at(grid, i, 0) = gvc_report__value(r, last, GVC_SCOPE_SECTOR, "up", c, k);
        *gvc_grid__at(grid, i, 1) = gvc_report__value(r, last, GVC_SCOPE_SECTOR, "vago", c, k);
    }
}

static void draw_chain(gvc_page *page)
{
    gvc_report *r = page->r;
    const gvc_int chain = largest_sector(r);
    gvc_grid *grid = chain_grid(r, chain);
    const gvc_scale none = { 1, "" };
    const char *title;
    double curve[3], fit;
    gvc_svg svg;

    if (!grid || !grid->rows)
        return;
    place_chain(r, grid);
    fit = gvc_chart__fit(grid, curve);
    title = gvc_doc__text(page->doc, "Along the chain of %s exported by %s%s, %s",
                          gvc_report__sector(r, chain), gvc_report__focus(r),
                          gvc_say__in(r, r->n_years - 1), shape_of(grid, curve, fit));
    gvc_chart__smile(page->doc, &svg, "smile-chain", grid, curve);
    gvc_page__figure(
        page,
        &(gvc_figure){
            .id = "smile-chain",
            .title = title,
            .what = gvc_doc__text(
                page->doc,
                "The %lld country-sectors that add most value to these exports (area; origin vbe), "
                "the largest export sector of %s, its own among them: share of value added in their "
                "output (vago) against their upstreamness (up). The weighted parabola explains %s of "
                "the variance.",
                (long long)grid->rows, gvc_report__focus(r),
                gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE, fit, none)),
            .measures = "origin_vbe up vago",
            .text = gvc_doc__text(page->doc, "Circles with a curve. %s.", title),
            .pictures = { &svg },
            .grids = { grid } });
}

void gvc_part__smile(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_page__part(page, "9", "smile", "Smile curve of the largest sectors");
    if (!gvc_report__has(r, GVC_SCOPE_SECTOR, "up") || !gvc_report__has(r, GVC_SCOPE_SECTOR, "dvx"))
        return;
    gvc_page__open_row(page);
    if (r->n_years > 1)
        draw(page, 0, "smile-first");
    draw(page, r->n_years - 1, "smile-last");
    if (r->chains)
        draw_chain(page);
    gvc_page__close_row(page);
}
