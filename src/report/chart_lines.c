#include "report/chart.h"
#include "report/years.h"

#include <math.h>

enum { HEIGHT = 262, LEFT = 58, RIGHT = 350, TOP = 14, BOTTOM = 230, SERIES_MAX = 8 };

static gvc_axis value_axis(const gvc_grid *grid)
{
    double low = INFINITY, high = -INFINITY;

    for (gvc_int i = 0; i < grid->rows * grid->cols; i++) {
        low = fmin(low, grid->cells[i]);
        high = fmax(high, grid->cells[i]);
    }
    /* Shares are read from zero where they come near it; an axis that starts elsewhere has no
     * bars to mislead with. */
    if (low > 0 && low < 0.6 * high)
        low = 0;
    return gvc_axis__new(low, high, BOTTOM, TOP, 5);
}

static void draw_series(gvc_svg *svg, const gvc_grid *grid, const gvc_axis *axis,
                        const gvc_years *years, gvc_int col)
{
    gvc_doc *doc = svg->doc;
    const gvc_field *f = &grid->fields[col];
    const char *class = gvc_svg__class(f->mark);
    double *x = gvc_doc__alloc(doc, 2 * grid->rows, sizeof *x), *y;

    if (!x)
        return;
    y = x + grid->rows;
    for (gvc_int i = 0; i < grid->rows; i++) {
        x[i] = gvc_years__at(years, gvc_years__of(grid, i));
        y[i] = gvc_axis__at(axis, gvc_grid__get(grid, i, col));
    }
    gvc_svg__path(svg, gvc_doc__text(doc, "line %s", class), x, y, grid->rows);
    for (gvc_int i = 0; i < grid->rows; i++) {
        if (isnan(y[i]))
            continue;
        gvc_svg__open(svg, "m",
                      gvc_doc__text(doc, "%s, %s: %s", f->title, grid->entries[i].name,
                                    gvc_grid__text(doc, grid, i, col)));
        gvc_svg__marker(svg, f->mark, gvc_doc__text(doc, "dot %s", class), x[i], y[i], 3.4);
        gvc_svg__close(svg);
    }
}

/* Names at the right ends, pushed apart where lines end close together. */
static void draw_names(gvc_svg *svg, const gvc_grid *grid, const gvc_axis *axis)
{
    const gvc_int n = grid->cols < SERIES_MAX ? grid->cols : SERIES_MAX;
    double at[SERIES_MAX];
    gvc_int order[SERIES_MAX], shown = 0;

    for (gvc_int j = 0; j < n; j++) {
        const double y = gvc_axis__at(axis, gvc_grid__get(grid, grid->rows - 1, j));
        gvc_int k = shown;

        if (isnan(y))
            continue;
        for (; k > 0 && at[k - 1] > y; k--) {
            at[k] = at[k - 1];
            order[k] = order[k - 1];
        }
        at[k] = y;
        order[k] = j;
        shown++;
    }
    for (gvc_int k = 1; k < shown; k++)
        at[k] = fmax(at[k], at[k - 1] + 15);
    for (gvc_int k = shown - 1; k >= 0; k--)
        at[k] = fmin(at[k], k + 1 < shown ? at[k + 1] - 15 : BOTTOM + 2);
    for (gvc_int k = 0; k < shown; k++) {
        const gvc_field *f = &grid->fields[order[k]];

        gvc_svg__label(svg, gvc_doc__text(svg->doc, "name %s", gvc_svg__class(f->mark)), RIGHT + 8,
                       at[k] + 4, "start", GVC_CHART_WIDTH - RIGHT - 8, f->title);
    }
}

void gvc_chart__lines(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid)
{
    const gvc_axis axis = value_axis(grid);
    const gvc_years years = gvc_years__new(grid, LEFT + 8, RIGHT - 4);

    gvc_svg__begin(doc, svg, id, GVC_CHART_WIDTH, HEIGHT);
    gvc_axis__draw_y(svg, &axis, LEFT, RIGHT, grid->fields[0].form, grid->money);
    gvc_years__draw(svg, &years, grid, BOTTOM + 18);
    for (gvc_int j = grid->cols - 1; j >= 0; j--)
        draw_series(svg, grid, &axis, &years, j);
    draw_names(svg, grid, &axis);
}
