#include "report/chart.h"

#include <math.h>

enum { HEIGHT = 330, LEFT = 54, RIGHT = 420, TOP = 28, BOTTOM = 286, POINTS = 48 };

/* Solve the 3 x 3 normal equations a c = b by elimination with row exchange; 0 where singular. */
static int solve(double a[3][4])
{
    for (int k = 0; k < 3; k++) {
        int best = k;

        for (int i = k + 1; i < 3; i++)
            if (fabs(a[i][k]) > fabs(a[best][k]))
                best = i;
        for (int j = 0; j < 4; j++) {
            const double t = a[k][j];

            a[k][j] = a[best][j];
            a[best][j] = t;
        }
        if (fabs(a[k][k]) < 1e-12)
            return 0;
        for (int i = 0; i < 3; i++)
            for (int j = 3; i != k && j >= k; j--)
                a[i][j] -= a[i][k] / a[k][k] * a[k][j];
    }
    return 1;
}

static int is_usable(const gvc_grid *grid, gvc_int i)
{
    return !isnan(gvc_grid__get(grid, i, 0)) && !isnan(gvc_grid__get(grid, i, 1)) &&
           gvc_grid__get(grid, i, 2) > 0;
}

/* x is measured from its weighted mean while solving, so that the powers stay apart. */
double gvc_chart__fit(const gvc_grid *grid, double curve[3])
{
    double a[3][4] = { { 0 } }, weight = 0, mean = 0, level = 0, left = 0, all = 0;
    gvc_int n = 0;

    for (gvc_int i = 0; i < grid->rows; i++)
        if (is_usable(grid, i)) {
            weight += gvc_grid__get(grid, i, 2);
            mean += gvc_grid__get(grid, i, 2) * gvc_grid__get(grid, i, 0);
            level += gvc_grid__get(grid, i, 2) * gvc_grid__get(grid, i, 1);
            n++;
        }
    curve[0] = curve[1] = curve[2] = NAN;
    if (n < 4)
        return NAN;
    mean /= weight;
    level /= weight;
    for (gvc_int i = 0; i < grid->rows; i++) {
        const double x = gvc_grid__get(grid, i, 0) - mean;
        const double power[5] = { 1, x, x * x, x * x * x, x * x * x * x };

        for (int r = 0; is_usable(grid, i) && r < 3; r++) {
            for (int c = 0; c < 3; c++)
                a[r][c] += gvc_grid__get(grid, i, 2) / weight * power[r + c];
            a[r][3] += gvc_grid__get(grid, i, 2) / weight * power[r] * gvc_grid__get(grid, i, 1);
        }
    }
    if (!solve(a))
        return NAN;
    curve[2] = a[2][3] / a[2][2];
    curve[1] = a[1][3] / a[1][1] - 2 * curve[2] * mean;
    curve[0] = a[0][3] / a[0][0] - a[1][3] / a[1][1] * mean + curve[2] * mean * mean;
    for (gvc_int i = 0; i < grid->rows; i++)
        if (is_usable(grid, i)) {
            const double x = gvc_grid__get(grid, i, 0), y = gvc_grid__get(grid, i, 1);

            left +=
                gvc_grid__get(grid, i, 2) * pow(y - curve[0] - curve[1] * x - curve[2] * x * x, 2);
            all += gvc_grid__get(grid, i, 2) * pow(y - level, 2);
        }
    return all > 0 ? 1 - left / all : NAN;
}

static void draw_curve(gvc_svg *svg, const gvc_axis *x, const gvc_axis *y, const double curve[3],
                       double low, double high)
{
    double at_x[POINTS + 1], at_y[POINTS + 1];

    for (int i = 0; i <= POINTS; i++) {
        const double v = low + (high - low) * i / POINTS;

        at_x[i] = gvc_axis__at(x, v);
        at_y[i] =
            fmin(fmax(gvc_axis__at(y, curve[0] + curve[1] * v + curve[2] * v * v), TOP), BOTTOM);
    }
    gvc_svg__path(svg, "line thin world", at_x, at_y, POINTS + 1);
}

/* Names stand on their circles; one that would meet an earlier name is left to the tip. */
static void draw_names(gvc_svg *svg, const gvc_grid *grid, const gvc_axis *x, const gvc_axis *y)
{
    double box[POINTS][3]; /* middle, height, half the width */
    int n = 0;

    for (gvc_int i = 0; i < grid->rows && n < POINTS; i++) {
        const double px = gvc_axis__at(x, gvc_grid__get(grid, i, 0));
        const double py = gvc_axis__at(y, gvc_grid__get(grid, i, 1));
        const double half = 0.45 * gvc_svg__width(grid->entries[i].code);
        int is_free = is_usable(grid, i);

        for (int b = 0; is_free && b < n; b++)
            is_free = fabs(px - box[b][0]) > half + box[b][2] || fabs(py - box[b][1]) > 11;
        if (!is_free)
            continue;
        gvc_svg__text(svg, "name small", px, py + 4, "middle", grid->entries[i].code);
        box[n][0] = px;
        box[n][1] = py;
        box[n++][2] = half;
    }
}

static void draw_points(gvc_svg *svg, const gvc_grid *grid, const gvc_axis *x, const gvc_axis *y)
{
    double largest = 0;

    for (gvc_int i = 0; i < grid->rows; i++)
        largest = fmax(largest, gvc_grid__get(grid, i, 2));
    for (gvc_int i = 0; i < grid->rows; i++) {
        const gvc_entry *e = &grid->entries[i];
        const double px = gvc_axis__at(x, gvc_grid__get(grid, i, 0));
        const double py = gvc_axis__at(y, gvc_grid__get(grid, i, 1));

        if (!is_usable(grid, i))
            continue;
        gvc_svg__open(svg, "m",
                      gvc_doc__text(svg->doc, "%s: %s %s, %s %s, %s %s", e->name,
                                    grid->fields[0].title, gvc_grid__text(svg->doc, grid, i, 0),
                                    grid->fields[1].title, gvc_grid__text(svg->doc, grid, i, 1),
                                    grid->fields[2].title, gvc_grid__text(svg->doc, grid, i, 2)));
        gvc_svg__marker(svg, GVC_MARK_FOCUS, "bubble", px, py,
                        3 + 17 * sqrt(gvc_grid__get(grid, i, 2) / largest));
        gvc_svg__close(svg);
    }
    draw_names(svg, grid, x, y);
}

void gvc_chart__smile(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid,
                      const double curve[3])
{
    double x[2] = { INFINITY, -INFINITY }, y[2] = { INFINITY, -INFINITY };
    gvc_axis ax, ay;

    for (gvc_int i = 0; i < grid->rows; i++) {
        if (!is_usable(grid, i))
            continue;
        x[0] = fmin(x[0], gvc_grid__get(grid, i, 0));
        x[1] = fmax(x[1], gvc_grid__get(grid, i, 0));
        y[0] = fmin(y[0], gvc_grid__get(grid, i, 1));
        y[1] = fmax(y[1], gvc_grid__get(grid, i, 1));
    }
    ax = gvc_axis__new(x[0], x[1], LEFT + 12, RIGHT - 12, 5);
    ay = gvc_axis__new(y[0], y[1], BOTTOM, TOP, 5);
    gvc_svg__begin(doc, svg, id, GVC_CHART_WIDTH, HEIGHT);
    gvc_axis__draw_y(svg, &ay, LEFT, RIGHT, grid->fields[1].form, grid->money);
    gvc_axis__draw_x(svg, &ax, TOP, BOTTOM, grid->fields[0].form, grid->money);
    gvc_svg__label(svg, "axis", (LEFT + RIGHT) / 2.0, BOTTOM + 34, "middle", RIGHT - LEFT,
                   grid->fields[0].title);
    gvc_svg__label(svg, "axis", 4, 12, "start", RIGHT - LEFT, grid->fields[1].title);
    if (!isnan(curve[0]))
        draw_curve(svg, &ax, &ay, curve, x[0], x[1]);
    draw_points(svg, grid, &ax, &ay);
}
