#include "report/years.h"

#include <math.h>
#include <stdlib.h>

int gvc_years__of(const gvc_grid *grid, gvc_int row)
{
    return atoi(grid->entries[row].code);
}

gvc_years gvc_years__new(const gvc_grid *grid, double left, double right)
{
    gvc_years axis = { left, right, gvc_years__of(grid, 0), 0 };

    axis.last = gvc_years__of(grid, grid->rows - 1);
    return axis;
}

double gvc_years__at(const gvc_years *axis, int year)
{
    if (axis->last == axis->first)
        return (axis->left + axis->right) / 2;
    return axis->left +
           (axis->right - axis->left) * (year - axis->first) / (axis->last - axis->first);
}

void gvc_years__draw(gvc_svg *svg, const gvc_years *axis, const gvc_grid *grid, double y)
{
    const double room = 36, end = gvc_years__at(axis, axis->last);
    double before = -INFINITY;

    for (gvc_int i = 0; i < grid->rows; i++) {
        const double x = gvc_years__at(axis, gvc_years__of(grid, i));
        const int is_last = i + 1 == grid->rows;

        if (!is_last && (x - before < room || end - x < room))
            continue;
        gvc_svg__text(svg, "tick", x, y, "middle", grid->entries[i].name);
        before = x;
    }
}
