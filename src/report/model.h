#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <gvc/measures.h>
#include <gvc/report.h>

#include "report/grid.h"

/* Every number of the page, asked of the measures once per year. The parts of the page look columns
 * up by name and are left out where the table of measures has no such column. */

/** Levels of the results that are kept. */
typedef enum gvc_scope {
    GVC_SCOPE_WORLD,
    GVC_SCOPE_GROUP,   /**< the group, from its members' summed components */
    GVC_SCOPE_COUNTRY, /**< c */
    GVC_SCOPE_SECTOR,  /**< c, k */
    GVC_SCOPE_PAIR,    /**< c, partner */
    GVC_SCOPES_N,
} gvc_scope;

/** The results of one year and level side by side. */
typedef struct gvc_layer {
    gvc_frame *frame; /**< NULL where no measure has the level */
    gvc_int *row_of;  /**< row of (c, second key), -1 where there is none */
    gvc_int second;   /**< number of values of the second key, 1 where there is none */
} gvc_layer;

/** One finding of the check in one year. */
typedef struct gvc_found {
    int year;
    gvc_severity severity;
    const char *rule, *text;
    gvc_int count;
} gvc_found;

/** Routes that value added takes to its absorber (gvc/trace.h). */
typedef enum gvc_route { GVC_ROUTE_FINAL, GVC_ROUTE_INTER, GVC_ROUTE_THIRD } gvc_route;

/** The origins of value added by sector take the whole inverse: larger tables go without. */
enum { GVC_REPORT_INVERSE_MAX = 10000 };

typedef struct gvc_report {
    gvc_doc doc;
    const gvc_report_opts *opts;
    gvc_input *input;
    const gvc_edition *edition;
    const char *path;
    gvc_int G, N;
    gvc_int focus;           /**< index of the focus among the countries */
    unsigned char *member;   /**< of the group in the last year, G flags; never the focus */
    unsigned char **members; /**< the same by year */
    gvc_int n_members, n_absent;
    int is_inside; /**< the focus is a member itself */
    int n_years;
    int *years;
    gvc_layer (*layers)[GVC_SCOPES_N]; /**< by year */
    gvc_found *found;
    gvc_int n_found;
    double *origins; /**< value added of each country-sector in the exports of the focus, last year,
                          G x N, country-major; NULL where it was not asked for */
    double *chains;  /**< the same by exporting sector of the focus, N x (G x N) */
    gvc_frame *trace;       /**< of the focus and all partners by sector, last year */
    double (*routes)[2][3]; /**< by year: out and in, group, money by route (gvc_route) */
    double *cell_exports;   /**< of the focus by sector and importer, last year, N x G by sectors */
    double *cell_costs;     /**< its trade cost at delivery (tc_deliv); both NULL where not known */
    double *digital;        /**< weights of the digital sectors, N; NULL where not known */
    const char *digital_text;     /**< which they are */
    const gvc_measure **measures; /**< those that were run in the last year */
    gvc_int n_measures;
    double error_bound;
    const char *solver;
    int is_synthetic;
} gvc_report;

/** Read and run the years. On failure nothing is left behind. */
gvc_status gvc_report__gather(gvc_ctx *ctx, gvc_report *r, gvc_input *input, const char *path,
                              const gvc_report_opts *opts);
void gvc_report__drop(gvc_report *r);
/** Ask for the origins of the value added in the exports of the focus. */
gvc_status gvc_report__origins(gvc_report *r, gvc_model *model);

/** Trace value added between focus and group in a year; in the last one by sector to all partners.
 */
gvc_status gvc_report__trace(gvc_report *r, gvc_model *model, int year);

/** Exports of the focus by sector and importer and, where costs are attached, their cost at
 * delivery.
 */
gvc_status gvc_report__cells(gvc_report *r, gvc_model *model, const gvc_measure *const *measures,
                             gvc_int n);

/** True when the last year has the column. */
int gvc_report__has(const gvc_report *r, gvc_scope scope, const char *column);
/** A value; NaN where row or column are missing. `c` is ignored for world and group, `k` (sector or
 * partner) where the level has no second key. */
double gvc_report__value(const gvc_report *r, int year, gvc_scope scope, const char *column,
                         gvc_int c, gvc_int k);
/** What country, group or world have in a year at the coarsest level. */
double gvc_report__mark(const gvc_report *r, int year, gvc_mark mark, const char *column);
/** Sum over the members of the group of a column by pair: members sell to, or buy from, `c`. */
double gvc_report__members_to(const gvc_report *r, int year, const char *column, gvc_int c);
double gvc_report__members_from(const gvc_report *r, int year, const char *column, gvc_int c);
/** Sum over the members of a column by country; columns of money only. */
double gvc_report__members_sum(const gvc_report *r, int year, const char *column);
/** Sum over the members' sectors k of a column. */
double gvc_report__members_sector(const gvc_report *r, int year, const char *column, gvc_int k);

const char *gvc_report__country(const gvc_report *r, gvc_int c);
const char *gvc_report__sector(const gvc_report *r, gvc_int k);
/** Name of the focus ("China"). */
const char *gvc_report__focus(const gvc_report *r);
/** Short name of the group ("BRI") and what its members are called ("the Belt and Road members").
 */
const char *gvc_report__group(const gvc_report *r);
const char *gvc_report__members(const gvc_report *r);
/** What marks a country on charts. */
gvc_mark gvc_report__mark_of(const gvc_report *r, gvc_int c);
/** The row of a country, and of a sector of the focus, in a grid. */
gvc_entry gvc_report__country_entry(const gvc_report *r, gvc_int c);
gvc_entry gvc_report__sector_entry(const gvc_report *r, gvc_int k);
/** "2011"; "" for a folder, whose table has no year. */
const char *gvc_report__year(gvc_report *r, int year);
/** Scale for money of a grid, from its largest value. */
void gvc_report__scale(gvc_report *r, gvc_grid *grid);
gvc_scale gvc_report__money(gvc_report *r, double largest);

#endif
