#include "report/page.h"
#include "report/say.h"

#include <string.h>

static const char *const severities[] = { "note", "warning", "error" };

/* Whether an earlier finding has the rule already. */
static int is_known(const gvc_report *r, gvc_int i)
{
    for (gvc_int j = 0; j < i; j++)
        if (strcmp(r->found[j].rule, r->found[i].rule) == 0)
            return 1;
    return 0;
}

/* The years in which a rule found something, and its text of the last of them. */
static const char *years_of(gvc_report *r, const char *rule, gvc_int *last, gvc_severity *worst)
{
    const char **years = gvc_doc__alloc(&r->doc, r->n_years + 1, sizeof *years);
    gvc_int n = 0;

    *worst = GVC_NOTE;
    for (gvc_int i = 0; years && i < r->n_found; i++) {
        if (strcmp(r->found[i].rule, rule) != 0)
            continue;
        if (n < r->n_years && (!n || r->found[*last].year != r->found[i].year))
            years[n++] = r->found[i].year == GVC_INT_MISSING
                             ? ""
                             : gvc_doc__text(&r->doc, "%d", r->found[i].year);
        *last = i;
        if (r->found[i].severity > *worst)
            *worst = r->found[i].severity;
    }
    if (n == r->n_years && n > 1)
        return "all years";
    return years ? gvc_doc__list(&r->doc, years, n) : "";
}

static void write_findings(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_doc__raw(
        page->doc, &page->out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Findings of the "
        "check\"><table class=\"words\"><caption>What gvc check found, gravest first; the "
        "text is that of the last year named</caption>\n<thead><tr><th "
        "scope=\"col\">Severity</th><th scope=\"col\">Rule</th><th scope=\"col\">Years</th>"
        "<th scope=\"col\">What, where, and what it means</th></tr></thead>\n<tbody>\n");
    for (int severity = GVC_ERROR; severity >= GVC_NOTE; severity--)
        for (gvc_int i = 0; i < r->n_found; i++) {
            gvc_severity worst;
            gvc_int last = i;
            const char *years;

            if (is_known(r, i))
                continue;
            years = years_of(r, r->found[i].rule, &last, &worst);
            if ((int)worst != severity)
                continue;
            gvc_doc__html(page->doc, &page->out,
                          "<tr><th scope=\"row\">$</th><td><code>$</code></td><td>$</td><td>$</td>"
                          "</tr>\n",
                          severities[worst], r->found[i].rule, years, r->found[last].text);
        }
    gvc_doc__raw(page->doc, &page->out, "</tbody></table></div>\n");
}

/* How much of the exports the focus and the group leave unexplained. */
static double unexplained(gvc_report *r, gvc_mark mark, const char *column)
{
    const int last = r->n_years - 1;
    double value, gexp;

    if (mark == GVC_MARK_GROUP) {
        value = gvc_report__members_sum(r, last, column);
        gexp = gvc_report__members_sum(r, last, "bms_gexp");
    } else {
        value = gvc_report__mark(r, last, mark, column);
        gexp = gvc_report__mark(r, last, mark, "bms_gexp");
    }
    return value / gexp;
}

static void write_residuals(gvc_page *page)
{
    gvc_report *r = page->r;
    const gvc_scale none = { 1, "" };

    gvc_page__say(
        page, "note",
        gvc_doc__text(
            page->doc,
            "What the decomposition of exports leaves open%s: residual (net taxes, margins) %s of "
            "the exports of %s and %s of those of %s; domestic value added that the row discrepancy "
            "absorbs (imbal) %s and %s. Solved by %s; the certified relative error of every solve is "
            "at most %.1e: what is unsure about these figures is the table, not the arithmetic.",
            gvc_say__in(r, r->n_years - 1),
            gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE,
                              unexplained(r, GVC_MARK_FOCUS, "bms_resid"), none),
            gvc_report__focus(r),
            gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE,
                              unexplained(r, GVC_MARK_GROUP, "bms_resid"), none),
            gvc_report__members(r),
            gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE,
                              unexplained(r, GVC_MARK_FOCUS, "bms_imbal"), none),
            gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE,
                              unexplained(r, GVC_MARK_GROUP, "bms_imbal"), none),
            r->solver, r->error_bound));
}

void gvc_part__quality(gvc_page *page)
{
    gvc_report *r = page->r;
    gvc_int n[3] = { 0 };

    for (gvc_int i = 0; i < r->n_found; i++)
        n[r->found[i].severity]++;
    gvc_page__part(page, "11", "quality", "Quality of the data");
    gvc_page__say(page, "",
                  gvc_doc__text(page->doc,
                                "The check of %d table%s found %lld error%s, %lld warning%s and "
                                "%lld note%s.",
                                r->n_years, r->n_years == 1 ? "" : "s", (long long)n[GVC_ERROR],
                                n[GVC_ERROR] == 1 ? "" : "s", (long long)n[GVC_WARNING],
                                n[GVC_WARNING] == 1 ? "" : "s", (long long)n[GVC_NOTE],
                                n[GVC_NOTE] == 1 ? "" : "s"));
    if (r->n_found)
        write_findings(page);
    write_residuals(page);
}
