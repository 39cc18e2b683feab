#include "report/page.h"
#include "report/say.h"

#include <gvc/measures.h>

#include <math.h>
#include <string.h>

/* Terms that add up to gross exports, and what they are called on the page. */
typedef struct term {
    const char *name, *title;
} term;

static const term bm[] = { { "davax", "absorbed by the importer" },
                           { "onward", "absorbed further on" },
                           { "ref", "returning home" },
                           { "imbal", "used by discrepancy" },
                           { "ddc", "domestic, counted twice" },
                           { "fva", "foreign value added" },
                           { "fdc", "foreign, counted twice" },
                           { "resid", "residual" },
                           { "gexp", "gross exports" },
                           { NULL, NULL } };

static const term kww[] = { { "dva_fin", "1 final exports" },
                            { "dva_int", "2 inputs used there" },
                            { "dva_intrex", "3 to third countries" },
                            { "rdv_fin", "4 home in final goods" },
                            { "rdv_int", "5 home in inputs" },
                            { "ddc", "6 domestic, twice" },
                            { "fva_fin", "7 foreign, final" },
                            { "fva_int", "8 foreign, inputs" },
                            { "fdc", "9 foreign, twice" },
                            { "resid", "residual" },
                            { "gexp", "gross exports" },
                            { NULL, NULL } };

/* vax counts what the direct importer absorbs too; the rest of it is absorbed further on. */
static double value_of(gvc_report *r, const char *prefix, const char *name)
{
    const int last = r->n_years - 1;

    if (strcmp(name, "onward") == 0)
        return gvc_report__mark(r, last, GVC_MARK_FOCUS, "bms_vax") -
               gvc_report__mark(r, last, GVC_MARK_FOCUS, "bms_davax");
    return gvc_report__mark(r, last, GVC_MARK_FOCUS, gvc_doc__text(&r->doc, "%s_%s", prefix, name));
}

static gvc_grid *terms_grid(gvc_report *r, const char *prefix, const term *terms)
{
    gvc_int n = 0;
    gvc_grid *grid;
    double gexp;

    while (terms[n].name)
        n++;
    grid = gvc_grid__new(&r->doc, gvc_doc__text(&r->doc, "terms-%s", prefix),
                         "Terms of gross exports", "Term", n, 2);
    if (!grid)
        return NULL;
    gexp = value_of(r, prefix, "gexp");
    grid->fields[0] = (gvc_field){ "value", "Value", GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    grid->fields[1] = (gvc_field){ "share", "Share", GVC_NUMERAL_SHARE, GVC_MARK_OTHER };
    for (gvc_int i = 0; i < n; i++) {
        grid->entries[i] = (gvc_entry){ terms[i].name, terms[i].title, GVC_MARK_OTHER };
        *gvc_grid__at(grid, i, 0) = value_of(r, prefix, terms[i].name);
        *gvc_grid__at(grid, i, 1) = gexp > 0 ? gvc_grid__get(grid, i, 0) / gexp : NAN;
    }
    gvc_report__scale(r, grid);
    return grid;
}

/* The largest term besides the first and the total, and the residual in words. */
static const char *finding(gvc_report *r, const gvc_grid *grid, const char *method)
{
    const gvc_int total = grid->rows - 1, resid = grid->rows - 2;
    gvc_int best = -1;

    for (gvc_int i = 0; i < resid; i++)
        if (!isnan(gvc_grid__get(grid, i, 0)) &&
            (best < 0 || gvc_grid__get(grid, i, 0) > gvc_grid__get(grid, best, 0)))
            best = i;
    if (best < 0)
        return gvc_doc__text(&r->doc, "%s is not defined here", method);
    return gvc_doc__text(
        &r->doc, "%s: of %s exported%s the largest term is \"%s\" (%s); %s", method,
        gvc_grid__text(&r->doc, grid, total, 0), gvc_say__in(r, r->n_years - 1),
        grid->entries[best].name, gvc_grid__text(&r->doc, grid, best, 1),
        gvc_numeral__compare(GVC_NUMERAL_SHARE, gvc_grid__get(grid, resid, 1), 0, grid->money)
            ? gvc_doc__text(&r->doc, "the residual is %s", gvc_grid__text(&r->doc, grid, resid, 1))
            : "no residual at this precision");
}

static void draw(gvc_page *page, const char *prefix, const char *method, const term *terms,
                 const char *what)
{
    gvc_grid *grid = terms_grid(page->r, prefix, terms);
    const char *id = gvc_doc__text(page->doc, "terms-%s", prefix);
    const char *id_shares = gvc_doc__text(page->doc, "terms-%s-shares", prefix), *title;
    gvc_svg pictures[2];

    if (!grid || isnan(gvc_grid__get(grid, grid->rows - 1, 0)))
        return;
    title = finding(page->r, grid, method);
    gvc_chart__steps(page->doc, &pictures[0], id, grid, 0);
    gvc_chart__steps(page->doc, &pictures[1], id_shares, grid, 1);
    gvc_page__figure(page, &(gvc_figure){
                               .id = id,
                               .title = title,
                               .what = gvc_doc__text(page->doc,
                                                     "%s Bars lie end to end and end at gross "
                                                     "exports, %s or per cent.",
                                                     what, grid->money.name),
                               .measures = method,
                               .text = gvc_doc__text(page->doc, "Bars laid end to end. %s.", title),
                               .pictures = { &pictures[0], &pictures[1] },
                               .switches = { "Money", "Shares" },
                               .grids = { grid } });
}

void gvc_part__terms(gvc_page *page)
{
    gvc_report *r = page->r;

    gvc_page__part(page, "3", "terms",
                   gvc_doc__text(page->doc, "Terms of the exports of %s%s", gvc_report__focus(r),
                                 gvc_say__in(r, r->n_years - 1)));
    gvc_page__open_row(page);
    draw(page, "bms", "bm/exporter/source", bm,
         "Borin and Mancini 2019, exporter perspective, first exit.");
    draw(page, "kww", "kww", kww, "Koopman, Wang and Wei 2014, nine terms.");
    gvc_page__close_row(page);
}
