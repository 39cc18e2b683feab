#include "report/page.h"
#include "report/say.h"

#include "base/attrs.h"
#include "write/provenance.h"

#include <string.h>

static void write_provenance(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_attrs *all = gvc_attrs__new(page->doc->ctx);

    if (!all || gvc_provenance__flatten(page->doc->ctx, all, r->opts->provenance) != GVC_OK) {
        page->doc->failed = 1;
        gvc_attrs__free(all);
        return;
    }
    gvc_doc__raw(page->doc, &page->out, "<h3>Provenance</h3>\n<dl>\n");
    for (gvc_int i = 0; i < gvc_attrs__n(all); i++)
        gvc_doc__html(page->doc, &page->out, "<dt>$</dt><dd>$</dd>\n", gvc_attrs__name(all, i),
                      gvc_attrs__text(all, i));
    gvc_doc__raw(page->doc, &page->out, "</dl>\n");
    gvc_attrs__free(all);
}

static void write_command(gvc_page *page)
{
    if (!page->r->opts->command)
        return;
    gvc_doc__html(page->doc, &page->out,
                  "<h3>To remake this page</h3>\n<pre><code>$</code></pre>\n<p class=\"note\">The "
                  "same command on a file with the same SHA-256 gives the same bytes.</p>\n",
                  page->r->opts->command);
}

static void write_rules(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_page__say(page, "",
                  gvc_doc__text(page->doc,
                                "Every number of this page is a column of the measures below, or a "
                                "sum or ratio of such columns that its chart names. Changes are "
                                "taken before rounding; sentences compare what is printed. Figures "
                                "of %s are from summed components of its members%s%s. Data files "
                                "hold the full numbers.",
                                gvc_report__group(r), r->digital_text ? "; digital sectors: " : "",
                                r->digital_text ? r->digital_text : ""));
}

/* Routes are no measure of the table: their formulas stand here. */
static void write_trace(gvc_page *page)
{
    gvc_doc__raw(
        page->doc, &page->out,
        "<h3>Routes</h3>\n<details class=\"measure\" id=\"m-trace\"><summary><b><code>trace"
        "</code></b> Value added from its origin by the route it takes to its absorber"
        "</summary>\n<p>Every unit of value added counts once, at the first border it "
        "passes; o is the origin, r the first importer, l the absorber, W = BF.</p>\n<dl>"
        "<dt>final</dt><dd class=\"formula\">v^ L_oo F_ol: final goods sold straight to "
        "the absorber</dd><dt>inter</dt><dd class=\"formula\">v^ L_oo A_ol L_ll F_ll: "
        "inputs that the absorber finishes for itself</dd><dt>third</dt><dd "
        "class=\"formula\">v^ L_oo A_or W_rl less inter: what crosses further "
        "borders</dd><dt>home</dt><dd class=\"formula\">v^ L_oo A_or W_ro: inputs that come "
        "home</dd></dl>\n<p class=\"note\">final + inter + third of a pair is vax of jn; "
        "home is ref of bm/exporter/source. The command: gvc trace.</p></details>\n");
}

void gvc_part__methods(gvc_page *page)
{
    gvc_page__part(page, "12", "methods", "Methods, provenance, how to remake this page");
    write_rules(page);
    write_command(page);
    if (page->r->opts->provenance)
        write_provenance(page);
    write_trace(page);
    gvc_reference__write(page->doc, &page->out, page->r->measures, page->r->n_measures);
}
