#include "report/page.h"

#include "report/assets.h"

#include <gvc/measures.h>

#include <string.h>

/* A column that exists at every level of its measure needs no list of levels. */
static void write_term(gvc_doc *doc, gvc_buf *out, const gvc_measure *measure, const gvc_term *term)
{
    const char *levels = gvc_term_levels(term);

    gvc_doc__html(doc, out,
                  "<tr><th scope=\"row\"><code>$</code></th><td>$</td><td class=\"formula\">$</td>"
                  "<td>$</td><td>$</td><td>$</td><td>$</td></tr>\n",
                  gvc_term_name(term), gvc_term_label(term), gvc_term_formula(term),
                  gvc_term_unit(term), gvc_term_sector_meaning(term), gvc_term_range(term),
                  strcmp(levels, gvc_measure_levels(measure)) == 0 ? "all" : levels);
}

static void write_notes(gvc_doc *doc, gvc_buf *out, const char *notes)
{
    while (*notes) {
        const size_t n = strcspn(notes, "\n");

        if (n)
            gvc_doc__html(doc, out, "<p class=\"note\">$</p>\n",
                          gvc_doc__text(doc, "%.*s", (int)n, notes));
        notes += n + (notes[n] == '\n');
    }
}

/* Names hold slashes, ids must not: "m-bm-exporter-source". Families and decompositions may share
 * a name. */
const char *gvc_reference__id(gvc_doc *doc, const gvc_measure *measure)
{
    const char *kind = gvc_measure_kind(measure) == GVC_FRAME_EXPORTS ? "m" : "i";
    char *id = (char *)gvc_doc__text(doc, "%s-%s", kind, gvc_measure_name(measure));

    for (char *c = id; *c; c++)
        *c = *c == '/' ? '-' : *c;
    return id;
}

static void write_measure(gvc_doc *doc, gvc_buf *out, const gvc_measure *measure)
{
    gvc_doc__html(doc, out,
                  "<details class=\"measure\" id=\"$\"><summary><b><code>$</code></b> $</summary>\n"
                  "<dl><dt>Papers</dt><dd>$</dd><dt>Levels</dt><dd>$</dd>",
                  gvc_reference__id(doc, measure), gvc_measure_name(measure),
                  gvc_measure_title(measure),
                  *gvc_measure_paper(measure) ? gvc_measure_paper(measure) : "none",
                  gvc_measure_levels(measure));
    if (*gvc_measure_prefix(measure))
        gvc_doc__html(doc, out, "<dt>Short name</dt><dd><code>$</code></dd>",
                      gvc_measure_prefix(measure));
    gvc_doc__html(
        doc, out,
        "</dl>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Columns "
        "of $\"><table class=\"words\"><thead><tr><th scope=\"col\">Column</th><th "
        "scope=\"col\">What</th><th scope=\"col\">Formula</th><th "
        "scope=\"col\">Unit</th><th scope=\"col\">Sector</th><th "
        "scope=\"col\">Range</th><th scope=\"col\">Levels</th></tr></thead>\n<tbody>\n",
        gvc_measure_name(measure));
    for (gvc_int i = 0; i < gvc_measure_terms_n(measure); i++)
        write_term(doc, out, measure, gvc_measure_term(measure, i));
    gvc_doc__raw(doc, out, "</tbody></table></div>\n");
    write_notes(doc, out, gvc_measure_notes(measure));
    gvc_doc__raw(doc, out, "</details>\n");
}

void gvc_reference__write(gvc_doc *doc, gvc_buf *out, const gvc_measure *const *list, gvc_int n)
{
    static const char *const heads[] = { "Decompositions of gross exports", "Families of indices" };
    static const gvc_frame_kind kinds[] = { GVC_FRAME_EXPORTS, GVC_FRAME_INDICES };

    for (int k = 0; k < 2; k++) {
        gvc_doc__html(doc, out, "<h3>$</h3>\n", heads[k]);
        for (gvc_int i = 0; i < n; i++)
            if (gvc_measure_kind(list[i]) == kinds[k])
                write_measure(doc, out, list[i]);
    }
    gvc_doc__raw(
        doc, out,
        "<p class=\"note\">Notation: G countries, N sectors; A coefficients, v value added "
        "per output, B = (I \xe2\x88\x92 A)\xe2\x81\xbb\xc2\xb9, L local inverses, E "
        "exports, F and Y final demand, x output, u row discrepancy; s sells, r imports "
        "directly, t absorbs, p is where value added originates. Sector: O where value "
        "added originates, X what is exported, P what is finished, S the sector itself. "
        "Indices of groups and of the world come from summed components, never from means. "
        "A denominator that is not positive gives a missing value (n/a), never 0.</p>\n");
}

gvc_status gvc_report_methods(gvc_ctx *ctx, const char *path, int force)
{
    gvc_doc doc = { .ctx = ctx };
    const gvc_int n = gvc_measures_n();
    const gvc_measure **all = gvc_doc__alloc(&doc, n, sizeof *all);
    gvc_buf out = { 0 };
    gvc_status st;

    for (gvc_int i = 0; all && i < n; i++)
        all[i] = gvc_measures_get(i);
    if (all) {
        gvc_page__head(&doc, &out, "Methods of gvckit");
        gvc_doc__html(
            &doc, &out,
            "<header><h1>Methods of gvckit $</h1>\n<p class=\"lead\">Every decomposition "
            "and index: its columns with formula, unit, sector meaning, range and levels, "
            "the papers it comes from, identities, edge cases and cost.</p>\n</header>\n"
            "<main id=\"main\">\n",
            gvc_version());
        gvc_reference__write(&doc, &out, all, n);
        gvc_doc__raw(&doc, &out, "</main>\n");
        gvc_page__foot(&doc, &out);
    }
    st = out.failed ? GVC_ENOMEM : gvc_doc__status(&doc);
    if (st == GVC_OK)
        st = gvc_page__save(ctx, path, force, &out);
    gvc_buf__free(&out);
    gvc_doc__end(&doc);
    return st;
}
