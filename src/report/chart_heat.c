#include "report/chart.h"

#include <math.h>

enum { NAME = 214, ROW = 20, HEAD = 112, CELL_MIN = 52 };

/* Where a value stands between the smallest and the largest of its column, in nine steps. */
static int level_of(const gvc_grid *grid, gvc_int row, gvc_int col)
{
    double low = INFINITY, high = -INFINITY;

    for (gvc_int i = 0; i < grid->rows; i++) {
        low = fmin(low, gvc_grid__get(grid, i, col));
        high = fmax(high, gvc_grid__get(grid, i, col));
    }
    if (!(high > low))
        return 0;
    return (int)lround(8 * (gvc_grid__get(grid, row, col) - low) / (high - low));
}

static void draw_heads(gvc_svg *svg, const gvc_grid *grid, double cell)
{
    for (gvc_int j = 0; j < grid->cols; j++) {
        const double x = NAME + cell * ((double)j + 0.5) + 4;

        gvc_doc__raw(svg->doc, &svg->body, "<g transform=\"translate(");
        gvc_doc__coord(svg->doc, &svg->body, x);
        gvc_doc__raw(svg->doc, &svg->body, " ");
        gvc_doc__coord(svg->doc, &svg->body, HEAD - 8);
        gvc_doc__raw(svg->doc, &svg->body, ") rotate(-38)\">");
        gvc_svg__label(svg, "tick", 0, 0, "start", 152, grid->fields[j].title);
        gvc_svg__close(svg);
    }
}

static void draw_row(gvc_svg *svg, const gvc_grid *grid, gvc_int row, double cell)
{
    const gvc_entry *e = &grid->entries[row];
    const double y = HEAD + ROW * (double)row;

    gvc_svg__label(svg, "row", NAME - 6, y + 14, "end", NAME - 8, e->name);
    for (gvc_int j = 0; j < grid->cols; j++) {
        const double x = NAME + cell * (double)j;

        if (isnan(gvc_grid__get(grid, row, j))) {
            gvc_svg__text(svg, "tick", x + cell / 2, y + 14, "middle", "\xc2\xb7");
            continue;
        }
        gvc_svg__open(svg, "m",
                      gvc_doc__text(svg->doc, "%s, %s: %s", e->name, grid->fields[j].title,
                                    gvc_grid__text(svg->doc, grid, row, j)));
        gvc_svg__rect(svg, gvc_doc__text(svg->doc, "heat s%d", level_of(grid, row, j)), x, y,
                      cell - 1, ROW - 1);
        gvc_svg__text(svg, "cell", x + cell - 6, y + 14, "end",
                      gvc_numeral__cell(svg->doc, grid->fields[j].form, gvc_grid__get(grid, row, j),
                                        grid->money));
        gvc_svg__close(svg);
    }
}

void gvc_chart__heat(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid)
{
    const double cell = fmax(CELL_MIN, (776 - NAME - 112) / fmax(1, (double)grid->cols));

    gvc_svg__begin(doc, svg, id, NAME + cell * (double)grid->cols + 112,
                   HEAD + ROW * (double)grid->rows + 6);
    draw_heads(svg, grid, cell);
    for (gvc_int i = 0; i < grid->rows; i++)
        draw_row(svg, grid, i, cell);
}
