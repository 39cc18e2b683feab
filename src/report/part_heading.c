#include "report/page.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

static const char *const contents[][3] = {
    { "2", "exports", "Exports over time" },
    { "3", "terms", "Terms of the last year" },
    { "4", "participation", "Backward and forward participation" },
    { "5", "position", "Participation and position" },
    { "5b", "digital", "Digital inputs" },
    { "5c", "costs", "Trade costs along the chain" },
    { "6", "sectors", "Sectors" },
    { "7", "partners", "Partners" },
    { "8", "routes", "Routes" },
    { "9", "smile", "Smile curve" },
    { "10", "map", "Map" },
    { "11", "quality", "Quality of the data" },
    { "12", "methods", "Methods, provenance, how to remake this page" },
};

static void write_contents(gvc_page *page)
{
    gvc_doc__raw(page->doc, &page->out, "<nav aria-label=\"Contents\">\n<ol>\n");
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++)
        gvc_doc__html(page->doc, &page->out,
                      "<li><a href=\"#$\"><span class=\"no\">$</span> $</a></li>\n", contents[i][1],
                      contents[i][0], contents[i][2]);
    gvc_doc__raw(page->doc, &page->out,
                 "</ol>\n<button type=\"button\" id=\"all-tables\" aria-pressed=\"false\" "
                 "hidden>Open all tables</button>\n</nav>\n");
}

/* ---- the five key figures ---- */

static void write_key(gvc_page *page, const char *figure, const char *change, const char *sentence)
{
    gvc_doc__html(page->doc, &page->out, "<li><b>$</b>", figure);
    if (*change)
        gvc_doc__html(page->doc, &page->out, "<i>$</i>", change);
    gvc_doc__html(page->doc, &page->out, "<p>$</p></li>\n", sentence);
}

static void key_share(gvc_page *page, const char *column, const char *fmt_sentence)
{
    gvc_report *r = page->r;
    const gvc_scale none = { 1, "" };
    const int last = r->n_years - 1;
    const double first = gvc_report__mark(r, 0, GVC_MARK_FOCUS, column);
    const double now = gvc_report__mark(r, last, GVC_MARK_FOCUS, column);
    const double group = gvc_report__mark(r, last, GVC_MARK_GROUP, column);
    const double group_first = gvc_report__mark(r, 0, GVC_MARK_GROUP, column);

    if (!gvc_report__has(r, GVC_SCOPE_COUNTRY, column))
        return;
    write_key(page, gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE, now, none),
              gvc_say__change(r, GVC_NUMERAL_SHARE, first, now, none),
              gvc_doc__text(page->doc, "%s For %s it %s.", fmt_sentence, gvc_report__members(r),
                            gvc_say__moved(r, GVC_NUMERAL_SHARE, group_first, group, none)));
}

static void key_exports(gvc_page *page)
{
    gvc_report *r = page->r;
    const int last = r->n_years - 1;
    const double first = gvc_report__mark(r, 0, GVC_MARK_FOCUS, "bms_gexp");
    const double now = gvc_report__mark(r, last, GVC_MARK_FOCUS, "bms_gexp");
    const gvc_scale money = gvc_report__money(r, fmax(first, now)), none = { 1, "" };

    write_key(page, gvc_numeral__text(page->doc, GVC_NUMERAL_MONEY, now, money),
              gvc_say__change(r, GVC_NUMERAL_MONEY, first, now, money),
              gvc_doc__text(page->doc,
                            "Gross exports of %s%s. The part related to global value chains (bm, "
                            "exporter perspective) %s.",
                            gvc_report__focus(r), gvc_say__in(r, last),
                            gvc_say__moved(
                                r, GVC_NUMERAL_SHARE,
                                gvc_report__mark(r, 0, GVC_MARK_FOCUS, "bms_gvc") / first,
                                gvc_report__mark(r, last, GVC_MARK_FOCUS, "bms_gvc") / now, none)));
}

static void key_position(gvc_page *page)
{
    gvc_report *r = page->r;
    const gvc_scale none = { 1, "" };
    const int last = r->n_years - 1;
    const double first = gvc_report__mark(r, 0, GVC_MARK_FOCUS, "pos_kpww");
    const double now = gvc_report__mark(r, last, GVC_MARK_FOCUS, "pos_kpww");
    const int side = gvc_numeral__compare(GVC_NUMERAL_INDEX, now, 0, none);

    write_key(page, gvc_numeral__text(page->doc, GVC_NUMERAL_INDEX, now, none),
              gvc_say__change(r, GVC_NUMERAL_INDEX, first, now, none),
              gvc_doc__text(page->doc,
                            "Position of %s%s, KPWW reading (pos_kpww): %s. %s: it %s. Other "
                            "readings differ in sign: see part 5.",
                            gvc_report__focus(r), gvc_say__in(r, last),
                            isnan(now) ? "not defined"
                            : side < 0 ? "below 0, more a user of foreign inputs than a supplier "
                                         "of inputs that travel on"
                            : side == 0
                                ? "0, as much a user as a supplier of inputs that travel on"
                                : "above 0, more a supplier of inputs that travel on than a "
                                  "user of foreign inputs",
                            gvc_doc__capital(page->doc, gvc_report__members(r)),
                            gvc_say__moved_mark(r, GVC_MARK_GROUP, "pos_kpww", GVC_NUMERAL_INDEX)));
}

static double ties(const gvc_report *r, int year)
{
    const double all = gvc_report__value(r, year, GVC_SCOPE_COUNTRY, "jn_vax", r->focus, 0);

    return all > 0 ? gvc_report__members_from(r, year, "jn_vax", r->focus) / all : NAN;
}

static double ties_in(const gvc_report *r, int year)
{
    double all = gvc_report__mark(r, year, GVC_MARK_FOCUS, "fv");

    return all > 0 ? gvc_report__members_from(r, year, "fv_src", r->focus) / all : NAN;
}

static void key_ties(gvc_page *page)
{
    gvc_report *r = page->r;
    const gvc_scale none = { 1, "" };
    const int last = r->n_years - 1;

    write_key(page, gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE, ties(r, last), none),
              gvc_say__change(r, GVC_NUMERAL_SHARE, ties(r, 0), ties(r, last), none),
              gvc_doc__text(page->doc,
                            "of the value added that %s sends abroad is absorbed by %s%s (jn vax). "
                            "Their share in the foreign value added of its exports %s (fv_src).",
                            gvc_report__focus(r), gvc_report__members(r), gvc_say__in(r, last),
                            gvc_say__moved(r, GVC_NUMERAL_SHARE, ties_in(r, 0), ties_in(r, last),
                                           none)));
}

static void write_keys(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_doc__raw(page->doc, &page->out, "<ul class=\"keys\" id=\"keys\">\n");
    key_exports(page);
    key_share(page, "fv_sh",
              gvc_doc__text(page->doc,
                            "Backward: foreign value added in the gross exports of %s%s (fv_sh).",
                            gvc_report__focus(r), gvc_say__in(r, r->n_years - 1)));
    key_share(page, "iv_vs1_sh",
              gvc_doc__text(page->doc,
                            "Forward: value added of %s in the exports of others%s, over own gross "
                            "exports (iv_vs1_sh).",
                            gvc_report__focus(r), gvc_say__in(r, r->n_years - 1)));
    key_position(page);
    key_ties(page);
    gvc_doc__raw(page->doc, &page->out, "</ul>\n");
}

/* ---- edition and members ---- */

static void write_edition(gvc_page *page)
{
    gvc_report *r = page->r;
    const char *source = gvc_edition_attr(r->edition, "source");
    const char *release = gvc_edition_attr(r->edition, "release");
    const char *unit = gvc_edition_attr(r->edition, "unit");
    const char *prices = gvc_edition_attr(r->edition, "price_basis");
    const char *span = gvc_say__span(r);

    gvc_page__say(page, "lead",
                  gvc_doc__text(page->doc,
                                "%s%s%s%s%s: %lld countries by %lld sectors, %d year%s; %s%s%s "
                                "prices.",
                                source ? source : gvc_input_path(r->input),
                                release ? ", release " : "", release ? release : "",
                                *span ? ", " : "", span, (long long)r->G, (long long)r->N,
                                r->n_years, r->n_years == 1 ? "" : "s",
                                unit ? unit : "unit not named", prices ? ", " : "; unknown",
                                prices ? prices : ""));
}

/* Names of countries hold commas. */
static const char *join_names(gvc_doc *doc, const char *const *names, gvc_int n)
{
    const char *text = "";

    for (gvc_int i = 0; i < n; i++)
        text = gvc_doc__text(doc, "%s%s%s", text, i ? "; " : "", names[i]);
    return text;
}

static const char *absent_text(gvc_report *r)
{
    const int has_row = gvc_labels_find(gvc_edition_countries(r->edition), "ROW") >= 0;

    if (!r->n_absent)
        return "";
    return gvc_doc__text(&r->doc,
                         " The other %lld %s and are not counted in any figure of the group.",
                         (long long)r->n_absent,
                         has_row ? "lie inside the rest of the world" : "are not in the table");
}

static void write_members(gvc_page *page)
{
    gvc_report *r = page->r;
    const char **names = gvc_doc__alloc(page->doc, r->G + 1, sizeof *names);
    gvc_int n = 0;

    if (!names)
        return;
    for (gvc_int c = 0; c < r->G; c++)
        if (r->member[c])
            names[n++] = gvc_report__country(r, c);
    if (r->is_inside)
        gvc_page__say(page, "lead",
                      gvc_doc__text(page->doc,
                                    "%s is itself a member of %s: indices of the group (from its "
                                    "row group_sum) include it, sums over members and partners do "
                                    "not.",
                                    gvc_report__focus(r), gvc_report__group(r)));
    gvc_page__say(page, "lead",
                  gvc_doc__text(page->doc,
                                "%lld of the %lld members of %s stand in the table by name: %s.%s "
                                "Membership: %s.",
                                (long long)n, (long long)(n + r->n_absent), gvc_report__group(r),
                                join_names(page->doc, names, n), absent_text(r),
                                r->opts->group_rule.time == GVC_GROUP_UNION
                                    ? "all who were ever members, the same in every year"
                                : r->opts->group_rule.time == GVC_GROUP_CURRENT
                                    ? "the members of each year"
                                    : gvc_doc__text(page->doc, "the members of %d",
                                                    r->opts->group_rule.year)));
}

void gvc_part__heading(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_doc__raw(page->doc, &page->out, "<header>\n");
    if (r->is_synthetic)
        gvc_page__say(page, "warn",
                      "SYNTHETIC DATA, made by a formula: the figures describe no real economy.");
    gvc_doc__html(page->doc, &page->out,
                  "<h1>How far do $ and $ take part in global value chains, where do they stand, "
                  "and with whom?</h1>\n",
                  gvc_report__focus(r), gvc_report__members(r));
    write_edition(page);
    write_members(page);
    if (r->n_years < 2)
        gvc_page__say(page, "warn",
                      "One year only: levels are drawn; trends need at least two years.");
    write_keys(page);
    gvc_doc__raw(page->doc, &page->out, "</header>\n");
    write_contents(page);
    gvc_doc__raw(page->doc, &page->out, "<main id=\"main\">\n");
}
