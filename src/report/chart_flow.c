#include "report/chart.h"

#include <math.h>

enum { HEIGHT = 420, TOP = 30, BOTTOM = 408, GAP = 7, BAR = 12, NODES = 24, WIDTH = 640 };

/* Left edges of the three columns of nodes. */
static const double at[3] = { 150, 322, 478 };

/* Where the nodes of a column stand, and how much of each is taken on either side. */
typedef struct column {
    double size[NODES], y[NODES], in[NODES], out[NODES];
} column;

static double weight(double value)
{
    return value > 0 ? value : 0;
}

static void measure(const gvc_flow *flow, column columns[3])
{
    for (gvc_int i = 0; i < flow->n[0]; i++)
        for (gvc_int j = 0; j < flow->n[1]; j++) {
            columns[0].size[i] += weight(flow->first[i * flow->n[1] + j]);
            columns[1].size[j] += weight(flow->first[i * flow->n[1] + j]);
        }
    for (gvc_int j = 0; j < flow->n[1]; j++)
        for (gvc_int k = 0; k < flow->n[2]; k++)
            columns[2].size[k] += weight(flow->second[j * flow->n[2] + k]);
}

/* One scale for all three columns, so that widths compare. */
static double place(const gvc_flow *flow, column columns[3])
{
    double total = 0, scale;
    gvc_int most = 0;

    for (gvc_int i = 0; i < flow->n[0]; i++)
        total += columns[0].size[i];
    for (int c = 0; c < 3; c++)
        most = flow->n[c] > most ? flow->n[c] : most;
    if (!(total > 0))
        return 0;
    scale = (BOTTOM - TOP - GAP * (double)(most - 1)) / total;
    for (int c = 0; c < 3; c++) {
        double y = TOP + GAP * (double)(most - flow->n[c]) / 2;

        for (gvc_int i = 0; i < flow->n[c]; i++) {
            columns[c].y[i] = columns[c].in[i] = columns[c].out[i] = y;
            y += columns[c].size[i] * scale + GAP;
        }
    }
    return scale;
}

static void draw_band(gvc_svg *svg, const char *class, const char *tip, double x1, double y1,
                      double x2, double y2, double h)
{
    const double mid = (x1 + x2) / 2;
    const double p[][2] = { { x1, y1 },     { mid, y1 },     { mid, y2 },     { x2, y2 },
                            { x2, y2 + h }, { mid, y2 + h }, { mid, y1 + h }, { x1, y1 + h } };
    static const char *const letters[] = { "M", "C", " ", " ", "L", "C", " ", " " };

    gvc_svg__open(svg, "m", tip);
    gvc_doc__html(svg->doc, &svg->body, "<path class=\"$\" d=\"", class);
    for (int i = 0; i < 8; i++) {
        gvc_doc__raw(svg->doc, &svg->body, letters[i]);
        gvc_doc__coord(svg->doc, &svg->body, p[i][0]);
        gvc_doc__raw(svg->doc, &svg->body, " ");
        gvc_doc__coord(svg->doc, &svg->body, p[i][1]);
    }
    gvc_doc__raw(svg->doc, &svg->body, "Z\"/>");
    gvc_svg__close(svg);
}

static void draw_bands(gvc_svg *svg, const gvc_flow *flow, column columns[3], int c, double scale)
{
    const double *cells = c == 0 ? flow->first : flow->second;

    for (gvc_int i = 0; i < flow->n[c]; i++)
        for (gvc_int j = 0; j < flow->n[c + 1]; j++) {
            const double v = weight(cells[i * flow->n[c + 1] + j]), h = v * scale;
            const gvc_entry *a = &flow->nodes[c][i], *b = &flow->nodes[c + 1][j];
            /* Members of the group are told from others by colour and by their pattern. */
            const gvc_mark mark = c == 0 ? b->mark : a->mark;

            if (h < 0.15) {
                columns[c].out[i] += h;
                columns[c + 1].in[j] += h;
                continue;
            }
            draw_band(svg, gvc_doc__text(svg->doc, "band %s", gvc_svg__class(mark)),
                      gvc_doc__text(svg->doc, "%s to %s: %s", a->name, b->name,
                                    gvc_numeral__text(svg->doc, GVC_NUMERAL_MONEY, v, flow->money)),
                      at[c] + BAR, columns[c].out[i], at[c + 1], columns[c + 1].in[j], h);
            columns[c].out[i] += h;
            columns[c + 1].in[j] += h;
        }
}

static void draw_nodes(gvc_svg *svg, const gvc_flow *flow, const column *nodes, int c, double scale)
{
    for (gvc_int i = 0; i < flow->n[c]; i++) {
        const gvc_entry *e = &flow->nodes[c][i];
        const double h = nodes->size[i] * scale, y = nodes->y[i];
        const double x = c == 0 ? at[0] - 6 : at[c] + BAR + 5;
        const double room = c == 0 ? at[0] - 8 : c == 1 ? 136 : WIDTH - x;

        gvc_svg__open(svg, "m",
                      gvc_doc__text(svg->doc, "%s: %s", e->name,
                                    gvc_numeral__text(svg->doc, GVC_NUMERAL_MONEY, nodes->size[i],
                                                      flow->money)));
        gvc_svg__rect(svg, gvc_doc__text(svg->doc, "node %s", gvc_svg__class(e->mark)), at[c], y,
                      BAR, fmax(h, 0.8));
        gvc_svg__close(svg);
        if (h + GAP >= 9)
            gvc_svg__label(svg, "name small over", x, y + h / 2 + 4, c == 0 ? "end" : "start", room,
                           e->name);
    }
}

void gvc_chart__flow(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_flow *flow)
{
    column columns[3] = { { { 0 }, { 0 }, { 0 }, { 0 } } };
    double scale;

    gvc_svg__begin(doc, svg, id, WIDTH, HEIGHT);
    for (int c = 0; c < 3; c++)
        if (flow->n[c] > NODES)
            return;
    measure(flow, columns);
    scale = place(flow, columns);
    for (int c = 0; c < 3; c++)
        gvc_svg__text(svg, "axis", c == 0 ? at[0] + BAR : at[c], 14, c == 0 ? "end" : "start",
                      flow->heads[c]);
    if (!(scale > 0))
        return;
    draw_bands(svg, flow, columns, 0, scale);
    draw_bands(svg, flow, columns, 1, scale);
    for (int c = 0; c < 3; c++)
        draw_nodes(svg, flow, &columns[c], c, scale);
}
