#include "report/page.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

/* What a row of the matrix holds about a partner, in the last and the first year. */
enum { VA_TO, VA_TO_SHARE, VA_FROM, VA_FROM_SHARE, IN_EXPORTS, IN_EXPORTS_SHARE, EXPORTS, COLUMNS };

static const gvc_field fields[COLUMNS] = {
    { "vax_to", "absorbed there", GVC_NUMERAL_MONEY, GVC_MARK_OTHER },
    { "vax_to_share", "share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER },
    { "vax_from", "absorbed here", GVC_NUMERAL_MONEY, GVC_MARK_OTHER },
    { "vax_from_share", "share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER },
    { "fv_src", "in exports", GVC_NUMERAL_MONEY, GVC_MARK_OTHER },
    { "fv_src_share", "share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER },
    { "gexp", "gross exports to it", GVC_NUMERAL_MONEY, GVC_MARK_OTHER },
};

static double pair(const gvc_report *r, int year, const char *column, gvc_int from, gvc_int to)
{
    return gvc_report__value(r, year, GVC_SCOPE_PAIR, column, from, to);
}

static void fill(gvc_report *r, const gvc_grid *grid, gvc_int row, int year, gvc_int p)
{
    *gvc_grid__at(grid, row, VA_TO) = pair(r, year, "jn_vax", r->focus, p);
    *gvc_grid__at(grid, row, VA_FROM) = pair(r, year, "jn_vax", p, r->focus);
    *gvc_grid__at(grid, row, IN_EXPORTS) = pair(r, year, "fv_src", r->focus, p);
    *gvc_grid__at(grid, row, EXPORTS) = pair(r, year, "gexp", r->focus, p);
}

/* The members together: their columns added up. */
static void fill_group(gvc_report *r, const gvc_grid *grid, gvc_int row, int year)
{
    *gvc_grid__at(grid, row, VA_TO) = gvc_report__members_from(r, year, "jn_vax", r->focus);
    *gvc_grid__at(grid, row, VA_FROM) = gvc_report__members_to(r, year, "jn_vax", r->focus);
    *gvc_grid__at(grid, row, IN_EXPORTS) = gvc_report__members_from(r, year, "fv_src", r->focus);
    *gvc_grid__at(grid, row, EXPORTS) = gvc_report__members_from(r, year, "gexp", r->focus);
}

/* Shares over all partners; sums of the rows of countries. */
static void fill_shares(const gvc_grid *grid, gvc_int countries)
{
    static const int pairs[][2] = { { VA_TO, VA_TO_SHARE },
                                    { VA_FROM, VA_FROM_SHARE },
                                    { IN_EXPORTS, IN_EXPORTS_SHARE } };

    for (size_t s = 0; s < sizeof pairs / sizeof pairs[0]; s++) {
        double sum = 0;

        for (gvc_int i = 0; i < countries; i++)
            if (!isnan(gvc_grid__get(grid, i, pairs[s][0])))
                sum += gvc_grid__get(grid, i, pairs[s][0]);
        for (gvc_int i = 0; sum > 0 && i < grid->rows; i++)
            *gvc_grid__at(grid, i, pairs[s][1]) = gvc_grid__get(grid, i, pairs[s][0]) / sum;
    }
}

static gvc_grid *matrix(gvc_report *r, int year, const char *name)
{
    gvc_grid *grid = gvc_grid__new(&r->doc, name,
                                   gvc_doc__text(&r->doc, "%s and its partners%s",
                                                 gvc_report__focus(r), gvc_say__in(r, year)),
                                   "Partner", r->G, COLUMNS);
    gvc_int rows = 0;

    if (!grid)
        return NULL;
    memcpy(grid->fields, fields, sizeof fields);
    grid->fields[VA_TO].title = gvc_doc__text(&r->doc, "absorbs of %s", gvc_report__focus(r));
    grid->fields[VA_FROM].title = gvc_doc__text(&r->doc, "absorbed by %s", gvc_report__focus(r));
    grid->fields[IN_EXPORTS].title =
        gvc_doc__text(&r->doc, "in exports of %s", gvc_report__focus(r));
    for (gvc_int p = 0; p < r->G; p++) {
        if (p == r->focus)
            continue;
        grid->entries[rows] = gvc_report__country_entry(r, p);
        fill(r, grid, rows++, year, p);
    }
    grid->entries[rows] =
        (gvc_entry){ gvc_report__group(r), gvc_doc__capital(&r->doc, gvc_report__members(r)),
                     GVC_MARK_GROUP };
    fill_group(r, grid, rows, year);
    fill_shares(grid, rows);
    gvc_report__scale(r, grid);
    grid->is_heat = 1;
    return grid;
}

/* A chart of the largest partners by one column of the matrix. */
static gvc_grid *largest(gvc_report *r, int value, int share, const char *name, const char *title)
{
    gvc_grid *grid = matrix(r, r->n_years - 1, name), *cut;
    const gvc_int n = grid ? (grid->rows < 16 ? grid->rows : 16) : 0;

    if (!grid)
        return NULL;
    gvc_grid__sort(grid, value);
    cut = gvc_grid__new(&r->doc, name, title, "Partner", n, 2);
    if (!cut)
        return NULL;
    cut->money = grid->money;
    cut->fields[0] = (gvc_field){ fields[value].name, "value", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    cut->fields[1] = (gvc_field){ fields[share].name, "share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int i = 0; i < n; i++) {
        cut->entries[i] = grid->entries[i];
        if (cut->entries[i].mark == GVC_MARK_GROUP)
            cut->entries[i].name = gvc_doc__text(&r->doc, "%s together", gvc_report__group(r));
        *gvc_grid__at(cut, i, 0) = gvc_grid__get(grid, i, value);
        *gvc_grid__at(cut, i, 1) = gvc_grid__get(grid, i, share);
    }
    return cut;
}

/* The largest single partner, and the group over time. */
static const char *finding(gvc_report *r, int value, int share, const char *says)
{
    gvc_grid *now = matrix(r, r->n_years - 1, "x"), *before = matrix(r, 0, "x");
    const gvc_int group = r->G - 1;
    const gvc_scale none = { 1, "" };
    gvc_int best = -1;

    if (!now || !before)
        return "";
    for (gvc_int i = 0; i < group; i++)
        if (!isnan(gvc_grid__get(now, i, value)) && strcmp(now->entries[i].code, "ROW") != 0 &&
            (best < 0 || gvc_grid__get(now, i, value) > gvc_grid__get(now, best, value)))
            best = i;
    return gvc_doc__text(&r->doc, "%s: %s leads with %s%s; the share of %s %s", says,
                         best < 0 ? "nobody" : now->entries[best].name,
                         best < 0 ? "nothing" : gvc_grid__text(&r->doc, now, best, share),
                         gvc_say__in(r, r->n_years - 1), gvc_report__members(r),
                         gvc_say__moved(r, GVC_NUMERAL_SHARE, gvc_grid__get(before, group, share),
                                        gvc_grid__get(now, group, share), none));
}

static void draw_largest(gvc_page *page, int value, int share, const char *id, const char *says,
                         const char *what, const char *measures)
{
    gvc_report *r = page->r;
    gvc_grid *grid = largest(r, value, share, id, what);
    const char *title = finding(r, value, share, says);

    if (!grid)
        return;
    gvc_page__ranked_twice(page,
                           &(gvc_figure){ .id = id,
                                          .title = title,
                                          .what = gvc_doc__text(page->doc,
                                                                "%s, %s or per cent%s. "
                                                                "The 15 largest and the "
                                                                "group.",
                                                                what, grid->money.name,
                                                                gvc_say__in(r, r->n_years - 1)),
                                          .measures = measures,
                                          .grids = { grid } });
}

static void draw_matrix(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *now = matrix(r, r->n_years - 1, "partners");
    gvc_grid *before = r->n_years > 1 ? matrix(r, 0, "partners-first") : NULL;
    const char *who = gvc_report__focus(r);

    if (!now)
        return;
    gvc_page__figure(
        page,
        &(gvc_figure){
            .id = "partners",
            .title = gvc_doc__text(page->doc,
                                   "Every partner of %s: where value added goes, where "
                                   "it comes from",
                                   who),
            .what = gvc_doc__text(
                page->doc,
                "Value added of %s that the partner absorbs, the partner's that %s absorbs (jn vax), "
                "and the partner's in the exports of %s (fv_src), in %s and per cent of all "
                "partners. A square marks members. Headings sort.",
                who, who, who, now->money.name),
            .measures = "jn_vax fv_src gexp",
            .grids = { now, before },
            .is_wide = 1,
            .shows_grid = 1 });
}

void gvc_part__partners(gvc_page *page)
{
    gvc_report *r = page->r;
    const char *who = gvc_report__focus(r);

    gvc_page__part(page, "7", "partners", "Partners: origin and absorption of value added");
    if (!gvc_report__has(r, GVC_SCOPE_PAIR, "jn_vax"))
        return;
    gvc_page__open_row(page);
    draw_largest(page, VA_TO, VA_TO_SHARE, "absorbers",
                 gvc_doc__text(page->doc, "Who absorbs the value added of %s", who),
                 gvc_doc__text(page->doc,
                               "Value added of %s by the country that absorbs it in the "
                               "end (jn vax)",
                               who),
                 "jn_vax");
    draw_largest(page, IN_EXPORTS, IN_EXPORTS_SHARE, "sources",
                 gvc_doc__text(page->doc, "Whose value added stands in the exports of %s", who),
                 gvc_doc__text(page->doc,
                               "Foreign value added in the exports of %s by its origin "
                               "(fv_src)",
                               who),
                 "fv_src");
    draw_matrix(page);
    gvc_page__close_row(page);
}
