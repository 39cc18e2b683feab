#include "report/page.h"
#include "report/say.h"

#include <math.h>

/* One chart of this part: a column, its meaning, and how it is said. */
typedef struct chart {
    const char *id, *column, *says, *what;
} chart;

static const chart charts[] = {
    { "backward", "fv_sh", "Foreign value added in the exports of %s",
      "Backward, in trade: foreign value added in per cent of gross exports (fv_sh: the vertical "
      "specialisation of Hummels, Ishii and Yi in its many-country form; double counting included)." },
    { "forward", "iv_vs1_sh", "Value added of %s in the exports of others",
      "Forward, in trade: own value added in other countries' exports, in per cent of own gross "
      "exports (iv_vs1_sh: VS1, flows that return included)." },
    { "backward-production", "gvcpt_b",
      "The part of final goods finished in %s that global value "
      "chains fed",
      "Backward, in production: value added that crossed a border for production, in per cent of "
      "final goods finished (gvcpt_b; Wang, Wei, Yu and Zhu 2017)." },
    { "forward-production", "gvcpt_f",
      "The part of the value added of %s that enters global value "
      "chains",
      "Forward, in production: value added embodied in exports of inputs, in per cent of all value "
      "added (gvcpt_f; Wang, Wei, Yu and Zhu 2017)." },
    { "gvc-trade", "gvct", "The part of the exports of %s that is GVC-related",
      "Both ways, in trade: pure forward, pure backward and two-sided GVC trade in per cent of "
      "gross exports (gvct; Borin, Mancini and Taglioni 2021)." },
    { "gvc-output", "gvco", "The part of the output of %s in value chains that cross two borders",
      "Both ways, in production: output in chains with two crossings or more, in per cent of gross "
      "output (gvco; Borin, Mancini and Taglioni 2021)." },
};

static const char *title_of(gvc_report *r, const chart *c)
{
    const int last = r->n_years - 1;
    const gvc_scale none = { 1, "" };
    const double focus = gvc_report__mark(r, last, GVC_MARK_FOCUS, c->column);
    const double group = gvc_report__mark(r, last, GVC_MARK_GROUP, c->column);
    gvc_buf says = { 0 };
    const char *subject;

    gvc_buf__printf(r->doc.ctx, &says, c->says, gvc_report__focus(r));
    subject = gvc_doc__text(&r->doc, "%s", gvc_buf__text(&says));
    gvc_buf__free(&says);
    return gvc_doc__text(&r->doc, "%s %s; %s have %s (%s)", subject,
                         gvc_say__moved_mark(r, GVC_MARK_FOCUS, c->column, GVC_NUMERAL_SHARE),
                         gvc_report__members(r),
                         gvc_say__than(GVC_NUMERAL_SHARE, group, focus, none),
                         gvc_numeral__text(&r->doc, GVC_NUMERAL_SHARE, group, none));
}

static void draw_chart(gvc_page *page, const chart *c)
{
    gvc_report *r = page->r;
    gvc_grid *grid = gvc_say__series(r, c->id, c->what, c->column, GVC_NUMERAL_SHARE);
    const char *title, *extremes;
    gvc_svg svg;

    if (!grid || !gvc_report__has(r, GVC_SCOPE_COUNTRY, c->column))
        return;
    title = title_of(r, c);
    extremes = gvc_say__extremes(r, GVC_MARK_FOCUS, c->column, GVC_NUMERAL_SHARE);
    gvc_chart__lines(page->doc, &svg, c->id, grid);
    gvc_page__figure(
        page, &(gvc_figure){ .id = c->id,
                             .title = title,
                             .what = gvc_doc__text(page->doc, "%s %s%s%s", c->what,
                                                   *extremes ? gvc_report__focus(r) : "",
                                                   *extremes ? ": " : "", extremes),
                             .measures = c->column,
                             .text = gvc_doc__text(page->doc,
                                                   "Lines by year for %s, %s and the world. %s. %s "
                                                   "%s.",
                                                   gvc_report__focus(r), gvc_report__members(r),
                                                   title, gvc_report__group(r),
                                                   gvc_say__moved_mark(r, GVC_MARK_GROUP, c->column,
                                                                       GVC_NUMERAL_SHARE)),
                             .pictures = { &svg },
                             .grids = { grid } });
}

void gvc_part__participation(gvc_page *page)
{
    gvc_page__part(page, "4", "participation", "Backward and forward participation");
    gvc_page__say(page, "lead",
                  gvc_doc__text(page->doc,
                                "Figures of %s come from the summed components of its %lld members "
                                "in the table; trade among members counts as international.",
                                gvc_report__group(page->r), (long long)page->r->n_members));
    gvc_page__open_row(page);
    for (size_t i = 0; i < sizeof charts / sizeof charts[0]; i++)
        draw_chart(page, &charts[i]);
    gvc_page__close_row(page);
}
