#include "report/svg.h"

#include <math.h>
#include <string.h>

/* A picture wider than this is scrolled on a narrow page, not shrunk; and this on any page. */
enum { BROAD = 520, VAST = 960 };

/* Attributes with a number: name="1.5" */
static void put(gvc_svg *svg, const char *name, double value)
{
    gvc_doc__raw(svg->doc, &svg->body, " ");
    gvc_doc__raw(svg->doc, &svg->body, name);
    gvc_doc__raw(svg->doc, &svg->body, "=\"");
    gvc_doc__coord(svg->doc, &svg->body, value);
    gvc_doc__raw(svg->doc, &svg->body, "\"");
}

static void start(gvc_svg *svg, const char *element, const char *class)
{
    gvc_doc__raw(svg->doc, &svg->body, "<");
    gvc_doc__raw(svg->doc, &svg->body, element);
    if (class)
        gvc_doc__html(svg->doc, &svg->body, " class=\"$\"", class);
}

static void finish(gvc_svg *svg)
{
    gvc_doc__raw(svg->doc, &svg->body, "/>\n");
}

void gvc_svg__begin(gvc_doc *doc, gvc_svg *svg, const char *id, double width, double height)
{
    *svg = (gvc_svg){ .doc = doc, .id = id, .width = width, .height = height };
}

void gvc_svg__end(gvc_svg *svg, gvc_buf *out, const char *title, const char *description)
{
    gvc_doc *doc = svg->doc;
    const char *w = gvc_doc__text(doc, "%.0f", svg->width);
    const char *h = gvc_doc__text(doc, "%.0f", svg->height);

    gvc_doc__html(doc, out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"$\" id=\"c-$\" role=\"img\" "
                  "aria-labelledby=\"c-$-t c-$-d\" viewBox=\"0 0 $ $\" width=\"$\" height=\"$\">\n"
                  "<title id=\"c-$-t\">$</title>\n<desc id=\"c-$-d\">$</desc>\n",
                  svg->width > VAST    ? "chart vast"
                  : svg->width > BROAD ? "chart broad"
                                       : "chart",
                  svg->id, svg->id, svg->id, w, h, w, h, svg->id, title, svg->id, description);
    gvc_doc__raw(doc, out, gvc_buf__text(&svg->body));
    gvc_doc__raw(doc, out, "</svg>\n");
    gvc_buf__free(&svg->body);
}

void gvc_svg__line(gvc_svg *svg, const char *class, double x1, double y1, double x2, double y2)
{
    start(svg, "line", class);
    put(svg, "x1", x1);
    put(svg, "y1", y1);
    put(svg, "x2", x2);
    put(svg, "y2", y2);
    finish(svg);
}

void gvc_svg__rect(gvc_svg *svg, const char *class, double x, double y, double w, double h)
{
    start(svg, "rect", class);
    put(svg, "x", x);
    put(svg, "y", y);
    put(svg, "width", fmax(w, 0));
    put(svg, "height", fmax(h, 0));
    finish(svg);
}

void gvc_svg__text(gvc_svg *svg, const char *class, double x, double y, const char *anchor,
                   const char *text)
{
    start(svg, "text", class);
    put(svg, "x", x);
    put(svg, "y", y);
    if (strcmp(anchor, "start") != 0)
        gvc_doc__html(svg->doc, &svg->body, " text-anchor=\"$\"", anchor);
    gvc_doc__html(svg->doc, &svg->body, ">$</text>\n", text);
}

/* Bytes of the character that begins at `text`. */
static size_t character(const char *text)
{
    size_t n = 1;

    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

double gvc_svg__width(const char *text)
{
    double width = 0;

    for (; *text; text += character(text))
        width += strchr("ijl.,:;'|! ()ftr", *text) ? 4.8
                 : strchr("mwMWGOQ%", *text)       ? 11.6
                 : (unsigned char)*text >= 0xe0    ? 12
                                                   : 8;
    return width;
}

void gvc_svg__label(gvc_svg *svg, const char *class, double x, double y, const char *anchor,
                    double room, const char *text)
{
    char cut[256];
    size_t n = 0;
    double width = 0;

    if (gvc_svg__width(text) <= room) {
        gvc_svg__text(svg, class, x, y, anchor, text);
        return;
    }
    while (text[n] && n + 8 < sizeof cut) {
        const size_t bytes = character(text + n);
        char one[8];

        if (bytes >= sizeof one)
            break;
        memcpy(one, text + n, bytes);
        one[bytes] = 0;
        width += gvc_svg__width(one);
        if (width > room - 9)
            break;
        n += bytes;
    }
    while (n && text[n - 1] == ' ')
        n--;
    memcpy(cut, text, n);
    strcpy(cut + n, "\xe2\x80\xa6");
    gvc_svg__text(svg, class, x, y, anchor, cut);
}

void gvc_svg__open(gvc_svg *svg, const char *class, const char *tip)
{
    gvc_doc__html(svg->doc, &svg->body, "<g class=\"$\"><title>$</title>", class, tip);
}

void gvc_svg__close(gvc_svg *svg)
{
    gvc_doc__raw(svg->doc, &svg->body, "</g>\n");
}

static void polygon(gvc_svg *svg, const char *class, const double (*corner)[2], int n, double x,
                    double y, double size)
{
    start(svg, "polygon", class);
    gvc_doc__raw(svg->doc, &svg->body, " points=\"");
    for (int i = 0; i < n; i++) {
        gvc_doc__raw(svg->doc, &svg->body, i ? " " : "");
        gvc_doc__coord(svg->doc, &svg->body, x + size * corner[i][0]);
        gvc_doc__raw(svg->doc, &svg->body, ",");
        gvc_doc__coord(svg->doc, &svg->body, y + size * corner[i][1]);
    }
    gvc_doc__raw(svg->doc, &svg->body, "\"/>\n");
}

void gvc_svg__marker(gvc_svg *svg, gvc_mark mark, const char *class, double x, double y,
                     double size)
{
    static const double square[][2] = {
        { -0.9, -0.9 }, { 0.9, -0.9 }, { 0.9, 0.9 }, { -0.9, 0.9 }
    };
    static const double triangle[][2] = { { 0, -1.15 }, { 1.1, 0.9 }, { -1.1, 0.9 } };
    static const double diamond[][2] = { { 0, -1.3 }, { 1.1, 0 }, { 0, 1.3 }, { -1.1, 0 } };

    if (mark == GVC_MARK_WORLD) {
        polygon(svg, class, triangle, 3, x, y, size);
    } else if (mark == GVC_MARK_GROUP) {
        polygon(svg, class, diamond, 4, x, y, size);
    } else if (mark == GVC_MARK_MEMBER) {
        polygon(svg, class, square, 4, x, y, size);
    } else {
        start(svg, "circle", class);
        put(svg, "cx", x);
        put(svg, "cy", y);
        put(svg, "r", size);
        finish(svg);
    }
}

void gvc_svg__path(gvc_svg *svg, const char *class, const double *x, const double *y, gvc_int n)
{
    int is_open = 0;

    start(svg, "path", class);
    gvc_doc__raw(svg->doc, &svg->body, " d=\"");
    for (gvc_int i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i])) {
            is_open = 0;
            continue;
        }
        gvc_doc__raw(svg->doc, &svg->body, is_open ? "L" : "M");
        gvc_doc__coord(svg->doc, &svg->body, x[i]);
        gvc_doc__raw(svg->doc, &svg->body, " ");
        gvc_doc__coord(svg->doc, &svg->body, y[i]);
        is_open = 1;
    }
    gvc_doc__raw(svg->doc, &svg->body, "\"/>\n");
}

const char *gvc_svg__class(gvc_mark mark)
{
    static const char *const classes[] = { "other", "member", "world", "group", "focus" };

    return classes[mark];
}
