#include "report/chart.h"

#include <math.h>

enum { ROW = 22, NAME = 168, TOP = 8, RIGHT = 434 };

typedef struct bars {
    gvc_svg *svg;
    const gvc_grid *grid;
    gvc_int col;
    gvc_axis axis;
} bars;

static bars begin(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid, gvc_int col,
                  double low, double high)
{
    bars b = { svg, grid, col, gvc_axis__new(low, high, NAME + 4, RIGHT - 46, 4) };
    const double bottom = TOP + ROW * (double)grid->rows + 4;

    gvc_svg__begin(doc, svg, id, GVC_CHART_WIDTH, bottom + 24);
    gvc_axis__draw_x(svg, &b.axis, TOP, bottom, grid->fields[col].form, grid->money);
    return b;
}

static void draw_bar(const bars *b, gvc_int row, double from, double to, const char *class)
{
    gvc_doc *doc = b->svg->doc;
    const gvc_entry *e = &b->grid->entries[row];
    const double x1 = gvc_axis__at(&b->axis, fmin(from, to));
    const double x2 = gvc_axis__at(&b->axis, fmax(from, to)), y = TOP + ROW * (double)row;

    gvc_svg__label(b->svg, e->mark == GVC_MARK_OTHER ? "row" : "row strong", NAME - 4, y + 16,
                   "end", NAME - 6, e->name);
    gvc_svg__open(b->svg, "m",
                  gvc_doc__text(doc, "%s: %s", e->name, gvc_grid__text(doc, b->grid, row, b->col)));
    gvc_svg__rect(b->svg, class, x1, y + 4, fmax(x2 - x1, 0.6), ROW - 7);
    if (e->mark == GVC_MARK_MEMBER || e->mark == GVC_MARK_GROUP)
        gvc_svg__rect(b->svg, "h1", x1, y + 4, fmax(x2 - x1, 0.6), ROW - 7);
    gvc_svg__close(b->svg);
    gvc_svg__text(b->svg, "value", x2 + 5, y + 16, "start",
                  gvc_numeral__cell(doc, b->grid->fields[b->col].form,
                                    gvc_grid__get(b->grid, row, b->col), b->grid->money));
}

void gvc_chart__ranked(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid,
                       gvc_int col)
{
    double low = 0, high = 0;
    bars b;

    for (gvc_int i = 0; i < grid->rows; i++) {
        low = fmin(low, gvc_grid__get(grid, i, col));
        high = fmax(high, gvc_grid__get(grid, i, col));
    }
    b = begin(doc, svg, id, grid, col, low, high);
    for (gvc_int i = 0; i < grid->rows; i++)
        if (!isnan(gvc_grid__get(grid, i, col)))
            draw_bar(&b, i, 0, gvc_grid__get(grid, i, col),
                     gvc_doc__text(doc, "bar %s", gvc_svg__class(grid->entries[i].mark)));
}

void gvc_chart__steps(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid, gvc_int col)
{
    double low = 0, high = 0, sum = 0;
    bars b;

    for (gvc_int i = 0; i < grid->rows; i++) {
        sum = i + 1 < grid->rows ? sum + gvc_grid__get(grid, i, col) : gvc_grid__get(grid, i, col);
        low = fmin(low, sum);
        high = fmax(high, sum);
    }
    b = begin(doc, svg, id, grid, col, low, high);
    sum = 0;
    for (gvc_int i = 0; i < grid->rows; i++) {
        const double v = gvc_grid__get(grid, i, col);
        const int is_total = i + 1 == grid->rows;

        draw_bar(&b, i, is_total ? 0 : sum, is_total ? v : sum + v,
                 is_total ? "bar focus" : gvc_doc__text(doc, "p%d", (int)(i % 8)));
        sum += v;
        if (i + 2 < grid->rows)
            gvc_svg__line(svg, "join", gvc_axis__at(&b.axis, sum), TOP + ROW * (double)i + ROW - 3,
                          gvc_axis__at(&b.axis, sum), TOP + ROW * (double)(i + 1) + 4);
    }
}
