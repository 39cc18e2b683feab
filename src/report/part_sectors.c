#include "report/page.h"
#include "report/say.h"

#include <math.h>

/* Indices of a sector. For the group the ratio is taken of the members' summed components, which
 * are named beside it; without components the index is shown for the focus only. */
static const struct {
    const char *column, *title, *over, *under;
    gvc_numeral form;
} indices[] = {
    { "gexp", "exports", NULL, NULL, GVC_NUMERAL_MONEY },
    { "fv_sh", "backward (fv_sh)", "fv", "gexp", GVC_NUMERAL_SHARE },
    { "gvct", "GVC trade (gvct)", "gvc_trade", "gexp", GVC_NUMERAL_SHARE },
    { "gvcpt_f", "forward (gvcpt_f)", "v_gvc", "v_total", GVC_NUMERAL_SHARE },
    { "gvcpt_b", "backward (gvcpt_b)", "y_gvc", "y_total", GVC_NUMERAL_SHARE },
    { "pos_kpww", "position (pos_kpww)", NULL, NULL, GVC_NUMERAL_INDEX },
    { "up", "upstream (up)", "xup", "gout", GVC_NUMERAL_STAGE },
    { "down", "downstream (down)", "xdown", "gout", GVC_NUMERAL_STAGE },
    { "rca", "RCA gross (rca)", NULL, NULL, GVC_NUMERAL_STAGE },
    { "nrca_l", "RCA value added (nrca_l)", NULL, NULL, GVC_NUMERAL_STAGE },
    { "dig_x_sh", "digital (dig_x_sh)", NULL, NULL, GVC_NUMERAL_SHARE },
};
enum { INDICES = sizeof indices / sizeof indices[0] };

static double group_value(const gvc_report *r, int year, int i, gvc_int k)
{
    double under;

    if (!indices[i].over)
        return i == 0 ? gvc_report__members_sector(r, year, indices[i].column, k) : NAN;
    under = gvc_report__members_sector(r, year, indices[i].under, k);
    return under > 0 ? gvc_report__members_sector(r, year, indices[i].over, k) / under : NAN;
}

static gvc_grid *sectors_grid(gvc_report *r, const char *name, int is_group)
{
    const int last = r->n_years - 1;
    gvc_grid *grid =
        gvc_grid__new(&r->doc, name,
                      gvc_doc__text(&r->doc, "Sectors of %s%s",
                                    is_group ? gvc_report__members(r) : gvc_report__focus(r),
                                    gvc_say__in(r, last)),
                      "Sector", r->N, INDICES);
    gvc_int cols = 0;

    if (!grid)
        return NULL;
    for (int i = 0; i < INDICES; i++) {
        if (!gvc_report__has(r, GVC_SCOPE_SECTOR, indices[i].column) ||
            (is_group && i > 0 && !indices[i].over))
            continue;
        grid->fields[cols] =
            (gvc_field){ indices[i].column, indices[i].title, indices[i].form, GVC_MARK_OTHER };
        for (gvc_int k = 0; k < r->N; k++)
            grid->cells[k * INDICES + cols] =
                is_group
                    ? group_value(r, last, i, k)
                    : gvc_report__value(r, last, GVC_SCOPE_SECTOR, indices[i].column, r->focus, k);
        cols++;
    }
    for (gvc_int k = 0; k < r->N; k++) {
        grid->entries[k] = gvc_report__sector_entry(r, k);
        for (gvc_int j = 0; j < cols; j++)
            grid->cells[k * cols + j] = grid->cells[k * INDICES + j];
    }
    grid->cols = cols;
    grid->is_heat = 1;
    gvc_report__scale(r, grid);
    gvc_grid__sort(grid, 0);
    return grid;
}

/* Among the sectors that export a hundredth of the total or more: the most and the least involved.
 */
static const char *finding(gvc_report *r, const gvc_grid *grid, const char *who)
{
    double total = 0;
    gvc_int most = -1, least = -1, col = 1;

    for (gvc_int i = 0; i < grid->rows; i++)
        total += isnan(gvc_grid__get(grid, i, 0)) ? 0 : gvc_grid__get(grid, i, 0);
    while (col + 1 < grid->cols && grid->fields[col].name[0] != 'g')
        col++;
    for (gvc_int i = 0; i < grid->rows; i++) {
        const double v = gvc_grid__get(grid, i, col);

        if (isnan(v) || !(gvc_grid__get(grid, i, 0) >= 0.01 * total))
            continue;
        most = most < 0 || v > gvc_grid__get(grid, most, col) ? i : most;
        least = least < 0 || v < gvc_grid__get(grid, least, col) ? i : least;
    }
    if (most < 0 || most == least)
        return gvc_doc__text(&r->doc, "Sectors of %s", who);
    return gvc_doc__text(&r->doc,
                         "Among the larger export sectors of %s, %s takes most part in GVC trade "
                         "(%s), %s least (%s)",
                         who, grid->entries[most].name, gvc_grid__text(&r->doc, grid, most, col),
                         grid->entries[least].name, gvc_grid__text(&r->doc, grid, least, col));
}

static void draw(gvc_page *page, const char *id, int is_group)
{
    gvc_report *r = page->r;
    gvc_grid *grid = sectors_grid(r, id, is_group);
    const char *who = is_group ? gvc_report__members(r) : gvc_report__focus(r), *title;
    gvc_svg svg;

    if (!grid || !grid->cols)
        return;
    title = finding(r, grid, who);
    gvc_chart__heat(page->doc, &svg, id, grid);
    gvc_page__figure(
        page,
        &(gvc_figure){
            .id = id,
            .title = title,
            .what =
                gvc_doc__text(page->doc,
                              "Indices by sector%s, largest exporter first; exports in %s, "
                              "shares in per cent. Each column is shaded from its lowest to its "
                              "highest value. Mind what a sector means: fv_sh and gvct describe "
                              "what is exported, gvcpt_f where value added originates, gvcpt_b "
                              "what is finished.%s",
                              gvc_say__in(r, r->n_years - 1), grid->money.name,
                              is_group ? " Ratios of the members' summed components." : ""),
            .measures = "gexp fv_sh gvct gvcpt_f gvcpt_b pos_kpww up down rca nrca_l dig_x_sh",
            .text = gvc_doc__text(page->doc, "Table of numbers on shaded cells. %s.", title),
            .pictures = { &svg },
            .grids = { grid },
            .is_wide = 1 });
}

/* ---- what moved since the first year ---- */

static gvc_grid *moves_grid(gvc_report *r, const char *column)
{
    const int last = r->n_years - 1;
    gvc_grid *grid =
        gvc_grid__new(&r->doc, "sector-moves", "Change of GVC trade by sector", "Sector", r->N, 3);
    double total = 0;
    gvc_int rows = 0;

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ "change", "change, points", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[1] =
        (gvc_field){ "first", gvc_report__year(r, 0), GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] =
        (gvc_field){ "last", gvc_report__year(r, last), GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int k = 0; k < r->N; k++) {
        const double e = gvc_report__value(r, last, GVC_SCOPE_SECTOR, "gexp", r->focus, k);

        total += isnan(e) ? 0 : e;
    }
    for (gvc_int k = 0; k < r->N; k++) {
        const double a = gvc_report__value(r, 0, GVC_SCOPE_SECTOR, column, r->focus, k);
        const double b = gvc_report__value(r, last, GVC_SCOPE_SECTOR, column, r->focus, k);

        if (isnan(a) || isnan(b) ||
            !(gvc_report__value(r, last, GVC_SCOPE_SECTOR, "gexp", r->focus, k) >= 0.01 * total))
            continue;
        grid->entries[rows] = gvc_report__sector_entry(r, k);
        *gvc_grid__at(grid, rows, 0) = b - a;
        *gvc_grid__at(grid, rows, 1) = a;
        *gvc_grid__at(grid, rows, 2) = b;
        rows++;
    }
    gvc_grid__cut(grid, rows);
    gvc_grid__sort(grid, 0);
    return grid;
}

static void draw_moves(gvc_page *page, const char *column)
{
    gvc_report *r = page->r;
    gvc_grid *grid = r->n_years > 1 ? moves_grid(r, column) : NULL;
    gvc_int up = 0, down = 0;
    const char *title;
    gvc_svg svg;

    if (!grid || !grid->rows)
        return;
    for (gvc_int i = 0; i < grid->rows; i++) {
        const int side =
            gvc_numeral__compare(GVC_NUMERAL_SHARE, gvc_grid__get(grid, i, 0), 0, grid->money);

        up += side > 0;
        down += side < 0;
    }
    title =
        gvc_doc__text(page->doc,
                      "Since %s GVC trade has grown in %lld of the %lld larger export sectors of "
                      "%s and shrunk in %lld",
                      gvc_report__year(r, 0), (long long)up, (long long)grid->rows,
                      gvc_report__focus(r), (long long)down);
    gvc_chart__ranked(page->doc, &svg, "sector-moves", grid, 0);
    gvc_page__figure(page, &(gvc_figure){
                               .id = "sector-moves",
                               .title = title,
                               .what = gvc_doc__text(page->doc,
                                                     "Change of the share of GVC-related trade in "
                                                     "gross exports (%s), points of per cent, %s; "
                                                     "sectors with a hundredth of exports or more.",
                                                     column, gvc_say__span(r)),
                               .measures = column,
                               .text = gvc_doc__text(page->doc, "Bars by sector. %s.", title),
                               .pictures = { &svg },
                               .grids = { grid } });
}

/* ---- whose value added the exports hold, by sector of origin ---- */

static gvc_grid *content_grid(gvc_report *r)
{
    gvc_grid *grid =
        gvc_grid__new(&r->doc, "sector-content", "Value added in exports by sector of origin",
                      "Sector of origin", r->N, 4);
    double total = 0;

    if (!grid)
        return NULL;
    grid->fields[0] = (gvc_field){ "value", "value", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    grid->fields[1] = (gvc_field){ "share", "share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[2] = (gvc_field){ "foreign", "foreign part", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    grid->fields[3] =
        (gvc_field){ "gexp_share", "share in gross exports", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int i = 0; i < r->G * r->N; i++)
        total += r->origins[i];
    for (gvc_int k = 0; k < r->N; k++) {
        const double own = r->origins[r->focus * r->N + k];
        double all = 0;

        for (gvc_int c = 0; c < r->G; c++)
            all += r->origins[c * r->N + k];
        grid->entries[k] = gvc_report__sector_entry(r, k);
        *gvc_grid__at(grid, k, 0) = all;
        *gvc_grid__at(grid, k, 1) = total > 0 ? all / total : NAN;
        *gvc_grid__at(grid, k, 2) = all > 0 ? 1 - own / all : NAN;
        *gvc_grid__at(grid, k, 3) =
            gvc_report__value(r, r->n_years - 1, GVC_SCOPE_SECTOR, "gexp", r->focus, k) /
            gvc_report__mark(r, r->n_years - 1, GVC_MARK_FOCUS, "gexp");
    }
    gvc_grid__sort(grid, 0);
    gvc_report__scale(r, grid);
    return grid;
}

static void draw_content(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_grid *grid = r->origins ? content_grid(r) : NULL;
    const char *title;

    if (!grid || !(gvc_grid__get(grid, 0, 0) > 0))
        return;
    title =
        gvc_doc__text(page->doc,
                      "The value in the exports of %s is made most in %s: %s of it%s, while its "
                      "products are %s of gross exports",
                      gvc_report__focus(r), grid->entries[0].name,
                      gvc_grid__text(page->doc, grid, 0, 1), gvc_say__in(r, r->n_years - 1),
                      gvc_grid__text(page->doc, grid, 0, 3));
    gvc_grid__cut(grid, 18);
    gvc_page__ranked_twice(
        page,
        &(gvc_figure){ .id = "sector-content",
                       .title = title,
                       .what = gvc_doc__text(page->doc,
                                             "Value added in the exports of %s by the sector in "
                                             "which it originates, at home and abroad%s, %s or per "
                                             "cent (origin vbe): services that stand inside goods "
                                             "show here. The 18 largest.",
                                             gvc_report__focus(r), gvc_say__in(r, r->n_years - 1),
                                             grid->money.name),
                       .measures = "origin_vbe gexp",
                       .grids = { grid } });
}

void gvc_part__sectors(gvc_page *page)
{
    gvc_page__part(page, "6", "sectors", "Sectors");
    gvc_page__open_row(page);
    draw(page, "sectors", 0);
    draw(page, "sectors-group", 1);
    draw_moves(page, gvc_report__has(page->r, GVC_SCOPE_SECTOR, "gvct") ? "gvct" : "fv_sh");
    draw_content(page);
    gvc_page__close_row(page);
}
