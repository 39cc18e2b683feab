#include "report/chart.h"
#include "report/years.h"

#include <math.h>

enum { HEIGHT = 330, LEFT = 54, RIGHT = 432, BOTTOM = 300, PARTS = 8, ROW = 18 };

/* Swatches and names from left to right, wrapped; returns where the plot may begin. */
static double draw_legend(gvc_svg *svg, const gvc_grid *grid)
{
    double x = 4, y = 14;

    for (gvc_int j = 0; j < grid->cols; j++) {
        const double width = 22 + gvc_svg__width(grid->fields[j].title) + 12;

        if (x > 4 && x + width > GVC_CHART_WIDTH) {
            x = 4;
            y += ROW;
        }
        gvc_svg__rect(svg, gvc_doc__text(svg->doc, "p%d", (int)(j % PARTS)), x, y - 10, 14, 11);
        gvc_svg__rect(svg, gvc_doc__text(svg->doc, "h%d", (int)(j % PARTS)), x, y - 10, 14, 11);
        gvc_svg__text(svg, "legend", x + 19, y, "start", grid->fields[j].title);
        x += width;
    }
    return y + 16;
}

static gvc_axis value_axis(const gvc_grid *grid, double top)
{
    double low = 0, high = 0;

    for (gvc_int i = 0; i < grid->rows; i++) {
        double up = 0, down = 0;

        for (gvc_int j = 0; j < grid->cols; j++) {
            const double v = gvc_grid__get(grid, i, j);

            up += v > 0 ? v : 0;
            down += v < 0 ? v : 0;
        }
        high = fmax(high, up);
        low = fmin(low, down);
    }
    /* Rounding dust below zero deserves no part of the axis, and neither does a sum of shares
     * that ends a hair above one. */
    if (low > -0.004 * high)
        low = 0;
    if (grid->fields[0].form == GVC_NUMERAL_SHARE && high < 1.004 && high > 0.98)
        high = 1;
    return gvc_axis__new(low, high, BOTTOM, top, 5);
}

static void draw_part(gvc_svg *svg, const gvc_grid *grid, const gvc_axis *axis, gvc_int row,
                      gvc_int col, double x, double width, double from, double to)
{
    const double a = gvc_axis__at(axis, from), b = gvc_axis__at(axis, to);

    gvc_svg__open(svg, "m",
                  gvc_doc__text(svg->doc, "%s, %s: %s", grid->fields[col].title,
                                grid->entries[row].name, gvc_grid__text(svg->doc, grid, row, col)));
    gvc_svg__rect(svg, gvc_doc__text(svg->doc, "p%d", (int)(col % PARTS)), x, fmin(a, b), width,
                  fabs(a - b));
    gvc_svg__rect(svg, gvc_doc__text(svg->doc, "h%d", (int)(col % PARTS)), x, fmin(a, b), width,
                  fabs(a - b));
    gvc_svg__close(svg);
}

static void draw_bar(gvc_svg *svg, const gvc_grid *grid, const gvc_axis *axis, gvc_int row,
                     double x, double width)
{
    double up = 0, down = 0;

    for (gvc_int j = 0; j < grid->cols; j++) {
        const double v = gvc_grid__get(grid, row, j);
        double *base = v < 0 ? &down : &up;

        if (isnan(v) || v == 0)
            continue;
        draw_part(svg, grid, axis, row, j, x, width, *base, *base + v);
        *base += v;
    }
}

static double bar_width(const gvc_grid *grid, const gvc_years *years)
{
    double width = 60;

    for (gvc_int i = 1; i < grid->rows; i++) {
        const double gap = gvc_years__at(years, gvc_years__of(grid, i)) -
                           gvc_years__at(years, gvc_years__of(grid, i - 1));

        width = fmin(width, 0.82 * gap);
    }
    return width;
}

void gvc_chart__stack(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid)
{
    gvc_years years = gvc_years__new(grid, LEFT + 16, RIGHT - 16);
    const double width = bar_width(grid, &years);
    gvc_axis axis;

    gvc_svg__begin(doc, svg, id, GVC_CHART_WIDTH, HEIGHT);
    axis = value_axis(grid, draw_legend(svg, grid));
    gvc_axis__draw_y(svg, &axis, LEFT, RIGHT, grid->fields[0].form, grid->money);
    gvc_years__draw(svg, &years, grid, BOTTOM + 18);
    for (gvc_int i = 0; i < grid->rows; i++)
        draw_bar(svg, grid, &axis, i, gvc_years__at(&years, gvc_years__of(grid, i)) - width / 2,
                 width);
}
