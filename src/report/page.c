#include "report/page.h"

#include "base/file.h"
#include "report/assets.h"
#include "write/stream.h"

#include <string.h>

void gvc_page__part(gvc_page *page, const char *number, const char *id, const char *heading)
{
    if (page->is_open)
        gvc_doc__raw(page->doc, &page->out, "</section>\n");
    page->is_open = 1;
    gvc_doc__html(page->doc, &page->out,
                  "<section id=\"$\" aria-labelledby=\"h-$\">\n<h2 id=\"h-$\"><span class=\"no\">"
                  "$</span> $</h2>\n",
                  id, id, id, number, heading);
}

void gvc_page__say(gvc_page *page, const char *class, const char *text)
{
    if (*text)
        gvc_doc__html(page->doc, &page->out, "<p class=\"$\">$</p>\n", class, text);
}

void gvc_page__open_row(gvc_page *page)
{
    gvc_doc__raw(page->doc, &page->out, "<div class=\"figures\">\n");
}

void gvc_page__close_row(gvc_page *page)
{
    gvc_doc__raw(page->doc, &page->out, "</div>\n");
}

/* ---- figures ---- */

static void write_switches(gvc_page *page, const gvc_figure *f)
{
    for (int i = 0; i < GVC_PICTURES_MAX && f->pictures[i]; i++) {
        const char *n = i ? "2" : "1";

        gvc_doc__html(page->doc, &page->out,
                      "<input type=\"radio\" name=\"u-$\" id=\"u-$-$\" class=\"u$\"", f->id, f->id,
                      n, n);
        gvc_doc__raw(page->doc, &page->out, i ? ">" : " checked>");
        gvc_doc__html(page->doc, &page->out, "<label for=\"u-$-$\">$</label>\n", f->id, n,
                      f->switches[i]);
    }
}

/* A picture goes to the page, and is kept where files are wanted. */
static void write_picture(gvc_page *page, const gvc_figure *f, int i, int is_only)
{
    gvc_buf svg = { 0 };

    gvc_svg__end(f->pictures[i], &svg, f->title, f->text);
    gvc_doc__html(page->doc, &page->out, "<div class=\"plot$\">",
                  is_only ? ""
                  : i     ? " plot2"
                          : " plot1");
    gvc_doc__raw(page->doc, &page->out, gvc_buf__text(&svg));
    gvc_doc__raw(page->doc, &page->out, "</div>\n");
    if (page->r->opts->figures && page->n_kept < GVC_FIGURES_MAX)
        page->kept[page->n_kept++] =
            (gvc_kept){ f->pictures[i]->id, gvc_doc__text(page->doc, "%s", gvc_buf__text(&svg)) };
    gvc_buf__free(&svg);
}

static void write_links(gvc_page *page, const gvc_figure *f)
{
    gvc_doc__raw(page->doc, &page->out, "<p class=\"tools\">Data: ");
    for (int g = 0; g < GVC_GRIDS_MAX && f->grids[g]; g++) {
        gvc_buf csv = { 0 };

        gvc_grid__csv(page->doc, &csv, f->grids[g]);
        gvc_doc__html(page->doc, &page->out,
                      "<a download=\"$.csv\" href=\"data:text/csv;charset=utf-8,",
                      f->grids[g]->name);
        gvc_doc__encode(page->doc, &page->out, gvc_buf__text(&csv));
        gvc_doc__html(page->doc, &page->out, "\">$.csv</a> ", f->grids[g]->name);
        gvc_buf__free(&csv);
    }
    gvc_doc__raw(page->doc, &page->out, "</p>\n");
}

/* The measure of this page that a name belongs to: its own name, its prefix and a column
 * ("bms_dva"), or the column of a family. */
static const gvc_measure *find_measure(const gvc_report *r, const char *name)
{
    for (gvc_int i = 0; i < r->n_measures; i++) {
        const gvc_measure *m = r->measures[i];
        const size_t n = strlen(gvc_measure_prefix(m));
        const int is_family = gvc_measure_kind(m) == GVC_FRAME_INDICES;

        if (strcmp(gvc_measure_name(m), name) == 0)
            return m;
        if (n && strncmp(gvc_measure_prefix(m), name, n) == 0 && name[n] == '_')
            return m;
        for (gvc_int j = 0; is_family && j < gvc_measure_terms_n(m); j++)
            if (strcmp(gvc_term_name(gvc_measure_term(m, j)), name) == 0)
                return m;
    }
    return NULL;
}

/* Names between spaces, each a link to its place in the methods; what this table has no measure for
 * is left out. */
static void write_measures(gvc_page *page, const char *names)
{
    while (*names) {
        const size_t n = strcspn(names, " ");
        const char *name = gvc_doc__text(page->doc, "%.*s", (int)n, names);
        const gvc_measure *m = find_measure(page->r, name);

        if (m)
            gvc_doc__html(page->doc, &page->out, " <a href=\"#$\"><code>$</code></a>",
                          gvc_reference__id(page->doc, m), name);
        else if (strcmp(name, "trace") == 0)
            gvc_doc__raw(page->doc, &page->out, " <a href=\"#m-trace\"><code>trace</code></a>");
        names += n + (names[n] == ' ');
    }
}

static void write_source(gvc_page *page, const gvc_figure *f)
{
    const gvc_edition *edition = page->r->edition;
    const char *source = gvc_edition_attr(edition, "source");
    const char *release = gvc_edition_attr(edition, "release");

    gvc_doc__html(page->doc, &page->out,
                  "<p class=\"source\">$Source: $$$, own computation with gvckit. Measures:",
                  page->r->is_synthetic ? "SYNTHETIC DATA. " : "",
                  source ? source : gvc_input_path(page->r->input), release ? " " : "",
                  release ? release : "");
    write_measures(page, f->measures);
    gvc_doc__raw(page->doc, &page->out, "</p>\n");
}

void gvc_page__figure(gvc_page *page, const gvc_figure *f)
{
    const int n = f->pictures[0] ? f->pictures[1] ? 2 : 1 : 0;

    gvc_doc__html(page->doc, &page->out,
                  "<figure id=\"f-$\" class=\"$\">\n<figcaption><h3>$</h3><p class=\"what\">$</p>"
                  "</figcaption>\n",
                  f->id, f->is_wide ? "wide" : "", f->title, f->what);
    if (n == 2)
        write_switches(page, f);
    for (int i = 0; i < n; i++)
        write_picture(page, f, i, n == 1);
    gvc_doc__raw(page->doc, &page->out,
                 f->shows_grid ? "<details class=\"data\" open>" : "<details class=\"data\">");
    gvc_doc__raw(page->doc, &page->out, "<summary>Table</summary>\n");
    for (int g = 0; g < GVC_GRIDS_MAX && f->grids[g]; g++)
        gvc_grid__table(page->doc, &page->out, f->grids[g]);
    gvc_doc__raw(page->doc, &page->out, "</details>\n");
    write_links(page, f);
    write_source(page, f);
    gvc_doc__raw(page->doc, &page->out, "</figure>\n");
}

void gvc_page__lines(gvc_page *page, const gvc_figure *figure)
{
    gvc_figure f = *figure;
    gvc_svg svg;

    gvc_chart__lines(page->doc, &svg, f.id, f.grids[0]);
    f.text = gvc_doc__text(page->doc, "Lines by year. %s.", f.title);
    f.pictures[0] = &svg;
    gvc_page__figure(page, &f);
}

void gvc_page__ranked(gvc_page *page, gvc_int col, const gvc_figure *figure)
{
    gvc_figure f = *figure;
    gvc_svg svg;

    gvc_chart__ranked(page->doc, &svg, f.id, f.grids[0], col);
    f.text = gvc_doc__text(page->doc, "Ranked bars. %s.", f.title);
    f.pictures[0] = &svg;
    gvc_page__figure(page, &f);
}

void gvc_page__ranked_twice(gvc_page *page, const gvc_figure *figure)
{
    gvc_figure f = *figure;
    gvc_svg money, shares;

    gvc_chart__ranked(page->doc, &money, f.id, f.grids[0], 0);
    gvc_chart__ranked(page->doc, &shares, gvc_doc__text(page->doc, "%s-shares", f.id), f.grids[0],
                      1);
    f.text = gvc_doc__text(page->doc, "Ranked bars. %s.", f.title);
    f.pictures[0] = &money;
    f.pictures[1] = &shares;
    f.switches[0] = "Money";
    f.switches[1] = "Shares";
    gvc_page__figure(page, &f);
}

/* ---- head and foot ---- */

/* SHA-256 of `text` in base 64, as a security policy names a script. */
static const char *hash_of(gvc_doc *doc, const gvc_asset *asset)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[GVC_SHA256_TEXT], out[48];
    unsigned bits = 0;
    int n = 0;

    gvc_digest__sha256(asset->text, (gvc_int)asset->bytes, hex);
    for (int i = 0; i < 64; i += 3) {
        const int last = i + 3 > 64;

        bits = 0;
        for (int k = 0; k < 3; k++) {
            const char c = i + k < 64 ? hex[i + k] : '0';

            bits = bits << 4 | (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        out[n++] = digits[bits >> 6 & 63];
        if (!last)
            out[n++] = digits[bits & 63];
    }
    while (n % 4)
        out[n++] = '=';
    out[n] = 0;
    return gvc_doc__text(doc, "%s", out);
}

void gvc_page__head(gvc_doc *doc, gvc_buf *out, const char *title)
{
    gvc_doc__raw(doc, out,
                 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    gvc_doc__html(doc, out,
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'; img-src data:; script-src 'sha256-$'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<link rel=\"icon\" href=\"data:,\">\n<title>$</title>\n<style>\n",
                  hash_of(doc, gvc_assets__find("page.js")), title);
    gvc_doc__raw(doc, out, gvc_assets__find("svg.css")->text);
    gvc_doc__raw(doc, out, gvc_assets__find("page.css")->text);
    gvc_doc__raw(doc, out,
                 "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the "
                 "figures</a>\n");
}

void gvc_page__foot(gvc_doc *doc, gvc_buf *out)
{
    gvc_doc__raw(doc, out,
                 "<div id=\"tip\" aria-hidden=\"true\" hidden></div>\n<div id=\"live\" "
                 "class=\"unseen\" aria-live=\"polite\"></div>\n<script>");
    gvc_doc__raw(doc, out, gvc_assets__find("page.js")->text);
    gvc_doc__raw(doc, out, "</script>\n</body>\n</html>\n");
}

gvc_status gvc_page__save(gvc_ctx *ctx, const char *path, int force, const gvc_buf *text)
{
    gvc_stream *stream = NULL;
    gvc_status st = gvc_stream__open(ctx, &stream, path, force);

    if (st != GVC_OK)
        return st;
    st = gvc_stream__write(ctx, stream, gvc_buf__text(text), text->len);
    if (st == GVC_OK)
        return gvc_stream__commit(ctx, stream);
    gvc_stream__abort(stream);
    return st;
}
