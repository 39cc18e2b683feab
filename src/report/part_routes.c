#include "report/page.h"
#include "report/say.h"

#include <math.h>
#include <string.h>

enum { SECTORS = 6, COUNTRIES = 8, NODES = COUNTRIES + 3 };

/* ---- routes to and from the group over the years ---- */

static gvc_grid *routes_grid(gvc_report *r, int is_in, const char *name, int is_share)
{
    static const char *const names[] = { "final", "inter", "third" };
    static const char *const titles[] = { "final goods", "inputs finished there",
                                          "through other borders" };
    gvc_grid *grid = gvc_grid__new(&r->doc, name,
                                   is_in ? "Value added of the members by route"
                                         : "Value added of the focus by route",
                                   "Year", r->n_years, 3);

    if (!grid)
        return NULL;
    for (int j = 0; j < 3; j++)
        grid->fields[j] =
            (gvc_field){ names[j], titles[j], is_share ? GVC_NUMERAL_SHARE : GVC_NUMERAL_MONEY,
                         GVC_MARK_OTHER };
    for (int y = 0; y < r->n_years; y++) {
        const double *routes = r->routes[y][is_in];
        const double sum = routes[0] + routes[1] + routes[2];

        grid->entries[y].code = grid->entries[y].name = gvc_report__year(r, y);
        for (int j = 0; j < 3; j++)
            *gvc_grid__at(grid, y, j) = !is_share ? routes[j] : sum > 0 ? routes[j] / sum : NAN;
    }
    gvc_report__scale(r, grid);
    return grid;
}

static double share_of(const gvc_report *r, int year, int is_in, gvc_route route)
{
    const double *routes = r->routes[year][is_in];
    const double sum = routes[0] + routes[1] + routes[2];

    return sum > 0 ? routes[route] / sum : NAN;
}

static void draw_routes(gvc_page *page, int is_in)
{
    gvc_report *r = page->r;
    const char *id = is_in ? "routes-in" : "routes-out";
    const char *id_shares = is_in ? "routes-in-shares" : "routes-out-shares";
    const char *from = is_in ? gvc_report__members(r) : gvc_report__focus(r);
    const char *to = is_in ? gvc_report__focus(r) : gvc_report__members(r), *title;
    gvc_grid *money = routes_grid(r, is_in, id, 0), *shares = routes_grid(r, is_in, id_shares, 1);
    const gvc_scale none = { 1, "" };
    gvc_svg pictures[2];

    if (!money || !shares)
        return;
    title = gvc_doc__text(
        page->doc, "From %s to %s: the part that crosses further borders before it is used up %s",
        from, to,
        gvc_say__moved(r, GVC_NUMERAL_SHARE, share_of(r, 0, is_in, GVC_ROUTE_THIRD),
                       share_of(r, r->n_years - 1, is_in, GVC_ROUTE_THIRD), none));
    gvc_chart__stack(page->doc, &pictures[0], id, money);
    gvc_chart__stack(page->doc, &pictures[1], id_shares, shares);
    gvc_page__figure(page, &(gvc_figure){
                               .id = id,
                               .title = title,
                               .what = gvc_doc__text(page->doc,
                                                     "Value added of %s absorbed by %s, by route: "
                                                     "final goods sold straight to the absorber, "
                                                     "inputs that it finishes for itself, and what "
                                                     "crosses further borders; %s or per cent. The "
                                                     "routes add up to vax of jn.",
                                                     from, to, money->money.name),
                               .measures = "trace",
                               .text = gvc_doc__text(page->doc, "Stacked bars by year. %s.", title),
                               .pictures = { &pictures[0], &pictures[1] },
                               .switches = { "Money", "Shares" },
                               .grids = { money, shares } });
}

/* ---- the flow of the last year ---- */

/* Money of the focus by sector of origin, first importer and absorber. */
typedef struct cube {
    double *sector_via;   /* N x G */
    double *via_absorber; /* G x G; the focus as absorber is what comes home */
} cube;

static gvc_int code_at(const gvc_frame *frame, const char *key, gvc_int row,
                       const gvc_labels *labels)
{
    const gvc_int j = gvc_frame_find(frame, key);
    const int32_t code = gvc_frame_codes(frame, j)[row];

    return code < 0 ? -1
                    : gvc_labels_find(labels, gvc_labels_code(gvc_frame_labels(frame, j), code));
}

static int fill_cube(gvc_report *r, cube *c)
{
    const gvc_labels *countries = gvc_edition_countries(r->edition);
    const double *value = gvc_frame_reals(r->trace, gvc_frame_find(r->trace, "value"));
    const gvc_int direction = gvc_frame_find(r->trace, "direction");
    const gvc_labels *directions = gvc_frame_labels(r->trace, direction);

    c->sector_via = gvc_doc__alloc(&r->doc, r->N * r->G, sizeof(double));
    c->via_absorber = gvc_doc__alloc(&r->doc, r->G * r->G, sizeof(double));
    if (r->doc.failed)
        return 0;
    for (gvc_int i = 0; i < gvc_frame_rows(r->trace); i++) {
        const int32_t way = gvc_frame_codes(r->trace, direction)[i];
        const gvc_int via = code_at(r->trace, "via", i, countries);
        const gvc_int absorber = code_at(r->trace, "partner", i, countries);
        const gvc_int k = code_at(r->trace, "sector", i, gvc_edition_sectors(r->edition));

        if (way < 0 || strcmp(gvc_labels_code(directions, way), "out") != 0 || via < 0 ||
            absorber < 0 || k < 0)
            continue;
        c->sector_via[k * r->G + via] += value[i];
        c->via_absorber[via * r->G + absorber] += value[i];
    }
    return 1;
}

/* Node of each country: the largest have one of their own, members and others share one each. The
 * focus, which absorbs what comes home, is the last. */
static gvc_int assign(gvc_report *r, const double *size, gvc_int *node, gvc_entry *nodes,
                      int with_home)
{
    const gvc_labels *countries = gvc_edition_countries(r->edition);
    gvc_int n = 0;

    for (gvc_int c = 0; c < r->G; c++)
        node[c] = -1;
    for (; n < COUNTRIES; n++) {
        gvc_int best = -1;

        for (gvc_int c = 0; c < r->G; c++)
            if (c != r->focus && node[c] < 0 && size[c] > 0 && (best < 0 || size[c] > size[best]))
                best = c;
        if (best < 0)
            break;
        node[best] = n;
        nodes[n] = (gvc_entry){ gvc_labels_code(countries, best), gvc_report__country(r, best),
                                gvc_report__mark_of(r, best) };
    }
    nodes[n] = (gvc_entry){ "", gvc_doc__text(&r->doc, "other %s", gvc_report__group(r)),
                            GVC_MARK_MEMBER };
    nodes[n + 1] = (gvc_entry){ "", "other countries", GVC_MARK_OTHER };
    nodes[n + 2] = (gvc_entry){ r->opts->focus, gvc_report__focus(r), GVC_MARK_FOCUS };
    for (gvc_int c = 0; c < r->G; c++)
        if (node[c] < 0)
            node[c] = c == r->focus ? n + 2 : r->member[c] ? n : n + 1;
    return n + 2 + with_home;
}

static gvc_int assign_sectors(gvc_report *r, const cube *c, gvc_int *node, gvc_entry *nodes)
{
    double *size = gvc_doc__alloc(&r->doc, r->N, sizeof *size);
    gvc_int n = 0;

    if (!size)
        return 0;
    for (gvc_int k = 0; k < r->N; k++) {
        node[k] = -1;
        for (gvc_int v = 0; v < r->G; v++)
            size[k] += c->sector_via[k * r->G + v];
    }
    for (; n < SECTORS; n++) {
        gvc_int best = -1;

        for (gvc_int k = 0; k < r->N; k++)
            if (node[k] < 0 && size[k] > 0 && (best < 0 || size[k] > size[best]))
                best = k;
        if (best < 0)
            break;
        node[best] = n;
        nodes[n] = (gvc_entry){ gvc_labels_code(gvc_edition_sectors(r->edition), best),
                                gvc_report__sector(r, best), GVC_MARK_FOCUS };
    }
    nodes[n] = (gvc_entry){ "", "other sectors", GVC_MARK_FOCUS };
    for (gvc_int k = 0; k < r->N; k++)
        node[k] = node[k] < 0 ? n : node[k];
    return n + 1;
}

/* All that a flow is drawn from, gathered in its nodes. */
typedef struct routes {
    gvc_int *via_node, *absorber_node, *sector_node;
    gvc_entry sectors[SECTORS + 1], via[NODES], absorbers[NODES];
    double first[(SECTORS + 1) * NODES], second[NODES * NODES];
    double third, total; /* absorbed elsewhere than in the first importer; all */
} routes;

static void gather_flow(gvc_report *r, const cube *c, routes *f, gvc_flow *flow)
{
    double *via = gvc_doc__alloc(&r->doc, 2 * r->G, sizeof *via), *absorbed;

    f->via_node = gvc_doc__alloc(&r->doc, 2 * r->G + r->N, sizeof *f->via_node);
    if (r->doc.failed)
        return;
    absorbed = via + r->G;
    f->absorber_node = f->via_node + r->G;
    f->sector_node = f->absorber_node + r->G;
    for (gvc_int v = 0; v < r->G; v++)
        for (gvc_int l = 0; l < r->G; l++) {
            const double m = c->via_absorber[v * r->G + l];

            via[v] += m;
            absorbed[l] += m;
            f->total += m;
            f->third += l == v ? 0 : m;
        }
    flow->n[0] = assign_sectors(r, c, f->sector_node, f->sectors);
    flow->n[1] = assign(r, via, f->via_node, f->via, 0);
    flow->n[2] = assign(r, absorbed, f->absorber_node, f->absorbers, 1);
    for (gvc_int k = 0; k < r->N; k++)
        for (gvc_int v = 0; v < r->G; v++)
            if (v != r->focus)
                f->first[f->sector_node[k] * flow->n[1] + f->via_node[v]] +=
                    c->sector_via[k * r->G + v];
    for (gvc_int v = 0; v < r->G; v++)
        for (gvc_int l = 0; l < r->G; l++)
            if (v != r->focus)
                f->second[f->via_node[v] * flow->n[2] + f->absorber_node[l]] +=
                    c->via_absorber[v * r->G + l];
}

static gvc_grid *flow_grid(gvc_report *r, const char *name, const char *title, const char *head,
                           const gvc_entry *rows, gvc_int n, const gvc_entry *cols, gvc_int m,
                           const double *cells)
{
    gvc_grid *grid = gvc_grid__new(&r->doc, name, title, head, n, m);

    if (!grid)
        return NULL;
    memcpy(grid->entries, rows, (size_t)n * sizeof *rows);
    for (gvc_int j = 0; j < m; j++)
        grid->fields[j] = (gvc_field){ *cols[j].code ? cols[j].code : cols[j].name, cols[j].name,
                                       GVC_NUMERAL_MONEY, cols[j].mark };
    memcpy(grid->cells, cells, (size_t)(n * m) * sizeof *cells);
    gvc_report__scale(r, grid);
    return grid;
}

static void draw_flow(gvc_page *page)
{
    gvc_report *r = page->r;
    const gvc_scale none = { 1, "" };
    gvc_flow flow = { .heads = { "sector of origin", "first importer", "absorbed in" } };
    routes *f = gvc_doc__alloc(page->doc, 1, sizeof *f);
    const char *title;
    gvc_grid *a, *b;
    gvc_svg svg;
    cube c;

    if (!f || !r->trace || !fill_cube(r, &c))
        return;
    gather_flow(r, &c, f, &flow);
    if (!(f->total > 0))
        return;
    flow.nodes[0] = f->sectors;
    flow.nodes[1] = f->via;
    flow.nodes[2] = f->absorbers;
    flow.first = f->first;
    flow.second = f->second;
    a = flow_grid(r, "routes-first", "From the sector of origin to the first importer", "Sector",
                  f->sectors, flow.n[0], f->via, flow.n[1], f->first);
    b = flow_grid(r, "routes-second", "From the first importer to the absorber", "First importer",
                  f->via, flow.n[1], f->absorbers, flow.n[2], f->second);
    if (!a || !b)
        return;
    flow.money = a->money;
    title =
        gvc_doc__text(page->doc,
                      "Of the value added that %s sends abroad%s, %s is absorbed elsewhere than "
                      "where it first arrives",
                      gvc_report__focus(r), gvc_say__in(r, r->n_years - 1),
                      gvc_numeral__text(page->doc, GVC_NUMERAL_SHARE, f->third / f->total, none));
    gvc_chart__flow(page->doc, &svg, "routes", &flow);
    gvc_page__figure(
        page, &(gvc_figure){
                  .id = "routes",
                  .title = title,
                  .what = gvc_doc__text(page->doc,
                                        "Value added of %s by sector of origin, first importer "
                                        "and country of absorption%s, %s. Each unit counts "
                                        "once, at the first border it passes; bands of members "
                                        "of %s are orange and named. The last row of the third "
                                        "column is what comes home.",
                                        gvc_report__focus(r), gvc_say__in(r, r->n_years - 1),
                                        flow.money.name, gvc_report__group(r)),
                  .measures = "trace",
                  .text = gvc_doc__text(page->doc, "Flow in three columns. %s.", title),
                  .pictures = { &svg },
                  .grids = { a, b },
                  .is_wide = 1 });
}

void gvc_part__routes(gvc_page *page)
{
    gvc_page__part(page, "8", "routes", "Routes: origin, first border, absorption");
    gvc_page__open_row(page);
    draw_flow(page);
    draw_routes(page, 0);
    draw_routes(page, 1);
    gvc_page__close_row(page);
}
