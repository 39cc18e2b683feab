#include "report/page.h"
#include "report/say.h"

#include <math.h>

/* What adds up to gross exports, in the order of the stack. */
static const struct {
    const char *name, *title, *columns[2];
} parts[] = { { "davax", "direct", { "bms_davax", NULL } },
              { "gvcf", "GVC forward", { "bms_gvcf", NULL } },
              { "fva", "GVC backward", { "bms_fva", NULL } },
              { "double", "double counting", { "bms_ddc", "bms_fdc" } },
              { "resid", "residual", { "bms_resid", NULL } } };
enum { PARTS = sizeof parts / sizeof parts[0] };

/* Exports by country or, for the group, summed over its members: all columns are additive. */
static double value_of(const gvc_report *r, int year, gvc_mark mark, const char *column)
{
    return mark == GVC_MARK_GROUP ? gvc_report__members_sum(r, year, column)
                                  : gvc_report__mark(r, year, mark, column);
}

static double part_of(const gvc_report *r, int year, gvc_mark mark, int i)
{
    const double first = value_of(r, year, mark, parts[i].columns[0]);

    return parts[i].columns[1] ? first + value_of(r, year, mark, parts[i].columns[1]) : first;
}

static gvc_grid *stack_grid(gvc_report *r, gvc_mark mark, const char *name, int is_share)
{
    gvc_grid *grid =
        gvc_grid__new(&r->doc, name,
                      is_share ? "Parts of gross exports, shares" : "Parts of gross exports",
                      "Year", r->n_years, PARTS);

    if (!grid)
        return NULL;
    for (int j = 0; j < PARTS; j++)
        grid->fields[j] =
            (gvc_field){ parts[j].name, parts[j].title,
                         is_share ? GVC_NUMERAL_SHARE : GVC_NUMERAL_MONEY, GVC_MARK_OTHER };
    for (int y = 0; y < r->n_years; y++) {
        const double gexp = value_of(r, y, mark, "bms_gexp");

        grid->entries[y].code = grid->entries[y].name = gvc_report__year(r, y);
        for (int j = 0; j < PARTS; j++) {
            const double v = part_of(r, y, mark, j);

            *gvc_grid__at(grid, y, j) = !is_share ? v : gexp > 0 ? v / gexp : NAN;
        }
    }
    gvc_report__scale(r, grid);
    return grid;
}

static const char *finding(gvc_report *r, gvc_mark mark, const char *who)
{
    const int last = r->n_years - 1;
    const double first = value_of(r, 0, mark, "bms_gexp"),
                 now = value_of(r, last, mark, "bms_gexp");
    const gvc_scale money = gvc_report__money(r, fmax(first, now));

    return gvc_doc__text(&r->doc,
                         "The value exported by %s %s; the part related to global value chains %s",
                         who, gvc_say__moved(r, GVC_NUMERAL_MONEY, first, now, money),
                         gvc_say__moved(r, GVC_NUMERAL_SHARE,
                                        value_of(r, 0, mark, "bms_gvc") / first,
                                        value_of(r, last, mark, "bms_gvc") / now, money));
}

static void draw(gvc_page *page, gvc_mark mark, const char *id, const char *who)
{
    gvc_report *r = page->r;
    const char *id_shares = gvc_doc__text(page->doc, "%s-shares", id);
    gvc_grid *money = stack_grid(r, mark, id, 0), *shares = stack_grid(r, mark, id_shares, 1);
    gvc_svg pictures[2];

    if (!money || !shares)
        return;
    gvc_chart__stack(page->doc, &pictures[0], id, money);
    gvc_chart__stack(page->doc, &pictures[1], id_shares, shares);
    gvc_page__figure(page,
                     &(gvc_figure){ .id = id,
                                    .title = finding(r, mark, who),
                                    .what = gvc_doc__text(page->doc,
                                                          "Gross exports by what becomes of their "
                                                          "value, %s or per cent.",
                                                          money->money.name),
                                    .measures = "bms_gexp bms_davax bms_gvcf bms_fva bms_ddc "
                                                "bms_fdc bms_resid",
                                    .text = gvc_doc__text(page->doc, "Stacked bars by year. %s.",
                                                          finding(r, mark, who)),
                                    .pictures = { &pictures[0], &pictures[1] },
                                    .switches = { "Money", "Shares" },
                                    .grids = { money, shares } });
}

void gvc_part__exports(gvc_page *page)
{
    gvc_page__part(page, "2", "exports", "Exports over time");
    gvc_page__say(
        page, "lead",
        "Direct: own value added that the first importer absorbs (davax). GVC forward: own "
        "value added that goes on from there (gvcf = dva \xe2\x88\x92 davax). GVC "
        "backward: foreign value added (fva). Double counting: ddc + fdc. The residual "
        "holds net taxes and margins where the table has them. Borin and Mancini 2019, "
        "exporter perspective, counted at the first exit.");
    gvc_page__open_row(page);
    draw(page, GVC_MARK_FOCUS, "exports", gvc_report__focus(page->r));
    draw(page, GVC_MARK_GROUP, "exports-group", gvc_report__members(page->r));
    gvc_page__close_row(page);
}
