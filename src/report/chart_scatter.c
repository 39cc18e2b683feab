#include "report/chart.h"

#include <math.h>
#include <string.h>

enum { HEIGHT = 400, LEFT = 58, RIGHT = 420, TOP = 26, BOTTOM = 346, NAMES = 64 };

typedef struct scatter {
    gvc_svg *svg;
    gvc_axis x, y;
    double box[NAMES][4]; /* of the names drawn so far */
    int n_boxes;
    const gvc_grid *points;
} scatter;

static void widen(double range[2], double value)
{
    if (isnan(value))
        return;
    range[0] = fmin(range[0], value);
    range[1] = fmax(range[1], value);
}

static void ranges(const gvc_grid *points, const gvc_grid *paths, double x[2], double y[2])
{
    x[0] = y[0] = INFINITY;
    x[1] = y[1] = -INFINITY;
    for (gvc_int i = 0; i < points->rows; i++) {
        if (isnan(gvc_grid__get(points, i, 0)) || isnan(gvc_grid__get(points, i, 1)))
            continue;
        widen(x, gvc_grid__get(points, i, 0));
        widen(y, gvc_grid__get(points, i, 1));
    }
    for (gvc_int i = 0; paths && i < paths->rows; i++)
        for (gvc_int j = 0; j + 1 < paths->cols; j += 2) {
            widen(x, gvc_grid__get(paths, i, j));
            widen(y, gvc_grid__get(paths, i, j + 1));
        }
}

/* How many points a name in that place would cover. */
static int covered(const scatter *s, const double box[4])
{
    int n = 0;

    for (gvc_int i = 0; i < s->points->rows; i++) {
        const double x = gvc_axis__at(&s->x, gvc_grid__get(s->points, i, 0));
        const double y = gvc_axis__at(&s->y, gvc_grid__get(s->points, i, 1));

        n += x > box[0] - 3 && x < box[2] + 3 && y > box[1] - 2 && y < box[3] + 2;
    }
    return n;
}

/* A name is drawn where it meets no other name, right of its point, left, above or below. Names of
 * single countries also keep off the points; the tip of a point without a name still tells it. */
static void draw_name(scatter *s, const gvc_entry *e, double x, double y)
{
    const int is_strong =
        e->mark == GVC_MARK_FOCUS || e->mark == GVC_MARK_GROUP || e->mark == GVC_MARK_WORLD;
    const char *text = is_strong ? e->name : e->code;
    const double w = gvc_svg__width(text) * (is_strong ? 1 : 0.85), h = is_strong ? 13 : 11;
    const double tries[4][2] = {
        { x + 7, y + 4 }, { x - 7 - w, y + 4 }, { x - w / 2, y - 8 }, { x - w / 2, y + 8 + h - 2 }
    };

    for (int t = 0; t < 4 && s->n_boxes < NAMES; t++) {
        const double *p = tries[t];
        int is_free = p[0] > LEFT && p[0] + w < GVC_CHART_WIDTH && p[1] - h > 0 && p[1] < BOTTOM;

        for (int b = 0; is_free && b < s->n_boxes; b++)
            is_free = p[0] > s->box[b][2] || p[0] + w < s->box[b][0] || p[1] - h > s->box[b][3] ||
                      p[1] < s->box[b][1];
        if (!is_free || (!is_strong && covered(s, (double[4]){ p[0], p[1] - h, p[0] + w, p[1] })))
            continue;
        gvc_svg__text(s->svg, is_strong ? "name strong over" : "name small", p[0], p[1], "start",
                      text);
        memcpy(s->box[s->n_boxes++], (double[4]){ p[0], p[1] - h, p[0] + w, p[1] + 2 },
               sizeof s->box[0]);
        return;
    }
}

static void draw_paths(scatter *s, const gvc_grid *paths)
{
    gvc_doc *doc = s->svg->doc;
    double *x = gvc_doc__alloc(doc, 2 * paths->rows, sizeof *x), *y;

    if (!x)
        return;
    y = x + paths->rows;
    for (gvc_int j = 0; j + 1 < paths->cols; j += 2) {
        const gvc_field *f = &paths->fields[j];
        const char *class = gvc_svg__class(f->mark);

        for (gvc_int i = 0; i < paths->rows; i++) {
            x[i] = gvc_axis__at(&s->x, gvc_grid__get(paths, i, j));
            y[i] = gvc_axis__at(&s->y, gvc_grid__get(paths, i, j + 1));
        }
        gvc_svg__path(s->svg, gvc_doc__text(doc, "line thin %s", class), x, y, paths->rows);
        for (gvc_int i = 0; i + 1 < paths->rows; i++) {
            if (isnan(x[i]) || isnan(y[i]))
                continue;
            gvc_svg__open(s->svg, "m",
                          gvc_doc__text(doc, "%s, %s: %s; %s", paths->entries[i].name, f->title,
                                        gvc_grid__text(doc, paths, i, j),
                                        gvc_grid__text(doc, paths, i, j + 1)));
            gvc_svg__marker(s->svg, f->mark, gvc_doc__text(doc, "dot hollow %s", class), x[i], y[i],
                            2.2);
            gvc_svg__close(s->svg);
        }
        if (!isnan(x[0]) && !isnan(y[0]) && paths->rows > 1)
            gvc_svg__text(s->svg, "tick", x[0] + 5, y[0] - 5, "start", paths->entries[0].name);
    }
}

static void draw_points(scatter *s, const gvc_grid *points, int first, int last)
{
    gvc_doc *doc = s->svg->doc;

    for (gvc_int i = 0; i < points->rows; i++) {
        const gvc_entry *e = &points->entries[i];
        const double x = gvc_axis__at(&s->x, gvc_grid__get(points, i, 0));
        const double y = gvc_axis__at(&s->y, gvc_grid__get(points, i, 1));
        const int is_main = e->mark >= GVC_MARK_WORLD;

        if (isnan(x) || isnan(y) || (int)e->mark < first || (int)e->mark > last)
            continue;
        gvc_svg__open(s->svg, "m",
                      gvc_doc__text(doc, "%s: %s %s, %s %s", e->name, points->fields[0].title,
                                    gvc_grid__text(doc, points, i, 0), points->fields[1].title,
                                    gvc_grid__text(doc, points, i, 1)));
        gvc_svg__marker(s->svg, e->mark, gvc_doc__text(doc, "dot %s", gvc_svg__class(e->mark)), x,
                        y, is_main ? 6 : 3.6);
        gvc_svg__close(s->svg);
    }
}

static void draw_names(scatter *s, const gvc_grid *points, int first, int last)
{
    for (int mark = last; mark >= first; mark--)
        for (gvc_int i = 0; i < points->rows; i++) {
            const double x = gvc_axis__at(&s->x, gvc_grid__get(points, i, 0));
            const double y = gvc_axis__at(&s->y, gvc_grid__get(points, i, 1));

            if ((int)points->entries[i].mark == mark && !isnan(x) && !isnan(y))
                draw_name(s, &points->entries[i], x, y);
        }
}

static void draw_legend(gvc_svg *svg)
{
    static const struct {
        gvc_mark mark;
        const char *name;
        double x;
    } items[] = { { GVC_MARK_FOCUS, "focus", 60 },
                  { GVC_MARK_GROUP, "group", 120 },
                  { GVC_MARK_MEMBER, "member", 182 },
                  { GVC_MARK_OTHER, "other", 256 },
                  { GVC_MARK_WORLD, "world", 320 } };

    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        gvc_svg__marker(svg, items[i].mark,
                        gvc_doc__text(svg->doc, "dot %s", gvc_svg__class(items[i].mark)),
                        items[i].x, HEIGHT - 10, 4);
        gvc_svg__text(svg, "tick", items[i].x + 9, HEIGHT - 6, "start", items[i].name);
    }
}

void gvc_chart__scatter(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *points,
                        const gvc_grid *paths)
{
    scatter s = { .svg = svg, .points = points };
    double x[2], y[2];

    ranges(points, paths, x, y);
    s.x = gvc_axis__new(x[0], x[1], LEFT, RIGHT, 5);
    s.y = gvc_axis__new(y[0], y[1], BOTTOM, TOP, 5);
    gvc_svg__begin(doc, svg, id, GVC_CHART_WIDTH, HEIGHT);
    gvc_axis__draw_y(svg, &s.y, LEFT, RIGHT, points->fields[1].form, points->money);
    gvc_axis__draw_x(svg, &s.x, TOP, BOTTOM, points->fields[0].form, points->money);
    gvc_svg__label(svg, "axis", (LEFT + RIGHT) / 2.0, BOTTOM + 32, "middle", RIGHT - LEFT,
                   points->fields[0].title);
    gvc_svg__label(svg, "axis", 4, 12, "start", RIGHT, points->fields[1].title);
    draw_legend(svg);
    draw_points(&s, points, GVC_MARK_OTHER, GVC_MARK_MEMBER);
    if (paths)
        draw_paths(&s, paths);
    draw_points(&s, points, GVC_MARK_WORLD, GVC_MARK_FOCUS);
    draw_names(&s, points, GVC_MARK_OTHER, GVC_MARK_FOCUS);
}
